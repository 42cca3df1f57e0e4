"""``python dev.py train``: makes the weights of the learned reader and prints how good they are.

The same texts and the same libraries give the same weights, byte for byte. First every writer is left out
once: from what the others' weights make of that writer's rows come the thresholds and the figures. Then the
weights that ship are fitted on all rows.
"""

import json
import sys
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from handlers.screening.reader import FOLDER
from training import choose, rows
from training.features import Features, features
from training.figures import figures, table
from training.fit import Linear, fit
from training.rows import CATEGORIES, OUTPUTS, Row

FIGURES = rows.TEXTS.parent / "figures.json"


def main() -> int:
    """Fit, choose, save, print."""
    every = rows.every()
    began = monotonic()
    _say(f"{len(every)} rows of {len({row.writer for row in every})} writers")
    of = features([row.text for row in every])
    wanted, counts = rows.targets(every)
    wanted, counts = wanted[of.owner], counts[of.owner]
    kept: dict[str, NDArray[np.generic]] = {}
    chosen = {}
    report = {}
    for name, meaning in (("both", True), ("alone", False)):
        odds = _left_out(every, of, wanted, counts, meaning=meaning)
        chosen[name] = choose.thresholds(every, odds)
        report[name] = figures(every, said(odds, chosen[name]))
        _say(f"\n{name}, each writer left out once ({monotonic() - began:.0f} s)\n{table(report[name])}")
        kept |= _packed(name, fit(of, of.whole, wanted, counts, meaning=meaning))
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / "reader.npz", **kept)
    _write(FOLDER / "thresholds.json", chosen)
    _write(FIGURES, {"rows": len(every), "left out": report})
    _say(f"\nsaved {(FOLDER / 'reader.npz').stat().st_size / 1e6:.1f} MB after {monotonic() - began:.0f} s")
    return 0


def said(odds: NDArray[np.float64], at: dict[str, float]) -> list[tuple[str, tuple[str, ...], str]]:
    """Urgency, categories and person for log odds, as the bot would say them."""
    out = []
    for row in odds:
        urgency = "none"
        if row[choose.SOON] >= at["page"]:
            urgency = "immediate" if row[choose.IMMEDIATE] >= at["immediate"] else "soon"
        elif row[choose.POSSIBLE] >= at["ask"]:
            urgency = "possible"
        kinds = np.argsort(-row[3:7]) if urgency != "none" else []
        named = tuple(
            CATEGORIES[kind]
            for place, kind in enumerate(kinds)
            if not place or row[3 + kind] > at["category"]
        )
        whom = "writer" if row[7] > at["writer"] else "somebody_else" if row[7] < at["other"] else "unknown"
        out.append((urgency, named, whom if named else "unknown"))
    return out


def _left_out(
    every: list[Row], of: Features, wanted: NDArray[np.float32], counts: NDArray[np.float32], *, meaning: bool
) -> NDArray[np.float64]:
    """What weights that did not see a writer make of that writer's rows."""
    by = np.array([row.writer for row in every])[of.owner]
    out = np.full((len(every), len(OUTPUTS)), -np.inf)
    cut = np.zeros(len(every), dtype=bool)
    cut[of.owner[~of.whole]] = True
    counted = ~(of.whole & cut[of.owner])  # of a long text only its windows, as in the bot
    for writer in sorted(set(by)):
        linear = fit(of, of.whole & (by != writer), wanted, counts, meaning=meaning)
        chosen = (by == writer) & counted
        some = Features(of.ngrams[chosen], of.meaning[chosen], of.owner[chosen], of.whole[chosen])
        np.maximum.at(out, some.owner, linear.read(some))
        _say(f"  {writer} left out")
    return np.where(np.isinf(out), -9.0, out)


def _packed(name: str, linear: Linear) -> dict[str, NDArray[np.generic]]:
    """The weights as they are kept: n-grams in whole numbers from -127 to 127, with a scale an output."""
    scale = np.maximum(np.abs(linear.ngrams).max(axis=0), 1e-9) / 127
    packed: dict[str, NDArray[np.generic]] = {
        f"{name}_ngrams": np.rint(linear.ngrams / scale).astype(np.int8),
        f"{name}_scale": scale.astype(np.float32),
        f"{name}_meaning": linear.meaning.astype(np.float32),
        f"{name}_bias": linear.bias,
    }
    if name == "both":
        packed["rarity"] = linear.rarity.astype(np.float16)
    return packed


def _write(path: "rows.Path", content: object) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

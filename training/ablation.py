"""``python -m training.ablation``: what each part brings, and what more writers bring.

Everything on rows whose writer was left out, with thresholds chosen anew for each line at the same false
alarms (``choose.PAGED`` and ``choose.ASKED``), so that only what is found differs. Run
``python dev.py train`` first: its finished fits are used.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from handlers.screening.encoder import encoder
from handlers.screening.normalise import STOP, Words
from handlers.screening.reader import POSSIBLE, SOON
from storage.words import Urgency
from training import choose, fit
from training.folds import Rows, Table, folds, unseen, without
from training.rows import OUTPUTS, Row


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, what the rules say of them and what should be said."""

    rows: Sequence[Row]
    ruled: Sequence[Urgency]
    wanted: NDArray[np.float32]
    counts: NDArray[np.float32]

    def line(self, name: str, readings: dict[str, Table]) -> str:
        """A line of the table: what is found at the fixed false alarms."""
        mixture = choose.mixture(readings, self.ruled, self.wanted, self.counts)
        odds = choose.mixed(mixture, readings, self.ruled)
        at = choose.thresholds(self.rows, odds, self.ruled)
        return self.shares(name, odds[:, SOON] >= at["page"], odds[:, POSSIBLE] >= at["ask"])

    def shares(self, name: str, pages: NDArray[np.bool_], asks: NDArray[np.bool_]) -> str:
        """The same where it is known of which rows a reader would page and ask."""
        paged = pages | [level.pages for level in self.ruled]
        asked = paged | asks | [level is not Urgency.NONE for level in self.ruled]
        disclosed = np.array([bool(row.labels) for row in self.rows])
        veiled = np.array([row.style == "veiled" for row in self.rows])
        long = disclosed & np.array([len(row.text.split()) > 120 for row in self.rows])
        cells = [paged[disclosed], asked[disclosed], asked[veiled], asked[long]]
        return f"| {name} | " + " | ".join(f"{cell.mean():.1%}" for cell in cells) + " |\n"


_WORD = re.compile(r"[^\W_]+|[.?!\n]+")


def as_written(text: str) -> Words:
    """A text's words in lower case and nothing undone."""
    found = [*_WORD.finditer(text)]
    words = (word.group().lower() if word.group().isalnum() else STOP for word in found)
    return Words(tuple(words), tuple(word.start() for word in found), tuple(word.end() for word in found))


_LEET = str.maketrans("aeio", "43!0")


def disguised(text: str) -> str:
    """The same text as somebody writes it who hides from filters: every second longer word is disguised."""
    number = 0

    def hide(word: re.Match[str]) -> str:
        nonlocal number
        number += 1
        said = word.group()
        ways = (said.translate(_LEET), said, said[:2] + "\u200b" + said[2:], said, said + said[-1] * 3, said)
        return ways[number % len(ways)]

    return re.sub(r"[^\W\d_]{4,}", hide, text)


def main() -> int:
    """Print the tables."""
    tokens = encoder()
    if tokens is None:
        return 1
    of = Rows.read()
    parts = folds(of.every)
    fits = [without(of, theirs, tokens) for theirs in parts]
    both = unseen(of, parts, fits, tokens)
    uncut = replace(of, windows=replace(of.windows, read=of.windows.whole))
    whole = unseen(uncut, parts, fits, tokens)
    written = Rows.read(of.every, as_written)
    hidden = [replace(row, text=disguised(row.text)) for row in of.every]
    seen_through, taken_in = Rows.read(hidden), Rows.read(hidden, as_written)
    part = Part(of.every, of.ruled, of.wanted, of.counts)
    unruled = replace(part, ruled=[Urgency.NONE] * len(of.every))
    nothing = np.zeros_like(both["ngrams"])
    say = sys.stdout.write
    say("| | paged | paged or asked | veiled: paged or asked | over 120 words: paged or asked |\n")
    say("| --- | --- | --- | --- | --- |\n")
    say(part.line("everything", both))
    nobody = np.zeros(len(of.every), dtype=bool)
    say(part.shares("rules alone (their own false alarms)", nobody, nobody))
    say(unruled.line("without rules", both))
    say(part.line("without the network", {"ngrams": both["ngrams"]}))
    say(part.line("without n-grams", {"network": both["network"], "ngrams": nothing}))
    say(part.line("without windows", whole))
    for name, rows in (
        ("without normalisation", written),
        ("everything, words disguised", seen_through),
        ("without normalisation, words disguised", taken_in),
    ):
        say(replace(part, ruled=rows.ruled).line(name, unseen(rows, parts, fits, tokens)))
    say("\n| n-grams alone, learned from | paged | paged or asked | veiled | over 120 words |\n")
    say("| --- | --- | --- | --- | --- |\n")
    theirs = parts[0]
    some = of.windows.some(np.isin(of.windows.owner, theirs) & of.windows.read)
    first = Part(
        [of.every[number] for number in theirs],
        [Urgency.NONE] * len(theirs),
        of.wanted[theirs],
        of.counts[theirs],
    )
    others = sorted({row.writer for row in of.every} - {row.writer for row in first.rows})
    for many in (1, 2, 4, 8, len(others)):
        step = len(others) / many
        writers = [others[int(at * step)] for at in range(many)]
        mine = np.flatnonzero([row.writer in writers for row in of.every])
        chosen = np.isin(of.windows.owner, mine) & of.windows.whole
        owner = of.windows.owner[chosen]
        linear = fit.fit(of.windows.some(chosen).ngrams, of.wanted[owner], of.counts[owner])
        found = np.full((len(theirs), len(OUTPUTS)), -9.0)
        np.maximum.at(found, np.searchsorted(theirs, some.owner), fit.read(linear, some.ngrams))
        say(first.line(f"{many} of the other writers, {len(mine)} rows", {"ngrams": found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The rows, dealt into folds, and weights that learned from some of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from handlers.screening.encoder import Encoder, encoder
from handlers.screening.engine import Reading
from handlers.screening.network import packed, unpacked
from handlers.screening.normalise import Words
from handlers.screening.rulebook import rulebook
from storage.words import Urgency
from training import fit, network, rows
from training.features import Windows, cut, plain
from training.kept import kept
from training.rows import OUTPUTS, Row

#: Each fold's writers are left out together. Rows that were written as pairs are one writer's.
FOLDS: Final = 3
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
    def read(cls, every: list[Row] | None = None, words_of: Callable[[str], Words] = plain) -> "Rows":
        """Read them, or others."""
        every = rows.every() if every is None else every
        book = rulebook()
        ruled = [
            max(
                (one.urgency for one in Reading(row.text, book, words_of(row.text)).findings()),
                key=lambda level: level.rank,
                default=Urgency.NONE,
            )
            for row in every
        ]
        return cls(every, cut([row.text for row in every], words_of), *rows.targets(every), ruled)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights: of n-grams as they are kept, of the network as they were learned."""

    linear: Arrays
    network: Arrays

    def arrays(self) -> Arrays:
        """All of them as they are kept."""
        return {**self.linear, **{f"network/{name}": each for name, each in packed(self.network).items()}}


def folds(every: list[Row]) -> list[NDArray[np.intp]]:
    """The numbers of each fold's rows: the writers of each language are dealt out one by one."""
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for row in every:
        languages[row.writer][row.lang] += 1
    dealt = sorted(languages, key=lambda writer: (languages[writer].most_common(1)[0][0], writer))
    fold = {writer: number % FOLDS for number, writer in enumerate(dealt)}
    return [np.flatnonzero([fold[row.writer] == each for row in every]) for each in range(FOLDS)]


def without(of: Rows, theirs: NDArray[np.intp], tokens: Encoder) -> Fitted:
    """Weights that learned from all rows but some."""
    return fitted(of, ~np.isin(of.windows.owner, theirs), tokens)


def fit_fold(number: int) -> None:
    """Fit one fold in a process of its own; what it found is kept for the one that asked."""
    tokens = encoder()
    assert tokens is not None, "the process that asks has loaded it"  # noqa: S101
    of = Rows.read()
    without(of, folds(of.every)[number], tokens)


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


def unseen(
    of: Rows, parts: Sequence[NDArray[np.intp]], fits: Sequence[Fitted], tokens: Encoder
) -> dict[str, Table]:
    """What the network and the n-grams make of each row, by weights that saw nothing of its writer."""
    out: dict[str, Table] = {
        name: np.full((len(of.every), len(OUTPUTS)), -9.0) for name in ("network", "ngrams")
    }
    for theirs, weights in zip(parts, fits, strict=True):
        some = of.windows.some(np.isin(of.windows.owner, theirs) & of.windows.read)
        read = unpacked(packed(weights.network)).read(tokens, some.texts)
        np.maximum.at(out["network"], some.owner, read)
        np.maximum.at(out["ngrams"], some.owner, fit.read(weights.linear, some.ngrams))
    return out

"""The learned reader: how likely a text is a disclosure, how urgent, of what kind, and about whom.

A linear model on hashed n-grams and a sentence embedding. Its weights and thresholds stand in ``weights/``
and are made from ``training/texts`` by ``python dev.py train``. Two sets come with it: one for both kinds
of numbers, one for n-grams alone, where the embeddings library cannot be loaded.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from handlers.screening import encoder
from handlers.screening.ngrams import Ngrams
from handlers.screening.normalise import STOP, Words
from handlers.screening.readable import Readable, readable, windows
from storage.words import About, Category, Urgency

FOLDER: Final = Path(__file__).parent / "weights"
CATEGORIES: Final = (Category.SELF_HARM, Category.HARM_TO_OTHERS, Category.PSYCHOSIS, Category.ABUSE)
_POSSIBLE, _SOON, _IMMEDIATE, _FIRST, _WRITER = 0, 1, 2, 3, 7
#: Windows whose meaning is looked at; of a longer text, those that the n-grams find most telling.
_MOST: Final = 12
#: Words that a piece of evidence holds at most.
_PIECE: Final = 20


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which log odds on something is said. Chosen on writers that the weights had not seen.

    Attributes:
        ask: The writer is asked.
        page: An adult is paged.
        immediate: The page says that it is immediate.
        veto: Below this, a rule that is not certain asks instead of paging.
        category: A category beside the likeliest one is named.
        writer: It is about the writer.
        other: Below this, it is about somebody else.
    """

    ask: float
    page: float
    immediate: float
    veto: float
    category: float
    writer: float
    other: float


@dataclass(frozen=True, slots=True)
class Weights:
    """One set of weights; see ``training/fit.py``. N-grams are kept as whole numbers with a scale."""

    rarity: NDArray[np.float32]
    ngrams: NDArray[np.int8]
    scale: NDArray[np.float32]
    meaning: NDArray[np.float32]
    bias: NDArray[np.float32]
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader makes of a text.

    Attributes:
        urgency: ``none``, ``possible``, ``soon`` or ``immediate``.
        categories: The likeliest first; empty where the urgency is ``none``.
        about: Whom it is about.
        doubts: Whether it sees next to nothing, so that a rule that is not certain only asks.
        span: The words that weigh most, as (first, one past the last); empty where the urgency is ``none``.
    """

    urgency: Urgency
    categories: tuple[Category, ...]
    about: About
    doubts: bool
    span: tuple[int, int]


NOTHING: Final = Read(Urgency.NONE, (), About.UNKNOWN, doubts=True, span=(0, 0))


class Reader:
    """Reads texts with the weights that come with Handrail, or with others."""

    def __init__(self, both: Weights, alone: Weights) -> None:
        """Take one set of weights for n-grams and meaning together, and one for n-grams alone."""
        self._both = both
        self._alone = alone

    def read(self, text: str, words: Words) -> Read:
        """Read a text.

        Args:
            text: The original.
            words: Its plain words.

        Returns:
            What it makes of it. A text without a word is nothing.
        """
        spans = windows(words)
        if not spans:
            return NOTHING
        shown = readable(text, words)
        hashed = Ngrams.of(shown)
        odds, weights = self._odds(shown, hashed, spans)
        at = weights.thresholds
        most = odds.max(axis=0)
        urgency = _urgency(most, at)
        doubts = bool(most[_SOON] < at.veto)
        if urgency is Urgency.NONE:
            return Read(urgency, (), About.UNKNOWN, doubts, (0, 0))
        window = int(odds[:, _SOON if urgency.pages else _POSSIBLE].argmax())
        kinds = most[_FIRST:_WRITER]
        ranked = np.argsort(-kinds)
        named = [
            CATEGORIES[kind] for place, kind in enumerate(ranked) if not place or kinds[kind] > at.category
        ]
        writer = odds[window, _WRITER]
        about = (
            About.WRITER
            if writer > at.writer
            else About.SOMEBODY_ELSE
            if writer < at.other
            else About.UNKNOWN
        )
        pieces = _pieces(words, spans[window])
        odd, _ = self._odds(shown, hashed, pieces)
        best = int(odd[:, _FIRST + ranked[0]].argmax())
        return Read(urgency, tuple(named), about, doubts, pieces[best])

    def _odds(
        self, shown: Readable, hashed: Ngrams, spans: list[tuple[int, int]]
    ) -> tuple[NDArray[np.float32], Weights]:
        """The log odds of each span, and the weights that gave them; not all spans of a very long text."""
        parts = [hashed.window(shown, *span) for span in spans]
        alone = np.stack([_sum(self._alone, *part) for part in parts])
        if not encoder.works():
            return alone, self._alone
        chosen = list(range(len(spans)))
        if len(spans) > _MOST:
            chosen = sorted(np.argsort(-alone[:, _POSSIBLE], kind="stable")[:_MOST].tolist())
        meaning = encoder.encode([shown.part(*spans[number]) for number in chosen])
        if meaning is None:
            return alone, self._alone
        out = np.full_like(alone, -np.inf)
        for row, number in enumerate(chosen):
            out[number] = _sum(self._both, *parts[number]) + meaning[row] @ self._both.meaning
        return out, self._both


@cache
def reader() -> Reader | None:
    """The reader that comes with Handrail, loaded once; ``None`` where its weights are missing."""
    if not (FOLDER / "reader.npz").exists():
        return None
    with np.load(FOLDER / "reader.npz", allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    chosen = json.loads((FOLDER / "thresholds.json").read_text(encoding="utf-8"))
    return Reader(_weights("both", arrays, chosen), _weights("alone", arrays, chosen))


class Lack(Enum):
    """What screening has to do without, the worse first."""

    READER = auto()
    ENCODER = auto()


def lacks() -> Lack | None:
    """What is missing for screening to find all that it can."""
    if reader() is None:
        return Lack.READER
    return None if encoder.works() else Lack.ENCODER


def _weights(name: str, arrays: Mapping[str, NDArray[Any]], chosen: Mapping[str, Any]) -> Weights:
    return Weights(
        rarity=arrays["rarity"].astype(np.float32),
        ngrams=arrays[f"{name}_ngrams"],
        scale=arrays[f"{name}_scale"],
        meaning=arrays[f"{name}_meaning"],
        bias=arrays[f"{name}_bias"],
        thresholds=Thresholds(**chosen[name]),
    )


def _sum(weights: Weights, places: NDArray[np.int64], counts: NDArray[np.float32]) -> NDArray[np.float32]:
    weighed = counts * weights.rarity[places]
    length = max(float(np.sqrt(weighed @ weighed)), 1e-6)
    return (weighed @ weights.ngrams[places].astype(np.float32)) * (weights.scale / length) + weights.bias


def _urgency(odds: Sequence[float] | NDArray[np.float32], at: Thresholds) -> Urgency:
    if odds[_SOON] >= at.page:
        return Urgency.IMMEDIATE if odds[_IMMEDIATE] >= at.immediate else Urgency.SOON
    return Urgency.POSSIBLE if odds[_POSSIBLE] >= at.ask else Urgency.NONE


def _pieces(words: Words, window: tuple[int, int]) -> list[tuple[int, int]]:
    """The sentences of a window; a long one in pieces."""
    out: list[tuple[int, int]] = []
    begin = window[0]
    for at in range(*window):
        ends = words.words[at] == STOP or at + 1 - begin >= _PIECE or at + 1 == window[1]
        if ends:
            if any(word != STOP for word in words.words[begin : at + 1]):
                out.append((begin, at + 1))
            begin = at + 1
    return out or [window]

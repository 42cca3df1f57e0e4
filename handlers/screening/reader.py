"""The learned reader: how likely a text is a disclosure, how urgent, of what kind, and about whom.

Two readings are put together: a linear one of hashed n-grams, and a network's on the tokens of a sentence
encoder. What rules found counts as a third. Where the encoder's library cannot be loaded, the n-grams read
alone. Weights and thresholds stand in ``weights/`` and are made from ``training/texts`` by
``python dev.py train``.
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

from handlers.screening.encoder import encoder
from handlers.screening.network import Array, Network, unpacked
from handlers.screening.ngrams import Ngrams
from handlers.screening.normalise import STOP, Words
from handlers.screening.readable import Readable, readable, windows
from storage.words import About, Category, Urgency

FOLDER: Final = Path(__file__).parent / "weights"
CATEGORIES: Final = (Category.SELF_HARM, Category.HARM_TO_OTHERS, Category.PSYCHOSIS, Category.ABUSE)
POSSIBLE, SOON, IMMEDIATE, FIRST, WRITER = 0, 1, 2, 3, 7
#: Windows that the network reads; of a longer text, those that the n-grams find most telling.
_MOST: Final = 8
#: A text of fewer words says too little; only rules read it.
_FEWEST: Final = 3
#: Words that a piece of evidence holds at most.
_PIECE: Final = 20


@dataclass(frozen=True, slots=True)
class Linear:
    """The weights of n-grams; see ``training/fit.py``. Whole numbers with a scale for each output."""

    rarity: Array
    ngrams: NDArray[np.int8]
    scale: Array
    bias: Array

    def read(self, places: NDArray[np.int64], counts: Array) -> Array:
        """The log odds of one window."""
        weighed = counts * self.rarity[places]
        length = max(float(np.sqrt(weighed @ weighed)), 1e-6)
        out: Array = (weighed @ self.ngrams[places].astype(np.float32)) * (self.scale / length) + self.bias
        return out


@dataclass(frozen=True, slots=True)
class Mixture:
    """How readings are put together, and from which log odds on something is said.

    Both were chosen on writers that the weights had not seen, so that ``1 / (1 + exp(-odds))`` is the share
    of such texts that are what the output says.

    Attributes:
        network: How much the network's odds count, for each output.
        ngrams: The same for n-grams.
        rules: What it adds that a rule was met, would ask or page, and would page; a row for each.
        bias: What is added in any case.
        ask: The writer is asked.
        page: An adult is paged.
        immediate: The page says that it is immediate.
        category: A category beside the likeliest one is named.
        writer: It is about the writer.
        other: Below this, it is about somebody else.
    """

    network: Array
    ngrams: Array
    rules: Array
    bias: Array
    ask: float
    page: float
    immediate: float
    category: float
    writer: float
    other: float

    def urgency(self, odds: Array) -> Urgency:
        """How urgent a text with these odds is."""
        if odds[SOON] >= self.page:
            return Urgency.IMMEDIATE if odds[IMMEDIATE] >= self.immediate else Urgency.SOON
        return Urgency.POSSIBLE if odds[POSSIBLE] >= self.ask else Urgency.NONE

    def categories(self, odds: Array) -> tuple[Category, ...]:
        """The likeliest category, and any other that is likely."""
        kinds = odds[FIRST:WRITER]
        ranked = [int(kind) for kind in np.argsort(-kinds, kind="stable")]
        also = [kind for kind in ranked[1:] if kinds[kind] >= self.category]
        return tuple(CATEGORIES[kind] for kind in (ranked[0], *also))

    def about(self, odds: Array) -> About:
        """Whom it is about."""
        if odds[WRITER] >= self.writer:
            return About.WRITER
        return About.SOMEBODY_ELSE if odds[WRITER] < self.other else About.UNKNOWN


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader makes of a text.

    Attributes:
        urgency: ``none``, ``possible``, ``soon`` or ``immediate``.
        categories: The likeliest first; empty where the urgency is ``none``.
        about: Whom it is about.
        span: The words that weigh most, as (first, one past the last); empty where the urgency is ``none``.
    """

    urgency: Urgency
    categories: tuple[Category, ...]
    about: About
    span: tuple[int, int]


NOTHING: Final = Read(Urgency.NONE, (), About.UNKNOWN, span=(0, 0))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts.

    Attributes:
        linear: Reads n-grams.
        network: Reads tokens.
        both: For the two together.
        alone: For n-grams alone.
    """

    linear: Linear
    network: Network
    both: Mixture
    alone: Mixture

    def read(
        self, text: str, words: Words, ruled: Urgency = Urgency.NONE, guarded: Sequence[int] = ()
    ) -> Read:
        """Read a text.

        Args:
            text: The original.
            words: Its plain words.
            ruled: The highest urgency of any rule that the text meets.
            guarded: The words with which danger is denied, or a hit that a guard has cancelled begins. Of
                such a sentence the two are of different minds: where no rule stands and no other sentence
                would page, the writer is asked.

        Returns:
            What it makes of it; nothing where there are only a word or two.
        """
        if sum(word != STOP for word in words.words) < _FEWEST:
            return NOTHING
        spans = windows(words)
        mixture = self.both if encoder() else self.alone
        shown = readable(text, words)
        hashed = Ngrams.of(shown)
        each = self._odds(shown, hashed, spans)
        odds = each.max(axis=0) + with_rules(mixture, ruled)
        urgency = mixture.urgency(odds)
        if urgency is Urgency.NONE:
            return Read(urgency, (), About.UNKNOWN, (0, 0))
        window = int(each[:, SOON if urgency.pages else POSSIBLE].argmax())
        categories = mixture.categories(odds)
        pieces = _pieces(words, spans[window])
        telling = self._odds(shown, hashed, pieces)
        span = pieces[int(telling[:, FIRST + CATEGORIES.index(categories[0])].argmax())]
        if guarded and urgency.pages and ruled is Urgency.NONE:
            clear = [not any(begin <= at < end for at in guarded) for begin, end in pieces]
            if not any(mixture.urgency(piece).pages for piece in telling[clear]):
                urgency = Urgency.POSSIBLE
        return Read(urgency, categories, mixture.about(each[window]), span)

    def _odds(self, shown: Readable, hashed: Ngrams, spans: list[tuple[int, int]]) -> Array:
        """The log odds of each span, without rules. Of a very long text not all spans are read closely."""
        ngrams = np.stack([self.linear.read(*hashed.window(shown, *span)) for span in spans])
        tokens = encoder()
        if tokens is None:
            return ngrams * self.alone.ngrams + self.alone.bias
        chosen = np.sort(np.argsort(-ngrams[:, POSSIBLE], kind="stable")[:_MOST])
        network = self.network.read(tokens, [shown.part(*spans[number]) for number in chosen])
        out: Array = np.full_like(ngrams, -np.inf)
        out[chosen] = network * self.both.network + ngrams[chosen] * self.both.ngrams + self.both.bias
        return out


def with_rules(mixture: Mixture, ruled: Urgency) -> Array:
    """What it adds to the odds that a rule was met."""
    out: Array = mixture.rules[: 0 if ruled is Urgency.NONE else 2 if ruled.pages else 1].sum(axis=0)
    return out


@cache
def reader() -> Reader | None:
    """The reader that comes with Handrail, loaded once; ``None`` where its weights are missing."""
    if not (FOLDER / "reader.npz").exists():
        return None
    with np.load(FOLDER / "reader.npz", allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    chosen = json.loads((FOLDER / "thresholds.json").read_text(encoding="utf-8"))
    return assembled(arrays, chosen)


def assembled(arrays: Mapping[str, NDArray[Any]], chosen: Mapping[str, Any]) -> Reader:
    """The reader from weights and thresholds as they are kept."""
    network = {name.removeprefix("network/"): table for name, table in arrays.items() if "network/" in name}
    return Reader(
        linear=Linear(
            rarity=arrays["rarity"].astype(np.float32),
            ngrams=arrays["ngrams"],
            scale=arrays["scale"],
            bias=arrays["bias"],
        ),
        network=unpacked(network),
        both=mixture_from(chosen["both"]),
        alone=mixture_from(chosen["alone"]),
    )


def mixture_from(chosen: Mapping[str, Any]) -> Mixture:
    """A mixture from plain numbers and lists."""
    return Mixture(
        network=np.array(chosen["network"], np.float32),
        ngrams=np.array(chosen["ngrams"], np.float32),
        rules=np.array(chosen["rules"], np.float32),
        bias=np.array(chosen["bias"], np.float32),
        ask=chosen["ask"],
        page=chosen["page"],
        immediate=chosen["immediate"],
        category=chosen["category"],
        writer=chosen["writer"],
        other=chosen["other"],
    )


class Lack(Enum):
    """What screening has to do without, the worse first."""

    READER = auto()
    ENCODER = auto()


def lacks() -> Lack | None:
    """What is missing for screening to find all that it can."""
    if reader() is None:
        return Lack.READER
    return None if encoder() else Lack.ENCODER


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

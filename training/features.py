"""Rows as the reader sees them, made by the very code that runs in the bot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from handlers.screening.ngrams import PLACES, Ngrams
from handlers.screening.normalise import Words, normalise
from handlers.screening.readable import readable, windows
from handlers.screening.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of texts; a text with several comes first as a whole, then window by window.

    Attributes:
        texts: Each window as the network reads it.
        ngrams: One row a window: how much each place of the table counts, before it is weighed.
        owner: The number of the text that each window is cut from.
        whole: Whether the window is its whole text.
        read: Whether the bot reads it: all but the whole of a text with several windows.
    """

    texts: list[str]
    ngrams: Any
    owner: NDArray[np.int64]
    whole: NDArray[np.bool_]
    read: NDArray[np.bool_]

    def some(self, chosen: NDArray[np.bool_]) -> "Windows":
        """Only some of them."""
        texts = [self.texts[number] for number in np.flatnonzero(chosen)]
        return Windows(texts, self.ngrams[chosen], self.owner[chosen], self.whole[chosen], self.read[chosen])


def plain(text: str) -> Words:
    """A text's words as the bot takes them."""
    return normalise(text, rulebook().lexicon.spellings)


def cut(texts: Sequence[str], words_of: Callable[[str], Words] = plain) -> Windows:
    """Read texts. One without a word has no window."""
    places: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float32]] = []
    shown: list[str] = []
    owner: list[int] = []
    whole: list[bool] = []
    many: list[int] = []
    for number, text in enumerate(texts):
        words = words_of(text)
        if not words.words:
            continue
        read = readable(text, words)
        hashed = Ngrams.of(read)
        spans = windows(words)
        spans = [(0, len(words.words)), *(spans if len(spans) > 1 else [])]
        for at, (first, last) in enumerate(spans):
            place, weight = hashed.window(read, first, last)
            places.append(place)
            weights.append(weight)
            shown.append(read.part(first, last))
            owner.append(number)
            whole.append(at == 0)
            many.append(len(spans))
    ends = np.cumsum([0, *map(len, places)])
    table = sparse.csr_matrix(
        (np.concatenate(weights), np.concatenate(places), ends), shape=(len(places), PLACES), dtype=np.float32
    )
    table.sum_duplicates()
    first_of_all = np.array(whole)
    return Windows(shown, table, np.array(owner), first_of_all, ~first_of_all | (np.array(many) == 1))

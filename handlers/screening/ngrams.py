"""What a text is made of, as numbers: groups of two to five characters, and words alone and in pairs.

Each is hashed to a place in a table of fixed size, so there is no vocabulary to load or to keep. The
weights of a place are in ``weights/``; how they were made is in ``training/``.
"""

from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from handlers.screening.readable import Readable

#: Places in the table.
PLACES: Final = 1 << 17
_SIZES: Final = (2, 3, 4, 5)
_WORDS_WEIGH: Final = 0.6


@dataclass(frozen=True, slots=True)
class Ngrams:
    """The places of one text's n-grams.

    Attributes:
        characters: For each size, the place of the group that begins at each character.
        single: The place of each word.
        pair: The place of each word with the next one.
    """

    characters: tuple[NDArray[np.int64], ...]
    single: NDArray[np.int64]
    pair: NDArray[np.int64]

    @classmethod
    def of(cls, text: Readable) -> "Ngrams":
        """Hash a text once; windows are slices of it."""
        codes = np.frombuffer(text.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
            np.uint64
        )
        characters = []
        for size in _SIZES:
            many = max(0, len(codes) - size + 1)
            mixed = np.full(many, size, dtype=np.uint64)
            for at in range(size):
                mixed = (mixed * np.uint64(1_000_003)) ^ codes[at : at + many]
            characters.append(_places(mixed))
        words = np.array(
            [crc32(word.encode("utf-8", "surrogatepass")) for word in text.words.words], dtype=np.uint64
        )
        pair = (words[:-1] * np.uint64(1_000_003)) ^ words[1:] ^ np.uint64(77)
        return cls(tuple(characters), _places(words + np.uint64(7_777_777)), _places(pair))

    def window(self, text: Readable, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The places of the words from ``first`` up to ``last``, with how much each counts.

        Returns:
            Places, once each, and their counts (dampened: 1 + log of how often); words count a little
            less than characters.
        """
        begin, end = text.begins[first] - 1, text.ends[last - 1] + 1
        groups = [
            place[begin : max(begin, end - size + 1)]
            for size, place in zip(_SIZES, self.characters, strict=True)
        ]
        characters = np.concatenate(groups)
        words = np.concatenate((self.single[first:last], self.pair[first : max(first, last - 1)]))
        every, often = np.unique(characters, return_counts=True)
        rest, count = np.unique(words, return_counts=True)
        weigh = np.concatenate((1 + np.log(often), _WORDS_WEIGH * (1 + np.log(count))))
        return np.concatenate((every, rest)), weigh.astype(np.float32)


def _places(mixed: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Spread hashes over the table (the finisher of splitmix64)."""
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(PLACES)).astype(np.int64)

"""The words that rules know, and where they stand in a text."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.screening.normalise import STOP, Words, normalise, stretched


class Lexicon:
    """The sets of words that patterns use, numbered, and which sets a word belongs to."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        """Start empty; ``spellings`` are applied to patterns as they are to texts."""
        self.spellings = spellings
        self._numbers: dict[frozenset[str], int] = {}
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._longest = 0
        self._plain: dict[str, tuple[str, ...]] = {}

    def plain(self, token: str) -> tuple[str, ...]:
        """The plain words for a word of a pattern, kept: patterns repeat themselves."""
        if token not in self._plain:
            self._plain[token] = normalise(token, self.spellings).words
        return self._plain[token]

    def number(self, words: frozenset[str]) -> int:
        """The number of a set of words; a stem ends in ``*``."""
        known = self._numbers.get(words)
        if known is not None:
            return known
        number = len(self._numbers)
        self._numbers[words] = number
        for word in words:
            if word.endswith("*"):
                self._stems.setdefault(word[:-1], []).append(number)
                self._longest = max(self._longest, len(word) - 1)
            else:
                self._exact.setdefault(word, []).append(number)
        return number

    def sets_of(self, word: str) -> set[int]:
        """The numbers of every set that a plain word belongs to."""
        out: set[int] = set()
        for spelling in stretched(word):
            out.update(self._exact.get(spelling, ()))
            for end in range(1, min(len(spelling), self._longest) + 1):
                out.update(self._stems.get(spelling[:end], ()))
        return out

    def index(self, text: Words) -> "Index":
        """Where each set of words stands in a text."""
        places: dict[int, set[int]] = {}
        known: dict[str, set[int]] = {}
        stops = set()
        for at, word in enumerate(text.words):
            if word == STOP:
                stops.add(at)
                continue
            if word not in known:
                known[word] = self.sets_of(word)
            for number in known[word]:
                places.setdefault(number, set()).add(at)
        return Index(places, frozenset(places), frozenset(stops), len(text.words))


@dataclass(frozen=True, slots=True)
class Index:
    """Where each set of words stands in one text; which occur at all; where sentences end."""

    places: dict[int, set[int]]
    present: frozenset[int]
    stops: frozenset[int]
    length: int

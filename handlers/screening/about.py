"""Whom a finding is about: the writer, or somebody that the writer tells of."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from handlers.screening.lexicon import Index
from handlers.screening.normalise import Words
from handlers.screening.rulebook import Rulebook
from storage.words import About

_OPENING_OR_CLOSING = '"“”«»„'


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is spoken of where in one text.

    Attributes:
        firsts: Words that mean the writer, by place, sorted.
        thirds: Words that mean somebody else, by place, sorted.
        reports: Where somebody's words are passed on, by place, sorted.
        sentence: The sentence that each word stands in, rising.
        quotes: Offsets of double quotes in the original text.
        starts: Where each word begins in the original text.
    """

    firsts: list[int]
    thirds: list[int]
    reports: list[int]
    sentence: list[int]
    quotes: list[int]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, words: Words, sentence: list[int], index: Index, book: Rulebook) -> "Persons":
        """Read who is spoken of.

        Args:
            text: The original.
            words: Its words.
            sentence: The sentence that each word stands in.
            index: Where the rules' words stand.
            book: The rules, for the words of each language.

        Returns:
            The reading.
        """
        thirds = {at for one in book.third_person for span in one.matches(index) for at in range(*span)}
        reports = {at for one in book.reporting for span in one.matches(index) for at in range(*span)}
        firsts = {at for one in book.first_person for span in one.matches(index) for at in range(*span)}
        return cls(
            firsts=sorted(firsts - thirds - reports),
            thirds=sorted(thirds),
            reports=sorted(reports),
            sentence=sentence,
            quotes=[at for at, character in enumerate(text) if character in _OPENING_OR_CLOSING],
            starts=words.starts,
        )

    def about(self, hits: list[tuple[int, int]]) -> About:
        """Whom some hits are about: the writer as soon as one of them is."""
        said = {self._one(*hit) for hit in hits[:10]}
        for about in (About.WRITER, About.SOMEBODY_ELSE):
            if about in said:
                return about
        return About.UNKNOWN

    def _one(self, begin: int, end: int) -> About:
        low = bisect_left(self.sentence, self.sentence[begin])
        high = bisect_right(self.sentence, self.sentence[end - 1])
        quoted = bisect_left(self.quotes, self.starts[begin]) % 2 == 1 and bool(self.thirds or self.reports)
        if quoted or _any(self.reports, low, end):
            return About.SOMEBODY_ELSE
        if _any(self.firsts, begin, end):
            return About.WRITER
        if _any(self.thirds, begin, end):
            return About.SOMEBODY_ELSE
        for first, last in ((low, begin), (low, high), (0, len(self.sentence))):
            writer, other = _any(self.firsts, first, last), _any(self.thirds, first, last)
            if writer != other:
                return About.WRITER if writer else About.SOMEBODY_ELSE
            if writer and other and first != 0:
                return About.SOMEBODY_ELSE
        return About.UNKNOWN


def _any(places: list[int], low: int, high: int) -> bool:
    at = bisect_left(places, low)
    return at < len(places) and places[at] < high

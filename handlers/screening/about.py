"""Whom a finding is about: the writer, or somebody that the writer tells of."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from handlers.screening.lexicon import Index
from handlers.screening.normalise import Words
from handlers.screening.rulebook import Rulebook
from storage.words import About, Category

_OPENING_OR_CLOSING = '"“”«»„'
#: What somebody does to themselves: never the writer, whoever stands before it.
_REFLEXIVE = frozenset(
    ("himself", "herself", "themselves", "matarse", "suicidarse", "morirse", "lastimarse", "cortarse")
)
#: Behind what was done, the one that it was done to.
_OBJECT = frozenset(("me", "us"))
#: Before what one does, the one that does it.
_SUBJECT = frozenset(("i", "je", "yo"))


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is spoken of where in one text.

    Attributes:
        words: The text's plain words.
        firsts: Words that mean the writer, by place, sorted.
        told: The same where somebody's words are passed on to the writer ("told me").
        thirds: Words that mean somebody else, by place, sorted.
        reports: Where somebody's words are passed on, by place, sorted.
        sentence: The sentence that each word stands in, rising.
        quotes: Offsets of double quotes in the original text.
        starts: Where each word begins in the original text.
    """

    words: tuple[str, ...]
    firsts: list[int]
    told: list[int]
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
            words=words.words,
            firsts=sorted(firsts - thirds - reports),
            told=sorted((firsts - thirds) & reports),
            thirds=sorted(thirds),
            reports=sorted(reports),
            sentence=sentence,
            quotes=[at for at, character in enumerate(text) if character in _OPENING_OR_CLOSING],
            starts=words.starts,
        )

    def about(
        self, hits: list[tuple[int, int]], category: Category = Category.UNSURE, *, reporting: bool = True
    ) -> About:
        """Whom some hits of a category are about: the writer as soon as one of them is.

        ``reporting``: "told me" means that somebody's words are passed on; otherwise it is what happened.
        """
        said = {self._one(*hit, category, reporting=reporting) for hit in hits[:10]}
        for about in (About.WRITER, About.SOMEBODY_ELSE):
            if about in said:
                return about
        return About.UNKNOWN

    def writer_beside(self, hit: tuple[int, int]) -> bool:
        """Whether a word for the writer stands in a hit or directly beside it."""
        low, high = max(hit[0] - 1, 0), hit[1] + 1
        return _any(self.firsts, low, high) or _any(self.told, low, high)

    def _one(self, begin: int, end: int, category: Category, *, reporting: bool) -> About:
        low = bisect_left(self.sentence, self.sentence[begin])
        high = bisect_right(self.sentence, self.sentence[end - 1])
        quoted = bisect_left(self.quotes, self.starts[begin]) % 2 == 1 and bool(self.thirds or self.reports)
        hit = self.words[begin:end]
        if quoted or (category is Category.SELF_HARM and not _REFLEXIVE.isdisjoint(hit)):
            return About.SOMEBODY_ELSE
        if category is Category.ABUSE and not _OBJECT.isdisjoint((*hit, *self.words[end : end + 1])):
            return About.WRITER
        if reporting and _any(self.reports, low, end):
            return About.SOMEBODY_ELSE
        if category is Category.HARM_TO_OTHERS and (doer := self._last(low, begin + 1)) is not None:
            return doer
        own = category is Category.SELF_HARM and begin > low and self.words[begin - 1] in _SUBJECT
        if own or _any(self.firsts, begin, end) or (not reporting and _any(self.told, begin, end)):
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

    def _last(self, low: int, high: int) -> About | None:
        """Who is named last in some words, if anybody."""
        writer = bisect_left(self.firsts, high) - 1
        other = bisect_left(self.thirds, high) - 1
        mine = self.firsts[writer] if writer >= 0 else -1
        theirs = self.thirds[other] if other >= 0 else -1
        if max(mine, theirs) < low:
            return None
        return About.WRITER if mine > theirs else About.SOMEBODY_ELSE


def _any(places: list[int], low: int, high: int) -> bool:
    at = bisect_left(places, low)
    return at < len(places) and places[at] < high

"""Words tried on what was written in the last month, and on everyday texts, before anybody looks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.screening.local import everyday, holds, read
from storage.words import Urgency
from storage.written import Written

HANDFUL = 5
"""Everyday texts, or texts of the month, that words may stand in without being called common."""
COMMON = 0.05
"""The most of the month's texts that words may stand in, where that is more than a handful."""
SHOWN = 3


@dataclass(frozen=True)
class Trial:
    """What words would have done.

    ``texts`` of the month, of which ``hits`` hold them; ``known`` of these paged without them (or were asked
    about, if that is all that the words do). ``everyday`` harmless texts that come with Handrail hold them,
    of ``tried``; ``examples`` are some of those.
    """

    texts: int
    hits: int
    known: int
    everyday: int
    tried: int
    examples: tuple[str, ...]

    @property
    def new(self) -> int:
        """How often they would have done something that nothing else did."""
        return self.hits - self.known

    @property
    def is_everyday(self) -> bool:
        """Whether more than a handful of harmless texts hold them."""
        return self.everyday > HANDFUL

    @property
    def is_common(self) -> bool:
        """Whether too many of the month's texts hold them."""
        return self.hits > max(HANDFUL, self.texts * COMMON)


def tried(words: str, urgency: Urgency, written: Sequence[Written]) -> Trial:
    """Try words that do ``urgency``. Pure, but slow: not on the event loop. A thousand texts take 0.3 s."""
    hits = [each for each in written if holds(read(each.text), words)]
    examples = [text for text, plain in everyday() if holds(plain, words)]
    return Trial(
        texts=len(written),
        hits=len(hits),
        known=sum(each.found.rank >= urgency.rank for each in hits),
        everyday=len(examples),
        tried=len(everyday()),
        examples=tuple(examples[:SHOWN]),
    )

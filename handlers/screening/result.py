"""What screening says about a text."""

from dataclasses import dataclass, field

from handlers.screening.normalise import Words
from storage.words import About, Category, Urgency


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that a finding rests on. They are the writer's own: never in a log, page or metric.

    Attributes:
        start: Where they begin in the original text, in characters.
        end: One past where they end.
        words: The original text from ``start`` to ``end``.
    """

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text meets.

    Attributes:
        category: What it is about.
        urgency: How soon an adult must have it; never ``none``.
        about: Whom it concerns, seen from the writer.
        evidence: The words that it rests on, in text order, at least one.
        reason: Why it was found, one plain sentence.
        theme: The same in two to four words, safe to show on a page.
        rule: The rule's id.
    """

    category: Category
    urgency: Urgency
    about: About
    evidence: tuple[Evidence, ...]
    reason: str
    theme: str
    rule: str


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything that screening found in one text, most urgent first; empty if nothing.

    ``words`` are the text's plain words, for who looks for more in them.
    """

    findings: tuple[Finding, ...] = ()
    words: Words = field(default=Words((), (), ()), compare=False, repr=False)

    @property
    def urgency(self) -> Urgency:
        """The highest urgency of any finding."""
        return max((one.urgency for one in self.findings), key=lambda it: it.rank, default=Urgency.NONE)

    @property
    def categories(self) -> tuple[Category, ...]:
        """Every category found, once each, most urgent first."""
        return tuple(dict.fromkeys(one.category for one in self.findings))

    @property
    def about(self) -> About:
        """The writer if any finding says so, else somebody else if any says so, else unknown."""
        said = {one.about for one in self.findings}
        for about in (About.WRITER, About.SOMEBODY_ELSE):
            if about in said:
                return about
        return About.UNKNOWN

    @property
    def themes(self) -> tuple[str, ...]:
        """Every theme found, once each, most urgent first."""
        return tuple(dict.fromkeys(one.theme for one in self.findings))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every piece of evidence, once each, in text order."""
        every = {piece for one in self.findings for piece in one.evidence}
        return tuple(sorted(every, key=lambda piece: (piece.start, piece.end)))

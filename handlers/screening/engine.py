"""Reads one text: the rules first, the learned reader beside them, and one answer from both."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from handlers.screening.about import Persons
from handlers.screening.joining import join
from handlers.screening.lexicon import Index
from handlers.screening.normalise import STOP, Words, normalise
from handlers.screening.pattern import Pattern, Sequence, advance
from handlers.screening.reader import Reader, reader
from handlers.screening.result import Evidence, Finding, Screening
from handlers.screening.rulebook import Guard, Rule, Rulebook, rulebook
from storage.words import About, Category, Urgency

_MOST_EVIDENCE = 10


def screen(text: str, locale: str | None = None) -> Screening:
    """Look for red flags in a text.

    Pure: nothing is read or written once rules and weights are loaded, and nothing is remembered.
    Takes some milliseconds for a message, and a fifth of a second for 10,000 characters.

    Args:
        text: What somebody wrote, in any language and of any length.
        locale: The programme's locale. A hint only, and not used: every language is read in every
            text, because people switch language inside a sentence.

    Returns:
        The findings, most urgent first; an empty screening if there are none. Never raises for
        any string.
    """
    del locale
    return screen_with(text, reader())


def by_rules(text: str) -> Screening:
    """The same by rules alone."""
    return screen_with(text, None)


def screen_with(text: str, learned: Reader | None) -> Screening:
    """The same with another reader, or with rules alone."""
    reading = Reading.of(text, rulebook())
    findings = reading.findings()
    if learned is not None:
        ruled = max((one.urgency for one in findings), key=lambda level: level.rank, default=Urgency.NONE)
        findings = join(
            text, reading.words, findings, learned.read(text, reading.words, ruled, reading.guarded)
        )
    return Screening(tuple(sorted(findings, key=most_urgent_first)), reading.words)


def most_urgent_first(finding: Finding) -> tuple[int, int, str]:
    """How findings are ordered."""
    return -finding.urgency.rank, finding.evidence[0].start, finding.rule


@dataclass(slots=True)
class Reading:
    """One text being screened; matches of patterns that many rules share are kept."""

    text: str
    book: Rulebook
    words: Words
    index: Index = field(init=False)
    sentence: list[int] = field(init=False)
    clause: list[int] = field(init=False)
    persons: Persons | None = None
    guarded: list[int] = field(default_factory=list)
    """Where danger is denied, or a hit begins that a guard has cancelled; known once the findings are."""
    matched: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    reached: dict[int, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, book: Rulebook) -> "Reading":
        """A text with its disguises undone."""
        return cls(text, book, normalise(text, book.lexicon.spellings))

    def __post_init__(self) -> None:
        self.index = self.book.lexicon.index(self.words)
        self.sentence = list(accumulate(int(word == STOP) for word in self.words.words))
        begins = {at for one in self.book.contrast for at, _ in self.matches(one)}
        self.clause = list(
            accumulate(
                int(word == STOP or at in begins or at in self.words.lines)
                for at, word in enumerate(self.words.words)
            )
        )

    def findings(self) -> list[Finding]:
        """What the rules find."""
        self.guarded = [begin for one in self.book.denial for begin, _ in self.matches(one)]
        return [found for rule in self.book.rules if (found := self.finding(rule)) is not None]

    def matches(self, pattern: Pattern) -> list[tuple[int, int]]:
        """A pattern's matches in this text, kept."""
        known = self.matched.get(id(pattern))
        if known is None:
            known = self.matched[id(pattern)] = pattern.matches(self.index)
        return known

    def finding(self, rule: Rule) -> Finding | None:
        """What one rule finds, or nothing."""
        met = sorted({hit for pattern in rule.patterns for hit in pattern.matches(self.index)})
        hits = [hit for hit in met if not any(self.cancels(guard, hit) for guard in rule.guards)]
        self.guarded += [hit[0] for hit in met if hit not in hits]
        firm = self.with_near(rule, [hit for hit in hits if not self.softened(rule, hit)])
        hits = firm or self.with_near(rule, hits)
        if not hits or any(self.matches(pattern) for pattern in rule.elsewhere):
            return None
        return Finding(
            category=rule.category,
            urgency=rule.urgency if firm else Urgency.POSSIBLE,
            about=rule.about or self.about(hits, rule.category, reporting=rule.reporting),
            evidence=self.evidence_of(hits),
            reason=rule.reason,
            theme=rule.theme,
            rule=rule.id,
        )

    def softened(self, rule: Rule, hit: tuple[int, int]) -> bool:
        """Whether what stands around a hit leaves so much doubt that the writer is asked first.

        A lesson or a play nearby is no reason to doubt somebody's own danger ("my theater teacher kissed
        me"). A game is, where it is others who are to be killed.
        """
        if any(self.cancels(guard, hit) for guard in rule.doubt):
            return True
        own = rule.urgency is Urgency.IMMEDIATE and rule.category is not Category.HARM_TO_OTHERS
        return not (own and self.who().writer_beside(hit)) and any(
            self.cancels(guard, hit) for guard in rule.soften
        )

    def about(
        self, hits: list[tuple[int, int]], category: Category = Category.UNSURE, *, reporting: bool = True
    ) -> About:
        """Whom hits of a category are about."""
        return self.who().about(hits, category, reporting=reporting)

    def who(self) -> Persons:
        """Who is spoken of, read once."""
        if self.persons is None:
            self.persons = Persons.of(self.text, self.words, self.sentence, self.index, self.book)
        return self.persons

    def evidence_of(self, hits: list[tuple[int, int]]) -> tuple[Evidence, ...]:
        """The original words of the first of some matches, once each."""
        return tuple(dict.fromkeys(self.evidence(*hit) for hit in hits[:_MOST_EVIDENCE]))

    def evidence(self, begin: int, end: int) -> Evidence:
        """The original words of a match."""
        start, stop = self.words.starts[begin], self.words.ends[end - 1]
        return Evidence(start, stop, self.text[start:stop])

    def with_near(self, rule: Rule, hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The hits with one of the rule's ``near`` patterns within a sentence; all if the rule has none."""
        if not rule.near or not hits:
            return hits
        near = sorted({other for pattern in rule.near for other in self.matches(pattern)})
        where = [self.sentence[begin] for begin, _ in near]
        out: set[tuple[int, int]] = set()
        for hit in hits:
            here = self.sentence[hit[0]]
            around = near[bisect_left(where, here - 1) : bisect_right(where, here + 1)]
            companions = [other for other in around if other[1] <= hit[0] or other[0] >= hit[1]]
            if companions:
                out |= {hit, min(companions, key=lambda other: abs(other[0] - hit[0]))}
        return sorted(out)

    def cancels(self, guard: Guard, hit: tuple[int, int]) -> bool:
        """Whether a guard stands in the hit's clause, where the guard says."""
        begin, end = hit
        clauses = self.clause[begin], self.clause[end - 1]
        if guard.anywhere is not None:
            found = self.matches(guard.anywhere)
            low = bisect_left(found, clauses[0], key=lambda other: self.clause[other[0]])
            return low < len(found) and self.clause[found[low][0]] <= clauses[1]
        if guard.before is not None:
            begun = self.ends(guard.before).get(begin)
            if begun is None or self.clause[begun] != clauses[0]:
                return False
        if guard.answer is not None and not self.answers(guard.answer, end):
            return False
        if guard.after is not None:
            reached = advance(guard.after, {end: end}, self.index)
            return any(
                self.clause[at - 1] == clauses[1] and not (guard.closes and self.goes_on(at))
                for at in reached
            )
        return True

    def answers(self, answer: Sequence, end: int) -> bool:
        """Whether the sentence behind the one that ends a hit begins with an answer."""
        behind = bisect_right(self.sentence, self.sentence[end - 1])
        return bool(advance(answer, {behind + 1: end}, self.index))

    def goes_on(self, at: int) -> bool:
        """Whether a clause goes on with this word."""
        return at < len(self.clause) and self.clause[at] == self.clause[at - 1]

    def ends(self, pattern: Pattern) -> dict[int, int]:
        """Where a guard that stands before a hit can end, each with where it began; kept."""
        known = self.reached.get(id(pattern))
        if known is None:
            begin = {at for number in pattern.first for at in self.index.places.get(number, ())}
            known = advance(pattern.body, {at: at for at in begin}, self.index)
            self.reached[id(pattern)] = known
        return known

"""One answer from the rules and the learned reader.

A rule always says what it says. What the reader finds stands beside the rules' findings where it is more
urgent than all of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.languages import mark
from handlers.screening.normalise import Words
from handlers.screening.reader import Read
from handlers.screening.result import Evidence, Finding
from storage.words import About, Category, Urgency

#: What a finding of the reader is recorded under, instead of a rule's id.
READER: Final = "reader"
_SAID: Final = {
    Category.SELF_HARM: (
        mark("sounds like self-harm"),
        mark("It sounds as if somebody may hurt themselves or not want to live."),
    ),
    Category.HARM_TO_OTHERS: (
        mark("sounds like a threat"),
        mark("It sounds as if somebody may want to hurt others."),
    ),
    Category.PSYCHOSIS: (
        mark("sounds out of touch"),
        mark("It sounds as if somebody hears, sees or believes what others cannot share."),
    ),
    Category.ABUSE: (
        mark("sounds like abuse"),
        mark("It sounds as if somebody is being hurt, used or left without care."),
    ),
}
THEMES: Final = frozenset(theme for theme, _ in _SAID.values())
"""What a page says where the reader found something; no rule says the same."""
_UNSURE: Final = mark("It may mean something serious, or nothing. The writer is asked.")


def join(text: str, words: Words, by_rules: Sequence[Finding], read: Read) -> list[Finding]:
    """Put both together.

    Args:
        text: The original.
        words: Its plain words.
        by_rules: What the rules found.
        read: What the reader makes of the text.

    Returns:
        The findings, in no special order.
    """
    findings = [*by_rules]
    if read.urgency is Urgency.NONE:
        return findings
    start, end = words.starts[read.span[0]], words.ends[read.span[1] - 1]
    evidence = Evidence(start, end, text[start:end])
    # A rule knows what it found; the reader errs about that more often than about whether there is something.
    if max((one.urgency.rank for one in findings), default=0) < read.urgency.rank:
        known = {one.category for one in findings}
        same = [category for category in read.categories if category in known]
        findings += [_found(category, read, evidence) for category in same or read.categories]
    return with_about(findings)


def with_about(findings: Sequence[Finding]) -> list[Finding]:
    """Let those that do not tell whom they are about follow the first that does."""
    about = next((one.about for one in findings if one.about is not About.UNKNOWN), About.UNKNOWN)
    return [replace(one, about=about) if one.about is About.UNKNOWN else one for one in findings]


def _found(category: Category, read: Read, evidence: Evidence) -> Finding:
    theme, reason = _SAID[category]
    return Finding(
        category=category,
        urgency=read.urgency,
        about=read.about,
        evidence=(evidence,),
        reason=reason if read.urgency.pages else _UNSURE,
        theme=theme,
        rule=READER,
    )

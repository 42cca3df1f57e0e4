"""What was no concern, by the reason for which screening found it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.cards.helpers import FALLBACK
from handlers.chat import Button, Buttons, Card, Text, TextStyle, action
from handlers.languages import Say

LISTED = 12


class Source(StrEnum):
    """What found it."""

    RULES = "rules"
    READER = "reader"
    LOCAL = "local"
    REMOVED = "removed"


@dataclass(frozen=True)
class Reason:
    """How often cases that were found for one reason were what.

    ``text`` is a built-in reason's theme (marked) or a programme's own words. ``no_concern`` and ``concern``
    are how adults closed them; ``said_no``: their writers were asked, and said that no adult was needed.
    """

    source: Source
    text: str
    no_concern: int
    concern: int
    said_no: int


def review(say: Say, reasons: Sequence[Reason], days: int) -> Card:
    """The reasons, the worst first."""
    lines = [_line(say, each) for each in reasons[:LISTED]]
    if len(reasons) > LISTED:
        lines.append(say("and {count} more", count=len(reasons) - LISTED))
    nothing = say("No case that screening found has come to an end in these {days} days.", days=days)
    what = say(
        "What became of the cases of the last {days} days, by the reason for which screening found them. A "
        "case with two reasons counts for both.",
        days=days,
    )
    goes_on = say("Nothing is switched off by this, and nothing is unlearned.")
    advice = say(
        "Is it often one of your own words? Remove it, or choose a longer phrase. Is it a built-in reason? "
        "Tell the people who maintain Handrail which one, and no word of a note."
    )
    back = Buttons((Button(say("Back to the list"), action("words", 0)),))
    blocks = (
        Text(what, TextStyle.QUIET),
        Text("\n".join(lines) or nothing),
        Text(goes_on),
        Text(advice),
        back,
    )
    return Card(say("What was no concern"), blocks, say(FALLBACK))


def _line(say: Say, reason: Reason) -> str:
    counts = [
        say("no concern: {count}", count=reason.no_concern),
        say("a concern: {count}", count=reason.concern),
    ]
    if reason.said_no:
        counts.append(say("the writer said no: {count}", count=reason.said_no))
    return f"• {_name(say, reason)} · {' · '.join(counts)}"


def _name(say: Say, reason: Reason) -> str:
    match reason.source:
        case Source.RULES:
            return say(reason.text)
        case Source.READER:
            return say("{reason} (the learned reader)", reason=say(reason.text))
        case Source.LOCAL:
            return say("“{words}” (your own words)", words=reason.text)
        case Source.REMOVED:
            return say("“{words}” (removed)", words=reason.text)

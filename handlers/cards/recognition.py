"""Hours, milestones and thanks. Warm and short; compares nobody with anybody."""

from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.words import short
from handlers.certificate import Certificate
from handlers.chat import (
    Block,
    Button,
    Buttons,
    Card,
    Fields,
    Form,
    Link,
    Text,
    TextInput,
    TextStyle,
    UserInput,
    action,
)
from handlers.languages import Say
from storage.recognition import Given

CHECK_INS = (1, 10, 25, 50, 100, 250, 500)
HOURS = (5, 10, 25, 50, 100, 200, 300)
"""Milestones."""
WORDS = 600
"""Characters of a thank-you."""


def hours(say: Say, given: Given, reached: tuple[int, int], zone: ZoneInfo) -> Card:
    """What somebody has given; for themself alone."""
    if given.first is None:
        return nothing_yet(say)
    pairs = [
        (say("Check-ins"), str(given.check_ins)),
        (say("Time"), say("{hours} h {minutes} min", hours=given.minutes // 60, minutes=given.minutes % 60)),
        (say("Since"), say.whole_day(given.first.astimezone(zone).date())),
    ]
    blocks: list[Block] = [Fields(tuple(pairs))]
    check_ins, whole = reached
    if whole:
        blocks.append(Text(hours_reached(say, whole)))
    elif check_ins:
        blocks.append(Text(check_ins_reached(say, check_ins)))
    blocks += [
        Text(say("Only you see this. Time that you need for yourself counts too."), TextStyle.QUIET),
        Buttons((Button(say("Certificate"), action("hours.certificate")),)),
    ]
    return Card(say("Your hours"), tuple(blocks), say(FALLBACK))


def hours_reached(say: Say, number: int) -> str:
    """A milestone in hours."""
    return say("{count} hours given to others. Thank you.", count=number)


def check_ins_reached(say: Say, number: int) -> str:
    """A milestone in check-ins."""
    if number == 1:
        return say("Your first check-in. Thank you for being there.")
    return say("{count} times you were there for somebody. Thank you.", count=number)


def nothing_yet(say: Say) -> Card:
    """Before the first check-in."""
    return plain(
        say, say("Your hours"), say("Nothing logged yet. Your hours count from your first check-in.")
    )


def certificate(say: Say, content: Certificate, link: str) -> Card:
    """What stands on the certificate, and the link to the PDF if there can be one."""
    text = "\n".join(content.lines)
    alone = say("Ask your coordinator to sign this. Handrail has no public address to show you a PDF at.")
    how = Link(say("The certificate as a PDF"), link) if link else Text(alone)
    return Card(content.title, (Text(text), how), say(FALLBACK))


def thanks_form(say: Say) -> Form:
    """Whom to thank, and for what."""
    return Form(
        action("thanks"),
        say("Thank a helper"),
        (
            UserInput(name="who", label=say("Who?"), required=True),
            TextInput(
                name="words",
                label=say("What would you like to say?"),
                help=say("About what they did, not about whom. No names or codes of students."),
                required=True,
                multiline=True,
                most=WORDS,
            ),
        ),
        submit=say("Send"),
    )


def thanked(say: Say, name: str, words: str) -> Card:
    """To the helper, in a direct message."""
    title = say("{adult} says thank you", adult=short(say, name))
    return Card(title, (Text(words, TextStyle.QUOTE),), say(FALLBACK))


def thanks_sent(say: Say, name: str) -> Card:
    """To whoever thanked."""
    text = say("{helper} gets your message, and nobody else does.", helper=short(say, name))
    return plain(say, say("On its way"), text)


def thanks_held(say: Say) -> Card:
    """The words raised a concern."""
    text = say(
        "These words sound like a concern, so they were taken as one and not sent to the helper. "
        "If they were meant as thanks, please write them in another way."
    )
    return plain(say, say("Not sent"), text)

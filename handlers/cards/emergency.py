"""What is said while the database cannot be written: to the adults, and to whoever raised a concern."""

from handlers.cards import calls as call_cards
from handlers.cards.calls import Calls
from handlers.cards.cases import PAGE_FALLBACK
from handlers.cards.helpers import FALLBACK
from handlers.cards.words import short
from handlers.chat import Block, Card, Text, TextStyle
from handlers.languages import Say


def page(say: Say, writer: str) -> Card:
    """The one page that goes out; ``writer`` is empty for somebody who is not on the roster."""
    who = short(say, writer) if writer else say("somebody not on the roster")
    return Card(
        say("Urgent · somebody needs you"),
        (
            Text(say("Reach {helper} now, in person or by phone.", helper=who), TextStyle.STRONG),
            Text(
                say(
                    "Handrail cannot save anything at the moment, so you cannot answer here, and nobody is "
                    "paged again. Agree among you who goes."
                )
            ),
            Text(
                say("What was written is kept, encrypted. It opens as a case as soon as it can."),
                TextStyle.QUIET,
            ),
        ),
        say(PAGE_FALLBACK),
    )


def page_elsewhere(say: Say) -> Card:
    """The same by mail, push, SMS or a call: without a name."""
    text = say("Handrail cannot save anything at the moment. Open it, or call your team: somebody needs you.")
    return Card(say("Urgent peer concern"), (Text(text),), say(PAGE_FALLBACK))


def told(say: Say, calls: Calls, *, anybody: bool) -> Card:
    """To whoever raised it: what was kept, and that a person has to be found in person."""
    # PFA-S, "connect": software that failed is no reason to wait for it.
    go = (
        say("The adults of your team were sent a message. Don't wait for an answer here: go to an adult now.")
        if anybody
        else say("No adult could be sent a message. Go to an adult now.")
    )
    blocks: list[Block] = [Text(go, TextStyle.STRONG)]
    blocks += call_cards.block(say, calls)
    kept = say("Your words are kept, encrypted, and reach the adults as soon as Handrail can save again.")
    blocks.append(Text(kept, TextStyle.QUIET))
    return Card(say("Go to an adult now"), tuple(blocks), say(FALLBACK))


def stuck(say: Say) -> Card:
    """Pages wait that should have gone out: said to every adult, beside everything that usually pages."""
    text = say(
        "Some pages have not gone out yet. Open Handrail and look at the open cases, and tell whoever looks "
        "after it: python -m bot doctor says more."
    )
    return Card(say("Handrail may be stuck"), (Text(text),), say(PAGE_FALLBACK))

"""What the adults see of a drill. Nothing on it could be taken for a real case, nor the other way round."""

from collections.abc import Sequence

from handlers.cards.helpers import plain
from handlers.cards.words import short
from handlers.chat import Button, Buttons, ButtonStyle, Card, Fields, Text, TextStyle, action
from handlers.languages import Say, mark
from storage.cases import Case
from storage.drills import Paged

DRILL_FALLBACK = mark("DRILL from Handrail: nobody is in danger.")


def page(say: Say, case: Case) -> Card:
    """A test page."""
    return Card(
        f"{case.name} · {say('nobody is in danger')}",
        (
            Text(say("This only tries whether pages reach you. Please answer it like a real one.")),
            Buttons(
                (
                    Button(say("I've got it"), action("case.ack", case.id, "now"), ButtonStyle.PRIMARY),
                    Button(say("I can't"), action("case.decline", case.id)),
                )
            ),
        ),
        say(DRILL_FALLBACK),
    )


def page_elsewhere(say: Say, case: Case) -> Card:
    """The same by mail, push, SMS or a call."""
    text = say("This only tries whether pages reach you. Please open Handrail and answer there.")
    return Card(f"{case.name} · {say('nobody is in danger')}", (Text(text),), say(DRILL_FALLBACK))


def answered(say: Say, case: Case) -> Card:
    """What every card of a drill becomes once it is over."""
    text = (
        say("Somebody answered. Thank you for trying it.")
        if case.acknowledged_at is not None
        else say("Nobody answered in time. The coordinator is told.")
    )
    return Card(f"{case.name} · {say('over')}", (Text(text),), say(DRILL_FALLBACK))


def started(say: Say) -> Card:
    """To whoever started it. Without its number: a missing one tells of a case that one does not see."""
    text = say(
        "The drill is on its way up the ladder. Every page says that it is one. "
        "You get the result when somebody answers, or after half an hour."
    )
    return plain(say, say("The drill has begun"), text)


def not_started(say: Say) -> Card:
    """One is under way, or there is nobody to page."""
    text = say("A drill is under way, or nobody on your team can be paged. Nothing was started.")
    return plain(say, say("Not done"), text)


def over(say: Say, case: Case, paged: Sequence[Paged]) -> Card:
    """How a drill went."""
    pairs = tuple((short(say, each.name)[:75], _how(say, each)) for each in paged[:10])
    line = (
        say("A real page would have found somebody.")
        if case.acknowledged_at is not None
        else say("Nobody answered within half an hour. Please talk about it, and try again.")
    )
    return Card(
        f"{case.name} · {say('how it went')}",
        (Text(line, TextStyle.STRONG), *((Fields(pairs),) if pairs else ())),
        say(DRILL_FALLBACK),
    )


def _how(say: Say, paged: Paged) -> str:
    if paged.seconds is not None and paged.seconds < 60:
        return say("answered within a minute")
    if paged.seconds is not None:
        return say("answered after {length}", length=say.length(round(paged.seconds / 60)))
    return say("was paged") if paged.arrived else say("the page did not arrive")

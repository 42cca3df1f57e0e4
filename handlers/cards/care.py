"""What comes a day and a week after: a debrief for the helper, a look back for the adult."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cards.cases import NEWS_FALLBACK, CaseView, show_note
from handlers.cards.helpers import FALLBACK, NOBODY_YET, plain
from handlers.cards.words import short
from handlers.chat import (
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Option,
    Select,
    Text,
    action,
)
from handlers.languages import Say
from storage.cases import Case
from storage.words import About, CaseState, FollowUp


def debrief(say: Say, case: Case, *, handled: bool) -> Card:
    """A day after: how is the helper? Told that it was handled only if it was, and nothing more."""
    if case.about is About.WRITER:
        line = say("Yesterday you told us how you were. That took courage.")
    elif case.state is CaseState.OPEN and case.follow_up is not FollowUp.OPENED:
        line = say(NOBODY_YET)
    elif handled:
        line = say("What you raised yesterday was handled by an adult. That is all I can say of it.")
    else:
        line = say("What you raised yesterday: an adult still has it. That is all I can say of it.")
    return Card(
        say("How are you today?"),
        (
            Text(line),
            Text(say("Carrying something like this is a lot. Would you like to talk with an adult?")),
            Buttons(
                (
                    Button(say("I'd like to talk"), action("debrief", case.id, "talk"), ButtonStyle.PRIMARY),
                    Button(say("Not now"), action("debrief", case.id, "later")),
                    Button(say("I'm all right"), action("debrief", case.id, "fine")),
                )
            ),
        ),
        say(FALLBACK),
    )


def debriefed(say: Say, case: Case, *, talk: bool, adults: Sequence[tuple[int, str]] = ()) -> Card:
    """The answer to that. ``adults`` (id, name) are whom they could rather talk with."""
    if not talk:
        line = say("Good. You did the right thing. If that changes, write to me or to your coordinator.")
        return plain(say, say("Thank you"), line)
    line = say("The adult who has it is asked to find a time with you. If it gets worse, /urgent is there.")
    blocks: list[Block] = [Text(line)]
    if adults:
        options = tuple(Option(str(number), short(say, name)) for number, name in adults[:OPTIONS])
        blocks.append(Select(say("With somebody else?"), action("debrief.with", case.id), options))
    return Card(say("Thank you"), tuple(blocks), say(FALLBACK))


def debrief_later(say: Say, case: Case) -> Card:
    """Not now: nothing more is asked, and the way to a talk stays."""
    talk = Button(say("I'd like to talk"), action("debrief", case.id, "talk"), ButtonStyle.PRIMARY)
    text = Text(say("That is fine. Nothing more is asked. Whenever you want to, press this."))
    return Card(say("Not now"), (text, Buttons((talk,))), say(FALLBACK))


def debrief_with(say: Say, adult: str) -> Card:
    """The helper has chosen whom to talk with."""
    text = say(
        "{adult} is asked to find a time with you. If it gets worse, /urgent is there.",
        adult=short(say, adult),
    )
    return plain(say, say("Thank you"), text)


def follow_up(say: Say, view: CaseView, now: datetime) -> Card:
    """To the adult who closed a case: how is the student, a week later?"""
    case = view.case
    done = Button(say("Looked in on them"), action("case.followed", case.id, "yes"), ButtonStyle.PRIMARY)
    closed_on = say.clock_time(case.closed_at or now, view.zone, now)
    return Card(
        f"{case.name} · {say('a week later')}",
        (
            Text(say("Closed {time}. How is the student now? Please look in on them.", time=closed_on)),
            Buttons(
                (
                    done,
                    Button(say("Not yet: ask me tomorrow"), action("case.followed", case.id, "later")),
                    show_note(say, case),
                )
            ),
        ),
        say(NEWS_FALLBACK),
    )


def followed(say: Say, case: Case, *, later: bool) -> Card:
    """The answer to that."""
    line = say("I ask again tomorrow.") if later else say("Thank you. Nothing more is asked about this case.")
    return Card(f"{case.name} · {say('a week later')}", (Text(line),), say(NEWS_FALLBACK))


def wants_to_talk(say: Say, view: CaseView) -> Card:
    """To the adult who has a case: its helper was offered a debrief, and would like one."""
    line = say("{helper} would like to talk about it. Please find a time soon.", helper=view.helper_name(say))
    return Card(
        f"{view.case.name} · {say('a debrief')}",
        (Text(line), Buttons((show_note(say, view.case),))),
        say(NEWS_FALLBACK),
    )

"""What helpers see of their own check-ins."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import limits
from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.limits import Contact
from handlers.cards.words import CONCERN, SERVICES, service
from handlers.chat import (
    OPTION_TEXT,
    TEXT_INPUT,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Input,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.checkins import CheckIn
from storage.words import Concern

NEW_PEER = "new"
NO_PEER = "none"
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)
SHOWN = 280
"""Characters of a note that its own writer is shown back."""
GUESSES = {"service": mark("the kind of help"), "minutes": mark("the time")}
"""What a line may leave out and is taken from last time."""


@dataclass(frozen=True)
class Draft:
    """A check-in that is not logged yet, or is to be changed. ``None`` where nothing is known."""

    peer: str | None
    service: str
    minutes: int
    concern: Concern | None
    note: str


def form(
    say: Say, form_id: str, draft: Draft, peers: list[str], services: list[str], *, peer: str = ""
) -> Form:
    """Five inputs, ten seconds, no typing. How worried somebody is, is never filled in for them.

    ``peer`` is :data:`NEW_PEER` or :data:`NO_PEER` where that was chosen instead of a code.
    """
    codes = list(dict.fromkeys([*([draft.peer] if draft.peer else []), *peers]))[:22]
    peer_options = (
        *(Option(code, code) for code in codes),
        Option(NEW_PEER, say("Somebody new (I make a code)")),
        Option(NO_PEER, say("A group, or nobody in particular")),
    )
    minutes = sorted({*MINUTES, draft.minutes})
    offered = list(dict.fromkeys([draft.service, *services]))[:25]
    inputs: list[Input] = [
        Choice(
            name="peer",
            label=say("Who was it with?"),
            options=peer_options,
            value=draft.peer or peer or (codes[0] if codes else NEW_PEER),
            required=True,
        ),
        Choice(
            name="service",
            label=say("What kind of help?"),
            options=tuple(Option(key, service(say, key)) for key in offered),
            value=draft.service,
            required=True,
        ),
        Choice(
            name="minutes",
            label=say("How long?"),
            options=tuple(Option(str(value), say.length(value)) for value in minutes),
            value=str(draft.minutes),
            required=True,
        ),
        Choice(
            name="concern",
            label=say("How worried are you?"),
            options=tuple(Option(level.value, say(CONCERN[level])) for level in Concern),
            value=draft.concern.value if draft.concern else "",
            required=True,
        ),
    ]
    if len(draft.note) <= TEXT_INPUT:
        inputs.append(
            TextInput(
                name="note",
                label=say("A note, if you like"),
                help=say("No names, please. Only you see it, and your coordinator if it is worrying."),
                value=draft.note,
                multiline=True,
            )
        )
    return Form(form_id, say("Check in"), tuple(inputs), submit=say("Log it"))


def service_keys() -> frozenset[str]:
    """Every service there is; one that was switched off meanwhile is still taken."""
    return frozenset(SERVICES)


def _facts(say: Say, peer: str | None, service_key: str, minutes: int, concern: Concern | None) -> Fields:
    pairs = [
        (say("With"), peer or say("a group, or nobody in particular")),
        (say("Help"), service(say, service_key)),
        (say("Time"), say.length(minutes)),
    ]
    if concern not in (None, Concern.NONE):
        pairs.append((say("Worried"), say(CONCERN[concern])))
    return Fields(tuple(pairs))


def _note(note: str) -> tuple[Text, ...]:
    if not note:
        return ()
    return (Text(note if len(note) <= SHOWN else f"{note[:SHOWN]} …", TextStyle.QUOTE),)


def logged(
    say: Say,
    check_in: CheckIn,
    contact: Contact,
    *,
    guessed: tuple[str, ...] = (),
    changed: bool = False,
    milestone: str = "",
) -> Card:
    """What was understood, with a way back. ``guessed`` are keys of :data:`GUESSES` that the line lacked.

    ``milestone`` is what is said where this check-in has reached one.
    """
    blocks: list[Block] = [
        _facts(say, check_in.peer, check_in.service, check_in.minutes, check_in.concern),
        *_note(check_in.note),
    ]
    if guessed:
        what = say.all_of(say(GUESSES[key]) for key in guessed)
        blocks.append(Text(say("You did not say {what}: I guessed.", what=what), TextStyle.QUIET))
    blocks += limits.first_contact(say, check_in.peer or "", contact)
    if milestone:
        blocks.append(Text(milestone))
    buttons = Buttons(
        (
            Button(say("Edit"), action("checkin.edit", check_in.id)),
            Button(say("Undo"), action("checkin.undo", check_in.id)),
            Button(say("I'm worried"), action("worried")),
        )
    )
    more = Buttons(
        (
            Button(say("Walk to an adult"), action("handoff", check_in.id)),
            Button(say("Details"), action("details", check_in.id)),
        )
    )
    return Card(say("Changed") if changed else say("Logged"), (*blocks, buttons, more), say(FALLBACK))


def undone(say: Say) -> Card:
    """A check-in was taken back."""
    text = say(
        "The check-in counts nowhere any more. If an adult was told because of it, that stays with them."
    )
    return plain(say, say("Taken back"), text)


def thrown_away(say: Say) -> Card:
    """A draft was not a check-in."""
    return plain(say, say("Thrown away"), say("Nothing was logged."))


def draft(say: Say, draft_id: int, content: Draft, *, unknown_code: bool, no_code: bool = False) -> Card:
    """Something that may be a check-in: ask before it is logged. ``no_code``: no code stood in its place."""
    title = (
        say("I don't know {code} yet", code=content.peer) if unknown_code else say("Log this as a check-in?")
    )
    names = say("Please use a code such as P-7K2M, never a name. What stood there was not kept.")
    yes = say("Log it with this new code") if unknown_code else say("Log it")
    return Card(
        title,
        (
            _facts(say, content.peer, content.service, content.minutes, content.concern),
            *_note(content.note),
            *((Text(names),) if no_code else ()),
            Buttons(
                (
                    Button(yes, action("draft.log", draft_id), ButtonStyle.PRIMARY),
                    Button(say("Edit"), action("draft.edit", draft_id)),
                    Button(say("Not a check-in"), action("draft.drop", draft_id)),
                )
            ),
            Text(say("Kept for a day, for you alone."), TextStyle.QUIET),
        ),
        say(FALLBACK),
    )


def mine(say: Say, check_ins: list[CheckIn], *, older: bool, zone: ZoneInfo, now: datetime) -> Card:
    """A helper's own check-ins, latest first."""
    if not check_ins:
        blocks = (
            Text(say("Nothing logged yet.")),
            Buttons((Button(say("Check in"), action("checkin")),)),
        )
        return Card(say("My check-ins"), blocks, say(FALLBACK))
    lines = [
        f"{say.clock_time(item.at, zone, now)} · {item.peer or say('group')} · "
        f"{service(say, item.service)} · {say.length(item.minutes)}"
        for item in check_ins
    ]
    options = tuple(
        Option(str(item.id), line[:OPTION_TEXT]) for item, line in zip(check_ins, lines, strict=True)
    )
    buttons = [Button(say("Check in"), action("checkin")), Button(say("My hours"), action("hours"))]
    if older:
        buttons.append(Button(say("Older"), action("mine", check_ins[-1].id)))
    return Card(
        say("My check-ins"),
        (
            Text("\n".join(lines)),
            Select(say("Edit one of them"), action("checkin.pick"), options),
            Buttons(tuple(buttons)),
        ),
        say(FALLBACK),
    )

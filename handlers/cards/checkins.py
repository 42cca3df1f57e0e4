"""What helpers see of their own check-ins."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import CONCERN, SERVICES, clock_time, length, service
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
from storage.checkins import CheckIn
from storage.words import Concern

NEW_PEER = "new"
NO_PEER = "none"
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)
SHOWN = 280
"""Characters of a note that its own writer is shown back."""


@dataclass(frozen=True)
class Draft:
    """A check-in that is not logged yet, or is to be changed. ``None`` where nothing is known."""

    peer: str | None
    service: str
    minutes: int
    concern: Concern | None
    note: str


def form(form_id: str, draft: Draft, peers: list[str], services: list[str], *, peer: str = "") -> Form:
    """Five inputs, ten seconds, no typing. How worried somebody is, is never filled in for them.

    ``peer`` is :data:`NEW_PEER` or :data:`NO_PEER` where that was chosen instead of a code.
    """
    codes = list(dict.fromkeys([*([draft.peer] if draft.peer else []), *peers]))[:22]
    peer_options = (
        *(Option(code, code) for code in codes),
        Option(NEW_PEER, "Somebody new (I make a code)"),
        Option(NO_PEER, "A group, or nobody in particular"),
    )
    minutes = sorted({*MINUTES, draft.minutes})
    offered = list(dict.fromkeys([draft.service, *services]))[:25]
    inputs: list[Input] = [
        Choice(
            name="peer",
            label="Who was it with?",
            options=peer_options,
            value=draft.peer or peer or (codes[0] if codes else NEW_PEER),
            required=True,
        ),
        Choice(
            name="service",
            label="What kind of help?",
            options=tuple(Option(key, service(key)) for key in offered),
            value=draft.service,
            required=True,
        ),
        Choice(
            name="minutes",
            label="How long?",
            options=tuple(Option(str(value), length(value)) for value in minutes),
            value=str(draft.minutes),
            required=True,
        ),
        Choice(
            name="concern",
            label="How worried are you?",
            options=tuple(Option(level.value, CONCERN[level]) for level in Concern),
            value=draft.concern.value if draft.concern else "",
            required=True,
        ),
    ]
    if len(draft.note) <= TEXT_INPUT:
        inputs.append(
            TextInput(
                name="note",
                label="A note, if you like",
                help="No names, please. Only you see it, and your coordinator if it is worrying.",
                value=draft.note,
                multiline=True,
            )
        )
    return Form(form_id, "Check in", tuple(inputs), submit="Log it")


def service_keys() -> frozenset[str]:
    """Every service there is; one that was switched off meanwhile is still taken."""
    return frozenset(SERVICES)


def _facts(peer: str | None, service_key: str, minutes: int, concern: Concern | None) -> Fields:
    pairs = [
        ("With", peer or "a group, or nobody in particular"),
        ("Help", service(service_key)),
        ("Time", length(minutes)),
    ]
    if concern not in (None, Concern.NONE):
        pairs.append(("Worried", CONCERN[concern]))
    return Fields(tuple(pairs))


def _note(note: str) -> tuple[Text, ...]:
    if not note:
        return ()
    return (Text(note if len(note) <= SHOWN else f"{note[:SHOWN]} …", TextStyle.QUOTE),)


def logged(check_in: CheckIn, *, guessed: tuple[str, ...] = (), changed: bool = False) -> Card:
    """What was understood, with a way back. ``guessed`` names what the line did not say."""
    blocks: list[Block] = [
        _facts(check_in.peer, check_in.service, check_in.minutes, check_in.concern),
        *_note(check_in.note),
    ]
    if guessed:
        blocks.append(Text(f"You did not say {' and '.join(guessed)}: I guessed.", TextStyle.QUIET))
    buttons = Buttons(
        (
            Button("Edit", action("checkin.edit", check_in.id)),
            Button("Undo", action("checkin.undo", check_in.id)),
            Button("I'm worried", action("worried")),
        )
    )
    return Card("Changed" if changed else "Logged", (*blocks, buttons), FALLBACK)


def undone() -> Card:
    """A check-in was taken back."""
    text = "The check-in counts nowhere any more. If an adult was told because of it, that stays with them."
    return Card("Taken back", (Text(text),), FALLBACK)


def draft(draft_id: int, content: Draft, *, unknown_code: bool) -> Card:
    """Something that may be a check-in: ask before it is logged."""
    title = f"I don't know {content.peer} yet" if unknown_code else "Log this as a check-in?"
    yes = "Log it with this new code" if unknown_code else "Log it"
    return Card(
        title,
        (
            _facts(content.peer, content.service, content.minutes, content.concern),
            *_note(content.note),
            Buttons(
                (
                    Button(yes, action("draft.log", draft_id), ButtonStyle.PRIMARY),
                    Button("Edit", action("draft.edit", draft_id)),
                    Button("Not a check-in", action("draft.drop", draft_id)),
                )
            ),
            Text("Kept for a day, for you alone.", TextStyle.QUIET),
        ),
        FALLBACK,
    )


def mine(check_ins: list[CheckIn], *, older: bool, zone: ZoneInfo, now: datetime) -> Card:
    """A helper's own check-ins, latest first."""
    if not check_ins:
        blocks = (Text("Nothing logged yet."), Buttons((Button("Check in", action("checkin")),)))
        return Card("My check-ins", blocks, FALLBACK)
    lines = [
        f"{clock_time(item.at, zone, now)} · {item.peer or 'group'} · {service(item.service)} · "
        f"{length(item.minutes)}"
        for item in check_ins
    ]
    options = tuple(
        Option(str(item.id), line[:OPTION_TEXT]) for item, line in zip(check_ins, lines, strict=True)
    )
    buttons = [Button("Check in", action("checkin"))]
    if older:
        buttons.append(Button("Older", action("mine", check_ins[-1].id)))
    return Card(
        "My check-ins",
        (
            Text("\n".join(lines)),
            Select("Edit one of them", action("checkin.pick"), options),
            Buttons(tuple(buttons)),
        ),
        FALLBACK,
    )

"""Who is on the team: the list, the form that adds somebody, and what somebody new is told."""

from collections.abc import Mapping, Sequence

from handlers.cards.helpers import FALLBACK
from handlers.cards.paging import turns
from handlers.cards.words import short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    UserInput,
    action,
)
from handlers.languages import Say, mark
from storage.people import ADULTS
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import HELPING, Role

NAME = 60
PHONE = 40
ALSO_CALLED = 200
GRADE = 20

ROLES = {
    Role.COORDINATOR: mark("Coordinator"),
    Role.BACKUP: mark("Backup"),
    Role.OUTSIDE_CONTACT: mark("Outside contact"),
    Role.LEAD: mark("Lead helper"),
    Role.HELPER: mark("Helper"),
    Role.OBSERVER: mark("Observer"),
}
"""In the order in which the list shows them."""
OFFERED = (Role.HELPER, Role.LEAD, Role.BACKUP, Role.COORDINATOR, Role.OUTSIDE_CONTACT, Role.OBSERVER)
"""In the order in which forms offer them."""


def roles_of(say: Say, entry: Entry) -> str:
    """Somebody's roles in words."""
    return ", ".join(say(name) for role, name in ROLES.items() if role in entry.roles) or say("No role")


# --- the list ----------------------------------------------------------------------------------


def listing(
    say: Say,
    entries: Sequence[Entry],
    *,
    page: int,
    pages: int,
    total: int,
    hint: bool,
    nominated: int = 0,
) -> Card:
    """One page of the roster. ``hint``: something was typed that is not understood here.

    ``nominated`` is how many people are proposed as helpers and wait for a decision.
    """
    blocks: list[Block] = []
    if hint:
        blocks.append(Text(_what_can_be_typed(say)))
    blocks.append(Text("\n".join(_line(say, entry) for entry in entries) or say("Nobody is on it yet.")))
    if entries:
        options = tuple(Option(str(entry.id), short(say, entry.name)) for entry in entries)
        blocks.append(Select(say("Change somebody"), action("roster.pick"), options))
    blocks += turns(say, "roster.page", page=page, pages=pages)
    buttons = [
        Button(say("Add somebody"), action("roster.add"), ButtonStyle.PRIMARY),
        Button(say("Import a list"), action("roster.import")),
        Button(say("Groups"), action("meeting.groups")),
    ]
    if nominated:
        buttons.append(Button(say("Nominations: {count}", count=nominated), action("nominations")))
    blocks.append(Buttons(tuple(buttons)))
    if not hint:
        blocks.append(Text(_what_can_be_typed(say), TextStyle.QUIET))
    return Card(say("Who is on the team: {count}", count=total), tuple(blocks), say(FALLBACK))


def _what_can_be_typed(say: Say) -> str:
    return say(
        "You can type /roster for this list, /roster add to add somebody, /roster import for a whole list, "
        "and /roster nominations. To change, pause or remove somebody, choose them above."
    )


def _line(say: Say, entry: Entry) -> str:
    notes = [roles_of(say, entry), *lacks(say, entry)]
    return f"{short(say, entry.name)} · {' · '.join(notes)}"


def lacks(say: Say, entry: Entry) -> list[str]:
    """What keeps somebody from being reached, in words."""
    notes = []
    if entry.suspended:
        notes.append(say("paused"))
    if not entry.accounts:
        notes.append(say("no account here: no page reaches them"))
    if entry.roles & (ADULTS | {Role.OUTSIDE_CONTACT}) and not entry.phone:
        notes.append(say("no phone number"))
    return notes


# --- adding somebody ---------------------------------------------------------------------------


def form(say: Say, values: Mapping[str, str]) -> Form:
    """Who, with which role. ``values`` are what was typed before."""
    role = values.get("role", "")
    return Form(
        action("roster.add"),
        say("Add somebody"),
        (
            UserInput(
                name="who",
                label=say("Who?"),
                help=say("Somebody who is on the team already is changed."),
                value=values.get("who", ""),
                required=True,
            ),
            name_input(say("Their name, as the team knows them"), values),
            Choice(
                name="role",
                label=say("What they do"),
                options=tuple(Option(offered.value, say(ROLES[offered])) for offered in OFFERED),
                value=role if role in set(OFFERED) else Role.HELPER.value,
                required=True,
            ),
            phone_input(say, say("Phone, for adults"), values),
            also_called_input(say, say("Also called, for adults"), values),
        ),
        say("Add"),
    )


def known_of(say: Say, entry: Entry) -> list[tuple[str, str]]:
    """What is kept about somebody beside their name and role."""
    kept = (
        (say("Phone"), entry.phone),
        (say("Also called"), entry.also_called),
        (say("Grade"), entry.grade),
    )
    return [(label, value) for label, value in kept if value]


def name_input(label: str, values: Mapping[str, str]) -> TextInput:
    """Somebody's name."""
    return TextInput(name="name", label=label, value=values.get("name", "")[:NAME], required=True, most=NAME)


def phone_input(say: Say, label: str, values: Mapping[str, str], *, required: bool = False) -> TextInput:
    """Somebody's own number."""
    return TextInput(
        name="phone",
        label=label,
        help=say("So that they can be called when a message does not reach them. Kept encrypted."),
        value=values.get("phone", "")[:PHONE],
        required=required,
        most=PHONE,
    )


def also_called_input(say: Say, label: str, values: Mapping[str, str]) -> TextInput:
    """What somebody is called; it keeps them out of a case about them."""
    return TextInput(
        name="also_called",
        label=label,
        help=say(
            "Nicknames, role words, with commas: they keep somebody out of a case that may be about them."
        ),
        value=values.get("also_called", "")[:ALSO_CALLED],
        most=ALSO_CALLED,
    )


def grade_input(label: str, help_: str, value: str) -> TextInput:
    """A year, grade or class, as the school writes it: "9", "Year 10", "2e"; empty for who has none."""
    return TextInput(name="grade", label=label, help=help_, value=value[:GRADE], most=GRADE)


_FIRST_STEPS = {
    Role.HELPER: mark("First they open Handrail's welcome and try /checkin once."),
    Role.LEAD: mark("First they open Handrail's welcome and try /checkin once."),
    Role.COORDINATOR: mark(
        "First they open Handrail's welcome and allow notifications for it: a page comes as a message there."
    ),
    Role.BACKUP: mark(
        "First they open Handrail's welcome and allow notifications for it: a page comes as a message there."
    ),
    Role.OUTSIDE_CONTACT: mark(
        "First they open Handrail's welcome. They are paged only for a case that may be about the team's own "
        "adults."
    ),
    Role.OBSERVER: mark("They open Handrail's welcome and type /handrail to see the figures. No names."),
}


def added(say: Say, entry: Entry, role: Role, *, known: bool, was: frozenset[Role], phone_kept: bool) -> Card:
    """Somebody was added or, if ``known``, changed; ``was`` are their roles before."""
    name = short(say, entry.name)
    title = say("{name} was changed", name=name) if known else say("{name} is on the team", name=name)
    facts = [(say("Role"), roles_of(say, entry))]
    if was and was != entry.roles:
        before = ", ".join(say(word) for each, word in ROLES.items() if each in was)
        facts.append((say("Until now"), before))
    facts += known_of(say, entry)
    blocks: list[Block] = [Fields(tuple(facts))]
    if not phone_kept:
        blocks.append(Text(say("The phone number was not kept: Handrail keeps none of helpers.")))
    if entry.suspended:
        blocks.append(Text(say("Their place on the team is paused: they can only raise a concern.")))
    elif role not in was:
        blocks.append(Text(say(_FIRST_STEPS[role])))
    row = [
        Button(say("Add another"), action("roster.add"), ButtonStyle.PRIMARY),
        Button(say("Who is on the team"), action("roster.page", 0)),
    ]
    if entry.roles & HELPING and not entry.grade:
        row.append(Button(say("Add their grade"), action("roster.change", entry.id)))
    blocks.append(Buttons(tuple(row)))
    return Card(title, tuple(blocks), say(FALLBACK))


# --- the welcome -------------------------------------------------------------------------------

_HELPER_STEPS = (
    mark("After you have helped somebody, type /checkin. It takes ten seconds and asks for no names."),
    mark("When you are worried about somebody, type /urgent. It pages an adult at once."),
    mark("Type /handrail now, to see the menu."),
)
_ADULT_STEPS = (
    mark("Allow notifications for this conversation. A page says “Urgent peer concern. Open Handrail.”"),
    mark("When a page comes, tap an answer. You are paged until somebody has it."),
    mark("Type /handrail now, to see the menu with the open cases."),
)
_OUTSIDE_STEPS = (
    mark("You are paged only for a case that may be about the team's own adults. They do not see it."),
    mark("Allow notifications for this conversation. A page says “Urgent peer concern. Open Handrail.”"),
    mark("When a page comes, tap an answer. You are paged until somebody has it."),
)
_OBSERVER_STEPS = (
    mark("You see figures of the programme: how many check-ins, how many hours. No names and no words."),
    mark("When you are worried about somebody, type /urgent. It pages an adult at once."),
    mark("Type /handrail now, to see the menu."),
)
_STEPS = {
    Role.HELPER: _HELPER_STEPS,
    Role.LEAD: _HELPER_STEPS,
    Role.COORDINATOR: _ADULT_STEPS,
    Role.BACKUP: _ADULT_STEPS,
    Role.OUTSIDE_CONTACT: _OUTSIDE_STEPS,
    Role.OBSERVER: _OBSERVER_STEPS,
}


def welcome(say: Say, programme: Programme, role: Role) -> Card:
    """What somebody with a new role is told, by themselves: what this is, and what to do first."""
    steps = "\n".join(f"{number}. {say(step)}" for number, step in enumerate(_STEPS[role], 1))
    intro = say(
        "Handrail is the bot of {team}. Helpers log their check-ins with it, and it brings an adult when "
        "somebody may be in danger. Your role here: {role}.",
        team=programme.name,
        role=say(ROLES[role]),
    )
    emergency = (
        say(
            "Handrail is not an emergency service. When somebody is in danger, call {number} and get an "
            "adult.",
            number=programme.emergency_number,
        )
        if programme.emergency_number
        else say("Handrail is not an emergency service. When somebody is in danger, get an adult and call.")
    )
    blocks = (Text(intro), Text(steps), Text(emergency, TextStyle.STRONG))
    return Card(say("Welcome to Handrail"), blocks, say("A welcome from Handrail."))

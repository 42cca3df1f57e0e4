"""Training on cards: a helper's own, the team's, and the forms in which it is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.cards.helpers import FALLBACK
from handlers.cards.paging import turns
from handlers.cards.words import service as service_name
from handlers.cards.words import short
from handlers.chat import (
    FIELD_TEXT,
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Input,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from handlers.training_needs import SUMMARIES, TITLES, Module, Own, Suggestion
from storage.roster import Entry
from storage.training import Training

TRAINER, TITLE, DAY = 80, 120, 10
PICKED = OPTIONS
"""Helpers in one form."""
LISTED = 10
MONTHS = {0: mark("It does not end"), 6: mark("6 months"), 12: mark("1 year"), 24: mark("2 years")}
NAMED = 20


@dataclass(frozen=True)
class Team:
    """A team's training. ``certificates``: (whose, what) of the adults."""

    helpers: int
    complete: int
    ending: tuple[str, ...]
    suggested: tuple[Suggestion, ...]
    needed: Mapping[str, frozenset[str]]
    certificates: tuple[tuple[str, Training], ...]


def _title(say: Say, module: str) -> str:
    return say(TITLES[Module(module)]) if module in set(Module) else module


def _until(say: Say, day: date | None) -> str:
    return say("until {day}", day=day.isoformat()) if day else say("does not end")


# --- a helper's own --------------------------------------------------------------------------------


def own(
    say: Say,
    found: Own,
    wanted: Sequence[Suggestion],
    pages: Sequence[tuple[str, str]] = (),
    news: str = "",
) -> Card:
    """What a helper has, what is due, and what would help now. ``pages``: whose training a lead records."""
    have = [
        f"• {_title(say, each.module)}: {each.done_on}, {_until(say, each.expires_on)}" for each in found.have
    ]
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Text("\n".join([say("You have:"), *have]) if have else say("Nothing is on record yet.")))
    if found.due:
        due = ", ".join(say(TITLES[module]) for module in found.due)
        blocks.append(Text(say("Due: {modules}. Your coordinator says when.", modules=due)))
    else:
        blocks.append(Text(say("Nothing is due. Well done.")))
    if wanted:
        lines = [f"• {say(TITLES[each.module])}: {say(each.why)}" for each in wanted]
        blocks.append(Text("\n".join([say("It may help you now:"), *lines])))
    blocks.append(_read(say))
    buttons, choice = _record(say, pages)
    blocks += choice
    blocks.append(Buttons((*buttons, Button(say("Our agreement"), action("agreement")))))
    return Card(say("Your training"), tuple(blocks), say(FALLBACK))


def _read(say: Say) -> Select:
    options = tuple(Option(each.value, say(TITLES[each])) for each in Module)
    return Select(say("About a module"), action("training.read"), options)


def module(say: Say, which: Module) -> Card:
    """A module in a few sentences."""
    return Card(say(TITLES[which]), (Text(say(SUMMARIES[which])), _read(say)), say(FALLBACK))


# --- the team's ------------------------------------------------------------------------------------


def team(say: Say, view: Team, pages: Sequence[tuple[str, str]], news: str = "") -> Card:
    """How far the team is. ``pages``: the first and last name of each form that helpers are chosen in."""
    blocks: list[Block] = [Text(news)] if news else []
    facts = [(say("Have every module"), say("{count} of {all}", count=view.complete, all=view.helpers))]
    if view.ending:
        facts.append((say("Over, or over soon"), _names(say, view.ending)))
    if view.certificates:
        lines = [
            f"{short(say, name)}: {each.title}, {_until(say, each.expires_on)}"
            for name, each in view.certificates
        ]
        facts.append((say("Certificates of the adults"), "\n".join(lines)[:FIELD_TEXT]))
    if view.needed:
        lines = [
            f"{service_name(say, service)}: {', '.join(_title(say, each) for each in sorted(modules))}"
            for service, modules in view.needed.items()
        ]
        facts.append((say("Services ask for"), "\n".join(lines)[:FIELD_TEXT]))
    blocks.append(Fields(tuple(facts)))
    if view.suggested:
        lines = [f"• {say(TITLES[each.module])}: {say(each.why)}" for each in view.suggested]
        blocks.append(Text("\n".join([say("It may help the team now:"), *lines])))
    first, choice = _record(say, pages)
    blocks += choice
    blocks.append(
        Buttons(
            (
                *first,
                Button(say("Who has what"), action("training.who")),
                Button(say("What services ask for"), action("training.services")),
                Button(say("My certificate"), action("training.certificate")),
            )
        )
    )
    return Card(say("Training of the team"), tuple(blocks), say(FALLBACK))


def _record(say: Say, pages: Sequence[tuple[str, str]]) -> tuple[list[Button], list[Select]]:
    """The way to the form: a button, or of more people than it holds a list of its parts."""
    if len(pages) == 1:
        return [Button(say("Record training"), action("training.record", 0), ButtonStyle.PRIMARY)], []
    options = tuple(
        Option(str(number), f"{short(say, begin)[:33]} – {short(say, last)[:33]}")
        for number, (begin, last) in enumerate(pages[:OPTIONS])
    )
    return [], [Select(say("Record training for"), action("training.record"), options)] if options else []


def _names(say: Say, people: Sequence[str]) -> str:
    shown = [short(say, name) for name in people[:NAMED]]
    if len(people) > NAMED:
        shown.append(say("and {count} more", count=len(people) - NAMED))
    return ", ".join(shown)[:FIELD_TEXT]


def who(say: Say, stands: Sequence[tuple[Entry, Own]], *, page: int, pages: int) -> Card:
    """What each helper has, and what is due."""
    lines = []
    for entry, each in stands:
        due = ", ".join(say(TITLES[module]) for module in each.due)
        state = say("due: {modules}", modules=due) if due else say("everything")
        lines.append(f"{short(say, entry.name)} · {len(each.have)}/{len(Module)} · {state}")
    blocks: list[Block] = [Text("\n".join(lines)[:3_000] or say("There are no helpers yet."))]
    blocks += turns(say, "training.who", page=page, pages=pages)
    return Card(say("Who has what"), tuple(blocks), say(FALLBACK))


def services(say: Say, on: Sequence[str], needed: Mapping[str, frozenset[str]]) -> Card:
    """The services, to choose one and say what it asks for."""
    options = tuple(Option(each, service_name(say, each)) for each in on[:OPTIONS])
    lines = [
        f"{service_name(say, each)}: {', '.join(_title(say, module) for module in sorted(needed[each]))}"
        for each in on
        if needed.get(each)
    ]
    about = say("A check-in without the training is taken all the same. The digest shows it to you.")
    blocks: list[Block] = [Text("\n".join(lines) or say("No service asks for anything yet."))]
    if options:
        blocks.append(Select(say("Choose a service"), action("training.needs"), options))
    blocks.append(Text(about, TextStyle.QUIET))
    return Card(say("What services ask for"), tuple(blocks), say(FALLBACK))


# --- forms -----------------------------------------------------------------------------------------


def record_form(
    say: Say, page: int, offered: Sequence[Entry], values: Mapping[str, str], people: Sequence[str]
) -> Form:
    """Which module, who, when, with whom, until when."""
    known = {str(entry.id) for entry in offered}
    which = values.get("module", "")
    return Form(
        action("training.record", page),
        say("Record training"),
        (
            Choice(
                name="module",
                label=say("Module"),
                options=tuple(Option(each.value, say(TITLES[each])) for each in Module),
                value=which if which in set(Module) else "",
                required=True,
            ),
            MultiChoice(
                name="people",
                label=say("Who completed it?"),
                options=tuple(Option(str(entry.id), short(say, entry.name)) for entry in offered),
                values=tuple(each for each in people if each in known),
                required=True,
            ),
            *_when_and_by_whom(say, values),
        ),
        say("Record"),
    )


def _when_and_by_whom(say: Say, values: Mapping[str, str]) -> tuple[Input, ...]:
    months = values.get("months", "")
    return (
        TextInput(
            name="day",
            label=say("On which day?"),
            help=say("Such as 2026-03-09."),
            value=values.get("day", "")[:DAY],
            required=True,
            most=DAY,
        ),
        TextInput(
            name="trainer",
            label=say("With whom?"),
            value=values.get("trainer", "")[:TRAINER],
            required=True,
            most=TRAINER,
        ),
        Choice(
            name="months",
            label=say("How long does it hold?"),
            options=tuple(Option(str(number), say(label)) for number, label in MONTHS.items()),
            value=months if months in {str(each) for each in MONTHS} else "12",
            required=True,
        ),
    )


def certificate_form(say: Say, values: Mapping[str, str]) -> Form:
    """An adult's own certificate."""
    return Form(
        action("training.certificate"),
        say("My certificate"),
        (
            TextInput(
                name="title",
                label=say("What is it called?"),
                value=values.get("title", "")[:TITLE],
                required=True,
                most=TITLE,
            ),
            *_when_and_by_whom(say, values),
        ),
        say("Record"),
    )


def needs_form(say: Say, service: str, modules: Sequence[str]) -> Form:
    """Which modules a service asks for."""
    return Form(
        action("training.needs", service),
        say("What is asked for"),
        (
            MultiChoice(
                name="modules",
                label=service_name(say, service)[:45],
                help=say("This service asks its helpers for these modules."),
                options=tuple(Option(each.value, say(TITLES[each])) for each in Module),
                values=tuple(each for each in modules if each in set(Module)),
            ),
        ),
        say("Save"),
    )

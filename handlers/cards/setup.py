"""Setting a programme up: five short forms, and the card that says how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale

from handlers.cards.helpers import FALLBACK
from handlers.cards.roster import PHONE, also_called_input, name_input, phone_input
from handlers.cards.setup_more import chosen
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
    Text,
    TextInput,
    TextStyle,
    UserInput,
    action,
)
from handlers.countries import ELSEWHERE, countries
from handlers.languages import LANGUAGES, Say, mark
from storage.programmes import Programme
from storage.roster import Entry

TEAM = 100
ROOM = 150
ZONE = 60
NAMED = 3
"""People named on the card; of more it says only how many."""


class Step(StrEnum):
    """One form of the set-up, in the order in which they are offered."""

    PROGRAMME = "programme"
    NUMBERS = "numbers"
    YOU = "you"
    BACKUP = "backup"
    OUTSIDE = "outside"


# Form titles have at most 24 characters, in every language.
TITLES = {
    Step.PROGRAMME: mark("The programme"),
    Step.NUMBERS: mark("Numbers and room"),
    Step.YOU: mark("You, the coordinator"),
    Step.BACKUP: mark("Backup"),
    Step.OUTSIDE: mark("Outside contact"),
}


@dataclass(frozen=True)
class SetupView:
    """How far a programme's set-up has come, as the coordinator ``you`` sees it.

    ``watched`` is how many channels are read along where they are.
    """

    programme: Programme
    you: Entry
    backups: tuple[Entry, ...]
    outside: tuple[Entry, ...]
    now: datetime
    watched: int

    def missing(self, step: Step) -> tuple[str, ...]:
        """What keeps a step open, as marked texts; empty if it is done."""
        programme = self.programme
        wanted: dict[Step, tuple[tuple[str, object], ...]] = {
            Step.PROGRAMME: ((mark("the country"), programme.country),),
            Step.NUMBERS: (
                (mark("the emergency number"), programme.emergency_number),
                (mark("the phone to reach you"), programme.phone),
                (mark("the room"), programme.room),
            ),
            Step.YOU: ((mark("your phone"), self.you.phone),),
            Step.BACKUP: ((mark("nobody yet"), self.backups),),
            Step.OUTSIDE: ((mark("nobody yet"), self.outside),),
        }
        return tuple(what for what, value in wanted[step] if not value)

    @property
    def next_step(self) -> Step | None:
        """The first step that is still open."""
        return next((step for step in Step if self.missing(step)), None)


# --- the card ----------------------------------------------------------------------------------


def overview(say: Say, view: SetupView, banner: tuple[Block, ...], news: str = "") -> Card:
    """What is set and what is still open, with a button for every step. ``news``: what just happened."""
    following = view.next_step
    blocks: list[Block] = [*banner]
    if news:
        blocks.append(Text(news))
    blocks.append(
        Fields(
            (
                *(
                    (f"{number}. {say(TITLES[step])}", _state(say, view, step))
                    for number, step in enumerate(Step, 1)
                ),
                (say("Kinds of help"), chosen(say, len(view.programme.services["on"]))),
                (say("Channels that are read"), str(view.watched)),
            )
        )
    )
    if following is None:
        blocks.append(Text(say("All five steps are done. Now add your helpers with /roster add.")))
    blocks.append(Buttons(tuple(_button(say, step, following) for step in Step)))
    blocks.append(
        Buttons(
            (
                Button(say("Reaching adults beside chat"), action("fallback")),
                Button(say("Agreement"), action("agreement")),
                Button(say("Terms and holidays"), action("school.days")),
                Button(say("Kinds of help"), action("setup.services")),
                Button(say("Channels"), action("setup.channels")),
            )
        )
    )
    blocks.append(Buttons((Button(say("Your own words"), action("words")),)))
    blocks.append(
        Text(
            say("Each step is saved when you send it. Stop at any time and come back with /handrail setup."),
            TextStyle.QUIET,
        )
    )
    return Card(say("Setting up {team}", team=view.programme.name), tuple(blocks), say(FALLBACK))


def _button(say: Say, step: Step, following: Step | None) -> Button:
    if step is not following:
        return Button(say(TITLES[step]), action("setup", step))
    label = say("Next: {step}", step=say(TITLES[step]))
    return Button(label, action("setup", step), ButtonStyle.PRIMARY)


def _state(say: Say, view: SetupView, step: Step) -> str:
    missing = [say(what) for what in view.missing(step)]
    state = say("Still open: {what}.", what=say.all_of(missing)) if missing else say("Done.")
    facts = " · ".join(_facts(say, view, step))
    return f"{state} {facts}".strip()


def _facts(say: Say, view: SetupView, step: Step) -> list[str]:
    programme = view.programme
    match step:
        case Step.PROGRAMME:
            zone = ZoneInfo(programme.time_zone)
            time = say("{zone}, {time} now", zone=zone.key, time=say.clock_time(view.now, zone, view.now))
            language = LANGUAGES.get(programme.locale, programme.locale)
            return [programme.name, *_country_if_said(say, programme.country), time, language]
        case Step.NUMBERS:
            numbers = [
                programme.emergency_number,
                programme.crisis_line or say("no crisis line"),
                programme.child_line or say("no child-protection line"),
                programme.phone,
                programme.room,
            ]
            return [number for number in numbers if number]
        case Step.YOU:
            return _person(say, view.you)
        case Step.BACKUP:
            return _people(say, view.backups)
        case Step.OUTSIDE:
            return _people(say, view.outside)


def _country_if_said(say: Say, code: str) -> list[str]:
    return [country_name(say, code)] if code else []


def country_name(say: Say, code: str) -> str:
    """A country in the reader's language."""
    if code == ELSEWHERE:
        return say("Somewhere else")
    names: Mapping[str, str] = Locale.parse(say.language).territories
    return names.get(code, code)


def _person(say: Say, entry: Entry) -> list[str]:
    facts = [short(say, entry.name), entry.phone or say("no phone number")]
    return facts if entry.accounts else [*facts, say("no account here: no page reaches them")]


def _people(say: Say, entries: tuple[Entry, ...]) -> list[str]:
    named = [", ".join(_person(say, entry)) for entry in entries[:NAMED]]
    if len(entries) > NAMED:
        named.append(say("and {count} more", count=len(entries) - NAMED))
    return named


def nobody_to_page(say: Say) -> tuple[Block, ...]:
    """Said until somebody can be paged."""
    text = say("Nobody can be paged. A coordinator and a backup are added with /handrail setup.")
    return (Text(text, TextStyle.STRONG),)


def only_one_to_page(say: Say) -> tuple[Block, ...]:
    """Said until a second adult can be paged."""
    text = say(
        "Only one adult can be paged. When they do not answer, nobody else is asked. "
        "The coordinator adds a backup with /handrail setup."
    )
    return (Text(text, TextStyle.STRONG),)


# --- the forms ---------------------------------------------------------------------------------


def form(say: Say, form_id: str, step: Step, values: Mapping[str, str]) -> Form:
    """One step's form. ``values`` are what is set, or what was just typed."""
    makers = {
        Step.PROGRAMME: _programme,
        Step.NUMBERS: _numbers,
        Step.YOU: _you,
        Step.BACKUP: _backup,
        Step.OUTSIDE: _outside,
    }
    return Form(form_id, say(TITLES[step]), makers[step](say, values), say("Save"))


def _line(
    name: str,
    label: str,
    values: Mapping[str, str],
    *,
    most: int,
    help_text: str = "",
    required: bool = False,
) -> TextInput:
    value = values.get(name, "")[:most]
    return TextInput(name=name, label=label, help=help_text, value=value, required=required, most=most)


def _programme(say: Say, values: Mapping[str, str]) -> tuple[TextInput | Choice, ...]:
    names = sorted((country_name(say, code), code) for code in countries())
    options = [Option(code, name) for name, code in names]
    options.append(Option(ELSEWHERE, country_name(say, ELSEWHERE)))
    country = values.get("country", "")
    language = values.get("language", "")
    return (
        _line("name", say("Name of the team"), values, most=TEAM, required=True),
        Choice(
            name="country",
            label=say("Country"),
            help=say("Fills in emergency number and crisis lines, as far as you have not set your own."),
            options=tuple(options),
            value=country if country in {*countries(), ELSEWHERE} else "",
            required=True,
        ),
        _line(
            "time_zone",
            say("Time zone: the nearest big city"),
            values,
            most=ZONE,
            help_text=say("Such as Denver, or Europe/Paris. May stay empty where a country has only one."),
        ),
        Choice(
            name="language",
            label=say("Language of the team"),
            help=say("Everybody can choose another one for themselves."),
            options=tuple(Option(code, name) for code, name in LANGUAGES.items()),
            value=language if language in LANGUAGES else "",
            required=True,
        ),
    )


def _numbers(say: Say, values: Mapping[str, str]) -> tuple[TextInput, ...]:
    return (
        _line(
            "emergency_number",
            say("Emergency number"),
            values,
            most=PHONE,
            help_text=say("Please check all of these: they are yours to keep right."),
            required=True,
        ),
        _line(
            "crisis_line",
            say("Crisis line, any hour"),
            values,
            most=PHONE,
            help_text=say("A few words may stand beside a number."),
        ),
        _line(
            "child_line",
            say("Child-protection line"),
            values,
            most=PHONE,
            help_text=say("Who protects children where you are, for a concern about an adult of the team."),
        ),
        _line(
            "phone",
            say("Phone to reach you, for helpers"),
            values,
            most=PHONE,
            help_text=say("Stands on the card that a worried helper gets."),
        ),
        _line(
            "room",
            say("Room where helpers find you"),
            values,
            most=ROOM,
            help_text=say("And where to go when you are out."),
        ),
    )


def _you(say: Say, values: Mapping[str, str]) -> tuple[TextInput, ...]:
    plainly = say("Nicknames, role words, with commas: they keep you out of a case that may be about you.")
    return (
        name_input(say("Your name, as helpers know you"), values),
        phone_input(say, say("Your own phone"), values, required=True),
        replace(also_called_input(say, say("What else people call you"), values), help=plainly),
    )


def _backup(say: Say, values: Mapping[str, str]) -> tuple[TextInput | UserInput, ...]:
    return (
        UserInput(
            name="who",
            label=say("Who is your backup?"),
            help=say("An adult, paged when you do not answer. Not one of your helpers."),
            value=values.get("who", ""),
            required=True,
        ),
        name_input(say("Their name, as helpers know them"), values),
        phone_input(say, say("Their phone"), values),
        also_called_input(say, say("What else people call them"), values),
    )


def _outside(say: Say, values: Mapping[str, str]) -> tuple[TextInput | UserInput, ...]:
    return (
        UserInput(
            name="who",
            label=say("Their account here, if they have one"),
            help=say("An adult outside your team, for a case that may be about its own adults."),
            value=values.get("who", ""),
        ),
        name_input(say("Their name"), values),
        phone_input(say, say("Their phone"), values, required=True),
    )

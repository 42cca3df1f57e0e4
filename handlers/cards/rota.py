"""The duty rota as the adults see it: the week, the forms that change it, and a day that is handed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.paging import more, part_of
from handlers.cards.words import short
from handlers.chat import (
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Form,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say
from handlers.rota import Gap, clock
from handlers.supervision_phrases import DAYS
from storage.adults import Adult

TIME = 10
DATE = 10
NAMED = 2
"""Gaps and days that a banner names; of more it says how many."""
_LINES = 2_000


@dataclass(frozen=True)
class Duty:
    """Somebody's hours on one day. ``away``: they are, so they are paged last all the same."""

    name: str
    starts: int
    ends: int
    away: bool = False


@dataclass(frozen=True)
class WeekHours:
    """Hours of every week, that can be taken off again."""

    id: int
    name: str
    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True)
class WeekView:
    """The coming days as one adult sees them. ``away`` are (name, first day, last day).

    ``hours`` are for coordinators alone, from the one numbered ``offset`` on.
    """

    days: Sequence[tuple[date, Sequence[Duty]]]
    away: Sequence[tuple[str, date, date]]
    coordinator: bool = False
    hours: Sequence[WeekHours] = ()
    offset: int = 0
    may_hand_over: bool = False
    is_away: bool = False


# --- the week ----------------------------------------------------------------------------------


def week(say: Say, view: WeekView, banner: tuple[Block, ...] = (), news: str = "") -> Card:
    """Who is on duty in the coming days, who is away, and what can be changed."""
    blocks: list[Block] = [*banner]
    if news:
        blocks.append(Text(news))
    blocks.append(Text("\n".join(_day(say, day, duties) for day, duties in view.days)[:_LINES]))
    if view.away:
        blocks.append(Text("\n".join(_away(say, *each) for each in view.away)[: _LINES // 2]))
    how = say("Whoever is on duty is paged first, who is away last. Nobody is taken off by it.")
    blocks.append(Text(how, TextStyle.QUIET))
    blocks.append(Buttons(tuple(_buttons(say, view))))
    shown, following = part_of(view.hours, view.offset, OPTIONS)
    if shown:
        options = tuple(Option(str(each.id), _hours(say, each)) for each in shown)
        blocks.append(Select(say("Take hours off"), action("rota.drop"), options))
    if following:
        blocks.append(Buttons(tuple(more(say, "rota", following))))
    return Card(say("On duty"), tuple(blocks), say(FALLBACK))


def _buttons(say: Say, view: WeekView) -> list[Button]:
    found = []
    if view.coordinator:
        found.append(Button(say("Add hours"), action("rota.add"), ButtonStyle.PRIMARY))
    found.append(Button(say("I'm away"), action("rota.away")))
    if view.is_away:
        found.append(Button(say("I'm back"), action("rota.back")))
    if view.may_hand_over:
        found.append(Button(say("Hand over a day"), action("rota.hand")))
    return found


def _day(say: Say, day: date, duties: Sequence[Duty]) -> str:
    said = [f"{_span(each.starts, each.ends)} {_name(say, each)}" for each in duties]
    return f"{say.day(day)}: {' · '.join(said) or '–'}"


def _name(say: Say, duty: Duty) -> str:
    name = short(say, duty.name)
    return say("{name} (away)", name=name) if duty.away else name


def _away(say: Say, name: str, first: date, last: date) -> str:
    if first == last:
        return say("{name} is away: {day}", name=short(say, name), day=say.day(first))
    return say(
        "{name} is away: {first} to {last}", name=short(say, name), first=say.day(first), last=say.day(last)
    )


def _hours(say: Say, hours: WeekHours) -> str:
    when = f"{say(DAYS[hours.weekday])} {_span(hours.starts, hours.ends)}"
    return f"{when} · {short(say, hours.name)}"[:75]


def _span(starts: int, ends: int) -> str:
    return f"{clock(starts)}–{clock(ends)}"


def coverage(say: Say, gaps: Sequence[Gap], all_away: Sequence[date]) -> tuple[Block, ...]:
    """Said to coordinators for as long as hours of the coming week have nobody."""
    found = []
    if all_away:
        days = _some(say, [say.day(day) for day in all_away])
        found.append(say("All adults are away: {days}. They are paged all the same.", days=days))
    if gaps:
        times = _some(say, [f"{say.day(gap.day)} {_span(gap.starts, gap.ends)}" for gap in gaps])
        found.append(say("Nobody is on duty: {times}. See /handrail rota.", times=times))
    return (Text(" ".join(found), TextStyle.STRONG),) if found else ()


def _some(say: Say, items: Sequence[str]) -> str:
    more = [say("{count} more", count=len(items) - NAMED)] if len(items) > NAMED else []
    return say.all_of([*items[:NAMED], *more])


# --- the forms ---------------------------------------------------------------------------------


def hours_form(
    say: Say, adults: Sequence[Adult], values: Mapping[str, str], days: Sequence[str] = ()
) -> Form:
    """Who is on duty on which days, from when until when. ``values`` and ``days`` were typed before."""
    return Form(
        action("rota.add"),
        say("On duty every week"),
        (
            _who(say, adults, values),
            MultiChoice(
                name="days",
                label=say("On which days?"),
                options=tuple(Option(str(number), say(name)) for number, name in enumerate(DAYS)),
                values=tuple(day for day in days if day in map(str, range(len(DAYS)))),
                required=True,
            ),
            _typed("starts", say("From"), say("Such as 8:00."), values, TIME),
            _typed(
                "ends", say("Until"), say("Such as 15:30. Before the start: on the next day."), values, TIME
            ),
        ),
        say("Save"),
    )


def away_form(say: Say, adults: Sequence[Adult], values: Mapping[str, str]) -> Form:
    """From when until when somebody is away; ``adults`` can be chosen from, where there is a choice."""
    who = (_who(say, adults, values),) if adults else ()
    return Form(
        action("rota.away"),
        say("Away"),
        (
            *who,
            _typed("first", say("First day away"), say("Such as 2026-03-09."), values, DATE),
            _typed("last", say("Last day away"), say("Paged last until then, never left out."), values, DATE),
        ),
        say("Save"),
    )


def hand_form(say: Say, days: Sequence[date], adults: Sequence[Adult], values: Mapping[str, str]) -> Form:
    """Which of one's own days somebody else is asked to take."""
    offered = {day.isoformat(): say.day(day) for day in days[:OPTIONS]}
    day = values.get("day", "")
    return Form(
        action("rota.hand"),
        say("Hand over a day"),
        (
            Choice(
                name="day",
                label=say("Which day?"),
                options=tuple(Option(value, label) for value, label in offered.items()),
                value=day if day in offered else "",
                required=True,
            ),
            _who(say, adults, values, say("Who is asked to take it?")),
        ),
        say("Ask"),
    )


def _who(say: Say, adults: Sequence[Adult], values: Mapping[str, str], label: str = "") -> Choice:
    people = tuple(Option(str(adult.person_id), short(say, adult.name)) for adult in adults[:OPTIONS])
    who = values.get("who", "")
    return Choice(
        name="who",
        label=label or say("Who?"),
        options=people,
        value=who if who in {option.value for option in people} else "",
        required=True,
    )


def _typed(name: str, label: str, help_text: str, values: Mapping[str, str], most: int) -> TextInput:
    value = values.get(name, "")[:most]
    return TextInput(name=name, label=label, help=help_text, value=value, required=True, most=most)


# --- a day that is handed on -------------------------------------------------------------------


def asked(say: Say, swap_id: int, name: str, day: date) -> Card:
    """To whom a day is offered."""
    text = say("{name} is on duty then and asks whether you can be instead.", name=short(say, name))
    yes = Button(say("I take it"), action("rota.take", swap_id, "yes"), ButtonStyle.PRIMARY)
    no = Button(say("I can't"), action("rota.take", swap_id, "no"))
    title = say("Can you be on duty on {day}?", day=say.day(day))
    return Card(title, (Text(text), Buttons((yes, no))), say(FALLBACK))


def took(say: Say, day: date, *, accepted: bool) -> Card:
    """To whoever answered."""
    text = (
        say("You are on duty on {day}. Whoever asked you is told.", day=say.day(day))
        if accepted
        else say("Nothing was changed. Whoever asked you is told.")
    )
    return plain(say, say("Thank you"), text)


def answered(say: Say, name: str, day: date, *, accepted: bool) -> Card:
    """To whoever had asked."""
    said = {"name": short(say, name), "day": say.day(day)}
    text = (
        say("{name} is on duty on {day} instead of you.", **said)
        if accepted
        else say("{name} can't on {day}. You stay on duty.", **said)
    )
    return plain(say, say("Your day on duty"), text)

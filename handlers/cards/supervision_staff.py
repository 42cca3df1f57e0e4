"""What coordinators see of schedules: all of them, one of them, and the forms that change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.supervision import PAUSED, WEEKS
from handlers.cards.words import short
from handlers.chat import (
    FIELD_TEXT,
    OPTIONS,
    TEXT_INPUT,
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
from handlers.supervision_phrases import said
from handlers.supervision_questions import MOST, OPTION, QUESTION, TITLE, Kind, Questionnaire
from handlers.supervision_times import Never, Rule
from storage.supervision import Schedule
from storage.supervision_rounds import Round

WHEN = 100
DAYS_TEXT = TEXT_INPUT
_OPTIONS_TEXT = 1_000
OPEN_FOR = (1, 2, 3, 5, 7)
GRACES = (60, 240, 720, 1440)
_LINES = 2_500
KINDS = {
    Kind.ONE: mark("Choose one"),
    Kind.SEVERAL: mark("Choose several"),
    Kind.SCALE: mark("A scale from 1 to 5"),
    Kind.TEXT: mark("A short text (only with names)"),
}
DIGEST_TITLE = mark("Your weekly digest")


@dataclass(frozen=True)
class ScheduleView:
    """A schedule as its coordinators see it. ``answered`` and ``asked`` are of its last round."""

    schedule: Schedule
    asks: Questionnaire | None
    rule: Rule
    last: Round | None = None
    asked: int = 0
    answered: int = 0
    following: tuple[datetime, ...] = ()

    def title(self, say: Say) -> str:
        """What it is called."""
        return self.asks.text(say, self.asks.title) if self.asks else say(DIGEST_TITLE)

    @property
    def own(self) -> bool:
        """Whether a coordinator made it."""
        return self.asks is not None and self.asks.own


def overview(
    say: Say,
    views: Sequence[ScheduleView],
    paused: Sequence[tuple[str, str, datetime]],
    *,
    zone: ZoneInfo,
    now: datetime,
    term_over: bool,
) -> Card:
    """Everything that is asked, when, and who takes a break: (name, why, until when)."""
    lines = [f"• {view.title(say)}: {_state(say, view, zone, now)}" for view in views]
    blocks: list[Block] = [Text("\n".join(lines)[:_LINES])]
    if term_over:
        text = say("The last term is over, so nothing is asked. Enter the next one.")
        blocks.append(Text(text, TextStyle.STRONG))
    if paused:
        names = [
            say(
                "{helper} {why} until {time}",
                helper=short(say, name),
                why=say(PAUSED.get(why, why)),
                time=say.clock_time(until, zone, now),
            )
            for name, why, until in paused[:10]
        ]
        blocks.append(Fields(((say("Asked nothing at the moment"), "\n".join(names)[:FIELD_TEXT]),)))
    options = tuple(Option(str(view.schedule.id), view.title(say)[:OPTION]) for view in views[:OPTIONS])
    blocks.append(Select(say("Open one"), action("schedule"), options))
    blocks.append(
        Buttons(
            (
                Button(say("Make your own"), action("poll.make"), ButtonStyle.PRIMARY),
                Button(say("Terms and holidays"), action("school.days")),
                Button(say("Somebody is away"), action("somebody.away")),
                Button(say("Meetings"), action("meeting")),
            )
        )
    )
    return Card(say("Supervision"), tuple(blocks), say(FALLBACK))


def _state(say: Say, view: ScheduleView, zone: ZoneInfo, now: datetime) -> str:
    if view.schedule.paused:
        return say("paused")
    when = said(say, view.rule)
    if view.schedule.next_due_at is None:
        return when
    return f"{when} ({say('next: {time}', time=say.clock_time(view.schedule.next_due_at, zone, now))})"


def schedule(say: Say, view: ScheduleView, *, zone: ZoneInfo, now: datetime, news: str = "") -> Card:
    """One schedule, its last round, and what can be done with it. ``news``: what just happened."""
    item = view.schedule
    facts = [(say("When"), say("paused") if item.paused else said(say, view.rule))]
    times = [say.clock_time(moment, zone, now) for moment in view.following]
    if times and not item.paused:
        facts.append((say("Next"), "\n".join(times)))
    if view.asks is not None:
        facts.append((say("Open for"), say.length(item.open_for * 24 * 60)))
        facts.append((say("Names"), say("without names") if view.asks.anonymous else say("with names")))
    if view.last is not None:
        facts.append((say("Last round"), _last(say, view, view.last, zone, now)))
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Fields(tuple(facts)))
    version = (item.id, item.version)
    turn = (
        Button(say("Go on"), action("schedule.pause", *version))
        if item.paused
        else Button(say("Pause"), action("schedule.pause", *version))
    )
    row = [Button(say("Change when"), action("schedule.when", item.id)), turn]
    if view.asks is not None:
        row.insert(0, Button(say("Start one now"), action("schedule.start", item.id), ButtonStyle.PRIMARY))
    if view.own:
        row.append(Button(say("Delete"), action("schedule.delete", *version), ButtonStyle.DANGER))
    blocks.append(Buttons(tuple(row)))
    below = [Button(say("All of them"), action("supervision"))]
    if view.last is not None and view.asks is not None:
        below.insert(0, Button(say("Results"), action("round.results", view.last.id)))
    blocks.append(Buttons(tuple(below)))
    return Card(view.title(say), tuple(blocks), say(FALLBACK))


def _last(say: Say, view: ScheduleView, last: Round, zone: ZoneInfo, now: datetime) -> str:
    time = say.clock_time(last.due_at, zone, now)
    if last.skipped:
        return say("{time}: left out, because Handrail was away too long", time=time)
    if view.asks is None:
        return time
    state = say("still open") if last.is_open else say("closed")
    if view.asks.anonymous and last.is_open:  # how the count grows would tell who answered when
        counts = say("asked: {count}", count=view.asked)
    else:
        counts = say("{answered} of {asked} answered", answered=view.answered, asked=view.asked)
    return f"{time}: {state}, {counts}"


# --- changing when -------------------------------------------------------------------------------


def when_form(say: Say, item: Schedule, rule: Rule, *, lasts: bool) -> Form:
    """When it goes out, in the coordinator's own words. ``lasts``: it can be answered for some days."""
    inputs: list[TextInput | Choice] = [
        TextInput(
            name="when",
            label=say("When?"),
            help=say("Such as: every Monday 09:00 · first Tuesday 15:30 · once 2026-05-04 10:00"),
            value="" if isinstance(rule, Never) else said(say, rule)[:WHEN],
            required=True,
            most=WHEN,
        )
    ]
    if lasts:
        inputs.append(
            Choice(
                name="open_for",
                label=say("How long can it be answered?"),
                options=tuple(Option(str(days), say.length(days * 24 * 60)) for days in OPEN_FOR),
                value=str(item.open_for if item.open_for in OPEN_FOR else 3),
                required=True,
            )
        )
    inputs.append(
        Choice(
            name="grace",
            label=say("If Handrail was away: how late may it come?"),
            options=tuple(Option(str(minutes), say.length(minutes)) for minutes in GRACES),
            value=str(item.grace if item.grace in GRACES else 720),
            required=True,
        )
    )
    return Form(
        action("schedule.when", item.id, item.version), say("When it goes out"), tuple(inputs), say("Go on")
    )


def confirm_when(
    say: Say,
    title: str,
    rule: Rule,
    following: Sequence[datetime],
    draft: int,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Card:
    """What was understood, read back before it is saved."""
    times = "\n".join(say.clock_time(moment, zone, now) for moment in following)
    return Card(
        say("Is this right?"),
        (
            Fields(((say("What"), title), (say("When"), said(say, rule)), (say("Next"), times))),
            Buttons((Button(say("Save"), action("schedule.save", draft), ButtonStyle.PRIMARY),)),
            Text(say("Nothing is changed until you save it. Holidays are left out."), TextStyle.QUIET),
        ),
        say(FALLBACK),
    )


def deleted(say: Say, *, is_open: bool) -> Card:
    """A schedule is gone; a round of it goes on."""
    text = (
        say("It goes out no more. The round that is open now stays open until its end.")
        if is_open
        else say("It goes out no more. What was answered stays.")
    )
    return plain(say, say("Deleted"), text)


# --- their own questions -------------------------------------------------------------------------


def make_form(say: Say, form_id: str, values: Mapping[str, str], *, first: bool) -> Form:
    """A question of one's own; the ``first`` one also names the whole and says whether it has names."""
    question = TextInput(
        name="question",
        label=say("The question"),
        value=values.get("question", "")[:QUESTION],
        required=True,
        most=QUESTION,
    )
    kind = values.get("kind", "")
    kinds = Choice(
        name="kind",
        label=say("How is it answered?"),
        options=tuple(Option(kind.value, say(label)) for kind, label in KINDS.items()),
        value=kind if kind in set(Kind) else Kind.ONE.value,
        required=True,
    )
    options = TextInput(
        name="options",
        label=say("The choices, one on each line"),
        help=say("Two to {most}. Leave it empty for a scale or a text.", most=MOST),
        value=values.get("options", "")[:_OPTIONS_TEXT],
        multiline=True,
        most=_OPTIONS_TEXT,
    )
    if not first:
        return Form(form_id, say("One more question"), (question, kinds, options), say("Save"))
    names = Choice(
        name="names",
        label=say("With names or without?"),
        help=say("Without names there are choices and scales only."),
        options=(Option("named", say("with names")), Option("unnamed", say("without names"))),
        value=values.get("names", "") if values.get("names", "") in ("named", "unnamed") else "named",
        required=True,
    )
    title = TextInput(
        name="title",
        label=say("What helpers read first"),
        help=say("Such as: How was the first week?"),
        value=values.get("title", "")[:TITLE],
        required=True,
        most=TITLE,
    )
    return Form(form_id, say("Your own questions"), (title, question, kinds, options, names), say("Save"))


def made(say: Say, asks: Questionnaire, item: Schedule, own: int, *, full: bool) -> Card:
    """A coordinator's questions, read back; nothing has gone out."""
    lines = []
    for each in asks.questions:
        options = ", ".join(label for _, label in asks.options(say, each))
        lines.append(f"• {each.label}" + (f" ({options})" if options else ""))
    names = say("without names") if asks.anonymous else say("with names")
    row = [
        Button(say("Send it now"), action("schedule.start", item.id), ButtonStyle.PRIMARY),
        Button(say("Plan it"), action("schedule.when", item.id)),
    ]
    if not full:
        row.append(Button(say("One more question"), action("poll.more", own)))
    row.append(Button(say("Delete"), action("schedule.delete", item.id, item.version), ButtonStyle.DANGER))
    return Card(
        asks.title,
        (
            Text("\n".join(lines)[:_LINES]),
            Text(names, TextStyle.QUIET),
            Buttons(tuple(row)),
        ),
        say(FALLBACK),
    )


# --- terms, holidays, people who are away --------------------------------------------------------


def days_form(say: Say, terms: str, holidays: str) -> Form:
    """When the school is open: one span of days on each line."""
    hint = say("One on each line, such as: 2026-08-31 to 2026-12-18")
    return Form(
        action("school.days"),
        say("Terms and holidays"),
        tuple(
            TextInput(
                name=name, label=label, help=hint, value=value[:DAYS_TEXT], multiline=True, most=DAYS_TEXT
            )
            for name, label, value in (
                ("terms", say("Terms (empty: all year)"), terms),
                ("holidays", say("Holidays and free days"), holidays),
            )
        ),
        say("Save"),
    )


def away_form(say: Say) -> Form:
    """Somebody is on leave: nothing is asked of them."""
    labels = {0: say("Back again")} | {each: say(label) for each, label in WEEKS.items()}
    return Form(
        action("somebody.away"),
        say("Somebody is away"),
        (
            UserInput(name="who", label=say("Who?"), required=True),
            Choice(
                name="weeks",
                label=say("For how long?"),
                options=tuple(Option(str(each), label) for each, label in labels.items()),
                value="1",
                required=True,
            ),
        ),
        say("Save"),
    )

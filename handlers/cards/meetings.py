"""Meetings: what helpers read of theirs, and what is planned, ticked and written by those who run them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.paging import more, part_of
from handlers.cards.words import short
from handlers.chat import (
    BUTTONS,
    FIELD_TEXT,
    OPTION_TEXT,
    OPTIONS,
    TEXT_BLOCK,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from handlers.meetings_times import DAY, EVENING, HOURS, REMINDERS
from handlers.supervision_phrases import said
from handlers.supervision_times import Rule
from storage.meetings import Meeting, MeetingPlan
from storage.words import Attendance

WHEN = 100
PLACE = 100
NOTE = 2_000
LENGTHS = (30, 45, 60, 90, 120)
REMIND = {
    EVENING: mark("The evening before"),
    DAY: mark("A day before"),
    HOURS: mark("Two hours before"),
}
ALL = "all"
"""In the form: the whole team."""
PAGE = OPTIONS * 5
"""People that one form can show: five lists."""
EARLIER = OPTIONS
"""Meetings on one page of those that are over."""
_NAMED = 20
_HEARD = mark("Thank you for saying so. You are not reminded of it.")


@dataclass(frozen=True)
class MeetingView:
    """A meeting as whoever runs it sees it. ``lead`` is whose group it is; empty: the whole team.

    ``names`` are of those invited, ``came`` what is known of each; ``begun``: it can be said who came.
    """

    meeting: Meeting
    rule: Rule
    lead: str
    names: Mapping[int, str]
    came: Mapping[int, Attendance]
    begun: bool
    own_note: bool = False
    notes: bool = False


def of_whom(say: Say, lead: str) -> str:
    """Whose meeting it is."""
    return say("{name}'s group", name=short(say, lead)) if lead else say("Whole team")


# --- to those invited --------------------------------------------------------------------------


def reminder(say: Say, lead: str, meeting: Meeting, zone: ZoneInfo) -> Card:
    """Before the meeting, to everybody who is to come."""
    blocks = (
        Fields(_facts(say, lead, meeting)),
        Buttons((Button(say("I can't come"), action("meeting.cannot", meeting.id)),)),
    )
    title = say("Meeting: {time}", time=say.day_and_time(meeting.starts_at, zone))
    return Card(title, blocks, say(FALLBACK))


def _facts(say: Say, lead: str, meeting: Meeting) -> tuple[tuple[str, str], ...]:
    facts = [(say("Who"), of_whom(say, lead)), (say("How long"), say.length(meeting.plan.minutes))]
    if meeting.plan.place:
        facts.append((say("Where"), meeting.plan.place[:PLACE]))
    return tuple(facts)


def called_off(say: Say, lead: str, meeting: Meeting, zone: ZoneInfo) -> Card:
    """To whoever was reminded: it does not take place."""
    text = say(
        "{whose}: the meeting of {time} does not take place. /meeting shows the next one.",
        whose=of_whom(say, lead),
        time=say.day_and_time(meeting.starts_at, zone),
    )
    return plain(say, say("No meeting then"), text)


def note_stays(say: Say, lead: str, meeting: Meeting, zone: ZoneInfo) -> Card:
    """To whoever wrote of a meeting that does not take place."""
    text = say(
        "{whose}: the meeting of {time} does not take place. What you wrote of it is kept.",
        whose=of_whom(say, lead),
        time=say.day_and_time(meeting.starts_at, zone),
    )
    row = Buttons((Button(say("My note"), action("meeting.note", meeting.id)),))
    return Card(say("No meeting then"), (Text(text), row), say(FALLBACK))


def not_expected(say: Say, lead: str, meeting: Meeting, zone: ZoneInfo) -> Card:
    """To whoever is not in the group that meets now."""
    text = say(
        "{whose}: the meeting of {time} is another group's now. You need not come. /meeting shows yours.",
        whose=of_whom(say, lead),
        time=say.day_and_time(meeting.starts_at, zone),
    )
    return plain(say, say("You need not come"), text)


def heard(say: Say, meeting: Meeting, zone: ZoneInfo, *, comes: bool) -> Card:
    """After "I can't come", or after that was taken back."""
    time = say.day_and_time(meeting.starts_at, zone)
    if comes:
        return plain(say, say("See you there"), say("You are expected: {time}.", time=time))
    back = Button(say("I can come after all"), action("meeting.can", meeting.id))
    title = say("You can't come: {time}", time=time)
    return Card(title, (Text(say(_HEARD)), Buttons((back,))), say(FALLBACK))


# --- what one sees behind /meeting -------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """A meeting that the person who looks is invited to. ``cannot``: they have said so."""

    meeting: Meeting
    lead: str
    cannot: bool


def overview(
    say: Say,
    mine: Sequence[Mine],
    running: Sequence[tuple[Meeting, str]],
    *,
    zone: ZoneInfo,
    adult: bool,
    lead_id: int | None,
    offset: int = 0,
) -> Card:
    """One's next meetings; for who runs some (``adult``, or a group's lead), those, from ``offset`` on."""
    blocks: list[Block] = []
    runs = adult or lead_id is not None
    if mine:
        blocks.append(Text("\n".join(_line(say, each, zone) for each in mine)))
        blocks.append(Buttons(tuple(_answer(say, each, zone) for each in mine[:BUTTONS])))
    elif not (adult and running):
        blocks.append(Text(say("No meeting is planned.")))
    shown, following = part_of(running, offset, OPTIONS)
    if shown:
        blocks.append(_open_one(say, [(each, lead, _when(say, each, zone)) for each, lead in shown]))
    if runs:
        row = [Button(say("Plan a meeting"), action("meeting.plan"), ButtonStyle.PRIMARY)]
        if lead_id is not None:
            row.append(Button(say("My group"), action("meeting.group", lead_id)))
        if adult:
            row.append(Button(say("Groups"), action("meeting.groups")))
        row += [*more(say, "meeting", following), Button(say("Earlier"), action("meeting.earlier"))]
        blocks.append(Buttons(tuple(row)))
    return Card(say("Meetings"), tuple(blocks), say(FALLBACK))


def earlier(say: Say, found: Sequence[tuple[Meeting, str]], *, zone: ZoneInfo, following: int) -> Card:
    """Meetings that are over, the latest first, to open one."""
    way = [*more(say, "meeting.earlier", following), Button(say("Meetings"), action("meeting"))]
    dated = [
        (each, lead, say.whole_day(each.starts_at.astimezone(zone).date()))  # they go back for years
        for each, lead in found
    ]
    block = _open_one(say, dated) if dated else Text(say("No meeting is over yet."))
    return Card(say("Earlier meetings"), (block, Buttons(tuple(way))), say(FALLBACK))


def _when(say: Say, meeting: Meeting, zone: ZoneInfo) -> str:
    return say.day_and_time(meeting.starts_at, zone)


def _open_one(say: Say, found: Sequence[tuple[Meeting, str, str]]) -> Select:
    """Meetings to open, each with whose it is and when it was."""
    options = tuple(
        Option(str(meeting.id), f"{when} · {of_whom(say, lead)}"[:OPTION_TEXT])
        for meeting, lead, when in found
    )
    return Select(say("Open one"), action("meeting.open"), options)


def _line(say: Say, mine: Mine, zone: ZoneInfo) -> str:
    parts = [say.day_and_time(mine.meeting.starts_at, zone), of_whom(say, mine.lead)]
    if mine.meeting.plan.place:
        parts.append(mine.meeting.plan.place[:PLACE])
    if mine.cannot:
        parts.append(say("you can't come"))
    return "• " + " · ".join(parts)


def _answer(say: Say, mine: Mine, zone: ZoneInfo) -> Button:
    day = say.day(mine.meeting.starts_at.astimezone(zone).date())
    if mine.cannot:
        return Button(say("I can: {day}", day=day), action("meeting.can", mine.meeting.id))
    return Button(say("I can't: {day}", day=day), action("meeting.cannot", mine.meeting.id))


# --- one meeting, for who runs it --------------------------------------------------------------


def who_came(say: Say, lead: str, meeting: Meeting, zone: ZoneInfo) -> Card:
    """After the meeting, to who runs it."""
    opened = Button(say("Open it"), action("meeting.open", meeting.id), ButtonStyle.PRIMARY)
    everybody = Button(say("Everybody came"), action("meeting.all", meeting.id))
    text = say("{whose}: please tick who came. It takes a few taps.", whose=of_whom(say, lead))
    title = say("Who came? {time}", time=say.day_and_time(meeting.starts_at, zone))
    return Card(title, (Text(text), Buttons((opened, everybody))), say(FALLBACK))


def meeting(say: Say, view: MeetingView, zone: ZoneInfo, news: str = "") -> Card:
    """A meeting with who came, and what can be done with it."""
    found, number = view.meeting, view.meeting.id
    facts = [(say("When"), said(say, view.rule)), *_facts(say, view.lead, found), *_attendance(say, view)]
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Fields(tuple(facts)))
    if view.begun and view.names:
        pages = range(0, len(view.names), PAGE)
        ticks = [
            Button(_tick_label(say, start, view), action("meeting.tick", number, start)) for start in pages
        ]
        everybody = Button(say("Everybody came"), action("meeting.all", number))
        blocks.append(Buttons((*ticks[: BUTTONS - 1], everybody)))
    row = [Button(say("My note") if view.own_note else say("Write a note"), action("meeting.note", number))]
    if view.notes:
        row.append(Button(say("Read the notes"), action("meeting.notes", number)))
    blocks.append(Buttons(tuple(row)))
    if not view.begun:
        row = [Button(say("Not this time"), action("meeting.off", number))]
        if not found.plan.stopped:
            plan = found.plan.id
            row.append(Button(say("Change"), action("meeting.change", plan)))
            row.append(Button(say("Stop planning it"), action("meeting.stop", plan), ButtonStyle.DANGER))
        blocks.append(Buttons(tuple(row)))
    title = say("Meeting: {time}", time=say.day_and_time(found.starts_at, zone))
    return Card(title, tuple(blocks), say(FALLBACK))


def _tick_label(say: Say, start: int, view: MeetingView) -> str:
    if len(view.names) <= PAGE:
        return say("Who came?")
    return say("Who came? {first}–{last}", first=start + 1, last=min(start + PAGE, len(view.names)))


def _attendance(say: Say, view: MeetingView) -> list[tuple[str, str]]:
    by_word = {
        word: [view.names[person] for person in view.names if view.came.get(person) is word]
        for word in Attendance
    }
    facts = []
    if view.meeting.ticked_at is not None:
        counted = sum(len(names) for word, names in by_word.items() if word is not Attendance.AWAY)
        came = len(by_word[Attendance.CAME])
        facts.append((say("Came"), say("{came} of {count}", came=came, count=counted)))
        if by_word[Attendance.MISSED]:
            facts.append((say("Did not come"), _names(say, by_word[Attendance.MISSED])))
    if by_word[Attendance.CANNOT]:
        facts.append((say("Said they can't"), _names(say, by_word[Attendance.CANNOT])))
    return facts


def _names(say: Say, names: Sequence[str]) -> str:
    shown = [short(say, name) for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(say("and {count} more", count=len(names) - _NAMED))
    return ", ".join(shown)[:FIELD_TEXT]


def tick_form(
    say: Say, form_id: str, title: str, people: Sequence[tuple[int, str]], chosen: Sequence[int]
) -> Form:
    """A page of people to be ticked, in lists of 25."""
    inputs = []
    for start in range(0, len(people), OPTIONS):
        some = people[start : start + OPTIONS]
        label = say("Tick them")
        if len(people) > OPTIONS:
            label = say("Tick them: {first} to {last}", first=start + 1, last=start + len(some))
        inputs.append(
            MultiChoice(
                name=f"people{start}",
                label=label,
                options=tuple(Option(str(number), short(say, name)) for number, name in some),
                values=tuple(str(number) for number, _ in some if number in chosen),
            )
        )
    return Form(form_id, title, tuple(inputs), say("Save"))


def note_form(say: Say, meeting_id: int, text: str) -> Form:
    """What was talked about, for oneself and the coordinators."""
    return Form(
        action("meeting.note", meeting_id),
        say("A note"),
        (
            TextInput(
                name="note",
                label=say("What is worth keeping?"),
                help=say("Coordinators can read it, nobody else. No names of peers, please."),
                value=text[:NOTE],
                multiline=True,
                most=NOTE,
            ),
        ),
        say("Save"),
    )


def note_raised(say: Say) -> Card:
    """The note's words opened a case."""
    text = say(
        "These words were taken as a concern, so they stand with the case and not here. "
        "You can write the rest of the note again."
    )
    return plain(say, say("The note was not kept here"), text)


def notes(say: Say, found: Sequence[tuple[str, str]]) -> Card:
    """Everybody's notes of a meeting. Shown, never kept."""
    blocks: list[Block] = []
    room = TEXT_BLOCK
    for name, text in found:
        if room <= 0:
            blocks.append(Text("…"))
            break
        blocks += [Text(short(say, name), TextStyle.STRONG), Text(text[:room])]
        room -= len(text) + 60
    return Card(say("Notes"), tuple(blocks) or (Text(say("Nobody has written anything.")),), say(FALLBACK))


# --- planning ----------------------------------------------------------------------------------


def plan_form(say: Say, form_id: str, groups: Sequence[tuple[str, str]], values: Mapping[str, str]) -> Form:
    """Who meets, when and where. ``groups`` are (value, name) to choose from; empty: one's own group."""
    inputs: list[Choice | TextInput] = []
    if groups:
        options = tuple(Option(value, label[:OPTION_TEXT]) for value, label in groups[:OPTIONS])
        inputs.append(_choice("whom", say("Who meets?"), options, values))
    when = TextInput(
        name="when",
        label=say("When?"),
        help=say("Such as: every Monday 15:30 · first Tuesday 15:30 · once 2026-05-04 10:00"),
        value=values.get("when", "")[:WHEN],
        required=True,
        most=WHEN,
    )
    lengths = tuple(Option(str(minutes), say.length(minutes)) for minutes in LENGTHS)
    place = TextInput(
        name="place",
        label=say("Where?"),
        help=say("A room or a link. It is shown to those invited."),
        value=values.get("place", "")[:PLACE],
        most=PLACE,
    )
    reminders = tuple(Option(how, say(REMIND[how])) for how in REMINDERS)
    inputs += [
        when,
        _choice("minutes", say("How long?"), lengths, {"minutes": "45", **values}),
        place,
        _choice("remind", say("When are they reminded?"), reminders, values),
    ]
    return Form(form_id, say("A meeting"), tuple(inputs), say("Go on"))


def _choice(name: str, label: str, options: tuple[Option, ...], values: Mapping[str, str]) -> Choice:
    value = values.get(name, "")
    known = {option.value for option in options}
    return Choice(
        name=name,
        label=label,
        options=options,
        value=value if value in known else options[0].value,
        required=True,
    )


def confirm(
    say: Say,
    plan: MeetingPlan,
    lead: str,
    rule: Rule,
    *,
    following: Sequence[datetime],
    draft: int,
    zone: ZoneInfo,
) -> Card:
    """What was understood, read back before it is saved."""
    facts = [
        (say("Who"), of_whom(say, lead)),
        (say("When"), said(say, rule)),
        (say("Next"), "\n".join(say.day_and_time(moment, zone) for moment in following)),
        (say("How long"), say.length(plan.minutes)),
        (say("Reminded"), say(REMIND.get(plan.remind, plan.remind))),
    ]
    if plan.place:
        facts.insert(1, (say("Where"), plan.place))
    return Card(
        say("Is this right?"),
        (
            Fields(tuple(facts)),
            Buttons((Button(say("Save"), action("meeting.save", draft), ButtonStyle.PRIMARY),)),
            Text(say("Nothing is planned until you save it. Holidays are left out."), TextStyle.QUIET),
        ),
        say(FALLBACK),
    )


def not_planned(say: Say) -> Card:
    """What stood in the form opened a case."""
    text = say("These words were taken as a concern, so no meeting was planned. Please plan it again.")
    return plain(say, say("Not planned"), text)


def stopped(say: Say) -> Card:
    """A plan is gone."""
    text = say("It is planned no more. Whoever was reminded is told. What was ticked and written stays.")
    return plain(say, say("Stopped"), text)

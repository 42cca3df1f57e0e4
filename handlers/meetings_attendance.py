"""Who came, ticked in a few taps, and what was talked about, kept for the coordinators."""

from collections.abc import Collection, Mapping, Sequence

from handlers.cards import meetings as cards
from handlers.chat import ButtonPressed, FormSubmitted, OpenForm, Reply, UpdateCard, action
from handlers.context import Arguments, Context, Effects
from handlers.meetings import by_name, meeting_card, own_meeting, people_of
from handlers.meetings_due import RUNNING, title_name, write_down_invited
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from storage import attendance, meeting_notes, supervision_people
from storage.meetings import Meeting
from storage.words import Attendance


async def _begun(ctx: Context, meeting_id: int) -> Meeting:
    found = await own_meeting(ctx, meeting_id)
    if found.starts_at > ctx.now:
        raise Refused(Refusal.NOT_YET)
    return found


@button("meeting.tick", roles=RUNNING)
async def open_form(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One page of those invited."""
    found, start = await _begun(ctx, arguments.number(0)), arguments.number(1)
    everybody = list((await people_of(ctx, found)).items())
    page = everybody[start : start + cards.PAGE]
    if not page:
        raise Refused(Refusal.NOT_FOUND)
    known = await attendance.of_meeting(ctx.tx, found.id)
    chosen = [person for person, _ in page if known.get(person) is Attendance.CAME]
    form_id = action("meeting.tick", found.id, *bounds(page, everybody))
    return [OpenForm(cards.tick_form(ctx.say, form_id, ctx.say("Who came?"), page, chosen))]


@form("meeting.tick", roles=RUNNING)
async def take_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep who was ticked."""
    found = await _begun(ctx, arguments.number(0))
    everybody = await people_of(ctx, found)
    came = ticked_in(event).intersection(everybody)
    offered = await offered_in(ctx, arguments, everybody)
    await _tick(ctx, found, offered | came, came)
    return [Reply(await meeting_card(ctx, found.id, ctx.say("Saved.")))]


def bounds(page: Sequence[tuple[int, str]], everybody: Sequence[tuple[int, str]]) -> tuple[int, int, int]:
    """What a form keeps of whom it offers: the first one, the last one, and the newest one of everybody."""
    return page[0][0], page[-1][0], max(person for person, _ in everybody)


async def offered_in(ctx: Context, arguments: Arguments, everybody: Mapping[int, str]) -> set[int]:
    """Whom a form with these :func:`bounds` offered, of everybody by name as they are now.

    Since it was opened somebody may have come, who was not offered, or left, so that places have shifted.
    """
    first, last, newest = (arguments.number(at) for at in (1, 2, 3))
    names = {**await supervision_people.names(ctx.tx, ctx.programme.id, (first, last)), **everybody}
    if first not in names or last not in names:
        return set()  # erased meanwhile: nobody is said not to have come
    begin, end = by_name((first, names[first])), by_name((last, names[last]))
    return {each[0] for each in everybody.items() if each[0] <= newest and begin <= by_name(each) <= end}


def ticked_in(event: FormSubmitted) -> set[int]:
    """Everybody who was ticked in a form of several lists."""
    values = [value for name in event.values for value in event.choices(name)]
    return {int(value) for value in values if value.isascii() and value.isdigit()}


@button("meeting.all", roles=RUNNING)
async def everybody(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Everybody came, but for who said that they can't or takes a break."""
    found = await _begun(ctx, arguments.number(0))
    known = await write_down_invited(ctx.tx, ctx.programme, found)
    came = {person for person, word in known.items() if word not in (Attendance.CANNOT, Attendance.AWAY)}
    await _tick(ctx, found, list(known), came, known)
    return [UpdateCard(await meeting_card(ctx, found.id, ctx.say("Saved.")))]


async def _tick(
    ctx: Context,
    found: Meeting,
    page: Collection[int],
    came: Collection[int],
    known: Mapping[int, Attendance] | None = None,
) -> None:
    if known is None:
        known = await write_down_invited(ctx.tx, ctx.programme, found)
    kept = (Attendance.CANNOT, Attendance.AWAY)
    words = {
        person: Attendance.CAME
        if person in came
        else known[person]
        if known.get(person) in kept
        else Attendance.MISSED
        for person in page
    }
    await attendance.keep(ctx.tx, found.id, words)
    await attendance.ticked(ctx.tx, found.id, ctx.now)
    await note(ctx, "attendance_ticked", f"meeting:{found.id}")


# --- notes -------------------------------------------------------------------------------------


@button("meeting.note", roles=RUNNING)
async def open_note(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One's own note of a meeting."""
    found = await own_meeting(ctx, arguments.number(0), called_off=True)
    written = await meeting_notes.own(ctx.tx, found.id, ctx.member.id)
    return [OpenForm(cards.note_form(ctx.say, found.id, written))]


@form("meeting.note", roles=RUNNING)
async def take_note(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it. Words that opened a case stand with the case alone: they may be about a coordinator."""
    found = await own_meeting(ctx, arguments.number(0), called_off=True)
    if ctx.raised is not None:
        return [Reply(cards.note_raised(ctx.say))]
    await meeting_notes.keep(ctx.tx, found.id, ctx.member.id, event.text("note"), ctx.now)
    if found.called_off:
        name = await title_name(ctx.tx, found.plan)
        return [Reply(cards.note_stays(ctx.say, name, found, ctx.local_zone))]
    return [Reply(await meeting_card(ctx, found.id, ctx.say("Saved.")))]


@button("meeting.notes", roles=COORDINATORS)
async def read_notes(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Everybody's notes of a meeting, for coordinators; each look is written down."""
    found = await own_meeting(ctx, arguments.number(0), called_off=True)
    written = await meeting_notes.of_meeting(ctx.tx, found.id)
    await note(ctx, "meeting_notes_read", f"meeting:{found.id}")
    return [Reply(cards.notes(ctx.say, written), fleeting=True)]

"""What is due for meetings: the next one planned, those invited reminded, who came asked for.

Everything stands in the database with its time, so what fell due while the bot was away is found by the same
query; whoever takes a step does it, nobody else.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import structlog

from handlers.cards import meetings as cards
from handlers.chat import Card
from handlers.languages import Say
from handlers.meetings_times import remind_at
from handlers.supervision_rounds import calendar_of, morning
from handlers.supervision_send import Reader, readers, send
from handlers.supervision_times import LOOKED_AT, NotARule, load, times
from storage import (
    attendance,
    groups,
    meeting_notes,
    meetings,
    people,
    programmes,
    roster,
    supervision_people,
)
from storage.db import Database, Tx
from storage.meetings import Meeting, MeetingPlan
from storage.people import ADULTS
from storage.programmes import Programme
from storage.words import HELPING, Attendance, Role

log = structlog.get_logger(__name__)

RUNNING = ADULTS | {Role.LEAD}
"""Who may run a meeting: adults every one, a lead the group's."""
STILL_KNOWN = timedelta(days=3)
"""For this long after a meeting it makes sense to ask who came."""


# --- who is meant ------------------------------------------------------------------------------


async def members(tx: Tx, programme_id: int, lead_id: int | None) -> dict[int, str]:
    """Whom a meeting is for, by id and name: all helpers, or those of a lead's group (the lead runs it)."""
    helpers = await roster.entries(tx, programme_id, HELPING)
    lead_of = await groups.of_programme(tx, programme_id) if lead_id is not None else {}
    return {
        each.id: each.name
        for each in helpers
        if not each.suspended
        and (lead_id is None or (lead_of.get(each.id) == lead_id and each.id != lead_id))
    }


async def _readers(tx: Tx, programme: Programme, plan: MeetingPlan) -> list[Reader]:
    """Everybody who is to come and can be written to: those invited, and the lead who runs it."""
    invited = {*await members(tx, programme.id, plan.lead_id), plan.lead_id}
    return [each for each in await readers(tx, programme, HELPING) if each.id in invited]


async def runners(tx: Tx, programme: Programme, plan: MeetingPlan) -> list[Reader]:
    """Who runs a meeting: the lead of its group if that one still is one, else the coordinators."""
    if plan.lead_id is not None:
        found = [each for each in await readers(tx, programme, [Role.LEAD]) if each.id == plan.lead_id]
        if found:
            return found
    return await readers(tx, programme, [Role.COORDINATOR]) or await readers(tx, programme, ADULTS)


async def title_name(tx: Tx, plan: MeetingPlan) -> str:
    """The lead whose group meets; empty for the whole team."""
    return "" if plan.lead_id is None else await people.name(tx, plan.lead_id)


# --- planning ----------------------------------------------------------------------------------


async def lay_out(tx: Tx, programme: Programme, plan: MeetingPlan, after: datetime, now: datetime) -> None:
    """Let there be a plan's meetings from a moment on, up to the next one.

    Those that were while the bot was away are among them: people may have met, and it can be said who came.
    """
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    known = await meetings.starts(tx, plan.id, after)
    for starts_at in islice(times(load(plan.rule), zone, calendar, after), LOOKED_AT):
        ahead, called_off = starts_at > now, known.get(starts_at, False)
        reminder = remind_at(starts_at, plan.remind, zone, calendar) if ahead else None
        ends_at = starts_at + timedelta(minutes=plan.minutes)
        if starts_at not in known:
            await meetings.lay_out(tx, plan.id, starts_at, ends_at=ends_at, remind_at=reminder)
        elif ahead and called_off:
            called_off = not await meetings.give_back(
                tx, plan.id, starts_at, ends_at=ends_at, remind_at=reminder
            )
        if ahead and not called_off:
            return


async def plan_again(tx: Tx, programme: Programme, now: datetime) -> None:
    """The programme's clock or calendar has changed: what is planned follows the new one."""
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    for plan in await meetings.plans(tx, programme.id):
        try:
            rule = load(plan.rule)
        except NotARule:  # written by another version, which knows it
            continue
        for meeting in await meetings.to_come(tx, plan.id):
            before = meeting.starts_at - timedelta(minutes=1)
            if (
                meeting.starts_at > now
                and next(times(rule, zone, calendar, before), None) != meeting.starts_at
            ):
                await take_off(tx, programme, meeting, now, keep=False)
        await lay_out(tx, programme, plan, now, now)


async def take_off(
    tx: Tx, programme: Programme, meeting: Meeting, now: datetime, *, keep: bool, expected: bool = False
) -> None:
    """Let a meeting not take place; whoever was reminded of it, or is ``expected`` to come, is told.

    ``keep``: it is remembered that it was called off, so that it is not planned once more. Otherwise the
    calendar did it, and gives it back once the day is free again. What was written of it is kept, and whoever
    wrote it is told so.
    """
    authors = await meeting_notes.authors(tx, meeting.id)
    writers = [each for each in await readers(tx, programme, RUNNING) if each.id in authors]
    if keep or meeting.reminded or authors:
        await meetings.call_off(tx, meeting.id, by_calendar=not keep)
    else:
        await meetings.drop(tx, meeting.id)
    if meeting.reminded or expected:
        name = await title_name(tx, meeting.plan)
        zone = ZoneInfo(programme.time_zone)
        await _tell(
            tx,
            programme,
            meeting,
            now,
            key=f"meeting-off:{meeting.id}:{int(now.timestamp())}",
            card=lambda say: cards.called_off(say, name, meeting, zone),
            but={each.id for each in writers},
        )
    await _tell_writers(tx, programme, meeting, writers, now)


async def _tell_writers(
    tx: Tx, programme: Programme, meeting: Meeting, writers: Sequence[Reader], now: datetime
) -> None:
    name, zone = await title_name(tx, meeting.plan), ZoneInfo(programme.time_zone)
    calendar = await calendar_of(tx, programme.id)
    await send(
        tx,
        programme,
        f"meeting-note:{meeting.id}:{int(now.timestamp())}",
        to=[each.to for each in writers],
        card=lambda say: cards.note_stays(say, name, meeting, zone),
        now=now,
        due={each.id: morning(each.wish, zone, calendar, now) for each in writers},
    )


async def stop(tx: Tx, programme: Programme, plan: MeetingPlan, now: datetime) -> bool:
    """Plan nothing more, and let what is to come not take place. ``False`` if somebody else was first."""
    if not await meetings.stop(tx, plan.id):
        return False
    for meeting in await meetings.to_come(tx, plan.id):
        if meeting.starts_at > now:
            await take_off(tx, programme, meeting, now, keep=True)
    return True


async def replace(tx: Tx, programme: Programme, old: int, new: MeetingPlan, now: datetime) -> bool:
    """Plan something else instead; a meeting at the same time stays, with all that was said of it.

    Where another group meets now, whoever came until then and is not in it is told once. ``False`` if
    somebody else has stopped or changed the old plan first: then nothing is changed.
    """
    if not await meetings.stop(tx, old):
        return False
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    plan = await meetings.add_plan(tx, new)
    following = next(times(load(plan.rule), zone, calendar, now), None)
    for meeting in await meetings.to_come(tx, old):
        if meeting.starts_at == following:
            reminder = None if meeting.reminded else remind_at(following, plan.remind, zone, calendar)
            ends_at = following + timedelta(minutes=plan.minutes)
            await meetings.move(tx, meeting.id, plan.id, ends_at=ends_at, remind_at=reminder)
            if plan.lead_id != meeting.plan.lead_id:
                await _tell_who_is_out(tx, programme, meeting, plan, now)
            told = (meeting.plan.place, meeting.plan.minutes, meeting.plan.lead_id)
            if meeting.reminded and (plan.place, plan.minutes, plan.lead_id) != told:
                await _remind(tx, programme, dataclasses.replace(meeting, plan=plan, ends_at=ends_at), now)
        elif meeting.starts_at > now:
            another_group = plan.lead_id != meeting.plan.lead_id
            await take_off(tx, programme, meeting, now, keep=True, expected=another_group)
    await lay_out(tx, programme, plan, now, now)
    return True


async def _tell_who_is_out(
    tx: Tx, programme: Programme, meeting: Meeting, plan: MeetingPlan, now: datetime
) -> None:
    """A meeting, as it was, is another group's by this plan: whoever is not in that one is not expected."""
    name, zone = await title_name(tx, meeting.plan), ZoneInfo(programme.time_zone)
    stay = {each.id for each in await _readers(tx, programme, plan)}
    await _tell(
        tx,
        programme,
        meeting,
        now,
        key=f"meeting-out:{meeting.id}:{int(now.timestamp())}",
        card=lambda say: cards.not_expected(say, name, meeting, zone),
        but=stay,
    )
    # Of those who are not invited it does not count that they did not come.
    for person in await attendance.of_meeting(tx, meeting.id):
        if person not in stay:
            await attendance.withdraw(tx, meeting.id, person)


# --- what is due -------------------------------------------------------------------------------


async def send_due(database: Database, now: datetime) -> int:
    """Remind, and see to the end of what is over; each once, however many look. Returns how many."""
    async with database.read() as tx:
        waiting = await meetings.due(tx, now)
    for programme_id, meeting_id in waiting:
        await _carefully(meeting_id, _see_to(database, programme_id, meeting_id, now))
    return len(waiting)


async def _carefully(number: int, work: Awaitable[None]) -> None:
    """One that fails keeps no other waiting; it is left for the next tick."""
    try:
        await work
    except Exception:
        log.error("meeting_failed", id=number, exc_info=True)


async def _see_to(database: Database, programme_id: int, meeting_id: int, now: datetime) -> None:
    async with database.write() as tx:
        programme = await programmes.get(tx, programme_id)
        meeting = await meetings.get(tx, programme_id, meeting_id)
        if meeting is None or meeting.over:
            return
        reminder = meeting.remind_at
        if (
            reminder is not None
            and reminder <= now
            and await meetings.take_reminder(tx, meeting.id, reminder)
            and now < meeting.starts_at
        ):
            await _remind(tx, programme, meeting, now)
        if meeting.ends_at <= now and await meetings.take_end(tx, meeting.id):
            await _end(tx, programme, meeting, now)


async def _remind(tx: Tx, programme: Programme, meeting: Meeting, now: datetime) -> None:
    zone, name = ZoneInfo(programme.time_zone), await title_name(tx, meeting.plan)
    await _tell(
        tx,
        programme,
        meeting,
        now,
        # What has changed, or is on again, is told once more.
        key=f"meeting:{meeting.id}:{int(now.timestamp())}",
        card=lambda say: cards.reminder(say, name, meeting, zone),
    )


async def _tell(
    tx: Tx,
    programme: Programme,
    meeting: Meeting,
    now: datetime,
    *,
    key: str,
    card: Callable[[Say], Card],
    but: Collection[int] = (),
) -> None:
    """To everybody who is to come, before the start: not to who takes a break or said that they can't.

    Whose quiet hours it is reads it in their morning, unless that is too late.
    """
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    cannot = {
        person
        for person, came in (await attendance.of_meeting(tx, meeting.id)).items()
        if came is Attendance.CANNOT
    }
    due: dict[int, datetime] = {}
    to = []
    for each in await _readers(tx, programme, meeting.plan):
        due[each.id] = morning(each.wish, zone, calendar, now)
        in_time = due[each.id] < meeting.starts_at
        if in_time and each.id not in cannot and each.id not in but and not each.wish.is_paused(now):
            to.append(each.to)
    await meetings.forget_reminders_of(tx, meeting.id)
    await send(tx, programme, key, to=to, card=card, now=now, due=due)


async def write_down_invited(tx: Tx, programme: Programme, meeting: Meeting) -> Mapping[int, Attendance]:
    """Keep who was invited, whatever becomes of the team later. Returns what is known of each."""
    known = await attendance.of_meeting(tx, meeting.id)
    wishes = await supervision_people.wishes(tx, programme.id)
    new = {
        person: Attendance.AWAY
        if person in wishes and wishes[person].is_paused(meeting.starts_at)
        else Attendance.INVITED
        for person in await members(tx, programme.id, meeting.plan.lead_id)
        if person not in known
    }
    await attendance.keep(tx, meeting.id, new)
    return {**known, **new}


async def _end(tx: Tx, programme: Programme, meeting: Meeting, now: datetime) -> None:
    """It is over: who was invited is written down, the next one planned, and who came asked for."""
    if meeting.ticked_at is None:
        await write_down_invited(tx, programme, meeting)
    if not meeting.plan.stopped:
        await lay_out(tx, programme, meeting.plan, meeting.starts_at, now)
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    if meeting.ticked_at is not None or now - meeting.ends_at > STILL_KNOWN:
        return
    name = await title_name(tx, meeting.plan)
    asked = await runners(tx, programme, meeting.plan)
    due = {each.id: morning(each.wish, zone, calendar, now) for each in asked}
    await send(
        tx,
        programme,
        f"meeting-who:{meeting.id}",
        to=[each.to for each in asked if not each.wish.is_paused(now)],
        card=lambda say: cards.who_came(say, name, meeting, zone),
        now=now,
        due=due,
    )

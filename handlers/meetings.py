"""/meeting: helpers see when they meet and say that they can't come; who runs meetings opens them here.

A lead helper runs the meetings of their own group: plans them, ticks who came, writes a note. Of everybody
else's meetings, notes and cases a lead sees nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from handlers.cards import meetings as cards
from handlers.cards.meetings import MeetingView, Mine
from handlers.chat import ButtonPressed, Card, CommandUsed, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.meetings_due import RUNNING, members, title_name
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command
from handlers.supervision_times import load
from storage import attendance, groups, meeting_notes, meetings, supervision_people
from storage.meetings import Meeting, MeetingPlan
from storage.words import HELPING, Attendance, Role

AHEAD, BACK = timedelta(days=366), timedelta(days=14)
LISTED = 4
_LOOKED_AT = 1_000


@command("meeting", summary=mark("Meetings: when, who came; I can't come"))
async def open_meetings(ctx: Context, _event: CommandUsed) -> Effects:
    """Everything about meetings, for whoever asks."""
    return [Reply(await overview_card(ctx))]


@button("meeting")
async def open_by_button(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The same by a button."""
    return [Reply(await overview_card(ctx, arguments.number_or_none(0) or 0))]


async def overview_card(ctx: Context, offset: int = 0) -> Card:
    """One's next meetings, and those that one runs, of many from the one numbered ``offset`` on."""
    around = await meetings.between(
        ctx.tx, ctx.programme.id, ctx.now - BACK, ctx.now + AHEAD, most=_LOOKED_AT
    )
    own_lead = await groups.lead_of(ctx.tx, ctx.member.id)
    mine = [each for each in around if each.ends_at > ctx.now and _is_invited(ctx, each.plan, own_lead)]
    shown = mine[:LISTED]
    cannot = await attendance.cannot_come(ctx.tx, ctx.member.id, [each.id for each in shown])
    return cards.overview(
        ctx.say,
        [Mine(each, await title_name(ctx.tx, each.plan), each.id in cannot) for each in shown],
        await _running(ctx, around),
        offset=offset,
        zone=ctx.local_zone,
        adult=ctx.member.is_adult,
        lead_id=ctx.member.id if Role.LEAD in ctx.member.roles else None,
    )


async def _running(ctx: Context, around: Sequence[Meeting]) -> list[tuple[Meeting, str]]:
    """What the person who acts can open: what is to come, the next first, then what was, the latest first."""
    found = [each for each in around if may_run(ctx, each.plan)]
    ahead = [each for each in found if each.ends_at > ctx.now]
    back = [each for each in reversed(found) if each.ends_at <= ctx.now]
    return await _named(ctx, (*ahead, *back))


async def _named(ctx: Context, found: Sequence[Meeting]) -> list[tuple[Meeting, str]]:
    """Meetings with whose they are."""
    names: dict[int | None, str] = {}
    for each in found:
        if each.plan.lead_id not in names:
            names[each.plan.lead_id] = await title_name(ctx.tx, each.plan)
    return [(each, names[each.plan.lead_id]) for each in found]


@button("meeting.earlier", roles=RUNNING)
async def show_earlier(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Every meeting that is over, however long ago: its note can be read and who came be mended."""
    offset = arguments.number_or_none(0) or 0
    found = await meetings.earlier(
        ctx.tx,
        ctx.programme.id,
        ctx.now,
        lead_id=None if ctx.member.is_adult else ctx.member.id,
        offset=offset,
        most=cards.EARLIER + 1,
    )
    named = await _named(ctx, found[: cards.EARLIER])
    following = offset + cards.EARLIER if len(found) > cards.EARLIER else 0
    return [Reply(cards.earlier(ctx.say, named, zone=ctx.local_zone, following=following))]


def _is_invited(ctx: Context, plan: MeetingPlan, own_lead: int | None) -> bool:
    if plan.lead_id is None:
        return bool(ctx.member.roles & HELPING)
    return plan.lead_id in (own_lead, ctx.member.id)


def may_run(ctx: Context, plan: MeetingPlan) -> bool:
    """Whether the person who acts runs the meetings of this plan."""
    own_group = Role.LEAD in ctx.member.roles and plan.lead_id == ctx.member.id
    return ctx.member.is_adult or own_group


async def own_meeting(ctx: Context, meeting_id: int, *, called_off: bool = False) -> Meeting:
    """A meeting that the person who acts runs, held. Raises :class:`Refused` for every other one.

    ``called_off``: also one that does not take place.
    """
    found = await meetings.get(ctx.tx, ctx.programme.id, meeting_id)
    if found is None or not may_run(ctx, found.plan):
        raise Refused(Refusal.NOT_FOUND)
    if found.called_off and not called_off:
        raise Refused(Refusal.NOT_HELD)
    return found


# --- one meeting -------------------------------------------------------------------------------


@button("meeting.open", roles=RUNNING)
async def open_one(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """One of them: chosen from the list, or by the button of a message."""
    chosen = Arguments((event.value,)) if event.value else arguments
    return [Reply(await meeting_card(ctx, chosen.number(0)))]


async def meeting_card(ctx: Context, meeting_id: int, news: str = "") -> Card:
    """A meeting as it is now, for who runs it."""
    found = await own_meeting(ctx, meeting_id)
    came = await attendance.of_meeting(ctx.tx, found.id)
    coordinator = Role.COORDINATOR in ctx.member.roles
    view = MeetingView(
        found,
        load(found.plan.rule),
        await title_name(ctx.tx, found.plan),
        await people_of(ctx, found),
        came,
        begun=found.starts_at <= ctx.now,
        own_note=bool(await meeting_notes.own(ctx.tx, found.id, ctx.member.id)),
        notes=coordinator and await meeting_notes.any_there(ctx.tx, found.id),
    )
    return cards.meeting(ctx.say, view, ctx.local_zone, news)


async def people_of(ctx: Context, meeting: Meeting) -> dict[int, str]:
    """Who is invited, by name in its order; of a meeting that is over, who was."""
    known = await attendance.of_meeting(ctx.tx, meeting.id)
    names = await supervision_people.names(ctx.tx, ctx.programme.id, known)
    if not meeting.over:
        now = await members(ctx.tx, ctx.programme.id, meeting.plan.lead_id)
        said = {person: name for person, name in names.items() if person in now}
        names = {**said, **now}
    return dict(sorted(names.items(), key=by_name))


def by_name(person: tuple[int, str]) -> tuple[str, int]:
    """The order of every list of people that can be ticked."""
    return person[1].casefold(), person[0]


# --- "I can't come" ----------------------------------------------------------------------------


@button("meeting.cannot")
async def cannot(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody who is invited says that they can't come; they are not reminded any more."""
    found = await _invitation(ctx, arguments.number(0))
    await attendance.keep(ctx.tx, found.id, {ctx.member.id: Attendance.CANNOT})
    await meetings.forget_reminders(ctx.tx, ctx.member.id, found.id)
    return [UpdateCard(cards.heard(ctx.say, found, ctx.local_zone, comes=False))]


@button("meeting.can")
async def can(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """They can after all."""
    found = await _invitation(ctx, arguments.number(0))
    await attendance.withdraw(ctx.tx, found.id, ctx.member.id)
    return [UpdateCard(cards.heard(ctx.say, found, ctx.local_zone, comes=True))]


async def _invitation(ctx: Context, meeting_id: int) -> Meeting:
    """A meeting to come that the person who acts is invited to."""
    found = await meetings.get(ctx.tx, ctx.programme.id, meeting_id)
    own_lead = await groups.lead_of(ctx.tx, ctx.member.id)
    if found is None or not _is_invited(ctx, found.plan, own_lead):
        raise Refused(Refusal.NOT_FOUND)
    if found.called_off:
        raise Refused(Refusal.NOT_HELD)
    if found.over or found.ends_at <= ctx.now:
        raise Refused(Refusal.MEETING_OVER)
    return found

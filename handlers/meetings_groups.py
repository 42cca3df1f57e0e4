"""Whom each lead helper looks after: set by a coordinator, seen by the lead.

A lead sees how many check-ins each has logged, who came to the group's meetings and who left the last weekly
question open: those numbers, and nothing of any answer, check-in or case.
"""

from datetime import timedelta

from handlers.cards import meeting_groups as cards
from handlers.cards import meetings as meeting_cards
from handlers.cards.meeting_groups import Seen
from handlers.chat import ButtonPressed, Card, FormSubmitted, OpenForm, Reply, action
from handlers.context import Arguments, Context, Effects
from handlers.meetings import by_name
from handlers.meetings_attendance import bounds, offered_in, ticked_in
from handlers.meetings_due import RUNNING, members
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.supervision_rounds import who_answered
from storage import (
    attendance,
    groups,
    roster,
    supervision,
    supervision_figures,
    supervision_people,
    supervision_rounds,
)
from storage.people import ADULTS
from storage.words import HELPING, Role

BACK = timedelta(weeks=8)


@button("meeting.groups", roles=ADULTS)
async def show_groups(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Every lead with their helpers."""
    leads = [
        (each.id, each.name)
        for each in await roster.entries(ctx.tx, ctx.programme.id, [Role.LEAD])
        if not each.suspended
    ]
    of_lead = {
        number: sorted((await members(ctx.tx, ctx.programme.id, number)).values()) for number, _ in leads
    }
    return [Reply(cards.groups(ctx.say, leads, of_lead))]


@button("meeting.group", roles=RUNNING)
async def show_group(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """One group: for adults any, for a lead their own."""
    chosen = Arguments((event.value,)) if event.value else arguments
    return [Reply(await _card(ctx, chosen.number(0)))]


async def _card(ctx: Context, lead_id: int, news: str = "") -> Card:
    lead = await _lead(ctx, lead_id)
    helpers = await members(ctx.tx, ctx.programme.id, lead_id)
    came = await attendance.record_of(ctx.tx, helpers, ctx.now - BACK, lead_id)
    silent = await _silent(ctx)
    loads = await supervision_figures.loads(ctx.tx, ctx.programme.id, HELPING, ctx.now - BACK, ctx.now)
    logged = {each.person_id: each.check_ins for each in loads}
    seen = [
        Seen(name, *came.get(person, (0, 0)), silent=person in silent, check_ins=logged.get(person, 0))
        for person, name in sorted(helpers.items(), key=lambda each: (each[1].casefold(), each[0]))
    ]
    total = len(await _choice(ctx, lead_id)) if Role.COORDINATOR in ctx.member.roles else 0
    return cards.group(ctx.say, lead_id, lead, seen, choose_from=total, news=news)


async def _lead(ctx: Context, lead_id: int) -> str:
    """A lead helper's name. Raises :class:`Refused` where there is none, or it is another lead's group."""
    entry = await roster.get(ctx.tx, ctx.programme.id, lead_id)
    own = ctx.member.is_adult or lead_id == ctx.member.id
    if entry is None or Role.LEAD not in entry.roles or not own:
        raise Refused(Refusal.NOT_FOUND)
    return entry.name


async def _silent(ctx: Context) -> set[int]:
    """Who was asked the last weekly question, has not answered it and takes no break."""
    schedule = await supervision.of_prompt(ctx.tx, ctx.programme.id, "weekly")
    if schedule is None:
        return set()
    latest = await supervision_rounds.latest(ctx.tx, ctx.programme.id, 8, schedule_id=schedule.id)
    last = next((each for each in latest if not each.skipped), None)
    if last is None:
        return set()
    wishes = await supervision_people.wishes(ctx.tx, ctx.programme.id)
    paused = {person for person, wish in wishes.items() if wish.is_paused(ctx.now)}
    return await supervision_rounds.asked(ctx.tx, last.id) - await who_answered(ctx.tx, last) - paused


# --- who is in it ------------------------------------------------------------------------------


async def _choice(ctx: Context, lead_id: int) -> list[tuple[int, str]]:
    """Everybody who could be in a lead's group, by name."""
    helpers = await members(ctx.tx, ctx.programme.id, None)
    found = [(person, name) for person, name in helpers.items() if person != lead_id]
    return sorted(found, key=by_name)


@button("meeting.members", roles=COORDINATORS)
async def open_members(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Who is in a group?"""
    lead_id, start = arguments.number(0), arguments.number(1)
    await _lead(ctx, lead_id)
    everybody = await _choice(ctx, lead_id)
    page = everybody[start : start + meeting_cards.PAGE]
    if not page:
        raise Refused(Refusal.NOT_FOUND)
    lead_of = await groups.of_programme(ctx.tx, ctx.programme.id)
    chosen = [person for person, _ in page if lead_of.get(person) == lead_id]
    form_id = action("meeting.members", lead_id, *bounds(page, everybody))
    title = ctx.say("Who is in the group?")
    return [OpenForm(meeting_cards.tick_form(ctx.say, form_id, title, page, chosen))]


@form("meeting.members", roles=COORDINATORS)
async def take_members(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it. Whoever was in another group leaves that one."""
    lead_id = arguments.number(0)
    await _lead(ctx, lead_id)
    everybody = dict(await _choice(ctx, lead_id))
    chosen = ticked_in(event).intersection(everybody)
    offered = await offered_in(ctx, arguments, everybody)
    await groups.set_group(ctx.tx, lead_id, offered | chosen, sorted(chosen))
    await note(ctx, "group_changed", f"person:{lead_id}")
    return [Reply(await _card(ctx, lead_id, ctx.say("Saved. Who was in another group has left that one.")))]

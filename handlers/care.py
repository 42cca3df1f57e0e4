"""Care after a case: its messages when they fall due, and the answers to them."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers import aftercare, case_messages, case_views
from handlers.cards import care as care_cards
from handlers.cases import own_case
from handlers.chat import ButtonPressed, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import button
from handlers.supervision_send import awake
from handlers.writers import own_case as writers_own_case
from storage import cases, ladders, outcomes, people, supervision_people
from storage.cases import Case
from storage.db import Tx
from storage.ladders import LadderEntry
from storage.people import AROUND
from storage.programmes import Programme
from storage.supervision_people import Wish
from storage.words import Care, CaseState, Channel


async def send_due(tx: Tx, programme: Programme, case: Case, now: datetime) -> None:
    """Send what is due for the people of a (locked) case, and plan what comes next."""
    if case.care is Care.DEBRIEF:
        writers = [
            (own, await _when_awake(tx, programme, own, now))
            for own in await case_messages.writers_of(tx, case)
        ]
        first = min((due for _, due in writers), default=now)
        if first > now:  # it speaks of the case as it stands then
            await cases.save(tx, replace(case, care_at=first))
            return
        for own, due in writers:
            say = await case_messages.to_writer(tx, own, programme)
            card = care_cards.debrief(say, own, handled=case.state is CaseState.RESOLVED)
            await case_messages.tell_writer(tx, own, key=f"debrief:{own.id}", card=card, now=now, due=due)
        await cases.tell(tx, case.id, "debrief_offered", now, case.helper_id)
        after = aftercare.debriefed(case)
    else:
        if not await _was_no_concern(tx, case):
            await _ask_how_the_student_is(tx, programme, case, now)
        after = aftercare.done(case)
    await cases.save(tx, after)


async def _when_awake(tx: Tx, programme: Programme, own: Case, now: datetime) -> datetime:
    """From when on whoever raised a case is asked how they are: no such question wakes anybody."""
    person = own.helper_id
    wish = await supervision_people.wish(tx, person) if person is not None else Wish(0)
    return awake(wish, ZoneInfo(programme.time_zone), now)


async def _was_no_concern(tx: Tx, case: Case) -> bool:
    outcome = await outcomes.latest(tx, case.id)
    return outcome is not None and outcome.outcome == "not_a_concern"


async def _ask_how_the_student_is(tx: Tx, programme: Programme, case: Case, now: datetime) -> None:
    view = await case_views.of(tx, case, programme)
    for entry in await _who_has_it(tx, case):
        card = care_cards.follow_up(say_in(entry.locale or programme.locale), view, now)
        key = f"follow-up:{case.id}:{entry.connection_id}:{entry.user}:{now.isoformat()}"
        await case_messages.tell_adult(tx, case, entry, key=key, card=card, now=now)
    await cases.tell(tx, case.id, "follow_up_asked", now)


async def _who_has_it(tx: Tx, case: Case) -> list[LadderEntry]:
    """The addresses of the adult who has (or had) a case; of everybody on its ladder if that one is gone."""
    ladder = await ladders.of_case(tx, case.id)
    return [entry for entry in ladder if entry.person_id == case.acknowledged_by] or ladder


@button("case.followed", roles=AROUND)
async def followed(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Looked in on the student, or not yet."""
    case = await own_case(ctx, arguments.number(0))
    later = arguments.word(1) == "later"
    if case.state is CaseState.RESOLVED:
        after = aftercare.ask_again(case, ctx.now) if later else aftercare.done(case)
        await cases.save(ctx.tx, after)
        await cases.tell(
            ctx.tx, case.id, "follow_up_later" if later else "followed_up", ctx.now, ctx.member.id
        )
    return [UpdateCard(care_cards.followed(ctx.say, case, later=later))]


@button("debrief", anyone=True)
async def debriefed(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper would like to talk, not now, or is all right."""
    case = await writers_own_case(ctx, event, arguments.number(0))
    answer = arguments.word(1)
    if answer == "later":
        return [UpdateCard(care_cards.debrief_later(ctx.say, replace(case, id=arguments.number(0))))]
    if answer not in ("talk", "fine"):
        raise Refused(Refusal.OLD_BUTTON)
    others: list[tuple[int, str]] = []
    if answer == "talk":
        who = ctx.person.id if ctx.person else None
        await cases.tell(ctx.tx, case.id, "debrief_wanted", ctx.now, who)
        # Several may have raised what is one case now: it says who of them would like to talk.
        view = await case_views.of(ctx.tx, replace(case, helper_id=who), ctx.programme)
        for entry in await _who_has_it(ctx.tx, case):
            card = care_cards.wants_to_talk(say_in(entry.locale or ctx.programme.locale), view)
            key = f"debrief-talk:{arguments.number(0)}:{entry.connection_id}:{entry.user}"
            await case_messages.tell_adult(ctx.tx, case, entry, key=key, card=card, now=ctx.now)
        others = await _others(ctx.tx, case, {entry.person_id for entry in await _who_has_it(ctx.tx, case)})
    own = replace(case, id=arguments.number(0))
    return [UpdateCard(care_cards.debriefed(ctx.say, own, talk=answer == "talk", adults=others))]


async def _others(tx: Tx, case: Case, asked: set[int]) -> list[tuple[int, str]]:
    """The other adults of a case whom its helper could rather talk with; nobody who was left out is one."""
    entries = await ladders.of_case(tx, case.id)
    in_chat = {entry.person_id for entry in entries if entry.channel is Channel.CHAT}
    return [(number, await people.name(tx, number)) for number in sorted(in_chat - asked)]


@button("debrief.with", anyone=True)
async def debrief_with(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper would rather talk with this adult, who is asked too."""
    case = await writers_own_case(ctx, event, arguments.number(0))
    chosen = Arguments((event.value,)).number(0)
    entries = [entry for entry in await ladders.of_case(ctx.tx, case.id) if entry.person_id == chosen]
    if not entries:
        raise Refused(Refusal.OLD_BUTTON)
    who = ctx.person.id if ctx.person else None
    view = await case_views.of(ctx.tx, replace(case, helper_id=who), ctx.programme)
    for entry in entries:
        card = care_cards.wants_to_talk(say_in(entry.locale or ctx.programme.locale), view)
        key = f"debrief-talk:{arguments.number(0)}:{entry.connection_id}:{entry.user}"
        await case_messages.tell_adult(ctx.tx, case, entry, key=key, card=card, now=ctx.now)
    return [UpdateCard(care_cards.debrief_with(ctx.say, await people.name(ctx.tx, chosen)))]

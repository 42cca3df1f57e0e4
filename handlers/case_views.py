"""What cards may say of a case: read from storage, handed to the cards as plain data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import rungs
from handlers.cards import calls as call_cards
from handlers.cards.calls import Calls
from handlers.cards.cases import CaseView
from handlers.cards.words import short
from handlers.cards.writer import WriterView
from handlers.climbs import climb_of
from handlers.context import Context
from handlers.languages import Say
from storage import adults, case_notes, case_writers, ladders, left_out, people
from storage.case_notes import Flag, FlagSummary
from storage.cases import Case
from storage.db import Tx
from storage.programmes import Programme
from storage.words import CaseState, Category, Detail

SAME_PERSON = timedelta(hours=24)
"""How old a writer's other open case may be to be offered as being about the same person."""


async def of(tx: Tx, case: Case, programme: Programme) -> CaseView:
    """A case as the adults on its ladder may see it on a card."""
    return CaseView(
        case=case,
        flags=tuple(await case_notes.flag_summaries(tx, case.id)),
        helper=await people.name(tx, case.helper_id) if case.helper_id else "",
        holder=await people.name(tx, case.acknowledged_by) if case.acknowledged_by else "",
        zone=ZoneInfo(programme.time_zone),
        with_you=(await case_notes.details(tx, case.id)).get(Detail.WITH_YOU, ""),
        about_team=bool(await left_out.of_case(tx, case.id)),
    )


def of_new(
    case: Case, programme: Programme, *, flags: Sequence[Flag], helper: str, about_team: bool
) -> CaseView:
    """The same of a case that was opened this moment, by what it was opened with."""
    summaries = (FlagSummary(flag.category, flag.found_by, flag.theme) for flag in flags)
    return CaseView(
        case=case,
        flags=tuple(dict.fromkeys(summaries)),
        helper=helper,
        holder="",
        zone=ZoneInfo(programme.time_zone),
        with_you="",
        about_team=about_team,
    )


async def for_writer(ctx: Context, case: Case) -> WriterView:
    """A case as its writer, who acts now, sees it."""
    kept_away = await left_out.of_case(ctx.tx, case.id)
    since = ctx.now - SAME_PERSON
    others = await case_writers.cases_of(ctx.tx, case.writer_connection_id, case.writer_user, since)
    if case.helper_id != (ctx.person.id if ctx.person else None):
        others = []  # whoever raised only a part of it sees nothing of the other writer's cases
    return WriterView(
        case=case,
        categories=tuple(await categories_of(ctx.tx, case.id)),
        adult=await told(ctx.tx, case, ctx.say),
        calls=await calls_for(ctx.tx, ctx.programme, kept_away, ctx.now),
        details=await case_notes.details(ctx.tx, case.id),
        others=tuple(other for other in others if _may_be_the_same(case, other)),
        left_out=bool(kept_away),
        may_put_back=bool(kept_away) and bool(await left_out.by_writer(ctx.tx, case.id)),
    )


def _may_be_the_same(case: Case, other: Case) -> bool:
    """Only what was raised before and says nothing else: another peer code is another person."""
    codes = {case.peer_code, other.peer_code} - {None}
    return (
        other.id < case.id
        and other.state is not CaseState.ASKED
        and len(codes) < 2
        and not case.about.is_another_than(other.about)
    )


async def told(tx: Tx, case: Case, say: Say) -> str:
    """The name of the adult who has a case or, while nobody has, is paged first; empty if nobody is."""
    if case.state in (CaseState.ASKED, CaseState.WITHDRAWN):
        return ""
    if case.acknowledged_by is not None:
        return short(say, await people.name(tx, case.acknowledged_by))
    entries = await ladders.of_case(tx, case.id)
    paged = rungs.paged_now(climb_of(case, entries))
    names = {entry.person_id: entry.name for entry in entries}
    return short(say, names[paged[0].person]) if paged else ""


async def calls_for(tx: Tx, programme: Programme, kept_away: frozenset[int], now: datetime) -> Calls:
    """Whom the writer of a case can call: never a number or a room of somebody who was left out."""
    if not kept_away:
        return call_cards.of_team(programme, now)
    around = [adult for adult in await adults.around(tx, programme.id) if adult.person_id not in kept_away]
    return call_cards.outside_team(programme, tuple((adult.name, adult.phone) for adult in around[:3]), now)


async def categories_of(tx: Tx, case_id: int) -> list[Category]:
    """What a case is about, the first found first."""
    return list(dict.fromkeys(flag.category for flag in await case_notes.flag_summaries(tx, case_id)))

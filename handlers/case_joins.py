"""Two cases that are one, and one case that is two: joined and split by a person, never by software."""

from dataclasses import replace

from handlers import case_messages, case_moves, case_views, exclusion, ladder
from handlers.climbs import ladder_minutes
from handlers.context import Context
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from storage import case_notes, cases, decisions, ladders, left_out, people
from storage.case_notes import Flag
from storage.cases import Case
from storage.people import LadderAddress
from storage.words import About, CaseState, Category, FoundBy, Urgency, WhyLeftOut

LIVE = (CaseState.OPEN, CaseState.ACKNOWLEDGED)


async def join(ctx: Context, case: Case, into: Case) -> Case:
    """Make a (locked) case part of another (locked) one. Returns the other as it stands then.

    Its words, flags and answers go with it, and so does whoever is left out: nobody learns by a join what
    was kept from them. A case about its own writer is never joined to one about somebody else.
    Raises :class:`Refused`.
    """
    if case.id == into.id or case.about.is_another_than(into.about):
        raise Refused(Refusal.NOT_ONE_PERSON)
    if into.state not in LIVE or case.state not in (*LIVE, CaseState.ASKED):
        raise Refused(Refusal.CASE_CLOSED)
    case, into = await _unite_left_out(ctx, case, into)
    known = set(await case_views.categories_of(ctx.tx, into.id))
    new = bool(set(await case_views.categories_of(ctx.tx, case.id)) - known)
    heard = {_account(own) for own in await case_messages.writers_of(ctx.tx, into)}
    await case_notes.move_all(ctx.tx, case.id, into.id)
    await decisions.move_all(ctx.tx, case.id, into.id)
    await _end(ctx, case, into)
    after = await _go_on(ctx, case, into, worse=new or case.urgency.rank > into.urgency.rank)
    if into.state is after.state is CaseState.ACKNOWLEDGED:
        await _tell_who_has_it(ctx, after, heard)
    return after


def _account(case: Case) -> tuple[int, str]:
    return case.writer_connection_id, case.writer_user


async def _tell_who_has_it(ctx: Context, case: Case, heard: set[tuple[int, str]]) -> None:
    """Whoever raised the part that came is told what the others were told before."""
    to = [own for own in await case_messages.writers_of(ctx.tx, case) if _account(own) not in heard]
    view = await case_views.of(ctx.tx, case, ctx.programme)
    await case_messages.tell_news(
        ctx.tx,
        ctx.programme,
        view,
        ladder.HelperNews.SOMEBODY_HAS_IT,
        to=to,
        key=f"joined:{case.id}:{case.climb}",
        anybody_paged=True,
        now=ctx.now,
    )


async def _unite_left_out(ctx: Context, case: Case, into: Case) -> tuple[Case, Case]:
    """Who is left out of one is left out of both, and the cards of both are taken from them."""
    apart = await left_out.of_case(ctx.tx, case.id), await left_out.of_case(ctx.tx, into.id)
    case, into = [
        await exclusion.leave_out(ctx.tx, ctx.programme, one, of_other, why=WhyLeftOut.BY_ADULT, now=ctx.now)
        for one, of_other in ((case, apart[1]), (into, apart[0]))
    ]
    return case, into


async def _end(ctx: Context, case: Case, into: Case) -> None:
    """The joined case asks for nothing more; its cards say where it went."""
    ended = replace(case, state=CaseState.JOINED, joined_to=into.id, next_at=None, care=None, care_at=None)
    await cases.save(ctx.tx, ended)
    by = ctx.person.id if ctx.person else None
    await cases.tell(ctx.tx, case.id, "joined_to", ctx.now, by, case=into.number)
    await cases.tell(ctx.tx, into.id, "joined_with", ctx.now, by, case=case.number)
    entries = await ladders.of_case(ctx.tx, case.id)
    refresh = (ladder.RefreshPages(),)
    await case_messages.write(ctx.tx, ctx.programme, ended, refresh, entries=entries, now=ctx.now)


async def _go_on(ctx: Context, case: Case, into: Case, *, worse: bool) -> Case:
    """Whoever had the joined case has the whole now, if nobody had it; else its words come as a new note."""
    if case.urgency.rank > into.urgency.rank:
        into = replace(into, urgency=case.urgency, minutes=case.minutes)
    if into.about is About.UNKNOWN:
        into = replace(into, about=case.about)
    if into.peer_code is None:
        into = replace(into, peer_code=case.peer_code)
    on_ladder = {entry.person_id for entry in await ladders.of_case(ctx.tx, into.id)}
    taken = case.state is CaseState.ACKNOWLEDGED and case.acknowledged_by in on_ladder
    if taken and into.state is CaseState.OPEN and case.acknowledged_by is not None:
        into = replace(into, acknowledged_how=case.acknowledged_how)
        happening: ladder.Happening = ladder.Acknowledged(case.acknowledged_by)
    else:
        happening = ladder.NoteJoined(worse=worse and not taken)
    return await case_moves.move(ctx.tx, ctx.programme, into, happening, ctx.now)


async def split(ctx: Context, case: Case, note_id: int) -> Case:
    """Make one note of a (locked) case a case of its own, which the adult who splits it has at once.

    Raises :class:`Refused` where the note is not the case's, or is all that it holds.
    """
    notes = await case_notes.notes(ctx.tx, case.id)
    note = next((written for written in notes if written.id == note_id), None)
    if note is None or len(notes) < 2:
        raise Refused(Refusal.NOT_FOUND)
    urgency = max((flag.urgency for flag in note.flags), key=lambda level: level.rank, default=Urgency.SOON)
    urgency = urgency if urgency.pages else Urgency.SOON
    kept_away = await left_out.of_case(ctx.tx, case.id)
    own = await cases.open_case(
        ctx.tx,
        programme_id=case.programme_id,
        state=CaseState.OPEN,
        urgency=urgency,
        about=note.flags[0].about if note.flags else case.about,
        helper_id=case.helper_id,
        writer_connection_id=case.writer_connection_id,
        writer_user=case.writer_user,
        peer_code=None,
        minutes=vars(ladder_minutes(ctx.programme, urgency)),
        next_at=ctx.now,
        ladder=await _same_ladder(ctx, case),
        now=ctx.now,
    )
    await left_out.leave_out(ctx.tx, own.id, kept_away, WhyLeftOut.BY_ADULT, ctx.now)
    await case_notes.move_note(ctx.tx, note_id, own.id)
    for one in (case, own):
        await _keep_a_flag(ctx, one)
    await cases.tell(ctx.tx, case.id, "note_split_off", ctx.now, ctx.member.id, case=own.number)
    await cases.tell(ctx.tx, own.id, "opened_from", ctx.now, ctx.member.id, case=case.number)
    entries = await ladders.of_case(ctx.tx, case.id)
    less = (ladder.RefreshPages(still_paging=case.state is CaseState.OPEN),)
    await case_messages.write(ctx.tx, ctx.programme, case, less, entries=entries, now=ctx.now)
    has_it = ladder.Acknowledged(ctx.member.id)
    return await case_moves.move(ctx.tx, ctx.programme, own, has_it, ctx.now)


async def _keep_a_flag(ctx: Context, case: Case) -> None:
    """Every case says why it is there: where its flags went with another note, that its helper is worried."""
    if not await case_notes.flag_summaries(ctx.tx, case.id):
        theme, reason = mark("the helper is worried"), mark("The helper asked for an adult.")
        worried = Flag(Category.UNSURE, case.urgency, case.about, FoundBy.HELPER, theme, reason, ())
        await case_notes.add_flag(ctx.tx, case.id, worried, ctx.now)


async def _same_ladder(ctx: Context, case: Case) -> list[LadderAddress]:
    """The adults of the case it came from, and whoever has come to the team's ladder since."""
    kept_away = await left_out.of_case(ctx.tx, case.id)
    entries = [
        LadderAddress(
            entry.position, entry.rung, entry.person_id, entry.connection_id, entry.user, entry.channel
        )
        for entry in await ladders.of_case(ctx.tx, case.id)
    ]
    known = {entry.person_id for entry in entries}
    newer = [
        entry
        for entry in await people.ladder(ctx.tx, case.programme_id)
        if entry.person_id not in known | kept_away
    ]
    return [*entries, *newer]

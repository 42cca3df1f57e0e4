"""What the adults on its ladder do with a case."""

from dataclasses import replace
from datetime import timedelta

from handlers import case_moves, case_views, ladder, readiness
from handlers.cards import case_lists as list_cards
from handlers.cards import cases as cards
from handlers.cards import notes as note_cards
from handlers.cards import outcomes as outcome_cards
from handlers.cards.words import HOW, OUTCOME, PARENTS, REPORT
from handlers.chat import ButtonPressed, Card, Form, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note as audit
from storage import case_notes, cases, checkins, decisions, ladders, left_out, outcomes, people
from storage.cases import Case
from storage.outcomes import Outcome
from storage.people import AROUND
from storage.words import CaseState, FollowUp, Role

LISTED = 10
REVIEWED = timedelta(days=7)


async def own_case(ctx: Context, case_id: int) -> Case:
    """A case of which the person stands on the ladder, held until the end of the transaction.

    Where it was joined to another one, that one: a card that was not updated yet still does what it says.
    Whoever is left out is told the same as of a case that does not exist.
    """
    # Held first, looked at then: another press may have left somebody out a moment ago.
    case = await cases.lock(ctx.tx, await cases.whole(ctx.tx, case_id))
    if case is not None and case.joined_to is not None:
        case = await cases.lock(ctx.tx, await cases.whole(ctx.tx, case.id))
    return await _if_own(ctx, case)


async def glance(ctx: Context, case_id: int) -> Case:
    """The same for looking alone: nothing is held."""
    return await _if_own(ctx, await cases.get(ctx.tx, await cases.whole(ctx.tx, case_id), ctx.programme.id))


async def _if_own(ctx: Context, case: Case | None) -> Case:
    if case is None or case.programme_id != ctx.programme.id:
        raise Refused(Refusal.NOT_FOUND)
    if ctx.member.id in await left_out.of_case(ctx.tx, case.id):
        raise Refused(Refusal.NOT_FOUND)
    entries = await ladders.of_case(ctx.tx, case.id)
    if ctx.member.id not in {entry.person_id for entry in entries}:
        raise Refused(Refusal.NOT_ON_LADDER)
    return case


async def live_case(ctx: Context, case_id: int) -> Case:
    case = await own_case(ctx, case_id)
    if case.state not in (CaseState.OPEN, CaseState.ACKNOWLEDGED):
        raise Refused(Refusal.CASE_CLOSED)
    return case


async def _show(ctx: Context, case: Case) -> Card:
    """A case as the person who acts sees it now."""
    view = await case_views.of(ctx.tx, case, ctx.programme)
    return cards.status(ctx.say, view, for_holder=case.acknowledged_by == ctx.member.id, now=ctx.now)


@button("case.ack", roles=AROUND)
async def acknowledge(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """ "I've got it": now, in ten minutes, or by phone."""
    case = await have(ctx, arguments.number(0), arguments.word(1))
    return [UpdateCard(await _show(ctx, case))]


async def have(ctx: Context, case_id: int, how: str) -> Case:
    """The person who acts has a case now, if nobody else does. Returns it as it stands then."""
    case = await live_case(ctx, case_id)
    if how not in HOW:
        raise Refused(Refusal.OLD_BUTTON)
    if case.state is CaseState.ACKNOWLEDGED:
        if case.acknowledged_by != ctx.member.id:
            raise Refused(Refusal.ALREADY_TAKEN)
        return case
    return await _take(ctx, case, how)


@button("case.take", roles=AROUND)
async def take_over(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Take a case from whoever has it: they may be ill, away or out of reach."""
    case = await own_case(ctx, arguments.number(0))
    if case.state not in (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.WITHDRAWN):
        raise Refused(Refusal.CASE_CLOSED)
    if case.acknowledged_by != ctx.member.id:
        case = await _take(ctx, case, "now")
    return [UpdateCard(await _show(ctx, case))]


async def _take(ctx: Context, case: Case, how: str) -> Case:
    await cases.tell(ctx.tx, case.id, "acknowledged", ctx.now, ctx.member.id, how=how)
    # The cards for the others and for the helper say how, so it is set before they are written.
    taken = replace(case, acknowledged_how=how)
    return await case_moves.move(ctx.tx, ctx.programme, taken, ladder.Acknowledged(ctx.member.id), ctx.now)


@button("case.decline", roles=AROUND)
async def decline(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """ "I can't": the next adults are paged at once."""
    case = await live_case(ctx, arguments.number(0))
    if case.state is CaseState.ACKNOWLEDGED and case.acknowledged_by != ctx.member.id:
        raise Refused(Refusal.ALREADY_TAKEN)
    await cases.tell(ctx.tx, case.id, "declined", ctx.now, ctx.member.id)
    case = await case_moves.move(ctx.tx, ctx.programme, case, ladder.Declined(ctx.member.id), ctx.now)
    await ladders.mark_declined(ctx.tx, case.id, ctx.member.id)
    others = {entry.person_id for entry in await ladders.of_case(ctx.tx, case.id)} - {ctx.member.id}
    return [Reply(cards.declined(ctx.say, case, others_left=bool(others)))]


@button("case.seen", roles=AROUND)
async def seen(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """With the student (or spoken with them), or still on the way."""
    case = await live_case(ctx, arguments.number(0))
    with_student = arguments.word(1) == "yes"
    if case.state is CaseState.OPEN:
        # A late answer, after a new climb has begun: it says both, that they have it and how it stands.
        case = await _take(ctx, case, "now")
    if case.acknowledged_by != ctx.member.id:
        raise Refused(Refusal.ALREADY_TAKEN)
    await cases.tell(
        ctx.tx, case.id, "student_seen" if with_student else "on_the_way", ctx.now, ctx.member.id
    )
    case = await case_moves.move(ctx.tx, ctx.programme, case, ladder.StudentSeen(with_student), ctx.now)
    return [UpdateCard(await _show(ctx, case))]


@button("case.show", roles=AROUND)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A case's card again, from the list."""
    return [Reply(await _show(ctx, await own_case(ctx, arguments.number(0))))]


@button("case.note", roles=AROUND)
async def note(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper's words, as a private answer, with a line in the audit trail."""
    case = await own_case(ctx, arguments.number(0))
    part = arguments.number(1) if len(arguments.words) > 1 else 0
    await audit(ctx, "note_shown", f"case:{case.id}")
    # Opening the note may be what somebody waits for, so it moves the case.
    case = await case_moves.move(ctx.tx, ctx.programme, case, ladder.NoteRead(ctx.member.id), ctx.now)
    view = await case_views.of(ctx.tx, case, ctx.programme)
    notes = await case_notes.notes(ctx.tx, case.id)
    if not notes:  # they went to the case that this one was joined to
        raise Refused(Refusal.NOT_FOUND)
    known = await _known(ctx, case)
    return [Reply(note_cards.note(ctx.say, view, notes, known, part=part, now=ctx.now), fleeting=True)]


async def _known(ctx: Context, case: Case) -> note_cards.Known:
    """What stands beside the notes. A peer's sealed name is for coordinators, and each look is audited."""
    name = ""
    if case.peer_code and Role.COORDINATOR in ctx.member.roles:
        name = await checkins.peer_name(ctx.tx, ctx.programme.id, case.peer_code)
        if name:
            await audit(ctx, "peer_name_shown", f"case:{case.id}")
    kept_away = sorted(await left_out.of_case(ctx.tx, case.id))
    here = case.writer_connection_id == ctx.connection.id
    return note_cards.Known(
        details=await case_notes.details(ctx.tx, case.id),
        peer_code=case.peer_code or "",
        peer_name=name,
        left_out=tuple([await people.name(ctx.tx, person) for person in kept_away]),
        account=case.writer_user if case.helper_id is None and here else "",
    )


@button("case.result", roles=AROUND)
async def result(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """How a case was closed, as a private answer, with a line in the audit trail."""
    case = await own_case(ctx, arguments.number(0))
    outcome = await outcomes.latest(ctx.tx, case.id)
    if outcome is None:
        raise Refused(Refusal.NOT_FOUND)
    await audit(ctx, "outcome_shown", f"case:{case.id}")
    view = await case_views.of(ctx.tx, case, ctx.programme)
    return [Reply(outcome_cards.result(ctx.say, view, outcome, ctx.now))]


@button("case.close", roles=AROUND)
async def close(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The coordinator's checklist."""
    return [OpenForm(await _outcome_form(ctx, await live_case(ctx, arguments.number(0))))]


async def _outcome_form(ctx: Context, case: Case) -> Form:
    """The checklist, with what was recorded already filled in."""
    found = {kind: each.decision for kind, each in (await decisions.latest(ctx.tx, case.id)).items()}
    parents, report = found.get(decisions.PARENTS, ""), found.get(decisions.REPORT, "")
    return outcome_cards.outcome_form(ctx.say, case, report=report, parents=parents)


@form("case.outcome", roles=AROUND, screened=False)
async def take_outcome(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Close a case with its outcome."""
    case = await live_case(ctx, arguments.number(0))
    if case.id != arguments.number(0):
        raise Refused(Refusal.CASE_CLOSED)  # an outcome of one part is none of the whole
    if case.follow_up is FollowUp.UNREAD_NOTE or arguments.number_or_none(1) not in (None, case.climb):
        raise Refused(Refusal.NEW_NOTE)
    errors = {
        name: ctx.say("Please choose one.")
        for name, known in (("outcome", OUTCOME), ("report", REPORT), ("parents", PARENTS))
        if event.text(name) not in known
    }
    recorded = await decisions.latest(ctx.tx, case.id)  # what was explained there is explained
    needs_why = any(
        event.text(kind) == word and not ((found := recorded.get(kind)) and found.decision == word)
        for kind, word in ((decisions.REPORT, "not_required"), (decisions.PARENTS, "deliberately_not"))
    )
    if needs_why and not event.text("note"):
        errors["note"] = ctx.say("Please write why: no report, or parents deliberately not told.")
    if errors:
        return [FormErrors(await _outcome_form(ctx, case), errors)]
    await outcomes.close(
        ctx.tx,
        Outcome(
            case.id,
            event.text("outcome"),
            "student_seen" in event.choices("done"),
            "handed_over" in event.choices("done"),
            event.text("report"),
            event.text("parents"),
            event.text("note"),
            ctx.member.id,
            ctx.now,
        ),
    )
    await cases.tell(ctx.tx, case.id, "closed", ctx.now, ctx.member.id, outcome=event.text("outcome"))
    case = await case_moves.move(ctx.tx, ctx.programme, case, ladder.Closed(ctx.member.id), ctx.now)
    return [Reply(outcome_cards.closed(ctx.say, await case_views.of(ctx.tx, case, ctx.programme)))]


@button("cases", roles=AROUND)
async def open_cases(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Cases that still need somebody."""
    live = await cases.live(ctx.tx, ctx.programme.id, ctx.member.id, LISTED)
    views = [await case_views.of(ctx.tx, case, ctx.programme) for case in live]
    total = await cases.count_live(ctx.tx, ctx.programme.id, ctx.member.id)
    banner = await readiness.banner(ctx)
    return [Reply(list_cards.open_cases(ctx.say, views, total, ctx.now, banner=banner))]


@button("cases.no", roles=AROUND)
async def answered_no(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The last week's cases whose writer said that no adult was needed."""
    since = ctx.now - REVIEWED
    found = await cases.answered_no(ctx.tx, ctx.programme.id, ctx.member.id, since, LISTED)
    views = [await case_views.of(ctx.tx, case, ctx.programme) for case in found]
    return [Reply(list_cards.review(ctx.say, views, ctx.now))]

"""What adults do with a case, and the answers of a writer who was asked."""

from dataclasses import replace
from datetime import timedelta

from handlers import case_moves, escalation
from handlers.cards import cases as cards
from handlers.cards import helpers as helper_cards
from handlers.cards.words import HOW, OUTCOME, PARENTS, REPORT
from handlers.chat import ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.red_flags import categories_of
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from storage import case_notes, cases, events
from storage.cases import Case, Outcome
from storage.people import ADULTS
from storage.words import CaseState, Urgency

LISTED = 10
REVIEWED = timedelta(days=7)


async def _own_case(ctx: Context, case_id: int) -> Case:
    """A case of which the person stands on the ladder, held until the end of the transaction."""
    if await cases.get(ctx.tx, case_id, ctx.programme.id) is None:
        raise Refused(Refusal.NOT_FOUND)
    entries = await cases.ladder(ctx.tx, case_id)
    if ctx.member.id not in {entry.person_id for entry in entries}:
        raise Refused(Refusal.NOT_ON_LADDER)
    case = await cases.lock(ctx.tx, case_id)
    if case is None:
        raise Refused(Refusal.NOT_FOUND)
    return case


async def _live_case(ctx: Context, case_id: int) -> Case:
    case = await _own_case(ctx, case_id)
    if case.state not in (CaseState.OPEN, CaseState.ACKNOWLEDGED):
        raise Refused(Refusal.CASE_CLOSED)
    return case


async def _show(ctx: Context, case: Case) -> Card:
    """A case as the person who acts sees it now."""
    view = await case_moves.view_of(ctx.tx, case, ctx.programme)
    return cards.status(view, for_holder=case.acknowledged_by == ctx.member.id, now=ctx.now)


@button("case.ack", roles=ADULTS)
async def acknowledge(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """ "I've got it": now, in ten minutes, or by phone."""
    case = await _live_case(ctx, arguments.number(0))
    how = arguments.word(1)
    if how not in HOW:
        raise Refused(Refusal.OLD_BUTTON)
    if case.state is CaseState.ACKNOWLEDGED:
        if case.acknowledged_by != ctx.member.id:
            raise Refused(Refusal.ALREADY_TAKEN)
        return [UpdateCard(await _show(ctx, case))]
    return [UpdateCard(await _show(ctx, await _take(ctx, case, how)))]


@button("case.take", roles=ADULTS)
async def take_over(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Take a case from whoever has it: they may be ill, away or out of reach."""
    case = await _live_case(ctx, arguments.number(0))
    if case.acknowledged_by != ctx.member.id:
        case = await _take(ctx, case, "now")
    return [UpdateCard(await _show(ctx, case))]


async def _take(ctx: Context, case: Case, how: str) -> Case:
    await cases.tell(ctx.tx, case.id, "acknowledged", ctx.now, ctx.member.id, how=how)
    # The cards for the others and for the helper say how, so it is set before they are written.
    taken = replace(case, acknowledged_how=how)
    return await case_moves.move(
        ctx.tx, ctx.programme, taken, escalation.Acknowledged(ctx.member.id), ctx.now
    )


@button("case.decline", roles=ADULTS)
async def decline(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """ "I can't": the next adults are paged at once."""
    case = await _live_case(ctx, arguments.number(0))
    if case.state is CaseState.ACKNOWLEDGED and case.acknowledged_by != ctx.member.id:
        raise Refused(Refusal.ALREADY_TAKEN)
    await cases.tell(ctx.tx, case.id, "declined", ctx.now, ctx.member.id)
    case = await case_moves.move(ctx.tx, ctx.programme, case, escalation.Declined(ctx.member.id), ctx.now)
    await cases.mark_declined(ctx.tx, case.id, ctx.member.id)
    others = {entry.person_id for entry in await cases.ladder(ctx.tx, case.id)} - {ctx.member.id}
    return [Reply(cards.declined(case, others_left=bool(others)))]


@button("case.seen", roles=ADULTS)
async def seen(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """With the student (or spoken with them), or still on the way."""
    case = await _live_case(ctx, arguments.number(0))
    with_student = arguments.word(1) == "yes"
    if case.state is CaseState.OPEN:
        # A late answer, after a new climb has begun: it says both, that they have it and how it stands.
        case = await _take(ctx, case, "now")
    if case.acknowledged_by != ctx.member.id:
        raise Refused(Refusal.ALREADY_TAKEN)
    await cases.tell(
        ctx.tx, case.id, "student_seen" if with_student else "on_the_way", ctx.now, ctx.member.id
    )
    case = await case_moves.move(ctx.tx, ctx.programme, case, escalation.StudentSeen(with_student), ctx.now)
    return [UpdateCard(await _show(ctx, case))]


@button("case.show", roles=ADULTS)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A case's card again, from the list."""
    return [Reply(await _show(ctx, await _own_case(ctx, arguments.number(0))))]


@button("case.note", roles=ADULTS)
async def note(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper's words, as a private answer, with a line in the audit trail."""
    case = await _own_case(ctx, arguments.number(0))
    part = arguments.number(1) if len(arguments.words) > 1 else 0
    notes = await case_notes.notes(ctx.tx, case.id)
    await events.audit(
        ctx.tx,
        programme_id=ctx.programme.id,
        person_id=ctx.member.id,
        deed="note_shown",
        subject=f"case:{case.id}",
        now=ctx.now,
    )
    if case.state is CaseState.ACKNOWLEDGED:
        read = escalation.NoteRead(ctx.member.id)
        case = await case_moves.move(ctx.tx, ctx.programme, case, read, ctx.now)
    view = await case_moves.view_of(ctx.tx, case, ctx.programme)
    return [Reply(cards.note(view, notes, part, ctx.now))]


@button("case.result", roles=ADULTS)
async def result(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """How a case was closed, as a private answer, with a line in the audit trail."""
    case = await _own_case(ctx, arguments.number(0))
    outcome = await cases.outcome(ctx.tx, case.id)
    if outcome is None:
        raise Refused(Refusal.NOT_FOUND)
    await events.audit(
        ctx.tx,
        programme_id=ctx.programme.id,
        person_id=ctx.member.id,
        deed="outcome_shown",
        subject=f"case:{case.id}",
        now=ctx.now,
    )
    view = await case_moves.view_of(ctx.tx, case, ctx.programme)
    return [Reply(cards.result(view, outcome, ctx.now))]


@button("case.close", roles=ADULTS)
async def close(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The coordinator's checklist."""
    return [OpenForm(cards.outcome_form(await _live_case(ctx, arguments.number(0))))]


@form("case.outcome", roles=ADULTS, screened=False)
async def take_outcome(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Close a case with its outcome."""
    case = await _live_case(ctx, arguments.number(0))
    errors = {
        name: "Please choose one."
        for name, known in (("outcome", OUTCOME), ("report", REPORT), ("parents", PARENTS))
        if event.text(name) not in known
    }
    needs_why = event.text("report") == "not_required" or event.text("parents") == "deliberately_not"
    if needs_why and not event.text("note"):
        errors["note"] = "Please write why: no report, or parents deliberately not told."
    if errors:
        return [FormErrors(cards.outcome_form(case), errors)]
    await cases.close(
        ctx.tx,
        Outcome(
            case.id,
            event.text("outcome"),
            "student_seen" in event.choices("done"),
            event.text("report"),
            event.text("parents"),
            event.text("note"),
            ctx.member.id,
            ctx.now,
        ),
    )
    await cases.tell(ctx.tx, case.id, "closed", ctx.now, ctx.member.id, outcome=event.text("outcome"))
    case = await case_moves.move(ctx.tx, ctx.programme, case, escalation.Closed(ctx.member.id), ctx.now)
    return [Reply(cards.closed(await case_moves.view_of(ctx.tx, case, ctx.programme)))]


@button("cases", roles=ADULTS)
async def open_cases(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Cases that still need somebody."""
    live = await cases.live(ctx.tx, ctx.programme.id, ctx.member.id, LISTED)
    views = [await case_moves.view_of(ctx.tx, case, ctx.programme) for case in live]
    total = await cases.count_live(ctx.tx, ctx.programme.id, ctx.member.id)
    return [Reply(cards.open_cases(views, total, ctx.now))]


@button("cases.no", roles=ADULTS)
async def answered_no(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The last week's cases whose writer said that no adult was needed."""
    since = ctx.now - REVIEWED
    found = await cases.answered_no(ctx.tx, ctx.programme.id, ctx.member.id, since, LISTED)
    views = [await case_moves.view_of(ctx.tx, case, ctx.programme) for case in found]
    return [Reply(cards.review(views, ctx.now))]


# --- the writer who was asked ------------------------------------------------------------------


async def _asked(ctx: Context, event: ButtonPressed, case_id: int) -> Case:
    """The writer's own case that still waits for an answer, held. Anybody may have been asked."""
    case = await cases.lock(ctx.tx, case_id)
    if case is None or case.programme_id != ctx.programme.id:
        raise Refused(Refusal.NOT_FOUND)
    if (case.writer_connection_id, case.writer_user) != (ctx.connection.id, event.user.id):
        raise Refused(Refusal.NOT_FOUND)
    return case


async def _page_now(ctx: Context, event: ButtonPressed, case_id: int, urgency: Urgency) -> Effects:
    case = await _asked(ctx, event, case_id)
    if case.state is CaseState.RESOLVED:
        raise Refused(Refusal.CASE_CLOSED)
    unasked = case.state in (CaseState.ASKED, CaseState.WITHDRAWN)  # who said no may change their mind
    if unasked or urgency.rank > case.urgency.rank:
        minutes = case_moves.ladder_minutes(ctx.programme, urgency)
        raised = replace(case, urgency=urgency, minutes=vars(minutes))
        happening = escalation.Confirmed() if unasked else escalation.NoteJoined(worse=True)
        await cases.tell(ctx.tx, case.id, "confirmed", ctx.now, case.helper_id, urgency=urgency.value)
        case = await case_moves.move(ctx.tx, ctx.programme, raised, happening, ctx.now)
    categories = tuple(await categories_of(ctx.tx, case.id))
    told = await case_moves.told(ctx.tx, case)
    return [UpdateCard(helper_cards.paged(ctx.programme, case, categories, told, joined=False))]


@button("ask.yes", anyone=True)
async def ask_yes(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Yes, it needs an adult."""
    return await _page_now(ctx, event, arguments.number(0), Urgency.SOON)


@button("ask.unsure", anyone=True)
async def ask_unsure(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Not sure: then an adult decides."""
    return await _page_now(ctx, event, arguments.number(0), Urgency.SOON)


@button("ask.danger", anyone=True)
async def ask_danger(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody is in danger now."""
    return await _page_now(ctx, event, arguments.number(0), Urgency.IMMEDIATE)


@button("ask.no", anyone=True)
async def ask_no(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """No. It stands in the coordinator's review list; once paged, only an adult closes it."""
    case = await _asked(ctx, event, arguments.number(0))
    if case.state is CaseState.WITHDRAWN:
        return [UpdateCard(helper_cards.withdrawn())]
    if case.state is not CaseState.ASKED:
        raise Refused(Refusal.PAGED_ALREADY)
    await cases.tell(ctx.tx, case.id, "withdrawn", ctx.now, case.helper_id)
    await case_moves.move(ctx.tx, ctx.programme, case, escalation.Withdrawn(), ctx.now)
    return [UpdateCard(helper_cards.withdrawn())]

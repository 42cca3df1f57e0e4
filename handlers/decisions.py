"""Parents and mandated reports: what the adults of a case decided, in their words, for their eyes.

Nothing here is ever done or said by itself: no parent and no authority is messaged, and the helper is
told nothing of it. The timeline holds fixed words; all else is sealed, and each look is audited.
"""

from handlers import case_views
from handlers.cards import decisions as cards
from handlers.cards.words import PARENTS, REPORT
from handlers.cases import own_case
from handlers.chat import ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.typed import Typed
from storage import cases, decisions, people
from storage.cases import Case
from storage.decisions import Decision
from storage.people import AROUND
from storage.words import CaseState

_KNOWN = {decisions.PARENTS: PARENTS, decisions.REPORT: REPORT}
_OVER = (CaseState.ASKED, CaseState.WITHDRAWN, CaseState.JOINED)


async def _decided_about(ctx: Context, case_id: int) -> Case:
    """A case that somebody has been paged for. Also a closed one: a report's number comes days later."""
    case = await own_case(ctx, case_id)
    if case.state in _OVER or case.drill:
        raise Refused(Refusal.NOT_FOUND)
    return case


@button("case.decisions", roles=AROUND)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What was decided so far, as a private answer, with a line in the audit trail."""
    case = await _decided_about(ctx, arguments.number(0))
    await note(ctx, "decisions_shown", f"case:{case.id}")
    return [Reply(await _card(ctx, case), fleeting=True)]


async def _card(ctx: Context, case: Case) -> Card:
    view = await case_views.of(ctx.tx, case, ctx.programme)
    found = [(each, await people.name(ctx.tx, each.by)) for each in await decisions.of_case(ctx.tx, case.id)]
    return cards.decisions(ctx.say, view, found, ctx.now)


@button("case.parents", roles=AROUND)
async def ask_parents(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Were the parents told, and why (not)?"""
    case = await _decided_about(ctx, arguments.number(0))
    view = await case_views.of(ctx.tx, case, ctx.programme)
    return [OpenForm(cards.parents_form(ctx.say, view, ctx.member.name, ctx.now))]


@form("case.parents", roles=AROUND, screened=False)
async def take_parents(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep what was decided about the parents."""
    case = await _decided_about(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    decision = _read(ctx, typed, event, decisions.PARENTS)
    if decision.decision == "told":
        for name in ("who", "teller", "when"):
            typed.line(name, cards.LINE, required=True)
    if decision.decision == "deliberately_not" and not decision.why:
        typed.refuse("why", ctx.say("Please write why they are not told."))
    if typed.errors:
        view = await case_views.of(ctx.tx, case, ctx.programme)
        return [FormErrors(cards.parents_form(ctx.say, view, ctx.member.name, ctx.now), typed.errors)]
    return await _keep(ctx, case, decision)


@button("case.report", roles=AROUND)
async def ask_report(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Was a report made, to whom, under which number?"""
    case = await _decided_about(ctx, arguments.number(0))
    view = await case_views.of(ctx.tx, case, ctx.programme)
    return [OpenForm(cards.report_form(ctx.say, view, ctx.now))]


@form("case.report", roles=AROUND, screened=False)
async def take_report(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep what was decided about a report to the authorities."""
    case = await _decided_about(ctx, arguments.number(0))
    typed = Typed(event, ctx.say)
    decision = _read(ctx, typed, event, decisions.REPORT)
    if decision.decision == "made":
        for name in ("who", "when"):
            typed.line(name, cards.LINE, required=True)
    if decision.decision == "not_required" and not decision.why:
        typed.refuse("why", ctx.say("Please write why no report is required."))
    if typed.errors:
        view = await case_views.of(ctx.tx, case, ctx.programme)
        return [FormErrors(cards.report_form(ctx.say, view, ctx.now), typed.errors)]
    return await _keep(ctx, case, decision)


def _read(ctx: Context, typed: Typed, event: FormSubmitted, kind: str) -> Decision:
    return Decision(
        kind=kind,
        decision=typed.choice("decision", _KNOWN[kind]),
        who=typed.line("who", cards.LINE),
        teller=typed.line("teller", cards.LINE),
        when=typed.line("when", cards.LINE),
        number=typed.line("number", cards.LINE),
        why=event.text("why"),
        by=ctx.member.id,
        at=ctx.now,
    )


async def _keep(ctx: Context, case: Case, decision: Decision) -> Effects:
    await decisions.keep(ctx.tx, case.id, decision)
    kind = f"{decision.kind}_decided"
    await cases.tell(ctx.tx, case.id, kind, ctx.now, ctx.member.id, decision=decision.decision)
    await note(ctx, kind, f"case:{case.id}")
    return [Reply(await _card(ctx, case), fleeting=True)]

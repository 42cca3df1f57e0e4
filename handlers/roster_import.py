"""``/roster import``: a list pasted into a form, looked at first, saved only when somebody says so."""

from handlers import roster_plan, roster_rows
from handlers.cards import roster_import as cards
from handlers.chat import ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_plan import Plan
from handlers.roster_rules import COORDINATORS
from storage import checkins, programmes, roster


async def start(ctx: Context) -> Effects:
    """The form to paste into."""
    return [OpenForm(cards.form(ctx.say))]


@button("roster.import", roles=COORDINATORS)
async def open_form(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form to paste into; with what was pasted before, to mend it."""
    number = arguments.number_or_none(0)
    return [OpenForm(cards.form(ctx.say, "" if number is None else (await _kept(ctx, number))[0]))]


@form("roster.import", roles=COORDINATORS, screened=False)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Say what the list would change. Nothing is saved yet but the list itself, sealed, for a day."""
    text = event.text("rows")
    plan = await _plan(ctx, text)
    if not plan.good and not plan.same and not plan.wrong:
        return [FormErrors(cards.form(ctx.say, text), {"rows": ctx.say("There is no row in it.")})]
    return [Reply(await _preview(ctx, text, plan), fleeting=True)]


async def _preview(ctx: Context, text: str, plan: Plan, *, again: bool = False) -> Card:
    content = {"list": text, "plan": plan.fingerprint}
    number = await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now)
    return cards.preview(ctx.say, plan, number, again=again)


async def _plan(ctx: Context, text: str) -> Plan:
    await roster.hold(ctx.tx, ctx.programme.id)
    entries = await roster.entries(ctx.tx, ctx.programme.id)
    talks = await programmes.connections(ctx.tx, ctx.programme.id)
    return roster_plan.make(roster_rows.read(text), entries, talks, ctx.connection.id)


@button("roster.import.save", roles=COORDINATORS)
async def save(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Save the good lines, if they still do what was shown."""
    number = arguments.number(0)
    text, shown = await _kept(ctx, number)
    plan = await _plan(ctx, text)
    await checkins.drop_draft(ctx.tx, number)
    if plan.fingerprint != shown:
        return [UpdateCard(await _preview(ctx, text, plan, again=True))]
    await roster_plan.save(ctx.tx, ctx.programme, plan, ctx.now)
    await note(ctx, "roster_imported", f"programme:{ctx.programme.id}")
    return [UpdateCard(cards.saved(ctx.say, plan))]


@button("roster.import.drop", roles=COORDINATORS)
async def drop(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Save nothing of it."""
    await _kept(ctx, arguments.number(0))
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    return [UpdateCard(cards.dropped(ctx.say))]


async def _kept(ctx: Context, number: int) -> tuple[str, str]:
    """A pasted list that was neither saved nor dropped, and what was shown of it."""
    content = await checkins.draft(ctx.tx, number, ctx.member.id)
    if content is None or "list" not in content:
        raise Refused(Refusal.NOT_FOUND)
    return content["list"], content["plan"]

"""/report: the term in figures, its goals, and how staff see it."""

from datetime import date
from zoneinfo import ZoneInfo

from handlers import report
from handlers.cards import report as cards
from handlers.chat import ButtonPressed, Card, CommandUsed, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.pages import Page
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.report_answers import OBSERVED
from handlers.report_figures import MEASURES, Term, terms
from handlers.typed import Typed
from storage import evaluation, supervision_people
from storage.evaluation import Goal
from storage.people import ADULTS

LARGEST = 1_000_000


@command(
    "report",
    summary=mark("For coordinators: the term in figures, goals, student survey"),
    roles=report.READERS,
)
async def open_report(ctx: Context, _event: CommandUsed) -> Effects:
    """The newest term."""
    return [Reply(await _card(ctx, None))]


@button("report", roles=report.READERS)
async def open_term(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Another term, chosen from the list."""
    chosen = Arguments((event.value,)) if event.value else arguments
    return [Reply(await _card(ctx, (await _term(ctx, chosen.number_or_none(0))).first))]


async def _terms(ctx: Context) -> tuple[Term, ...]:
    days = await supervision_people.school_days(ctx.tx, ctx.programme.id)
    return terms(days, ctx.now.astimezone(ZoneInfo(ctx.programme.time_zone)).date())


async def _term(ctx: Context, ordinal: int | None) -> Term:
    """A term by its first day; the newest one without."""
    every = await _terms(ctx)
    found = next((each for each in every if each.first.toordinal() == ordinal), None)
    if ordinal is None:
        return every[0]
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _card(ctx: Context, first: date | None) -> Card:
    every = await _terms(ctx)
    term = next((each for each in every if each.first == first), every[0])
    found = await report.write(ctx.tx, ctx.programme, ctx.say, first=term.first, now=ctx.now)
    numbers = (ctx.programme.id, ctx.member.id, term.first.toordinal())
    links = (ctx.link(Page.REPORT, *numbers), ctx.link(Page.FIGURES, *numbers))
    return cards.report(ctx.say, found, term, every, links, adult=ctx.member.is_adult)


# --- goals -------------------------------------------------------------------------------------


@button("report.goals", roles=ADULTS)
async def open_goals(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What is to be reached."""
    return [Reply(await _goals_card(ctx, await _term(ctx, arguments.number(0))))]


async def _goals_card(ctx: Context, term: Term) -> Card:
    return cards.goals(ctx.say, term, await evaluation.goals(ctx.tx, ctx.programme.id, term.first))


@button("report.goal", roles=ADULTS)
async def ask_goal(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Set a goal for one figure."""
    term = await _term(ctx, arguments.number(0))
    if event.value not in MEASURES:
        raise Refused(Refusal.OLD_BUTTON)
    known = await evaluation.goals(ctx.tx, ctx.programme.id, term.first)
    return [OpenForm(cards.goal_form(ctx.say, term, event.value, known.get(event.value)))]


@form("report.goal", roles=ADULTS)
async def take_goal(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it; an empty one is no goal any more."""
    term, measure = await _term(ctx, arguments.number(0)), arguments.word(1)
    if measure not in MEASURES:
        raise Refused(Refusal.OLD_FORM)
    typed = Typed(event, ctx.say)
    goal, baseline = _number(ctx, typed, "goal"), _number(ctx, typed, "baseline")
    if typed.errors:
        return [FormErrors(cards.goal_form(ctx.say, term, measure, None), typed.errors)]
    if goal is None:
        await evaluation.drop_goal(ctx.tx, ctx.programme.id, term.first, measure)
    else:
        wanted = Goal(measure, goal, baseline)
        await evaluation.set_goal(ctx.tx, ctx.programme.id, term.first, wanted)
    return [Reply(await _goals_card(ctx, term))]


def _number(ctx: Context, typed: Typed, name: str) -> int | None:
    text = typed.line(name, cards.NUMBER)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        typed.refuse(name, ctx.say("A whole number, please, such as 60."))
        return None
    return int(text)


# --- observations ------------------------------------------------------------------------------


@button("report.observe", roles=ADULTS)
async def ask_observation(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """How do you see the team?"""
    return [OpenForm(cards.observe_form(ctx.say))]


@form("report.observe", roles=ADULTS)
async def take_observation(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep how an adult of the team sees it."""
    typed = Typed(event, ctx.say)
    chosen = {key: typed.choice(key, cards.SCALE) for key in OBSERVED}
    if typed.errors:
        return [FormErrors(cards.observe_form(ctx.say), typed.errors)]
    today = ctx.now.astimezone(ctx.local_zone).date()
    scales = {key: int(value) for key, value in chosen.items()}
    await evaluation.observe(ctx.tx, ctx.programme.id, ctx.member.id, today, scales)
    return [Reply(cards.observed(ctx.say))]

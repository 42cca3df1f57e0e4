"""Questions that a coordinator makes: one form a question, read back before anything goes out."""

from dataclasses import replace

from handlers import mending
from handlers.cards import supervision_staff as cards
from handlers.chat import ButtonPressed, Effect, FormErrors, FormSubmitted, OpenForm, Reply, action
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.supervision_questions import (
    FEWEST,
    MOST,
    OPTION,
    QUESTION,
    QUESTIONS,
    TITLE,
    Kind,
    Question,
    Questionnaire,
    dump,
    own,
)
from handlers.supervision_rounds import questions_of
from handlers.typed import Typed
from storage import supervision, supervision_people, supervision_rounds
from storage.people import ADULTS
from storage.supervision import OWN


@button("poll.make", roles=ADULTS)
async def ask(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Make your own questions."""
    return [OpenForm(cards.make_form(ctx.say, action("poll.make"), {}, first=True))]


@form("poll.make", roles=ADULTS)
async def take(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep the first question; nothing has gone out yet."""
    typed = Typed(event, ctx.say)
    title = typed.line("title", TITLE, required=True)
    names = typed.choice("names", {"named", "unnamed"})
    question = _question(ctx, event, typed, 1, anonymous=names == "unnamed")
    if typed.errors or question is None:
        form_ = cards.make_form(ctx.say, event.form, typed.values, first=True)
        return [FormErrors(form_, typed.errors)]
    return [await _keep(ctx, own(title, (question,), anonymous=names == "unnamed"))]


@button("poll.more", roles=ADULTS)
async def ask_more(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One more question, as long as nothing has gone out."""
    await _unsent(ctx, arguments.number(0))
    form_id = action("poll.more", arguments.number(0))
    return [OpenForm(cards.make_form(ctx.say, form_id, {}, first=False))]


@form("poll.more", roles=ADULTS)
async def take_more(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep one more question. What was made before goes: questions never change under those who answer.

    Where somebody else has added one meanwhile, or has sent, planned or deleted them, nothing is changed, and
    what was typed is kept for the questions as they are now, or else for new ones.
    """
    typed = Typed(event, ctx.say)
    prompt = f"{OWN}{arguments.number(0)}"
    before = await supervision.of_prompt(ctx.tx, ctx.programme.id, prompt)
    if before is not None:
        await supervision.hold(ctx.tx, before.id)
        before = await supervision.get(ctx.tx, before.id, ctx.programme.id)
    try:
        asks = await _unsent(ctx, arguments.number(0))
    except Refused:
        return [await _too_late(ctx, event, typed, arguments.number(0))]
    question = _question(ctx, event, typed, len(asks.questions) + 1, anonymous=asks.anonymous)
    if typed.errors or question is None:
        return [FormErrors(cards.make_form(ctx.say, event.form, typed.values, first=False), typed.errors)]
    if before is None or not await supervision.change(ctx.tx, before, replace(before, retired=True)):
        return [await _too_late(ctx, event, typed, arguments.number(0))]
    return [await _keep(ctx, replace(asks, questions=(*asks.questions, question)))]


async def _too_late(ctx: Context, event: FormSubmitted, typed: Typed, number: int) -> Effect:
    """Somebody else was faster: what was typed is kept, to be added to what they have made of it."""
    opened = await questions_of(ctx.tx, ctx.programme.id, f"{OWN}{number}")
    if opened is None:
        raise Refused(Refusal.NOT_FOUND)
    after = await _made_of(ctx, number, opened)
    if after is not None:
        following, last = after
        form_ = cards.make_form(ctx.say, action("poll.more", following), typed.values, first=False)
        told = ctx.say("Somebody else added a question meanwhile: {question} Yours is kept.", question=last)
    else:
        names = "unnamed" if opened.anonymous else "named"
        values = {**typed.values, "title": opened.title, "names": names}
        form_ = cards.make_form(ctx.say, action("poll.make"), values, first=True)
        told = ctx.say("These questions are planned, sent or deleted by now. Yours is kept for new ones.")
    return await mending.keep(ctx, event, FormErrors(form_, {"question": told}))


async def _made_of(ctx: Context, number: int, opened: Questionnaire) -> tuple[int, str] | None:
    """The questions that somebody has made of these meanwhile and that take one more: number, newest one."""
    for item in reversed(await supervision.schedules(ctx.tx, ctx.programme.id)):
        following = item.prompt.removeprefix(OWN)
        if not item.prompt.startswith(OWN) or int(following) <= number:
            continue
        try:
            asks = await _unsent(ctx, int(following))
        except Refused:
            continue
        if asks.title == opened.title and asks.questions[: len(opened.questions)] == opened.questions:
            return int(following), asks.questions[-1].label
    return None


async def _keep(ctx: Context, asks: Questionnaire) -> Effect:
    number = await supervision_people.keep_own(ctx.tx, ctx.programme.id, dump(asks), ctx.member.id, ctx.now)
    prompt = f"{OWN}{number}"
    await supervision.plan(ctx.tx, ctx.programme.id, prompt, None, rule="never")
    item = await supervision.of_prompt(ctx.tx, ctx.programme.id, prompt)
    if item is None:
        raise Refused(Refusal.NOT_FOUND)
    full = len(asks.questions) >= QUESTIONS
    return Reply(cards.made(ctx.say, asks, item, number, full=full))


async def _unsent(ctx: Context, number: int) -> Questionnaire:
    """A coordinator's own questions that nobody was asked yet, with room for one more."""
    prompt = f"{OWN}{number}"
    asks = await questions_of(ctx.tx, ctx.programme.id, prompt)
    item = await supervision.of_prompt(ctx.tx, ctx.programme.id, prompt)
    if asks is None or item is None or item.retired or len(asks.questions) >= QUESTIONS:
        raise Refused(Refusal.NOT_FOUND)
    if item.rule != "never" or await supervision_rounds.latest(
        ctx.tx, ctx.programme.id, 1, schedule_id=item.id
    ):
        raise Refused(Refusal.CHANGED)
    return asks


def _question(
    ctx: Context, event: FormSubmitted, typed: Typed, number: int, *, anonymous: bool
) -> Question | None:
    """The question of a filled form; what cannot be asked is refused."""
    label = typed.line("question", QUESTION, required=True)
    kind = typed.choice("kind", set(Kind))
    lines = [" ".join(line.split()) for line in event.text("options").splitlines()]
    options = [line for line in lines if line]
    if kind == Kind.TEXT and anonymous:
        typed.refuse("kind", ctx.say("Without names there are choices and scales only."))
    if kind in (Kind.ONE, Kind.SEVERAL):
        _check_options(ctx, typed, options)
    if typed.errors:
        return None
    chosen = Kind(kind)
    pairs = tuple((str(place), option) for place, option in enumerate(options, 1))
    return Question(f"q{number}", label, chosen, pairs if chosen in (Kind.ONE, Kind.SEVERAL) else ())


def _check_options(ctx: Context, typed: Typed, options: list[str]) -> None:
    if not FEWEST <= len(options) <= MOST:
        text = ctx.say(
            "{fewest} to {most} choices, please; these are {count}.",
            fewest=FEWEST,
            most=MOST,
            count=len(options),
        )
        typed.refuse("options", text)
    elif len({option.casefold() for option in options}) < len(options):
        typed.refuse("options", ctx.say("Two of these choices are the same."))
    elif any(len(option) > OPTION for option in options):
        typed.refuse("options", ctx.say("At most {most} characters on each line, please.", most=OPTION))

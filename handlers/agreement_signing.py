"""Agreeing, and what a coordinator does with the text: ``/handrail agreement``."""

from handlers import agreements, checkins
from handlers.cards import agreement as cards
from handlers.chat import ButtonPressed, Card, CommandUsed, FormSubmitted, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from storage import agreements as stored
from storage import checkins as stored_checkins


async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """``/handrail agreement``: who has agreed, for coordinators; the text, for everybody else."""
    if ctx.member.roles & COORDINATORS:
        return [Reply(await _manage(ctx))]
    return [Reply(await _own(ctx))]


@button("agreement")
async def show(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same from a button."""
    return [Reply(await _manage(ctx) if ctx.member.roles & COORDINATORS else await _own(ctx))]


async def _own(ctx: Context) -> Card:
    current = await stored.current(ctx.tx, ctx.programme.id)
    if current is None or not current.required:
        return cards.not_asked(ctx.say)
    if await agreements.has_signed(ctx, current):
        return cards.signed(ctx.say, current)
    return cards.read(ctx.say, current)


@button("agreement.sign")
async def sign(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Keep who agreed to which version and when; then what they were about to do."""
    current = await stored.current(ctx.tx, ctx.programme.id)
    if current is None or not current.required:
        return [UpdateCard(cards.not_asked(ctx.say))]
    after = arguments.words[1] if len(arguments.words) > 1 else ""
    if current.id != arguments.number(0):  # it was changed since this card was made
        return [UpdateCard(cards.read(ctx.say, current, after=after, kept=after.isdigit()))]
    if not await agreements.has_signed(ctx, current):
        await stored.sign(ctx.tx, ctx.member.id, current.id, ctx.now)
    draft = arguments.number_or_none(1)
    if draft is not None and await stored_checkins.draft(ctx.tx, draft, ctx.member.id) is not None:
        return [OpenForm(await checkins.draft_form(ctx, draft))]
    if after:
        return [OpenForm(await checkins.new_form(ctx))]
    return [UpdateCard(cards.signed(ctx.say, current))]


# --- the coordinator's ---------------------------------------------------------------------------


async def _manage(ctx: Context, news: str = "") -> Card:
    found = await agreements.standing(ctx.tx, ctx.programme, ctx.now)
    if found is None:
        return cards.manage(ctx.say, None, 0, ())
    return cards.manage(ctx.say, found.agreement, found.helpers, found.unsigned, news)


@button("agreement.text", roles=COORDINATORS)
async def open_text(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The text as it is."""
    current = await stored.current(ctx.tx, ctx.programme.id)
    text = cards.text_of(ctx.say, current) if current else cards.default_text(ctx.say)
    return [OpenForm(cards.text_form(ctx.say, text))]


@form("agreement.text", roles=COORDINATORS, screened=False)
async def take_text(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """A changed text is a new version, which everybody is asked for."""
    written = event.text("text").replace("\r\n", "\n")
    text = "" if written == cards.default_text(ctx.say) else written
    current = await stored.current(ctx.tx, ctx.programme.id)
    if current is not None and current.text == text:
        return [Reply(await _manage(ctx, ctx.say("Nothing was changed.")))]
    await _new_version(ctx, text, required=current is None or current.required)
    return [Reply(await _manage(ctx, ctx.say("Saved as a new version. Everybody is asked to agree to it.")))]


@button("agreement.on", roles=COORDINATORS)
async def switch_on(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Helpers are asked from now on."""
    return await _switch(ctx, required=True)


@button("agreement.off", roles=COORDINATORS)
async def switch_off(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Nobody is asked any more."""
    return await _switch(ctx, required=False)


async def _switch(ctx: Context, *, required: bool) -> Effects:
    current = await stored.current(ctx.tx, ctx.programme.id)
    if current is not None and current.required is required:
        raise Refused(Refusal.CHANGED)
    await _new_version(ctx, current.text if current else "", required=required)
    return [UpdateCard(await _manage(ctx, ctx.say("Saved.")))]


async def _new_version(ctx: Context, text: str, *, required: bool) -> None:
    made = await stored.add_version(
        ctx.tx, ctx.programme.id, text, required=required, made_by=ctx.member.id, now=ctx.now
    )
    await note(ctx, "agreement_changed", f"agreement:{made.id}")

"""Two steps of the set-up that may be skipped: the kinds of help, and channels that are read along."""

from handlers import setup
from handlers.cards import setup_more as cards
from handlers.cards.words import SERVICES
from handlers.chat import ButtonPressed, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from storage import programmes


@button("setup.services", roles=COORDINATORS)
async def open_services(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The kinds of help, with those that are on."""
    return [OpenForm(cards.services_form(ctx.say, list(ctx.programme.services["on"])))]


@form("setup.services", roles=COORDINATORS)
async def take_services(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Let these be on, in the order in which they are always named."""
    chosen = [key for key in SERVICES if key in event.choices("services")]
    if not chosen:
        again = cards.services_form(ctx.say, ())
        return [FormErrors(again, {"services": ctx.say("Please choose one.")})]
    await programmes.set_services(ctx.tx, ctx.programme.id, chosen)
    await note(ctx, "setup_services", f"programme:{ctx.programme.id}")
    return await setup.show(ctx)


@button("setup.channels", roles=COORDINATORS)
async def show_channels(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """How many are read here, and how one is opted in."""
    return [Reply(cards.channels(ctx.say, await programmes.count_watched(ctx.tx, ctx.connection.id)))]


@button("setup.card", roles=COORDINATORS)
async def back(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The set-up, wherever one has got to."""
    return await setup.show(ctx)

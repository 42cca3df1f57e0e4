"""What a helper can give: one short form, theirs to change at any time."""

from handlers.cards import matching, spoken
from handlers.cards import pairing as cards
from handlers.chat import ButtonPressed, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import button, form
from handlers.typed import Typed
from storage import pairing
from storage.pairing import Offer, Wishes
from storage.words import HELPING

USUAL = 2
"""Places that a helper is offered at first."""


@button("offer", roles=HELPING)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form, with what they said last."""
    known = await pairing.offer_of(ctx.tx, ctx.member.id)
    return [OpenForm(cards.offer_form(ctx.say, known or Offer(ctx.member.id, Wishes(), USUAL)))]


@form("offer", roles=HELPING)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep it. Nobody is paired by it: a coordinator decides."""
    typed = Typed(event, ctx.say)
    places = typed.choice("places", {str(number) for number in range(matching.MOST_PLACES + 1)})
    wishes = read_wishes(event)
    if not wishes.languages:
        typed.refuse("languages", ctx.say("Please choose one."))
    offer = Offer(ctx.member.id, wishes, int(places) if "places" not in typed.errors else USUAL)
    if typed.errors:
        return [FormErrors(cards.offer_form(ctx.say, offer), typed.errors)]
    await pairing.keep_offer(ctx.tx, offer, ctx.now)
    return [Reply(cards.offered(ctx.say, offer))]


def read_wishes(event: FormSubmitted) -> Wishes:
    """The four questions that helpers answer for themselves and coordinators for peers."""
    return Wishes(
        tuple(word for word in event.choices("languages") if word in spoken.SPOKEN),
        tuple(word for word in event.choices("times") if word in matching.TIMES),
        tuple(word for word in event.choices("subjects") if word in matching.SUBJECTS),
        tuple(word for word in event.choices("likes") if word in matching.LIKES),
    )

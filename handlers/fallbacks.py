"""Setting up fallback addresses: a coordinator says where an adult's pages go when chat is not enough."""

from handlers import cardjson
from handlers.cards import fallbacks as cards
from handlers.cards.fallbacks import CHANNELS, Reached
from handlers.cards.words import short
from handlers.chat import Button, ButtonPressed, Card, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.typed import Typed
from storage import adults, fallbacks, outbox, people
from storage.adults import Adult
from storage.fallbacks import Fallback
from storage.outbox import NewMessage
from storage.words import Channel, Lane


@button("fallback", roles=COORDINATORS)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form: who, by what, where."""
    ctx.addresses.get_ready()
    return [OpenForm(cards.form(ctx.say, await _adults(ctx), {}))]


@form("fallback", roles=COORDINATORS, screened=False)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep an address, or forget it where none was typed."""
    typed = Typed(event, ctx.say)
    around = {str(adult.person_id): adult for adult in await _adults(ctx)}
    who = typed.choice("who", around)
    kind = typed.choice("kind", set(CHANNELS))
    address = typed.line("address", cards.ADDRESS)
    if address and not await ctx.addresses.takes(address):
        typed.refuse("address", ctx.say("This cannot be read as an address. IT can help: docs/fallback.md."))
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, list(around.values()), typed.values), typed.errors)]
    return [Reply(await _save(ctx, around[who], Channel(kind), address))]


async def _save(ctx: Context, adult: Adult, channel: Channel, address: str) -> Card:
    said = {"name": short(ctx.say, adult.name), "kind": ctx.say(CHANNELS[channel])}
    if not address:
        if not await fallbacks.drop_fallback(ctx.tx, adult.person_id, channel):
            return await _overview(
                ctx, ctx.say("{name} · {kind}: there was none. Nothing was changed.", **said)
            )
        await note(ctx, "fallback_removed", f"person:{adult.person_id}")
        return await _overview(ctx, ctx.say("{name} · {kind}: removed.", **said))
    await fallbacks.add_fallback(ctx.tx, adult.person_id, ctx.programme.id, channel, address)
    await note(ctx, "fallback_set", f"person:{adult.person_id}")
    to_test = cards.test_button(ctx.say, adult.person_id, channel)
    return await _overview(ctx, ctx.say("{name} · {kind}: saved. Please send a test.", **said), to_test)


@button("fallback.test", roles=COORDINATORS)
async def send_test(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """A harmless message to one address, so that somebody sees it arrive before it is needed."""
    person_id, kind = arguments.number(0), arguments.word(1)
    adult = next((adult for adult in await _adults(ctx) if adult.person_id == person_id), None)
    known = await fallbacks.of_programme(ctx.tx, ctx.programme.id)
    address = next(
        (each for each in known if (each.person_id, each.channel.value) == (person_id, kind)), None
    )
    if adult is None or address is None:
        raise Refused(Refusal.NOT_FOUND)
    await _queue_test(ctx, address)
    await note(ctx, "fallback_tested", f"person:{person_id}")
    name = short(ctx.say, adult.name)
    news = ctx.say("A test is on its way to {name}. Ask them whether it came.", name=name)
    return [Reply(await _overview(ctx, news))]


async def _queue_test(ctx: Context, address: Fallback) -> None:
    language = await people.locale(ctx.tx, address.person_id) or ctx.programme.locale
    message = NewMessage(
        key=f"fallback-test:{address.connection_id}:{address.user}:{ctx.now.isoformat()}",
        lane=Lane.REST,
        connection_id=address.connection_id,
        user=address.user,
        person_id=address.person_id,
        card=cardjson.dump(cards.test(say_in(language))),
        due_at=ctx.now,
    )
    await outbox.add(ctx.tx, [message], ctx.now)


async def _adults(ctx: Context) -> list[Adult]:
    return await adults.around(ctx.tx, ctx.programme.id)


async def _overview(ctx: Context, news: str, to_test: Button | None = None) -> Card:
    known = await fallbacks.of_programme(ctx.tx, ctx.programme.id)
    reached = [
        Reached(adult, tuple(each.channel for each in known if each.person_id == adult.person_id))
        for adult in await _adults(ctx)
    ]
    return cards.overview(ctx.say, news, reached, to_test)

"""What adults seldom do with a case, and only by hand: join, split, leave somebody out, name a peer."""

from handlers import case_joins, case_views, exclusion, peer_codes
from handlers.cards import by_hand as hand_cards
from handlers.cards import cases as cards
from handlers.cards import peers as peer_cards
from handlers.cases import live_case, own_case
from handlers.chat import ButtonPressed, CommandUsed, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from handlers.registry import button, command, form
from handlers.roster import note
from storage import adults, cases, checkins, left_out
from storage.people import AROUND
from storage.words import Role, WhyLeftOut

OFFERED = 25
_COORDINATORS = frozenset({Role.COORDINATOR})


@button("case.more", roles=AROUND)
async def more(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What else can be done with a case."""
    case = await live_case(ctx, arguments.number(0))
    live = await cases.live(ctx.tx, ctx.programme.id, ctx.member.id, OFFERED)
    others = tuple(
        other for other in live if other.id != case.id and not other.about.is_another_than(case.about)
    )
    kept_away = await left_out.of_case(ctx.tx, case.id)
    around = tuple(
        (adult.person_id, adult.name)
        for adult in await adults.around(ctx.tx, ctx.programme.id)
        if adult.person_id not in kept_away
    )
    view = await case_views.of(ctx.tx, case, ctx.programme)
    return [Reply(hand_cards.more(ctx.say, view, others, around))]


@button("case.join", roles=AROUND)
async def join(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Make this case part of another one that is about the same person."""
    await cases.take_turn(ctx.tx, ctx.programme.id)  # two joins at once would hold each other up
    case = await live_case(ctx, arguments.number(0))
    into = await live_case(ctx, Arguments((event.value,)).number(0))
    joined = case if case.id == into.id else await case_joins.join(ctx, case, into)  # tapped twice
    view = await case_views.of(ctx.tx, joined, ctx.programme)
    has_it = joined.acknowledged_by == ctx.member.id
    return [Reply(cards.status(ctx.say, view, for_holder=has_it, now=ctx.now))]


@button("case.split", roles=AROUND)
async def split(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Make one note a case of its own: it is about somebody else."""
    await cases.take_turn(ctx.tx, ctx.programme.id)  # it takes a number
    case = await live_case(ctx, arguments.number(0))
    return [Reply(hand_cards.split_off(ctx.say, await case_joins.split(ctx, case, arguments.number(1))))]


@button("case.left_out", roles=AROUND)
async def leave_out(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is about this adult of the team, as another adult on the ladder sees it."""
    case = await own_case(ctx, arguments.number(0))
    chosen = Arguments((event.value,)).number(0)
    if chosen not in {adult.person_id for adult in await adults.around(ctx.tx, ctx.programme.id)}:
        raise Refused(Refusal.OLD_BUTTON)
    await note(ctx, "left_out", f"case:{case.id}")
    case = await exclusion.leave_out(
        ctx.tx, ctx.programme, case, frozenset({chosen}), why=WhyLeftOut.BY_ADULT, now=ctx.now
    )
    return [Reply(hand_cards.left_out(ctx.say, case))]


# --- a name beside a peer code -----------------------------------------------------------------


@command(
    "peer",
    summary=mark("For coordinators: the sealed name beside a peer code"),
    argument=mark("a peer code, such as P-7K2M"),
    roles=_COORDINATORS,
)
async def peer(ctx: Context, event: CommandUsed) -> Effects:
    """Show who stands behind a code. The look is audited, also where no name is kept."""
    code = await _known_code(ctx, event.text)
    await note(ctx, "peer_name_shown", f"peer:{code}")
    name = await checkins.peer_name(ctx.tx, ctx.programme.id, code)
    return [Reply(peer_cards.peer(ctx.say, code, name), fleeting=True)]


@button("peer.name", roles=_COORDINATORS)
async def open_name(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Ask for the name."""
    return [OpenForm(peer_cards.name_form(ctx.say, await _known_code(ctx, arguments.word(0))))]


@form("peer.name", roles=_COORDINATORS, screened=False)
async def take_name(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep the name, sealed; an empty one forgets it."""
    code = await _known_code(ctx, arguments.word(0))
    await checkins.name_peer(ctx.tx, ctx.programme.id, code, event.text("name"))
    await note(ctx, "peer_named" if event.text("name") else "peer_name_forgotten", f"peer:{code}")
    return [Reply(peer_cards.named(ctx.say, code, kept=bool(event.text("name"))))]


async def _known_code(ctx: Context, text: str) -> str:
    code = peer_codes.read(text)
    if code is None or await checkins.find_peer(ctx.tx, ctx.programme.id, code) is None:
        raise Refused(Refusal.NO_SUCH_CODE)
    return code

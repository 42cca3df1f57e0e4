"""A helper's peers, by code alone; what was said at the first contact; and whose code somebody else used."""

from handlers.cards import limits
from handlers.cards import peer_lists as cards
from handlers.cards.limits import Contact
from handlers.cards.paging import part_of
from handlers.cards.roster import GRADE
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, button, command, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.typed import Typed
from storage import checkins, peers, supervision_people
from storage.checkins import CheckIn
from storage.peers import OwnPeer
from storage.words import HELPING, About, Role

LISTED = 20


async def after_check_in(ctx: Context, check_in: CheckIn) -> Contact:
    """How a helper stands to the peer of their check-in; a code that somebody else helps is kept."""
    if check_in.peer is None:
        return Contact()
    peer_id = await checkins.find_peer(ctx.tx, ctx.programme.id, check_in.peer)
    if peer_id is None:
        return Contact()
    helper = check_in.helper_id
    elsewhere = await _helped_by_another(ctx, helper, peer_id)
    if elsewhere:
        await peers.use_code(ctx.tx, helper, peer_id, ctx.now)
    return Contact(peer_id, await peers.limits_said(ctx.tx, helper, peer_id), elsewhere)


async def _helped_by_another(ctx: Context, helper: int, peer_id: int) -> bool:
    """Whether others help this peer and this helper never did, as far as nobody has said that it is right."""
    paired, contacts = await peers.helpers_of(ctx.tx, peer_id)
    if helper in paired or await peers.is_settled(ctx.tx, helper, peer_id):
        return False
    if paired:
        return True
    return contacts.get(helper, 0) <= 1 and any(other != helper for other in contacts)


# --- what was said at the first contact --------------------------------------------------------


@button("limits")
async def show_limits(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """What a helper says about what cannot be kept secret, and where it can be printed."""
    link = ctx.pages.sheet(ctx.say.language) if ctx.pages else ""
    return [Reply(limits.card(ctx.say, link))]


@button("limits.said", roles=HELPING)
async def say_limits(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The tick: it was said."""
    own = await own_peer(ctx, arguments.number(0))
    await peers.say_limits(ctx.tx, ctx.member.id, own.peer_id, ctx.now)
    return [Reply(limits.said(ctx.say, own))]


async def own_peer(ctx: Context, peer_id: int) -> OwnPeer:
    """A peer whom the acting helper has met or is paired with. Raises :class:`Refused` for any other."""
    found = await peers.of_helper(ctx.tx, ctx.member.id, peer_id)
    if not found:
        raise Refused(Refusal.NOT_FOUND)
    return found[0]


# --- the grade ---------------------------------------------------------------------------------


def _says(_event: Event, _arguments: Arguments) -> Said:
    return Said(about=About.SOMEBODY_ELSE)


@button("peers.grade", roles=HELPING | COORDINATORS)
async def open_grade(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form for a peer's year or class."""
    peer_id, code = await _known(ctx, arguments.number(0))
    return [OpenForm(cards.grade_form(ctx.say, peer_id, code, await peers.grade(ctx.tx, peer_id)))]


@form("peers.grade", roles=HELPING | COORDINATORS, says=_says)
async def take_grade(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep it, for figures. Words that opened a case are no grade and stand with the case alone."""
    peer_id, code = await _known(ctx, arguments.number(0))
    if ctx.raised is not None:
        return []
    typed = Typed(event, ctx.say)
    grade = typed.line("grade", GRADE)
    if typed.errors:
        return [FormErrors(cards.grade_form(ctx.say, peer_id, code, event.text("grade")), typed.errors)]
    await peers.set_grade(ctx.tx, peer_id, grade)
    return [Reply(cards.grade_kept(ctx.say, code, grade))]


async def _known(ctx: Context, peer_id: int) -> tuple[int, str]:
    """A peer by id and code: any one for a coordinator, for a helper their own. Else raises ``Refused``."""
    if Role.COORDINATOR not in ctx.member.roles:
        return peer_id, (await own_peer(ctx, peer_id)).code
    code = await peers.code(ctx.tx, ctx.programme.id, peer_id)
    if code is None:
        raise Refused(Refusal.NOT_FOUND)
    return peer_id, code


# --- the list ----------------------------------------------------------------------------------


@command("peers", summary=mark("Your peers, by their codes"), roles=HELPING | COORDINATORS)
async def show(ctx: Context, _event: CommandUsed) -> Effects:
    """A helper's own peers; for a coordinator everybody's."""
    return [Reply(await _card(ctx, 0))]


@button("peers", roles=HELPING | COORDINATORS)
async def turn(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Another part of the list."""
    return [Reply(await _card(ctx, arguments.number_or_none(0) or 0))]


async def _card(ctx: Context, offset: int) -> Card:
    if Role.COORDINATOR in ctx.member.roles:
        return await _everybody(ctx, offset)
    found = await peers.of_helper(ctx.tx, ctx.member.id)
    shown, following = part_of(found, offset, LISTED)
    return cards.own(
        ctx.say,
        shown,
        following=following,
        zone=ctx.local_zone,
        now=ctx.now,
    )


async def _everybody(ctx: Context, offset: int, news: str = "") -> Card:
    shown, following = part_of(await peers.of_programme(ctx.tx, ctx.programme.id), offset, LISTED)
    return cards.everybody(
        ctx.say,
        shown,
        await supervision_people.names(ctx.tx, ctx.programme.id),
        codes_used=await peers.codes_used(ctx.tx, ctx.programme.id),
        following=following,
        zone=ctx.local_zone,
        now=ctx.now,
        news=news,
    )


@button("peers.one", roles=HELPING)
async def show_one(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of a helper's own peers."""
    own = await own_peer(ctx, Arguments((event.value,)).number(0))
    return [Reply(cards.one(ctx.say, own, zone=ctx.local_zone, now=ctx.now))]


@button("peers.settle", roles=COORDINATORS)
async def settle(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """It is right that this helper uses this code, too; or it was talked about."""
    helper, _, peer = event.value.partition("-")
    chosen = Arguments((helper, peer))
    code = await peers.code(ctx.tx, ctx.programme.id, chosen.number(1))
    if code is None:
        raise Refused(Refusal.NOT_FOUND)
    await peers.settle_code(ctx.tx, chosen.number(0), chosen.number(1), ctx.now)
    await note(ctx, "code_settled", f"peer:{code}")
    return [UpdateCard(await _everybody(ctx, 0, ctx.say("Kept: {code} is all right.", code=code)))]

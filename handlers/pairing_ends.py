"""How a pair comes to its end: by a coordinator, by its helper, or because the helper is gone."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from handlers.cards import pairing as cards
from handlers.chat import ButtonPressed, Card, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import Say
from handlers.refusals import Refusal, Refused
from handlers.registry import button
from handlers.roster import note
from handlers.supervision_rounds import mornings
from handlers.supervision_send import awake, coordinators, readers, send
from storage import pairing as stored
from storage import peers, programmes
from storage.db import Tx
from storage.pairing import Pairing
from storage.words import HELPING


async def tell_helper(ctx: Context, helper_id: int, key: str, card: Callable[[Say], Card]) -> None:
    """One message to a helper, in their language and not in their quiet hours."""
    found = [each for each in await readers(ctx.tx, ctx.programme, HELPING) if each.id == helper_id]
    due = {each.id: awake(each.wish, ctx.local_zone, ctx.now) for each in found}
    to = [each.to for each in found]
    await send(ctx.tx, ctx.programme, key, to=to, card=card, now=ctx.now, due=due)


async def tell_coordinators(ctx: Context, key: str, card: Callable[[Say], Card]) -> None:
    """One message to each coordinator, in their day."""
    to = await coordinators(ctx.tx, ctx.programme)
    due = await mornings(ctx.tx, ctx.programme, to, ctx.now)
    await send(ctx.tx, ctx.programme, key, to=to, card=card, now=ctx.now, due=due)


async def _open_pairing(ctx: Context, pairing_id: int) -> tuple[Pairing, str]:
    found = await stored.get(ctx.tx, ctx.programme.id, pairing_id)
    code = await peers.code(ctx.tx, ctx.programme.id, found.peer_id) if found else None
    if found is None or code is None or found.ended_at is not None:
        raise Refused(Refusal.NOT_FOUND)
    return found, code


async def end_pairing(ctx: Context, pairing_id: int, *, why: str) -> tuple[str, bool]:
    """Let a pair end, and ask its helper for a closing conversation, unless they take a break.

    Returns the peer's code, and whether the helper was asked.
    """
    found, code = await _open_pairing(ctx, pairing_id)
    asked = found.helper_id not in await stored.resting(ctx.tx, ctx.programme.id, ctx.now)
    await stored.end(ctx.tx, found.id, why=why, closing="asked" if asked else "missed", now=ctx.now)
    if why == "changed":
        await stored.wait(ctx.tx, found.peer_id, ctx.now)
    await note(ctx, "pair_ended", f"peer:{code}")
    if asked:
        key = f"closing:{found.id}"
        await tell_helper(ctx, found.helper_id, key, lambda say: cards.closing(say, found.id, code))
    return code, asked


# --- what the helper says ----------------------------------------------------------------------


async def _own_pairing(ctx: Context, pairing_id: int) -> tuple[Pairing, str]:
    found, code = await _open_pairing(ctx, pairing_id)
    if found.helper_id != ctx.member.id:
        raise Refused(Refusal.NOT_FOUND)
    return found, code


@button("pairing.no", roles=HELPING)
async def cannot(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper cannot see this peer, who waits again. Nobody asks why."""
    found, code = await _own_pairing(ctx, arguments.number(0))
    await stored.end(ctx.tx, found.id, why="changed", closing="missed", now=ctx.now)
    await stored.wait(ctx.tx, found.peer_id, ctx.now)
    helper = ctx.member.name
    await tell_coordinators(ctx, f"back:{found.id}", lambda say: cards.came_back(say, helper, code))
    return [UpdateCard(cards.cannot(ctx.say))]


@button("pairing.ends", roles=HELPING)
async def ends(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The helper says that it comes to an end; the closing conversation is asked for at once."""
    found, code = await _own_pairing(ctx, arguments.number(0))
    await stored.end(ctx.tx, found.id, why="done", closing="asked", now=ctx.now)
    helper = ctx.member.name
    await tell_coordinators(ctx, f"ends:{found.id}", lambda say: cards.ends(say, helper, code))
    return [Reply(cards.closing(ctx.say, found.id, code))]


@button("pairing.closed", roles=HELPING)
async def closed(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Whether there was a closing conversation."""
    found = await stored.get(ctx.tx, ctx.programme.id, arguments.number(0))
    answer = arguments.word(1)
    if found is None or found.helper_id != ctx.member.id or found.ended_at is None:
        raise Refused(Refusal.NOT_FOUND)
    if answer not in ("had", "missed"):
        raise Refused(Refusal.OLD_BUTTON)
    await stored.close_well(ctx.tx, found.id, answer)
    return [UpdateCard(cards.closed(ctx.say, had=answer == "had"))]


# --- a helper who is gone ----------------------------------------------------------------------


async def take_back(tx: Tx, now: datetime) -> int:
    """Let everybody wait again whose helper left the roster, and tell the coordinators. Returns how many."""
    gone: dict[tuple[int, int], list[tuple[Pairing, str, str]]] = defaultdict(list)
    for programme_id, helper_id, pairing, code, name in await stored.of_those_who_left(tx):
        gone[programme_id, helper_id].append((pairing, code, name))
    for (programme_id, _), found in gone.items():
        for pairing, _, _ in found:
            await stored.end(tx, pairing.id, why="helper_left", closing="missed", now=now)
            await stored.wait(tx, pairing.peer_id, now)
        await _tell_who_left(tx, programme_id, found, now)
    return sum(len(found) for found in gone.values())


async def _tell_who_left(
    tx: Tx, programme_id: int, found: Sequence[tuple[Pairing, str, str]], now: datetime
) -> None:
    programme = await programmes.get(tx, programme_id)
    first, _, name = found[0]
    codes = [code for _, code, _ in found]
    to = await coordinators(tx, programme)
    await send(
        tx,
        programme,
        f"helper_left:{first.id}",
        to=to,
        card=lambda say: cards.helper_left(say, name, codes),
        now=now,
        due=await mornings(tx, programme, to, now),
    )

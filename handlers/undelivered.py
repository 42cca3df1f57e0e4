"""What follows when a page could not be handed over: it is said in the timeline, and the ladder climbs."""

from datetime import datetime

from handlers import cardjson, case_moves, ladder
from handlers.cards import channels as cards
from handlers.languages import say_in
from storage import cases, ladders, left_out, outbox, programmes
from storage.cases import Case
from storage.db import Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.sending import PageAddress
from storage.words import Channel, Lane


async def page_failed(tx: Tx, case: Case, page: PageAddress, reason: str, now: datetime) -> None:
    """A page of a (locked) case cannot reach this address.

    Once no chat address of the person is left, the ladder climbs at once, and their fallback is used. That a
    fallback address fails only stands in the timeline: the next step tries it again.
    """
    own = [entry for entry in await ladders.of_case(tx, case.id) if entry.person_id == page.person_id]
    here = [entry for entry in own if (entry.connection_id, entry.user) == (page.connection_id, page.user)]
    left = [entry for entry in own if entry.channel is Channel.CHAT and not entry.unreachable]
    facts = {"reason": reason}
    if here and here[0].channel is not Channel.CHAT:
        facts["channel"] = here[0].channel.value
    await cases.tell(tx, case.id, "unreachable", now, page.person_id, **facts)
    if page.person_id is not None and left and left == here:
        programme = await programmes.get(tx, case.programme_id)
        await case_moves.move(tx, programme, case, ladder.BecameUnreachable(page.person_id), now)
        await _alert(tx, programme, case, page, now)
    await ladders.mark_reachable(tx, case.id, page.connection_id, page.user, reachable=False)


async def _alert(tx: Tx, programme: Programme, case: Case, page: PageAddress, now: datetime) -> None:
    """Tell the adults' channel, once a climb and without a word of the case, that a page did not arrive.

    Never of a case that somebody is left out of: they may read that channel too.
    """
    channel = await programmes.alerts_channel(tx, page.connection_id)
    if channel is None or await left_out.of_case(tx, case.id):
        return
    alert = NewMessage(
        key=f"alert:{case.id}:{case.climb}:{page.connection_id}",
        lane=Lane.PAGES,
        connection_id=page.connection_id,
        user=f"#{channel}",
        card=cardjson.dump(cards.not_delivered(say_in(programme.locale))),
        due_at=now,
    )
    await outbox.add(tx, [alert], now)


async def page_arrived(tx: Tx, page: PageAddress) -> None:
    """A page was taken by the platform: this address works (again)."""
    await ladders.mark_reachable(tx, page.case_id, page.connection_id, page.user, reachable=True)

"""What follows when a page could not be handed over: it is said in the timeline, and the ladder climbs."""

from datetime import datetime

from handlers import case_moves, escalation
from storage import cases
from storage.db import Tx
from storage.outbox import PageAddress


async def page_failed(tx: Tx, page: PageAddress, reason: str, now: datetime) -> None:
    """A page cannot reach this address. Once no address of the person is left, the ladder climbs at once."""
    case = await cases.lock(tx, page.case_id)
    if case is None:
        return
    before = case_moves.climb_of(case, await cases.ladder(tx, case.id))
    await cases.mark_reachable(tx, case.id, page.connection_id, page.user, reachable=False)
    after = case_moves.climb_of(case, await cases.ladder(tx, case.id))
    lost = {adult.person for adult in after.ladder if adult.unreachable} - {
        adult.person for adult in before.ladder if adult.unreachable
    }
    await cases.tell(tx, case.id, "unreachable", now, page.person_id, reason=reason)
    for person in lost:
        case = await case_moves.move(tx, case, escalation.BecameUnreachable(person), now)


async def page_arrived(tx: Tx, page: PageAddress) -> None:
    """A page was taken by the platform: this address works (again)."""
    await cases.mark_reachable(tx, page.case_id, page.connection_id, page.user, reachable=True)

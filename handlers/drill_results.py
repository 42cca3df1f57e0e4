"""The end of a drill: when it is over, and what the coordinators are told of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers import cardjson
from handlers.cards import drills as cards
from handlers.languages import say_in
from storage import cases, drills, outbox, supervision_people
from storage.cases import Case
from storage.db import Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.words import CaseState, Lane, Role

LONGEST = timedelta(minutes=30)
"""A drill that nobody has answered by then is over; its result says so."""


def moved(case: Case, now: datetime) -> Case:
    """A drill where its ladder has brought it: over with the first answer, or with its time."""
    late = case.state is CaseState.OPEN and now - case.opened_at >= LONGEST
    if case.state is CaseState.ACKNOWLEDGED or late:
        return replace(case, state=CaseState.RESOLVED, next_at=None)
    return case


async def end(tx: Tx, programme: Programme, case: Case, now: datetime) -> None:
    """Tell the coordinators how a drill went: who was paged, who answered, and after how long."""
    result = await drills.paged(tx, case.id)
    await cases.tell(tx, case.id, "drill_over", now, case.acknowledged_by)
    messages = [
        NewMessage(
            key=f"drill:{case.id}:{to.connection_id}:{to.user}",
            lane=Lane.REST,
            connection_id=to.connection_id,
            user=to.user,
            person_id=to.person_id,
            card=cardjson.dump(cards.over(say_in(to.locale or programme.locale), case, result)),
            due_at=now,
        )
        for to in await supervision_people.recipients(tx, programme.id, [Role.COORDINATOR])
    ]
    await outbox.add(tx, messages, now)

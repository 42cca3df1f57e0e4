"""Pages to addresses that the whole team shares, such as a duty phone or a mailbox.

They go out when everybody is paged (so too when nobody can be reached in chat), once for each step. Never of
a case that somebody is left out of: they may read that mailbox, or carry that phone.
"""

from datetime import datetime

from handlers import cardjson, case_views, reach
from handlers.cards import drills as drill_cards
from handlers.cards import fallbacks as fallback_cards
from handlers.chat import Card
from handlers.languages import say_in
from storage import cases, left_out, outbox, shared
from storage.cases import Case
from storage.db import Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.words import Lane


async def follow(tx: Tx, programme: Programme, before: Case, case: Case, now: datetime) -> None:
    """A (locked) case has moved: where that was a step to everybody, page the shared addresses too.

    What the cap holds back is said in the timeline; the next step tries it again.
    """
    moved = (before.climb, before.step) != (case.climb, case.step)
    if not moved or not reach.everybody_on(case.state, case.step):
        return
    addresses = await shared.of_programme(tx, programme.id)
    if not addresses or await left_out.of_case(tx, case.id):
        return
    messages = []
    for to in addresses:
        sent = await shared.pages_since(tx, to.user, now - reach.LAST_HOUR)
        allowed = reach.within_cap(to.channel, reach.Sent.counted(sent, case.id))
        kind = "paged_shared_address" if allowed else "held_back"
        await cases.tell(tx, case.id, kind, now, channel=to.channel.value)
        if allowed:
            message = NewMessage(
                key=f"page:{case.id}:{case.climb}:{case.step}:{to.connection_id}:{to.user}",
                lane=Lane.PAGES,
                connection_id=to.connection_id,
                user=to.user,
                case_id=case.id,
                page=True,
                card=cardjson.dump(await _card(tx, programme, case)),
                due_at=now,
            )
            messages.append(message)
    await outbox.add(tx, messages, now)


async def _card(tx: Tx, programme: Programme, case: Case) -> Card:
    say = say_in(programme.locale)
    if case.drill:
        return drill_cards.page_elsewhere(say, case)
    return fallback_cards.page(say, await case_views.of(tx, case, programme), programme.phone)

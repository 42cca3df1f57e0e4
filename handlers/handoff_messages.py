"""Who is told of a walk to an adult, what they are told later, and whom nobody tells."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import rota
from handlers.cards import handoffs as cards
from handlers.chat import Card
from handlers.languages import Say
from handlers.supervision_send import awake, readers, send
from storage import handoffs, outbox, people, programmes, supervision_people
from storage.db import Tx
from storage.handoffs import Handoff
from storage.people import ADULTS
from storage.programmes import Programme
from storage.supervision_people import Recipient, Wish
from storage.words import HELPING, Role

AGAIN = timedelta(days=1)
REMINDERS = 2


async def adults(tx: Tx, programme: Programme, walk: Handoff, now: datetime) -> list[Recipient]:
    """Who is told: the coordinators who are here, else the backups who are, else whoever there is.

    Never whom a case may be about.
    """
    away = (await rota.of_programme(tx, programme, now)).away(rota.local_time(programme, now).date())
    kept_away = await handoffs.kept_away(tx, walk)
    allowed = [
        [each for each in known if each.person_id not in kept_away]
        for role in (Role.COORDINATOR, Role.BACKUP)
        if (known := await supervision_people.recipients(tx, programme.id, [role]))
    ]
    here = [[each for each in some if each.person_id not in away] for some in allowed]
    return next((some for some in (*here, *allowed) if some), [])


async def tell(
    tx: Tx,
    programme: Programme,
    key: str,
    *,
    to: Sequence[Recipient],
    walk: Handoff,
    now: datetime,
    again: bool = False,
    due: Mapping[int, datetime] | None = None,
) -> None:
    """That somebody comes, or ``again``: whether they came, and how it went. ``due``: for whom it waits."""
    helper = await people.name(tx, walk.helper_id)

    def card(say: Say) -> Card:
        return cards.coming(say, walk, helper, again=again)

    await send(tx, programme, key, to=to, card=card, now=now, due=due)


async def tell_it_is_off(tx: Tx, programme: Programme, walk: Handoff, now: datetime) -> None:
    """Whoever was told that somebody comes waits for nobody; never whom a case may be about."""
    told = await handoffs.told(tx, walk.id) - await handoffs.kept_away(tx, walk) - {walk.helper_id}
    known = await supervision_people.recipients(tx, programme.id, ADULTS)
    to = [each for each in known if each.person_id in told]
    helper = await people.name(tx, walk.helper_id)
    key = f"handoff:{walk.id}:off:{int(now.timestamp())}"
    await send(tx, programme, key, to=to, card=lambda say: cards.off(say, walk, helper), now=now)


async def keep_away(
    tx: Tx, programme: Programme, walk: Handoff, person_ids: Collection[int], now: datetime
) -> None:
    """Take from these people what they were told of a walk: it names helper and code.

    Where nobody else was told of one that is still open, whoever may be is told in their place.
    """
    told = await handoffs.told(tx, walk.id) - {walk.helper_id}
    await outbox.take_back_of_walk(tx, walk.id, person_ids, now)
    others = told - {*person_ids} - await handoffs.kept_away(tx, walk)
    if walk.agreed_at is None or walk.outcome or others or not told & {*person_ids}:
        return
    key = f"handoff:{walk.id}:instead:{int(now.timestamp())}"
    to = await adults(tx, programme, walk, now)
    await tell(tx, programme, key, to=to, walk=walk, now=now, again=walk.arrived_at is not None)


async def ask_due(tx: Tx, programme_id: int, handoff_id: int, now: datetime) -> bool:
    """Ask whether they arrived or how it went, or remind of a referral; twice at most, if nobody answers."""
    found = await handoffs.get(tx, programme_id, handoff_id)
    if found is None or found.next_at is None or found.next_at > now:
        return False
    programme = await programmes.get(tx, programme_id)
    to = await adults(tx, programme, found, now)
    due = await _when_awake(tx, programme, to, now)
    if due and min(due.values()) > now:  # asked of the walk as it stands then: perhaps it is over
        await handoffs.change(tx, found.id, next_at=min(due.values()))
        return True
    number = found.reminders + 1
    await handoffs.change(tx, found.id, reminders=number, next_at=now + AGAIN if number < REMINDERS else None)
    key = f"handoff:{found.id}:due:{int(found.next_at.timestamp())}"
    if found.outcome == "referred":
        await handoffs.change(tx, found.id, next_at=None)
        await send(tx, programme, key, to=to, card=lambda say: cards.follow_up(say, found), now=now, due=due)
        return True
    await tell(tx, programme, key, to=to, walk=found, now=now, again=True, due=due)
    if found.arrived_at is None:
        await _ask_helper(tx, programme, f"{key}:helper", found, now)
    return True


async def _when_awake(
    tx: Tx, programme: Programme, to: Sequence[Recipient], now: datetime
) -> dict[int, datetime]:
    """From when on each of them may be asked: now, or at the end of their quiet hours."""
    wished, zone = await supervision_people.wishes(tx, programme.id), ZoneInfo(programme.time_zone)
    return {each.person_id: awake(wished.get(each.person_id, Wish(each.person_id)), zone, now) for each in to}


async def _ask_helper(tx: Tx, programme: Programme, key: str, walk: Handoff, now: datetime) -> None:
    """Not in their quiet hours, and not while they take a break."""
    walking = [
        each
        for each in await readers(tx, programme, HELPING)
        if each.id == walk.helper_id and not each.wish.is_paused(now)
    ]
    zone = ZoneInfo(programme.time_zone)
    await send(
        tx,
        programme,
        key,
        to=[each.to for each in walking],
        card=lambda say: cards.ask_helper(say, walk),
        now=now,
        due={each.id: awake(each.wish, zone, now) for each in walking},
    )

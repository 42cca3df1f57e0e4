"""Messages of supervision: each in its reader's language, and never in their quiet hours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import cardjson
from handlers.chat import Card
from handlers.languages import Say, say_in
from handlers.supervision_times import moment_of
from storage import outbox
from storage.db import Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.supervision_people import Recipient, Wish, recipients, wishes
from storage.words import Lane, Role

_DAY = 24 * 60


def awake(wish: Wish, zone: ZoneInfo, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it lies in, by the person's own clock."""
    zone = ZoneInfo(wish.time_zone) if wish.time_zone else zone
    local = moment.astimezone(zone).replace(tzinfo=None)
    minute = local.hour * 60 + local.minute
    if (minute - wish.quiet_from) % _DAY >= (wish.quiet_until - wish.quiet_from) % _DAY:
        return moment
    day = local.date() + timedelta(days=minute >= wish.quiet_until)
    return moment_of(day, time(wish.quiet_until // 60, wish.quiet_until % 60), zone)


@dataclass(frozen=True)
class Reader:
    """Somebody who is written to, and when they may be."""

    to: Recipient
    wish: Wish

    @property
    def id(self) -> int:
        """The person's."""
        return self.to.person_id


async def readers(tx: Tx, programme: Programme, roles: Sequence[Role] | frozenset[Role]) -> list[Reader]:
    """Everybody with one of the roles who can be written to, with what they wish for."""
    found = await recipients(tx, programme.id, roles)
    wished = await wishes(tx, programme.id)
    return [Reader(to, wished.get(to.person_id, Wish(to.person_id))) for to in found]


async def coordinators(tx: Tx, programme: Programme) -> list[Recipient]:
    """Who looks after the helpers: the coordinators, and where there are none, the backups."""
    found = await recipients(tx, programme.id, [Role.COORDINATOR])
    return found or await recipients(tx, programme.id, [Role.BACKUP])


async def send(
    tx: Tx,
    programme: Programme,
    key: str,
    *,
    to: Sequence[Recipient],
    card: Callable[[Say], Card],
    now: datetime,
    due: Mapping[int, datetime] | None = None,
) -> None:
    """One message to each, in the language of whom it goes to. ``due`` says for whom it waits until when."""
    made: dict[str, str] = {}

    def dumped(locale: str) -> str:
        if locale not in made:
            made[locale] = cardjson.dump(card(say_in(locale)))
        return made[locale]

    messages = [
        NewMessage(
            key=f"{key}:{recipient.person_id}",
            lane=Lane.REST,
            connection_id=recipient.connection_id,
            user=recipient.user,
            person_id=recipient.person_id,
            card=dumped(recipient.locale or programme.locale),
            due_at=(due or {}).get(recipient.person_id, now),
        )
        for recipient in to
    ]
    await outbox.add(tx, messages, now)

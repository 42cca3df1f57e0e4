"""``doctor``: whether each adult on a platform can be reached. Roles and times, no names."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.base import Adapter
from bot.app import assemble
from bot.clock import SystemClock
from bot.findings import Finding, Level
from handlers import cardjson
from handlers.cards import fallbacks as test_cards
from handlers.languages import say_in
from storage import delivered, outbox, programmes
from storage.db import Database
from storage.delivered import Reached
from storage.outbox import NewMessage
from storage.words import Lane, OutboxState, Platform

QUIET_FOR = timedelta(days=30)
"""A coordinator who got nothing for so long may have left without anybody telling the bot."""
WAIT = 15.0
SEND = "To prove that one would: python -m bot doctor --send"


@dataclass(frozen=True)
class Place:
    """A workspace or server, and how what is found there is mended.

    ``called`` is what people call such a place; ``account`` is how the environment names somebody's account;
    ``runs`` is who may begin the set-up there; ``another`` mends an account that is gone, ``refused`` a token
    that may not write.
    """

    platform: Platform
    workspace: str
    called: str
    account: str
    runs: str
    another: str
    refused: str
    gone: Callable[[str], Awaitable[bool]]


async def look(database: Database, adapter: Adapter, place: Place, *, send: bool) -> list[Finding]:
    """When each adult last got something; with ``send``, whether a harmless message reaches them now."""
    now = SystemClock().now()
    async with database.read() as tx:
        talks = await programmes.at(tx, place.platform, place.workspace)
        adults = await delivered.adults(tx, place.platform, [place.workspace])
    if talks is None:
        what = f"No programme talks in this {place.called} yet."
        mend = f"Start: python -m bot run. {_begin(place)}"
        return [Finding(Level.MEND, what, mend)]
    if not adults:
        what = f"Nobody in this {place.called} can be paged."
        return [Finding(Level.MEND, what, f"Start the bot. {_begin(place)}")]
    if send:
        return await _send(database, adapter, place, adults, now=now, language=talks[1].locale)
    return [
        _gone(number, adult, place) if await place.gone(adult.user) else _last(number, adult, now)
        for number, adult in enumerate(adults, 1)
    ]


def _begin(place: Place) -> str:
    return (
        f"The first coordinator is whom HANDRAIL_COORDINATORS names ({place.account}) or, where it is not "
        f"set, the first {place.runs} who types /handrail setup in the {place.called}."
    )


def _gone(number: int, adult: Reached, place: Place) -> Finding:
    what = f"{_who(number, adult)}: the account is deactivated, or not of this {place.called}."
    return Finding(Level.MEND, what, place.another)


def _last(number: int, adult: Reached, now: datetime) -> Finding:
    who = _who(number, adult)
    if adult.last is None:
        return Finding(Level.LOOK, f"{who} has never got a message from Handrail.", SEND)
    days = (now - adult.last).days
    said = f"{who}: the last message arrived {f'{days} days ago' if days else 'today'}."
    if now - adult.last > QUIET_FOR:
        return Finding(Level.LOOK, said, SEND)
    return Finding(Level.FINE, said)


async def _send(
    database: Database,
    adapter: Adapter,
    place: Place,
    adults: Sequence[Reached],
    *,
    now: datetime,
    language: str,
) -> list[Finding]:
    keys = {f"doctor:{int(now.timestamp())}:{adult.connection_id}:{adult.user}": adult for adult in adults}
    messages = [
        NewMessage(
            key=key,
            lane=Lane.REST,
            connection_id=adult.connection_id,
            user=adult.user,
            person_id=adult.person_id,
            card=cardjson.dump(test_cards.test(say_in(adult.locale or language))),
            due_at=now,
        )
        for key, adult in keys.items()
    ]
    async with database.write() as tx:
        await outbox.add(tx, messages, now)
    app = assemble(database, SystemClock(), [adapter])
    # The bot that runs may take one of them first; it is waited for as well.
    until = time.monotonic() + WAIT
    while True:
        await app.delivery.drain()
        async with database.read() as tx:
            found = await delivered.states(tx, keys)
        if not any(_may_still_arrive(*each) for each in found.values()) or time.monotonic() > until:
            break
        await asyncio.sleep(1)
    return [
        _sent(number, adult, found.get(key), place) for number, (key, adult) in enumerate(keys.items(), 1)
    ]


def _may_still_arrive(state: OutboxState, error: str) -> bool:
    """A message that was not let in is kept for a better token, which nobody waits for here."""
    return state is OutboxState.QUEUED and error != "auth_failed"


def _sent(number: int, adult: Reached, state: tuple[OutboxState, str] | None, place: Place) -> Finding:
    who = _who(number, adult)
    if state is not None and state[0] is OutboxState.SENT:
        return Finding(Level.FINE, f"{who}: a test message has arrived.")
    error = (state[1] if state else "") or f"not within {WAIT:.0f} s"
    mend = place.refused if error == "auth_failed" else place.another
    return Finding(Level.MEND, f"{who}: the test message did not arrive ({error}).", mend)


def _who(number: int, adult: Reached) -> str:
    return f"Adult {number} ({adult.role.value.replace('_', ' ')})"

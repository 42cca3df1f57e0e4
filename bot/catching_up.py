"""When to read what was written while nobody listened: at the start, after each gap, now and then anyway."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

READ_AGAIN = 3600.0
"""Seconds after which conversations are looked through anyway: an event may be lost without a gap."""
PAUSE = 20.0
"""Seconds between two looks at least."""

Pause = Callable[[float], Awaitable[None]]


class Looks(Protocol):
    """Reads what was missed. ``look_again``: the last look left out what could be read a little later."""

    look_again: bool

    async def look(self) -> int:
        """Take every message that was missed. Returns how many were handed on."""


async def read_after_gaps(missed: Looks, gap: asyncio.Event, pause: Pause = asyncio.sleep) -> None:
    """Look whenever ``gap`` is set, until cancelled; again, ever more seldom, while a look is not whole."""
    wait = PAUSE
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ_AGAIN):
                await gap.wait()
        gap.clear()
        try:
            await missed.look()
            again = missed.look_again
        except Exception:
            log.error("missed_messages_not_read", exc_info=True)
            again = True
        await pause(wait)
        wait = min(2 * wait, READ_AGAIN) if again else PAUSE
        if again:
            gap.set()

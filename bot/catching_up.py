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
    """Reads what was missed."""

    async def look(self) -> int:
        """Take every message that was missed. Returns how many were handed on."""


async def read_after_gaps(missed: Looks, gap: asyncio.Event, pause: Pause = asyncio.sleep) -> None:
    """Look whenever ``gap`` is set, until cancelled."""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ_AGAIN):
                await gap.wait()
        gap.clear()
        try:
            await missed.look()
        except Exception:
            log.error("missed_messages_not_read", exc_info=True)
        await pause(PAUSE)

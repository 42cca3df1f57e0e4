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
    wait, again = PAUSE, False
    while True:
        if not again:
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
        await _pause(wait, gap, pause)
        wait = min(2 * wait, READ_AGAIN) if again and not gap.is_set() else PAUSE


async def _pause(seconds: float, gap: asyncio.Event, pause: Pause) -> None:
    """So long; where a gap comes meanwhile, no longer than two looks are apart at least."""
    if seconds > PAUSE:
        waiting = asyncio.ensure_future(pause(seconds))
        coming = asyncio.create_task(gap.wait())
        try:
            await asyncio.wait({waiting, coming}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (waiting, coming):
                task.cancel()
            await asyncio.gather(waiting, coming, return_exceptions=True)
        if not gap.is_set():
            return
    await pause(PAUSE)

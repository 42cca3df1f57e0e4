"""Whether a platform takes our token: a revoked one must be noticed before the next page needs it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.base import AuthFailed, RateLimited, SendError

BELIEVED = timedelta(minutes=1)
"""How long it is believed that the platform takes the token, once it has said so."""
ASK = 2.0
"""Seconds that asking for it may take."""


class TokenCheck:
    """Asks a platform once a minute at most. ``ask`` tells what else is wrong there, or nothing."""

    def __init__(
        self, platform: str, ask: Callable[[], Awaitable[str]], clock: Callable[[], datetime]
    ) -> None:
        self._platform = platform
        self._ask = ask
        self._clock = clock
        self._taken_at: datetime | None = None

    async def trouble(self) -> str:
        """Why the platform would not take a page; empty if it would."""
        now = self._clock()
        if self._taken_at is not None and now - self._taken_at < BELIEVED:
            return ""
        found = await self._look()
        self._taken_at = None if found else now
        return found

    async def _look(self) -> str:
        try:
            async with asyncio.timeout(ASK):
                return await self._ask()
        except AuthFailed as error:
            return f"{self._platform} does not accept the token ({error})"
        except RateLimited:
            return ""  # it knows us
        except (SendError, TimeoutError):
            return f"{self._platform} cannot be reached"

"""What goes wrong on request: rate limits, errors, broken connections, answers that come late."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatch
from typing import Any

ALWAYS = 1_000_000


class How(StrEnum):
    """What happens to a call."""

    LIMITED = "429 with Retry-After"
    ERROR = "ok: false"
    STATUS = "an HTTP status without JSON"
    DROP = "the connection breaks before anything was done"
    DROP_AFTER = "the connection breaks after it was done"
    HOLD = "nothing happens until it is let go"


@dataclass
class Held:
    """A call that waits. ``arrived`` is set once it is there; ``let_go`` lets it go on."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Arrive and stay."""
        self.arrived.set()
        await self.let_go.wait()


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong ``times`` times, with these methods and in this conversation.

    ``channel`` is a conversation's id, or the id of the person whose direct messages are meant.
    """

    how: How
    method: str = "*"
    channel: str = ""
    times: int = 1
    after: float = 30
    status: int = 503
    error: str = "internal_error"
    more: Mapping[str, Any] = field(default_factory=dict)
    held: Held | None = None


class Faults:
    """What goes wrong, in the order in which it was asked for; each call meets one at most."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let something go wrong from now on."""
        self._waiting.append(fault)
        return fault

    def limit(self, method: str = "*", *, channel: str = "", after: float = 30, times: int = 1) -> Fault:
        """Answer 429 and ask to wait so many seconds."""
        return self.add(Fault(how=How.LIMITED, method=method, channel=channel, after=after, times=times))

    def refuse(self, method: str, error: str, *, channel: str = "", times: int = 1, **more: Any) -> Fault:
        """Answer ``ok: false`` with this error."""
        fault = Fault(how=How.ERROR, method=method, channel=channel, error=error, times=times, more=more)
        return self.add(fault)

    def status(self, status: int, method: str = "*", *, channel: str = "", times: int = 1) -> Fault:
        """Answer with a status alone, as a load balancer does."""
        return self.add(Fault(how=How.STATUS, method=method, channel=channel, status=status, times=times))

    def drop(
        self, method: str = "*", *, channel: str = "", times: int = 1, done_first: bool = False
    ) -> Fault:
        """Break the connection; ``done_first`` after the call was done, so that nobody can tell."""
        how = How.DROP_AFTER if done_first else How.DROP
        return self.add(Fault(how=how, method=method, channel=channel, times=times))

    def hold(self, method: str = "*", *, channel: str = "") -> Held:
        """Keep one call waiting until it is let go."""
        held = Held()
        self.add(Fault(how=How.HOLD, method=method, channel=channel, held=held))
        return held

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        for fault in self._waiting:
            if fault.held is not None:
                fault.held.let_go.set()
        self._waiting.clear()

    def take(self, method: str, places: set[str]) -> Fault | None:
        """What goes wrong with this call. ``places`` are the ids that its conversation goes by."""
        for fault in self._waiting:
            if fnmatch(method, fault.method) and (not fault.channel or fault.channel in places):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

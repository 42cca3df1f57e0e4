"""What goes wrong on request: rate limits, errors, broken connections, answers that come late."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class How(StrEnum):
    """What happens to a call."""

    LIMITED = "429 with retry_after"
    ERROR = "an error of Discord's own"
    STATUS = "an HTTP status without JSON"
    DROP = "the connection breaks before anything was done"
    DROP_AFTER = "the connection breaks after it was done"
    HOLD = "nothing happens until it is let go"


@dataclass
class Held:
    """A call that waits. ``arrived`` is set once it is there; ``let_go`` lets it go on."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waiting(self) -> bool:
        """Whether a call is being held now."""
        return self.arrived.is_set() and not self.let_go.is_set()

    async def wait(self) -> None:
        """Arrive and stay."""
        self.arrived.set()
        await self.let_go.wait()


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong ``times`` times, with these routes and about this channel or person.

    ``route`` is a pattern such as ``POST /channels/*/messages``. ``about`` is a channel's id, or the id of
    the person whose direct messages or whose interaction it is.
    """

    how: How
    route: str = "*"
    about: int = 0
    times: int = 1
    after: float = 30
    everywhere: bool = False
    status: int = 503
    code: int = 0
    message: str = ""
    held: Held | None = None


class Faults:
    """What goes wrong, in the order in which it was asked for; each call meets one at most."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._held: list[Held] = []

    def add(self, fault: Fault) -> Fault:
        """Let something go wrong from now on."""
        self._waiting.append(fault)
        return fault

    def limit(
        self, route: str = "*", *, about: int = 0, after: float = 30, times: int = 1, everywhere: bool = False
    ) -> Fault:
        """Answer 429 and ask to wait so many seconds; ``everywhere`` for the limit on all routes together.

        https://docs.discord.com/developers/topics/rate-limits
        """
        fault = Fault(
            how=How.LIMITED, route=route, about=about, after=after, times=times, everywhere=everywhere
        )
        return self.add(fault)

    def refuse(
        self, route: str, code: int, message: str = "", *, status: int = 403, about: int = 0, times: int = 1
    ) -> Fault:
        """Answer with one of Discord's errors, by its code."""
        fault = Fault(
            how=How.ERROR, route=route, code=code, message=message, status=status, about=about, times=times
        )
        return self.add(fault)

    def status(self, status: int, route: str = "*", *, about: int = 0, times: int = 1) -> Fault:
        """Answer with a status and a page, as the servers in front of Discord do (429: banned there)."""
        return self.add(Fault(how=How.STATUS, route=route, about=about, status=status, times=times))

    def drop(self, route: str = "*", *, about: int = 0, times: int = 1, done_first: bool = False) -> Fault:
        """Break the connection; ``done_first`` after the call was done, so that nobody can tell."""
        how = How.DROP_AFTER if done_first else How.DROP
        return self.add(Fault(how=how, route=route, about=about, times=times))

    def hold(self, route: str = "*", *, about: int = 0) -> Held:
        """Keep one call waiting until it is let go."""
        held = Held()
        self._held.append(held)
        self.add(Fault(how=How.HOLD, route=route, about=about, held=held))
        return held

    @property
    def holding(self) -> bool:
        """Whether a call is being held now."""
        return any(held.waiting for held in self._held)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        for held in self._held:
            held.let_go.set()
        self._held.clear()
        self._waiting.clear()

    def take(self, route: str, about: set[int]) -> Fault | None:
        """What goes wrong with this call. ``about`` are the ids of whom and what it is about."""
        for fault in self._waiting:
            if fnmatchcase(route, fault.route) and (not fault.about or fault.about in about):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

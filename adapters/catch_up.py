"""What every platform's reading after a downtime has in common: how far back, how patiently, by what name.

Each message has the same key whether it comes as an event or is read later, so reading generously costs
nothing: the last day before the newest message that was seen is read again, for edits, replies and for what
was lost.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.base import Ambiguous, Deed, RateLimited, SendError

AGAIN = timedelta(days=1)
"""What is read again before the newest message that was seen."""
OLDEST = timedelta(days=3)
"""Older messages are left alone: their writers have found another way, and marks of them are dropped soon."""
PATIENCE = 60.0
"""Seconds that a platform's wish to be asked later is followed at once; longer ones end this look."""

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""
Answer = TypeVar("Answer")
Found = TypeVar("Found", bound=Deed)


def read_since(now: datetime, *, opted_in: datetime | None, seen: datetime | None) -> datetime:
    """From when on a conversation is read that was opted in, and seen, up to these moments."""
    known = [now - OLDEST, *([opted_in] if opted_in else []), *([seen - AGAIN] if seen else [])]
    return max(known)


def as_it_stands(posted: Found | None, edited: Found | None, seen: datetime | None) -> Found | None:
    """A message as it stands now: as the edit that it has had, if it had been seen before that.

    Where it had not been, it is a message by the name of its edit; by its own name, the edit would be
    another deed at the next look.
    """
    if posted is None or edited is None:
        return posted
    if seen is not None and posted.event.at <= seen:
        return edited
    return replace(posted, event=replace(posted.event, dedupe_key=edited.event.dedupe_key))


def worth_another_look(error: SendError) -> bool:
    """Whether what could not be read now may be read a little later."""
    return isinstance(error, Ambiguous | RateLimited)


async def patiently(asking: Callable[[], Awaitable[Answer]], pause: Pause) -> Answer:
    """Ask until the platform answers. Raises :class:`RateLimited` where it wants too long a wait."""
    while True:
        try:
            return await asking()
        except RateLimited as error:
            if error.after > PATIENCE:
                raise
            await pause(error.after)

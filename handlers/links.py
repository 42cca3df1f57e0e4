"""The link on a page beside chat, and what its reader finds there: one question, nothing of the case.

What a link means is sealed in it and kept nowhere. It serves one adult, one case, one day and one answer:
whoever has answered for a case has used up every link to it that they were sent before. Looking changes
nothing, for mail scanners follow links.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers import cases as case_handlers
from handlers.cards import fallbacks as cards
from handlers.context import Context, FallbackAddresses
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from storage import cases, fallbacks, people, programmes
from storage.cases import Case
from storage.db import Database, DatabaseUnavailable, Tx
from storage.people import AROUND
from storage.sealed import WrongKey
from storage.words import CaseState, Channel

LASTS = timedelta(hours=24)
LONGEST = 400
"""Characters; a link of ours has less than half of it."""
_SHAPE = re.compile("[A-Za-z0-9_-]+")
# No text that a person wrote can begin like this: it is cleaned of such characters before it is sealed.
_MARK = "\0link"


class Standing(StrEnum):
    """What there is to say to whoever opens a link. ``useless`` tells nothing of why."""

    ASKS = "asks"
    YOURS = "yours"
    TAKEN = "taken"
    USELESS = "useless"


@dataclass(frozen=True)
class Found:
    """Where a link leads. ``case`` is its name; ``language`` its reader's, empty where nobody is known."""

    standing: Standing
    case: str = ""
    drill: bool = False
    language: str = ""


USELESS = Found(Standing.USELESS)


@dataclass(frozen=True)
class _Link:
    case_id: int
    person_id: int
    made_at: datetime


class _NoAddresses:
    """Nobody types an address on a link's page."""

    def get_ready(self) -> None:
        pass

    async def takes(self, url: str) -> bool:  # noqa: ARG002
        return False


_NO_ADDRESSES: FallbackAddresses = _NoAddresses()


class Links:
    """Makes links, and answers who follows them. ``wake`` tells the sender to look for what to send."""

    def __init__(self, database: Database, public_url: str, clock: Callable[[], datetime]) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._database = database
        self._base = public_url.rstrip("/")
        self._clock = clock

    # --- on a page -----------------------------------------------------------------------------

    async def line(self, outbox_id: int) -> str:
        """The line with a link for the page in this outbox row; empty where none belongs on it."""
        if not self._base or outbox_id < 0:
            return ""
        try:
            async with self._database.read() as tx:
                page = await fallbacks.page(tx, outbox_id)
        except DatabaseUnavailable:
            return ""  # a page without a link is better than none
        if page is None or page.channel is Channel.VOICE:
            return ""
        return cards.link(say_in(page.locale), f"{self._base}/a/{self.token(page.case_id, page.person_id)}")

    def token(self, case_id: int, person_id: int) -> str:
        """What stands for an adult and a case in a link made now."""
        made = int(self._clock().timestamp() * 1000)
        sealed = self._database.keys.seal(f"{_MARK}:{case_id}:{person_id}:{made}")
        return sealed.decode().rstrip("=")

    def _open(self, token: str) -> _Link | None:
        """What a link says, if it is ours and of the last day. Asks no database."""
        if len(token) > LONGEST or _SHAPE.fullmatch(token) is None:
            return None
        padded = token + "=" * (-len(token) % 4)
        try:
            mark, *numbers = self._database.keys.open(padded.encode()).split(":")
        except WrongKey:
            return None
        if mark != _MARK:
            return None
        case_id, person_id, made = map(int, numbers)
        now = self._clock()
        made_at = datetime.fromtimestamp(made / 1000, now.tzinfo)
        return _Link(case_id, person_id, made_at) if now < made_at + LASTS else None

    # --- behind it -----------------------------------------------------------------------------

    async def look(self, token: str) -> Found:
        """What a link's page says now. Raises :class:`~storage.db.DatabaseUnavailable`."""
        link = self._open(token)
        if link is None:
            return USELESS
        async with self._database.read() as tx:
            try:
                ctx = await self._context(tx, link)
                return await _found(ctx, link, await case_handlers.glance(ctx, link.case_id))
            except Refused:
                return USELESS

    async def answer(self, token: str, how: str) -> bool:
        """Its reader has the case, by the same rules as with the button; what may not be changes nothing.

        ``False`` if it is no link of the last day. Raises :class:`~storage.db.DatabaseUnavailable`.
        """
        link = self._open(token)
        if link is None:
            return False
        try:
            async with self._database.write() as tx:
                ctx = await self._context(tx, link)
                case = await case_handlers.own_case(ctx, link.case_id)
                if (await _found(ctx, link, case)).standing is Standing.ASKS:
                    await case_handlers.have(ctx, case.id, how)
                    await cases.tell(ctx.tx, case.id, "answered_by_link", ctx.now, ctx.member.id)
        except Refused:
            return True
        self.wake()
        return True

    async def _context(self, tx: Tx, link: _Link) -> Context:
        """As the adult whom the link was sent to. Raises :class:`Refused` if they may do nothing here now."""
        person = await people.get(tx, link.person_id)
        connection = await programmes.one_connection(tx, person.programme_id) if person is not None else None
        if person is None or connection is None or person.suspended or not person.roles & AROUND:
            raise Refused(Refusal.NOT_ALLOWED)
        return Context(
            tx=tx,
            now=self._clock(),
            programme=await programmes.get(tx, person.programme_id),
            connection=connection,
            person=person,
            raised=None,
            addresses=_NO_ADDRESSES,
        )


async def _found(ctx: Context, link: _Link, case: Case) -> Found:
    """How a case that the reader may know of stands for them."""
    standing = Standing.USELESS
    own = case.acknowledged_by == ctx.member.id
    match case.state:
        case CaseState.OPEN if not await _used(ctx, link, case):
            standing = Standing.ASKS
        case CaseState.ACKNOWLEDGED:
            standing = Standing.YOURS if own else Standing.TAKEN
        case CaseState.RESOLVED if case.drill and own:
            standing = Standing.YOURS
        case _:
            return USELESS
    return Found(standing, case.name, case.drill, ctx.say.language)


async def _used(ctx: Context, link: _Link, case: Case) -> bool:
    """Whether the reader has answered for this case since the link was made."""
    return any(
        line.kind == "acknowledged" and line.person_id == link.person_id and line.at >= link.made_at
        for line in await cases.timeline(ctx.tx, case.id)
    )

"""The messages that follow when a case moves, written to the outbox as of one moment.

Each is said in the language of whoever reads it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import uuid4

from handlers import cardjson, case_views, ladder, reach
from handlers.cards import cases as case_cards
from handlers.cards import drills as drill_cards
from handlers.cards import fallbacks as fallback_cards
from handlers.cards import helpers as helper_cards
from handlers.cards.cases import CaseView
from handlers.chat import Card
from handlers.ladder import (
    AskWithStudent,
    HelperNews,
    Page,
    PageByFallback,
    RefreshPages,
    RemindToClose,
    TellHelper,
    TellOfNote,
)
from handlers.languages import Say, say_in
from storage import cases, left_out, outbox, people
from storage.cases import Case
from storage.db import Tx
from storage.ladders import LadderEntry
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.words import Channel, Deed, Lane

OF_A_DRILL = (Page, PageByFallback, RefreshPages)
"""What follows when a drill moves: nobody wrote anything, and nobody is asked after."""


async def write(
    tx: Tx,
    programme: Programme,
    case: Case,
    messages: Sequence[ladder.Message],
    *,
    entries: Sequence[LadderEntry],
    now: datetime,
    known: CaseView | None = None,
) -> None:
    """Write what follows from a case's last move; ``entries`` is its ladder as it stands now.

    ``known`` is what cards may say of it, where that need not be read.
    """
    if case.drill:
        messages = [message for message in messages if isinstance(message, OF_A_DRILL)]
    if messages:
        view = await case_views.of(tx, case, programme) if known is None else replace(known, case=case)
        writer = _Writer(tx, view, programme, entries, now)
        for message in messages:
            await writer.write(message)


async def tell_adult(tx: Tx, case: Case, entry: LadderEntry, *, key: str, card: Card, now: datetime) -> None:
    """A message to one address of a case's ladder that asks for nothing within minutes.

    A fallback address takes pages and nothing else.
    """
    if entry.channel is not Channel.CHAT:
        return
    message = NewMessage(
        key=key,
        lane=Lane.REST,
        connection_id=entry.connection_id,
        user=entry.user,
        person_id=entry.person_id,
        case_id=case.id,
        card=cardjson.dump(card),
        due_at=now,
    )
    await outbox.add(tx, [message], now)


async def tell_writer(
    tx: Tx, case: Case, *, key: str, card: Card, now: datetime, due: datetime | None = None
) -> None:
    """A message to whoever raised a case, where they raised it. ``due``: it waits until then."""
    message = NewMessage(
        key=key,
        lane=Lane.PAGES,
        connection_id=case.writer_connection_id,
        user=case.writer_user,
        person_id=case.helper_id,
        case_id=case.id,
        card=cardjson.dump(card),
        due_at=due or now,
    )
    await outbox.add(tx, [message], now)


async def writers_of(tx: Tx, case: Case) -> list[Case]:
    """The case once for each account that raised it or a part of it, by the name that its writer knows."""
    found: dict[tuple[int, str], Case] = {}
    for part in await cases.parts(tx, case.id):
        found.setdefault((part.writer_connection_id, part.writer_user), part)
    return [
        replace(
            case,
            id=part.id,
            number=part.number,
            helper_id=part.helper_id,
            writer_connection_id=part.writer_connection_id,
            writer_user=part.writer_user,
        )
        for part in found.values()
    ]


async def tell_news(
    tx: Tx,
    programme: Programme,
    view: CaseView,
    news: HelperNews,
    *,
    to: Sequence[Case],
    key: str,
    anybody_paged: bool,
    now: datetime,
) -> None:
    """Tell writers of a case how it goes on; ``to`` is the case as each of them knows it."""
    kept_away = await left_out.of_case(tx, view.case.id)
    calls = await case_views.calls_for(tx, programme, kept_away, now)
    for own in to:
        say = await to_writer(tx, own, programme)
        holder = view.holder_name(say)
        card = helper_cards.news(say, own, calls, news, holder=holder, anybody_paged=anybody_paged)
        await tell_writer(tx, own, key=f"{key}:{own.id}", card=card, now=now)


async def to_writer(tx: Tx, case: Case, programme: Programme) -> Say:
    """Speaks the language of whoever raised a case."""
    return say_in((await people.locale(tx, case.helper_id) if case.helper_id else "") or programme.locale)


def _key(case: Case, page: Page | PageByFallback) -> str:
    """One for each step and adult: two processes that fire at once write one row for each address."""
    return f"page:{case.id}:{page.climb}:{page.repeat}:{page.rung}:{page.person}"


@dataclass(frozen=True)
class _Writer:
    tx: Tx
    view: CaseView
    programme: Programme
    entries: Sequence[LadderEntry]
    now: datetime

    async def write(self, message: ladder.Message) -> None:
        case, view, now = self.view.case, self.view, self.now
        match message:
            case Page(person=person, rung=rung, climb=climb, repeat=repeat):
                await self._page(person, _key(case, message), lambda say: self._page_card(say, repeat))
                await self._note("paged", person, climb=climb, repeat=repeat, rung=rung.value)
                if reach.beside_chat(repeat, chat_works=True):
                    await self._page_by_fallback(message)
            case PageByFallback():
                await self._page_by_fallback(message)
            case TellHelper(news=news, climb=climb):
                await self._tell_helper(
                    f"helper:{case.id}:{climb}:{news}:{case.acknowledged_by}:{case.acknowledged_at}", news
                )
                await self._note("helper_told", None, climb=climb, news=news.value)
            case AskWithStudent(person=person):
                key = f"seen:{case.id}:{case.climb}:{now.isoformat()}"
                await self._page(person, key, lambda say: case_cards.ask_with_student(say, view))
                await self._note("asked_with_student", person)
            case RemindToClose(person=person):
                key = f"close:{case.id}:{now.isoformat()}"
                await self._page(person, key, lambda say: case_cards.remind_to_close(say, view, now))
            case TellOfNote(person=person, what=what):
                key = f"note:{case.id}:{person}:{what}:{now.isoformat()}"
                # What was new at that moment stays said; it does not become one more card of the case.
                card = partial(case_cards.joined_note, view=view, what=what)
                await self._page(person, key, card, follows=False)
            case RefreshPages(still_paging=still_paging):
                await self._refresh_pages(still_paging)

    def _page_card(self, say: Say, repeat: int) -> Card:
        if self.view.case.drill:
            return drill_cards.page(say, self.view.case)
        return case_cards.page(say, self.view, repeat, self.now)

    async def _note(self, kind: str, person: int | None, **facts: str | int) -> None:
        await cases.tell(self.tx, self.view.case.id, kind, self.now, person, **facts)

    def _in(self, locale: str) -> Say:
        return say_in(locale or self.programme.locale)

    async def _page(
        self, person: int, key: str, card: Callable[[Say], Card], *, follows: bool = True
    ) -> None:
        """One message to each chat address of an adult on the ladder."""
        messages = [
            NewMessage(
                key=f"{key}:{entry.connection_id}:{entry.user}",
                lane=Lane.PAGES,
                connection_id=entry.connection_id,
                user=entry.user,
                person_id=person,
                case_id=self.view.case.id,
                page=True,
                follows=follows,
                card=cardjson.dump(card(self._in(entry.locale))),
                due_at=self.now,
            )
            for entry in self._addresses(person)
            if entry.channel is Channel.CHAT
        ]
        await outbox.add(self.tx, messages, self.now)

    def _addresses(self, person: int) -> list[LadderEntry]:
        return [entry for entry in self.entries if entry.person_id == person]

    async def _page_by_fallback(self, page: Page | PageByFallback) -> None:
        """The same page to an adult's other addresses: it says only that somebody waits, and where.

        What the cap holds back is said in the timeline; the next step tries it again.
        """
        for entry in self._addresses(page.person):
            if entry.channel is Channel.CHAT:
                continue
            kind = "paged_by_fallback" if await self._within_cap(entry) else "held_back"
            if kind == "paged_by_fallback":
                await self._send_by_fallback(entry, _key(self.view.case, page))
            await self._note(kind, page.person, channel=entry.channel.value)

    async def _within_cap(self, entry: LadderEntry) -> bool:
        since = self.now - reach.LAST_HOUR
        pages = await outbox.pages_since(self.tx, entry.connection_id, entry.user, since)
        return reach.within_cap(entry.channel, reach.Sent.counted(pages, self.view.case.id))

    async def _send_by_fallback(self, entry: LadderEntry, key: str) -> None:
        message = NewMessage(
            key=f"{key}:{entry.connection_id}:{entry.user}",
            lane=Lane.PAGES,
            connection_id=entry.connection_id,
            user=entry.user,
            person_id=entry.person_id,
            case_id=self.view.case.id,
            page=True,
            card=cardjson.dump(self._fallback_card(self._in(entry.locale))),
            due_at=self.now,
        )
        await outbox.add(self.tx, [message], self.now)

    def _fallback_card(self, say: Say) -> Card:
        if self.view.case.drill:
            return drill_cards.page_elsewhere(say, self.view.case)
        return fallback_cards.page(say, self.view, self.programme.phone)

    async def _tell_helper(self, key: str, news: HelperNews) -> None:
        await tell_news(
            self.tx,
            self.programme,
            self.view,
            news,
            to=await writers_of(self.tx, self.view.case),
            key=key,
            anybody_paged=bool(self.entries),
            now=self.now,
        )

    async def _refresh_pages(self, still_paging: bool) -> None:
        """Make every card that was sent tell how it stands; unless paging goes on, send no more pages."""
        case = self.view.case
        if still_paging:
            await outbox.drop_updates(self.tx, case.id)
        else:
            await outbox.drop_unsent(self.tx, case.id)
        locales = {entry.person_id: entry.locale for entry in self.entries}

        def card(person: int | None) -> str:
            say = self._in(locales.get(person, "") if person is not None else "")
            holder = person == case.acknowledged_by
            return cardjson.dump(case_cards.status(say, self.view, for_holder=holder, now=self.now))

        messages = [
            NewMessage(
                key=f"update:{sent.id}:{uuid4()}",
                lane=Lane.PAGES,
                deed=Deed.UPDATE,
                connection_id=sent.connection_id,
                user=sent.user,
                person_id=sent.person_id,
                case_id=case.id,
                target_id=sent.id,
                card=card(sent.person_id),
                due_at=self.now,
            )
            for sent in await outbox.cards_of(self.tx, case.id)
        ]
        await outbox.add(self.tx, messages, self.now)

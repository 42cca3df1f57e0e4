"""Moving a case: load its climb, apply what happened, save, and write the messages that follow.

Everything here happens inside the caller's transaction, so facts and messages are committed together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from handlers import cardjson, escalation
from handlers.cards import cases as case_cards
from handlers.cards import helpers as helper_cards
from handlers.cards.cases import CaseView
from handlers.cards.words import short
from handlers.chat import Card
from handlers.escalation import (
    Adult,
    AskWithStudent,
    Climb,
    Minutes,
    Page,
    RefreshPages,
    RemindToClose,
    TellHelper,
    TellOfNote,
)
from storage import case_notes, cases, outbox, people
from storage.cases import Case, LadderEntry
from storage.db import Tx
from storage.outbox import NewMessage
from storage.programmes import Programme
from storage.words import CaseState, Deed, Lane, Urgency


def ladder_minutes(programme: Programme, urgency: Urgency) -> Minutes:
    """The ladder's times for an urgency: the programme's own, else the defaults."""
    default = vars(escalation.DEFAULT_MINUTES[urgency])
    own = programme.ladder_minutes.get(urgency.value, {})
    return Minutes(**{step: own.get(step, minutes) for step, minutes in default.items()})


def climb_of(case: Case, entries: Sequence[LadderEntry]) -> Climb:
    """A stored case as the state that the pure ladder works on.

    An adult is unreachable when every address of theirs is.
    """
    ladder: list[Adult] = []
    for person in dict.fromkeys(entry.person_id for entry in entries):
        own = [entry for entry in entries if entry.person_id == person]
        unreachable = all(entry.unreachable for entry in own)
        ladder.append(Adult(person, own[0].rung, own[0].declined, unreachable))
    return Climb(
        state=case.state,
        minutes=Minutes(**case.minutes),
        ladder=tuple(ladder),
        number=case.climb,
        started_at=case.climb_started_at,
        step=case.step,
        next_at=case.next_at,
        acknowledged_by=case.acknowledged_by,
        acknowledged_at=case.acknowledged_at,
        follow_up=case.follow_up,
    )


def _with_climb(case: Case, climb: Climb) -> Case:
    return replace(
        case,
        state=climb.state,
        minutes=vars(climb.minutes),
        climb=climb.number,
        climb_started_at=climb.started_at,
        step=climb.step,
        next_at=climb.next_at,
        acknowledged_by=climb.acknowledged_by,
        acknowledged_at=climb.acknowledged_at,
        follow_up=climb.follow_up,
    )


async def move(
    tx: Tx, programme: Programme, case: Case, happening: escalation.Happening, now: datetime
) -> Case:
    """Apply what happened to a locked case of this programme. Returns the case as it stands then."""
    entries = await cases.ladder(tx, case.id) or await _new_ladder(tx, case, now)
    step = escalation.advance(climb_of(case, entries), happening, now)
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now)


async def start(tx: Tx, programme: Programme, case: Case, now: datetime) -> Case:
    """Start a new case's first climb: the first page is written here."""
    entries = await cases.ladder(tx, case.id)
    step = escalation.start(climb_of(case, entries), now)
    return await _carry_out(tx, programme, case, entries=entries, step=step, now=now)


async def _carry_out(
    tx: Tx,
    programme: Programme,
    case: Case,
    *,
    entries: Sequence[LadderEntry],
    step: escalation.Step,
    now: datetime,
) -> Case:
    climb, messages = step
    after = _with_climb(case, climb)
    if after.state is CaseState.RESOLVED:
        after = replace(after, closed_at=now)
    if after.state is CaseState.OPEN:
        after = replace(after, acknowledged_how=None)
    await cases.save(tx, after)
    if messages:
        view = await view_of(tx, after, programme)
        teller = _Teller(tx, view, programme, entries, now)
        for message in messages:
            await teller.say(message)
    return after


async def _new_ladder(tx: Tx, case: Case, now: datetime) -> list[LadderEntry]:
    """Nobody is left on a case's ladder: whoever is on the roster's ladder by now takes their place."""
    found = await people.ladder(tx, case.programme_id)
    if found:
        await cases.extend_ladder(tx, case.id, found)
        await cases.tell(tx, case.id, "ladder_rebuilt", now, adults=len(found))
    return await cases.ladder(tx, case.id)


async def told(tx: Tx, case: Case) -> str:
    """The name of the adult who has a case or, while nobody has, is paged first; empty if nobody is."""
    if case.acknowledged_by is not None:
        return short(await people.name(tx, case.acknowledged_by))
    paged = escalation.paged_now(climb_of(case, await cases.ladder(tx, case.id)))
    return short(await people.name(tx, paged[0].person)) if paged else ""


async def view_of(tx: Tx, case: Case, programme: Programme) -> CaseView:
    """What cards may say about a case."""
    helper = await people.name(tx, case.helper_id) if case.helper_id else "somebody not on the roster"
    holder = await people.name(tx, case.acknowledged_by) if case.acknowledged_by else ""
    flags = tuple(await case_notes.flag_summaries(tx, case.id))
    return CaseView(case, flags, short(helper), short(holder), ZoneInfo(programme.time_zone))


# --- messages ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Teller:
    """Writes a case's messages to the outbox, all as of one moment."""

    tx: Tx
    view: CaseView
    programme: Programme
    entries: Sequence[LadderEntry]
    now: datetime

    async def say(self, message: escalation.Message) -> None:
        case, view, now = self.view.case, self.view, self.now
        match message:
            case Page(person=person, rung=rung, climb=climb, repeat=repeat):
                key = f"page:{case.id}:{climb}:{repeat}:{rung}:{person}"
                await self._page(person, key, case_cards.page(view, repeat, now))
                await self._note("paged", person, climb=climb, repeat=repeat, rung=rung.value)
            case TellHelper(news=news, climb=climb):
                card = helper_cards.news(
                    self.programme, case, news, view.holder, anybody_paged=bool(self.entries)
                )
                await self._tell_writer(f"helper:{case.id}:{climb}:{news}:{case.acknowledged_by}", card)
                await self._note("helper_told", None, climb=climb, news=news.value)
            case AskWithStudent(person=person):
                key = f"seen:{case.id}:{case.climb}:{now.isoformat()}"
                await self._page(person, key, case_cards.ask_with_student(view))
                await self._note("asked_with_student", person)
            case RemindToClose(person=person):
                key = f"close:{case.id}:{now.isoformat()}"
                await self._page(person, key, case_cards.remind_to_close(view, now))
            case TellOfNote(person=person):
                key = f"note:{case.id}:{person}:{now.isoformat()}"
                await self._page(person, key, case_cards.joined_note(view))
            case RefreshPages():
                await self._refresh_pages()

    async def _note(self, kind: str, person: int | None, **facts: str | int) -> None:
        await cases.tell(self.tx, self.view.case.id, kind, self.now, person, **facts)

    async def _page(self, person: int, key: str, card: Card) -> None:
        """One message to each address of an adult on the ladder."""
        text = cardjson.dump(card)
        messages = [
            NewMessage(
                key=f"{key}:{entry.connection_id}:{entry.user}",
                lane=Lane.PAGES,
                connection_id=entry.connection_id,
                user=entry.user,
                person_id=person,
                case_id=self.view.case.id,
                page=True,
                card=text,
                due_at=self.now,
            )
            for entry in self.entries
            if entry.person_id == person
        ]
        await outbox.add(self.tx, messages, self.now)

    async def _tell_writer(self, key: str, card: Card) -> None:
        case = self.view.case
        message = NewMessage(
            key=key,
            lane=Lane.PAGES,
            connection_id=case.writer_connection_id,
            user=case.writer_user,
            person_id=case.helper_id,
            case_id=case.id,
            card=cardjson.dump(card),
            due_at=self.now,
        )
        await outbox.add(self.tx, [message], self.now)

    async def _refresh_pages(self) -> None:
        """Make every card that was sent tell how it stands, and send none that has not gone yet."""
        case = self.view.case
        await outbox.drop_unsent(self.tx, case.id)
        for_holder, for_others = (
            cardjson.dump(case_cards.status(self.view, for_holder=holder, now=self.now))
            for holder in (True, False)
        )
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
                card=for_holder if sent.person_id == case.acknowledged_by else for_others,
                due_at=self.now,
            )
            for sent in await outbox.pages_of(self.tx, case.id)
        ]
        await outbox.add(self.tx, messages, self.now)

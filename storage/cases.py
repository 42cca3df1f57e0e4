"""Cases: where each climb stands, its ladder and its timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy import case as sql_case

from storage.db import Tx, record
from storage.models import (
    CaseNoteRow,
    CaseRow,
    LadderRow,
    PersonRow,
    ProgrammeRow,
    RoleRow,
    TimelineRow,
)
from storage.people import AROUND, LadderAddress
from storage.words import About, Care, CaseState, Channel, FollowUp, Rung, Urgency

LIVE = (CaseState.ASKED, CaseState.OPEN, CaseState.ACKNOWLEDGED)
"""States in which something is still to be done."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One escalation. ``number`` counts within the programme and is what people see ("E-12").

    ``helper_id`` is ``None`` where the writer is not on the roster; ``writer_user`` on
    ``writer_connection_id`` is where the writer is told. ``next_at`` is when the ladder next moves by
    itself; ``minutes`` are its times as they were when the case opened. ``care`` is what comes next for
    its people, at ``care_at`` (``None``: when it is closed). ``joined_to`` is the case it became part of.
    """

    id: int
    programme_id: int
    number: int
    state: CaseState
    urgency: Urgency
    about: About
    drill: bool
    helper_id: int | None
    writer_connection_id: int
    writer_user: str
    peer_code: str | None
    opened_at: datetime
    written_at: datetime | None
    minutes: Mapping[str, Any]
    climb: int
    climb_started_at: datetime
    step: int
    next_at: datetime | None
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    acknowledged_how: str | None
    follow_up: FollowUp
    closed_at: datetime | None
    joined_to: int | None
    care: Care | None
    care_at: datetime | None

    @property
    def name(self) -> str:
        """What people call it. A drill is called one everywhere."""
        return f"{'DRILL ' if self.drill else ''}E-{self.number}"


@dataclass(frozen=True)
class LadderEntry:
    """One address of one adult on a case's ladder. ``locale`` is empty for the programme's language."""

    person_id: int
    rung: Rung
    position: int
    connection_id: int
    user: str
    channel: Channel
    declined: bool
    unreachable: bool
    locale: str


@dataclass(frozen=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    kind: str
    person_id: int | None
    facts: Mapping[str, Any]


_CHANGING = frozenset(
    {
        "state",
        "urgency",
        "about",
        "peer_code",
        "minutes",
        "climb",
        "climb_started_at",
        "step",
        "next_at",
        "acknowledged_by",
        "acknowledged_at",
        "acknowledged_how",
        "follow_up",
        "closed_at",
        "joined_to",
        "care",
        "care_at",
    }
)


async def open_case(
    tx: Tx,
    *,
    programme_id: int,
    state: CaseState,
    urgency: Urgency,
    about: About,
    helper_id: int | None,
    writer_connection_id: int,
    writer_user: str,
    peer_code: str | None,
    minutes: Mapping[str, Any],
    next_at: datetime | None,
    ladder: Iterable[LadderAddress],
    now: datetime,
    follow_up: FollowUp = FollowUp.WAITING,
    written_at: datetime | None = None,
    drill: bool = False,
) -> Case:
    """Open a case with a free number and the ladder as it stands now.

    ``written_at`` is given where its words reached the bot late.

    Numbers leave gaps by chance: a number that is missing in somebody's list must not tell them that
    there is a case which they do not see.
    """
    last = await tx.scalar(select(func.max(CaseRow.number)).where(CaseRow.programme_id == programme_id))
    row = CaseRow(
        programme_id=programme_id,
        number=(last or 0) + 1 + randbelow(3),
        state=state,
        urgency=urgency,
        about=about,
        drill=drill,
        helper_id=helper_id,
        writer_connection_id=writer_connection_id,
        writer_user=writer_user,
        peer_code=peer_code,
        opened_at=now,
        written_at=written_at,
        minutes=dict(minutes),
        climb=1,
        climb_started_at=now,
        step=0,
        next_at=next_at,
        follow_up=follow_up,
    )
    tx.add(row)
    await tx.flush()
    tx.add_all(
        LadderRow(
            case_id=row.id,
            position=entry.position,
            rung=entry.rung,
            person_id=entry.person_id,
            connection_id=entry.connection_id,
            user=entry.user,
            channel=entry.channel,
            # An adult who raises a concern needs another one: paged only where everybody is.
            declined=entry.person_id == helper_id,
        )
        for entry in ladder
    )
    await tx.flush()
    return record(Case, row)


async def get(tx: Tx, case_id: int, programme_id: int) -> Case | None:
    """A case of this programme; ``None`` if there is none with this id."""
    row = await tx.scalar(select(CaseRow).where(CaseRow.id == case_id, CaseRow.programme_id == programme_id))
    return None if row is None else record(Case, row)


async def whole(tx: Tx, case_id: int) -> int:
    """The id of the case that this one has become part of; its own where it stands for itself."""
    into: int | None = case_id
    while into is not None:
        case_id = into
        into = await tx.scalar(select(CaseRow.joined_to).where(CaseRow.id == case_id))
    return case_id


async def parts(tx: Tx, case_id: int) -> list[Case]:
    """A case, and every case that has become part of it, the first raised first after the case itself."""
    found: list[CaseRow] = []
    ids = [case_id]
    which: ColumnElement[bool] = CaseRow.id == case_id
    while ids:
        rows = list(await tx.scalars(select(CaseRow).where(which).order_by(CaseRow.id)))
        found += rows
        ids = [row.id for row in rows]
        which = CaseRow.joined_to.in_(ids)
    return [record(Case, row) for row in found]


async def lock(tx: Tx, case_id: int, *, skip_locked: bool = False) -> Case | None:
    """The case, held until the transaction ends so that two people cannot move it at once.

    Whoever also changes outbox rows of the case holds the case first, so that two never wait for each
    other. With ``skip_locked``, ``None`` if somebody else holds it.
    """
    row = await tx.scalar(
        select(CaseRow)
        .where(CaseRow.id == case_id)
        .with_for_update(skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )
    return None if row is None else record(Case, row)


async def save(tx: Tx, case: Case) -> None:
    """Write where a (locked) case stands now."""
    values = {item.name: getattr(case, item.name) for item in fields(case) if item.name in _CHANGING}
    await tx.execute(update(CaseRow).where(CaseRow.id == case.id).values(**values))


CLOCKS_DIFFER = timedelta(seconds=10)
"""By how much the clocks of two machines may differ without anybody minding."""


def ahead(case: Case, now: datetime) -> timedelta:
    """By how much a case is ahead of the clock, because that has gone back since; nothing if it has not."""
    by = max(case.climb_started_at, case.acknowledged_at or case.climb_started_at) - now
    return by if by > CLOCKS_DIFFER else timedelta()


async def due(tx: Tx, now: datetime, most: int = 50) -> list[int]:
    """Ids of cases whose ladder should have moved by now, the longest overdue first.

    Those that are ahead of the clock come too: they would wait for as long as it went back.
    """
    later = now + CLOCKS_DIFFER
    from_later = or_(CaseRow.climb_started_at > later, CaseRow.acknowledged_at > later)
    rows = await tx.scalars(
        select(CaseRow.id)
        .where(CaseRow.next_at.is_not(None), or_(CaseRow.next_at <= now, from_later))
        .order_by(CaseRow.next_at)
        .limit(most)
    )
    return list(rows)


async def care_due(tx: Tx, now: datetime, most: int = 50) -> list[int]:
    """Ids of cases whose people should be asked after by now."""
    rows = await tx.scalars(
        select(CaseRow.id).where(CaseRow.care_at <= now).order_by(CaseRow.care_at).limit(most)
    )
    return list(rows)


async def next_due(tx: Tx) -> datetime | None:
    """When something of a case next happens by itself, if anything."""
    rows = await tx.execute(select(func.min(CaseRow.next_at), func.min(CaseRow.care_at)))
    return min((time for time in rows.one() if time is not None), default=None)


def _needs(programme_id: int, person_id: int) -> ColumnElement[bool]:
    """Cases that still need somebody and have this person on their ladder."""
    return and_(
        CaseRow.programme_id == programme_id,
        CaseRow.drill.is_(False),
        CaseRow.state.in_((CaseState.OPEN, CaseState.ACKNOWLEDGED)),
        CaseRow.id.in_(select(LadderRow.case_id).where(LadderRow.person_id == person_id)),
    )


async def live(tx: Tx, programme_id: int, person_id: int, most: int) -> list[Case]:
    """An adult's cases that still need somebody: immediate first, then the oldest."""
    immediate_first = sql_case((CaseRow.urgency == Urgency.IMMEDIATE, 0), else_=1)
    rows = await tx.scalars(
        select(CaseRow)
        .where(_needs(programme_id, person_id))
        .order_by(immediate_first, CaseRow.opened_at)
        .limit(most)
    )
    return [record(Case, row) for row in rows]


async def count_live(tx: Tx, programme_id: int, person_id: int) -> int:
    """How many of an adult's cases still need somebody."""
    return await tx.scalar(select(func.count(CaseRow.id)).where(_needs(programme_id, person_id))) or 0


async def answered_no(tx: Tx, programme_id: int, person_id: int, since: datetime, most: int) -> list[Case]:
    """Cases whose writer said that no adult was needed, for the review of an adult on their ladder."""
    rows = await tx.scalars(
        select(CaseRow)
        .where(
            CaseRow.programme_id == programme_id,
            CaseRow.state == CaseState.WITHDRAWN,
            CaseRow.opened_at >= since,
            CaseRow.id.in_(select(LadderRow.case_id).where(LadderRow.person_id == person_id)),
        )
        .order_by(CaseRow.id.desc())
        .limit(most)
    )
    return [record(Case, row) for row in rows]


async def of_programme(tx: Tx, programme_id: int) -> list[Case]:
    """All cases of a programme, latest first."""
    rows = await tx.scalars(
        select(CaseRow).where(CaseRow.programme_id == programme_id).order_by(CaseRow.id.desc())
    )
    return [record(Case, row) for row in rows]


async def take_turn(tx: Tx, programme_id: int) -> None:
    """Let one transaction at a time open or join a programme's cases, until it ends.

    Else two at once would take the same number, or open two cases for what belongs together.
    """
    await tx.execute(
        select(ProgrammeRow.id).where(ProgrammeRow.id == programme_id).with_for_update(key_share=True)
    )


async def to_join(
    tx: Tx,
    *,
    programme_id: int,
    source: str,
    writer: tuple[int, str],
    about: About,
    named: int | None,
    same_words: int | None,
    pressed_again_since: datetime | None,
    wordless: bool,
    check_in_id: int | None,
    helper_id: int | None,
    peer_code: str | None,
    since: datetime,
) -> Case | None:
    """The programme's live case that a concern belongs to, locked; ``None`` if it opens its own.

    That is the case that the words were asked for (``named``), if this ``writer`` (connection id, user)
    raised it; of the ``same_words`` a moment ago; of the same message; of the same helper's same check-in; of
    the same helper about the same peer code, opened after ``since``; for a press without words, the one that
    this helper was asked about and has not answered, or any that this account opened since
    ``pressed_again_since``. What is about the writer never belongs to a case about somebody else.
    """
    same: list[ColumnElement[bool]] = [
        CaseRow.id.in_(select(CaseNoteRow.case_id).where(CaseNoteRow.source == source))
    ]
    by_writer = and_(CaseRow.writer_connection_id == writer[0], CaseRow.writer_user == writer[1])
    if same_words is not None:
        same.append(CaseRow.id == same_words)
    if named is not None:
        same.append(by_writer & (CaseRow.id == named))
    if pressed_again_since is not None:
        same.append(by_writer & (CaseRow.opened_at >= pressed_again_since))
    if helper_id is not None:
        own = CaseRow.helper_id == helper_id
        if check_in_id is not None:
            noted = select(CaseNoteRow.case_id).where(CaseNoteRow.check_in_id == check_in_id)
            same.append(own & CaseRow.id.in_(noted))
        if peer_code is not None:
            same.append(own & (CaseRow.peer_code == peer_code) & (CaseRow.opened_at >= since))
        if wordless:
            same.append(own & (CaseRow.state == CaseState.ASKED))
    row = await tx.scalar(
        select(CaseRow)
        .where(
            CaseRow.programme_id == programme_id,
            CaseRow.drill.is_(False),
            CaseRow.state.in_(LIVE),
            or_(*same),
            CaseRow.about.in_([known for known in About if not known.is_another_than(about)]),
        )
        .order_by(sql_case((CaseRow.id == named, 0), else_=1), CaseRow.id.desc())
        .limit(1)
        .with_for_update()
    )
    return None if row is None else record(Case, row)


async def of_writer(tx: Tx, connection_id: int, user: str, since: datetime, most: int = 5) -> list[Case]:
    """Cases that somebody raised from this account since a moment and that are not over, latest first."""
    rows = await tx.scalars(
        select(CaseRow)
        .where(
            CaseRow.writer_connection_id == connection_id,
            CaseRow.writer_user == user,
            CaseRow.opened_at >= since,
            CaseRow.drill.is_(False),
            CaseRow.state.in_(LIVE),
        )
        .order_by(CaseRow.id.desc())
        .limit(most)
    )
    return [record(Case, row) for row in rows]


async def last_of_writer(tx: Tx, connection_id: int, user: str, since: datetime) -> int | None:
    """The id of the last case that somebody raised from this account since a moment and that is not over.

    Of one that was joined to another, that one's.
    """
    found = await tx.scalar(
        select(CaseRow.id)
        .where(
            CaseRow.writer_connection_id == connection_id,
            CaseRow.writer_user == user,
            CaseRow.opened_at >= since,
            CaseRow.drill.is_(False),
            CaseRow.state.in_((*LIVE, CaseState.JOINED)),
        )
        .order_by(CaseRow.id.desc())
        .limit(1)
    )
    return None if found is None else await whole(tx, found)


# --- the ladder --------------------------------------------------------------------------------


async def ladder(tx: Tx, case_id: int) -> list[LadderEntry]:
    """The ladder's snapshot, in its order, without whoever was suspended or is no adult of the team since.

    Nobody is paged for what their buttons would refuse.
    """
    still = select(RoleRow.person_id).where(RoleRow.role.in_(list(AROUND)))
    rows = await tx.execute(
        select(
            LadderRow.person_id,
            LadderRow.rung,
            LadderRow.position,
            LadderRow.connection_id,
            LadderRow.user,
            LadderRow.channel,
            LadderRow.declined,
            LadderRow.unreachable,
            PersonRow.locale,
        )
        .join(PersonRow, PersonRow.id == LadderRow.person_id)
        .where(LadderRow.case_id == case_id, PersonRow.suspended.is_(False), LadderRow.person_id.in_(still))
        .order_by(LadderRow.position, LadderRow.id)
    )
    return [record(LadderEntry, row) for row in rows]


async def extend_ladder(tx: Tx, case_id: int, entries: Iterable[LadderAddress]) -> None:
    """Put adults on the ladder of a case that has nobody left on it."""
    tx.add_all(
        LadderRow(
            case_id=case_id,
            position=entry.position,
            rung=entry.rung,
            person_id=entry.person_id,
            connection_id=entry.connection_id,
            user=entry.user,
            channel=entry.channel,
        )
        for entry in entries
    )
    await tx.flush()


async def mark_declined(tx: Tx, case_id: int, person_id: int) -> None:
    """Somebody on the ladder said "I can't"."""
    await tx.execute(
        update(LadderRow)
        .where(LadderRow.case_id == case_id, LadderRow.person_id == person_id)
        .values(declined=True)
        .execution_options(synchronize_session=False)
    )


async def mark_reachable(tx: Tx, case_id: int, connection_id: int, user: str, *, reachable: bool) -> None:
    """Whether the last page to this address could be delivered."""
    await tx.execute(
        update(LadderRow)
        .where(
            LadderRow.case_id == case_id,
            LadderRow.connection_id == connection_id,
            LadderRow.user == user,
            LadderRow.unreachable.is_(reachable),
        )
        .values(unreachable=not reachable)
        .execution_options(synchronize_session=False)
    )


# --- timeline ----------------------------------------------------------------------------------


async def tell(
    tx: Tx, case_id: int, kind: str, now: datetime, person_id: int | None = None, **facts: str | int | bool
) -> None:
    """Append a line to a case's timeline. Fixed words and numbers only, never anybody's words."""
    await tx.execute(
        insert(TimelineRow).values(case_id=case_id, at=now, kind=kind, person_id=person_id, facts=facts)
    )


async def timeline(tx: Tx, case_id: int) -> list[Happening]:
    """What happened to a case, oldest first."""
    rows = await tx.scalars(
        select(TimelineRow).where(TimelineRow.case_id == case_id).order_by(TimelineRow.id)
    )
    return [record(Happening, row) for row in rows]

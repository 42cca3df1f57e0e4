"""Cases: where each climb stands, and its timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select, update
from sqlalchemy import case as sql_case

from storage import ladders
from storage.db import Tx, is_sqlite, record, table_of
from storage.models import CaseRow, LadderRow, ProgrammeRow, TimelineRow
from storage.people import LadderAddress
from storage.words import About, Care, CaseState, FollowUp, Urgency

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


# Made once: putting a statement together takes as long as running it.
_TABLE = table_of(CaseRow)
CASES = select(*(_TABLE.c[item.name] for item in fields(Case)))
"""Every case, as a :class:`Case` is made of."""
_LOCK = CASES.where(_TABLE.c.id == bindparam("case")).with_for_update()
_LOCK_IF_FREE = CASES.where(_TABLE.c.id == bindparam("case")).with_for_update(skip_locked=True)
_LAST_NUMBER = (
    select(func.coalesce(func.max(_TABLE.c.number), 0))
    .where(_TABLE.c.programme_id == bindparam("of_programme"))
    .scalar_subquery()
)
_OPEN = (
    insert(_TABLE)
    .values(number=_LAST_NUMBER + bindparam("gap"))
    .returning(*(_TABLE.c[item.name] for item in fields(Case)))
)
_SAVE = update(_TABLE).where(_TABLE.c.id == bindparam("case"))
_TURN = (
    select(ProgrammeRow.id).where(ProgrammeRow.id == bindparam("programme")).with_for_update(key_share=True)
)
_TELL = insert(table_of(TimelineRow))


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
    opened = await tx.execute(
        _OPEN,
        {
            "of_programme": programme_id,
            "gap": 1 + randbelow(3),
            "programme_id": programme_id,
            "state": state,
            "urgency": urgency,
            "about": about,
            "drill": drill,
            "helper_id": helper_id,
            "writer_connection_id": writer_connection_id,
            "writer_user": writer_user,
            "peer_code": peer_code,
            "opened_at": now,
            "written_at": written_at,
            "minutes": dict(minutes),
            "climb": 1,
            "climb_started_at": now,
            "step": 0,
            "next_at": next_at,
            "follow_up": follow_up,
        },
    )
    case = record(Case, opened.one())
    await ladders.add(tx, case.id, ladder, helper_id)
    return case


async def get(tx: Tx, case_id: int, programme_id: int) -> Case | None:
    """A case of this programme; ``None`` if there is none with this id."""
    found = await tx.execute(CASES.where(CaseRow.id == case_id, CaseRow.programme_id == programme_id))
    row = found.first()
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
    found: list[Case] = []
    ids = [case_id]
    which: ColumnElement[bool] = CaseRow.id == case_id
    while ids:
        rows = await tx.execute(CASES.where(which).order_by(CaseRow.id))
        next_ones = [record(Case, row) for row in rows]
        found += next_ones
        ids = [case.id for case in next_ones]
        which = CaseRow.joined_to.in_(ids)
    return found


async def lock(tx: Tx, case_id: int, *, skip_locked: bool = False) -> Case | None:
    """The case, held until the transaction ends so that two people cannot move it at once.

    Whoever also changes outbox rows of the case holds the case first, so that two never wait for each
    other. With ``skip_locked``, ``None`` if somebody else holds it.
    """
    found = await tx.execute(_LOCK_IF_FREE if skip_locked else _LOCK, {"case": case_id})
    row = found.first()
    return None if row is None else record(Case, row)


async def save(tx: Tx, case: Case) -> None:
    """Write where a (locked) case stands now."""
    await tx.execute(_SAVE, {"case": case.id, **{name: getattr(case, name) for name in _CHANGING}})


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


async def unanswered(tx: Tx, programme_id: int) -> list[int]:
    """Ids of a programme's cases that nobody has taken: immediate first, then the oldest. No drills."""
    immediate_first = sql_case((CaseRow.urgency == Urgency.IMMEDIATE, 0), else_=1)
    rows = await tx.scalars(
        select(CaseRow.id)
        .where(
            CaseRow.programme_id == programme_id,
            CaseRow.drill.is_(False),
            CaseRow.state == CaseState.OPEN,
        )
        .order_by(immediate_first, CaseRow.opened_at)
    )
    return list(rows)


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
    rows = await tx.execute(
        CASES.where(_needs(programme_id, person_id)).order_by(immediate_first, CaseRow.opened_at).limit(most)
    )
    return [record(Case, row) for row in rows]


async def count_live(tx: Tx, programme_id: int, person_id: int) -> int:
    """How many of an adult's cases still need somebody."""
    return await tx.scalar(select(func.count(CaseRow.id)).where(_needs(programme_id, person_id))) or 0


async def answered_no(tx: Tx, programme_id: int, person_id: int, since: datetime, most: int) -> list[Case]:
    """Cases whose writer said that no adult was needed, for the review of an adult on their ladder."""
    rows = await tx.execute(
        CASES.where(
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
    rows = await tx.execute(CASES.where(CaseRow.programme_id == programme_id).order_by(CaseRow.id.desc()))
    return [record(Case, row) for row in rows]


async def take_turn(tx: Tx, programme_id: int) -> None:
    """Let one transaction at a time open or join a programme's cases, until it ends.

    Else two at once would take the same number, or open two cases for what belongs together.
    """
    if not is_sqlite(tx):  # there, whoever writes is alone already
        await tx.execute(_TURN, {"programme": programme_id})


# --- timeline ----------------------------------------------------------------------------------


async def tell(
    tx: Tx, case_id: int, kind: str, now: datetime, person_id: int | None = None, **facts: str | int | bool
) -> None:
    """Append a line to a case's timeline. Fixed words and numbers only, never anybody's words."""
    line = {"case_id": case_id, "at": now, "kind": kind, "person_id": person_id, "facts": facts}
    await tx.execute(_TELL, line)


async def timeline(tx: Tx, case_id: int) -> list[Happening]:
    """What happened to a case, oldest first."""
    rows = await tx.scalars(
        select(TimelineRow).where(TimelineRow.case_id == case_id).order_by(TimelineRow.id)
    )
    return [record(Happening, row) for row in rows]

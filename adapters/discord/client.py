"""discord.py's clients: one that only calls Discord over HTTP, and the gateway's. They log no words."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord.http import HTTPClient, Ratelimit, Route

from adapters.discord.errors import send_error
from adapters.library_logs import errors_only

API_URL = "https://discord.com/api/v10"
PATIENCE = 0.5
"""Seconds of a rate limit that are waited out inside a call; a longer wait is for the outbox to plan."""

READY = 0.5
"""Seconds without news of another server after which the bot counts as ready; it serves one."""

errors_only("discord")


def point_to(api_url: str) -> None:
    """Let every call go to this address. discord.py keeps one for all its clients."""
    Route.BASE = api_url.rstrip("/")


class Client(discord.Client):
    """A client that keeps nothing in memory and calls nobody by itself."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=READY,
        )
        _refuse_long_waits(self.http)


def _refuse_long_waits(http: HTTPClient) -> None:
    """Let a call that Discord limits fail, with how long to wait, instead of sleeping in it.

    As an option the library takes 30 s at least, and with that option it also refuses calls to a bucket that
    is not used up. So the option is set here, and only for Discord's own word (429); a bucket that is used up
    is waited for by the library, a few seconds for one conversation.
    """
    http.max_ratelimit_timeout = PATIENCE
    bucket_of = http.get_ratelimit

    def get_ratelimit(key: str) -> Ratelimit:
        bucket = bucket_of(key)
        bucket._max_ratelimit_timeout = None
        return bucket

    http.get_ratelimit = get_ratelimit  # type: ignore[method-assign]


@asynccontextmanager
async def open_client(token: str, api_url: str = API_URL) -> AsyncIterator[discord.Client]:
    """A client for calls alone, for as long as one is inside.

    Raises one of :class:`adapters.base.SendError` where Discord does not take the token or is not reached.
    """
    point_to(api_url)
    client = Client(discord.Intents.none())
    try:
        await called(client.login(token))
        yield client
    finally:
        await client.close()


async def call(client: discord.Client, method: str, path: str, **parameters: Any) -> Any:
    """Call a route. ``body`` is sent as JSON, ``files`` beside it; the rest fills the path's gaps.

    Raises one of :class:`adapters.base.SendError` and nothing else.
    """
    body, files, query = (parameters.pop(name, None) for name in ("body", "files", "query"))
    how: dict[str, Any] = {"params": query} if query else {}
    if files:
        how |= {"files": files, "form": _multipart(body, files)}
    elif body is not None:
        how["json"] = body
    return await called(client.http.request(Route(method, path, **parameters), **how))


def _multipart(body: Any, files: list[discord.File]) -> list[dict[str, Any]]:
    """https://docs.discord.com/developers/reference#uploading-files"""
    parts: list[dict[str, Any]] = [
        {"name": "payload_json", "value": discord.utils._to_json(body), "content_type": "application/json"}
    ]
    return parts + [
        {"name": f"files[{at}]", "value": file.fp, "filename": file.filename, "content_type": "image/png"}
        for at, file in enumerate(files)
    ]


async def called(calling: Awaitable[Any]) -> Any:
    """The answer to a call. Raises one of :class:`adapters.base.SendError` and nothing else."""
    try:
        return await calling
    except Exception as error:  # noqa: BLE001 - whatever the library raises, it is one of our five
        # "from None": the library's own error quotes what was sent.
        raise send_error(error) from None

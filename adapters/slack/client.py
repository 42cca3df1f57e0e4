"""The one client for Slack's Web API: one pool of connections, no tries of its own, logs without words."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.library_logs import errors_only
from adapters.slack.errors import send_error

API_URL = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=4)
"""Delivery gives up earlier; this is for whatever else calls."""
KEPT_ALIVE = 10.0
"""Seconds that an unused connection is kept: shorter than servers do, so that none is used as it closes."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


library_log = errors_only("adapters.slack.library")
"""What slack-bolt and slack-sdk log to. Its level is set, for they look at that very number."""


@asynccontextmanager
async def open_client(token: str, api_url: str = API_URL) -> AsyncIterator[AsyncWebClient]:
    """A client for as long as one is inside."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_ALIVE)
    async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session:
        client = AsyncWebClient(
            token=token,
            base_url=api_url,
            session=session,
            logger=library_log,
            # By default a message is posted a second time where its connection broke, arrived or not.
            retry_handlers=[],
        )
        host = urlsplit(client.base_url).hostname or ""
        if host in _LOOPBACK or proxy_bypass(host):
            client.proxy = None
        yield client


async def called(call: Awaitable[Any]) -> Any:
    """The answer to a call. Raises one of :class:`adapters.base.SendError` and nothing else."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - whatever a library raises, it is one of our five
        # "from None": the library's own error quotes what was sent.
        raise send_error(error) from None

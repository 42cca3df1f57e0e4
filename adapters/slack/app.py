"""The wiring: Bolt takes what Slack sends, the bot commits it, and only then Slack is told "received".

``process_before_response=True`` makes Bolt wait for a listener before it answers; it would otherwise answer
an event first, and a crash would lose it. Nothing here awaits a message to anybody but the answer itself.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.base import Asks, Receive
from adapters.slack import parse
from adapters.slack.answers import Answers, Home
from adapters.slack.client import called, library_log
from adapters.slack.names import Profiles, membership
from adapters.slack.parse import Deed, Installed, Payload
from adapters.slack.sender import SlackAdapter
from handlers.chat import CommandUsed, Membership, MessageRaised, Rank

log = structlog.get_logger(__name__)

PATH = "/slack/events"
BODY = 1_000_000
"""Bytes of one request; Slack's largest are a tenth of it."""
ASK_NAME = 0.7
"""Seconds that may pass until it is known what the author of a raised message is called."""
ASK_RANK = 1.2
"""Seconds that Slack may take to say who administers the workspace: the rest still fits into its three."""
CONNECT = 10.0
"""Seconds that opening the socket is waited for at the start."""
ANYTHING = re.compile(".*", re.DOTALL)

Parse = Callable[[Payload, Installed, datetime], Deed | None]


class SlackApp:
    """One workspace's front: takes what people do there, and answers them."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        installed: Installed,
        adapter: SlackAdapter,
        receive: Receive,
        home: Home,
        asks: Asks,
        clock: Callable[[], datetime],
        signing_secret: str = "",
    ) -> None:
        self.installed = installed
        self.answers = Answers(client, adapter, home)
        self._client = client
        self._receive = receive
        self._asks = asks
        self._clock = clock
        self._signing_secret = signing_secret
        self._profiles = Profiles(client)
        self._socket: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self.bolt = self._listening()

    # --- listeners -----------------------------------------------------------------------------

    def _listening(self) -> AsyncApp:
        """Bolt with its listeners. They are few, for the registry says what there is, not Slack's names."""
        known = AuthorizeResult(
            enterprise_id=self.installed.enterprise or None,
            team_id=self.installed.team,
            bot_user_id=self.installed.bot_user,
            bot_token=self._client.token,
        )

        async def authorize() -> AuthorizeResult:
            return known

        app = AsyncApp(
            name="handrail",
            client=self._client,
            signing_secret=self._signing_secret,
            process_before_response=True,
            # Known since the start: asking Slack anew with an event could fail and lose it.
            authorize=authorize,
            logger=library_log,
        )
        app.command(ANYTHING)(self._listener(parse.command))
        app.action(ANYTHING)(self._listener(parse.pressed))
        app.view(ANYTHING)(self._listener(parse.submitted))
        app.shortcut({"type": "shortcut", "callback_id": ANYTHING})(self._listener(parse.shortcut))
        app.shortcut({"type": "message_action", "callback_id": ANYTHING})(self._listener(parse.raised))
        app.event("app_home_opened")(self._home_opened)
        app.event("message")(self._listener(parse.posted))
        app.event("app_mention")(self._listener(parse.posted))
        app.event(ANYTHING)(_ignore)
        return app

    def _listener(self, read: Parse) -> Callable[..., Awaitable[None]]:
        async def listen(body: dict[str, Any], ack: AsyncAck) -> None:
            began = time.monotonic()
            deed = read(body, self.installed, self._clock())
            if deed is None:
                await ack()
                return
            deed = await self._ranked(await self._named(deed))
            await ack(await self.take(deed, began))

        return listen

    async def take(self, deed: Deed, began: float | None = None) -> Any:
        """Let the bot take a deed, and start answering it. Returns what Slack is told with "received"."""
        effects = await self._receive(deed.event)
        return await self.answers.acknowledge(deed, effects, began)

    async def _named(self, deed: Deed) -> Deed:
        """A raised message with its author's name, if Slack tells it at once."""
        event = deed.event
        if not isinstance(event, MessageRaised) or not event.by_another or not event.author:
            return deed
        try:
            async with asyncio.timeout(ASK_NAME):
                profile = await self._profiles.of(event.author)
        except TimeoutError:
            return deed
        return replace(deed, event=replace(event, author_name=profile.name))

    async def _ranked(self, deed: Deed) -> Deed:
        """The command with which a set-up begins, with whether its writer administers the workspace."""
        event = deed.event
        if not isinstance(event, CommandUsed) or not await self._asks(event):
            return deed
        try:
            async with asyncio.timeout(ASK_RANK):
                said = await membership(self._client, self.installed, event.user.id)
        except TimeoutError:
            log.info("rank_not_told", reason="timed out")
            said = Membership(Rank.UNKNOWN)
        return replace(deed, event=replace(event, membership=said))

    async def _home_opened(self, body: dict[str, Any], ack: AsyncAck) -> None:
        if (user := parse.home_opened(body, self.installed)) is not None:
            self.answers.publish_home(user)
        await ack()

    # --- HTTP ----------------------------------------------------------------------------------

    def routes(self) -> list[Route]:
        """``POST /slack/events``: events, commands and interactions, each signed by Slack."""
        if not self._signing_secret:
            raise ValueError("without a signing secret anybody could speak as Slack")
        return [Route(PATH, self._over_http, methods=["POST"])]

    async def _over_http(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY:
                return JSONResponse({"error": "too long"}, 413)
        try:
            int(request.headers.get("x-slack-request-timestamp", ""))
            request.headers.get("x-slack-signature", "").encode("ascii")
            asked = to_async_bolt_request(request, body)
        except (ValueError, AttributeError, TypeError):
            # Not of Slack's making: no time, no text, no object. It is told no more than a wrong signature.
            return JSONResponse({"error": "invalid request"}, 401)
        return to_starlette_response(await self.bolt.async_dispatch(asked))

    # --- Socket Mode ---------------------------------------------------------------------------

    async def connect(self, app_token: str, connected: Callable[[], None] = lambda: None) -> None:
        """Take events over a socket from now on; it is opened anew by itself when it closes.

        ``connected`` is called each time it stands. Raises one of :class:`adapters.base.SendError` where
        Slack does not let it be opened; where it is only slow to open, it goes on trying.
        """
        # The library would try a wrong token for ever; so the first address is asked for here.
        answer = await called(self._client.apps_connections_open(app_token=app_token))
        socket = AsyncSocketModeHandler(self.bolt, app_token, logger=library_log, web_client=self._client)
        socket.client.proxy = self._client.proxy
        socket.client.wss_uri = answer["url"]

        async def listen(_client: object, message: dict[str, Any], _raw: str | None) -> None:
            if message.get("type") == "hello":
                connected()

        socket.client.message_listeners.append(listen)
        self._socket = socket
        self._connecting = asyncio.create_task(socket.connect_async())  # type: ignore[no-untyped-call]
        await asyncio.wait({self._connecting}, timeout=CONNECT)

    async def is_connected(self) -> bool:
        """Whether events can arrive: always over HTTP, else while the socket stands."""
        return self._socket is None or await self._socket.client.is_connected()

    async def close(self) -> None:
        """Take nothing more, and let the answers under way go out."""
        if self._socket is not None:
            if self._connecting is not None:
                self._connecting.cancel()
            await self._socket.close_async()  # type: ignore[no-untyped-call]
            self._socket = None
        await self.answers.close()


async def _ignore(ack: AsyncAck) -> None:
    """An event that nothing here is about."""
    await ack()

"""A tiny slack-bolt app that keeps all it hears and says it again, to try the suite's own Slack with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.slack import SlackServer

Json = dict[str, Any]
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "hint": {"type": "plain_text", "text": "A word is enough"},
            "element": {"type": "plain_text_input", "action_id": "note", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "done",
            "optional": True,
            "label": {"type": "plain_text", "text": "Done"},
            "element": {
                "type": "checkboxes",
                "action_id": "done",
                "options": [
                    {"text": {"type": "plain_text", "text": text}, "value": text.lower()}
                    for text in ("Walked", "Talked")
                ],
            },
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": {"type": "plain_text", "text": "Who"},
            "element": {"type": "users_select", "action_id": "who"},
        },
    ],
}
CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*A card* for <@U1>"}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "go",
                "value": "7",
                "text": {"type": "plain_text", "text": "Go & see"},
            },
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": {"type": "plain_text", "text": "Pick one"},
                "options": [{"text": {"type": "plain_text", "text": "First"}, "value": "1"}],
            },
        ],
    },
]


@dataclass
class Echo:
    """A tiny bot that keeps all it hears, and says it again."""

    app: AsyncApp
    heard: list[Json] = field(default_factory=list)
    headers: list[Json] = field(default_factory=list)
    submitted: list[Json] = field(default_factory=list)
    refuse: str = ""
    fail: bool = False

    def listen(self) -> None:
        app = self.app

        @app.event("message")
        async def posted(event: Json, body: Json, request: Any, say: Any) -> None:
            self.heard.append(body)
            self.headers.append(dict(request.headers))
            if self.fail:
                raise RuntimeError("out of order")
            if "subtype" not in event:
                await say(f"You said: {event['text']}", thread_ts=event.get("thread_ts"))

        @app.event("app_mention")
        async def mentioned(body: Json) -> None:
            self.heard.append(body)

        @app.event("app_home_opened")
        async def home(event: Json, client: AsyncWebClient) -> None:
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

        @app.command("/echo")
        async def command(ack: Any, command: Json) -> None:
            self.heard.append(command)
            await ack(f"echo: {command['text']}")

        @app.command("/card")
        async def card(ack: Any, respond: Any) -> None:
            await ack()
            await respond(text="A card", blocks=CARD)

        @app.command("/form")
        async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack()

        @app.command("/broken")
        async def broken() -> None:
            raise RuntimeError("out of order")

        @app.action("go")
        async def go(ack: Any, body: Json, respond: Any) -> None:
            self.heard.append(body)
            await respond(text="Gone", replace_original=True)
            await ack()

        @app.action("pick")
        async def pick(ack: Any, body: Json) -> None:
            self.heard.append(body)
            await ack()

        @app.view("form")
        async def taken(ack: Any, body: Json) -> None:
            self.submitted.append(body)
            if self.refuse:
                await ack(response_action="errors", errors={"note": self.refuse})
            else:
                await ack()

        @app.shortcut("check_in")
        @app.shortcut("raise_concern")
        async def shortcut(ack: Any, body: Json) -> None:
            self.heard.append(body)
            await ack()

        @app.error
        async def failed() -> None:
            """Say nothing: the answer's status tells."""

    def site(self) -> Starlette:
        """What takes signed requests."""
        handler = AsyncSlackRequestHandler(self.app)

        async def receive(request: Request) -> Response:
            return await handler.handle(request)

        return Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])

    @asynccontextmanager
    async def over_socket(self, slack: SlackServer) -> AsyncIterator[None]:
        """Listen on a socket while inside."""
        socket = AsyncSocketModeHandler(self.app, slack.app.app_token)
        await socket.connect_async()  # type: ignore[no-untyped-call]
        await slack.sockets.connected()
        try:
            yield
        finally:
            await socket.close_async()  # type: ignore[no-untyped-call]


def make_echo(slack: SlackServer) -> Echo:
    """The bot, with the tokens of this workspace."""
    client = AsyncWebClient(slack.app.bot_token, base_url=slack.api_url)
    secret = slack.app.signing_secret
    echo = Echo(AsyncApp(client=client, signing_secret=secret, process_before_response=True))
    echo.listen()
    return echo

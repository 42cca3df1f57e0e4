"""The workspace on loopback: the Web API, ``response_url`` and Socket Mode behind one address."""

from __future__ import annotations

import json
from email.utils import formatdate
from time import time
from types import TracebackType
from typing import Any, Self

import httpx
from aiohttp import web
from starlette.types import ASGIApp

from tests.slack import api, methods_chat, methods_files, methods_places, methods_rest
from tests.slack.core import Call, Slack
from tests.slack.deliver import Http
from tests.slack.faults import Fault, How
from tests.slack.installed import InstalledApp
from tests.slack.people import Person
from tests.slack.sockets import Sockets
from tests.slack.workspace import Json, User, Workspace

METHODS = (methods_chat, methods_files, methods_places, methods_rest)
"""Their import has registered every method there is."""
_FORM = "application/x-www-form-urlencoded"


class SlackServer(Slack):
    """A Slack to point ``SLACK_API_URL`` at. An asynchronous context manager."""

    def __init__(self, app: InstalledApp | None = None, workspace: Workspace | None = None) -> None:
        super().__init__(app, workspace)
        self.sockets = Sockets(self.app.id)
        self.clock_skew = 0.0
        """Seconds by which this Slack's own clock, as answers show it, is ahead."""
        self._runner: web.AppRunner | None = None
        self._people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        site = web.Application(client_max_size=4 * 1024 * 1024)
        site.router.add_route("*", "/api/{method}", self._api)
        site.router.add_post("/response/{key}", self._respond)
        site.router.add_post("/upload/{file}", self._upload)
        site.router.add_get("/socket", self.sockets.serve)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        listening = web.TCPSite(self._runner, "127.0.0.1", 0)
        await listening.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        if self.app.socket_mode:
            self.deliverer.transport = self.sockets
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.deliverer.close()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        """What ``SLACK_API_URL`` is set to."""
        return f"{self.url}/api/"

    def ticket(self) -> str:
        return self.sockets.ticket()

    # --- who and where -------------------------------------------------------------------------

    def add_user(self, user: str, real_name: str, **more: Any) -> Person:
        """Let somebody join."""
        self.workspace.add_user(User(id=user, real_name=real_name, **more))
        return self.user(user)

    def user(self, user: str) -> Person:
        """Somebody's hands and eyes."""
        if user not in self.workspace.users:
            raise KeyError(user)
        return self._people.setdefault(user, Person(self, user))

    async def connect(self, target: ASGIApp | str, path: str = "/slack/events") -> Http:
        """Bring everything over signed HTTP to an address, or straight into an ASGI application."""
        await self.disconnect()
        if isinstance(target, str):
            client, address = httpx.AsyncClient(timeout=600), f"{target}{path}"
        else:
            passed = httpx.ASGITransport(target, raise_app_exceptions=False)
            client, address = httpx.AsyncClient(transport=passed), f"http://handrail{path}"
        http = Http(client, address, self.app.signing_secret)
        self.deliverer.transport = http
        return http

    async def disconnect(self) -> None:
        """The app is away: nothing reaches it over HTTP."""
        if isinstance(self.deliverer.transport, Http):
            await self.deliverer.transport.close()
            self.deliverer.transport = None

    async def settled(self) -> None:
        """Wait until nothing is on its way to the app any more."""
        await self.deliverer.settled()

    def called(self, method: str) -> list[Call]:
        """All calls of a method."""
        return [each for each in self.calls if each.method == method]

    # --- HTTP ----------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        asked = await _read(request, name)
        places: set[str] = set()
        for argument in ("channel", "user_id", "users"):
            places |= self.aliases(str(asked.given.get(argument, "")))
        fault = self.faults.take(name, places)
        if fault is not None and fault.how is How.HOLD and fault.held is not None:
            await fault.held.wait()
        if fault is not None and fault.how is How.DROP:
            self._note(asked, None, 0)
            return _broken(request)
        status, headers = 200, self._headers(asked)
        answer: Json | None
        if fault is not None and fault.how in (How.LIMITED, How.ERROR, How.STATUS):
            status, answer = _failed(fault)
            if fault.how is How.LIMITED:
                headers["Retry-After"] = f"{fault.after:g}"
        else:
            answer = await api.call(self, asked)
        if fault is not None and fault.how is How.DROP_AFTER:
            self._note(asked, None, 0)
            return _broken(request)
        self._note(asked, answer, status)
        if answer is None:
            return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
        return web.json_response(answer, status=status, headers=headers)

    def _headers(self, asked: api.Request) -> dict[str, str]:
        headers = {"Date": formatdate(time() + self.clock_skew, usegmt=True)}
        if asked.token == self.app.bot_token:
            headers["x-oauth-scopes"] = ",".join(sorted(self.app.scopes))
        elif asked.token == self.app.app_token:
            headers["x-oauth-scopes"] = ",".join(sorted(self.app.app_scopes))
        return headers

    def _note(self, asked: api.Request, answer: Json | None, status: int) -> None:
        self.calls.append(
            Call(asked.method, dict(asked.given), asked.token, self.workspace.now(), answer, status)
        )

    async def _upload(self, request: web.Request) -> web.Response:
        """The address that an app sends a file to, once."""
        upload = self.workspace.uploads.get(request.match_info["file"])
        if upload is None or upload.data:
            return web.Response(status=404)
        upload.data = await request.read()
        return web.Response(text=f"OK - {len(upload.data)}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            given = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        place = self.workspace.response_urls.get(request.match_info["key"])
        fault = self.faults.take("response_url", self.aliases(place.conversation) if place else set())
        if fault is not None and fault.how in (How.LIMITED, How.ERROR, How.STATUS):
            status, answer = _failed(fault)
            return web.json_response(answer or {}, status=status)
        status, answer = await methods_chat.respond(self, request.match_info["key"], given)
        asked = api.Request("response_url", given, True, "")
        self._note(asked, answer, status)
        return web.json_response(answer, status=status)


def _failed(fault: Fault) -> tuple[int, Json | None]:
    match fault.how:
        case How.LIMITED:
            return 429, {"ok": False, "error": "ratelimited"}
        case How.ERROR:
            return 200, {"ok": False, "error": fault.error, **fault.more}
        case _:
            return fault.status, None


def _broken(request: web.Request) -> web.StreamResponse:
    """Hang up without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _read(request: web.Request, name: str) -> api.Request:
    """A call's arguments and its token, wherever they stand."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    given: Json = dict(request.query)
    typed, problem = False, ""
    if request.method == "POST" and request.can_read_body:
        body = await request.text()
        if request.content_type == "application/json":
            typed, (given, problem) = True, _json(body, given)
        elif request.content_type == _FORM:
            given |= dict(await request.post())
        else:
            problem = "invalid_post_type"
    token = token or str(given.get("token") or "")
    return api.Request(name, given, typed, token, problem)


def _json(body: str, given: Json) -> tuple[Json, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return given, "invalid_json"
    return ({**given, **found}, "") if isinstance(found, dict) else (given, "json_not_object")

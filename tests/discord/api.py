"""The API's frame: routes, who may call them, and errors. The routes stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord.shapes import Wrong
from tests.discord.workspace import Json

if TYPE_CHECKING:
    from tests.discord.core import Discord

ERRORS: Mapping[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    40001: (401, "Unauthorized"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on this channel type"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50035: (400, "Invalid Form Body"),
    50109: (400, "The request body contains invalid JSON."),
}
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes"""


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, code: int, message: str = "", *, status: int = 0, errors: Json | None = None) -> None:
        usual_status, usual = ERRORS.get(code, (400, "Error"))
        super().__init__(f"{code} {message or usual}")
        self.status = status or usual_status
        self.answer: Json = {"message": message or usual, "code": code}
        if errors:
            self.answer["errors"] = errors


def refuse_if(wrong: Wrong) -> None:
    """Refuse a form that has something wrong in it."""
    if wrong:
        raise Refused(50035, errors=wrong.nested())


@dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call as it arrived. ``route`` is its template, ``ids`` and ``token`` what stood in its path."""

    method: str
    path: str
    route: str = ""
    ids: Mapping[str, int] = field(default_factory=dict)
    token: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    given: Any = None
    files: Mapping[int, Upload] = field(default_factory=dict)
    authorization: str = ""
    problem: Refused | None = None

    @property
    def form(self) -> Json:
        """The body as an object."""
        if isinstance(self.given, dict):
            return self.given
        wrong = Wrong()
        wrong.fields(self.given, ())
        raise Refused(50035, errors=wrong.nested())

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query."""
        value = self.query.get(name)
        if value is None:
            return default
        wrong = Wrong()
        wrong.number(int(value) if value.lstrip("-").isdigit() else value, (name,), least, most)
        refuse_if(wrong)
        return int(value)

    def snowflake(self, name: str) -> int | None:
        """An id of the query."""
        value = self.query.get(name)
        return None if value is None else to_snowflake(value, name)


@dataclass(frozen=True)
class Reply:
    """An answer with a status of its own."""

    status: int
    body: Any = None


Run = Callable[["Discord", Request], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One route. ``open`` ones need no token: their address holds one."""

    method: str
    template: str
    pattern: re.Pattern[str]
    run: Run
    open: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


ROUTES: list[Route] = []


def route(method: str, template: str, *, open: bool = False) -> Callable[[Run], Run]:  # noqa: A002
    """Register a route. What stands in braces is an id; ``{token}`` is any text."""

    def keep(run: Run) -> Run:
        source = re.sub(r"\{(\w+)\}", r"(?P<\1>(?!@)[^/]+)", template)
        ROUTES.append(Route(method, template, re.compile(source), run, open))
        return run

    return keep


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path."""
    others = False
    for each in ROUTES:
        found = each.pattern.fullmatch(path)
        if found is not None and each.method == method:
            return each, found.groupdict()
        others = others or found is not None
    if others:
        raise Refused(0, "405: Method Not Allowed", status=405)
    raise Refused(0, "404: Not Found", status=404)


def to_snowflake(value: str, name: str) -> int:
    """An id from its text."""
    if value.isdigit() and len(value) <= 20:
        return int(value)
    wrong = Wrong()
    wrong.add((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    raise Refused(50035, errors=wrong.nested())


def check_token(discord: Discord, authorization: str) -> None:
    """Whether a call comes from the bot."""
    if not discord.app.token_works or authorization != f"Bot {discord.app.token}":
        raise Refused(0, "401: Unauthorized", status=401)

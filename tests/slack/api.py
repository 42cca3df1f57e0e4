"""The Web API's frame: tokens, scopes, arguments and their types. The methods stand elsewhere."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack.core import Slack
from tests.slack.workspace import Json

Value = Any
Run = Callable[[Slack, "Arguments"], Awaitable[Json]]


class SlackError(Exception):
    """A method that is answered with ``ok: false``."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


def invalid(error: str, lines: list[str]) -> SlackError:
    """Arguments that are wrong, each line with where."""
    more = {"errors": lines} if error == "invalid_blocks" else {}
    messages = [f"[ERROR] {line}" for line in lines]
    return SlackError(error, **more, response_metadata={"messages": messages})


class Arguments(dict[str, Value]):
    """A call's arguments, each of its type."""

    def text(self, name: str) -> str:
        """A string; empty where it was not given."""
        return str(self.get(name) or "")


@dataclass(frozen=True)
class Method:
    """One method: the types of its arguments, those that must be there, the scope that it needs.

    ``tokens`` says which kinds it takes: "bot", "app", or "bot app".
    """

    run: Run
    types: Mapping[str, type]
    required: frozenset[str]
    scope: str = ""
    tokens: str = "bot"


METHODS: dict[str, Method] = {}
_ALWAYS: dict[str, type] = {"token": str, "team_id": str}


def method(
    name: str,
    scope: str = "",
    *,
    types: Mapping[str, type] | None = None,
    required: str = "",
    tokens: str = "bot",
) -> Callable[[Run], Run]:
    """Register a method."""

    def keep(run: Run) -> Run:
        METHODS[name] = Method(run, {**_ALWAYS, **(types or {})}, frozenset(required.split()), scope, tokens)
        return run

    return keep


@dataclass(frozen=True)
class Request:
    """A call as it arrived. ``given`` holds JSON values, or strings where ``typed`` is false."""

    method: str
    given: Json
    typed: bool
    token: str
    problem: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


async def call(slack: Slack, request: Request) -> Json:
    """Do what is asked, or say in Slack's words why not."""
    try:
        known = METHODS.get(request.method)
        if known is None:
            raise SlackError("unknown_method", req_method=request.method)
        if request.problem:
            raise SlackError(request.problem)
        _check_token(slack, known, request.token)
        arguments = _read(known, request)
        return {"ok": True, **await known.run(slack, arguments)}
    except SlackError as refused:
        return refused.answer


def _check_token(slack: Slack, known: Method, token: str) -> None:
    if not token:
        raise SlackError("not_authed")
    if token not in (slack.app.app_token, slack.app.bot_token):
        raise SlackError("invalid_auth")
    kind = "app" if token == slack.app.app_token else "bot"
    if kind not in known.tokens.split():
        raise SlackError("not_allowed_token_type")
    if kind == "bot" and slack.app.token_state:
        raise SlackError(slack.app.token_state)
    granted = slack.app.app_scopes if kind == "app" else slack.app.scopes
    if known.scope and known.scope not in granted:
        raise SlackError("missing_scope", needed=known.scope, provided=",".join(sorted(granted)))


def need(slack: Slack, *scopes: str) -> None:
    """Refuse unless one of these scopes was granted."""
    if not slack.app.scopes.intersection(scopes):
        provided = ",".join(sorted(slack.app.scopes))
        raise SlackError("missing_scope", needed=scopes[0], provided=provided)


def _read(known: Method, request: Request) -> Arguments:
    found, wrong = Arguments(), []
    for name, value in request.given.items():
        kind = known.types.get(name)
        if kind is None:
            wrong.append(f"unsupported argument: {name} [json-pointer:/{name}]")
            continue
        if value is None:
            continue
        taken = _typed(kind, value) if request.typed else _parsed(kind, value)
        if taken is None:
            if name == "blocks":
                raise SlackError("invalid_blocks_format")
            if name == "metadata":
                raise SlackError("invalid_metadata_format")
            wrong.append(f"must be a {kind.__name__} [json-pointer:/{name}]")
        else:
            found[name] = taken
    wrong += [f"missing required field: {name}" for name in known.required if not found.get(name)]
    if wrong:
        raise invalid("invalid_arguments", wrong)
    return found


def _typed(kind: type, value: Value) -> Value:
    """An argument of a JSON body. Slack takes JSON inside a string, too."""
    if kind in (list, dict) and isinstance(value, str):
        return _parsed(kind, value)
    if kind is int and isinstance(value, bool):
        return None
    return value if isinstance(value, kind) else None


def _parsed(kind: type, value: Value) -> Value:
    """An argument of a form, which is a string."""
    try:
        if kind is bool:
            return {"1": True, "true": True, "0": False, "false": False}.get(value.lower())
        if kind in (list, dict):
            taken = json.loads(value)
            return taken if isinstance(taken, kind) else None
        return kind(value)
    except (ValueError, AttributeError):
        return None

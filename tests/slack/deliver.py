"""Bringing events, commands and interactions to the app over signed HTTP; events again where they were lost.

Nothing waits by itself: what was not taken stands in ``waiting`` until the test lets Slack try again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from tests.slack.workspace import Json

AGAIN = (0.0, 60.0, 300.0)
"""Seconds after which Slack brings an event once more; then it gives up."""


class What(StrEnum):
    """What is brought, by the name that Socket Mode has for it."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTION = "interactive"


@dataclass(frozen=True)
class Answer:
    """What came back. ``reason`` is Slack's word for what went wrong, empty if nothing did."""

    body: Any = None
    status: int = 200
    reason: str = ""
    final: bool = False

    @property
    def taken(self) -> bool:
        """Whether the app has it, as far as Slack can tell."""
        return not self.reason


@dataclass(kw_only=True)
class Attempt:
    """Something that was brought, or should have been. ``number`` counts the tries after the first."""

    what: What
    payload: Mapping[str, Any]
    number: int = 0
    reason: str = ""
    due: float = 0.0
    answer: Answer | None = None


class Transport(Protocol):
    """One of the two ways to an app."""

    async def bring(self, attempt: Attempt) -> Answer:
        """Bring it and wait for the answer."""

    async def close(self) -> None:
        """Let go of what is held."""


@dataclass(kw_only=True)
class Deliverer:
    """Brings everything, and keeps what was not taken.

    ``patience`` is how many real seconds an answer may take: three on the real Slack.
    ``lose_requests`` and ``lose_answers`` count what goes astray next, on the way there or back; what tells
    the app of its own messages does not count.
    """

    now: Callable[[], float]
    transport: Transport | None = None
    patience: float = 3.0
    lose_requests: int = 0
    lose_answers: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    waiting: list[Attempt] = field(default_factory=list)
    given_up: list[Attempt] = field(default_factory=list)
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def bring(self, what: What, payload: Mapping[str, Any]) -> Answer:
        """Bring something for the first time. Only events are brought again."""
        return await self._try(Attempt(what=what, payload=payload))

    async def again(self, *, due_only: bool = False) -> list[Answer]:
        """Bring what was not taken once more: everything, or what is due by the workspace's clock."""
        due = [each for each in self.waiting if not due_only or each.due <= self.now()]
        self.waiting = [each for each in self.waiting if each not in due]
        return [await self._try(each) for each in due]

    async def _try(self, attempt: Attempt) -> Answer:
        self.attempts.append(attempt)
        attempt.answer = answer = await self._bring(attempt)
        if not answer.taken and attempt.what is What.EVENT:
            if attempt.number >= len(AGAIN) or answer.final:
                self.given_up.append(attempt)
            else:
                due = self.now() + AGAIN[attempt.number]
                self.waiting.append(
                    Attempt(
                        what=attempt.what,
                        payload=attempt.payload,
                        number=attempt.number + 1,
                        reason=answer.reason,
                        due=due,
                    )
                )
        return answer

    async def _bring(self, attempt: Attempt) -> Answer:
        if self.transport is None:
            return Answer(status=0, reason="connection_failed")
        if self.lose_requests > 0 and not _is_echo(attempt):
            self.lose_requests -= 1
            return Answer(status=0, reason="connection_failed")
        # Whoever is too slow goes on all the same: Slack only hangs up.
        bringing = self.spawn(self.transport.bring(attempt))
        done, _ = await asyncio.wait({bringing}, timeout=self.patience)
        if not done:
            return Answer(status=0, reason="http_timeout")
        answer: Answer = bringing.result()
        if self.lose_answers > 0 and not _is_echo(attempt):
            self.lose_answers -= 1
            return Answer(status=0, reason="http_timeout")
        return answer

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside everything else."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        while others := self._running - {asyncio.current_task()}:
            await asyncio.wait(others)

    async def close(self) -> None:
        """Stop everything."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self.transport is not None:
            await self.transport.close()
            self.transport = None


def _is_echo(attempt: Attempt) -> bool:
    """Whether it only tells the app what the app itself did."""
    event = attempt.payload.get("event", {}) if attempt.what is What.EVENT else {}
    told = event.get("message") or event.get("previous_message") or event
    return "bot_id" in told


# --- signed HTTP ----------------------------------------------------------------------------------


class Http:
    """Signed requests to one address, over the network or straight into an ASGI application."""

    def __init__(self, client: httpx.AsyncClient, address: str, secret: str) -> None:
        self.client = client
        self.address = address
        self.secret = secret
        self.clock: Callable[[], float] = time.time
        """What the signature says of the time: apps compare it with their computer's clock."""

    async def bring(self, attempt: Attempt) -> Answer:
        body, kind = encode(attempt)
        more = {}
        if attempt.number:
            more = {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        try:
            response = await self.post(body, kind, more)
        except httpx.ConnectError:
            return Answer(status=0, reason="connection_failed")
        except httpx.HTTPError:
            return Answer(status=0, reason="unknown_error")
        final = response.headers.get("x-slack-no-retry") == "1"
        reason = "" if response.is_success else "http_error"
        return Answer(_read(response), response.status_code, reason, final)

    async def post(
        self,
        body: bytes,
        kind: str = "application/json",
        more: Mapping[str, str] | None = None,
        *,
        signed_at: float | None = None,
        secret: str = "",
        sign: bool = True,
    ) -> httpx.Response:
        """Post any bytes, with a signature that may be old, made with another secret, or missing."""
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if sign:
            at = str(int(self.clock() if signed_at is None else signed_at))
            signature = sign_request(secret or self.secret, at, body)
            headers |= {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}
        return await self.client.post(self.address, content=body, headers={**headers, **(more or {})})

    async def challenge(self) -> bool:
        """Verify the address, as when it is entered in the app's settings."""
        body = {"token": "t", "challenge": "3eZbrw1aBm2rZgRN", "type": "url_verification"}
        response = await self.post(json.dumps(body).encode())
        answer = _read(response)
        given = answer.get("challenge") if isinstance(answer, dict) else answer
        return response.is_success and given == body["challenge"]

    async def close(self) -> None:
        await self.client.aclose()


def encode(attempt: Attempt) -> tuple[bytes, str]:
    """A request's body and its content type."""
    form = "application/x-www-form-urlencoded"
    match attempt.what:
        case What.EVENT:
            return json.dumps(attempt.payload).encode(), "application/json"
        case What.COMMAND:
            return urlencode(dict(attempt.payload)).encode(), form
        case What.INTERACTION:
            return urlencode({"payload": json.dumps(attempt.payload)}).encode(), form


def sign_request(secret: str, at: str, body: bytes) -> str:
    """Slack's signature. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def _read(response: httpx.Response) -> Any:
    if not response.content:
        return None
    if response.headers.get("content-type", "").startswith("application/json"):
        return response.json()
    return response.text


def as_json(answer: Answer) -> Json:
    """An answer's payload as an object; empty where it is none."""
    if isinstance(answer.body, str):
        return {"text": answer.body}
    return answer.body if isinstance(answer.body, dict) else {}

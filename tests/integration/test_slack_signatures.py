"""Only Slack is believed: what it has not signed just now is answered with 401 and leaves no trace."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from adapters.slack.app import BODY
from storage.db import Database
from tests.integration.slack_team import Team, everybody_told, open_team, pages
from tests.integration.team import DANGER
from tests.slack.deliver import Attempt, What, encode, sign_request

MINUTES = 60
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "no signature at all": {"sign": False},
    "the signature of another app": {"secret": "another app's secret"},
    "a signature of five minutes ago": {"signed_at": -5 * MINUTES - 2},
    "a signature of last year": {"signed_at": -365 * 24 * 60 * MINUTES},
    "a signature of five minutes ahead": {"signed_at": 5 * MINUTES + 10},
}
HEADERS: Mapping[str, Mapping[str, str]] = {
    "no signature": {"X-Slack-Request-Timestamp": "{now}"},
    "no time": {"X-Slack-Signature": "{signature}"},
    "an empty time": {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": "{signature}"},
    "a time in words": {"X-Slack-Request-Timestamp": "just now", "X-Slack-Signature": "{signature}"},
    "a time that is no number": {"X-Slack-Request-Timestamp": "nan", "X-Slack-Signature": "{signature}"},
    "a time with a fraction": {"X-Slack-Request-Timestamp": "{now}.5", "X-Slack-Signature": "{signature}"},
    "an endless time": {"X-Slack-Request-Timestamp": "9" * 5_000, "X-Slack-Signature": "{signature}"},
    "an older version": {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": "v1={bare}"},
    "half a signature": {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": "v0="},
    "another alphabet": {"X-Slack-Request-Timestamp": "{now}", "X-Slack-Signature": "v0=ñandú"},
}


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


def written(team: Team) -> bytes:
    """Somebody's message in danger, as Slack's request holds it."""
    return json.dumps(team.event(team.maya, DANGER)).encode()


def commanded(team: Team) -> tuple[bytes, str]:
    """A command in danger, which is a form."""
    place = team.slack.direct(team.maya.id)
    trigger, address = team.slack.workspace.trigger(team.maya.id), team.slack.answer_url(team.maya.id, place)
    account = team.maya.account
    payload = team.slack.payloads.command(
        "/urgent", DANGER, account, place, trigger=trigger, answer_to=address
    )
    return encode(Attempt(what=What.COMMAND, payload=payload))


async def expect_refused(team: Team, before: Mapping[str, int], answer: httpx.Response, how: str) -> None:
    await team.settle()
    assert answer.status_code == 401, how
    assert DANGER not in answer.text
    assert await team.rows() == before, f"nothing is kept: {how}"
    assert everybody_told(team) == "", how


async def test_what_somebody_else_signed_or_long_ago_is_refused(team: Team) -> None:
    before = await team.rows()
    for how, arguments in WITHOUT.items():
        given = dict(arguments)
        if "signed_at" in given:
            given["signed_at"] += time.time()
        await expect_refused(team, before, await team.http.post(written(team), **given), how)
        await expect_refused(team, before, await team.http.post(*commanded(team), **given), how)


async def test_what_is_signed_in_no_way_that_slack_signs_is_refused(team: Team) -> None:
    before = await team.rows()
    for how, headers in HEADERS.items():
        body, now = written(team), str(int(time.time()))
        signature = sign_request(team.slack.app.signing_secret, now, body)
        words = {"now": now, "signature": signature, "bare": signature.removeprefix("v0=")}
        given: Any = {name: value.format(**words).encode() for name, value in headers.items()}
        answer = await team.http.post(body, "application/json", given, sign=False)
        await expect_refused(team, before, answer, how)


async def test_a_body_that_was_altered_on_its_way(team: Team) -> None:
    body, now = written(team), str(int(time.time()))
    signature = sign_request(team.slack.app.signing_secret, now, body)
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature}
    before = await team.rows()
    answer = await team.http.post(body + b" ", "application/json", headers, sign=False)
    await expect_refused(team, before, answer, "a space more")
    other = body.replace(team.maya.id.encode(), team.leo.id.encode())
    answer = await team.http.post(other, "application/json", headers, sign=False)
    await expect_refused(team, before, answer, "another writer")


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
async def test_what_is_signed_and_says_nothing_does_nothing(team: Team, kind: str) -> None:
    before = await team.rows()
    for body in (b"", b"\xff\xfe", b"{", b"[]", b'"words"', b"null", b"payload=%7B", b"payload=[]", b"{}"):
        for signed in (True, False):
            answer = await team.http.post(body, kind, sign=signed)
            assert answer.status_code < 500, body
            assert signed or answer.status_code == 401, body
    assert await team.rows() == before
    assert everybody_told(team) == ""


async def test_a_body_that_is_too_long_is_not_read(team: Team) -> None:
    before = await team.rows()
    for signed in (True, False):
        answer = await team.http.post(written(team).ljust(BODY + 1), sign=signed)
        assert answer.status_code == 413
    assert await team.rows() == before
    assert everybody_told(team) == ""


async def test_what_slack_has_signed_is_taken_up_to_five_minutes_old(team: Team) -> None:
    answer = await team.http.post(written(team), signed_at=time.time() - 4.5 * MINUTES)
    await team.settle()
    assert answer.status_code == 200
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    answer = await team.http.post(*commanded(team))
    await team.settle()
    assert answer.status_code == 200
    assert len(pages(team.rivera)) >= 1


async def test_slack_can_verify_the_address(team: Team) -> None:
    assert await team.http.challenge()
    team.http.secret = "another app's secret"
    assert not await team.http.challenge()

"""The sandbox over HTTP: who may ask, and how."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from tests.adapters.web_stage import HOME, OWN, Stage

POSTS = ("say", "edit", "delete", "press", "submit", "clock")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.browser:
        yield stage


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:9", "[::1]:8000", "127.0.0.1"])
async def test_this_computer_may_look(stage: Stage, host: str) -> None:
    answer = await stage.browser.get("/", headers={"Host": host})
    assert answer.status_code == 200
    assert "Message as Ms. Rivera" in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "127.0.0.2",
        "",
        "evil@localhost",
    ],
)
@pytest.mark.parametrize("path", ["/", "/events", "/static/sandbox.js", "/sandbox/say"])
async def test_any_other_name_is_refused_everywhere(stage: Stage, host: str, path: str) -> None:
    method = "POST" if path.startswith("/sandbox") else "GET"
    answer = await stage.browser.request(method, path, headers={"Host": host})
    assert answer.status_code == 403
    assert stage.bot.events == []


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:8000", f"{HOME}1", ""])
async def test_another_sites_page_can_do_nothing(stage: Stage, origin: str) -> None:
    for what in POSTS:
        answer = await stage.browser.post(f"/sandbox/{what}", json={}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert stage.bot.events == []


async def test_a_post_needs_our_own_header_and_json(stage: Stage) -> None:
    payload = {"deed": str(uuid4()), "person": "maya", "tab": "direct", "text": "hello"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stage.app), base_url=HOME) as stranger:
        assert (await stranger.post("/sandbox/say", json=payload)).status_code == 403
        # No Origin at all is a program on this computer, which needs no browser to do harm.
        assert (await stranger.post("/sandbox/say", json=payload, headers=OWN)).status_code == 200
        assert (await stranger.post("/sandbox/say", data=payload, headers=OWN)).status_code == 400
    assert len(stage.bot.events) == 1


@pytest.mark.parametrize("path", ["/", "/static/sandbox.css"])
async def test_security_headers(stage: Stage, path: str) -> None:
    answer = await stage.browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


@pytest.mark.parametrize(
    "name",
    [
        "sandbox.css",
        "sandbox.js",
        "pane.js",
        "dialog.js",
        "completion.js",
        "wire.js",
        "theme.js",
        "handrail.svg",
    ],
)
async def test_the_pages_own_files_are_served(stage: Stage, name: str) -> None:
    assert (await stage.browser.get(f"/static/{name}")).status_code == 200


async def test_a_get_does_nothing(stage: Stage) -> None:
    for what in POSTS:
        assert (await stage.browser.get(f"/sandbox/{what}")).status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"[" * 50_000, b'"' + b"x" * 200_000 + b'"'], ids=range(6)
)
async def test_a_bad_body_is_refused_in_a_sentence(stage: Stage, body: bytes) -> None:
    for what in POSTS:
        answer = await stage.browser.post(
            f"/sandbox/{what}", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
    assert stage.bot.events == []

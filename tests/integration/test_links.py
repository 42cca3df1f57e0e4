"""The link on a page beside chat: asks before it does anything, shows nothing, and serves once."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text

import adapters.fallback
from adapters.base import Unreachable
from bot.app import assemble
from bot.run import web
from handlers.links import LASTS
from storage import cases, fallbacks, people
from storage.db import DatabaseUnavailable, Tx
from storage.words import CaseState, Channel, Role
from tests.integration.provider import Provider, provider_on_loopback
from tests.stage import Stage, words_of

PUBLIC = "https://handrail.example/team"
LINK = re.compile(re.escape(PUBLIC) + r"(/a/[A-Za-z0-9_-]+)$")


@pytest.fixture
def provider(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    adapters.fallback._service("json://localhost")
    stage.app = assemble(stage.app.database, stage.clock, [stage.platform], public_url=f"{PUBLIC}/")
    with provider_on_loopback(stage.clock) as found:
        yield found


@pytest.fixture
async def browser(stage: Stage, provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web(stage.app, []))
    async with httpx.AsyncClient(transport=transport, base_url="https://handrail.example") as client:
        yield client


async def id_of(stage: Stage, user: str) -> int:
    async with stage.app.database.read() as tx:
        person = await people.by_account(tx, 1, user)
    assert person is not None
    return person.id


async def give(stage: Stage, provider: Provider, user: str, channel: Channel = Channel.EMAIL) -> None:
    async with stage.app.database.write() as tx:
        await fallbacks.add_fallback(tx, await id_of(stage, user), 1, channel, provider.url(user))
    await stage.tick()


def links(provider: Provider, user: str) -> list[str]:
    """The paths of the links that somebody was sent, the first first."""
    sent = [each.body["message"] for each in provider.taken if each.path == f"/{user}"]
    return [found[1] for message in sent if (found := LINK.search(message))]


async def paged(stage: Stage, provider: Provider, user: str = "okafor", said: str = "/urgent") -> str:
    """Somebody raises a concern, nobody answers, and ``user`` gets a mail. Returns its link's path."""
    await give(stage, provider, user)
    await stage.command("maya", said)
    await stage.wait(10)
    return links(provider, user)[-1]


async def case_of(stage: Stage, case_id: int = 1) -> cases.Case:
    async with stage.app.database.read() as tx:
        found = await cases.get(tx, case_id, 1)
    assert found is not None
    return found


async def rows(stage: Stage) -> Mapping[str, Sequence[str]]:
    """All that the database holds of a case and its messages."""
    async with stage.app.database.read() as tx:
        tables = ("cases", "ladder", "timeline", "outbox", "audit", "left_out")
        return {
            each: [str(row) for row in await tx.execute(text(f"SELECT * FROM {each}"))]  # noqa: S608
            for each in tables
        }


# --- looking -----------------------------------------------------------------------------------


async def test_a_scanner_that_follows_links_acknowledges_nothing(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    before = await rows(stage)
    for _ in range(3):
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert "Have you got E-1?" in answer.text
    assert (await browser.head(path)).status_code in (200, 405)
    assert await rows(stage) == before


async def test_the_page_shows_the_name_of_the_case_and_nothing_of_it(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider, said="/urgent P-7K2M he wants to kill himself, a quokka letter")
    for shown in (
        await browser.get(path),
        await browser.post(path, data={"how": "now"}, follow_redirects=True),
    ):
        for hidden in ("Maya", "quokka", "P-7K2M", "Okafor", "Rivera", "Test school", "555", "self", "Self"):
            assert hidden not in shown.text
        policy = shown.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert "<script" not in shown.text
        style = re.search(r"<style>(.*)</style>", shown.text, re.DOTALL)
        assert style is not None
        assert b64encode(sha256(style[1].encode()).digest()).decode() in policy
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["referrer-policy"] == "no-referrer"


# --- answering ---------------------------------------------------------------------------------


async def test_a_press_does_what_the_button_in_chat_does(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    answer = await browser.post(path, data={"how": "by_phone"})
    assert answer.status_code == 303
    shown = await browser.get(f"/a/{answer.headers['location'].removeprefix('./')}")
    assert "You have E-1" in shown.text
    assert "<button" not in shown.text
    await stage.app.delivery.drain()
    assert "Mr. Okafor has it" in stage.sees("maya")
    assert "by phone" in stage.sees("maya")
    assert "You have it" in words_of(stage.inbox("okafor")[-1])
    assert "Mr. Okafor has it" in words_of(stage.inbox("rivera")[-1])
    case = await case_of(stage)
    assert (case.state, case.acknowledged_by) == (CaseState.ACKNOWLEDGED, await id_of(stage, "okafor"))
    assert case.acknowledged_how == "by_phone"
    mails = len(provider.taken)
    await stage.wait(14)
    assert len(provider.taken) == mails, "nobody is paged any more"


async def test_an_adult_without_any_chat_account_answers_too(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    async with stage.app.database.write() as tx:
        moreau = await people.add(tx, programme_id=1, name="Mx. Moreau", roles=[Role.BACKUP])
        await fallbacks.add_fallback(tx, moreau, 1, Channel.SMS, provider.url("moreau"))
    await stage.tick()
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    [path] = links(provider, "moreau")
    await browser.post(path, data={"how": "now"})
    assert (await case_of(stage)).acknowledged_by == moreau


async def test_a_drill_s_link_answers_the_drill(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    await give(stage, provider, "okafor")
    await stage.command("rivera", "/drill")
    await stage.wait(10)
    path = links(provider, "okafor")[-1]
    asked = await browser.get(path)
    assert "Have you got DRILL E-1?" in asked.text
    assert asked.text.count("<button") == 1
    answer = await browser.post(path, data={"how": "now"}, follow_redirects=True)
    assert "You have DRILL E-1" in answer.text
    await stage.tick()
    assert "Mr. Okafor: answered" in words_of(stage.inbox("rivera")[-1])


async def test_two_presses_are_one(stage: Stage, provider: Provider, browser: httpx.AsyncClient) -> None:
    path = await paged(stage, provider)
    for _ in range(2):
        await asyncio.gather(*(browser.post(path, data={"how": "now"}) for _ in range(3)))
    async with stage.app.database.read() as tx:
        kinds = [line.kind for line in await cases.timeline(tx, 1)]
    assert kinds.count("acknowledged") == kinds.count("answered_by_link") == 1


async def test_it_says_who_was_faster_but_not_the_name(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    await stage.press_last("rivera", "I've got it")
    for answer in (
        await browser.get(path),
        await browser.post(path, data={"how": "now"}, follow_redirects=True),
    ):
        assert "Somebody else has E-1" in answer.text
        assert "Rivera" not in answer.text
    assert (await case_of(stage)).acknowledged_by == await id_of(stage, "rivera")


# --- what does nothing -------------------------------------------------------------------------


async def useless(browser: httpx.AsyncClient, path: str) -> str:
    """The calm page: the same for looking and for pressing."""
    shown = (await browser.get(path)).text
    pressed = (await browser.post(path, data={"how": "now"}, follow_redirects=True)).text
    assert shown == pressed
    assert "This link does nothing now" in shown
    assert "E-" not in shown
    return shown


async def test_a_used_link_does_not_take_the_case_again(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    await browser.post(path, data={"how": "now"})
    await stage.press("okafor", "case.decline:1")
    assert (await case_of(stage)).state is CaseState.OPEN
    await useless(browser, path)
    assert (await case_of(stage)).state is CaseState.OPEN
    await stage.wait(10)
    await browser.post(links(provider, "okafor")[-1], data={"how": "now"})
    assert (await case_of(stage)).state is CaseState.ACKNOWLEDGED, "the new page's link is a new one"


async def test_old_closed_left_out_paused_and_foreign_links_all_say_the_same(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    told = set()
    path = await paged(stage, provider)
    stage.clock.moment += LASTS
    told.add(await useless(browser, path))
    stage.clock.moment -= LASTS
    assert "Have you got E-1?" in (await browser.get(path)).text
    okafor = await id_of(stage, "okafor")
    # a case that they are left out of
    await stage.press("maya", "writer.left_out:1", value=str(okafor))
    told.add(await useless(browser, path))
    # one that is closed
    await give(stage, provider, "rivera")
    await stage.command("leo", "/urgent")
    await stage.wait(10)
    closed = links(provider, "rivera")[-1]
    outcome = {"outcome": ("talked",), "report": ("made",), "parents": ("told",)}
    await stage.submit("rivera", "case.outcome:2:1", **outcome)
    told.add(await useless(browser, closed))
    # somebody who is not on its ladder, a case that there is not, and a person that there is not
    helper = await id_of(stage, "maya")
    told |= {
        await useless(browser, f"/a/{stage.app.links.token(case, person)}")
        for case, person in ((1, helper), (99, okafor), (2, 99))
    }
    # whose place on the team is paused
    await stage.command("leo", "/urgent he hears voices that tell him to hurt somebody")
    await stage.wait(30)
    paused = links(provider, "okafor")[-1]
    assert "Have you got" in (await browser.get(paused)).text
    async with stage.app.database.write() as tx:
        await people.suspend(tx, okafor)
    told.add(await useless(browser, paused))
    # and what is no link at all
    told.add(await useless(browser, "/a/nonsense"))
    assert len(told) == 1


async def test_what_is_no_link_asks_and_writes_nothing(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    other = stage.app.database.keys.seal("link:1:4:1").decode().rstrip("=")
    # Not the very last letter: of that one only some bits count.
    changed = path[:-2] + ("A" if path[-2] != "A" else "B") + path[-1]
    asked: list[str] = []
    event.listen(
        stage.app.database.engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2])
    )
    for bad in ("/a/x", f"/a/{other}", changed, path[:-8], f"{path}.", f"/a/{'A' * 5000}", "/a/%00", "/a/é"):
        await useless(browser, bad)
    assert asked == []


async def test_a_press_that_is_none_of_the_buttons_changes_nothing(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    for body in (b"", b"how=later", b"how=now" * 1000, b"\xff\xfe", b"{}"):
        await browser.post(path, content=body)
    assert (await case_of(stage)).state is CaseState.OPEN
    assert (await browser.put(path)).status_code == 405


async def test_a_database_that_is_away_is_said_and_sends_people_to_each_other(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await paged(stage, provider)

    @asynccontextmanager
    async def away() -> AsyncIterator[Tx]:
        raise DatabaseUnavailable("away")
        yield

    monkeypatch.setattr(stage.app.database, "write", away)
    answer = await browser.post(path, data={"how": "now"})
    assert answer.status_code == 503
    assert "call your team" in answer.text
    monkeypatch.setattr(stage.app.database, "read", away)
    assert (await browser.get(path)).status_code == 503


# --- on which messages -------------------------------------------------------------------------


async def test_mail_push_and_sms_carry_one_and_a_call_does_not(stage: Stage, provider: Provider) -> None:
    okafor = await id_of(stage, "okafor")
    async with stage.app.database.write() as tx:
        for channel in (Channel.EMAIL, Channel.PUSH, Channel.SMS, Channel.VOICE):
            await fallbacks.add_fallback(tx, okafor, 1, channel, provider.url(channel.value))
    await stage.tick()
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    found = {channel.value: len(links(provider, channel.value)) for channel in Channel}
    assert found == {"chat": 0, "email": 1, "push": 1, "sms": 1, "voice": 0}
    assert len({each.body["message"] for each in provider.taken}) == 4, "no two links are the same"


async def test_a_test_message_and_a_bot_without_an_address_carry_none(
    stage: Stage, provider: Provider
) -> None:
    await give(stage, provider, "okafor")
    await stage.press("rivera", f"fallback.test:{await id_of(stage, 'okafor')}:email")
    await stage.tick()
    stage.app = assemble(stage.app.database, stage.clock, [stage.platform])
    await stage.tick()
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    assert len(provider.taken) == 2
    assert "/a/" not in str(provider.taken)


async def test_it_stands_in_no_table_and_in_no_log(
    stage: Stage,
    provider: Provider,
    browser: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(0)
    stage.platform.fails["rivera"] = Unreachable("closed")
    path = await paged(stage, provider)
    await browser.get(path)
    await browser.post(path, data={"how": "now"})
    await useless(browser, "/a/quokka")
    token = path.removeprefix("/a/")
    said = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    kept = str(await rows(stage)) + str(said) + str(capsys.readouterr())
    for secret in (token, token[:40], "quokka"):
        assert secret not in kept
    async with stage.app.database.read() as tx:
        cards: list[Any] = list(await tx.scalars(text("SELECT card FROM outbox")))
    assert all("/a/" not in stage.app.database.keys.open(bytes(card)) for card in cards if card)


@pytest.mark.parametrize("locale", ["es", "fr"])
async def test_it_speaks_the_adult_s_language(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient, locale: str
) -> None:
    async with stage.app.database.write() as tx:
        await people.set_locale(tx, await id_of(stage, "okafor"), locale)
    shown = (await browser.get(await paged(stage, provider))).text
    assert f'lang="{locale}"' in shown
    assert "Have you got" not in shown
    calm = await browser.get("/a/x", headers={"accept-language": f"{locale}-CA,{locale};q=0.9,en;q=0.8"})
    assert f'lang="{locale}"' in calm.text


async def test_what_it_holds_is_of_the_last_day_to_the_minute(
    stage: Stage, provider: Provider, browser: httpx.AsyncClient
) -> None:
    path = await paged(stage, provider)
    stage.clock.moment += LASTS - timedelta(minutes=1)
    assert "Have you got E-1?" in (await browser.get(path)).text
    stage.clock.moment += timedelta(minutes=1)
    await useless(browser, path)

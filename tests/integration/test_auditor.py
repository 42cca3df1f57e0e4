"""Watching itself: an overdue page is told to the adults and in /readyz; the heartbeat stops."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.base import Ambiguous
from bot.app import assemble
from bot.auditor import Auditor, heartbeat
from bot.emergency import Emergency
from bot.health import problems
from handlers.chat import CommandUsed
from storage.db import Database
from storage.sealed import Keys
from tests.integration.left_out import ABUSE_BY_NOBODY_NAMED, leave_out, open_stage, raised
from tests.integration.moody import Moody, states
from tests.stage import Stage, words_of

STUCK = "Handrail may be stuck"


class Pings:
    """Counts how often "all is well" was said."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


@pytest.fixture
async def audited(database: Database, tmp_path: Path) -> AsyncIterator[tuple[Stage, Auditor, Pings]]:
    stage = await Stage.open(database)
    keys = Keys([Keys.make()])
    emergency = Emergency([stage.platform], tmp_path / "spool", keys, clock=stage.clock.now)
    stage.app = assemble(database, stage.clock, [stage.platform], emergency)
    await emergency.refresh(database)
    pings = Pings()
    yield stage, Auditor(stage.app, pings), pings
    await emergency.close()


async def test_while_all_is_well_it_says_so_to_the_dead_man_service(
    audited: tuple[Stage, Auditor, Pings],
) -> None:
    stage, auditor, pings = audited
    await stage.command("maya", "/urgent")
    for _ in range(3):
        await stage.wait(0.2)
        await auditor.look()
    assert pings.count == 3
    assert [card for card in stage.inbox("rivera") if STUCK in words_of(card)] == []


async def test_a_ladder_that_nobody_moves_is_noticed_told_once_an_hour_and_not_called_well(
    audited: tuple[Stage, Auditor, Pings],
) -> None:
    stage, auditor, pings = audited
    await stage.command("maya", "/urgent i want to die tonight")
    stage.clock.moment += timedelta(minutes=4)  # and nothing ticks
    for _ in range(5):
        await auditor.look()
        stage.clock.moment += timedelta(seconds=30)
    for adult in ("rivera", "okafor"):
        told = [words_of(card) for card in stage.inbox(adult) if STUCK in words_of(card)]
        assert len(told) == 1
        assert "Maya" not in told[0]
        assert "E-" not in told[0]
    assert pings.count == 0
    assert any("overdue" in problem for problem in await problems(stage.app))
    stage.clock.moment += timedelta(hours=1)
    await auditor.look()
    assert len([card for card in stage.inbox("rivera") if STUCK in words_of(card)]) == 2


async def test_a_page_that_is_not_sent_is_noticed(audited: tuple[Stage, Auditor, Pings]) -> None:
    stage, auditor, pings = audited
    user = stage._common("maya", "")
    await stage.app.intake.receive(CommandUsed(**user, name="urgent"))  # and nothing delivers
    stage.clock.moment += timedelta(seconds=61)
    await auditor.look()
    assert pings.count == 0
    assert await auditor.trouble() == "1 pages and 0 cases are overdue"
    await stage.app.delivery.drain()
    await stage.tick()
    await auditor.look()
    assert await auditor.trouble() == ""


async def test_a_page_that_is_only_looked_for_to_be_taken_away_is_not_overdue(database: Database) -> None:
    moody = Moody()
    moody.moods["rivera"] = [Ambiguous("timed out")]
    moody.looks = [Ambiguous("not now") for _ in range(100)]
    stage = await open_stage(database, moody)
    auditor = Auditor(stage.app)
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    await leave_out(stage, "Ms. Rivera")
    await stage.press_last("okafor", "I've got it")
    await stage.wait(2)
    await auditor.look()
    assert await states(stage, "rivera") == [("queued", False), ("queued", False)]
    assert await auditor.trouble() == ""


async def test_the_heartbeat_asks_for_an_address_and_lives_with_one_that_is_away() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=500 if len(asked) > 1 else 200)

    site = web.Application()
    site.router.add_get("/ping/secret", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    ping = heartbeat(f"http://127.0.0.1:{port}/ping/secret")
    await ping()
    await ping()
    await runner.cleanup()
    await ping()
    assert asked == ["/ping/secret", "/ping/secret"]

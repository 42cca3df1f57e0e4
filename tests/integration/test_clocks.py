"""Clocks that jump, and nights on which an hour is left out or comes twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from storage import sending
from storage.db import Database
from storage.words import Lane, Platform
from tests.integration.moody import Moody, urgent
from tests.stage import START, Stage

HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> Stage:
    return await Stage.open(database, platform=moody)


async def test_a_page_that_was_written_before_the_clock_went_back_goes_out_all_the_same(stage: Stage):
    await stage.app.intake.receive(urgent(stage))
    stage.clock.moment -= HOUR
    await stage.tick()
    assert len(stage.inbox("rivera")) == 1


async def test_a_claim_from_before_the_clock_went_back_holds_no_longer_than_a_claim_can(stage: Stage):
    await stage.app.intake.receive(urgent(stage))
    async with stage.app.database.write() as tx:
        everywhere = [(Platform.WEB, "sandbox")]
        await sending.claim(tx, lane=Lane.PAGES, workspaces=everywhere, claim="dead", now=stage.clock.now())
    stage.clock.moment -= HOUR
    await stage.tick()
    assert len(stage.inbox("rivera")) == 1


async def test_the_ladder_climbs_in_time_after_the_clock_went_back(stage: Stage):
    await stage.command("maya", "/urgent")
    stage.clock.moment -= HOUR
    await stage.tick()
    assert len(stage.inbox("rivera")) == 1, "going back is no reason to page"
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 2
    await stage.wait(3)
    assert len(stage.inbox("okafor")) == 1


async def test_who_has_a_case_is_asked_in_time_after_the_clock_went_back(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    before = len(stage.inbox("rivera"))
    stage.clock.moment -= HOUR
    await stage.tick()
    await stage.wait(15)
    assert len(stage.inbox("rivera")) == before + 1


async def test_a_clock_that_goes_forward_takes_one_step_and_sends_each_page_once(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.jump(60)
    assert (len(stage.inbox("rivera")), len(stage.inbox("okafor"))) == (2, 1)
    await stage.tick()
    assert (len(stage.inbox("rivera")), len(stage.inbox("okafor"))) == (2, 1)


async def test_clocks_of_two_machines_that_differ_by_seconds_move_nothing(stage: Stage):
    await stage.command("maya", "/urgent")
    stage.clock.moment -= timedelta(seconds=3)  # the other machine's
    await stage.tick()
    async with stage.app.database.read() as tx:
        assert str(await tx.scalar(text("SELECT climb_started_at FROM cases"))).startswith(f"{START:%F %T}")


@pytest.mark.parametrize("night", [datetime(2026, 3, 8, 1, 57), datetime(2026, 11, 1, 1, 57)])  # noqa: DTZ001
async def test_the_ladder_keeps_its_minutes_on_the_night_the_clocks_change(stage: Stage, night: datetime):
    """At 1:57 the hour that begins at two is about to be left out, or the one before comes again."""
    stage.clock.moment = night.replace(tzinfo=NEW_YORK).astimezone(UTC)
    await stage.command("maya", "/urgent")
    seen = []
    for _ in range(12):
        seen.append((len(stage.inbox("rivera")), len(stage.inbox("okafor"))))
        await stage.wait(1)
    assert seen == [(1, 0)] * 2 + [(2, 0)] * 3 + [(3, 1)] * 5 + [(4, 2)] * 2

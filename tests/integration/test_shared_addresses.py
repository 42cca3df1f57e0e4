"""Addresses that the whole team shares: used when everybody is paged, never of a case about somebody here."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from rich.console import Console
from sqlalchemy import text

import adapters.fallback
from adapters.base import Unreachable
from adapters.fallback import channel_of
from bot import doctor
from bot.app import assemble, keep_shared
from bot.emergency import Emergency
from bot.settings import Settings
from handlers.chat import ButtonPressed
from storage import cases, people, shared
from storage.db import Database
from storage.words import Channel
from tests.integration.provider import Provider, provider_on_loopback
from tests.integration.test_emergency import SECRET, Outage
from tests.integration.test_emergency import outage as _outage
from tests.stage import START, Stage

outage = _outage
TITLE = "Urgent peer concern waiting in Handrail (case E-1)"


@pytest.fixture
def provider(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    adapters.fallback._service("json://localhost")
    with provider_on_loopback(stage.clock) as found:
        yield found


async def share(stage: Stage, *urls: str) -> None:
    await keep_shared(stage.app.database, urls)
    await stage.tick()


async def kinds(stage: Stage, case_id: int = 1) -> list[str]:
    async with stage.app.database.read() as tx:
        return [line.kind for line in await cases.timeline(tx, case_id)]


# --- when --------------------------------------------------------------------------------------


async def test_it_is_used_from_the_step_to_everybody_on_and_at_most_four_times_an_hour(
    stage: Stage, provider: Provider
) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent")
    await stage.wait(9)
    assert provider.taken == []
    await stage.wait(112)
    assert provider.minutes("duty", START) == [10, 15, 20, 75, 90, 105]
    assert {each.body["title"] for each in provider.taken} == {TITLE}
    assert {each.body["message"] for each in provider.taken} == {"Open Handrail, or call 555-0114."}
    assert "held_back" in await kinds(stage), "never in silence"


async def test_it_is_used_at_once_when_nobody_can_be_reached_in_chat(
    stage: Stage, provider: Provider
) -> None:
    await share(stage, provider.url("duty"))
    for user in ("rivera", "okafor"):
        stage.platform.fails[user] = Unreachable("closed")
    await stage.command("maya", "/urgent")
    assert provider.minutes("duty", START) == [0]


async def test_it_is_used_where_a_team_has_no_adult_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    stage = await Stage.open(database, adults=False)
    with provider_on_loopback(stage.clock) as provider:
        await share(stage, provider.url("duty"))
        await stage.command("maya", "/urgent")
        await stage.wait(5)
        assert provider.minutes("duty", START) == [0, 5]


async def test_nothing_more_goes_once_somebody_has_it(stage: Stage, provider: Provider) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    await stage.press_last("okafor", "I've got it")
    await stage.write("maya", "we are in the library now")
    await stage.wait(14)
    assert len(provider.taken) == 1


async def test_a_drill_is_marked_there_too(stage: Stage, provider: Provider) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("rivera", "/drill")
    await stage.wait(10)
    [sent] = provider.taken
    assert sent.body["title"].startswith("DRILL E-1")


async def test_a_provider_that_is_gone_is_said_and_holds_nothing_up(stage: Stage, provider: Provider) -> None:
    await share(stage, "json://127.0.0.1:9/gone", provider.url("duty"))
    await stage.command("maya", "/urgent")
    await stage.wait(15)
    assert provider.minutes("duty", START) == [10, 15]
    assert "unreachable" in await kinds(stage)
    assert len(stage.inbox("okafor")) == 3


# --- who is left out ---------------------------------------------------------------------------


async def test_of_a_case_that_somebody_is_left_out_of_it_hears_nothing(
    stage: Stage, provider: Provider
) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent Mr. Okafor touched him and hits him")
    await stage.wait(240)
    assert provider.taken == []


async def test_what_waits_when_somebody_is_left_out_never_goes(stage: Stage, provider: Provider) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent")
    stage.clock.moment += timedelta(minutes=10)
    await stage.app.tick()  # everybody is paged, and nothing is sent yet
    async with stage.app.database.read() as tx:
        okafor = await people.by_account(tx, 1, "okafor")
    assert okafor is not None
    about = ButtonPressed(**stage._common("maya", ""), action="writer.left_out:1", value=str(okafor.id))
    await stage.app.intake.receive(about)
    await stage.app.delivery.drain()
    assert "left_out" in await kinds(stage)
    await stage.wait(120)
    assert provider.taken == []


# --- keeping them ------------------------------------------------------------------------------


async def test_the_environment_says_which_there_are_and_what_stays_keeps_its_id(
    stage: Stage, provider: Provider
) -> None:
    async def users() -> dict[Channel, str]:
        async with stage.app.database.write() as tx:
            return {each.channel: each.user for each in await shared.of_programme(tx, 1)}

    mail = "mailto://ibex:gnu-secret@mail.example"
    await share(stage, provider.url("duty"), mail)
    before = await users()
    assert set(before) == {Channel.SMS, Channel.EMAIL}
    await share(stage, mail)
    assert await users() == {Channel.EMAIL: before[Channel.EMAIL]}
    async with stage.app.database.read() as tx:
        kept = [str(row) for row in await tx.execute(text("SELECT * FROM shared_addresses"))]
    assert "gnu-secret" not in str(kept)
    await share(stage)
    assert await users() == {}


async def test_an_address_that_was_taken_out_gets_nothing_that_still_waits(
    stage: Stage, provider: Provider
) -> None:
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent")
    stage.clock.moment += timedelta(minutes=10)
    await stage.app.tick()
    await keep_shared(stage.app.database, [])
    await stage.app.delivery.drain()
    assert provider.taken == []


async def test_the_cap_counts_the_cases_of_every_team_together(stage: Stage, provider: Provider) -> None:
    elsewhere = await stage.elsewhere()
    await share(stage, provider.url("duty"))
    await stage.command("maya", "/urgent")
    await elsewhere.command("nina", "/urgent")
    await stage.wait(60)
    within = [minute for minute in provider.minutes("duty", START) if minute < 60]
    assert len(within) == 3, "both have used it, and the fourth is kept for a case that has not"


# --- while the database is away ----------------------------------------------------------------


async def test_in_an_emergency_it_is_told_at_once_and_not_of_words_about_somebody_here(
    outage: Outage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    stage = outage.stage
    with provider_on_loopback(stage.clock) as provider:
        addresses = [provider.url("duty")]
        emergency = Emergency(
            [stage.platform],
            tmp_path / "spool",
            outage.emergency._keys,
            clock=stage.clock.now,
            shared=addresses,
        )
        await emergency.refresh(stage.app.database)
        stage.app = assemble(stage.app.database, stage.clock, [stage.platform], emergency)
        await stage.write("maya", "ms rivera hits me when nobody is there")
        await emergency.close()
        assert provider.taken == []
        for _ in range(6):
            await stage.write("leo", SECRET)
            while emergency._calling:
                await next(iter(emergency._calling))
        assert len(provider.taken) == 4, "the cap holds here too"
        assert "die" not in str(provider.taken)
        assert "Leo" not in str(provider.taken)


# --- reading them ------------------------------------------------------------------------------


def test_commas_and_spaces_part_addresses_and_a_comma_inside_one_does_not() -> None:
    one, two = "mailto://u:p@h?to=a@h,b@h", "twilio://a:b@1/2?method=call"
    for between in (",", " ", ", ", "\n"):
        assert Settings(fallback_urls=f" {one}{between}{two}, ").shared_addresses == [one, two]
    assert Settings(fallback_urls="").shared_addresses == []
    assert Settings(fallback_urls=f"{one} {one}").shared_addresses == [one]


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("mailto://u:p@h", Channel.EMAIL),
        ("ntfys://h/topic", Channel.PUSH),
        ("twilio://a:b@1/2", Channel.SMS),
        ("twilio://a:b@1/2?method=call", Channel.VOICE),
        ("nobodyknows://x", Channel.SMS),
    ],
)
def test_what_is_not_known_to_be_free_of_charge_has_a_cap(url: str, channel: Channel) -> None:
    assert channel_of(url) is channel


async def test_doctor_says_which_cannot_be_read_and_shows_none(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/none.sqlite",
        handrail_keys=Fernet.generate_key().decode(),
        fallback_urls="json://gnu-secret@localhost, nosuch://gnu-secret",
    )
    said = StringIO()
    await doctor.run(settings, Console(file=said, width=200))
    assert "no page goes to address 2 of 2" in said.getvalue()
    assert "gnu-secret" not in said.getvalue()

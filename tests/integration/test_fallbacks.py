"""Pages beside chat: sent when chat is not enough, never too often, and they tell nothing of anybody."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import structlog
from sqlalchemy import text

import adapters.fallback
from adapters.base import Unreachable
from bot import logs
from handlers.chat import ButtonPressed, Choice, FormErrors, TextInput
from handlers.languages import say_in
from storage import cases, fallbacks, people, programmes, roster
from storage.words import Channel, Platform, Role
from tests.integration.provider import Provider, provider_on_loopback
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

NOTE = "/checkin P-7K2M tutoring 20m he wants to kill himself tonight, he wrote a quokka letter"
MAIL = "mailto://ibex:gnu-secret@127.0.0.1:9?to=lynx@example.org&mode=insecure"
TITLE = "Urgent peer concern waiting in Handrail (case E-1)"


@pytest.fixture
def provider(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    adapters.fallback._service("json://localhost")  # loading Apprise takes long on a busy machine
    with provider_on_loopback(stage.clock) as found:
        yield found


async def person_id(stage: Stage, user: str) -> int:
    async with stage.app.database.read() as tx:
        person = await people.by_account(tx, 1, user)
    assert person is not None
    return person.id


async def give(stage: Stage, user: str, **urls: str) -> None:
    """Give somebody fallback addresses, by the name of the channel."""
    person = await person_id(stage, user)
    async with stage.app.database.write() as tx:
        for channel, url in urls.items():
            await fallbacks.add_fallback(tx, person, 1, Channel(channel), url)
    await stage.tick()


async def timeline(stage: Stage, kind: str, case_id: int = 1) -> list[Mapping[str, Any]]:
    async with stage.app.database.read() as tx:
        return [line.facts for line in await cases.timeline(tx, case_id) if line.kind == kind]


# --- when --------------------------------------------------------------------------------------


async def test_everybody_means_by_everything_that_they_have(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"), email=provider.url("mail"))
    await give(stage, "okafor", voice=provider.url("okafor"))
    await stage.command("maya", "/urgent")
    await stage.wait(9)
    assert provider.taken == []
    await stage.wait(1)
    assert sorted(each.path for each in provider.taken) == ["/mail", "/okafor", "/rivera"]
    assert len(stage.inbox("rivera")) == 4, "chat is used as well"
    assert [facts["channel"] for facts in await timeline(stage, "paged_by_fallback")] == [
        "sms",
        "email",
        "voice",
    ]


async def test_nobody_is_called_any_more_once_somebody_has_it(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"))
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    await stage.press_last("okafor", "I've got it")
    told = len(stage.inbox("okafor"))
    await stage.write("maya", "we are in the library now")
    assert len(stage.inbox("okafor")) == told + 1
    await stage.wait(14)
    assert "we are in the library" not in str(provider.taken)
    assert [each.body["title"] for each in provider.taken] == [TITLE], "no news, no updates"


async def test_over_two_hours_texts_and_calls_stay_under_their_cap_and_mail_does_not(
    stage: Stage, provider: Provider
):
    await give(stage, "okafor", sms=provider.url("sms"), voice=provider.url("voice"))
    await give(stage, "rivera", email=provider.url("mail"))
    await stage.command("maya", "/urgent")
    await stage.wait(121)
    every_step = [*range(10, 65, 5), 75, 90, 105, 120]
    assert provider.minutes("mail", START) == every_step
    assert provider.minutes("sms", START) == [10, 15, 20, 75, 90, 105]
    assert provider.minutes("voice", START) == [10, 15, 20, 75, 90, 105]
    held_back = await timeline(stage, "held_back")
    assert len(held_back) == 2 * (len(every_step) - 6), "never in silence"


async def test_a_new_case_gets_through_where_another_one_has_used_its_share(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("sms"))
    await stage.command("maya", "/urgent")
    await stage.wait(21)
    await stage.command("leo", "/urgent")
    await stage.wait(50)
    titles = [each.body["title"] for each in provider.taken]
    assert titles == [TITLE] * 3 + [TITLE.replace("E-1", "E-2")]
    assert await timeline(stage, "held_back", 2) != []


async def test_an_adult_whose_chat_fails_is_paged_beside_it_at_once(stage: Stage, provider: Provider):
    stage.platform.fails["rivera"] = Unreachable("closed")
    await give(stage, "rivera", sms=provider.url("rivera"))
    await stage.command("maya", "/urgent")
    assert [each.path for each in provider.taken] == ["/rivera"]
    assert len(stage.inbox("okafor")) == 1, "the ladder climbs as ever"
    assert await timeline(stage, "unreachable") == [{"reason": "unreachable"}]


async def test_where_chat_reaches_no_adult_the_helper_is_told_and_every_other_way_is_used_at_once(
    stage: Stage, provider: Provider
):
    for adult in ("rivera", "okafor"):
        stage.platform.fails[adult] = Unreachable("closed")
        await give(stage, adult, sms=provider.url(adult))
    began = stage.clock.now()
    await stage.command("maya", "/urgent")
    assert stage.clock.now() == began, "no minute was waited for"
    assert {each.path for each in provider.taken} == {"/okafor", "/rivera"}
    assert "any adult" in words_of(stage.inbox("maya")[-1])
    assert {"reason": "unreachable"} in await timeline(stage, "unreachable")


async def test_an_adult_without_any_chat_account_is_paged_beside_it_at_once(stage: Stage, provider: Provider):
    async with stage.app.database.write() as tx:
        moreau = await people.add(tx, programme_id=1, name="Mx. Moreau", roles=[Role.COORDINATOR])
        await fallbacks.add_fallback(tx, moreau, 1, Channel.PUSH, provider.url("moreau"))
        await tx.execute(text("UPDATE roles SET position = 0 WHERE person_id = :id"), {"id": moreau})
    await stage.tick()
    await stage.command("maya", "/urgent")
    assert [each.path for each in provider.taken] == ["/moreau"]
    assert len(stage.inbox("rivera")) == 1


async def test_an_address_that_is_set_up_later_serves_the_next_case_without_a_restart(
    stage: Stage, provider: Provider
):
    await stage.command("leo", "/urgent")
    await give(stage, "rivera", push=provider.url("rivera"))
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    assert [each.body["title"] for each in provider.taken] == [TITLE.replace("E-1", "E-2")]


# --- what --------------------------------------------------------------------------------------


async def test_a_provider_learns_the_number_of_a_case_and_nothing_else(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"))
    await stage.command("maya", NOTE)
    await stage.press_last("rivera", "I can't")
    await stage.wait(30)
    assert provider.taken
    for received in provider.taken:
        assert received.body == {
            "version": "1.0",
            "title": TITLE,
            "message": "Open Handrail, or call 555-0114.",
            "attachments": [],
            "type": "info",
        }


@pytest.mark.parametrize("locale", ["es", "fr"])
async def test_it_is_said_in_the_language_of_the_adult(stage: Stage, provider: Provider, locale: str):
    await give(stage, "rivera", sms=provider.url("rivera"))
    async with stage.app.database.write() as tx:
        await people.set_locale(tx, await person_id(stage, "rivera"), locale)
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    said = say_in(locale)("Open Handrail, or call {phone}.", phone="555-0114")
    assert [each.body["message"] for each in provider.taken] == [said]


async def test_who_is_left_out_is_reached_by_nothing(stage: Stage, provider: Provider):
    stage.platform.fails["okafor"] = Unreachable("closed")
    await give(stage, "okafor", sms=provider.url("okafor"))
    await give(stage, "rivera", sms=provider.url("rivera"))
    await stage.command("maya", "/urgent Mr. Okafor touched him and hits him")
    await stage.wait(240)
    assert {each.path for each in provider.taken} == {"/rivera"}
    assert {each.body["message"] for each in provider.taken} == {"Open Handrail."}, "it may be their number"


async def test_what_waits_for_somebody_who_is_left_out_later_never_goes(stage: Stage, provider: Provider):
    await give(stage, "okafor", sms=provider.url("okafor"))
    await stage.command("maya", "/urgent")
    stage.clock.moment += timedelta(minutes=10)
    await stage.app.tick()  # everybody is paged, and nothing is sent yet
    okafor = str(await person_id(stage, "okafor"))
    about = ButtonPressed(**stage._common("maya", ""), action="writer.left_out:1", value=okafor)
    await stage.app.intake.receive(about)
    await stage.app.delivery.drain()
    assert len(await timeline(stage, "left_out")) == 1
    await stage.wait(120)
    assert provider.taken == []


async def test_what_was_sent_before_somebody_is_left_out_is_followed_by_nothing(
    stage: Stage, provider: Provider
):
    await give(stage, "okafor", sms=provider.url("okafor"))
    await stage.command("maya", "/urgent")
    await stage.wait(10)
    await stage.press("maya", "writer.left_out:1", value=str(await person_id(stage, "okafor")))
    await stage.wait(120)
    assert len(provider.taken) == 1


# --- what fails --------------------------------------------------------------------------------


async def test_a_provider_has_two_chances_and_the_next_step_tries_again(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"))
    await stage.command("maya", "/urgent")
    provider.answers = [500, 200]
    await stage.wait(10)
    assert (len(provider.refused), len(provider.taken)) == (1, 1)
    provider.answers = [500, 500]
    await stage.wait(5)
    assert (len(provider.refused), len(provider.taken)) == (3, 1)
    assert await timeline(stage, "unreachable") == [{"reason": "unreachable", "channel": "sms"}]
    await stage.wait(5)
    assert len(provider.taken) == 2
    await stage.wait(5)
    assert len(provider.taken) == 3, "what nobody took is not counted"


async def test_a_provider_that_is_gone_delays_and_climbs_nothing(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms="json://127.0.0.1:9/gone", email=provider.url("mail"))
    await stage.command("maya", "/urgent")
    await stage.wait(20)
    assert provider.minutes("mail", START) == [10, 15, 20]
    assert len(stage.inbox("okafor")) == 4


async def test_an_address_that_was_removed_or_cannot_be_read_is_said(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"), email="nonsense")
    await stage.command("maya", "/urgent")
    async with stage.app.database.write() as tx:
        assert await fallbacks.drop_fallback(tx, await person_id(stage, "rivera"), Channel.SMS)
        assert not await fallbacks.drop_fallback(tx, await person_id(stage, "rivera"), Channel.SMS)
    await stage.wait(10)
    said = {(facts["reason"], facts["channel"]) for facts in await timeline(stage, "unreachable")}
    assert said == {("unreachable", "sms"), ("rejected", "email")}


# --- what is kept ------------------------------------------------------------------------------


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that a running bot would write, and all that libraries would like to."""
    root, stream = logging.getLogger(), StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG")
    root.setLevel(1)
    yield stream
    structlog.reset_defaults()


async def test_an_address_stands_in_no_log_and_in_no_table(
    stage: Stage, provider: Provider, written: StringIO
):
    await give(stage, "rivera", sms=provider.url("lynx-path"), email=MAIL)
    await give(stage, "okafor", sms="json://ibex:gnu-secret@127.0.0.1:9/lynx-path")
    provider.answers = [500, 500]
    await stage.command("maya", "/urgent")
    await stage.wait(15)
    assert provider.taken
    assert "not_delivered" in written.getvalue()
    kept = written.getvalue() + "\n".join(await everything_kept(stage))
    for secret in ("gnu-secret", "lynx", "json:", "mailto:", str(provider.port)):
        assert secret not in kept


async def everything_kept(stage: Stage) -> Sequence[str]:
    async with stage.app.database.read() as tx:
        found = []
        for table in ("accounts", "connections", "ladder", "outbox", "timeline", "audit", "drafts"):
            rows = await tx.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - fixed names
            found += [str(row) for row in rows]
        return found


async def test_a_fallback_address_is_nobody_s_account(stage: Stage, provider: Provider):
    await give(stage, "rivera", sms=provider.url("rivera"))
    async with stage.app.database.read() as tx:
        rivera = await roster.get(tx, 1, await person_id(stage, "rivera"))
        assert rivera is not None
        assert rivera.accounts == ((1, "rivera"),)
        connection, _ = await programmes.at(tx, Platform.FALLBACK, "programme-1") or pytest.fail(
            "no connection"
        )
        [address] = await fallbacks.of_programme(tx, 1)
        assert await people.by_account(tx, connection.id, address.user) is None


async def test_prompts_and_care_go_to_chat_alone(stage: Stage, provider: Provider):
    for user in ("maya", "rivera"):
        await give(stage, user, sms=provider.url(user))
    async with stage.app.database.write() as tx:
        noor = await people.add(tx, programme_id=1, name="Noor", roles=[Role.HELPER, Role.COORDINATOR])
        await fallbacks.add_fallback(tx, noor, 1, Channel.SMS, provider.url("noor"))
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    await stage.press("rivera", "case.seen:1:yes")
    outcome = {"outcome": "talked", "report": "made", "parents": "told"}
    form = only_form(await stage.press("rivera", "case.close:1"))
    await stage.submit("rivera", form, **outcome)
    await stage.wait(60 * 24 * 9)
    assert "how is the student" in stage.sees("rivera").casefold()
    assert {each.path for each in provider.taken} <= {"/noor"}, "who has no chat is paged at once"
    assert all(each.body["title"] == TITLE for each in provider.taken)


# --- setting one up ----------------------------------------------------------------------------


async def set_up(stage: Stage, address: str, *, kind: str = "sms") -> Sequence[Any]:
    form = only_form(await stage.press("rivera", "fallback"))
    who = str(await person_id(stage, "okafor"))
    return await stage.submit("rivera", form, who=who, kind=kind, address=address)


async def test_a_coordinator_sets_an_address_up_tries_it_and_removes_it(stage: Stage, provider: Provider):
    saved = only_card(await set_up(stage, provider.url("okafor")))
    assert "Mr. Okafor: SMS" in words_of(saved)
    assert "gnu-secret" not in words_of(saved)
    tried = only_card(await stage.press("rivera", button_of(saved, "Send a test")))
    assert "Mr. Okafor" in words_of(tried)
    await stage.tick()
    assert [each.body["title"] for each in provider.taken] == ["A test from Handrail"]
    again = only_form(await stage.press("rivera", "fallback"))
    assert all(not item.value for item in again.inputs if isinstance(item, Choice | TextInput))
    removed = only_card(await set_up(stage, ""))
    assert "Mr. Okafor: chat only" in words_of(removed)
    assert "there was none" in words_of(only_card(await set_up(stage, "")))
    async with stage.app.database.read() as tx:
        deeds = [str(row) for row in await tx.execute(text("SELECT deed FROM audit ORDER BY id"))]
    assert deeds == ["('fallback_set',)", "('fallback_tested',)", "('fallback_removed',)"]


@pytest.mark.parametrize("address", ["555-0114", "nosuch://provider", "syslog://", "dbus://", "json://"])
async def test_what_is_no_address_is_refused_with_what_was_typed(stage: Stage, address: str):
    [errors] = await set_up(stage, address)
    assert isinstance(errors, FormErrors)
    assert list(errors.errors) == ["address"]
    assert address in [getattr(item, "value", "") for item in errors.form.inputs]
    async with stage.app.database.read() as tx:
        assert await fallbacks.of_programme(tx, 1) == []


@pytest.mark.parametrize("user", ["maya", "okafor"])
async def test_only_a_coordinator_may(stage: Stage, user: str):
    for pressed in ("fallback", "fallback.test:4:sms"):
        assert "That is for coordinators" in words_of(only_card(await stage.press(user, pressed)))
    refused = await stage.submit(user, "fallback", who="4", kind="sms", address="json://localhost")
    assert "That is for coordinators" in words_of(only_card(refused))


async def test_a_new_address_of_a_kind_takes_the_place_of_the_old_one_in_open_cases_too(
    stage: Stage, provider: Provider
):
    await set_up(stage, provider.url("old"))
    await stage.command("maya", "/urgent")
    await set_up(stage, provider.url("new"))
    await stage.wait(10)
    assert [each.path for each in provider.taken] == ["/new"]


async def test_addresses_of_another_programme_are_out_of_reach(stage: Stage, provider: Provider):
    elsewhere = await stage.elsewhere()
    await set_up(stage, provider.url("okafor"))
    person = await person_id(stage, "okafor")
    answer = await elsewhere.press("tanaka", f"fallback.test:{person}:sms")
    assert "not there any more" in words_of(only_card(answer))
    form = only_form(await elsewhere.press("tanaka", "fallback"))
    [errors] = await elsewhere.submit("tanaka", form, who=str(person), kind="sms", address="json://localhost")
    assert isinstance(errors, FormErrors)

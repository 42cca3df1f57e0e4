"""What can wait reaches nobody at night or on a holiday; a digest leaves no day out; the rest comes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.chat import Card
from handlers.due import keep_house
from storage import people, supervision_people
from storage.supervision_people import SchoolDays
from storage.words import Role
from tests.integration.test_digest import MONDAY_EIGHT, log, take, until
from tests.integration.test_handoff import met, walk
from tests.stage import Stage, button_of, only_card, only_form, words_of

HOUR, DAY = 60, 24 * 60
TONIGHT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # nine in the evening in New York, a Tuesday
TOMORROW = date(2026, 3, 4)
RIVERA, OKAFOR = 3, 4
WORKED = "2026-03-09 to 2026-03-23"


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    await keep_house(stage.app.database, stage.clock.now())
    return stage


async def closed(stage: Stage, first: date, last: date) -> None:
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(tx, 1, [SchoolDays("holiday", first, last)])


async def a_poll_that_closes_at_night(stage: Stage) -> None:
    """Sent at nine in the evening for three days."""
    await until(stage, TONIGHT)
    form = only_form(await stage.press("rivera", "poll.make"))
    made = only_card(
        await stage.submit("rivera", form, title="Our next trip", question="Where to?", options="Sea\nHills")
    )
    await stage.press("rivera", button_of(made, "Send it now"))
    await until(stage, TONIGHT + timedelta(days=3))


def told(stage: Stage, user: str, title: str) -> list[Card]:
    return [card for card in stage.inbox(user) if title in words_of(card)]


# --- rounds --------------------------------------------------------------------------------------


async def test_what_came_of_a_round_that_closes_at_night_is_told_in_the_morning(stage: Stage):
    await a_poll_that_closes_at_night(stage)
    await stage.wait(11 * HOUR - 1)
    assert not told(stage, "rivera", "Our next trip · closed")
    await stage.wait(1)
    assert len(told(stage, "rivera", "Our next trip · closed")) == 1


async def test_what_came_of_a_round_that_closes_on_a_holiday_is_told_when_school_is_open(stage: Stage):
    await closed(stage, date(2026, 3, 6), date(2026, 3, 10))
    await a_poll_that_closes_at_night(stage)
    await until(stage, datetime(2026, 3, 11, 11, 59, tzinfo=UTC))
    assert not told(stage, "rivera", "Our next trip · closed")
    await stage.wait(1)
    assert len(told(stage, "rivera", "Our next trip · closed")) == 1


async def test_the_news_of_a_coordinator_who_takes_a_break_at_night_still_comes(stage: Stage):
    await a_poll_that_closes_at_night(stage)
    await stage.wishes("rivera", pause="break", weeks="1")
    await stage.wait(12 * HOUR)
    assert told(stage, "rivera", "Our next trip · closed")


async def test_who_coordinates_no_more_in_the_morning_is_told_nothing(stage: Stage):
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    await a_poll_that_closes_at_night(stage)
    form = only_form(await stage.press("rivera", "roster.change:5"))
    await stage.submit("rivera", form, roles=("observer",))
    await stage.wait(12 * HOUR)
    assert told(stage, "rivera", "Our next trip · closed")
    assert not told(stage, "ito", "Our next trip · closed")


# --- the digest ----------------------------------------------------------------------------------


def digests(stage: Stage, user: str = "rivera") -> list[Card]:
    return [card for card in stage.inbox(user) if "Your helpers" in card.title]


async def test_a_digest_for_the_night_is_made_in_the_morning_and_tells_how_things_stand_then(stage: Stage):
    form = only_form(await stage.press("rivera", "schedule.when:1"))
    confirm = only_card(await stage.submit("rivera", form, when="every Monday 05:00"))
    await stage.press("rivera", button_of(confirm, "Save"))
    await until(stage, MONDAY_EIGHT - timedelta(hours=1))
    assert digests(stage) == []
    await stage.command("maya", "/urgent he told me he wants to kill himself tonight")
    await take(stage, "rivera")
    await until(stage, MONDAY_EIGHT)
    [card] = digests(stage)
    assert "Cases opened: 1" in words_of(card)
    await until(stage, MONDAY_EIGHT + timedelta(days=7))
    assert len(digests(stage)) == 2


async def test_after_an_outage_that_ends_at_night_the_digest_comes_in_the_morning_once(stage: Stage):
    form = only_form(await stage.press("rivera", "schedule.when:1"))
    confirm = only_card(await stage.submit("rivera", form, when="every Monday 17:00"))
    await stage.press("rivera", button_of(confirm, "Save"))
    away = MONDAY_EIGHT + timedelta(hours=16) - stage.clock.now()
    await stage.jump(away.total_seconds() / 60)  # midnight
    assert digests(stage) == []
    await stage.wait(8 * HOUR)
    assert len(digests(stage)) == 1
    await stage.wait(2 * DAY)
    assert len(digests(stage)) == 1


async def test_after_a_holiday_the_digest_tells_everything_since_the_last_one(stage: Stage):
    await closed(stage, date(2026, 3, 14), date(2026, 3, 22))
    await until(stage, MONDAY_EIGHT + timedelta(days=1))
    await log(stage, 1, "tutoring", times=7)
    await stage.command("leo", "/urgent he told me he wants to kill himself tonight")
    await take(stage, "rivera")
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    card = digests(stage)[-1]
    assert WORKED in card.title
    assert "Tutoring: 7 check-ins" in words_of(card)
    assert "Cases opened: 1" in words_of(card)
    await until(stage, MONDAY_EIGHT + timedelta(days=21))
    assert "Tutoring" not in words_of(digests(stage)[-1]), "that was told a week ago"


async def test_a_digest_that_was_missed_is_made_up_for_by_the_next_one(stage: Stage):
    await until(stage, MONDAY_EIGHT + timedelta(days=1))
    await log(stage, 1, "tutoring", times=7)
    await stage.jump(7 * DAY)  # the second Monday passes, and more than its grace
    assert len(digests(stage)) == 1
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    assert WORKED in digests(stage)[-1].title
    assert "Tutoring: 7 check-ins" in words_of(digests(stage)[-1])


async def test_a_digest_that_nobody_was_there_to_read_does_not_count_as_made(stage: Stage):
    await until(stage, MONDAY_EIGHT + timedelta(days=1))
    await log(stage, 1, "tutoring", times=7)
    async with stage.app.database.write() as tx:
        for number in (RIVERA, OKAFOR):
            await people.suspend(tx, number)
    await until(stage, MONDAY_EIGHT + timedelta(days=9))
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    [card] = digests(stage, "ito")
    assert WORKED in card.title
    assert "Tutoring: 7 check-ins" in words_of(card)


async def test_who_is_left_out_of_a_case_at_night_reads_no_digest_that_counted_it(stage: Stage):
    """Ms. Rivera's morning is later than Ms. Ito's, so hers waits when she is left out."""
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    await stage.wishes("rivera", quiet=("20", "11"))
    await until(stage, MONDAY_EIGHT - timedelta(minutes=10))
    await stage.command("maya", "/urgent somebody touches him when they are alone")
    await take(stage, "ito")
    await until(stage, MONDAY_EIGHT + timedelta(minutes=1))
    assert "Cases opened: 1" in words_of(digests(stage, "ito")[-1])
    await stage.write("maya", "it is Ms. Rivera who touches him")
    await until(stage, MONDAY_EIGHT + timedelta(hours=5))
    assert digests(stage) == []


# --- news of what others did ---------------------------------------------------------------------


async def test_a_nomination_at_night_is_told_in_the_morning(stage: Stage):
    await until(stage, TONIGHT)
    form = only_form(await stage.command("leo", "/nominate"))
    await stage.submit("leo", form, kind="peer", name="Sam", reason="She is patient and kind.")
    await stage.wait(11 * HOUR - 1)
    assert stage.inbox("rivera") == []
    await stage.wait(1)
    assert len(stage.inbox("rivera")) == 1


async def test_what_nobody_takes_is_asked_again_only_when_school_is_open(stage: Stage):
    await closed(stage, TOMORROW - timedelta(days=1), TOMORROW)
    card = only_card(await stage.command("rivera", "/requests"))
    form = only_form(await stage.press("rivera", button_of(card, "Ask for help")))
    await stage.submit("rivera", form, text="Algebra help, two students")
    assert len(stage.inbox("maya")) == 1, "who asks now is heard now"
    await until(stage, datetime(2026, 3, 5, 12, 59, tzinfo=UTC))
    assert len(stage.inbox("maya")) == 1
    assert stage.inbox("rivera") == []
    await stage.wait(1)
    assert len(stage.inbox("maya")) == 2


async def test_that_a_request_is_taken_at_night_is_told_in_the_morning(stage: Stage):
    card = only_card(await stage.command("rivera", "/requests"))
    form = only_form(await stage.press("rivera", button_of(card, "Ask for help")))
    await stage.submit("rivera", form, text="Algebra help, two students")
    await until(stage, TONIGHT)
    await stage.press_last("maya", "I'll do it")
    assert stage.inbox("rivera") == []
    await stage.wait(11 * HOUR)
    assert "Maya does it." in words_of(stage.inbox("rivera")[-1])


async def test_that_a_peer_has_come_is_told_to_their_helper_in_the_morning(stage: Stage):
    await walk(stage, await met(stage))
    coming = stage.inbox("rivera")[-1]
    await until(stage, TONIGHT)
    await stage.press("rivera", button_of(coming, "They are here"))
    assert not told(stage, "maya", "has come to an adult")
    await stage.wait(11 * HOUR)
    assert told(stage, "maya", "has come to an adult")


@pytest.mark.parametrize(("role", "at_once"), [("helper", False), ("observer", False), ("backup", True)])
async def test_a_new_helper_is_welcomed_in_their_day_and_an_adult_who_may_be_paged_at_once(
    stage: Stage, role: str, at_once: bool
):
    await until(stage, TONIGHT)
    form = only_form(await stage.press("rivera", "roster.add"))
    await stage.submit("rivera", form, who="sam", name="Sam", role=role)
    assert bool(stage.inbox("sam")) is at_once
    await stage.wait(11 * HOUR)
    assert len(stage.inbox("sam")) == 1


# --- what cannot wait ----------------------------------------------------------------------------


async def test_a_page_and_a_wish_to_talk_come_at_night_and_on_a_holiday(stage: Stage):
    await until(stage, MONDAY_EIGHT + timedelta(hours=2))
    question = stage.inbox("leo")[-1]
    await closed(stage, date(2026, 3, 10), date(2026, 3, 20))
    await until(stage, MONDAY_EIGHT + timedelta(days=1, hours=14))
    before = len(stage.inbox("rivera"))
    await stage.press("leo", button_of(question, "I'd like to talk"))
    assert len(stage.inbox("rivera")) == before + 1
    await stage.command("maya", "/urgent he told me he wants to kill himself tonight")
    assert "Urgent peer concern" in stage.inbox("rivera")[-1].fallback

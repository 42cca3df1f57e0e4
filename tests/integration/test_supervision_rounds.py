"""A round from beginning to end: who is asked and reminded when; answers late and changed; pauses; times."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import supervision_when
from handlers.cards.helpers import plain
from handlers.cards.supervision_digest import Given, answers
from handlers.due import keep_house, next_due, run_due
from handlers.languages import say_in
from handlers.supervision_questions import Kind, Question, own
from handlers.supervision_send import awake, send
from storage import people, programmes, supervision, supervision_people, supervision_rounds
from storage.supervision_people import SchoolDays, Wish
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_NINE = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)  # 9:00 in New York, the day after the clocks changed
HOUR, DAY = 60, 24 * 60


@pytest.fixture
async def week(stage: Stage) -> Stage:
    """A stage on which the weekly question has just gone out."""
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_NINE)
    return stage


async def until(stage: Stage, moment: datetime) -> None:
    await stage.wait((moment - stage.clock.now()).total_seconds() / 60)


def titles(stage: Stage, user: str) -> list[str]:
    return [card.title for card in stage.inbox(user)]


def asked(stage: Stage, user: str) -> int:
    """How often somebody was asked or reminded."""
    return sum("How was your week" in title for title in titles(stage, user))


async def set_days(stage: Stage, *days: SchoolDays) -> None:
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(tx, 1, days)


# --- reminders -----------------------------------------------------------------------------------


async def test_who_does_not_answer_is_reminded_twice_and_no_more(week: Stage):
    await week.press_last("leo", "Fine")
    await week.wait(DAY - 1)
    assert asked(week, "maya") == 1
    await week.wait(1)
    assert asked(week, "maya") == 2
    assert "still time" in words_of(week.inbox("maya")[-1])
    await week.wait(6 * DAY - 1)
    assert (asked(week, "maya"), asked(week, "leo")) == (3, 1)
    await week.wait(1)
    assert (asked(week, "maya"), asked(week, "leo")) == (4, 2)  # the next Monday's


async def test_after_an_outage_two_reminders_do_not_come_at_once(week: Stage):
    await week.jump(2 * DAY + 2 * HOUR)
    await week.tick()
    await week.tick()
    assert asked(week, "maya") == 2
    await week.wait(21 * HOUR - 1)
    assert asked(week, "maya") == 2
    await week.wait(1)  # twenty hours later it was night; the round is open for another hour
    assert asked(week, "maya") == 3


async def test_a_reminder_that_would_come_after_the_close_does_not(week: Stage):
    await week.jump(2 * DAY + 6 * HOUR)
    await week.tick()
    await week.wait(DAY)
    assert asked(week, "maya") == 2


async def test_a_reminder_never_comes_in_quiet_hours_but_in_the_morning(week: Stage):
    await week.wishes("maya", quiet=("17", "11"))
    await until(week, MONDAY_NINE + timedelta(days=1))
    assert asked(week, "leo") == 2
    assert asked(week, "maya") == 1
    await week.wait(2 * HOUR)
    assert asked(week, "maya") == 2


async def test_who_answers_before_the_morning_is_not_reminded(week: Stage):
    await week.wishes("maya", quiet=("17", "11"))
    await until(week, MONDAY_NINE + timedelta(days=1, hours=1))
    await week.press("maya", button_of(week.inbox("maya")[0], "Fine"))
    await week.wait(4 * HOUR)
    assert asked(week, "maya") == 1


async def test_who_takes_a_break_is_neither_asked_nor_reminded_and_the_coordinator_sees_it(week: Stage):
    await week.wishes("maya", pause="break", weeks="2")
    await week.wait(8 * DAY)
    assert asked(week, "maya") == 1
    assert asked(week, "leo") > 1
    overview = words_of(only_card(await week.command("rivera", "/supervision")))
    assert "Maya takes a break until" in overview
    assert "Maya (takes a break)" in words_of(week.inbox("rivera")[-1])
    await week.wait(14 * DAY)
    assert asked(week, "maya") > 1


async def test_somebody_on_leave_or_suspended_is_not_reminded(week: Stage):
    form = only_form(await week.press("rivera", "somebody.away"))
    overview = only_card(await week.submit("rivera", form, who="maya", weeks="1"))
    assert "Maya is away until" in words_of(overview)
    async with week.app.database.write() as tx:
        leo = await people.by_account(tx, 1, "leo")
        assert leo is not None
        await people.suspend(tx, leo.id)
    await week.wait(3 * DAY)
    assert asked(week, "maya") == asked(week, "leo") == 1


@given(
    minute=st.integers(0, 366 * DAY),
    start=st.integers(0, DAY - 1),
    end=st.integers(0, DAY - 1),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_nobody_is_written_to_in_their_quiet_hours(minute: int, start: int, end: int, zone: str):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found = awake(Wish(1, zone, start, end), NEW_YORK, moment)
    local = found.astimezone(ZoneInfo(zone))
    now = local.hour * 60 + local.minute
    quiet = start <= now < end if start < end else now >= start or now < end
    assert start == end or not quiet or found.minute == 0  # a gap in the clock may end inside
    assert timedelta() <= found - moment <= timedelta(hours=25)


# --- answers -------------------------------------------------------------------------------------


async def test_an_answer_is_changed_until_the_round_closes_and_kept_as_late_after_that(week: Stage):
    await week.press_last("maya", "It was a lot")
    form = only_form(await week.press_last("maya", "Say more"))
    thanks = only_card(await week.submit("maya", form, full="5", topic="Essays pile up"))
    assert "change it until the round closes" in words_of(thanks)
    again = only_form(await week.press("maya", button_of(thanks, "Change my answer")))
    assert [getattr(item, "value", "") for item in again.inputs] == ["5", "Essays pile up"]
    await week.submit("maya", again, full="4")
    await week.wait(3 * DAY)
    result = words_of(week.inbox("rivera")[-1])
    assert "1 of 2 (50 %)" in result
    assert "Not yet: Leo" in result
    assert "4: 1" in result
    late = only_card(await week.press("leo", button_of(week.inbox("leo")[0], "Fine")))
    assert "marked as late" in words_of(late)
    results = only_card(await week.press("rivera", "round.results:2"))
    assert "Late answers: 1" in words_of(results)
    assert "1 of 2 (50 %)" in words_of(results)


async def test_an_answer_after_the_close_does_not_take_the_place_of_the_one_in_time(week: Stage):
    await week.press_last("maya", "It was a lot")
    form = only_form(await week.press_last("maya", "Say more"))
    await week.wait(3 * DAY)
    card = words_of(only_card(await week.press("maya", button_of(week.inbox("maya")[0], "Fine"))))
    assert "Your answer from before stays" in card
    assert "stays" in words_of(only_card(await week.submit("maya", form, full="1")))
    assert "stays" in words_of(only_card(await week.press("maya", "poll.open:2"))), "before they type in vain"
    async with week.app.database.read() as tx:
        kept = (await supervision_rounds.answers(tx, 2))[0]
    assert (kept.word, dict(kept.content), kept.late) == ("heavy", {}, False)
    talk = words_of(only_card(await week.press("maya", "weekly:2:talk")))
    assert "has been asked to find a time with you" in talk
    assert "Maya would like to talk" in words_of(week.inbox("rivera")[-1]), "that is passed on all the same"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_everybodys_answers_can_be_read_page_by_page(stage: Stage):
    helpers = {
        user: await stage.add(user, f"Helper {user}", Role.HELPER)
        for user in (f"helper{letter}" for letter in "abcdefghijklmnopqrst")
    }
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_NINE)
    for user in helpers:
        topic = f"Topic of {user}: " + "a b c d " * (110 if user in ("helpera", "helperh") else 4)
        form = only_form(await stage.press_last(user, "Say more"))
        await stage.submit(user, form, full="2", topic=topic)
    card, read = only_card(await stage.press("rivera", "round.answers:2")), list[str]()
    for _ in range(20):
        read.append(words_of(card))
        if "More …" not in read[-1]:
            break
        card = only_card(effects := await stage.press("rivera", button_of(card, "More …")))
        assert effects[0].fleeting
    assert 1 < len(read) < 10
    for user in helpers:
        assert sum(f"Topic of {user}:" in page for page in read) == 1


def test_one_long_answer_is_cut_and_keeps_nobody_elses_back():
    texts = tuple(Question(f"q{number}", f"Question {number}", Kind.TEXT, ()) for number in range(1, 6))
    long = Given(1, "Maya", {each.label: "word " * 200 for each in texts}, late=False)
    short = Given(2, "Leo", {"Question 1": "All is well"}, late=False)
    say = say_in("en")
    card = answers(say, own("A title", texts, anonymous=False), [long, short, short], round_id=1)
    shown = words_of(card)
    assert "Question 5: word" in shown
    assert "All is well" in shown


async def test_answers_in_words_are_shown_to_adults_and_become_no_message(week: Stage):
    form = only_form(await week.press_last("maya", "Say more"))
    await week.submit("maya", form, full="2", topic="Essays pile up")
    effects = await week.press("rivera", "round.answers:2")
    assert "Essays pile up" in words_of(only_card(effects))
    assert effects[0].fleeting
    assert "coordinators" in words_of(only_card(await week.press("leo", "round.answers:2")))
    assert not any("Essays" in words_of(card) for card in week.inbox("rivera"))


async def test_a_helpers_own_distress_in_an_answer_pages_and_is_answered_to_the_writer_in_danger(week: Stage):
    form = only_form(await week.press_last("maya", "Say more"))
    effects = await week.submit("maya", form, full="5", topic="I want to kill myself tonight")
    first = words_of(effects[0].card)
    assert "glad you told us" in first
    assert "Somebody is with me" in first
    assert any("E-1" in title for title in titles(week, "rivera"))
    answers = words_of(only_card(await week.press("rivera", "round.answers:2")))
    assert "kill" not in answers, "those words stand with the case, for its adults alone"


async def test_only_who_was_asked_can_answer(week: Stage):
    await week.add("nia", "Nia", Role.HELPER)
    assert "not there any more" in words_of(only_card(await week.press("nia", "weekly:2:fine")))
    assert "not there any more" in words_of(only_card(await week.press("rivera", "poll.open:2")))


# --- times ---------------------------------------------------------------------------------------


async def test_what_fell_due_while_the_bot_was_away_goes_out_once_and_the_rest_is_recorded(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    form = only_form(await stage.press("rivera", "schedule.when:2"))
    confirm = only_card(await stage.submit("rivera", form, when="every day 09:00", open_for="1"))
    assert "every day, 09:00" in words_of(confirm)
    await stage.press("rivera", button_of(confirm, "Save"))
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)  # 10:00
    await stage.jump((friday - stage.clock.now()).total_seconds() / 60)
    await stage.tick()
    async with stage.app.database.read() as tx:
        rounds = await supervision_rounds.latest(tx, 1, 20, schedule_id=2)
    assert [(each.due_at.day, each.skipped) for each in rounds] == [
        (6, False),
        (5, True),
        (4, True),
        (3, True),
    ]
    assert asked(stage, "maya") == 1


async def test_nothing_goes_out_on_holidays_or_outside_of_terms(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    form = only_form(await stage.press("rivera", "school.days"))
    await stage.submit(
        "rivera", form, terms="2026-01-05 to 2026-03-20", holidays="2026-03-09\n2026-03-30 – 2026-04-03"
    )
    await until(stage, MONDAY_NINE + timedelta(hours=5))
    assert asked(stage, "maya") == 0
    await until(stage, MONDAY_NINE + timedelta(days=7))
    assert asked(stage, "maya") == 1
    await stage.wait(30 * DAY)
    async with stage.app.database.read() as tx:
        assert len(await supervision_rounds.latest(tx, 1, 20, schedule_id=2)) == 1
    overview = words_of(only_card(await stage.command("rivera", "/supervision")))
    assert "last term is over" in overview


async def test_a_late_prompt_waits_for_the_morning_of_whoever_sleeps(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    evening = MONDAY_NINE + timedelta(hours=11, minutes=30)  # 20:30, within the grace of twelve hours
    await stage.jump((evening - stage.clock.now()).total_seconds() / 60)
    assert asked(stage, "maya") == 0
    await stage.wait(11.5 * HOUR)
    assert asked(stage, "maya") == 1


async def test_what_waits_for_a_morning_on_a_holiday_comes_when_school_is_open_again(stage: Stage):
    await set_days(stage, SchoolDays("holiday", date(2026, 3, 10), date(2026, 3, 10)))
    await keep_house(stage.app.database, stage.clock.now())
    evening = MONDAY_NINE + timedelta(hours=11, minutes=30)  # 20:30, within the grace of twelve hours
    await stage.jump((evening - stage.clock.now()).total_seconds() / 60)
    await stage.wait(35 * HOUR)
    assert asked(stage, "maya") == 0
    await stage.wait(HOUR)
    assert asked(stage, "maya") == 1


async def test_who_would_be_asked_after_the_close_is_not_asked(stage: Stage):
    await set_days(stage, SchoolDays("holiday", date(2026, 3, 10), date(2026, 3, 20)))
    await keep_house(stage.app.database, stage.clock.now())
    await stage.wishes("leo", time_zone="Los Angeles")  # it is still evening there
    evening = MONDAY_NINE + timedelta(hours=11, minutes=30)
    await stage.jump((evening - stage.clock.now()).total_seconds() / 60)
    await stage.wait(13 * DAY)
    assert (asked(stage, "maya"), asked(stage, "leo")) == (0, 1)
    async with stage.app.database.read() as tx:
        first = (await supervision_rounds.latest(tx, 1, 20, schedule_id=2))[-1]
        assert len(await supervision_rounds.asked(tx, first.id)) == 1


@pytest.mark.parametrize("how", ["prompts.wishes", "roster.remove"])
async def test_nothing_waits_any_more_for_whoever_pauses_or_leaves_in_the_evening(stage: Stage, how: str):
    await keep_house(stage.app.database, stage.clock.now())
    evening = MONDAY_NINE + timedelta(hours=11, minutes=30)
    await stage.jump((evening - stage.clock.now()).total_seconds() / 60)
    await stage.tick()
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        to = [
            each for each in await supervision_people.recipients(tx, 1, [Role.HELPER]) if each.user == "maya"
        ]
        morning = {maya.id: stage.clock.now() + timedelta(hours=11)}
        await send(
            tx,
            await programmes.get(tx, 1),
            "request:1",
            to=to,
            card=lambda say: plain(say, "A peer waits", "Would you?"),
            now=stage.clock.now(),
            due=morning,
        )
    if how == "prompts.wishes":
        await stage.wishes("maya", pause="break", weeks="2")
    else:
        await stage.press("rivera", f"roster.remove:{maya.id}:yes")
    await stage.wait(13 * HOUR)
    assert asked(stage, "leo") == 1
    assert not any("peer waits" in title or "How was" in title for title in titles(stage, "maya"))


async def test_saving_quiet_hours_leaves_a_pause_as_it_is(week: Stage):
    form = only_form(await week.press("rivera", "somebody.away"))
    await week.submit("rivera", form, who="maya", weeks="4")
    async with week.app.database.read() as tx:
        before = {
            number: wish.paused_until for number, wish in (await supervision_people.wishes(tx, 1)).items()
        }
    await week.wait(DAY)
    wishes = only_form(await week.press("maya", "prompts.wishes"))
    await week.submit("maya", wishes, quiet_from="21")
    async with week.app.database.read() as tx:
        (wish,) = (await supervision_people.wishes(tx, 1)).values()
    assert (wish.pause, wish.quiet_from) == ("away", 21 * HOUR)
    assert {wish.person_id: wish.paused_until} == before


@pytest.mark.parametrize("times", [1, 2])
async def test_two_who_start_a_round_at_once_start_one(
    stage: Stage, database_url: str, keys: list[str], times: int
):
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.read() as tx:
        item = await supervision.of_prompt(tx, 1, "agenda")
    assert item is not None
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    pressed = [(user, f"schedule.start:{item.id}") for _ in range(times) for user in ("rivera", "ito")]
    await asyncio.gather(*(stage.press(*each) for each in pressed))
    async with stage.app.database.read() as tx:
        assert len(await supervision_rounds.latest(tx, 1, 20, schedule_id=item.id)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_long_list_of_holidays_can_be_opened_and_saved_without_loss(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    first = date(2026, 1, 1)
    single = [SchoolDays("holiday", day, day) for day in (first + timedelta(days=9 * n) for n in range(60))]
    spans = [
        SchoolDays("holiday", day, day + timedelta(days=3))
        for day in (date(2028, 1, 1) + timedelta(days=9 * n) for n in range(100))
    ]
    await set_days(stage, *single, *spans)
    form = only_form(await stage.press("rivera", "school.days"))
    assert "2026-01-10\n" in form.inputs[1].value
    await stage.submit("rivera", form)
    async with stage.app.database.read() as tx:
        assert await supervision_people.school_days(tx, 1) == [*single, *spans]


async def test_many_workers_send_remind_and_close_once(week: Stage):
    for moment in (MONDAY_NINE + timedelta(days=1), MONDAY_NINE + timedelta(days=3)):
        await until(week, moment - timedelta(minutes=1))
        week.clock.moment = moment
        for _ in range(3):
            await run_due(week.app.database, moment)
        await week.tick()
    assert asked(week, "maya") == 3
    assert sum("closed" in title for title in titles(week, "rivera")) == 1
    assert await next_due(week.app.database) is not None


async def test_a_zone_of_ones_own_counts_for_quiet_hours(week: Stage):
    refused = await week.wishes("maya", time_zone="Atlantis")
    assert "no such time zone" in refused[0].errors["time_zone"]
    await week.wishes("maya", time_zone="Auckland")
    await week.wait(DAY)  # 9:00 in New York is 2:00 of the next day there
    assert asked(week, "maya") == 1
    await week.wait(6 * HOUR)
    assert asked(week, "maya") == 2


async def test_a_schedule_is_changed_by_one_person_at_a_time(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    confirms = []
    for user, when in (("rivera", "every Tuesday 10:00"), ("ito", "first Friday 15:30")):
        form = only_form(await stage.press(user, "schedule.when:1"))
        confirms.append(only_card(await stage.submit(user, form, when=when)))
    saved = only_card(await stage.press("ito", button_of(confirms[1], "Save")))
    assert "first Friday of the month, 15:30" in words_of(saved)
    refused = only_card(await stage.press("rivera", button_of(confirms[0], "Save")))
    assert "Somebody else changed this" in words_of(refused)
    async with stage.app.database.read() as tx:
        schedule = await supervision.get(tx, 1, 1)
    assert schedule is not None
    assert schedule.rule == "monthly 1 fri 15:30"
    assert schedule.next_due_at == datetime(2026, 3, 6, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("once 2026-02-31 09:00", "I don't understand"),
        ("cron 0 9 31 2 *", "never comes"),
        ("once 2026-01-05 09:00", "never comes"),
        ("cron * * * * *", "more than once a day"),
        ("cron 0 9,10 * * mon", "more than once a day"),
        ("whenever", "I don't understand"),
        ("", "fill this in"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_times_that_cannot_be_are_refused_with_a_reason(stage: Stage, when: str, why: str):
    await keep_house(stage.app.database, stage.clock.now())
    form = only_form(await stage.press("rivera", "schedule.when:1"))
    effects = await stage.submit("rivera", form, when=when)
    assert why in effects[0].errors["when"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_comes_too_often_is_refused_before_its_times_are_looked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    await keep_house(stage.app.database, stage.clock.now())
    form = only_form(await stage.press("rivera", "schedule.when:1"))

    def walked(*_given: object) -> None:
        raise AssertionError("every moment of nine years is looked at while everybody waits")

    monkeypatch.setattr(supervision_when, "times", walked)
    effects = await stage.submit("rivera", form, when="cron * * * * *")
    assert "more than once a day" in effects[0].errors["when"]


async def test_a_helper_sees_what_waits_for_them_and_changes_no_schedule(week: Stage):
    waiting = only_card(await week.command("maya", "/supervision"))
    assert "How was your week" in waiting.title
    await week.press("maya", button_of(waiting, "Fine"))
    assert "No question waits" in words_of(only_card(await week.command("maya", "/supervision")))
    for press in ("schedule.when:1", "schedule.start:1", "round.results:2", "poll.make", "school.days"):
        assert "coordinators" in words_of(only_card(await week.press("maya", press)))

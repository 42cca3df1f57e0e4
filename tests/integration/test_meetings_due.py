"""What is due for meetings: reminded once, never at night or on leave; who came asked; the next planned."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handlers.due import next_due, run_due
from handlers.meetings_due import lay_out
from storage import meetings, people, programmes, supervision_people
from storage.meetings import MeetingPlan
from storage.models import MeetingRow, OutboxRow
from storage.supervision_people import SchoolDays, Wish
from tests.integration.test_meetings import plan, until, with_group
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

ZONE = ZoneInfo("America/New_York")


async def reminders(stage: Stage) -> dict[str, list[datetime]]:
    """When each was reminded, by the school's clock."""
    async with stage.app.database.read() as tx:
        rows = await tx.execute(
            select(OutboxRow.user, OutboxRow.due_at)
            .where(OutboxRow.key.like("meeting:%"))
            .order_by(OutboxRow.id)
        )
    found: dict[str, list[datetime]] = {}
    for user, due in rows:
        found.setdefault(user, []).append(due.astimezone(ZONE))
    return found


async def test_reminded_on_the_evening_before_and_asked_afterwards(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 31)
    evening = datetime(2026, 3, 2, 18, tzinfo=ZONE)
    assert await reminders(stage) == {"maya": [evening], "leo": [evening]}
    assert "Who came? Tue 3 Mar" in stage.inbox("rivera")[-1].title
    await until(stage, 7 * 24)
    assert await reminders(stage) == {
        "maya": [evening, evening + timedelta(7)],
        "leo": [evening, evening + timedelta(7)],
    }


async def test_one_planned_for_today_is_told_at_once(stage: Stage):
    await plan(stage, when="once 2026-03-02 15:30")
    await stage.tick()
    assert "Meeting: Mon 2 Mar, 15:30" in stage.inbox("maya")[-1].title


async def test_who_cannot_come_or_is_on_leave_is_not_reminded(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await stage.press("maya", "meeting.cannot:1")
    form_user = await stage.submit("rivera", "somebody.away", who=("leo",), weeks=("1",))
    assert form_user
    await until(stage, 28)
    assert await reminders(stage) == {}


async def test_who_can_after_all_is_reminded(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await stage.press("maya", "meeting.cannot:1")
    await stage.press("maya", "meeting.can:1")
    await until(stage, 28)
    assert set(await reminders(stage)) == {"maya", "leo"}


async def test_each_in_their_own_morning_and_not_after_the_start(stage: Stage):
    async with stage.app.database.write() as tx:
        for user, wish in (
            ("maya", {"quiet_from": 17 * 60, "quiet_until": 7 * 60}),
            ("leo", {"time_zone": "Asia/Tokyo", "quiet_until": 11 * 60}),
        ):
            person = await people.by_account(tx, 1, user)
            assert person is not None
            await supervision_people.save_wish(tx, Wish(person.id, **wish))  # type: ignore[arg-type]
    await plan(stage, when="once 2026-03-03 09:00")
    await until(stage, 30)
    # Leo's Tokyo night ends at 21:00 in New York, the evening before.
    assert await reminders(stage) == {
        "maya": [datetime(2026, 3, 3, 7, tzinfo=ZONE)],
        "leo": [datetime(2026, 3, 2, 21, tzinfo=ZONE)],
    }


async def test_any_number_of_processes_remind_and_ask_once(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    for moment in (START + timedelta(hours=8), START + timedelta(hours=31)):
        await asyncio.gather(*(run_due(stage.app.database, moment) for _ in range(5)))
    async with stage.app.database.read() as tx:
        keys = list(await tx.scalars(select(OutboxRow.key).where(OutboxRow.key.like("meeting%"))))
        starts = list(await tx.scalars(select(MeetingRow.starts_at).order_by(MeetingRow.id)))
    assert len(keys) == len(set(keys)) == 3, "two reminders, one question"
    assert starts == [datetime(2026, 3, 3, 20, 30, tzinfo=UTC), datetime(2026, 3, 10, 19, 30, tzinfo=UTC)]


async def test_back_before_the_start_it_still_reminds_once_and_in_the_day(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await stage.jump(12 * 60)  # 22:00
    assert await reminders(stage) == {
        user: [datetime(2026, 3, 3, 8, tzinfo=ZONE)] for user in ("maya", "leo")
    }
    await stage.jump(12 * 60)
    assert set(Counter(map(len, (await reminders(stage)).values()))) == {1}


async def test_back_after_the_start_nobody_is_reminded_but_it_is_asked_who_came(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await stage.jump(32 * 60)
    assert await reminders(stage) == {}
    assert "Who came? Tue 3 Mar" in stage.inbox("rivera")[-1].title


async def test_after_weeks_away_every_meeting_can_be_ticked_and_nobody_is_asked_of_old_ones(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await stage.jump(23 * 24 * 60)  # Wednesday 25 March
    await stage.tick()
    async with stage.app.database.read() as tx:
        rows = list(
            await tx.execute(select(MeetingRow.starts_at, MeetingRow.over).order_by(MeetingRow.starts_at))
        )
    days = [(start.astimezone(ZONE).day, over) for start, over in rows]
    assert days == [(3, True), (10, True), (17, True), (24, True), (31, False)]
    assert [card.title for card in stage.inbox("rivera")] == ["Who came? Tue 24 Mar, 15:30"]


async def test_on_a_free_evening_the_morning_of_the_day_is_taken(stage: Stage):
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(
            tx, 1, [SchoolDays("holiday", date(2026, 3, 2), date(2026, 3, 2))]
        )
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 28)
    assert (await reminders(stage))["maya"] == [datetime(2026, 3, 3, 8, tzinfo=ZONE)]


async def test_a_meeting_on_a_new_holiday_is_taken_back_from_whoever_was_reminded(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 9)
    await stage.submit("rivera", "school.days", terms="", holidays="2026-03-03")
    assert "does not take place" in stage.sees("maya")
    await until(stage, 24)
    assert not any("Who came?" in card.title for card in stage.inbox("rivera"))
    assert any("Tue 10 Mar" in card.title for card in stage.inbox("maya")) is False
    await until(stage, 6 * 24)
    assert any("Tue 10 Mar" in card.title for card in stage.inbox("maya"))


async def school_days(stage: Stage, holidays: str) -> None:
    await stage.submit("rivera", "school.days", terms="", holidays=holidays)


async def test_a_holiday_entered_by_mistake_takes_a_meeting_off_only_until_it_is_taken_out(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 9)
    for number in (2, 3):
        await school_days(stage, "2026-03-03")
        assert "does not take place" in words_of(stage.inbox("maya")[-1])
        assert "Tue 3 Mar" not in words_of(only_card(await stage.command("maya", "/meeting")))
        await until(stage, 0.1)
        await school_days(stage, "")
        await until(stage, 0.1)
        assert "Tue 3 Mar" in words_of(only_card(await stage.command("maya", "/meeting")))
        assert "Meeting: Tue 3 Mar" in stage.inbox("maya")[-1].title
        assert len((await reminders(stage))["maya"]) == number
    await until(stage, 24)
    assert "Who came? Tue 3 Mar" in stage.inbox("rivera")[-1].title


async def test_a_meeting_that_somebody_called_off_stays_so_whatever_the_calendar_says(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 9)
    await stage.press("rivera", "meeting.off:1")
    await school_days(stage, "2026-03-03")
    await school_days(stage, "")
    assert "Tue 3 Mar" not in words_of(only_card(await stage.command("maya", "/meeting")))


async def test_whoever_was_reminded_hears_of_another_place_or_length(stage: Stage):
    await plan(stage, when="once 2026-03-03 15:30")
    await until(stage, 9)
    before = len(stage.inbox("maya"))
    for more in ({"place": "Room 7"}, {"minutes": "90"}, {}):
        overview = only_card(await stage.command("rivera", "/meeting"))
        card = only_card(await stage.choose("rivera", overview, "Tue 3 Mar"))
        form = only_form(await stage.press("rivera", button_of(card, "Change")))
        read = only_card(await stage.submit("rivera", form, **more))
        await stage.press("rivera", button_of(read, "Save"))
        await stage.wait(1)
    assert len(stage.inbox("maya")) == before + 2, "the same once more tells nobody"
    told, longer = map(words_of, stage.inbox("maya")[-2:])
    assert "Where: Room 7" in told
    assert "How long: 1 h 30 min" in longer


@pytest.mark.parametrize("how", ["a holiday", "not this time", "another day"])
async def test_what_was_written_of_a_meeting_that_is_taken_off_stays_and_its_writer_hears_so(
    stage: Stage, how: str
):
    """Nobody was reminded yet, so nothing else would be left of it."""
    await plan(stage, when="every Tuesday 15:30")
    form = only_form(await stage.press("rivera", "meeting.note:1"))
    await stage.submit("rivera", form, note="Bring the forms.")
    if how == "a holiday":
        await school_days(stage, "2026-03-03")
    elif how == "not this time":
        await stage.press("rivera", "meeting.off:1")
    else:
        await change(stage, "Tue 3 Mar", when="every Wednesday 15:30")
    await stage.wait(1)
    assert "Tue 3 Mar" not in words_of(only_card(await stage.command("rivera", "/meeting")))
    told = stage.inbox("rivera")[-1]
    assert "the meeting of Tue 3 Mar, 15:30 does not take place. What you wrote of it is kept." in words_of(
        told
    )
    form = only_form(await stage.press("rivera", button_of(told, "My note")))
    assert [getattr(item, "value", "") for item in form.inputs] == ["Bring the forms."]
    kept = words_of(only_card(await stage.submit("rivera", form, note="Bring the forms, please.")))
    assert "is kept" in kept
    assert "forms, please" in words_of(only_card(await stage.press("rivera", "meeting.notes:1")))
    assert titles(stage, "maya") == [], "nobody else was told of the meeting, so nobody is told now"


async def test_on_a_day_that_is_free_again_the_meeting_has_its_note_as_before(stage: Stage):
    await plan(stage, when="every Tuesday 15:30")
    form = only_form(await stage.press("rivera", "meeting.note:1"))
    await stage.submit("rivera", form, note="Bring the forms.")
    await school_days(stage, "2026-03-03")
    await school_days(stage, "")
    overview = only_card(await stage.command("rivera", "/meeting"))
    card = only_card(await stage.choose("rivera", overview, "Tue 3 Mar"))
    assert "[My note]" in words_of(card)


async def change(stage: Stage, label: str, **more: object) -> None:
    overview = only_card(await stage.command("rivera", "/meeting"))
    card = only_card(await stage.choose("rivera", overview, label))
    form = only_form(await stage.press("rivera", button_of(card, "Change")))
    read = only_card(await stage.submit("rivera", form, **more))
    await stage.press("rivera", button_of(read, "Save"))
    await stage.wait(1)


def titles(stage: Stage, user: str) -> list[str]:
    return [card.title for card in stage.inbox(user)]


@pytest.mark.parametrize("reminded", [True, False])
async def test_whoever_is_not_in_the_group_that_meets_now_is_told_once(stage: Stage, reminded: bool):
    noor = await with_group(stage)  # with Maya and Sam
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 9 if reminded else 1)
    await change(stage, "Tue 3 Mar", whom=str(noor))
    assert titles(stage, "leo").count("You need not come") == 1
    assert "Whole team: the meeting of Tue 3 Mar, 15:30 is another group's now" in stage.sees("leo")
    assert "You need not come" not in titles(stage, "maya")
    await change(stage, "Tue 3 Mar", place="Room 7")
    await until(stage, 24)
    assert titles(stage, "leo").count("You need not come") == 1
    assert not [title for title in titles(stage, "leo")[-1:] if title.startswith("Meeting:")]
    assert "Meeting: Tue 3 Mar, 15:30" in titles(stage, "maya")


async def test_the_group_that_meets_now_is_reminded_although_the_other_one_was(stage: Stage):
    noor = await with_group(stage)
    await plan(stage, "noor", "every Tuesday 15:30")
    await until(stage, 9)
    assert "Meeting: Tue 3 Mar, 15:30" not in titles(stage, "leo")
    await change(stage, "Tue 3 Mar", whom="all")
    assert "Meeting: Tue 3 Mar, 15:30" in titles(stage, "leo")
    assert "You need not come" not in titles(stage, "maya")
    assert noor


async def test_another_group_at_another_time_takes_the_old_meeting_off_for_everybody(stage: Stage):
    noor = await with_group(stage)
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 1)
    await change(stage, "Tue 3 Mar", whom=str(noor), when="every Wednesday 15:30")
    assert titles(stage, "leo").count("No meeting then") == 1, "nobody reminded him yet, but he knew of it"


async def test_a_no_of_somebody_who_is_not_in_the_group_counts_for_nothing(stage: Stage):
    noor = await with_group(stage)
    await plan(stage, when="every Tuesday 15:30")
    await stage.press("leo", "meeting.cannot:1")
    await change(stage, "Tue 3 Mar", whom=str(noor))
    assert "You need not come" not in titles(stage, "leo"), "he had said that he can't"
    await until(stage, 31)
    overview = only_card(await stage.command("rivera", "/meeting"))
    card = only_card(await stage.choose("rivera", overview, "Tue 3 Mar"))
    assert "Leo" not in words_of(card)


async def test_who_ticked_during_the_meeting_is_not_asked(stage: Stage):
    await plan(stage, when="once 2026-03-02 15:30", minutes="60")
    await until(stage, 6)
    await stage.press("rivera", "meeting.all:1")
    await until(stage, 3)
    assert not any("Who came?" in card.title for card in stage.inbox("rivera"))


async def test_a_year_of_meetings_is_on_school_days_by_the_wall_s_clock(stage: Stage):
    """Both changes of the clock and holidays, against a count of its own."""
    holidays = [SchoolDays("holiday", date(2026, 6, 22), date(2026, 8, 14))]
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(tx, 1, holidays)
        programme = await programmes.get(tx, 1)
        kept = await meetings.add_plan(tx, MeetingPlan(0, 1, None, "weekly mon 15:30", 45, "evening", ""))
        await lay_out(tx, programme, kept, START, START)
    end = datetime(2026, 12, 11, tzinfo=UTC)
    while (due := await next_due(stage.app.database)) is not None and due < end:
        await run_due(stage.app.database, due)
    expected = []
    day = date(2026, 3, 2)
    while day < date(2026, 12, 11):
        if not date(2026, 6, 22) <= day <= date(2026, 8, 14):
            expected.append(datetime(day.year, day.month, day.day, 15, 30, tzinfo=ZONE))
        day += timedelta(days=7)
    async with stage.app.database.read() as tx:
        starts = list(await tx.scalars(select(MeetingRow.starts_at).where(MeetingRow.starts_at < end)))
        keys = list(await tx.scalars(select(OutboxRow.key).where(OutboxRow.key.like("meeting:%"))))
    assert sorted(starts) == expected
    assert len(keys) == len(set(keys)) == 2 * len(expected)
    told = await reminders(stage)
    assert all(8 <= moment.hour < 20 for times in told.values() for moment in times)
    assert not any(date(2026, 6, 22) <= moment.date() <= date(2026, 8, 14) for moment in told["maya"])


async def test_buttons_work_from_the_reminder(stage: Stage):
    await plan(stage, when="every Tuesday 15:30", remind="hours")
    await until(stage, 28)
    await stage.press("maya", button_of(stage.inbox("maya")[-1], "I can't come"))
    assert "You can't come: Tue 3 Mar, 15:30" in stage.sees("maya")
    await until(stage, 3)
    card = stage.inbox("rivera")[-1]
    await stage.press("rivera", button_of(card, "Everybody came"))
    assert "Came: 1 of 2" in stage.sees("rivera")

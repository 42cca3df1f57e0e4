"""Meetings: planned in words, said no to, ticked, noted; what a lead helper may see and what not."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.chat import Card, Effect, FormErrors, MultiChoice, Reply
from handlers.due import keep_house
from handlers.meetings_due import lay_out
from storage import attendance, meetings, people, supervision_people
from storage.meetings import MeetingPlan
from storage.programmes import get
from storage.words import Attendance, Role
from tests.stage import START, Stage, button_of, only_card, only_form, select_of, words_of


async def plan(stage: Stage, user: str = "rivera", when: str = "every Monday 15:30", **more: object) -> Card:
    """Plan a meeting: the form, read back, saved. Returns what is planned then."""
    return only_card(await stage.press(user, button_of(await read_back(stage, user, when, **more), "Save")))


async def read_back(stage: Stage, user: str, when: str, **more: object) -> Card:
    form = only_form(await stage.press(user, "meeting.plan"))
    return only_card(await stage.submit(user, form, when=when, **more))


async def opened(stage: Stage, user: str, label: str = "Mon 9 Mar") -> Card:
    """The first meeting on somebody's list that begins with a label."""
    overview = only_card(await stage.command(user, "/meeting"))
    return only_card(await stage.choose(user, overview, label))


async def tick(stage: Stage, user: str, card: Card, *names: str) -> Card:
    form = only_form(await stage.press(user, button_of(card, "Who came?")))
    chosen = {
        item.name: tuple(option.value for option in item.options if option.label in names)
        for item in form.inputs
        if isinstance(item, MultiChoice)
    }
    return only_card(await stage.submit(user, form, **chosen))


async def with_group(stage: Stage) -> int:
    """Noor leads a group: Maya and another helper, Sam."""
    noor = await stage.add("noor", "Noor", Role.LEAD)
    await stage.add("sam", "Sam", Role.HELPER)
    form = only_form(await stage.press("rivera", f"meeting.members:{noor}:0"))
    assert isinstance(form.inputs[0], MultiChoice)
    ids = {option.label: option.value for option in form.inputs[0].options}
    await stage.submit("rivera", form, people0=(ids["Maya"], ids["Sam"]))
    return noor


async def until(stage: Stage, hours: float) -> None:
    await stage.wait(hours * 60)


TO_MONDAY = 7 * 24 + 5.5 - 1
"""Hours from Monday 10:00 to the next one's 15:30, on which the clocks have changed."""


# --- planning ----------------------------------------------------------------------------------


async def test_a_plan_is_read_back_in_words_and_nothing_stands_before_it_is_saved(stage: Stage):
    card = words_of(await read_back(stage, "rivera", "every Monday 15:30", place="Room 12"))
    assert "When: every Monday, 15:30" in card
    assert "Mon 2 Mar, 15:30\nMon 9 Mar, 15:30\nMon 16 Mar, 15:30" in card
    assert "Where: Room 12" in card
    assert "No meeting is planned" in words_of(only_card(await stage.command("maya", "/meeting")))


async def test_helpers_see_their_next_meeting(stage: Stage):
    await plan(stage, place="Room 12")
    card = words_of(only_card(await stage.command("maya", "/meeting")))
    assert "Mon 2 Mar, 15:30 · Whole team · Room 12" in card
    assert "Plan a meeting" not in card


@pytest.mark.parametrize(
    "when", ["every minute", "31 February 10:00", "once 2026-02-31 10:00", "cron * * * * mon"]
)
async def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(stage: Stage, when: str):
    form = only_form(await stage.press("rivera", "meeting.plan"))
    refused = await stage.submit("rivera", form, when=when, place="Room 12")
    again = next(effect for effect in refused if isinstance(effect, FormErrors))
    assert "when" in again.errors
    assert {getattr(item, "value", "") for item in again.form.inputs} >= {when, "Room 12"}


async def test_holidays_are_left_out_also_when_they_are_entered_later(stage: Stage):
    await plan(stage)
    await until(stage, 7)
    assert "Mon 9 Mar" in words_of(only_card(await stage.command("maya", "/meeting")))
    form = only_form(await stage.press("rivera", "school.days"))
    await stage.submit("rivera", form, holidays="2026-03-09")
    card = words_of(only_card(await stage.command("maya", "/meeting")))
    assert "Mon 16 Mar" in card
    assert "Mon 9 Mar" not in card
    await stage.submit("rivera", form, holidays="")
    assert "Mon 9 Mar" in words_of(only_card(await stage.command("maya", "/meeting")))


async def test_of_two_who_change_it_at_once_the_second_is_told(stage: Stage):
    await plan(stage)
    card = await opened(stage, "rivera", "Mon 2 Mar")
    change = button_of(card, "Change")
    forms = [only_form(await stage.press(user, change)) for user in ("rivera", "okafor")]
    cards = [
        only_card(await stage.submit(user, form, when="every Tuesday 15:30"))
        for user, form in zip(("rivera", "okafor"), forms, strict=True)
    ]
    await stage.press("rivera", button_of(cards[0], "Save"))
    late = await stage.press("okafor", button_of(cards[1], "Save"))
    assert "Somebody else changed this" in words_of(only_card(late))
    assert "Tue 3 Mar" in words_of(only_card(await stage.command("maya", "/meeting")))
    assert "Mon" not in words_of(only_card(await stage.command("maya", "/meeting")))


async def test_another_room_keeps_what_was_said(stage: Stage):
    await plan(stage)
    await stage.press("maya", button_of(only_card(await stage.command("maya", "/meeting")), "I can't"))
    card = await opened(stage, "rivera", "Mon 2 Mar")
    form = only_form(await stage.press("rivera", button_of(card, "Change")))
    read = only_card(await stage.submit("rivera", form, place="Room 7"))
    await stage.press("rivera", button_of(read, "Save"))
    card = words_of(await opened(stage, "rivera", "Mon 2 Mar"))
    assert "Where: Room 7" in card
    assert "Said they can't: Maya" in card


async def test_not_this_time_leaves_the_next_one(stage: Stage):
    await plan(stage, remind="hours")
    await until(stage, 4)
    assert "Mon 2 Mar" in stage.inbox("maya")[-1].title
    await stage.press("rivera", button_of(await opened(stage, "rivera", "Mon 2 Mar"), "Not this time"))
    assert "does not take place" in words_of(stage.inbox("maya")[-1])
    assert "Mon 9 Mar" in words_of(only_card(await stage.command("leo", "/meeting")))
    assert "Mon 2 Mar" not in words_of(only_card(await stage.command("leo", "/meeting")))


async def test_a_stopped_plan_goes_on_no_more(stage: Stage):
    await plan(stage)
    await stage.press("rivera", button_of(await opened(stage, "rivera", "Mon 2 Mar"), "Stop planning it"))
    assert "No meeting is planned" in words_of(only_card(await stage.command("maya", "/meeting")))
    before = len(stage.inbox("maya"))
    await until(stage, 10 * 24)
    assert len(stage.inbox("maya")) == before


async def test_words_that_open_a_case_plan_no_meeting(stage: Stage):
    form = only_form(await stage.press("rivera", "meeting.plan"))
    effects = await stage.submit(
        "rivera", form, when="every Monday 15:30", place="I want to kill myself tonight"
    )
    assert any("no meeting was planned" in words_of(card) for card in cards_of(effects))
    assert any("E-1" in card.title for card in stage.inbox("okafor"))
    assert "No meeting is planned" in words_of(only_card(await stage.command("maya", "/meeting")))


def cards_of(effects: Sequence[Effect]) -> list[Card]:
    return [effect.card for effect in effects if isinstance(effect, Reply)]


# --- who came ----------------------------------------------------------------------------------


async def test_who_said_no_and_who_came_is_seen_by_who_runs_it(stage: Stage):
    await plan(stage)
    await stage.press("leo", button_of(only_card(await stage.command("leo", "/meeting")), "I can't"))
    early = await stage.press("rivera", "meeting.all:1")
    assert "has not begun yet" in words_of(only_card(early))
    await until(stage, 7)
    asked = stage.inbox("rivera")[-1]
    assert asked.title == "Who came? Mon 2 Mar, 15:30"
    card = only_card(await stage.press("rivera", button_of(asked, "Open it")))
    card = await tick(stage, "rivera", card, "Maya")
    assert "Came: 1 of 2" in words_of(card)
    assert "Said they can't: Leo" in words_of(card)
    card = await tick(stage, "rivera", card, "Leo")
    assert "Came: 1 of 2" in words_of(card), "it can be mended"
    assert "Did not come: Maya" in words_of(card)


async def test_everybody_came_is_one_tap(stage: Stage):
    await plan(stage)
    await until(stage, 7)
    card = only_card(await stage.press("rivera", button_of(stage.inbox("rivera")[-1], "Everybody came")))
    assert "Came: 2 of 2" in words_of(card)


async def test_who_takes_a_break_counts_for_nothing_unless_they_came(stage: Stage):
    await plan(stage)
    await stage.wishes("leo", pause="exam")
    await until(stage, 7)
    card = only_card(await stage.press("rivera", button_of(stage.inbox("rivera")[-1], "Everybody came")))
    assert "Came: 1 of 1" in words_of(card)
    assert "Leo" not in words_of(card)
    assert "Came: 2 of 2" in words_of(await tick(stage, "rivera", card, "Leo", "Maya"))


async def test_a_team_of_five_hundred_is_ticked_in_pages(stage: Stage):
    async with stage.app.database.write() as tx:
        for number in range(180):
            await people.add(tx, programme_id=1, name=f"Helper {number:03}", roles=[Role.HELPER])
    await plan(stage)
    await until(stage, 7)
    card = await opened(stage, "rivera", "Mon 2 Mar")
    form = only_form(await stage.press("rivera", button_of(card, "Who came? 126–182")))
    assert [len(item.options) for item in form.inputs if isinstance(item, MultiChoice)] == [25, 25, 7]
    card = await tick(stage, "rivera", card, "Helper 000", "Helper 124")
    assert "Came: 2 of 182" in words_of(card)


async def test_who_comes_or_goes_while_a_form_is_open_shifts_nobody(stage: Stage):
    async with stage.app.database.write() as tx:
        ids = [
            await people.add(tx, programme_id=1, name=f"Helper {number:03}", roles=[Role.HELPER])
            for number in range(130)
        ]
    await plan(stage)
    await until(stage, 7)
    card = await opened(stage, "rivera", "Mon 2 Mar")
    form = only_form(await stage.press("rivera", button_of(card, "Who came? 1–125")))
    async with stage.app.database.write() as tx:
        new = await people.add(tx, programme_id=1, name="Aaron", roles=[Role.HELPER])
        await people.suspend(tx, ids[3])
        await people.suspend(tx, ids[4])
    await stage.submit("rivera", form, people0=(str(ids[0]),), people100=(str(ids[124]),))
    async with stage.app.database.read() as tx:
        came = await attendance.of_meeting(tx, 1)
    assert [person for person, word in came.items() if word is Attendance.CAME] == [ids[0], ids[124]]
    missed = {person for person, word in came.items() if word is Attendance.MISSED}
    assert new not in missed, "was not offered"
    assert ids[123] in missed
    assert not missed & set(ids[125:]), "stand on the next page"


async def test_a_group_keeps_who_was_ticked_although_somebody_came_meanwhile(stage: Stage):
    noor = await stage.add("noor", "Noor", Role.LEAD)
    async with stage.app.database.write() as tx:
        ids = [
            await people.add(tx, programme_id=1, name=f"Helper {number:03}", roles=[Role.HELPER])
            for number in range(126)
        ]
    form = only_form(await stage.press("rivera", f"meeting.members:{noor}:0"))
    async with stage.app.database.write() as tx:
        await people.add(tx, programme_id=1, name="Aaron", roles=[Role.HELPER])
    await stage.submit("rivera", form, people100=(str(ids[124]),))
    assert "Helper 124" in words_of(only_card(await stage.press("rivera", "meeting.groups")))


async def test_somebody_who_left_since_stays_in_what_was(stage: Stage):
    await plan(stage)
    await until(stage, 7)
    async with stage.app.database.write() as tx:
        leo = await people.by_account(tx, 1, "leo")
        assert leo is not None
        await people.suspend(tx, leo.id)
    assert "Came: 2 of 2" in words_of(
        only_card(await stage.press("rivera", button_of(stage.inbox("rivera")[-1], "Everybody came")))
    )


async def test_the_digest_tells_of_meetings(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await plan(stage)
    await plan(stage, when="every Tuesday 15:30")
    await until(stage, 7)
    await tick(stage, "rivera", await opened(stage, "rivera", "Mon 2 Mar"), "Maya")
    await until(stage, 7 * 24 - 9)
    digest = next(card for card in reversed(stage.inbox("rivera")) if "Your helpers" in card.title)
    assert "Meetings: held: 1, 1 of 2 came · not ticked yet: 1" in words_of(digest)


# --- leads -------------------------------------------------------------------------------------


async def test_a_lead_runs_the_group_s_meetings(stage: Stage):
    await with_group(stage)
    form = only_form(await stage.press("noor", "meeting.plan"))
    assert "whom" not in [item.name for item in form.inputs], "a lead has one group"
    await plan(stage, "noor", "every Monday 15:30", remind="hours")
    await until(stage, 4)
    for user in ("maya", "sam", "noor"):
        assert "Meeting: Mon 2 Mar, 15:30" in stage.inbox(user)[-1].title
    assert not any("Meeting" in card.title for card in stage.inbox("leo"))
    assert "No meeting" in words_of(only_card(await stage.command("leo", "/meeting")))
    await until(stage, 3)
    asked = stage.inbox("noor")[-1]
    assert "Noor's group" in words_of(asked)
    assert not any("Who came?" in card.title for card in stage.inbox("rivera"))
    card = await tick(stage, "noor", only_card(await stage.press("noor", button_of(asked, "Open it"))), "Sam")
    assert "Did not come: Maya" in words_of(card)


async def test_a_lead_sees_who_came_and_who_is_silent_and_nothing_of_answers_or_cases(stage: Stage):
    noor = await with_group(stage)
    await keep_house(stage.app.database, stage.clock.now())
    await plan(stage, "noor", "once 2026-03-09 15:30")
    await until(stage, 7 * 24)
    question = next(card for card in stage.inbox("maya") if "your week" in card.title)
    await stage.press("maya", button_of(question, "I'd like to talk"))
    await stage.command("maya", "/urgent she told me she wants to die")
    await until(stage, 6)
    await tick(stage, "noor", await opened(stage, "noor"), "Maya")
    group = words_of(only_card(await stage.press("noor", f"meeting.group:{noor}")))
    assert "• Maya · came to 1 of 1\n" in group
    assert "• Sam · came to 0 of 1 · no answer yet" in group
    everything = stage.sees("noor")
    for unseen in ("E-1", "concern", "would like to talk", "Leo", "wants to die", "Who is in it?"):
        assert unseen not in everything
    assert "talk" not in group


async def test_a_lead_sees_how_many_check_ins_their_own_helpers_logged_and_nothing_of_them(stage: Stage):
    noor = await with_group(stage)
    asked = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 40m quokka"))
    await stage.press("maya", button_of(asked, "Log it with this new code"))
    await stage.command("maya", "/checkin listening 20m")
    await stage.command("sam", "/checkin tutoring 20m")
    await stage.command("leo", "/checkin tutoring 20m")
    await stage.wait(1)
    group = words_of(only_card(await stage.press("noor", f"meeting.group:{noor}")))
    assert "• Maya · 2 check-ins\n" in group
    assert "• Sam · 1 check-in\n" in group
    assert "Leo" not in group
    for told in ("P-7K2M", "utoring", "istening", "quokka", "40", "1 h"):
        assert told not in group
    await stage.wait(9 * 7 * 24 * 60)
    assert "· 1 check-in" not in words_of(only_card(await stage.press("noor", f"meeting.group:{noor}")))


async def test_a_lead_gets_to_no_other_group_and_no_team_meeting(stage: Stage):
    noor = await with_group(stage)
    other = await stage.add("kim", "Kim", Role.LEAD)
    await plan(stage, "rivera", "every Monday 15:30")
    await plan(stage, "noor", "every Tuesday 15:30")
    deeds = (
        f"meeting.group:{noor}", "meeting.open:1", "meeting.open:2", "meeting.tick:1:0", "meeting.all:2",
        "meeting.note:1", "meeting.note:2", "meeting.off:2", "meeting.change:2", "meeting.stop:1",
    )  # fmt: skip
    for deed in deeds:
        assert "not there any more" in words_of(only_card(await stage.press("kim", deed))), deed
    for deed in ("meeting.groups", f"meeting.members:{other}:0", "meeting.notes:1"):
        assert "for coordinators" in words_of(only_card(await stage.press("kim", deed))), deed
    overview = only_card(await stage.command("kim", "/meeting"))
    assert "Noor" not in words_of(overview)


async def test_helpers_run_nothing(stage: Stage):
    await plan(stage)
    await until(stage, 7)
    for deed in ("meeting.open:1", "meeting.tick:1:0", "meeting.all:1", "meeting.plan", "meeting.notes:1"):
        assert "for coordinators" in words_of(only_card(await stage.press("maya", deed))), deed


async def test_the_form_cannot_be_made_to_plan_for_another_group(stage: Stage):
    noor = await with_group(stage)
    await stage.add("kim", "Kim", Role.LEAD)
    form = only_form(await stage.press("kim", "meeting.plan"))
    card = only_card(await stage.submit("kim", form, when="every Monday 15:30", whom=(str(noor),)))
    assert "Kim's group" in words_of(card)


async def test_a_helper_is_in_one_group_and_moves(stage: Stage):
    await with_group(stage)
    kim = await stage.add("kim", "Kim", Role.LEAD)
    form = only_form(await stage.press("rivera", f"meeting.members:{kim}:0"))
    assert isinstance(form.inputs[0], MultiChoice)
    maya = next(option.value for option in form.inputs[0].options if option.label == "Maya")
    await stage.submit("rivera", form, people0=(maya,))
    card = words_of(only_card(await stage.press("rivera", "meeting.groups")))
    assert "• Kim: Maya" in card
    assert "• Noor: Sam" in card
    assert "Groups" in words_of(only_card(await stage.command("rivera", "/roster")))


async def test_the_meetings_of_somebody_who_leads_no_more_are_the_coordinator_s(stage: Stage):
    await with_group(stage)
    await plan(stage, "noor", "every Monday 15:30")
    async with stage.app.database.write() as tx:
        noor = await people.by_account(tx, 1, "noor")
        assert noor is not None
        await people.suspend(tx, noor.id)
    await until(stage, 7)
    assert "Who came?" in stage.inbox("rivera")[-1].title


async def test_another_school_sees_and_reaches_nothing(stage: Stage):
    noor = await with_group(stage)
    await plan(stage)
    await until(stage, 7)
    elsewhere = await stage.elsewhere()
    assert "No meeting is planned" in words_of(only_card(await elsewhere.command("nina", "/meeting")))
    for deed in ("meeting.open:1", "meeting.all:1", "meeting.stop:1", f"meeting.group:{noor}"):
        assert "not there any more" in words_of(only_card(await elsewhere.press("tanaka", deed))), deed
    assert "not there any more" in words_of(only_card(await elsewhere.press("nina", "meeting.cannot:1")))


async def test_many_groups_fill_many_pages(stage: Stage):
    async with stage.app.database.write() as tx:
        for number in range(30):
            lead = await people.add(tx, programme_id=1, name=f"Lead {number:02}", roles=[Role.LEAD])
            kept = MeetingPlan(0, 1, lead, "weekly tue 15:30", 45, "evening", "")
            await lay_out(tx, await get(tx, 1), await meetings.add_plan(tx, kept), START, START)
    first = only_card(await stage.command("rivera", "/meeting"))
    second = only_card(await stage.press("rivera", button_of(first, "More")))
    assert "Lead 00's group" in words_of(first)
    assert "Lead 29's group" not in words_of(first)
    assert "Lead 29's group" in words_of(second)
    assert "[More]" not in words_of(second)


# --- notes -------------------------------------------------------------------------------------

NOTE = "we practised how to listen without giving advice"


async def write_note(stage: Stage, user: str, words: str) -> Sequence[Effect]:
    form = only_form(await stage.press(user, "meeting.note:1"))
    return await stage.submit(user, form, note=words)


async def test_a_note_is_read_by_coordinators_and_its_writer_and_sealed(stage: Stage):
    await with_group(stage)
    await plan(stage, "noor", "every Monday 15:30")
    await until(stage, 7)
    await write_note(stage, "noor", NOTE)
    form = only_form(await stage.press("noor", "meeting.note:1"))
    assert [getattr(item, "value", "") for item in form.inputs] == [NOTE]
    assert "Read the notes" not in words_of(await opened(stage, "noor", "Mon 2 Mar"))
    assert "Read the notes" not in words_of(await opened(stage, "okafor", "Mon 2 Mar"))
    assert "for coordinators" in words_of(only_card(await stage.press("okafor", "meeting.notes:1")))
    read = await stage.press(
        "rivera", button_of(await opened(stage, "rivera", "Mon 2 Mar"), "Read the notes")
    )
    assert NOTE in words_of(only_card(read))
    assert all(effect.fleeting for effect in read if isinstance(effect, Reply))
    own = only_form(await stage.press("rivera", "meeting.note:1"))
    assert [getattr(item, "value", "") for item in own.inputs] == [""], "everybody writes their own"
    async with stage.app.database.read() as tx:
        rows = list(await tx.execute(text("SELECT deed FROM audit WHERE subject = 'meeting:1'")))
        kept = list(await tx.execute(text("SELECT * FROM meeting_notes")))
    assert ("meeting_notes_read",) in [tuple(row) for row in rows]
    assert "listen" not in repr(kept)


async def test_a_meeting_of_long_ago_can_be_opened_with_its_notes(stage: Stage):
    await with_group(stage)
    await plan(stage, "noor", "every Monday 15:30")
    await until(stage, 7)
    await write_note(stage, "noor", NOTE)
    stage.clock.moment += timedelta(days=90)
    overview = only_card(await stage.command("rivera", "/meeting"))
    assert "Mon 2 Mar" not in words_of(overview)
    earlier = only_card(await stage.press("rivera", button_of(overview, "Earlier")))
    card = only_card(await stage.choose("rivera", earlier, "March 2, 2026"))
    assert NOTE in words_of(only_card(await stage.press("rivera", button_of(card, "Read the notes"))))
    assert "Came: 1 of " in words_of(await tick(stage, "rivera", card, "Maya"))
    own = only_card(await stage.press("noor", "meeting.earlier"))
    assert "March 2, 2026" in words_of(own)
    await stage.add("kim", "Kim", Role.LEAD)
    assert "March 2, 2026" not in words_of(only_card(await stage.press("kim", "meeting.earlier")))
    elsewhere = await stage.elsewhere()
    assert "March 2" not in words_of(only_card(await elsewhere.press("tanaka", "meeting.earlier")))


async def test_a_disclosure_in_a_note_pages_and_stands_with_the_case_alone(stage: Stage):
    await with_group(stage)
    await plan(stage, "noor", "every Monday 15:30")
    await until(stage, 7)
    effects = await write_note(stage, "noor", "Sam told me he is going to kill himself tonight")
    assert any("stand with the case" in words_of(card) for card in cards_of(effects))
    assert any("E-1" in card.title for card in stage.inbox("rivera"))
    assert "Read the notes" not in words_of(await opened(stage, "rivera", "Mon 2 Mar"))


async def test_a_disclosure_in_somebody_else_s_note_form_pages_before_it_is_refused(stage: Stage):
    await plan(stage)
    await stage.submit("maya", "meeting.note:1", note="he is going to kill himself tonight")
    assert any("E-1" in card.title for card in stage.inbox("rivera"))


async def test_the_place_is_sealed_and_stands_in_no_notification(stage: Stage):
    await plan(stage, place="the blue cabin", remind="hours")
    await until(stage, 4)
    card = stage.inbox("maya")[-1]
    assert "the blue cabin" in words_of(card)
    assert card.fallback == "Handrail has an answer for you."
    async with stage.app.database.read() as tx:
        for table in ("meeting_plans", "drafts", "outbox"):
            assert "blue cabin" not in repr(list(await tx.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608


async def test_who_came_to_a_meeting_was_not_silent(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await plan(stage)
    await until(stage, 7 * 24 + 7)
    await tick(stage, "rivera", await opened(stage, "rivera"), "Maya")
    await until(stage, 14 * 24 - 9)
    digest = next(card for card in reversed(stage.inbox("rivera")) if "Your helpers" in card.title)
    assert "Silent for two weeks: Leo" in words_of(digest)


async def test_a_break_that_begins_in_the_night_stops_the_reminder_of_the_morning(stage: Stage):
    async with stage.app.database.write() as tx:
        leo = await people.by_account(tx, 1, "leo")
        assert leo is not None
        await supervision_people.save_wish(tx, supervision_people.Wish(leo.id, quiet_from=17 * 60))
    await plan(stage, when="once 2026-03-03 15:30")
    await until(stage, 9)
    await stage.wishes("leo", pause="break", quiet=("17", "8"))
    await until(stage, 24)
    assert not any("Meeting" in card.title for card in stage.inbox("leo"))
    assert any("Meeting" in card.title for card in stage.inbox("maya"))


async def test_an_old_message_s_button_says_what_is_so_now(stage: Stage):
    await plan(stage, remind="hours")
    await until(stage, 4)
    reminder = stage.inbox("maya")[-1]
    await stage.press("rivera", "meeting.off:1")
    gone = await stage.press("maya", button_of(reminder, "I can't come"))
    assert "does not take place" in words_of(only_card(gone))
    await until(stage, 7 * 24 + 4)
    over = await stage.press("leo", "meeting.cannot:2")
    assert "over, or has begun" in words_of(only_card(over))
    assert select_of(only_card(await stage.command("rivera", "/meeting")), "Mon 16 Mar")

"""One person on the roster: roles, pausing, leaving, two accounts; and what becomes of open cases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from handlers.chat import Form, FormErrors
from handlers.due import keep_house
from storage import cases, checkins, events, pairing, people, roster
from storage.roster import Entry
from storage.words import CaseState, Role
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

MONDAY_NINE = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def entry(stage: Stage, user: str) -> Entry | None:
    async with stage.app.database.read() as tx:
        return await roster.at(tx, 1, user)


async def known(stage: Stage, user: str) -> Entry:
    found = await entry(stage, user)
    assert found is not None
    return found


async def person_card(stage: Stage, name: str, by: str = "rivera"):
    listed = only_card(await stage.command(by, "/roster"))
    return only_card(await stage.choose(by, listed, name))


async def change(stage: Stage, who: str, **values: object):
    card = await person_card(stage, who)
    form = only_form(await stage.press("rivera", button_of(card, "Change")))
    return await stage.submit("rivera", form, **values)


async def to_monday_nine(stage: Stage) -> None:
    """When helpers are asked how their week was."""
    await keep_house(stage.app.database, stage.clock.now())
    await stage.jump((MONDAY_NINE - stage.clock.now()).total_seconds() / 60)


async def only_case(stage: Stage):
    async with stage.app.database.read() as tx:
        (case,) = await cases.of_programme(tx, 1)
    return case


# --- changing ----------------------------------------------------------------------------------


async def test_a_helper_becomes_a_lead_too_and_hears_of_it(stage: Stage):
    shown = words_of(only_card(await change(stage, "Maya", name="Maya R.", roles=("helper", "lead"))))
    assert "Saved." in shown
    assert "Role: Lead helper, Helper" in shown
    assert (await known(stage, "maya")).roles == {Role.HELPER, Role.LEAD}
    assert "Your role here: Lead helper" in words_of(stage.inbox("maya")[-1])
    async with stage.app.database.read() as tx:
        assert [line.deed for line in await events.audited(tx, "person:1")] == ["roster_changed"]


@sqlite_only
@pytest.mark.parametrize(
    ("name", "roles", "said"),
    [
        ("Maya", ("helper", "backup"), "a helper or one of the adults, not both"),
        ("Maya", ("backup",), "This role is for adults"),
        ("Mr. Okafor", ("helper",), "is one of the adults here"),
        ("Mr. Okafor", ("backup", "outside_contact"), "somebody outside the team"),
        ("Mr. Okafor", ("backup", "observer"), "figures only, so they have no other role"),
        ("Ms. Rivera", ("backup",), "the only coordinator"),
        ("Maya", (), "Please choose one"),
    ],
)
async def test_roles_that_nobody_can_have_are_said_beside_them(
    stage: Stage, name: str, roles: tuple[str, ...], said: str
):
    (wrong,) = await change(stage, name, name="Somebody", roles=roles)
    assert isinstance(wrong, FormErrors)
    assert said in wrong.errors["roles"]
    assert "Somebody" in [item.value for item in wrong.form.inputs if item.name == "name"]
    assert {each.name for each in await _everybody(stage)} == {"Maya", "Leo", "Ms. Rivera", "Mr. Okafor"}


async def _everybody(stage: Stage) -> list[Entry]:
    async with stage.app.database.read() as tx:
        return await roster.entries(tx, 1)


async def test_a_form_that_is_open_while_the_role_goes_is_refused_and_its_words_page_first(stage: Stage):
    form = only_form(await stage.command("rivera", "/roster add"))
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    listed = only_card(await stage.command("ito", "/roster"))
    card = only_card(await stage.choose("ito", listed, "Ms. Rivera"))
    opened = only_form(await stage.press("ito", button_of(card, "Change")))
    await stage.submit("ito", opened, roles=("observer",))
    sent = await stage.submit("rivera", form, who="sam", name="Sam wants to kill himself tonight")
    said = "\n".join(words_of(effect.card) for effect in sent)
    assert "see figures" in said
    assert await entry(stage, "sam") is None
    assert (await only_case(stage)).state is CaseState.OPEN
    assert any("Urgent" in card.fallback for card in stage.inbox("ito"))


# --- pausing and leaving -----------------------------------------------------------------------


async def test_the_last_coordinator_can_be_neither_paused_nor_removed(stage: Stage):
    card = await person_card(stage, "Ms. Rivera")
    assert "is the only coordinator" in words_of(card)
    assert "[Pause]" not in words_of(card)
    rivera = await known(stage, "rivera")
    for custom_id in (
        f"roster.pause:{rivera.id}",
        f"roster.remove:{rivera.id}",
        f"roster.remove:{rivera.id}:yes",
    ):
        assert "only coordinator" in words_of(only_card(await stage.press("rivera", custom_id)))
    assert await known(stage, "rivera") == rivera


async def test_with_another_one_a_coordinator_can_remove_herself(stage: Stage):
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    card = await person_card(stage, "Ms. Rivera")
    asked = only_card(await stage.press("rivera", button_of(card, "Remove")))
    assert "Remove Ms. Rivera?" in words_of(asked)
    gone = only_card(await stage.press("rivera", button_of(asked, "Remove")))
    assert "is not on the team any more" in words_of(gone)
    assert await entry(stage, "rivera") is None
    assert "not on this team's list" in words_of(only_card(await stage.command("rivera", "/roster")))
    left = await person_card(stage, "Ms. Ito", by="ito")
    assert "is the only coordinator" in words_of(left)


async def test_a_paused_helper_is_asked_nothing_and_can_come_back(stage: Stage):
    card = await person_card(stage, "Maya")
    paused = only_card(await stage.press("rivera", button_of(card, "Pause")))
    assert "Please tell them" in words_of(paused)
    assert "is paused" in words_of(only_card(await stage.command("maya", "/checkin tutoring 20m")))
    await to_monday_nine(stage)
    assert stage.inbox("maya") == []
    assert "week as a helper" in stage.sees("leo")
    back = only_card(await stage.press("rivera", button_of(paused, "Bring back")))
    assert "They are back" in words_of(back)
    assert words_of(only_card(await stage.command("maya", "/checkin tutoring 20m"))).startswith("Logged")


async def test_a_helper_who_leaves_in_the_middle_of_a_case_leaves_the_case_with_the_adults(stage: Stage):
    await stage.command("maya", "/checkin tutoring 20m")
    await stage.command("maya", "/urgent he said he wants to die")
    card = await person_card(stage, "Maya")
    asked = only_card(await stage.press("rivera", button_of(card, "Remove")))
    await stage.press("rivera", button_of(asked, "Remove"))
    told = len(stage.inbox("maya"))
    await stage.wait(6)
    assert any("Open Handrail" in card.fallback for card in stage.inbox("okafor")), "it goes on climbing"
    await stage.press_last("rivera", "I've got it: going now")
    assert (await only_case(stage)).state is CaseState.ACKNOWLEDGED
    note = only_card(await stage.press_last("rivera", "Show the note"))
    assert "wants to die" in words_of(note)
    assert len(stage.inbox("maya")) > told, "who raised it is still told that somebody has it"
    await to_monday_nine(stage)
    assert "week as a helper" not in stage.sees("maya")
    async with stage.app.database.read() as tx:
        assert [total.check_ins for total in await checkins.totals(tx, 1, START - timedelta(days=1))] == [1]


@pytest.mark.parametrize("how", ["Pause", "Remove"])
async def test_an_adult_who_goes_hands_a_case_on_at_once(stage: Stage, how: str):
    await stage.command("maya", "/urgent he said he wants to die")
    await stage.press("rivera", button_of(stage.inbox("rivera")[-1], "I can't"))
    await stage.press_last("okafor", "I've got it: going now")
    before = len(stage.inbox("rivera"))
    card = await person_card(stage, "Mr. Okafor")
    done = only_card(await stage.press("rivera", button_of(card, how)))
    if how == "Remove":
        done = only_card(await stage.press("rivera", button_of(done, how)))
    assert "being paged again: 1" in words_of(done)
    case = await only_case(stage)
    assert (case.state, case.acknowledged_by) == (CaseState.OPEN, None)
    assert len(stage.inbox("rivera")) > before, "whoever is left is paged at once"
    assert not any("case" in words_of(card).lower() for card in stage.inbox("okafor"))
    refused = await stage.press("okafor", f"case.note:{case.id}")
    assert "Not done" in words_of(only_card(refused))


async def test_what_was_kept_of_somebody_who_left_is_only_what_they_did(stage: Stage):
    await stage.add("lee", "Ms. Lee", Role.BACKUP, phone="555-0144")
    lee = await known(stage, "lee")
    card = await person_card(stage, "Ms. Lee")
    asked = only_card(await stage.press("rivera", button_of(card, "Remove")))
    await stage.press("rivera", button_of(asked, "Remove"))
    assert "Ms. Lee" not in words_of(only_card(await stage.command("rivera", "/roster")))
    async with stage.app.database.read() as tx:
        left = await people.get(tx, lee.id)
        assert await roster.get(tx, 1, lee.id) is None
    assert left is not None
    assert (left.phone, left.roles) == ("", frozenset())
    again = only_card(await stage.press("rivera", f"roster.show:{lee.id}"))
    assert "not there any more" in words_of(again)


# --- two accounts ------------------------------------------------------------------------------


async def link(stage: Stage, name: str, user: str):
    card = await person_card(stage, name)
    form = only_form(await stage.press("rivera", button_of(card, "Another account")))
    return await stage.submit("rivera", form, who=user)


async def test_a_helper_with_two_accounts_is_one_person(stage: Stage):
    await link(stage, "Maya", "maya2")
    await stage.command("maya", "/checkin tutoring 20m")
    logged = only_card(await stage.command("maya2", "/checkin listening 30m"))
    assert words_of(logged).startswith("Logged")
    mine = words_of(only_card(await stage.press("maya2", "mine")))
    assert "Tutoring" in mine
    assert "Listening" in mine
    await stage.command("rivera", "/roster add")
    form = only_form(await stage.command("rivera", "/roster add"))
    await stage.submit("rivera", form, who="maya2", name="Maya", role="helper")
    assert {user for _, user in (await known(stage, "maya")).accounts} == {"maya", "maya2"}


async def test_a_helper_who_is_on_the_list_twice_becomes_one(stage: Stage):
    await stage.add("maya2", "M. Rossi", Role.LEAD)
    await stage.command("maya2", "/checkin listening 30m")
    shown = words_of(only_card(await link(stage, "Maya", "maya2")))
    assert "Accounts: 2" in shown
    assert (await known(stage, "maya2")).id == (await known(stage, "maya")).id
    assert (await known(stage, "maya")).roles == {Role.HELPER, Role.LEAD}
    assert "Listening" in words_of(only_card(await stage.press("maya", "mine")))
    assert len(await _everybody(stage)) == 4


async def test_what_hung_on_the_second_entry_hangs_on_the_first(stage: Stage):
    await stage.add("maya2", "M. Rossi", Role.HELPER)
    second, now = (await known(stage, "maya2")).id, stage.clock.now()
    async with stage.app.database.write() as tx:
        apart = await checkins.add_peer(tx, 1, "P-7K2M", now)
        seen = await checkins.add_peer(tx, 1, "P-9QQ2", now)
        await pairing.keep_apart(tx, apart, [second], offered=[second])
        await pairing.pair(tx, 1, peer_id=seen, helper_id=second, now=now)
    await link(stage, "Maya", "maya2")
    await stage.tick()
    first = (await known(stage, "maya")).id
    async with stage.app.database.read() as tx:
        assert [pair.helper_id for pair, _ in await pairing.open_pairs(tx, 1)] == [first]
        assert list(await tx.scalars(text("SELECT helper_id FROM not_with"))) == [first]
    assert not any("helps no more" in words_of(card) for card in stage.inbox("rivera"))


async def test_two_adults_are_not_made_one_by_a_slip(stage: Stage):
    (wrong,) = await link(stage, "Maya", "okafor")
    assert isinstance(wrong, FormErrors)
    assert "remove Mr. Okafor first" in wrong.errors["who"]
    assert (await known(stage, "okafor")).roles == {Role.BACKUP}


# --- observers -----------------------------------------------------------------------------------


async def test_an_observer_sees_figures_and_nothing_else(stage: Stage):
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    for number in range(6):
        await stage.command("maya" if number % 2 else "leo", "/checkin tutoring 20m a long talk about exams")
    stage.clock.moment += timedelta(minutes=1)
    menu = only_card(await stage.command("reyes", "/handrail"))
    assert "[Figures]" in words_of(menu)
    assert "[Check in]" not in words_of(menu)
    shown = words_of(only_card(await stage.press("reyes", button_of(menu, "Figures"))))
    assert "Check-ins: 6" in shown
    assert "Tutoring: 6 check-ins, 2 h" in shown
    assert "Helpers who logged something: under 5" in shown
    for hidden in ("Maya", "Leo", "exams", "P-"):
        assert hidden not in shown
    for effects in (
        await stage.command("reyes", "/checkin tutoring 20m"),
        await stage.command("reyes", "/roster"),
        await stage.command("reyes", "/supervision"),
        await stage.press("reyes", "cases"),
        await stage.press("reyes", "week"),
        await stage.write("reyes", "P-7K2M tutoring 30m went well"),
    ):
        assert "see figures" in words_of(only_card(effects))


async def test_an_observer_can_work_out_no_small_count(stage: Stage):
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    for number in range(9):
        await stage.command("maya", f"/checkin tutoring 2{number}m about exams")
    for _ in range(7):
        await stage.command("leo", "/checkin mediation 30m a circle")
    for _ in range(2):
        await stage.command("leo", "/checkin listening 10m in the yard")
    stage.clock.moment += timedelta(minutes=1)
    shown = words_of(only_card(await stage.press("reyes", "figures")))
    assert "Check-ins: 18" in shown
    assert "Tutoring: 9 check-ins" in shown
    assert "Other services together: 9 check-ins, 3 h 50 min" in shown
    for hidden in ("Listening", "Mediation", "fewer than", "groups", "people in them", "agreements"):
        assert hidden not in shown


async def test_an_observer_is_paged_for_nothing_and_can_raise_a_concern(stage: Stage):
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    await stage.command("reyes", "/urgent a student wants to die")
    await stage.wait(30)
    assert (await only_case(stage)).state is CaseState.OPEN
    assert any("Open Handrail" in card.fallback for card in stage.inbox("rivera"))
    assert not any("I've got it" in words_of(card) for card in stage.inbox("reyes"))


# --- two at once ---------------------------------------------------------------------------------


async def two_forms(stage: Stage) -> tuple[Form, Form]:
    """The form about Maya, open before Ms. Rivera and Ms. Ito."""
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    return (
        only_form(await stage.press("rivera", "roster.change:1")),
        only_form(await stage.press("ito", "roster.change:1")),
    )


async def test_of_two_who_change_somebody_at_once_the_second_sees_both_and_decides(stage: Stage):
    first, second = await two_forms(stage)
    await stage.submit("rivera", first, name="Maya Silva", roles=("helper", "lead"))
    told = only_card(await stage.submit("ito", second, name="Maya S.", grade="Year 10"))
    assert told.title == "Not saved yet"
    assert "Now it is: Maya Silva." in words_of(told)
    assert "Now it is: Lead helper, Helper." in words_of(told)
    async with stage.app.database.read() as tx:
        entry = await roster.get(tx, 1, 1)
    assert entry is not None
    assert (entry.name, entry.grade, entry.roles) == ("Maya Silva", "", {Role.HELPER, Role.LEAD})
    again = only_form(await stage.press("ito", button_of(told, "Fix it")))
    saved = words_of(only_card(await stage.submit("ito", again, roles=("helper", "lead"))))
    assert "Saved." in saved
    assert "Maya S." in saved
    assert "Year 10" in saved
    assert "Lead helper" in saved


async def test_a_kept_form_is_too_late_again_where_somebody_else_was_faster_again(stage: Stage):
    first, second = await two_forms(stage)
    await stage.submit("rivera", first, name="Maya Silva")
    told = only_card(await stage.submit("ito", second, name="Maya S."))
    third = only_form(await stage.press("rivera", "roster.change:1"))
    await stage.submit("rivera", third, name="Maya da Silva")
    again = only_form(await stage.press("ito", button_of(told, "Fix it")))
    assert "Now it is: Maya da Silva." in words_of(only_card(await stage.submit("ito", again)))


async def test_a_list_that_changes_somebody_meanwhile_is_noticed_too(stage: Stage):
    _, second = await two_forms(stage)
    async with stage.app.database.write() as tx:
        await roster.change(tx, 1, name="Maya", phone="", also_called="", grade="9")
    told = only_card(await stage.submit("ito", second, grade="10"))
    assert "Now it is: 9." in words_of(told)


async def test_what_is_mended_in_a_form_that_came_too_late_is_not_saved_over_the_other(stage: Stage):
    """It is wrong at first: what is mended is still the form of before."""
    first, second = await two_forms(stage)
    await stage.submit("rivera", first, name="Maya Silva")
    [wrong] = await stage.submit("ito", second, name="")
    assert isinstance(wrong, FormErrors)
    assert "Now it is: Maya Silva." in words_of(
        only_card(await stage.submit("ito", wrong.form, name="Maya S."))
    )


async def test_two_who_make_the_same_change_are_not_troubled(stage: Stage):
    first, second = await two_forms(stage)
    await stage.submit("rivera", first, name="Maya Silva")
    assert "Saved." in words_of(only_card(await stage.submit("ito", second, name="Maya Silva")))

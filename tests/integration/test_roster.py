"""Coordinators add people to the team and see who is on it; somebody new is told what to do first."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from handlers.chat import Effect, FormErrors
from storage import events, people, roster
from storage.roster import Entry
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def add(stage: Stage, user: str, name: str, role: Role, **more: str) -> Sequence[Effect]:
    """Fill in the form of ``/roster add``."""
    form = only_form(await stage.command("rivera", "/roster add"))
    return await stage.submit("rivera", form, who=user, name=name, role=role.value, **more)


async def entry(stage: Stage, user: str) -> Entry:
    async with stage.app.database.read() as tx:
        found = await roster.at(tx, 1, user)
    assert found is not None
    return found


def errors_of(effects: Sequence[Effect]) -> dict[str, str]:
    (effect,) = effects
    assert isinstance(effect, FormErrors)
    return dict(effect.errors)


async def test_a_helper_is_added_welcomed_and_can_work_at_once(stage: Stage):
    assert "not on this team's list" in words_of(only_card(await stage.command("sam", "/handrail")))
    card = only_card(await add(stage, "sam", "Sam", Role.HELPER))
    assert "Sam is on the team" in words_of(card)
    assert "Role: Helper" in words_of(card)
    assert "try /checkin once" in words_of(card)
    welcome = words_of(stage.inbox("sam")[0])
    for words in ("1. ", "2. ", "3. ", "/checkin", "/urgent", "/handrail", "Your role here: Helper"):
        assert words in welcome
    assert "not an emergency service" in welcome
    assert words_of(only_card(await stage.command("sam", "/checkin tutoring 20m"))).startswith("Logged")
    assert only_form(await stage.press("rivera", button_of(card, "Add another"))).inputs[0].value == ""


async def test_an_adult_is_paged_from_now_on(stage: Stage):
    added = await add(stage, "lee", "Ms. Lee", Role.BACKUP, phone="555-0144", also_called="Ms. L")
    assert "Phone: 555-0144" in words_of(only_card(added))
    assert "allow notifications" in words_of(only_card(added))
    assert "tap an answer" in words_of(stage.inbox("lee")[0])
    async with stage.app.database.read() as tx:
        assert [address.user for address in await people.ladder(tx, 1)] == ["rivera", "okafor", "lee"]


async def test_no_phone_or_nickname_of_a_young_person_is_kept(stage: Stage):
    added = await add(stage, "sam", "Sam", Role.HELPER, phone="555-0199", also_called="Sammy")
    assert "The phone number was not kept" in words_of(only_card(added))
    sam = await entry(stage, "sam")
    assert (sam.phone, sam.also_called) == ("", "")


async def test_a_helper_s_grade_is_added_with_one_more_tap_and_kept_when_they_are_changed(stage: Stage):
    added = only_card(await add(stage, "sam", "Sam", Role.HELPER))
    form = only_form(await stage.press("rivera", button_of(added, "Add their grade")))
    shown = words_of(only_card(await stage.submit("rivera", form, grade=" Year  10")))
    assert "Grade: Year 10" in shown
    again = only_card(await add(stage, "sam", "Sam S.", Role.LEAD))
    assert "Grade: Year 10" in words_of(again)
    assert "Add their grade" not in words_of(again)
    added = only_card(await add(stage, "lee", "Ms. Lee", Role.BACKUP))
    assert "grade" not in words_of(added).casefold(), "it is asked of helpers alone"


async def test_nothing_is_kept_of_an_adult_s_grade_and_it_goes_with_who_leaves(stage: Stage):
    await stage.submit("rivera", "roster.change:4", name="Mr. Okafor", roles=("backup",), grade="staff")
    assert (await entry(stage, "okafor")).grade == ""
    await stage.submit("rivera", "roster.change:1", name="Maya", roles=("helper",), grade="9")
    assert (await entry(stage, "maya")).grade == "9"
    await stage.press("rivera", "roster.remove:1:yes")
    async with stage.app.database.read() as tx:
        assert await tx.scalar(text("SELECT grade FROM people WHERE id = 1")) is None


async def test_adding_a_known_account_changes_it_and_keeps_what_was_left_empty(stage: Stage):
    await add(stage, "okafor", "Mr. Okafor", Role.BACKUP, phone="555-0131", also_called="Mr. O")
    shown = words_of(only_card(await add(stage, "okafor", "Mr. J. Okafor", Role.COORDINATOR)))
    assert "Mr. J. Okafor was changed" in shown
    assert "Role: Coordinator" in shown
    assert "Until now: Backup" in shown
    okafor = await entry(stage, "okafor")
    assert (okafor.phone, okafor.also_called, okafor.roles) == ("555-0131", "Mr. O", {Role.COORDINATOR})
    assert "Your role here: Coordinator" in words_of(stage.inbox("okafor")[0])
    async with stage.app.database.read() as tx:
        deeds = [line.deed for line in await events.audited(tx, f"person:{okafor.id}")]
    assert deeds == ["roster_changed", "roster_changed"]


async def test_a_helper_becomes_a_lead_and_hears_of_it_once(stage: Stage):
    for _ in range(2):
        await add(stage, "maya", "Maya", Role.LEAD)
    assert (await entry(stage, "maya")).roles == {Role.LEAD}
    assert len(stage.inbox("maya")) == 1


@sqlite_only
@pytest.mark.parametrize(
    ("user", "role", "said"),
    [
        ("maya", Role.BACKUP, "Maya is a helper on this team"),
        ("maya", Role.OUTSIDE_CONTACT, "Maya is a helper on this team"),
        ("okafor", Role.HELPER, "Mr. Okafor is one of the adults here"),
        ("rivera", Role.HELPER, "Ms. Rivera is one of the adults here"),
        ("rivera", Role.BACKUP, "Ms. Rivera is the only coordinator"),
    ],
)
async def test_a_role_that_somebody_cannot_have_is_said_beside_it(
    stage: Stage, user: str, role: Role, said: str
):
    before = await entry(stage, user)
    wrong = await add(stage, user, "Another name", role)
    assert said in errors_of(wrong)["role"]
    assert await entry(stage, user) == before


@sqlite_only
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"who": ""}, ["who"]),
        ({"name": ""}, ["name"]),
        ({"name": "x" * 61}, ["name"]),
        ({"role": "headmaster"}, ["role"]),
        ({"phone": "ask me"}, ["phone"]),
        ({"also_called": "x" * 201}, ["also_called"]),
        ({"who": "", "name": "", "role": ""}, ["who", "name", "role"]),
    ],
)
async def test_what_cannot_be_taken_is_said_beside_it_and_the_rest_is_kept(
    stage: Stage, values: dict[str, str], wrong: list[str]
):
    form = only_form(await stage.command("rivera", "/roster add"))
    filled = {"who": "sam", "name": "Sam", "role": "backup", "phone": "555-0100", **values}
    sent = await stage.submit("rivera", form, **filled)
    assert list(errors_of(sent)) == wrong
    kept = {item.name: item.value for item in sent[0].form.inputs}
    assert all(kept[name] == value for name, value in filled.items() if name not in wrong)
    async with stage.app.database.read() as tx:
        assert await roster.at(tx, 1, "sam") is None


async def test_the_list_shows_adults_first_ten_at_a_time(stage: Stage):
    for number in range(8):
        await add(stage, f"u{number}", f"Helper {number}", Role.HELPER)
    card = only_card(await stage.command("rivera", "/roster"))
    lines = words_of(card).splitlines()
    assert lines[0] == "Who is on the team: 12"
    assert lines[1] == "Ms. Rivera · Coordinator · no phone number"
    assert lines[2] == "Mr. Okafor · Backup · no phone number"
    assert lines[3] == "Helper 0 · Helper"
    assert sum(line.startswith("Helper ") for line in lines) == 8
    more = only_card(await stage.press("rivera", button_of(card, "More")))
    assert [line for line in words_of(more).splitlines() if "· Helper" in line] == [
        "Leo · Helper",
        "Maya · Helper",
    ]
    again = only_card(await stage.press("rivera", button_of(more, "Back")))
    assert words_of(again) == words_of(card)
    past_the_end = only_card(await stage.press("rivera", "roster.page:999"))
    assert words_of(past_the_end) == words_of(more)


async def test_the_list_says_who_is_paused_or_cannot_be_reached(stage: Stage):
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 1)
        await people.add(tx, programme_id=1, name="Dr. Hale", phone="1", roles=[Role.OUTSIDE_CONTACT])
    shown = words_of(only_card(await stage.command("rivera", "/roster")))
    assert "Maya · Helper · paused" in shown
    assert "Dr. Hale · Outside contact · no account here: no page reaches them" in shown


async def test_what_is_not_understood_is_answered_with_what_can_be_typed(stage: Stage):
    shown = words_of(only_card(await stage.command("rivera", "/roster remove Maya")))
    assert "choose them above" in shown
    assert "Maya · Helper" in shown


@pytest.mark.parametrize("user", ["maya", "okafor"])
async def test_the_roster_is_for_coordinators(stage: Stage, user: str):
    form = only_form(await stage.command("rivera", "/roster add"))
    for effects in (
        await stage.command(user, "/roster"),
        await stage.command(user, "/roster add"),
        await stage.press(user, "roster.page:0"),
        await stage.press(user, "roster.add"),
        await stage.submit(user, form, who="sam", name="Sam"),
    ):
        assert "That is for coordinators" in words_of(only_card(effects))
    async with stage.app.database.read() as tx:
        assert await roster.at(tx, 1, "sam") is None


async def test_another_programmes_people_are_neither_shown_nor_changed(stage: Stage):
    other = await stage.elsewhere()
    shown = words_of(only_card(await other.command("tanaka", "/roster")))
    assert "Nina" in shown
    assert "Maya" not in shown
    form = only_form(await other.command("tanaka", "/roster add"))
    await other.submit("tanaka", form, who="maya", name="Maya elsewhere", role="helper")
    assert (await entry(stage, "maya")).name == "Maya", "the same id in another workspace is somebody else"

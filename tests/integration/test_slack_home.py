"""App Home as it is read on the screen: a helper's, an adult's, a stranger's; and who must not see a case."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from storage.words import Role
from tests.integration.slack_team import SocketTeamDriver, Team, TeamDriver, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app
from tests.scenarios.world import Setting
from tests.slack import Home, Person


@pytest.fixture(params=[TeamDriver, SocketTeamDriver], ids=["http", "socket"])
async def team(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Team]:
    setting = Setting().joined_by("Ms. Ito", Role.COORDINATOR).joined_by("Noor", None)
    async with open_team(database, setting=setting, driver=request.param) as opened:
        yield opened


async def opened_by(team: Team, person: Person) -> Home:
    """What somebody reads when they open it now."""
    await person.open_home()
    await team.settle()
    return standing(person)


def standing(person: Person) -> Home:
    """What stands there, without it being opened anew."""
    home = person.home
    assert home is not None
    return home


async def test_a_helpers_home_offers_three_things_and_their_check_ins(team: Team) -> None:
    home = await opened_by(team, team.maya)
    assert home.buttons[:3] == ["Check in", "I'm worried", "My check-ins"]
    assert "Nothing logged yet." in home.text
    assert "Open cases" not in home.text
    assert "Last 7 days" not in home.text


async def test_it_is_new_after_a_check_in_that_was_logged_there(team: Team) -> None:
    await team.maya.press("Check in", on=await opened_by(team, team.maya))
    await check_in(team.maya, "we read the chapter").submit()
    await team.settle()
    assert team.maya.modal is not None
    assert "Logged" in team.maya.modal.text, "what came of it is shown where the form was"
    assert "Nothing logged yet." not in standing(team.maya).text
    assert "15 min" in standing(team.maya).text
    await team.maya.press("Undo", on=team.maya.modal)
    await team.settle()
    assert "Nothing logged yet." in (await opened_by(team, team.maya)).text


async def test_my_check_ins_are_shown_from_there_and_can_be_edited(team: Team) -> None:
    await team.maya.command("/checkin", "P-7K2M tutoring 30m, went well")
    await team.maya.press("My check-ins", on=await opened_by(team, team.maya))
    await team.settle()
    assert team.maya.modal is not None
    assert "P-7K2M" in team.maya.modal.text
    assert [seen for seen in from_app(team.maya) if "P-7K2M" in seen.text] == [], "and kept in no history"


async def test_being_worried_there_is_answered_there_and_pages(team: Team) -> None:
    await team.maya.press("I'm worried", on=await opened_by(team, team.maya))
    await team.settle()
    assert team.maya.modal is not None
    assert "Is somebody in danger right now?" in team.maya.modal.text
    await team.maya.press("Danger now", on=team.maya.modal)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("what to do now" in label for label in standing(team.maya).buttons), "the way back to the card"


async def test_an_adults_home_begins_with_the_open_cases_and_their_age(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.wait(7)
    await team.maya.write(DANGER)
    await team.settle()
    home = await opened_by(team, team.rivera)
    lines = home.text.split("\n")
    assert lines[0] == "Open cases"
    listed = sorted(line for line in lines if line.startswith("•"))
    assert [line.partition(" · ")[0] for line in listed] == ["• E-1", "• E-2"]
    assert "7 min" in listed[0]
    assert "0 min" in listed[1]
    assert all("nobody has it yet" in line for line in listed)
    assert set(home.buttons[:2]) == {"Open E-1", "Open E-2"}
    assert {"Check in", "I'm worried", "Open cases", "Last 7 days"} <= set(home.buttons)
    for words in (DANGER, ABOUT_A_PEER, "Leo", "Maya"):
        assert words not in home.text, "nobody's words, and no name"


async def test_a_case_that_is_taken_from_there_is_taken_there_too(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.rivera.press("Open E-1", on=await opened_by(team, team.rivera))
    await team.settle()
    card = team.rivera.modal
    assert card is not None
    await team.rivera.press("I've got it: going now", on=card)
    await team.settle()
    assert "Ms. Rivera has it" in (await opened_by(team, team.rivera)).text
    assert any("Ms. Rivera has it" in seen.text for seen in from_app(team.leo))


async def test_a_closed_case_stands_there_no_more(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "E-1" in (await opened_by(team, team.rivera)).text
    await team.rivera.press("Close with an outcome")
    form = team.rivera.modal
    assert form is not None
    for question in form.questions:
        if question.control.choices and not question.optional:
            form.fill(question.label, question.control.choices[0].label)
        elif not question.optional:
            form.fill(question.label, "as it should be")
    await form.submit()
    await team.settle()
    assert form.errors == {}
    assert "No open cases" in (await opened_by(team, team.rivera)).text


async def test_somebody_who_is_not_on_the_list_reads_how_to_get_help(team: Team) -> None:
    await team.maya.write(DANGER)
    home = await opened_by(team, team.named("Noor"))
    assert home.lines == [
        "Handrail",
        "You are not on this team's list yet. Ask the coordinator to add you. "
        "If somebody is in danger, /urgent works for everybody.",
    ]
    assert home.buttons == []


async def test_who_is_left_out_of_a_case_does_not_see_it_there_not_even_before_they_look_again(
    team: Team,
) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert "E-1" in (await opened_by(team, team.rivera)).text
    ito = team.named("Ms. Ito")
    assert "E-1" in (await opened_by(team, ito)).text
    await team.leo.press("About an adult on the team")
    await team.settle()
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    assert pages(team.rivera) == []
    assert "E-1" not in standing(team.rivera).text, "Slack would go on showing what it was given last"
    assert "E-1" not in (await opened_by(team, team.rivera)).text
    assert "E-1" in (await opened_by(team, ito)).text


async def test_the_messages_tab_shows_no_home(team: Team) -> None:
    await team.maya.open_messages()
    await team.settle()
    assert team.maya.home is None

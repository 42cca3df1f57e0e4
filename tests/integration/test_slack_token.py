"""A token that works no more, or a scope that is missing: it is said, nothing is lost, all goes on after."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import slack as on_slack
from bot.delivery import KEPT
from bot.settings import SetupProblem
from storage import cases
from storage.db import Database
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

NOT_TAKEN = "Slack does not accept the token (token_revoked)"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        await opened.app.tick()
        yield opened


async def slack_problems(team: Team) -> list[str]:
    """What ``/readyz`` lists about Slack; this clock does not tick by itself."""
    return [problem for problem in await team.problems() if "Slack" in problem]


async def reasons(team: Team) -> list[str]:
    """Why the case's adults could not be reached, by its timeline."""
    async with team.world.database.read() as tx:
        lines = await cases.timeline(tx, 1)
    return [str(line.facts.get("reason")) for line in lines if line.kind == "unreachable"]


async def test_a_revoked_token_is_said_before_anybody_needs_a_page(team: Team) -> None:
    assert await slack_problems(team) == []
    team.slack.app.token_state = "token_revoked"
    assert await slack_problems(team) == [], "what Slack said less than a minute ago is believed"
    await team.wait(1)
    assert await slack_problems(team) == [NOT_TAKEN]
    team.slack.app.token_state = ""
    assert await slack_problems(team) == [], "and that it works again is seen at once"


async def test_asking_for_readiness_often_asks_slack_once_a_minute(team: Team) -> None:
    await slack_problems(team)
    asked = len(team.slack.called("auth.test"))
    for _ in range(5):
        await slack_problems(team)
    assert len(team.slack.called("auth.test")) == asked


async def test_a_slack_that_cannot_be_reached_is_said_and_a_busy_one_is_not(team: Team) -> None:
    team.slack.faults.status(503, "auth.test")
    assert await slack_problems(team) == ["Slack cannot be reached"]
    team.slack.faults.limit("auth.test")
    assert await slack_problems(team) == []


async def test_pages_climb_and_come_once_the_token_works_again(team: Team) -> None:
    team.slack.app.token_state = "token_revoked"
    await team.maya.write(DANGER)
    await team.settle()
    assert await team.cases() == 1
    assert set(await reasons(team)) == {"auth_failed"}
    assert len(await reasons(team)) == 4, "both adults, at the first step and at everybody's"
    await team.wait(20)
    assert pages(team.rivera) == pages(team.okafor) == []
    team.slack.app.token_state = ""
    await team.wait(5)
    for adult in (team.rivera, team.okafor):
        assert len(pages(adult)) == 1, "at the next repeat"
        assert "Nobody has answered for 25 min" in pages(adult)[0].text


async def test_who_raised_it_is_told_what_they_missed(team: Team) -> None:
    team.slack.app.token_state = "token_revoked"
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert told(team.leo) == ""
    await team.wait(3)
    team.slack.app.token_state = ""
    await team.wait(1)
    assert len(from_app(team.leo)) == 2, "no answer yet; and: any adult"
    assert "any adult" in told(team.leo)
    assert "555-0114" in told(team.leo)
    await team.wait(60)
    await team.settle()
    assert len([seen for seen in from_app(team.leo) if "any adult" in seen.text]) == 1, "each of it once"


async def test_cards_are_made_true_once_the_token_works_again(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.wait(5)
    team.slack.app.token_state = "token_revoked"
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "I've got it: going now" in pages(team.okafor)[0].buttons
    team.slack.app.token_state = ""
    await team.wait(1)
    assert "Ms. Rivera has it" in pages(team.okafor)[0].text
    assert "Ms. Rivera has it" in told(team.leo)


async def test_somebody_left_out_meanwhile_loses_the_card_once_the_token_works_again(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    await team.leo.press("About an adult on the team")
    await team.settle()
    team.slack.app.token_state = "token_revoked"
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    assert len(pages(team.rivera)) == 1, "nothing can be taken away now"
    await team.wait(30)
    team.slack.app.token_state = ""
    await team.wait(1)
    assert pages(team.rivera) == []


@pytest.mark.parametrize(("hours", "asked"), [(2, 1), (26, 0)])
async def test_the_weekly_question_waits_for_a_day_and_no_longer(team: Team, hours: int, asked: int) -> None:
    team.slack.app.token_state = "token_revoked"
    monday = team.world.clock.now() + timedelta(days=7) - timedelta(hours=1)
    team.world.clock.set(monday)
    await team.settle()
    for _ in range(hours):
        team.pass_seconds(3_600)
        await team.settle()
    assert (team.world.clock.now() - monday > KEPT) is (asked == 0)
    team.slack.app.token_state = ""
    await team.wait(1)
    # A nudge of later may come; the question itself is a day old by then.
    assert len([seen for seen in from_app(team.leo) if "still time" not in seen.text]) == asked


@pytest.mark.parametrize(
    ("scope", "problem"),
    [
        ("chat:write", ["the Slack app lacks the scope chat:write"]),
        ("im:write", []),
        ("im:history", []),
        ("users:read", []),
    ],
)
async def test_a_scope_that_is_taken_away_stops_only_what_it_is_for(
    team: Team, scope: str, problem: list[str]
) -> None:
    team.slack.app.scopes.remove(scope)
    await team.wait(2)
    assert await slack_problems(team) == problem
    await team.maya.command("/urgent", ABOUT_A_PEER)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == (0 if problem else 1)
    assert "is being told now" in told(team.maya), "a command is answered all the same"
    team.slack.app.scopes.add(scope)
    await team.wait(5)
    assert len(pages(team.okafor)) == 1


async def test_a_bot_that_starts_with_a_revoked_token_says_what_to_do(team: Team) -> None:
    team.slack.app.token_state = "token_revoked"
    with pytest.raises(SetupProblem, match="Bot User OAuth Token"):
        async with on_slack.connect(team.settings):
            pass

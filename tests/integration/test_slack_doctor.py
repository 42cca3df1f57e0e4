"""What ``doctor`` finds on Slack, and that each finding says how it is mended. No name stands in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from bot import doctor
from bot.settings import Settings
from storage.db import Database
from storage.sealed import Keys
from storage.words import Role
from tests.integration.slack_team import SocketTeamDriver, Team, open_team
from tests.integration.team import from_app, told
from tests.scenarios.world import Setting

KEY = Keys.make()
TEST = "This is only a test."


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


@pytest.fixture
def examine(database_url: str):  # type: ignore[no-untyped-def]
    """Runs it as the command line does."""

    async def run(team: Team, *, send: bool = False, **environment: str) -> tuple[int, str]:
        said = StringIO()
        given = {
            **team.settings.model_dump(include={name for name in Settings.model_fields if "slack" in name}),
            "public_url": "https://handrail.example",
            **environment,
        }
        settings = Settings(database_url=database_url, handrail_keys=KEY, dyno="", **given)
        code = await doctor.run(settings, Console(file=said, width=300), send=send)
        for name in ("Maya", "Leo", "Rivera", "Okafor", "xoxb-handrail", "xapp-1-handrail"):
            assert name not in said.getvalue()
        return code, said.getvalue()

    return run


async def test_nothing_is_missing(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    code, said = await examine(team)
    assert code == 0
    assert "IN ORDER  Slack takes the token; the workspace is Harbor School." in said
    assert "https://handrail.example/slack/events" in said


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"slack_bot_token": "xapp-1-oops"}, ("which begins with xoxb-", "It looks like an app-level token")),
        ({"slack_bot_token": "xoxp-oops"}, ("which begins with xoxb-", "OAuth & Permissions")),
        ({"slack_app_token": "xoxb-oops"}, ("which begins with xapp-", "connections:write")),
        ({"slack_signing_secret": ""}, ("Slack has no way to reach Handrail yet", "SLACK_APP_TOKEN")),
        ({"slack_bot_token": "xoxb-of-another-app"}, ("(invalid_auth)", "Bot User OAuth Token")),
        (
            {"slack_app_token": "xapp-1-handrail-test"},
            ("(socket_mode_not_enabled)", "switch “Socket Mode” on"),
        ),
        (
            {"slack_api_url": "http://127.0.0.1:1/api/"},
            ("cannot be reached at http://127.0.0.1:1", "network"),
        ),
    ],
    ids=["app token", "person's token", "bot token", "no way in", "wrong token", "no socket", "no network"],
)
async def test_what_is_wrong_in_the_environment(  # type: ignore[no-untyped-def]
    team: Team, examine, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    code, said = await examine(team, **environment)
    assert code == 1
    assert "MUST BE MENDED" in said
    for each in words:
        assert each in said


async def test_where_nobody_coordinates_both_ways_to_begin_are_said(  # type: ignore[no-untyped-def]
    database: Database, examine
) -> None:
    setting = Setting().without(Role.COORDINATOR, Role.BACKUP)
    async with open_team(database, setting=setting) as unled:
        code, said = await examine(unled)
    assert code == 1
    assert "Nobody in this workspace can be paged." in said
    assert "HANDRAIL_COORDINATORS names (slack:<a member id>)" in said
    assert "the first owner or admin who types /handrail setup in the workspace." in said


async def test_a_revoked_token_and_missing_scopes(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    team.slack.app.scopes -= {"im:write", "im:history"}
    code, said = await examine(team)
    assert code == 1
    assert "The app lacks the scopes im:history, im:write." in said
    assert "python -m bot manifest slack" in said
    team.slack.app.token_state = "token_revoked"
    code, said = await examine(team)
    assert code == 1
    assert "does not accept SLACK_BOT_TOKEN (token_revoked)" in said


async def test_without_an_address_it_says_what_slack_needs(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    code, said = await examine(team, public_url="")
    assert code == 0
    assert "TO LOOK AT  PUBLIC_URL is not set" in said
    assert "/slack/events" in said


@pytest.mark.parametrize(
    ("skew", "code", "words"),
    [
        (20, 0, ""),
        (90, 0, "TO LOOK AT  This machine's clock is"),
        (400, 1, "MUST BE MENDED  This machine's clock is"),
        (-400, 1, "ahead of Slack's"),
    ],
)
async def test_clocks_that_differ(team: Team, examine, skew: int, code: int, words: str) -> None:  # type: ignore[no-untyped-def]
    team.slack.clock_skew = skew
    found, said = await examine(team)
    assert found == code
    assert words in said
    assert ("clock" in said) is bool(words)


async def test_over_socket_mode(database: Database, examine) -> None:  # type: ignore[no-untyped-def]
    async with open_team(database, driver=SocketTeamDriver) as team:
        code, said = await examine(team)
        assert code == 0
        assert "over Socket Mode; no address is needed" in said
        team.slack.app.app_scopes.clear()
        code, said = await examine(team)
        assert code == 1
        assert "Slack opens no socket with SLACK_APP_TOKEN (missing_scope)" in said


# --- each adult --------------------------------------------------------------------------------


async def test_it_says_when_each_adult_last_got_something(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    _, said = await examine(team)
    assert "Adult 1 (coordinator) has never got a message from Handrail." in said
    assert "Adult 2 (backup) has never got a message from Handrail." in said
    assert "doctor --send" in said
    await team.maya.command("/urgent")
    await team.settle()  # in March, by this clock
    _, said = await examine(team)
    assert "TO LOOK AT  Adult 1 (coordinator): the last message arrived" in said
    team.world.clock.set(datetime.now(UTC))
    await team.leo.command("/urgent")
    await team.settle()
    _, said = await examine(team)
    assert "IN ORDER  Adult 1 (coordinator): the last message arrived today." in said


async def test_a_deactivated_adult_is_said_and_how_to_mend_it(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    team.okafor.account.deleted = True
    for send in (False, True):
        code, said = await examine(team, send=send)
        assert code == 1
        assert "MUST BE MENDED  Adult 2 (backup)" in said
        assert "/roster add" in said
        assert "MUST BE MENDED  Adult 1" not in said
    assert from_app(team.okafor) == []


async def test_an_adult_whose_account_is_of_nobody_is_said(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    del team.slack.workspace.users[team.okafor.id]
    code, said = await examine(team)
    assert code == 1
    assert "Adult 2 (backup): the account is deactivated, or not of this workspace." in said


async def test_a_test_message_arrives_with_each_adult_and_nobody_else(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    code, said = await examine(team, send=True)
    assert code == 0
    for number, role in ((1, "coordinator"), (2, "backup")):
        assert f"IN ORDER  Adult {number} ({role}): a test message has arrived." in said
    for adult in (team.rivera, team.okafor):
        assert [TEST in seen.text for seen in from_app(adult)] == [True]
        assert from_app(adult)[0].buttons == []
    assert told(team.maya) == told(team.leo) == ""
    await examine(team, send=True)
    assert len(from_app(team.rivera)) in (1, 2), "it can be sent again; within one second it is the same one"


async def test_a_test_message_that_cannot_arrive_says_why(team: Team, examine) -> None:  # type: ignore[no-untyped-def]
    team.slack.app.scopes.remove("chat:write")
    code, said = await examine(team, send=True)
    assert code == 1
    assert said.count("the test message did not arrive (auth_failed)") == 2
    assert "python -m bot manifest slack" in said


async def test_a_test_message_that_is_slow_to_arrive_says_so(  # type: ignore[no-untyped-def]
    team: Team, examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor_adults.WAIT", 0)
    team.slack.faults.limit("chat.postMessage", channel=team.rivera.id, after=100)
    code, said = await examine(team, send=True)
    assert code == 1
    assert "Adult 1 (coordinator): the test message did not arrive (rate_limited)" in said
    assert "Adult 2 (backup): a test message has arrived." in said

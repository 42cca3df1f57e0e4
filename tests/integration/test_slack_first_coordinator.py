"""Nobody is named in the environment: an admin of the Slack workspace begins the set-up, and nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from handlers.first_coordinator import ADMINISTRATES
from handlers.refusals import Refusal
from storage import events, people, programmes, roster
from storage.db import Database
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import Role
from tests.integration.slack_team import SocketTeamDriver, Team, TeamDriver, open_team
from tests.integration.team import DANGER, told
from tests.scenarios.world import Setting
from tests.slack import Person

BEGUN = "Setting up Harbor School"
ADULTS = Setting().without(Role.COORDINATOR, Role.BACKUP)
NOBODY_YET = ADULTS.joined_by("Ms. Rivera", None).joined_by("Mr. Okafor", None)
"""Two helpers are on the list, and no adult yet."""


@pytest.fixture(params=[TeamDriver, SocketTeamDriver], ids=["http", "socket"])
async def team(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Team]:
    async with open_team(database, setting=NOBODY_YET, driver=request.param) as opened:
        yield opened


@pytest.fixture
async def over_http(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, setting=NOBODY_YET) as opened:
        yield opened


async def begins(team: Team, person: Person, text: str = "setup") -> str:
    """Somebody types ``/handrail setup``; returns all that they read by then."""
    answer = await person.command("/handrail", text)
    assert answer.taken, answer.reason
    await team.settle()
    return told(person)


async def coordinators(team: Team) -> list[Entry]:
    async with team.app.database.read() as tx:
        return await roster.entries(tx, 1, {Role.COORDINATOR})


async def programme(team: Team) -> Programme:
    async with team.app.database.read() as tx:
        return await programmes.get(tx, 1)


@pytest.mark.parametrize("title", ["is_admin", "is_owner", "is_primary_owner"])
async def test_an_administrator_becomes_the_coordinator_and_goes_on_setting_up(
    team: Team, title: str
) -> None:
    team.rivera.account.display_name = "T. Rivera"
    setattr(team.rivera.account, title, True)
    assert BEGUN in await begins(team, team.rivera)
    [adult] = await coordinators(team)
    assert (adult.name, adult.roles) == ("T. Rivera", {Role.COORDINATOR})
    assert [user for _, user in adult.accounts] == [team.rivera.id]
    async with team.app.database.read() as tx:
        [line] = await events.audited(tx, f"person:{adult.id}")
    assert (line.deed, line.person_id) == (ADMINISTRATES, adult.id)
    await team.rivera.press("Next: The programme")
    await team.settle()
    assert team.rivera.modal is not None, "the form opens: nobody has to be added once more"


async def test_from_then_on_a_page_reaches_them(over_http: Team) -> None:
    over_http.rivera.account.is_admin = True
    await begins(over_http, over_http.rivera)
    await over_http.maya.write(DANGER)
    await over_http.settle()
    assert "Immediate" in told(over_http.rivera)


async def test_a_member_does_not_and_reads_who_can(team: Team) -> None:
    assert Refusal.SLACK_ADMIN_NEEDED.value in await begins(team, team.rivera)
    assert await coordinators(team) == []
    async with team.app.database.read() as tx:
        assert await people.by_account(tx, 1, team.rivera.id) is None


async def test_a_helper_does_not_though_they_administer_the_workspace(over_http: Team) -> None:
    over_http.maya.account.is_admin = True
    assert Refusal.SLACK_ADMIN_NEEDED.value in await begins(over_http, over_http.maya)
    assert await coordinators(over_http) == []


async def test_an_administrator_of_another_workspace_does_not(over_http: Team) -> None:
    over_http.rivera.account.is_admin = True
    told_of = over_http.slack.payloads.user
    over_http.slack.payloads.user = (  # type: ignore[method-assign]
        lambda user: told_of(user) | {"team_id": "T0FAR", "is_stranger": True}
    )
    assert Refusal.SLACK_ADMIN_NEEDED.value in await begins(over_http, over_http.rivera)
    assert await coordinators(over_http) == []


async def test_the_second_administrator_does_not(team: Team) -> None:
    team.rivera.account.is_admin = team.okafor.account.is_owner = True
    await begins(team, team.rivera)
    asked = len(team.slack.called("users.info"))
    assert "You are not on this team's list yet." in await begins(team, team.okafor)
    assert [adult.name for adult in await coordinators(team)] == ["Ms. Rivera"]
    assert len(team.slack.called("users.info")) == asked, "it does not matter any more, so nobody asks"


async def test_of_two_at_the_same_moment_one_does_and_the_other_is_told(over_http: Team) -> None:
    slack, adults = over_http.slack, (over_http.rivera, over_http.okafor)
    for adult in adults:
        adult.account.is_admin = True
    held = [slack.faults.hold("users.info") for _ in adults]
    typed = [asyncio.create_task(adult.command("/handrail", "setup")) for adult in adults]
    for each in held:
        await each.arrived.wait()
    for each in held:
        each.let_go.set()
    assert all(answer.taken for answer in await asyncio.gather(*typed))
    await over_http.settle()
    [first] = await coordinators(over_http)
    for adult in adults:
        is_first = adult.account.name == first.name
        assert (BEGUN in told(adult)) is is_first
        assert (Refusal.COORDINATOR_THERE.value in told(adult)) is not is_first


async def test_who_types_it_twice_at_the_same_moment_becomes_it_once(over_http: Team) -> None:
    slack, rivera = over_http.slack, over_http.rivera
    rivera.account.is_admin = True
    held = [slack.faults.hold("users.info") for _ in range(2)]
    typed = [asyncio.create_task(rivera.command("/handrail", "setup")) for _ in held]
    for each in held:
        await each.arrived.wait()
    for each in held:
        each.let_go.set()
    await asyncio.gather(*typed)
    await over_http.settle()
    assert len(await coordinators(over_http)) == 1
    assert told(rivera).count(BEGUN) == 2
    assert Refusal.COORDINATOR_THERE.value not in told(rivera)


class Named(TeamDriver):
    """The environment names a coordinator, though of another platform."""

    coordinators = "discord:456"


async def test_where_the_environment_names_somebody_administrators_do_not(database: Database) -> None:
    async with open_team(database, setting=NOBODY_YET, driver=Named) as team:
        team.rivera.account.is_admin = True
        assert "You are not on this team's list yet." in await begins(team, team.rivera)
        assert await coordinators(team) == []
        assert team.slack.called("users.info") == []


@pytest.mark.parametrize("trouble", ["silence", "no scope", "too many questions", "a broken connection"])
async def test_where_slack_does_not_say_it_is_said_and_can_be_tried_again(
    team: Team, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.rivera.account.is_admin = True
    match trouble:
        case "silence":
            monkeypatch.setattr("adapters.slack.app.ASK_RANK", 0.05)
            team.slack.faults.hold("users.info")
        case "no scope":
            team.slack.faults.refuse("users.info", "missing_scope", needed="users:read")
        case "too many questions":
            team.slack.faults.limit("users.info")
        case _:
            team.slack.faults.drop("users.info", times=9)
    assert Refusal.SLACK_DID_NOT_SAY.value in await begins(team, team.rivera)
    assert await coordinators(team) == []
    team.slack.faults.clear()
    monkeypatch.undo()
    assert BEGUN in await begins(team, team.rivera)


@pytest.mark.parametrize(
    ("before", "country", "after"),
    [
        ("UTC", "", "Europe/Paris"),
        ("UTC", "GB", "UTC"),
        ("America/New_York", "", "America/New_York"),
    ],
)
async def test_the_time_zone_is_theirs_while_nobody_has_chosen_one(
    over_http: Team, before: str, country: str, after: str
) -> None:
    async with over_http.app.database.write() as tx:
        await programmes.describe(tx, 1, name="Harbor School", country=country, time_zone=before, locale="en")
    over_http.rivera.account.is_admin, over_http.rivera.account.tz = True, "Europe/Paris"
    await begins(over_http, over_http.rivera)
    assert (await programme(over_http)).time_zone == after


async def test_nobody_is_looked_up_for_anything_else(over_http: Team) -> None:
    over_http.rivera.account.is_admin = True
    for text in ("", "rota", "setup please", "help"):
        await begins(over_http, over_http.rivera, text)
    assert over_http.slack.called("users.info") == []
    assert await coordinators(over_http) == []


async def test_a_red_flag_behind_the_command_opens_a_case_and_is_answered_as_ever(over_http: Team) -> None:
    over_http.rivera.account.is_admin = True
    read = await begins(over_http, over_http.rivera, f"setup {DANGER}")
    assert "988" in read
    assert await over_http.cases() == 1
    assert await coordinators(over_http) == []
    assert over_http.slack.called("users.info") == []

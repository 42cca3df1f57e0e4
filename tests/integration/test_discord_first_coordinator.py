"""Nobody is named in the environment: who may manage the Discord server begins the set-up, nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from handlers.first_coordinator import ADMINISTRATES
from handlers.refusals import Refusal
from storage import events, roster
from storage.db import Database
from storage.roster import Entry
from storage.words import Role
from tests.discord import Person
from tests.integration.discord_team import Team, TeamDriver, open_team
from tests.integration.team import DANGER, told
from tests.scenarios.world import Setting

BEGUN = "Setting up Harbor School"
ADULTS = Setting().without(Role.COORDINATOR, Role.BACKUP)
NOBODY_YET = ADULTS.joined_by("Ms. Rivera", None).joined_by("Mr. Okafor", None)
"""Two helpers are on the list, and no adult yet."""


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database, setting=NOBODY_YET) as opened:
        yield opened


async def begins(team: Team, person: Person, text: str = "setup", *, direct: bool = False) -> str:
    """Somebody types ``/handrail setup`` in a channel; returns all that they read by then."""
    answer = await person.command("handrail", None if direct else team.channel, what=text)
    assert answer.taken, answer.reason
    await team.settle()
    return told(person)


async def coordinators(team: Team) -> list[Entry]:
    async with team.app.database.read() as tx:
        return await roster.entries(tx, 1, {Role.COORDINATOR})


@pytest.mark.parametrize("permission", ["administrator", "manage_guild"])
async def test_who_may_manage_the_server_becomes_the_coordinator_and_goes_on_setting_up(
    team: Team, permission: str
) -> None:
    team.discord.grant(team.rivera, permission)
    await team.rivera.rename("T. Rivera")
    assert BEGUN in await begins(team, team.rivera)
    [adult] = await coordinators(team)
    assert (adult.name, adult.roles) == ("T. Rivera", {Role.COORDINATOR})
    assert [user for _, user in adult.accounts] == [str(team.rivera.id)]
    async with team.app.database.read() as tx:
        [line] = await events.audited(tx, f"person:{adult.id}")
    assert (line.deed, line.person_id) == (ADMINISTRATES, adult.id)
    await team.rivera.press("Next: The programme")
    await team.settle()
    assert team.rivera.modal is not None, "the form opens: nobody has to be added once more"


async def test_the_answer_is_seen_by_nobody_else(team: Team) -> None:
    team.discord.grant(team.rivera, "manage_guild")
    await begins(team, team.rivera)
    assert BEGUN not in told(team.okafor)


@pytest.mark.parametrize("permission", ["", "manage_roles manage_channels manage_messages moderate_members"])
async def test_others_do_not_and_read_who_can(team: Team, permission: str) -> None:
    team.discord.grant(team.rivera, permission)
    assert Refusal.DISCORD_ADMIN_NEEDED.value in await begins(team, team.rivera)
    assert await coordinators(team) == []


async def test_a_helper_does_not_though_they_manage_the_server(team: Team) -> None:
    team.discord.grant(team.maya, "administrator")
    assert Refusal.DISCORD_ADMIN_NEEDED.value in await begins(team, team.maya)
    assert await coordinators(team) == []


async def test_in_direct_messages_it_is_said_where_to_type_it(team: Team) -> None:
    team.discord.grant(team.rivera, "administrator")
    assert Refusal.DISCORD_DID_NOT_SAY.value in await begins(team, team.rivera, direct=True)
    assert await coordinators(team) == []
    await begins(team, team.rivera)
    assert BEGUN in await begins(team, team.rivera, direct=True), "from now on it works there too"


async def test_the_second_one_does_not(team: Team) -> None:
    for adult in (team.rivera, team.okafor):
        team.discord.grant(adult, "manage_guild")
    await begins(team, team.rivera)
    assert "You are not on this team's list yet." in await begins(team, team.okafor)
    assert [adult.name for adult in await coordinators(team)] == ["Ms. Rivera"]


async def test_of_two_at_the_same_moment_one_does_and_the_other_is_refused(team: Team) -> None:
    adults = (team.rivera, team.okafor)
    for adult in adults:
        team.discord.grant(adult, "manage_guild")
    await asyncio.gather(*(begins(team, adult) for adult in adults))
    [first] = await coordinators(team)
    for adult in adults:
        is_first = adult.account.name == first.name
        assert (BEGUN in told(adult)) is is_first
        assert ("Not done" in told(adult)) is not is_first


class Named(TeamDriver):
    """The environment names a coordinator, though of another platform."""

    coordinators = "slack:U456"


async def test_where_the_environment_names_somebody_administrators_do_not(database: Database) -> None:
    async with open_team(database, setting=NOBODY_YET, driver=Named) as team:
        team.discord.grant(team.rivera, "administrator")
        assert "You are not on this team's list yet." in await begins(team, team.rivera)
        assert await coordinators(team) == []


async def test_nothing_else_makes_anybody_coordinator(team: Team) -> None:
    team.discord.grant(team.rivera, "administrator")
    for text in ("rota", "setup please", "words"):
        await begins(team, team.rivera, text)
    assert await coordinators(team) == []


async def test_a_red_flag_behind_the_command_opens_a_case_and_is_answered_as_ever(team: Team) -> None:
    team.discord.grant(team.rivera, "administrator")
    assert "988" in await begins(team, team.rivera, f"setup {DANGER}")
    assert await team.cases() == 1
    assert await coordinators(team) == []

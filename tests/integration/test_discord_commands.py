"""Slash commands on Discord: sent when they changed, with boxes to fill in, and answered privately."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.discord import commands
from handlers.registry import Registry
from storage.db import Database
from storage.words import Role
from tests.integration.discord_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, from_app, told
from tests.scenarios.driver import Player
from tests.scenarios.world import Setting


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    setting = Setting().joined_by("Nobody Yet", None)
    suspended = Player("Sus", Role.HELPER, suspended=True)
    french = Player("Zoé", Role.HELPER, language="fr")
    setting = replace(setting, players=(*setting.players, suspended, french))
    async with open_team(database, setting=setting) as opened:
        yield opened


async def sync(team: Team, registry: Registry | None = None) -> bool:
    client, application = team.driver.adapter.client, str(team.discord.app.id)
    return await commands.sync(client, application, registry or team.app.intake.registry)


# --- putting them in place ---------------------------------------------------------------------


async def test_they_are_put_in_place_at_the_first_start_and_left_alone_afterwards(team: Team) -> None:
    assert len(team.discord.app.syncs) == 1
    assert {"checkin", "handrail", "urgent", "roster", "Raise a concern"} <= {
        *team.discord.app.syncs[0].names
    }
    await team.restart()
    assert not await sync(team)
    assert len(team.discord.app.syncs) == 1


@pytest.mark.parametrize("change", ["a new one", "another summary", "one less", "another box"])
async def test_they_are_put_in_place_again_when_the_registry_changed(team: Team, change: str) -> None:
    registry = team.app.intake.registry
    there = dict(registry.commands)
    match change:
        case "a new one":
            there["room"] = replace(there["urgent"], name="room")
        case "another summary":
            there["urgent"] = replace(there["urgent"], summary="Get somebody now")
        case "one less":
            del there["roster"]
        case _:
            there["checkin"] = replace(there["checkin"], typed=there["checkin"].typed[:-1])
    changed = Registry()
    changed.__dict__.update(registry.__dict__)
    changed.commands = there
    assert await sync(team, changed)
    assert not await sync(team, changed)
    assert len(team.discord.app.syncs) == 2


async def test_what_somebody_changed_in_the_portal_is_put_right(team: Team) -> None:
    team.discord.app.commands[None].popitem()
    assert await sync(team)
    assert len(team.discord.app.syncs[-1].names) == len(team.discord.app.commands[None])


# --- using them --------------------------------------------------------------------------------


async def test_the_boxes_of_a_check_in_make_one_check_in(team: Team) -> None:
    await team.maya.command(
        "checkin", team.channel, peer="P-7K2M", service="tutoring", minutes=30, note="fractions went well"
    )
    await team.settle()
    assert await team.check_ins() == 1
    answer = team.maya.messages(team.channel)[-1]
    assert answer.only_me
    for words in ("P-7K2M", "Tutoring", "30 min", "fractions went well"):
        assert words in answer.text


async def test_boxes_can_be_left_out_and_are_filled_in_from_last_time(team: Team) -> None:
    await team.maya.command("checkin", peer="P-7K2M", service="tutoring", minutes=30)
    await team.maya.command("checkin", note="again")
    await team.settle()
    assert await team.check_ins() == 2
    assert "I guessed" in team.maya.dm[-1].text


async def test_a_name_in_the_box_of_the_code_is_asked_again_and_logs_nothing_yet(team: Team) -> None:
    await team.maya.command(
        "checkin",
        team.channel,
        note="fractions went well",
        peer="Jordan Sample",
        service="tutoring",
        minutes=30,
    )
    await team.settle()
    assert await team.check_ins() == 0
    answer = team.maya.messages(team.channel)[-1]
    assert answer.only_me
    for words in ("never a name", "Tutoring", "30 min", "fractions went well"):
        assert words in answer.text
    assert "Jordan" not in answer.text


async def test_danger_in_the_box_of_the_code_pages(team: Team) -> None:
    await team.leo.command("checkin", team.channel, peer=f"Jordan Sample {ABOUT_A_PEER}", minutes=20)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_disclosure_in_the_note_box_pages(team: Team) -> None:
    await team.leo.command("checkin", team.channel, peer="P-7K2M", minutes=20, note=ABOUT_A_PEER)
    await team.settle()
    assert await team.cases() == 1
    assert await team.check_ins() == 1
    assert len(pages(team.rivera)) == 1
    assert "is being told now" in told(team.leo)


@pytest.mark.parametrize("command", ["handrail", "urgent", "roster", "checkin"])
async def test_a_command_in_a_channel_is_answered_privately(team: Team, command: str) -> None:
    person = team.rivera if command == "roster" else team.maya
    answer = await person.command(command, team.channel)
    await team.settle()
    assert answer.taken
    assert all(seen.only_me for seen in person.messages(team.channel))
    assert team.leo.messages(team.channel) == [], "nobody else sees that anything was typed"
    assert person.modal is not None or person.messages(team.channel) != []


async def test_in_direct_messages_the_menu_is_answered_too(team: Team) -> None:
    await team.maya.command("handrail")
    await team.settle()
    assert "Check in" in team.maya.dm[-1].buttons


async def test_the_notice_that_a_channel_is_read_is_for_everybody_in_it(team: Team) -> None:
    other = team.discord.add_channel("homework")
    await team.rivera.command("handrail", other, what="watch")
    await team.settle()
    notice = team.leo.messages(other)
    assert len(notice) == 1
    assert not notice[0].only_me
    await team.leo.write(ABOUT_A_PEER, other)
    await team.settle()
    assert len(pages(team.rivera)) == 1


# --- while somebody types ----------------------------------------------------------------------


async def test_a_helper_is_offered_the_peers_that_they_saw_and_no_others(team: Team) -> None:
    assert await team.maya.suggestions("checkin", "peer", "") == []
    await team.maya.command("checkin", peer="P-7K2M", service="tutoring", minutes=30)
    await team.settle()
    assert await team.maya.suggestions("checkin", "peer", "") == ["P-7K2M"]
    assert await team.maya.suggestions("checkin", "peer", "p-7k") == ["P-7K2M"]
    assert await team.maya.suggestions("checkin", "peer", "zz") == []
    assert await team.leo.suggestions("checkin", "peer", "") == [], "it is Maya's peer"


async def test_services_are_offered_in_the_persons_language(team: Team) -> None:
    offered = await team.maya.suggestions("checkin", "service", "")
    assert sorted(offered) == ["Listening", "Tutoring"]
    french = await team.named("Zoé").suggestions("checkin", "service", "")
    assert len(french) == 2
    assert set(french).isdisjoint(offered)


async def test_what_coordinators_can_do_is_offered_to_coordinators_alone(team: Team) -> None:
    offered = await team.rivera.suggestions("handrail", "what", "")
    assert {"setup", "watch", "stop watching"} <= set(offered)
    assert await team.rivera.suggestions("handrail", "what", "st") == ["stop watching"]
    assert await team.maya.suggestions("handrail", "what", "") == []


@pytest.mark.parametrize("name", ["Nobody Yet", "Sus"])
@pytest.mark.parametrize("box", [("checkin", "service"), ("checkin", "peer"), ("handrail", "what")])
async def test_strangers_and_suspended_people_are_offered_nothing(
    team: Team, name: str, box: tuple[str, str]
) -> None:
    assert await team.named(name).suggestions(*box, "", team.channel) == []


async def test_typing_changes_nothing_and_pages_nobody(team: Team) -> None:
    before = await team.rows()
    await team.maya.suggestions("checkin", "peer", ABOUT_A_PEER[:90])
    await team.settle()
    assert await team.rows() == before, "nothing was sent yet"


@pytest.mark.parametrize("name", ["Nobody Yet", "Sus"])
async def test_whoever_is_not_on_the_list_gets_a_private_refusal_and_urgent_works(
    team: Team, name: str
) -> None:
    person = team.named(name)
    await person.command("checkin", team.channel, peer="P-7K2M", minutes=20)
    await team.settle()
    assert await team.check_ins() == 0
    assert [seen.only_me for seen in person.messages(team.channel)] == [True]
    await person.command("urgent", team.channel)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert from_app(person) == []

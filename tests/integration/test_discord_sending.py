"""Pages that do not arrive on Discord: the next adult is paged at once, and the timeline says why."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from storage.db import Database
from tests.discord.core import NONCE_SECONDS
from tests.integration.discord_team import ACKNOWLEDGE, MESSAGES, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

TWICE = "Possibly sent twice"
HISTORY = "GET /channels/*/messages"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


def closed(team: Team) -> None:
    team.rivera.close_dms()


def blocked(team: Team) -> None:
    team.rivera.block()


def refused(code: int, status: int = 403) -> Callable[[Team], Any]:
    return lambda team: team.discord.faults.refuse(
        MESSAGES, code, status=status, about=team.rivera.id, times=99
    )


WAYS: dict[str, Callable[[Team], Any]] = {
    "closed direct messages": closed,
    "a block": blocked,
    "the conversation is gone": refused(10003, 404),
    "no permission": refused(50013),
    "no access": refused(50001),
    "the account is gone": refused(10013, 404),
    "no server in common": refused(50278),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_page_that_cannot_reach_an_adult_climbs_at_once(team: Team, way: str) -> None:
    WAYS[way](team)
    await team.maya.command("urgent")
    await team.settle()
    assert pages(team.rivera) == []
    assert len(pages(team.okafor)) == 1, "no minute was lost"
    assert "unreachable" in await team.unreachable()
    await team.okafor.press(ACKNOWLEDGE)
    await team.settle()
    assert "Mr. Okafor has it" in told(team.maya)


async def test_an_adult_who_left_the_server_is_not_taken_for_reached(team: Team) -> None:
    await team.rivera.leave()
    await team.maya.command("urgent")
    await team.settle()
    assert len(pages(team.okafor)) == 1
    assert await team.unreachable() == ["unreachable"]


async def test_an_adult_who_was_reached_before_and_closes_messages_is_passed_over(team: Team) -> None:
    await team.maya.command("urgent")
    await team.settle()
    assert len(pages(team.rivera)) == 1
    team.rivera.close_dms()
    await team.wait(2)
    assert len(pages(team.okafor)) == 1, "three minutes before the ladder alone would have come to it"


async def test_an_adult_who_opens_them_again_is_paged_at_the_next_step(team: Team) -> None:
    team.rivera.close_dms()
    await team.maya.command("urgent")
    await team.settle()
    team.rivera.close_dms(closed=False)
    await team.wait(10)
    assert len(pages(team.rivera)) >= 1


async def test_a_conversation_that_is_gone_is_opened_anew_the_next_time(team: Team) -> None:
    team.discord.faults.refuse(MESSAGES, 10003, status=404, about=team.rivera.id)
    await team.maya.command("urgent")
    await team.settle()
    await team.wait(10)
    opened = [
        call
        for call in team.discord.called("POST /users/@me/channels")
        if call.given["recipient_id"] == str(team.rivera.id)
    ]
    assert len(opened) >= 2
    assert len(pages(team.rivera)) >= 1


async def test_nobody_left_to_be_paged_is_said_to_whoever_raised_it(team: Team) -> None:
    for adult in (team.rivera, team.okafor):
        adult.close_dms()
    await team.leo.command("urgent", text=ABOUT_A_PEER)
    await team.settle()
    assert "any adult" in told(team.leo)
    assert "555-0114" in told(team.leo)
    assert await team.cases() == 1


# --- it may have arrived, or not ---------------------------------------------------------------


async def retried(team: Team) -> None:
    """Let the seconds pass after which a page that may have arrived is seen to."""
    for _ in range(3):
        await team.seconds_pass(2)


async def test_a_page_whose_connection_broke_after_it_arrived_stands_there_once(team: Team) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    await team.maya.command("urgent", text=ABOUT_A_PEER)
    await team.settle()
    await retried(team)
    assert len(pages(team.rivera)) == 1, "Discord knows the second one by its nonce"
    assert "Possibly sent twice" not in told(team.rivera)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text, "and the bot knows which message it is"


async def test_a_page_whose_connection_broke_before_it_arrived_is_sent_again(team: Team) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id)
    await team.maya.command("urgent")
    await team.settle()
    assert pages(team.rivera) == []
    await retried(team)
    assert len(from_app(team.rivera)) == 1
    assert from_app(team.okafor) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_discord_that_is_down_for_a_moment_gets_the_page_again(team: Team, status: int) -> None:
    team.discord.faults.status(status, "POST *", times=5)
    await team.maya.write(DANGER)
    for _ in range(8):
        await team.seconds_pass(2)
    assert len([seen for seen in from_app(team.rivera) if "needs you" in seen.text]) == 1


async def test_two_pages_that_broke_off_are_told_apart(team: Team) -> None:
    for person in (team.maya, team.leo):
        team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
        await person.command("urgent")
        await team.settle()
    await retried(team)
    assert sorted(seen.lines[1].partition(" ")[0] for seen in pages(team.rivera)) == ["E-1", "E-2"]


async def long_after(team: Team) -> None:
    """Nobody looks after the page until Discord has forgotten its nonce."""
    await team.seconds_pass(NONCE_SECONDS + 1)


async def test_a_page_that_arrived_is_found_after_its_nonce_is_forgotten(team: Team) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    await team.maya.command("urgent", text=ABOUT_A_PEER)
    await team.settle()
    await team.rivera.write("hello?")
    await long_after(team)
    assert TWICE not in told(team.rivera)
    (first, *_) = pages(team.rivera)
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text, "and the bot knows which message it is"
    assert pages(team.rivera)[0].message.id == first.message.id


async def test_a_page_is_not_taken_for_another_whose_buttons_discord_numbered(team: Team) -> None:
    """The first rows of buttons are numbered from 1 by Discord, and so are the first messages by us."""
    await team.rivera.write("hello")  # is answered with a card that has buttons
    await team.settle()
    team.discord.faults.drop(MESSAGES, about=team.rivera.id)
    await team.maya.command("urgent", text=ABOUT_A_PEER)
    await team.settle()
    await retried(team)
    assert len([seen for seen in from_app(team.rivera) if "needs you" in seen.text]) == 1


@pytest.mark.parametrize("code", [50001, 10003])
async def test_where_the_history_cannot_be_read_it_is_sent_again_and_says_so(team: Team, code: int) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    team.discord.faults.refuse(HISTORY, code)
    await team.maya.command("urgent", text=ABOUT_A_PEER)
    await team.settle()
    await long_after(team)
    cards = [seen.text for seen in from_app(team.rivera) if "needs you" in seen.text]
    assert [TWICE in text for text in cards[:2]] == [False, True]


async def test_nonces_are_numbers_and_say_nothing(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    sent = [call.given for call in team.discord.called(MESSAGES) if call.given.get("nonce")]
    assert sent
    assert all(each["enforce_nonce"] and each["nonce"].isalnum() for each in sent)


# --- changing and taking away ------------------------------------------------------------------


async def test_every_card_of_a_case_changes_when_somebody_has_it(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.wait(5)
    await team.okafor.press(ACKNOWLEDGE)
    await team.settle()
    assert all("Mr. Okafor has it" in seen.text for seen in pages(team.rivera))
    assert "You have it" in pages(team.okafor)[0].text


async def test_a_card_that_its_reader_deleted_stops_nothing(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    team.rivera.direct.messages.clear()
    await team.wait(5)
    await team.okafor.press(ACKNOWLEDGE)
    await team.settle()
    assert "Mr. Okafor has it" in told(team.maya)


async def test_the_card_of_somebody_left_out_is_deleted(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.leo.press("About an adult on the team")
    await team.settle()
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    assert from_app(team.rivera) == []
    assert len(team.discord.called("DELETE /channels/*/messages/*")) == 1


async def left_out(team: Team) -> None:
    """Leo says that it is about Ms. Rivera."""
    await team.leo.press("About an adult on the team")
    await team.settle()
    await team.leo.choose("Ms. Rivera")
    await team.settle()


@pytest.mark.parametrize("looks", [0, 2], ids=["found at once", "found at the third look"])
async def test_a_card_that_arrived_without_our_knowing_is_taken_from_somebody_left_out(
    team: Team, looks: int
) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    if looks:
        team.discord.faults.refuse(HISTORY, 50001, times=looks)
    await left_out(team)
    for _ in range(looks + 1):
        await team.seconds_pass(30)
    assert from_app(team.rivera) == []


async def test_a_look_that_discord_limits_is_put_off_until_it_may_be_made(team: Team) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    team.discord.faults.limit(HISTORY, after=90)
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await left_out(team)
    await team.seconds_pass(2)
    looked = len(team.discord.called(HISTORY))
    await team.seconds_pass(80)
    assert len(team.discord.called(HISTORY)) == looked
    assert pages(team.rivera)
    await team.seconds_pass(10)
    assert from_app(team.rivera) == []


async def test_every_copy_of_a_card_that_was_sent_twice_is_taken_from_somebody_left_out(team: Team) -> None:
    team.discord.faults.drop(MESSAGES, about=team.rivera.id, done_first=True)
    team.discord.faults.refuse(HISTORY, 50001)
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await long_after(team)
    assert len(from_app(team.rivera)) >= 2
    await left_out(team)
    assert from_app(team.rivera) == []

"""Forms that Slack opens no more: the person is told so at once, and what they typed has paged."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest

from storage.db import Database
from tests.integration.slack_team import SocketTeamDriver, Team, TeamDriver, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in
from tests.scenarios.drivers.slack import CHANNEL
from tests.slack import Person

LATE = "Please do that once more."


@pytest.fixture(params=[TeamDriver, SocketTeamDriver], ids=["http", "socket"])
async def team(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Team]:
    async with open_team(database, driver=request.param) as opened:
        yield opened


async def too_late(team: Team, deed: Awaitable[Any], method: str = "views.open") -> None:
    """Let somebody do something that opens a form, and let Slack be asked for it four seconds later."""
    held = team.slack.faults.hold(method)
    doing = asyncio.ensure_future(deed)
    await held.arrived.wait()
    team.pass_seconds(4)
    held.let_go.set()
    await doing
    await team.settle()


def late_answers(person: Person, place: str = "") -> list[bool]:
    """Of each answer that asks somebody to do it once more: whether only they see it."""
    seen = person.channel(place) if place else person.dm
    return [each.only_me for each in seen if LATE in each.text]


async def test_a_command_whose_form_comes_too_late_is_answered_privately(team: Team) -> None:
    await too_late(team, team.maya.command("/checkin", "", CHANNEL))
    assert team.maya.modal is None
    assert late_answers(team.maya, CHANNEL) == [True]
    assert late_answers(team.leo, CHANNEL) == []
    refused = team.slack.called("views.open")[-1]
    assert refused.answer is not None
    assert refused.answer["error"] == "expired_trigger_id"
    await team.maya.command("/checkin", "", CHANNEL)
    assert team.maya.modal is not None, "once more is enough"


@pytest.mark.parametrize("error", ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"])
async def test_a_trigger_that_is_used_or_unknown_is_answered_alike(team: Team, error: str) -> None:
    team.slack.faults.refuse("views.open", error)
    await team.maya.command("/checkin")
    await team.settle()
    assert late_answers(team.maya) == [True]
    for language in ("once more", "una vez más", "recommencer"):
        assert language in team.maya.dm[-1].text, "in every language: it is not known here which they read"


async def test_a_button_whose_form_comes_too_late_is_answered_privately(team: Team) -> None:
    await team.maya.command("/handrail", "", CHANNEL)
    await too_late(team, team.maya.press("Check in"))
    assert late_answers(team.maya, CHANNEL) == [True]


async def test_a_form_from_the_home_tab_that_comes_too_late_is_answered_in_direct_messages(
    team: Team,
) -> None:
    await team.maya.open_home()
    await team.settle()
    await too_late(team, team.maya.press("Check in", on=team.maya.home))
    assert team.maya.modal is None
    assert len(late_answers(team.maya)) == 1
    await team.maya.press("Check in", on=team.maya.home)
    assert team.maya.modal is not None


async def test_the_shortcut_whose_form_comes_too_late_is_answered_in_direct_messages(team: Team) -> None:
    await too_late(team, team.maya.use_shortcut("Check in"))
    assert len(late_answers(team.maya)) == 1


async def test_a_raised_message_pages_although_nothing_can_be_shown_for_it(team: Team) -> None:
    message = await team.leo.write("bread at seven, please", CHANNEL)
    message.text = ABOUT_A_PEER  # the bot has not heard of the edit
    for method in ("views.open", "response_url", "chat.postEphemeral"):
        team.slack.faults.refuse(method, "expired_trigger_id", times=5)
    await team.maya.use_message_shortcut("Raise a concern", message)
    await team.settle()
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert "Ms. Rivera is being told now" in team.maya.dm[-1].text, "the card comes by another way"


async def test_what_was_typed_into_a_form_pages_although_its_answer_cannot_be_shown(team: Team) -> None:
    await team.maya.command("/checkin", "", CHANNEL)
    form = check_in(team.maya, DANGER)
    for method in ("chat.postEphemeral", "response_url", "views.*"):
        team.slack.faults.refuse(method, "internal_error", times=5)
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.maya.dm)


async def test_what_stands_behind_a_command_pages_although_the_form_comes_too_late(team: Team) -> None:
    """The edit of a check-in opens a form; its words had paged when they were first said."""
    await team.leo.command("/checkin", f"P-7K2M tutoring 30m, {ABOUT_A_PEER}")
    await team.settle()
    await too_late(team, team.leo.press("Edit"))
    assert late_answers(team.leo) == [True]
    assert len(pages(team.rivera)) == 1


async def test_a_form_over_a_form_that_comes_too_late_leaves_the_first_one_open(team: Team) -> None:
    await team.maya.open_home()
    await team.settle()
    await team.maya.press("My check-ins", on=team.maya.home)
    await team.settle()
    under = team.maya.modal
    assert under is not None
    await too_late(team, team.maya.press("Check in", on=under), "views.push")
    still = team.maya.modal
    assert still is not None
    assert still.view.id == under.view.id
    assert len(late_answers(team.maya)) == 1

"""A form that was not right: kept sealed for its writer alone, opened again as it was, and nothing lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.due import keep_house
from storage.db import Database
from tests.discord import Modal, Person
from tests.integration.discord_team import CALLBACK, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, check_in, told

NOT_YET = "Not saved yet"
WORRIED = "How worried are you?"
NOTE = "A note, if you like"
CHOOSE = "Choose how worried you are. “Not worried” is fine."


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


def opened(person: Person) -> Modal:
    form = person.modal
    assert form is not None, "no form"
    return form


async def sent_unfinished(team: Team, person: Person, note: str, where: str = "channel") -> None:
    """Send a check-in whose worry is not chosen, as an old client lets through."""
    await person.command("checkin", team.channel if where == "channel" else None)
    form = check_in(person, note)
    form.question(WORRIED).control.element["required"] = False
    form.fill(WORRIED, [])
    await form.submit()
    await team.settle()


async def drafts(team: Team) -> list[str]:
    """What the database holds of them, as it stands on the disk."""
    async with team.world.database.engine.connect() as raw:
        return [str(row) for row in await raw.execute(text("SELECT * FROM form_drafts"))]


async def test_a_form_that_is_not_right_is_told_privately_and_opened_as_it_was(team: Team) -> None:
    await sent_unfinished(team, team.maya, "fractions went well")
    assert team.maya.modal is None, "Discord has closed it"
    card = team.maya.messages(team.channel)[-1]
    assert card.only_me
    assert NOT_YET in card.text
    assert f"{WORRIED}" in card.text
    assert CHOOSE in card.text
    assert "fractions" not in card.text, "what was typed is shown in the form alone"
    assert await team.check_ins() == 0
    await team.maya.press("Fix it")
    form = opened(team.maya)
    assert form.value(NOTE) == "fractions went well"
    assert form.question(WORRIED).hint == CHOOSE, "the error stands where the help stood"
    form.fill(WORRIED, "Not worried")
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert "Logged" in told(team.maya)


async def test_a_form_that_is_wrong_twice_is_kept_twice(team: Team) -> None:
    await sent_unfinished(team, team.maya, "fractions went well")
    await team.maya.press("Fix it")
    form = opened(team.maya)
    form.question(WORRIED).control.element["required"] = False
    form.fill(NOTE, "and then decimals")
    await form.submit()
    await team.settle()
    await team.maya.press("Fix it")
    assert opened(team.maya).value(NOTE) == "and then decimals"


async def test_numbers_of_the_set_up_that_are_none_are_mended(team: Team) -> None:
    await team.rivera.command("handrail", what="setup")
    await team.rivera.press("Numbers and room")
    form = opened(team.rivera)
    first = "Emergency number"
    form.fill(first, "none")
    await form.submit()
    await team.settle()
    assert "A phone number has at least three digits." in told(team.rivera)
    await team.rivera.press("Fix it")
    form = opened(team.rivera)
    assert form.value(first) == "none"
    form.fill(first, "112")
    await form.submit()
    await team.settle()
    await team.maya.command("urgent")
    await team.settle()
    assert "112" in told(team.maya)


async def test_the_draft_is_its_writers_alone(team: Team) -> None:
    await sent_unfinished(team, team.maya, "about my friend")
    theirs = team.maya.messages(team.channel)[-1]
    fix = next(control for control in theirs.controls if control.label == "Fix it")
    await team.leo.command("handrail", team.channel)
    own = team.leo.messages(team.channel)[-1]
    for person in (team.leo, team.rivera):
        await person.command("handrail", team.channel)
        own = person.messages(team.channel)[-1]
        forged = replace(own.controls[0], custom_id=fix.custom_id)
        await person.act(own, forged)
        await team.settle()
        assert person.modal is None
        assert "about my friend" not in told(person)
        assert "somebody else's" in told(person)


async def test_the_draft_is_sealed(team: Team) -> None:
    await sent_unfinished(team, team.maya, "about my friend")
    [row] = await drafts(team)
    for words in ("about my friend", "friend", "P-7K2M", "tutoring"):
        assert words not in row


async def test_the_draft_is_gone_after_a_day(team: Team) -> None:
    await sent_unfinished(team, team.maya, "about my friend")
    await keep_house(team.world.database, team.world.clock.now() + timedelta(hours=23))
    assert len(await drafts(team)) == 1
    await keep_house(team.world.database, team.world.clock.now() + timedelta(hours=25))
    assert await drafts(team) == []
    await team.maya.press("Fix it")
    await team.settle()
    assert team.maya.modal is None
    assert "That is not there any more" in told(team.maya)


async def test_the_draft_is_there_after_a_restart(team: Team) -> None:
    await sent_unfinished(team, team.maya, "fractions went well")
    await team.restart()
    await team.maya.press("Fix it")
    form = opened(team.maya)
    assert form.value(NOTE) == "fractions went well"
    form.fill(WORRIED, "Not worried")
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1


async def test_an_open_form_can_be_sent_after_a_restart(team: Team) -> None:
    await team.maya.command("checkin")
    form = check_in(team.maya, "went well")
    await team.restart()
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1


@pytest.mark.parametrize("where", ["channel", "direct"])
async def test_a_disclosure_in_a_form_that_is_not_right_pages_and_mending_pages_no_more(
    team: Team, where: str
) -> None:
    await sent_unfinished(team, team.leo, ABOUT_A_PEER, where)
    assert await team.cases() == 1
    assert len(pages(team.rivera)) == 1
    assert NOT_YET in told(team.leo)
    assert "is being told now" in told(team.leo)
    await team.leo.press("Fix it")
    form = opened(team.leo)
    assert form.value(NOTE) == ABOUT_A_PEER
    form.fill(WORRIED, "Worried: an adult should know today")
    await form.submit()
    await team.settle()
    assert await team.check_ins() == 1
    assert await team.cases() == 1, "it is the same words of the same person"
    assert len(pages(team.rivera)) == 1
    await team.wait(2)
    assert len(pages(team.rivera)) == 2, "the ladder goes on as it would have"


async def test_a_disclosure_is_paged_although_the_card_about_the_form_cannot_be_shown(team: Team) -> None:
    await team.leo.command("checkin", team.channel)
    form = check_in(team.leo, ABOUT_A_PEER)
    form.question(WORRIED).control.element["required"] = False
    form.fill(WORRIED, [])
    team.discord.faults.refuse(CALLBACK, 10062, status=404, times=2)
    team.discord.patience = 0.2
    await form.submit()
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert any("is being told now" in seen.text for seen in team.leo.dm)
    await team.leo.press("Fix it")
    assert opened(team.leo).value(NOTE) == ABOUT_A_PEER, "and the form is kept all the same"

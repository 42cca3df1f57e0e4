"""Buttons and lists on Discord: they work after a restart, count once, and obey nobody else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from storage.db import Database
from tests.discord import Person, Seen
from tests.discord.shown import Control
from tests.integration.discord_team import ACKNOWLEDGE, Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told

GONE = "That is not there any more, or it is somebody else's."


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    async with open_team(database) as opened:
        yield opened


def control(seen: Seen, label: str) -> Control:
    return next(each for each in seen.controls if each.label == label)


async def forged(team: Team, person: Person, custom_id: str) -> None:
    """Press what no card in front of somebody shows, as a changed client can."""
    await person.command("handrail")
    await team.settle()
    menu = person.dm[-1]
    await person.act(menu, replace(menu.controls[0], custom_id=custom_id))
    await team.settle()


async def test_a_page_is_answered_after_a_restart(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.restart()
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    assert "You have it" in pages(team.rivera)[0].text
    assert "Ms. Rivera has it" in told(team.leo)


async def test_a_list_and_a_form_work_after_a_restart(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.leo.press("About an adult on the team")
    await team.settle()
    await team.restart()
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    assert pages(team.rivera) == [], "her card is taken away"
    assert len(pages(team.okafor)) == 1


async def test_questions_on_the_writers_card_are_answered_after_a_restart(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await team.restart()
    await team.leo.press("With me now")
    await team.settle()
    assert "Leo is with them now." in told(team.rivera)
    await team.leo.press("Say where and who")
    form = team.leo.modal
    assert form is not None
    await team.restart()
    form.fill(form.questions[0].label, "room 12")
    await form.submit()
    await team.settle()
    await team.rivera.press("Show the note")
    await team.settle()
    assert team.rivera.dm[-1].only_me
    assert "room 12" in team.rivera.dm[-1].text


async def test_a_check_in_is_taken_back_after_a_restart(team: Team) -> None:
    await team.maya.command("checkin", peer="P-7K2M", service="tutoring", minutes=30)
    await team.settle()
    await team.restart()
    await team.maya.press("Undo")
    await team.settle()
    assert "Undo" not in team.maya.dm[-1].buttons


async def test_a_double_tap_takes_the_case_once(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    page = pages(team.rivera)[0]
    await asyncio.gather(*(team.rivera.press(ACKNOWLEDGE, on=page) for _ in range(3)))
    await team.settle()
    assert sum("Ms. Rivera has it" in seen.text for seen in from_app(team.maya)) == 1
    assert len(pages(team.rivera)) == 1
    assert team.rivera.troubles == []


async def test_both_adults_at_once_and_one_of_them_has_it(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.wait(5)
    await asyncio.gather(team.rivera.press(ACKNOWLEDGE), team.okafor.press(ACKNOWLEDGE))
    await team.settle()
    has_it = [name for name in ("Ms. Rivera", "Mr. Okafor") if f"{name} has it" in told(team.maya)]
    assert len(has_it) == 1


async def test_somebody_left_out_is_refused_on_the_card_they_still_look_at(team: Team) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    page = pages(team.rivera)[0]
    paths = [control(page, label).custom_id for label in (ACKNOWLEDGE, "Show the note")]
    await team.leo.press("About an adult on the team")
    await team.settle()
    await team.leo.choose("Ms. Rivera")
    await team.settle()
    for path in paths:
        await forged(team, team.rivera, path)
    assert ABOUT_A_PEER not in told(team.rivera)
    assert GONE in told(team.rivera)
    assert "Ms. Rivera has it" not in told(team.leo)


async def test_a_button_of_a_closed_case_says_so_and_opens_nothing(team: Team) -> None:
    await team.maya.write(DANGER)
    await team.settle()
    acknowledge = control(pages(team.rivera)[0], ACKNOWLEDGE).custom_id
    await team.rivera.press(ACKNOWLEDGE)
    await team.settle()
    await team.rivera.press("Close with an outcome")
    form = team.rivera.modal
    assert form is not None
    for question in form.questions:
        if question.control.required and question.control.choices:
            form.fill(question.label, question.control.choices[0].label)
    await form.submit()
    await team.settle()
    assert ACKNOWLEDGE not in "".join(pages(team.rivera)[0].buttons)
    before = len(from_app(team.maya))
    await forged(team, team.rivera, acknowledge)
    await team.wait(30)
    assert len(from_app(team.maya)) == before, "nobody is told anything anew"


@pytest.mark.parametrize("path", ["case.ack:1:now", "case.show:1", "case.note:1", "case.ack:99:now"])
async def test_a_helper_presses_no_adults_button(team: Team, path: str) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    await forged(team, team.maya, path)
    assert ABOUT_A_PEER not in told(team.maya)
    assert "Maya has it" not in told(team.leo)
    assert ACKNOWLEDGE in pages(team.rivera)[0].buttons, "nobody has it yet"


@pytest.mark.parametrize("path", ["case.old:1", "nothing", "case.ack", "case.ack:x:now", "form.mend:no"])
async def test_a_button_of_another_version_is_answered_in_a_sentence(team: Team, path: str) -> None:
    await forged(team, team.maya, path)
    assert team.maya.troubles == []
    answer = team.maya.dm[-1]
    assert answer.only_me
    assert "error" not in answer.text.casefold()


async def test_what_a_button_answers_in_a_channel_is_for_one_person(team: Team) -> None:
    await team.maya.command("handrail", team.channel)
    await team.maya.press("My check-ins")
    await team.settle()
    assert all(seen.only_me for seen in team.maya.messages(team.channel))
    assert team.leo.messages(team.channel) == []

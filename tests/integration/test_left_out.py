"""Never to the wrong adult: whom a case may be about is told nothing, from the first page on."""

import pytest

from storage import events, people
from storage.db import Database
from storage.words import Role
from tests.integration.left_out import (
    ABUSE,
    ABUSE_BY_NOBODY_NAMED,
    BOTH,
    CHILD_LINE,
    OKAFOR,
    RIVERA,
    close,
    open_stage,
    raised,
    rows_for,
    timeline,
)
from tests.stage import Stage, button_of, only_card, words_of


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await open_stage(database)


# --- before the first page ---------------------------------------------------------------------


async def test_an_adult_who_is_named_in_words_about_abuse_is_never_told(stage: Stage):
    card = words_of(await raised(stage))

    assert await rows_for(stage, RIVERA) == 0
    assert stage.inbox("rivera") == []
    page = words_of(stage.inbox("okafor")[0])
    assert page.startswith("E-1 · Immediate")
    assert "It may be about somebody on the team, who is not told." in page
    assert "Rivera" not in page
    assert card.startswith("Mr. Okafor is being told now")
    assert "Rivera" not in card
    for reaches_her in ("555-0114", "Room 114"):
        assert reaches_her not in card
    for number in ("911", "988", CHILD_LINE):
        assert number in card

    await stage.wait(4 * 60)
    assert await rows_for(stage, RIVERA) == 0
    assert len(stage.inbox("okafor")) > 10
    for reaches_her in ("555-0114", "Room 114"):
        assert reaches_her not in stage.sees("maya")


async def test_the_note_tells_the_other_adults_who_is_left_out_and_the_timeline_says_so(stage: Stage):
    await raised(stage)
    note = words_of(only_card(await stage.press("okafor", "case.note:1")))
    assert "Left out of this case: Ms. Rivera" in note
    assert ("left_out", RIVERA) in await timeline(stage)


@pytest.mark.parametrize(
    "words",
    [
        "his teacher touches him, it is ms riviera",
        "his teacher touches him, it is Ms. R",
        "his teacher touches him, I mean the guidance counselor",
    ],
)
async def test_a_name_that_is_misspelt_shortened_or_a_role_is_a_name(stage: Stage, words: str):
    await raised(stage, f"/urgent {words}")
    assert await rows_for(stage, RIVERA) == 0


@pytest.mark.parametrize("channel", [False, True])
async def test_it_holds_for_what_screening_finds_in_a_message_too(stage: Stage, channel: bool):
    await stage.write("maya", ABUSE, channel=channel)
    assert await rows_for(stage, RIVERA) == 0
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")


async def test_abuse_by_somebody_else_pages_the_coordinator(stage: Stage):
    card = words_of(await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}"))
    assert len(stage.inbox("rivera")) == 1
    assert "555-0114" in card


async def test_words_about_something_else_that_name_her_page_her(stage: Stage):
    await raised(stage, "/urgent he wants to kill himself tonight, Ms. Rivera knows him")
    assert len(stage.inbox("rivera")) == 1


NOT_IN_HER_ROOM = "/urgent Ms. Rivera is not in her room, he is bleeding"


async def test_where_nobody_knows_what_it_is_a_named_adult_is_left_out_if_another_is_left(stage: Stage):
    card = await raised(stage, NOT_IN_HER_ROOM)
    assert words_of(card).startswith("Mr. Okafor is being told now")
    assert await rows_for(stage, RIVERA) == 0
    assert len(stage.inbox("okafor")) == 1


async def test_and_is_paged_if_nobody_else_is_left(database: Database):
    stage = await Stage.open(database, adults=False)
    await stage.add("rivera", "Ms. Rivera", Role.COORDINATOR)
    await stage.outside_contact()
    await raised(stage, NOT_IN_HER_ROOM)
    assert len(stage.inbox("rivera")) == 1
    assert stage.inbox("hale") == []


async def test_nor_does_somebody_count_as_left_whom_no_page_can_reach(database: Database):
    stage = await Stage.open(database, adults=False)
    await stage.add("rivera", "Ms. Rivera", Role.COORDINATOR)
    async with database.write() as tx:
        await people.add(tx, programme_id=1, name="Mr. Okafor", roles=[Role.BACKUP])
    await raised(stage, NOT_IN_HER_ROOM)
    assert len(stage.inbox("rivera")) == 1


async def test_nor_the_adult_who_asks_for_help_alone(stage: Stage):
    await raised(stage, NOT_IN_HER_ROOM, "okafor")
    assert len(stage.inbox("rivera")) == 1


async def test_an_adult_who_tells_of_a_colleague_is_not_the_only_one_who_is_paged(stage: Stage):
    await stage.outside_contact()
    card = words_of(await raised(stage, f"/urgent {ABUSE}", "okafor"))
    assert card.startswith("Dr. Hale is being told now")
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")
    assert await rows_for(stage, RIVERA) == 0


async def test_not_about_the_team_puts_her_back_with_a_page_of_her_own(stage: Stage):
    await raised(stage, NOT_IN_HER_ROOM)
    await stage.wait(1)
    sure = only_card(await stage.press("maya", "writer.nobody:1"))
    assert "Ms. Rivera" in words_of(sure)
    assert stage.inbox("rivera") == []
    card = words_of(only_card(await stage.press("maya", button_of(sure, "Yes, tell them"))))
    assert card.startswith("Ms. Rivera is being told now")
    assert "555-0114" in card
    assert words_of(stage.inbox("rivera")[0]).startswith("E-1 · Immediate · somebody needs you")
    assert "It may be about somebody on the team" not in words_of(stage.inbox("rivera")[0])
    assert "It may be about somebody on the team" not in words_of(stage.inbox("okafor")[0])
    assert ("put_back", 1) in await timeline(stage)
    await stage.press_last("rivera", "I've got it")
    assert "Ms. Rivera has it" in stage.sees("maya")


# --- nobody left -------------------------------------------------------------------------------


async def test_with_nobody_of_the_team_left_the_outside_contact_is_paged(stage: Stage):
    await stage.outside_contact()
    card = words_of(await raised(stage, f"/urgent {BOTH}"))
    assert card.startswith("Dr. Hale is being told now")
    assert "Call Dr. Hale: 555-0199" in card
    assert CHILD_LINE in card
    page = words_of(stage.inbox("hale")[0])
    assert page.startswith("E-1 · Immediate")
    await stage.wait(4 * 60)
    assert await rows_for(stage, RIVERA) == await rows_for(stage, OKAFOR) == 0

    await stage.press_last("hale", "I've got it")
    assert "Dr. Hale has it" in stage.sees("maya")
    assert BOTH in words_of(only_card(await stage.press("hale", "case.note:1")))
    assert "E-1" in words_of(only_card(await stage.press("hale", "cases")))
    await stage.press("hale", "case.seen:1:yes")
    await close(stage, "hale")
    assert "closed" in stage.inbox("hale")[0].title


async def test_the_outside_contact_is_paged_with_everybody_and_told_of_no_other_case(stage: Stage):
    await stage.outside_contact()
    await raised(stage, f"/urgent {ABUSE}")
    await raised(stage, "/urgent", "leo")
    await stage.wait(9)
    assert stage.inbox("hale") == []
    await stage.wait(4 * 60)
    assert {card.title.split(" · ")[0] for card in stage.inbox("hale")} == {"E-1"}
    assert "E-2" not in words_of(only_card(await stage.press("hale", "cases")))


async def test_words_that_open_a_case_of_their_own_do_not_stand_in_the_one_they_were_typed_for(stage: Stage):
    await raised(stage, "/urgent he told me he wants to die")
    await stage.press_last("rivera", "I've got it")
    own = "Ms. Rivera locked me in her office, she touches me"
    await stage.submit("maya", "writer.add:1", text=own)
    await stage.submit("maya", "writer.where:1", who=own)
    note = words_of(only_card(await stage.press("rivera", "case.note:1")))
    assert "wants to die" in note
    assert own not in stage.sees("rivera")
    assert "Abuse" in words_of(stage.inbox("okafor")[-1])


async def test_pressing_for_help_and_then_naming_her_takes_the_first_case_from_her_too(stage: Stage):
    await raised(stage, "/urgent")
    assert len(stage.inbox("rivera")) == 1
    await stage.write("maya", ABUSE)
    await stage.wait(60)
    assert stage.inbox("rivera") == []


async def test_plain_words_that_name_her_reach_another_adult_while_nobody_knows_what_it_is(stage: Stage):
    await raised(stage, "/urgent")
    await stage.write("maya", "Ms. Rivera kissed me")
    assert stage.inbox("rivera") == []
    assert "E-1" in words_of(stage.inbox("okafor")[-1])


async def test_whom_another_adult_left_out_the_writer_cannot_bring_back(stage: Stage):
    card = await raised(stage, "/urgent he told me he wants to die")
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    await stage.press("okafor", "case.left_out:1", value=str(RIVERA))
    assert "Not about the team" not in words_of(only_card(await stage.press("maya", "writer.card:1")))
    await stage.press("maya", "writer.put_back:1")
    assert stage.inbox("rivera") == []
    assert card.title


async def test_with_nobody_at_all_the_helper_is_sent_to_an_adult_outside_the_team(stage: Stage):
    card = words_of(await raised(stage, f"/urgent {BOTH}"))
    assert card.startswith("Find an adult outside the team, now")
    assert f"Child protection: {CHILD_LINE}" in card
    for reaches_them in ("555-0114", "Room 114", "Rivera", "Okafor"):
        assert reaches_them not in card
    assert "any adult" in stage.sees("maya")
    await stage.wait(26 * 60)
    assert await rows_for(stage, RIVERA) == await rows_for(stage, OKAFOR) == 0
    for reaches_them in ("555-0114", "Room 114", "Rivera", "Okafor"):
        assert reaches_them not in stage.sees("maya")


async def test_an_outside_contact_who_comes_later_is_paged(stage: Stage):
    await raised(stage, f"/urgent {BOTH}")
    await stage.wait(20)
    await stage.outside_contact()
    await stage.wait(5)
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")
    assert await rows_for(stage, RIVERA) == 0


# --- by another adult --------------------------------------------------------------------------


async def test_another_adult_of_the_ladder_can_leave_somebody_out(stage: Stage):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    more = only_card(await stage.press_last("okafor", "More"))
    answer = words_of(only_card(await stage.choose("okafor", more, "Ms. Rivera")))
    assert "see it nowhere" in answer
    assert stage.inbox("rivera") == []
    assert ("left_out", RIVERA) in await timeline(stage)
    async with stage.app.database.read() as tx:
        trail = [(line.deed, line.person_id) for line in await events.audited(tx, "case:1")]
    assert ("left_out", OKAFOR) in trail
    assert "555-0114" not in words_of(only_card(await stage.press("maya", "writer.card:1")))
    before = len(stage.inbox("okafor"))
    await stage.wait(14)
    assert len(stage.inbox("okafor")) == before, "who has it keeps it"

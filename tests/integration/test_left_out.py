"""Never to the wrong adult: whom a case may be about is told nothing, before the first page or ever after."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import func, select

from handlers.chat import ButtonPressed, Card, Effect, FormErrors, OpenForm, Reply, UpdateCard
from handlers.registry import load, says_nothing
from storage import cases, events, people, programmes
from storage.db import Database
from storage.models import AuditRow, OutboxRow
from storage.sealed import Keys
from storage.words import Deed, OutboxState, Role
from tests.integration.moody import Moody
from tests.stage import Stage, button_of, only_card, only_form, words_of

ABUSE = "his teacher touches him, it is Ms. Rivera"
ABUSE_BY_NOBODY_NAMED = "her stepfather hits her"
CHILD_LINE = "1-800-422-4453"
RIVERA, OKAFOR = 3, 4
REGISTRY = load()


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
async def stage(database: Database, moody: Moody) -> Stage:
    """The usual team, whose platform can be told to hang, and whose card can show who protects children."""
    return await _open(database, moody)


async def _open(database: Database, moody: Moody | None = None) -> Stage:
    stage = await Stage.open(database, platform=moody)
    async with database.write() as tx:
        await programmes.set_numbers(tx, 1, emergency_number="911", crisis_line="988", child_line=CHILD_LINE)
    return stage


async def raised(stage: Stage, text: str = f"/urgent {ABUSE}", user: str = "maya") -> Card:
    """Raise a case; returns the card of whoever raised it."""
    return (await stage.command(user, text))[0].card


async def leave_out(stage: Stage, whom: str, case: int = 1, user: str = "maya") -> Card:
    """The writer says that it is about this adult; returns their card."""
    question = only_card(await stage.press(user, f"writer.staff:{case}"))
    return only_card(await stage.choose(user, question, whom))


async def rows_for(stage: Stage, person: int) -> int:
    """How many messages to somebody were ever written."""
    async with stage.app.database.read() as tx:
        count = await tx.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.person_id == person))
    return count or 0


async def timeline(stage: Stage, case: int = 1) -> list[tuple[str, int | None]]:
    async with stage.app.database.read() as tx:
        return [(line.kind, line.person_id) for line in await cases.timeline(tx, case)]


async def close(stage: Stage, user: str, case: int = 1) -> None:
    form = only_form(await stage.press(user, f"case.close:{case}"))
    await stage.submit(user, form, outcome="talked", report="made", parents="told")


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


# --- chosen later ------------------------------------------------------------------------------


async def test_an_adult_who_is_left_out_later_loses_what_she_was_sent_and_the_next_is_paged_at_once(
    stage: Stage,
):
    card = await raised(stage, "/urgent")
    await stage.press("maya", "writer.about:1:else")
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 3, "two pages and one alert"
    assert stage.inbox("okafor") == []

    told = words_of(await leave_out(stage, "Ms. Rivera"))
    assert stage.inbox("rivera") == []
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    assert told.startswith("Mr. Okafor is being told now")
    assert "555-0114" in words_of(card)
    assert "555-0114" not in told
    assert ("left_out", RIVERA) in await timeline(stage)
    await stage.wait(8 * 60)
    assert stage.inbox("rivera") == []


async def test_where_she_had_it_the_others_are_paged_anew(stage: Stage):
    await raised(stage, "/urgent")
    await stage.press_last("rivera", "I've got it")
    await stage.press("rivera", "case.seen:1:yes")
    await leave_out(stage, "Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    assert "being paged again" in words_of(stage.inbox("maya")[-1])
    assert "Not done" in words_of(only_card(await stage.press("rivera", "case.seen:1:yes")))
    await stage.wait(2)
    assert len(stage.inbox("okafor")) == 2


@pytest.mark.parametrize("holder", ["rivera", "okafor"])
async def test_where_she_had_closed_it_it_opens_again_for_the_others(stage: Stage, holder: str):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last(holder, "I've got it")
    await close(stage, "rivera")
    assert "closed" in stage.inbox("okafor")[0].title

    card = words_of(await leave_out(stage, "Ms. Rivera"))
    assert card.startswith("Mr. Okafor is being told now")
    assert stage.inbox("rivera") == []
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    before = len(stage.inbox("okafor"))
    await stage.wait(2)
    assert len(stage.inbox("okafor")) > before


async def test_where_another_adult_has_it_that_one_keeps_it(stage: Stage):
    await raised(stage, "/urgent")
    await stage.wait(5)
    await stage.press_last("okafor", "I've got it")
    await leave_out(stage, "Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "You have it" in words_of(stage.inbox("okafor")[0])
    assert "It may be about somebody on the team" in words_of(stage.inbox("okafor")[0])
    before = len(stage.inbox("okafor"))
    await stage.wait(10)
    assert len(stage.inbox("okafor")) == before


async def test_before_anybody_was_paged_the_question_already_offers_it(stage: Stage):
    question = (await stage.press("maya", "worried"))[0].card
    assert "[About an adult on the team]" in words_of(question)
    await leave_out(stage, "Ms. Rivera")
    await stage.wait(10)
    assert await rows_for(stage, RIVERA) == 0
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Soon")


async def test_more_than_one_can_be_left_out_and_who_is_is_not_offered_again(stage: Stage):
    await stage.outside_contact()
    await raised(stage, "/urgent")
    await leave_out(stage, "Ms. Rivera")
    question = words_of(only_card(await stage.press("maya", "writer.staff:1")))
    assert "Ms. Rivera" not in question
    assert "Mr. Okafor, Dr. Hale" in question
    await leave_out(stage, "Mr. Okafor")
    assert stage.inbox("rivera") == stage.inbox("okafor") == []
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")


async def test_choosing_abuse_from_the_list_leaves_out_whom_the_words_named(stage: Stage):
    stage_alone = "/urgent I saw something with Ms. Rivera and Mr. Okafor that was not right"
    card = await raised(stage, stage_alone)
    assert len(stage.inbox("rivera")) == 1, "with both named and nothing known, somebody must be told"
    await stage.outside_contact()
    card = only_card(await stage.press("maya", "writer.about:1:else"))
    card = only_card(await stage.choose("maya", card, "Abuse"))
    assert stage.inbox("rivera") == stage.inbox("okafor") == []
    assert words_of(card).startswith("Dr. Hale is being told now")
    assert words_of(stage.inbox("hale")[0]).startswith("E-1 · Immediate")


# --- nobody left -------------------------------------------------------------------------------

BOTH = "his teacher touches him, it is Ms. Rivera, and Mr. Okafor knows"


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


# --- words that come later ---------------------------------------------------------------------


async def test_a_later_note_about_abuse_that_names_her_leaves_her_out_from_then_on(stage: Stage):
    await raised(stage, "/urgent P-7K2M is not well at all")
    await stage.press_last("rivera", "I've got it")
    await stage.command("maya", f"/checkin P-7K2M listening 20m {ABUSE}")
    assert stage.inbox("rivera") == []
    assert "E-2" not in stage.sees("maya")
    assert "somebody needs you" in words_of(stage.inbox("okafor")[-1])
    await stage.wait(4 * 60)
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize("way", ["message", "add", "who"])
async def test_an_answer_that_names_her_in_a_case_about_abuse_is_never_passed_on_to_her(
    stage: Stage, way: str
):
    await raised(stage, f"/urgent {ABUSE_BY_NOBODY_NAMED}")
    assert len(stage.inbox("rivera")) == 1
    if way == "message":
        await stage.write("maya", "I lied, it was ms rivera")
    elif way == "add":
        await stage.submit("maya", "writer.add:1", text="I lied, it was ms rivera")
    else:
        await stage.submit("maya", "writer.where:1", who="it is Ms. Rivera who does it")
    assert stage.inbox("rivera") == []
    assert "Not done" in words_of(only_card(await stage.press("rivera", "case.note:1")))
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    note = words_of(only_card(await stage.press("okafor", "case.note:1")))
    assert "rivera" in note.lower()


async def test_more_words_of_another_category_that_name_her_leave_her_out_of_a_case_about_abuse(stage: Stage):
    await raised(stage, f"/urgent P-7K2M {ABUSE_BY_NOBODY_NAMED}")
    await stage.command("maya", "/checkin P-7K2M listening 5m she wants to die because of Ms. Rivera")
    assert stage.inbox("rivera") == []
    assert "E-2" not in stage.sees("maya")


async def test_earlier_words_that_named_her_count_once_it_is_about_abuse(stage: Stage):
    await raised(stage, "/urgent P-7K2M wants to die, Ms. Rivera knows why")
    assert len(stage.inbox("rivera")) == 1
    await stage.command("maya", f"/checkin P-7K2M listening 5m {ABUSE_BY_NOBODY_NAMED}")
    assert stage.inbox("rivera") == []


async def test_after_not_about_the_team_her_name_in_plain_words_does_not_leave_her_out_again(stage: Stage):
    await raised(stage, "/urgent her stepfather hits her, Ms. Rivera knows it already")
    assert stage.inbox("rivera") == []
    await stage.press("maya", "writer.nobody:1")
    assert stage.inbox("rivera") == [], "asked once more first"
    await stage.press("maya", "writer.put_back:1")
    await stage.write("maya", "Ms. Rivera is here with us now")
    assert stage.inbox("rivera")[-1].title == "E-1 · more words"
    await stage.command("maya", f"/urgent P-7K2M {ABUSE}")
    assert all(not card.title.startswith("E-2") for card in stage.inbox("rivera"))


async def test_in_other_cases_her_name_in_plain_words_leaves_her_where_she_is(stage: Stage):
    await raised(stage, "/urgent he wants to kill himself tonight")
    await stage.press_last("rivera", "I've got it")
    await stage.write("maya", "Ms. Rivera is here now, thank you")
    assert stage.inbox("rivera")[-1].title == "E-1 · more words"


# --- joined ------------------------------------------------------------------------------------


async def test_joined_cases_keep_away_whoever_one_of_them_keeps_away(stage: Stage):
    await raised(stage, "/urgent he told me he wants to die")
    await stage.press_last("rivera", "I've got it")
    await raised(stage, f"/urgent {ABUSE}")
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-1"]
    await stage.press("maya", "writer.same:2:1")
    assert stage.inbox("rivera") == []
    assert "E-1 · Immediate · somebody needs you" in [card.title for card in stage.inbox("okafor")]
    await stage.wait(4 * 60)
    assert stage.inbox("rivera") == []


async def test_nor_does_she_learn_that_her_case_became_part_of_one_she_is_kept_from(stage: Stage):
    await raised(stage, f"/urgent {ABUSE}")
    await raised(stage, "/urgent he told me he wants to die")
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-2"]
    await stage.press("okafor", "case.join:2", value="1")
    await stage.press("okafor", "case.ack:1:now")
    await stage.press("maya", "writer.same:2:1")
    assert stage.inbox("rivera") == [], "the case is gone, and nothing says where to"
    assert "E-2" not in words_of(only_card(await stage.press("rivera", "cases")))


# --- a card that is on its way -----------------------------------------------------------------


async def test_a_page_that_is_being_sent_this_moment_is_deleted_once_it_has_arrived(
    stage: Stage, moody: Moody
):
    reached, release = moody.hold("rivera")
    event_taken = asyncio.create_task(stage.command("maya", "/urgent"))
    async with asyncio.timeout(10):
        await reached.wait()
        question = (await stage.app.intake.receive(_press(stage, "writer.staff:1")))[0].card
        assert "Ms. Rivera" in words_of(question)
        await stage.app.intake.receive(_press(stage, "writer.left_out:1", str(RIVERA)))
        release.set()
        await event_taken
        await stage.app.delivery.drain()
    assert stage.inbox("rivera") == []
    assert words_of(stage.inbox("okafor")[0]).startswith("E-1 · Immediate")
    async with stage.app.database.read() as tx:
        left = await tx.scalars(
            select(OutboxRow.id).where(
                OutboxRow.person_id == RIVERA,
                OutboxRow.deed == Deed.SEND,
                OutboxRow.state == OutboxState.QUEUED,
            )
        )
        assert list(left) == []


async def test_a_page_that_nobody_began_to_send_is_never_sent(stage: Stage):
    await stage.app.intake.receive(_press(stage, "worried"))
    await stage.app.intake.receive(_press(stage, "ask.danger:1"))
    await stage.app.intake.receive(_press(stage, "writer.left_out:1", str(RIVERA)))
    await stage.app.delivery.drain()
    assert "rivera" not in stage.platform.inboxes, "nothing ever arrived"
    assert len(stage.inbox("okafor")) == 1


def _press(stage: Stage, action: str, value: str = "") -> ButtonPressed:
    return ButtonPressed(**stage._common("maya", ""), action=action, value=value)


# --- every surface -----------------------------------------------------------------------------
#
# Whoever is left out must see what they would see if there were no such case. So the same is done on two
# stages, one with the case and one without, and whatever she is shown must be the same to the letter.

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what goes through the whole registry; the queries behind it run on both databases below."""
HIDDEN = 2
"""The id of the case that she is left out of; on the other stage there is nothing with this id."""


async def _seen_case(stage: Stage) -> None:
    """A case that she may see: Leo's, which is E-1."""
    await stage.command("leo", "/urgent he told me he wants to kill himself tonight")


@pytest.fixture
async def twin(tmp_path: Path, sqlite_template: Path, keys: Keys) -> AsyncIterator[Stage]:
    """The same team, without the hidden case."""
    file = tmp_path / "twin.sqlite"
    copyfile(sqlite_template, file)
    opened = Database(f"sqlite:///{file}", keys)
    await opened.check_keys()
    twin = await _open(opened)
    await _seen_case(twin)
    yield twin
    await opened.close()


@pytest.fixture
async def hiding(stage: Stage) -> Stage:
    """Beside Leo's case there is Maya's, which is about the coordinator."""
    await _seen_case(stage)
    await raised(stage)
    return stage


def shown(effects: Sequence[Effect]) -> list[str]:
    """Everything that an answer lets somebody read."""
    texts = []
    for effect in effects:
        match effect:
            case Reply(card=card) | UpdateCard(card=card):
                texts.append(f"{words_of(card)}\n{card.fallback}\n{card}")
            case OpenForm(form=form) | FormErrors(form=form):
                texts.append(str(form))
    return texts


QUIET_BUTTONS = sorted(name for name, (_, it) in REGISTRY.buttons.items() if it.says is says_nothing)
OTHER_BUTTONS = sorted(set(REGISTRY.buttons) - set(QUIET_BUTTONS))


def presses(name: str) -> list[tuple[str, str]]:
    """Ids and words that may stand behind a button's name or be chosen, the hidden case among them."""
    behind = ("", "0", "1", "2", "yes", "no", "now", "in_10", "later", "me", "else", "talk", "fine")
    actions = [
        name,
        *(f"{name}:{HIDDEN}{':' if word else ''}{word}" for word in behind),
        f"{name}:1:{HIDDEN}",
    ]
    chosen = (f"{name}:{HIDDEN}", f"{name}:1", name)
    return [
        *((action, "") for action in actions),
        *((action, value) for action in chosen for value in ("1", str(HIDDEN), "3", "abuse")),
    ]


@one_database
@pytest.mark.parametrize("name", QUIET_BUTTONS)
async def test_no_button_shows_a_case_to_whoever_is_left_out_of_it(hiding: Stage, twin: Stage, name: str):
    for action, value in presses(name):
        with_it = await hiding.press("rivera", action, value=value)
        without_it = await twin.press("rivera", action, value=value)
        assert shown(with_it) == shown(without_it), (action, value)
    assert _standing(hiding) == _standing(twin)
    await _assert_nothing_was_granted(hiding)


@one_database
@pytest.mark.parametrize("name", OTHER_BUTTONS)
async def test_nor_does_a_button_that_raises_a_concern(hiding: Stage, name: str):
    effects = await hiding.press("rivera", f"{name}:{HIDDEN}", value=str(HIDDEN))
    assert "E-2" not in "\n".join(shown(effects))
    assert "Maya" not in "\n".join(shown(effects))


@one_database
@pytest.mark.parametrize("name", sorted(REGISTRY.forms))
async def test_no_form_reaches_a_case_of_whoever_is_left_out_of_it(hiding: Stage, twin: Stage, name: str):
    values = {
        **dict.fromkeys(("note", "text", "where", "who", "name"), "all is well"),
        "outcome": ("not_a_concern",),
        "report": ("made",),
        "parents": ("told",),
        "code": "P-7K2M",  # left empty, a new one would be made at random
    }
    for action in (name, f"{name}:{HIDDEN}", f"{name}:{HIDDEN}:1", f"{name}:1:{HIDDEN}"):
        with_it = await hiding.submit("rivera", action, **values)
        without_it = await twin.submit("rivera", action, **values)
        assert shown(with_it) == shown(without_it), action
    assert _standing(hiding) == _standing(twin)
    await _assert_nothing_was_granted(hiding)
    async with hiding.app.database.read() as tx:
        case = await cases.get(tx, HIDDEN, 1)
    assert case is not None
    assert case.state.value == "open"


@one_database
@pytest.mark.parametrize(
    "typed",
    [
        *(f"/{name}" for name in sorted(REGISTRY.commands) if name != "urgent"),
        "/handrail setup",
        "/roster add",
        "/peer P-7K2M",
        "/peer E-2",
        "/checkin tutoring 20m all is well",
        "hello",
        "what about E-2?",
    ],
)
async def test_nothing_that_she_types_shows_it(hiding: Stage, twin: Stage, typed: str):
    answers = []
    for one in (hiding, twin):
        send = one.command if typed.startswith("/") else one.write
        answers.append(shown(await send("rivera", typed)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("surface", ["cases", "cases.no", "week", "help", "mine", "roster.page:0"])
@pytest.mark.parametrize("then", ["open", "taken", "closed", "said no", "joined"])
async def test_lists_and_figures_are_those_of_a_team_without_it(
    stage: Stage, twin: Stage, surface: str, then: str
):
    await _seen_case(stage)
    if then == "said no":
        await stage.write("maya", "I feel so hopeless")
        await leave_out(stage, "Ms. Rivera", HIDDEN)
        await stage.press("maya", f"ask.no:{HIDDEN}")
    else:
        await raised(stage)
    if then in ("taken", "closed"):
        await stage.press("okafor", f"case.ack:{HIDDEN}:now")
    if then == "closed":
        await close(stage, "okafor", HIDDEN)
    if then == "joined":
        await raised(stage, "/urgent his teacher touches him again, you know that it is Ms. Rivera")
        await stage.press("maya", f"writer.same:3:{HIDDEN}")
    assert shown(await stage.press("rivera", surface)) == shown(await twin.press("rivera", surface))
    seen_by_another = words_of(only_card(await stage.press("okafor", "week")))
    assert ("Cases opened: 2" in seen_by_another) is (then != "said no"), "others count it"


async def test_a_week_of_messages_about_it_brings_her_none(hiding: Stage, twin: Stage):
    """Pages, "are you with the student?", reminders, a helper who would like to talk, the look back."""
    for one in (hiding, twin):
        await one.press("rivera", "case.ack:1:now")
        await one.press("rivera", "case.seen:1:yes")
    await hiding.wait(20)
    await hiding.press("okafor", f"case.ack:{HIDDEN}:now")
    await hiding.wait(15)
    await hiding.press("okafor", f"case.seen:{HIDDEN}:yes")
    await hiding.wait(3 * 24 * 60)
    assert any("E-2 · still open" in card.title for card in hiding.inbox("okafor")), "a reminder came"
    await hiding.press("maya", f"debrief:{HIDDEN}:talk")
    await close(hiding, "okafor", HIDDEN)
    await hiding.wait(8 * 24 * 60)
    assert any("E-2 · a week later" in card.title for card in hiding.inbox("okafor"))
    await twin.wait(11 * 24 * 60 + 35)
    assert _standing(hiding) == _standing(twin)
    assert len(hiding.inbox("rivera")) > 3


def _standing(stage: Stage) -> list[str]:
    """Everything that stands in her direct messages."""
    return [f"{words_of(card)}\n{card}" for card in stage.inbox("rivera")]


async def _assert_nothing_was_granted(stage: Stage) -> None:
    async with stage.app.database.read() as tx:
        rows = await tx.execute(
            select(AuditRow.deed).where(AuditRow.person_id == RIVERA, AuditRow.subject == f"case:{HIDDEN}")
        )
        assert list(rows.scalars()) == []
        kinds = {line.kind for line in await cases.timeline(tx, HIDDEN) if line.person_id == RIVERA}
    assert kinds == {"left_out"}

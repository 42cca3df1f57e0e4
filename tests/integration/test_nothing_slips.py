"""What could let a disclosure slip although it was saved: failures beside it, and people who fall out."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.base import Ambiguous, Outgoing, Sent, Unreachable
from handlers import checkins
from handlers.chat import CommandUsed, FormErrors
from handlers.screening import engine
from storage import people
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DISCLOSURE = "he told me he is going to kill himself tonight"
ABOUT_ME = "P-7K2M I want to kill myself too"


@pytest.fixture
async def known(stage: Stage) -> Stage:
    """The programme knows P-7K2M."""
    draft = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m first"))
    await stage.press("maya", button_of(draft, "Log it"))
    return stage


async def test_a_database_that_fails_in_the_handler_still_pages_and_says_what_was_not_done(
    known: Stage, monkeypatch: pytest.MonkeyPatch
):
    async def disk_full(ctx: object, _draft: object) -> None:
        # What SQLite does when the disk is full: the whole transaction ends, then the statement fails.
        await ctx.tx.execute(text("ROLLBACK"))
        await ctx.tx.execute(text("SELECT * FROM there_is_no_such_table"))

    monkeypatch.setattr(checkins, "_log", disk_full)
    answers = await known.command("maya", f"/checkin P-7K2M listening 20m {DISCLOSURE}")
    assert len(known.inbox("rivera")) == 1
    told = [words_of(answer.card) for answer in answers]
    assert "Ms. Rivera is being told now" in told[0]
    assert "was not done" in told[-1]


async def test_a_handler_that_fails_half_way_leaves_nothing_half_done(
    known: Stage, monkeypatch: pytest.MonkeyPatch
):
    log_it = checkins._log

    async def log_and_fail(ctx: object, draft: object) -> None:
        await log_it(ctx, draft)
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(checkins, "_log", log_and_fail)
    await known.command("maya", f"/checkin P-7K2M listening 20m {DISCLOSURE}")
    assert len(known.inbox("rivera")) == 1
    async with known.app.database.read() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM check_ins")) == 1, "the one from before"


async def test_a_reader_that_breaks_leaves_the_rules_and_the_buttons(
    known: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken() -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(engine, "reader", broken)
    await known.write("maya", f"P-7K2M {DISCLOSURE}")
    assert "wanting to die" in words_of(known.inbox("rivera")[-1])
    monkeypatch.setattr(engine, "rulebook", broken)
    logged = words_of(only_card(await known.command("maya", "/checkin P-7K2M tutoring 30m fractions")))
    assert logged.startswith("Logged")
    pages = len(known.inbox("rivera"))
    await known.command("leo", f"/urgent {DISCLOSURE}")
    assert len(known.inbox("rivera")) == pages + 1
    assert DISCLOSURE not in caplog.text


async def test_one_name_that_cannot_be_read_keeps_nobody_else_waiting(stage: Stage):
    await stage.command("maya", "/urgent")
    async with stage.app.database.write() as tx:
        await tx.execute(text("UPDATE people SET name = :broken WHERE id = 1"), {"broken": b"broken"})
    await stage.command("leo", "/urgent")
    await stage.command("maya", "/urgent something else now")
    await stage.wait(5)
    assert len(stage.inbox("okafor")) == 3


async def test_new_words_reach_somebody_else_when_the_one_who_has_the_case_cannot_be_reached(known: Stage):
    await known.command("maya", "/urgent P-7K2M is not well")
    await known.press_last("rivera", "I've got it")
    await known.press("rivera", "case.seen:1:yes")
    known.platform.fails["rivera"] = Unreachable("gone")
    await known.wait(10)
    await known.command("maya", "/checkin P-7K2M listening 20m he wants to die")
    assert len(known.inbox("okafor")) == 1


async def test_a_helper_in_danger_is_never_a_side_note_to_a_peers_case(known: Stage):
    await known.command("maya", f"/checkin P-7K2M listening 20m {DISCLOSURE}")
    answers = await known.write("maya", ABOUT_ME)
    assert "We're glad you told us" in words_of(answers[0].card)
    assert "E-2" in words_of(known.inbox("rivera")[-1])
    assert "About: the helper who wrote it" in words_of(known.inbox("rivera")[-1])


async def test_an_adult_who_raises_a_concern_does_not_page_herself_first(stage: Stage):
    card = words_of(only_card(await stage.command("rivera", "/urgent")))
    assert "Mr. Okafor is being told now" in card
    assert len(stage.inbox("okafor")) == 1
    assert stage.inbox("rivera") == []


async def test_the_helper_is_told_who_really_is_paged(known: Stage):
    await known.command("maya", "/urgent P-7K2M")
    await known.press_last("rivera", "I can't")
    await known.press_last("okafor", "I've got it")
    answers = await known.command("maya", "/checkin P-7K2M listening 20m he wants to die")
    assert "Mr. Okafor is being told now" in words_of(answers[0].card)


async def test_another_adult_can_take_over_and_close(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.wait(5)
    await stage.press_last("rivera", "I've got it")
    await stage.press_last("okafor", "Take over")
    assert "Mr. Okafor has it" in words_of(stage.inbox("rivera")[-1])
    assert "Mr. Okafor says" in stage.sees("maya")
    assert only_form(await stage.press_last("okafor", "Close with an outcome"))


async def test_what_an_adult_writes_to_close_a_case_pages_nobody_and_can_be_read_again(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    note = "He said he wants to kill himself. Mother came in, referral made."
    answers = await stage.submit("rivera", form, outcome="referred", report="made", parents="told", note=note)
    assert not any(isinstance(answer, FormErrors) for answer in answers)
    assert "E-2" not in stage.sees("rivera")
    outcome = only_card(await stage.press_last("rivera", "Show the outcome"))
    assert note in words_of(outcome)
    assert "for coordinators" in words_of(only_card(await stage.press("leo", "case.result:1")))


async def test_a_helper_who_sends_the_adults_form_is_screened_all_the_same(stage: Stage):
    await stage.submit("maya", "case.outcome:1", note=DISCLOSURE)
    assert len(stage.inbox("rivera")) == 1


async def test_another_helpers_draft_cannot_be_thrown_away(stage: Stage):
    draft = only_card(await stage.write("maya", "P-7K2M tutoring 30m went well"))
    await stage.submit(
        "leo", "draft:1", peer=("none",), service=("tutoring",), minutes=("15",), concern=("none",)
    )
    assert "Logged" in words_of(only_card(await stage.press("maya", button_of(draft, "Log it"))))


async def test_adults_who_join_later_are_paged_for_a_case_that_had_nobody(database):
    stage = await Stage.open(database, adults=False)
    answers = await stage.command("maya", "/urgent")
    assert "Nobody is set up to be told" in words_of(answers[0].card)
    assert "no adult here who could be paged" in stage.sees("maya")
    async with database.write() as tx:
        person = await people.add(tx, programme_id=1, name="Ms. New", roles=[Role.COORDINATOR])
        await people.add_account(tx, person, 1, "new")
    await stage.wait(5)
    assert "E-1" in words_of(stage.inbox("new")[0])


async def test_a_suspended_adult_is_paged_no_more(stage: Stage):
    await stage.command("maya", "/urgent")
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 3)
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 1
    assert len(stage.inbox("okafor")) == 1


async def test_a_send_that_hangs_delays_nobody_else(stage: Stage):
    hang = asyncio.Event()
    send = stage.platform.send

    async def send_or_hang(message: Outgoing) -> Sent:
        if message.to.user == "maya":
            await hang.wait()
        return await send(message)

    stage.platform.send = send_or_hang
    async with stage.app.running():
        await stage.app.intake.receive(_urgent(stage, "maya", "first"))
        stage.clock.moment += timedelta(minutes=2)  # Maya is told "no answer yet", and that hangs
        await stage.app.tick()
        await _until(lambda: len(stage.inbox("rivera")) == 2)
        await stage.app.intake.receive(_urgent(stage, "leo", "second"))
        await _until(lambda: len(stage.inbox("rivera")) == 3)
        hang.set()
        await _until(lambda: len(stage.inbox("maya")) == 1)


async def test_an_old_update_never_overtakes_a_newer_one(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await stage.command("maya", "/urgent")
    update_card = stage.platform.update

    async def cut_off(*_arguments: object) -> None:
        raise Ambiguous("cut off")

    monkeypatch.setattr(stage.platform, "update", cut_off)
    await stage.press_last("rivera", "I've got it")
    monkeypatch.setattr(stage.platform, "update", update_card)
    await stage.press("rivera", "case.decline:1")
    await stage.wait(1)
    assert all("You have it" not in words_of(card) for card in stage.inbox("rivera"))


def _urgent(stage: Stage, user: str, key: str) -> object:
    return CommandUsed(**stage._common(user, key), name="urgent")


async def _until(happened) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0)

"""Nobody's words and nobody's name stand where they have no business: logs, figures, the database, pages."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import httpx
import pytest
import structlog
from sqlalchemy import select, text
from starlette.applications import Starlette

from bot import logs
from bot.health import health_routes
from handlers import cardjson
from handlers.chat import Reply
from handlers.due import keep_house
from storage import checkins, events
from storage.db import Database, Tx
from storage.models import Base, OutboxRow
from tests.stage import Stage, button_of, only_card, only_form, words_of

NOTE, DRAFT, FORM, OUTCOME, ERROR = "quokka-note", "marmot-draft", "lemur-form", "tapir-outcome", "dodo-error"
WORDS = (NOTE, DRAFT, FORM, OUTCOME, ERROR, "kill himself")
NAMES = ("Maya", "Ms. Rivera", "Mr. Okafor", "Leo")
# What ciphertext cannot hold by chance: short names are made of letters that it is made of too.
TELLING = tuple(secret for secret in (*WORDS, *NAMES) if len(secret) >= 8)
Written = Callable[[], str]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Logging as a running bot has it, at its most talkative; gives all that was written so far."""
    root, stream = logging.getLogger(), StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG")
    yield stream.getvalue
    structlog.reset_defaults()


@pytest.fixture
async def played(stage: Stage, written: Written, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A whole story: check-in with a disclosure, pages, note shown, closed, a draft, and things that fail."""
    await stage.command("maya", f"/checkin tutoring 20m he wants to kill himself tonight {NOTE}")
    await stage.press_last("rivera", "Show the note")
    await stage.wait(6)
    await stage.press_last("okafor", "I can't")
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    await stage.submit("rivera", form, outcome="talked", report="not_required", parents="told", note=OUTCOME)
    await stage.write("maya", f"P-7K2M tutoring 30m {DRAFT}")
    form = only_form(await stage.command("leo", "/checkin"))
    await stage.submit("leo", form, concern="soon", note=FORM)

    async def fail(*_: object, **__: object) -> None:
        raise ValueError(ERROR)

    with monkeypatch.context() as broken:
        broken.setattr(checkins, "log", fail)
        failed = await stage.command("maya", f"/checkin tutoring 5m {NOTE}")
        assert "That did not work" in words_of(only_card(failed))
    with monkeypatch.context() as broken:
        broken.setattr(stage.platform, "send", fail)
        await stage.command("maya", f"/urgent {NOTE}")
    with monkeypatch.context() as broken:
        broken.setattr(events, "first_time", _database_fails)
        unsaved = await stage.command("maya", f"/urgent {NOTE}")
        assert "not saved" in words_of(only_card(unsaved))
    await keep_house(stage.app.database, stage.clock.now())
    return stage


async def _database_fails(tx: Tx, *_: object) -> bool:
    await tx.execute(text("SELECT :words FROM no_such_table"), {"words": ERROR})
    return True


# --- what a running bot writes -----------------------------------------------------------------


async def test_logs_say_what_failed_and_nobodys_words_or_names(played: Stage, written: Written):
    log = written()
    for event in ("handler_failed", "message_set_aside", "event_not_saved"):
        assert event in log
    assert "ValueError at fail" in log
    for secret in (*WORDS, *NAMES):
        assert secret not in log


async def test_an_exception_that_nobody_waited_for_is_logged_without_its_message(written: Written):
    async def fail() -> None:
        raise ValueError(ERROR)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    log = written()
    assert "ValueError at fail" in log
    assert ERROR not in log


async def test_a_librarys_exception_is_logged_without_its_message(written: Written):
    try:
        raise ValueError(ERROR)
    except ValueError as error:
        logging.getLogger("some.library").exception("could not handle it (error: %s)", error)
    logging.getLogger("some.library").warning("the connection is slow")
    log = written()
    assert "some.library" in log
    assert "ValueError at" in log
    assert "the connection is slow" in log
    assert ERROR not in log


async def test_a_failure_at_a_tick_is_logged_without_its_message(stage: Stage, written: Written):
    async def fail() -> None:
        raise ValueError(ERROR)

    ticked = asyncio.Event()

    async def after() -> None:
        ticked.set()

    stage.app.ticks.every(0.01, "failing", fail)
    stage.app.ticks.every(0.05, "after", after)
    stage.app.ticks.start()
    async with asyncio.timeout(10):
        await ticked.wait()
    stage.app.ticks.stop()
    assert "tick_failed" in written()
    assert ERROR not in written()


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz"])
async def test_health_and_figures_name_nobody(played: Stage, path: str):
    transport = httpx.ASGITransport(Starlette(routes=health_routes(played.app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://handrail") as client:
        answer = await client.get(path)
    assert answer.text
    for secret in (*WORDS, *NAMES, "maya", "rivera", "sandbox"):
        assert secret not in answer.text


async def test_readyz_turns_503_while_a_page_waits_and_says_only_for_how_long(stage: Stage):
    transport = httpx.ASGITransport(Starlette(routes=health_routes(stage.app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://handrail") as client:
        assert (await client.get("/readyz")).status_code == 200
        stage.platform.workspaces = frozenset()
        await stage.command("maya", f"/urgent {NOTE}")
        stage.clock.moment = stage.clock.moment.replace(minute=stage.clock.moment.minute + 2)
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == [
        "a page waits for 120 s",
        "no platform is connected",
        "the clock has not ticked for a minute",
    ]


# --- what stands with others -------------------------------------------------------------------


async def test_no_message_holds_a_word_and_no_notification_a_name(played: Stage):
    async with played.app.database.read() as tx:
        cards = [cardjson.load(card) for card in await tx.scalars(select(OutboxRow.card))]
    assert len(cards) > 5
    for card in cards:
        for secret in WORDS:
            assert secret not in words_of(card)
        for secret in (*WORDS, *NAMES):
            assert secret not in card.fallback


async def test_words_come_back_only_to_their_writer_or_privately_to_the_ladder(played: Stage):
    for user, answers in played.answers.items():
        for effect in answers:
            assert not isinstance(effect, Reply) or effect.private
        seen = {secret for secret in WORDS if secret in played.sees(user)}
        allowed = {"maya": {NOTE, DRAFT, "kill himself"}, "leo": {FORM}, "rivera": {NOTE, "kill himself"}}
        assert seen <= allowed.get(user, set())


async def test_every_look_at_a_note_is_in_the_audit_trail(played: Stage):
    async with played.app.database.read() as tx:
        trail = await events.audited(tx, "case:1")
    assert [line.deed for line in trail] == ["note_shown"]
    await played.press("rivera", "case.note:1")
    async with played.app.database.read() as tx:
        assert len(await events.audited(tx, "case:1")) == 2


# --- what stands in the database ---------------------------------------------------------------


async def test_no_table_holds_words_or_names_in_the_clear(played: Stage):
    async with played.app.database.read() as tx:
        for table in Base.metadata.sorted_tables:
            rows = (await tx.execute(text(f'SELECT * FROM "{table.name}"'))).all()  # noqa: S608 - our own names
            stored = "\n".join(
                value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )
            for secret in TELLING:
                assert secret not in stored, table.name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_files_hold_no_words_or_names(played: Stage):
    file = played.app.database.file
    assert file is not None
    stored = b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))
    assert len(stored) > 10_000
    for secret in TELLING:
        assert secret.encode() not in stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_taken_away_leaves_nothing_readable(stage: Stage, database: Database):
    """A draft that was thrown away is gone from the file, sealed as it was."""
    offer = only_card(await stage.write("maya", f"P-7K2M tutoring 30m {DRAFT}"))
    async with database.read() as tx:
        token = await tx.scalar(text("SELECT content FROM drafts"))
    await stage.press("maya", button_of(offer, "Not a check-in"))
    async with database.read() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM drafts")) == 0
    assert database.file is not None
    await database.close()  # what waited in the write-ahead log goes into the file
    assert bytes(token)[:40] not in database.file.read_bytes()

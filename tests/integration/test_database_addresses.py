"""How a database is named, and what is said where it cannot be used."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import assemble, open_database
from bot.health import problems
from bot.settings import Settings, SetupProblem
from handlers.chat import CommandUsed
from storage import schema
from storage.db import Database, DatabaseProblem, DatabaseUnavailable, _connect, address
from storage.sealed import Keys
from tests.stage import RecordingPlatform, Stage, StillClock, only_card, words_of

# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "read_as"),
    [
        ("sqlite:///handrail.sqlite", "sqlite+aiosqlite:///handrail.sqlite"),
        ("sqlite+aiosqlite:////var/h.sqlite", "sqlite+aiosqlite:////var/h.sqlite"),
        ("postgres://u:p@h:5/d", "postgresql+asyncpg://u:p@h:5/d"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+psycopg2://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_an_address_is_understood_as_people_write_it(url: str, read_as: str):
    assert address(url).render_as_string(hide_password=False) == read_as


@pytest.mark.parametrize("url", ["", "handrail.sqlite", "mysql://u:secret@h/d", "://", "http://h"])
def test_any_other_address_says_what_to_write_and_no_secret(url: str):
    with pytest.raises(DatabaseProblem) as problem:
        address(url)
    assert "sqlite" in str(problem.value)
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("mode", "given"),
    [
        ("require", "require"),
        ("no-verify", "require"),
        ("disable", "disable"),
        ("verify-full", "verify-full"),
    ],
)
def test_sslmode_is_handed_to_the_driver_and_not_left_in_the_address(mode: str, given: str | ssl.SSLContext):
    connect = _connect(address(f"postgres://h/d?sslmode={mode}&application_name=x"))
    assert connect.arguments["ssl"] == given
    assert "sslmode" not in connect.url.query
    assert connect.url.query["application_name"] == "x"


# --- a database that cannot be written ---------------------------------------------------------


def settings(url: str) -> Settings:
    return Settings(database_url=url, handrail_keys=Keys.make(), _env_file=None)


@pytest.fixture
async def read_only(tmp_path: Path, keys: Keys) -> AsyncIterator[Database]:
    """A database with a programme in it, opened without the right to write."""
    file = tmp_path / "handrail.sqlite"
    writable = Database(f"sqlite:///{file}", keys)
    await schema.migrate(writable)
    await writable.check_keys()
    await Stage.open(writable)
    await writable.close()
    opened = Database(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true", keys)
    yield opened
    await opened.close()


async def test_a_read_only_database_tells_the_person_that_nothing_was_saved(read_only: Database):
    stage = Stage(assemble(read_only, StillClock(), []), StillClock(), RecordingPlatform())
    event = CommandUsed(**stage._common("maya", "k"), name="urgent", text="please")
    told = words_of(only_card(await stage.app.intake.receive(event)))
    assert told.startswith("That was not saved")
    assert "nobody was told" in told
    assert "go to an adult now" in told


async def test_a_read_only_database_is_not_ready(read_only: Database):
    assert "the database cannot be written" in await problems(assemble(read_only, StillClock(), []))
    with pytest.raises(DatabaseUnavailable):
        await read_only.check_writable()


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/h.sqlite", "postgresql://u:secret@127.0.0.1:1/d"],
    ids=["file", "server"],
)
async def test_a_database_that_cannot_be_opened_is_said_with_what_to_check(url: str):
    with pytest.raises(SetupProblem) as problem:
        await open_database(settings(url), migrate=True)
    assert "Check" in str(problem.value)
    assert "Nothing was changed" in str(problem.value)
    assert "secret" not in str(problem.value)


async def test_a_database_that_is_not_up_to_date_says_how_to_bring_it_there(database_url: str):
    with pytest.raises(SetupProblem, match="python -m bot migrate"):
        await open_database(settings(database_url), migrate=False)

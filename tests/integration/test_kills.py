"""A bot is killed at any moment between hearing of a red flag and having written down that it was told."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.db import Database
from storage.sealed import Keys
from tests.chaos.harness import UNHARMED, School, killed_in_the_middle, nursery, school

if sys.platform == "win32":
    pytest.skip("processes are not forked there", allow_module_level=True)

KILLS = 20
KEY = Keys.make()


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


@pytest.fixture
async def there(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[School]:
    async with (
        nursery() as bots,
        school(database, database_url, KEY, tmp_path, bots, seed=7, helpers=UNHARMED + KILLS) as opened,
    ):
        yield opened


async def test_twenty_kills_lose_no_red_flag_and_double_none_without_a_word(there: School):
    """The long run, with many more of them: ``python dev.py bench chaos``."""
    fell = await killed_in_the_middle(there, KILLS, seed=7)
    found = await there.verdict()
    assert found.good, (found, fell)
    assert found.tried == UNHARMED + KILLS
    assert len(fell) > 1, f"the kills fell on few places, so this tried little: {fell}"

"""Plays every scenario of this folder on every platform there is an adapter for."""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

import adapters
from storage.db import Database
from tests.adapters.contracts import Contract
from tests.conftest import HAS_POSTGRESQL
from tests.scenarios import sentences  # noqa: F401 - the sentences must be known
from tests.scenarios.play import Failed, play
from tests.scenarios.scenario import Scenario, read_file
from tests.scenarios.world import MakeDriver

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PLATFORMS = [module.name for module in pkgutil.iter_modules(adapters.__path__) if module.ispkg]
DRIVERS: dict[str, MakeDriver] = {}
"""Every way to play: a platform, or each of several that its contract names in ``drivers``."""
for _platform in PLATFORMS:
    _contract: Contract = importlib.import_module(f"tests.adapters.contracts.{_platform}").CONTRACT
    DRIVERS.update(getattr(_contract, "drivers", {_platform: _contract.driver}))
ALSO_ON_POSTGRESQL = {"answers.md"}
"""Files whose scenarios are played on both databases: those where several people meet on one case."""
SECOND_WAYS = {"slack-socket": {"answers.md", "asking.md", "channel.md", "doors.md"}}
"""Ways that differ from another one only in how events arrive, and the files that they play by default."""
EVERY_WAY = bool(os.environ.get("HANDRAIL_EVERY_WAY"))
"""Set, every scenario is played in every way."""


def _runs() -> Iterator[ParameterSet]:
    for path in sorted(HERE.glob("*.md")):
        for scenario in read_file(path, ROOT) if path.name != "README.md" else []:
            for platform in DRIVERS:
                if not EVERY_WAY and path.name not in SECOND_WAYS.get(platform, {path.name}):
                    continue
                name = f"{platform}-{scenario.slug}"
                yield pytest.param(scenario, platform, "sqlite", id=name)
                if HAS_POSTGRESQL and path.name in ALSO_ON_POSTGRESQL:
                    marks = pytest.mark.postgres
                    yield pytest.param(scenario, platform, "postgresql", id=f"{name}-postgresql", marks=marks)


@pytest.mark.parametrize(("scenario", "platform", "database_url"), list(_runs()), indirect=["database_url"])
async def test_scenario(scenario: Scenario, platform: str, database: Database) -> None:
    try:
        await play(scenario, database, DRIVERS[platform])
    except Failed as failed:
        raise pytest.fail.Exception(f"On {platform}: {failed}", pytrace=False) from None

"""What ``doctor`` finds in a database with a programme: each thing that is missing, and nobody's name."""

from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import text, update

from bot import doctor
from bot.settings import Settings, SetupProblem
from storage import people, programmes, roster
from storage.db import Database
from storage.models import ProgrammeRow
from storage.sealed import Keys
from storage.words import Platform, Role
from tests.stage import START, Stage

KEY = Keys.make()


@pytest.fixture
def keys() -> Keys:
    return Keys([KEY])


async def examine(url: str, **environment: str) -> tuple[int, str]:
    """Run it on a database, as the command line does. Returns its exit code and what it says."""
    said = StringIO()
    settings = Settings(database_url=url, **{"handrail_keys": KEY, "dyno": "", **environment})
    code = await doctor.run(settings, Console(file=said, width=200))
    return code, said.getvalue()


async def complete(stage: Stage) -> None:
    """Nothing is missing any more."""
    async with stage.app.database.write() as tx:
        for adult in await roster.entries(tx, 1, [Role.COORDINATOR, Role.BACKUP]):
            await roster.change(tx, adult.id, name=adult.name, phone="555-0100", also_called="")
        hale = await people.add(
            tx, programme_id=1, name="Dr. Hale", phone="555-0178", roles=[Role.OUTSIDE_CONTACT]
        )
        await people.add_account(tx, hale, 1, "hale")


async def test_nothing_is_missing(stage: Stage, database_url: str):
    await complete(stage)
    code, said = await examine(database_url)
    assert code == 0
    assert said.splitlines() == [
        "IN ORDER  The database can be reached, is up to date and can be written; the keys fit it.",
        "A page could go out to at least two adults, and nothing is missing.",
    ]


async def test_warnings_do_not_fail_and_name_nobody(stage: Stage, database_url: str):
    async with stage.app.database.write() as tx:
        await tx.execute(update(ProgrammeRow).values(emergency_number="", phone="", room=""))
        await people.add(tx, programme_id=1, name="Dr. Hale", roles=[Role.OUTSIDE_CONTACT])
    code, said = await examine(database_url)
    assert code == 0
    for words in (
        "TO LOOK AT  There is no emergency number",
        "TO LOOK AT  There is no phone number at which helpers reach the coordinator",
        "TO LOOK AT  There is no room",
        "No page reaches 1 outside contact: they have no account here",
        "There is no phone number of 1 coordinator, 1 backup and 1 outside contact",
        "/handrail setup",
        "The rest is worth ten minutes",
    ):
        assert words in said
    for name in ("Rivera", "Okafor", "Hale", "Maya"):
        assert name not in said


@pytest.mark.parametrize(
    ("suspended", "found"),
    [([4], "Only one adult can be paged"), ([3], "Only one adult can be paged"), ([3, 4], "Nobody can be")],
)
async def test_a_ladder_of_fewer_than_two_fails(
    stage: Stage, database_url: str, suspended: list[int], found: str
):
    await complete(stage)
    async with stage.app.database.write() as tx:
        for person in suspended:
            await people.suspend(tx, person)
    code, said = await examine(database_url)
    assert code == 1
    assert f"MUST BE MENDED  {found}" in said
    assert said.rstrip().endswith("As it is, a page could not go out, or would reach one adult at most.")


async def test_with_several_programmes_each_finding_says_whose_it_is(stage: Stage, database_url: str):
    async with stage.app.database.write() as tx:
        other = await programmes.add(
            tx,
            name="[b]Another[/b] school",
            time_zone="UTC",
            locale="en",
            room="",
            phone="",
            emergency_number="112",
            crisis_line="",
            services=(),
            now=START,
        )
        await programmes.connect(tx, other.id, Platform.WEB, "elsewhere")
    code, said = await examine(database_url)
    assert code == 1
    assert "[b]Another[/b] school: Nobody can be paged" in said
    assert "Test school: There is no outside contact" in said


async def test_a_database_without_a_programme_fails(database: Database, database_url: str):
    code, said = await examine(database_url)
    assert code == 1
    assert "There is no programme yet" in said
    assert "IN ORDER  The database" in said


async def test_a_database_that_is_not_up_to_date_fails(database_url: str):
    if database_url.startswith("sqlite"):
        empty = Database(database_url, Keys([KEY]))
        async with empty.read() as tx:
            await tx.execute(text("SELECT 1"))
        await empty.close()
    code, said = await examine(database_url)
    assert code == 1
    assert "python -m bot migrate" in said


async def test_other_keys_are_a_matter_of_the_environment(stage: Stage, database_url: str):
    with pytest.raises(SetupProblem, match="do not fit this database"):
        await examine(database_url, handrail_keys=Keys.make())


async def test_on_a_dyno_the_plan_is_spoken_of_and_sqlite_fails(stage: Stage, database_url: str):
    await complete(stage)
    code, said = await examine(database_url, dyno="web.1")
    if database_url.startswith("sqlite"):
        assert code == 1
        assert "wiped at every restart" in said
    else:
        assert code == 0
        assert "On a plan that sleeps" in said

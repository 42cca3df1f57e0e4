"""A list of people is looked at first and saved only when somebody says so; a file too, of any length."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.__main__ import cli
from handlers.chat import FormErrors
from storage import events, people, programmes, roster, schema
from storage.db import Database
from storage.roster import Entry
from storage.sealed import Keys
from storage.words import Platform, Role
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

LIST = (
    "name;role;account;phone\nMaya;helper;maya\nSam;helper;sam;555-0100\nMs. Lee;backup;lee;555-0144\n"
    "Leo;lead;leo\n"
)
WRONG = LIST + "Kim;wizard\nMr. Okafor;helper;okafor\n;helper\n"


async def paste(stage: Stage, rows: str, user: str = "rivera"):
    form = only_form(await stage.command(user, "/roster import"))
    return await stage.submit(user, form, rows=rows)


async def everybody(stage: Stage) -> dict[str, Entry]:
    async with stage.app.database.read() as tx:
        return {each.name: each for each in await roster.entries(tx, 1)}


async def test_a_pasted_list_is_shown_first_and_saved_by_one_tap(stage: Stage):
    card = only_card(await paste(stage, LIST))
    shown = words_of(card)
    assert "New: 2\nChanged: 1\nThe same: 1\nWrong: 0" in shown
    assert "Nothing is saved yet" in shown
    assert set(await everybody(stage)) == {"Maya", "Leo", "Ms. Rivera", "Mr. Okafor"}
    saved = only_card(await stage.press("rivera", button_of(card, "Save all")))
    assert "The list is saved" in words_of(saved)
    found = await everybody(stage)
    assert (found["Sam"].roles, found["Sam"].phone) == ({Role.HELPER}, ""), "no number of a young person"
    assert (found["Ms. Lee"].roles, found["Ms. Lee"].phone) == ({Role.BACKUP}, "555-0144")
    assert found["Leo"].roles == {Role.LEAD}
    assert "Your role here: Helper" in words_of(stage.inbox("sam")[0])
    assert "Your role here: Lead helper" in words_of(stage.inbox("leo")[0])
    assert stage.inbox("maya") == []
    async with stage.app.database.read() as tx:
        assert [address.user for address in await people.ladder(tx, 1)] == ["rivera", "okafor", "lee"]
        assert [line.deed for line in await events.audited(tx, "programme:1")] == ["roster_imported"]
    assert words_of(only_card(await stage.command("sam", "/checkin tutoring 20m"))).startswith("Logged")


async def test_a_list_brings_helpers_grades_keeps_those_it_does_not_name_and_none_of_adults(stage: Stage):
    card = only_card(await paste(stage, "name;role;grade\nMaya;helper;9\nSam;helper;2e\nMs. Lee;backup;10\n"))
    assert "New: 2\nChanged: 1" in words_of(card)
    await stage.press("rivera", button_of(card, "Save all"))
    grades = {name: each.grade for name, each in (await everybody(stage)).items()}
    assert grades == {"Maya": "9", "Sam": "2e", "Ms. Lee": "", "Leo": "", "Ms. Rivera": "", "Mr. Okafor": ""}
    again = words_of(only_card(await paste(stage, "name;role;grade\nMaya;helper;\nSam;helper;3e\n")))
    assert "Changed: 1\nThe same: 1" in again, "an empty cell changes nothing"


@pytest.mark.parametrize("line", ["Mr. Okafor,,student1", "Mr. Okafor,backup,student1", "Mr. Okafor"])
async def test_a_student_who_is_called_like_an_adult_gets_nothing_of_theirs(stage: Stage, line: str):
    """An adult who is paged by telephone alone has no account that tells them apart."""
    async with stage.app.database.write() as tx:
        await tx.execute(text("DELETE FROM accounts WHERE person_id = 4"))
    card = only_card(await paste(stage, f"name,role,account\n{line}\n"))
    assert "Line 2: This is one of the adults" in words_of(card)
    assert (await everybody(stage))["Mr. Okafor"].accounts == ()


async def test_wrong_lines_are_said_one_by_one_and_the_good_ones_can_be_saved_or_nothing(stage: Stage):
    card = only_card(await paste(stage, WRONG))
    shown = words_of(card)
    assert "New: 2\nChanged: 1\nThe same: 1\nWrong: 3" in shown
    assert "Line 6: What they do is not known here" in shown
    assert "Line 7: This is one of the adults: change what they do with /roster, by hand." in shown
    assert "Line 8: There is no name" in shown
    dropped = only_card(await stage.press("rivera", button_of(card, "Save nothing")))
    assert "The team is as it was" in words_of(dropped)
    assert "Sam" not in await everybody(stage)
    late = only_card(await stage.press("rivera", button_of(card, "Save only the good lines")))
    assert "not there any more" in words_of(late)
    again = only_card(await paste(stage, WRONG))
    mended = only_form(await stage.press("rivera", button_of(again, "Mend the list")))
    assert mended.inputs[0].value == WRONG.strip()
    await stage.press("rivera", button_of(again, "Save only the good lines"))
    found = await everybody(stage)
    assert set(found) == {"Maya", "Leo", "Ms. Rivera", "Mr. Okafor", "Sam", "Ms. Lee"}
    assert found["Mr. Okafor"].roles == {Role.BACKUP}


async def test_what_was_shown_is_what_is_saved(stage: Stage):
    card = only_card(await paste(stage, LIST))
    await stage.add("sam", "Sam S.", Role.HELPER)
    again = only_card(await stage.press("rivera", button_of(card, "Save all")))
    assert "The team has changed since you looked. Nothing was saved." in words_of(again)
    assert "New: 1\nChanged: 2" in words_of(again)
    await stage.press("rivera", button_of(again, "Save all"))
    assert (await everybody(stage))["Sam"].account(1) == "sam"


async def test_the_only_coordinator_cannot_be_taken_away_by_a_list(stage: Stage):
    card = only_card(await paste(stage, "name;role;account\nMs. Rivera;backup;rivera\n"))
    assert "[Save" not in words_of(card).replace("[Save nothing]", "")
    assert (await everybody(stage))["Ms. Rivera"].roles == {Role.COORDINATOR}


async def test_somebody_known_without_an_account_gets_theirs_by_name(stage: Stage):
    await paste(stage, "Kim")
    card = only_card(await paste(stage, "Kim"))
    await stage.press("rivera", button_of(card, "Save all"))
    assert (await everybody(stage))["Kim"].accounts == ()
    card = only_card(await paste(stage, "Kim;helper;kim"))
    assert "New: 0\nChanged: 1" in words_of(card)
    await stage.press("rivera", button_of(card, "Save all"))
    assert (await everybody(stage))["Kim"].account(1) == "kim"
    assert "Your role here: Helper" in words_of(stage.inbox("kim")[0])


async def test_nothing_in_it_is_said_in_the_form_and_it_is_for_coordinators(stage: Stage):
    (wrong,) = await paste(stage, "name;role\n")
    assert isinstance(wrong, FormErrors)
    assert "no row" in wrong.errors["rows"]
    form = only_form(await stage.command("rivera", "/roster import"))
    for effects in (
        await stage.command("maya", "/roster import"),
        await stage.press("okafor", "roster.import"),
        await stage.submit("okafor", form, rows=LIST),
        await stage.press("maya", "roster.import.save:1"),
    ):
        assert "That is for coordinators" in words_of(only_card(effects))


# --- a file ------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two thousand people as Excel saves them in Europe, three of them wrong."""
    path = tmp_path / "people.csv"
    with path.open("w", encoding="cp1252", newline="") as sheet:
        writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
        writer.writerow(["Nom de famille", "Prénom", "Fonction", "Compte"])
        for number in range(1, 1_998):
            writer.writerow(["Lefèvre", f"Noé {number}", "helper", f"u{number}"])
        writer.writerows([["", "", "helper", "x"], ["A", "B", "roi", ""], ["Lefèvre", "Noé", "helper", "u7"]])
    return path


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    import asyncio

    key = Keys.make()
    url = f"sqlite:///{tmp_path}/handrail.sqlite"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("HANDRAIL_KEYS", key)
    database = Database(url, Keys([key]))

    async def fill() -> None:
        await schema.migrate(database)
        await database.check_keys()
        async with database.write() as tx:
            common = {"room": "", "phone": "", "emergency_number": "", "crisis_line": "", "services": ()}
            school = await programmes.add(
                tx, name="School", time_zone="UTC", locale="fr", now=START, **common
            )
            await programmes.connect(tx, school.id, Platform.SLACK, "T1")
        await database.close()

    asyncio.run(fill())
    return database


def count(database: Database) -> int:
    import asyncio

    async def look() -> int:
        async with database.read() as tx:
            found = await roster.entries(tx, 1)
        await database.close()
        return len(found)

    return asyncio.run(look())


def test_a_file_of_two_thousand_lines_says_what_is_wrong_and_saves_what_one_chooses(
    file: Path, environment: Database
):
    run = CliRunner()
    looked = run.invoke(cli, ["roster", "import", str(file), "--yes"])
    assert looked.exit_code == 1
    assert "1997 new, 0 changed, 0 the same, 3 wrong." in looked.output
    assert "Line 1999: There is no name." in looked.output
    assert "Line 2001: This is the same person as in line 8." in looked.output
    assert "Nothing was saved." in looked.output
    assert "Noé" not in looked.output
    assert "Lefèvre" not in looked.output
    assert count(environment) == 0
    saved = run.invoke(cli, ["roster", "import", str(file), "--good", "--yes"])
    assert (saved.exit_code, "Saved." in saved.output) == (0, True)
    assert count(environment) == 1_997
    again = run.invoke(cli, ["roster", "import", str(file), "--good", "--yes"])
    assert "0 new, 0 changed, 1997 the same, 3 wrong." in again.output


def test_a_file_that_is_not_there_and_a_team_that_is_not_known_are_said(file: Path, environment: Database):
    run = CliRunner()
    missing = run.invoke(cli, ["roster", "import", str(file) + "x"])
    assert (missing.exit_code, "cannot be read" in missing.output) == (2, True)
    other = run.invoke(cli, ["roster", "import", str(file), "--team", "Elsewhere"])
    assert (other.exit_code, "--team" in other.output) == (2, True)
    assert count(environment) == 0

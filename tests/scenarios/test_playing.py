"""Playing scenarios: what is not so fails, and says why. What is so stands in the scenarios themselves."""

import re
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from storage.db import Database
from tests.scenarios import sentences  # noqa: F401 - the sentences must be known
from tests.scenarios.drivers.web import WebDriver
from tests.scenarios.language import understand
from tests.scenarios.play import Failed, Play, play
from tests.scenarios.scenario import Scenario, Wrong, read
from tests.scenarios.world import Setting, World, open_world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Settle = Callable[[World], Awaitable[None]]
PAGED = """
    Maya types: /urgent he told me he wants to die
    Ms. Rivera gets: case A · Immediate
"""


def scenario(steps: str) -> Scenario:
    lines = [line.strip() for line in steps.splitlines() if line.strip()]
    return read("\n".join(["# A file", "", "## A title", *(f"- {line}" for line in lines)]), "a-file.md")[0]


async def holds(database: Database, steps: str) -> None:
    await play(scenario(steps), database, WebDriver)


async def fails(database: Database, steps: str) -> str:
    """The whole text of a failure; its last step must be the one that failed."""
    with pytest.raises(Failed) as failed:
        await holds(database, steps)
    text = str(failed.value)
    marked = [line for line in text.splitlines() if line.startswith(">")]
    assert len(marked) == 1
    assert marked[0].endswith(steps.strip().splitlines()[-1].strip())
    return text


# --- the transcript --------------------------------------------------------------------------------


async def test_a_failure_tells_all_that_happened_and_marks_the_line(database: Database) -> None:
    text = await fails(
        database,
        f"""{PAGED}
        2 minutes pass
        Ms. Rivera gets: case A / Nobody has answered for 3 min""",
    )
    assert text.startswith("a-file.md:3\nA title\n")
    assert "  Mon 10:00   4  Maya types: /urgent he told me he wants to die" in text
    assert "  Mon 10:00      New to Ms. Rivera:" in text
    assert "Ms. Rivera is being told now" in text, "what Maya saw, although nobody looked at her"
    assert "  Mon 10:02      New to Maya:" in text
    assert "> Mon 10:02   7  Ms. Rivera gets: case A / Nobody has answered for 3 min" in text
    *_, why, reason = text.partition("This has not come to Ms. Rivera.")
    assert why
    assert "The closest, without “Nobody has answered for 3 min”" in reason
    assert "  | Nobody has answered for 2 min. Tap an answer" in reason


async def test_what_is_repeated_is_told_briefly(database: Database) -> None:
    text = await fails(database, f"{PAGED}\n 10 minutes pass\n Nobody gets anything")
    told, _, _ = text.partition("> Mon")
    assert told.count("Helper: Maya") == 1
    assert "New to Ms. Rivera and Mr. Okafor:" in told
    assert "… and the rest as above" in told


async def test_an_error_of_the_bots_own_carries_the_transcript(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: World) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(World, "settle", broken)
    with pytest.raises(RuntimeError) as caught:
        await holds(database, "Maya types: /urgent\n Nobody gets anything")
    assert "> Mon 10:00   4  Maya types: /urgent" in caught.value.__notes__[0]


# --- what is not understood ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("Maya dances", "There is no such sentence. The forms are:\n  Given there is no backup"),
        ("Nobody but Maya gets anything", "There is no such sentence"),
        ("Mr. Smith types: /urgent", "Nobody here is called “Mr. Smith”. Here are: Maya, Leo"),
        ("Given there is no backup\n Mr. Okafor gets nothing", "Nobody here is called “Mr. Okafor”"),
        ("Given Dr. Hale is suspended", "Nobody here is called “Dr. Hale”"),
        ("Given another helper, Leo", "There is a Leo already."),
        ("Given Maya speaks Klingon", "Handrail speaks English, Spanish, French"),
        ("Nobody gets anything\n Given there is no backup", "stands before anything happens"),
        ("It is 25:00", "There is no such time"),
        ("Maya types: /urgent", "Nothing is said about what follows"),
        ("Maya gets nothing\n 5 minutes pass", "Nothing is said about what follows"),
    ],
)
async def test_what_is_not_understood_is_said_before_anything_happens(
    database: Database, steps: str, why: str
) -> None:
    assert why in await fails(database, steps)


async def test_a_scenario_without_steps_is_no_scenario(database: Database) -> None:
    with pytest.raises(Failed, match="Nothing happens"):
        await play(read("## A title", "a-file.md")[0], database, WebDriver)


# --- what is not so --------------------------------------------------------------------------------


NOT_SO = (
    ("Nobody else gets anything", "To Maya came:\n  | Ms. Rivera is being told now"),
    ("Maya gets nothing", "To Maya came"),
    ("Nobody gets anything", "To Maya came"),
    ("Mr. Okafor gets: case A", "Nothing new has come to Mr. Okafor."),
    ("Ms. Rivera gets: case A", "Nothing new has come to Ms. Rivera.\nIt does stand in front of them"),
    ("Ms. Rivera gets 2 messages: case A", "0 of these came to Ms. Rivera."),
    ("Maya gets 2 messages: being told", "1 of these came to Maya, at 10:00."),
    ("Maya gets at 10:01: being told", "1 of these came to Maya, at 10:00."),
    ("Maya gets at 10:00, 10:00: being told", "1 of these came to Maya, at 10:00."),
    (
        "Maya gets: being told / Nobody to be told",
        "This has not come to Maya. The closest, without “Nobody",
    ),
    ("Maya sees: being tald now", "Maya does not see this. The closest, without “being tald now”"),
    ("Mr. Okafor sees: case A", "There is nothing at all."),
    ("Ms. Rivera no longer sees: somebody needs you", "sees “somebody needs you”"),
    ("Ms. Rivera no longer sees: You have it", "has never seen “You have it”"),
    ("Ms. Rivera does not see: case A", "Ms. Rivera sees “E-1”:\n  | E-1 · Immediate"),
    ("Ms. Rivera has never seen: Helper: Maya", "Ms. Rivera has seen “Helper: Maya”"),
    ("Nobody has seen: Helper: Maya", "Ms. Rivera has seen"),
    ("Nobody but Leo has seen: Helper: Maya", "Leo has not seen this either"),
    ("Nobody but Maya has seen: 555-0114 / Helper: Maya", "Maya has not seen this either"),
    ("Ms. Rivera sees: case B", "without “case B”"),
    ("Ms. Rivera does not see: case B", "No case B has been seen yet"),
    ("Leo can press: I've got it", "Leo has no button “I've got it”. There is nothing to press."),
    (
        "Ms. Rivera can press: Take over",
        "In front of them, to press or to choose: [I've got it: going now]",
    ),
    ("Ms. Rivera cannot press: I've got it", "Ms. Rivera can press it:"),
    ("It is 10:01", "It is 10:00 on Monday."),
    ("It is 10:00 on Sunday", "It is 10:00 on Monday."),
)
IMPOSSIBLE = (
    ("Ms. Rivera presses: Take over", "Ms. Rivera has no button “Take over”."),
    (
        "Ms. Rivera presses: I",
        "Several begin like that: [I've got it: going now], [In 10 minutes], [I can't].",
    ),
    ("Ms. Rivera presses: Open case A", "Ms. Rivera has no button"),
    ("Ms. Rivera presses: Open case B", "No case B has been seen yet"),
    ('Ms. Rivera presses on "You have it": I', "No message in front of Ms. Rivera says that"),
    ("Ms. Rivera chooses: P-7K2M", "Ms. Rivera has no option “P-7K2M”."),
    ("Leo sends the form", "Leo has no form open."),
    ("Leo edits his last message: other words", "Leo has written no message that can be changed."),
    ("Maya edits her last message: other words", "Maya has written no message that can be changed."),
    ("Maya writes: /urgent", "write “types” instead"),
    ("Maya types: urgent", "write “writes” instead"),
    ("Maya fills in: Outcome = Referred", "Maya has no form open."),
)


@pytest.mark.parametrize("table", [NOT_SO, IMPOSSIBLE], ids=["not so", "impossible"])
async def test_what_is_not_so_or_not_possible_fails(
    database: Database, table: Sequence[tuple[str, str]]
) -> None:
    """Each is the last step of a story of its own, which is played once for all of them."""
    async with open_world(database, Setting(), WebDriver) as world:
        now = await Play.open(world, Setting().names)
        for step in understand(scenario(f"{PAGED}\n Nobody but Ms. Rivera has seen: Helper: Maya")).steps:
            await step.play(now)
        said = {last: await _failure(now, last) for last, _ in table}
    assert {last: said[last] for last, why in table if why not in said[last]} == {}


async def _failure(now: Play, last: str) -> str:
    """Why a step fails after what has happened so far, which stays as it is; empty if it does not."""
    then = replace(now, onlookers=deepcopy(now.onlookers), cases=deepcopy(now.cases))
    step = understand(scenario(f"{last}\n Nobody gets anything")).steps[0]
    try:
        await step.play(then)
    except Wrong as wrong:
        return str(wrong)
    return ""


async def test_a_button_that_is_gone_cannot_be_pressed(database: Database) -> None:
    text = f"{PAGED}\n Ms. Rivera presses: By phone\n Ms. Rivera presses: By phone\n Nobody gets anything"
    with pytest.raises(Failed, match="no button “By phone”"):
        await holds(database, text)


FORM = "Maya opens: /checkin\n"


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (
            "Maya fills in: Colour = blue",
            "No question of the form begins with “Colour”. It asks: [Who was it",
        ),
        ("Maya fills in: How = 5 min", "Several questions begin with “How”."),
        ("Maya fills in: How long = forever", "“How long?” has no option “forever”. It has: "),
        ("Maya fills in: A note = " + "x" * 3_001, "takes no more than 3000 characters"),
        ("Maya sends the form", "The form cannot be sent while this is empty: [How worried are you?]."),
    ],
)
async def test_a_form_takes_only_what_it_offers(database: Database, last: str, why: str) -> None:
    with pytest.raises(Failed, match=re.escape(why)):
        await holds(database, f"{FORM}{last}\n Maya gets nothing")


async def test_a_form_that_comes_back_must_be_meant_to(database: Database) -> None:
    steps = f"""{PAGED}
        Ms. Rivera presses: I've got it
        Ms. Rivera opens: Close with an outcome
        Ms. Rivera fills in: Outcome = Talked; Mandated report = Not required; Parents = Told
        Ms. Rivera sends the form"""
    with pytest.raises(Failed, match=r"The form was not taken:\n  Why, and who was told what: Please write"):
        await holds(database, f"{steps}\n Maya gets nothing")


async def test_a_form_that_is_taken_must_be_meant_to(database: Database) -> None:
    steps = "Maya fills in: How worried = Not worried\n Maya sends the form, but it comes back"
    with pytest.raises(Failed, match=r"The form was taken\."):
        await holds(database, f"{FORM}{steps}\n Maya gets nothing")


# --- what holds always -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "last",
    ["Leo does not see: wants to dye", "Nobody has seen: wants to dye", "Leo cannot press: I got it"],
)
async def test_what_is_not_seen_must_exist(database: Database, last: str) -> None:
    with pytest.raises(Failed, match="nobody ever writes or sees that"):
        await holds(database, f"{PAGED}\n{last}")


@pytest.mark.parametrize(
    ("logged", "why"),
    [
        ({"event": "paged Ms. Rivera"}, "The log says: Ms. Rivera"),
        ({"event": "got", "words": "told me he wants"}, "The log says: told me he wants"),
    ],
)
async def test_the_log_holds_nobodys_words_or_name(
    database: Database, monkeypatch: pytest.MonkeyPatch, logged: dict[str, object], why: str
) -> None:
    monkeypatch.setattr(World, "settle", _logging(World.settle, "info", logged))
    with pytest.raises(Failed, match=why):
        await holds(database, PAGED)


async def test_nothing_fails_behind_the_scenes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "settle", _logging(World.settle, "error", {"event": "tick_failed"}))
    with pytest.raises(Failed, match=r"Something failed behind the scenes: .*tick_failed"):
        await holds(database, PAGED)


def _logging(settle: Settle, level: str, entry: dict[str, object]) -> Settle:
    async def settle_and_log(world: World) -> None:
        await settle(world)
        getattr(structlog.get_logger("test"), level)(**entry)

    return settle_and_log


async def test_the_database_holds_nobodys_words_in_the_clear(database: Database) -> None:
    with pytest.raises(Failed, match="The table programmes holds in the clear: Room 114"):
        await holds(database, "Maya gets nothing\n Neither the log nor the database says: Room 114")


# --- what the README shows -------------------------------------------------------------------------


async def test_the_readmes_example_holds(database: Database) -> None:
    readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```markdown\n(.*?)```", readme, re.DOTALL)
    assert found
    for example in read(found[1], "README.md"):
        await play(example, database, WebDriver)

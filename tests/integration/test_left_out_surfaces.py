"""Whoever is left out sees what they would see if there were no such case, on every surface.

So the same is done on two stages, one with the case and one without, and whatever she is shown must be the
same to the letter.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import select

from handlers.chat import Effect, FormErrors, OpenForm, Reply, UpdateCard
from handlers.registry import load, says_nothing
from storage import cases
from storage.db import Database
from storage.models import AuditRow
from storage.sealed import Keys
from tests.integration.left_out import RIVERA, close, leave_out, open_stage, raised
from tests.stage import Stage, only_card, words_of

REGISTRY = load()
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what goes through the whole registry; the queries behind it run on both databases below."""
HIDDEN = 2
"""The id of the case that she is left out of; on the other stage there is nothing with this id."""


@pytest.fixture
async def stage(database: Database) -> Stage:
    return await open_stage(database)


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
    twin = await open_stage(opened)
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

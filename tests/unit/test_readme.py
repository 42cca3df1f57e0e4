"""The README's recipes are tried as they stand, and what it lists exists."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Adapter, Address, Outgoing
from handlers.chat import Card
from handlers.languages import say_in
from handlers.registry import load, registry
from handlers.screening import rulebook
from tests.stage import Stage, only_card, words_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _recipe(name: str) -> str:
    found = re.search(rf"<!-- recipe: {name} -->\n```\w+\n(.*?)```", README, re.S)
    assert found, f"the README has no recipe for a {name}"
    return found[1]


def _run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "recipe"}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102
    return names


@pytest.fixture
def forget() -> Any:
    """Takes a recipe out of the one registry again."""
    undo: list[Callable[[], object]] = []
    yield lambda table, name: undo.append(lambda: table.pop(name))
    for step in undo:
        step()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_command_recipe_is_a_command_that_answers(stage: Stage, forget: Any) -> None:
    load()
    _run(_recipe("command"))
    forget(registry.commands, "room")
    assert registry.commands["room"].summary == "Where to find an adult"
    assert "Room 114" in words_of(only_card(await stage.command("maya", "/room")))


def test_the_prompt_recipe_registers_a_prompt(forget: Any) -> None:
    load()
    _run(_recipe("prompt"))
    forget(registry.prompts, "friday_thanks")
    assert registry.prompts["friday_thanks"].card(say_in("en"), 1).title == "Thank you for this week"


async def test_the_platform_recipe_is_an_adapter() -> None:
    pager: Adapter = _run(_recipe("platform"))["Pager"]()
    to = Address("web", "sandbox", "rivera")
    card = Card("Title", (), "Notification")
    assert (await pager.send(Outgoing(7, to, card))).reference == "7"
    await pager.update(to, "7", card)
    await pager.delete(to, "7")
    assert await pager.find(to, 7) is None


def test_the_rule_recipe_meets_its_own_examples(tmp_path: Path) -> None:
    english = (ROOT / "handlers/screening/rules/en.toml").read_text(encoding="utf-8")
    file = tmp_path / "en.toml"
    file.write_text(f"{english}\n{_recipe('rule')}", encoding="utf-8")
    rule = tomllib.loads(_recipe("rule"))["rule"][0]
    assert rule["id"] in {known.id for known in rulebook.load([file]).rules}


def test_every_command_of_the_command_line_is_in_the_readme_and_works() -> None:
    from bot.__main__ import cli

    names = {command.name or command.callback.__name__ for command in cli.registered_commands}
    listed = set(re.findall(r"^\| `(\w+)", README.split("## On the command line")[1], re.M))
    assert names <= listed


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_delivery_page_names_tests_that_exist() -> None:
    text = (ROOT / "docs/delivery.md").read_text(encoding="utf-8")
    for file, name in re.findall(r"`((?:unit|integration)/\w+\.py)(?:::(\w+))?`", text):
        assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{name}"

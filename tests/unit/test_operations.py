"""The page for whoever runs the bot names everything that the bot may say to them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FLOORS = ("bot", "adapters", "handlers", "storage")
# The answers to doctor and its notices are sentences of their own: they say what to do themselves.
NOT_READY = (
    "bot/health.py",
    "bot/auditor.py",
    "bot/token_check.py",
    "bot/discord_gateway.py",
    "bot/slack.py",
)


def _calls(tree: ast.AST, *names: str) -> Iterator[str]:
    """The first words of each call of a log's methods."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "log"
            and isinstance(first := node.args[0], ast.Constant)
            and "%" not in first.value  # the sandbox's own, which is for trying out
        ):
            yield str(first.value)


def _logged() -> list[str]:
    files = [file for floor in FLOORS for file in (ROOT / floor).rglob("*.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return sorted({said for tree in trees for said in _calls(tree, "warning", "error", "critical")})


@pytest.mark.parametrize("said", _logged())
def test_every_warning_and_error_of_the_log_is_explained(said: str) -> None:
    assert f"`{said}`" in PAGE


def test_every_figure_is_explained() -> None:
    for family in Metrics().registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert f"`{name}" in PAGE, name


@pytest.mark.parametrize(
    "reason",
    [
        "the database is not up to date",
        "the database cannot be written",
        "has no adult to page",
        "a page waits for",
        "no platform is connected",
        "the clock has not ticked for a minute",
        "cases are overdue",
        "does not accept the token",
        "cannot be reached",
        "Discord's gateway is not connected",
        "nobody holds Discord's gateway",
        "it is not known who holds Discord's gateway",
        "the bot is not in the Discord server any more",
        "Slack's socket is not connected",
        "the Slack app lacks the scope",
    ],
)
def test_every_reason_not_to_be_ready_is_explained(reason: str) -> None:
    code = "".join((ROOT / file).read_text(encoding="utf-8") for file in NOT_READY)
    assert reason in code, "nothing says this any more"
    assert reason in PAGE.partition("## Alarms")[2]


def test_the_file_for_emergencies_has_the_name_that_the_page_gives(tmp_path: Path) -> None:
    beside = Settings(database_url=f"sqlite:///{tmp_path}/handrail.sqlite", _env_file=None).spool
    alone = Settings(database_url="postgresql://somewhere/handrail", _env_file=None).spool
    assert {beside.name, alone.name} == {"handrail.sqlite.spool", "handrail.spool"}
    for name in (beside.name, alone.name):
        assert f"`{name}`" in PAGE


def test_every_name_of_the_environment_in_it_is_one_that_the_bot_reads() -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = set(
        re.findall(r"\b(?:DATABASE|HANDRAIL|SLACK|DISCORD|HEARTBEAT|FALLBACK|PUBLIC)_[A-Z_]+\b", PAGE)
    )
    assert named <= known

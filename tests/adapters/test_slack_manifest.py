"""The manifest and the registry say the same, and every scope is explained."""

from pathlib import Path

import pytest

from adapters.slack.manifest import EVENTS, SCOPES, manifest
from handlers.registry import load
from tests.slack.installed import problems

DOCS = Path(__file__).parents[2] / "docs" / "slack.md"


@pytest.mark.parametrize("public_url", ["", "https://handrail.example/"])
def test_slack_takes_it(public_url: str) -> None:
    made = manifest(load(), public_url=public_url)
    assert problems(made) == []
    assert made["settings"]["socket_mode_enabled"] is not bool(public_url)
    urls = {command.get("url") for command in made["features"]["slash_commands"]}
    assert urls == {"https://handrail.example/slack/events" if public_url else None}


def test_it_offers_all_that_is_registered_and_nothing_else() -> None:
    registry, made = load(), manifest(load())["features"]
    commands = {entry["command"].removeprefix("/"): entry for entry in made["slash_commands"]}
    assert set(commands) == set(registry.commands)
    assert {name: entry["description"] for name, entry in commands.items()} == {
        name: entry.summary for name, entry in registry.commands.items()
    }
    shortcuts = {(entry["type"], entry["callback_id"]): entry["name"] for entry in made["shortcuts"]}
    expected = {
        ("global", entry.name): entry.shortcut for entry in registry.commands.values() if entry.shortcut
    }
    expected |= {("message", entry.name): entry.label for entry in registry.on_messages.values()}
    assert shortcuts == expected
    assert ("global", "checkin") in shortcuts
    assert ("message", "concern") in shortcuts


def test_each_scope_is_explained_and_no_other_is_asked_for() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `") and ":" in line]
    explained = {row for row in rows if row in SCOPES or row.count(":") == 1}
    assert explained | {"commands"} == set(SCOPES)
    assert set(manifest(load())["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert set(manifest(load())["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)

"""A manifest is refused as Slack refuses it, and what is shown is read as people read it."""

from copy import deepcopy
from typing import Any

import pytest

from tests.slack import InstalledApp
from tests.slack.installed import InvalidManifest, problems
from tests.slack.mrkdwn import shown
from tests.slack.shown import Control, pieces

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "A bot"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "bot"},
        "shortcuts": [{"name": "Check in", "type": "global", "callback_id": "c", "description": "d"}],
        "slash_commands": [{"command": "/go", "description": "Go", "usage_hint": "[where]"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "im:history"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def test_an_app_is_installed_as_its_manifest_says() -> None:
    app = InstalledApp.from_manifest(MANIFEST)
    assert (app.name, app.scopes, app.socket_mode) == ("bot", {"commands", "im:history"}, True)
    assert (app.home_tab, app.messages_tab, app.messages_read_only) == (True, True, False)
    assert app.commands["/go"].usage_hint == "[where]"
    assert [each.callback_id for each in app.shortcuts] == ["c"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        (("oauth_config", "scopes", "bot"), ["commands"], "message.im needs the scope im:history"),
        (("oauth_config", "scopes", "bot"), ["im:history"], "needs the scope commands"),
        (("oauth_config", "scopes", "bot"), ["commands", "im:history", "chat:shout"], "no such scope"),
        (("settings", "socket_mode_enabled"), False, "request_url: missing"),
        (("settings", "interactivity"), {}, "shortcuts: needs interactivity"),
        (("settings", "event_subscriptions", "bot_events"), ["message.all"], "no such event"),
        (("features", "slash_commands", 0, "command"), "go", "begins with a slash"),
        (("features", "slash_commands", 0, "description"), "x" * 2_001, "more than 2000 characters"),
        (("features", "shortcuts", 0, "name"), "x" * 25, "more than 24 characters"),
        (("display_information", "name"), "x" * 36, "more than 35 characters"),
        (("display_information", "long_description"), "short", "175 to 4000"),
        (("extra",), {}, "additional property"),
    ],
)
def test_a_manifest_that_slack_refuses(path: tuple[Any, ...], value: Any, wrong: str) -> None:
    manifest = deepcopy(MANIFEST)
    where = manifest
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value
    assert [line for line in problems(manifest) if wrong in line]
    with pytest.raises(InvalidManifest, match=wrong.split(":", maxsplit=1)[0]):
        InstalledApp.from_manifest(manifest)


def _name(sign: str, named: str) -> str:
    return f"{sign}{named.lower()}"


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("*bold* _it_ ~no~ 2*3*4 snake_case_word", "bold it no 2*3*4 snake_case_word"),
        ("<@U1> in <#C1> and <!here>, see <https://e.example/a_b_c|here>", "@u1 in #c1 and @here, see here"),
        ("`*code* &lt;` ```\n*pre*```", "*code* < \n*pre*"),
        ("&gt; quoted\nnot &gt; quoted", "quoted\nnot > quoted"),
        (":wave: at 12:30:45 :unheard_of:", "👋 at 12:30:45 :unheard_of:"),
        ("<!date^1^{date}|yesterday>", "yesterday"),
        ("* a list", "* a list"),
    ],
)
def test_markup_is_obeyed_and_not_seen(wire: str, read: str) -> None:
    assert shown(wire, _name) == read


def test_blocks_are_read_from_top_to_bottom() -> None:
    run = {"type": "text", "text": "*as it is* :wave:", "style": {"bold": True}}
    section = {"type": "rich_text_section", "elements": [run, {"type": "user", "user_id": "U1"}]}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [section]}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "A title :x:", "emoji": False}},
        {"type": "rich_text", "elements": [section, listed]},
        {"type": "divider"},
        {"type": "image", "alt_text": "a chart", "image_url": "https://e.example/a.png"},
        {
            "type": "section",
            "block_id": "b",
            "fields": [{"type": "mrkdwn", "text": "*With*\nP-7K2M"}],
            "accessory": {
                "type": "button",
                "action_id": "a",
                "text": {"type": "plain_text", "text": "Press"},
            },
        },
    ]
    read = [piece.text if isinstance(piece, Control) else piece for piece in pieces(blocks, _name)]
    assert read == [
        "A title :x:",
        "*as it is* :wave:@u1",
        "1. *as it is* :wave:@u1",
        "a chart",
        "With\nP-7K2M",
        "[Press]",
    ]

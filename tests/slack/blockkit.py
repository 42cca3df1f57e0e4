"""Block Kit as Slack checks it: every limit that is documented, with the path of what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.slack.shapes import (
    Check,
    both,
    by_type,
    flag,
    items,
    link,
    number,
    one_of,
    shape,
    text,
    wrong,
)

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
INPUTS = frozenset(
    {
        "checkboxes",
        "datepicker",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "plain_text_input",
        "radio_buttons",
        "static_select",
        "users_select",
    }
)
"""What can stand in an input block."""
_ACTIONS = frozenset({"button", "overflow", *INPUTS} - {"plain_text_input", "number_input"})


def _plain(most: int) -> Check:
    return by_type({"plain_text": shape({"text": text(most)}, {"emoji": flag})})


def _text(most: int) -> Check:
    return by_type(
        {
            "plain_text": shape({"text": text(most)}, {"emoji": flag}),
            "mrkdwn": shape({"text": text(most)}, {"verbatim": flag}),
        }
    )


ID = text(255)
CONFIRM = shape(
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = shape({"text": _plain(75), "value": text(150)}, {"description": _plain(75)})
LISTED = shape({"text": _text(75), "value": text(150)}, {"description": _text(75)})
GROUP = shape({"label": _plain(75), "options": items(OPTION, 100)})
FILE = shape({}, {"id": text(255), "url": link})
ELEMENT = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
SELECT = {**ELEMENT, "placeholder": _plain(150)}


def _has_options(value: Json, path: str) -> list[str]:
    if ("options" in value) == ("option_groups" in value):
        return wrong("either options or option_groups is required", path)
    offered = [
        *value.get("options", []),
        *(o for group in value.get("option_groups", []) for o in group["options"]),
    ]
    found = []
    for key in ("initial_option", "initial_options"):
        chosen = value.get(key, [])
        for each in chosen if isinstance(chosen, list) else [chosen]:
            if each not in offered:
                found += wrong("must be one of the options", f"{path}/{key}")
    values = [each.get("value") for each in offered if isinstance(each, dict)]
    if len(set(values)) != len(values):
        found += wrong("options have the same value", f"{path}/options")
    return found


def _image(value: Json, path: str) -> list[str]:
    if ("image_url" in value) == ("slack_file" in value):
        return wrong("either image_url or slack_file is required", path)
    return []


_CHOICES = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": _plain(75)},
        {
            "action_id": ID,
            "confirm": CONFIRM,
            "value": text(2_000),
            "url": link,
            "style": one_of("primary", "danger"),
            "accessibility_label": text(75),
        },
    ),
    "checkboxes": both(
        shape({"options": items(LISTED, 10)}, {**ELEMENT, "initial_options": items(LISTED, 10)}), _has_options
    ),
    "datepicker": shape({}, {**SELECT, "initial_date": text(10, 10)}),
    "image": both(
        shape({"alt_text": text(2_000)}, {"image_url": link, "slack_file": FILE}),
        _image,
    ),
    "multi_static_select": both(
        shape(
            {},
            {
                **SELECT,
                **_CHOICES,
                "initial_options": items(OPTION, 100),
                "max_selected_items": number(1, 100),
            },
        ),
        _has_options,
    ),
    "multi_users_select": shape(
        {}, {**SELECT, "initial_users": items(ID, 100, 0), "max_selected_items": number(1, 100)}
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**SELECT, "initial_value": text(50), "min_value": text(50), "max_value": text(50)},
    ),
    "overflow": shape({"options": items(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    "plain_text_input": shape(
        {},
        {
            "action_id": ID,
            "placeholder": _plain(150),
            "initial_value": text(3_000, 0),
            "multiline": flag,
            "min_length": number(0, 3_000),
            "max_length": number(1, 3_000),
            "focus_on_load": flag,
            "dispatch_action_config": shape(
                {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
            ),
        },
    ),
    "radio_buttons": both(
        shape({"options": items(LISTED, 10)}, {**ELEMENT, "initial_option": LISTED}), _has_options
    ),
    "static_select": both(shape({}, {**SELECT, **_CHOICES, "initial_option": OPTION}), _has_options),
    "users_select": shape({}, {**SELECT, "initial_user": ID}),
}


def _among(kinds: frozenset[str]) -> Check:
    return by_type({kind: check for kind, check in ELEMENTS.items() if kind in kinds})


# --- rich text ------------------------------------------------------------------------------------

_STYLE = {"style": shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))}
_INLINE = by_type(
    {
        "text": shape({"text": text(40_000)}, _STYLE),
        "link": shape({"url": link}, {"text": text(3_000), "unsafe": flag, **_STYLE}),
        "user": shape({"user_id": ID}, _STYLE),
        "channel": shape({"channel_id": ID}, _STYLE),
        "emoji": shape({"name": ID}, {"unicode": ID, **_STYLE}),
        "broadcast": shape({"range": one_of("here", "channel", "everyone")}),
    }
)
_SECTION = shape({"elements": items(_INLINE, 1_000, 0)}, {"border": number(0, 1)})
_RICH = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": _SECTION,
        "rich_text_preformatted": _SECTION,
        "rich_text_list": shape(
            {"elements": items(_SECTION, 1_000), "style": one_of("bullet", "ordered")},
            {"indent": number(0, 8), "offset": number(0, 1_000), "border": number(0, 1)},
        ),
    }
)


# --- blocks ---------------------------------------------------------------------------------------


def _section(value: Json, path: str) -> list[str]:
    if "text" not in value and "fields" not in value:
        return wrong("missing required field: text", path)
    return []


BLOCK = by_type(
    {
        "actions": shape({"elements": items(_among(_ACTIONS), 25)}, {"block_id": ID}),
        "context": shape(
            {
                "elements": items(
                    by_type(
                        {
                            "image": ELEMENTS["image"],
                            "plain_text": shape({"text": text(3_000)}, {"emoji": flag}),
                            "mrkdwn": shape({"text": text(3_000)}, {"verbatim": flag}),
                        }
                    ),
                    10,
                )
            },
            {"block_id": ID},
        ),
        "divider": shape({}, {"block_id": ID}),
        "header": shape({"text": _plain(150)}, {"block_id": ID}),
        "image": both(
            shape(
                {"alt_text": text(2_000)},
                {"image_url": link, "slack_file": FILE, "title": _plain(2_000), "block_id": ID},
            ),
            _image,
        ),
        "input": shape(
            {"label": _plain(2_000), "element": _among(INPUTS)},
            {"block_id": ID, "hint": _plain(2_000), "optional": flag, "dispatch_action": flag},
        ),
        "rich_text": shape({"elements": items(_RICH, 100)}, {"block_id": ID}),
        "section": both(
            shape(
                {},
                {
                    "text": _text(3_000),
                    "fields": items(_text(2_000), 10),
                    "accessory": _among(_ACTIONS | {"image"}),
                    "block_id": ID,
                    "expand": flag,
                },
            ),
            _section,
        ),
    }
)


def _blocks(most: int, least: int = 0) -> Check:
    each = items(BLOCK, most, least)

    def check(value: Any, path: str) -> list[str]:
        return each(value, path) or _repeated(value, path)

    return check


def _repeated(blocks: list[Json], path: str) -> list[str]:
    """Ids that stand there twice: a block's among all, an action's in its block."""
    found, seen = [], set[str]()
    for place, block in enumerate(blocks):
        named = block.get("block_id", "")
        if named and named in seen:
            found += wrong(f"block_id already exists: {named}", f"{path}/{place}/block_id")
        seen.add(named)
        actions = [each["action_id"] for each in elements_of(block) if "action_id" in each]
        if len(set(actions)) != len(actions):
            found += wrong("action_id already exists", f"{path}/{place}/elements")
    return found


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements of a block."""
    if block["type"] == "actions":
        yield from block["elements"]
    elif block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
        yield block["accessory"]
    elif block["type"] == "input":
        yield block["element"]


# --- what a message and a view may be -------------------------------------------------------------


def check_blocks(blocks: Any, has_file: Callable[[str], bool]) -> list[str]:
    """What is wrong with a message's blocks."""
    return _blocks(MESSAGE_BLOCKS)(blocks, "/blocks") or _check_files(blocks, "/blocks", has_file)


def _check_files(blocks: list[Json], path: str, has_file: Callable[[str], bool]) -> list[str]:
    found = []
    for place, block in enumerate(blocks):
        file = block.get("slack_file", {}).get("id") if block["type"] == "image" else None
        if file is not None and not has_file(file):
            found += wrong("invalid slack file", f"{path}/{place}/slack_file/id")
    return found


_COMMON = {
    "private_metadata": text(3_000, 0),
    "callback_id": text(255, 0),
    "external_id": text(255, 0),
}
_VIEW = {
    "modal": shape(
        {"type": one_of("modal"), "title": _plain(24), "blocks": _blocks(VIEW_BLOCKS)},
        {
            **_COMMON,
            "close": _plain(24),
            "submit": _plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    ),
    "home": shape({"type": one_of("home"), "blocks": _blocks(VIEW_BLOCKS)}, _COMMON),
}


def check_view(view: Any, kind: str, has_file: Callable[[str], bool]) -> list[str]:
    """What is wrong with a view that should be of this kind."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return wrong(f"must be a view of type {kind}", "/view")
    found = _VIEW[kind](view, "/view")
    if found:
        return found
    blocks = view["blocks"]
    if kind == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        found += wrong("`submit` is required when an `input` block is within the `blocks` array", "/view")
    focused = sum(element.get("focus_on_load", False) for block in blocks for element in elements_of(block))
    if focused > 1:
        found += wrong("only one element can have focus_on_load", "/view/blocks")
    return found + _check_files(blocks, "/view/blocks", has_file)

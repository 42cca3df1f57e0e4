"""discord.py's objects: what is a deed and what is not, whose it is, and when two are the same."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from adapters.discord import parse
from adapters.discord.parse import Deed, Installed, Surface
from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MessageRaised,
    PlaceKind,
    TextPosted,
    User,
)
from handlers.registry import load

US = Installed("100", "9", "9")
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
REGISTRY = load()


def message(content: str = "hello", **more: Any) -> Any:
    author = SimpleNamespace(id=7, bot=False)
    given = {
        "id": 55,
        "author": author,
        "content": content,
        "channel": SimpleNamespace(id=66),
        "webhook_id": None,
        "type": discord.MessageType.default,
        "created_at": AT,
        "edited_at": None,
        "message_snapshots": [],
    }
    return SimpleNamespace(**{**given, **more})


def text(deed: Deed | None) -> TextPosted:
    assert deed is not None
    assert isinstance(deed.event, TextPosted)
    return deed.event


def interaction(kind: int, data: dict[str, Any], **more: Any) -> Any:
    given = {
        "type": discord.InteractionType(kind),
        "data": data,
        "id": 77,
        "token": "secret",
        "user": SimpleNamespace(id=7),
        "guild_id": 100,
        "channel_id": 66,
        "created_at": AT,
        "message": None,
    }
    return SimpleNamespace(**{**given, **more})


def deed(kind: int, data: dict[str, Any], **more: Any) -> Deed:
    found = parse.interaction(interaction(kind, data, **more), US, REGISTRY)
    assert found is not None
    return found


# --- messages ----------------------------------------------------------------------------------


def test_a_message_to_the_bot_and_one_in_a_channel() -> None:
    direct = text(parse.written(message(), US, direct=True))
    assert (direct.user, direct.place.kind, direct.place.id) == (
        User("discord", "100", "7"),
        PlaceKind.DIRECT,
        "66",
    )
    assert direct.to_bot
    channel = text(parse.written(message(), US, direct=False))
    assert (channel.place.kind, channel.to_bot) == (PlaceKind.CHANNEL, False)


@pytest.mark.parametrize("mention", ["<@9>", "<@!9>"])
def test_the_bots_name_is_understood_and_left_out(mention: str) -> None:
    event = text(parse.written(message(f"{mention} she cries"), US, direct=False))
    assert event.to_bot
    assert event.text == "she cries"
    assert text(parse.written(message(mention), US, direct=False)).text == "", "calling it is enough"


@pytest.mark.parametrize(
    "more",
    [
        {"author": SimpleNamespace(id=7, bot=True)},
        {"webhook_id": 3},
        {"type": discord.MessageType.pins_add},
        {"type": discord.MessageType.new_member},
        {"content": ""},
    ],
)
def test_what_nobody_wrote_is_no_deed(more: dict[str, Any]) -> None:
    assert parse.written(message(**more), US, direct=True) is None


def test_an_edit_has_its_own_key_and_time_and_one_without_a_time_is_none() -> None:
    later = AT + timedelta(minutes=1)
    first = text(parse.written(message(), US, direct=True))
    edited = text(parse.written(message(edited_at=later), US, direct=True, edited=True))
    assert edited.edited
    assert edited.at == later
    assert edited.dedupe_key != first.dedupe_key
    assert edited.message_id == first.message_id
    assert parse.written(message(), US, direct=True, edited=True) is None


def test_a_forwarded_message_says_what_it_forwards() -> None:
    snapshots = [SimpleNamespace(content="i want to die")]
    event = text(parse.written(message("look", message_snapshots=snapshots), US, direct=True))
    assert event.text == "look\ni want to die"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<:sad:12> and <a:cry:13>", ":sad: and :cry:"),
        ("ask <@42> or <@&5> in <#6>", "ask @42 or @5 in #6"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("  spaces  ", "spaces"),
    ],
)
def test_signs_are_read_as_on_the_screen(written: str, read: str) -> None:
    assert parse.readable(written) == read


# --- interactions ------------------------------------------------------------------------------


def test_boxes_become_the_line_that_people_type_elsewhere() -> None:
    options = [
        {"name": "peer", "value": "P-7K2M"},
        {"name": "minutes", "value": 30},
        {"name": "note", "value": "went well"},
    ]
    event = deed(2, {"type": 1, "name": "checkin", "options": options}).event
    assert isinstance(event, CommandUsed)
    assert (event.name, event.text) == ("checkin", 'peer:"P-7K2M" 30m went well')


def test_a_command_that_is_known_no_more_is_handed_on() -> None:
    event = deed(2, {"type": 1, "name": "gone", "options": [{"name": "text", "value": "help"}]}).event
    assert isinstance(event, CommandUsed)
    assert event.text == "help"


def test_a_button_and_a_list() -> None:
    pressed = deed(3, {"custom_id": "case.ack:1:now", "component_type": 2}).event
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.value) == ("case.ack:1:now", "")
    chosen = deed(3, {"custom_id": "language", "component_type": 3, "values": ["fr"]}).event
    assert isinstance(chosen, ButtonPressed)
    assert chosen.value == "fr"
    long = interaction(3, {"custom_id": "x" * 101, "component_type": 2})
    assert parse.interaction(long, US, REGISTRY) is None


def test_a_form_holds_typed_text_as_text_and_choices_as_tuples() -> None:
    components = [
        {"type": 18, "component": {"type": 4, "custom_id": "note", "value": "her words"}},
        {"type": 18, "component": {"type": 3, "custom_id": "peer", "values": ["P-7K2M"]}},
        {"type": 18, "component": {"type": 4, "custom_id": "empty"}},
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "kind"}]},
    ]
    found = deed(5, {"custom_id": "checkin", "components": components})
    assert isinstance(found.event, FormSubmitted)
    assert found.event.values == {"note": "her words", "peer": ("P-7K2M",), "old": "kind"}
    assert found.event.text("empty") == ""
    assert found.event.closed, "Discord has closed the modal"
    assert found.way.surface is Surface.FORM


def test_a_message_that_is_pointed_out_names_its_writer() -> None:
    about = {
        "id": "55",
        "content": "<@9> help",
        "author": {"id": "8", "username": "leo", "global_name": "Leo"},
    }
    [label] = [entry.label for entry in REGISTRY.on_messages.values()]
    data = {"type": 3, "name": label, "target_id": "55", "resolved": {"messages": {"55": about}}}
    event = deed(2, data).event
    assert isinstance(event, MessageRaised)
    assert (event.author, event.author_name, event.message_id) == ("8", "Leo", "55")
    assert event.name in REGISTRY.on_messages


def test_another_server_is_not_ours_and_direct_messages_are() -> None:
    data = {"type": 1, "name": "urgent"}
    assert parse.interaction(interaction(2, data, guild_id=101), US, REGISTRY) is None
    direct = deed(2, data, guild_id=None)
    assert direct.event.place.kind is PlaceKind.DIRECT
    assert direct.way.direct


def test_the_same_interaction_has_the_same_key_and_its_token_is_shown_nowhere() -> None:
    one, two = (deed(2, {"type": 1, "name": "urgent"}) for _ in range(2))
    assert one.event.dedupe_key == two.event.dedupe_key
    assert "secret" not in repr(one)


def test_what_is_being_typed() -> None:
    options = [{"name": "peer", "value": "x"}, {"name": "service", "value": "tu", "focused": True}]
    assert parse.typing(interaction(4, {"name": "checkin", "options": options})) == (
        "checkin",
        "service",
        "tu",
    )
    assert parse.typing(interaction(4, {"name": "checkin", "options": []})) is None


def test_what_is_said_in_a_thread_is_said_in_its_channel() -> None:
    thread = SimpleNamespace(id=77, parent_id=66)
    written = text(parse.written(message(channel=thread), US, direct=False))
    assert written.place.id == "66"
    assert text(parse.written(message(), US, direct=False)).place.id == "66"

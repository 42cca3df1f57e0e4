"""What every platform must do with the vocabulary. A new folder in ``adapters/`` is picked up by itself."""

import importlib
import pkgutil
import struct
import zlib
from datetime import UTC, datetime

import pytest

import adapters
from adapters.base import Outgoing, Unreachable
from handlers import chat
from handlers.chat import (
    Account,
    Button,
    ButtonPressed,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    CommandUsed,
    Divider,
    Fields,
    Form,
    FormSubmitted,
    Image,
    Link,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextPosted,
    TextStyle,
    UserInput,
)
from tests.adapters.contracts import Contract

PLATFORMS = [module.name for module in pkgutil.iter_modules(adapters.__path__) if module.ispkg]
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MARKUP = '<b>&amp; *bold* _it_ ~no~ `code` ||spoiler|| <@U123> <!channel> @everyone [x](http://e.example) "q"'


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Contract:
    module = importlib.import_module(f"tests.adapters.contracts.{request.param}")
    contract: Contract = module.CONTRACT
    return contract


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


BLOCKS = {
    **{f"text {style.value}": (Text("a paragraph", style), ["a paragraph"]) for style in TextStyle},
    "fields": (Fields((("With", "P-7K2M"), ("Time", "20 min"))), ["With", "P-7K2M", "Time", "20 min"]),
    "account": (Account("Their account", "U001"), ["Their account"]),
    "link": (Link("To the page", "https://handrail.example/p/a_b*c_d-e"), ["To the page"]),
    "image": (Image(_png(), "a chart of the week"), ["a chart of the week"]),
    "divider": (Divider(), []),
    "buttons": (
        Buttons(tuple(Button(f"Press {style.value}", f"do:{style.value}", style) for style in ButtonStyle)),
        ["Press plain", "Press primary", "Press danger"],
    ),
    "select": (
        Select("Pick one", "pick", (Option("1", "first"), Option("2", "second"))),
        ["first", "second"],
    ),
}
INPUTS = {
    "text": TextInput(name="i", label="A label", help="Some help", value="typed before"),
    "long text": TextInput(name="i", label="A label", help="Some help", multiline=True, required=True),
    "choice": Choice(name="i", label="A label", help="Some help", options=(Option("1", "first"),)),
    "long choice": Choice(
        name="i",
        label="A label",
        help="Some help",
        options=tuple(Option(str(n), f"option {n}") for n in range(chat.OPTIONS)),
        value="3",
    ),
    "multiple choice": MultiChoice(
        name="i", label="A label", help="Some help", options=(Option("1", "first"), Option("2", "second"))
    ),
    "person": UserInput(name="i", label="A label", help="Some help"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_is_shown(platform: Contract, name: str) -> None:
    block, words = BLOCKS[name]
    shown = platform.shown_card(Card("The title", (block,), "fallback"))
    assert "The title" in shown
    assert [word for word in words if word not in shown] == []


def test_every_block_of_the_vocabulary_is_tried() -> None:
    tried = {type(block) for block, _ in BLOCKS.values()}
    assert tried == set(chat.Block.__args__)
    assert {type(item) for item in INPUTS.values()} == set(chat.Input.__args__)


def test_markup_in_any_text_is_shown_and_not_obeyed(platform: Contract) -> None:
    card = Card(
        MARKUP,
        (Text(MARKUP), Fields(((MARKUP[:70], MARKUP),)), Buttons((Button(MARKUP[:70], "x"),))),
        "fallback",
    )
    assert platform.shown_card(card).count(MARKUP) >= 3


def test_the_largest_card_there_can_be_is_shown_whole(platform: Contract) -> None:
    rows = tuple(
        Buttons(tuple(Button("b" * chat.BUTTON_TEXT, f"a:{row}:{n}") for n in range(chat.BUTTONS)))
        for row in range(chat.CARD_ROWS)
    )
    text = Text("x" * chat.TEXT_BLOCK)
    rest = Text("y" * (chat.CARD_TEXT - chat.CARD_TITLE - chat.TEXT_BLOCK))
    shown = platform.shown_card(Card("t" * chat.CARD_TITLE, (text, rest, *rows), "f"))
    assert text.text in shown
    assert rest.text in shown
    assert shown.count("b" * chat.BUTTON_TEXT) == chat.BUTTONS * len(rows)


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_is_shown_with_its_label_help_and_error(platform: Contract, name: str) -> None:
    item = INPUTS[name]
    shown = platform.shown_form(Form("f", "A form", (item,), "Send it"), {"i": "That is wrong."})
    expected = ["A form", "A label", "Some help", "That is wrong.", "Send it"]
    if isinstance(item, TextInput) and item.value:
        expected.append(item.value)
    if isinstance(item, Choice | MultiChoice):
        expected += [option.label for option in item.options]
    assert [word for word in expected if word not in shown] == []


def test_every_event_arrives_with_its_content(platform: Contract) -> None:
    events = platform.events("first-deed", AT)
    command, message, edit = events["command"], events["message"], events["edit"]
    assert isinstance(command, CommandUsed)
    assert (command.name, command.text) == ("checkin", "30m went well")
    assert isinstance(message, TextPosted)
    assert (message.text, message.edited) == ("hello", False)
    assert isinstance(edit, TextPosted)
    assert (edit.text, edit.edited) == ("hello again", True)
    button, select, form = events["button"], events["select"], events["form"]
    assert isinstance(button, ButtonPressed)
    assert button.action == "case.ack:1:now"
    assert isinstance(select, ButtonPressed)
    assert (select.action, select.value) == ("checkin.pick", "7")
    assert isinstance(form, FormSubmitted)
    assert (form.form, form.text("note"), form.text("peer")) == ("checkin", "fine", "P-7K2M")
    assert form.choices("done") == ("a", "b")
    assert form.choices("who") == (platform.person().user,)
    assert form.words == "fine\n\nP-7K2M", "what was chosen is nobody's words"
    assert all(event.user.id == platform.person().user for event in events.values())


def test_a_repeated_delivery_has_the_same_key_and_another_deed_another(platform: Contract) -> None:
    first, again = platform.events("first-deed", AT), platform.events("first-deed", AT)
    other = platform.events("second-deed", AT)
    for name, event in first.items():
        assert event.dedupe_key == again[name].dedupe_key
        assert event.dedupe_key != other[name].dedupe_key


async def test_a_message_can_be_sent_changed_and_taken_away(platform: Contract) -> None:
    adapter, to = platform.adapter(), platform.person()
    sent = await adapter.send(Outgoing(41, to, Card("One", (), "fallback")))
    await adapter.update(to, sent.reference, Card("Two", (), "fallback"))
    await adapter.delete(to, sent.reference)
    assert await adapter.find(to, 41) is None


async def test_a_message_that_may_have_arrived_is_found_or_not_doubled_by_the_platform(
    platform: Contract,
) -> None:
    adapter, to = platform.adapter(), platform.person()
    card = Card("One", (), "fallback")
    sent = await adapter.send(Outgoing(41, to, card))
    assert await adapter.find(to, 42) is None
    again = await adapter.find(to, 41) or await adapter.send(Outgoing(41, to, card))
    assert again == sent
    assert await adapter.send(Outgoing(42, to, card)) != sent


async def test_a_page_that_may_have_arrived_is_found_however_late_one_looks(platform: Contract) -> None:
    adapter, to = platform.adapter(), platform.person()
    card = Card("One", (Buttons((Button("Yes", "case.ack:1:now"),)),), "fallback")
    await adapter.send(Outgoing(1, to, card))
    sent = await adapter.send(Outgoing(41, to, card))
    await adapter.send(Outgoing(42, to, Card("Two", (), "fallback")))
    assert await adapter.find(to, 41) == sent
    assert await adapter.find(to, 2) is None


async def test_somebody_who_is_not_there_is_unreachable(platform: Contract) -> None:
    with pytest.raises(Unreachable):
        await platform.adapter().send(Outgoing(1, platform.nobody(), Card("One", (), "fallback")))

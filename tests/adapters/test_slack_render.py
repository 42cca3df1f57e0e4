"""Cards and forms on Slack: within its limits, whole, and with nobody's words obeyed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import render
from adapters.slack.render import Origin
from handlers import chat
from handlers.chat import (
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Divider,
    Fields,
    Form,
    MultiChoice,
    Option,
    PlaceKind,
    Select,
    Text,
    TextInput,
    TextStyle,
    UserInput,
)
from tests.slack.blockkit import check_blocks, check_view
from tests.slack.shown import pieces

MARKUP = "<!channel> <@U1> <https://e.example|x> *b* _i_ ~s~ `c` &amp; :smile: @here\n> q"
HERE = Origin(PlaceKind.CHANNEL, "C1", "1700000000.000100")


def _no_file(_id: str) -> bool:
    return False


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), f"option {number}") for number in range(count))


def _everywhere(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _everywhere(item)


def _card(*blocks: chat.Block, title: str = "A title") -> Card:
    return Card(title, blocks, "Something from Handrail.")


FULL = _card(
    *(Text(MARKUP, style) for style in TextStyle),
    Fields(((MARKUP[:60], MARKUP), ("With", "P-7K2M"))),
    Divider(),
    Buttons(tuple(Button(f"B {style}", f"do:{style}", style) for style in ButtonStyle)),
    Select("Pick", "pick", _options(25)),
    title=MARKUP,
)


def test_no_words_reach_a_place_that_slack_parses() -> None:
    shown = render.message(FULL)
    assert [item for item in _everywhere(shown["blocks"]) if item.get("type") == "mrkdwn"] == []
    kinds = {item["type"] for item in _everywhere(shown["blocks"]) if "type" in item}
    assert kinds.isdisjoint({"link", "user", "usergroup", "broadcast", "channel", "emoji"})
    assert check_blocks(shown["blocks"], _no_file) == []


def test_only_the_constant_text_stands_in_the_notification() -> None:
    shown = render.message(Card("Title", (Text("her words"),), "From A & B <!channel>"))
    assert shown["text"] == "From A &amp; B &lt;!channel&gt;"


def test_a_long_text_is_split_and_whole() -> None:
    text = "word " * 599 + "last"
    (header, *sections) = render.blocks(_card(Text(text[:3_000])))
    assert header["type"] == "header"
    assert (
        " ".join(section["text"]["text"] for section in sections) == text[:3_000].rstrip()
        or len(sections) == 1
    )
    emoji = "\N{BOUQUET}" * 3_000
    pieces = [block["text"]["text"] for block in render.blocks(_card(Text(emoji)))[1:]]
    assert "".join(pieces) == emoji
    assert all(len(piece.encode("utf-16-le")) // 2 <= render.SECTION for piece in pieces)


@given(st.text(alphabet=st.sampled_from("ab \n\N{BOUQUET}"), min_size=1, max_size=400), st.integers(2, 40))
def test_pieces_fit_and_lose_nothing_but_the_space_they_are_cut_at(text: str, most: int) -> None:
    pieces = render.split(text, most)
    assert all(len(piece.encode("utf-16-le")) // 2 <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert len(text) - sum(map(len, pieces)) <= len(pieces)


def test_a_title_of_emoji_is_too_long_for_a_header_and_stands_there_all_the_same() -> None:
    title = "\N{BOUQUET}" * chat.CARD_TITLE
    shown = render.blocks(_card(title=title))
    assert check_blocks(shown, _no_file) == []
    assert title in json.dumps(shown, ensure_ascii=False)


def test_the_largest_cards_fit() -> None:
    rows = tuple(
        Buttons(tuple(Button("b" * chat.BUTTON_TEXT, f"a:{row}:{n}") for n in range(chat.BUTTONS)))
        for row in range(chat.CARD_ROWS)
    )
    lists = tuple(Select("s" * 75, f"s:{n}", _options(25)) for n in range(chat.CARD_ROWS))
    for card in (_card(*rows), _card(*lists)):
        shown = render.blocks(card)
        assert check_blocks(shown, _no_file) == []
        ids = [block["block_id"] for block in shown]
        assert len(set(ids)) == len(ids)


def test_a_text_with_nothing_to_see_is_still_taken() -> None:
    assert check_blocks(render.blocks(_card(Text("\n"))), _no_file) == []


def test_lists_are_lists_so_that_their_long_lines_are_indented() -> None:
    for style, text in (("bullet", "• Stay with them.\n• <@U1> *b*"), ("ordered", "1. Tap.\n2. Go.")):
        shown = render.blocks(_card(Text(text)))
        assert check_blocks(shown, _no_file) == []
        lists = [each for each in _everywhere(shown) if each.get("type") == "rich_text_list"]
        assert [each["style"] for each in lists] == [style]
        assert list(pieces(shown, str.__add__))[1:] == text.split("\n")


@pytest.mark.parametrize("text", ["• one\nand on", "1. one\n3. three", "2. two", "• ", "•\n•", "1. \n2. "])
def test_what_is_not_wholly_a_list_stands_as_it_is(text: str) -> None:
    (_, section) = render.blocks(_card(Text(text)))
    assert section["text"]["text"] == text


def test_facts_stand_apart_where_most_of_them_are_long() -> None:
    def between(*pairs: tuple[str, str]) -> set[str]:
        shown = render.blocks(_card(Fields(pairs)))
        return {run["text"] for run in _everywhere(shown) if run.get("text", "x") in ("\n", "\n\n")}

    short, long = ("Helper", "Maya"), ("Why", "words " * 10)
    assert between(short, long, short) == {"\n"}
    assert between(long, short, long) == {"\n\n"}


INPUTS: dict[str, chat.Input] = {
    "plain_text_input": TextInput(name="a", label="L", help="H", value="v", multiline=True, most=500),
    "radio_buttons": Choice(name="a", label="L", options=_options(5), value="2"),
    "static_select": Choice(name="a", label="L", options=_options(6), value="2"),
    "checkboxes": MultiChoice(name="a", label="L", options=_options(10), values=("1", "2")),
    "multi_static_select": MultiChoice(name="a", label="L", options=_options(11), values=("1",)),
    "users_select": UserInput(name="a", label="L", value="U0000001"),
}


@pytest.mark.parametrize("kind", INPUTS)
def test_each_input_is_slacks_own_and_filled_in(kind: str) -> None:
    shown = render.view(Form("f:1", "Title", (INPUTS[kind],), "Send"), HERE)
    assert check_view(shown, "modal", _no_file) == []
    (block,) = shown["blocks"]
    assert block["element"]["type"] == kind
    assert block["optional"]
    assert {key for key in block["element"] if key.startswith("initial_")}


def test_a_form_carries_ids_and_nothing_else() -> None:
    item = TextInput(name="note", label="Note", value="her words")
    shown = render.view(Form("checkin", "Check in", (item,), "Log it"), HERE)
    assert shown["callback_id"] == "checkin"
    assert json.loads(shown["private_metadata"]) == {
        "kind": "channel",
        "in": "C1",
        "at": "1700000000.000100",
        "on": "",
    }
    assert render.origin(shown["private_metadata"]) == HERE


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "null", '{"kind": "nowhere", "in": 1}'])
def test_foreign_metadata_leads_nowhere(metadata: str) -> None:
    assert render.origin(metadata) == Origin(PlaceKind.DIRECT)


def test_errors_stand_below_their_inputs() -> None:
    item = TextInput(name="peer", label="Peer")
    shown = render.view(Form("f", "T", (item,), "S"), HERE)
    answer = render.errors({"peer": "There is no such code."})
    assert answer == {"response_action": "errors", "errors": {"peer": "There is no such code."}}
    assert set(answer["errors"]) <= {block["block_id"] for block in shown["blocks"]}


def test_cards_stand_in_a_home_and_in_a_modal() -> None:
    assert check_view(render.home_view([FULL, FULL]), "home", _no_file) == []
    assert check_view(render.cards_view([FULL, FULL], HERE), "modal", _no_file) == []
    many = render.home_view([FULL] * 30)
    assert check_view(many, "home", _no_file) == []
    assert many["blocks"][-1]["type"] == "actions", "only whole cards stand there"

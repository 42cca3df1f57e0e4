"""Cards and forms on Discord: within its limits, whole, and with nobody's words obeyed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import render
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
    Select,
    Text,
    TextInput,
    TextStyle,
    UserInput,
)
from tests.discord import markdown
from tests.discord.components import check_components, check_modal
from tests.discord.embeds import check_embeds, size
from tests.discord.shapes import Wrong

MARKUP = (
    "@everyone <@1> <#2> <:a:3> [x](https://e.example) **b** _i_ ~~s~~ ||h|| `c` <t:0>\n> q\n# h\n- l\n1. o"
)
NOISE = st.text(alphabet=st.sampled_from("ab 1.\n\\*_~`|<>[]()#-:/@&!?"), min_size=1, max_size=60)


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), f"option {number}") for number in range(count))


def _card(*blocks: chat.Block, title: str = "A title") -> Card:
    return Card(title, blocks, "Something from Handrail.")


def _read(text: str) -> str:
    return markdown.shown(text, lambda sign, named: f"OBEYED {sign}{named}").replace("\u200b", "")


def _complaints(shown: dict[str, Any]) -> dict[str, Any]:
    wrong = Wrong()
    wrong.text(shown.get("content"), ("content",), 2_000)
    check_embeds(wrong, shown["embeds"], ("embeds",))
    check_components(wrong, shown["components"], ("components",), new=False, files=frozenset())
    return wrong.nested()


FULL = _card(
    *(Text(MARKUP, style) for style in TextStyle),
    Fields(((MARKUP[:60], MARKUP), ("With", "P-7K2M"))),
    Divider(),
    Buttons(tuple(Button(f"B {style}", f"do:{style}", style) for style in ButtonStyle)),
    Select("Pick", "pick", _options(25)),
    title=MARKUP[:100].replace("\n", " "),
)


def test_a_full_card_is_taken_and_says_every_word() -> None:
    shown = render.message(FULL)
    assert _complaints(shown) == {}
    read = "\n".join(_read(embed.get("description", "")) for embed in shown["embeds"])
    assert "OBEYED" not in read
    for line in MARKUP.split("\n"):
        assert line in read


@given(NOISE)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    assert _read(render.escaped(text)) == text


@given(NOISE, st.sampled_from(TextStyle))
def test_a_style_changes_no_word(text: str, style: TextStyle) -> None:
    shown = _read(render.message(_card(Text(text, style)))["embeds"][0].get("description", ""))
    # A style needs its own signs around each line; what is left is what was written.
    assert [word for word in text.split() if word not in shown] == []


def test_only_the_constant_text_stands_in_the_notification() -> None:
    shown = render.message(Card("Title", (Text("her words"),), "From Handrail."))
    assert shown["content"] == "From Handrail."
    assert "content" not in render.answer(_card(Text("her words")))


def test_nobody_is_called_and_an_answer_is_for_one_person() -> None:
    assert render.message(FULL)["allowed_mentions"] == {"parse": []}
    assert render.answer(FULL)["allowed_mentions"] == {"parse": []}
    assert render.answer(FULL)["flags"] == 64
    assert render.answer(FULL, private=False)["flags"] == 0


def test_an_update_that_was_private_gets_no_notification() -> None:
    assert render.message(FULL, notified=False)["content"] == ""


@pytest.mark.parametrize("sign", ["a", "*", "\N{BOUQUET}", "`", "\n*"])
def test_the_longest_texts_fit_and_are_whole(sign: str) -> None:
    text = (sign * 3_000)[:3_000]
    shown = render.message(_card(Text(text)))
    assert _complaints(shown) == {}
    assert sum(size(embed) for embed in shown["embeds"]) <= 6_000
    assert sum(embed["description"].count(sign[-1]) for embed in shown["embeds"]) >= text.count(sign[-1]) or (
        sign == "`"  # inside a code span another sign has to stand for it
    )


def test_the_largest_cards_fit() -> None:
    rows = tuple(
        Buttons(tuple(Button("b" * chat.BUTTON_TEXT, f"a:{row}:{n}") for n in range(chat.BUTTONS)))
        for row in range(chat.CARD_ROWS)
    )
    lists = tuple(Select("s" * 75, f"s:{n}", _options(25)) for n in range(chat.CARD_ROWS))
    for card in (_card(*rows), _card(*lists)):
        assert _complaints(render.message(card)) == {}


def test_a_card_of_a_title_alone_is_taken() -> None:
    assert _complaints(render.message(_card())) == {}


def test_a_form_with_every_kind_of_input_is_taken_and_filled_in() -> None:
    form = Form(
        "draft:7",
        "T" * chat.FORM_TITLE,
        (
            TextInput(
                name="note",
                label="L" * chat.INPUT_LABEL,
                help="H" * chat.INPUT_HELP,
                value="before",
                required=True,
            ),
            TextInput(name="line", label="A line", multiline=False, required=False),
            Choice(name="one", label="One", options=_options(25), value="3"),
            MultiChoice(name="some", label="Some", options=_options(25), values=("1", "2"), required=False),
            UserInput(name="who", label="Who", value="123", required=False),
        ),
        submit="Save",
    )
    shown = render.modal(form)
    wrong = Wrong()
    check_modal(wrong, shown["components"], ("components",))
    assert wrong.nested() == {}
    inputs = [each["component"] for each in shown["components"]]
    assert inputs[0]["value"] == "before"
    assert [each["value"] for each in inputs[2]["options"] if each.get("default")] == ["3"]
    assert [each["value"] for each in inputs[3]["options"] if each.get("default")] == ["1", "2"]
    assert inputs[4]["default_values"] == [{"id": "123", "type": "user"}]
    assert [each["required"] for each in inputs] == [True, False, False, False, False]

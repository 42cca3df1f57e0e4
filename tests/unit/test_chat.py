"""The vocabulary: what can be made can be shown everywhere, and what was written arrives as it was meant."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.chat import (
    Button,
    ButtonPressed,
    Buttons,
    Card,
    Choice,
    CommandUsed,
    Divider,
    Fields,
    Form,
    FormErrors,
    FormSubmitted,
    Image,
    MultiChoice,
    Option,
    Place,
    PlaceKind,
    Select,
    Text,
    TextInput,
    TextPosted,
    User,
    UserInput,
    VocabularyError,
    action,
    clean,
    split_action,
)

PNG = b"\x89PNG\r\n"
COMMON = {
    "dedupe_key": "k1",
    "user": User("web", "sandbox", "maya"),
    "place": Place(PlaceKind.DIRECT, "maya"),
    "at": datetime(2026, 3, 2, tzinfo=UTC),
}


def letters(count: int) -> str:
    return "x" * count


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(number), f"Option {number}") for number in range(count))


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"Button {number}", action("b", number)) for number in range(count))


def inputs(count: int) -> tuple[TextInput, ...]:
    return tuple(TextInput(name=f"n{number}", label="Label") for number in range(count))


def card(*blocks: object, title: str = "t", fallback: str = "f") -> Card:
    return Card(title, tuple(blocks), fallback)  # type: ignore[arg-type]


def text_input(**changes: object) -> TextInput:
    return TextInput(**{"name": "n", "label": "l", **changes})  # type: ignore[arg-type]


# What is limited, how to make one of a size, and the largest size that every platform shows.
AT_MOST: list[tuple[str, Callable[[int], object], int]] = [
    ("form title", lambda n: Form("f", letters(n), inputs(1), "Save"), 24),
    ("form submit", lambda n: Form("f", "t", inputs(1), letters(n)), 24),
    ("form id", lambda n: Form(letters(n), "t", inputs(1), "Save"), 100),
    ("form inputs", lambda n: Form("f", "t", inputs(n), "Save"), 5),
    ("text input's label", lambda n: text_input(label=letters(n)), 45),
    ("choice's label", lambda n: Choice(name="n", label=letters(n), options=options(1)), 45),
    ("multiple choice's label", lambda n: MultiChoice(name="n", label=letters(n), options=options(1)), 45),
    ("person's label", lambda n: UserInput(name="n", label=letters(n)), 45),
    ("person's help", lambda n: UserInput(name="n", label="l", help=letters(n)), 100),
    ("person's value", lambda n: UserInput(name="n", label="l", value=letters(n)), 100),
    ("input's name", lambda n: text_input(name=letters(n)), 100),
    ("text input's help", lambda n: text_input(help=letters(n)), 100),
    ("choice's help", lambda n: Choice(name="n", label="l", help=letters(n), options=options(1)), 100),
    ("text input's value", lambda n: text_input(value=letters(n)), 3_000),
    ("text input's value below its own most", lambda n: text_input(value=letters(n), most=10), 10),
    ("text input's most", lambda n: text_input(most=n), 3_000),
    ("choice's options", lambda n: Choice(name="n", label="l", options=options(n)), 25),
    ("multiple choice's options", lambda n: MultiChoice(name="n", label="l", options=options(n)), 25),
    ("select's options", lambda n: Select("p", "a", options(n)), 25),
    ("option's label", lambda n: Option("v", letters(n)), 75),
    ("option's value", lambda n: Option(letters(n), "l"), 100),
    ("select's placeholder", lambda n: Select(letters(n), "a", options(1)), 75),
    ("select's action", lambda n: Select("p", letters(n), options(1)), 100),
    ("button's label", lambda n: Button(letters(n), "a"), 75),
    ("button's action", lambda n: Button("l", letters(n)), 100),
    ("buttons in a row", lambda n: Buttons(buttons(n)), 5),
    ("text block", lambda n: Text(letters(n)), 3_000),
    ("fields", lambda n: Fields((("label", "value"),) * n), 10),
    ("field's label", lambda n: Fields(((letters(n), "value"),)), 75),
    ("field's value", lambda n: Fields((("label", letters(n)),)), 1_000),
    ("image's alternative text", lambda n: Image(PNG, letters(n)), 1_000),
    ("card's title", lambda n: card(title=letters(n)), 150),
    ("card's fallback", lambda n: card(fallback=letters(n)), 150),
    ("card's blocks", lambda n: card(*[Divider()] * n), 20),
    # "t" is one character, the first text 2,000; fields count with label and value.
    ("card's text", lambda n: card(Text(letters(2_000)), Text(letters(n))), 1_999),
    ("card's text in fields", lambda n: card(Text(letters(2_999)), Fields((("l", letters(n)),))), 999),
    ("action()", lambda n: action("name", letters(n - 5)), 100),
]
EMPTY_IS_REFUSED = [
    case
    for case in AT_MOST
    if case[0]
    not in (
        "text input's help",
        "choice's help",
        "person's help",
        "person's value",
        "text input's value",
        "text input's value below its own most",
        "card's blocks",
        "action()",
    )
]


def names(cases: list[tuple[str, Callable[[int], object], int]]) -> list[str]:
    return [name for name, _, _ in cases]


@pytest.mark.parametrize(("name", "make", "most"), AT_MOST, ids=names(AT_MOST))
def test_what_is_at_the_limit_can_be_made(name: str, make: Callable[[int], object], most: int):
    make(most)


@pytest.mark.parametrize(("name", "make", "most"), AT_MOST, ids=names(AT_MOST))
def test_what_is_one_over_the_limit_cannot(name: str, make: Callable[[int], object], most: int):
    with pytest.raises(VocabularyError):
        make(most + 1)


@pytest.mark.parametrize(("name", "make", "most"), EMPTY_IS_REFUSED, ids=names(EMPTY_IS_REFUSED))
def test_what_no_platform_shows_empty_cannot_be_empty(name: str, make: Callable[[int], object], most: int):
    with pytest.raises(VocabularyError):
        make(0)


TWICE = Button("Twice", "a:1")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Image(b"GIF89a", "a picture"),
        lambda: card(Buttons((TWICE,)), Buttons((TWICE,))),
        lambda: card(Buttons((TWICE,)), Select("p", "a:1", options(1))),
        lambda: Select("p", "a", (Option("v", "One"), Option("v", "Two"))),
        lambda: Choice(name="n", label="l", options=options(2), value="3"),
        lambda: MultiChoice(name="n", label="l", options=options(2), values=("0", "3")),
        lambda: Form("f", "t", (text_input(), text_input()), "Save"),
        lambda: FormErrors(Form("f", "t", inputs(1), "Save"), {}),
        lambda: FormErrors(Form("f", "t", inputs(1), "Save"), {"other": "Mend it."}),
    ],
    ids=[
        "not a PNG",
        "two equal buttons",
        "a button and a select alike",
        "equal options",
        "a value that is no option",
        "one of the values is no option",
        "inputs of one name",
        "no errors",
        "errors elsewhere",
    ],
)
def test_what_contradicts_itself_cannot_be_made(make: Callable[[], object]):
    with pytest.raises(VocabularyError):
        make()


# --- text as it arrives ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unsafe",
    ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f", "\x7f", "\ud800", chr(0xDFFF)],
    ids=lambda character: f"{ord(character):04x}",
)
def test_what_no_database_can_carry_becomes_a_visible_mark(unsafe: str):
    assert clean(f"a{unsafe}b") == "a�b"


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines\r\nand\ta tab",
        "مرحبا, שלום",
        "\u202eturned\u202c",
        "👩‍👩‍👧 🏳️‍🌈 😢",
        "zero\u200bwidth\u200d\ufeff",
        "e\u0301 and é",
        "<b>*bold*</b> @everyone <!channel>",
        "\u0085\u2028\ufffd",
    ],
)
def test_everything_else_stays_as_it_was_written(text: str):
    assert clean(text) == text


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_cleaned_text_can_always_be_stored_and_sent(text: str):
    cleaned = clean(text)
    cleaned.encode()  # a lone surrogate would raise
    assert "\x00" not in cleaned
    assert len(cleaned) == len(text), "evidence is kept as positions in the text"


@pytest.mark.parametrize(
    "event",
    [
        CommandUsed(**COMMON, name="checkin", text="one\x00two\ud800"),
        TextPosted(**COMMON, message_id="m", text="one\x00two\ud800"),
        FormSubmitted(**COMMON, form="f", values={"note": "one\x00two\ud800"}),
    ],
    ids=["command", "text", "form"],
)
def test_every_event_cleans_what_was_written_and_gives_it_to_screening(event: CommandUsed):
    assert event.words == "one�two�"


def test_a_button_holds_no_words_to_screen():
    assert ButtonPressed(**COMMON, action="worried", value="chosen").words == ""


# --- forms -------------------------------------------------------------------------------------


def test_a_form_leaves_out_what_was_left_empty():
    sent = FormSubmitted(**COMMON, form="f", values={"note": "", "done": (), "peer": "P-7K2M"})
    assert dict(sent.values) == {"peer": "P-7K2M"}
    assert sent.text("note") == ""
    assert sent.choices("done") == ()


def test_a_form_gives_text_trimmed_and_choices_as_a_tuple():
    sent = FormSubmitted(**COMMON, form="f", values={"note": " went well \n", "done": ("a", "b"), "one": "c"})
    assert sent.text("note") == "went well"
    assert sent.choices("done") == ("a", "b")
    assert sent.choices("one") == ("c",)
    assert sent.text("done") == "", "several choices are no text"


def test_choices_are_cleaned_too_and_are_no_words_to_screen():
    sent = FormSubmitted(**COMMON, form="f", values={"done": ("a\x00",), "note": "one", "more": "two"})
    assert sent.choices("done") == ("a�",)
    assert sent.words == "one\n\ntwo"


# --- custom ids --------------------------------------------------------------------------------

part = st.text(st.characters(exclude_characters=":"), min_size=1, max_size=15)


@given(part, st.lists(part | st.integers(min_value=0, max_value=10**9), max_size=4))
def test_a_custom_id_comes_apart_into_what_it_was_made_of(name: str, arguments: list[str | int]):
    assert split_action(action(name, *arguments)) == (name, tuple(str(item) for item in arguments))


@pytest.mark.parametrize("parts", [("",), ("a:b",), ("a", ""), ("a", "b:c")])
def test_a_custom_id_that_would_not_come_apart_again_cannot_be_made(parts: tuple[str, ...]):
    with pytest.raises(VocabularyError):
        action(*parts)


@pytest.mark.parametrize("custom_id", ["", ":", "::", "a:", ":b", "a:b:c:d"])
def test_any_custom_id_comes_apart_without_an_error(custom_id: str):
    name, arguments = split_action(custom_id)
    assert ":".join((name, *arguments)) == custom_id

"""Cards, forms and messages as HTML: every block and input shows, and text stays text."""

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from adapters.web import CommandInfo, render
from adapters.web.render import FormPlace
from adapters.web.sandbox import Message, Sandbox, SandboxPerson
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
    FormSubmitted,
    Image,
    MultiChoice,
    Option,
    Place,
    PlaceKind,
    Select,
    Text,
    TextInput,
    TextStyle,
    User,
    UserInput,
)

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2025, 11, 3, 13, 5, tzinfo=UTC)
PEOPLE = {
    "maya": SandboxPerson("maya", "Maya Okafor", "Helper"),
    "rivera": SandboxPerson("rivera", "Ms. Rivera", "Coordinator"),
}
HERE = FormPlace("maya", PlaceKind.DIRECT, "handrail-1")
MARKUP = "<script>alert(1)</script> & \"quotes\" 'too'"


class Page(HTMLParser):
    """A flat list of what a browser would read: (tag, attributes, the text right inside it)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))
        self.inside = True

    def handle_endtag(self, _tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str | None], str]]:
        names = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            (attributes, text)
            for name, attributes, text in self.found
            if name == tag
            and all(value in (attributes.get(key) or "").split(" ") for key, value in names.items())
        ]

    def one(self, tag: str, **wanted: str) -> tuple[dict[str, str | None], str]:
        (only,) = self.all(tag, **wanted)
        return only


def png(width: int = 2, height: int = 3) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * 3 * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BLOCKS: list[chat.Block] = [
    *(Text(f"a {style} text", style) for style in TextStyle),
    Fields((("Room", "114"), ("Phone", "555 0134"))),
    chat.Account("Their account", "sam"),
    chat.Link("To the page", "https://handrail.example/p/abc"),
    Image(png(), "Check-ins per day"),
    Divider(),
    Buttons(tuple(Button(f"{style} button", f"do:{style}", style) for style in ButtonStyle)),
    Select("Pick one", "pick:7", (Option("a", "Option A"), Option("b", "Option B"))),
]


def card_with(*blocks: chat.Block) -> Card:
    return Card("A title", blocks, "A fallback")


def form_with(*inputs: chat.Input) -> Form:
    return Form("checkin:4", "Check in", inputs, "Log it")


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"v{number}", f"Option {number}") for number in range(count))


def test_every_kind_of_block_has_an_example_here() -> None:
    assert {type(block) for block in BLOCKS} == set(get_args(chat.Block))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_every_block_adds_something_to_a_card(block: chat.Block) -> None:
    assert (
        render.card(card_with(block)).count('class="block') + render.card(card_with(block)).count("<hr")
        >= render.card(card_with()).count('class="block') + 1
    )


def test_a_card_shows_its_blocks_in_order() -> None:
    page = Page(render.card(card_with(*BLOCKS)))
    assert page.one("h3")[1] == "A title"
    assert [text for _, text in page.all("p", class_="block")] == [
        "a plain text",
        "a strong text",
        "a quiet text",
    ]
    assert page.one("blockquote")[1] == "a quote text"
    assert [text for _, text in page.all("dt")] == ["Room", "Phone", "Their account"]
    assert [text.strip() for _, text in page.all("dd")] == ["114", "555 0134", "sam"]
    assert len(page.all("hr")) == 1


def test_text_styles_look_different() -> None:
    page = Page(render.card(card_with(*BLOCKS)))
    classes = {(attributes["class"] or "") for attributes, _ in page.all("p", class_="block")}
    assert classes == {f"block text-{style} words" for style in ("plain", "strong", "quiet")}


def test_an_image_is_a_png_in_the_page_with_a_size_and_a_text() -> None:
    attributes, _ = Page(render.card(card_with(*BLOCKS))).one("img")
    assert (attributes["src"] or "").startswith("data:image/png;base64,iVBOR")
    assert attributes["alt"] == "Check-ins per day"
    assert (attributes["width"], attributes["height"]) == ("2", "3")


def test_a_cut_off_image_still_renders() -> None:
    attributes, _ = Page(render.card(card_with(Image(b"\x89PNG", "Broken")))).one("img")
    assert "width" not in attributes
    assert attributes["alt"] == "Broken"


def test_buttons_carry_their_action_and_style() -> None:
    page = Page(render.card(card_with(*BLOCKS)))
    for style in ButtonStyle:
        attributes, _ = page.one("button", class_=f"button-{style}", data_action=f"do:{style}")
        assert attributes["type"] == "button"


def test_a_select_carries_its_action_and_options_and_waits_for_its_button() -> None:
    page = Page(render.card(card_with(BLOCKS[-1])))
    attributes, _ = page.one("select")
    assert (attributes["data-action"], attributes["aria-label"]) == ("pick:7", "Pick one")
    assert [(a["value"], text.strip()) for a, text in page.all("option")] == [
        ("", "Pick one"),
        ("a", "Option A"),
        ("b", "Option B"),
    ]
    assert page.one("button")[1] == "Choose"


@pytest.mark.parametrize(
    ("styles", "expected"),
    [
        ((ButtonStyle.PLAIN,), "card"),
        ((ButtonStyle.PLAIN, ButtonStyle.PRIMARY), "card card-primary"),
        ((ButtonStyle.PRIMARY, ButtonStyle.DANGER), "card card-danger"),
    ],
)
def test_a_card_is_as_loud_as_its_loudest_button(styles: tuple[ButtonStyle, ...], expected: str) -> None:
    buttons = Buttons(tuple(Button("Press", f"do:{style}", style) for style in styles))
    assert Page(render.card(card_with(buttons))).found[0][1]["class"] == expected


# --- text stays text ---


def test_markup_is_shown_and_never_obeyed() -> None:
    blocks: list[chat.Block] = [
        Text(MARKUP),
        Text(MARKUP, TextStyle.QUOTE),
        Fields(((MARKUP, MARKUP),)),
        Image(png(), MARKUP),
        Buttons((Button(MARKUP, MARKUP),)),
        Select(MARKUP, "pick", (Option(MARKUP, MARKUP),)),
    ]
    html = render.card(Card(MARKUP, tuple(blocks), MARKUP))
    page = Page(html)
    assert "<script" not in html
    assert page.one("blockquote")[1] == MARKUP
    assert page.one("dt")[1] == MARKUP
    assert page.one("img")[0]["alt"] == MARKUP
    assert page.all("button")[0][0]["data-action"] == MARKUP
    assert page.all("option")[1][0]["value"] == MARKUP


def test_markup_in_forms_messages_and_names_is_shown() -> None:
    form = form_with(
        TextInput(name=MARKUP, label="<b>A</b>", value=MARKUP, multiline=True, help=MARKUP),
        TextInput(name="line", label="<b>B</b>", value=MARKUP),
        Choice(name="one", label="<b>C</b>", options=(Option(MARKUP, MARKUP),)),
        MultiChoice(name="many", label="<b>D</b>", options=(Option(MARKUP, MARKUP),)),
        UserInput(name="who", label="<b>E</b>", help=MARKUP),
    )
    people = {"x": SandboxPerson("x", MARKUP, MARKUP)}
    html = render.form(form, FormPlace("x", PlaceKind.DIRECT), people, {"line": MARKUP})
    html += render.message(Message(id=MARKUP, at=AT, author="x", text=MARKUP), "maya", people, ZONE)
    sandbox = Sandbox([SandboxPerson('x"y', MARKUP, MARKUP)], channel_name=MARKUP)
    html += render.page(sandbox, [CommandInfo(MARKUP, MARKUP, MARKUP)], [MARKUP], AT, ZONE)
    assert "<script>alert" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("text", ["one\ntwo\n\nthree", "\nfirst line empty", "  indented"])
def test_newlines_and_spaces_are_kept(text: str) -> None:
    assert Page(render.card(card_with(Text(text)))).one("p")[1] == text
    message = render.message(Message(id="1", at=AT, author="maya", text=text), "maya", PEOPLE, ZONE)
    assert Page(message).one("p", class_="bubble")[1] == text
    form = render.form(form_with(TextInput(name="n", label="N", value=text, multiline=True)), HERE, PEOPLE)
    # A browser drops the first newline of a textarea.
    assert Page(form).one("textarea")[1].removeprefix("\n") == text


def test_every_text_finds_its_own_direction_and_is_isolated() -> None:
    trick = "abc \N{RIGHT-TO-LEFT OVERRIDE} live"
    html = render.card(
        Card(
            trick,
            (Text(trick), Text(trick, TextStyle.QUOTE), Fields(((trick, trick),))),
            "A fallback",
        )
    )
    html += render.message(Message(id="1", at=AT, author="maya", text=trick), "rivera", PEOPLE, ZONE)
    holders = [attributes for _, attributes, text in Page(html).found if trick in text]
    assert len(holders) == 6
    for attributes in holders:
        assert attributes["dir"] == "auto"
        assert "words" in (attributes["class"] or "").split()
    names = Page(html).one("bdi")
    assert names[1] == "Maya Okafor"


# --- forms ---


def test_a_form_knows_who_fills_it_and_where_it_was_opened() -> None:
    attributes, _ = Page(render.form(form_with(TextInput(name="n", label="N")), HERE, PEOPLE)).one("form")
    assert attributes["data-form"] == "checkin:4"
    assert attributes["data-person"] == "maya"
    assert attributes["data-tab"] == "direct"
    assert attributes["data-message"] == "handrail-1"
    assert attributes["aria-labelledby"] == "form-title"


@pytest.mark.parametrize("multiline", [False, True])
def test_a_text_input(multiline: bool) -> None:
    item = TextInput(
        name="n",
        label="A note",
        help="No names.",
        value="so far",
        required=True,
        multiline=multiline,
        most=40,
    )
    page = Page(render.form(form_with(item), HERE, PEOPLE))
    attributes, text = page.one("textarea" if multiline else "input")
    assert page.one("label")[0]["for"] == attributes["id"]
    assert (text.strip() if multiline else attributes["value"]) == "so far"
    assert attributes["maxlength"] == "40"
    assert "required" in attributes
    assert page.one("p", id=attributes["aria-describedby"] or "")[1] == "No names."


def test_a_choice_is_radios_up_to_five_options_and_a_list_from_six() -> None:
    few = Page(
        render.form(form_with(Choice(name="c", label="C", options=options(5), value="v2")), HERE, PEOPLE)
    )
    many = Page(
        render.form(form_with(Choice(name="c", label="C", options=options(6), value="v2")), HERE, PEOPLE)
    )
    # Not required: leaving it out is a choice too.
    assert [a["value"] for a, _ in few.all("input", type="radio")] == ["v0", "v1", "v2", "v3", "v4", ""]
    assert [a["value"] for a, _ in few.all("input") if "checked" in a] == ["v2"]
    assert few.one("fieldset")[0]["role"] == "radiogroup"
    assert not few.all("select")
    assert [a["value"] for a, _ in many.all("option")] == ["", *(f"v{number}" for number in range(6))]
    assert [a["value"] for a, _ in many.all("option") if "selected" in a] == ["v2"]
    assert not many.all("fieldset")


def test_a_required_choice_offers_no_way_around() -> None:
    few = Page(
        render.form(form_with(Choice(name="c", label="C", options=options(2), required=True)), HERE, PEOPLE)
    )
    assert [a["value"] for a, _ in few.all("input", type="radio")] == ["v0", "v1"]
    assert all("required" in a for a, _ in few.all("input"))
    many = Page(
        render.form(form_with(Choice(name="c", label="C", options=options(9), required=True)), HERE, PEOPLE)
    )
    assert "required" in many.one("select")[0]
    assert "optional" not in render.form(
        form_with(Choice(name="c", label="C", options=options(9), required=True)), HERE, PEOPLE
    )


def test_a_multiple_choice_is_checkboxes() -> None:
    item = MultiChoice(name="m", label="M", options=options(7), values=("v1", "v3"), required=True)
    page = Page(render.form(form_with(item), HERE, PEOPLE))
    assert [a["value"] for a, _ in page.all("input", type="checkbox")] == [f"v{n}" for n in range(7)]
    assert [a["value"] for a, _ in page.all("input") if "checked" in a] == ["v1", "v3"]
    assert "data-required" in page.one("fieldset")[0]


@pytest.mark.parametrize("required", [False, True])
def test_a_person_is_chosen_from_those_of_the_sandbox(required: bool) -> None:
    item = UserInput(name="who", label="Who?", help="Anybody here.", value="rivera", required=required)
    page = Page(render.form(form_with(item), HERE, PEOPLE))
    attributes, _ = page.one("select")
    assert page.one("label")[0]["for"] == attributes["id"]
    assert ("required" in attributes) is required
    assert [(a["value"], text) for a, text in page.all("option")] == [
        ("", "Choose a person" if required else "Nobody"),
        ("maya", "Maya Okafor"),
        ("rivera", "Ms. Rivera"),
    ]
    assert [a["value"] for a, _ in page.all("option") if "selected" in a] == ["rivera"]


INPUTS: list[chat.Input] = [
    TextInput(name="line", label="Line", help="Help 1"),
    TextInput(name="lines", label="Lines", multiline=True),
    Choice(name="few", label="Few", options=options(2), help="Help 3"),
    Choice(name="many", label="Many", options=options(8)),
    MultiChoice(name="boxes", label="Boxes", options=options(2), help="Help 5"),
]
PICKER = UserInput(name="who", label="Who", help="Help 6")


@pytest.mark.parametrize("inputs", [INPUTS, [PICKER]], ids=["five", "a person"])
def test_errors_are_tied_to_their_inputs_beside_the_help(inputs: list[chat.Input]) -> None:
    errors = {item.name: f"Mend {item.name}" for item in inputs}
    page = Page(render.form(form_with(*inputs), HERE, PEOPLE, errors))
    marked = [attributes for _, attributes, _ in page.found if attributes.get("aria-invalid") == "true"]
    assert len(marked) == len(inputs)
    for attributes, item in zip(marked, inputs, strict=True):
        described = (attributes["aria-describedby"] or "").split()
        texts = [page.one("p", id=each)[1] for each in described]
        assert texts == [*([item.help] if item.help else []), f"Mend {item.name}"]


def test_a_form_without_errors_marks_nothing_as_wrong() -> None:
    html = render.form(form_with(*INPUTS), HERE, PEOPLE)
    assert "aria-invalid" not in html
    assert "wrong" not in html


def test_what_was_typed_is_kept() -> None:
    typed = FormSubmitted(
        dedupe_key="k",
        user=User("web", "sandbox", "maya"),
        place=Place(PlaceKind.DIRECT, "direct-maya"),
        at=AT,
        form="checkin:4",
        values={
            "line": "typed",
            "lines": "typed\ntoo",
            "few": "v1",
            "many": "not an option any more",
            "boxes": ("v0", "gone"),
        },
    )
    kept = render.keep_typed(form_with(*INPUTS), typed)
    values = [item.values if isinstance(item, MultiChoice) else item.value for item in kept.inputs]
    assert values == ["typed", "typed\ntoo", "v1", "", ("v0",)]
    nothing = FormSubmitted(
        dedupe_key="k", user=typed.user, place=typed.place, at=AT, form="checkin:4", values={}
    )
    emptied = render.keep_typed(form_with(TextInput(name="line", label="Line", value="old")), nothing)
    assert emptied.inputs[0] == TextInput(name="line", label="Line", value="")
    chosen = render.keep_typed(form_with(PICKER), replace(typed, values={"who": ("rivera",)}))
    assert chosen.inputs[0] == replace(PICKER, value="rivera")


# --- messages ---


def test_a_message_tells_author_time_and_marks() -> None:
    message = Message(id="maya:1", at=AT, author="maya", text="hi", edited=True, only_for="maya")
    own = Page(render.message(message, "maya", PEOPLE, ZONE))
    attributes, _ = own.one("article")
    assert attributes["data-message-id"] == "maya:1"
    assert attributes["data-day"] == "Monday 3 November"
    assert own.one("time")[1] == "14:05"
    assert own.one("span", class_="edited")[1] == "edited"
    assert own.one("p", class_="private-mark")[1] == "Only you can see this"
    assert [text for _, text in own.all("button")] == ["Edit", "Delete"]
    others = Page(render.message(message, "rivera", PEOPLE, ZONE))
    assert not others.all("button")
    assert others.one("bdi")[1] == "Maya Okafor"


def test_handrails_message_carries_its_notice() -> None:
    message = Message(id="handrail-1", at=AT, card=card_with(Text("Hello")))
    page = Page(render.message(message, "maya", PEOPLE, ZONE))
    assert page.one("article")[0]["data-notice"] == "A fallback"
    assert page.one("img")[0]["src"] == "/static/handrail.svg"


def test_the_page_has_a_pane_for_everybody_with_its_hooks() -> None:
    sandbox = Sandbox(list(PEOPLE.values()))
    page = Page(render.page(sandbox, [CommandInfo("checkin", "what", "Log")], ["Do this"], AT, ZONE))
    for user, person in PEOPLE.items():
        assert page.one("section", data_person=user)
        assert [a["aria-label"] for a, _ in page.all("textarea")].count(f"Message as {person.name}") == 1
    assert len(page.all("button", data_tab="direct")) == len(PEOPLE)
    assert [text for a, text in page.all("button") if "data-move" in a] == [
        "2 min",
        "5 min",
        "1 day",
        "Monday 9:00",
    ]
    assert page.one("time", title="Europe/Berlin")[1] == "Mon 3 Nov, 14:05"
    assert all(a["aria-live"] == "polite" for a, _ in page.all("div", role="log"))
    # The content security policy allows neither.
    assert not page.all("style")
    assert all(a.get("src") for a, _ in page.all("script"))
    assert not any("style" in a or "onclick" in a for _, a, _ in page.found)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Maya Okafor", "MO"), ("Ms. Rivera", "R"), ("Jo", "J"), ("李 小龙", "李小"), ("7", "7")],
)
def test_initials(name: str, initials: str) -> None:
    people = {"x": SandboxPerson("x", name, "Helper")}
    html = render.message(Message(id="1", at=AT, author="x", text="hi"), "maya", people, ZONE)
    assert Page(html).one("span", class_="avatar")[1] == initials

"""Browser payloads to events."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import parse
from adapters.web.parse import BadPayload
from adapters.web.sandbox import Sandbox, SandboxPerson
from handlers.chat import CommandUsed, Place, PlaceKind, TextPosted, User

AT = datetime(2025, 11, 3, 13, 5, tzinfo=UTC)
DEED = "0f3c9e4e-6f0a-4c51-9b3e-1b3c8d2a7e55"
SANDBOX = Sandbox([SandboxPerson("maya", "Maya Okafor", "Helper")])


def payload(**more: object) -> dict[str, object]:
    return {"deed": DEED, "person": "maya", "tab": "direct", **more}


def test_text_is_posted() -> None:
    deed = parse.said(payload(text=" hello\nthere "), SANDBOX, AT)
    assert deed.event == TextPosted(
        dedupe_key=f"maya:{DEED}",
        user=User("web", "sandbox", "maya"),
        place=Place(PlaceKind.DIRECT, "direct-maya"),
        at=AT,
        text="hello\nthere",
        message_id=f"maya:{DEED}",
    )
    assert deed.message == f"maya:{DEED}"


def test_the_channel_is_the_same_place_for_everybody() -> None:
    deed = parse.said(payload(text="hello", tab="channel"), SANDBOX, AT)
    assert deed.event.place == Place(PlaceKind.CHANNEL, "team")


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("/checkin", "checkin", ""),
        ("/checkin P-7K2M tutoring 30m", "checkin", "P-7K2M tutoring 30m"),
        ("/Urgent on the roof\nplease", "urgent", "on the roof\nplease"),
        ("/urgent\nhelp", "urgent", "help"),
        ("  /handrail  ", "handrail", ""),
        ("/nosuchthing I need help", "nosuchthing", "I need help"),
    ],
)
def test_a_slash_and_a_name_is_a_command(typed: str, name: str, rest: str) -> None:
    event = parse.said(payload(text=typed), SANDBOX, AT).event
    assert isinstance(event, CommandUsed)
    assert (event.name, event.text) == (name, rest)


@pytest.mark.parametrize("typed", ["/", "/ hello", "//", "/5 minutes", "and/or", "/è"])
def test_any_other_slash_is_text_so_that_nothing_written_is_lost(typed: str) -> None:
    event = parse.said(payload(text=typed), SANDBOX, AT).event
    assert isinstance(event, TextPosted)
    assert event.text == typed


def test_an_edit_is_text_under_the_same_message_id() -> None:
    deed = parse.edited(payload(text="/urgent", message="maya:first-deed"), SANDBOX, AT)
    assert deed.event.edited
    assert deed.event.message_id == deed.message == "maya:first-deed"
    assert deed.event.dedupe_key == f"maya:{DEED}"
    assert deed.event.text == "/urgent"


def test_a_message_to_take_away() -> None:
    deletion = parse.deleted(payload(message="maya:first-deed", tab="channel"), SANDBOX)
    assert deletion == parse.Deletion("maya", PlaceKind.CHANNEL, "maya:first-deed")
    for bad in (payload(), payload(message=""), payload(message=7), payload(message="x" * 201), None):
        with pytest.raises(BadPayload):
            parse.deleted(bad, SANDBOX)


def test_a_button_and_a_select() -> None:
    deed = parse.pressed(payload(message="handrail-1", action="case.ack:12:now"), SANDBOX, AT)
    assert (deed.event.action, deed.event.value, deed.message) == ("case.ack:12:now", "", "handrail-1")
    deed = parse.pressed(payload(message="handrail-1", action="pick", value="7"), SANDBOX, AT)
    assert deed.event.value == "7"


def test_a_form() -> None:
    values: dict[str, Any] = {"note": "hello", "concern": "", "done": ["seen", "told"], "none": []}
    deed = parse.submitted(payload(form="checkin:4", message="", values=values), SANDBOX, AT)
    assert deed.event.form == "checkin:4"
    assert deed.event.values == {"note": "hello", "done": ("seen", "told")}
    assert deed.message == ""


def test_what_no_database_can_hold_is_replaced() -> None:
    event = parse.said(payload(text="a\x00b\ud800c"), SANDBOX, AT).event
    assert isinstance(event, TextPosted)
    assert event.text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "text",
        {},
        payload(),
        payload(text=""),
        payload(text=" \n "),
        payload(text=7),
        payload(text="x" * 50_001),
        payload(text="hello", person="nobody"),
        payload(text="hello", person=["maya"]),
        payload(text="hello", tab="attic"),
        payload(text="hello", deed=""),
        payload(text="hello", deed="short"),
        payload(text="hello", deed="x" * 65),
        payload(text="hello", deed="maya:maya:maya"),
    ],
    ids=lambda bad: repr(bad)[:60],
)
def test_a_bad_message_is_refused_in_a_sentence(bad: object) -> None:
    with pytest.raises(BadPayload) as caught:
        parse.said(bad, SANDBOX, AT)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "bad",
    [
        payload(message="handrail-1"),
        payload(action="do"),
        payload(message="handrail-1", action="x" * 101),
        payload(message="handrail-1", action="do\x00"),
        payload(message="handrail-1", action="do", value=3),
    ],
)
def test_a_bad_button_is_refused(bad: object) -> None:
    with pytest.raises(BadPayload):
        parse.pressed(bad, SANDBOX, AT)


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"a": 1},
        {"a": None},
        {"a": ["b", 2]},
        {"a": [""]},
        {"a": {"b": "c"}},
        {"a": "x" * 50_001},
        {"a": ["x"] * 26},
        {"": "x"},
        {"x" * 101: "x"},
        {str(number): "x" for number in range(6)},
    ],
)
def test_bad_answers_are_refused(values: object) -> None:
    with pytest.raises(BadPayload):
        parse.submitted(payload(form="checkin", values=values), SANDBOX, AT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "deed": st.just(DEED) | JSON,
        "person": st.just("maya") | JSON,
        "tab": st.sampled_from(["direct", "channel"]) | JSON,
        **dict.fromkeys(("text", "message", "action", "value", "form", "values"), JSON),
    },
)


@given(JSON | KNOWN)
def test_whatever_comes_is_an_event_or_a_sentence(anything: object) -> None:
    for read in (parse.said, parse.edited, parse.pressed, parse.submitted):
        try:
            event = read(anything, SANDBOX, AT).event
        except BadPayload:
            continue
        assert event.dedupe_key == f"maya:{DEED}"
    with suppress(BadPayload):
        assert parse.deleted(anything, SANDBOX).user == "maya"

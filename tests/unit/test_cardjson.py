"""A card waits in the outbox as JSON and comes out as it went in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import cardjson
from handlers.chat import (
    Account,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Divider,
    Fields,
    Image,
    Link,
    Option,
    Select,
    Text,
    TextStyle,
)

words = st.text(min_size=1, max_size=40)
images = st.builds(Image, st.binary(max_size=30).map(lambda data: b"\x89PNG" + data), words)
fields = st.lists(st.tuples(words, words), min_size=1, max_size=3).map(lambda pairs: Fields(tuple(pairs)))
links = st.builds(Link, words, st.uuids().map(lambda name: f"https://handrail.example/p/{name}"))
accounts = st.builds(Account, words, words)
texts = st.builds(Text, words, st.sampled_from(TextStyle))
selects = st.builds(
    Select,
    words,
    st.uuids().map(str),
    st.lists(st.builds(Option, words, words), min_size=1, max_size=4, unique_by=lambda o: o.value).map(tuple),
)
buttons = st.lists(
    st.builds(Button, words, st.uuids().map(str), st.sampled_from(ButtonStyle)), min_size=1, max_size=5
).map(lambda row: Buttons(tuple(row)))
cards = st.builds(
    Card,
    words,
    st.lists(
        texts | fields | accounts | links | images | selects | buttons | st.just(Divider()), max_size=6
    ).map(tuple),
    words,
)


@given(cards)
def test_any_card_comes_back_as_it_was(card: Card):
    assert cardjson.load(cardjson.dump(card)) == card


@given(cards)
def test_the_json_is_plain_text_that_any_database_takes(card: Card):
    text = cardjson.dump(card)
    assert text.isascii()
    assert json.loads(text)["title"] == card.title


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"title": "t", "fallback": "f", "blocks": [{"type": "Video"}]}',
        '{"title": "t", "fallback": "f", "blocks": [{}]}',
        '{"title": "t", "fallback": "f", "blocks": [{"type": "Text", "text": "x", "style": "loud"}]}',
        '{"title": "", "fallback": "f", "blocks": []}',
    ],
)
def test_what_is_no_card_is_refused_and_not_guessed(broken: str):
    with pytest.raises((ValueError, KeyError, TypeError)):
        cardjson.load(broken)

"""Every card and form can be shown in every language, and says nothing that is not translated."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from gettext import NullTranslations
from typing import Any, get_type_hints

import pytest
from babel import Locale

import handlers.cards
import texts
from handlers import chat
from handlers.cards.spoken import SPOKEN
from handlers.chat import (
    Button,
    Buttons,
    Card,
    Form,
    Option,
    Select,
)
from handlers.languages import LANGUAGES, Say, say_in
from handlers.registry import load
from tests.gallery import Picture, Team, pictures
from tests.gallery.practice import SHEET
from tests.gallery.sample import CODE, LONG, NOW, ZONE
from tests.gallery.words import words

PICTURES = pictures()
PLACEHOLDER = re.compile(r"\{\w+\}")


@cache
def collected() -> frozenset[str]:
    """Every text that translators get to see."""
    return frozenset(texts.collect())


def makers() -> Iterator[Callable[..., Any]]:
    """Every public function that makes a card or a form."""
    for found in pkgutil.iter_modules(handlers.cards.__path__, "handlers.cards."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and get_type_hints(function).get("return") in (Card, Form):
                yield function


class Bracketing(NullTranslations):
    """Translates a text into itself, in brackets that leave out what is filled in.

    ``unknown`` are texts that were said and that no translator gets to see.
    """

    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()

    def gettext(self, message: str) -> str:
        if message not in collected():
            self.unknown.add(message)
        return PLACEHOLDER.sub(r"⟧\g<0>⟦", f"⟦{message}⟧")


def outside(shown: str) -> str:
    """What stands outside of the brackets; a bracket that was cut off counts as closed."""
    return re.sub(r"⟦[^⟦⟧]*(⟧|$)", "", shown)


# What reaches people as it is: what the team filled in, names of commands, of languages and of Handrail.
_TEAM = Team()
DATA = sorted(
    {
        *(getattr(_TEAM, field) for field in Team.__dataclass_fields__),
        _TEAM.note[:8],  # what screening found in it
        *LANGUAGES.values(),
        *SPOKEN.values(),
        *(f"/{name}" for name in load().commands),
        *Locale("en").territories.values(),
        *(
            say_in("en").clock_time(moment, ZONE, NOW + timedelta(9))
            for moment in (NOW, NOW - timedelta(minutes=7))
        ),
        *(say_in("en").whole_day(NOW.date() + timedelta(days=number)) for number in range(-1, 7)),
        *(say_in("en").day(NOW.date() + timedelta(days=number)) for number in range(7)),
        "Handrail",
        CODE,
        "E-",
        "DRILL",
        ZONE.key,
        "went well",
        SHEET,
    },
    key=len,
    reverse=True,
)


def test_every_card_and_form_is_in_the_gallery() -> None:
    shown = {picture.function for picture in PICTURES}
    missing = [f"{maker.__module__}.{maker.__name__}" for maker in makers() if maker not in shown]
    assert not missing, "no picture of these in tests/gallery"


def test_pictures_have_names_of_their_own() -> None:
    counts = Counter(picture.name for picture in PICTURES)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("team", [Team(), LONG], ids=["short", "long"])
def test_every_card_and_form_fits_in_every_language(team: Team, language: str) -> None:
    say = say_in(language)
    too_long = []
    for picture in pictures(team):
        try:
            picture.make(say)
        except chat.VocabularyError as error:
            too_long.append(f"{picture.name}: {error}")
    assert not too_long


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_card_says_nothing_but_translated_texts_and_data(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (chat.cards, chat.forms):
        monkeypatch.setattr(part, "limit", lambda *_arguments, **_least: None)  # brackets take room
    catalog = Bracketing()
    shown = picture.make(Say("en", Locale("en"), catalog))
    assert not catalog.unknown, "said, but never marked: no translator gets to see it"
    for text in words(shown):
        rest = outside(text)
        for data in DATA:
            rest = rest.replace(data, "")
        assert not re.search(r"[^\W\d_]", rest), f"{rest!r} is said in English to everybody, in {text!r}"


def test_what_is_not_said_is_found() -> None:
    # The check above must see what it is there to see.
    said = Say("en", Locale("en"), Bracketing())("Nobody has answered for {length}.", length="a while")
    assert outside(f"{said} Tap an answer.") == "a while Tap an answer."
    assert outside("⟦One⟧ · ⟦cut off") == " · "


def test_buttons_and_options_are_read_too() -> None:
    card = Card("t", (Buttons((Button("b", "a"),)), Select("s", "c", (Option("v", "o"),))), "f")
    assert list(words(card)) == ["t", "f", "b", "s", "o"]

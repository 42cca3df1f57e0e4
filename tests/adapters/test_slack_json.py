"""What Slack is told of every card and form: kept beside this test, taken by Slack, and whole."""

from collections.abc import Iterator

import pytest

from adapters.slack.render import Json
from handlers.chat import Buttons, Card, Form, Select
from handlers.languages import LANGUAGES
from tests.adapters.slack_json import COMMAND, kept
from tests.gallery import Team
from tests.gallery.sample import LONG
from tests.gallery.slack import payload, payloads, shown
from tests.gallery.words import words
from tests.slack import shown as slack_shown
from tests.slack.blockkit import check_blocks, check_view
from tests.slack.shown import Piece, Question

KEPT = kept()
MADE = payloads("en")
TEAMS = {"short": Team(), "long": LONG}
BUTTON = 30
"""Characters of a button that Slack is sure to show: behind them stands "…", with no way to see the rest.

"text may truncate with ~30 characters":
https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""
HINT = f"`{COMMAND}` (in the virtual environment) writes them anew. Look at what differs."

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_team = pytest.mark.parametrize("team", TEAMS.values(), ids=TEAMS)


def _no_file(_id: str) -> bool:
    return False


def _name(sign: str, who: str) -> str:
    return f"{sign}{who}"


def _wrong(told: Json) -> list[str]:
    if "type" in told:
        return check_view(told, told["type"], _no_file)
    return check_blocks(told["blocks"], _no_file)


def _read(told: Json) -> str:
    """All that somebody reads of it, its notification too."""
    pieces = [_piece(piece) for piece in slack_shown.pieces(told["blocks"], _name)]
    around = [told[key]["text"] for key in ("title", "submit") if key in told]
    return _plain("\n".join([told.get("text", ""), *around, *pieces]))


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Question):
        return "\n".join((piece.label, piece.hint, piece.control.text))
    return piece.text


def _plain(text: str) -> str:
    """A text whose lines may end elsewhere."""
    return " ".join(text.split())


def _labels(each: Card | Form) -> Iterator[str]:
    """What stands on buttons and in the boxes of closed lists."""
    for block in each.blocks if isinstance(each, Card) else ():
        if isinstance(block, Buttons):
            yield from (button.label for button in block.buttons)
        elif isinstance(block, Select):
            yield block.placeholder


@pytest.mark.parametrize("name", MADE)
def test_what_slack_is_told_is_as_it_is_kept(name: str) -> None:
    assert name in KEPT, f"it is not kept. {HINT}"
    assert MADE[name] == KEPT[name], HINT


def test_nothing_is_kept_that_is_not_in_the_gallery() -> None:
    assert sorted(set(KEPT) - set(MADE)) == [], f"these have no picture any more. {HINT}"


@every_language
@every_team
def test_slack_takes_every_card_and_form(team: Team, language: str) -> None:
    told = payloads(language, team)
    assert {name: wrong for name, each in told.items() if (wrong := _wrong(each))} == {}


@every_language
@every_team
def test_no_word_of_a_card_or_form_is_lost(team: Team, language: str) -> None:
    lost = {}
    for name, each in shown(language, team).items():
        read = _read(payload(each))
        lost[name] = [word for word in words(each) if _plain(word) not in read]
    assert {name: missing for name, missing in lost.items() if missing} == {}


@every_language
def test_labels_are_short_enough_to_be_read_on_slack(language: str) -> None:
    made = shown(language)
    long = {label: name for name, each in made.items() for label in _labels(each) if len(label) > BUTTON}
    assert long == {}

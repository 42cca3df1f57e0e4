"""The scenarios' language: files, sentences, cases by letters, and what is the closest."""

import re
from pathlib import Path

import pytest

from handlers.chat import PlaceKind
from tests.scenarios import sentences  # noqa: F401 - the sentences must be known
from tests.scenarios.driver import Shown, ShownButton
from tests.scenarios.drivers import html
from tests.scenarios.fields import FIELDS
from tests.scenarios.language import SENTENCES, Kind
from tests.scenarios.scenario import Scenario, Wrong, read
from tests.scenarios.words import Cases, closest

FILE = """# File

> About the file.

## One

> Why.
> And more.

- first
- second,
  which goes on

## Two
- third
"""


def test_a_file_is_read_as_markdown_shows_it() -> None:
    one, two = read(FILE, "file.md")
    assert [(line.number, line.text) for line in one.lines] == [(10, "first"), (11, "second, which goes on")]
    assert (one.title, one.where, two.title) == ("One", "file.md:5", "Two")
    assert Scenario("f", "“I can't” isn't: the end", 1, ()).slug == "i-cant-isnt-the-end"


@pytest.mark.parametrize("text", ["- first", "## One\nfirst", "## One\n  first", "## One\n* first", "words"])
def test_a_stray_line_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Wrong, match=rf"^file.md:{len(text.splitlines())}: "):
        read(text, "file.md")


# --- pieces ----------------------------------------------------------------------------------------


def test_cases_go_by_letters() -> None:
    cases = Cases()
    assert cases.find("case A · Soon", "E-12 · Soon")
    assert cases.find("E-?", "E-12 · Soon")
    assert not cases.find("case A", "E-1 · Soon")
    assert not cases.find("case A", "E-123 · Soon")
    assert cases.find("case B", "E-12 beside E-1 · Soon"), "another letter is another case"
    assert cases.said("case A and case B") == "E-12 and E-1"
    assert cases.begins("Open case B", "Open E-1")
    assert not cases.begins("Open case B", "Open E-12")
    with pytest.raises(Wrong, match="No case C has been seen yet"):
        cases.begins("case C", "E-7")


def test_a_letter_is_learned_only_from_a_message_that_fits_altogether() -> None:
    cases = Cases()
    assert not cases.find_all(["case A", "Immediate"], "E-1 · Soon")
    assert cases.find_all(["case A", "Immediate"], "E-2 · Immediate")
    assert cases.said("case A") == "E-2"


def test_quotation_marks_and_line_ends_are_read_as_one_types_them() -> None:
    assert Cases().find('says: "I\'m here" and waits', "She says: “I’m here”\nand waits.")


def test_the_closest_is_the_one_that_lacks_least() -> None:
    texts = ["Ms. Rivera has it", "Nobody has answered for 2 min\nHelper: Maya", "Logged"]
    assert closest(Cases(), ["Nobody has answered for 5 min", "Maya"], texts) == (
        texts[1],
        ["Nobody has answered for 5 min"],
    )
    assert closest(Cases(), ["anything"], []) is None


def test_a_message_reads_as_it_stands() -> None:
    shown = Shown(
        handle="1",
        place=PlaceKind.DIRECT,
        author="",
        lines=("A title", "Words"),
        buttons=(ShownButton("Yes", "y"), ShownButton("No", "n")),
    )
    assert shown.text == "A title\nWords\n[Yes] [No]"


def test_html_is_read_as_a_tree() -> None:
    page = html.read(
        '<div class="a b"><p>One &lt;b&gt;<br>two</p><img alt="x"><p hidden>No</p></div><p>End</p>'
    )
    outer, last = page.children
    assert outer.classes == {"a", "b"}
    assert [(p.text, p.concealed) for p in outer.tagged("p")] == [("One <b>two", False), ("No", True)]
    assert last.text == "End"


# --- the list of sentences -------------------------------------------------------------------------


def test_the_readme_lists_every_sentence_and_nothing_else() -> None:
    readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+?)` \|", readme, re.MULTILINE)
    assert listed == [sentence.form for kind in Kind for sentence in SENTENCES if sentence.kind is kind]
    assert re.findall(r"^- `\{(\w+)\}`: ", readme, re.MULTILINE) == list(FIELDS)


def test_no_sentence_is_another_one_as_well() -> None:
    """A form, read as a sentence, fits no other form: what one writes has one meaning."""
    filled = {"person": "Maya", "people": "Maya", "name": "Ada", "length": "5 minutes", "moment": "10:00"}
    filled |= {
        "times": "10:00",
        "number": "2",
        "language": "French",
        "their": "her",
        "is": "is",
        "has": "has",
    }
    filled |= {"text": "x", "parts": "x", "label": "x", "words": "x", "answers": "x = y"}
    for sentence in SENTENCES:
        line = (
            re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], sentence.form)
            .replace("(", "")
            .replace(")", "")
        )
        fitting = [other.form for other in SENTENCES if _fits(other.pattern, line)]
        assert fitting == [sentence.form], line


def _fits(pattern: re.Pattern[str], line: str) -> bool:
    found = pattern.fullmatch(line)
    return found is not None and all(
        text == "Maya" for name, text in found.groupdict().items() if name in ("person", "people")
    )

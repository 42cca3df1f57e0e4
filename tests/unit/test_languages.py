"""Languages: every text has a translation that can be used, and the catalogs hold nothing else."""

from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

import texts
from handlers.languages import DEFAULT, LANGUAGES, say_in
from handlers.registry import load

OTHERS = [language for language in LANGUAGES if language != DEFAULT]
NEW_YORK = ZoneInfo("America/New_York")
COMMAND = "run: python dev.py texts, then translate what it lists"
ENDS = {".": ".»", "?": "?", "!": "!", ":": ":", "…": "…"}
"""What a translation may end with, by the text's own last character."""
COMMAND_TEXT = 100
"""Characters that the description of a command may have (Discord)."""


def catalog(language: str) -> Catalog:
    with texts.catalog_file(language).open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# --- the catalogs ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    translated = {message.id for message in catalog(language) if message.string}
    missing = [text for text in texts.collect() if text not in translated]
    assert not missing, COMMAND


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalog_holds_nothing_that_is_not_said(language: str) -> None:
    collected = texts.collect()
    unused = [message.id for message in catalog(language) if message.id and message.id not in collected]
    assert not unused, COMMAND
    assert not catalog(language).obsolete, COMMAND


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_sure_and_fill_in_the_same(language: str) -> None:
    for message in catalog(language):
        assert not message.fuzzy, message.id
        if message.id and message.string:
            assert placeholders(message.string) == placeholders(message.id), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_question_stays_a_question_and_a_sentence_a_sentence(language: str) -> None:
    for message in catalog(language):
        if message.id and message.string:
            assert message.string == message.string.strip()
            assert message.string[-1] in ENDS.get(message.id[-1], message.string[-1]), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_described_in_few_words(language: str) -> None:
    say = say_in(language)
    for command in load().commands.values():
        for text in (command.summary, command.argument):
            assert len(say(text)) <= COMMAND_TEXT, say(text)


# --- collecting --------------------------------------------------------------------------------


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout whose one module is to be written."""
    for folder in ("bot", "rules"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    monkeypatch.setattr(texts, "FOLDERS", ("bot",))
    monkeypatch.setattr(texts, "RULES", tmp_path / "rules")
    return tmp_path / "bot" / "module.py"


def test_what_is_said_and_marked_is_collected(code: Path) -> None:
    code.write_text(
        'A = {1: mark("Soon")}\n'
        "def card(ctx, say):\n"
        '    say("One " "text.", name=say("Inside"))\n'
        '    ctx.say("On the way")\n'
        "    say(A[1])\n"
        '    tell("Nothing")\n'
    )
    (code.parent.parent / "rules" / "xx.toml").write_text(
        '[[rule]]\ntheme = "a theme"\nreason = "A reason."\n'
    )
    assert set(texts.collect()) == {"Soon", "One text.", "Inside", "On the way", "a theme", "A reason."}


@pytest.mark.parametrize("said", ['f"In {length}."', '"Nobody " + who', '"Yes" if sure else "No"'])
def test_what_cannot_be_translated_is_refused_with_its_place(code: Path, said: str) -> None:
    code.write_text(f"\nsay({said})\n")
    with pytest.raises(texts.NotATextError, match=r"bot/module\.py, line 2"):
        texts.collect()


def test_updating_keeps_translations_and_glossary_and_drops_what_is_not_said() -> None:
    old = (
        '# A glossary.\nmsgid ""\nmsgstr ""\n"Language: es\\n"\n\n'
        'msgid "Yes"\nmsgstr "Sí"\n\nmsgid "Gone"\nmsgstr "Ido"\n'
    )
    new, missing = texts.updated(old, "es", {"Yes": ["bot/a.py"], "No longer": ["bot/b.py"]})
    assert missing == ["No longer"]
    assert new.startswith('# A glossary.\nmsgid ""\nmsgstr ""\n"Language: es\\n"\n\n')
    assert "Sí" in new
    assert "Ido" not in new
    assert texts.updated(new, "es", {"Yes": ["bot/a.py"], "No longer": ["bot/b.py"]})[0] == new


# --- speaking ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "yes"),
    [
        ("en", "Yes"),
        ("es", "Sí"),
        ("fr", "Oui"),
        ("es-MX", "Sí"),
        ("fr_CA", "Oui"),
        ("", "Yes"),
        ("xx", "Yes"),
    ],
)
def test_a_language_is_spoken_by_its_code(code: str, yes: str) -> None:
    assert say_in(code)("Yes") == yes


def test_an_unknown_text_and_braces_in_data_stay_as_they_are() -> None:
    say = say_in("es")
    assert say("A text {nobody} knows") == "A text {nobody} knows"
    assert say("{adult} has it", adult="{name}") == "{name} se encarga"
    assert say("") == ""


@pytest.mark.parametrize(
    ("language", "today", "before"),
    [
        ("en", "10:40", "Mon 2 Mar, 10:40"),
        ("es", "10:40", "lun 2 mar, 10:40"),
        ("fr", "10:40", "lun. 2 mars, 10:40"),
    ],
)
def test_times_are_told_in_the_language(language: str, today: str, before: str) -> None:
    moment = datetime(2026, 3, 2, 15, 40, tzinfo=UTC)
    say = say_in(language)
    assert say.clock_time(moment, NEW_YORK, moment) == today
    assert say.clock_time(moment, NEW_YORK, moment.replace(day=4)) == before


@pytest.mark.parametrize(
    ("minutes", "english", "spanish"),
    [
        (0, "0 min", "0 min"),
        (59, "59 min", "59 min"),
        (60, "1 h", "1 h"),
        (95, "1 h 35 min", "1 h 35 min"),
        (47 * 60, "47 h", "47 h"),
        (3 * 24 * 60 + 5, "3 days", "3 días"),
    ],
)
def test_lengths_are_told_in_the_language(minutes: int, english: str, spanish: str) -> None:
    assert (say_in("en").length(minutes), say_in("es").length(minutes)) == (english, spanish)


def test_several_things_become_one_list() -> None:
    spanish = say_in("es")
    assert spanish.all_of(["uno"]) == "uno"
    assert spanish.all_of(["uno", "dos", "tres"]) == "uno, dos y tres"
    assert spanish.one_of(["911", "988"]) == "911 o 988"


def test_one_is_counted_as_one() -> None:
    english, french = say_in("en"), say_in("fr")
    one, many = "{count} check-in, {length}", "{count} check-ins, {length}"
    assert [english.counted(count, one, many, length="1 h") for count in (0, 1, 2)] == [
        "0 check-ins, 1 h",
        "1 check-in, 1 h",
        "2 check-ins, 1 h",
    ]
    assert french.counted(0, one, many, length="1 h") == "0 check-in, 1 h", "in French none is counted as one"

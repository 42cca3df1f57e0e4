"""What a text says against safe-messaging guidelines is found, and plain news about help is left alone."""

import pytest

from handlers.cards import announcements
from handlers.languages import LANGUAGES
from handlers.safe_messaging import FOLDER, Guideline, finds, is_about_suicide, rules

FIND = [(rule.guideline, text) for rule in rules().rules for text in rule.must_find]
LEAVE = [text for rule in rules().rules for text in rule.must_leave]
GOOD = [
    "World Suicide Prevention Day is on September 10. We put up posters in the hall at lunch. If you or a "
    "friend is thinking about suicide, talk to an adult you trust.",
    "A student of our school died by suicide. Some of you knew them. We meet on Thursday at 3:30 in Room 114 "
    "to be together. There is never one reason, and help works.",
    "Training on self-harm: what to say and what not to say. Tuesday 15:30. Bring your questions.",
    "El 10 de septiembre es el Día Mundial para la Prevención del Suicidio. Si piensas en el suicidio, habla "
    "con un adulto de confianza.",
    "Une élève est morte par suicide. Nous nous retrouvons jeudi pour être ensemble. On peut en parler.",
]
ORDINARY = [
    "Pizza after the meeting on Friday! Bring a friend.",
    "Our evening was a success: one in three tickets went to families. We are committed to more of it.",
    "Hang out with the new students in the library, jump in when they need you, and cut them some slack.",
]


@pytest.mark.parametrize(("guideline", "text"), FIND)
def test_a_rule_finds_its_examples(guideline: Guideline, text: str) -> None:
    assert guideline in {find.guideline for find in finds(text)}


@pytest.mark.parametrize("text", [*LEAVE, *GOOD, *ORDINARY])
def test_what_keeps_to_the_guidelines_is_left_alone(text: str) -> None:
    assert finds(text) == ()


@pytest.mark.parametrize("text", GOOD)
def test_a_text_about_suicide_or_self_harm_is_known_as_one(text: str) -> None:
    assert is_about_suicide(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_other_news_is_not(text: str) -> None:
    assert not is_about_suicide(text)


def test_every_language_has_every_guideline() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(LANGUAGES)
    for language in LANGUAGES:
        assert {rule.guideline for rule in rules().rules if rule.language == language} == set(Guideline)


def test_whoever_wrote_it_reads_which_words_are_meant() -> None:
    (find,) = finds("We are sad. Last year somebody COMMITTED\nsuicide here.")
    assert (find.guideline, find.words) == (Guideline.NAMED, "COMMITTED\nsuicide")


def test_every_guideline_has_something_to_tell_and_the_readme_a_source() -> None:
    told = {*announcements.REMARKS, Guideline.METHOD}
    assert told == set(Guideline)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert not [each for each in Guideline if f"| `{each}` |" not in readme]

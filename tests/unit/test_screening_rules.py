"""Every rule does what its own examples say, and a wrong rule file is refused with a reason."""

from pathlib import Path

import pytest

from handlers.screening import screen
from handlers.screening.engine import screen_with
from handlers.screening.rulebook import FOLDER, RuleError, load, rulebook

MATCH = [(rule.id, text) for rule in rulebook().rules for text in rule.must_match]
NO_MATCH = [(rule.id, text) for rule in rulebook().rules for text in rule.must_not_match]

SMALL = """
[groups]
first_person = "i"
third_person = "she"
reporting = "told me"
contrast = "but"
denial = "asked about it .. no"
[[rule]]
id = "one"
category = "self_harm"
urgency = "soon"
theme = "two words"
reason = "A reason."
patterns = ["red (fox|wolf)"]
must_match = ["a red fox"]
must_not_match = ["a blue fox"]
"""


@pytest.mark.parametrize(("rule", "text"), MATCH)
def test_rule_finds_its_examples(rule: str, text: str) -> None:
    assert rule in {finding.rule for finding in screen(text).findings}


@pytest.mark.parametrize(("rule", "text"), NO_MATCH)
def test_rule_leaves_its_counterexamples_alone(rule: str, text: str) -> None:
    assert rule not in {finding.rule for finding in screen(text).findings}


def test_counterexamples_hardly_ever_page() -> None:
    """The learned reader, which knows nothing of these examples, pages one in a hundred at most."""
    paged = [text for _, text in NO_MATCH if screen(text).urgency.pages]
    assert len(paged) * 100 <= len(NO_MATCH), paged
    assert not [text for _, text in NO_MATCH if screen_with(text, None).urgency.pages]


def test_each_language_covers_each_category() -> None:
    for language in ("en", "es", "fr"):
        rules = [rule for rule in rulebook().rules if rule.id.startswith(f"{language}-")]
        assert {rule.category for rule in rules} == {"self_harm", "harm_to_others", "psychosis", "abuse"}
        assert {rule.urgency for rule in rules} >= {"immediate", "soon", "possible"}


def test_files_are_the_three_languages() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.toml")) == ["en.toml", "es.toml", "fr.toml"]


def test_a_small_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert [rule.id for rule in load([path]).rules] == ["one"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "one"', 'name = "one"', "without an id"),
        ('category = "self_harm"', 'category = "weather"', "weather"),
        ('urgency = "soon"', 'urgency = "none"', "none"),
        ('theme = "two words"', 'theme = "word"', "two to four words"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["red (fox"]', "never closed"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["red fox)"]', "never opened"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["red {fox}"]', "no group"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["red? fox?"]', "left out"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["red (|fox)"]', "empty"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = ["r* fox"]', "two letters"),
        ('patterns = ["red (fox|wolf)"]', 'patterns = "red"', "list of texts"),
        ('reason = "A reason."', 'reasons = "A reason."', "reasons"),
        ('reason = "A reason."', 'reason = "A"\nuse = ["nothing"]', "no guard set"),
        ('reason = "A reason."', 'reason = "A"\nguards = [" @ "]', "beside"),
        ('contrast = "but"', "", "contrast"),
        ("[groups]", "[groupes]", "groupes"),
        ("[groups]", "[groups", "x.toml"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError, match=said):
        load([path])


def test_an_id_stands_once(tmp_path: Path) -> None:
    for name in ("x.toml", "y.toml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    with pytest.raises(RuleError, match="twice"):
        load(sorted(tmp_path.glob("*.toml")))


def test_two_files_spell_a_word_alike(tmp_path: Path) -> None:
    for name, full in (("x.toml", "want to"), ("y.toml", "water")):
        text = SMALL.replace('id = "one"', f'id = "{name}"')
        (tmp_path / name).write_text(f'[spellings]\nwanna = "{full}"\n{text}', encoding="utf-8")
    with pytest.raises(RuleError, match="wanna"):
        load(sorted(tmp_path.glob("*.toml")))

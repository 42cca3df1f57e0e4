"""A programme's own words: what they match, and that they only ever add."""

import pytest

from handlers.screening import Screening, screen
from handlers.screening.local import everyday, holds, number_of, plain, read, with_local
from handlers.screening.normalise import normalise
from storage.local_words import LocalWords
from storage.words import About, Category, Urgency
from training import everyday as shipped
from training.rows import every


def own(words: str, urgency: Urgency = Urgency.SOON, number: int = 12) -> LocalWords:
    return LocalWords(number, words, Category.SELF_HARM, urgency)


def found(text: str, *words: LocalWords) -> Screening:
    return with_local(text, screen(text), words)


@pytest.mark.parametrize(
    ("words", "text", "evidence"),
    [
        ("old quarry", "we talked about the OLD QUARRY again", "OLD QUARRY"),
        ("Old Quarry!", "we talked about the old quarry again", "old quarry"),
        ("old quarry", "the ooold   quarrrry, he said", "ooold   quarrrry"),
        ("old quarry", "the old, quarry", "old, quarry"),
        ("nooope", "he just said nope to all of it", "nope"),
        ("la cantéra", "otra vez en la cantera", "la cantera"),
        ("can't see past it", "she cant see past it", "cant see past it"),
        ("don't wake up", "i do not wake up", "do not wake up"),
        ("quarry", "the q\u200buarry", "q\u200buarry"),
    ],
)
def test_words_match_however_they_are_written(words: str, text: str, evidence: str) -> None:
    (finding,) = (each for each in found(text, own(words)).findings if each.rule == "local-12")
    assert (finding.urgency, finding.category) == (Urgency.SOON, Category.SELF_HARM)
    assert finding.theme == "the programme's own words"
    (piece,) = finding.evidence
    assert piece.words == text[piece.start : piece.end] == evidence


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("quarry", "we went to the quarryside"),
        ("old quarry", "the old one. Quarry trips are in May"),
        ("old quarry", "quarry old"),
        ("old quarry", "the old big quarry"),
        ("quarry|bridge", "the bridge"),
        ("quarry*", "quarrying"),
        ("old .. quarry", "the old big quarry"),
        ("old quarry?", "the old one"),
        ("{first_person} quarry", "i went to the quarry"),
    ],
)
def test_and_match_nothing_else_whatever_signs_stand_in_them(words: str, text: str) -> None:
    assert found(text, own(words)) == screen(text)


def test_the_signs_of_rules_are_no_signs_here() -> None:
    assert plain("(the|an) {old} quarry* .. a?") == ("the", "an", "old", "quarry", "a")
    assert plain("** .. ?") == ()


def test_what_was_found_before_stays_as_urgent_as_it_was() -> None:
    text = "he wants to kill himself tonight at the old quarry"
    before, after = screen(text), found(text, own("old quarry"), own("at the", Urgency.POSSIBLE, 13))
    assert set(before.findings) <= set(after.findings)
    assert after.urgency is before.urgency is Urgency.IMMEDIATE
    assert [each.rule for each in after.findings[-2:]] == ["local-12", "local-13"]


def test_several_words_that_stand_in_a_text_are_each_found_once() -> None:
    text = "the old quarry, and then the old quarry again"
    after = found(text, own("old quarry"), own("quarry", number=13), own("harbour", number=14))
    assert {each.rule: len(each.evidence) for each in after.findings} == {"local-12": 2, "local-13": 2}


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("i am at the old quarry", About.WRITER),
        ("she went to the old quarry", About.SOMEBODY_ELSE),
        ("old quarry", About.UNKNOWN),
    ],
)
def test_whom_it_is_about_is_read_as_for_a_rule(text: str, about: About) -> None:
    assert found(text, own("old quarry")).about is about


def test_a_text_without_them_costs_nothing_and_stays_the_same() -> None:
    screening = screen("Fractions again, we used pizza slices.")
    assert with_local("Fractions again, we used pizza slices.", screening, [own("old quarry")]) is screening


def test_a_rules_id_is_no_number_of_own_words() -> None:
    assert number_of("local-12") == 12
    assert number_of("en-plan") is None
    assert number_of("local-") is None
    assert number_of("12") is None


def test_words_are_read_as_screening_reads_a_text() -> None:
    text = "I can't breeeathe in the Old Quarry"
    assert read(text) == screen(text).words
    assert read(text) != normalise(text), "spellings are applied"
    assert holds(read(text), "old quarry")
    assert not holds(read(text), "")


def test_harmless_texts_are_many_and_come_from_rows_without_a_disclosure() -> None:
    texts = [text for text, _ in everyday()]
    assert len(texts) > 1_000
    assert set(shipped.chosen(every())) <= set(texts), "python -m training.everyday"
    disclosures = {row.text for row in every() if row.labels}
    assert not disclosures & set(texts)

"""Screening: what it must find, what it must leave alone, and that nothing can break it."""

import base64
import hashlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.screening import Screening, screen
from handlers.screening.normalise import normalise
from storage.words import About, Category, Urgency

DEV = Path(__file__).resolve().parents[3] / "shared" / "screening" / "dev.jsonl"


def test_nothing_found_is_empty() -> None:
    found = screen("Fractions again, we used pizza slices.")
    assert found == Screening()
    assert found.urgency is Urgency.NONE
    assert found.about is About.UNKNOWN
    assert (found.categories, found.themes, found.evidence) == ((), (), ())


def test_the_most_urgent_comes_first() -> None:
    found = screen("Her stepfather hits her with a belt. She has fresh cuts on her arm.")
    assert found.urgency is Urgency.IMMEDIATE
    assert found.categories == (Category.ABUSE, Category.SELF_HARM)
    assert len(found.themes) == len(set(found.themes))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I want to die", "want to die"),
        ("je veux mourir ce soir, à l’école", "veux mourir"),
        ("ÉÉÉ… i w\u200bant t\u200bo d\u200bie", "w\u200bant t\u200bo d\u200bie"),
        ("😭😭 i \u202ewant\u202c to die", "want\u202c to die"),
        ("i ｗａｎｔ to ｄｉｅ", "ｗａｎｔ to ｄｉｅ"),
        ("i wаnt tо diе", "wаnt tо diе"),
        ("i wannnnna diiiie", "wannnnna diiiie"),
        ("i w4nt to d1e", "w4nt to d1e"),
        ("i want to d*e", "want to d*e"),
        ("gonna k i l l  m y s e l f", "k i l l  m y s e l f"),
        ("ﬁne. i wanna die", "wanna die"),
        ("going to k.i.l.l myself", "k.i.l.l myself"),
    ],
)
def test_evidence_points_into_the_original(text: str, words: str) -> None:
    pieces = screen(text).evidence
    assert any(words in piece.words for piece in pieces), pieces
    for piece in pieces:
        assert text[piece.start : piece.end] == piece.words


@pytest.mark.parametrize(
    "text",
    [
        "unalive myself",
        "im gonna kms",
        "sewerslide note",
        "kill my self",
        "ＫＩＬＬ ＭＹＳＥＬＦ",
        "KILLLL myselffff",
        "k!ll myself",
    ],
)
def test_disguises_are_read(text: str) -> None:
    assert Category.SELF_HARM in screen(text).categories


@pytest.mark.parametrize("text", ["he has a 🔪 in his backpack", "he has a :hocho: in his backpack"])
def test_emoji_are_words(text: str) -> None:
    assert screen(text).urgency is Urgency.IMMEDIATE


@pytest.mark.parametrize(
    "text",
    [
        "this homework is killing me",
        "im dying of laughter",
        "lets shoot some hoops after school",
        "I'd kill for pizza right now",
        "my mom is going to kill me lol",
        "hit me up when you are free",
        "He killed me three times in the same round, bro.",
        "Romeo and Juliet essay: both of them end their own life by the last chapter.",
        "World War II project, the part about the bombing of the city.",
        "I asked about suicide, he said no.",
        "Denied self-harm, denied suicidal thoughts, feels safe at home.",
        "Tutoring: long division, then a snack.",
        "We totally bombed the quiz.",
        "You slay, that dress is killer.",
        "me muero de risa",
        "mi mamá me va a matar si llego tarde jaja",
        "c'est mortel ce jeu",
        "je suis mort de rire",
        "ma mère va me tuer",
        "Le pregunté si pensaba en hacerse daño y dijo que no.",
        "Aucune idée suicidaire, bonne humeur.",
        "Suicide prevention training is on Monday after school.",
    ],
)
def test_everyday_talk_pages_nobody(text: str) -> None:
    assert not screen(text).urgency.pages, screen(text).findings


@pytest.mark.parametrize(
    "text",
    [
        "He said no when I asked about suicide but he gave away his guitar.",
        "She denied wanting to die. But she gave her cat away and wrote letters for when she is gone.",
        "Dice que no quiere morir, pero vi cortes en su brazo.",
        "Elle dit que non, mais j'ai vu des coupures sur son bras.",
    ],
)
def test_a_denial_with_signs_pages(text: str) -> None:
    assert screen(text).urgency.pages


@pytest.mark.parametrize("text", ["i cant do this anymore", "ya no puedo más", "j'en peux plus de tout"])
def test_what_is_in_between_asks(text: str) -> None:
    assert screen(text).urgency is Urgency.POSSIBLE


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("i want to die", About.WRITER),
        ("my dad hits me", About.WRITER),
        ("me quiero morir", About.WRITER),
        ("je veux mourir", About.WRITER),
        ("She said she wants to die.", About.SOMEBODY_ELSE),
        ("my friend wants to kill herself", About.SOMEBODY_ELSE),
        ('She told me "i want to die" and left.', About.SOMEBODY_ELSE),
        ("P-7K2M reports suicidal thoughts.", About.SOMEBODY_ELSE),
        ("The student has a gun in his backpack.", About.SOMEBODY_ELSE),
        ("Me dijo que se quiere matar.", About.SOMEBODY_ELSE),
        ("Elle m'a dit qu'elle voulait mourir.", About.SOMEBODY_ELSE),
        ("suicidal thoughts again", About.UNKNOWN),
    ],
)
def test_about(text: str, about: About) -> None:
    assert screen(text).about is about


def test_a_page_never_shows_the_writers_words() -> None:
    for finding in screen("i want to die tonight, zebra zebra").findings:
        assert "zebra" not in finding.theme + finding.reason


def test_locale_changes_nothing() -> None:
    assert screen("me quiero morir", "en") == screen("me quiero morir", "es") == screen("me quiero morir")


def test_sentences_end_and_abbreviations_do_not() -> None:
    assert normalise("Mr. Lee left. R. stayed").words.count(".") == 1


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(codec=None), max_size=300))
def test_any_text_is_read(text: str) -> None:
    for piece in screen(text).evidence:
        assert text[piece.start : piece.end] == piece.words


PIECES = st.sampled_from(
    [
        *(
            "i",
            "want",
            "to",
            "die",
            "kill",
            "myself",
            "no",
            "not",
            "he",
            "k",
            "l",
            "a4",
            ":gun:",
            "j'",
            "d'",
            "é",
        ),
        *(" ", ".", ",", "?", "!", "'", "\u200b", "\ud800", "🔪", "*", "(", ")", "\n", ":", '"'),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=60))
def test_any_mixture_is_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    for piece in screen(text).evidence:
        assert text[piece.start : piece.end] == piece.words


def _long(part: str) -> str:
    return (part * (40_000 // len(part) + 1))[:40_000]


SHAPES = {
    "one letter": _long("a"),
    "spaces": _long(" "),
    "single letters": _long("k i l l "),
    "one word": _long("kill "),
    "a hit": _long("i want to die "),
    "a hit in sentences": _long("She wants to die. "),
    "guards": _long("no not denied asked said no "),
    "near": _long("gave away his guitar tonight "),
    "three languages": _long("me quiero morir esta noche je veux mourir ce soir my dad hits me "),
    "apostrophes": _long("j'd'l'm'"),
    "one apostrophe word": "a" + "'a" * 20_000,
    "stars": _long("k*l"),
    "stretched": _long("aaabbbccc"),
    "stops": _long(". ! ? "),
    "lines": _long("a\n"),
    "combining": _long("e\u0301"),
    "invisible": _long("\u200b"),
    "emoji": _long("🔪💊 "),
    "colons": _long(":a"),
    "base64": base64.b64encode(hashlib.shake_256(b"seed").digest(30_000)).decode(),
    "quotes": _long('"i want to die" '),
    "all words": _long(
        "she he i my told me said not but hit gun knife school voices tell dad pills plan tonight die kill "
        "myself suicidal cut arm gave away food home scared alone locked photos threat friday list hurt them "
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_long_texts_take_little_time(shape: str) -> None:
    screen("warm")
    best = 9.0
    for _ in range(2):
        begin = time.process_time()
        screen(SHAPES[shape])
        best = min(best, time.process_time() - begin)
        if best < 0.5:
            break
    assert best < 1.0


def test_a_short_text_takes_milliseconds() -> None:
    text = (
        "Met with a tutee at lunch and we went over the lab report, then she said the week was long and that "
    )
    text += "her sister is visiting, which she likes a lot."
    screen(text)
    times = []
    for _ in range(50):
        begin = time.process_time()
        screen(text)
        times.append(time.process_time() - begin)
    assert min(times) < 0.015


if DEV.exists():

    def test_what_was_reached_is_not_lost() -> None:
        """Floors a little under what the rules reached on these rows.

        They are no measure of what the rules find elsewhere: the rows were read while the rules were written.
        """
        rows = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
        flagged = [row for row in rows if row["labels"]]
        clean = [row for row in rows if not row["labels"]]
        found = sum(screen(row["text"]).urgency.pages for row in flagged)
        false = sum(screen(row["text"]).urgency.pages for row in clean)
        assert found / len(flagged) >= 0.78
        assert false / len(clean) <= 0.01

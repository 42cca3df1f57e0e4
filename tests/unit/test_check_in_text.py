"""A check-in in one line, however somebody in a hurry writes it."""

from itertools import permutations
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cards.words import SERVICES
from handlers.check_in_text import LONGEST, Understood, read


@pytest.mark.parametrize("order", list(permutations(["P-7K2M", "tutoring", "30m"])), ids=" ".join)
@pytest.mark.parametrize("note", ["went well", "", "first line\nsecond line"])
def test_code_service_and_time_come_in_any_order(order: tuple[str, ...], note: str):
    assert read(f"{' '.join(order)} {note}") == Understood("P-7K2M", "tutoring", 30, note)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("45 min", 45),
        ("45 mins", 45),
        ("90 minutes", 90),
        ("15'", 15),
        ("2h", 120),
        ("1 hr", 60),
        ("2 hours", 120),
        ("1h30", 90),
        ("1 h 30", 90),
        ("1h 30m", 90),
        ("1 hour 5 min", 65),
        ("1.5 hours", 90),
        ("1,5 h", 90),
        ("half an hour", 30),
        ("Half hour", 30),
        ("media hora", 30),
        ("2 horas", 120),
        ("20 minutos", 20),
        ("une demi-heure", 30),
        ("1 heure", 60),
        ("12 h", LONGEST),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, minutes: int):
    assert read(f"{text}, went well") == Understood(None, None, minutes, "went well")


@pytest.mark.parametrize(
    "text",
    ["0 min", "0h", "13 h", "721 min", "999 minutes", "30", "room 5", "at 3 pm", "1,000 m", "v2.5 h2o"],
)
def test_what_is_no_possible_time_stays_in_the_note(text: str):
    assert read(f"listening, {text}") == Understood(None, "listening", None, text)


@pytest.mark.parametrize(
    ("text", "minutes", "note"),
    [
        ("1 h 20 students came", 60, "20 students came"),
        ("2 hours 5 kids", 120, "5 kids"),
        ("20m 30m later again", 20, "30m later again"),
    ],
)
def test_a_number_after_the_time_is_not_swallowed(text: str, minutes: int, note: str):
    assert read(text) == Understood(None, None, minutes, note)


@pytest.mark.parametrize(
    "sentence",
    [
        "we stood 5 m from the gate",
        "he said tutoring is boring",
        "we met for 20 min and then tutoring was over",
        "she walked 2 hours through the rain",
    ],
)
def test_a_sentence_keeps_its_words(sentence: str):
    assert read(sentence).note == sentence
    assert read(f"P-7K2M mentoring {sentence}").note == sentence


@pytest.mark.parametrize(
    ("text", "service"),
    [
        *((key, key) for key in SERVICES),
        *((name, key) for key, name in SERVICES.items()),
        *((name.upper(), key) for key, name in SERVICES.items()),
        ("escucha", "listening"),
        ("écoute", "listening"),
        ("tutoría", "tutoring"),
        ("tutorat", "tutoring"),
        ("accueil", "hospitality"),
        ("mediación", "mediation"),
        ("cercle", "mediation"),
        ("homework", "tutoring"),
    ],
)
def test_a_service_has_its_own_name_and_others(text: str, service: str):
    assert read(f"{text} 20m went fine") == Understood(None, service, 20, "went fine")


def test_the_longer_name_wins():
    assert read("support group 40m went fine").service == "support_group"
    assert read("peer education 1h").service == "peer_education"


@pytest.mark.parametrize(
    ("text", "note"),
    [("P-7K2M toured the campus", "toured the campus"), ("P-7K2M we talked it over", "we talked it over")],
)
def test_another_word_for_a_service_counts_only_at_the_start(text: str, note: str):
    assert read(text) == Understood("P-7K2M", None, None, note)


@pytest.mark.parametrize("text", ["p-7k2m 20m", "P–7K2M 20m", "20m p-7K2m", "20m, P-7K2M.", "(P-7K2M) 20m"])
def test_a_code_is_read_in_any_spelling(text: str):
    assert read(text).peer == "P-7K2M"


@pytest.mark.parametrize(
    "text",
    ["we did p-values", "", "  ", "hello there", "p 7k2m", "stop-7K2M", "P-7K2MX", "up-1234", "–", "e-mail"],
)
def test_what_is_nothing_of_a_check_in_comes_back_as_it_was(text: str):
    understood = read(text)
    assert understood == Understood(None, None, None, text.strip())
    assert not understood.looks_like_a_check_in


@pytest.mark.parametrize("found", ["P-7K2M", "tutoring", "30m"])
def test_one_part_is_enough_to_look_like_a_check_in(found: str):
    assert read(f"{found} went well").looks_like_a_check_in


def test_lines_of_a_note_stay_lines():
    assert read("P-7K2M tutoring 20m\nfirst   thing\n\n second").note == "first thing\n\n second"


@pytest.mark.parametrize(
    "piece",
    ["0 ", " ", "-", "p-", "1h", "1 h ", "5 m ", "999m ", "'", "tutoring ", "\n", "٣", "half an ", "word "],
    ids=repr,
)
def test_forty_thousand_characters_are_read_at_once(piece: str):
    text = (piece * 40_000)[:40_000]
    started = perf_counter()
    read(text)
    assert perf_counter() - started < 2, "more than linear in the length of the text"


pieces = st.lists(
    st.sampled_from(
        ["P-7K2M", "p–7k2m", "tutoring", "30m", "1h30", "5 m", "half an hour", "p-values", "h", "'"]
    )
    | st.text(max_size=8),
    max_size=8,
).map(" ".join)


@given(st.text(max_size=200) | pieces)
def test_nothing_ever_raises_and_times_are_possible(text: str):
    understood = read(text)
    assert understood.minutes is None or 0 < understood.minutes <= LONGEST
    assert understood.service is None or understood.service in SERVICES


@given(st.lists(st.sampled_from(["apple", "7", "Río", "m", "h", "said", "ok."]), max_size=12).map(" ".join))
def test_no_word_of_a_note_is_lost(note: str):
    understood = read(f"P-7K2M tutoring 30 min | {note}")
    assert understood.note.split("|")[-1].split() == note.rstrip(" .").split()

"""Rules as people write them, in every language."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.languages import LANGUAGES, say_in
from handlers.supervision_phrases import read, said
from handlers.supervision_times import Cron, Every, Monthly, NotARule, Once, Rule, Weekly
from tests.unit.test_schedules import rules

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("every Monday 09:00", Weekly((0,), time(9))),
        ("Mondays? no: monday at 9:00", None),
        ("every Monday and Thursday at 9.30", Weekly((0, 3), time(9, 30))),
        ("first Tuesday 15:30", Monthly(1, 1, time(15, 30))),
        ("the last Friday of the month, 14:00", Monthly(5, 4, time(14))),
        ("every day 16:00", Weekly((0, 1, 2, 3, 4, 5, 6), time(16))),
        ("Monday to Friday, 08:15", Weekly((0, 1, 2, 3, 4), time(8, 15))),
        ("every 2 weeks, Monday, 09:00", Every(14, date(2026, 3, 9), time(9))),
        ("every other wednesday 9:00", Every(14, TODAY, time(9))),
        ("once 2026-04-01 15:30", Once(date(2026, 4, 1), time(15, 30))),
        ("2026-04-01, 15:30", Once(date(2026, 4, 1), time(15, 30))),
        ("cada lunes 09:00", Weekly((0,), time(9))),
        ("todos los miércoles a las 9:00", Weekly((2,), time(9))),
        ("primer martes del mes, 15:30", Monthly(1, 1, time(15, 30))),
        ("lunes a viernes 8:00", Weekly((0, 1, 2, 3, 4), time(8))),
        ("chaque lundi à 9h", Weekly((0,), time(9))),
        ("tous les lundis 9h30", Weekly((0,), time(9, 30))),
        ("dernier vendredi du mois 14:00", Monthly(5, 4, time(14))),
        ("toutes les 2 semaines, jeudi, 09:00", Every(14, date(2026, 3, 5), time(9))),
        ("cron 0 9 * * mon", Cron("0 9 * * mon")),
    ],
)
def test_a_rule_is_understood(text: str, rule: Rule | None) -> None:
    if rule is None:
        with pytest.raises(NotARule):
            read(text, TODAY)
    else:
        assert read(text, TODAY) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "monday",
        "09:00",
        "every blue Monday 09:00",
        "every Monday 25:00",
        "every Monday 09:00 and 10:00",
        "once 2026-02-31 09:00",
        "2026-13-01 09:00",
        "fifth Monday 09:00",
        "every minute 09:00",
        "every 0 weeks Monday 09:00",
        "every 900 weeks Monday 09:00",
        "cron * * * *",
        "x" * 500,
        "first Monday 2026-03-02 09:00",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(NotARule):
        read(text, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
@given(rule=st.one_of(rules, st.just(Cron("0 9 * * mon"))))
def test_what_is_read_back_is_understood_in_the_same_language(language: str, rule: Rule) -> None:
    assert read(said(say_in(language), rule), TODAY) == rule


@given(text=st.text(max_size=120))
def test_whatever_is_typed_is_a_rule_or_is_refused(text: str) -> None:
    with suppress(NotARule):
        read(text, TODAY)

"""What is filled in for a country fits on every card, and time zones are read as people call them."""

from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from handlers.cards.roster import PHONE
from handlers.cards.setup import country_name
from handlers.chat import OPTIONS
from handlers.countries import ELSEWHERE, NOWHERE, countries, known, read_zone
from handlers.languages import LANGUAGES, say_in

CODES = sorted(countries())


@pytest.mark.parametrize("code", CODES)
def test_a_countrys_numbers_fit_and_hold_a_number(code: str):
    country = countries()[code]
    assert country.emergency, "whom to call in danger is known everywhere here"
    for number in (country.emergency, country.crisis, country.child):
        assert len(number) <= PHONE
        assert not number or sum(character.isdigit() for character in number) >= 3
        assert number == number.strip()


@pytest.mark.parametrize("code", CODES)
def test_a_countrys_time_zones_exist_and_are_found_by_their_city(code: str):
    assert countries()[code].time_zones
    for zone in countries()[code].time_zones:
        assert ZoneInfo(zone).key == zone
        assert read_zone(zone.rpartition("/")[2].replace("_", " "), code) == zone


def test_a_form_can_offer_every_country_and_one_more():
    assert len(CODES) + 1 <= OPTIONS
    assert ELSEWHERE not in CODES
    assert known(ELSEWHERE) == known("") == NOWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_in_every_language(language: str):
    names = [country_name(say_in(language), code) for code in (*CODES, ELSEWHERE)]
    assert len(set(names)) == len(names)
    assert all(code in Locale.parse(language).territories for code in CODES)


@pytest.mark.parametrize(
    ("typed", "country", "zone"),
    [
        ("Denver", "US", "America/Denver"),
        ("  new   YORK ", "US", "America/New_York"),
        ("Europe/Paris", "FR", "Europe/Paris"),
        ("Bogotá", "CO", "America/Bogota"),
        ("St. John's", "CA", "America/St_Johns"),
        ("Nairobi", ELSEWHERE, "Africa/Nairobi"),
        ("Reunion", "FR", "Indian/Reunion"),
        ("utc", "", "UTC"),
        ("", "US", ""),
        ("?", "US", ""),
        ("EST", "US", ""),
        ("Eastern", "US", ""),
        ("America", "US", ""),
        ("Atlantis", "US", ""),
        ("../../etc/passwd", "US", ""),
    ],
)
def test_a_time_zone_is_read_as_people_call_it(typed: str, country: str, zone: str):
    assert read_zone(typed, country) == zone

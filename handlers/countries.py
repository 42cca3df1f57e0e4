"""What a country brings along: whom to call there, and its time zones. Coordinators check and change it."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import available_timezones

ELSEWHERE = "ZZ"
"""A country that is not among these (ISO 3166 keeps these letters free): its numbers are typed."""
_FILE = Path(__file__).parent / "countries.toml"
_AREAS = frozenset(
    (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
)


@dataclass(frozen=True)
class Country:
    """What is filled in where a programme has nothing of its own. A number may be empty."""

    emergency: str
    crisis: str
    child: str
    time_zones: tuple[str, ...]


NOWHERE = Country("", "", "", ())


@lru_cache
def countries() -> Mapping[str, Country]:
    """Every country that is known, by its two letters."""
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        code: Country(
            entry["emergency"], entry.get("crisis", ""), entry.get("child", ""), tuple(entry["time_zones"])
        )
        for code, entry in entries.items()
    }


def known(code: str) -> Country:
    """What is known of a country; nothing, for any other."""
    return countries().get(code, NOWHERE)


def city(zone: str) -> str:
    """How people call a time zone: by its city."""
    return zone.rpartition("/")[2].replace("_", " ")


def read_zone(typed: str, country: str) -> str:
    """The time zone that somebody means: "Denver", "new york", "Europe/Paris". Empty where it is unclear.

    A city of the country comes before one elsewhere. Abbreviations ("EST") name no place, and a clock that
    never changes to summer time: they are not taken.
    """
    meant = _letters(typed)
    if not meant:
        return ""
    for zone in (*known(country).time_zones, *_zones()):
        if meant in (_letters(zone), _letters(city(zone))):
            return zone
    return ""


def _letters(text: str) -> str:
    """What counts when names are compared: "Bogotá" and "bogota", "St. John's" and "St_Johns"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


@lru_cache
def _zones() -> tuple[str, ...]:
    places = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _AREAS)
    return (*places, "UTC")

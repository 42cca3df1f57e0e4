"""The languages that people are spoken to in. English stands in the code; a catalog each translates it.

``say("Nobody has answered for {length}.", length=...)`` is how every text reaches a person, so that the
texts can be collected from the code and none is forgotten. :func:`mark` marks a text that stands in a
table and is said later. Catalogs are ``locales/<language>/LC_MESSAGES/handrail.po``, read when first used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
"""Every language that Handrail speaks, by its code, in its own name."""
DEFAULT = "en"
_CATALOGS = Path(__file__).parent / "locales"


def mark(text: str) -> str:
    """Mark a text for translation where it stands; it is said later, with :class:`Say`."""
    return text


@dataclass(frozen=True)
class Say:
    """Speaks one language. Texts are given in English and said in it; a missing one stays English."""

    language: str
    _locale: Locale
    _catalog: NullTranslations

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, with ``{names}`` filled in after it was translated."""
        said = self._catalog.gettext(text) if text else ""
        return said.format(**values) if values else said

    def counted(self, count: int, one: str, many: str, **values: object) -> str:
        """The text for one or the text for several (both marked), with ``{count}`` filled in."""
        text = one if self._locale.plural_form(count) == "one" else many
        return self(text, count=count, **values)

    def clock_time(self, moment: datetime, zone: ZoneInfo, now: datetime) -> str:
        """A time in a zone, on 24 hours; with the weekday and date unless it is today there."""
        local = moment.astimezone(zone)
        time = format_time(local, "HH:mm", locale=self._locale)
        if local.date() == now.astimezone(zone).date():
            return time
        return f"{format_datetime(local, 'EEE d MMM', locale=self._locale)}, {time}"

    def day_and_time(self, moment: datetime, zone: ZoneInfo) -> str:
        """A time in a zone, on 24 hours, with its weekday and date."""
        local = moment.astimezone(zone)
        return f"{self.day(local.date())}, {format_time(local, 'HH:mm', locale=self._locale)}"

    def day(self, on: date) -> str:
        """A day, with its weekday."""
        return format_date(on, "EEE d MMM", locale=self._locale)

    def whole_day(self, on: date) -> str:
        """A day with its year."""
        return format_date(on, "long", locale=self._locale)

    def month(self, on: date) -> str:
        """A month's name."""
        return format_date(on, "LLLL", locale=self._locale)

    def length(self, minutes: int) -> str:
        """A length of time in words."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self(mark("{minutes} min"), minutes=rest)
        if hours >= 48:
            return self(mark("{days} days"), days=hours // 24)
        if not rest:
            return self(mark("{hours} h"), hours=hours)
        return self(mark("{hours} h {minutes} min"), hours=hours, minutes=rest)

    def all_of(self, items: Iterable[str]) -> str:
        """Several things that were said already, as one list: "this, that and the other"."""
        *some, last = items
        return self(mark("{some} and {last}"), some=", ".join(some), last=last) if some else last

    def one_of(self, items: Iterable[str]) -> str:
        """The same where one of them is enough: "this, that or the other"."""
        *some, last = items
        return self(mark("{some} or {last}"), some=", ".join(some), last=last) if some else last


@lru_cache
def say_in(language: str) -> Say:
    """Who speaks this language ("es", "es-MX"); English where Handrail does not know it (or it is empty)."""
    spoken = language.replace("_", "-").partition("-")[0].lower()
    known = spoken if spoken in LANGUAGES else DEFAULT
    return Say(known, Locale.parse(known), _catalog(known))


def _catalog(language: str) -> NullTranslations:
    file = _CATALOGS / language / "LC_MESSAGES" / "handrail.po"
    if language == DEFAULT or not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)

"""Rules as people write and read them: "every Monday 09:00", "primer martes 15:30", "chaque lundi 9h".

Whatever :func:`said` says in a language, :func:`read` understands; a test holds both together.
"""

import re
import unicodedata
from datetime import date, time, timedelta

from handlers.languages import Say, mark
from handlers.supervision_times import (
    LAST,
    Cron,
    Every,
    Monthly,
    Never,
    NotARule,
    Once,
    Rule,
    Weekly,
    load,
)

DAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
NTH = (mark("first"), mark("second"), mark("third"), mark("fourth"), mark("last"))
SCHOOL_DAYS = (0, 1, 2, 3, 4)

# Without accents, in small letters. Three letters are enough where they are one day in every language.
_DAYS = (
    ("monday", "mon", "lunes", "lundi"),
    ("tuesday", "tue", "martes", "mardi"),
    ("wednesday", "wed", "miercoles", "mercredi"),
    ("thursday", "thu", "jueves", "jeudi"),
    ("friday", "fri", "viernes", "vendredi"),
    ("saturday", "sat", "sabado", "samedi"),
    ("sunday", "sun", "domingo", "dimanche"),
)
_NTH = (
    ("first", "1st", "primer", "primero", "premier"),
    ("second", "2nd", "segundo", "deuxieme"),
    ("third", "3rd", "tercer", "tercero", "troisieme"),
    ("fourth", "4th", "cuarto", "quatrieme"),
    ("last", "ultimo", "dernier"),
)
_EVERY_DAY = {"day", "days", "daily", "dia", "dias", "jour", "jours"}
_WEEKS = {"week", "weeks", "semana", "semanas", "semaine", "semaines"}
_ONCE = {"once", "vez", "fois"}
_OTHER = {"other"}
_TO = {"to"}
_BETWEEN = {
    *("every", "each", "at", "on", "the", "of", "month", "and", "from", "in", "school"),
    *(
        "cada",
        "todos",
        "todas",
        "los",
        "las",
        "el",
        "la",
        "a",
        "de",
        "del",
        "mes",
        "y",
        "una",
        "desde",
        "partir",
    ),
    *("chaque", "tous", "toutes", "les", "le", "du", "au", "mois", "et", "une", "des", "partir"),
}
_TIME = re.compile(r"\b([01]?\d|2[0-3])(?:[:.]([0-5]\d)|h([0-5]\d)?)(?!\d)")
_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_LONGEST = 100


def said(say: Say, rule: Rule) -> str:
    """A rule in words, as part of a sentence."""
    match rule:
        case Weekly(days=days, at=at) if len(days) == len(DAYS):
            return say("every day, {time}", time=f"{at:%H:%M}")
        case Weekly(days=days, at=at) if days == SCHOOL_DAYS:
            return say("Monday to Friday, {time}", time=f"{at:%H:%M}")
        case Weekly(days=days, at=at):
            names = say.all_of([say(DAYS[day]) for day in days])
            return say("every {days}, {time}", days=names, time=f"{at:%H:%M}")
        case Monthly(nth=nth, day=day, at=at):
            return say(
                "{nth} {day} of the month, {time}",
                nth=say(NTH[nth - 1]),
                day=say(DAYS[day]),
                time=f"{at:%H:%M}",
            )
        case Every(days=days, first=first, at=at) if days % 7 == 0:
            return say.counted(
                days // 7,
                mark("every {weeks} week, {day}, {time}, from {date}"),
                mark("every {weeks} weeks, {day}, {time}, from {date}"),
                weeks=days // 7,
                day=say(DAYS[first.weekday()]),
                time=f"{at:%H:%M}",
                date=first.isoformat(),
            )
        case Every(days=days, first=first, at=at):
            return say.counted(
                days,
                mark("every {days} day, {time}, from {date}"),
                mark("every {days} days, {time}, from {date}"),
                days=days,
                time=f"{at:%H:%M}",
                date=first.isoformat(),
            )
        case Once(on=on, at=at):
            return say("once, {date}, {time}", date=on.isoformat(), time=f"{at:%H:%M}")
        case Cron(fields=fields):
            return f"cron {fields}"
        case Never():
            return say("only when you start it")


def read(text: str, today: date) -> Rule:
    """Understand a rule in any of the languages. Raises :class:`NotARule`.

    ``today`` is where "every 2 weeks" begins if no date is given.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST:
        raise NotARule("too long")
    if plain.startswith("cron "):
        return load(plain)
    plain, on = _take_date(plain)
    plain, at = _take_time(plain)
    words = [word for word in re.findall(r"[^\W_]+", plain) if word not in _BETWEEN]
    return _rule(words, at, on, today)


def _rule(words: list[str], at: time, on: date | None, today: date) -> Rule:
    days = [number for word in words if (number := _index(_DAYS, word)) is not None]
    nth = [number for word in words if (number := _index(_NTH, word)) is not None]
    counts = [int(word) for word in words if word.isdigit()]
    rest = {word for word in words if not word.isdigit()}
    rest -= {word for word in rest if _index(_DAYS, word) is not None or _index(_NTH, word) is not None}
    match sorted(rest):
        case [word] if word in _ONCE and on and not (days or nth or counts):
            return Once(on, at)
        case [] if on and not (days or nth or counts):
            return Once(on, at)
        case [word] if word in _WEEKS and len(counts) == 1 and len(days) == 1 and not nth:
            return _every(counts[0] * 7, days[0], at, on or today)
        case [word] if word in _OTHER and len(days) == 1 and not (nth or counts):
            return _every(14, days[0], at, on or today)
        case [word] if word in _EVERY_DAY and not (days or nth or on):
            if not counts:
                return Weekly(tuple(range(7)), at)
            return _every(counts[0], None, at, today)
        case [word] if word in _EVERY_DAY and len(counts) == 1 and on and not (days or nth):
            return _every(counts[0], None, at, on)
        case [word] if word in _TO and days == [0, 4] and not (nth or counts or on):
            return Weekly(SCHOOL_DAYS, at)
        case [] if len(nth) == 1 and len(days) == 1 and not (counts or on):
            return Monthly(min(nth[0] + 1, LAST), days[0], at)
        case [] if days and not (nth or counts or on):
            return Weekly(tuple(sorted(set(days))), at)
        case _:
            raise NotARule("not understood")


def _every(days: int, weekday: int | None, at: time, first: date) -> Rule:
    if not 1 <= days <= 366:
        raise NotARule("how many days")
    if weekday is not None:
        first += timedelta(days=(weekday - first.weekday()) % 7)
    return Every(days, first, at)


def _plain(text: str) -> str:
    """Small letters without accents, one space between words; "lunes a viernes" has a "to" in it."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
    return re.sub(r"\b(lunes|lundi|monday) (?:a|au|to|-|–) (viernes|vendredi|friday)\b", r"\1 to \2", plain)


def _take_date(text: str) -> tuple[str, date | None]:
    found = _DATE.search(text)
    if found is None:
        return text, None
    try:
        on = date(*map(int, found.groups()))
    except ValueError as error:
        raise NotARule("there is no such day") from error
    return _DATE.sub(" ", text, count=1), on


def _take_time(text: str) -> tuple[str, time]:
    found = list(_TIME.finditer(text))
    if len(found) != 1:
        raise NotARule("one time, please")
    hour, minute, after_h = found[0].groups()
    return _TIME.sub(" ", text, count=1), time(int(hour), int(minute or after_h or 0))


def _index(table: tuple[tuple[str, ...], ...], word: str) -> int | None:
    singular = word.removesuffix("s") if word.endswith("is") else word  # "lundis"
    return next((number for number, names in enumerate(table) if word in names or singular in names), None)

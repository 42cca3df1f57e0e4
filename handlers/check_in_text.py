"""Reading a check-in written in one line: "P-7K2M tutoring 30m went well", in any order."""

import re
from dataclasses import dataclass

from handlers import peer_codes
from handlers.cards.words import SERVICES

_HOURS_MINUTES = re.compile(
    r"(?<!\w)(\d{1,2})\s?h(?:ours?|rs?)?\s?(\d{1,2})?\s?(?:m(?:in(?:utes?|s)?)?)?(?!\w)", re.I
)
_MINUTES = re.compile(r"(?<!\w)(\d{1,3})\s?(?:m|min|mins|minutes?|')(?!\w)", re.I)
_HALF_HOUR = re.compile(r"(?<!\w)(?:half an hour|half hour|media hora|une demi-heure|demi-heure)(?!\w)", re.I)

LONGEST = 720
"""Minutes; more than half a day is a slip of the finger."""

# How people write a service in a hurry. A service's own key and name always work.
_ALIASES = {
    "listening": ("listen", "listened", "talked", "escucha", "écoute"),
    "tutoring": ("tutor", "tutored", "homework", "tutoría", "tutorat", "soutien"),
    "mentoring": ("mentor", "mentored", "mentoría", "mentorat"),
    "advising": ("advice", "information", "advise", "orientación", "conseil"),
    "buddy": ("buddied", "padrino", "parrain"),
    "hospitality": ("welcome", "welcomed", "tour", "bienvenida", "accueil"),
    "support": ("counselling", "counseling", "apoyo"),
    "mediation": ("mediated", "circle", "mediación", "médiation", "cercle"),
    "outreach": ("booth", "stall"),
}


@dataclass(frozen=True)
class Understood:
    """What a line says; what it does not say is ``None``. ``note`` is all the rest of the text."""

    peer: str | None
    service: str | None
    minutes: int | None
    note: str

    @property
    def looks_like_a_check_in(self) -> bool:
        """Whether anything but a note was found."""
        return self.peer is not None or self.minutes is not None or self.service is not None


def read(text: str) -> Understood:
    """Understand a line as far as possible. Nothing is thrown away: unknown parts stay in the note."""
    peer = peer_codes.find(text)
    rest = re.sub(rf"(?<![\w-])p[-–]{peer[2:]}(?![\w-])", " ", text, count=1, flags=re.I) if peer else text
    minutes, rest = _minutes(rest)
    service, rest = _service(rest)
    note = re.sub(r"[^\S\n]+", " ", rest).strip(" ,;:.-–\n") if (peer or minutes or service) else rest.strip()
    return Understood(peer, service, minutes, note)


def _minutes(text: str) -> tuple[int | None, str]:
    for pattern in (_HALF_HOUR, _MINUTES, _HOURS_MINUTES):
        if match := pattern.search(text):
            if pattern is _HALF_HOUR:
                minutes = 30
            elif pattern is _MINUTES and not _HOURS_MINUTES.search(text[: match.end()]):
                minutes = int(match[1])
            else:
                hours = _HOURS_MINUTES.search(text)
                if hours is None:
                    continue
                match, minutes = hours, int(hours[1]) * 60 + int(hours[2] or 0)
            if 0 < minutes <= LONGEST:
                return minutes, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _service(text: str) -> tuple[str | None, str]:
    """A service named at the start or the end of what is left, or anywhere by its own key."""
    for key, name in SERVICES.items():
        spellings = (key, key.replace("_", " "), name.lower(), *_ALIASES.get(key, ()))
        for spelling in sorted(spellings, key=len, reverse=True):
            own = spelling in (key, key.replace("_", " "), name.lower())
            pattern = rf"(?<!\w){re.escape(spelling)}(?!\w)" if own else rf"^\W*{re.escape(spelling)}(?!\w)"
            if match := re.search(pattern, text, re.I):
                # In the middle of a sentence the word belongs to the note and stays there.
                before = text[: match.start()].strip(" ,;:.-–")
                kept = text if before else text[match.end() :]
                return key, kept
    return None, text

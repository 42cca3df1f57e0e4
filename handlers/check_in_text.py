"""Reading a check-in written in one line: "P-7K2M tutoring 30m went well", in any order."""

import re
from dataclasses import dataclass

from handlers import peer_codes
from handlers.cards.words import SERVICES
from handlers.languages import LANGUAGES, say_in

_TIME = re.compile(
    r"""(?<![\w.,])(?:
    (?P<half>half\ an\ hour|half\ hour|media\ hora|une\ demi-heure|demi-heure)
    | (?P<hours>\d{1,2})(?:[.,](?P<tenths>\d))?\s?h(?:ours?|rs?|oras?|eures?)?
      # "1h30" and "1 h 30 min"; but in "1 h 20 students" the second number is no time.
      (?:\s?(?P<rest>\d{1,2})\s?m(?:in(?:ut(?:es?|os?)|s)?)?|(?<=\dh)(?P<close>\d{2})|\s(?P<last>\d{2})(?=\s*(?:[,;:.]|$)))?
    | (?P<minutes>\d{1,3})\s?(?:m|min|mins|minut(?:es?|os?)|')
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_EDGE = " ,;:.-–\n"
_GAP = "\0"  # stands where a time was found; a text that arrives holds none

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


# Every way to name a service, the longest first ("support group" before "support"). A form shows a service's
# name in the helper's language, so each of these works too, where it cannot be a word of a note.
_SPELLINGS = sorted(
    {
        (spelling, key, own)
        for key, name in SERVICES.items()
        for own, spellings in (
            (True, (key, key.replace("_", " "), name.lower())),
            (False, (*_ALIASES.get(key, ()), *(say_in(code)(name).lower() for code in LANGUAGES))),
        )
        for spelling in spellings
    },
    key=lambda entry: (-len(entry[0]), entry),
)


def read(text: str) -> Understood:
    """Understand a line as far as possible. Nothing is thrown away: unknown parts stay in the note."""
    peer = peer_codes.find(text)
    rest = re.sub(rf"(?<![\w-])p[-–]{peer[2:]}(?![\w-])", " ", text, count=1, flags=re.I) if peer else text
    minutes, time, rest = _minutes(rest)
    service, rest = _service(rest)
    if peer is None and minutes is None and service is None:
        return Understood(None, None, None, text.strip())
    before, gap, after = rest.partition(_GAP)
    # In the middle of a sentence ("5 m from the gate") the time belongs to the note and stays there.
    if gap and before.strip(_EDGE) and after.strip(_EDGE):
        gap = time
    note = re.sub(r"[^\S\n]+", " ", f"{before}{gap.replace(_GAP, ' ')}{after}").strip(_EDGE)
    return Understood(peer, service, minutes, note)


def _minutes(text: str) -> tuple[int | None, str, str]:
    """The first time that a check-in can have taken, its words, and the text with a gap in their place."""
    text = text.replace(_GAP, " ")
    for match in _TIME.finditer(text):
        if match["half"]:
            minutes = 30
        elif match["minutes"]:
            minutes = int(match["minutes"])
        else:
            more = match["rest"] or match["close"] or match["last"] or 0
            minutes = int(match["hours"]) * 60 + int(match["tenths"] or 0) * 6 + int(more)
        if 0 < minutes <= LONGEST:
            return minutes, match[0], f"{text[: match.start()]}{_GAP}{text[match.end() :]}"
    return None, "", text


def _service(text: str) -> tuple[str | None, str]:
    """A service named at the start of what is left, or anywhere by its own name."""
    for spelling, key, _ in _SPELLINGS:
        if match := re.match(rf"\W*{re.escape(spelling)}(?!\w)", text, re.I):
            return key, (_GAP if _GAP in match[0] else " ") + text[match.end() :]
    # In the middle of a sentence the word belongs to the note and stays there.
    for spelling, key, own in _SPELLINGS:
        if own and re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", text, re.I):
            return key, text
    return None, text

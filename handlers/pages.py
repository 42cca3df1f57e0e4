"""Links to small pages beside chat: a survey for peers, slips to print, a report, a certificate.

What a link means is sealed in it and kept nowhere. A survey's links are for one answer each and last as long
as the survey; all others serve one person for a day, and ask at every look whether that person still may.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.sealed import Keys, WrongKey

LASTS = timedelta(hours=24)
LONGEST = 400
"""Characters; a link of ours has less than half of it."""
_SHAPE = re.compile("[A-Za-z0-9_-]+")
# No text that a person wrote can begin like this: it is cleaned of such characters before it is sealed.
_MARK = "\0page"


class Page(StrEnum):
    """What a link shows."""

    SURVEY = "survey"
    SLIPS = "slips"
    REPORT = "report"
    FIGURES = "figures"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Ticket:
    """What a link says. ``numbers`` are database ids and days as ordinals, by the page's own order."""

    page: Page
    numbers: tuple[int, ...]


class Pages:
    """Makes links and reads them. Without ``public_url`` there are none."""

    def __init__(self, keys: Keys, public_url: str, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._base = public_url.rstrip("/")
        self._clock = clock

    def link(self, page: Page, *numbers: int) -> str:
        """A link's address; empty where people could not reach it."""
        if not self._base:
            return ""
        # A survey's link never says when it was made; the others stop after a day.
        made = 0 if page is Page.SURVEY else int(self._clock().timestamp())
        text = ":".join([_MARK, page.value, str(made), *map(str, numbers)])
        token = self._keys.seal_without_time(text).decode().rstrip("=")
        return f"{self._base}/{'s' if page is Page.SURVEY else 'p'}/{token}"

    def sheet(self, language: str) -> str:
        """The page to print of what helpers can't keep secret; empty where people could not reach it."""
        return f"{self._base}/sheet/{language}" if self._base else ""

    def open(self, token: str) -> Ticket | None:
        """What a link says, if it is one of ours and not too old. Asks no database."""
        if len(token) > LONGEST or _SHAPE.fullmatch(token) is None:
            return None
        try:
            text = self._keys.open((token + "=" * (-len(token) % 4)).encode())
        except WrongKey:
            return None
        mark, *words = text.split(":")
        if mark != _MARK:
            return None
        page, made, numbers = Page(words[0]), int(words[1]), tuple(map(int, words[2:]))
        now = self._clock()
        if page is not Page.SURVEY and now >= datetime.fromtimestamp(made, now.tzinfo) + LASTS:
            return None
        return Ticket(page, numbers)

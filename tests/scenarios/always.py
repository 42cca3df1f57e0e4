"""What holds in every scenario, whether it says so or not.

Nobody's words or name stand in the log, in the clear in the database, or in a notification; nothing fails
behind the scenes; and whatever is said not to be seen is something that exists.
"""

import logging
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from structlog.testing import capture_logs

from storage.db import Database
from storage.models import Base
from tests.scenarios.scenario import Wrong

if TYPE_CHECKING:
    from tests.scenarios.play import Play

RUN = 4
"""So many words in a row are somebody's own; fewer may be anybody's ("went well")."""
NAME = 8
"""Names shorter than this may stand by chance in what is sealed."""


class Log(logging.Handler):
    """All that was logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.entries: list[MutableMapping[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.entries.append({"event": record.getMessage(), "log_level": record.levelname.lower()})


@contextmanager
def listen() -> Iterator[Log]:
    """Hear all that is logged."""
    heard, root = Log(), logging.getLogger()
    root.addHandler(heard)
    try:
        with capture_logs() as entries:
            heard.entries = entries
            yield heard
    finally:
        root.removeHandler(heard)


async def check(play: "Play", log: Log) -> None:
    """Raise :class:`Wrong` where one of these does not hold."""
    _check_failures(log.entries)
    names = [name for name in play.onlookers if len(name) >= NAME]
    secrets = [*names, *play.secrets, *(run for written in play.written for run in _runs(written))]
    _check_absent(secrets, "\n".join(str(entry) for entry in log.entries), "The log says")
    for table, stored in (await _stored(play.world.database)).items():
        _check_absent(secrets, stored, f"The table {table} holds in the clear")
    _check_notifications(play, secrets)
    _check_unseen(play)


def _check_failures(entries: Iterable[MutableMapping[str, Any]]) -> None:
    for entry in entries:
        if entry["log_level"] in ("error", "critical"):
            raise Wrong(f"Something failed behind the scenes: {dict(entry)}")


def _check_absent(secrets: Iterable[str], where: str, what: str) -> None:
    for secret in secrets:
        if secret in where:
            raise Wrong(f"{what}: {secret}")


async def _stored(database: Database) -> dict[str, str]:
    """All that stands in each table."""
    found = {}
    async with database.read() as tx:
        for table in Base.metadata.sorted_tables:
            rows = (await tx.execute(text(f'SELECT * FROM "{table.name}"'))).all()  # noqa: S608 - our own names
            found[table.name] = "\n".join(
                value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )
    return found


def _check_notifications(play: "Play", secrets: Iterable[str]) -> None:
    for onlooker in play.onlookers.values():
        for shown in onlooker.messages:
            if not shown.author:
                _check_absent([*play.onlookers, *secrets], shown.notification, "A notification says")


def _check_unseen(play: "Play") -> None:
    """Words that nobody ever wrote or saw are no proof of anything: they may just be misspelt."""
    known = [*play.written, *(seen for onlooker in play.onlookers.values() for seen in onlooker.ever)]
    for part in play.unseen:
        if not any(play.cases.holds(part, each) for each in known):
            raise Wrong(
                f"Somebody is said not to see “{part}”, but in this scenario nobody ever writes or sees "
                "that. Is it spelt as it is shown?"
            )


def _runs(written: str) -> list[str]:
    words = written.split()
    return [" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]

"""The page for coordinators tells the times that the ladder keeps."""

from datetime import timedelta
from pathlib import Path

from handlers import aftercare, escalation
from handlers.ladder import DEFAULT_MINUTES
from storage.words import Urgency

PAGE = (Path(__file__).parents[2] / "docs" / "red-flags.md").read_text(encoding="utf-8")
FLOWING = " ".join(PAGE.split())


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _first(*words: str) -> list[str]:
    found = [row for row in _rows() if all(word in row[-1] for word in words)]
    assert len(found) == 1, (words, found)
    return found[0]


def test_the_ladders_minutes():
    immediate, soon = (DEFAULT_MINUTES[urgency] for urgency in (Urgency.IMMEDIATE, Urgency.SOON))
    assert _first("paged again")[:2] == [f"{immediate.again} min", f"{soon.again} min"]
    assert _first("the backups too")[:2] == [f"{immediate.backup} min", f"{soon.backup} min"]
    assert _first("everybody on the ladder")[:2] == [f"{immediate.everyone} min", f"{soon.everyone} min"]


def test_what_follows_an_answer():
    assert (
        timedelta(minutes=int(_first("are you with the student")[0].strip("+ min")))
        == escalation.WITH_STUDENT
    )
    assert timedelta(hours=int(_first("the day's checklist")[0].strip("+ h"))) == escalation.SAME_DAY
    assert timedelta(hours=int(_first("offered a debrief")[0].strip(" h"))) == aftercare.DEBRIEF
    assert timedelta(days=int(_first("how the student is")[0].strip(" days"))) == aftercare.FOLLOW_UP


def test_how_long_silence_lasts():
    silence, unopened = "So do ten minutes of silence", "have not looked for half an hour"
    assert silence in FLOWING
    assert timedelta(minutes=10) == escalation.ASK_WRITER
    assert unopened in FLOWING
    assert timedelta(minutes=30) == escalation.UNOPENED

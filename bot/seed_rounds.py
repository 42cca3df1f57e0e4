"""The sandbox's weeks behind it: what its helpers answered on Mondays, for a digest to show."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.supervision import plan_new
from handlers.supervision_figures import as_json, count
from handlers.supervision_questions import WEEKLY
from handlers.supervision_times import days_later, moment_of
from storage import supervision, supervision_rounds
from storage.db import Tx
from storage.programmes import Programme

NINE = time(9)
WEEKS = (
    ("fine", "fine"),
    ("fine", "heavy"),
    ("heavy", ""),
    ("heavy", "talk"),
    ("fine", "fine"),
    ("fine", "heavy"),
    ("fine", "fine"),
)
"""What the helpers answered, the first week first; nothing: no answer."""


async def past_rounds(tx: Tx, programme: Programme, helpers: list[int], now: datetime) -> None:
    """Plan what comes by itself; the weekly question was asked, and closed, on the last Mondays."""
    await plan_new(tx, programme, now)
    schedule = await supervision.of_prompt(tx, programme.id, "weekly")
    if schedule is None:
        return
    zone = ZoneInfo(programme.time_zone)
    local = now.astimezone(zone).date()
    monday = moment_of(local - timedelta(days=local.weekday()), NINE, zone)
    while days_later(monday, zone, schedule.open_for) > now:
        monday = days_later(monday, zone, -7)
    for ago, words in enumerate(reversed(WEEKS)):
        await _round(tx, schedule, helpers, words, days_later(monday, zone, -7 * ago))


async def _round(
    tx: Tx, schedule: supervision.Schedule, helpers: list[int], words: tuple[str, ...], due_at: datetime
) -> None:
    closes_at = due_at + timedelta(days=schedule.open_for)
    number = await supervision_rounds.start(tx, schedule.id, due_at, closes_at=closes_at, nudge_at=None)
    await supervision_rounds.ask(tx, number, helpers)
    given = {helper: word for helper, word in zip(helpers, words, strict=False) if word}
    for hours, (helper, word) in enumerate(given.items(), 1):
        at = due_at + timedelta(hours=hours)
        await supervision_rounds.answer(tx, number, helper, word=word, late=False, now=at)
    answers = [{"week": word} for word in given.values()]
    results = as_json(count(WEEKLY, answers, len(helpers), len(answers)))
    await supervision_rounds.close(tx, number, closes_at, results)

"""Whether somebody is on duty in the coming week, as far as is known today."""

from dataclasses import dataclass
from datetime import date, datetime

from handlers import rota
from handlers.rota import Gap, clock
from handlers.supervision_rounds import calendar_of
from storage import people
from storage.db import Tx
from storage.programmes import Programme


@dataclass(frozen=True)
class Coverage:
    """School hours in which nobody is on duty, and days on which all adults are away."""

    gaps: tuple[Gap, ...] = ()
    all_away: tuple[date, ...] = ()


def lines(coverage: Coverage) -> list[str]:
    """The same for whoever runs the bot: days and hours, nobody's name."""
    found = [
        f"nobody is on duty on {gap.day}, {clock(gap.starts)} to {clock(gap.ends)}" for gap in coverage.gaps
    ]
    return [f"all adults are away on {day}" for day in coverage.all_away] + found


async def ahead(tx: Tx, programme: Programme, now: datetime) -> Coverage:
    """What is missing in a programme's coming week."""
    duty = await rota.of_programme(tx, programme, now)
    if not duty.hours and not duty.absences:
        return Coverage()
    adults = rota.in_chat(await people.ladder(tx, programme.id))
    local = rota.local_time(programme, now)
    gaps = duty.gaps(local, adults, await calendar_of(tx, programme.id)) if duty.hours else []
    return Coverage(tuple(gaps), tuple(duty.all_away(local.date(), adults)))

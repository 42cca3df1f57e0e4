"""``report``: the term's report as files, for whoever runs Handrail. Figures only: no names, no words.

Cases that somebody of the team is left out of are in no figure here, because nobody is known to read it.
"""

import asyncio
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.web.pages import figures, report_page
from bot.app import open_database
from bot.clock import SystemClock
from bot.settings import Settings, SetupProblem
from handlers import report
from handlers.languages import say_in
from handlers.report_figures import terms
from handlers.visits import ReportView, draw_pictures
from storage import programmes, supervision_people
from storage.db import Database
from storage.programmes import Programme


async def write_files(settings: Settings, day: date | None, folder: Path) -> list[str]:
    """Write a page and a table for each programme. Returns a line about each file.

    ``day`` lies in the term that is wanted. Raises :class:`SetupProblem` where there is no such term, no
    programme, or the database cannot be used.
    """
    database = await open_database(settings, migrate=False)
    try:
        async with database.read() as tx:
            every = await programmes.all_programmes(tx)
        if not every:
            raise SetupProblem("There is no programme yet. Start the bot on a chat platform first.")
        return [await _write(database, each, day, folder) for each in every]
    finally:
        await database.close()


async def _write(database: Database, programme: Programme, day: date | None, folder: Path) -> str:
    now, say = SystemClock().now(), say_in(programme.locale)
    async with database.read() as tx:
        days = await supervision_people.school_days(tx, programme.id)
        begun = terms(days, now.astimezone(ZoneInfo(programme.time_zone)).date())
        chosen = [each for each in begun if day is None or each.first <= day <= each.last]
        if not chosen:
            raise SetupProblem(
                f"{programme.name}: {day} lies in no term that has begun. Nothing was written."
            )
        term = chosen[0]
        found = await report.write(tx, programme, say, first=term.first, now=now)
    page = folder / f"report-{programme.id}-{term.first}.html"
    table = page.with_suffix(".csv")
    html = report_page(ReportView(found, say.language, await draw_pictures(found.sections)))
    try:
        await asyncio.to_thread(page.write_text, html, encoding="utf-8")
        await asyncio.to_thread(table.write_bytes, figures(found, say).encode("utf-8-sig"))
    except OSError:
        raise SetupProblem(f"The files cannot be written to the folder {folder}.") from None
    return f"{programme.name}, {term.first} to {term.last}: {page} and {table}"

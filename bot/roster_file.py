"""``roster import FILE``: a whole list of people from a spreadsheet, looked at first, then saved."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bot.app import open_database
from bot.clock import SystemClock
from bot.settings import Settings, SetupProblem
from handlers import roster_plan, roster_rows
from handlers.languages import say_in
from handlers.roster_plan import Plan, wrong_lines
from storage import events, programmes, roster
from storage.db import Database, Tx
from storage.programmes import Programme

SHOWN = 200
"""Wrong lines that are printed; of more it says how many."""


async def take(
    settings: Settings,
    file: Path,
    console: Console,
    *,
    team: str,
    confirm: Callable[[Plan], bool],
) -> bool:
    """Show what a file would change and, where ``confirm`` says so, save it. Returns whether
    everything that is good stands on the roster now.

    Raises :class:`SetupProblem` where the file, the programme or the database cannot be used.
    """
    try:
        content = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise SetupProblem(f"{file} cannot be read: {error.strerror}.") from error
    sheet = roster_rows.read(roster_rows.decode(content))
    if not sheet.rows and not sheet.wrong:
        raise SetupProblem(f"There is no row in {file}.")
    database = await open_database(settings, migrate=False)
    try:
        return await _take(database, sheet, console, team=team, confirm=confirm)
    finally:
        await database.close()


async def _take(
    database: Database,
    sheet: roster_rows.Sheet,
    console: Console,
    *,
    team: str,
    confirm: Callable[[Plan], bool],
) -> bool:
    async with database.read() as tx:
        programme = await _programme(tx, team)
        plan = await _plan(tx, programme, sheet)
    console.print(
        f"{len(plan.new)} new, {len(plan.changed)} changed, {plan.same} the same, {len(plan.wrong)} wrong."
    )
    for line in wrong_lines(say_in("en"), plan.wrong, SHOWN):
        console.print(line)
    if not plan.good:
        console.print("There is nothing to change.")
        return not plan.wrong
    if not confirm(plan):
        console.print("Nothing was saved.")
        return False
    now = SystemClock().now()
    async with database.write() as tx:
        await roster.hold(tx, programme.id)
        if (await _plan(tx, programme, sheet)).fingerprint != plan.fingerprint:
            raise SetupProblem("The team changed meanwhile, so nothing was saved. Please run this again.")
        await roster_plan.save(tx, programme, plan, now)
        await events.audit(
            tx,
            programme_id=programme.id,
            person_id=None,
            deed="roster_imported",
            subject=f"programme:{programme.id}",
            now=now,
        )
    console.print("Saved. The bot that runs welcomes whoever is new.")
    return True


async def _plan(tx: Tx, programme: Programme, sheet: roster_rows.Sheet) -> Plan:
    talks = await programmes.connections(tx, programme.id)
    here = talks[0].id if len(talks) == 1 else None
    return roster_plan.make(sheet, await roster.entries(tx, programme.id), talks, here)


async def _programme(tx: Tx, team: str) -> Programme:
    known = await programmes.all_programmes(tx)
    found = [each for each in known if not team or each.name.casefold() == team.casefold()]
    if len(found) == 1:
        return found[0]
    if not known:
        raise SetupProblem("There is no programme yet. Start the bot on a chat platform first.")
    raise SetupProblem("Say which programme: --team with its name, as /handrail setup shows it.")

"""``drill``: test pages through the ladder of every programme; the bot that runs sends them."""

from bot.app import open_database
from bot.clock import SystemClock
from bot.settings import Settings, SetupProblem
from handlers import drills
from storage import programmes


async def start(settings: Settings) -> list[str]:
    """Start a drill in every programme. Returns a line about each.

    Raises :class:`SetupProblem` where there is no programme, or the database cannot be used.
    """
    database = await open_database(settings, migrate=False)
    try:
        now, lines = SystemClock().now(), []
        async with database.read() as tx:
            every = await programmes.all_programmes(tx)
        for programme in every:
            async with database.write() as tx:
                case = await drills.start(tx, programme, now)
            begun = f"{case.name} has begun." if case else "a drill is under way, or nobody can be paged."
            lines.append(f"{programme.name}: {begun}")
    finally:
        await database.close()
    if not lines:
        raise SetupProblem("There is no programme yet. Start the bot on a chat platform first.")
    return [*lines, "The bot that runs sends the pages; the coordinators get the result."]

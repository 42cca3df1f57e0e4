"""Cases that may be about somebody on the team, for the tests of whom they are kept from."""

from sqlalchemy import func, select

from handlers.chat import Card
from storage import cases, programmes
from storage.db import Database
from storage.models import OutboxRow
from tests.integration.moody import Moody
from tests.stage import Stage, only_card, only_form

ABUSE = "his teacher touches him, it is Ms. Rivera"
ABUSE_BY_NOBODY_NAMED = "her stepfather hits her"
BOTH = "his teacher touches him, it is Ms. Rivera, and Mr. Okafor knows"
CHILD_LINE = "1-800-422-4453"
RIVERA, OKAFOR = 3, 4


async def open_stage(database: Database, moody: Moody | None = None) -> Stage:
    """The usual team, whose platform can be told to hang, and whose card can show who protects children."""
    stage = await Stage.open(database, platform=moody)
    async with database.write() as tx:
        await programmes.set_numbers(tx, 1, emergency_number="911", crisis_line="988", child_line=CHILD_LINE)
    return stage


async def raised(stage: Stage, text: str = f"/urgent {ABUSE}", user: str = "maya") -> Card:
    """Raise a case; returns the card of whoever raised it."""
    return (await stage.command(user, text))[0].card


async def leave_out(stage: Stage, whom: str, case: int = 1, user: str = "maya") -> Card:
    """The writer says that it is about this adult; returns their card."""
    question = only_card(await stage.press(user, f"writer.staff:{case}"))
    return only_card(await stage.choose(user, question, whom))


async def rows_for(stage: Stage, person: int) -> int:
    """How many messages to somebody were ever written."""
    async with stage.app.database.read() as tx:
        count = await tx.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.person_id == person))
    return count or 0


async def timeline(stage: Stage, case: int = 1) -> list[tuple[str, int | None]]:
    async with stage.app.database.read() as tx:
        return [(line.kind, line.person_id) for line in await cases.timeline(tx, case)]


async def close(stage: Stage, user: str, case: int = 1) -> None:
    form = only_form(await stage.press(user, f"case.close:{case}"))
    await stage.submit(user, form, outcome="talked", report="made", parents="told")

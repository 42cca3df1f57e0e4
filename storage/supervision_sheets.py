"""Rounds without names: one sealed sheet a round, written anew with every answer.

A sheet holds who has answered, in the order of their numbers, and the answers under random ids, in the order
of those. Nothing in it, and nothing about the row, tells when somebody answered or which answer is whose.
"""

import json
from collections.abc import Mapping
from secrets import token_hex

from sqlalchemy import delete, select, update

from storage.db import Tx, insert_into
from storage.models import SheetRow

Content = Mapping[str, str | list[str]]


async def lay_out(tx: Tx, round_id: int) -> None:
    """An empty sheet for a round that begins."""
    values = {"round_id": round_id, "answered": "[]", "answers": "{}"}
    await tx.execute(insert_into(tx, SheetRow).values(**values).on_conflict_do_nothing())


async def hand_in(tx: Tx, round_id: int, person_id: int, content: Content) -> bool:
    """Add an answer. ``False`` if the person has answered already, or there is no sheet: nothing changes."""
    found = await tx.execute(
        select(SheetRow.answered, SheetRow.answers).where(SheetRow.round_id == round_id).with_for_update()
    )
    row = found.first()
    if row is None:
        return False
    answered, answers = set(json.loads(row.answered)), json.loads(row.answers)
    if person_id in answered:
        return False
    answers[token_hex(8)] = dict(content)
    await tx.execute(
        update(SheetRow)
        .where(SheetRow.round_id == round_id)
        .values(
            answered=json.dumps(sorted(answered | {person_id})),
            answers=json.dumps(answers, sort_keys=True),
        )
    )
    return True


async def who_answered(tx: Tx, round_id: int) -> set[int]:
    """Who has answered so far."""
    answered = await tx.scalar(select(SheetRow.answered).where(SheetRow.round_id == round_id))
    return set(json.loads(answered)) if answered else set()


async def answers(tx: Tx, round_id: int) -> list[Content]:
    """What was answered, in no order that means anything."""
    found = await tx.scalar(select(SheetRow.answers).where(SheetRow.round_id == round_id))
    return list(json.loads(found).values()) if found else []


async def take_down(tx: Tx, round_id: int) -> None:
    """The round is closed and counted: the answers, and who gave one, are kept no longer."""
    await tx.execute(delete(SheetRow).where(SheetRow.round_id == round_id))

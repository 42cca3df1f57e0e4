"""Groups: whom each lead helper looks after."""

from collections.abc import Collection

from sqlalchemy import delete, select

from storage.db import Tx, insert_into
from storage.models import GroupRow, PersonRow


async def of_programme(tx: Tx, programme_id: int) -> dict[int, int]:
    """Which lead looks after each helper, by the helper's id."""
    rows = await tx.execute(
        select(GroupRow.helper_id, GroupRow.lead_id)
        .join(PersonRow, PersonRow.id == GroupRow.helper_id)
        .where(PersonRow.programme_id == programme_id)
    )
    return dict(rows.all())


async def lead_of(tx: Tx, helper_id: int) -> int | None:
    """Who looks after a helper, if anybody."""
    return await tx.scalar(select(GroupRow.lead_id).where(GroupRow.helper_id == helper_id))


async def set_group(tx: Tx, lead_id: int, among: Collection[int], chosen: Collection[int]) -> None:
    """Of these helpers, let the ``chosen`` ones be in a lead's group (and in no other), and nobody else."""
    await tx.execute(
        delete(GroupRow).where(
            GroupRow.helper_id.in_(list(among)),
            (GroupRow.lead_id == lead_id) | GroupRow.helper_id.in_(list(chosen)),
        )
    )
    if chosen:
        values = [{"helper_id": helper, "lead_id": lead_id} for helper in chosen]
        await tx.execute(insert_into(tx, GroupRow), values)

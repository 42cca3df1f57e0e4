"""What helpers sign: its versions, and who agreed when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.db import Tx, record
from storage.models import AgreementRow, PersonRow, SignatureRow


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A version. ``text`` empty: the one that Handrail brings. ``required``: helpers are asked to sign it."""

    id: int
    version: int
    text: str
    required: bool
    at: datetime


async def current(tx: Tx, programme_id: int) -> Agreement | None:
    """The newest version; ``None`` where a programme has never had one."""
    row = await tx.scalar(
        select(AgreementRow)
        .where(AgreementRow.programme_id == programme_id)
        .order_by(AgreementRow.version.desc())
        .limit(1)
    )
    return None if row is None else record(Agreement, row)


async def add_version(
    tx: Tx, programme_id: int, text: str, *, required: bool, made_by: int | None, now: datetime
) -> Agreement:
    """Make a new version, which is the current one from now on."""
    last = await tx.scalar(
        select(func.max(AgreementRow.version)).where(AgreementRow.programme_id == programme_id)
    )
    row = AgreementRow(
        programme_id=programme_id,
        version=(last or 0) + 1,
        text=text,
        required=required,
        made_by=made_by,
        at=now,
    )
    tx.add(row)
    await tx.flush()
    return record(Agreement, row)


async def sign(tx: Tx, person_id: int, agreement_id: int, now: datetime) -> None:
    """Somebody agrees."""
    tx.add(SignatureRow(person_id=person_id, agreement_id=agreement_id, at=now))
    await tx.flush()


async def signed_at(tx: Tx, programme_id: int, agreement_id: int) -> dict[int, datetime]:
    """When people of a programme last agreed to a version, by id."""
    rows = await tx.execute(
        select(SignatureRow.person_id, func.max(SignatureRow.at).label("at"))
        .join(PersonRow, PersonRow.id == SignatureRow.person_id)
        .where(PersonRow.programme_id == programme_id, SignatureRow.agreement_id == agreement_id)
        .group_by(SignatureRow.person_id)
    )
    return dict(rows.all())

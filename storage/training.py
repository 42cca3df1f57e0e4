"""Which modules people have completed, until when that holds, and what services ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from storage.db import Tx, record
from storage.models import CheckInRow, PersonRow, ServiceModuleRow, TrainingRow


@dataclass(frozen=True, kw_only=True)
class Training:
    """A module that somebody has completed. ``expires_on``: the last day on which that holds."""

    person_id: int
    module: str
    title: str
    trainer: str
    done_on: date
    expires_on: date | None

    def holds(self, day: date) -> bool:
        """Whether it counts on a day."""
        return self.expires_on is None or day <= self.expires_on


async def record_all(
    tx: Tx, programme_id: int, done: Sequence[Training], *, recorded_by: int, now: datetime
) -> None:
    """Keep what was completed."""
    common = {"programme_id": programme_id, "recorded_by": recorded_by, "at": now}
    await tx.execute(insert(TrainingRow), [{**vars(each), **common} for each in done])


async def of_programme(tx: Tx, programme_id: int, person_id: int | None = None) -> list[Training]:
    """The last record of each module of everybody on the roster, or of one person."""
    chosen = [TrainingRow.programme_id == programme_id, PersonRow.left_at.is_(None)]
    if person_id is not None:
        chosen.append(TrainingRow.person_id == person_id)
    rows = await tx.scalars(
        select(TrainingRow)
        .join(PersonRow, PersonRow.id == TrainingRow.person_id)
        .where(*chosen)
        .order_by(TrainingRow.done_on, TrainingRow.id)
    )
    last = {(row.person_id, row.module): record(Training, row) for row in rows}
    return list(last.values())


async def needed(tx: Tx, programme_id: int) -> dict[str, frozenset[str]]:
    """The modules that each service asks for."""
    rows = await tx.execute(
        select(ServiceModuleRow.service, ServiceModuleRow.module)
        .where(ServiceModuleRow.programme_id == programme_id)
        .order_by(ServiceModuleRow.service, ServiceModuleRow.module)
    )
    found: dict[str, set[str]] = {}
    for service, module in rows:
        found.setdefault(service, set()).add(module)
    return {service: frozenset(modules) for service, modules in found.items()}


async def set_needed(tx: Tx, programme_id: int, service: str, modules: Collection[str]) -> None:
    """Let a service ask for these modules and no others."""
    await tx.execute(
        delete(ServiceModuleRow).where(
            ServiceModuleRow.programme_id == programme_id, ServiceModuleRow.service == service
        )
    )
    tx.add_all(
        ServiceModuleRow(programme_id=programme_id, service=service, module=module)
        for module in sorted(set(modules))
    )
    await tx.flush()


async def services_given(
    tx: Tx, programme_id: int, services: Collection[str], since: datetime, until: datetime
) -> list[tuple[int, str, str]]:
    """Who gave which of these services in a time: (person id, name, service), each once."""
    rows = await tx.execute(
        select(PersonRow.id, PersonRow.name, CheckInRow.service)
        .join(PersonRow, PersonRow.id == CheckInRow.helper_id)
        .where(
            CheckInRow.programme_id == programme_id,
            CheckInRow.service.in_(list(services)),
            CheckInRow.undone_at.is_(None),
            CheckInRow.at >= since,
            CheckInRow.at < until,
        )
        .order_by(PersonRow.id, CheckInRow.service)
    )
    return list(dict.fromkeys((person_id, name, service) for person_id, name, service in rows))

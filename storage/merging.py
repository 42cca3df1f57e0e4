"""Two entries on the roster that are one person: what hangs on one of them hangs on the other from now on."""

from sqlalchemy import exists, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.db import Tx
from storage.models import (
    AccountRow,
    AnswerRow,
    AskedRow,
    AttendanceRow,
    CaseRow,
    CheckInRow,
    CodeUsedRow,
    DraftRow,
    GroupRow,
    HandoffRow,
    HelpRequestRow,
    LimitsSaidRow,
    MeetingNoteRow,
    MeetingPlanRow,
    NominationViewRow,
    NotWithRow,
    OfferRow,
    PairingRow,
    SignatureRow,
    TrainingRow,
    WishRow,
)

_Person = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
_SIMPLY: tuple[_Person, ...] = (
    AccountRow.person_id,
    CheckInRow.helper_id,
    DraftRow.person_id,
    CaseRow.helper_id,
    PairingRow.helper_id,
    HandoffRow.helper_id,
    HelpRequestRow.claimed_by,
    TrainingRow.person_id,
    SignatureRow.person_id,
    GroupRow.lead_id,
    MeetingPlanRow.lead_id,
)
_ONCE: tuple[tuple[InstrumentedAttribute[int], InstrumentedAttribute[int] | None], ...] = (
    (NotWithRow.helper_id, NotWithRow.peer_id),
    (LimitsSaidRow.helper_id, LimitsSaidRow.peer_id),
    (CodeUsedRow.helper_id, CodeUsedRow.peer_id),
    (AttendanceRow.person_id, AttendanceRow.meeting_id),
    (MeetingNoteRow.author_id, MeetingNoteRow.meeting_id),
    (NominationViewRow.person_id, NominationViewRow.nomination_id),
    (AskedRow.person_id, AskedRow.round_id),
    (AnswerRow.person_id, AnswerRow.round_id),
    (OfferRow.helper_id, None),
    (GroupRow.helper_id, None),
    (WishRow.person_id, None),
)
"""A person has one of these (of each kind that stands beside it): where ``kept`` has it, it stays theirs."""


async def move(tx: Tx, *, other: int, kept: int) -> None:
    """Let all that is ``other``'s be ``kept``'s."""
    for person in _SIMPLY:
        await tx.execute(update(person.class_).where(person == other).values({person.key: kept}))
    for person, beside in _ONCE:
        twin = aliased(person.class_)
        has = getattr(twin, person.key) == kept
        if beside is not None:
            has &= getattr(twin, beside.key) == beside
        moved = update(person.class_).where(person == other, ~exists().where(has))
        await tx.execute(moved.values({person.key: kept}).execution_options(synchronize_session=False))

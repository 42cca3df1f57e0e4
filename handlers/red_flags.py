"""From an event to a case: what a person said and what screening found become flags, a case and a page.

This runs before any permission, validation or handler, in the same transaction that takes the event.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from handlers import case_moves, escalation, peer_codes
from handlers.chat import Event, FormSubmitted, TextPosted
from handlers.context import Context, Raised
from handlers.registry import Said
from handlers.screening import Screening
from storage import case_notes, cases, checkins, people
from storage.case_notes import Flag
from storage.cases import Case
from storage.db import Tx
from storage.words import About, CaseState, Category, FoundBy, Urgency

SOURCE = 200
"""Characters that a note's source holds."""
JOIN_WITHIN = timedelta(minutes=30)
"""The same helper about the same peer code joins the open case this long."""


@dataclass(frozen=True)
class Concern:
    """What a person said and what screening found, together. Software only raises, never lowers."""

    urgency: Urgency
    about: About
    flags: tuple[Flag, ...]

    @property
    def categories(self) -> tuple[Category, ...]:
        """What it is about, as far as anybody knows, the most urgent first."""
        return tuple(dict.fromkeys(flag.category for flag in self.flags))


def combine(said: Said, screening: Screening) -> Concern | None:
    """Put both together; ``None`` where neither raises anything."""
    urgency = max(said.urgency, screening.urgency, key=lambda level: level.rank)
    if urgency is Urgency.NONE:
        return None
    about = screening.about if screening.about is not About.UNKNOWN else said.about
    flags = [
        Flag(
            finding.category,
            finding.urgency,
            finding.about,
            FoundBy.SCREENING,
            finding.theme,
            finding.reason,
            tuple((evidence.start, evidence.end) for evidence in finding.evidence),
        )
        for finding in screening.findings
    ]
    if said.urgency is not Urgency.NONE:
        reason = "The helper asked for an adult."
        flags.insert(
            0, Flag(Category.UNSURE, said.urgency, about, FoundBy.HELPER, "the helper is worried", reason, ())
        )
    return Concern(urgency, about, tuple(flags))


def source_of(event: Event) -> str:
    """What finds a case again when the same message is edited: the message, else the event itself."""
    if isinstance(event, TextPosted):
        source = f"message:{event.user.platform}:{event.user.workspace}:{event.place.id}:{event.message_id}"
    else:
        source = f"event:{event.dedupe_key}"
    # No platform's ids are as long as the column, but what does not fit must not lose a disclosure.
    return source if len(source) <= SOURCE else f"hash:{sha256(source.encode(errors='replace')).hexdigest()}"


def peer_code_in(event: Event) -> str | None:
    """The peer code that an event names: a form's peer, else the first code in its words."""
    if isinstance(event, FormSubmitted) and (code := peer_codes.find(event.text("peer"))):
        return code
    return peer_codes.find(event.words)


async def raise_case(ctx: Context, event: Event, said: Said, concern: Concern) -> Raised:
    """Open a case or join the one these words belong to, with its page or its alert."""
    source = source_of(event)
    peer_code = peer_code_in(event)
    check_in_id = await _own_check_in(ctx, said)
    await cases.take_turn(ctx.tx, ctx.programme.id)
    case = await cases.to_join(
        ctx.tx,
        programme_id=ctx.programme.id,
        source=source,
        wordless=not event.words,
        check_in_id=check_in_id,
        helper_id=ctx.person.id if ctx.person else None,
        peer_code=peer_code,
        since=ctx.now - JOIN_WITHIN,
    )
    if case is not None and _another_person(case, concern):
        case = None
    joined = case is not None
    if case is None:
        case = await _open(ctx, event.user.id, peer_code, concern)
    known = set(await categories_of(ctx.tx, case.id)) if joined else set()
    note_id = await case_notes.add_note(
        ctx.tx,
        case.id,
        text=event.words,
        source=source,
        check_in_id=check_in_id,
        flags=concern.flags,
        now=ctx.now,
    )
    if joined:
        case = await _join(ctx, case, concern, known)
    elif concern.urgency.pages:
        case = await case_moves.start(ctx.tx, ctx.programme, case, ctx.now)
    categories = tuple(dict.fromkeys([*known, *concern.categories]))
    return Raised(case, note_id, joined, categories, await case_moves.told(ctx.tx, case))


def _another_person(case: Case, concern: Concern) -> bool:
    """Whether just one is about the writer: a helper in danger is never a side note to a peer's case."""
    known = About.UNKNOWN not in (case.about, concern.about)
    return known and case.about is not concern.about


async def _own_check_in(ctx: Context, said: Said) -> int | None:
    """The check-in that an event says it belongs to, if it is there and the writer's own."""
    if said.check_in is None or ctx.person is None:
        return None
    found = await checkins.get(ctx.tx, said.check_in, ctx.person.id)
    return None if found is None else found.id


async def _open(ctx: Context, writer_user: str, peer_code: str | None, concern: Concern) -> Case:
    pages = concern.urgency.pages
    # Nobody is paged for "possible" yet; if the writer stays silent it counts as "soon".
    urgency = concern.urgency if pages else Urgency.SOON
    case = await cases.open_case(
        ctx.tx,
        programme_id=ctx.programme.id,
        state=CaseState.OPEN if pages else CaseState.ASKED,
        urgency=urgency,
        about=concern.about,
        helper_id=ctx.person.id if ctx.person else None,
        writer_connection_id=ctx.connection.id,
        writer_user=writer_user,
        peer_code=peer_code,
        minutes=vars(case_moves.ladder_minutes(ctx.programme, urgency)),
        next_at=ctx.now if pages else ctx.now + escalation.ASK_WRITER,
        ladder=await people.ladder(ctx.tx, ctx.programme.id),
        now=ctx.now,
    )
    await cases.tell(ctx.tx, case.id, "opened" if pages else "asked_writer", ctx.now, case.helper_id)
    return case


async def _join(ctx: Context, case: Case, concern: Concern, known: set[Category]) -> Case:
    """Add words to a live case: a new category or a higher urgency starts a new climb."""
    higher = concern.urgency.rank > case.urgency.rank
    new = bool(set(concern.categories) - known - {Category.UNSURE})
    asked = case.state is CaseState.ASKED
    worse = concern.urgency is Urgency.IMMEDIATE or (concern.urgency.pages and (higher or new or asked))
    if higher:
        minutes = vars(case_moves.ladder_minutes(ctx.programme, concern.urgency))
        case = replace(case, urgency=concern.urgency, minutes=minutes)
    await cases.tell(ctx.tx, case.id, "note_joined", ctx.now, case.helper_id, worse=worse)
    return await case_moves.move(ctx.tx, ctx.programme, case, escalation.NoteJoined(worse), ctx.now)


async def categories_of(tx: Tx, case_id: int) -> list[Category]:
    """What a case is about, the first found first."""
    return list(dict.fromkeys(flag.category for flag in await case_notes.flag_summaries(tx, case_id)))

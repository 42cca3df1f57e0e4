"""From an event to a case: what a person said and what screening found become flags, a case and a page.

This runs before any permission, validation or handler, in the same transaction that takes the event.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from handlers import case_moves, case_views, escalation, exclusion, ladder, peer_codes
from handlers.chat import Event, FormSubmitted, MessageRaised, PlaceKind, TextPosted
from handlers.climbs import ladder_minutes
from handlers.context import Context, Raised
from handlers.languages import mark, say_in
from handlers.registry import Said
from handlers.screening import Finding, Screening
from handlers.screening.joining import READER
from storage import case_notes, case_writers, cases, checkins, ladders, left_out, people
from storage.case_notes import Flag
from storage.cases import Case
from storage.words import About, CaseState, Category, FollowUp, FoundBy, Urgency, WhyLeftOut

LATE = timedelta(minutes=30)
"""Words that took longer to reach the bot say when they were written."""
SOURCE = 200
"""Characters that a note's source holds."""
JOIN_WITHIN = timedelta(minutes=30)
"""The same helper about the same peer code joins the open case this long."""
PRESSED_AGAIN = timedelta(minutes=10)
"""The same helper pressing for help again, without a word, means the case that is open already."""


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
    if said.urgency is not Urgency.NONE:  # a person asks for an adult: guesses add nothing to that
        screening = Screening(tuple(each for each in screening.findings if not _is_guess(each)))
    about = screening.about if screening.about is not About.UNKNOWN and not said.quoted else said.about
    of_two_minds = _of_two_minds(screening)
    flags = [
        Flag(
            _category(finding, of_two_minds=of_two_minds),
            finding.urgency,
            About.SOMEBODY_ELSE if said.quoted else finding.about,
            FoundBy.SCREENING,
            finding.theme,
            finding.reason,
            tuple((evidence.start, evidence.end) for evidence in finding.evidence),
            finding.rule,
        )
        for finding in screening.findings
    ]
    if said.urgency is not Urgency.NONE:
        reason = mark("The helper asked for an adult.")
        flags.insert(
            0,
            Flag(
                Category.UNSURE,
                said.urgency,
                about,
                FoundBy.HELPER,
                mark("the helper is worried"),
                reason,
                (),
            ),
        )
    return Concern(urgency, about, tuple(flags))


def _is_guess(finding: Finding) -> bool:
    """Whether the reader alone found it, and would ask the writer."""
    return finding.rule == READER and finding.urgency is Urgency.POSSIBLE


def _of_two_minds(screening: Screening) -> bool:
    """Whether the reader takes it for abuse or for something else, and no rule knows."""
    return (
        Category.ABUSE in screening.categories
        and len(screening.categories) > 1
        and all(finding.rule == READER for finding in screening.findings)
    )


def _category(finding: Finding, *, of_two_minds: bool) -> Category:
    """What a finding is kept as. Abuse that is only guessed leaves nobody out as abuse does."""
    guessed_abuse = _is_guess(finding) and finding.category is Category.ABUSE
    return Category.UNSURE if guessed_abuse or of_two_minds else finding.category


def source_of(event: Event) -> str:
    """What finds a case again when the same message is edited: the message, else the event itself."""
    if isinstance(event, TextPosted):
        source = f"message:{event.user.platform}:{event.user.workspace}:{event.place.id}:{event.message_id}"
    elif isinstance(event, MessageRaised):
        # Whoever points the same message out again means the case that it opened.
        source = f"raised:{event.user.id}:{event.user.workspace}:{event.place.id}:{event.message_id}"
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
    check_in_id = await _own_check_in(ctx, said)
    await cases.take_turn(ctx.tx, ctx.programme.id)
    before = await _said_before(ctx, event)
    if before is not None and (sent_again := await _sent_again(ctx, event, concern, before)) is not None:
        return sent_again
    same_words = before[0] if before else None
    case = await _belongs_to(
        ctx, event, said, about=concern.about, check_in_id=check_in_id, same_words=same_words
    )
    new: case_moves.New | None = None
    known: set[Category] = set()
    if case is None:
        new = await _open(ctx, event, concern)
        case = new.view.case
    else:
        known = set(await case_views.categories_of(ctx.tx, case.id))
        case = await exclusion.heed(
            ctx.tx, ctx.programme, case, event.words, new=concern.categories, known=known, now=ctx.now
        )
    note_id = await case_notes.add_note(
        ctx.tx,
        case.id,
        text=await _kept_words(ctx, event),
        source=source_of(event),
        check_in_id=check_in_id,
        flags=concern.flags,
        now=ctx.now,
        written_at=_written_late(ctx, event),
    )
    # Only now is it known which check-in the case is about.
    if new is None or new.view.about_team:
        kept_away = await left_out.of_case(ctx.tx, case.id)
        await exclusion.take_back_walks(ctx.tx, ctx.programme, case, kept_away, ctx.now)
    if new is None:
        case = await _join(ctx, case, concern, known)
    elif concern.urgency.pages:
        case = await case_moves.start(ctx.tx, ctx.programme, case, ctx.now, new=new)
    return Raised(case, note_id, joined=new is None)


async def _kept_words(ctx: Context, event: Event) -> str:
    """The words as the adults will read them; of somebody else's, behind them, who wrote them."""
    if not isinstance(event, MessageRaised) or not event.by_another:
        return event.words
    author = await people.by_account(ctx.tx, ctx.connection.id, event.author)
    name = author.name if author else event.author_name or event.author
    say = say_in(ctx.programme.locale)
    return f"{event.words}\n({say('A message that {author} wrote; it was pointed out.', author=name)})"


async def _said_before(ctx: Context, event: Event) -> tuple[int, int] | None:
    """Where the same helper wrote the very same words a moment ago: (case id, note id)."""
    if not event.words or ctx.person is None:
        return None
    since = ctx.now - JOIN_WITHIN
    peer = peer_code_in(event)  # the same short words about another peer are another matter
    return await case_notes.written_before(ctx.tx, ctx.person.id, event.words, peer_code=peer, since=since)


async def _sent_again(ctx: Context, event: Event, concern: Concern, before: tuple[int, int]) -> Raised | None:
    """A form that was refused and is sent anew says nothing new; ``None`` where it now says that it is worse.

    The same message written once more is another matter: somebody may be waiting.
    """
    case = await cases.lock(ctx.tx, before[0]) if isinstance(event, FormSubmitted) else None
    if case is None or case.state not in cases.LIVE:
        return None
    if concern.urgency.pages and (case.state is CaseState.ASKED or concern.urgency.rank > case.urgency.rank):
        return None
    return Raised(case, before[1], joined=True)


async def _belongs_to(
    ctx: Context, event: Event, said: Said, *, about: About, check_in_id: int | None, same_words: int | None
) -> Case | None:
    wordless = not event.words
    return await case_writers.case_to_join(
        ctx.tx,
        programme_id=ctx.programme.id,
        source=source_of(event),
        writer=(ctx.connection.id, event.user.id),
        # A helper in danger is never a side note to a peer's case, nor the other way round.
        about=about,
        named=None if said.case is None else await cases.whole(ctx.tx, said.case),
        same_words=same_words,
        pressed_again_since=ctx.now - PRESSED_AGAIN if wordless and said.urgency.pages else None,
        wordless=wordless,
        check_in_id=check_in_id,
        helper_id=ctx.person.id if ctx.person else None,
        peer_code=peer_code_in(event),
        since=ctx.now - JOIN_WITHIN,
    )


async def _own_check_in(ctx: Context, said: Said) -> int | None:
    """The check-in that an event says it belongs to, if it is there and the writer's own."""
    if said.check_in is None or ctx.person is None:
        return None
    found = await checkins.get(ctx.tx, said.check_in, ctx.person.id)
    return None if found is None else found.id


async def _open(ctx: Context, event: Event, concern: Concern) -> case_moves.New:
    pages = concern.urgency.pages
    writer = ctx.person.id if ctx.person else None
    named = await exclusion.meant(ctx.tx, ctx.programme.id, event.words, concern.categories, writer)
    named |= await _author(ctx, event)
    # Nobody is paged for "possible" yet; if the writer stays silent it counts as "soon".
    urgency = concern.urgency if pages else Urgency.SOON
    quiet = not pages and isinstance(event, TextPosted) and event.place.kind is PlaceKind.CHANNEL
    addresses = await case_moves.ladder_without(ctx.tx, ctx.programme, named, ctx.now)
    case = await cases.open_case(
        ctx.tx,
        programme_id=ctx.programme.id,
        state=CaseState.OPEN if pages else CaseState.ASKED,
        urgency=urgency,
        about=concern.about,
        helper_id=writer,
        writer_connection_id=ctx.connection.id,
        writer_user=event.user.id,
        peer_code=peer_code_in(event),
        minutes=vars(ladder_minutes(ctx.programme, urgency)),
        next_at=ctx.now if pages else ctx.now + escalation.ASK_WRITER,
        ladder=addresses,
        follow_up=FollowUp.UNOPENED if quiet else FollowUp.WAITING,
        now=ctx.now,
        written_at=_written_late(ctx, event),
    )
    await cases.tell(ctx.tx, case.id, "opened" if pages else "asked_writer", ctx.now, case.helper_id)
    kept_away = await left_out.leave_out(ctx.tx, case.id, named, WhyLeftOut.NAMED, ctx.now)
    for person in sorted(kept_away):
        await cases.tell(ctx.tx, case.id, "left_out", ctx.now, person, why=WhyLeftOut.NAMED.value)
    await exclusion.spread(ctx.tx, ctx.programme, case, named, why=WhyLeftOut.NAMED, now=ctx.now)
    view = case_views.of_new(
        case,
        ctx.programme,
        flags=concern.flags,
        helper=ctx.person.name if ctx.person else "",
        about_team=bool(kept_away),
    )
    return case_moves.New(view, ladders.new(addresses, writer))


def _written_late(ctx: Context, event: Event) -> datetime | None:
    """When words were written that were found long after, because the bot or the platform had been away."""
    return event.at if ctx.now - event.at > LATE else None


async def _author(ctx: Context, event: Event) -> frozenset[int]:
    """Who wrote a message that somebody else points out: it may be about its own writer."""
    if not isinstance(event, MessageRaised) or not event.by_another:
        return frozenset()
    author = await people.by_account(ctx.tx, ctx.connection.id, event.author)
    return frozenset() if author is None else frozenset({author.id})


async def _join(ctx: Context, case: Case, concern: Concern, known: set[Category]) -> Case:
    """Add words to a live case: a new category or a higher urgency starts a new climb."""
    higher = concern.urgency.rank > case.urgency.rank
    new = bool(set(concern.categories) - known - {Category.UNSURE})
    asked = case.state is CaseState.ASKED
    worse = concern.urgency is Urgency.IMMEDIATE or (concern.urgency.pages and (higher or new or asked))
    if case.about is About.UNKNOWN:
        case = replace(case, about=concern.about)
    if higher:
        minutes = vars(ladder_minutes(ctx.programme, concern.urgency))
        case = replace(case, urgency=concern.urgency, minutes=minutes)
    await cases.tell(ctx.tx, case.id, "note_joined", ctx.now, case.helper_id, worse=worse)
    return await case_moves.move(ctx.tx, ctx.programme, case, ladder.NoteJoined(worse), ctx.now)


async def add_category(ctx: Context, case: Case, category: Category) -> None:
    """Whoever raised a case says what it is about: a flag like any other, in what they wrote last."""
    reason = mark("The helper said what it is about.")
    flag = Flag(category, case.urgency, case.about, FoundBy.HELPER, "", reason, ())
    await case_notes.add_flag(ctx.tx, case.id, flag, ctx.now)
    await cases.tell(ctx.tx, case.id, "category_told", ctx.now, case.helper_id, category=category.value)

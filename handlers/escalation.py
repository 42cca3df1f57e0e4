"""The ladder, as pure functions: (where a climb stands, what happened, now) -> (where it stands, messages).

Nothing here reads a clock or a database. The times are those of the programme's agreed flow: an
``immediate`` flag pages again after 2 minutes, adds the backup after 5 and everybody after 10; ``soon``
after 5, 15 and 30. Then everybody is paged every 5 minutes in the first hour and every 15 after, without
an end, until somebody has it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.ladder import (
    Acknowledged,
    Adult,
    AskWithStudent,
    BecameUnreachable,
    Climb,
    Closed,
    Confirmed,
    Declined,
    DetailTold,
    Due,
    Happening,
    HelperNews,
    LadderChanged,
    Message,
    NoteJoined,
    NoteRead,
    Page,
    PageByFallback,
    RefreshPages,
    RemindToClose,
    Step,
    StudentSeen,
    TellHelper,
    TellOfNote,
    Told,
    Withdrawn,
)
from handlers.rungs import AGAIN, BACKUP, EVERYONE, can_answer, missed_at, newly_missed, paged_at, paged_now
from storage.words import CaseState, FollowUp

ASK_WRITER = timedelta(minutes=10)
"""How long a writer who was asked may stay silent before it counts as yes."""
WITH_STUDENT = timedelta(minutes=15)
"""After an acknowledgement: when the adult is asked whether they are with the student."""
ANSWER_WITHIN = timedelta(minutes=5)
"""How long that question may stay unanswered before a new climb starts."""
ON_THE_WAY = timedelta(minutes=10)
"""When an adult who is on the way is asked again."""
SAME_DAY = timedelta(hours=4)
"""How long after the student was seen the checklist is asked for: still the same day, in most cases."""
REMIND_TO_CLOSE = timedelta(days=1)
UNOPENED = timedelta(minutes=30)
"""How long one adult has to look at words from a channel whose writer did not answer the question."""
FIRST_HOUR = timedelta(hours=1)

_QUIET = (FollowUp.UNOPENED, FollowUp.OPENED)


def start(climb: Climb, now: datetime) -> Step:
    """Take the first step of a climb that has just opened."""
    return _take(climb, 0, now)


def advance(climb: Climb, happening: Happening, now: datetime) -> Step:
    """Apply what happened. What no longer matters (a case already closed) changes nothing."""
    if isinstance(happening, LadderChanged):
        return _on_another_ladder(climb, happening.ladder, now)
    if isinstance(happening, DetailTold):
        return _pass_on(climb, happening.what, now)
    match climb.state:
        case CaseState.ASKED:
            return _while_asked(climb, happening, now)
        case CaseState.OPEN:
            return _while_open(climb, happening, now)
        case CaseState.ACKNOWLEDGED:
            return _while_acknowledged(climb, happening, now)
        case CaseState.WITHDRAWN if isinstance(happening, Acknowledged):
            return _acknowledge(climb, happening.person, now)
        case CaseState.WITHDRAWN if isinstance(happening, Confirmed):
            return _take(replace(climb, state=CaseState.OPEN, started_at=now), 0, now)
        case _:
            return climb, ()


def _while_asked(climb: Climb, happening: Happening, now: datetime) -> Step:
    opened = replace(climb, state=CaseState.OPEN, started_at=now)
    match happening:
        case Due() if climb.follow_up is FollowUp.UNOPENED:
            return _tell_one_adult(opened, now)
        case Due() | Confirmed() | NoteJoined(worse=True):
            return _take(opened, 0, now)
        case Withdrawn():
            return replace(climb, state=CaseState.WITHDRAWN, next_at=None), ()
        case _:
            return climb, ()


def _while_open(climb: Climb, happening: Happening, now: datetime) -> Step:
    match happening:
        case Due() | Confirmed() if climb.follow_up in _QUIET:
            return _new_climb(climb, now)
        case Due():
            return _take(climb, _step_due(climb, now), now)
        case NoteRead() if climb.follow_up is FollowUp.UNOPENED:
            return replace(climb, follow_up=FollowUp.OPENED, next_at=now + REMIND_TO_CLOSE), ()
        case Acknowledged(person=person):
            return _acknowledge(climb, person, now)
        case Declined(person=person):
            return _fall_out(climb, _changed(climb.ladder, person, declined=True), now)
        case BecameUnreachable(person=person):
            return _fall_out(climb, _changed(climb.ladder, person, unreachable=True), now)
        case NoteJoined(worse=worse):
            if worse:
                return _new_climb(climb, now) if climb.follow_up in _QUIET else _page_again(climb, now)
            return climb, tuple(TellOfNote(adult.person) for adult in paged_now(climb))
        case Closed(person=person):
            after, messages = _close(replace(climb, acknowledged_by=person, acknowledged_at=now))
            return after, (*messages, TellHelper(HelperNews.SOMEBODY_HAS_IT, climb.number))
        case _:
            return climb, ()


def _while_acknowledged(climb: Climb, happening: Happening, now: datetime) -> Step:
    holder = climb.acknowledged_by
    assert holder is not None, "an acknowledged case has somebody"  # noqa: S101
    match happening:
        case Due():
            return _chase(climb, holder, now)
        case Acknowledged(person=person) if person != holder:
            return _acknowledge(climb, person, now)
        case BecameUnreachable(person=person) if person == holder:
            ladder = _changed(climb.ladder, person, unreachable=True)
            return _new_climb(replace(climb, ladder=ladder), now)
        case NoteRead(person=person) if person == holder and climb.follow_up is FollowUp.UNREAD_NOTE:
            return replace(climb, follow_up=FollowUp.WAITING, next_at=now + WITH_STUDENT), ()
        case StudentSeen(with_student=True):
            return replace(climb, follow_up=FollowUp.WITH_STUDENT, next_at=now + SAME_DAY), ()
        case StudentSeen(with_student=False):
            return replace(climb, follow_up=FollowUp.WAITING, next_at=now + ON_THE_WAY), ()
        case Declined(person=person) if person == holder:
            ladder = _changed(climb.ladder, person, declined=True)
            return _new_climb(replace(climb, ladder=ladder), now)
        case NoteJoined(worse=True):
            return _new_climb_for_new_words(climb, holder, now)
        case NoteJoined(worse=False):
            return _unread(climb, now), (TellOfNote(holder),)
        case Closed(person=person):
            return _close(replace(climb, acknowledged_by=person))
        case _:
            return climb, ()


def _unread(climb: Climb, now: datetime) -> Climb:
    """New words wait to be read. More of them do not put off the moment at which somebody else is called."""
    waits = climb.follow_up in (FollowUp.UNREAD_NOTE, FollowUp.ASKED) and climb.next_at is not None
    by = now + ANSWER_WITHIN
    next_at = min(climb.next_at, by) if waits and climb.next_at is not None else by
    return replace(climb, follow_up=FollowUp.UNREAD_NOTE, next_at=next_at)


def _pass_on(climb: Climb, what: Told, now: datetime) -> Step:
    """Whoever has the case, or was paged for it last, is told of an answer.

    Words must be read like any new note, and open a closed case again; a tapped answer changes no time.
    """
    words = what is Told.WORDS
    if words and climb.state is CaseState.RESOLVED:
        return _new_climb(climb, now)
    if words and climb.state is CaseState.ACKNOWLEDGED:
        climb = _unread(climb, now)
    match climb.state:
        case CaseState.OPEN:
            people = [adult.person for adult in paged_now(climb)]
        case CaseState.ACKNOWLEDGED | CaseState.RESOLVED if climb.acknowledged_by is not None:
            people = [climb.acknowledged_by]
        case _:
            return climb, ()
    still_paging = climb.state is CaseState.OPEN
    return climb, (RefreshPages(still_paging), *(TellOfNote(person, what) for person in people))


def _tell_one_adult(climb: Climb, now: datetime) -> Step:
    """Words from a channel, and no answer from their writer: one adult is told once, and has time to look.

    Only if they do not, the ladder is climbed. A word in a channel is more often a joke than a message to
    the bot is, and waking a whole team for one costs the trust that the next page needs.
    """
    adults = paged_at(climb, 0)
    if not adults:
        return _take(climb, 0, now)
    return replace(climb, step=1, next_at=now + UNOPENED), (_page(climb, adults[0], 0),)


def _on_another_ladder(climb: Climb, ladder: tuple[Adult, ...], now: datetime) -> Step:
    """Somebody is on the ladder no more, or again: page who is new in the step that was taken last.

    Where who had the case (or closed it) is the one who was left out, it starts again for the others.
    """
    after = replace(climb, ladder=ladder)
    if climb.state is CaseState.OPEN:
        return _page_newcomers(climb, after, now)
    if climb.state not in (CaseState.ACKNOWLEDGED, CaseState.RESOLVED):
        return after, ()
    if climb.acknowledged_by not in {adult.person for adult in ladder}:
        return _new_climb(after, now)
    return after, (RefreshPages(),)


def _page_newcomers(before: Climb, after: Climb, now: datetime) -> Step:
    on_it = {adult.person for adult in after.ladder}
    if before.follow_up in _QUIET and any(adult.person not in on_it for adult in paged_now(before)):
        return _new_climb(after, now)  # who was told alone is gone, and nobody else knows of it
    if before.step <= EVERYONE and not any(can_answer(adult) for adult in after.ladder):
        taken, messages = _take(replace(after, number=after.number + 1), EVERYONE, now)
        return taken, (RefreshPages(still_paging=True), *messages)
    paged = {adult.person for adult in paged_now(before)}
    step = max(after.step - 1, 0)
    new = [adult for adult in paged_now(after) if adult.person not in paged]
    missed = newly_missed(before, after, step)
    if new or missed:  # who comes back gets a page of their own
        after = replace(after, number=after.number + 1)
    pages = [_page(after, adult, step) for adult in new]
    beside = [_page_by_fallback(after, adult, step) for adult in missed]
    return after, (RefreshPages(still_paging=True), *pages, *beside)


def _acknowledge(climb: Climb, person: int, now: datetime) -> Step:
    after = replace(
        climb,
        state=CaseState.ACKNOWLEDGED,
        acknowledged_by=person,
        acknowledged_at=now,
        follow_up=FollowUp.WAITING,
        next_at=now + WITH_STUDENT,
    )
    return after, (RefreshPages(), TellHelper(HelperNews.SOMEBODY_HAS_IT, climb.number))


def _chase(climb: Climb, holder: int, now: datetime) -> Step:
    """Time has passed on an acknowledged case: ask, start again, or remind, by how far it has come."""
    match climb.follow_up:
        case FollowUp.WAITING:
            asked = replace(climb, follow_up=FollowUp.ASKED, next_at=now + ANSWER_WITHIN)
            return asked, (AskWithStudent(holder),)
        case FollowUp.WITH_STUDENT:
            # From the second day on it is everybody's: the one who has it may be ill or gone.
            long = now - (climb.acknowledged_at or now) >= 2 * REMIND_TO_CLOSE
            whom = [adult.person for adult in climb.ladder] if long else [holder]
            after = replace(climb, next_at=now + REMIND_TO_CLOSE)
            return after, tuple(RemindToClose(person) for person in whom)
        case _:
            return _new_climb(climb, now)


def _new_climb(climb: Climb, now: datetime) -> Step:
    """Start again from the first step; whoever declined stays out of the first ones."""
    again = replace(
        climb,
        state=CaseState.OPEN,
        number=climb.number + 1,
        started_at=now,
        step=0,
        acknowledged_by=None,
        acknowledged_at=None,
        follow_up=FollowUp.WAITING,
    )
    after, messages = _take(again, 0, now)
    return after, (RefreshPages(), TellHelper(HelperNews.PAGING_AGAIN, again.number), *messages)


def _new_climb_for_new_words(climb: Climb, holder: int, now: datetime) -> Step:
    """Worse news starts again for everybody; whoever had the case hears of it in any case."""
    after, messages = _new_climb(climb, now)
    paged = {message.person for message in messages if isinstance(message, Page)}
    return after, (messages if holder in paged else (*messages, TellOfNote(holder)))


def _page_again(climb: Climb, now: datetime) -> Step:
    """There is worse news while nobody has answered: page at once, and never fall back on the ladder."""
    step = min(max(climb.step - 1, 0), EVERYONE)
    again = replace(climb, number=climb.number + 1, started_at=now - climb.minutes.due(step), step=step)
    after, messages = _take(again, step, now)
    pages = tuple(message for message in messages if isinstance(message, Page | PageByFallback))
    return after, (RefreshPages(still_paging=True), *pages)


def _close(climb: Climb) -> Step:
    return replace(climb, state=CaseState.RESOLVED, next_at=None), (RefreshPages(),)


# --- steps -------------------------------------------------------------------------------------


def _step_due(climb: Climb, now: datetime) -> int:
    """The step to take now: the next one, or a later one whose time has come while nobody looked."""
    overdue = [
        step for step in range(climb.step, EVERYONE + 1) if climb.started_at + climb.minutes.due(step) <= now
    ]
    return max([climb.step, *overdue])


def _take(climb: Climb, step: int, now: datetime) -> Step:
    """Take a step: page its people, tell the writer what it means, and plan the next one.

    Where nobody is left who could answer, the first steps are passed over: everybody, now.
    """
    if not any(can_answer(adult) for adult in climb.ladder):
        step = max(step, EVERYONE)
    next_at = _next_at(climb, step + 1, now)
    after = replace(climb, step=step + 1, next_at=next_at, follow_up=FollowUp.WAITING)
    messages: list[Message] = [_page(climb, adult, step) for adult in paged_at(climb, step)]
    messages += [_page_by_fallback(climb, adult, step) for adult in missed_at(climb, step)]
    if climb.step <= EVERYONE <= step:
        messages.append(TellHelper(HelperNews.GET_ANY_ADULT, climb.number))
    elif climb.step <= AGAIN <= step:
        messages.append(TellHelper(HelperNews.NO_ANSWER_YET, climb.number))
    return after, tuple(messages)


def _page(climb: Climb, adult: Adult, step: int) -> Page:
    return Page(adult.person, adult.rung, climb.number, step)


def _page_by_fallback(climb: Climb, adult: Adult, step: int) -> PageByFallback:
    return PageByFallback(adult.person, adult.rung, climb.number, step)


def _next_at(climb: Climb, step: int, now: datetime) -> datetime:
    if step <= EVERYONE:
        # After a step that was taken early the next one comes early too, never later than planned.
        gap = climb.minutes.due(step) - climb.minutes.due(step - 1)
        return max(min(climb.started_at + climb.minutes.due(step), now + gap), now)
    every = timedelta(minutes=5 if now - climb.started_at < FIRST_HOUR else 15)
    return now + every


def _fall_out(climb: Climb, ladder: tuple[Adult, ...], now: datetime) -> Step:
    """Somebody cannot take it: where nobody who was paged is left, climb at once instead of waiting."""
    last = climb.step - 1
    before = {adult.person for adult in paged_at(climb, last)}
    after = replace(climb, ladder=ladder)
    if last >= EVERYONE:
        return after, ()
    if last < BACKUP:
        left = any(adult.person in before and can_answer(adult) for adult in ladder)
        return (after, ()) if left else _take(after, BACKUP, now)
    if not any(can_answer(adult) for adult in ladder):
        return _take(after, EVERYONE, now)
    newcomers = [adult for adult in paged_at(after, last) if adult.person not in before]
    pages: list[Message] = [_page(after, adult, last) for adult in newcomers]
    pages += [_page_by_fallback(after, adult, last) for adult in newly_missed(climb, after, last)]
    return after, tuple(pages)


def _changed(
    ladder: Iterable[Adult], person: int, *, declined: bool = False, unreachable: bool = False
) -> tuple[Adult, ...]:
    return tuple(
        replace(adult, declined=adult.declined or declined, unreachable=adult.unreachable or unreachable)
        if adult.person == person
        else adult
        for adult in ladder
    )

"""The ladder after somebody answered, wrote more, was asked first, or the bot was away."""

from dataclasses import replace

import pytest

from handlers import escalation
from handlers.ladder import (
    DEFAULT_MINUTES,
    Acknowledged,
    AskWithStudent,
    BecameUnreachable,
    Closed,
    Confirmed,
    Declined,
    Due,
    Happening,
    HelperNews,
    NoteJoined,
    NoteRead,
    Page,
    RefreshPages,
    RemindToClose,
    StudentSeen,
    TellHelper,
    TellOfNote,
    Withdrawn,
)
from storage.words import CaseState, FollowUp, Rung, Urgency
from tests.unit.climbing import OKAFOR, ONE_EACH, RIVERA, START, Played, new_climb

C, B = {RIVERA}, {RIVERA, OKAFOR}

# --- acknowledged ------------------------------------------------------------------------------


def test_an_acknowledgement_stops_paging_and_tells_the_helper():
    played = Played.open(ONE_EACH).wait(5).happen(Acknowledged(OKAFOR))
    assert played.last(2) == [RefreshPages(), TellHelper(HelperNews.SOMEBODY_HAS_IT, 1)]
    assert played.climb.acknowledged_by == OKAFOR
    played.wait(19)
    assert max(played.paged()) == 5


def test_the_holder_is_asked_after_15_minutes_and_silence_of_5_more_starts_a_new_climb():
    played = Played.open(ONE_EACH).wait(3).happen(Acknowledged(RIVERA)).wait(18)
    assert played.sent[-1] == (18, AskWithStudent(RIVERA))
    played.wait(23)
    assert played.last(3) == [
        RefreshPages(),
        TellHelper(HelperNews.PAGING_AGAIN, 2),
        Page(RIVERA, Rung.COORDINATOR, 2, 0),
    ]
    assert played.climb.acknowledged_by is None
    # The new climb has the whole ladder before it.
    again = {minute - 23: who for minute, who in played.wait(40).paged().items() if minute >= 23}
    assert again == {0: C, 2: C, 5: B, 10: B, 15: B}


def test_with_the_student_ends_the_questions_and_asks_to_close_the_same_day_and_then_daily():
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(16)
    played.happen(StudentSeen(with_student=True))
    before = len(played.sent)
    played.wait(16 + 3 * 24 * 60)
    reminded = [message for _, message in played.sent[before:]]
    assert next(minute for minute, _ in played.sent[before:]) == 16 + 4 * 60
    # From the third day on it is everybody's: whoever has it may be ill.
    everybody = [RemindToClose(RIVERA), RemindToClose(OKAFOR)]
    assert reminded == [RemindToClose(RIVERA), RemindToClose(RIVERA), *everybody]


def test_another_adult_may_take_over():
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(7).happen(Acknowledged(OKAFOR))
    assert played.climb.acknowledged_by == OKAFOR
    assert (7, HelperNews.SOMEBODY_HAS_IT) in played.told()


def test_a_holder_who_can_no_longer_be_reached_starts_a_new_climb():
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(7).happen(BecameUnreachable(RIVERA))
    assert played.climb.state is CaseState.OPEN
    assert played.paged()[7] == {OKAFOR}


def test_a_note_that_stays_unread_for_five_minutes_starts_a_new_climb_and_reading_it_does_not():
    held = Played.open(ONE_EACH).happen(Acknowledged(RIVERA), StudentSeen(with_student=True))
    held.wait(60).happen(NoteJoined(worse=False)).wait(64)
    assert held.climb.state is CaseState.ACKNOWLEDGED
    assert held.wait(65).climb.state is CaseState.OPEN
    read = Played.open(ONE_EACH).happen(Acknowledged(RIVERA), StudentSeen(with_student=True))
    read.wait(60).happen(NoteJoined(worse=False)).wait(62).happen(NoteRead(RIVERA)).wait(70)
    assert read.climb.state is CaseState.ACKNOWLEDGED


def test_who_said_no_may_change_their_mind():
    played = Played.ask().happen(Withdrawn()).wait(30).happen(Confirmed())
    assert played.climb.state is CaseState.OPEN
    assert played.paged()[30] == {RIVERA}


@pytest.mark.parametrize("asked", [False, True])
def test_on_the_way_is_asked_again_after_ten_minutes(asked: bool):
    minute = 16 if asked else 5
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(minute)
    played.happen(StudentSeen(with_student=False)).wait(minute + 10)
    assert played.sent[-1] == (minute + 10, AskWithStudent(RIVERA))
    assert played.wait(minute + 15).climb.state is CaseState.OPEN


def test_a_holder_who_cannot_after_all_starts_a_new_climb_without_them():
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(7).happen(Declined(RIVERA))
    assert played.paged()[7] == {OKAFOR}
    assert (7, HelperNews.PAGING_AGAIN) in played.told()
    assert played.climb.number == 2


@pytest.mark.parametrize("late", [Declined(OKAFOR), BecameUnreachable(OKAFOR), NoteRead(OKAFOR)])
def test_what_others_answer_later_changes_nothing_for_the_holder(late: Happening):
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(7)
    before, sent = played.climb, len(played.sent)
    played.happen(late)
    assert (played.climb, len(played.sent)) == (before, sent)


# --- notes, downtime, the end ------------------------------------------------------------------


def test_a_joined_note_is_told_to_whoever_was_paged():
    assert Played.open(ONE_EACH).happen(NoteJoined(worse=False)).last(1) == [TellOfNote(RIVERA)]
    both = Played.open(ONE_EACH).wait(6).happen(NoteJoined(worse=False)).last(2)
    assert both == [TellOfNote(RIVERA), TellOfNote(OKAFOR)]


def test_a_joined_note_is_told_to_whoever_has_it():
    played = Played.open(ONE_EACH).wait(6).happen(Acknowledged(OKAFOR), NoteJoined(worse=False))
    assert played.last(1) == [TellOfNote(OKAFOR)]
    assert played.climb.state is CaseState.ACKNOWLEDGED


@pytest.mark.parametrize("before", [(), (Acknowledged(OKAFOR),)], ids=["open", "acknowledged"])
def test_a_worse_note_starts_a_new_climb(before: tuple[Happening, ...]):
    played = Played.open(ONE_EACH).wait(6).happen(*before, NoteJoined(worse=True))
    assert played.climb.state is CaseState.OPEN
    assert played.climb.number == 2
    if before:
        # Whoever had it may be beside the student: they hear of it even where another one is paged first.
        assert played.last(2) == [Page(RIVERA, Rung.COORDINATOR, 2, 0), TellOfNote(OKAFOR)]
    else:  # nobody falls off the ladder because there is more to know
        assert played.last(2) == [Page(RIVERA, Rung.COORDINATOR, 2, 2), Page(OKAFOR, Rung.BACKUP, 2, 2)]


@pytest.mark.parametrize("urgency", DEFAULT_MINUTES)
def test_an_hour_of_downtime_becomes_one_step_to_everybody(urgency: Urgency):
    played = Played.open(ONE_EACH, urgency)
    played.minute = 60
    played.happen(Due())
    assert played.paged() == {0: C, 60: B}
    assert played.told() == [(60, HelperNews.GET_ANY_ADULT)]
    assert played.due == 75


def test_a_short_downtime_takes_the_step_that_is_due_now():
    played = Played.open(ONE_EACH)
    played.minute = 6
    played.happen(Due())
    assert played.paged() == {0: C, 6: B}
    assert played.due == 10


@pytest.mark.parametrize(
    "happening",
    [
        Due(),
        Confirmed(),
        Withdrawn(),
        Acknowledged(OKAFOR),
        Declined(RIVERA),
        BecameUnreachable(RIVERA),
        NoteJoined(worse=True),
        StudentSeen(with_student=False),
        Closed(1),
    ],
    ids=lambda happening: type(happening).__name__,
)
@pytest.mark.parametrize("state", [CaseState.RESOLVED, CaseState.WITHDRAWN])
def test_what_comes_late_changes_nothing_on_a_case_that_has_ended(state: CaseState, happening: Happening):
    ended = replace(new_climb(ONE_EACH, Urgency.SOON), state=state)
    if state is CaseState.WITHDRAWN and isinstance(happening, Confirmed | Acknowledged):
        return  # who said no may change their mind: tried below
    assert escalation.advance(ended, happening, START) == (ended, ())


@pytest.mark.parametrize("before", [(), (Acknowledged(RIVERA),)], ids=["open", "acknowledged"])
def test_closing_ends_the_ladder_and_updates_the_cards(before: tuple[Happening, ...]):
    played = Played.open(ONE_EACH).happen(*before, Closed(1))
    assert played.climb.state is CaseState.RESOLVED
    assert played.due is None
    assert RefreshPages() in played.last(2)


# --- the writer is asked first -----------------------------------------------------------------


def test_nobody_is_paged_while_the_writer_is_asked():
    assert Played.ask().wait(9.9).sent == []


@pytest.mark.parametrize(
    ("minute", "answer"), [(3, Confirmed()), (3, NoteJoined(worse=True)), (10, None)], ids=str
)
def test_yes_worse_words_and_ten_minutes_of_silence_page(minute: int, answer: Happening | None):
    played = Played.ask().wait(minute)
    if answer is not None:
        played.happen(answer)
    assert played.climb.state is CaseState.OPEN
    # The ladder's minutes count from the answer, not from the question.
    assert played.wait(minute + 15).paged() == {minute: C, minute + 5: C, minute + 15: B}


def test_no_ends_it_without_a_page():
    played = Played.ask().wait(3).happen(Withdrawn()).wait(600)
    assert played.climb.state is CaseState.WITHDRAWN
    assert played.sent == []


def test_a_note_that_is_not_worse_leaves_the_question_as_it_is():
    played = Played.ask().wait(3).happen(NoteJoined(worse=False))
    assert (played.sent, played.due) == ([], 10)


def test_follow_up_starts_anew_with_each_holder():
    played = Played.open(ONE_EACH).happen(Acknowledged(RIVERA)).wait(15).happen(Declined(RIVERA))
    played.happen(Acknowledged(OKAFOR))
    assert played.climb.follow_up is FollowUp.WAITING
    assert played.due == 30

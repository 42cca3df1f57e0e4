"""Whatever happens in whatever order: no case is forgotten, nobody is paged twice for one step."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers import escalation
from handlers.ladder import (
    DEFAULT_MINUTES,
    Acknowledged,
    Adult,
    AskWithStudent,
    BecameUnreachable,
    Climb,
    Closed,
    Confirmed,
    Declined,
    Due,
    Happening,
    HelperNews,
    LadderChanged,
    Message,
    NoteJoined,
    NoteRead,
    Page,
    RemindToClose,
    StudentSeen,
    TellHelper,
    TellOfNote,
    Withdrawn,
)
from storage.words import CaseState, FollowUp, Rung
from tests.unit.climbing import asked_first

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NOBODY_ELSE = 4

rungs = st.lists(st.sampled_from(Rung), max_size=NOBODY_ELSE)
ladders = rungs.map(
    # As the roster gives it: coordinators before backups.
    lambda found: tuple(Adult(person, rung) for person, rung in enumerate(sorted(found, reverse=True)))
)
persons = st.integers(min_value=0, max_value=NOBODY_ELSE - 1)
happenings = st.one_of(
    st.just(Due()),
    st.builds(Declined, persons),
    st.builds(BecameUnreachable, persons),
    st.builds(Acknowledged, persons),
    st.builds(NoteRead, persons),
    st.builds(LadderChanged, ladders),
    st.builds(NoteJoined, st.booleans()),
    st.builds(StudentSeen, st.booleans()),
    st.sampled_from([Confirmed(), Withdrawn(), Due(), Due()]),
    st.just(Closed(1)),
)
stories = st.lists(st.tuples(st.integers(min_value=0, max_value=90), happenings), max_size=30)


def play(
    ladder: tuple[Adult, ...],
    urgency: str,
    asked: FollowUp | None,
    story: list[tuple[int, Happening]],
) -> list[tuple[datetime, Climb, tuple[Message, ...]]]:
    """Every state that a case goes through, each with its moment and messages."""
    climb = Climb(state=CaseState.OPEN, minutes=DEFAULT_MINUTES[urgency], ladder=ladder, started_at=START)
    now = START
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]] = []
    if asked:
        climb = replace(asked_first(climb, now), follow_up=asked)
        steps.append((now, climb, ()))
    else:
        climb, messages = escalation.start(climb, now)
        steps.append((now, climb, messages))
    for minutes, happening in story:
        now += timedelta(minutes=minutes)
        if getattr(happening, "person", None) not in {None, *(adult.person for adult in climb.ladder)}:
            continue
        # As the clock does it: the ladder moves by itself only when its time has come.
        if isinstance(happening, Due) and (climb.next_at is None or climb.next_at > now):
            now = climb.next_at or now
        climb, messages = escalation.advance(climb, happening, now)
        steps.append((now, climb, messages))
    return steps


# Begun with a page, with a question to the writer, or with one about words in a channel.
beginnings = st.sampled_from([None, FollowUp.WAITING, FollowUp.UNOPENED])
played = st.builds(play, ladders, st.sampled_from(list(DEFAULT_MINUTES)), beginnings, stories)


@given(played)
def test_every_case_that_is_not_over_has_a_time_at_which_it_moves_by_itself(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for now, climb, _ in steps:
        if climb.state in (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.ASKED):
            assert climb.next_at is not None
            assert climb.next_at - now <= timedelta(days=1)
        else:
            assert climb.next_at is None


@given(played)
def test_an_open_case_waits_at_most_for_the_step_to_everybody_and_then_a_quarter_of_an_hour(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for now, climb, _ in steps:
        if climb.state is CaseState.OPEN and climb.follow_up is FollowUp.UNOPENED:
            assert climb.next_at is not None
            assert climb.next_at - now <= timedelta(minutes=30)
        elif climb.state is CaseState.OPEN and climb.follow_up is not FollowUp.OPENED:
            everybody = climb.started_at + timedelta(minutes=climb.minutes.everyone)
            assert climb.next_at is not None
            assert climb.next_at <= max(everybody, now + timedelta(minutes=15))


@given(played)
def test_a_step_taken_by_the_clock_plans_the_next_one_later(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for _, climb, _ in steps:
        if climb.next_at is not None:
            after, _messages = escalation.advance(climb, Due(), climb.next_at)
            assert after.next_at is not None
            assert after.next_at > climb.next_at, "else it would be taken again and again"


@given(played)
def test_messages_go_only_to_people_on_the_ladder(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for _, climb, messages in steps:
        on_ladder = {adult.person for adult in climb.ladder}
        for message in messages:
            if isinstance(message, Page | AskWithStudent | RemindToClose | TellOfNote):
                assert message.person in on_ladder


@given(played)
def test_nobody_is_paged_twice_for_one_step_and_the_helper_hears_each_news_once_a_climb(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    once = [
        (message.climb, message.repeat, message.person) if isinstance(message, Page) else message
        for _, _, messages in steps
        for message in messages
        if isinstance(message, Page)
        or (isinstance(message, TellHelper) and message.news is not HelperNews.SOMEBODY_HAS_IT)
    ]
    assert len(set(once)) == len(once)


@given(played)
def test_climbs_count_up_and_steps_never_go_back_within_one(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for (_, before, _), (_, after, _) in itertools.pairwise(steps):
        assert after.number - before.number in (0, 1)
        assert after.number > before.number or after.step >= before.step


@given(played)
def test_only_an_outcome_or_the_writer_s_no_ends_a_case_and_only_another_ladder_opens_it_again(
    steps: list[tuple[datetime, Climb, tuple[Message, ...]]],
):
    for (_, before, _), (_, after, _) in itertools.pairwise(steps):
        if after.state is CaseState.WITHDRAWN:
            assert before.state in (CaseState.ASKED, CaseState.WITHDRAWN)
        if before.state is CaseState.RESOLVED:
            left_out = before.acknowledged_by not in {adult.person for adult in after.ladder}
            assert after.state is (CaseState.OPEN if left_out else CaseState.RESOLVED)

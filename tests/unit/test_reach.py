"""By which channels a page goes: chat always, others when chat is not enough, calls not without an end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import reach
from handlers.ladder import (
    Acknowledged,
    Adult,
    BecameUnreachable,
    Declined,
    LadderChanged,
    NoteJoined,
    Page,
    PageByFallback,
)
from handlers.reach import Sent
from handlers.rungs import BACKUP, EVERYONE
from storage.words import Channel, Rung
from tests.unit.climbing import OKAFOR, RIVERA, SANTOS, Played

C, B = Rung.COORDINATOR, Rung.BACKUP
OTHERS = [channel for channel in Channel if channel is not Channel.CHAT]


# --- when the other channels are used ----------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "chat_works", "used"),
    [
        (0, True, False),
        (BACKUP, True, False),
        (EVERYONE, True, True),
        (EVERYONE + 20, True, True),
        (0, False, True),
        (BACKUP, False, True),
    ],
)
def test_the_other_channels_are_used_from_the_step_to_everybody_or_at_once_without_chat(
    step: int, chat_works: bool, used: bool
):
    assert reach.beside_chat(step, chat_works=chat_works) is used


@pytest.mark.parametrize(
    ("channel", "all_cases", "this_case", "allowed"),
    [
        (Channel.SMS, 0, 0, True),
        (Channel.SMS, 2, 2, True),
        (Channel.SMS, 3, 3, False),  # the fourth is for another case
        (Channel.SMS, 3, 0, True),
        (Channel.SMS, 3, 1, False),
        (Channel.SMS, 4, 0, False),
        (Channel.VOICE, 3, 3, False),
        (Channel.VOICE, 3, 0, True),
        (Channel.EMAIL, 40, 40, True),
        (Channel.PUSH, 40, 40, True),
    ],
)
def test_who_is_still_called_this_hour(channel: Channel, all_cases: int, this_case: int, allowed: bool):
    assert reach.within_cap(channel, Sent(all_cases, this_case)) is allowed


minutes = st.integers(min_value=0, max_value=400)
wishes = st.lists(st.tuples(minutes, st.integers(min_value=1, max_value=4)), max_size=80).map(sorted)


def sent_over(channel: Channel, wished: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which of the pages that cases wish to send (minute, case) go out over a channel to one address."""
    out: list[tuple[int, int]] = []
    for minute, case in wished:
        within = [each for at, each in out if minute - at < reach.LAST_HOUR / timedelta(minutes=1)]
        if reach.within_cap(channel, Sent.counted(within, case)):
            out.append((minute, case))
    return out


@given(wishes, st.sampled_from(sorted(reach.CAPPED)))
def test_whatever_the_times_nobody_gets_more_than_four_texts_or_calls_in_any_hour(
    wished: list[tuple[int, int]], channel: Channel
):
    out = sent_over(channel, wished)
    for minute, _ in out:
        assert sum(minute <= at < minute + 60 for at, _ in out) <= reach.MOST_AN_HOUR


@given(wishes, st.sampled_from(sorted(reach.CAPPED)))
def test_one_case_s_repeats_never_use_up_what_another_case_needs(
    wished: list[tuple[int, int]], channel: Channel
):
    only_one = [(minute, 1) for minute, _ in wished]
    for minute, _ in wished:
        before = [(at, case) for at, case in only_one if at <= minute]
        assert (minute, 2) in sent_over(channel, [*before, (minute, 2)])


@given(wishes, st.sampled_from([Channel.EMAIL, Channel.PUSH]))
def test_mail_and_push_go_out_whenever_the_ladder_pages(wished: list[tuple[int, int]], channel: Channel):
    assert sent_over(channel, wished) == wished


# --- whose turn it is, without chat ------------------------------------------------------------


def by_fallback(played: Played) -> dict[float, set[int]]:
    """Who was to be paged beside chat alone, by minute."""
    found: dict[float, set[int]] = {}
    for minute, message in played.sent:
        if isinstance(message, PageByFallback):
            found.setdefault(minute, set()).add(message.person)
    return found


GONE = Adult(RIVERA, C, unreachable=True, fallback=True)


@pytest.mark.parametrize(
    ("ladder", "beside"),
    [
        ((GONE, Adult(OKAFOR, B)), {0: {RIVERA}, 2: {RIVERA}, 5: {RIVERA}}),
        ((GONE, Adult(SANTOS, C), Adult(OKAFOR, B)), {0: {RIVERA}, 2: {RIVERA}, 5: {RIVERA}}),
        ((Adult(SANTOS, C), GONE, Adult(OKAFOR, B)), {}),  # not their turn before everybody's
        ((Adult(RIVERA, C), Adult(OKAFOR, B, unreachable=True, fallback=True)), {5: {OKAFOR}}),
        ((Adult(RIVERA, C, unreachable=True), Adult(OKAFOR, B)), {}),  # no other way to reach them
        ((Adult(RIVERA, C, declined=True, unreachable=True, fallback=True), Adult(OKAFOR, B)), {}),
        ((GONE,), {}),  # nobody in chat: everybody at once, by everything
    ],
)
def test_who_is_paged_beside_chat_before_everybody_is(
    ladder: tuple[Adult, ...], beside: dict[float, set[int]]
):
    played = Played.open(ladder).wait(120)
    assert by_fallback(played) == beside


@pytest.mark.parametrize(("minute", "step"), [(1, BACKUP), (6, BACKUP)])
def test_the_other_channels_are_used_at_once_when_chat_fails(minute: int, step: int):
    ladder = (Adult(RIVERA, C, fallback=True), Adult(OKAFOR, B))
    played = Played.open(ladder).wait(minute).happen(BecameUnreachable(RIVERA))
    assert by_fallback(played) == {minute: {RIVERA}}
    assert PageByFallback(RIVERA, C, 1, step) in played.last(2)


def test_when_the_last_one_falls_out_of_chat_everybody_is_paged_by_everything():
    played = Played.open((Adult(RIVERA, C, fallback=True),)).happen(BecameUnreachable(RIVERA))
    assert Page(RIVERA, C, 1, EVERYONE) in played.last(2)
    assert by_fallback(played) == {}


def test_a_holder_out_of_reach_is_told_so_beside_chat():
    played = Played.open((Adult(RIVERA, C, fallback=True), Adult(OKAFOR, B)))
    played.happen(Acknowledged(RIVERA), BecameUnreachable(RIVERA))
    assert by_fallback(played) == {0: {RIVERA}}


def test_worse_news_and_another_ladder_reach_whoever_chat_does_not():
    played = Played.open((GONE, Adult(OKAFOR, B))).happen(NoteJoined(worse=True))
    assert PageByFallback(RIVERA, C, 2, 0) in played.last(2)
    played = Played.open((Adult(OKAFOR, B),)).happen(LadderChanged((GONE, Adult(OKAFOR, B))))
    assert played.last(1) == [PageByFallback(RIVERA, C, 2, 0)]


def test_i_cannot_ends_it_beside_chat_too():
    played = Played.open((GONE, Adult(OKAFOR, B))).happen(Declined(RIVERA)).wait(9)
    assert by_fallback(played) == {0: {RIVERA}}


adults = st.builds(
    Adult,
    st.integers(min_value=0, max_value=5),
    st.sampled_from([C, B]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
ladders = st.lists(adults, min_size=1, max_size=5, unique_by=lambda adult: adult.person).map(tuple)


@given(ladders, st.lists(st.integers(min_value=0, max_value=5), max_size=3), minutes)
def test_chat_is_never_left_out_for_whoever_can_be_reached_there(
    ladder: tuple[Adult, ...], fall_out: list[int], until: int
):
    known = {adult.person for adult in ladder}
    played = Played.open(ladder)
    played.happen(*(BecameUnreachable(person) for person in fall_out if person in known)).wait(until)
    for _, message in played.sent:
        if isinstance(message, PageByFallback):
            assert message.repeat < EVERYONE, "from there on a page goes by everything, chat included"
            adult = next(adult for adult in played.climb.ladder if adult.person == message.person)
            assert adult.unreachable
            assert adult.fallback
    once = [message for _, message in played.sent if isinstance(message, Page | PageByFallback)]
    assert len(set(once)) == len(once)


def test_the_times_of_the_ladder_are_the_same_with_fallback_addresses():
    plain = Played.open((Adult(RIVERA, C), Adult(OKAFOR, B))).wait(300)
    more = Played.open((Adult(RIVERA, C, fallback=True), Adult(OKAFOR, B, fallback=True))).wait(300)
    assert plain.paged() == more.paged()

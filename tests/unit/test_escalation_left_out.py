"""The ladder after words in a channel that nobody explained, and when somebody is left out of a case."""

from dataclasses import replace

import pytest

from handlers.ladder import (
    Acknowledged,
    Closed,
    Confirmed,
    Declined,
    Happening,
    HelperNews,
    LadderChanged,
    NoteJoined,
    NoteRead,
    Page,
)
from storage.words import FollowUp
from tests.unit.climbing import BERG, OKAFOR, RIVERA, SANTOS, TWO_EACH, Played

# --- words from a channel, and no answer from their writer -------------------------------------


def asked_in_a_channel() -> Played:
    played = Played.ask(TWO_EACH)
    played.climb = replace(played.climb, follow_up=FollowUp.UNOPENED)
    return played


def test_silence_in_a_channel_pages_the_adult_on_duty_once_and_climbs_after_half_an_hour_unopened():
    played = asked_in_a_channel().wait(39)
    assert played.paged() == {10: {RIVERA}}
    assert played.told() == []
    played.wait(60)
    assert played.paged() == {10: {RIVERA}, 40: {RIVERA}, 45: {RIVERA}, 55: {RIVERA, OKAFOR, BERG}}


def test_an_adult_who_looked_at_it_wakes_nobody_else_for_a_day():
    played = asked_in_a_channel().wait(12).happen(NoteRead(RIVERA)).wait(24 * 60)
    assert played.paged() == {10: {RIVERA}}
    played.wait(24 * 60 + 12)
    assert played.paged() == {10: {RIVERA}, 24 * 60 + 12: {RIVERA}}


@pytest.mark.parametrize("happening", [Confirmed(), NoteJoined(worse=True)])
def test_worse_news_or_a_late_yes_starts_the_climb_at_once(happening: Happening):
    played = asked_in_a_channel().wait(12).happen(happening)
    assert played.paged() == {10: {RIVERA}, 12: {RIVERA}}
    assert played.wait(17).paged()[17] == {RIVERA}


def test_the_told_adult_who_cannot_passes_it_on_at_once():
    played = asked_in_a_channel().wait(12).happen(Declined(RIVERA))
    assert played.paged()[12] == {SANTOS, OKAFOR, BERG}


# --- somebody is left out ----------------------------------------------------------------------

WITHOUT_RIVERA = TWO_EACH[1:]


def test_who_is_next_is_paged_at_once_when_the_one_on_duty_is_left_out():
    played = Played.open(TWO_EACH).wait(1).happen(LadderChanged(WITHOUT_RIVERA))
    assert played.paged() == {0: {RIVERA}, 1: {SANTOS}}
    assert played.wait(5).paged() == {0: {RIVERA}, 1: {SANTOS}, 2: {SANTOS}, 5: {SANTOS, OKAFOR, BERG}}


@pytest.mark.parametrize("closed", [False, True])
def test_a_case_of_somebody_who_is_left_out_starts_again_even_if_they_closed_it(closed: bool):
    played = Played.open(TWO_EACH).happen(Acknowledged(RIVERA)).wait(10)
    if closed:
        played.happen(Closed(RIVERA))
    played.happen(LadderChanged(WITHOUT_RIVERA))
    assert played.paged()[10] == {SANTOS}
    assert played.told()[-1] == (10, HelperNews.PAGING_AGAIN)


def test_somebody_else_keeps_the_case_when_another_is_left_out():
    played = Played.open(TWO_EACH).happen(Acknowledged(OKAFOR), LadderChanged(WITHOUT_RIVERA))
    assert played.climb.acknowledged_by == OKAFOR
    assert played.paged() == {0: {RIVERA}}


def test_with_nobody_left_the_helper_is_told_to_get_any_adult():
    played = Played.open(TWO_EACH).happen(LadderChanged(()))
    assert played.told() == [(0, HelperNews.GET_ANY_ADULT)]
    assert played.due is not None


def test_who_is_put_back_gets_a_page_of_their_own():
    played = Played.open(TWO_EACH).happen(LadderChanged(WITHOUT_RIVERA), LadderChanged(TWO_EACH))
    pages = [message for _, message in played.sent if isinstance(message, Page)]
    assert [page.person for page in pages] == [RIVERA, SANTOS, RIVERA]
    assert len(set(pages)) == 3

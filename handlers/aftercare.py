"""What comes after the page, for the people of a case: a debrief for the helper, a look back for the adult.

A day after a case opened its helper is offered a debrief, is told that it was handled only if it was, and
nothing more. A week after it closed, the adult who closed it is asked how the student is. (Debriefing helpers
and looking after students who were in danger are both asked for by the standards of peer programmes.)
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.cases import Case
from storage.words import Care, CaseState

DEBRIEF = timedelta(days=1)
FOLLOW_UP = timedelta(days=7)
ASK_AGAIN = timedelta(days=1)


def planned(before: Case, after: Case, now: datetime) -> Case:
    """The case with its next step of care, as far as what just happened to it changes that."""
    live = after.state in (CaseState.OPEN, CaseState.ACKNOWLEDGED)
    if live and after.care is None and before.state is not CaseState.RESOLVED:
        return replace(after, care=Care.DEBRIEF, care_at=now + DEBRIEF)
    if live and before.state is CaseState.RESOLVED and after.care is not Care.DEBRIEF:
        return replace(after, care=Care.FOLLOW_UP, care_at=None)  # opened again: the week counts from its end
    closes = after.state is CaseState.RESOLVED and before.state is not CaseState.RESOLVED
    if closes and after.care is Care.FOLLOW_UP:
        return replace(after, care_at=now + FOLLOW_UP)
    return after


def debriefed(case: Case) -> Case:
    """The helper was offered a debrief; next is the look back, a week after the case closed."""
    closed = case.closed_at if case.state is CaseState.RESOLVED else None
    return replace(case, care=Care.FOLLOW_UP, care_at=closed + FOLLOW_UP if closed else None)


def ask_again(case: Case, now: datetime) -> Case:
    """The adult has not seen the student yet: ask once more tomorrow."""
    return replace(case, care=Care.FOLLOW_UP, care_at=now + ASK_AGAIN)


def done(case: Case) -> Case:
    """Nothing more comes by itself."""
    return replace(case, care=None, care_at=None)

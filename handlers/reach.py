"""By which of an adult's addresses a page goes: pure rules, without a clock or a database.

Chat always: it is where a page is answered. The other channels beside it from the step to everybody on, at
every repeat; or at once where no chat address of the adult takes a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.rungs import EVERYONE
from storage.words import CaseState, Channel

LAST_HOUR = timedelta(hours=1)
CAPPED = frozenset({Channel.SMS, Channel.VOICE})
MOST_AN_HOUR = 4
"""SMS to one address within an hour, and calls; of all cases together."""
OF_ONE_CASE = 3
"""Of these, as many as repeats may use: the last one is kept for a case that has had none."""


@dataclass(frozen=True)
class Sent:
    """Pages that went to one address in the last hour: of ``all_cases``, and of ``this_case`` among them."""

    all_cases: int = 0
    this_case: int = 0

    @classmethod
    def counted(cls, case_ids: Sequence[int | None], case_id: int) -> "Sent":
        """From the case of each page."""
        return cls(len(case_ids), sum(each == case_id for each in case_ids))


def beside_chat(step: int, *, chat_works: bool) -> bool:
    """Whether a step of the ladder uses an adult's other channels too."""
    return step >= EVERYONE or not chat_works


def everybody_on(state: CaseState, step: int) -> bool:
    """Whether everybody is being paged; ``step`` counts the steps that were taken."""
    return state is CaseState.OPEN and step > EVERYONE


def within_cap(channel: Channel, sent: Sent) -> bool:
    """Whether a channel may be used once more now.

    Mail and push go out as often as the ladder pages. An hour of SMS and calls is used up by whoever does not
    answer; a new case must not wait for it in silence, so repeats leave one for it.
    """
    if channel not in CAPPED:
        return True
    most = OF_ONE_CASE if sent.this_case else MOST_AN_HOUR
    return sent.all_cases < most

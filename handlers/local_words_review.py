"""What was no concern: the reasons for cases that were closed so. Counting them changes nothing by itself."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta

from handlers.cards import local_words_review as cards
from handlers.cards.local_words_review import Reason, Source
from handlers.chat import ButtonPressed, Reply
from handlers.context import Arguments, Context, Effects
from handlers.registry import button
from handlers.roster_rules import COORDINATORS
from handlers.screening.joining import THEMES
from handlers.screening.local import number_of
from storage import local_words, outcomes
from storage.local_words import Entry
from storage.outcomes import Verdict

DAYS = 90
NO_CONCERN = "not_a_concern"


@button("words.review", roles=COORDINATORS)
async def show(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The last three months' cases, by the reason for which screening found them."""
    verdicts = await outcomes.verdicts(ctx.tx, ctx.programme.id, ctx.now - timedelta(days=DAYS))
    every = await local_words.entries(ctx.tx, ctx.programme.id, removed=True)
    found = reasons(verdicts, {each.id: each for each in every})
    return [Reply(cards.review(ctx.say, found, DAYS), fleeting=True)]


def reasons(verdicts: Collection[Verdict], own: Mapping[int, Entry]) -> list[Reason]:
    """Count cases by reason, each once: what was most often no concern comes first."""
    cases = {(*_reason(each, own), each.case_id, each.outcome) for each in verdicts}
    no_concern = Counter((source, text) for source, text, _, outcome in cases if outcome == NO_CONCERN)
    said_no = Counter((source, text) for source, text, _, outcome in cases if not outcome)
    every = Counter((source, text) for source, text, _, _ in cases)
    found = [
        Reason(*key, no_concern[key], total - no_concern[key] - said_no[key], said_no[key])
        for key, total in every.items()
    ]
    return sorted(found, key=lambda each: (-each.no_concern, -each.said_no, each.concern, each.text))


def _reason(verdict: Verdict, own: Mapping[int, Entry]) -> tuple[Source, str]:
    number = number_of(verdict.rule)
    entry = None if number is None else own.get(number)
    if entry is not None:
        return (Source.LOCAL if entry.removed_at is None else Source.REMOVED), entry.words
    return (Source.READER if verdict.theme in THEMES else Source.RULES), verdict.theme

"""What came of a round, for the adults around the helpers."""

from collections.abc import Mapping

from handlers.cards import supervision_digest as digest_cards
from handlers.cards.supervision_digest import Given
from handlers.chat import (
    ButtonPressed,
    Reply,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button
from handlers.supervision_digest import outcome
from handlers.supervision_questions import Questionnaire
from storage import supervision_rounds
from storage.people import ADULTS


@button("round.results", roles=ADULTS)
async def results(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """What came of a round, with the picture that was drawn when it closed."""
    round_ = await supervision_rounds.get(ctx.tx, arguments.number(0), ctx.programme.id)
    if round_ is None or round_.skipped:
        raise Refused(Refusal.NOT_FOUND)
    found = await outcome(ctx.tx, round_)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    counted, png = digest_cards.kept_results(round_.results) if round_.results else (found.results, None)
    late = sum(each.late for each in await supervision_rounds.answers(ctx.tx, round_.id))
    card = digest_cards.results(
        ctx.say,
        found.asks,
        counted,
        png=png,
        is_open=round_.is_open,
        round_id=round_.id,
        missing=found.missing,
        late=late,
    )
    return [Reply(card)]


@button("round.answers", roles=ADULTS)
async def answers(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Who answered what, for the adults alone; it becomes no message that is kept."""
    round_ = await supervision_rounds.get(ctx.tx, arguments.number(0), ctx.programme.id)
    found = await outcome(ctx.tx, round_) if round_ is not None else None
    if round_ is None or found is None or found.asks.anonymous:
        raise Refused(Refusal.NOT_FOUND)
    after = arguments.number_or_none(1) or 0
    given = [
        Given(each.person_id, each.name, _in_words(ctx, found.asks, each.word, each.content), each.late)
        for each in await supervision_rounds.answers(ctx.tx, round_.id)
        if each.person_id > after
    ]
    card = digest_cards.answers(ctx.say, found.asks, given, round_id=round_.id)
    return [Reply(card, fleeting=True)]


def _in_words(ctx: Context, asks: Questionnaire, word: str, content: Mapping[str, object]) -> dict[str, str]:
    """The answers with their questions, as they read."""
    given = dict(content)
    if asks.quick is not None and word:
        given[asks.quick.key] = word
    found = {}
    for question in [*([asks.quick] if asks.quick else []), *asks.questions]:
        value = given.get(question.key)
        labels = dict(asks.options(ctx.say, question))
        chosen = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        if chosen:
            found[asks.text(ctx.say, question.label)] = ", ".join(labels.get(each, each) for each in chosen)
    return found

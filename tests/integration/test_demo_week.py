"""The sandbox's clock shows a round, its reminder, what came of it, and the digest with the trend."""

from datetime import timedelta

import pytest

from bot.demo import open_demo
from bot.settings import Settings
from handlers import supervision_digest
from handlers.chat import ButtonPressed, Card, Place, PlaceKind, User
from handlers.supervision_chart import Stack
from tests.stage import button_of, words_of


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_moving_the_clock_shows_a_round_its_nudge_and_its_digest(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    drawn: list[object] = []

    async def picture(panels: object) -> None:
        drawn.append(panels)

    monkeypatch.setattr(supervision_digest, "picture", picture)
    async with open_demo(Settings(database_url=database_url), history=False) as demo:

        def inbox(user: str) -> list[Card]:
            found = demo.sandbox.view(user, PlaceKind.DIRECT).messages.values()
            return [message.card for message in found if message.card is not None]

        await demo.rehearsal.advance_to_monday()
        digest = next(card for card in inbox("rivera") if "Your helpers" in card.title)
        assert "Answered the weekly question: 2 of 2 (100 %)" in words_of(digest)
        assert isinstance(drawn[0], tuple)
        trend = next(panel for panel in drawn[0] if isinstance(panel, Stack))
        assert len(trend.columns) == 7
        assert sum(sum(numbers) for _, numbers in trend.parts) == 13
        question = inbox("maya")[-1]
        await demo.app.intake.receive(
            ButtonPressed(
                dedupe_key="fine",
                user=User("web", "sandbox", "maya"),
                place=Place(PlaceKind.DIRECT, "maya"),
                at=demo.rehearsal.now(),
                action=button_of(question, "Fine").action,
            )
        )
        await demo.rehearsal.advance(timedelta(days=1))
        assert "There is still time" in words_of(inbox("leo")[-1])
        assert "There is still time" not in words_of(inbox("maya")[-1])
        await demo.rehearsal.advance(timedelta(days=2))
        closed = inbox("rivera")[-1]
        assert "closed" in closed.title
        assert "Not yet: Leo" in words_of(closed)

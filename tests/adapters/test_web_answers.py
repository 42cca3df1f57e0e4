"""The sandbox over HTTP: pressed buttons and filled forms, and what becomes of their cards."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from adapters.base import Address, Outgoing
from handlers.chat import (
    ButtonPressed,
    Effect,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    PlaceKind,
    Reply,
    UpdateCard,
)
from tests.adapters.web_stage import BUTTONS, FORM, Stage, card


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.browser:
        yield stage


# --- pressing ---


async def test_a_pressed_buttons_card_is_replaced(stage: Stage) -> None:
    sent = await stage.sandbox.send(Outgoing(1, Address("web", "sandbox", "rivera"), BUTTONS))
    stage.bot.effects = [UpdateCard(card("You have it"))]
    answer = await stage.do("press", "rivera", message=sent.reference, action="answer:yes")
    assert answer.status_code == 200
    (event,) = stage.bot.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("answer:yes", "")
    assert stage.seen("rivera") == ["You have it"]
    # The platform's own update still finds it.
    await stage.sandbox.update(Address("web", "sandbox", "rivera"), sent.reference, card("Closed"))
    assert stage.seen("rivera") == ["Closed"]


async def test_an_updated_channel_card_is_updated_for_everybody(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.CHANNEL, BUTTONS, private=False)
    stage.bot.effects = [UpdateCard(card("Answered"))]
    await stage.do("press", "leo", "channel", message=stage.last_id("leo", "channel"), action="answer:no")
    assert stage.seen("maya", "channel") == stage.seen("rivera", "channel") == ["Answered"]


async def test_a_selects_option_is_pressed(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    await stage.do("press", message=stage.last_id("maya"), action="pick", value="7")
    (event,) = stage.bot.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("pick", "7")


@pytest.mark.parametrize(
    "press",
    [
        {"action": "answer:maybe"},
        {"action": "answer:yes", "value": "7"},
        {"action": "pick"},
        {"action": "pick", "value": "8"},
        {"action": "answer:yes", "message": "handrail-99"},
        {"action": "answer:yes", "tab": "channel"},
        {"action": "answer:yes", "person": "leo"},
    ],
)
async def test_what_is_not_on_a_card_that_one_sees_cannot_be_pressed(
    stage: Stage, press: dict[str, str]
) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    answer = await stage.do("press", **({"message": stage.last_id("maya")} | press))
    assert answer.status_code == 409
    assert stage.bot.events == []


# --- forms ---


async def test_a_command_opens_a_form_and_its_answers_land_where_it_was_opened(stage: Stage) -> None:
    stage.bot.effects = [Reply(card("First this")), OpenForm(FORM)]
    answer = await stage.do("say", text="/note", tab="channel")
    html = answer.json()["form"]
    assert 'data-form="note:4"' in html
    assert 'data-tab="channel"' in html
    assert 'data-message=""' in html
    stage.bot.effects = [Reply(card("Noted"))]
    answer = await stage.do("submit", tab="channel", form="note:4", message="", values={"note": "typed"})
    assert answer.json() == {}
    event = stage.bot.events[-1]
    assert isinstance(event, FormSubmitted)
    assert event.place.kind is PlaceKind.CHANNEL
    assert event.values == {"note": "typed"}
    assert stage.seen("maya", "channel") == ["/note", "First this", "Noted"]
    assert stage.seen("leo", "channel") == []


async def test_a_form_opened_by_a_button_remembers_its_card(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    message = stage.last_id("maya")
    stage.bot.effects = [OpenForm(FORM)]
    answer = await stage.do("press", message=message, action="answer:yes")
    assert f'data-message="{message}"' in answer.json()["form"]
    stage.bot.effects = [UpdateCard(card("Filled"))]
    await stage.do("submit", form="note:4", message=message, values={})
    assert stage.seen("maya") == ["Filled"]


async def test_an_update_of_a_card_that_is_gone_or_not_ones_own_is_shown_anew(stage: Stage) -> None:
    stage.sandbox.reply("leo", PlaceKind.DIRECT, BUTTONS, private=True)
    stage.bot.effects = [UpdateCard(card("Filled"))]
    for message in ("", "handrail-99", stage.last_id("leo")):
        assert (await stage.do("submit", form="note:4", message=message, values={})).status_code == 200
    assert stage.seen("maya") == ["Filled"] * 3
    assert stage.seen("leo") == ["Choose"]


async def test_form_errors_come_back_with_everything_that_was_typed(stage: Stage) -> None:
    typed = "two lines\nof <b>words</b>"
    stage.bot.effects = [Reply(card("Told")), FormErrors(FORM, {"note": "Please say more."})]
    answer = await stage.do("submit", form="note:4", message="", values={"note": typed})
    html = answer.json()["form"]
    assert "two lines\nof &lt;b&gt;words&lt;/b&gt;</textarea>" in html
    assert "Please say more." in html
    assert 'aria-invalid="true"' in html
    # What a form's words set off is shown, whatever is wrong with the form.
    assert stage.seen("maya") == ["Told"]


async def test_a_failing_form_says_so(stage: Stage) -> None:
    async def fail(_event: Event) -> Sequence[Effect]:
        raise RuntimeError

    stage.bot.answer = fail
    answer = await stage.do("submit", form="note:4", message="", values={"note": "x"})
    assert answer.status_code == 500
    assert "form" not in answer.json()


async def test_what_other_platforms_cannot_show_is_an_error_here_too(stage: Stage) -> None:
    stage.sandbox.reply("maya", PlaceKind.DIRECT, BUTTONS, private=True)
    message = stage.last_id("maya")
    cases: list[tuple[Effect, str, dict[str, Any]]] = [
        (OpenForm(FORM), "say", {"text": "hello"}),
        (OpenForm(FORM), "submit", {"form": "note:4", "values": {}}),
        (UpdateCard(card("A")), "say", {"text": "/note"}),
        (FormErrors(FORM, {"note": "x"}), "press", {"message": message, "action": "answer:yes"}),
    ]
    for effect, what, payload in cases:
        stage.bot.effects = [Reply(card("Never shown")), effect]
        assert (await stage.do(what, **payload)).status_code == 500
    assert stage.seen("maya") == ["Choose"]

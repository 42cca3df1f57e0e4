"""Messages to the bot become drafts: logged, mended or thrown away, once, by whoever wrote them."""

import pytest

from handlers.chat import Choice, OpenForm
from handlers.due import keep_house
from tests.stage import Stage, button_of, only_card, only_form, words_of

LINE = "P-7K2M tutoring 30m we did fractions"
GONE = "not there any more"


async def listed(stage: Stage, user: str = "maya") -> str:
    return words_of(only_card(await stage.press(user, "mine")))


async def test_a_message_is_offered_and_logged_only_when_confirmed(stage: Stage):
    offer = only_card(await stage.write("maya", LINE))
    assert "Log this as a check-in?" in words_of(offer)
    assert "Nothing logged yet" in await listed(stage)
    logged = only_card(await stage.press("maya", button_of(offer, "Log it")))
    assert words_of(logged).startswith("Logged")
    assert "P-7K2M · Tutoring · 30 min" in await listed(stage)


async def test_a_draft_can_be_mended_first(stage: Stage):
    offer = only_card(await stage.write("maya", LINE))
    form = only_form(await stage.press("maya", button_of(offer, "Edit")))
    opened = {item.name: item.value for item in form.inputs if isinstance(item, Choice)}
    assert opened == {"peer": "P-7K2M", "service": "tutoring", "minutes": "30", "concern": ""}
    await stage.submit("maya", form, concern="none", minutes="60")
    assert "P-7K2M · Tutoring · 1 h" in await listed(stage)
    assert GONE in words_of(only_card(await stage.press("maya", button_of(offer, "Log it")))), "logged once"


async def test_a_draft_can_be_thrown_away(stage: Stage):
    offer = only_card(await stage.write("maya", LINE))
    assert "Nothing was logged" in words_of(only_card(await stage.press("maya", button_of(offer, "Not a"))))
    assert GONE in words_of(only_card(await stage.press("maya", button_of(offer, "Log it"))))
    assert "Nothing logged yet" in await listed(stage)


async def test_a_draft_is_logged_once_however_often_it_is_pressed(stage: Stage):
    offer = only_card(await stage.write("maya", LINE))
    for _ in range(2):
        answer = await stage.press("maya", button_of(offer, "Log it"))
    assert GONE in words_of(only_card(answer))
    assert (await listed(stage)).count("P-7K2M · Tutoring") == 2, "one line and its option"


@pytest.mark.parametrize("label", ["Log it", "Edit", "Not a check-in"])
async def test_somebody_elses_draft_stays_theirs(stage: Stage, label: str):
    offer = only_card(await stage.write("maya", LINE))
    assert "somebody else's" in words_of(only_card(await stage.press("leo", button_of(offer, label))))
    assert "Nothing logged yet" in await listed(stage, "leo")
    assert words_of(only_card(await stage.press("maya", button_of(offer, "Log it")))).startswith("Logged")


async def test_a_draft_is_kept_for_a_day_and_then_forgotten(stage: Stage):
    offer = only_card(await stage.write("maya", LINE))
    log_it = button_of(offer, "Log it")
    form = await stage.press("maya", button_of(offer, "Edit"))
    await stage.wait(23 * 60)
    await keep_house(stage.app.database, stage.clock.now())
    assert isinstance((await stage.press("maya", button_of(offer, "Edit")))[0], OpenForm)
    await stage.wait(61)
    await keep_house(stage.app.database, stage.clock.now())
    assert GONE in words_of(only_card(await stage.press("maya", log_it)))
    # A form that was open all the while holds everything and is taken.
    await stage.submit("maya", only_form(form), concern="none")
    assert "P-7K2M · Tutoring · 30 min" in await listed(stage)


async def test_a_greeting_is_answered_with_the_menu(stage: Stage):
    assert words_of(only_card(await stage.write("maya", "hi there"))).startswith("Handrail")


async def test_an_edited_message_is_not_offered_again_but_is_screened_again(stage: Stage):
    await stage.write("maya", LINE, message="t1")
    assert await stage.write("maya", f"{LINE} twice", message="t1", edited=True) == []
    await stage.write("maya", "P-7K2M told me he wants to kill himself tonight", message="t1", edited=True)
    assert len(stage.inbox("rivera")) == 1
    await stage.write("maya", "P-7K2M told me he thinks about suicide a lot", message="t1", edited=True)
    assert "E-1 · a new note" in words_of(stage.inbox("rivera")[-1]), "the same message, the same case"
    await stage.write("maya", "P-7K2M told me he wants to kill himself now", message="t1", edited=True)
    assert "E-1 · Immediate · somebody needs you" in words_of(stage.inbox("rivera")[-1]), "paged again"
    assert len(stage.inbox("rivera")) == 3


async def test_a_disclosure_in_a_message_pages_before_it_is_offered_as_a_check_in(stage: Stage):
    effects = await stage.write("maya", "P-7K2M listening 20m he wants to kill himself tonight")
    assert len(stage.inbox("rivera")) == 1
    told, offer = (words_of(effect.card) for effect in effects)
    assert "Ms. Rivera is being told now" in told
    assert "Log this as a check-in?" in offer


async def test_a_very_long_message_keeps_all_of_its_words_when_the_draft_is_mended(stage: Stage):
    note = "word " * 700 + "the very end"
    offer = only_card(await stage.write("maya", f"P-7K2M tutoring 30m {note}"))
    form = only_form(await stage.press("maya", button_of(offer, "Edit")))
    refused = (await stage.submit("maya", form, concern=""))[0]
    await stage.submit("maya", refused.form, concern="none")
    async with stage.app.database.read() as tx:
        from storage import checkins

        assert (await checkins.latest(tx, 1, 1))[0].note == note

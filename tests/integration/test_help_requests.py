"""Help that is looked for: those whom it fits first, then all, then whoever asked; taken and given back."""

import pytest

from handlers.chat import Card, FormErrors
from storage import people
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DAY = 24 * 60
TUESDAY = "1-after"


async def ask(
    stage: Stage, text: str = "Algebra help, two students", user: str = "rivera", **chosen: str
) -> Card:
    card = only_card(await stage.command(user, "/requests"))
    form = only_form(await stage.press(user, button_of(card, "Ask for help")))
    return only_card(await stage.submit(user, form, text=text, **chosen))


async def gives(stage: Stage, user: str, *subjects: str, times: tuple[str, ...] = ()) -> None:
    form = only_form(await stage.press(user, "offer"))
    await stage.submit(user, form, languages=("en",), subjects=subjects, times=times, places="0")


async def listed(stage: Stage, user: str) -> str:
    return words_of(only_card(await stage.command(user, "/requests")))


def asked(stage: Stage, user: str) -> int:
    return len([card for card in stage.inbox(user) if "can you help?" in card.title.casefold()])


async def test_a_request_is_asked_claimed_and_done(stage: Stage):
    posted = await ask(stage)
    assert "2 helpers are asked" in words_of(posted)
    assert "Algebra help, two students" in words_of(stage.inbox("leo")[-1])
    mine = only_card(await stage.press_last("maya", "I'll do it"))
    assert "It is yours" in mine.title
    assert "Maya does it." in words_of(stage.inbox("rivera")[-1])
    late = words_of(only_card(await stage.press_last("leo", "I'll do it")))
    assert "Somebody has it already" in late
    assert "Maya" not in late
    await stage.press("maya", button_of(mine, "It is done"))
    assert "No help is looked for" in await listed(stage, "leo")
    await stage.wait(3 * DAY)
    assert (asked(stage, "maya"), asked(stage, "leo")) == (1, 1), "nobody is asked again"


async def test_whom_it_fits_is_asked_first_then_everybody_then_the_coordinator_is_told(stage: Stage):
    await gives(stage, "leo", "maths", times=(TUESDAY,))
    await gives(stage, "maya", "reading", times=(TUESDAY,))
    assert "1 helpers are asked" in words_of(await ask(stage, subject="maths", time=TUESDAY, user="okafor"))
    assert (asked(stage, "maya"), asked(stage, "leo")) == (0, 1)
    await stage.wait(DAY - 1)
    assert asked(stage, "maya") == 0
    await stage.wait(1)
    assert (asked(stage, "maya"), asked(stage, "leo")) == (1, 2)
    assert stage.inbox("rivera") == []
    await stage.wait(DAY)
    for adult in ("okafor", "rivera"):
        assert "Nobody could help so far" in words_of(stage.inbox(adult)[-1])
    await stage.wait(5 * DAY)
    assert (asked(stage, "maya"), asked(stage, "leo")) == (1, 2)
    assert "Maths" in words_of(stage.inbox("maya")[-1])
    assert "Tuesday after school" in words_of(stage.inbox("maya")[-1])


async def test_it_can_still_be_taken_after_everybody_was_asked(stage: Stage):
    await ask(stage)
    await stage.wait(2 * DAY + 1)
    await stage.press_last("leo", "I'll do it")
    assert "Leo does it." in words_of(stage.inbox("rivera")[-1])


async def test_given_back_it_is_asked_of_the_others_at_once_and_the_clock_starts_again(stage: Stage):
    await ask(stage)
    await stage.wait(DAY - 5)
    mine = only_card(await stage.press_last("maya", "I'll do it"))
    given = words_of(only_card(await stage.press("maya", button_of(mine, "I give it back"))))
    assert "Thank you for saying so" in given
    assert "Still looking" in stage.inbox("leo")[-1].title
    assert asked(stage, "maya") == 1, "not of the one who just could not"
    await stage.wait(DAY)
    assert "Nobody could help so far" in words_of(stage.inbox("rivera")[-1])
    await stage.press_last("leo", "I'll do it")
    assert "Leo does it." in words_of(stage.inbox("rivera")[-1]), "a second claim is told as well"


async def test_a_request_closed_by_an_adult_is_told_to_the_helper_who_has_it(stage: Stage):
    await ask(stage)
    mine = only_card(await stage.press_last("maya", "I'll do it"))
    before = len(stage.inbox("leo"))
    for _ in range(2):
        await stage.press("okafor", "request.done:1")
    titles = [card.title for card in stage.inbox("maya")]
    assert titles.count("Not needed any more") == 1
    assert "Algebra help, two students" in words_of(stage.inbox("maya")[-1])
    assert len(stage.inbox("leo")) == before
    await ask(stage, "Chess club")
    mine = only_card(await stage.press_last("maya", "I'll do it"))
    await stage.press("maya", button_of(mine, "It is done"))
    assert [card.title for card in stage.inbox("maya")].count("Not needed any more") == 1


async def test_a_helper_who_leaves_gives_back_what_they_had(stage: Stage):
    await ask(stage)
    await stage.press_last("maya", "I'll do it")
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 1)
    before = asked(stage, "leo")
    await stage.tick()
    await stage.tick()
    assert "open" in await listed(stage, "leo")
    assert asked(stage, "leo") == before + 1
    assert "Nobody could help so far" not in words_of(stage.inbox("rivera")[-1])
    await stage.wait(24 * 60)
    assert "Nobody could help so far" in words_of(stage.inbox("rivera")[-1])


async def test_who_is_on_a_break_is_asked_nothing(stage: Stage):
    card = only_card(await stage.press("maya", "supervision"))
    form = only_form(await stage.press("maya", button_of(card, "Pauses and quiet hours")))
    pause = next(item for item in form.inputs if item.name == "pause").options[-1].value
    await stage.submit("maya", form, pause=pause)
    await ask(stage)
    assert (asked(stage, "maya"), asked(stage, "leo")) == (0, 1)


async def test_nobody_is_asked_in_their_quiet_hours(stage: Stage):
    await stage.wait(12 * 60)  # 22:00 at the school
    await ask(stage)
    assert asked(stage, "maya") == 0
    await stage.wait(10 * 60)
    assert asked(stage, "maya") == 1


async def test_helpers_are_not_told_who_has_what_and_staff_are(stage: Stage):
    await ask(stage)
    await stage.press_last("maya", "I'll do it")
    assert "somebody has it" in await listed(stage, "leo")
    assert "Maya" not in await listed(stage, "leo")
    assert "yours" in await listed(stage, "maya")
    assert "Maya" in await listed(stage, "rivera")


async def test_an_adult_closes_it(stage: Stage):
    await ask(stage)
    card = only_card(await stage.command("okafor", "/requests"))
    one = only_card(await stage.choose("okafor", card, "Algebra"))
    await stage.press("okafor", button_of(one, "Close it"))
    assert "Somebody has it already" in words_of(only_card(await stage.press_last("leo", "I'll do it")))


# --- what goes to many -------------------------------------------------------------------------


async def test_words_that_raise_a_concern_page_and_go_to_no_helper(stage: Stage):
    form = only_form(await stage.press("rivera", "request.new"))
    refused = (
        await stage.submit(
            "rivera", form, text="a student wants to kill himself tonight, who can sit with him"
        )
    )[-1]
    assert isinstance(refused, FormErrors)
    assert "goes to no helper" in refused.errors["text"]
    assert stage.inbox("maya") == []
    assert any("E-1" in card.title for card in stage.inbox("okafor") + stage.inbox("rivera"))


async def test_an_empty_request_is_asked_again_and_what_was_chosen_stays(stage: Stage):
    form = only_form(await stage.press("rivera", "request.new"))
    refused = (await stage.submit("rivera", form, text="  ", subject="maths"))[0]
    assert isinstance(refused, FormErrors)
    assert next(item.value for item in refused.form.inputs if item.name == "subject") == "maths"
    assert "No help is looked for" in await listed(stage, "rivera")


# --- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["maya", "ana"])
async def test_only_staff_ask(stage: Stage, user: str):
    await stage.add("ana", "Ana", Role.LEAD)
    assert "Ask for help" not in await listed(stage, user)
    for effects in (
        await stage.press(user, "request.new"),
        await stage.submit(user, "request.new", text="x"),
    ):
        assert "That is for coordinators" in words_of(only_card(effects))


@pytest.mark.parametrize("deed", ["request.back:1", "request.done:1"])
async def test_only_whoever_has_it_gives_it_back(stage: Stage, deed: str):
    await ask(stage)
    await stage.press_last("maya", "I'll do it")
    assert "somebody else's" in words_of(only_card(await stage.press("leo", deed)))
    assert "yours" in await listed(stage, "maya")


async def test_another_programme_finds_nothing_here(stage: Stage):
    await ask(stage)
    there = await stage.elsewhere()
    assert "somebody else's" in words_of(only_card(await there.press("nina", "request.claim:1")))
    assert "Algebra" not in words_of(only_card(await there.command("tanaka", "/requests")))

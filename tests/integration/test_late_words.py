"""Words that were written while the bot was away: whoever is paged sees at once that they are old."""

from dataclasses import replace
from datetime import timedelta

from handlers.chat import Place, PlaceKind, TextPosted, User
from tests.stage import Stage, button_of, only_card, words_of

WORDS = "i want to die tonight"


def _written(stage: Stage, ago: timedelta, text: str = WORDS) -> TextPosted:
    return TextPosted(
        dedupe_key=f"message:{ago}:{text}",
        user=User("web", "sandbox", "maya"),
        place=Place(PlaceKind.DIRECT, "maya"),
        at=stage.clock.now() - ago,
        text=text,
        message_id=f"m{ago}",
        to_bot=True,
    )


async def test_a_page_about_words_that_came_late_says_when_they_were_written(stage: Stage):
    await stage.receive(_written(stage, timedelta(hours=9)))
    page = words_of(stage.inbox("rivera")[0])
    assert "This was written long before it reached Handrail." in page
    assert "Written: 01:00" in page
    assert "Opened: 10:00" in page
    note = only_card(await stage.press("rivera", button_of(stage.inbox("rivera")[0], "Show the note").action))
    assert "Written 01:00." in words_of(note)


async def test_a_page_about_words_of_this_half_hour_says_nothing_of_it(stage: Stage):
    await stage.receive(_written(stage, timedelta(minutes=30)))
    page = words_of(stage.inbox("rivera")[0])
    assert "long before" not in page
    assert "Written" not in page


async def test_a_late_message_in_an_open_case_says_its_own_time_behind_show_the_note(stage: Stage):
    first = _written(stage, timedelta(0))
    await stage.receive(first)
    late = _written(stage, timedelta(hours=2), "i wrote goodbye letters, i want to die tonight")
    await stage.receive(replace(late, message_id=first.message_id, edited=True))
    page = stage.inbox("rivera")[0]
    assert "long before" not in words_of(page)
    note = only_card(await stage.press("rivera", button_of(page, "Show the note").action))
    assert "Written 08:00." in words_of(note)

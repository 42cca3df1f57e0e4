"""Words that reach the bot in another way: a mention in a channel, somebody else's message pointed out."""

from handlers.chat import Account, MessageRaised, Place, PlaceKind, Reply, TextPosted, User
from storage import case_notes, cases, last_seen
from storage.words import About, CaseState
from tests.stage import Stage, only_card, words_of


def _raised(
    stage: Stage, text: str, *, by: str = "maya", author: str = "sam", key: str = "r1"
) -> MessageRaised:
    return MessageRaised(
        dedupe_key=key,
        user=User("web", "sandbox", by),
        place=Place(PlaceKind.CHANNEL, "lunch"),
        at=stage.clock.now(),
        name="concern",
        text=text,
        message_id="m1",
        author=author,
        author_name="Sam L.",
    )


async def test_a_harmless_message_that_is_pointed_out_asks_how_urgent_it_is(stage: Stage):
    (answer,) = await stage.receive(_raised(stage, "see you at lunch"))
    assert isinstance(answer, Reply)
    assert "[Not sure: tell them]" in words_of(answer.card)
    assert stage.inbox("rivera") == []
    await stage.wait(11)
    assert len(stage.inbox("rivera")) == 1, "silence counts as unsure"


async def test_the_danger_is_of_whoever_wrote_the_message_and_the_note_says_who(stage: Stage):
    await stage.receive(_raised(stage, "i want to die tonight"))
    async with stage.app.database.read() as tx:
        (case,) = await cases.of_programme(tx, 1)
        (note,) = await case_notes.notes(tx, case.id)
    assert (case.state, case.about) == (CaseState.OPEN, About.SOMEBODY_ELSE)
    assert {flag.about for flag in note.flags} == {About.SOMEBODY_ELSE}
    assert note.text.startswith("i want to die tonight\n")
    assert "Sam L. wrote" in note.text
    page = words_of(stage.inbox("rivera")[0])
    assert "Sam" not in page
    assert "die tonight" not in page


async def test_whoever_is_on_the_roster_is_called_as_the_roster_calls_them(stage: Stage):
    await stage.receive(_raised(stage, "i want to die tonight", author="leo"))
    async with stage.app.database.read() as tx:
        (case,) = await cases.of_programme(tx, 1)
        (note,) = await case_notes.notes(tx, case.id)
    assert "Leo wrote" in note.text


async def test_the_same_message_pointed_out_twice_is_one_case(stage: Stage):
    await stage.receive(_raised(stage, "i want to die tonight"))
    await stage.receive(_raised(stage, "i want to die tonight", key="r2"))
    async with stage.app.database.read() as tx:
        assert len(await cases.of_programme(tx, 1)) == 1


def _mention(stage: Stage, text: str, user: str = "maya") -> TextPosted:
    return TextPosted(
        dedupe_key=f"m:{text}",
        user=User("web", "sandbox", user),
        place=Place(PlaceKind.CHANNEL, "unread"),
        at=stage.clock.now(),
        text=text,
        message_id="m9",
        to_bot=True,
    )


async def test_who_calls_the_bot_in_a_channel_that_is_not_read_is_heard(stage: Stage):
    await stage.receive(_mention(stage, "my friend wants to die tonight", user="stranger"))
    assert len(stage.inbox("rivera")) == 1


async def test_a_member_who_calls_it_gets_the_menu_and_a_stranger_nothing(stage: Stage):
    assert "[Check in]" in words_of(only_card(await stage.receive(_mention(stage, "hello"))))
    assert await stage.receive(_mention(stage, "hello you", user="stranger")) == []


async def test_how_far_was_read_is_kept_and_never_moves_back(stage: Stage):
    start = stage.clock.now()
    await stage.write("maya", "hello")
    await stage.wait(5)
    await stage.write("maya", "hello again")
    async with stage.app.database.write() as tx:
        await last_seen.saw(tx, 1, "maya", start)
    async with stage.app.database.read() as tx:
        (seen,) = await last_seen.conversations(tx, 1)
    assert (seen.channel, seen.at) == ("maya", stage.clock.now())


async def test_the_note_of_somebody_on_no_roster_shows_the_adult_their_account(stage: Stage):
    await stage.write("stranger", "i want to die tonight")
    (note,) = await stage.press_last("rivera", "Show the note")
    assert isinstance(note, Reply)
    assert Account("Their account here", "stranger") in note.card.blocks
    assert note.fleeting

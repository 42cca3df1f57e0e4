"""Whatever arrives, in whatever state: nothing breaks, nobody is paged for nothing, no disclosure is lost."""

import asyncio

import pytest

from handlers.chat import FormErrors, FormSubmitted, Place, PlaceKind, TextPosted, User
from storage import people
from tests.stage import Stage, button_of, only_card, only_form, words_of

DANGER = "I want to kill myself tonight"


async def note_that_reached(stage: Stage, user: str = "rivera") -> str:
    """What the coordinator reads under "Show the note", all parts of it."""
    card = only_card(await stage.press(user, button_of(stage.inbox(user)[0], "Show the note")))
    text = card.blocks[1].text
    while "[Next]" in words_of(card):
        card = only_card(await stage.press(user, button_of(card, "Next")))
        text += card.blocks[1].text
    return text


# --- texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "👍", "\x00", "\ud800", "-", "P-", "?" * 40_000])
@pytest.mark.parametrize("channel", [False, True])
async def test_a_text_that_says_nothing_is_taken_and_pages_nobody(stage: Stage, text: str, channel: bool):
    effects = await stage.write("maya", text, channel=channel)
    assert channel is (effects == [])
    assert "did not work" not in stage.sees("maya")
    await stage.wait(60)
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize(
    "text",
    [
        f"I\x00 {DANGER} \x00",
        f"{DANGER} \ud800",
        f"\u202e{DANGER}\u202c",
        f"أهلا {DANGER} שלום",
        "I want to k\u200bill my\u200dself to\u00adnight",
        "I w\u0430nt to kill mys\u0435lf tonight",
        f"<b>{DANGER}</b>",
        "I want to *kill* _myself_ tonight",
        f"<!channel> @everyone **{DANGER}** ~~no~~ `x`",
        f"{'we did fractions again. ' * 1_700}{DANGER}"[-40_000:],
    ],
    ids=["NUL", "surrogate", "turned", "RTL", "zero width", "letters", "HTML", "Slack", "markup", "40,000"],
)
async def test_no_disguise_or_length_hides_a_disclosure_and_the_note_is_whole(stage: Stage, text: str):
    event = await stage.write("maya", text)
    assert "Ms. Rivera is being told now" in words_of(event[0].card)
    assert len(stage.inbox("rivera")) == 1
    shown = await note_that_reached(stage)
    assert shown == text.replace("\x00", "�").replace("\ud800", "�"), "kept as text, nothing obeyed"


async def test_forty_thousand_characters_in_one_line_are_logged_whole(stage: Stage):
    line = "tutoring 30m " + "we did fractions. " * 2_300
    logged = only_card(await stage.command("maya", f"/checkin {line[:40_000]}"))
    assert words_of(logged).startswith("Logged")


# --- people who are not on the roster, or paused -----------------------------------------------


async def suspend_maya(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 1)


@pytest.mark.parametrize(
    ("user", "told"), [("stranger", "Ask the coordinator to add you"), ("maya", "is paused")]
)
@pytest.mark.parametrize(
    "what", ["/checkin tutoring 20m", "/handrail", "we did fractions", "worried no more"]
)
async def test_who_is_not_on_the_team_is_told_whom_to_ask(stage: Stage, user: str, told: str, what: str):
    await suspend_maya(stage)
    send = stage.command if what.startswith("/") else stage.write
    refused = words_of(only_card(await send(user, what)))
    assert told in refused
    assert "/urgent" in refused


@pytest.mark.parametrize("user", ["stranger", "maya"])
@pytest.mark.parametrize("what", [f"/checkin tutoring {DANGER}", DANGER, f"/nonsense {DANGER}", "/urgent"])
async def test_their_disclosure_pages_all_the_same(stage: Stage, user: str, what: str):
    await suspend_maya(stage)
    send = stage.command if what.startswith("/") else stage.write
    await send(user, what)
    assert len(stage.inbox("rivera")) == 1
    assert "Ms. Rivera is being told now" in stage.sees(user)
    who = "Maya" if user == "maya" else "somebody not on the roster"
    assert f"Helper: {who}" in words_of(stage.inbox("rivera")[0])


async def test_a_stranger_hears_how_it_goes_on(stage: Stage):
    await stage.command("stranger", "/urgent")
    await stage.press_last("rivera", "By phone")
    assert "Ms. Rivera says: calling by phone" in stage.sees("stranger")


async def test_a_stranger_gets_no_menu_after_a_disclosure_in_a_channel(stage: Stage):
    effects = await stage.write("stranger", DANGER, channel=True)
    assert [words_of(effect.card).splitlines()[0] for effect in effects] == ["Ms. Rivera is being told now"]


# --- twice -------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [False, True])
async def test_the_same_event_twice_is_one_check_in_one_case_one_page(stage: Stage, at_once: bool):
    deliveries = [stage.command("maya", f"/checkin tutoring 30m {DANGER}", key="same") for _ in range(2)]
    if at_once:
        answers = await asyncio.gather(*deliveries)
    else:
        answers = [await delivery for delivery in deliveries]
    assert sorted(len(effects) for effects in answers) == [0, 2], "the repeat is answered with nothing"
    assert len(stage.inbox("rivera")) == 1
    listed = words_of(only_card(await stage.press("maya", "mine")))
    assert listed.count("Tutoring") == 2, "one line and its option"
    assert "E-1" in words_of(only_card(await stage.press("rivera", "cases")))
    assert "E-2" not in stage.sees("rivera")


async def test_many_disclosures_at_once_are_all_kept_and_all_paged(stage: Stage):
    users = ["maya", "leo", *(f"stranger{number}" for number in range(6))]
    await asyncio.gather(*(stage.write(user, DANGER) for user in users))
    await stage.tick()
    for user in users:
        assert "Ms. Rivera is being told now" in stage.sees(user)
    titles = {card.title.split(" · ")[0] for card in stage.inbox("rivera")}
    assert titles == {f"E-{number}" for number in range(1, len(users) + 1)}


async def test_two_notes_about_one_peer_at_once_are_one_case(stage: Stage):
    note = "P-7K2M told me he wants to kill himself tonight"
    await asyncio.gather(stage.write("maya", note), stage.write("maya", f"{note}, he has a plan"))
    await stage.tick()
    assert "E-2" not in stage.sees("rivera")
    assert "E-2" not in stage.sees("maya")


async def test_a_dedupe_key_of_any_length_is_taken(stage: Stage):
    for _ in range(2):
        await stage.command("maya", "/urgent", key="k" * 400)
    assert len(stage.inbox("rivera")) == 1


# --- buttons and forms -------------------------------------------------------------------------

GARBAGE = [
    "case.ack:abc:now",
    "case.ack:1",
    "case.ack:1:whenever",
    "case.ack",
    "case.ack:-1:now",
    "case.ack:٣:now",
    f"case.ack:{10**30}:now",
    "case.note:999999",
    "case.note:1:x",
    "case.close:",
    "case.seen:999999999:yes",
    "nonsense",
    "nonsense:1",
    "",
    ":",
    "checkin.edit:0",
    "checkin.undo:1:2:3",
    "draft.log:one",
    "ask.yes:2147483648",
    "ask.no:1",
    "mine:x",
    "weekly:1",
    "weekly:999999:fine",
]


@pytest.mark.parametrize("user", ["rivera", "stranger"])
async def test_garbled_buttons_are_answered_and_change_nothing(stage: Stage, user: str):
    await stage.command("maya", "/urgent")
    answers = {custom_id: only_card(await stage.press(user, custom_id)).title for custom_id in GARBAGE}
    assert answers == dict.fromkeys(GARBAGE, "Not done")
    assert "I can't]" in words_of(stage.inbox("rivera")[0]), "the case still waits for an answer"
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 2


@pytest.mark.parametrize("value", ["", "x", "0", "99999999999", "-1"])
async def test_a_garbled_choice_is_answered(stage: Stage, value: str):
    assert "Not done" in words_of(only_card(await stage.press("maya", "checkin.pick", value=value)))


@pytest.mark.parametrize(
    "form", ["", "nonsense", "checkin.edit", "checkin.edit:x", "checkin.edit:999999", "draft:x"]
)
async def test_a_garbled_form_still_pages_what_was_written_in_it(stage: Stage, form: str):
    values = {"peer": "none", "service": "tutoring", "minutes": "5", "concern": "none", "note": DANGER}
    effects = await stage.submit("maya", form, **values)
    assert "Ms. Rivera is being told now" in words_of(effects[0].card)
    assert "Not done" in words_of(effects[1].card)
    assert len(stage.inbox("rivera")) == 1


async def test_an_edit_of_somebody_elses_check_in_opens_a_case_of_its_own(stage: Stage):
    logged = (await stage.command("maya", f"/checkin tutoring 20m {DANGER}"))[-1].card
    edit = button_of(logged, "Edit").action
    values = {"peer": "none", "service": "tutoring", "minutes": "5", "concern": "none", "note": DANGER}
    await stage.submit("leo", edit, **values)
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-1", "E-2"]


async def test_a_form_that_comes_back_a_day_later_is_taken(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    await stage.wait(24 * 60)
    done = only_card(await stage.submit("maya", form, concern="none"))
    assert words_of(done).startswith("Logged")


async def test_the_outcome_of_a_case_that_moved_on_is_refused_for_whoever_may_not(stage: Stage):
    await stage.command("maya", "/urgent")
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    values = {"outcome": "talked", "report": "made", "parents": "told"}
    for user in ("maya", "stranger"):
        assert "Not done" in words_of(only_card(await stage.submit(user, form, **values)))
    wrong = (await stage.submit("rivera", form, outcome="fine", report="", parents="maybe"))[0]
    assert isinstance(wrong, FormErrors)
    assert set(wrong.errors) == {"outcome", "report", "parents"}
    assert "You have it" in words_of(stage.inbox("rivera")[0]), "still open"


ANSWERS = ("I've got it", "In 10 minutes", "By phone", "I can't")


@pytest.mark.parametrize("user", ["maya", "leo", "stranger"])
async def test_only_the_ladder_s_adults_answer_a_page(stage: Stage, user: str):
    await stage.write("maya", DANGER)
    for label in (*ANSWERS, "Show the note"):
        answer = words_of(only_card(await stage.press(user, button_of(stage.inbox("rivera")[0], label))))
        assert answer.startswith("Not done")
        assert "kill" not in answer
    assert stage.inbox("okafor") == []
    assert "Ms. Rivera has it" not in stage.sees("maya")


async def test_an_old_card_of_a_closed_case_changes_nothing(stage: Stage):
    await stage.command("maya", "/urgent")
    old = [button_of(stage.inbox("rivera")[0], label) for label in ANSWERS]
    await stage.press_last("rivera", "I've got it")
    form = only_form(await stage.press_last("rivera", "Close with an outcome"))
    await stage.submit("rivera", form, outcome="talked", report="made", parents="told")
    for user in ("rivera", "okafor"):
        for button in old:
            assert "closed already" in words_of(only_card(await stage.press(user, button)))
    await stage.wait(120)
    assert stage.inbox("okafor") == []


# --- places ------------------------------------------------------------------------------------


async def test_a_workspace_that_nobody_set_up_gets_no_answer(stage: Stage):
    event = TextPosted(
        dedupe_key="k",
        user=User("web", "unknown", "maya"),
        place=Place(PlaceKind.DIRECT, "maya"),
        at=stage.clock.now(),
        text=DANGER,
        message_id="m",
    )
    assert await stage.receive(event) == []
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize(("channel", "pages"), [("team", 1), ("lunch", 0)])
async def test_only_channels_that_were_opted_in_are_read(stage: Stage, channel: str, pages: int):
    common = stage._common("maya", "k") | {"place": Place(PlaceKind.CHANNEL, channel)}
    effects = await stage.receive(TextPosted(**common, text=DANGER, message_id="m"))
    assert len(effects) == pages
    assert len(stage.inbox("rivera")) == pages


async def test_a_form_filled_in_a_channel_nobody_opted_in_is_still_spoken_to_the_bot(stage: Stage):
    common = stage._common("maya", "k") | {"place": Place(PlaceKind.CHANNEL, "lunch")}
    await stage.receive(FormSubmitted(**common, form="checkin", values={"note": DANGER}))
    assert len(stage.inbox("rivera")) == 1

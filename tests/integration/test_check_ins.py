"""Check-ins as a helper lives with them: logged, looked at, mended, taken back; each one's own."""

import pytest

from handlers.chat import Choice, Form, FormErrors, OpenForm, Select, TextInput
from tests.stage import Stage, button_of, only_card, only_form, words_of

DISCLOSURE = "he told me he wants to kill himself tonight"
NEW = "Somebody new (I make a code)"


def prefilled(form: Form) -> dict[str, str]:
    """What a form is opened with, by input."""
    return {item.name: item.value for item in form.inputs if isinstance(item, Choice | TextInput)}


async def own_list(stage: Stage, user: str) -> str:
    return words_of(only_card(await stage.press(user, "mine")))


async def a_known_code(stage: Stage, user: str = "maya") -> str:
    """Log a contact with somebody new; returns the code that was made."""
    form = only_form(await stage.command(user, "/checkin"))
    done = only_card(
        await stage.submit(user, form, peer="new", concern="none", note="", service="tutoring", minutes="45")
    )
    return next(line for line in words_of(done).splitlines() if line.startswith("With: ")).removeprefix(
        "With: "
    )


# --- the form ----------------------------------------------------------------------------------


async def test_somebody_new_gets_a_code_and_the_check_in_is_listed(stage: Stage):
    code = await a_known_code(stage)
    assert code.startswith("P-")
    assert f"{code} · Tutoring · 45 min" in await own_list(stage, "maya")


async def test_the_form_starts_with_last_time_but_never_with_how_worried(stage: Stage):
    code = await a_known_code(stage)
    values = prefilled(only_form(await stage.command("maya", "/checkin")))
    assert values == {"peer": code, "service": "tutoring", "minutes": "45", "concern": "", "note": ""}


async def test_last_time_with_a_group_starts_with_a_group(stage: Stage):
    await a_known_code(stage)
    form = only_form(await stage.command("maya", "/checkin"))
    await stage.submit("maya", form, peer="none", concern="none")
    assert prefilled(only_form(await stage.press("maya", "checkin")))["peer"] == "none"


async def test_somebody_elses_last_time_is_not_offered(stage: Stage):
    code = await a_known_code(stage, "maya")
    form = only_form(await stage.command("leo", "/checkin"))
    offered = [option.value for item in form.inputs if isinstance(item, Choice) for option in item.options]
    assert code not in offered
    assert prefilled(form)["peer"] == "new"


@pytest.mark.parametrize(
    ("concern", "urgency", "next_page"), [("immediate", "Immediate", 2), ("soon", "Soon", 5)]
)
async def test_how_worried_somebody_is_pages_at_once_with_its_own_ladder(
    stage: Stage, concern: str, urgency: str, next_page: int
):
    form = only_form(await stage.command("maya", "/checkin"))
    effects = await stage.submit("maya", form, concern=concern, note="all fine")
    page = words_of(stage.inbox("rivera")[0])
    assert urgency in page
    assert "said by the helper" in page
    assert "Ms. Rivera is being told now" in words_of(effects[0].card)
    assert words_of(effects[1].card).startswith("Logged")
    await stage.wait(next_page - 0.1)
    assert len(stage.inbox("rivera")) == 1
    await stage.wait(0.1)
    assert len(stage.inbox("rivera")) == 2


@pytest.mark.parametrize("concern", ["none", "a_little"])
async def test_an_unworried_check_in_pages_nobody(stage: Stage, concern: str):
    form = only_form(await stage.command("maya", "/checkin"))
    await stage.submit("maya", form, concern=concern, note="we did fractions")
    await stage.wait(60)
    assert stage.inbox("rivera") == []


async def test_words_raise_what_somebody_chose_and_never_lower_it(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    await stage.submit("maya", form, concern="none", note=DISCLOSURE)
    assert "Immediate" in words_of(stage.inbox("rivera")[0])


GARBAGE = {
    "peer": ("Robert", ""),
    "service": ("cooking", ""),
    "minutes": ("soon", "", "0", "-5", "721", "99999999999", "00159", "0015000", "١٥", "1.5"),
    "concern": ("panic", ""),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (field, value)
        for field, values in GARBAGE.items()
        for value in values
        if (field, value) != ("peer", "")
    ],
)
async def test_what_cannot_be_taken_is_named_and_the_rest_is_kept(stage: Stage, field: str, value: str):
    code = await a_known_code(stage)
    form = only_form(await stage.command("maya", "/checkin"))
    typed = {
        "peer": code,
        "service": "listening",
        "minutes": "20",
        "concern": "a_little",
        "note": "kept words",
    }
    answer = (await stage.submit("maya", form, **{**typed, field: value}))[0]

    assert isinstance(answer, FormErrors)
    assert set(answer.errors) == {field}
    again = prefilled(answer.form)
    assert {name: again[name] for name in typed if name != field} == {
        name: kept for name, kept in typed.items() if name != field
    }
    assert (await own_list(stage, "maya")).count("·") == 6, "one line and its option"


@pytest.mark.parametrize("choice", ["new", "none"])
async def test_a_choice_that_is_no_code_is_kept_beside_an_error(stage: Stage, choice: str):
    await a_known_code(stage)
    form = only_form(await stage.command("maya", "/checkin"))
    answer = (await stage.submit("maya", form, peer=choice, concern=""))[0]
    assert isinstance(answer, FormErrors)
    assert prefilled(answer.form)["peer"] == choice


async def test_a_refused_form_with_a_disclosure_has_paged_already(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    effects = await stage.submit("maya", form, concern="", note=DISCLOSURE)
    assert isinstance(effects[-1], FormErrors)
    assert len(stage.inbox("rivera")) == 1


# --- one line ----------------------------------------------------------------------------------


async def test_an_unknown_code_asks_before_it_is_used(stage: Stage):
    asked = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m went well"))
    assert "I don't know P-7K2M yet" in words_of(asked)
    assert "Nothing logged yet" in await own_list(stage, "maya")
    await stage.press("maya", button_of(asked, "Log it with this new code"))
    assert "P-7K2M · Tutoring · 30 min" in await own_list(stage, "maya")
    known = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m"))
    assert words_of(known).startswith("Logged")


async def test_what_a_line_does_not_say_is_taken_from_last_time_and_said(stage: Stage):
    code = await a_known_code(stage)
    logged = words_of(only_card(await stage.command("maya", f"/checkin {code} went well")))
    assert "Tutoring" in logged
    assert "45 min" in logged
    assert "You did not say the kind of help and the time: I guessed." in logged


async def test_a_note_too_long_for_a_form_survives_an_edit(stage: Stage):
    code = await a_known_code(stage)
    note = "word " * 700 + "the very end"
    logged = only_card(await stage.command("maya", f"/checkin {code} tutoring 30m {note}"))
    form = only_form(await stage.press("maya", button_of(logged, "Edit")))
    assert "note" not in prefilled(form)
    refused = (await stage.submit("maya", form, concern="", minutes="60"))[0]
    assert isinstance(refused, FormErrors)
    assert "note" not in prefilled(refused.form), "a note that is typed there would be lost"
    await stage.submit("maya", refused.form, concern="none")

    # It is whole: asking for an adult shows it nowhere, but the database gives it back.
    async with stage.app.database.read() as tx:
        from storage import checkins

        kept = (await checkins.latest(tx, 1, 1))[0]
    assert kept.note == note
    assert kept.minutes == 60


# --- edit and undo -----------------------------------------------------------------------------


async def test_an_edit_opens_with_what_was_logged_and_replaces_it(stage: Stage):
    code = await a_known_code(stage)
    logged = only_card(await stage.command("maya", f"/checkin {code} listening 20m first words"))
    form = only_form(await stage.press("maya", button_of(logged, "Edit")))
    expected = {"peer": code, "service": "listening", "minutes": "20", "concern": "", "note": "first words"}
    assert prefilled(form) == expected
    changed = only_card(await stage.submit("maya", form, concern="none", minutes="60", note="second"))
    assert words_of(changed).startswith("Changed")
    listed = await own_list(stage, "maya")
    assert f"{code} · Listening · 1 h" in listed
    assert "20 min" not in listed


async def test_editing_a_group_s_check_in_does_not_give_it_a_peer(stage: Stage):
    await a_known_code(stage)
    logged = only_card(await stage.command("maya", "/checkin tutoring 20m six of them"))
    form = only_form(await stage.press("maya", button_of(logged, "Edit")))
    assert prefilled(form)["peer"] == "none"


async def test_a_disclosure_added_by_an_edit_pages_and_the_next_one_joins_its_case(stage: Stage):
    code = await a_known_code(stage)
    logged = only_card(await stage.command("maya", f"/checkin {code} listening 20m first words"))
    form = only_form(await stage.press("maya", button_of(logged, "Edit")))
    await stage.submit("maya", form, concern="none", note=DISCLOSURE)
    assert len(stage.inbox("rivera")) == 1
    await stage.wait(1)
    await stage.submit("maya", form, concern="none", note=f"{DISCLOSURE}, he said it again")
    assert "E-1 · Immediate" in words_of(stage.inbox("rivera")[-1])
    assert len(stage.inbox("rivera")) == 2
    assert "E-2" not in stage.sees("rivera")


@pytest.mark.parametrize("deed", ["edit", "undo", "submit", "pick"])
async def test_only_the_owner_can_change_a_check_in(stage: Stage, deed: str):
    logged = only_card(await stage.command("maya", "/checkin tutoring 20m ours"))
    edit = button_of(logged, "Edit").action
    number = edit.rpartition(":")[2]
    match deed:
        case "submit":
            values = {"peer": "none", "service": "listening", "minutes": "5", "concern": "none"}
            answer = await stage.submit("leo", edit, **values)
        case "pick":
            answer = await stage.press("leo", "checkin.pick", value=number)
        case _:
            answer = await stage.press("leo", f"checkin.{deed}:{number}")
    assert "somebody else's" in words_of(only_card(answer))
    assert "Tutoring · 20 min" in await own_list(stage, "maya")


async def test_undo_takes_it_back_but_an_adult_who_was_told_keeps_it(stage: Stage):
    code = await a_known_code(stage)
    effects = await stage.command("maya", f"/checkin {code} listening 20m {DISCLOSURE}")
    undo = button_of(effects[-1].card, "Undo")
    assert "Taken back" in words_of(only_card(await stage.press("maya", undo)))
    assert "Listening" not in await own_list(stage, "maya")
    assert "not there any more" in words_of(only_card(await stage.press("maya", undo)))
    await stage.wait(2)
    assert len(stage.inbox("rivera")) == 2, "the ladder goes on"


# --- the list ----------------------------------------------------------------------------------


async def test_the_list_turns_its_pages_and_opens_any_check_in(stage: Stage):
    for minutes in range(1, 13):
        await stage.command("maya", f"/checkin tutoring {minutes}m")
        await stage.wait(1)
    first = only_card(await stage.press("maya", "mine"))
    shown = next(block for block in first.blocks if isinstance(block, Select)).options
    assert [option.label.rpartition("· ")[2] for option in shown] == [f"{n} min" for n in range(12, 4, -1)]
    second = only_card(await stage.press("maya", button_of(first, "Older")))
    assert "4 min" in words_of(second)
    assert "5 min" not in words_of(second)
    assert "Older" not in words_of(second)
    oldest = next(block for block in second.blocks if isinstance(block, Select)).options[-1]
    opened = await stage.press("maya", "checkin.pick", value=oldest.value)
    assert isinstance(opened[0], OpenForm)
    assert prefilled(opened[0].form)["minutes"] == "1"


async def test_nobody_sees_another_helpers_check_ins(stage: Stage):
    await stage.command("maya", "/checkin tutoring 20m we spoke of volcanoes")
    for user in ("leo", "rivera"):
        assert "Nothing logged yet" in await own_list(stage, user)
        assert "volcanoes" not in stage.sees(user)

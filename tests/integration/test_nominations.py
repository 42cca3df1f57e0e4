"""New helpers are nominated by anybody; lead helpers are asked if agreed; the coordinator decides."""

import pytest
from sqlalchemy import text

from handlers.chat import FormErrors, Reply
from storage import cases, nominations, roster
from storage.models import Base
from storage.words import NominationState, Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

REASON = "She is patient and kind, and she has time for everybody."


async def nominate(stage: Stage, by: str, **values: str):
    form = only_form(await stage.command(by, "/nominate"))
    return await stage.submit(by, form, **{"reason": REASON, **values})


async def open_it(stage: Stage):
    """The coordinator opens the newest nomination from her message."""
    listed = only_card(await stage.press_last("rivera", "Look at it"))
    option = next(block for block in listed.blocks if hasattr(block, "options")).options[-1]
    return only_card(await stage.press("rivera", "nomination.pick", value=option.value))


@pytest.mark.parametrize(
    ("by", "kind", "how", "values"),
    [
        ("sam", "self", "by themselves", {"name": "Sam"}),
        ("leo", "peer", "by another student", {"name": "Sam", "who": "sam"}),
        ("sam", "application", "in an application", {"name": "Sam"}),
        ("teacher", "staff", "by staff", {"name": "Sam", "who": "sam"}),
    ],
)
async def test_from_a_nomination_to_a_helper_in_each_of_four_ways(
    stage: Stage, by: str, kind: str, how: str, values: dict[str, str]
):
    thanks = only_card(await nominate(stage, by, kind=kind, **values))
    assert "The coordinator reads it" in words_of(thanks)
    told = stage.inbox("rivera")[-1]
    assert "Sam" not in words_of(told)
    assert "Sam" not in told.fallback
    card = await open_it(stage)
    assert how in words_of(card)
    assert REASON in words_of(card)
    accepted = only_card(await stage.press("rivera", button_of(card, "Accept")))
    assert "Sam is on the team" in words_of(accepted)
    assert "Your role here: Helper" in words_of(stage.inbox("sam")[0])
    assert words_of(only_card(await stage.command("sam", "/checkin tutoring 20m"))).startswith("Logged")
    twice = only_card(await stage.press("rivera", button_of(card, "Accept")))
    assert "Somebody else changed this" in words_of(twice)


async def test_somebody_without_an_account_gets_theirs_from_the_coordinator(stage: Stage):
    await nominate(stage, "leo", kind="peer", name="Sam")
    accepted = only_card(await stage.press("rivera", button_of(await open_it(stage), "Accept")))
    form = only_form(await stage.press("rivera", button_of(accepted, "Their account")))
    await stage.submit("rivera", form, who="sam")
    assert "Your role here: Helper" in words_of(stage.inbox("sam")[0])


async def test_lead_helpers_are_asked_only_where_it_was_agreed_and_see_name_and_reason(stage: Stage):
    await stage.add("ada", "Ada", Role.LEAD)
    await nominate(stage, "leo", kind="peer", name="Sam", who="sam", readers="team")
    card = await open_it(stage)
    await stage.press("rivera", button_of(card, "Ask lead helpers"))
    asked = stage.inbox("ada")[-1]
    assert "Sam" not in words_of(asked)
    (read,) = await stage.press("ada", button_of(asked, "Read it"))
    assert isinstance(read, Reply)
    assert read.fleeting
    assert words_of(read.card).startswith(f"Sam\n{REASON}")
    assert "Leo" not in words_of(read.card)
    form = only_form(await stage.press("ada", button_of(read.card, "Say what I think")))
    await stage.submit("ada", form, view="yes", comment="She helped me in maths.")
    shown = words_of(await open_it(stage))
    assert "Ada: Yes, a good helper – She helped me in maths." in shown
    later = only_card(await stage.press("rivera", button_of(card, "Not now")))
    assert "Handrail tells nobody" in words_of(later)
    assert stage.inbox("sam") == []
    over = only_card(await stage.press("ada", button_of(asked, "Read it")))
    assert "Not done" in words_of(over)


async def test_without_agreement_no_lead_is_asked_or_can_read_it(stage: Stage):
    await stage.add("ada", "Ada", Role.LEAD)
    await nominate(stage, "sam", kind="self", name="Sam")
    card = await open_it(stage)
    assert "[Ask lead helpers]" not in words_of(card)
    refused = only_card(await stage.press("rivera", "nomination.ask:1"))
    assert "did not agree" in words_of(refused)
    for custom_id in ("nomination.read:1", "nomination.view:1", "nomination.accept:1", "nominations"):
        assert "Not done" in words_of(only_card(await stage.press("ada", custom_id)))
    assert stage.inbox("ada") == []


async def test_a_worry_in_a_nomination_pages_first_and_does_not_stand_in_it(stage: Stage):
    sent = await nominate(
        stage, "sam", kind="peer", name="Kim", readers="team", reason="she told me she wants to kill herself"
    )
    assert len(sent) == 2, "what to do now, and thanks"
    async with stage.app.database.read() as tx:
        assert len(await cases.of_programme(tx, 1)) == 1
        (kept,) = await nominations.waiting(tx, 1, 9)
    assert (kept.reason, kept.shared) == ("", False)


async def test_a_form_with_something_missing_comes_back_as_it_was(stage: Stage):
    form = only_form(await stage.command("sam", "/nominate I am good at maths"))
    assert "I am good at maths" in [getattr(item, "value", "") for item in form.inputs]
    (wrong,) = await stage.submit("sam", form, kind="self", name="")
    assert isinstance(wrong, FormErrors)
    assert list(wrong.errors) == ["name"]
    assert "I am good at maths" in [getattr(item, "value", "") for item in wrong.form.inputs]


async def test_who_is_on_the_team_already_is_not_nominated_again(stage: Stage):
    own = only_card(await nominate(stage, "maya", kind="self", name="Maya"))
    assert "You are on the team already" in words_of(own)
    async with stage.app.database.read() as tx:
        assert await nominations.waiting(tx, 1, 9) == []
        assert len(await roster.entries(tx, 1)) == 4


async def test_one_person_cannot_bury_the_coordinator_in_nominations(stage: Stage):
    for number in range(7):
        last = await nominate(stage, "sam", kind="peer", name=f"Friend {number}")
    assert "talk to them first" in words_of(only_card(last))
    assert len(stage.inbox("rivera")) == 5


async def test_no_name_and_no_reason_stands_in_the_clear(stage: Stage):
    await stage.add("ada", "Ada", Role.LEAD)
    await nominate(stage, "leo", kind="peer", name="Bartholomew Quill", readers="team")
    card = await open_it(stage)
    await stage.press("rivera", button_of(card, "Ask lead helpers"))
    form = only_form(await stage.press("ada", "nomination.view:1"))
    await stage.submit("ada", form, view="no", comment="He is always in a hurry.")
    pasted = only_form(await stage.command("rivera", "/roster import"))
    await stage.submit("rivera", pasted, rows="Wilhelmina Starling;helper")
    async with stage.app.database.read() as tx:
        for table in Base.metadata.sorted_tables:
            rows = str((await tx.execute(text(f'SELECT * FROM "{table.name}"'))).all())  # noqa: S608
            for secret in ("Bartholomew", "Quill", REASON, "always in a hurry", "Starling"):
                assert secret not in rows, table.name


async def test_another_programmes_nominations_are_not_there(stage: Stage):
    await nominate(stage, "sam", kind="self", name="Sam")
    other = await stage.elsewhere()
    assert "Nobody waits" in words_of(only_card(await other.command("tanaka", "/roster nominations")))
    assert "not there any more" in words_of(only_card(await other.press("tanaka", "nomination.accept:1")))
    async with stage.app.database.read() as tx:
        assert (await nominations.waiting(tx, 1, 1))[0].state is NominationState.WAITING

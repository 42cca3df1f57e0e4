"""Training is recorded for one or many, comes due, is suggested by answers, and keeps no check-in away."""

import pytest
from sqlalchemy import text

from handlers.chat import FormErrors
from handlers.due import keep_house
from storage import checkins, training
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def team_card(stage: Stage, user: str = "rivera"):
    return only_card(await stage.command(user, "/training"))


async def record(stage: Stage, *people: str, user: str = "rivera", **values: str):
    form = only_form(await stage.press(user, button_of(await team_card(stage, user), "Record training")))
    ids = {option.label: option.value for option in form.inputs[1].options}
    filled = {"module": "listening", "trainer": "Ms. Rivera", "months": "12", **values}
    return await stage.submit(user, form, people=tuple(ids[name] for name in people), **filled)


async def test_one_or_many_complete_a_module_and_see_it_with_its_end(stage: Stage):
    before = words_of(only_card(await stage.command("maya", "/training")))
    assert "Nothing is on record yet" in before
    assert "Due: Listening, Boundaries and scope" in before
    done = words_of(only_card(await record(stage, "Maya", "Leo", day="2026-02-16")))
    assert "Recorded: 2." in done
    for user in ("maya", "leo"):
        shown = words_of(only_card(await stage.command(user, "/training")))
        assert "• Listening: 2026-02-16, until 2027-02-16" in shown
        assert "Due: Boundaries and scope" in shown
        assert "Ms. Rivera" not in shown
    who = words_of(only_card(await stage.press("rivera", "training.who")))
    assert "Maya · 1/8 · due: Boundaries and scope" in who


async def test_a_module_comes_due_again_and_the_digest_says_so_a_month_before(stage: Stage):
    await record(stage, "Maya", day="2025-09-20", months="6")
    shown = words_of(only_card(await stage.command("maya", "/training")))
    assert "until 2026-03-20" in shown
    assert "Due: Listening" in shown
    await keep_house(stage.app.database, stage.clock.now())
    await stage.jump(7 * 24 * 60)
    digest = words_of(next(card for card in stage.inbox("rivera") if "Your helpers" in card.title))
    assert "Training is over, or soon: Maya" in digest
    await record(stage, "Maya", day="2026-03-09", months="24")
    again = words_of(only_card(await stage.command("maya", "/training")))
    assert "until 2028-03-09" in again
    assert "Due: Boundaries" in again
    assert "Over, or over soon" not in words_of(await team_card(stage))


@sqlite_only
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"day": "soon"}, "day"),
        ({"day": "2026-03-09"}, "day"),
        ({"trainer": ""}, "trainer"),
        ({"module": "knitting"}, "module"),
        ({"months": "7"}, "months"),
    ],
)
async def test_what_cannot_be_recorded_is_said_beside_it_and_the_rest_is_kept(
    stage: Stage, values: dict[str, str], wrong: str
):
    (sent,) = await record(stage, "Maya", **values)
    assert isinstance(sent, FormErrors)
    assert list(sent.errors) == [wrong]
    kept = {item.name: getattr(item, "values", getattr(item, "value", "")) for item in sent.form.inputs}
    assert kept["people"] == ("1",)
    async with stage.app.database.read() as tx:
        assert await training.of_programme(tx, 1) == []


async def test_more_helpers_than_one_form_holds_are_recorded_in_parts(stage: Stage):
    for number in range(30):
        await stage.add(f"u{number}", f"Helper {number:02}", Role.HELPER)
    card = await team_card(stage)
    parts = next(block for block in card.blocks if hasattr(block, "options")).options
    assert [part.label for part in parts] == ["Helper 00 – Helper 24", "Helper 25 – Maya"]
    form = only_form(await stage.press("rivera", "training.record", value=parts[1].value))
    people = tuple(option.value for option in form.inputs[1].options)
    assert len(people) == 7
    sent = await stage.submit("rivera", form, module="handoff", trainer="Ms. Rivera", people=people)
    assert "Recorded: 7." in words_of(only_card(sent))
    who = only_card(await stage.press("rivera", "training.who"))
    assert "Helper 00 · 0/8" in words_of(who)
    last = only_card(await stage.press("rivera", "training.who:3"))
    assert "Maya · 1/8" in words_of(last)


async def test_whoever_was_ticked_is_recorded_although_the_list_has_shifted_meanwhile(stage: Stage):
    for number in range(30):
        await stage.add(f"u{number}", f"Helper {number:02}", Role.HELPER)
    await team_card(stage)
    form = only_form(await stage.press("rivera", "training.record", value="0"))
    last = form.inputs[1].options[-1]
    assert last.label == "Helper 24"
    await stage.add("aa", "Aaron", Role.HELPER)
    sent = {"module": "handoff", "trainer": "Ms. Rivera", "people": (last.value,)}
    (wrong,) = await stage.submit("rivera", form, **{**sent, "trainer": ""})
    assert isinstance(wrong, FormErrors)
    assert last.value in wrong.form.inputs[1].values
    assert "Recorded: 1." in words_of(only_card(await stage.submit("rivera", wrong.form, **sent)))
    async with stage.app.database.read() as tx:
        assert [each.person_id for each in await training.of_programme(tx, 1)] == [int(last.value)]


async def test_a_service_that_asks_for_a_module_refuses_nobody_and_the_coordinator_sees_it(stage: Stage):
    services = only_card(await stage.press("rivera", button_of(await team_card(stage), "What services")))
    form = only_form(await stage.choose("rivera", services, "Tutoring"))
    saved = words_of(only_card(await stage.submit("rivera", form, modules=("boundaries", "handoff"))))
    assert "Tutoring: Boundaries and scope, Walking to an adult" in saved
    await record(stage, "Leo", module="boundaries", day="2026-02-16")
    await record(stage, "Leo", module="handoff", day="2026-02-16")
    for user in ("maya", "leo"):
        logged = only_card(await stage.command(user, "/checkin tutoring 20m"))
        assert words_of(logged).startswith("Logged")
    await stage.command("maya", "/checkin listening 20m")
    async with stage.app.database.read() as tx:
        assert len(await checkins.latest(tx, 1, 9)) == 2
    await keep_house(stage.app.database, stage.clock.now())
    await stage.jump((7 * 24 - 3) * 60)
    digest = words_of(next(card for card in stage.inbox("rivera") if "Your helpers" in card.title))
    assert "Helped without the training asked for: Maya (Tutoring)" in digest
    assert "Leo (Tutoring)" not in digest


async def test_a_helpers_own_answers_suggest_a_module_to_them_alone(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await stage.jump(7 * 24 * 60)
    await stage.press("maya", button_of(stage.inbox("maya")[-1], "It was a lot"))
    shown = words_of(only_card(await stage.command("maya", "/training")))
    assert "It may help you now:\n• Looking after yourself: you said that it was a lot" in shown
    assert "It may help" not in words_of(only_card(await stage.command("leo", "/training")))
    assert "It may help" not in words_of(await team_card(stage))


async def test_low_confidence_of_the_team_suggests_a_module_to_its_coordinator(stage: Stage):
    users = ["maya", "leo", *(f"u{number}" for number in range(3))]
    for user in users[2:]:
        await stage.add(user, user.title(), Role.HELPER)
    await keep_house(stage.app.database, stage.clock.now())
    overview = only_card(await stage.command("rivera", "/supervision"))
    chosen = only_card(await stage.choose("rivera", overview, "How sure do you feel"))
    await stage.press("rivera", button_of(chosen, "Start one now"))
    for user in users:
        form = only_form(await stage.press(user, button_of(stage.inbox(user)[-1], "Answer")))
        answers = {"when": "before", "listen": "4", "adult": "2", "secret": "4", "care": "5"}
        await stage.submit(user, form, **answers)
    assert "It may help" not in words_of(await team_card(stage)), "nobody reads a round that is open"
    await stage.wait(4 * 24 * 60)
    shown = words_of(await team_card(stage))
    assert "It may help the team now:\n• Walking to an adult: the team felt less sure of it" in shown
    assert "Confidentiality and limits:" not in shown


async def test_a_coordinators_own_certificate_is_on_record(stage: Stage):
    form = only_form(await stage.press("rivera", button_of(await team_card(stage), "My certificate")))
    values = {"title": "Peer programme professional", "trainer": "NAPPP", "day": "2025-06-01", "months": "24"}
    saved = words_of(only_card(await stage.submit("rivera", form, **values)))
    assert "Ms. Rivera: Peer programme professional, until 2027-06-01" in saved
    assert "Peer programme professional" in words_of(await team_card(stage, "okafor"))


async def test_every_module_can_be_read_by_every_helper(stage: Stage):
    card = only_card(await stage.command("maya", "/training"))
    for title, word in (
        ("Boundaries", "tell nobody what to do"),
        ("Confidentiality", "Never promise secrecy"),
    ):
        assert word in words_of(only_card(await stage.choose("maya", card, title)))
    assert "older version" in words_of(only_card(await stage.press("maya", "training.read", value="x")))


async def test_a_lead_records_who_took_part_for_others_and_nothing_more(stage: Stage):
    noor = await stage.add("noor", "Noor", Role.LEAD)
    card = only_card(await stage.command("noor", "/training"))
    assert card.title == "Your training"
    form = only_form(await stage.press("noor", button_of(card, "Record training")))
    people = {option.label: option.value for option in form.inputs[1].options}
    assert set(people) == {"Leo", "Maya"}, "nobody records their own"
    values = {"module": "listening", "trainer": "Ms. Rivera"}
    sent = await stage.submit("noor", form, people=(people["Leo"], str(noor)), **values)
    assert "Recorded: 1." in words_of(only_card(sent))
    async with stage.app.database.read() as tx:
        (done,) = await training.of_programme(tx, 1)
        audit = list(await tx.execute(text("SELECT person_id FROM audit WHERE deed = 'training_recorded'")))
    assert str(done.person_id) == people["Leo"]
    assert [tuple(row) for row in audit] == [(noor,)]
    for effects in (
        await stage.press("noor", "training.certificate"),
        await stage.press("noor", "training.who"),
        await stage.submit("noor", "training.needs:tutoring", modules=("listening",)),
    ):
        assert "Not done" in words_of(only_card(effects))
    assert "Record training" not in words_of(only_card(await stage.command("maya", "/training")))


async def test_an_adults_certificate_that_ends_is_named_in_the_digest(stage: Stage):
    for user, name, day in (("okafor", "Mr. Okafor", "2025-01-10"), ("rivera", "Ms. Rivera", "2025-03-20")):
        form = only_form(await stage.press(user, "training.certificate"))
        values = {"title": "Peer programme professional", "trainer": "NAPPP", "day": day}
        await stage.submit(user, form, months="12" if name == "Ms. Rivera" else "24", **values)
    await keep_house(stage.app.database, stage.clock.now())
    await stage.jump(7 * 24 * 60)
    digest = words_of(next(card for card in stage.inbox("rivera") if "Your helpers" in card.title))
    assert "Certificates of the adults are over, or soon: Ms. Rivera" in digest
    assert "Okafor" not in digest.partition("Certificates of the adults")[2].partition("\n")[0]


async def test_training_is_recorded_by_no_helper(stage: Stage):
    form = only_form(await stage.press("okafor", button_of(await team_card(stage, "okafor"), "Record")))
    for effects in (
        await stage.press("maya", "training.record", value="0"),
        await stage.press("maya", "training.who"),
        await stage.press("maya", "training.needs", value="tutoring"),
        await stage.submit("maya", form, module="listening", people=("1",), trainer="me"),
        await stage.submit("maya", "training.needs:tutoring", modules=()),
    ):
        assert "Not done" in words_of(only_card(effects))
    async with stage.app.database.read() as tx:
        assert await training.of_programme(tx, 1) == []

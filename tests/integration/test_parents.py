"""Parents and mandated reports: recorded by a case's adults, never done by itself, unseen by helpers."""

from sqlalchemy import text

from handlers.chat import FormErrors
from storage import cases
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

ABUSE = "/urgent her father hits her every night"
PARENT, NUMBER, WHY = "Mrs. Quokka", "Intake 4711-tapir", "lemur: her father may read the messages"


async def taken(stage: Stage, said: str = ABUSE) -> None:
    await stage.command("maya", said)
    await stage.press_last("rivera", "I've got it")


async def decisions_of(stage: Stage, user: str = "rivera") -> str:
    return words_of(only_card(await stage.press(user, "case.decisions:1")))


async def test_where_abuse_is_flagged_every_card_warns_before_anybody_is_called(stage: Stage) -> None:
    await stage.command("maya", ABUSE)
    warning = "Check first whether calling home is safe"
    assert warning in words_of(stage.inbox("rivera")[-1]), "on the page itself"
    await stage.press_last("rivera", "I've got it")
    assert warning in words_of(stage.inbox("rivera")[-1])
    card = only_card(await stage.press_last("rivera", "Parents and report"))
    assert warning in words_of(card)
    form = only_form(await stage.press("rivera", button_of(card, "Record: parents")))
    assert "calling home is safe" in form.inputs[0].help
    assert warning not in stage.sees("maya")


async def test_without_abuse_nothing_warns(stage: Stage) -> None:
    await taken(stage, "/urgent he wants to end his life")
    assert "calling home" not in stage.sees("rivera")
    assert "Handrail tells no parent and no authority" in await decisions_of(stage)


async def test_parents_not_told_and_a_report_made_walk_through_to_the_closed_case(stage: Stage) -> None:
    await taken(stage)
    before = stage.sees("maya")
    form = only_form(await stage.press("rivera", "case.parents:1"))
    refused = (await stage.submit("rivera", form, decision="deliberately_not"))[0]
    assert isinstance(refused, FormErrors)
    assert refused.errors == {"why": "Please write why they are not told."}
    shown = words_of(only_card(await stage.submit("rivera", form, decision="deliberately_not", why=WHY)))
    assert WHY in shown
    assert "Deliberately not told" in shown
    assert "By whom: Ms. Rivera" in shown

    form = only_form(await stage.press("rivera", "case.report:1"))
    refused = (await stage.submit("rivera", form, decision="made"))[0]
    assert isinstance(refused, FormErrors)
    assert set(refused.errors) == {"who"}
    shown = words_of(
        only_card(await stage.submit("rivera", form, decision="made", who="County line", number=NUMBER))
    )
    assert NUMBER in shown
    assert "To whom: County line" in shown
    assert stage.sees("maya") == before, "the helper is told nothing of either"

    form = only_form(await stage.press("rivera", "case.close:1"))
    chosen = {item.name: getattr(item, "value", "") for item in form.inputs}
    assert (chosen["report"], chosen["parents"]) == ("made", "deliberately_not"), "asked once, not twice"
    await stage.submit("rivera", form, outcome="referred")
    assert "closed" in stage.inbox("rivera")[-1].title

    await stage.press("okafor", "case.decisions:1")
    assert NUMBER in stage.sees("okafor"), "the other adult of the case, also after it is closed"


async def test_parents_who_were_told_need_who_by_whom_and_when(stage: Stage) -> None:
    await taken(stage, "/urgent he wants to end his life")
    form = only_form(await stage.press("okafor", "case.parents:1"))
    refused = (await stage.submit("okafor", form, decision="told", teller="", when=""))[0]
    assert isinstance(refused, FormErrors)
    assert set(refused.errors) == {"who", "teller", "when"}
    shown = words_of(only_card(await stage.submit("okafor", form, decision="told", who=PARENT)))
    assert f"To whom: {PARENT}" in shown
    assert "By whom: Mr. Okafor" in shown
    assert "When: Mon 2 Mar, 10:00" in shown


async def test_four_long_decisions_are_all_kept_and_shown(stage: Stage) -> None:
    await stage.add("chen", f"Ms. Chen {'w' * 51}", Role.COORDINATOR)
    await taken(stage)
    for number in range(2):
        for kind, decision in (("parents", "told"), ("report", "made")):
            form = only_form(await stage.press("chen", f"case.{kind}:1"))
            longest = {item.name: f"{number} {'w' * item.most}"[: item.most] for item in form.inputs[1:]}
            await stage.submit("chen", form, decision=decision, **longest)
    shown = await decisions_of(stage)
    assert shown.count("Why: 0 ww") == shown.count("Why: 1 ww") == 2


async def test_the_timeline_holds_fixed_words_and_no_table_holds_any_other(stage: Stage) -> None:
    await taken(stage)
    for name, values in (
        ("parents", {"decision": "told", "who": PARENT, "why": WHY}),
        ("report", {"decision": "made", "who": "County line", "number": NUMBER}),
    ):
        form = only_form(await stage.press("rivera", f"case.{name}:1"))
        await stage.submit("rivera", form, **values)
    async with stage.app.database.read() as tx:
        told = [(each.kind, dict(each.facts)) for each in await cases.timeline(tx, 1)]
        rows = [row for (row,) in await tx.execute(text("SELECT content FROM case_decisions"))]
        facts = [str(row) for row in await tx.execute(text("SELECT * FROM timeline"))]
        deeds = [deed for (deed,) in await tx.execute(text("SELECT deed FROM audit"))]
    assert ("parents_decided", {"decision": "told"}) in told
    assert ("report_decided", {"decision": "made"}) in told
    for secret in (PARENT, NUMBER, WHY, "County"):
        assert not any(secret.encode() in bytes(row) for row in rows)
        assert not any(secret in row for row in facts)
    assert {"parents_decided", "report_decided"} <= set(deeds)


async def test_nobody_but_the_adults_of_the_case_may_look_or_record(stage: Stage) -> None:
    await taken(stage)
    form = only_form(await stage.press("rivera", "case.parents:1"))
    await stage.submit("rivera", form, decision="told", who=PARENT)
    await stage.outside_contact()
    for user in ("maya", "leo", "hale", "sam"):
        for button in ("case.decisions:1", "case.parents:1", "case.report:1"):
            assert only_card(await stage.press(user, button)).title == "Not done"
        answers = await stage.submit(user, form, decision="told", who="somebody")
        assert "Not done" in words_of(answers[-1].card)
        assert PARENT not in stage.sees(user)


async def test_who_is_left_out_learns_nothing(stage: Stage) -> None:
    await taken(stage)
    form = only_form(await stage.press("rivera", "case.parents:1"))
    await stage.submit("rivera", form, decision="told", who=PARENT)
    more = only_card(await stage.press("rivera", "case.more:1"))
    await stage.choose("rivera", more, "Mr. Okafor")
    assert "not there any more" in await decisions_of(stage, "okafor")
    assert PARENT not in stage.sees("okafor")


async def test_two_cases_that_become_one_keep_what_was_decided(stage: Stage) -> None:
    await taken(stage, "/urgent P-7K2M her father hits her")
    form = only_form(await stage.press("rivera", "case.parents:1"))
    await stage.submit("rivera", form, decision="told", who=PARENT)
    await stage.command("leo", "/urgent a girl in my group is hit at home")
    await stage.press("rivera", "case.ack:2:now")
    more = only_card(await stage.press("rivera", "case.more:1"))
    await stage.choose("rivera", more, "E-2")
    shown = words_of(only_card(await stage.press("rivera", "case.decisions:2")))
    assert PARENT in shown

"""What stands beside a check-in: asked after it was saved, never in a page's way, counted in the digest."""

import pytest

from handlers.chat import Choice, FormErrors, Reply, TextInput
from handlers.supervision_figures import hide_small
from storage import checkins, services
from storage.checkins import ServiceTotal
from storage.services import NOTHING, Details
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

GROUP = ("outreach", "peer_education", "el_discussion", "support_group")


async def logged(stage: Stage, service: str, minutes: int = 30):
    """Log a session in one line; the answer's cards."""
    effects = await stage.command("maya", f"/checkin {service.replace('_', ' ')} {minutes}m")
    return [effect.card for effect in effects if isinstance(effect, Reply)]


async def kept(stage: Stage, check_in: int = 1) -> Details:
    async with stage.app.database.read() as tx:
        return await services.get(tx, check_in)


async def totals(stage: Stage) -> dict[str, ServiceTotal]:
    async with stage.app.database.read() as tx:
        return {each.service: each for each in await checkins.totals(tx, 1, START)}


# --- the second card ---------------------------------------------------------------------------


@pytest.mark.parametrize("service", [*GROUP, "mediation"])
async def test_after_a_session_with_a_group_a_second_card_asks_for_more(stage: Stage, service: str):
    first, second = await logged(stage, service)
    assert first.title == "Logged"
    assert "Your check-in is saved" in words_of(second)
    skipped = only_card(await stage.press("maya", button_of(second, "Skip")))
    assert "stands as it is" in words_of(skipped)
    assert await kept(stage) == NOTHING
    assert (await totals(stage))[service].groups == 1, "it is a group all the same"


async def test_a_session_with_one_person_is_not_asked_about_but_can_be_told(stage: Stage):
    (card,) = await logged(stage, "tutoring")
    form = only_form(await stage.press("maya", button_of(card, "Details")))
    assert [item.name for item in form.inputs] == ["contact", "people", "came", "tier", "language"]
    done = await stage.submit("maya", form, contact="one", came="referred", tier="2", language="pt")
    shown = words_of(only_card(done))
    for words in ("One person", "Staff sent them", "tier 2", "Português"):
        assert words in shown
    assert await kept(stage) == Details("one", None, "referred", "2", "pt", "")


@pytest.mark.parametrize("service", ["tutoring", "outreach", "mediation"])
async def test_the_form_has_at_most_five_inputs_and_none_of_them_is_required(stage: Stage, service: str):
    card, *_ = await logged(stage, service)
    form = only_form(await stage.press("maya", button_of(card, "Details")))
    assert len(form.inputs) <= 5
    assert not any(item.required for item in form.inputs if isinstance(item, Choice | TextInput))
    done = only_card(await stage.submit("maya", form))
    assert done.title == "Details kept"


async def test_a_circle_ends_with_an_agreement_or_not_and_both_are_counted(stage: Stage):
    for number, (people, agreement) in enumerate(((4, "reached"), (6, "reached"), (3, "not_reached")), 1):
        _, second = await logged(stage, "mediation")
        form = only_form(await stage.press("maya", button_of(second, "Add details")))
        await stage.submit("maya", form, people=str(people), agreement=agreement)
        assert (await kept(stage, number)).agreement == agreement
    week = words_of(only_card(await stage.press("rivera", "week")))
    assert "Mediation and circles: 3 check-ins" in week
    assert "groups: 3, people in them: 13, agreements: 2 of 3" in week


async def test_details_can_be_changed_later_from_the_list(stage: Stage):
    card, _ = await logged(stage, "outreach")
    form = only_form(await stage.press("maya", button_of(card, "Details")))
    await stage.submit("maya", form, people="40")
    listed = only_card(await stage.press("maya", "mine"))
    edit = only_form(await stage.choose("maya", listed, ""))
    changed, *_ = [e.card for e in await stage.submit("maya", edit, concern="none")]
    form = only_form(await stage.press("maya", button_of(changed, "Details")))
    assert next(item.value for item in form.inputs if item.name == "people") == "40"
    await stage.submit("maya", form, people="45")
    assert (await kept(stage)).people == 45


@pytest.mark.parametrize("people", ["many", "0", "-3", "2.5", "99999", "٣"])
async def test_what_is_no_number_is_asked_again_and_nothing_else_is_lost(stage: Stage, people: str):
    _, second = await logged(stage, "outreach")
    form = only_form(await stage.press("maya", button_of(second, "Add details")))
    refused = (await stage.submit("maya", form, people=people, came="planned"))[0]
    assert isinstance(refused, FormErrors)
    assert "a number" in refused.errors["people"]
    assert next(item.value for item in refused.form.inputs if item.name == "came") == "planned"
    assert await kept(stage) == NOTHING


# --- pages come first --------------------------------------------------------------------------


async def test_where_the_words_raise_a_case_nothing_is_asked_and_the_page_is_out(stage: Stage):
    effects = await stage.command(
        "maya", "/checkin support group 30m one of them wants to kill himself tonight"
    )
    assert len(stage.inbox("rivera")) == 1
    assert "Add details" not in "\n".join(words_of(effect.card) for effect in effects)


async def test_words_in_a_number_are_screened_and_page(stage: Stage):
    _, second = await logged(stage, "outreach")
    form = only_form(await stage.press("maya", button_of(second, "Add details")))
    refused = await stage.submit("maya", form, people="he wants to kill himself tonight")
    assert isinstance(refused[-1], FormErrors)
    assert len(stage.inbox("rivera")) == 1


# --- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["leo", "rivera"])
async def test_only_the_one_who_logged_it_tells_more_of_it(stage: Stage, user: str):
    await logged(stage, "outreach")
    assert "somebody else's" in words_of(only_card(await stage.press(user, "details:1")))
    assert "somebody else's" in words_of(only_card(await stage.submit(user, "details:1", people="9")))
    assert await kept(stage) == NOTHING


# --- figures -----------------------------------------------------------------------------------


async def test_groups_and_people_are_counted_by_service(stage: Stage):
    for people in (30, 54):
        _, second = await logged(stage, "outreach", 60)
        form = only_form(await stage.press("maya", button_of(second, "Add details")))
        await stage.submit("maya", form, people=str(people))
    (card,) = await logged(stage, "tutoring")
    form = only_form(await stage.press("maya", button_of(card, "Details")))
    await stage.submit("maya", form, contact="group", people="3")
    await logged(stage, "tutoring")
    found = await totals(stage)
    assert (found["outreach"].groups, found["outreach"].people) == (2, 84)
    assert (found["tutoring"].check_ins, found["tutoring"].groups, found["tutoring"].people) == (2, 1, 3)


async def test_a_check_in_taken_back_reached_nobody(stage: Stage):
    first, second = await logged(stage, "outreach")
    form = only_form(await stage.press("maya", button_of(second, "Add details")))
    await stage.submit("maya", form, people="12")
    await stage.press("maya", button_of(first, "Undo"))
    assert await totals(stage) == {}
    assert "somebody else's" in words_of(only_card(await stage.press("maya", "details:1")))


def test_small_services_are_counted_together_with_their_groups():
    small = [ServiceTotal("outreach", 3, 90, 3, 60), ServiceTotal("support_group", 2, 60, 2, 9)]
    assert hide_small(small).others == ServiceTotal("", 5, 150, 5, 69)

"""A coordinator sets the programme up in five short forms, leaves, comes back, and is told what lacks."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from handlers.cards.setup import Step
from handlers.chat import Choice, Effect, Form, FormErrors
from handlers.due import keep_house
from storage import events, people, programmes, roster
from storage.db import Database
from storage.models import OutboxRow, ScheduleRow
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DISCLOSURE = "he told me he wants to kill himself tonight"


# Reading a form needs one database only.
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def opened(stage: Stage, step: Step, user: str = "rivera") -> Form:
    """One step's form, as the card's button opens it."""
    return only_form(await stage.press(user, f"setup:{step}"))


async def send(stage: Stage, step: Step, **values: object) -> str:
    """Fill one step in and read the card that follows."""
    return words_of(only_card(await stage.submit("rivera", await opened(stage, step), **values)))


def errors_of(effects: Sequence[Effect]) -> dict[str, str]:
    """What is to be mended, by input; and the form still holds what was typed."""
    (effect,) = effects
    assert isinstance(effect, FormErrors)
    return dict(effect.errors)


async def programme(stage: Stage) -> Programme:
    async with stage.app.database.read() as tx:
        return await programmes.get(tx, 1)


async def entry(stage: Stage, user: str) -> Entry | None:
    async with stage.app.database.read() as tx:
        return await roster.at(tx, 1, user)


async def ladder(stage: Stage) -> list[str]:
    async with stage.app.database.read() as tx:
        return [address.user for address in await people.ladder(tx, 1)]


# --- who, and where one has got to -------------------------------------------------------------


async def test_the_card_says_what_is_set_and_what_is_open_and_offers_the_next_step_first(stage: Stage):
    card = only_card(await stage.command("rivera", "/handrail setup"))
    shown = words_of(card)
    assert "Setting up Test school" in shown
    assert "1. The programme: Still open: the country." in shown
    assert "America/New_York, 10:00 now" in shown
    assert "2. Numbers and room: Done. 911 · 988 · no child-protection line · 555-0114 · Room 114" in shown
    assert "3. You, the coordinator: Still open: your phone. Ms. Rivera · no phone number" in shown
    assert "4. Backup: Done. Mr. Okafor, no phone number" in shown
    assert "5. Outside contact: Still open: nobody yet." in shown
    assert button_of(card, "Next: The programme").action == "setup:programme"
    for label in ("Numbers and room", "You, the coordinator", "Backup", "Outside contact"):
        button_of(card, label)


@pytest.mark.parametrize("user", ["maya", "okafor"])
async def test_only_coordinators_set_up(stage: Stage, user: str):
    before = await programme(stage)
    form = await opened(stage, Step.NUMBERS)
    for effects in (
        await stage.command(user, "/handrail setup"),
        await stage.press(user, "setup:numbers"),
        await stage.submit(user, form, room="Elsewhere"),
    ):
        assert "That is for coordinators" in words_of(only_card(effects))
    assert await programme(stage) == before


async def test_a_helper_who_sends_a_disclosure_in_its_form_is_heard_all_the_same(stage: Stage):
    form = await opened(stage, Step.NUMBERS)
    await stage.submit("maya", form, room=DISCLOSURE)
    assert len(stage.inbox("rivera")) == 1


async def test_what_a_coordinator_types_there_pages_nobody(stage: Stage):
    await send(stage, Step.NUMBERS, room=DISCLOSURE)
    assert stage.inbox("rivera") == stage.inbox("okafor") == []


async def test_it_can_be_left_at_any_time_and_goes_on_where_it_stood(stage: Stage):
    await send(stage, Step.YOU, phone="555-0190")
    await stage.wait(60 * 24 * 3)
    shown = words_of(only_card(await stage.command("rivera", "/handrail  SETUP ")))
    assert "3. You, the coordinator: Done. Ms. Rivera · 555-0190" in shown
    assert (await opened(stage, Step.YOU)).inputs[1].value == "555-0190"


async def test_all_five_steps_from_nothing_to_done(stage: Stage):
    shown = await send(stage, Step.PROGRAMME, country="US")
    assert "1. The programme: Done. Test school · United States · America/New_York" in shown
    await send(stage, Step.NUMBERS, room="Room 7")
    await send(stage, Step.YOU, phone="555-0190", also_called="Miss R, counselor")
    shown = await send(stage, Step.BACKUP, phone="555-0191")
    assert "[Next: Outside contact]" in shown
    shown = await send(stage, Step.OUTSIDE, name="Dr. Hale", phone="555-0178")
    assert "All five steps are done" in shown
    assert "Next:" not in shown
    async with stage.app.database.read() as tx:
        deeds = [line.deed for line in await events.audited(tx, "programme:1")]
    assert deeds == ["setup_programme", "setup_numbers", "setup_you", "setup_backup", "setup_outside"]


async def test_nobodys_words_or_number_stand_in_the_clear_of_a_persons_row(stage: Stage):
    await send(stage, Step.YOU, phone="555-0190-77", also_called="Miss Rivera the counselor")
    async with stage.app.database.read() as tx:
        rows = (await tx.execute(text("SELECT name, phone, also_called FROM people"))).all()
    stored = "".join(bytes(value).decode() for row in rows for value in row if value is not None)
    assert "Rivera" not in stored
    assert "555-0190-77" not in stored


@sqlite_only
@pytest.mark.parametrize("step", ["", ":nonsense", ":backup:99999"])
async def test_an_old_button_or_form_changes_nothing(stage: Stage, step: str):
    if not step.startswith(":backup"):
        pressed = await stage.press("rivera", f"setup{step}")
        assert "older version" in words_of(only_card(pressed))
    sent = await stage.submit("rivera", f"setup{step}", who=("sam",), name="Sam")
    assert "Nothing was changed" in words_of(only_card(sent)) or "older version" in words_of(only_card(sent))
    assert await entry(stage, "sam") is None


# --- the programme and its numbers -------------------------------------------------------------


async def test_the_countrys_numbers_fill_in_what_is_empty_or_still_the_old_countrys(stage: Stage):
    await send(stage, Step.NUMBERS, crisis_line="988 (call or text)")
    shown = await send(stage, Step.PROGRAMME, country="US")
    assert "are filled in (United States). Please check them" in shown
    now = await programme(stage)
    assert (now.emergency_number, now.crisis_line) == ("911", "988 (call or text)")
    assert now.child_line == "1-800-422-4453 (Childhelp)"

    await send(stage, Step.NUMBERS, crisis_line="555-0100 (our own)")
    shown = await send(stage, Step.PROGRAMME, country="FR", time_zone="Paris")
    assert "(France)" in shown
    now = await programme(stage)
    assert (now.emergency_number, now.child_line) == ("112", "119 (Allô enfance en danger)")
    assert now.crisis_line == "555-0100 (our own)", "what a coordinator has set stays"
    assert now.time_zone == "Europe/Paris"


async def test_a_country_that_is_not_on_the_list_leaves_the_numbers_to_be_typed(stage: Stage):
    await send(stage, Step.PROGRAMME, country="US")
    shown = await send(stage, Step.PROGRAMME, country="ZZ", time_zone="Nairobi")
    assert "Somewhere else" in shown
    assert "Still open: the emergency number." in shown, "another country's number is worse than none"
    assert (await programme(stage)).time_zone == "Africa/Nairobi"


async def test_sending_the_same_country_again_fills_nothing_in(stage: Stage):
    await send(stage, Step.PROGRAMME, country="US")
    await send(stage, Step.NUMBERS, child_line="")
    shown = await send(stage, Step.PROGRAMME, name="Harbor School")
    assert "filled in" not in shown
    assert (await programme(stage)).child_line == ""
    assert (await programme(stage)).name == "Harbor School"


async def test_a_zone_left_over_from_another_country_is_replaced_or_asked_about(stage: Stage):
    await send(stage, Step.PROGRAMME, country="US")
    await send(stage, Step.PROGRAMME, country="DE")
    assert (await programme(stage)).time_zone == "Europe/Berlin", "Germany has only one"
    wrong = await stage.submit("rivera", await opened(stage, Step.PROGRAMME), country="CA")
    assert "such as Toronto, Vancouver," in errors_of(wrong)["time_zone"]
    assert (await programme(stage)).country == "DE", "nothing was saved"
    await send(stage, Step.PROGRAMME, country="CA", time_zone="halifax")
    assert (await programme(stage)).time_zone == "America/Halifax"


async def test_weekly_questions_move_with_the_clock(stage: Stage, database: Database):
    await keep_house(database, stage.clock.now())
    await send(stage, Step.PROGRAMME, country="US", time_zone="Los Angeles")
    async with database.read() as tx:
        due = await tx.scalar(select(ScheduleRow.next_due_at).where(ScheduleRow.prompt == "weekly"))
    assert due is not None
    assert due == datetime(2026, 3, 2, 17, tzinfo=UTC), "nine in the morning there, today"


async def test_the_card_speaks_the_language_that_was_just_chosen(stage: Stage):
    shown = await send(stage, Step.PROGRAMME, country="FR", time_zone="Paris", language="fr")
    assert "Français" in shown
    assert "Setting up" not in shown
    assert "are filled in" not in shown
    assert (await programme(stage)).locale == "fr"


@sqlite_only
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"language": "tlh"}, "language"),
        ({"time_zone": "EST"}, "time_zone"),
        ({"time_zone": "nowhere at all"}, "time_zone"),
    ],
)
async def test_what_cannot_be_taken_of_the_programme_is_said_beside_it(
    stage: Stage, values: dict[str, str], wrong: str
):
    before = await programme(stage)
    form = await opened(stage, Step.PROGRAMME)
    sent = await stage.submit("rivera", form, **{"country": "US", "name": "Kept as typed", **values})
    assert list(errors_of(sent)) == [wrong]
    assert sent[0].form.id == form.id
    if wrong != "name":
        assert sent[0].form.inputs[0].value == "Kept as typed"
    assert await programme(stage) == before


@sqlite_only
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"emergency_number": ""}, "emergency_number"),
        ({"emergency_number": "call us"}, "emergency_number"),
        ({"crisis_line": "12"}, "crisis_line"),
        ({"child_line": "5" * 41}, "child_line"),
        ({"phone": "none"}, "phone"),
        ({"room": "x" * 151}, "room"),
    ],
)
async def test_a_number_that_is_none_is_said_beside_it(stage: Stage, values: dict[str, str], wrong: str):
    before = await programme(stage)
    sent = await stage.submit("rivera", await opened(stage, Step.NUMBERS), **values)
    assert list(errors_of(sent)) == [wrong]
    assert await programme(stage) == before


async def test_helpers_are_shown_the_new_numbers_at_once(stage: Stage):
    await send(stage, Step.NUMBERS, emergency_number="999", phone="555-0155", room="Room\n 9 ")
    await stage.command("maya", "/urgent")
    for words in ("999", "555-0155", "Room 9"):
        assert words in stage.sees("maya")


# --- the adults --------------------------------------------------------------------------------


async def test_what_people_call_the_coordinator_is_kept_tidy(stage: Stage):
    await send(stage, Step.YOU, phone="555-0190", also_called=" Miss R,counselor;  Miss R ,, ")
    you = await entry(stage, "rivera")
    assert you is not None
    assert (you.name, you.also_called) == ("Ms. Rivera", "Miss R, counselor")
    assert you.roles == {Role.COORDINATOR}
    await send(stage, Step.YOU, also_called="")
    you = await entry(stage, "rivera")
    assert you is not None
    assert (you.phone, you.also_called) == ("555-0190", "")


async def test_a_new_backup_is_welcomed_and_the_former_one_is_paged_no_more(stage: Stage):
    form = await opened(stage, Step.BACKUP)
    assert form.inputs[0].value == "okafor"
    shown = await send(stage, Step.BACKUP, who="lee", name="Ms. Lee", phone="555-0144")
    assert "Mr. Okafor has this role no longer: Ms. Lee has it now." in shown
    assert await ladder(stage) == ["rivera", "lee"]
    welcome = words_of(stage.inbox("lee")[0])
    assert "Welcome to Handrail" in welcome
    assert "not an emergency service" in welcome
    assert "call 911" in welcome
    assert stage.inbox("okafor") == []
    shown = await send(stage, Step.BACKUP, who="okafor", name="Mr. Okafor")
    assert await ladder(stage) == ["rivera", "okafor"], "somebody on the roster gets the role again"


async def test_a_backup_who_has_another_account_is_the_same_person(stage: Stage):
    before = await entry(stage, "okafor")
    await send(stage, Step.BACKUP, who="okafor-2")
    now = await entry(stage, "okafor-2")
    assert now is not None
    assert before is not None
    assert now.id == before.id
    assert await entry(stage, "okafor") is None
    assert len(stage.inbox("okafor-2")) == 0, "no new role, no welcome"


async def test_what_the_former_backup_was_called_is_not_passed_on(stage: Stage):
    await send(stage, Step.BACKUP, also_called="Mr. O")
    await send(stage, Step.BACKUP, who="lee", name="Ms. Lee")
    lee = await entry(stage, "lee")
    assert lee is not None
    assert lee.also_called == ""


@sqlite_only
@pytest.mark.parametrize(
    ("step", "who", "said"),
    [
        (Step.BACKUP, "", "choose a person"),
        (Step.BACKUP, "rivera", "That is you"),
        (Step.BACKUP, "maya", "Maya is a helper on this team"),
        (Step.BACKUP, "hale", "is the outside contact"),
        (Step.BACKUP, "paused", "is paused on this team"),
        (Step.BACKUP, "second", "is a coordinator already"),
        (Step.OUTSIDE, "rivera", "That is you"),
        (Step.OUTSIDE, "maya", "Maya is a helper on this team"),
        (Step.OUTSIDE, "okafor", "Mr. Okafor is the backup"),
    ],
)
async def test_who_cannot_have_the_role_is_said_beside_the_choice(
    stage: Stage, step: Step, who: str, said: str
):
    async with stage.app.database.write() as tx:
        for user, name, role in (
            ("hale", "Dr. Hale", Role.OUTSIDE_CONTACT),
            ("paused", "Mx. Paused", Role.BACKUP),
            ("second", "Ms. Second", Role.COORDINATOR),
        ):
            person = await people.add(tx, programme_id=1, name=name, roles=[role])
            await people.add_account(tx, person, 1, user)
            if user == "paused":
                await people.suspend(tx, person)
    before = await ladder(stage)
    values = {"who": who, "name": "Somebody", "phone": "555-0100"}
    wrong = errors_of(await stage.submit("rivera", await opened(stage, step), **values))
    assert said in wrong["who"]
    assert await ladder(stage) == before


async def test_an_outside_contact_needs_no_account_and_can_get_one_later(stage: Stage):
    await send(stage, Step.OUTSIDE, name="Dr. Hale", phone="555-0178")
    shown = words_of(only_card(await stage.command("rivera", "/handrail setup")))
    assert "Dr. Hale, 555-0178, no account here: no page reaches them" in shown
    await send(stage, Step.OUTSIDE, who="hale")
    hale = await entry(stage, "hale")
    assert hale is not None
    assert hale.roles == {Role.OUTSIDE_CONTACT}
    async with stage.app.database.read() as tx:
        assert len(await roster.entries(tx, 1, [Role.OUTSIDE_CONTACT])) == 1
    assert await ladder(stage) == ["rivera", "okafor"], "an outside contact stands on no ladder"


async def test_an_outside_contact_needs_a_phone(stage: Stage):
    wrong = await stage.submit("rivera", await opened(stage, Step.OUTSIDE), name="Dr. Hale")
    assert list(errors_of(wrong)) == ["phone"]


# --- a ladder of one ---------------------------------------------------------------------------


async def test_a_ladder_of_one_is_said_wherever_adults_look_until_it_is_mended(stage: Stage):
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 4)
    alone = "Only one adult can be paged."
    for effects in (
        await stage.command("rivera", "/handrail"),
        await stage.command("rivera", "/handrail setup"),
        await stage.press("rivera", "week"),
        await stage.write("rivera", "hello"),
    ):
        assert words_of(only_card(effects)).splitlines()[1].startswith(alone)
    assert alone not in words_of(only_card(await stage.command("maya", "/handrail")))
    shown = await send(stage, Step.BACKUP, who="lee", name="Ms. Lee")
    assert alone not in shown
    assert alone not in words_of(only_card(await stage.command("rivera", "/handrail")))


async def test_the_welcome_is_written_once_and_waits_behind_no_page(stage: Stage, database: Database):
    for name in ("Ms. Lee", "Ms. J. Lee"):
        await send(stage, Step.BACKUP, who="lee", name=name)
    async with database.read() as tx:
        rows = list(await tx.scalars(select(OutboxRow).where(OutboxRow.user == "lee")))
    assert [(row.lane.value, row.page) for row in rows] == [("rest", False)]
    assert "Lee" not in words_of(stage.inbox("lee")[0])


# --- what can be chosen beside the five steps ------------------------------------------------------


async def test_the_kinds_of_help_are_chosen_and_stand_in_the_next_check_in(stage: Stage):
    card = only_card(await stage.command("rivera", "/handrail setup"))
    form = only_form(await stage.press("rivera", button_of(card, "Kinds of help")))
    shown = words_of(only_card(await stage.submit("rivera", form, services=("el_discussion", "listening"))))
    assert "Kinds of help: 2 of " in shown
    check_in = only_form(await stage.press("maya", "checkin"))
    offered = next(each for each in check_in.inputs if each.name == "service")
    assert isinstance(offered, Choice)
    assert [option.value for option in offered.options] == ["listening", "el_discussion"]


async def test_a_team_without_any_kind_of_help_is_refused_and_keeps_what_it_had(stage: Stage):
    before = await programme(stage)
    form = only_form(await stage.press("rivera", "setup.services"))
    for chosen in ((), ("nonsense",)):
        assert set(errors_of(await stage.submit("rivera", form, services=chosen))) == {"services"}
    assert await programme(stage) == before


async def test_the_set_up_says_how_a_channel_is_opted_in_and_how_many_are(stage: Stage):
    card = only_card(await stage.command("rivera", "/handrail setup"))
    assert "Channels that are read: 1" in words_of(card)
    told = only_card(await stage.press("rivera", button_of(card, "Channels")))
    assert "/handrail watch" in words_of(told)
    async with stage.app.database.write() as tx:
        await programmes.watch(tx, 1, "lunch-club", stage.clock.now())
    back = await stage.press("rivera", button_of(told, "Back to the set-up"))
    assert "Channels that are read: 2" in words_of(only_card(back))

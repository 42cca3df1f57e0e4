"""Everybody is spoken to in their own language: the programme's, or the one they chose."""

import pytest

from handlers.chat import FormErrors, Reply, Select
from storage import ladders, people, programmes
from storage.db import Database, DatabaseUnavailable
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of


@pytest.fixture
async def spanish(database: Database) -> Stage:
    """A programme in Spanish, whose backup has chosen French."""
    stage = await Stage.open(database, locale="es")
    await stage.press("okafor", "language", value="fr")
    return stage


async def test_each_person_of_a_case_reads_their_own_language(spanish: Stage) -> None:
    card = only_card(await spanish.command("maya", "/urgent she said she wants to die, we are at the gym"))
    assert card.title == "Aviso ahora a Ms. Rivera"
    assert "No prometas guardar el secreto." in words_of(card)
    page = spanish.inbox("rivera")[-1]
    assert page.title == "E-1 · Inmediato · alguien necesita ayuda"
    assert page.fallback == "Aviso urgente. Abre Handrail."
    assert "deseo de morir" in words_of(page)

    await spanish.wait(6)
    page = spanish.inbox("okafor")[-1]
    assert page.title == "E-1 · Immédiat · quelqu'un a besoin de vous"
    assert page.fallback == "Alerte urgente. Ouvrez Handrail."
    assert "envie de mourir" in words_of(page)
    assert "Todavía nadie ha respondido" in words_of(spanish.inbox("maya")[-1])

    await spanish.press_last("okafor", "Je m'en occupe")
    assert "vous vous en occupez" in spanish.inbox("okafor")[-1].title
    assert "Mr. Okafor se encarga" in spanish.inbox("rivera")[-1].title
    assert "Mr. Okafor se encarga" in spanish.inbox("maya")[-1].title
    note = only_card(await spanish.press_last("okafor", "Voir la note"))
    assert "Parle de vouloir mourir" in words_of(note)
    assert "she said she wants to die" in words_of(note)


async def test_forms_and_their_errors_speak_the_language(spanish: Stage) -> None:
    form = only_form(await spanish.press("maya", "checkin"))
    assert [item.label for item in form.inputs][:2] == ["¿Con quién fue?", "¿Qué tipo de ayuda?"]
    effects = await spanish.submit("maya", form, minutes="", concern="none")
    assert isinstance(effects[0], FormErrors)
    assert effects[0].errors == {"minutes": "Elige cuánto tiempo fue."}
    # A form shows the name of a service, so a line that names it the same way is understood.
    logged, *_ = await spanish.command("maya", "/checkin mediación y círculos 30m bien")
    assert isinstance(logged, Reply)
    assert "Mediación y círculos" in words_of(logged.card)


async def test_a_person_chooses_a_language_in_the_help(stage: Stage) -> None:
    helped = only_card(await stage.press("maya", "help"))
    select = next(block for block in helped.blocks if isinstance(block, Select))
    assert [option.label for option in select.options] == ["English", "Español", "Français"]
    helped = only_card(await stage.press("maya", select.action, value="fr"))
    assert helped.title == "Ce que tu peux faire"
    menu = only_card(await stage.command("maya", "/handrail"))
    assert button_of(menu, "Noter un échange")
    assert only_card(await stage.press("leo", "help")).title == "What you can do"


async def test_a_language_that_is_not_spoken_is_refused_and_nothing_changes(stage: Stage) -> None:
    await stage.press("maya", "language", value="es")
    for value in ("xx", "", "en-US"):
        refused = only_card(await stage.press("maya", "language", value=value))
        assert refused.title == "No se hizo"
    async with stage.app.database.read() as tx:
        assert await people.locale(tx, 1) == "es"


async def test_a_prompt_goes_to_each_in_their_language(spanish: Stage) -> None:
    await spanish.press("leo", "language", value="fr")
    await spanish.app.tick()
    async with spanish.app.running():
        await spanish.wait(7 * 24 * 60)
    assert any("¿Cómo fue tu semana" in card.title for card in spanish.inbox("maya"))
    assert any("ta semaine" in card.title for card in spanish.inbox("leo"))
    weekly = next(card for card in spanish.inbox("leo") if "ta semaine" in card.title)
    thanks = only_card(await spanish.press("leo", button_of(weekly, "J'aimerais parler")))
    assert thanks.title == "Merci"
    assert any("Leo quiere hablar" in words_of(card) for card in spanish.inbox("rivera"))


async def test_somebody_who_is_not_on_the_roster_reads_the_programmes_language(spanish: Stage) -> None:
    refused = only_card(await spanish.command("stranger", "/handrail"))
    assert "Todavía no estás en la lista" in words_of(refused)
    await spanish.command("stranger", "/urgent")
    assert "alguien que no está en la lista del equipo" in words_of(spanish.inbox("rivera")[-1])


async def test_what_was_not_saved_is_said_in_the_language_that_was_last_known(
    spanish: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await spanish.press("leo", "language", value="fr")
    await spanish.command("leo", "/handrail")

    def away(*_arguments: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(spanish.app.intake.database, "write", away)
    assert only_card(await spanish.command("maya", "/handrail")).title == "No se guardó"
    assert only_card(await spanish.command("leo", "/handrail")).title == "Ce n'est pas enregistré"


async def test_the_ladder_knows_each_adults_language(spanish: Stage) -> None:
    await spanish.command("maya", "/urgent")
    async with spanish.app.database.read() as tx:
        assert {entry.user: entry.locale for entry in await ladders.of_case(tx, 1)} == {
            "rivera": "",
            "okafor": "fr",
        }
        programme = (await programmes.all_programmes(tx))[0]
    assert programme.locale == "es"


async def test_new_people_read_the_programmes_language(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        person = await people.add(tx, programme_id=1, name="Nina", roles=[Role.HELPER])
        assert await people.locale(tx, person) == ""

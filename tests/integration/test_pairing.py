"""Pairing: what helpers give, what peers look for, what a coordinator decides, and how a pair ends."""

import asyncio
import builtins
import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

from benchmarks.pairing import HELPERS, NOW, PEERS, SCHOOL, SEEDS, first_come, measure, school
from handlers.chat import Card, Effect, FormErrors, Select
from handlers.pairing import fit, ranked, solver, suggest
from storage import checkins, people
from storage import pairing as stored
from storage.pairing import Need, Offer, Wishes
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

TUESDAY, THURSDAY = "1-after", "3-lunch"


async def offers(
    stage: Stage, user: str, *languages: str, times: Sequence[str] = (), places: int = 2, **more
):
    card = only_card(await stage.command(user, "/peers"))
    form = only_form(await stage.press(user, button_of(card, "What I can give")))
    return await stage.submit(
        user, form, languages=languages or ("en",), times=tuple(times), places=str(places), **more
    )


async def enter(stage: Stage, code: str, *languages: str, times: Sequence[str] = (), **more) -> Card:
    """The coordinator puts a peer on the waiting list."""
    card = only_card(await stage.command("rivera", "/pair"))
    form = only_form(await stage.press("rivera", button_of(card, "Add a peer")))
    return only_card(
        await stage.submit("rivera", form, code=code, languages=languages, times=tuple(times), **more)
    )


async def overview(stage: Stage) -> str:
    return words_of(only_card(await stage.command("rivera", "/pair")))


async def suggested(stage: Stage) -> Card:
    return only_card(await stage.press("rivera", "pair.suggest"))


async def paired(stage: Stage, code: str = "P-7K2M", user: str = "maya") -> None:
    """Pair somebody with the only helper who fits."""
    await offers(stage, user, "pt")
    await enter(stage, code, "pt")
    await stage.press("rivera", button_of(await suggested(stage), "Pair them"))


def last(stage: Stage, user: str) -> str:
    return words_of(stage.inbox(user)[-1])


# --- the practice, from end to end -------------------------------------------------------------


async def test_a_peer_is_entered_suggested_with_reasons_and_paired(stage: Stage):
    await offers(stage, "maya", "en", "pt", times=[TUESDAY], subjects=("maths",), places=4)
    await offers(stage, "leo", "en", times=[TUESDAY], subjects=("maths",))
    entered = await enter(stage, "P-7K2M", "pt", times=[TUESDAY, THURSDAY], subjects=("maths",))
    assert "P-7K2M is on the waiting list" in words_of(entered)
    assert "Waiting: 1" in await overview(stage)
    card = await suggested(stage)
    shown = words_of(card)
    assert card.title == "P-7K2M: a suggestion"
    assert "Maya" in shown
    assert "speaks Português, free Tuesday after school, helps with Maths, 4 of 4 places free" in shown
    after = words_of(only_card(await stage.press("rivera", button_of(card, "Pair them"))))
    assert "P-7K2M is paired." in after
    assert "Nobody waits." in after
    told = last(stage, "maya")
    assert "You have a new peer: P-7K2M" in told
    assert "say what you can't keep secret" in told
    assert stage.inbox("leo") == []
    shown = await overview(stage)
    assert "Pairs: 1" in shown
    assert "Free places: 5" in shown
    assert "P-7K2M · no contact yet · paired" in words_of(only_card(await stage.command("maya", "/peers")))
    assert "P-7K2M · Maya" in words_of(only_card(await stage.command("rivera", "/peers")))


async def test_an_empty_code_makes_a_new_one(stage: Stage):
    assert (await enter(stage, "", "en")).title.startswith("P-")


@pytest.mark.parametrize("name", ["Pedro", "Priya", "P Anna", "peter", "P-EDRO"])
async def test_a_name_is_never_taken_for_a_code(stage: Stage, name: str):
    (refused,) = await stage.submit("rivera", "pair.add", code=name, languages=("pt",))
    assert isinstance(refused, FormErrors)
    assert "never a name" in refused.errors["code"]
    logged = words_of(only_card(await stage.command("maya", f"/checkin [{name}] listening 30m")))
    assert "new code" not in logged
    async with stage.app.database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM peers"))).scalar() == 0
        assert not (await tx.execute(text("SELECT subject FROM audit WHERE subject LIKE 'peer:%'"))).all()


async def test_a_code_that_is_there_is_taken_in_any_spelling_and_a_new_one_with_a_digit_too(stage: Stage):
    async with stage.app.database.write() as tx:
        await checkins.add_peer(tx, 1, "P-ABLE", stage.clock.now())
    assert (
        only_card(await stage.submit("rivera", "pair.add", code="p able", languages=("pt",))).title
        == "P-ABLE"
    )
    assert (
        only_card(await stage.submit("rivera", "pair.add", code="p7k2m", languages=("pt",))).title == "P-7K2M"
    )


async def test_not_now_puts_it_off_for_a_week_and_goes_on(stage: Stage):
    await offers(stage, "maya", "en")
    await enter(stage, "P-7K2M")
    await stage.wait(1)
    await enter(stage, "P-9QQ2")
    card = await suggested(stage)
    assert "1 more to decide" in words_of(card)
    after = only_card(await stage.press("rivera", button_of(card, "Not now")))
    assert "P-7K2M goes on waiting" in words_of(after)
    assert after.title == "P-9QQ2: a suggestion"
    assert "Waiting: 2" in await overview(stage)
    await stage.wait(7 * 24 * 60)
    assert (await suggested(stage)).title == "P-7K2M: a suggestion"


async def test_somebody_else_can_be_chosen_the_best_first_with_reasons(stage: Stage):
    await offers(stage, "maya", "en", "pt")
    await offers(stage, "leo", "en", "pt", times=[TUESDAY])
    await enter(stage, "P-7K2M", "pt", times=[TUESDAY])
    card = await suggested(stage)
    assert "Leo" in words_of(card)
    others = only_card(await stage.press("rivera", button_of(card, "Somebody else")))
    shown = words_of(others)
    assert shown.index("Leo: speaks Português, free Tuesday") < shown.index("Maya: speaks Português")
    await stage.choose("rivera", others, "Maya")
    assert "You have a new peer" in last(stage, "maya")
    assert stage.inbox("leo") == []


async def test_who_is_kept_apart_is_never_suggested_nor_taken_from_an_old_card(stage: Stage):
    await offers(stage, "maya", "en")
    card = await enter(stage, "P-7K2M")
    old = await suggested(stage)
    form = only_form(await stage.press("rivera", button_of(card, "Not with")))
    shown = words_of(only_card(await stage.submit("rivera", form, helpers0=("1",))))
    assert "Not with: Maya" in shown
    assert (await suggested(stage)).title == "No more suggestions"
    after = words_of(only_card(await stage.press("rivera", button_of(old, "Pair them"))))
    assert "changed meanwhile" in after
    assert stage.inbox("maya") == []


async def test_by_hand_every_helper_is_offered_and_the_coordinator_decides(stage: Stage):
    for name in ("Noor", "Sam"):
        await stage.add(name.lower(), name, Role.HELPER)
    await offers(stage, "maya", "pt", times=[TUESDAY], places=1)
    await enter(stage, "P-9QQ2", "pt", times=[TUESDAY])
    await stage.press("rivera", button_of(await suggested(stage), "Pair them"))
    await offers(stage, "leo", "en", times=[THURSDAY], places=1)
    await offers(stage, "noor", "pt", times=[TUESDAY])
    card = await enter(stage, "P-7K2M", "pt", times=[TUESDAY])
    form = only_form(await stage.press("rivera", button_of(card, "Not with")))
    noor = next(option.value for option in form.inputs[0].options if option.label == "Noor")
    card = only_card(await stage.submit("rivera", form, helpers0=(noor,)))
    by_hand = only_card(await stage.press("rivera", button_of(card, "Choose a helper")))
    shown = words_of(by_hand)
    assert "• Maya: no free place" in shown
    assert "• Leo: no common language, no common day" in shown
    assert "• Sam: has not said what they can give" in shown
    assert "• Noor: not with" in shown
    choice = next(block for block in by_hand.blocks if isinstance(block, Select))
    assert [option.label for option in choice.options] == ["Maya", "Sam", "Leo"]
    peer = choice.options[0].value.partition("-")[0]
    refused = await stage.press("rivera", "pair.pick", value=f"{peer}-{noor}-although")
    assert "nobody was paired" in words_of(only_card(refused))
    assert "P-7K2M is paired" in words_of(only_card(await stage.choose("rivera", by_hand, "Maya")))
    assert "You have a new peer: P-7K2M" in last(stage, "maya")


async def test_a_peer_may_be_kept_apart_from_very_many(stage: Stage):
    card = await enter(stage, "P-7K2M")
    for number in range(20):
        await stage.add(f"helper{number}", f"{number:02} {'w' * 57}", Role.HELPER)
    form = only_form(await stage.press("rivera", button_of(card, "Not with")))
    everybody = tuple(option.value for option in form.inputs[0].options)
    shown = words_of(only_card(await stage.submit("rivera", form, helpers0=everybody)))
    assert "Not with: Maya, Leo, 00 w" in shown


async def test_whoever_is_paused_stays_apart_although_the_form_does_not_list_them(stage: Stage):
    card = await enter(stage, "P-7K2M")
    form = only_form(await stage.press("rivera", button_of(card, "Not with")))
    await stage.submit("rivera", form, helpers0=("1",))
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 1)
    form = only_form(await stage.press("rivera", button_of(card, "Not with")))
    await stage.submit("rivera", form, helpers0=("2",))
    async with stage.app.database.read() as tx:
        (need,) = await stored.waiting(tx, 1)
    assert need.not_with == frozenset({1, 2})


async def test_an_old_suggestion_takes_no_place_that_is_gone(stage: Stage):
    await offers(stage, "maya", "en", places=1)
    await enter(stage, "P-7K2M")
    await enter(stage, "P-9QQ2")
    old = await suggested(stage)
    await stage.press("rivera", button_of(old, "Pair them"))
    again = words_of(only_card(await stage.press("rivera", button_of(old, "Pair them"))))
    assert "changed meanwhile" in again
    assert "For 1 who wait nobody fits now" in again
    assert len(stage.inbox("maya")) == 1
    async with stage.app.database.read() as tx:
        assert len(await stored.open_pairs(tx, 1)) == 1


async def test_two_coordinators_at_once_give_a_last_place_once(stage: Stage):
    await stage.add("chen", "Ms. Chen", Role.COORDINATOR)
    await offers(stage, "maya", "en", places=1)
    await enter(stage, "P-7K2M")
    await enter(stage, "P-9QQ2")
    await asyncio.gather(stage.press("rivera", "pair.yes:1:1"), stage.press("chen", "pair.yes:2:1"))
    async with stage.app.database.read() as tx:
        assert len(await stored.open_pairs(tx, 1)) == 1
    assert len(stage.inbox("maya")) == 1
    assert "Waiting: 1" in await overview(stage)


async def test_whoever_is_paired_stays_so_whoever_else_comes(stage: Stage):
    await paired(stage)
    await offers(stage, "leo", "pt", "en", times=[TUESDAY])
    await enter(stage, "P-9QQ2", "pt")
    card = await suggested(stage)
    assert card.title == "P-9QQ2: a suggestion"
    assert "P-7K2M" not in words_of(card)


async def test_entering_a_paired_peer_again_changes_what_they_look_for_and_nothing_else(stage: Stage):
    await paired(stage)
    card = await enter(stage, "P-7K2M", "pt", subjects=("maths",))
    assert "waiting list" not in words_of(card)
    assert "Waiting: 0" in await overview(stage)


async def test_a_peer_can_be_taken_off_the_list(stage: Stage):
    card = await enter(stage, "P-7K2M")
    after = words_of(only_card(await stage.press("rivera", button_of(card, "Off the waiting list"))))
    assert "P-7K2M is off the waiting list" in after
    assert "Waiting: 0" in after


async def test_who_has_not_said_what_they_can_give_is_named(stage: Stage):
    await offers(stage, "maya", "en")
    shown = await overview(stage)
    assert "Not said yet what they can give (/peers): Leo" in shown


async def test_a_helper_who_speaks_nothing_is_asked_again(stage: Stage):
    form = only_form(await stage.press("maya", "offer"))
    refused = (await stage.submit("maya", form, languages=(), places="3", times=(TUESDAY,)))[0]
    assert isinstance(refused, FormErrors)
    kept = {item.name: getattr(item, "values", getattr(item, "value", None)) for item in refused.form.inputs}
    assert (kept["times"], kept["places"]) == ((TUESDAY,), "3")


# --- how it ends -------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["pair.suggest", "pair.yes:1:1", "pair.later:1", "pair.pick"])
async def test_nobody_else_s_words_wait_while_the_solver_is_loaded(
    stage: Stage, deed: str, monkeypatch: pytest.MonkeyPatch
):
    """After a start the first press takes a second, in which a page must be saved as ever."""
    await offers(stage, "maya", "pt")
    await enter(stage, "P-7K2M", "pt")
    writing, loaded = [False], []
    write, load = stage.app.database.write, builtins.__import__

    @contextlib.asynccontextmanager
    async def watched():
        async with write() as tx:
            writing[0] = True
            try:
                yield tx
            finally:
                writing[0] = False

    def watch_import(name: str, *more, **by_name):
        if name == "scipy.optimize":
            loaded.append(writing[0])
        return load(name, *more, **by_name)

    monkeypatch.setattr(stage.app.database, "write", watched)
    monkeypatch.setattr(builtins, "__import__", watch_import)
    solver.cache_clear()
    await stage.press("rivera", deed, value="1-1")
    assert loaded
    assert not any(loaded), "it is loaded while no transaction is open"


async def pair_card(stage: Stage) -> Card:
    card = only_card(await stage.press("rivera", "pair.list"))
    return only_card(await stage.choose("rivera", card, "P-7K2M"))


async def test_ending_well_asks_for_a_closing_conversation(stage: Stage):
    await paired(stage)
    ended = words_of(only_card(await stage.press("rivera", button_of(await pair_card(stage), "End it well"))))
    assert "closing conversation with P-7K2M" in ended
    assert "P-7K2M and you come to an end" in last(stage, "maya")
    done = words_of(only_card(await stage.press_last("maya", "We had it")))
    assert "A good ending is part of helping" in done
    assert "Waiting: 0" in await overview(stage)
    async with stage.app.database.read() as tx:
        found = await stored.get(tx, 1, 1)
    assert found is not None
    assert (found.why, found.closing) == ("done", "had")


async def test_another_helper_is_found_and_the_first_one_still_says_good_bye(stage: Stage):
    await paired(stage)
    await stage.press("rivera", button_of(await pair_card(stage), "Find another helper"))
    assert "closing conversation" in last(stage, "maya")
    assert "Waiting: 1" in await overview(stage)
    await offers(stage, "leo", "pt", "en")
    card = await suggested(stage)
    others = only_card(await stage.press("rivera", button_of(card, "Somebody else")))
    await stage.choose("rivera", others, "Leo")
    assert "You have a new peer: P-7K2M" in last(stage, "leo")


async def test_a_helper_can_say_that_it_comes_to_an_end(stage: Stage):
    await paired(stage)
    card = only_card(await stage.command("maya", "/peers"))
    one = only_card(await stage.choose("maya", card, "P-7K2M"))
    closing = only_card(await stage.press("maya", button_of(one, "We come to an end")))
    assert "Maya and P-7K2M come to an end" in last(stage, "rivera")
    await stage.press("maya", button_of(closing, "It could not be"))
    async with stage.app.database.read() as tx:
        found = await stored.get(tx, 1, 1)
    assert found is not None
    assert found.closing == "missed"


async def test_a_helper_who_cannot_says_so_and_nobody_asks_why(stage: Stage):
    await paired(stage)
    assert "looks for somebody else" in words_of(only_card(await stage.press_last("maya", "I can't")))
    assert "Maya can't see P-7K2M" in last(stage, "rivera")
    assert "Waiting: 1" in await overview(stage)


async def take_a_break(stage: Stage, how: str) -> None:
    if how == "paused":
        await stage.press("rivera", "roster.pause:1")
        return
    form = only_form(await stage.press("maya", "prompts.wishes"))
    pause = next(item for item in form.inputs if item.name == "pause").options[-1].value
    await stage.submit("maya", form, pause=pause, weeks="1")


async def come_back(stage: Stage, how: str) -> None:
    if how == "paused":
        await stage.press("rivera", "roster.back:1")
    else:
        await stage.wait(8 * 24 * 60)


@pytest.mark.parametrize("how", ["paused", "on a break"])
async def test_the_pairs_of_a_helper_who_takes_a_break_rest_and_go_on(stage: Stage, how: str):
    await paired(stage)
    written = len(stage.inbox("maya"))
    await take_a_break(stage, how)
    await stage.wait(3 * 24 * 60)
    assert "rests: the helper takes a break" in words_of(await pair_card(stage))
    listed = words_of(only_card(await stage.press("rivera", "pair.list")))
    assert "P-7K2M · Maya · rests" in listed
    assert "Waiting: 0" in await overview(stage), "the peer has a helper"
    assert not [card for card in stage.inbox("rivera") if "helps no more" in words_of(card)]
    assert len(stage.inbox("maya")) == written
    await come_back(stage, how)
    assert "P-7K2M · Maya · rests" not in words_of(only_card(await stage.press("rivera", "pair.list")))
    assert "paired" in words_of(only_card(await stage.command("maya", "/peers")))


async def test_who_pauses_a_helper_reads_whose_pairs_rest_and_that_they_go_on(stage: Stage):
    await paired(stage)
    paused = words_of(only_card(await stage.press("rivera", "roster.pause:1")))
    assert "Their pairs rest until they are back: P-7K2M." in paused
    back = words_of(only_card(await stage.press("rivera", "roster.back:1")))
    assert "Their pairs go on: P-7K2M." in back


async def test_a_resting_pair_can_be_ended_and_its_helper_is_left_in_peace(stage: Stage):
    await paired(stage)
    written = len(stage.inbox("maya"))
    await take_a_break(stage, "on a break")
    button = button_of(await pair_card(stage), "Find another helper")
    ended = words_of(only_card(await stage.press("rivera", button)))
    assert "P-7K2M is on the waiting list." in ended
    assert "takes a break and was asked nothing" in ended
    assert len(stage.inbox("maya")) == written


async def test_a_helper_who_leaves_leaves_nobody_behind(stage: Stage):
    await paired(stage)
    await stage.press("rivera", "roster.remove:1:yes")
    await stage.tick()
    shown = last(stage, "rivera")
    assert "Maya helps no more. On the waiting list: P-7K2M" in shown
    assert "Waiting: 1" in await overview(stage)
    before = len(stage.inbox("rivera"))
    await stage.wait(60)
    assert len(stage.inbox("rivera")) == before, "it is said once"
    await offers(stage, "leo", "pt")
    assert "Leo" in words_of(await suggested(stage)), "and never the one who left"


async def test_who_leaves_with_several_peers_is_told_of_once(stage: Stage):
    await paired(stage)
    await enter(stage, "P-9QQ2", "pt")
    await stage.press("rivera", button_of(await suggested(stage), "Pair them"))
    await stage.press("rivera", "roster.remove:1:yes")
    await stage.tick()
    assert "P-7K2M, P-9QQ2" in last(stage, "rivera")
    assert len([card for card in stage.inbox("rivera") if "helps no more" in words_of(card)]) == 1


async def test_no_message_comes_in_a_helper_s_quiet_hours(stage: Stage):
    await stage.wait(12 * 60)  # 22:00 at the school
    await paired(stage)
    assert stage.inbox("maya") == []
    await stage.wait(10 * 60)
    assert "You have a new peer" in last(stage, "maya")


# --- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["maya", "okafor", "ana"])
@pytest.mark.parametrize(
    "deed",
    [
        "/pair",
        "pair",
        "pair.add",
        "pair.suggest",
        "pair.yes:1:1",
        "pair.other:1",
        "pair.later:1",
        "pair.list",
        "pair.end:1:done",
        "pair.apart:1",
        "pair.unlist:1",
        "peers.settle",
    ],
)
async def test_pairing_is_for_coordinators(stage: Stage, user: str, deed: str):
    await stage.add("ana", "Ana", Role.LEAD)
    await paired(stage)
    answer: Sequence[Effect] = (
        await stage.command(user, deed)
        if deed.startswith("/")
        else await stage.press(user, deed, value="1-1")
    )
    assert "That is for coordinators" in words_of(only_card(answer))


@pytest.mark.parametrize("deed", ["pairing.no:1", "pairing.ends:1", "pairing.closed:1:had"])
async def test_a_pair_is_its_own_helper_s(stage: Stage, deed: str):
    await paired(stage)
    assert "somebody else's" in words_of(only_card(await stage.press("leo", deed)))


async def test_another_programme_sees_and_changes_nothing(stage: Stage):
    await paired(stage)
    there = await stage.elsewhere()
    for deed in ("pair.open", "pair.show"):
        assert "somebody else's" in words_of(only_card(await there.press("tanaka", deed, value="1")))
    assert "somebody else's" in words_of(only_card(await there.press("tanaka", "pair.end:1:done")))
    assert "P-7K2M" not in words_of(only_card(await there.command("tanaka", "/peers")))


# --- the rules ---------------------------------------------------------------------------------

NEED = Need(1, "P-7K2M", Wishes(("pt",), (TUESDAY,), ("maths",), ("music",)))
OFFER = Offer(9, Wishes(("en", "pt"), (TUESDAY,), ("maths",), ("music",)), places=2)


def points(need: Need = NEED, offer: Offer = OFFER) -> int:
    found = fit(need, offer, NOW, SCHOOL)
    assert found is not None
    return found.points


def without(name: str) -> Offer:
    return replace(OFFER, wishes=replace(OFFER.wishes, **{name: ()}))


def test_no_language_or_no_time_in_common_is_no_pair():
    assert fit(NEED, replace(OFFER, wishes=replace(OFFER.wishes, languages=("en",))), NOW, SCHOOL) is None
    assert fit(NEED, replace(OFFER, wishes=replace(OFFER.wishes, times=(THURSDAY,))), NOW, SCHOOL) is None
    assert fit(replace(NEED, not_with=frozenset({9})), OFFER, NOW, SCHOOL) is None


def test_what_was_not_named_keeps_nobody_apart():
    assert fit(replace(NEED, wishes=Wishes()), OFFER, NOW, SCHOOL) is not None
    assert fit(NEED, without("times"), NOW, SCHOOL) is not None


@pytest.mark.parametrize("name", ["times", "subjects", "likes"])
def test_each_thing_in_common_counts(name: str):
    assert points() > points(offer=without(name))


def test_a_language_of_home_counts_more_than_the_school_s():
    english = replace(NEED, wishes=replace(NEED.wishes, languages=("en",)))
    assert points() > points(english)


def test_any_pair_is_worth_more_than_the_best_fit_of_another():
    """Two peers and two helpers, one of whom fits only one of them: both are paired."""
    picky = Need(1, "P-2222", Wishes(("pt",), (), ("maths", "science"), ("music", "books", "games")))
    easy = Need(2, "P-3333", Wishes(("en",), (), ("maths", "science"), ("music", "books", "games")))
    both = Offer(8, replace(easy.wishes, languages=("en", "pt")), places=1)
    plain = Offer(9, Wishes(("en",)), places=1)
    found = suggest([easy, picky], [both, plain], NOW, SCHOOL)
    assert {(each.need.peer_id, each.offer.helper_id) for each in found} == {(1, 8), (2, 9)}
    first = first_come([easy, picky], [both, plain])
    assert len(first) == 1, "first come, first served leaves one waiting"


def test_nobody_gets_a_third_peer_while_another_has_none():
    needs = [Need(number, f"P-{number:04}", Wishes(("en",))) for number in range(4)]
    found = suggest(needs, [Offer(8, Wishes(("en",)), 4), Offer(9, Wishes(("en",)), 4)], NOW, SCHOOL)
    assert sorted(each.offer.helper_id for each in found) == [8, 8, 9, 9]


def test_taken_places_are_taken():
    full = replace(OFFER, taken=2)
    assert suggest([NEED], [full], NOW, SCHOOL) == []
    assert ranked(NEED, [full], NOW, SCHOOL) == []
    assert suggest([NEED], [replace(OFFER, places=0)], NOW, SCHOOL) == []


def test_the_same_question_has_the_same_answer_and_nothing_is_nothing():
    needs, given = school(1, 20, 8)
    assert suggest(needs, given, NOW, SCHOOL) == suggest(needs, given, NOW, SCHOOL)
    assert suggest([], given, NOW, SCHOOL) == []
    assert suggest(needs, [], NOW, SCHOOL) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_school_is_paired_in_under_a_second_and_better_than_first_come(seed: int):
    needs, given = school(seed)
    assert (len(needs), len(given)) == (PEERS, HELPERS)
    suggest(needs[:1], given[:1], NOW, SCHOOL)  # the solver is loaded
    began = time.process_time()
    found = suggest(needs, given, NOW, SCHOOL)
    assert time.process_time() - began < 1.0
    ours, theirs = measure(found, given), measure(first_come(needs, given), given)
    assert ours.points > theirs.points
    assert ours.paired > theirs.paired

"""What the writer of a case can still say: with them or not, where, who, about whom, more, or a mistake.

Anybody may be a case's writer, on the roster or not, so every one of these is open to anyone and looks at who
raised the case. The page has gone before any of it is asked.
"""

from collections.abc import Collection
from dataclasses import replace

from handlers import case_joins, case_moves, case_views, exclusion, ladder, red_flags
from handlers.cards import helpers as helper_cards
from handlers.cards import writer as cards
from handlers.cards.advice import NO, YES
from handlers.cards.calls import Calls
from handlers.chat import (
    ButtonPressed,
    Card,
    Event,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.ladder import Told
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, button, form
from storage import adults, case_notes, cases, left_out, people
from storage.cases import Case
from storage.words import About, CaseState, Category, Detail, WhyLeftOut

_TOLD = {
    Detail.WITH_YOU: Told.WITH_YOU,
    Detail.WHERE: Told.WHERE_OR_WHO,
    Detail.WHO: Told.WHERE_OR_WHO,
}
_ABOUT = {"me": About.WRITER, "else": About.SOMEBODY_ELSE}


def _of_case(_event: Event, arguments: Arguments) -> Said:
    """Words in one of these forms belong to the case that the form is about."""
    return Said(case=arguments.number_or_none(0))


async def own_case(ctx: Context, event: Event, case_id: int) -> Case:
    """A case that this very account raised, held. Where it was joined to another one, that one.

    Several may have raised what is one case now; what each of them says reaches the whole.
    """
    case = await cases.lock(ctx.tx, case_id)
    while case is not None and case.joined_to is not None:
        case = await cases.lock(ctx.tx, case.joined_to)
    if case is None or case.programme_id != ctx.programme.id:
        raise Refused(Refusal.NOT_FOUND)
    writers = {(part.writer_connection_id, part.writer_user) for part in await cases.parts(ctx.tx, case.id)}
    if (ctx.connection.id, event.user.id) not in writers:
        raise Refused(Refusal.NOT_FOUND)
    return case


async def card_for(ctx: Context, case: Case, *, joined: bool = False, in_channel: bool = False) -> Card:
    """What the writer of a case is shown, wherever it stands."""
    if case.state is CaseState.WITHDRAWN:
        kept_away = bool(await left_out.of_case(ctx.tx, case.id))
        return helper_cards.withdrawn(ctx.say, left_out=kept_away)
    view = await case_views.for_writer(ctx, case)
    if case.state is CaseState.ASKED:
        if await case_notes.has_words(ctx.tx, case.id):
            return helper_cards.ask_writer(ctx.say, case, view.calls, left_out=view.left_out)
        return helper_cards.worried(ctx.say, case, view.calls, left_out=view.left_out)
    return cards.card(ctx.say, replace(view, joined=joined, in_channel=in_channel))


@button("writer.card", anyone=True)
async def show(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """The card again, as it stands now."""
    return [UpdateCard(await card_for(ctx, await own_case(ctx, event, arguments.number(0))))]


@button("writer.with", anyone=True)
async def with_you(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Whether the person is with them; of the writer's own danger, whether somebody is."""
    case = await own_case(ctx, event, arguments.number(0))
    answer = arguments.word(1)
    if answer not in (YES, NO):
        raise Refused(Refusal.OLD_BUTTON)
    case = await _tell_details(ctx, case, {Detail.WITH_YOU: answer})
    return [UpdateCard(await card_for(ctx, case))]


@button("writer.where", anyone=True)
async def open_where(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Ask where and who."""
    case = await own_case(ctx, event, arguments.number(0))
    return [OpenForm(cards.where_form(ctx.say, case))]


@form("writer.where", anyone=True, says=_of_case)
async def take_where(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep where and who, as far as they were told."""
    case = await own_case(ctx, event, arguments.number(0))
    told = {kind: event.text(kind.value) for kind in (Detail.WHERE, Detail.WHO) if event.text(kind.value)}
    if _went_elsewhere(ctx, case):
        return []
    if told:
        case = await _tell_details(ctx, case, told)
    return [Reply(await card_for(ctx, case))]


def _went_elsewhere(ctx: Context, case: Case) -> bool:
    """Whether these words have opened a case of their own: then they are no part of this one.

    Whoever has this case may be the very adult whom they leave out of the other.
    """
    return ctx.raised is not None and ctx.raised.case.id != case.id


async def _tell_details(ctx: Context, case: Case, told: dict[Detail, str]) -> Case:
    case = await _leave_out_named(ctx, case, "\n".join(told.values()))
    for kind, text in told.items():
        await case_notes.tell_detail(ctx.tx, case.id, kind, text, ctx.now)
        await cases.tell(ctx.tx, case.id, "detail_told", ctx.now, case.helper_id, what=kind.value)
    return await _move(ctx, case, ladder.DetailTold(_TOLD[next(iter(told))]))


async def _move(ctx: Context, case: Case, happening: ladder.Happening) -> Case:
    return await case_moves.move(ctx.tx, ctx.programme, case, happening, ctx.now)


@button("writer.about", anyone=True)
async def about(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Me, or somebody else. The adults' cards say so from then on."""
    case = await own_case(ctx, event, arguments.number(0))
    whom = _ABOUT.get(arguments.word(1))
    if whom is None:
        raise Refused(Refusal.OLD_BUTTON)
    if whom is not case.about:
        await cases.tell(ctx.tx, case.id, "about_told", ctx.now, case.helper_id, about=whom.value)
        case = await _move(ctx, replace(case, about=whom), ladder.DetailTold(Told.ABOUT))
    return [UpdateCard(await card_for(ctx, case))]


@button("writer.what", anyone=True)
async def what(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """What it is about, as far as the writer knows. It counts like anything that a person says."""
    case = await own_case(ctx, event, arguments.number(0))
    if event.value not in set(Category):
        raise Refused(Refusal.OLD_BUTTON)
    category = Category(event.value)
    if category not in await case_views.categories_of(ctx.tx, case.id):
        case = await _leave_out_named(ctx, case, "", (category,))
        await red_flags.add_category(ctx, case, category)
        case = await _move(ctx, case, ladder.DetailTold(Told.ABOUT))
    return [UpdateCard(await card_for(ctx, case))]


async def _leave_out_named(ctx: Context, case: Case, words: str, new: Collection[Category] = ()) -> Case:
    """Whoever these words name is left out, before anybody is told of them, if the case is about abuse."""
    known = await case_views.categories_of(ctx.tx, case.id)
    return await exclusion.heed(ctx.tx, ctx.programme, case, words, new=new, known=known, now=ctx.now)


# --- about an adult on the team ----------------------------------------------------------------


@button("writer.staff", anyone=True)
async def ask_staff(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Ask which adult it is about; who is left out already is not offered again."""
    case = await own_case(ctx, event, arguments.number(0))
    kept_away = await left_out.of_case(ctx.tx, case.id)
    around = await adults.around(ctx.tx, ctx.programme.id)
    offered = tuple((adult.person_id, adult.name) for adult in around if adult.person_id not in kept_away)
    return [UpdateCard(cards.staff_card(ctx.say, case, await _calls(ctx, case), offered))]


@button("writer.left_out", anyone=True)
async def leave_out(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is about this adult: they are told no more, and see it nowhere."""
    case = await own_case(ctx, event, arguments.number(0))
    chosen = Arguments((event.value,)).number(0)
    if chosen not in {adult.person_id for adult in await adults.around(ctx.tx, ctx.programme.id)}:
        raise Refused(Refusal.OLD_BUTTON)
    case = await exclusion.leave_out(
        ctx.tx, ctx.programme, case, frozenset({chosen}), why=WhyLeftOut.CHOSEN, now=ctx.now
    )
    return [UpdateCard(await card_for(ctx, case))]


@button("writer.nobody", anyone=True)
async def ask_nobody_left_out(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is not about the team after all? Ask first: what somebody has read cannot be taken back."""
    case = await own_case(ctx, event, arguments.number(0))
    back = sorted(await left_out.by_writer(ctx.tx, case.id))
    names = tuple([await people.name(ctx.tx, person) for person in back])
    if not names:
        return [UpdateCard(await card_for(ctx, case))]
    return [UpdateCard(cards.put_back_card(ctx.say, case, await _calls(ctx, case), names))]


@button("writer.put_back", anyone=True)
async def put_back(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is not about the team after all, surely."""
    case = await own_case(ctx, event, arguments.number(0))
    if await left_out.by_writer(ctx.tx, case.id):
        case = await exclusion.put_back(ctx.tx, ctx.programme, case, ctx.now)
    return [UpdateCard(await card_for(ctx, case))]


# --- more to say, a mistake, the same person ---------------------------------------------------


@button("writer.more", anyone=True)
async def more(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Two ways on: add something, or say that it was a mistake."""
    case = await own_case(ctx, event, arguments.number(0))
    return [UpdateCard(cards.more_card(ctx.say, case, await _calls(ctx, case)))]


async def _calls(ctx: Context, case: Case) -> Calls:
    kept_away = await left_out.of_case(ctx.tx, case.id)
    return await case_views.calls_for(ctx.tx, ctx.programme, kept_away, ctx.now)


@button("writer.add", anyone=True)
async def open_add(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Ask for more words."""
    return [OpenForm(cards.add_form(ctx.say, await own_case(ctx, event, arguments.number(0))))]


@form("writer.add", anyone=True, says=_of_case)
async def take_add(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep more words with the case, and let the adults know."""
    case = await own_case(ctx, event, arguments.number(0))
    if not event.text("text") or ctx.raised is not None:
        return []  # nothing was said, or it was flagged: it has joined the case, or opened its own
    return [Reply(await take_words(ctx, event, case))]


async def take_words(ctx: Context, event: Event, case: Case) -> Card:
    """Words about a case that raise nothing new by themselves: kept, and shown to whoever has it."""
    case = await _leave_out_named(ctx, case, event.words)
    source = red_flags.source_of(event)
    await case_notes.add_note(
        ctx.tx, case.id, text=event.words, source=source, check_in_id=None, flags=(), now=ctx.now
    )
    await cases.tell(ctx.tx, case.id, "words_added", ctx.now, case.helper_id)
    case = await _move(ctx, case, ladder.DetailTold(Told.WORDS))
    if case.state is CaseState.ASKED:
        return await card_for(ctx, case)  # nobody was told yet: the question stands
    return cards.added(ctx.say, await case_views.for_writer(ctx, case))


@button("writer.mistake", anyone=True)
async def mistake(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It was a mistake. The adults are told so; the case stays until one of them closes it."""
    case = await own_case(ctx, event, arguments.number(0))
    if case.state is CaseState.ASKED:
        raise Refused(Refusal.OLD_BUTTON)
    await cases.tell(ctx.tx, case.id, "said_a_mistake", ctx.now, case.helper_id)
    case = await _move(ctx, case, ladder.DetailTold(Told.MISTAKE))
    return [UpdateCard(cards.mistake_told(ctx.say, case, await _calls(ctx, case)))]


@button("writer.same", anyone=True)
async def same_person(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """It is about the same person as an earlier case: both become one."""
    await cases.take_turn(ctx.tx, ctx.programme.id)  # two joins at once would hold each other up
    case = await own_case(ctx, event, arguments.number(0))
    into = await own_case(ctx, event, arguments.number(1))
    joined = case if case.id == into.id else await case_joins.join(ctx, case, into)  # tapped twice
    return [UpdateCard(await card_for(ctx, joined, joined=True))]

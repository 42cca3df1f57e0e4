"""``/handrail words``: what a programme teaches its screening. Words are tried first, and only ever add.

A built-in rule or the reader cannot be switched off here, nor anywhere else: whoever adds words finds more,
never less. What stands in somebody's notes is counted and not shown.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from handlers import local_words_trial
from handlers.cards import local_words as cards
from handlers.cards.local_words import DEEDS, WORDS, Listed
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.local_words_trial import Trial
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.screening.local import plain
from handlers.screening.normalise import PEER
from handlers.typed import Typed
from storage import checkins, local_words, people, roster, written
from storage.local_words import Entry
from storage.words import Category, Urgency

MOST = 100
"""Words and phrases of one programme."""
FEWEST_LETTERS = 2
LISTED = 15
MONTH = timedelta(days=30)
TEXTS = 1_000
"""Texts of each kind that words are tried on, the latest: a third of a second for as many."""


@dataclass(frozen=True)
class _Wanted:
    """What somebody would like to be looked for."""

    words: str
    category: Category
    urgency: Urgency


async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """``/handrail words``: the list."""
    if not ctx.member.roles & COORDINATORS:
        raise Refused(Refusal.NOT_ALLOWED)
    return [Reply(await _listing(ctx), fleeting=True)]


@button("words", roles=COORDINATORS)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The list, or a page of it in the place of another one."""
    page = arguments.number_or_none(0)
    if page is None:
        return [Reply(await _listing(ctx), fleeting=True)]
    return [UpdateCard(await _listing(ctx, page))]


async def _listing(ctx: Context, page: int = 0, news: str = "") -> Card:
    every = await local_words.entries(ctx.tx, ctx.programme.id)
    pages = max(1, -(-len(every) // LISTED))
    page = min(page, pages - 1)
    shown = [_listed(each) for each in every[page * LISTED : (page + 1) * LISTED]]
    return cards.listing(ctx.say, shown, total=len(every), page=page, pages=pages, most=MOST, news=news)


def _listed(entry: Entry) -> Listed:
    return Listed(entry.id, entry.words, plain(entry.words), entry.category, entry.urgency)


# --- adding ------------------------------------------------------------------------------------


@button("words.add", roles=COORDINATORS)
async def open_form(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form; with what was tried before, to change it."""
    number = arguments.number_or_none(0)
    wanted = None if number is None else await _kept(ctx, number)
    values = {} if wanted is None else _values(wanted)
    return [OpenForm(cards.form(ctx.say, values))]


def _values(wanted: _Wanted) -> dict[str, str]:
    return {"words": wanted.words, "category": wanted.category.value, "deed": wanted.urgency.value}


@form("words.add", roles=COORDINATORS, screened=False)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Try the words, and show what they would have done. Nobody looks for them yet."""
    typed = Typed(event, ctx.say)
    words = typed.line("words", WORDS, required=True)
    category = typed.choice("category", set(Category))
    deed = typed.choice("deed", set(DEEDS))
    if words:
        typed.refuse("words", _why_not(ctx, words) or await _why_not_now(ctx, words))
    if typed.errors:
        return [_again(ctx, typed)]
    wanted = _Wanted(words, Category(category), Urgency(deed))
    trial = await _tried(ctx, wanted)
    typed.refuse("words", cards.too_common(ctx.say, trial))
    if typed.errors:
        return [_again(ctx, typed)]
    content = {"looked_for": words, "category": category, "deed": deed}
    number = await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now)
    listed = Listed(number, words, plain(words), wanted.category, wanted.urgency)
    return [Reply(cards.trial(ctx.say, listed, trial), fleeting=True)]


def _again(ctx: Context, typed: Typed) -> FormErrors:
    return FormErrors(cards.form(ctx.say, typed.values), typed.errors)


def _why_not(ctx: Context, words: str) -> str:
    """Why words cannot be looked for at all; empty if they can."""
    found = plain(words)
    if PEER in found:
        return ctx.say("Please leave peer codes out: words are for everybody's texts.")
    if sum(len(word) for word in found) < FEWEST_LETTERS:
        return ctx.say("Please write at least two letters.")
    if len(words.split()) > cards.MOST_WORDS:
        return ctx.say("At most {most} words, please.", most=cards.MOST_WORDS)
    return ""


async def _why_not_now(ctx: Context, words: str) -> str:
    """Why words cannot be added to what is looked for already; empty if they can."""
    every = await local_words.entries(ctx.tx, ctx.programme.id)
    if plain(words) in {plain(each.words) for each in every}:
        return cards.already_there(ctx.say)
    return cards.full(ctx.say, MOST) if len(every) >= MOST else ""


async def _tried(ctx: Context, wanted: _Wanted) -> Trial:
    """Try words on the last month. Each trial is in the audit trail: it tells what others' texts hold."""
    await note(ctx, "words_tried", f"programme:{ctx.programme.id}")
    texts = await written.since(ctx.tx, ctx.programme.id, ctx.now - MONTH, TEXTS)
    return await asyncio.to_thread(local_words_trial.tried, wanted.words, wanted.urgency, texts)


@button("words.save", roles=COORDINATORS)
async def save(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Look for them from now on. Two who add the same at once add it once."""
    number = arguments.number(0)
    wanted = await _kept(ctx, number)
    await checkins.drop_draft(ctx.tx, number)
    await roster.hold(ctx.tx, ctx.programme.id)
    if why_not := await _why_not_now(ctx, wanted.words):
        return [UpdateCard(await _listing(ctx, news=why_not))]
    added = await local_words.add(
        ctx.tx,
        ctx.programme.id,
        words=wanted.words,
        category=wanted.category,
        urgency=wanted.urgency,
        added_by=ctx.member.id,
        now=ctx.now,
    )
    await note(ctx, "words_added", f"words:{added}")
    return [UpdateCard(await _listing(ctx, news=cards.saved(ctx.say, wanted.words)))]


@button("words.drop", roles=COORDINATORS)
async def drop(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Save nothing of it."""
    await _kept(ctx, arguments.number(0))
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    return [UpdateCard(await _listing(ctx, news=ctx.say("Nothing was saved.")))]


async def _kept(ctx: Context, number: int) -> _Wanted:
    """What was tried and neither saved nor dropped."""
    content = await checkins.draft(ctx.tx, number, ctx.member.id)
    if content is None or "looked_for" not in content:
        raise Refused(Refusal.NOT_FOUND)
    return _Wanted(content["looked_for"], Category(content["category"]), Urgency(content["deed"]))


# --- one of them -------------------------------------------------------------------------------


@button("words.pick", roles=COORDINATORS)
async def pick(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """One of the list: what it does, who added it, when."""
    entry = await _entry(ctx, Arguments((event.value,)).number(0))
    name = await people.name(ctx.tx, entry.added_by)
    card = cards.one(ctx.say, _listed(entry), name=name, on=entry.added_at.astimezone(ctx.local_zone).date())
    return [UpdateCard(card)]


@button("words.remove", roles=COORDINATORS)
async def remove(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Look for them no more."""
    entry = await _entry(ctx, arguments.number(0))
    if not await local_words.remove(ctx.tx, ctx.programme.id, entry.id, ctx.member.id, ctx.now):
        raise Refused(Refusal.NOT_FOUND)
    await note(ctx, "words_removed", f"words:{entry.id}")
    return [UpdateCard(await _listing(ctx, news=cards.removed(ctx.say, entry.words)))]


async def _entry(ctx: Context, number: int) -> Entry:
    for each in await local_words.entries(ctx.tx, ctx.programme.id):
        if each.id == number:
            return each
    raise Refused(Refusal.NOT_FOUND)

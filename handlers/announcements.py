"""``/handrail announce``: a coordinator writes to the whole team, and sees first what it will read.

Remarks say where a text goes against safe-messaging guidelines; the coordinator decides. What tells of a
method, or of whom the team helps, is refused. A text about suicide or self-harm always says where help is.
"""

import asyncio
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers import cardjson, peer_codes
from handlers.cards import announcements as cards
from handlers.cards.announcements import SUBJECT, WORDS, Announcement, Draft, Remarks
from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    Text,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.safe_messaging import Find, Guideline, finds, is_about_suicide
from handlers.supervision_send import Reader, awake, readers, send
from handlers.typed import Typed
from storage import checkins, outbox, peers, roster, supervision_people
from storage.words import HELPING, CaseState

AGAIN = timedelta(days=1)
"""Within this time the same words are not sent to the team a second time."""
_KIND = "announcement"
_STAMP = 6
"""Bytes."""
_NAME = 3
"""Letters of a name from which on it is looked for."""


async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """``/handrail announce``: the form."""
    if not ctx.member.roles & COORDINATORS:
        raise Refused(Refusal.NOT_ALLOWED)
    return [OpenForm(cards.form(ctx.say, "announce", {}))]


@form("announce", roles=COORDINATORS)
async def take_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Show what the team would read. Nobody is written to yet."""
    typed = Typed(event, ctx.say)
    subject = typed.line("subject", SUBJECT, required=True)
    words = event.text("words").strip()
    if not words:
        typed.refuse("words", ctx.say("Please fill this in."))
    if len(words) > WORDS:
        typed.refuse("words", ctx.say("At most {most} characters, please.", most=WORDS))
    found = await asyncio.to_thread(finds, f"{subject}.\n\n{words}")
    known = await peers.names(ctx.tx, ctx.programme.id)
    await _refuse_what_nobody_should_read(ctx, typed, found, known)
    if ctx.raised is not None and (ctx.raised.case.state is not CaseState.ASKED or typed.errors):
        draft = await _keep(ctx, arguments, typed.values, ready=False)
        return [Reply(cards.held(ctx.say, draft))]
    if typed.errors:
        return [FormErrors(cards.form(ctx.say, event.form, typed.values), typed.errors)]
    draft = await _keep(ctx, arguments, {"subject": subject, "words": words}, ready=True)
    announcement = _read(subject, words)
    remarks = Remarks(
        found,
        await _names(ctx, announcement, known),
        ctx.raised is not None,
        announcement.help and not ctx.programme.crisis_line,
    )
    card = cards.preview(ctx.say, announcement, remarks, draft, name=ctx.member.name, programme=ctx.programme)
    return [Reply(card, fleeting=True)]


def _read(subject: str, words: str) -> Announcement:
    return Announcement(subject, words, is_about_suicide(f"{subject}.\n\n{words}"))


async def _keep(ctx: Context, arguments: Arguments, values: dict[str, str], *, ready: bool) -> Draft:
    """Keep a text for a day, in the place of what it was before it was changed. ``ready``: it may be sent."""
    if (before := await _kept(ctx, arguments)) is not None:
        await checkins.drop_draft(ctx.tx, before.draft.number)
    stamp = secrets.token_hex(_STAMP)
    content = {**values, "kind": _KIND, "ready": ready, "stamp": stamp}
    return Draft(await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now), stamp)


@dataclass(frozen=True)
class _Kept:
    """A text that was neither sent nor dropped. Only one that was shown as the team reads it is ``ready``."""

    draft: Draft
    subject: str
    words: str
    ready: bool


async def _kept(ctx: Context, arguments: Arguments) -> _Kept | None:
    """Somebody's own text; ``None`` if there was none, or it was sent, dropped or changed.

    The number of one that is gone may be given out again, so a button also has the stamp of what it showed.
    """
    number = arguments.number_or_none(0)
    content = None if number is None else await checkins.draft(ctx.tx, number, ctx.member.id)
    if number is None or content is None or content.get("kind") != _KIND:
        return None
    if content["stamp"] != arguments.word(1):
        return None
    draft = Draft(number, content["stamp"])
    return _Kept(draft, content.get("subject", ""), content.get("words", ""), content["ready"])


async def _needed(ctx: Context, arguments: Arguments) -> _Kept:
    """The same, which has to be there."""
    kept = await _kept(ctx, arguments)
    if kept is None:
        raise Refused(Refusal.NOT_FOUND)
    return kept


# --- what is in it -----------------------------------------------------------------------------


async def _refuse_what_nobody_should_read(
    ctx: Context, typed: Typed, found: Iterable[Find], known: Sequence[str]
) -> None:
    """How somebody was hurt, and who is helped: a peer code, or the sealed name of one in full."""
    for name in ("subject", "words"):
        text = typed.values.get(name, "")
        if peer_codes.find(text):
            typed.refuse(name, cards.has_a_code(ctx.say))
        for peer in known:
            if " " in peer and _holds(text, peer, any_case=True):
                await note(ctx, "peer_name_found", f"programme:{ctx.programme.id}")
                typed.refuse(name, cards.names_a_peer(ctx.say, peer))
    for find in found:
        if find.guideline is Guideline.METHOD:
            where = "subject" if find.words in typed.values.get("subject", "") else "words"
            typed.refuse(where, cards.tells_a_method(ctx.say, find.words))


async def _names(ctx: Context, announcement: Announcement, known: Sequence[str]) -> tuple[str, ...]:
    """Names in a text that should perhaps not be there: of those who are helped; beside suicide, of anybody.

    One word of a name is no proof that somebody is meant, so it is a remark and nothing is refused for it.
    """
    names = list(known)
    if announcement.help:
        team = await supervision_people.names(ctx.tx, ctx.programme.id)
        names += [name for number, name in team.items() if number != ctx.member.id]
    text = f"{announcement.subject}\n{announcement.words}"
    parts = dict.fromkeys(part for name in names for part in name.split() if len(part.strip(".")) >= _NAME)
    return tuple(part for part in parts if _holds(text, part))


def _holds(text: str, name: str, *, any_case: bool = False) -> bool:
    flags = re.IGNORECASE if any_case else 0
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


# --- what becomes of it ------------------------------------------------------------------------


@button("announce", roles=COORDINATORS)
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same as the command, by a button."""
    return [OpenForm(cards.form(ctx.say, "announce", {}))]


@button("announce.change", roles=COORDINATORS)
async def change(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form with what was written, to change it."""
    kept = await _needed(ctx, arguments)
    values = {"subject": kept.subject, "words": kept.words}
    return [OpenForm(cards.form(ctx.say, cards.form_of(kept.draft), values))]


@button("announce.drop", roles=COORDINATORS)
async def drop(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Send nothing and forget it."""
    kept = await _needed(ctx, arguments)
    await checkins.drop_draft(ctx.tx, kept.draft.number)
    return [UpdateCard(cards.dropped(ctx.say))]


@button("announce.send", roles=COORDINATORS)
async def send_it(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Send it once: pressed twice, or written by two coordinators at once, the team reads it one time."""
    await roster.hold(ctx.tx, ctx.programme.id)
    kept = await _needed(ctx, arguments)
    if not kept.ready:
        raise Refused(Refusal.NOT_FOUND)
    announcement = _read(kept.subject, kept.words)
    team = await readers(ctx.tx, ctx.programme, HELPING)
    if not team:
        return [Reply(cards.nobody(ctx.say))]
    await checkins.drop_draft(ctx.tx, kept.draft.number)
    if await _went_out(ctx, team, announcement):
        return [UpdateCard(cards.sent_before(ctx.say))]
    name, programme = ctx.member.name, ctx.programme
    await send(
        ctx.tx,
        programme,
        f"{_KIND}:{ctx.member.id}:{kept.draft.stamp}",
        to=[each.to for each in team],
        card=lambda say: cards.announced(say, announcement, name=name, programme=programme),
        now=ctx.now,
        due={each.id: awake(each.wish, ctx.local_zone, ctx.now) for each in team},
    )
    await note(ctx, "announced", f"{_KIND}:{kept.draft.number}")
    return [UpdateCard(cards.sent(ctx.say, len(team)))]


async def _went_out(ctx: Context, team: list[Reader], announcement: Announcement) -> bool:
    """Whether the same was sent within a day to somebody whom it would go to now."""
    since = ctx.now - AGAIN
    for card in await outbox.cards_to(ctx.tx, [each.id for each in team], f"{_KIND}:", since):
        read = cardjson.load(card)
        texts = {block.text for block in read.blocks if isinstance(block, Text)}
        if read.title == announcement.subject and announcement.words in texts:
            return True
    return False

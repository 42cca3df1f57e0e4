"""Check-ins: by form, in one line, edited and taken back; each helper's own and nobody else's."""

import re
from dataclasses import replace

from handlers import agreements, check_in_text, exclusion, peer_codes, peers, services
from handlers.cards import checkins as cards
from handlers.cards.checkins import NEW_PEER, NO_PEER, Draft
from handlers.cards.words import service as service_name
from handlers.chat import (
    OPTIONS,
    TEXT_INPUT,
    ButtonPressed,
    Card,
    CommandUsed,
    Event,
    Form,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Option,
    Reply,
    UpdateCard,
    action,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.recognition import milestone
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, Typed, button, command, form
from storage import case_notes, checkins
from storage.checkins import CheckIn
from storage.words import About, Concern, Urgency

LISTED = 8
PEER_BOX = 'peer:"{}"'
"""How a code is written that was typed into a box of its own, so that a name there is told from a note."""
_PEER_BOX = re.compile(r'(?:^|(?<=\s))peer:"(.*?)"(?=\s|$)', re.DOTALL)
_URGENCY = {Concern.SOON.value: Urgency.SOON, Concern.IMMEDIATE.value: Urgency.IMMEDIATE}


def _says(event: Event, arguments: Arguments) -> Said:
    """A check-in's concern level pages; an edit belongs to the check-in that it changes."""
    if not isinstance(event, FormSubmitted):
        return Said(about=About.SOMEBODY_ELSE)
    urgency = _URGENCY.get(event.text("concern"), Urgency.NONE)
    edits = event.form.startswith("checkin.edit:")
    # A broken id is refused later; the words are screened and paged first.
    return Said(urgency, About.SOMEBODY_ELSE, arguments.number_or_none(0) if edits else None)


async def _codes(ctx: Context, typed: str) -> list[Option]:
    """The peers that the helper saw last."""
    known = await checkins.peers_of(ctx.tx, ctx.member.id, OPTIONS)
    return [Option(code, code) for code in known if typed.casefold().strip() in code.casefold()]


async def _services(ctx: Context, typed: str) -> list[Option]:
    """The programme's services, by their name in the helper's language."""
    named = {key: service_name(ctx.say, key) for key in ctx.programme.services["on"]}
    wanted = typed.casefold().strip()
    return [Option(key, name) for key, name in named.items() if wanted in f"{key} {name}".casefold()]


@command(
    "checkin",
    summary=mark("Log a check-in"),
    argument=mark("what you did, or nothing for a form"),
    says=_says,
    shortcut="Check in",
    typed=(
        Typed("peer", mark("the peer's code, such as P-7K2M"), shape=PEER_BOX, complete=_codes),
        Typed("service", mark("what kind of help it was"), complete=_services),
        Typed("minutes", mark("how long it took"), shape="{}m", number=True),
        Typed("note", mark("what happened, in a few words")),
    ),
)
async def check_in(ctx: Context, event: CommandUsed) -> Effects:
    """Open the form, or log one line."""
    if not event.text.strip():
        return await open_new(ctx)
    box = _PEER_BOX.search(event.text)
    code = await peer_codes.named(ctx.tx, ctx.programme.id, box[1]) if box else None
    text = event.text.replace(box[0], f" {code or ''} ", 1) if box else event.text
    understood = check_in_text.read(text)
    draft, guessed = await fill(ctx, understood)
    # Somebody who writes of danger is not handed a paper to sign.
    if ctx.raised is None and await agreements.before(ctx) is not None:
        return await _agree_first(ctx, await _keep(ctx, draft))
    if (box or understood.peer) and draft.peer is None:  # perhaps a name: all but that is kept
        return [Reply(await keep_draft(ctx, draft, no_code=True))]
    if draft.peer and await checkins.find_peer(ctx.tx, ctx.programme.id, draft.peer) is None:
        return [Reply(await keep_draft(ctx, draft, unknown_code=True))]
    logged = await _log(ctx, draft)
    return [Reply(await _logged_card(ctx, logged, guessed=guessed)), *services.ask(ctx, logged)]


@button("checkin")
async def open_form(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same form from a button."""
    return await open_new(ctx)


async def open_new(ctx: Context) -> Effects:
    """The form; before it, what a helper has not agreed to yet."""
    asked = await agreements.before(ctx)
    return [OpenForm(await new_form(ctx))] if asked is None else [Reply(asked)]


async def _agree_first(ctx: Context, draft_id: int) -> Effects:
    """What a helper has not agreed to yet; what they wrote is kept, and logged after it."""
    asked = await agreements.before(ctx, draft_id)
    return [Reply(asked)] if asked else []


@form("checkin", says=_says)
async def take_form(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Log a filled form."""
    draft, errors = await _read_form(ctx, event)
    if errors:
        return [FormErrors(await _form(ctx, action("checkin"), draft, event.text("peer")), errors)]
    logged = await _log(ctx, await _with_new_peer(ctx, event, draft))
    return [Reply(await _logged_card(ctx, logged)), *services.ask(ctx, logged)]


@button("checkin.edit")
async def edit(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Open one's own check-in again."""
    return [OpenForm(await _edit_form(ctx, await _own(ctx, arguments.number(0))))]


@button("checkin.pick")
async def pick(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Open the one chosen from the list."""
    return [OpenForm(await _edit_form(ctx, await _own(ctx, Arguments((event.value,)).number(0))))]


@form("checkin.edit", says=_says)
async def take_edit(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Replace one's own check-in; what it says now was screened like anything new."""
    old = await _own(ctx, arguments.number(0))
    draft, errors = await _read_form(ctx, event)
    if len(old.note) > TEXT_INPUT:  # a form cannot hold it, so it stays
        draft = replace(draft, note=old.note)
    if errors:
        return [FormErrors(await _form(ctx, event.form, draft, event.text("peer")), errors)]
    draft = await _with_new_peer(ctx, event, draft)
    peer_id = await _peer_id(ctx, draft.peer)
    await checkins.change(
        ctx.tx,
        old.id,
        peer_id=peer_id,
        service=draft.service,
        minutes=draft.minutes,
        concern=draft.concern or Concern.NONE,
        note=draft.note,
        now=ctx.now,
    )
    if peer_id is not None and draft.peer != old.peer:
        await exclusion.take_back_walks_with(ctx.tx, ctx.programme, peer_id, ctx.now)
    return [Reply(await _logged_card(ctx, await _own(ctx, old.id), changed=True))]


@button("checkin.undo")
async def undo(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Take one's own check-in back."""
    old = await _own(ctx, arguments.number(0))
    await checkins.undo(ctx.tx, old.id, ctx.now)
    return [UpdateCard(cards.undone(ctx.say))]


@button("mine")
async def mine(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """One's own check-ins, latest first, a page at a time."""
    before = arguments.number(0) if arguments.words else None
    found = await checkins.latest(ctx.tx, ctx.member.id, LISTED + 1, before)
    older = len(found) > LISTED
    return [Reply(cards.mine(ctx.say, found[:LISTED], older=older, zone=ctx.local_zone, now=ctx.now))]


# --- drafts: what was read but not confirmed ---------------------------------------------------


@button("draft.log")
async def log_draft(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Log a draft as it stands."""
    draft = await _own_draft(ctx, arguments.number(0))
    if asked := await _agree_first(ctx, arguments.number(0)):
        return asked
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    logged = await _log(ctx, draft)
    return [UpdateCard(await _logged_card(ctx, logged)), *services.ask(ctx, logged)]


@button("draft.edit")
async def edit_draft(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Open a draft in the form."""
    form_ = await draft_form(ctx, arguments.number(0))
    return await _agree_first(ctx, arguments.number(0)) or [OpenForm(form_)]


async def draft_form(ctx: Context, draft_id: int) -> Form:
    """One's own draft in the form. Raises :class:`Refused` if it is not there any more."""
    return await _form(ctx, action("draft", draft_id), await _own_draft(ctx, draft_id))


@form("draft", says=_says)
async def take_draft_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Log an edited draft. A draft that is used up or gone does not matter: the form holds everything."""
    draft, errors = await _read_form(ctx, event)
    kept = await checkins.draft(ctx.tx, arguments.number(0), ctx.member.id)
    if kept is not None and len(kept["note"]) > TEXT_INPUT:
        draft = replace(draft, note=kept["note"])
    if errors:
        return [FormErrors(await _form(ctx, event.form, draft, event.text("peer")), errors)]
    if kept is not None:
        await checkins.drop_draft(ctx.tx, arguments.number(0))
    logged = await _log(ctx, await _with_new_peer(ctx, event, draft))
    return [Reply(await _logged_card(ctx, logged)), *services.ask(ctx, logged)]


@button("draft.drop")
async def drop_draft(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """It was not a check-in."""
    await _own_draft(ctx, arguments.number(0))
    await checkins.drop_draft(ctx.tx, arguments.number(0))
    return [UpdateCard(cards.thrown_away(ctx.say))]


async def keep_draft(
    ctx: Context, draft: Draft, *, unknown_code: bool = False, no_code: bool = False
) -> Card:
    """Keep what was understood and ask whether to log it. ``no_code``: where a code belongs stood none."""
    draft_id = await _keep(ctx, draft)
    return cards.draft(ctx.say, draft_id, draft, unknown_code=unknown_code, no_code=no_code)


async def _keep(ctx: Context, draft: Draft) -> int:
    content = {
        "peer": draft.peer,
        "service": draft.service,
        "minutes": draft.minutes,
        "note": draft.note,
    }
    return await checkins.keep_draft(ctx.tx, ctx.member.id, content, ctx.now)


async def fill(ctx: Context, understood: check_in_text.Understood) -> tuple[Draft, tuple[str, ...]]:
    """Complete what a line says from last time; also tells what was taken from there."""
    last = await _from_last_time(ctx)
    guessed = tuple(key for key in cards.GUESSES if getattr(understood, key) is None)
    peer = understood.peer and await peer_codes.named(ctx.tx, ctx.programme.id, understood.peer)
    draft = Draft(
        peer,
        understood.service or last.service,
        understood.minutes or last.minutes,
        None,
        understood.note,
    )
    return draft, guessed


# --- pieces ------------------------------------------------------------------------------------


async def _own(ctx: Context, check_in_id: int) -> CheckIn:
    found = await checkins.get(ctx.tx, check_in_id, ctx.member.id)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found


async def _own_draft(ctx: Context, draft_id: int) -> Draft:
    content = await checkins.draft(ctx.tx, draft_id, ctx.member.id)
    if content is None:
        raise Refused(Refusal.NOT_FOUND)
    return Draft(content["peer"], content["service"], content["minutes"], None, content["note"])


async def _from_last_time(ctx: Context) -> Draft:
    """What a form starts with: the last check-in's peer, service and minutes."""
    last = await checkins.latest(ctx.tx, ctx.member.id, 1)
    if last:
        return Draft(last[0].peer, last[0].service, last[0].minutes, None, "")
    services = list(ctx.programme.services["on"])
    return Draft(None, services[0] if services else "listening", 15, None, "")


async def new_form(ctx: Context) -> Form:
    """An empty form, with what was the same last time."""
    last = await checkins.latest(ctx.tx, ctx.member.id, 1)
    return await _form(ctx, action("checkin"), await _from_last_time(ctx), NO_PEER if last else "")


async def _form(ctx: Context, form_id: str, draft: Draft, peer: str = "") -> Form:
    """``peer`` is what was chosen; it matters where that is no code (somebody new, nobody)."""
    peers = await checkins.peers_of(ctx.tx, ctx.member.id, 21)
    chosen = peer if peer in (NEW_PEER, NO_PEER) else ""
    return cards.form(ctx.say, form_id, draft, peers, list(ctx.programme.services["on"]), peer=chosen)


async def _edit_form(ctx: Context, old: CheckIn) -> Form:
    # "How worried" is asked again: an edit is a new look.
    draft = Draft(old.peer, old.service, old.minutes, None, old.note)
    return await _form(ctx, action("checkin.edit", old.id), draft, NO_PEER)


async def _read_form(ctx: Context, event: FormSubmitted) -> tuple[Draft, dict[str, str]]:
    """The form's values, and what to mend. A platform may let a required input through empty."""
    errors: dict[str, str] = {}
    peer = event.text("peer")
    chosen_code = peer not in ("", NEW_PEER, NO_PEER)
    code = await peer_codes.named(ctx.tx, ctx.programme.id, peer) if chosen_code else None
    if chosen_code and code is None:
        errors["peer"] = ctx.say("A peer code looks like P-7K2M, never a name. Choose one from the list.")
    minutes = event.text("minutes")
    whole = minutes.isascii() and minutes.isdigit() and len(minutes) <= 3
    if not whole or not 0 < int(minutes) <= check_in_text.LONGEST:
        errors["minutes"] = ctx.say("Choose how long it took.")
        minutes = "15"
    concern = event.text("concern")
    if concern not in set(Concern):
        errors["concern"] = ctx.say("Choose how worried you are. “Not worried” is fine.")
    service = event.text("service")
    if service not in cards.service_keys():
        errors["service"] = ctx.say("Choose the kind of help.")
        service = "listening"
    chosen = Concern(concern) if concern in set(Concern) else None
    return Draft(code, service, int(minutes), chosen, event.text("note")), errors


async def _with_new_peer(ctx: Context, event: FormSubmitted, draft: Draft) -> Draft:
    """Make a code for somebody new."""
    if event.text("peer") != NEW_PEER:
        return draft
    return replace(draft, peer=await peer_codes.unused(ctx.tx, ctx.programme.id))


async def _peer_id(ctx: Context, code: str | None) -> int | None:
    if code is None:
        return None
    known = await checkins.find_peer(ctx.tx, ctx.programme.id, code)
    return known or await checkins.add_peer(ctx.tx, ctx.programme.id, code, ctx.now)


async def _logged_card(
    ctx: Context, check_in: CheckIn, *, guessed: tuple[str, ...] = (), changed: bool = False
) -> Card:
    contact = await peers.after_check_in(ctx, check_in)
    reached = "" if changed else await milestone(ctx, check_in.minutes)
    return cards.logged(ctx.say, check_in, contact, guessed=guessed, changed=changed, milestone=reached)


async def _log(ctx: Context, draft: Draft) -> CheckIn:
    peer_id = await _peer_id(ctx, draft.peer)
    check_in_id = await checkins.log(
        ctx.tx,
        programme_id=ctx.programme.id,
        helper_id=ctx.member.id,
        peer_id=peer_id,
        service=draft.service,
        minutes=draft.minutes,
        concern=draft.concern or Concern.NONE,
        note=draft.note,
        at=ctx.now,
    )
    if ctx.raised is not None:
        await case_notes.link_check_in(ctx.tx, ctx.raised.note_id, check_in_id)
        if peer_id is not None:
            await exclusion.take_back_walks_with(ctx.tx, ctx.programme, peer_id, ctx.now)
    return await _own(ctx, check_in_id)

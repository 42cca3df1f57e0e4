"""Three steps of the set-up: the coordinator, the backup, and an outside contact."""

from dataclasses import replace

from handlers.cards.words import short
from handlers.context import Context
from handlers.roster import Details, find, put, read_details, welcome
from handlers.typed import Typed
from storage import roster
from storage.people import ADULTS
from storage.roster import Entry
from storage.words import HELPING, Role


def values(ctx: Context, edited: Entry | None) -> dict[str, str]:
    """What a form about somebody is opened with."""
    if edited is None:
        return {}
    return {
        "who": edited.account(ctx.connection.id),
        "name": edited.name,
        "phone": edited.phone,
        "also_called": edited.also_called,
    }


async def save_you(ctx: Context, typed: Typed) -> str:
    """Save what is kept about the coordinator who fills this in."""
    details = read_details(typed, phone_required=True)
    if not typed.errors:
        await put(ctx, await find(ctx, ctx.member.id), details, ctx.member.roles, keep=False)
    return ""


async def save_adult(ctx: Context, typed: Typed, role: Role, edited: int | None) -> str:
    """Give somebody this role. Whoever had it by this form and is somebody else now, has it no longer.

    ``edited`` is the id of the one whom the form was opened with. Returns what the coordinator is told.
    """
    user = typed.person("who", required=role is Role.BACKUP)
    details = read_details(typed, phone_required=role is Role.OUTSIDE_CONTACT)
    before = await find(ctx, edited) if edited is not None else None
    known = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    meant = known or _same_person(ctx, before, user, details.name)
    if meant is not None:
        typed.refuse("who", _why_not(ctx, meant, role))
    if typed.errors:
        return ""
    anew = before is None or meant is None or meant.id != before.id
    if before is not None and anew:
        details = _without_leftovers(details, before)
    roles = {role, *(meant.roles if meant else ())}
    entry = await put(ctx, meant, details, roles, user=user, keep=anew)
    if meant is None or role not in meant.roles:
        await welcome(ctx, entry, role)
    if before is None or not anew or role not in before.roles:
        return ""
    await roster.set_roles(ctx.tx, before.id, before.roles - {role})
    names = {"old": short(ctx.say, before.name), "new": short(ctx.say, entry.name)}
    return ctx.say("{old} has this role no longer: {new} has it now.", **names)


def _same_person(ctx: Context, before: Entry | None, user: str, name: str) -> Entry | None:
    """The one whom the form was opened with, where it still speaks of them."""
    if before is None:
        return None
    account = before.account(ctx.connection.id)
    return before if before.name == name or not account or account == user else None


def _without_leftovers(details: Details, before: Entry) -> Details:
    """The form was opened with what another person is called; that is not what this one is called."""
    return replace(details, also_called="") if details.also_called == before.also_called else details


def _why_not(ctx: Context, meant: Entry, role: Role) -> str:
    """Why somebody who is on the roster cannot take this role; empty if they can."""
    say, name = ctx.say, short(ctx.say, meant.name)
    if meant.id == ctx.member.id:
        return say("That is you. Please choose another adult.")
    if Role.COORDINATOR in meant.roles:
        return say("{name} is a coordinator already. Please choose another adult.", name=name)
    if meant.roles & HELPING:
        return say(
            "{name} is a helper on this team. Please choose an adult: staff, not a student.", name=name
        )
    if meant.suspended:
        return say("{name} is paused on this team, so no page would reach them.", name=name)
    if role is Role.BACKUP and Role.OUTSIDE_CONTACT in meant.roles:
        return say("{name} is the outside contact. The backup is somebody of the team.", name=name)
    if role is Role.OUTSIDE_CONTACT and meant.roles & ADULTS:
        return say("{name} is the backup. The outside contact is somebody outside the team.", name=name)
    return ""

"""``/roster``: who is on the team, a page at a time, and what can be done from there."""

from collections.abc import Awaitable, Callable

from handlers import nominations, roster_import
from handlers.cards import roster as cards
from handlers.cards.roster import ROLES
from handlers.chat import ButtonPressed, Card, CommandUsed, OpenForm, Reply, UpdateCard
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark
from handlers.registry import button, command
from handlers.roster_rules import COORDINATORS
from storage import nominations as stored_nominations
from storage import roster
from storage.roster import Entry

LISTED = 10


async def _add(ctx: Context) -> Effects:
    return [OpenForm(cards.form(ctx.say, {}))]


BEHIND: dict[str, Callable[[Context], Awaitable[Effects]]] = {
    "add": _add,
    "import": roster_import.start,
    "nominations": nominations.listing,
}
"""What can stand behind ``/roster``."""


@command(
    "roster",
    summary=mark("Who is on the team, for coordinators"),
    argument=mark("add, import, nominations, or nothing for the list"),
    roles=COORDINATORS,
)
async def show(ctx: Context, event: CommandUsed) -> Effects:
    """The list, or what stands behind the command."""
    asked = " ".join(event.text.casefold().split())
    if asked in BEHIND:
        return await BEHIND[asked](ctx)
    return [Reply(await _listing(ctx, 0, hint=bool(asked)))]


@button("roster.page", roles=COORDINATORS)
async def turn(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Another page of the list."""
    return [UpdateCard(await _listing(ctx, arguments.number(0)))]


async def _listing(ctx: Context, page: int, *, hint: bool = False) -> Card:
    everybody = sorted(await roster.entries(ctx.tx, ctx.programme.id), key=_rank)
    pages = max(1, -(-len(everybody) // LISTED))
    page = min(page, pages - 1)
    shown = everybody[page * LISTED : (page + 1) * LISTED]
    nominated = await stored_nominations.count_waiting(ctx.tx, ctx.programme.id)
    return cards.listing(
        ctx.say, shown, page=page, pages=pages, total=len(everybody), hint=hint, nominated=nominated
    )


def _rank(entry: Entry) -> tuple[int, str]:
    """Adults first, then by name."""
    order = list(ROLES)
    return min((order.index(role) for role in entry.roles), default=len(order)), entry.name.casefold()

"""Two steps of the set-up: who and where the programme is, and whom to call there."""

from dataclasses import replace

from handlers import countries, supervision
from handlers.cards import setup as cards
from handlers.cards.roster import PHONE
from handlers.cards.setup import ROOM, TEAM, ZONE
from handlers.context import Context
from handlers.countries import ELSEWHERE
from handlers.languages import LANGUAGES
from handlers.typed import Typed
from storage import programmes
from storage.programmes import Programme


def programme_values(programme: Programme) -> dict[str, str]:
    """What the first form is opened with."""
    return {
        "name": programme.name,
        "country": programme.country,
        "time_zone": programme.time_zone,
        "language": programme.locale,
    }


async def save_programme(ctx: Context, typed: Typed) -> str:
    """Save the first form, unless something in it is to be mended. Returns what the coordinator is told."""
    name = typed.line("name", TEAM, required=True)
    country = typed.choice("country", {*countries.countries(), ELSEWHERE})
    language = typed.choice("language", LANGUAGES)
    zone = _read_zone(ctx, typed, country)
    if typed.errors:
        return ""
    filled_in = await _fill_in_numbers(ctx, country)
    programme = await programmes.describe(
        ctx.tx, ctx.programme.id, name=name, country=country, time_zone=zone, locale=language
    )
    if zone != ctx.programme.time_zone:
        await supervision.plan_again(ctx.tx, programme, ctx.now)
    if not filled_in:
        return ""
    say = replace(ctx, programme=programme).say
    return say(
        "Emergency number and crisis lines are filled in ({country}). Please check them: they are yours to "
        "keep right.",
        country=cards.country_name(say, country),
    )


def _read_zone(ctx: Context, typed: Typed, country: str) -> str:
    """The time zone that was typed, or the only one of the country.

    One that was left standing from another country is asked about, or weekly questions come at night.
    """
    before, offered = ctx.programme, countries.known(country).time_zones
    written = typed.line("time_zone", ZONE)
    zone = countries.read_zone(written, country)
    abroad = zone == "UTC" or zone in countries.known(before.country).time_zones
    left_over = country != before.country and written == before.time_zone and abroad and zone not in offered
    if len(offered) == 1 and (left_over or not written):
        return offered[0]
    if not zone or (left_over and offered):
        cities = ctx.say.one_of([countries.city(each) for each in offered] or ["Nairobi", "Europe/Lisbon"])
        asked = ctx.say("Which time zone is it? Write a big city, such as {cities}.", cities=cities)
        typed.refuse("time_zone", asked)
    return zone


async def _fill_in_numbers(ctx: Context, country: str) -> bool:
    """Where a programme has no number of its own, the country's: a helper in need must not find none."""
    old, new, programme = countries.known(ctx.programme.country), countries.known(country), ctx.programme
    defaults = {
        "emergency_number": (programme.emergency_number, old.emergency, new.emergency),
        "crisis_line": (programme.crisis_line, old.crisis, new.crisis),
        "child_line": (programme.child_line, old.child, new.child),
    }
    numbers = {
        name: default if current in ("", old_default) else current
        for name, (current, old_default, default) in defaults.items()
    }
    if country == programme.country or all(numbers[name] == defaults[name][0] for name in numbers):
        return False
    await programmes.set_numbers(ctx.tx, programme.id, **numbers)
    return any(numbers.values())


def numbers_values(programme: Programme) -> dict[str, str]:
    """What the second form is opened with."""
    return {
        "emergency_number": programme.emergency_number,
        "crisis_line": programme.crisis_line,
        "child_line": programme.child_line,
        "phone": programme.phone,
        "room": programme.room,
    }


async def save_numbers(ctx: Context, typed: Typed) -> str:
    """Save the second form, unless something in it is to be mended."""
    emergency = typed.phone("emergency_number", PHONE, required=True)
    crisis, child = typed.phone("crisis_line", PHONE), typed.phone("child_line", PHONE)
    phone, room = typed.phone("phone", PHONE), typed.line("room", ROOM)
    if not typed.errors:
        await programmes.set_numbers(
            ctx.tx, ctx.programme.id, emergency_number=emergency, crisis_line=crisis, child_line=child
        )
        await programmes.set_office(ctx.tx, ctx.programme.id, phone=phone, room=room)
    return ""

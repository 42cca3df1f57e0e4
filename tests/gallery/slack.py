"""The gallery as Slack is told it: every card a message, every form a view, some cards a home or a modal."""

from adapters.slack import render
from adapters.slack.render import Json, Origin
from handlers.chat import Card, Form, PlaceKind
from handlers.languages import say_in
from tests.gallery import Team, pictures

ORIGIN = Origin(PlaceKind.DIRECT, "D0000001", "1700000000.000100")
"""A form that was opened from a message in somebody's conversation with Handrail."""
HOMES = {
    "home-helper": ("supervision-weekly-check", "menu-menu", "checkins-mine"),
    "home-coordinator": ("case-lists-open-cases", "menu-menu-adult"),
}
"""What stands on an App Home, in the order of ``handlers.home``."""
MODALS = {"modal-note": ("notes-note",), "modal-logged": ("checkins-logged",)}
"""What is answered in App Home stands in a modal, since there is no conversation."""


def shown(language: str, team: Team | None = None) -> dict[str, Card | Form]:
    """Every picture in a language, by its name."""
    say = say_in(language)
    return {picture.name: picture.make(say) for picture in pictures(team)}


def payloads(language: str, team: Team | None = None) -> dict[str, Json]:
    """What Slack is told of every picture and sample, by its name; ``team`` fills in other words."""
    made = shown(language, team)
    found = {name: payload(each) for name, each in made.items()}
    found |= {name: render.home_view(_cards(made, names)) for name, names in HOMES.items()}
    found |= {name: render.cards_view(_cards(made, names), ORIGIN) for name, names in MODALS.items()}
    return found


def payload(each: Card | Form) -> Json:
    """A card as a message, a form as a view."""
    return render.view(each, ORIGIN) if isinstance(each, Form) else render.message(each)


def _cards(made: dict[str, Card | Form], names: tuple[str, ...]) -> list[Card]:
    return [card for name in names if isinstance(card := made[name], Card)]

"""What goes out beside chat, and how a coordinator sets it up."""

from collections.abc import Iterator

from handlers.cards import emergency, fallbacks
from handlers.cards.fallbacks import CHANNELS, Reached
from handlers.chat import Button
from handlers.languages import Say
from storage.adults import Adult
from storage.words import Channel, Role
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import OPEN, Team


def pictures(team: Team) -> Iterator[Picture]:
    """Everything about fallback addresses."""
    yield picture(fallbacks.page, view=team.view(OPEN), phone=team.phone)
    yield picture(fallbacks.page, "about the team", view=team.view(OPEN, about_team=True), phone=team.phone)
    yield picture(fallbacks.test)
    coordinator = Adult(1, team.coordinator, team.phone, team.also_called, frozenset({Role.COORDINATOR}))
    backup = Adult(2, team.backup, "", "", frozenset({Role.BACKUP}))
    typed = {"who": "1", "kind": Channel.SMS.value}
    yield picture(fallbacks.form, adults=[coordinator, backup], values={})
    yield picture(fallbacks.form, "typed", adults=[coordinator, backup], values=typed)
    reached = [Reached(coordinator, tuple(CHANNELS)), Reached(backup, ())]
    yield picture(fallbacks.overview, news=_removed, reached=reached)
    yield picture(fallbacks.overview, "many", news=_removed, reached=reached * 6, to_test=_to_test)
    yield picture(emergency.page, writer=team.helper)
    yield picture(emergency.page, "from outside", writer="")
    yield picture(emergency.page_elsewhere)
    yield picture(emergency.stuck)
    yield picture(emergency.told, calls=team.calls(), anybody=True)
    yield picture(emergency.told, "nobody", calls=team.calls_outside(), anybody=False)


def _removed(say: Say) -> str:
    return say("{name} · {kind}: removed.", name=Team().backup, kind=say(CHANNELS[Channel.SMS]))


def _to_test(say: Say) -> Button:
    return fallbacks.test_button(say, 1, Channel.SMS)

"""What a team reads in its own channel."""

from handlers.cards.cases import PAGE_FALLBACK
from handlers.cards.helpers import plain
from handlers.chat import Card, Text, TextStyle
from handlers.languages import Say, mark
from storage.programmes import Programme

_NOTICE = mark("A notice from Handrail.")


def reads_along(say: Say, programme: Programme) -> Card:
    """The notice that a channel carries from the moment on which it is opted in."""
    what = say(
        "From now on software reads every message in this channel, for one thing only: words that may mean "
        "that somebody is in danger."
    )
    reached = say(
        "Such a message is kept, encrypted, and brought to the coordinator, or to the backup when the "
        "coordinator does not answer. Whoever wrote it gets a private answer here at once. Nothing else that "
        "is written here is kept."
    )
    stop = say("A coordinator ends this with /handrail stop watching, typed here.")
    danger = (
        say(
            "Handrail is not an emergency service. In danger, call {number} and get an adult.",
            number=programme.emergency_number,
        )
        if programme.emergency_number
        else say("Handrail is not an emergency service. In danger, call for help and get an adult.")
    )
    return Card(
        say("Handrail reads along here"),
        (Text(what), Text(reached), Text(danger), Text(stop, TextStyle.QUIET)),
        say(_NOTICE),
    )


def reads_no_more(say: Say) -> Card:
    """The line that a channel carries once it is opted out."""
    text = say("From now on nothing that is written in this channel is read. /urgent works everywhere.")
    return Card(say("Handrail no longer reads along here"), (Text(text),), say(_NOTICE))


def watched_already(say: Say) -> Card:
    """Nothing to do."""
    text = say("Handrail reads along here already. To end it, type /handrail stop watching.")
    return plain(say, say("Nothing was changed"), text)


def not_watched(say: Say) -> Card:
    """Nothing to stop."""
    text = say("Handrail does not read along here. To begin, type /handrail watch.")
    return plain(say, say("Nothing was changed"), text)


def not_a_channel(say: Say) -> Card:
    """Typed in the wrong place."""
    text = say(
        "Type it in the channel that is meant. Everybody there then sees a notice. What people write to "
        "Handrail directly is always read."
    )
    return plain(say, say("This is not a channel"), text)


def alerts_here(say: Say) -> Card:
    """What the adults' channel carries from the moment on which it was chosen."""
    text = say(
        "When a page does not reach an adult, because their direct messages are closed for instance, this "
        "channel is told so. It names nobody and no case. Let only the team's adults read it."
    )
    stop = say("A coordinator ends this with /handrail no alerts.")
    return Card(say("Alerts come here"), (Text(text), Text(stop, TextStyle.QUIET)), say(_NOTICE))


def no_alerts(say: Say) -> Card:
    """The adults' channel is told nothing any more."""
    return plain(say, say("Saved"), say("No channel is told any more when a page does not arrive."))


def not_delivered(say: Say) -> Card:
    """A page did not arrive. No name and no case: others may read along."""
    text = say(
        "A page could not be delivered to one of you. Whoever is free: open Handrail now and look at the "
        "open cases. Whose direct messages are closed: please open them for Handrail."
    )
    return Card(say("A page did not arrive"), (Text(text),), say(PAGE_FALLBACK))

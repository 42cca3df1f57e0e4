"""The suite's own Slack on loopback: a workspace, the Web API, both ways of delivery, and people who use it.

It is as strict as the real one where the real one's behaviour is documented or was seen, so that what passes
here has a chance there. Nothing in it sleeps: time is the workspace's own clock, and retries are the test's.
"""

from tests.slack.deliver import Answer, Attempt
from tests.slack.faults import Held
from tests.slack.installed import InstalledApp, everything
from tests.slack.modal import Modal
from tests.slack.people import Home, NotPossible, Person, Seen
from tests.slack.server import SlackServer
from tests.slack.workspace import Conversation, Kind, Message, User, Workspace

__all__ = [
    "Answer",
    "Attempt",
    "Conversation",
    "Held",
    "Home",
    "InstalledApp",
    "Kind",
    "Message",
    "Modal",
    "NotPossible",
    "Person",
    "Seen",
    "SlackServer",
    "User",
    "Workspace",
    "everything",
]

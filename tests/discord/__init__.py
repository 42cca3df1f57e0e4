"""The suite's own Discord on loopback: guilds, the API, the gateway, and people who use it.

It is as strict as the real one where the real one's behaviour is documented or was seen, so that what passes
here has a chance there. Nothing in it sleeps: time is the workspace's own clock.
"""

from tests.discord.core import Call, Interaction
from tests.discord.faults import Held
from tests.discord.gateway import Session
from tests.discord.modal import Modal
from tests.discord.people import Answer, NotPossible, Person, Seen
from tests.discord.portal import Application
from tests.discord.server import DiscordServer
from tests.discord.workspace import Attachment, Channel, Guild, Kind, Member, Message, Role, User, Workspace

__all__ = [
    "Answer",
    "Application",
    "Attachment",
    "Call",
    "Channel",
    "DiscordServer",
    "Guild",
    "Held",
    "Interaction",
    "Kind",
    "Member",
    "Message",
    "Modal",
    "NotPossible",
    "Person",
    "Role",
    "Seen",
    "Session",
    "User",
    "Workspace",
]

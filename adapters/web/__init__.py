"""The browser sandbox: a chat platform's server and client in one, for trying things out on one computer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CommandInfo:
    """A slash command as people are shown it. ``argument`` says what may stand behind it ("" if nothing)."""

    name: str
    argument: str
    summary: str

"""Every way in which the bot says no. Each is said after the words of the event were screened and paged."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why something was not done. The value is what the person is told."""

    NOT_ON_ROSTER = (
        "You are not on this team's list yet. Ask the coordinator to add you. "
        "If somebody is in danger, /urgent works for everybody."
    )
    SUSPENDED = (
        "Your place on the team is paused, so this was not done. Ask your coordinator about it. "
        "If somebody is in danger, /urgent still works."
    )
    NOT_ALLOWED = "That is for coordinators. Nothing was changed."
    NOT_ON_LADDER = "Only the adults who are paged for this case can do that. Nothing was changed."
    NOT_FOUND = "That is not there any more, or it is somebody else's. Nothing was changed."
    CASE_CLOSED = "This case is closed already. Nothing was changed."
    ALREADY_TAKEN = "Somebody else has this case already. Nothing was changed; the card shows who."
    PAGED_ALREADY = (
        "An adult was told already, so it stays open until they close it. Tell them if you were mistaken."
    )
    OLD_BUTTON = "This button is from an older version and does nothing now. Type /handrail for the menu."
    OLD_FORM = (
        "This form is from an older version and was not taken. Your coordinator was told if your words "
        "needed it. Type /handrail to start again."
    )
    NO_SUCH_COMMAND = "There is no such command. Type /handrail for the menu."


class Refused(Exception):
    """Raised by a handler that does not do what was asked; the person is told why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal

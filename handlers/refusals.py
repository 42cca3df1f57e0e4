"""Every way in which the bot says no. Each is said after the words of the event were screened and paged."""

from enum import StrEnum

from handlers.languages import mark


class Refusal(StrEnum):
    """Why something was not done. The value is what the person is told, in their own language."""

    NOT_ON_ROSTER = mark(
        "You are not on this team's list yet. Ask the coordinator to add you. "
        "If somebody is in danger, /urgent works for everybody."
    )
    SUSPENDED = mark(
        "Your place on the team is paused, so this was not done. Ask your coordinator about it. "
        "If somebody is in danger, /urgent still works."
    )
    SLACK_ADMIN_NEEDED = mark(
        "This team has no coordinator yet. An adult who is an owner or admin of this Slack workspace becomes "
        "the first one: ask them to type /handrail setup. Nothing was changed. "
        "If somebody is in danger, tell an adult in person now, or call the emergency number."
    )
    SLACK_DID_NOT_SAY = mark(
        "This team has no coordinator yet. Slack did not say in time whether you are an owner or admin of "
        "this workspace, so nothing was changed. Please type /handrail setup again in a minute. "
        "If it goes on, ask whoever runs Handrail to name you in HANDRAIL_COORDINATORS."
    )
    DISCORD_ADMIN_NEEDED = mark(
        "This team has no coordinator yet. An adult who may manage this server (Administrator or Manage "
        "Server) becomes the first one: ask them to type /handrail setup. Nothing was changed. "
        "If somebody is in danger, tell an adult in person now, or call the emergency number."
    )
    DISCORD_DID_NOT_SAY = mark(
        "This team has no coordinator yet. In direct messages Discord does not say who may manage the "
        "server, so nothing was changed. Please type /handrail setup in a channel of the server: only you "
        "see the answer."
    )
    COORDINATOR_THERE = mark(
        "Somebody else became this team's coordinator a moment ago. Nothing was changed. "
        "Ask them to add you, with /roster add."
    )
    NOT_ALLOWED = mark("That is for coordinators. Nothing was changed.")
    FIGURES_ONLY = mark(
        "Your role here is to see figures, so this was not done. "
        "If somebody is in danger, /urgent works for everybody."
    )
    LAST_COORDINATOR = mark(
        "This is the only coordinator, so this was not done. Add another one first, with /roster add."
    )
    NO_HELPERS = mark("There are no helpers on the list yet. Add them with /roster.")
    NOT_SHARED = mark("Whoever wrote this did not agree that lead helpers read it. Nobody was asked.")
    NOT_ON_LADDER = mark("Only the adults who are paged for this case can do that. Nothing was changed.")
    NOT_FOUND = mark("That is not there any more, or it is somebody else's. Nothing was changed.")
    CASE_CLOSED = mark("This case is closed already. Nothing was changed.")
    ALREADY_TAKEN = mark("Somebody else has this case already. Nothing was changed; the card shows who.")
    PAGED_ALREADY = mark(
        "An adult was told already, so it stays open until they close it. Tell them if you were mistaken."
    )
    NOT_ONE_PERSON = mark(
        "One of these is about the person who wrote it and the other is not, so they stay two cases. "
        "Nothing was changed."
    )
    NO_SUCH_CODE = mark("There is no such peer code here. One looks like P-7K2M. Nothing was changed.")
    NEW_NOTE = mark(
        "There is a new note since you opened this form. Please read it first; then close the case. "
        "Nothing was changed."
    )
    CHANGED = mark("Somebody else changed this a moment ago. Please look at it again. Nothing was changed.")
    ROUND_OPEN = mark("A round of this is open already. Nothing was sent.")
    NOT_YET = mark("This meeting has not begun yet. Nothing was changed.")
    MEETING_OVER = mark("This meeting is over, or has begun. Nothing was changed.")
    NOT_HELD = mark("This meeting does not take place. Nothing was changed.")
    OLD_BUTTON = mark(
        "This button is from an older version and does nothing now. Type /handrail for the menu."
    )
    OLD_FORM = mark(
        "This form is from an older version and was not taken. Your coordinator was told if your words "
        "needed it. Type /handrail to start again."
    )
    NO_SUCH_COMMAND = mark("There is no such command. Type /handrail for the menu.")


class Refused(Exception):
    """Raised by a handler that does not do what was asked; the person is told why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal

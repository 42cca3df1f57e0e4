"""Finding what somebody presses or chooses: only what stands in front of them can be pressed."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tests.scenarios.driver import Shown, ShownButton, ShownOption, ShownSelect
from tests.scenarios.onlooker import Onlooker
from tests.scenarios.play import Play
from tests.scenarios.scenario import Wrong

Labelled = TypeVar("Labelled", ShownButton, ShownOption)


def button(play: Play, person: str, label: str, on: str = "") -> tuple[Shown, ShownButton]:
    """The newest visible button whose label begins like this; ``on`` stands on its message."""
    onlooker = play.onlookers[person]
    for message in reversed(_where(play, onlooker, on)):
        if (found := one_of(play, label, message.buttons)) is not None:
            return message, found
    raise Wrong(f"{person} has no button “{label}”. {_visible(onlooker)}")


def option(play: Play, person: str, label: str) -> tuple[Shown, ShownSelect, ShownOption]:
    """The newest visible list with an option whose label begins like this, and the option."""
    onlooker = play.onlookers[person]
    for message in reversed(onlooker.messages):
        for select in message.selects:
            if (found := one_of(play, label, select.options)) is not None:
                return message, select, found
    raise Wrong(f"{person} has no option “{label}”. {_visible(onlooker)}")


def one_of(play: Play, label: str, labelled: Sequence[Labelled]) -> Labelled | None:
    """The one whose label is this, else the one whose label begins like this."""
    found = [each for each in labelled if play.cases.equals(label, each.label)]
    found = found or [each for each in labelled if play.cases.begins(label, each.label)]
    if len(found) > 1:
        raise Wrong(f"Several begin like that: {listed(each.label for each in found)}.")
    return found[0] if found else None


def listed(labels: Iterable[str]) -> str:
    """Labels for an explanation."""
    return ", ".join(f"[{label}]" for label in labels)


def _where(play: Play, onlooker: Onlooker, on: str) -> list[Shown]:
    found = [shown for shown in onlooker.messages if not on or play.cases.holds(on, shown.text)]
    if on and not found:
        claim = f"No message in front of {onlooker.name} says that"
        raise Wrong(play.explain(claim, [on], onlooker.in_front))
    return found


def _visible(onlooker: Onlooker) -> str:
    labels = [button.label for shown in onlooker.messages for button in shown.buttons]
    for shown in onlooker.messages:
        labels += [option.label for select in shown.selects for option in select.options]
    there = listed(dict.fromkeys(labels))
    return f"In front of them, to press or to choose: {there}." if there else "There is nothing to press."

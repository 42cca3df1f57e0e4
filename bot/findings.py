"""What ``doctor`` finds: how bad it is, what it is, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. ``mend``: a page could not go out, or would reach one adult at most."""

    MEND = "MUST BE MENDED"
    LOOK = "TO LOOK AT"
    FINE = "IN ORDER"


@dataclass(frozen=True)
class Finding:
    """What was found, and how to mend it."""

    level: Level
    what: str
    mend: str = ""

"""What a list of people comes to, before anybody saves it."""

import os
import subprocess
import sys

from tests.chaos.harness import ROOT

SAY = """
from handlers.roster_plan import Plan
from storage.roster import NewEntry
from storage.words import Role
import dataclasses
values = {item.name: None for item in dataclasses.fields(NewEntry)}
new = NewEntry(**{**values, "name": "Ana", "roles": frozenset(Role)})
print(Plan((new,), (), 0, ()).fingerprint)
"""


def test_every_process_knows_a_plan_again_that_another_has_shown() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", SAY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1

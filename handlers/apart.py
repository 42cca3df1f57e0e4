"""Long work in a process of its own, so that no page waits for it.

A thread would not do: drawing holds the interpreter, and what sends a page gets its turns late. The process
ends with its work, and the memory that matplotlib takes goes with it.
"""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from typing import TypeVar, cast

Argument = TypeVar("Argument")
Result = TypeVar("Result")
AFTER_THE_REST = 10
"""How far such a process stands back where the machine has little time."""


class WorkFailed(Exception):
    """The process ended without a result. What it worked on is not told."""


async def apart(work: Callable[[Argument], Result], argument: Argument) -> Result:
    """What ``work``, a function of a module, makes of an argument. Raises :class:`WorkFailed`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        made, _ = await process.communicate(pickle.dumps((work, argument)))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise WorkFailed(f"the process ended with {process.returncode}")
    # From our own process, through a pipe that nobody else writes to.
    return cast(Result, pickle.loads(made))  # noqa: S301


def _main() -> None:
    if hasattr(os, "nice"):
        os.nice(AFTER_THE_REST)
    work, argument = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    made = work(argument)
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    _main()

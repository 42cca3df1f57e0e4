"""A process that starts and ends bots: everything is imported once, so that a start takes a moment.

It reads orders from its standard input, one JSON object a line, and answers each with one line: ``start``
with the new process's id, ``kill`` once that is gone, ``alive`` with 1 or 0. Every bot is a process of its
own that runs :func:`bot.run.serve`, as ``python -m bot run`` does. When the orders end, so do the bots.

Only the parent of a process may end it by its id: until it has waited for it, no stranger gets the same one.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime, timedelta
from typing import Any

import bot.run
from bot import logs
from bot.clock import SystemClock
from bot.settings import Settings
from handlers.registry import load
from handlers.screening import screen


class _ClockAhead(SystemClock):
    """The machine's clock as it will be in a while: what a bot finds that was away for so long."""

    def __init__(self, seconds: float) -> None:
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._ahead


def _be_a_bot(order: dict[str, Any]) -> None:
    """Run until killed, or told to stop."""
    os.close(0)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    logs.configure("WARNING")
    # The one thing that is not as in life: the time at which this bot starts.
    bot.run.SystemClock = lambda: _ClockAhead(order["ahead"])  # type: ignore[assignment, misc]
    asyncio.run(bot.run.serve(Settings(), bot.run.Part(order["only"])))


def _is_alive(child: int, living: set[int]) -> bool:
    if child in living and os.waitpid(child, os.WNOHANG) != (0, 0):
        living.discard(child)
    return child in living


def _kill(child: int, living: set[int]) -> None:
    if child in living:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        living.discard(child)


def main() -> None:
    """Take orders until there are no more."""
    load()
    screen("")
    living: set[int] = set()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        match order["do"]:
            case "kill":
                _kill(order["pid"], living)
                answer = 0
            case "alive":
                answer = int(_is_alive(order["pid"], living))
            case _:
                if (answer := os.fork()) == 0:
                    try:
                        _be_a_bot(order)
                    finally:
                        sys.stderr.flush()
                        os._exit(1 if sys.exc_info()[0] else 0)
                living.add(answer)
        print(answer, flush=True)
    for child in list(living):
        _kill(child, living)


if __name__ == "__main__":
    main()

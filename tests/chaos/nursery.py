"""A process that starts bots: everything is imported once, so that a start takes a moment instead of seconds.

It reads orders from its standard input, one JSON object a line, and answers each with the new process's id.
Every bot is a process of its own that runs :func:`bot.run.serve`, as ``python -m bot run`` does. When the
orders end, so do the bots.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
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
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
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


def main() -> None:
    """Take orders until there are no more."""
    load()
    screen("")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    started: list[int] = []
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if (child := os.fork()) == 0:
            try:
                _be_a_bot(order)
            finally:
                sys.stderr.flush()
                os._exit(1 if sys.exc_info()[0] else 0)
        started.append(child)
        print(child, flush=True)
    for child in started:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()

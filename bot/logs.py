"""Logs that never hold anybody's words or name.

Events are fixed words with ids. An exception is logged as its type and the places it passed, without its
message and without values: messages of foreign libraries can quote what they were given.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from copy import copy
from typing import Any

import structlog


def _failure(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} at {places}"


def _without_messages(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    exc_info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["failure"] = _failure(error)
    return event


class _OnlyTypes(logging.Formatter):
    """Libraries' own logs: their level and name, and of an exception only its type and places.

    What a library says beside an exception often quotes its message, so that is left out too.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info:
            record = copy(record)
            record.msg, record.args, record.exc_text = "failed", None, None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return _failure(ei[1]) if ei and ei[1] else ""


def configure(level: str) -> None:
    """Send everything to stderr, one line each. ``level`` is a name such as INFO."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_messages,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OnlyTypes("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(
        handlers=[handler], level=max(logging.WARNING, logging.getLevelName(level)), force=True
    )

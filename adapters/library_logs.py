"""What chat libraries log, without anybody's words: they log payloads and answers."""

import logging


class NoWords(logging.Filter):
    """Keeps where something was logged and what kind of error it was, and nothing else."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        record.msg = f"{record.module}.{record.funcName}:{record.lineno} {kind}".rstrip()
        record.args, record.exc_info, record.exc_text = None, None, None
        return True


def errors_only(name: str) -> logging.Logger:
    """A library's logger that logs errors alone, and without words; and all loggers below it."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    below = [child for child in logging.root.manager.loggerDict if child.startswith(f"{name}.")]
    for each in (name, *below):
        found = logging.getLogger(each)
        if not any(isinstance(kept, NoWords) for kept in found.filters):
            found.addFilter(NoWords())
    return logger

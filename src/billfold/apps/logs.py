"""What the process writes down of itself, whether it serves or administers."""

from __future__ import annotations

import json
import logging
from typing import Final

from billfold.kit.clock import wall_now
from billfold.kit.columns import instant_text
from billfold.kit.settings import Settings

#: What every record has; what it has besides was said with it.
_USUAL: Final = frozenset(vars(logging.makeLogRecord({})))
#: Ours, and those of the libraries that have something to say to whoever runs the server: their warnings and errors.
LOGGERS: Final = ("billfold", "asyncio", "psycopg", "uvicorn")


class _JsonLines(logging.Formatter):
    """What happened and what was said of it, with the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage()}
        line |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        line |= {"level": record.levelname.lower(), "timestamp": instant_text(wall_now())}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def set_up_logs(settings: Settings) -> None:
    """One JSON line an event on standard error. Bodies are never logged, nor variables: they hold secrets."""
    lines = logging.StreamHandler()
    lines.setFormatter(_JsonLines())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [lines], False
    logging.getLogger("billfold").setLevel(settings.log_level.upper())

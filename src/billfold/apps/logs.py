"""What the process writes down of itself, whether it serves or administers."""

from __future__ import annotations

import logging
import sys

import structlog

from billfold.kit.settings import Settings


def set_up_logs(settings: Settings) -> None:
    """One JSON line an event on standard error. Bodies are never logged, nor variables: they hold secrets."""
    level = logging.getLevelName(settings.log_level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )

"""What the process writes down of itself."""

from __future__ import annotations

import json
import logging

import pytest

from billfold.apps.logs import LOGGERS, set_up_logs
from billfold.kit.settings import Settings


@pytest.fixture
def said(capsys):
    """The lines written since, as JSON; the loggers are left as they were."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for logger, (handlers, propagate, level) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_a_failure_is_one_line_that_says_what_failed_and_where(said):
    set_up_logs(Settings())
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        logging.getLogger("billfold.wire.pipeline").exception("operation failed", extra={"operation": "v3.bills.list"})
    (line,) = said()
    assert (line["event"], line["operation"], line["level"]) == ("operation failed", "v3.bills.list", "error")
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ZeroDivisionError: integer division or modulo by zero")
    assert line["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_written(said):
    set_up_logs(Settings(log_level="warning"))
    logging.getLogger("billfold.apps.server").info("nobody wants to know")
    logging.getLogger("billfold.apps.server").warning("somebody does")
    assert [line["event"] for line in said()] == ["somebody does"]

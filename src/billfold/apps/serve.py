"""Starting the server process, and what it prints."""

from __future__ import annotations

import logging
import sys

import structlog
import uvicorn

from billfold import __version__
from billfold.apps.house import Installed, install
from billfold.apps.server import Server
from billfold.kit.settings import Settings
from billfold.wire.sim.demo import DEMO_KEYS, DEMO_PASSWORD, DEMO_USERNAME, seed_demo
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID


def serve(settings: Settings) -> None:
    """Run until stopped. Raises `SettingsInvalid`, `DatabaseBusy`."""
    _set_up_logs(settings)
    installed = install(settings)
    if installed.is_empty and settings.with_demo:
        with installed.database.transaction() as tx:
            seed_demo(installed.house, tx)
    config = uvicorn.Config(
        Server(installed),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        loop="uvloop",
        http="httptools",
        server_header=False,
    )
    # Bound first: the greeting is printed only where somebody will answer.
    socket = config.bind_socket()
    print(_greeting(installed), flush=True)
    uvicorn.Server(config).run(sockets=[socket])


def _set_up_logs(settings: Settings) -> None:
    """One JSON line an event on standard error. Bodies are never logged: they hold account numbers."""
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


def _greeting(installed: Installed) -> str:
    settings = installed.settings
    base = f"http://{settings.host}:{settings.port}"
    lines = [f"Billfold {__version__} ({settings.profile}) on {base}   stop with Ctrl-C"]
    if settings.with_demo:
        body = (
            f'{{"username":"{DEMO_USERNAME}","password":"{DEMO_PASSWORD}",'
            f'"organizationId":"{DEMO_ORGANIZATION_ID}","devKey":"{DEMO_KEYS["2021"]}"}}'
        )
        lines += [
            "",
            f"  user          {DEMO_USERNAME}",
            f"  password      {DEMO_PASSWORD}",
            f"  organization  {DEMO_ORGANIZATION_ID}",
            f"  devKey        {DEMO_KEYS['2021']}",
            "",
            "Sign in:",
            "",
            f"  curl -s {base}/connect/v3/login -H 'content-type: application/json' -d '{body}'",
        ]
    return "\n".join([*lines, ""])

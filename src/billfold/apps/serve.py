"""Starting the server process, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from billfold import __version__
from billfold.apps.heap import settle_heap
from billfold.apps.house import Installed, install
from billfold.apps.logs import set_up_logs
from billfold.apps.server import Server
from billfold.kit.settings import Settings
from billfold.wire.sim.demo import DEMO_KEYS, DEMO_PASSWORD, DEMO_USERNAME, seed_demo
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID

if TYPE_CHECKING:
    from billfold.apps.tls import TlsFiles


def serve(settings: Settings) -> None:
    """Run until stopped. Raises `SettingsInvalid`, `DatabaseBusy`."""
    settle_heap()
    set_up_logs(settings)
    installed = install(settings)
    if installed.is_empty and settings.with_demo:
        with installed.database.transaction() as tx:
            seed_demo(installed.house, tx)
    tls = _prepare_tls(settings)
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
        forwarded_allow_ips=settings.proxies,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    # Bound first: the greeting is printed only where somebody will answer.
    socket = config.bind_socket()
    print(_greeting(installed, tls), flush=True)
    uvicorn.Server(config).run(sockets=[socket])


def _prepare_tls(settings: Settings) -> TlsFiles | None:
    if not settings.tls:
        return None
    from billfold.apps.tls import prepare_tls

    return prepare_tls(Path(settings.data) / "tls")


def _greeting(installed: Installed, tls: TlsFiles | None) -> str:
    settings = installed.settings
    base = f"{'https' if tls else 'http'}://{settings.host}:{settings.port}"
    trust = f" --cacert {tls.authority}" if tls else ""
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
            f"  curl -s{trust} {base}/connect/v3/login -H 'content-type: application/json' -d '{body}'",
        ]
    if tls:
        lines += [
            "",
            f"Clients that trust {tls.authority} can be sent here by the hosts file:",
            "",
            f"  {settings.host} {' '.join(tls.hosts)}",
        ]
    return "\n".join([*lines, ""])

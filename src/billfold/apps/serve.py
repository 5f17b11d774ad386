"""Starting the server process, and what it prints."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from billfold import __version__
from billfold.apps.heap import keep_what_stands, settle_heap
from billfold.apps.house import Installed, install
from billfold.apps.http import KEEP_ALIVE, BoundedHttp
from billfold.apps.logs import set_up_logs
from billfold.apps.server import Server
from billfold.identity import store
from billfold.kit.settings import Profile, Settings, SettingsInvalid
from billfold.wire.sim.demo import DEMO_KEYS, DEMO_PASSWORD, DEMO_USERNAME, seed_demo
from billfold.wire.sim.scope import DEMO_ORGANIZATION_ID

if TYPE_CHECKING:
    from billfold.apps.tls import TlsFiles


def serve(settings: Settings) -> None:
    """Run until stopped. Raises `SettingsInvalid`, `DatabaseNotOpened`."""
    settle_heap()
    set_up_logs(settings)
    installed = install(settings)
    with installed.database.transaction() as tx:
        if settings.with_demo and store.lock_installation(tx).organizations == 0:
            seed_demo(installed.house, tx)
        has_demo = store.organization_exists(tx, DEMO_ORGANIZATION_ID)
    tls = _prepare_tls(settings)
    config = uvicorn.Config(
        Server(installed),
        host=settings.host,
        port=settings.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="on",
        loop="uvloop",
        http=BoundedHttp,
        timeout_keep_alive=KEEP_ALIVE,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    # Bound first: the greeting is printed only where somebody will answer.
    bound = _bind(settings)
    print(_greeting(installed, tls, has_demo=has_demo), flush=True)
    keep_what_stands()
    # Ctrl-C is how the greeting says to stop it: an end like any other, and no error.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[bound])


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family=family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        why = error.strerror or str(error)
        raise SettingsInvalid(
            f"Cannot listen on {settings.host}, port {settings.port}: {why}. --port takes another."
        ) from error
    bound.set_inheritable(True)
    return bound


def _prepare_tls(settings: Settings) -> TlsFiles | None:
    if not settings.tls:
        return None
    from billfold.apps.tls import prepare_tls

    return prepare_tls(Path(settings.data) / "tls")


def _greeting(installed: Installed, tls: TlsFiles | None, *, has_demo: bool) -> str:
    settings = installed.settings
    base = f"{'https' if tls else 'http'}://{settings.host}:{settings.port}"
    lines = [f"Billfold {__version__} ({settings.profile}) on {base}   stop with Ctrl-C"]
    if has_demo:
        lines += _demo_lines(settings, f"{f'--cacert {tls.authority} ' if tls else ''}{base}")
    elif installed.is_empty and settings.profile is Profile.PRODUCTION:
        lines += [
            "",
            "Nobody can sign in yet: see docs/administration.md, or billfold admin organizations create --help.",
        ]
    if tls:
        lines += [
            "",
            f"Clients that trust {tls.authority} can be sent here by the hosts file:",
            "",
            f"  {settings.host} {' '.join(tls.hosts)}",
        ]
    lines += ["", f"What there is: {base}/"]
    return "\n".join([*lines, ""])


def _demo_lines(settings: Settings, address: str) -> list[str]:
    body = (
        f'{{"username":"{DEMO_USERNAME}","password":"{DEMO_PASSWORD}",'
        f'"organizationId":"{DEMO_ORGANIZATION_ID}","devKey":"{DEMO_KEYS["2021"]}"}}'
    )
    # A code of one's own is not written to the log, where output may go.
    code = settings.mfa_code if settings.mfa_code == Settings().mfa_code else "see /sim/outbox"
    return [
        "",
        f"  user          {DEMO_USERNAME}",
        f"  password      {DEMO_PASSWORD}",
        f"  organization  {DEMO_ORGANIZATION_ID}",
        f"  devKey        {DEMO_KEYS['2021']}",
        f"  MFA code      {code}",
        "",
        "Sign in:",
        "",
        f"  curl -s {address}/connect/v3/login -H 'content-type: application/json' -d '{body}'",
    ]

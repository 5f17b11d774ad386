"""The command line: `billfold serve`, `admin`, `migrate`, `openapi`, `operations`, `errors`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from billfold import __version__
from billfold.kit.db import DatabaseNotOpened
from billfold.kit.settings import Profile, Settings, SettingsInvalid, read_settings

main = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

DatabaseOption = Annotated[str | None, typer.Option("--db", help="sqlite:///path or postgresql://…")]
DataOption = Annotated[str | None, typer.Option("--data", help="Folder of the embedded database and files.")]
ProfileOption = Annotated[Profile | None, typer.Option(help="What a new database is born as.")]


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"Billfold {__version__}")
        raise typer.Exit


@main.callback()
def billfold(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Billfold: accounts payable that speaks the BILL APIs."""


@main.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    database: DatabaseOption = None,
    data: DataOption = None,
    profile: ProfileOption = None,
    *,
    memory: Annotated[bool, typer.Option("--memory", help="A throw-away database.")] = False,
    demo: Annotated[bool | None, typer.Option(help="Demo data in a new database.")] = None,
    tls: Annotated[bool | None, typer.Option("--tls", help="Serve https with a certificate for BILL's hosts.")] = None,
) -> None:
    """Start the server."""
    settings = _settings(
        host=host,
        port=port,
        database="sqlite://" if memory else database,
        data=data,
        profile=profile,
        demo=demo,
        tls=tls,
    )
    from billfold.apps.serve import serve as run

    try:
        run(settings)
    except (SettingsInvalid, DatabaseNotOpened) as error:
        raise _refused(error) from error


@main.command()
def migrate(database: DatabaseOption = None, data: DataOption = None, profile: ProfileOption = None) -> None:
    """Bring the database's schema up to date, creating the database if it is new."""
    settings = _settings(database=database, data=data, profile=profile)
    from billfold.apps.house import install

    try:
        install(settings).database.close()
    except (SettingsInvalid, DatabaseNotOpened) as error:
        raise _refused(error) from error
    typer.echo(f"{settings.database_url.split('@')[-1]} is up to date")


@main.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def admin(context: typer.Context) -> None:
    """Set up organizations, keys and what banks and printers need."""
    from billfold.apps.admin import AdminFailed, run
    from billfold.apps.logs import set_up_logs

    set_up_logs(_settings())
    try:
        run(context.args)
    except (AdminFailed, SettingsInvalid, DatabaseNotOpened) as error:
        raise _refused(error) from error


@main.command()
def openapi(face: Annotated[str, typer.Argument(help="v2, v3, admin or sim")]) -> None:
    """Print the OpenAPI document of a face."""
    from billfold.apps.house import build_catalogue
    from billfold.wire.openapi import document

    made = document(build_catalogue(Profile.SANDBOX), face)
    if made is None:
        raise _refused(SettingsInvalid(f"There is no face {face}."))
    typer.echo(json.dumps(made, indent=2))


@main.command()
def operations() -> None:
    """Print the list of operations as Markdown (docs/operations.md)."""
    from billfold.apps.house import build_catalogue
    from billfold.wire.openapi import operations_page

    typer.echo(operations_page(build_catalogue(Profile.SANDBOX)), nl=False)


@main.command()
def errors() -> None:
    """Print the catalogue of errors as Markdown (docs/errors.md)."""
    from billfold.wire.error_catalogue import errors_page

    typer.echo(errors_page(), nl=False)


def _settings(**options: Any) -> Settings:
    try:
        return read_settings(**options)
    except SettingsInvalid as error:
        raise _refused(error) from error


def _refused(error: Exception) -> typer.Exit:
    typer.echo(f"billfold: {error}", err=True)
    return typer.Exit(2)

"""`billfold admin`: every operation of the administration face as a command, made from its row.

Without --url it opens the database itself: who can do that with the master key needs no token. An embedded
database belongs to one process, so while a server runs on it: --url and a token.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from billfold.apps.house import build_catalogue, build_faces, install
from billfold.kit.clock import wall_now
from billfold.kit.settings import Profile, Settings, read_settings
from billfold.wire.catalog import Answer, Call, Operation
from billfold.wire.codecs import instant

_FACE: Final = "admin"
#: The wire path of an option's value, below which names of nested bodies are joined.
_BODY: Final = "body."
_QUERY: Final = "query."


class AdminFailed(Exception):
    """The operation was refused or the server could not be reached; the text says why."""


def run(arguments: list[str]) -> None:
    """Do what the command line says, print the answer. Raises `AdminFailed`, `SettingsInvalid`, `DatabaseNotOpened`."""
    options = command_line().parse_args(arguments)
    operation: Operation = options.operation
    call = _call(operation, options)
    settings = read_settings(database=options.db, data=options.data, profile=options.profile)
    answer = _ask_server(call, options.url, settings.admin_token) if options.url else _ask_database(call, settings)
    if answer.status >= 400:  # noqa: PLR2004 - HTTP
        raise AdminFailed(_message(answer))
    _show(answer, options.output)


def command_line() -> argparse.ArgumentParser:
    """What may stand behind `billfold admin`: a noun and a verb for each row."""
    parser = argparse.ArgumentParser(
        prog="billfold admin", description="Set up organizations, keys and what banks and printers need."
    )
    _add_common(parser, default=None)
    nouns = parser.add_subparsers(metavar="NOUN", required=True)
    by_noun: dict[str, dict[str, Operation]] = {}
    for operation in build_catalogue(Profile.PRODUCTION).of_face(_FACE):
        noun, verb = operation.name.removeprefix(f"{_FACE}.").rsplit(".", 1)
        by_noun.setdefault(noun, {})[verb] = operation
    for noun, operations in by_noun.items():
        verbs = nouns.add_parser(noun, help=", ".join(operations)).add_subparsers(metavar="VERB", required=True)
        for verb, operation in operations.items():
            _add_command(verbs.add_parser(verb, help=operation.summary, description=operation.summary), operation)
    return parser


def _add_common(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Options of every command, taken before the noun and after the verb; there, silence leaves what stood before."""
    parser.add_argument("--db", default=default, help="sqlite:///path or postgresql://…")
    parser.add_argument("--data", default=default, help="folder of the embedded database and files")
    parser.add_argument(
        "--profile", default=default, type=Profile, choices=list(Profile), help="what a new database is born as"
    )
    parser.add_argument(
        "--url", default=default, help="ask a running server instead, with the token in BILLFOLD_ADMIN_TOKEN"
    )
    parser.add_argument("--output", default=default, type=Path, help="write the answer to this file")


def _add_command(command: argparse.ArgumentParser, operation: Operation) -> None:
    command.set_defaults(operation=operation)
    _add_common(command, default=argparse.SUPPRESS)
    for name in operation.id_names:
        command.add_argument(name, metavar=_dashed(name).upper())
    for parameter in operation.parameters:
        command.add_argument(
            f"--{_dashed(parameter.name)}",
            dest=f"{_QUERY}{parameter.name}",
            choices=parameter.schema.get("enum"),
            help=parameter.description,
        )
    if operation.request is None:
        return
    for path, field in _leaves(operation.request, ""):
        command.add_argument(
            f"--{_dashed(path)}",
            dest=f"{_BODY}{path}",
            required=field.required and not _is_secret(path),
            metavar="FILE" if _is_file(field.type) else "JSON" if _is_object(field.type) else "TEXT",
            type=Path if _is_file(field.type) else str,
            nargs="*" if _is_list(field.type) else None,
            help=_description(field.type),
        )


def _leaves(shape: type, prefix: str) -> Iterator[tuple[str, msgspec.inspect.Field]]:
    """The fields of a body by dotted path, those of nested bodies after their parent's name."""
    info = msgspec.inspect.type_info(shape)
    assert isinstance(info, msgspec.inspect.StructType), shape
    for field in info.fields:
        nested = next((one for one in _options(field.type) if isinstance(one, msgspec.inspect.StructType)), None)
        if nested is None:
            yield prefix + field.encode_name, field
        else:
            yield from _leaves(nested.cls, f"{prefix}{field.encode_name}.")


def _options(kind: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    if isinstance(kind, msgspec.inspect.Metadata):
        yield from _options(kind.type)
    elif isinstance(kind, msgspec.inspect.UnionType):
        for option in kind.types:
            yield from _options(option)
    else:
        yield kind


def _is_list(kind: msgspec.inspect.Type) -> bool:
    return any(isinstance(option, msgspec.inspect.ListType) for option in _options(kind))


def _is_file(kind: msgspec.inspect.Type) -> bool:
    """Bytes are too many for a command line: a file has them."""
    return any(isinstance(option, msgspec.inspect.BytesType) for option in _options(kind))


def _is_object(kind: msgspec.inspect.Type) -> bool:
    return any(isinstance(option, msgspec.inspect.DictType) for option in _options(kind))


def _description(kind: msgspec.inspect.Type) -> str | None:
    described = kind
    while isinstance(described, msgspec.inspect.Metadata):
        text = (described.extra_json_schema or {}).get("description")
        if text is not None:
            return str(text).replace("%", "%%")
        described = described.type
    return None


def _dashed(path: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in path.replace(".", "-"))


def _is_secret(path: str) -> bool:
    """Passwords are asked for, so that no shell's history keeps them."""
    return path.lower().endswith("password")


def _call(operation: Operation, options: argparse.Namespace) -> Call:
    path = operation.path
    for name in operation.id_names:
        path = path.replace(f"{{{name}}}", quote(getattr(options, name), safe="", errors="surrogateescape"))
    body: dict[str, Any] = {}
    if operation.request is not None:
        for place, field in _leaves(operation.request, ""):
            value = getattr(options, f"{_BODY}{place}")
            if value is None and _is_secret(place):
                value = _read_secret(place)
            if isinstance(value, Path):
                value = _read_file(value)
            elif value is not None and _is_object(field.type):
                value = _read_object(place, value)
            if value is not None:
                _put(body, place.split("."), value)
    asked = {one.name: getattr(options, f"{_QUERY}{one.name}") for one in operation.parameters}
    query = {name: value for name, value in asked.items() if value is not None}
    return Call(method=operation.method, path=path, headers={}, query=query, body=json.dumps(body).encode())


def _read_file(path: Path) -> str:
    try:
        return b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise AdminFailed(f"{path} cannot be read: {error.strerror}") from error


def _read_object(place: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise AdminFailed(f"--{_dashed(place)} is not JSON: {error}") from error


def _put(body: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        body = body.setdefault(name, {})
    body[names[-1]] = value


def _read_secret(place: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{place}: ")
    return sys.stdin.readline().rstrip("\n")


def _ask_database(call: Call, settings: Settings) -> Answer:
    call.is_operator = True
    installed = install(settings)
    try:
        face = build_faces(settings.profile)[f"/{_FACE}/"]
        _, answer = asyncio.run(installed.pipeline.answer(face, call, lambda: instant(wall_now())))
    finally:
        installed.database.close()
    return answer


def _ask_server(call: Call, url: str, token: str) -> Answer:
    if not token:
        raise AdminFailed("BILLFOLD_ADMIN_TOKEN is not set")
    if not url.startswith(("http://", "https://")):
        raise AdminFailed(f"{url} is not an http address")
    query = f"?{urlencode(call.query)}" if call.query else ""
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url.rstrip("/") + call.path + query,
        data=call.body if call.method != "GET" else None,
        method=call.method,
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - the scheme was checked
            return Answer(reply.status, reply.read(), reply.headers.get_content_type())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except OSError as error:
        raise AdminFailed(f"{url} cannot be reached: {getattr(error, 'reason', error)}") from error


def _message(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"the answer was {answer.status}"


def _show(answer: Answer, output: Path | None) -> None:
    body = answer.body
    if answer.content_type == "application/json" and body:
        body = msgspec.json.format(body, indent=2) + b"\n"
    if output is not None:
        output.write_bytes(body)
        return
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()

"""What holds for the repository as a whole: no traces of one machine, pinned dependencies, every package in its row."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house.rules import ROOT, SOURCES

# Put together from pieces, so that this file does not contain them.
MACHINE_PATHS = ["/" + name + "/" for name in ("work", "root", "opt/" + "wheels", "opt/" + "pypi", "home/" + "runner")]
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("static", "crates", "io"),
    )
]
FORBIDDEN = re.compile(
    "|".join([rf"(?<![\w.}}])(?:{'|'.join(map(re.escape, MACHINE_PATHS))})", *map(re.escape, REGISTRIES)])
)
NOT_OURS = {".git", ".venv", ".venv-lock", ".hypothesis", "build", "dist", "node_modules", "__pycache__"}


def our_files() -> list[Path]:
    """What git tracks or would track; without git (an unpacked archive), everything but what tools leave behind."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return [
        path
        for path in found
        if not any(part in NOT_OURS or part.endswith("_cache") for part in path.relative_to(ROOT).parts)
    ]


def traces(text: str) -> list[tuple[int, str]]:
    return [(text.count("\n", 0, found.start()) + 1, found[0]) for found in FORBIDDEN.finditer(text)]


def test_no_file_names_one_machines_folders_or_a_package_registry():
    found: list[str] = []
    for path in our_files():
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in traces(text)]
    if found:
        pytest.fail("\n".join(["these work on one machine only:", *found]), pytrace=False)


def test_a_trace_is_found_where_it_is_and_a_look_alike_is_not():
    bad = f"one\ntwo {MACHINE_PATHS[0]}main\nhttps://{REGISTRIES[0]}/simple"
    assert traces(bad) == [(2, MACHINE_PATHS[0]), (3, REGISTRIES[0])]
    assert traces("docs/" + "work/plan.md, ./" + "root/x, https://docs.example/" + "work/1") == []


LOCKS = ["requirements.lock", "requirements-dev.lock"]


def lock_findings(text: str) -> list[str]:
    """What makes a lock file depend on where it is used, or lets an unknown file in."""
    found = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\s*(-(?!-hash)|https?:|file:|[./])", line) or re.search(r"\s@\s|://", line)
    ]
    pins = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    found += [
        f"{pin.splitlines()[0]} is not pinned with a hash"
        for pin in pins
        if not re.match(r"[\w.\[\],-]+==[\w.!+]+", pin) or "--hash=sha256:" not in pin
    ]
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_pins_every_file_by_hash_and_names_no_place(name):
    assert [f"{name}:{one}" for one in lock_findings((ROOT / name).read_text(encoding="utf-8"))] == []


def test_a_lock_that_names_a_place_or_pins_nothing_is_found():
    good = "# made\nmsgspec==1.0 ; python_version >= '3.11' \\\n    --hash=sha256:00\n    # via billfold\n"
    assert lock_findings(good) == []
    for bad in (
        "--index-url https://x/simple\n",
        "-f /wheels\n",
        "a @ file:///x\n",
        "a>=1\n",
        "a==1\n",
        "./a.whl\n",
    ):
        assert lock_findings(good + bad), bad


def test_both_locks_agree_and_hold_what_the_project_asks_for():
    pinned = [
        dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in LOCKS
    ]
    runtime, dev = pinned
    assert runtime.items() <= dev.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.match(r"[\w.-]+", one)[0] for one in project["dependencies"]}
    assert asked <= runtime.keys(), "make lock has not run since a dependency was added"
    extra = {re.match(r"[\w.-]+", one)[0] for one in project["optional-dependencies"]["dev"]}
    assert extra <= dev.keys(), "make lock has not run since a dependency was added"


def test_every_dependency_has_its_reason_written_down():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    for asked in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = re.match(r"[\w.-]+", asked)[0]
        assert f"**{name}**" in reasons, f"docs/decisions/dependencies.md says nothing of {name}"


#: A package of more modules than this says at its door what is in which.
MANY = 12


def map_findings(door: str, rooms: set[str]) -> list[str]:
    """What a package's `__init__` does not name, and what its docstring names that is not there."""
    docstring = ast.get_docstring(ast.parse(door)) or ""
    gone = {word for word in re.findall(r"\w+", docstring) if "_" in word} - rooms
    lacking = rooms - set(re.findall(r"\w+", door))
    return [f"{name} is not on it" for name in sorted(lacking)] + [f"{name} is no more" for name in sorted(gone)]


def rooms_of(package: Path) -> set[str]:
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    return modules - {"__init__"}


def test_a_newcomer_finds_every_module_of_a_large_package_in_its_docstring():
    packages = {path.parent: path.read_text(encoding="utf-8") for path in SOURCES.glob("*/**/__init__.py")}
    large = {package: door for package, door in packages.items() if len(rooms_of(package)) > MANY}
    found = {
        str(package.relative_to(SOURCES)): map_findings(door, rooms_of(package)) for package, door in large.items()
    }
    assert "payables" in found
    assert {package: findings for package, findings in found.items() if findings} == {}


def test_a_map_that_lacks_a_module_or_names_one_that_is_gone_is_found():
    assert map_findings('"""bills  pay_runs: the one place"""', {"bills", "pay_runs"}) == []
    assert map_findings('"""bills  pay_runs"""', {"bills", "voids"}) == ["voids is not on it", "pay_runs is no more"]
    assert map_findings('"""Faces."""\nfrom x import bills\nsome_name = 1', {"bills"}) == []


# The rows of import-linter, which by itself says nothing about a package that no row names.

IN_NO_ROW = {"migrations", "wire", "__init__"}


def rows() -> set[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (one["layers"] for one in config["contracts"] if one.get("containers") == ["billfold"])
    return {name.strip(" ()") for row in layers for name in re.split(r"[|:]", row)}


def homeless(paths: list[str], named: set[str]) -> list[str]:
    """The packages, and the modules and packages of wire, that no row of the layers names."""
    found: set[str] = set()
    for path in paths:
        parts = path.removesuffix(".py").split("/")
        package = ".".join(parts[:2]) if parts[0] == "wire" else parts[0]
        if package.removesuffix(".__init__") not in named | IN_NO_ROW:
            found.add(package)
    return sorted(found)


def test_every_package_has_a_row_in_the_direction_of_imports():
    paths = [path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.py")]
    missing = homeless(paths, rows())
    assert not missing, f"{missing}: give it a row in pyproject.toml, [tool.importlinter], and in the documents"


def test_a_package_without_a_row_is_found():
    paths = [
        "kit/db.py",
        "helpers/a.py",
        "wire/v3/bills.py",
        "wire/v9/bills.py",
        "wire/__init__.py",
        "wiring.py",
    ]
    assert homeless(paths, rows()) == ["helpers", "wire.v9"]

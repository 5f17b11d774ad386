"""An eighth kind of classification costs what docs/tour.md says: its two lines are put into a copy of Billfold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import billfold

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_an_eighth_kind_takes_the_lines_that_the_tour_shows(tmp_path: Path) -> None:
    package = Path(billfold.__file__).parent
    copy = tmp_path / "billfold"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    section = tour[tour.index("## Add a kind of classification") :]
    member, spelling = re.findall(r"```\n(.*?)```", section, re.DOTALL)[:2]
    _insert(copy / "accounting" / "model.py", r'    LOCATION = "location", "loc"\n', member)
    _insert(
        copy / "wire" / "classifications.py", r'    Spelling\(Kind.LOCATION, "locations", "Location"\),\n', spelling
    )
    driven = subprocess.run(
        [sys.executable, "-m", "tests.wire.test_eighth_kind"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert driven.returncode == 0, driven.stderr
    assert driven.stdout.strip() == f"drove {copy}"


def _insert(file: Path, after: str, lines: str) -> None:
    text, places = re.subn(f"({after})", lambda found: found.group(1) + lines, file.read_text(encoding="utf-8"))
    assert places == 1, f"{file.name} no longer ends its list with {after}"
    file.write_text(text, encoding="utf-8")


def drive() -> None:
    """Every operation of projects on both faces, in the copy."""
    from billfold.kit.databases import open_database
    from tests.wire.api import Api

    api = Api(open_database("sqlite://"))
    names = [operation.name for operation in api.operations]
    assert sum(name.startswith("v3.classifications.projects.") for name in names) == 10
    assert sum(name.startswith("v2.") and name.endswith(".Project") for name in names) == 11
    company = api.company()
    path = "classifications/projects"
    top = company.v3("POST", path, {"name": "Bridge", "shortName": "B", "description": "Over the river"}).ok(201)
    assert top["id"].startswith("prj01")
    made = company.v3("POST", f"{path}/bulk", [{"name": "North", "parentId": top["id"]}, {"name": "South"}]).ok(201)
    north, south = made["projects"]
    assert company.v3("PATCH", f"{path}/{top['id']}", {"parentId": north["id"]}).status == 400
    shown = company.v2("Crud/Read/Project", {"id": north["id"]}).ok()["response_data"]
    assert (shown["entity"], shown["parentProjectId"]) == ("Project", top["id"])
    assert company.v2("Crud/Update/Project", {"obj": shown}).ok()["response_data"] == shown
    company.v2("Crud/Delete/Project", {"id": south["id"]}).ok()
    listed = company.v3("GET", path, filters="archived:eq:false", sort="name:desc").ok()["results"]
    assert [one["name"] for one in listed] == ["North", "Bridge"]
    company.sim("POST", f"classifications/{top['id']}/merge", {"intoId": south["id"]})
    assert company.v3("POST", f"{path}/bulk/restore", ids=south["id"]).ok()["projects"][0]["archived"] is False
    merged = company.sim("POST", f"classifications/{south['id']}/merge", {"intoId": top["id"]}).ok()
    assert (merged["kind"], merged["mergedIntoId"]) == ("project", top["id"])


if __name__ == "__main__":
    drive()
    print(f"drove {Path(billfold.__file__).parent}")

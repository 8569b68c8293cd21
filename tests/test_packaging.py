"""What the wheel holds."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_the_package_and_its_themes(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-W", "ignore", "-c", build, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / done.stdout.split()[-1]) as wheel:
        names = set(wheel.namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"mcptui"}
    assert {f"mcptui/themes/{theme.name}" for theme in (ROOT / "themes").glob("*.toml")} <= names
    assert "mcptui/py.typed" in names


def constraints() -> dict[str, str]:
    """The lines of constraints.txt for each package, by name."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return {line.partition("==")[0]: line for line in text.splitlines()}


def test_every_package_is_constrained_to_one_version_with_hashes_and_no_place() -> None:
    for name, line in constraints().items():
        version, *hashes = line.partition(";")[0].partition("==")[2].split() + line.partition(";")[2].split()
        assert str(Version(version)), name
        assert any(word.startswith("--hash=sha256:") for word in hashes), name
        assert "://" not in line, name
        assert not line.startswith("-"), name


def test_the_constraints_are_within_the_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    pinned = constraints()
    for requirement in wanted:
        version = pinned[canonicalize_name(requirement.name)].partition("==")[2].split()[0]
        assert version in requirement.specifier, f"{requirement}: run make constraints"


def test_every_package_has_a_lower_and_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        operators = {each.operator for each in Requirement(text).specifier}
        assert operators in ({">=", "<"}, {"=="}) or text == "tzdata>=2025.2", text

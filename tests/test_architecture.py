"""Rules of docs/architecture.md that import contracts cannot say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "mcptui"
PAGE: Final = ROOT / "docs" / "architecture.md"

#: The parts of a gateway that hold all others; `daemon` puts them together, for the process and for the tests.
COMPOSED: Final = {"Core", "ControlApi", "McpEntry", "build_app"}


def called(module: Path) -> Iterator[str]:
    """The names of what ``module`` calls, where it knows a composed part."""
    source = module.read_text(encoding="utf-8")
    if not any(name in source for name in COMPOSED):
        return  # reading all of them as trees takes seconds
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_only_the_daemon_composes() -> None:
    modules = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if COMPOSED & set(called(path))}
    assert {module.parts[0] for module in modules} == {"daemon"}, modules


#: These make what belongs to other programs, or what lies in a directory of its own that only they use.
_FOREIGN_FILES: Final = {"files.py", "services/clients.py", "services/autostart.py", "tui/external.py"}
_MADE_ELSEWHERE: Final = re.compile(r"\.mkdir\(|\.touch\(|\.write_text\(|\.write_bytes\(|O_CREAT|0o[67]00")


def test_private_files_and_directories_are_made_in_one_module() -> None:
    """There, modes do not depend on the umask."""
    modules = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert {name for name, text in modules.items() if _MADE_ELSEWHERE.search(text)} <= _FOREIGN_FILES


def test_the_page_names_every_package_and_no_other() -> None:
    rooms = re.findall(r"^\| `([a-z_/]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    packages = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {"."}
    assert sorted(rooms) == sorted(packages)


def test_the_page_names_every_module_beside_the_packages() -> None:
    named = set(re.findall(r"`([a-z_]+\.py)`", PAGE.read_text(encoding="utf-8")))
    modules = {path.name for folder in (PACKAGE, PACKAGE / "gateway") for path in folder.glob("[a-z]*.py")}
    assert modules - named == set()


def test_every_path_on_the_page_exists() -> None:
    named = re.findall(r"`((?:mcptui|tests|docs)/[\w/.]+)`", PAGE.read_text(encoding="utf-8"))
    assert named
    examples = {"mcptui/a/b.py", "tests/a/test_b.py"}
    assert [path for path in named if path not in examples and not (ROOT / path).exists()] == []

"""Rules of docs/architecture.md that import contracts cannot say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "mcptui"

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

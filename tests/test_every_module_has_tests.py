"""Every module has a test file of its own, in the same place of the tree: ``mcptui/a/b.py`` → ``tests/a/test_b.py``."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

#: Pattern → why such a module needs no test file.
EXCEPTIONS: Final = {
    "mcptui/**/__init__.py": "names a package and what it offers; tested by whoever imports it",
    "mcptui/**/__main__.py": "one call; the tests of the whole program start it",
    "mcptui/tui/[!k]*/actions.py": "the actions of a mode as values; tests/tui/keys/test_actions.py looks at all",
    "mcptui/tui/form/editor.py": "what every editor has to have; each one is tested in its own file",
    "mcptui/tui/access/matrix_actions.py": "the actions of the matrix, likewise",
}


def has_code(module: Path) -> bool:
    """Whether a function of the module does anything; else it declares values, types or protocols."""
    functions = (
        node
        for node in ast.walk(ast.parse(module.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(not _is_declaration(statement) for function in functions for statement in function.body)


def _is_declaration(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def own_test_file(module: Path) -> Path:
    return ROOT / "tests" / module.relative_to("mcptui").with_name(f"test_{module.name}")


def without_tests() -> list[str]:
    """The modules that lack a test file, as paths from the root of the repository."""
    modules = [path.relative_to(ROOT) for path in (ROOT / "mcptui").rglob("*.py")]
    excepted = {path.relative_to(ROOT) for pattern in EXCEPTIONS for path in ROOT.glob(pattern)}
    return sorted(
        module.as_posix()
        for module in modules
        if module not in excepted and not own_test_file(module).exists() and has_code(ROOT / module)
    )


def test_every_module_has_a_test_file() -> None:
    assert without_tests() == [], "write a test file for these modules, or give a reason in EXCEPTIONS"


def test_every_exception_is_needed() -> None:
    for pattern, reason in EXCEPTIONS.items():
        assert reason
        assert any(ROOT.glob(pattern)), f"no module fits {pattern}"


def test_a_module_of_declarations_needs_no_test_file(tmp_path: Path) -> None:
    module = tmp_path / "ports.py"
    module.write_text("from typing import Protocol\nclass Port(Protocol):\n    def get(self) -> int: ...\n", "utf-8")
    assert not has_code(module)
    module.write_text("def get() -> int:\n    return 1\n", "utf-8")
    assert has_code(module)

"""No module needs itself: none at run time, and for types only together with its neighbours in one folder."""

from __future__ import annotations

import pytest
from grimp import build_graph


def circles(*, for_types: bool) -> list[str]:
    """Imports that close a circle; of those for types, such that leave their folder."""
    graph = build_graph("mcptui", exclude_type_checking_imports=not for_types, cache_dir=None)
    return sorted(
        f"{module} -> {other}"
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
        if not (for_types and _folder(module) == _folder(other)) and graph.chain_exists(importer=other, imported=module)
    )


def _folder(module: str) -> str:
    return module.rpartition(".")[0]


@pytest.mark.parametrize("for_types", [False, True])
def test_no_module_needs_itself(for_types: bool) -> None:
    assert circles(for_types=for_types) == []

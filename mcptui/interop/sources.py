"""Whole configuration files of other programs → servers, models, groups, and what cannot be carried over."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mcptui.interop import dialects
from mcptui.interop.dialects import Dialect
from mcptui.interop.documents import load_json, read_document
from mcptui.interop.errors import ImportFileError
from mcptui.interop.litellm import LiteLlmConfig, is_litellm_document, load_yaml, read_litellm_document
from mcptui.interop.reading import Found, Reading
from mcptui.interop.registry import is_registry_document, read_registry_document
from mcptui.model import LlmModel

#: Files that can be read, with how their entries are written; ``any`` finds out by itself.
SOURCES: Final[Mapping[str, Dialect]] = {
    "any": dialects.ANY,
    "cursor": dialects.CURSOR,
    "claude": dialects.CLAUDE,
    "claude-code": dialects.CLAUDE_CODE,
    "vscode": dialects.VSCODE,
    "windsurf": dialects.WINDSURF,
    "cline": dialects.CLINE,
    "gemini": dialects.GEMINI,
    "codex": dialects.CODEX,
    "opencode": dialects.OPENCODE,
    "litellm": dialects.LITELLM,
    "registry": dialects.REGISTRY,
}

#: No configuration is larger.
MOST_BYTES: Final = 16 * 1024 * 1024
TOO_LARGE: Final = "larger than 16 MB: that is no configuration"


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file holds. ``problems`` are entries that cannot be used, ``notes`` remarks on the file."""

    source: str
    found: tuple[Found, ...] = ()
    models: tuple[LlmModel, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_source(text: str, source: str = "any", folder: Path | None = None) -> Imported:
    """Read the file ``text`` of the program ``source``. Nothing is started or looked up.

    Args:
        folder: the project that it belongs to, where it is the file of one.

    Raises:
        ImportFileError: it is no configuration that mcptui knows; says where it is wrong.
    """
    if len(text) > MOST_BYTES:
        raise ImportFileError(TOO_LARGE)
    document, source = _parsed(text.lstrip("\ufeff"), source)
    if not isinstance(document, Mapping | list):
        raise ImportFileError("not a configuration with MCP servers")
    reading = Reading(set(), SOURCES[source], folder)
    config = LiteLlmConfig()
    problems: list[str] = []
    if source == "litellm" and isinstance(document, Mapping):
        config = read_litellm_document(reading, document)
    elif source == "registry" and isinstance(document, Mapping):
        problems = read_registry_document(reading, document)
    else:
        problems = read_document(reading, document)
    of_servers = {note for found in reading.found for note in found.notes}
    return Imported(
        source,
        tuple(reading.found),
        config.models,
        config.groups,
        tuple(note for note in reading.notes if note not in of_servers),
        (*problems, *config.problems),
    )


def _parsed(text: str, source: str) -> tuple[Any, str]:
    """The document, and what ``any`` turned out to be."""
    if source == "litellm":
        return load_yaml(text), source
    if source == "codex":
        return _toml(text), source
    try:
        document = load_json(text)
    except ValueError as error:
        if source != "any" or text.lstrip().startswith("{"):
            raise ImportFileError(f"not valid JSON: {error}") from None
    else:
        return document, _source_of(document) if source == "any" else source
    try:
        return _toml(text), "codex"
    except ImportFileError:
        return load_yaml(text), "litellm"


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ImportFileError(f"not valid TOML: {error}") from None
    except RecursionError:
        raise ImportFileError("not valid TOML: nested too deeply") from None


def _source_of(document: object) -> str:
    if is_registry_document(document):
        return "registry"
    if is_litellm_document(document):
        return "litellm"
    if isinstance(document, Mapping) and isinstance(document.get("projects"), Mapping):
        return "claude-code"
    if isinstance(document, Mapping) and isinstance(document.get("inputs"), list):
        return "vscode"
    return "any"

"""LiteLLM's ``config.yaml``: MCP servers with all their options, and models.

The keys are those of LiteLLM 1.109 (``MCPServerConfig``); ``spec_version`` is from its first releases with MCP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

from mcptui.interop.entries import is_entry, read_entry
from mcptui.interop.errors import ImportFileError
from mcptui.interop.litellm_models import read_models
from mcptui.interop.naming import valid_prefix
from mcptui.interop.reading import Reading
from mcptui.interop.values import first, pairs, strings
from mcptui.model import LlmModel
from mcptui.model.names import subject_name_problem

# Read below, beside what every entry may have.
_READ: Final = frozenset({"alias", "mcp_info", "access_groups", "env_vars", "server_id"})
#: Found out by discovery (RFC 8414), or part of how LiteLLM itself logs in.
_DISCOVERED: Final = frozenset(
    {
        "authorization_url", "token_url", "registration_url", "token_endpoint_auth_method", "upstream_resource",
        "dcr_bridge", "per_server_oauth_discovery", "audience",
    }
)  # fmt: skip
#: What is left out, by what it is for; said once for each server.
_LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "requests a minute per server": ("rpm",),
    "filters of parameters": ("allowed_params",),
    "pinned or renamed tools": ("pinned_tools", "tool_name_to_display_name", "tool_name_to_description"),
    "AWS signatures": (
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_region_name", "aws_service_name",
        "aws_role_name", "aws_session_name",
    ),
    "token exchange": (
        "token_exchange_endpoint", "token_exchange_profile", "subject_token_type", "client_private_key",
        "client_private_key_id", "client_assertion_signing_alg",
    ),
    "sampling and elicitation by LiteLLM (the client is asked here)": ("allow_sampling", "allow_elicitation"),
    "exposure to the internet": ("available_on_public_internet",),
    "instructions": ("instructions",),
    "another header for the token (upstream_token_header)": ("upstream_token_header",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiteLlmConfig:
    """What a ``config.yaml`` holds beside the servers."""

    models: tuple[LlmModel, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def load_yaml(text: str) -> Any:
    """Parse YAML as LiteLLM does.

    Raises:
        ImportFileError: it is not YAML, with line and column.
    """
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ImportFileError(f"not valid YAML: {error.problem or error.context}{place}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ImportFileError(f"not valid YAML: {type(error).__name__}") from None


def is_litellm_document(document: object) -> bool:
    """Whether ``document`` is LiteLLM's configuration and no other program's."""
    return isinstance(document, Mapping) and bool(
        {"model_list", "litellm_settings", "general_settings"} & set(document)
    )


def read_litellm_document(reading: Reading, document: Mapping[str, Any]) -> LiteLlmConfig:
    """Add the servers; the answer has the models, the access groups, and what cannot be used."""
    problems: list[str] = []
    groups: dict[str, list[str]] = {}
    aliases = _aliases(document)
    servers = document.get("mcp_servers")
    for name, entry in (servers if isinstance(servers, Mapping) else {}).items():
        problem = _read_server(reading, str(name), entry, aliases.get(str(name)), groups)
        if problem is not None:
            problems.append(problem)
    reading.begin()
    if isinstance(document.get("mcp_tools"), list):
        reading.note("mcp_tools: Python functions of LiteLLM's own process cannot be carried over")
    if reading.found:
        reading.note('LiteLLM writes "-" between server and tool: separator = "-" in [gateway] keeps the names')
    _remark_settings(reading, document)
    models = read_models(reading, document.get("model_list"))
    return LiteLlmConfig(models, {name: tuple(members) for name, members in groups.items()}, tuple(problems))


def _read_server(
    reading: Reading, name: str, entry: object, alias: str | None, groups: dict[str, list[str]]
) -> str | None:
    if not isinstance(entry, Mapping):
        return f"{name} is not a table"
    if "spec_path" in entry:
        return f"{name}: an OpenAPI description is no MCP server; mcptui cannot serve it"
    if not is_entry(entry):
        return f"{name} has neither a url nor a command"
    info = entry.get("mcp_info")
    about = first(info, ("description",)) if isinstance(info, Mapping) else None
    kept = {key: value for key, value in entry.items() if key not in _READ | _DISCOVERED}
    for key in {key for keys in _LEFT_OUT.values() for key in keys}:
        kept.pop(key, None)
    values = {**({"description": about} if about else {}), **kept, **_substituted(entry)}
    problem = read_entry(reading, name, values)
    if problem is not None:
        return problem
    for what, keys in _LEFT_OUT.items():
        if any(key in entry for key in keys):
            reading.remark(f"not carried over: {what}")
    found = reading.found[-1]
    prefix = first(entry, ("alias",)) or alias or name
    server = found.server
    # LiteLLM names tools after the alias, and writes blanks as underscores.
    if (prefix := valid_prefix(prefix)) != server.name:
        server = replace(server, prefix=prefix)
    reading.found[-1] = replace(found, server=server)
    for group in strings(entry.get("access_groups")):
        if subject_name_problem(group) is None:
            groups.setdefault(group, []).append(server.name)
        else:
            reading.remark(f"the access group {group} cannot be a group's name here")
    return None


def _aliases(document: Mapping[str, Any]) -> dict[str, str]:
    settings = document.get("litellm_settings")
    aliases = settings.get("mcp_aliases") if isinstance(settings, Mapping) else None
    return {server: alias for alias, server in pairs(aliases).items()}


def _substituted(entry: Mapping[str, Any]) -> dict[str, Any]:
    """``static_headers`` with the ``env_vars`` of the entry put in."""
    values = {name: value for name, value in _env_vars(entry) if value is not None}
    headers = pairs(entry.get("static_headers"))
    for name, value in values.items():
        headers = {key: text.replace(f"${{{name}}}", value) for key, text in headers.items()}
    return {"static_headers": headers} if headers else {}


def _env_vars(entry: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    items = entry.get("env_vars")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            yield item["name"], value if isinstance(value := item.get("value"), str) else None


def _remark_settings(reading: Reading, document: Mapping[str, Any]) -> None:
    general = document.get("general_settings")
    settings = general if isinstance(general, Mapping) else {}
    if "master_key" in settings:
        reading.note("general_settings.master_key is not carried over: make keys with mcptui key create")
    if "litellm_key_header_name" in settings:
        reading.note("general_settings.litellm_key_header_name: clients send x-litellm-api-key or Authorization")
    others = sorted(key for key in settings if key.startswith("mcp_"))
    if others:
        reading.note(f"general_settings: not used here: {', '.join(others)}")

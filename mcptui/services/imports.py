"""Bring servers of other programs in: found, previewed, chosen, saved as one change. Nothing is started."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from mcptui.errors import NotFoundError, RefusedError
from mcptui.interop.naming import valid_name
from mcptui.interop.reading import Found
from mcptui.model import Group, Key, LlmModel, Server
from mcptui.model.setting import changed, values_of
from mcptui.protocol.text import counted
from mcptui.secrets.references import Reference, substitute
from mcptui.services.checks import require_free
from mcptui.services.import_needs import needs_of, refusal, switched_off
from mcptui.services.import_sources import Source
from mcptui.services.secrets import key_secret_path, save_with_secrets
from mcptui.state.extract_secrets import EntityT, extract_secrets

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.services.workspace import Change, Workspace

#: What to do with a name that is taken: another name, leave it, or overwrite it.
OnClash: TypeAlias = Literal["rename", "skip", "replace"]
#: new: nobody has the name · taken: a server has it · same: that very server is here already ·
#: gateway: it is this gateway itself.
Standing: TypeAlias = Literal["new", "taken", "same", "gateway"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One server that can be imported.

    ``chosen`` is what a preview starts with; ``secrets`` counts those that will go to the secret store.
    """

    id: str
    #: As it would be saved under its own name: with references instead of secrets.
    server: Server
    found: Found = field(repr=False)
    source: str
    standing: Standing
    chosen: bool
    secrets: int
    notes: tuple[str, ...] = ()
    path: Path | None = None
    #: What it lacks: it comes switched off.
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What was saved.

    Attributes:
        missing: the secrets that have to be given yet: (server, path, what it is).
        waiting: what else the disabled servers need, by name; may be nothing but those secrets.
        left_out: why a server could not be saved, by the name that it would have.
    """

    change: Change
    missing: tuple[tuple[str, str, str], ...] = ()
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def candidates(state: State, sources: Sequence[Source], environment: Mapping[str, str] = os.environ) -> list[Candidate]:
    """Every server of ``sources``, with ids that are unique and what stands in the way of each.

    Args:
        environment: the variables that servers may refer to.
    """
    taken: set[str] = set()
    seen: list[Server] = []
    rows = []
    for source in sources:
        for found in source.imported.found:
            name = valid_name(found.server.name, taken)
            taken.add(name)
            if needs := needs_of(found, environment):
                found = switched_off(found)
            server, notes = found.server, found.notes
            stripped, secrets = extract_secrets(server)
            standing = _standing(state, stripped)
            twice = any(same_server(stripped, other) for other in seen)
            seen.append(stripped)
            chosen = found.preselected and standing in {"new", "taken"} and not twice
            if twice:
                notes = (*notes, f"{server.name}: the same server is in another file too")
            rows.append(
                Candidate(
                    name, stripped, found, source.title, standing, chosen, len(secrets), notes, source.path, needs
                )
            )
    return rows


def choose(rows: Sequence[Candidate], names: Iterable[str]) -> list[Candidate]:
    """The candidates of these ids or labels.

    Raises:
        NotFoundError: one does not exist.
    """
    wanted = []
    for name in names:
        row = next((row for row in rows if name in {row.id, row.found.label}), None)
        if row is None:
            raise NotFoundError(
                f'there is no server "{name}" in it', hint=f"There are: {', '.join(r.id for r in rows)}."
            )
        wanted.append(row)
    return wanted


def names_after(state: State, rows: Sequence[Candidate], on_clash: Mapping[str, OnClash]) -> dict[str, str | None]:
    """What each candidate will be called, by id; None for one that is left out."""
    # A name that is overwritten is free for exactly one.
    taken = set(state.servers)
    names: dict[str, str | None] = {}
    for row in rows:
        wanted = row.server.name
        clash = wanted in taken
        how = on_clash.get(row.id, "rename")
        if clash and how == "skip":
            names[row.id] = None
        elif clash and how == "replace" and wanted in state.servers and wanted not in names.values():
            names[row.id] = wanted
        else:
            names[row.id] = valid_name(wanted, taken)
        taken.add(names[row.id] or wanted)
    return names


def import_servers(
    ws: Workspace,
    rows: Sequence[Candidate],
    *,
    on_clash: Mapping[str, OnClash] | None = None,
    models: Sequence[LlmModel] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    keys: Sequence[tuple[Key, str]] = (),
    expected: str | None = None,
) -> ImportOutcome:
    """Save the chosen servers, models, groups and keys as one change that can be undone. Nothing is started.

    A secret goes to an unused path: an existing server keeps its own, also when this is undone.

    Args:
        keys: new ones, each with the key itself, which is kept for ``mcptui connect``. They may name servers of
            ``rows``; one that cannot be saved is dropped.

    Raises:
        RefusedError: nothing is left to import, the name of a key is taken, or the file is not of revision
            ``expected`` any more.
        SecretError: a secret cannot be kept; nothing is saved then.
        StateError: the file cannot be used.
    """
    state = ws.load().state
    names = names_after(state, rows, on_clash or {})
    secrets: dict[str, str] = {}
    places = _Places(ws)
    servers: dict[str, Server] = {}
    missing: list[tuple[str, str, str]] = []
    waiting: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, str] = {}
    for row in rows:
        if (name := names[row.id]) is not None:
            server, extracted, moved = _prepared(row.found, name, places)
            if (reason := refusal(server, extracted)) is not None:
                left_out[name] = reason
                continue
            servers[name] = server
            secrets |= extracted
            missing += [(name, moved[path], about) for path, about in row.found.missing]
            if row.needs:
                given = {about for _, about in row.found.missing}
                waiting[name] = tuple(need for need in row.needs if need not in given)
    added_models = _lifted_models(state, models, places, secrets)
    renamed = {row.server.name: name for row in rows if (name := names[row.id]) in servers}
    added_groups = _with_groups(state, groups or {}, renamed)
    there = {*state.servers, *servers}
    added_keys = {key.name: replace(key, servers=_of(there, key.servers)) for key, _ in keys}
    secrets |= {key_secret_path(key.name): secret for key, secret in keys}
    if not (servers or added_models or added_groups or added_keys):
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise RefusedError("there is nothing to import", hint=reasons or "All selected names exist already.")

    def add(state: State) -> State:
        for name in added_keys:
            require_free(state.keys, "key", name)
        return replace(
            state,
            servers={**state.servers, **servers},
            models={**state.models, **added_models},
            groups={**state.groups, **added_groups},
            keys={**state.keys, **added_keys},
        )

    numbers = {
        "server": len(servers), "model": len(added_models), "group": len(added_groups), "key": len(added_keys),
    }  # fmt: skip
    parts = [counted(number, word) for word, number in numbers.items() if number]
    summary = f"Imported {', '.join(parts)}"
    change = save_with_secrets(ws, summary, add, secrets, expected=expected)
    return ImportOutcome(change, tuple(missing), waiting, left_out)


def _of(there: Collection[str], servers: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return servers if servers is None else tuple(name for name in servers if name in there)


class _Places:
    """Paths in the secret store that are free."""

    def __init__(self, ws: Workspace) -> None:
        self._store = ws.secrets
        self._given: set[str] = set()

    def free(self, path: str, value: str | None) -> str:
        """``path``, or one near it that holds nothing else."""
        candidate, number = path, 2
        while candidate in self._given or self._store.get(candidate) not in {None, value}:
            candidate, number = f"{path}-{number}", number + 1
        self._given.add(candidate)
        return candidate


def _prepared(found: Found, name: str, places: _Places) -> tuple[Server, dict[str, str], dict[str, str]]:
    """The server under its new name with references only, its secrets by path, and where paths went."""
    stripped, secrets = extract_secrets(replace(found.server, name=name))
    moved: dict[str, str] = {}
    for path, value in secrets.items():
        moved[path] = places.free(path, value)
    for path, _ in found.missing:
        moved[path] = places.free(path.replace(f"server/{found.server.name}/", f"server/{name}/", 1), None)
    return _with_paths(stripped, moved), {moved[path]: value for path, value in secrets.items()}, moved


def _with_paths(entity: EntityT, moved: Mapping[str, str]) -> EntityT:
    places = {str(Reference("secret", old)): str(Reference("secret", new)) for old, new in moved.items()}

    def with_places(value: Any) -> Any:
        if isinstance(value, str):
            return substitute(value, lambda found: places.get(str(found), str(found)))
        if isinstance(value, tuple):
            return tuple(map(with_places, value))
        return {name: with_places(text) for name, text in value.items()} if isinstance(value, Mapping) else value

    return changed(entity, {name: with_places(value) for name, value in values_of(entity).items()})


def _lifted_models(
    state: State, models: Sequence[LlmModel], places: _Places, secrets: dict[str, str]
) -> dict[str, LlmModel]:
    added: dict[str, LlmModel] = {}
    for model in models:
        if model.name in state.models:
            continue
        stripped, kept = extract_secrets(model)
        moved = {path: places.free(path, value) for path, value in kept.items()}
        secrets |= {moved[path]: value for path, value in kept.items()}
        added[model.name] = _with_paths(stripped, moved)
    return added


def _with_groups(state: State, groups: Mapping[str, Sequence[str]], renamed: Mapping[str, str]) -> dict[str, Group]:
    """The groups that are new or get members; a name of a server that was left out is dropped."""
    added: dict[str, Group] = {}
    for name, members in groups.items():
        before = state.groups.get(name) or Group(name=name)
        servers = dict.fromkeys([*before.servers, *(renamed[member] for member in members if member in renamed)])
        if tuple(servers) != before.servers:
            added[name] = replace(before, servers=tuple(servers))
    return added


def _standing(state: State, server: Server) -> Standing:
    if server.url is not None and _is_gateway(state, server.url):
        return "gateway"
    if any(same_server(server, other) for other in state.servers.values()):
        return "same"
    return "taken" if server.name in state.servers else "new"


def _is_gateway(state: State, url: str) -> bool:
    base = state.gateway.base_url
    return url == base or url.startswith((f"{base}/", base.replace("127.0.0.1", "localhost") + "/"))


def same_server(one: Server, other: Server) -> bool:
    """Whether both lead to the same server; secrets may lie at different places."""
    return (one.url, one.command, one.args, one.env.keys(), one.headers.keys()) == (
        other.url, other.command, other.args, other.env.keys(), other.headers.keys(),
    )  # fmt: skip

"""``edit`` of orgs, teams, users and keys: one of them, or several alike as one change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from mcptui.cli.context import find, report
from mcptui.cli.preset import preset_applied

if TYPE_CHECKING:
    from mcptui.model.entities import SubjectKind, ToolPreset
    from mcptui.services.workspace import Workspace


def edit_subjects(
    ws: Workspace,
    kind: SubjectKind,
    names: Sequence[str],
    changes: Mapping[str, Any],
    *,
    unset: Collection[str] = (),
    preset: ToolPreset | None = None,
) -> None:
    """Give the subjects other values of some fields; those of ``unset`` are left to their default.

    With ``preset`` their rules for tools are made of the tools that there are.

    Raises:
        click.UsageError: there is nothing to change, or several would get one name.
    """
    from mcptui.access.subjects import Ref, table
    from mcptui.services.access import apply_draft
    from mcptui.services.links import SECTIONS
    from mcptui.services.subjects import update_subject
    from mcptui.state.encode import default_paths

    if not changes and preset is None:
        raise click.UsageError("nothing to change; see --help for the options")
    loaded = ws.load()
    members = table(loaded.state, kind)
    changed = {name: replace(find(members, kind, name), **changes) for name in names}
    edited = {Ref(kind, name): preset_applied(ws, kind, each, preset) for name, each in changed.items()}
    if len(edited) == 1:
        ref, member = next(iter(edited.items()))
        report(update_subject(ws, kind, ref.name, member, expected=loaded.revision, unset=unset))
    elif "name" in changes:
        raise click.UsageError("--name needs a single NAME")
    else:
        paths = [
            path for ref, each in edited.items() for path in default_paths(each, (SECTIONS[kind], ref.name), unset)
        ]
        report(apply_draft(ws, edited, f"{len(edited)} {kind}s saved", expected=loaded.revision, unset=paths))

"""``mcptui org|team|user``: three nouns with the same verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, find, report, with_workspace
from mcptui.cli.edit import edit_subjects
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, table
from mcptui.cli.preset import preset_applied, preset_option
from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import Org, State, Team, User
from mcptui.model.entities import ToolPreset
from mcptui.services.setting_words import joined, rules
from mcptui.services.workspace import Workspace

_Member = Org | Team | User


@dataclass(frozen=True)
class _Noun:
    """What makes one of the three nouns different from the others."""

    kind: Literal["org", "team", "user"]
    make: type[Org] | type[Team] | type[User]
    #: The field that names the level above.
    parent: Literal["org", "team"] | None = None

    def all(self, state: State) -> Mapping[str, _Member]:
        """All of this kind, by name."""
        members: dict[str, Mapping[str, _Member]] = {"org": state.orgs, "team": state.teams, "user": state.users}
        return members[self.kind]


def _group(noun: _Noun) -> click.Group:
    kind = noun.kind
    one = f"{'an' if kind == 'org' else 'a'} {kind}"

    @click.group(kind, help=f"{kind.capitalize()}s and their access.")
    def group() -> None:
        pass

    @group.command("create", help=f"Create {one}.")
    @click.argument("name")
    @settings_options(noun.make)
    @preset_option
    @with_workspace
    def create(ws: Workspace, /, name: str, preset: ToolPreset | None, **options: Any) -> None:
        from mcptui.services.subjects import create_subject

        made = preset_applied(ws, kind, noun.make(name=name, **said(noun.make, options)), preset)
        report(create_subject(ws, made))

    @group.command("list", help=f"List {kind}s.")
    @json_option
    @with_workspace
    def list_(ws: Workspace, as_json: bool) -> None:
        members = noun.all(ws.load().state).values()
        if as_json:
            emit_json(list(members))
            return
        parent = [noun.parent.upper()] if noun.parent else []
        table(
            ["NAME", *parent, "SERVERS", "TOOLS", "DESCRIPTION"],
            [
                [
                    m.name,
                    *([getattr(m, noun.parent)] if noun.parent else []),
                    joined(m.servers),
                    rules(m.tools),
                    m.description,
                ]
                for m in members
            ],
        )

    @group.command("show", help=f"Show {one}.")
    @click.argument("name", shell_complete=names_of(kind))
    @json_option
    @with_workspace
    def show(ws: Workspace, name: str, as_json: bool) -> None:
        member = find(noun.all(ws.load().state), kind, name)
        if as_json:
            emit_json(member)
            return
        fields([("name", member.name), *setting_rows(member)])

    @group.command("edit", help=f"Update {kind}s; omitted options are unchanged.")
    @click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=names_of(kind))
    @settings_options(noun.make)
    @click.option("--name", "new_name", metavar="NEW", help=f"Rename the {kind}; references are updated.")
    @unset_option(noun.make)
    @preset_option
    @with_workspace
    def edit(
        ws: Workspace,
        /,
        names: tuple[str, ...],
        new_name: str | None,
        unset: tuple[str, ...],
        preset: ToolPreset | None,
        **options: Any,
    ) -> None:
        defaults = unset_values(noun.make, unset)
        changes = defaults | said(noun.make, options)
        if new_name:
            changes["name"] = new_name
        edit_subjects(ws, kind, names, changes, unset=defaults, preset=preset)

    @group.command("remove", help=f"Delete {one}; its members are kept.")
    @click.argument("name", shell_complete=names_of(kind))
    @yes_option
    @with_workspace
    def remove(ws: Workspace, name: str, yes: bool) -> None:
        from mcptui.services.subjects import remove_subject

        find(noun.all(ws.load().state), kind, name)
        confirm(f"Delete {kind} {name}?", yes=yes, refused=f'{kind} "{name}" was not deleted')
        report(remove_subject(ws, kind, name))

    return group


org = _group(_Noun("org", Org))
team = _group(_Noun("team", Team, parent="org"))
user = _group(_Noun("user", User, parent="team"))

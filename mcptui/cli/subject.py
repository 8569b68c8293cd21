"""``mcptui org|team|user``: three nouns with the same verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import click

from mcptui.cli.context import confirm, find, report, with_workspace
from mcptui.cli.edit import edit_subjects
from mcptui.cli.options import access_options, access_said, json_option, yes_option
from mcptui.cli.output import emit_json, fields, joined, rules, table
from mcptui.model import Org, State, Team, User
from mcptui.services.workspace import Workspace

_Member = Org | Team | User


@dataclass(frozen=True)
class _Noun:
    """What makes one of the three nouns different from the others."""

    kind: Literal["org", "team", "user"]
    make: type[Org] | type[Team] | type[User]
    #: The field that names the level above.
    parent: Literal["org", "team"] | None = None
    has_rpm: bool = False

    def all(self, state: State) -> Mapping[str, _Member]:
        """All of this kind, by name."""
        members: dict[str, Mapping[str, _Member]] = {"org": state.orgs, "team": state.teams, "user": state.users}
        return members[self.kind]

    @property
    def optional_fields(self) -> list[str]:
        """What ``--unset`` can take away."""
        return [
            *([self.parent] if self.parent else []),
            "servers",
            "tools",
            "models",
            *(["rpm"] if self.has_rpm else []),
        ]

    def options(self, function: Any) -> Any:
        """The options of ``create`` and ``edit``."""
        function = click.option("--description", help="A line for people.")(function)
        if self.has_rpm:
            function = click.option("--rpm", type=click.IntRange(min=1), help="Requests per minute.")(function)
        function = access_options(function)
        if self.parent:
            text = f"The {self.parent} it belongs to."
            function = click.option(f"--{self.parent}", "parent", metavar="NAME", help=text)(function)
        return function


def _said(noun: _Noun, options: dict[str, Any]) -> dict[str, Any]:
    """The fields that the command line says something about."""
    said = {
        noun.parent or "": options.get("parent"),
        **access_said(options),
        "rpm": options.get("rpm"),
        "description": options["description"],
    }
    return {name: value for name, value in said.items() if value is not None}


def _group(noun: _Noun) -> click.Group:
    kind = noun.kind

    @click.group(kind, help=f"{kind.capitalize()}s and the servers they may use.")
    def group() -> None:
        pass

    @group.command("create", help=f"Make a new {kind}.")
    @click.argument("name")
    @noun.options
    @with_workspace
    def create(ws: Workspace, /, name: str, **options: Any) -> None:
        from mcptui.services.subjects import create_subject

        report(create_subject(ws, noun.make(name=name, **_said(noun, options))))

    @group.command("list", help=f"All {kind}s.")
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

    @group.command("show", help=f"One {kind}.")
    @click.argument("name")
    @json_option
    @with_workspace
    def show(ws: Workspace, name: str, as_json: bool) -> None:
        member = find(noun.all(ws.load().state), kind, name)
        if as_json:
            emit_json(member)
            return
        fields(
            [
                ("name", member.name),
                (noun.parent or "", getattr(member, noun.parent) if noun.parent else None),
                ("servers", joined(member.servers, none="says nothing")),
                ("tools", rules(member.tools) or "says nothing"),
                ("models", joined(member.models, none="says nothing")),
                ("rpm", getattr(member, "rpm", None)),
                ("description", member.description),
            ]
        )

    @group.command("edit", help=f"Change {kind}s; what is not named stays.")
    @click.argument("names", nargs=-1, required=True, metavar="NAME…")
    @noun.options
    @click.option("--name", "new_name", metavar="NEW", help="Rename it; references follow.")
    @click.option("--unset", multiple=True, type=click.Choice(noun.optional_fields), help="Say nothing about this.")
    @with_workspace
    def edit(
        ws: Workspace, /, names: tuple[str, ...], new_name: str | None, unset: tuple[str, ...], **options: Any
    ) -> None:
        changes = _said(noun, options) | dict.fromkeys(unset, None)
        if new_name:
            changes["name"] = new_name
        edit_subjects(ws, kind, names, changes)

    @group.command("remove", help=f"Remove a {kind}; its members stay, without it.")
    @click.argument("name")
    @yes_option
    @with_workspace
    def remove(ws: Workspace, name: str, yes: bool) -> None:
        from mcptui.services.subjects import remove_subject

        find(noun.all(ws.load().state), kind, name)
        confirm(f"Remove {kind} {name}?", yes=yes, refused=f'{kind} "{name}" was not removed')
        report(remove_subject(ws, kind, name))

    return group


org = _group(_Noun("org", Org))
team = _group(_Noun("team", Team, parent="org", has_rpm=True))
user = _group(_Noun("user", User, parent="team"))

"""Variables of other programs in our form: ``$NAME``, ``${NAME}``, ``{env:NAME}`` → ``${env:NAME}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Final

from mcptui.secrets.recognition import looks_like_secret
from mcptui.secrets.references import Reference

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.interop.dialects import Variables

#: A variable in braces.
REFERENCE: Final = re.compile(r"\$\{([^{}]*)\}")
_WITH_DEFAULT: Final = re.compile(r"([A-Za-z_]\w*)(?::-(.*))?", re.DOTALL)
_DOLLAR: Final = re.compile(r"\$([A-Za-z_]\w*)")
_SINGLE_BRACES: Final = re.compile(r"(?<!\$)\{(env|file):([^{}]*)\}")
_BARE: Final = re.compile(r"(?:.*\s)?\$[A-Za-z_]\w*")
_LITELLM: Final = "os.environ/"
#: What editors fill in by themselves: there is no such variable.
_EDITOR: Final = frozenset({"workspaceFolder", "workspaceFolderBasename", "execPath", "file", "cwd"})
_SEPARATORS: Final = frozenset({"/", "pathSeparator"})


class Translation:
    """Replaces variables in the texts of one document.

    Args:
        variables: the spelling beside ``${NAME}`` that this client replaces.
        note: takes remarks about what is not replaced.
        folder: the project that the document belongs to, for what editors fill in.
    """

    def __init__(self, variables: Variables, note: Callable[[str], None], folder: Path | None = None) -> None:
        self._variables = variables
        self._note = note
        self._editor = {} if folder is None else _filled_in(folder)

    def text(
        self, value: str, where: str, *, own: Container[str] = (), question: Callable[[str], str] | None = None
    ) -> str:
        """``value`` in our form.

        ``own`` are variables that the started program replaces by itself; ``question`` gives the path of the
        secret that answers ``${input:ID}``.
        """
        if value.startswith(_LITELLM):
            return str(Reference("env", value.removeprefix(_LITELLM)))
        if self._variables == "dollar":
            value = _DOLLAR.sub(lambda match: str(Reference("env", match[1])), value)
        elif self._variables == "single braces":
            value = _SINGLE_BRACES.sub(lambda match: f"${{{match[1]}:{match[2]}}}", value)
        replaced = REFERENCE.sub(lambda match: self._reference(match, where, own, question), value)
        if _BARE.fullmatch(replaced):
            self._note(f"{where}: $NAME is not replaced; write ${{env:NAME}}")
        return replaced

    def _reference(
        self, match: re.Match[str], where: str, own: Container[str], question: Callable[[str], str] | None
    ) -> str:
        inside = match[1]
        if inside in _SEPARATORS:
            return "/"
        if inside in self._editor:
            return self._editor[inside]
        if variable := _WITH_DEFAULT.fullmatch(inside):
            return self._variable(match[0], variable, where, own)
        kind, _, path = inside.partition(":")
        if kind == "input" and self._variables == "questions" and question is not None:
            return str(Reference("secret", question(path)))
        if kind in {"secret", "file"}:
            self._note(f"{where} reads {match[0]}; check that it may go there")
        elif kind != "env":
            self._note(f"{where}: fill in {match[0]}")
        return match[0]

    def _variable(self, text: str, variable: re.Match[str], where: str, own: Container[str]) -> str:
        name, default = variable[1], variable[2]
        if name in own:
            return text
        if name in _EDITOR:
            self._note(f"{where}: fill in {text}")
            return text
        if name == "userHome":
            name = "HOME"
        if default and looks_like_secret(name, default):
            self._note(f"{where}: the default of {name} is a secret, and is not kept; set the variable")
            default = None
        return str(Reference("env", name, default))


def _filled_in(folder: Path) -> dict[str, str]:
    return {"workspaceFolder": str(folder), "workspaceFolderBasename": folder.name, "cwd": str(folder)}

"""A call that Test is to show, made elsewhere in the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mcptui.model.runtime import Json

Tab: TypeAlias = Literal["tools", "prompts", "resources"]


@dataclass(frozen=True, slots=True)
class CallToTest:
    """A tool, prompt or resource, with arguments where there are some.

    Attributes:
        name: of a tool or prompt what its server calls it; the URI of a resource.
        arguments: what the form is to have; None for what it has.
        note: where it comes from.
        to_do: what the person has to do before it is run; empty for nothing.
    """

    tab: Tab
    server: str
    name: str
    arguments: Json = None
    note: str = ""
    to_do: str = ""

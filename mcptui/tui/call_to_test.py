"""A call that Test is to show, made elsewhere in the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mcptui.model.runtime import Json


@dataclass(frozen=True, slots=True)
class CallToTest:
    """A tool, prompt or resource, with arguments where there are some.

    Attributes:
        name: of a tool or prompt what its server calls it; the URI of a resource.
        arguments: what the form is to have; None for what it has.
        note: what the person has to know of them.
    """

    tab: Literal["tools", "prompts", "resources"]
    server: str
    name: str
    arguments: Json = None
    note: str = ""

"""Secrets in the command line of a server: the list of processes shows it to every user of the machine (ps(1))."""

from __future__ import annotations

from collections.abc import Iterable

from mcptui.secrets.recognition import is_secret_name
from mcptui.secrets.references import Reference, references

WHY = "would be seen by every user of this machine, in the list of processes"
HOW = "Put it into env (--env NAME='${secret:…}'), under the name that the server's documentation gives."


def secrets_in_arguments(texts: Iterable[str]) -> tuple[Reference, ...]:
    """The references in ``texts`` of a command line that stand for secrets.

    A file is read for what is in it, and a variable is a secret by its name; one such as ``${env:HOME}`` is none.
    """
    return tuple(
        found for text in texts for found in references(text) if found.kind != "env" or is_secret_name(found.path)
    )

"""Programs of documents and examples, run in this process: it has long imported what they import."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from unittest import mock

from tests.support.leftovers import collect_leftovers


def run_program(program: str, environment: Mapping[str, str], stdin: str = "", name: str = "program") -> str:
    """What ``program`` prints, as its own process would; what it raises is raised here.

    Args:
        program: its text.
        environment: the variables that it reads beside those that are set.
        stdin: what is typed into it.
        name: its file, for tracebacks.
    """
    out = io.StringIO()
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", [name]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("default")
        try:
            exec(compile(program, name, "exec"), {"__name__": "__main__", "__file__": name})
        finally:
            collect_leftovers()  # clients that it leaves to the end of its process
    return out.getvalue()

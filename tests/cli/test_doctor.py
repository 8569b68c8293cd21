"""``mcptui doctor``: what is found, and whether scripts see that something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from mcptui.services import doctor as examination
from mcptui.services.doctor import Report, Row, Section

Run = Callable[..., Result]


def test_doctor(run: Run) -> None:
    assert "mcptui" in run("doctor").stdout
    assert json.loads(run("doctor", "--json").stdout)


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (None, 0), (False, 1)])
def test_what_is_wrong_is_the_exit_code(run: Run, monkeypatch: pytest.MonkeyPatch, ok: bool | None, code: int) -> None:
    report = Report((Section("gateway", (Row("port", "4000", ok),)),))
    monkeypatch.setattr(examination, "doctor", lambda _: report)
    assert "4000" in run("doctor", code=code).stdout
    assert "4000" in run("doctor", "--json", code=code).stdout

from __future__ import annotations

import logging

import pytest

from mcptui.upstream import remarks as remarks_module
from mcptui.upstream.remarks import Remarks, unremarked


def test_each_is_kept_once_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    remarks = Remarks("s")
    for text in ("answers slowly", "sends\ntwo lines", "answers slowly"):
        remarks.add(text)
    assert list(remarks) == ["answers slowly", "sends two lines"]
    assert caplog.messages == ["server s answers slowly", "server s sends two lines"]


def test_there_are_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks_module, "MOST", 2)
    remarks = Remarks()
    for number in range(5):
        remarks.add(str(number))
    assert list(remarks) == ["0", "1"]


def test_where_nobody_keeps_them_they_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    unremarked("answers slowly")
    assert caplog.messages == ["the server answers slowly"]

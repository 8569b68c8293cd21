from __future__ import annotations

from mcptui.services.collections.values import CallReport, Report


def test_calls_with_problems_have_failed() -> None:
    good = CallReport(name="a", target="t", key=None, ms=1.0)
    bad = CallReport(name="b", target="t", key=None, ms=1.0, problems=("no",))
    report = Report(collection="c", file="c.toml", calls=(good, bad))
    assert (good.passed, bad.passed, report.failed) == (True, False, 1)

from __future__ import annotations

from xml.etree import ElementTree

from mcptui.services.collections.junit import junit
from mcptui.services.collections.values import CallReport, Report


def test_junit_has_suites_cases_and_failures() -> None:
    calls = (
        CallReport(name="a", target="t", key=None, ms=1500.0),
        CallReport(name="b<\x1b", target="t", key="k", ms=1.0, problems=("no & \ud800", "never")),
    )
    root = ElementTree.fromstring(junit([Report(collection="c", file="c.toml", calls=calls)]))
    (suite,) = root
    assert suite.attrib == {"name": "c", "tests": "2", "failures": "1", "time": "1.501"}
    first, second = suite
    assert (first.attrib["time"], len(first), second.attrib["name"]) == ("1.500", 0, "b<\ufffd")
    (failure,) = second
    assert (failure.attrib["message"], failure.text) == ("no & \ufffd", "no & \ufffd\nnever")

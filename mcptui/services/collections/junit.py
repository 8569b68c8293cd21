"""Reports of collections as JUnit XML, which CI systems show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from mcptui.services.collections.values import Report

#: Characters that XML 1.0 cannot have.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(reports: Sequence[Report]) -> bytes:
    """One test suite for each collection, one test case for each call."""
    root = ElementTree.Element("testsuites")
    for report in reports:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_text(report.collection),
            tests=str(len(report.calls)),
            failures=str(report.failed),
            time=_seconds(sum(call.ms for call in report.calls)),
        )
        for call in report.calls:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=_text(report.collection),
                name=_text(call.name),
                file=_text(report.file),
                time=_seconds(call.ms),
            )
            if not call.passed:
                failure = ElementTree.SubElement(case, "failure", message=_text(call.problems[0]))
                failure.text = _text("\n".join(call.problems))
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n%s\n' % ElementTree.tostring(root, encoding="unicode").encode()


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"

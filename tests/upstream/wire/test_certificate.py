from __future__ import annotations

import ssl
from pathlib import Path

from mcptui.upstream.wire.certificate import read_certificate
from tests.support.certificates import Authority, Pair, issue


def der(pair: Pair) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pair.certificate.read_text(encoding="ascii"))


def test_what_a_certificate_says(tmp_path: Path) -> None:
    found = read_certificate(der(Authority(tmp_path).issue("server", "a.test", "127.0.0.1", begins=-3, ends=-1)))
    assert found is not None
    assert (found.names, found.issuer) == (("a.test", "127.0.0.1"), "Authority of the test")
    assert not found.is_self_signed
    assert (found.ends - found.begins).days == 2


def test_a_certificate_without_names_that_signed_itself(tmp_path: Path) -> None:
    found = read_certificate(der(issue(tmp_path, "mine")))
    assert found is not None
    assert (found.names, found.issuer, found.is_self_signed) == (("mine",), "mine", True)


def test_what_is_no_certificate() -> None:
    assert read_certificate(b"junk") is None

"""A certificate that others renew while the gateway runs: a good pair is taken over, a bad one never."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from mcptui.daemon.tls import Certificate
from mcptui.errors import McptuiError
from tests.support.certificates import issue


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """Two certificates with their keys."""
    folder = tmp_path_factory.mktemp("pairs")
    found = {}
    for name in ("one.example", "two.example"):
        certificate, key = issue(folder, name)
        found[name] = (certificate.read_bytes(), key.read_bytes())
    return found


class Files:
    """A certificate and its key in files, and the name in the one that is used."""

    def __init__(self, folder: Path, pairs: dict[str, tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        self.certfile, self.keyfile = folder / "cert.pem", folder / "key.pem"
        self.put("one.example")
        self.certificate = Certificate(str(self.certfile), str(self.keyfile))

    def put(self, certificate: str, key: str | None = None) -> None:
        contents = (self._pairs[certificate][0], self._pairs[key or certificate][1])
        for file, content in zip((self.certfile, self.keyfile), contents, strict=True):
            new = file.with_suffix(".new")
            new.write_bytes(content)
            new.replace(file)

    def shown(self) -> str:
        """The name in the certificate that a client gets; a handshake in memory."""
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        ends = (
            client.wrap_bio(to_client, to_server),
            self.certificate.context.wrap_bio(to_server, to_client, server_side=True),
        )
        done: set[int] = set()
        while len(done) < 2:
            for number, end in enumerate(ends):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    continue
                done.add(number)
        der = ends[0].getpeercert(binary_form=True)
        assert der is not None
        return next(name for name in self._pairs if name.encode() in der)


@pytest.fixture
def files(tmp_path: Path, pairs: dict[str, tuple[bytes, bytes]]) -> Files:
    return Files(tmp_path, pairs)


def test_a_renewed_pair_is_used_for_new_connections(files: Files) -> None:
    assert files.shown() == "one.example"
    assert not files.certificate.renew()
    files.put("two.example")
    assert files.certificate.renew()
    assert files.shown() == "two.example"
    assert not files.certificate.renew()


def test_until_both_files_have_changed_the_old_pair_stays(files: Files) -> None:
    files.put("two.example", key="one.example")
    for _ in range(2):
        assert not files.certificate.renew()
        assert files.shown() == "one.example"
    files.put("two.example")
    assert files.certificate.renew()
    assert files.shown() == "two.example"


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_a_file_that_is_no_certificate_changes_nothing(files: Files, content: bytes | None) -> None:
    if content is None:
        files.certfile.unlink()
    else:
        files.certfile.write_bytes(content)
    assert not files.certificate.renew()
    assert files.shown() == "one.example"
    files.put("two.example")
    assert files.certificate.renew()


def test_files_that_change_while_they_are_looked_at_are_looked_at_again(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the use somebody has replaced one of them: it is tried again, and nothing ends."""

    def refuse(*_: Path) -> None:
        raise ssl.SSLError("key values mismatch")

    files.put("two.example")
    with monkeypatch.context() as patched:
        patched.setattr(files.certificate.context, "load_cert_chain", refuse)
        assert not files.certificate.renew()
    assert files.certificate.renew()
    assert files.shown() == "two.example"


@pytest.mark.parametrize(
    ("certificate", "key", "says"),
    [
        ("one.example", "two.example", "they do not fit"),
        (None, "one.example", "No such file or directory"),
        ("one.example", None, "No such file or directory"),
    ],
)
def test_a_pair_that_cannot_be_used_is_said_at_the_start(
    tmp_path: Path, pairs: dict[str, tuple[bytes, bytes]], certificate: str | None, key: str | None, says: str
) -> None:
    certfile, keyfile = tmp_path / "cert.pem", tmp_path / "key.pem"
    if certificate is not None:
        certfile.write_bytes(pairs[certificate][0])
    if key is not None:
        keyfile.write_bytes(pairs[key][1])
    with pytest.raises(McptuiError, match=says):
        Certificate(str(certfile), str(keyfile))


def test_old_protocols_are_not_spoken(files: Files) -> None:
    assert files.certificate.context.minimum_version == ssl.TLSVersion.TLSv1_2

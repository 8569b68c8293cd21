"""Whether a credential has its scheme already (RFC 9110 §11.4)."""

from __future__ import annotations

import pytest

from mcptui.upstream.auth.scheme import has_scheme, with_scheme


@pytest.mark.parametrize(
    ("value", "has_one"),
    [
        ("Bearer abc", True),
        ("bearer abc", True),
        ("BASIC abc", True),
        ("token abc", True),
        ("Digest username=x", True),
        ("Negotiate YII=", True),
        ("abc", False),
        ("", False),
        # A credential may begin like a scheme, and a scheme without a credential is none.
        ("bearerabc", False),
        ("bearer", False),
        ("bearer ", False),
        ("bearer  abc", False),
        (" bearer abc", False),
        ("basic:pass", False),
        ("custom abc", False),
        ("a bearer abc", False),
    ],
)
def test_schemes(value: str, has_one: bool) -> None:
    assert has_scheme(value) is has_one
    assert with_scheme("Bearer", value) == {"authorization": value if has_one else f"Bearer {value}"}

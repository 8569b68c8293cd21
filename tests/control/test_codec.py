from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from mcptui.control.codec import DecodeError, decode, encode
from mcptui.model import Server
from mcptui.model.auth import Token
from mcptui.model.runtime import CallRecord, ConfigError, GatewayStatus, LoginStatus, ServerStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    number: int
    word: Literal["a", "b"] = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    inner: Inner
    maybe: Inner | None = None
    many: Sequence[Inner] = ()
    names: tuple[str, ...] = ()
    pair: tuple[str, Inner] | None = None
    by_name: Mapping[str, Inner] = field(default_factory=dict)
    anything: Any = None


WHOLE = Outer(
    inner=Inner(number=1),
    maybe=Inner(number=2, word="b"),
    many=[Inner(number=3)],
    names=("x", "y"),
    pair=("p", Inner(number=4)),
    by_name={"n": Inner(number=5)},
    anything={"deep": [1, None]},
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Outer, WHOLE),
        (Outer, Outer(inner=Inner(number=1), many=[])),
        (list[Inner], [Inner(number=1), Inner(number=2)]),
        (Inner | None, None),
        (dict[str, Any], {"a": 1}),
        (int, 3),
        (Server, Server(name="s", command="x", args=("a", "b"), env={"A": "b"})),
        (Server, Server(name="s", url="http://h/", auth=Token(auth_value="${secret:x}"))),
        (ServerStatus, ServerStatus(name="s", state="ready", since=1.0, login=LoginStatus(expires=None, renews=True))),
    ],
)
def test_values_come_back(kind: Any, value: Any) -> None:
    assert decode(kind, encode(value)) == value


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Inner, {"number": 1, "new": True}, Inner(number=1)),
        (Outer, {"inner": {"number": 1, "new": 2}, "many": [{"number": 3, "new": 4}]}, None),
        (CallRecord, {"id": 1, "at": 2.0, "key": "k", "method": "m", "new": {}}, None),
        (ConfigError, {"message": "m", "file": "f"}, ConfigError(message="m", file="f")),
    ],
)
def test_what_is_not_known_is_ignored_and_what_is_missing_has_its_default(kind: Any, value: Any, expected: Any) -> None:
    decoded = decode(kind, value)
    assert isinstance(decoded, kind)
    assert expected is None or decoded == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Inner, {}), (Inner, None), (Inner, [1]), (Outer, {"inner": 3}), (list[Inner], 1), (GatewayStatus, {"pid": 1})],
)
def test_another_form(kind: Any, value: Any) -> None:
    with pytest.raises(DecodeError):
        decode(kind, value)

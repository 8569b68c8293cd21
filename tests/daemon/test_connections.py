from __future__ import annotations

import pytest

from mcptui.daemon import connections as module
from mcptui.daemon.connections import Connections
from mcptui.model import GatewaySettings


class Connection:
    def __init__(self) -> None:
        self.is_closed = False

    def close_unused(self) -> None:
        self.is_closed = True


def connections(**limits: int | tuple[str, ...]) -> Connections:
    settings = GatewaySettings(**limits)  # type: ignore[arg-type]
    return Connections(lambda: settings)


def admitted(of: Connections, count: int, address: str | None = "192.0.2.1") -> list[Connection]:
    made = [Connection() for _ in range(count)]
    return [each for each in made if of.admit(each, address)]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("192.0.2.1", 3),
        ("2001:db8::1", 3),
        ("fe80::1%eth0", 3),
        ("127.0.0.1", 9),
        ("127.8.8.8", 9),
        ("::1", 9),
        ("::ffff:10.0.0.1", 9),
        ("10.0.0.1", 9),
        (None, 9),
    ],
)
def test_an_address_has_so_many_connections(address: str | None, most: int) -> None:
    limited = connections(max_connections_per_address=3, trusted_proxies=("10.0.0.0/8",))
    kept = admitted(limited, 9, address)
    assert len(kept) == len(limited) == most
    limited.left(kept[0])
    limited.left(kept[0])
    assert admitted(limited, 1, address)
    assert admitted(limited, 1, "192.0.2.9")


def test_the_longest_unused_one_makes_room() -> None:
    limited = connections(max_connections=3)
    first, second, third = admitted(limited, 3)
    limited.used(first)
    limited.used(second)
    limited.unused(second)
    assert len(admitted(limited, 1)) == 1
    assert (first.is_closed, second.is_closed, third.is_closed) == (False, False, True)
    assert len(limited) == 3
    assert len(admitted(limited, 1)) == 1
    assert second.is_closed


def test_nobody_is_sent_away_in_the_middle_of_a_request() -> None:
    limited = connections(max_connections=3)
    kept = admitted(limited, 3)
    for each in kept:
        limited.used(each)
    assert not admitted(limited, 1)
    limited.left(kept[1])
    limited.unused(kept[1])
    assert len(admitted(limited, 2)) == 2
    assert not any(each.is_closed for each in kept)


def test_some_files_are_left_for_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_open_files", lambda: 8)
    limited = connections()
    for each in admitted(limited, 6):
        limited.used(each)
    assert not admitted(limited, 1)

"""Connected clients in words, and finding one."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.errors import McptuiError, NotFoundError, RefusedError
from mcptui.model.runtime import ConnectedClient
from mcptui.services.connected import client_name, find_client, open_words, return_words


def client(id_: str, **fields: Any) -> ConnectedClient:
    known: dict[str, Any] = {"name": "Cursor 1.2", "key": "cursor", "address": "", "protocol": ""}
    return ConnectedClient(id=id_, since=0, last_used=0, **known | fields)


CLIENTS = [client("aa", sessions=2, calls=1), client("bb", name="Zed", key="zed"), client("cc", name="")]


def test_what_is_open_and_who_it_is() -> None:
    assert open_words(CLIENTS[0]) == "2 sessions, 1 call"
    assert client_name(CLIENTS[2]) == "unnamed client"
    assert client_name(client("x", name="a\x1b[2Jb")) == "a\\u001b[2Jb"
    assert "while key cursor is valid" in return_words(CLIENTS[0])


@pytest.mark.parametrize(("wanted", "id_"), [("aa", "aa"), ("Cursor", "aa"), ("Cursor 1.2", "aa"), ("zed", "bb")])
def test_a_client_is_named_by_id_name_or_key(wanted: str, id_: str) -> None:
    assert find_client(CLIENTS, wanted).id == id_


@pytest.mark.parametrize(("wanted", "error"), [("none", NotFoundError), ("cursor", RefusedError)])
def test_a_name_that_fits_none_or_several(wanted: str, error: type[McptuiError]) -> None:
    with pytest.raises(error):
        find_client(CLIENTS, wanted)

"""Who acts, and when two of them are the same."""

from __future__ import annotations

from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal, principal_named


def test_how_a_key_was_proved_and_where_it_is_makes_no_other_principal_of_it() -> None:
    shown = KeyPrincipal("k", "sha256:abc", "127.0.0.1")
    assert shown == KeyPrincipal("k")
    assert hash(shown) == hash(KeyPrincipal("k"))
    assert "abc" not in repr(shown)


def test_the_operator_is_no_key_whatever_a_key_is_called() -> None:
    principals: set[Principal] = {KeyPrincipal("owner"), OPERATOR}
    assert len(principals) == 2
    assert KeyPrincipal("owner").id != OPERATOR.id


def test_the_control_api_means_the_operator_where_it_names_no_key() -> None:
    assert principal_named(None) is OPERATOR
    assert principal_named("k") == KeyPrincipal("k")
    assert principal_named("") == KeyPrincipal("")

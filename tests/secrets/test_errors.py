from __future__ import annotations

from mcptui.secrets.errors import SecretError


def test_an_error_says_what_to_do_and_how_the_file_names_the_secret() -> None:
    error = SecretError("the keyring is locked", hint="Unlock it.", reference="${secret:server/x/auth}")
    assert (str(error), error.hint, error.reference) == (
        "the keyring is locked",
        "Unlock it.",
        "${secret:server/x/auth}",
    )
    assert SecretError("other").reference is None

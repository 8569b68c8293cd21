"""Who acts: a key, or the operator of this machine. Below everything else in the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class KeyPrincipal:
    """Whoever sends a key.

    How it proved that and where it is does not make it another principal, but may end what it has open.
    """

    #: The key's name in the state.
    name: str
    #: The digest of the credential that was sent; during a rotation a key has two.
    credential: str | None = field(default=None, compare=False, repr=False)
    #: The client's address, where it is known.
    address: str | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """A stable name, for logs and for whom state belongs to."""
        return f"key:{self.name}"


@dataclass(frozen=True, slots=True)
class Operator:
    """The owner of this machine's account, who reaches the gateway through its control socket and may use all of it."""

    id: ClassVar[str] = "owner"


Principal: TypeAlias = KeyPrincipal | Operator

OPERATOR: Final = Operator()


def is_of_this_machine(principal: Principal) -> bool:
    """Whether ``principal`` acts through the control socket: as the operator, or as a key that nobody has shown."""
    return isinstance(principal, Operator) or principal.credential is None


def principal_named(key: str | None) -> Principal:
    """The principal that the control API means: a key by name, or the operator where none is named."""
    return OPERATOR if key is None else KeyPrincipal(key)

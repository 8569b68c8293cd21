"""Frozen dataclasses as JSON values and back.

Decoding ignores fields that this version does not know and fills in those that are missing, as far as they have a
default: app and gateway may be of different versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from mcptui.model import Server
from mcptui.model.runtime import Json
from mcptui.model.setting import make, settings_of, values_of

Decoder: TypeAlias = Callable[[Any], Any]


class DecodeError(ValueError):
    """A JSON value does not have the form of the type that was wanted."""


def encode(value: Any) -> Json:
    """``value`` as a JSON value: a dataclass, a sequence of them, or what is JSON already."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"name": value.name, **values_of(value)} if isinstance(value, Server) else asdict(value)
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return value


def decode(wanted: Any, value: Json) -> Any:
    """``value`` as the type ``wanted``: a dataclass, a collection of them, an optional one, or plain JSON.

    Raises:
        DecodeError: it has another form.
    """
    try:
        return decoder(wanted)(value)
    except (TypeError, AttributeError, KeyError) as error:
        raise DecodeError(f"not the form of {getattr(wanted, '__name__', wanted)}: {error}") from error


@cache
def decoder(wanted: Any) -> Decoder:
    """What makes a ``wanted`` of a JSON value."""
    if wanted is Server:
        return _server
    if is_dataclass(wanted):
        return _of_dataclass(wanted)
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return _optional(decoder(next(each for each in arguments if each is not NoneType)))
    if origin is tuple:
        return _of_tuple([decoder(each) for each in arguments if each is not Ellipsis], arguments)
    if origin in (list, Sequence):
        return _each(decoder(arguments[0]))
    if origin in (dict, Mapping):
        return _each_value(decoder(arguments[1]))
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _optional(inner: Decoder) -> Decoder:
    return inner if inner is _as_it_is else lambda value: None if value is None else inner(value)


def _each(inner: Decoder) -> Decoder:
    return inner if inner is _as_it_is else lambda values: [inner(value) for value in values]


def _each_value(inner: Decoder) -> Decoder:
    return inner if inner is _as_it_is else lambda value: {name: inner(item) for name, item in value.items()}


def _of_tuple(inner: Sequence[Decoder], arguments: Sequence[Any]) -> Decoder:
    if arguments[-1] is Ellipsis:
        return lambda values: tuple(inner[0](value) for value in values)
    return lambda values: tuple(each(value) for each, value in zip(inner, values, strict=True))


def _server(value: Any) -> Server:
    """Flat, as in the state file, with lists where the value has tuples."""
    known = {"name", *settings_of(Server)}
    return make(
        Server, {name: tuple(item) if isinstance(item, list) else item for name, item in value.items() if name in known}
    )


def _of_dataclass(wanted: Any) -> Decoder:
    hints = get_type_hints(wanted)
    known = {field.name: decoder(hints[field.name]) for field in fields(wanted) if field.init}

    def read(value: Any) -> Any:
        return wanted(**{name: known[name](item) for name, item in value.items() if name in known})

    return read

"""A method of the control API, declared by the signature of a function and a route."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cached_property, wraps
from string import Formatter
from types import NoneType
from typing import Any, Final, Literal, TypeVar, cast, get_args, get_type_hints
from urllib.parse import quote

from mcptui.control.codec import DecodeError, decode, encode
from mcptui.errors import McptuiError
from mcptui.model.runtime import Json, JsonObject

Verb = Literal["GET", "POST"]
F = TypeVar("F", bound=Callable[..., Any])

_TEXTS: Final[Mapping[Any, Callable[[str], Any]]] = {int: int, float: float, bool: lambda text: text == "1"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as it goes over the wire."""

    path: str
    query: Mapping[str, str]
    body: Json


@dataclass(frozen=True)
class Method:
    """One row of the table.

    Attributes:
        function: gives name, parameters and result; a coroutine function has one result, another one a stream.
        path: of the URL; ``{parameter}`` in it stands for an argument.
        body: the parameter that is the whole body; None where the body is an object of all parameters.
        result: the member of the answer that holds a result that is no object of its own.
        any_version: whether a gateway of every version understands it.
    """

    function: Callable[..., Any]
    verb: Verb
    path: str
    body: str | None = None
    result: str = "result"
    any_version: bool = False

    @property
    def name(self) -> str:
        """What it is called in Python."""
        return self.function.__name__

    @property
    def is_stream(self) -> bool:
        """Whether it answers with one JSON object a line."""
        return not inspect.iscoroutinefunction(self.function)

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function)

    @cached_property
    def returns(self) -> Any:
        """The type of the result, or of one item of the stream."""
        wanted = self._hints["return"]
        return get_args(wanted)[0] if self.is_stream else wanted

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @cached_property
    def _in_path(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in Formatter().parse(self.path) if name)

    def arguments(self, owner: object, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """All arguments of a call by the names of their parameters."""
        bound = self._signature.bind(owner, *args, **kwargs)
        bound.apply_defaults()
        return {name: value for name, value in bound.arguments.items() if name != "self"}

    # --- the client's side ---

    def sent(self, arguments: Mapping[str, Any]) -> Sent:
        """The call with ``arguments`` as it goes over the wire."""
        path = self.path.format_map({name: quote(str(arguments[name]), safe="") for name in self._in_path})
        rest = {_wire(name): encode(value) for name, value in arguments.items() if name not in self._in_path}
        if self.verb == "GET":
            return Sent(path, {name: _text(value) for name, value in rest.items() if value is not None}, None)
        return Sent(path, {}, rest[self.body] if self.body is not None else rest or None)

    def result_of(self, answer: Json) -> Any:
        """The result in ``answer``, or the item that is one line of a stream.

        Raises:
            DecodeError: it has another form than this version knows.
        """
        return decode(self.returns, answer if self._is_object else _member(answer, self.result))

    @cached_property
    def _is_object(self) -> bool:
        return is_dataclass(self.returns) or self.returns is NoneType

    # --- the gateway's side ---

    def read(self, path: Mapping[str, str], query: Mapping[str, str], body: Json) -> dict[str, Any]:
        """The arguments of a call that came over the wire.

        Raises:
            McptuiError: one is missing or has another form.
        """
        try:
            given = {self.body: body} if self.body is not None else {} if body is None else dict(body)
            texts = {**query, **path}
            return dict(self._read(given, texts))
        except (DecodeError, ValueError, TypeError) as error:
            raise McptuiError(f"{self.name}: {error}") from error

    def _read(self, given: JsonObject, texts: Mapping[str, str]) -> list[tuple[str, Any]]:
        found = []
        for name, parameter in list(self._signature.parameters.items())[1:]:
            wire = _wire(name)
            if name in texts or wire in texts:
                found.append((name, _of_text(self._hints[name], texts[name if name in texts else wire])))
            elif wire in given:
                found.append((name, decode(self._hints[name], given[wire])))
            elif parameter.default is inspect.Parameter.empty and not _takes_none(self._hints[name]):
                raise DecodeError(f"{wire} is missing")
            elif parameter.default is inspect.Parameter.empty:
                found.append((name, None))
        return found

    def answer_of(self, result: Any) -> Json:
        """The answer that tells ``result``, or one line of a stream."""
        if self.returns is NoneType:
            return {}
        return encode(result) if self._is_object else {self.result: encode(result)}


class Declared:
    """What a class of declared methods is called through; a subclass overrides methods or these two."""

    async def request(self, method: Method, arguments: dict[str, Any]) -> Any:
        """Call a method that has one result."""
        raise NotImplementedError(f"{type(self).__name__} has no {method.name}")

    def stream(self, method: Method, arguments: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Call a method that has a stream of results."""
        raise NotImplementedError(f"{type(self).__name__} has no {method.name}")


def get(path: str, *, result: str = "result", any_version: bool = False) -> Callable[[F], F]:
    """Declare a method that only reads; its arguments travel in the URL."""
    return lambda function: _declared(Method(function, "GET", path, None, result, any_version), function)


def post(path: str, *, body: str | None = None, result: str = "result", any_version: bool = False) -> Callable[[F], F]:
    """Declare a method whose arguments travel as a JSON object, or as the one argument ``body``."""
    return lambda function: _declared(Method(function, "POST", path, body, result, any_version), function)


def methods_of(interface: type[Declared]) -> list[Method]:
    """All methods that ``interface`` declares, those of its bases first."""
    members = [member for cls in reversed(interface.__mro__) for member in vars(cls).values()]
    return [member.__method__ for member in members if hasattr(member, "__method__")]


def _declared(method: Method, function: F) -> F:
    @wraps(function)
    def call(self: Declared, *args: Any, **kwargs: Any) -> Any:
        arguments = method.arguments(self, *args, **kwargs)
        return self.stream(method, arguments) if method.is_stream else self.request(method, arguments)

    call.__method__ = method  # type: ignore[attr-defined]
    return cast("F", call)


def _wire(name: str) -> str:
    """``id_`` is "id" on the wire."""
    return name.removesuffix("_")


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _of_text(wanted: Any, text: str) -> Any:
    return next((read for kind, read in _TEXTS.items() if wanted is kind), str)(text)


def _takes_none(wanted: Any) -> bool:
    return NoneType in get_args(wanted) or wanted is Any


def _member(answer: Json, name: str) -> Json:
    if not isinstance(answer, dict) or name not in answer:
        raise DecodeError(f"{name} is missing")
    return answer[name]

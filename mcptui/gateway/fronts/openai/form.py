"""A form with files (multipart/form-data, RFC 7578) on its way to a provider: files on the disk, fields in memory."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.llm.errors import bad_request
from mcptui.llm.upload import Upload
from mcptui.protocol.keys import without_gateway_keys

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: How many bytes of files stay in memory, how many are sent on at a time, and from where a field is kept as a file.
_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_LONGEST_FIELD: Final = 256 * 1024


@dataclass(slots=True)
class _Part:
    """One part: a field with its value, or a file with its place among the files."""

    head: bytes = b""
    name: str = ""
    value: bytes = b""
    is_file: bool = False
    start: int = 0
    size: int = 0


class Form:
    """A form that was read; to be closed.

    Args:
        boundary: what stands between its parts.
    """

    def __init__(self, boundary: bytes) -> None:
        self._boundary = boundary
        self._parts: list[_Part] = []
        self._files: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by aclose()

    @classmethod
    async def read(cls, incoming: Incoming, content_type: str, limit: int) -> Form:
        """Read the form of a request.

        Raises:
            BodyTooLargeError: it has more than ``limit`` bytes.
            ClientGoneError: the client went away.
            LlmError: it is malformed.
        """
        from python_multipart.exceptions import MultipartParseError
        from python_multipart.multipart import MultipartParser, parse_options_header

        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise bad_request("The Content-Type of the form has no boundary.")
        form = cls(boundary)
        try:
            reader = _Reader(form)
            parser = MultipartParser(boundary, reader.callbacks())
            async for data in incoming.pieces(limit):
                parser.write(data)
            parser.finalize()
            if not reader.is_whole:
                raise bad_request("The form has no end.")
        except MultipartParseError as error:
            await form.aclose()
            raise bad_request(f"The body is not a form: {error}") from None
        except BaseException:
            await form.aclose()
            raise
        return form

    async def aclose(self) -> None:
        """Forget its files."""
        self._files.close()

    def field(self, name: str) -> str | None:
        """The value of the first field of this name."""
        value = next((part.value for part in self._parts if part.name == name and not part.is_file), None)
        return None if value is None else value.decode("utf-8", "replace")

    def upload(self, model: str | None) -> Upload:
        """The form as a provider gets it: without keys of the gateway, with ``model`` in the field of that name."""
        for part in self._parts:
            if part.name == "model" and model is not None and not part.is_file:
                part.value = model.encode()
            part.value = without_gateway_keys(part.value)
        size = sum(len(self._opening(part)) + len(part.value) + part.size + len(b"\r\n") for part in self._parts)
        kind = f"multipart/form-data; boundary={self._boundary.decode('latin-1')}"
        return Upload(self._encoded(), size + len(self._end), kind)

    @property
    def _end(self) -> bytes:
        return b"--" + self._boundary + b"--\r\n"

    def _opening(self, part: _Part) -> bytes:
        return b"--" + self._boundary + b"\r\n" + part.head + b"\r\n"

    async def _encoded(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield self._opening(part) + part.value
            self._files.seek(part.start)
            left = part.size
            while left:
                piece = self._files.read(min(left, _PIECE))
                left -= len(piece)
                yield piece
            yield b"\r\n"
        yield self._end

    # -- while it is read -----------------------------------------------------------------------------------

    def begin(self) -> _Part:
        """Another part."""
        self._parts.append(_Part(start=self._files.tell()))
        return self._parts[-1]

    def add(self, part: _Part, data: bytes) -> None:
        """More of the last part; a long field goes to the files from there on."""
        if not part.is_file and len(part.value) + len(data) <= _LONGEST_FIELD:
            part.value += data
            return
        self._files.write(data)
        part.size += len(data)


class _Reader:
    """Takes what the parser finds."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._part = _Part()
        self._name = b""
        self._value = b""
        self.is_whole = False

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._said,
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._form.add(self._part, data[start:end]),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._part = self._form.begin()

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _said(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        from python_multipart.multipart import parse_options_header

        self._part.head += self._name + b": " + self._value + b"\r\n"
        if self._name.lower() == b"content-disposition":
            options = parse_options_header(self._value)[1]
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            self._part.is_file = b"filename" in options or b"filename*" in options
        self._name = self._value = b""

    def _end(self) -> None:
        self.is_whole = True

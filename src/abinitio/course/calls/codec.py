"""Plain data as bytes, and back: the only thing that crosses between the engine and an answer, in either direction.

Plain are None, bool, int, float, complex, str, NumPy arrays and scalars of numbers, and lists, tuples and dicts of
plain data. A value is recognised by its exact type, so an object that imitates another one stays outside; nothing is
ever unpickled. Frame: [length of head: u32][length of body: u64][head: JSON][body: the arrays' raw bytes].
"""

import json
import struct
from typing import Any, BinaryIO

import numpy as np

from abinitio.course.exercise import Named

SIZES = struct.Struct("<IQ")
MAX_HEAD, MAX_BODY, MAX_DEPTH, MAX_ITEMS, MAX_TEXT = 1 << 22, 1 << 26, 20, 100_000, 1_000_000
DTYPES = {np.dtype(code).str for code in "?bBhHiIqQefdFD"}
SCALARS = {np.dtype(code).type for code in "?bBhHiIqQlLefdFD"}


class NotPlain(ValueError):
    """A value that cannot cross: its text says what it is and what to return in its place."""


def pack(value: Any) -> bytes:
    """The frame of `value`; NotPlain if it is not plain data or too large."""
    writer = _Writer()
    head = json.dumps(writer.encode(value)).encode()
    if len(head) > MAX_HEAD:
        raise NotPlain(f"holds too much text and too many numbers outside arrays (more than {MAX_HEAD >> 20} MB)")
    return SIZES.pack(len(head), writer.size) + head + b"".join(writer.blobs)


def unpack(frame: bytes) -> Any:
    """The value of a frame, with fresh arrays; NotPlain if the frame is damaged."""
    if len(frame) < SIZES.size:
        raise NotPlain("the frame ends early")
    head, body = SIZES.unpack_from(frame)
    if head > MAX_HEAD or body > MAX_BODY or len(frame) != SIZES.size + head + body:
        raise NotPlain("the frame has a wrong length")
    start = SIZES.size + head
    try:
        return _decode(json.loads(frame[SIZES.size : start]), memoryview(frame)[start:], 0)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotPlain(f"the frame is damaged: {error}") from None


def plain(value: Any) -> Any:
    """An independent copy of `value` in exact plain types: what the other side would get."""
    return unpack(pack(value))


def read_frame(stream: BinaryIO) -> bytes:
    """The next frame of a stream; EOFError at the end, NotPlain if its announced length is too large."""
    sizes = _exactly(stream, SIZES.size)
    head, body = SIZES.unpack(sizes)
    if head > MAX_HEAD or body > MAX_BODY:
        raise NotPlain("the frame announces too many bytes")
    return sizes + _exactly(stream, head + body)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    parts, missing = [], count
    while missing:
        part = stream.read(min(missing, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class _Writer:
    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.size = 0
        self.items = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlain("is nested too deep" if depth > MAX_DEPTH else f"holds more than {MAX_ITEMS} items")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            if len(value) > MAX_TEXT:
                raise NotPlain(f"holds a text of {len(value)} characters")
            return value
        if kind is int:
            if value.bit_length() > 4096:
                raise NotPlain("holds an integer of more than 4096 bits")
            return value
        if kind is float:
            return {"f": value.hex()}
        if kind is complex:
            return {"c": [value.real.hex(), value.imag.hex()]}
        if kind in SCALARS:
            return self.encode(value.item(), depth)
        if kind is np.ndarray:
            return self.array(value)
        if kind is list:
            return {"l": [self.encode(item, depth + 1) for item in value]}
        if issubclass(kind, tuple):  # named tuples too; tuple's own iteration, whatever the class says
            return {"t": [self.encode(item, depth + 1) for item in tuple.__iter__(value)]}
        if kind is dict:
            if not all(type(key) in (str, int) for key in value):
                raise NotPlain("is a dict with keys that are neither text nor integers")
            return {"d": [[key, self.encode(item, depth + 1)] for key, item in value.items()]}
        if kind is Named:
            return {"n": [value.name, self.encode(value.arguments, depth + 1)]}
        raise NotPlain(_explain(value, kind))

    def array(self, value: np.ndarray) -> Any:
        if value.dtype.str not in DTYPES:
            raise NotPlain(f"is an array of dtype {value.dtype}; numbers or booleans are wanted")
        if self.size + value.nbytes > MAX_BODY:
            raise NotPlain(f"is larger than {MAX_BODY >> 20} MB")
        encoded = {"a": [value.dtype.str, list(value.shape), self.size]}
        self.blobs.append(value.tobytes())
        self.size += value.nbytes
        return encoded


def _explain(value: Any, kind: type) -> str:
    if issubclass(kind, np.ndarray):
        return f"is a {kind.__name__}, a special kind of array; return an ordinary one: np.asarray(...)"
    if hasattr(kind, "__next__"):
        return "is an iterator or generator; return the values themselves"
    if issubclass(kind, type(lambda: 0)):
        return "is a function; call it and return what it gives"
    if issubclass(kind, set | frozenset | range):
        return f"is a {kind.__name__}; return a list or an array"
    article = "an" if kind.__name__[:1].lower() in "aeiou" else "a"
    return f"is {article} {kind.__name__}, which is not plain data; return numbers, arrays, lists or dicts"


def _decode(code: Any, body: memoryview, depth: int) -> Any:
    if depth > MAX_DEPTH + 2:
        raise ValueError("nested too deep")
    if code is None or type(code) in (bool, int, str):
        return code
    ((tag, content),) = code.items()
    match tag:
        case "f":
            return float.fromhex(content)
        case "c":
            return complex(*map(float.fromhex, content))
        case "l":
            return [_decode(item, body, depth + 1) for item in content]
        case "t":
            return tuple(_decode(item, body, depth + 1) for item in content)
        case "d":
            return {key: _decode(item, body, depth + 1) for key, item in content if type(key) in (str, int)}
        case "n":
            return Named(str(content[0]), _decode(content[1], body, depth + 1))
        case "a":
            return _decode_array(body, *content)
    raise ValueError(f"unknown tag {tag!r}")


def _decode_array(body: memoryview, dtype: str, shape: list[int], offset: int) -> np.ndarray:
    if dtype not in DTYPES or len(shape) > 32 or not all(type(n) is int and n >= 0 for n in [*shape, offset]):
        raise ValueError("not an array of numbers")
    count = 1
    for n in shape:
        count *= n
    if offset + count * np.dtype(dtype).itemsize > len(body):
        raise ValueError("an array reaches past the end")
    return np.frombuffer(body, dtype, count, offset).reshape(shape).copy()

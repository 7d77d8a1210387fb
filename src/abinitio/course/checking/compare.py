"""Is what came back what was expected? One comparison for the notebook and for the check of a file.

Both are plain data (see `course.calls.codec`): the value that was got, and the one expected. Numbers agree within
atol * scale + rtol * |expected|, where scale is the largest expected entry of that array, but at least 1: what cancels
to almost nothing is judged by its neighbours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "real numbers", "c": "complex numbers"}


@dataclass(frozen=True)
class Difference:
    """What is wrong: its kind ("type", "shape", "nan" or "value") and a sentence."""

    kind: str
    sentence: str


def difference(got: Any, expected: Any, rtol: float, atol: float) -> Difference | None:
    """The first difference between two plain values, or None if they agree."""
    if _is_number(expected) and _is_number(got):
        return _numbers(np.asarray(got), np.asarray(expected), rtol, atol)
    if describe_kind(got) != describe_kind(expected):
        return Difference("type", f"{describe(got)} came back, expected {describe(expected)}")
    if isinstance(expected, np.ndarray):
        return _arrays(got, expected, rtol, atol)
    if isinstance(expected, list | tuple):
        return _sequences(got, expected, rtol, atol)
    if isinstance(expected, dict):
        return _dicts(got, expected, rtol, atol)
    if got != expected:
        return Difference("value", f"{got!r} came back, expected {expected!r}")
    return None


def structure_difference(got: Any, expected: Any) -> Difference | None:
    """A difference of type or of the number of axes, or NaN where `expected` has none; sizes and values are free."""
    if describe_kind(got) != describe_kind(expected):
        return Difference("type", f"{describe(got)} came back, expected {describe(expected)}")
    if isinstance(expected, np.ndarray) and got.ndim != expected.ndim:
        return Difference("shape", f"{describe(got)} came back, expected one with {expected.ndim} axes")
    if is_finite(expected) and not is_finite(got):
        return Difference("nan", "there is nan or inf in what came back")
    return None


def is_finite(value: Any) -> bool:
    """Are all numbers in this plain value finite?"""
    if isinstance(value, list | tuple):
        return all(map(is_finite, value))
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if isinstance(value, str | int) or value is None:
        return True
    return bool(np.isfinite(value).all())


def describe_kind(value: Any) -> str:
    """One word for the type: number, array, sequence, dict, text, None."""
    if _is_number(value):
        return "number"
    words: dict[type, str] = {np.ndarray: "array", list: "sequence", tuple: "sequence", dict: "dict", str: "text"}
    return words.get(type(value), "None")


def describe(value: Any) -> str:
    """A phrase for a person: "an array of shape (3,)", "a list of 2", "a number", "None"."""
    match describe_kind(value):
        case "array":
            return f"an array of shape {value.shape}"
        case "sequence":
            return f"a {type(value).__name__} of {len(value)}"
        case "number":
            return "a number" if np.ndim(value) == 0 and not isinstance(value, bool) else "True or False"
        case "dict":
            return f"a dict with the keys {', '.join(map(repr, value))}"
        case "text":
            return "a text"
    return "None"


def _is_number(value: Any) -> bool:
    return type(value) in (bool, int, float, complex) or (type(value) is np.ndarray and value.ndim == 0)


def _numbers(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> Difference | None:
    if "O" in (got.dtype.kind, expected.dtype.kind):  # integers beyond 64 bits
        return None if got == expected else Difference("value", f"{got} came back, expected {expected}")
    return _wrong_dtype(got, expected) or _entries(got, expected, rtol, atol)


def _wrong_dtype(got: np.ndarray, expected: np.ndarray) -> Difference | None:
    g, e = got.dtype.kind.replace("u", "i"), expected.dtype.kind.replace("u", "i")
    if got.size == 0 or g == e or g + e in ("if", "ic", "fc"):  # whole numbers may stand for real ones, not the reverse
        return None
    return Difference("type", f"{KINDS[g]} came back (dtype {got.dtype}), expected {KINDS[e]}")


def _arrays(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> Difference | None:
    if got.shape != expected.shape:
        return Difference("shape", f"an array of shape {got.shape} came back, expected shape {expected.shape}")
    return _wrong_dtype(got, expected) or _entries(got, expected, rtol, atol)


def _entries(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> Difference | None:
    if expected.size == 0:
        return None
    with np.errstate(all="ignore"):
        if expected.dtype.kind in "biu":
            right = got == expected
        else:
            size = np.abs(expected)
            scale = max(1.0, float(np.max(np.where(np.isfinite(size), size, 0.0))))
            right = np.abs(got - expected) <= atol * scale + rtol * size
            right |= (got == expected) | (np.isnan(got) & np.isnan(expected))
            right &= np.isfinite(expected) | (got == expected) | np.isnan(expected)  # inf only equals itself
    if right.all():
        return None
    return _first_wrong(got, expected, right)


def _first_wrong(got: np.ndarray, expected: np.ndarray, right: np.ndarray) -> Difference:
    finite = np.isfinite(got) | ~np.isfinite(expected)
    lost = not finite.all()
    at = tuple(int(i) for i in np.argwhere(~finite if lost else ~right)[0])
    where = f"entry {at[0] if len(at) == 1 else at} is" if at else "it is"
    count = f"{(~right).sum()} of {right.size} entries are wrong; " if right.size > 1 else ""
    sentence = f"{count}{where} {got[at]:.6g}, expected {expected[at]:.6g}"
    return Difference("nan" if lost else "value", sentence)


def _sequences(got: Any, expected: Any, rtol: float, atol: float) -> Difference | None:
    if len(got) != len(expected):
        return Difference("shape", f"{len(got)} items came back, expected {len(expected)}")
    for i, (a, b) in enumerate(zip(got, expected)):
        if wrong := difference(a, b, rtol, atol):
            return Difference(wrong.kind, f"item {i}: {wrong.sentence}")
    return None


def _dicts(got: Any, expected: Any, rtol: float, atol: float) -> Difference | None:
    if set(got) != set(expected):
        return Difference("shape", f"the keys are {sorted(map(str, got))}, expected {sorted(map(str, expected))}")
    for key in expected:
        if wrong := difference(got[key], expected[key], rtol, atol):
            return Difference(wrong.kind, f"{key!r}: {wrong.sentence}")
    return None

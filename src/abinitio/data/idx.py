"""The idx format of the MNIST files: a big-endian header (type, shape), then the numbers, all of it gzipped.

Bytes 0 and 1 are zero, byte 2 is the type of the numbers, byte 3 the number of axes; then the length of each axis as a
32-bit integer. Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits (1998).
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """The array in the gzipped idx file at `path`, of the shape and type that its header states.

    ValueError, with what is wrong, where the file is damaged, cut short, too long, or not an idx file.
    """
    try:
        with gzip.open(path, "rb") as file:
            data = file.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _damaged(path, f"it cannot be unpacked ({error})") from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in _TYPES:
        raise _damaged(path, f"it begins with {data[:4].hex(' ') or 'nothing'}, not with 00 00, a type and the axes")
    dtype, axes = np.dtype(_TYPES[data[2]]), data[3]
    body = 4 + 4 * axes
    if len(data) < body:
        raise _damaged(path, f"its header has {len(data)} of {body} bytes")
    shape = tuple(int(length) for length in np.frombuffer(data, ">u4", axes, offset=4))
    expected = math.prod(shape) * dtype.itemsize
    if len(data) - body != expected:
        raise _damaged(path, f"its header states {shape}, {expected:,} bytes, and {len(data) - body:,} follow")
    return np.frombuffer(data, dtype, offset=body).reshape(shape).astype(dtype.newbyteorder("="))


def _damaged(path: Path, what: str) -> ValueError:
    return ValueError(f"{path} is not a whole gzipped idx file: {what}; delete it and get it again")

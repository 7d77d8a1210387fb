"""The idx reader on files made here byte by byte, whole and damaged."""

import gzip
import struct

import numpy as np
import pytest

from abinitio.data.idx import read_idx


def idx_bytes(array, kind=0x08):
    """The idx file of `array`, not gzipped, as the format's description says."""
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def write(tmp_path):
    def written(data, packed=True):
        path = tmp_path / "small.gz"
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    return written


@pytest.mark.parametrize(("kind", "dtype"), [(8, "u1"), (9, "i1"), (11, "i2"), (12, "i4"), (13, "f4"), (14, "f8")])
@pytest.mark.parametrize("shape", [(5,), (2, 3, 4), (0, 28, 28)])
def test_what_was_written_is_read(write, kind, dtype, shape):
    array = np.random.default_rng(kind).normal(0, 40, size=shape).astype(np.int8).astype(dtype)
    found = read_idx(write(idx_bytes(array, kind)))
    assert found.shape == shape and found.dtype == np.dtype(dtype) and (found == array).all() and found.flags.writeable


def test_a_file_written_out_by_hand(write):
    data = b"\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03\x01\x02\x03\x04\x05\xff"
    assert read_idx(write(data)).tolist() == [[1, 2, 3], [4, 5, 255]]


WHOLE = idx_bytes(np.arange(12, dtype=np.uint8).reshape(3, 4))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "begins with nothing"),
        (b"\x00\x00\x08", "begins with 00 00 08"),
        (b"PK\x03\x04" + WHOLE, "begins with 50 4b 03 04, not with 00 00"),
        (b"\x00\x00\x07\x01" + WHOLE[4:], "begins with 00 00 07 01"),
        (WHOLE[:9], "its header has 9 of 12 bytes"),
        (WHOLE[:-1], r"its header states \(3, 4\), 12 bytes, and 11 follow"),
        (WHOLE + b"\x00", r"its header states \(3, 4\), 12 bytes, and 13 follow"),
    ],
    ids=["empty", "three bytes", "another format", "unknown type", "half a header", "too short", "too long"],
)
def test_a_damaged_file_is_refused(write, data, message):
    with pytest.raises(ValueError, match=rf"small\.gz is not a whole gzipped idx file: .*{message}"):
        read_idx(write(data))


PACKED = gzip.compress(WHOLE, mtime=0)


@pytest.mark.parametrize("packed", [WHOLE, PACKED[:-9], PACKED[:20] + b"\xff" * 30], ids=["not packed", "cut", "torn"])
def test_a_damaged_archive_is_refused(write, packed):
    with pytest.raises(ValueError, match=r"it cannot be unpacked \(.+\); delete it and get it again"):
        read_idx(write(packed, packed=False))

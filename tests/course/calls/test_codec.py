import io

import numpy as np
import pytest

from abinitio.course.calls.codec import MAX_BODY, SIZES, NotPlain, pack, plain, read_frame, unpack
from abinitio.course.exercise import Named


def same(a, b):
    if isinstance(a, np.ndarray):
        return type(b) is np.ndarray and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and repr(a) == repr(b)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        2**70,
        0.1,
        -0.0,
        float("nan"),
        float("inf"),
        1 - 2j,
        "α",
        [],
        (1.0, [2, None]),
        {"a": np.arange(3), 1: "x"},
        np.array(2.5),
        np.zeros((0, 3)),
        np.eye(2, dtype=np.float32),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(10)[::-2],
        np.array([True, False]),
        np.array([1 + 1j]),
        Named("quadratic", {"A": np.eye(1), "b": np.ones(1)}),
    ],
    ids=str,
)
def test_plain_data_come_back_as_they_were(value):
    expected = np.ascontiguousarray(value).reshape(value.shape) if isinstance(value, np.ndarray) else value
    if isinstance(value, Named):
        assert plain(value).name == value.name and same(plain(value).arguments, value.arguments)
    else:
        assert same(plain(value), expected)


def test_numpy_scalars_become_numbers_and_copies_are_independent():
    assert type(plain(np.float64(0.1))) is float and type(plain(np.int64(3))) is int and plain(np.bool_(True)) is True
    x = np.ones(2)
    copy = plain(x)
    copy[0] = 5.0
    assert x[0] == 1.0


class Everything:
    def __eq__(self, other):
        return True

    __hash__ = None


class Sub(np.ndarray):
    pass


class Number(float):
    pass


class Table(dict):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Everything(),
        np.zeros(1).view(Sub),
        np.ma.array([1.0], mask=[True]),
        np.array([Everything()], dtype=object),
        np.array(["a"]),
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        Number(1.0),
        Table(),
        {1.5: 2},
        {1, 2},
        (i for i in range(3)),
        lambda x: x,
        np.array(["2020-01-01"], dtype="M8[D]"),
        [Everything()],
        "x" * 2_000_000,
        2**5000,
        list(range(200_000)),
        np.broadcast_to(0.0, (MAX_BODY,)),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_only_looks_like_data_stays_outside(value):
    with pytest.raises(NotPlain):
        pack(value)


def test_endless_and_exploding_structures_are_refused():
    loop = []
    loop.append(loop)
    bomb = [1]
    for _ in range(18):
        bomb = [bomb] * 10
    for value in (loop, bomb):
        with pytest.raises(NotPlain):
            pack(value)


def test_damaged_frames_are_refused_and_never_executed():
    frame = pack({"a": np.arange(4.0), "b": [1, 2.5]})
    rng = np.random.default_rng(0)
    for _ in range(300):
        broken = bytearray(frame)
        broken[rng.integers(len(broken))] = rng.integers(256)
        try:
            unpack(bytes(broken))
        except NotPlain:
            pass
    for end in range(len(frame)):
        with pytest.raises(NotPlain):
            unpack(frame[:end])


def test_a_stream_is_read_frame_by_frame():
    stream = io.BytesIO(pack(1) + pack("two"))
    assert unpack(read_frame(stream)) == 1 and unpack(read_frame(stream)) == "two"
    with pytest.raises(EOFError):
        read_frame(stream)
    with pytest.raises(NotPlain, match="too many"):
        read_frame(io.BytesIO(SIZES.pack(8, MAX_BODY + 1)))

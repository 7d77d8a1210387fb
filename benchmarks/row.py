"""What a row of the table is, how it is measured, and how it is judged.

A `Row` holds ours against its peers on one data set; a `Quantity` holds one number (an error, seconds of CPU) against
an upper bound. Equal answer first: every peer comes with an error(our answer, its answer) and the bound it must keep;
a ratio whose answers differ by more does not count.
"""

import contextlib
import math
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numba
from threadpoolctl import threadpool_limits

from benchmarks.harness import BUSY, interleave, speed_up

Kind = Literal["real", "structured", "random"]


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One library, called one way.  share : part of the queries it runs (its time is divided by it)."""

    name: str
    call: Callable[[], Any]
    error: Callable[[Any, Any], float]
    bound: float
    at_its_best: bool = False  # the fastest way to call it that we know; reported, not judged
    share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Ours and its peers on the same data, each a call without arguments; check : what the peers' errors measure."""

    ours: Callable[[], Any]
    peers: tuple[Peer, ...]
    check: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A contest to be made when its turn comes, small for a smoke run, with the goals for the peers as users call them.

    must, moonshot : speed-ups (None: reported only);  unfavourable : data that suit us badly, shown beside the others.
    """

    name: str
    data: str
    kind: Kind
    make: Callable[[], Contest]
    smoke: Callable[[], Contest]
    must: float | None = None
    moonshot: float | None = None
    unfavourable: bool = False


@dataclass(frozen=True)
class Measured:
    """A value with its spread, what others have there in the same run, and a limit that they set (None: no limit)."""

    value: float
    spread: float
    beside: dict[str, float] = field(default_factory=dict)
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number that should be small: measure(smoke) -> Measured;  must, moonshot : upper bounds.

    Without a `must` the measured limit is the bound: a peer's worst, in the same run.
    """

    name: str
    data: str
    unit: str
    measure: Callable[[bool], Measured]
    must: float | None = None
    moonshot: float | None = None


@contextlib.contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """BLAS, OpenMP and Numba work with `threads` threads, ours and the peers' alike."""
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    try:
        with threadpool_limits(threads):
            yield
    finally:
        numba.set_num_threads(before)


@contextlib.contextmanager
def noted_warnings() -> Iterator[list[str]]:
    """A list that holds, afterwards, each warning given meanwhile, once, with the package whose code it points at."""
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield notes
    for warning in caught:
        package = re.findall(r"(?:site-packages|src)[/\\](\w+)", warning.filename)
        note = f"{package[-1] if package else 'elsewhere'}: {warning.category.__name__}: {warning.message}"
        if note not in notes:
            notes.append(note)


def measure_row(row: Row, threads: tuple[int, ...] = (1,), smoke: bool = False, **options: Any) -> list[dict[str, Any]]:
    """The lines of a row, one for each of its peers and number of `threads`, as plain data.

    smoke : the small contest;  options : for `harness.interleave`.
    """
    contest = row.smoke() if smoke else row.make()
    lines = []
    for count in threads:
        calls = {"ours": contest.ours} | {peer.name: peer.call for peer in contest.peers}
        with limited_threads(count), noted_warnings() as notes:
            answers, timings = interleave(calls, threads=count, **options)
        for peer in contest.peers:
            error = float(peer.error(answers["ours"], answers[peer.name]))
            ratio, spread = speed_up(timings["ours"], timings[peer.name], peer.share)
            busy = timings["ours"].clock == BUSY
            goal = None if peer.at_its_best else row.must
            lines.append(
                {"row": row.name, "data": row.data, "kind": row.kind, "unfavourable": row.unfavourable, "smoke": smoke}
                | {"peer": peer.name, "at_its_best": peer.at_its_best, "threads": count, "share": peer.share}
                | {"check": contest.check, "error": error, "bound": peer.bound, "equal": error <= peer.bound}
                | {"ours": describe(timings["ours"]), "theirs": describe(timings[peer.name], peer.share)}
                | {"speed_up": ratio, "spread": spread, "must": goal, "moonshot": goal and row.moonshot}
                | {"verdict": judge_row(ratio, error <= peer.bound, goal, row.moonshot, smoke, busy)}
                | {"warnings": notes}
            )
    return lines


def describe(timing: Any, share: float = 1.0) -> dict[str, Any]:
    """A timing as plain data, its seconds scaled to the whole work by `share`."""
    low, high = timing.quartiles
    return {
        "median": timing.median / share,
        "quartiles": [low / share, high / share],
        "repeats": len(timing.repeats),
        "calls": timing.calls,
        "clock": timing.clock,
        "foreign": None if math.isnan(timing.foreign) else timing.foreign,
    }


def judge_row(
    ratio: float, equal: bool, must: float | None, moonshot: float | None, smoke: bool, busy: bool = False
) -> str:
    """The verdict on a speed-up `ratio`: whether answers are `equal`, then the goals `must` and `moonshot`.

    A `smoke` run fails below half of `must` only: its data are too small for the goal itself. On a `busy` machine wall
    times of several threads are not judged; those of one thread are CPU times, and are.
    """
    if not equal:
        return "unequal answers"
    if busy:
        return "machine too busy"
    if must is None:
        return "ours faster" if ratio > 1 else "peer faster"
    if moonshot is not None and ratio >= moonshot:
        return "moonshot"
    if ratio >= must:
        return "met"
    return "below must" if smoke and ratio >= must / 2 else "missed"


def measure_quantity(quantity: Quantity, smoke: bool = False) -> dict[str, Any]:
    """The line of a quantity, as plain data; smoke : with few repeats or small data."""
    measured = quantity.measure(smoke)
    line = {"quantity": quantity.name, "data": quantity.data, "unit": quantity.unit, **asdict(measured)}
    must = measured.limit if quantity.must is None else quantity.must
    goals = {"must": must, "moonshot": quantity.moonshot}
    return line | goals | {"verdict": judge_quantity(measured.value, must, quantity.moonshot, smoke)}


def judge_quantity(value: float, must: float | None, moonshot: float | None, smoke: bool) -> str:
    """The verdict on a number that should be small: `value` against the upper bounds; `smoke` allows twice `must`."""
    if must is None:
        return "reported"
    if moonshot is not None and value <= moonshot:
        return "moonshot"
    if value <= must:
        return "met"
    return "above must" if smoke and value <= 2 * must else "missed"

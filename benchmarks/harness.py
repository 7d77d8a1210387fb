"""How two calls are timed fairly: interleaved, after a warm-up, with the CPU time that other processes took on record.

A *round* times every contender once, in turn (A B A B ...), so that a slow minute of the machine hits all of them. The
CPU seconds of other processes during a repeat are those of the whole machine (/proc/stat) minus our own; a round in
which they exceed `FOREIGN` of the wall time is taken again. On a machine that stays busy the times become our own CPU
seconds where one thread works (they do not count waiting), and stay wall times, marked busy, where several do.
"""

import gc
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOREIGN = 0.10  # share of a repeat's wall time that other processes may take
SHORTEST = 0.2  # seconds: a repeat calls a short function many times, since the kernel counts CPU in ticks of 10 ms
BUSY = "wall, busy"  # the clock of several threads on a machine that does not become quiet
LONG = 5.0  # seconds from which three repeats do in place of five


def busy_seconds() -> float:
    """CPU seconds that all processes of this machine have used since boot; nan where the system does not say."""
    try:
        ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return math.nan
    user, nice, system, _idle, _iowait, irq, softirq, steal = ticks
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Clock:
    """Three clocks in seconds: the wall, our own CPU time, everybody's CPU time."""

    wall: Callable[[], float] = time.perf_counter
    own: Callable[[], float] = time.process_time
    busy: Callable[[], float] = busy_seconds
    tick: float = 0.01  # resolution of `busy`


@dataclass(frozen=True)
class Repeat:
    """Seconds per call of one repeat, and the share of its wall time that other processes' CPU time makes (or nan)."""

    wall: float
    cpu: float
    foreign: float


@dataclass(frozen=True)
class Timing:
    """The repeats of one contender that count, and on which clock: "wall", "CPU" (busy machine) or "wall, busy"."""

    repeats: tuple[Repeat, ...]
    clock: str
    calls: int  # calls in one repeat

    @property
    def seconds(self) -> np.ndarray:
        """Seconds per call, repeat by repeat."""
        return np.array([r.cpu if self.clock == "CPU" else r.wall for r in self.repeats])

    @property
    def median(self) -> float:
        return float(np.median(self.seconds))

    @property
    def quartiles(self) -> tuple[float, float]:
        low, high = np.quantile(self.seconds, [0.25, 0.75])
        return float(low), float(high)

    @property
    def foreign(self) -> float:
        return max(r.foreign for r in self.repeats)


def time_repeat(call: Callable[[], Any], calls: int, clock: Clock) -> Repeat:
    """One repeat: `call` called `calls` times in a row."""
    busy, own, wall = clock.busy(), clock.own(), clock.wall()
    for _ in range(calls):
        call()
    wall, own, busy = clock.wall() - wall, clock.own() - own, clock.busy() - busy
    foreign = max(0.0, busy - own - clock.tick) / wall if math.isfinite(busy) else math.nan
    return Repeat(wall / calls, own / calls, foreign)


def warm_up(call: Callable[[], Any], clock: Clock, shortest: float) -> tuple[Any, float, int]:
    """The answer of `call`, the seconds of its second call, and how many calls make a repeat of `shortest` seconds.

    The first call compiles and fills caches; a second one is skipped where the first took longer than `LONG`.
    """
    start = clock.wall()
    answer = call()
    seconds = clock.wall() - start
    if seconds < LONG:
        seconds = time_repeat(call, 1, clock).wall
    return answer, seconds, max(1, math.ceil(shortest / max(seconds, 1e-9)))


def interleave(
    contenders: dict[str, Callable[[], Any]],
    *,
    threads: int = 1,
    repeats: int | None = None,
    shortest: float = SHORTEST,
    clock: Clock | None = None,
) -> tuple[dict[str, Any], dict[str, Timing]]:
    """Answers and timings of the `contenders` (name -> call without arguments), timed in turn.

    threads : how many work, which decides what happens on a busy machine;  repeats : default five, three above `LONG`;
    shortest : seconds of a repeat;  clock : the clocks to read.
    """
    clock = clock or Clock()
    warm = {name: warm_up(call, clock, shortest) for name, call in contenders.items()}
    repeats = repeats or (3 if max(seconds for _, seconds, _ in warm.values()) > LONG else 5)
    rounds: list[dict[str, Repeat]] = []
    gc.collect()
    gc.disable()  # nobody pays for the garbage of another
    try:
        while len(rounds) < 2 * repeats and sum(map(is_clean, rounds)) < repeats:
            rounds.append({name: time_repeat(call, warm[name][2], clock) for name, call in contenders.items()})
    finally:
        gc.enable()
    kept, kind = choose_rounds(rounds, repeats, threads)
    timings = {name: Timing(tuple(r[name] for r in kept), kind, warm[name][2]) for name in contenders}
    return {name: answer for name, (answer, _, _) in warm.items()}, timings


def is_clean(contenders: dict[str, Repeat]) -> bool:
    """Whether other processes left this round alone (taken as clean where the system does not say)."""
    return not any(repeat.foreign > FOREIGN for repeat in contenders.values())


def choose_rounds(rounds: list[dict[str, Repeat]], repeats: int, threads: int) -> tuple[list[dict[str, Repeat]], str]:
    """The rounds that count and their clock: the clean ones; failing that, all by CPU time, or the least disturbed."""
    clean = [r for r in rounds if is_clean(r)]
    if len(clean) >= repeats:
        return clean, "wall"
    if threads == 1:
        return rounds, "CPU"
    return sorted(rounds, key=lambda r: max(repeat.foreign for repeat in r.values()))[:repeats], BUSY


def speed_up(ours: Timing, theirs: Timing, share: float = 1.0) -> tuple[float, float]:
    """Peer's time / our time (above 1: ours is faster), and half the interquartile range of the round-by-round ratios.

    share : the part of the work that the peer did; its time is divided by it.
    """
    pairs = theirs.seconds / share / ours.seconds
    low, high = np.quantile(pairs, [0.25, 0.75])
    return theirs.median / share / ours.median, float(high - low) / 2

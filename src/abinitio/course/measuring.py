"""What every homework measures with: means with their errors, and one call's time against another's."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np


def average(values: Any) -> tuple[float, float]:
    """The mean of `values` from independent repetitions, two or more, and its standard error.

    >>> average([1.0, 2.0, 3.0])
    (2.0, 0.5773502691896258)
    """
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def speed_up(ours: Callable[[], Any], theirs: Callable[[], Any], repeats: int = 9) -> tuple[float, float]:
    """The time of `theirs` over that of `ours`: median over interleaved `repeats`, and half the interquartile range.

    Both are called once before, so that nothing is compiled or loaded meanwhile. Wall time: on a busy machine the
    spread says so.
    """
    ratios = []
    ours(), theirs()
    for _ in range(repeats):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        theirs()
        ratios.append((time.perf_counter() - middle) / max(middle - start, 1e-9))
    low, median, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return float(median), float((high - low) / 2)

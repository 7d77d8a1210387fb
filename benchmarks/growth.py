"""How the time grows with n: one contest at n = 10^3 ... 10^6 and the exponent p of time = a + c n^p, fitted.

A contender that would take too long at the next n stops before it; the figure and the table show where.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import curve_fit

from benchmarks.harness import interleave
from benchmarks.row import Contest, limited_threads

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
SMOKE_SIZES = (300, 1_000, 3_000)
TOO_LONG = 20.0  # seconds of one call, as foreseen from the last two sizes
STYLES = (("#0072B2", "o", "-"), ("#D55E00", "s", "--"), ("#009E73", "^", "-."), ("#CC79A7", "D", ":"))  # Okabe-Ito


@dataclass(frozen=True, kw_only=True)
class Growth:
    """A contest for each n, on one thread."""

    name: str
    data: str
    make: Callable[[int], Contest]


def measure_growth(growth: Growth, sizes: tuple[int, ...] = SIZES, **options: Any) -> dict[str, Any]:
    """The times at each of `sizes`, as plain data; `options` are for `harness.interleave`."""
    curves: dict[str, dict[str, list[float]]] = {}
    unequal = []
    for n in sizes:
        contest = growth.make(n)
        shares = {"ours": 1.0} | {peer.name: peer.share for peer in contest.peers}
        calls = {"ours": contest.ours} | {peer.name: peer.call for peer in contest.peers}
        calls = {name: call for name, call in calls.items() if foreseen(curves.get(name), n) <= TOO_LONG}
        if not calls:
            break
        with limited_threads(1):
            answers, timings = interleave(calls, **{"repeats": 3, "shortest": 0.05} | options)
        for peer in contest.peers:
            if {"ours", peer.name} <= set(answers) and not peer.error(
                answers["ours"], answers[peer.name]
            ) <= peer.bound:
                unequal.append(f"{peer.name} at n = {n}")
        for name, timing in timings.items():
            curve = curves.setdefault(name, {"n": [], "seconds": [], "low": [], "high": []})
            points = (n, *(seconds / shares[name] for seconds in (timing.median, *timing.quartiles)))
            for key, value in zip(curve, points, strict=True):
                curve[key].append(value)
    exponents = {name: fit_exponent(curve["n"], curve["seconds"]) for name, curve in curves.items()}
    return {"growth": growth.name, "data": growth.data, "curves": curves, "exponents": exponents, "unequal": unequal}


def foreseen(curve: dict[str, list[float]] | None, n: int) -> float:
    """Seconds that a call at `n` will take, if its `curve` goes on as between the last two sizes (0: unknown)."""
    if curve is None or len(curve["n"]) < 2:
        return 0.0
    if curve["n"][-1] == n:
        return curve["seconds"][-1]
    (n0, n1), (t0, t1) = curve["n"][-2:], curve["seconds"][-2:]
    return t1 * (n / n1) ** max(1.0, np.log(t1 / t0) / np.log(n1 / n0))


def fit_exponent(n: list[int], seconds: list[float]) -> tuple[float, float] | None:
    """The exponent p of `seconds` = a + c `n`^p and its standard error; None below five points.

    The fixed cost a is between 0 and the shortest time; residuals are relative, and their scatter sets the error.
    """
    x, t = np.log(np.asarray(n, dtype=float)), np.log(seconds)
    if len(x) < 5:
        return None
    shortest, last = np.exp(t.min()), t[-1]
    law = lambda x, a, log_c, p: np.log(a * shortest + np.exp(log_c + p * (x - x[-1])))
    bounds = ([0, -np.inf, 0], [1, np.inf, 5])
    best, covariance = curve_fit(law, x, t, p0=(0.5, last, 1.0), bounds=bounds)
    return float(best[2]), float(np.sqrt(covariance[2, 2]))


def draw_growth(measured: dict[str, Any]) -> bytes:
    """The figure of one measured growth, as SVG: times with quartiles, the fitted exponents p in the legend."""
    with matplotlib.rc_context({"font.size": 8, "svg.hashsalt": "abinitio", "svg.fonttype": "path"}):
        figure = Figure(figsize=(3.4, 3.0), layout="constrained")
        axes = figure.add_subplot()
        for (name, curve), (colour, marker, line) in zip(measured["curves"].items(), STYLES, strict=False):
            seconds = np.array(curve["seconds"])
            bars = np.clip([seconds - curve["low"], curve["high"] - seconds], 0, None)
            exponent = measured["exponents"][name]
            label = name.replace("scikit-learn", "sklearn")
            label += "" if exponent is None else f": p = {exponent[0]:.2f} ± {exponent[1]:.2f}"
            style = {"color": colour, "marker": marker, "linestyle": line, "markersize": 3.5, "linewidth": 1.1}
            axes.errorbar(curve["n"], seconds, yerr=bars, capsize=2, label=label, **style)
        axes.set(
            xscale="log", yscale="log", xlabel="samples n", ylabel="time of one call (s)", title=measured["growth"]
        )
        axes.grid(True, which="major", linewidth=0.3, alpha=0.6)
        axes.legend(fontsize=6.5, frameon=False, loc="upper left")
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * (high / low) ** 0.25)  # room for the legend above the curves
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()

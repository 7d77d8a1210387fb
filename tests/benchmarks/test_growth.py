"""Exponents, foresight and the figure of the growth curves."""

import numpy as np
import pytest

from benchmarks.growth import Growth, draw_growth, fit_exponent, foreseen, measure_growth
from benchmarks.harness import Clock
from benchmarks.row import Contest, Peer

SIZES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("fixed", [0.0, 1e-3, 1.0])
def test_an_exact_law_is_fitted_exactly_with_its_fixed_cost(exponent, fixed):
    seconds = [fixed + 1e-5 * n**exponent for n in SIZES]
    fitted, error = fit_exponent(SIZES, seconds)
    assert fitted == pytest.approx(exponent, abs=1e-4) and error < 1e-3


def test_the_error_of_the_exponent_covers_the_truth():
    rng = np.random.default_rng(0)
    n, inside, repeats = np.array(SIZES), 0, 300
    for _ in range(repeats):
        exponent, error = fit_exponent(n, (1e-5 + 1e-9 * n) * np.exp(0.1 * rng.standard_normal(7)))
        inside += abs(exponent - 1.0) < 2.776 * error  # Student's t with 7 - 3 degrees of freedom: 95 %
    assert inside / repeats > 0.95 - 4 * np.sqrt(0.95 * 0.05 / repeats)


def test_too_few_points_give_no_exponent():
    assert fit_exponent(SIZES[:4], [1.0, 2.0, 3.0, 4.0]) is None


def test_foresight_goes_on_with_the_last_slope():
    curve = {"n": [10_000, 100_000], "seconds": [0.1, 10.0]}
    assert foreseen(curve, 1_000_000) == pytest.approx(1000.0)
    assert foreseen({"n": [10, 100], "seconds": [1.0, 1.0]}, 1000) == pytest.approx(10.0)  # at least linear
    assert foreseen(None, 1000) == 0.0


class Costs:
    """A clock that calls move on: ours takes 10^-4 n seconds, the peer's ten times as long and answers n - 1."""

    def __init__(self):
        self.now = 0.0
        self.clock = Clock(wall=lambda: self.now, own=lambda: self.now, busy=lambda: self.now)

    def contest(self, n):
        def call(seconds, answer):
            self.now += seconds
            return answer

        peer = Peer(name="slow [peer]", call=lambda: call(1e-3 * n, n - 1), error=lambda a, b: a - b, bound=0.5)
        return Contest(ours=lambda: call(1e-4 * n, n), peers=(peer,), check="difference")


def test_curves_are_measured_drawn_and_held_to_equal_answers():
    costs = Costs()
    growth = Growth(name="known", data="none", make=costs.contest)
    measured = measure_growth(growth, sizes=(1_000, 3_000, 10_000, 30_000, 100_000), clock=costs.clock)
    assert measured["curves"]["ours"]["n"] == [1_000, 3_000, 10_000, 30_000, 100_000]
    assert measured["curves"]["ours"]["seconds"] == pytest.approx([0.1, 0.3, 1.0, 3.0, 10.0])
    assert measured["curves"]["slow [peer]"]["n"] == [1_000, 3_000, 10_000], "30 s are foreseen: it stops"
    assert measured["unequal"] == [f"slow [peer] at n = {n}" for n in (1_000, 3_000, 10_000)]
    svg = draw_growth(measured).decode()
    assert svg.startswith("<?xml") and "</svg>" in svg

"""The harness on functions and clocks whose times are known."""

import math

import numpy as np
import pytest

from benchmarks.harness import Clock, Repeat, Timing, busy_seconds, choose_rounds, interleave, speed_up, time_repeat


class FakeMachine:
    """A clock that calls move on: each job takes `wall` seconds, a share `foreign` of which others use the machine."""

    def __init__(self, foreign=0.0):
        self.now = self.used = self.everybody = 0.0
        self.foreign = foreign
        self.log = []
        self.clock = Clock(wall=lambda: self.now, own=lambda: self.used, busy=lambda: self.everybody)

    def job(self, name, walls):
        walls = iter(walls)

        def call():
            wall = next(walls)
            self.log.append(name)
            self.now += wall
            self.used += 0.9 * wall
            foreign = self.foreign() if callable(self.foreign) else self.foreign
            self.everybody += (0.9 + foreign) * wall
            return name

        return call


def test_rounds_are_interleaved_and_the_warm_up_does_not_count():
    machine = FakeMachine()
    a, b = machine.job("a", [3, 2, 1.0, 1.2, 0.8, 1.1, 9.0]), machine.job("b", [4, 4] + [2.0] * 5)
    answers, timings = interleave({"a": a, "b": b}, clock=machine.clock)
    assert answers == {"a": "a", "b": "b"}
    assert machine.log == ["a", "a", "b", "b"] + ["a", "b"] * 5
    assert timings["a"].median == pytest.approx(1.1)  # of 1.0, 1.2, 0.8, 1.1, 9.0
    assert timings["a"].clock == "wall" and timings["a"].calls == 1
    ratio, spread = speed_up(timings["a"], timings["b"])
    assert ratio == pytest.approx(2.0 / 1.1)
    quartiles = np.quantile(2.0 / np.array([1.0, 1.2, 0.8, 1.1, 9.0]), [0.25, 0.75])
    assert spread == pytest.approx((quartiles[1] - quartiles[0]) / 2)


def test_three_repeats_above_five_seconds_and_no_second_warm_up():
    machine = FakeMachine()
    interleave({"a": machine.job("a", [6.0] * 9), "b": machine.job("b", [1.0] * 9)}, clock=machine.clock)
    assert machine.log == ["a", "b", "b"] + ["a", "b"] * 3


def test_a_short_function_is_called_often_enough_for_the_ticks_of_the_kernel():
    machine = FakeMachine()
    _, timings = interleave({"a": machine.job("a", [0.5] + [0.003] * 1000)}, clock=machine.clock)
    assert timings["a"].calls == math.ceil(0.2 / 0.003)
    assert timings["a"].median == pytest.approx(0.003)


def test_a_disturbed_round_is_taken_again():
    shares = iter([0, 0, 0.5, 0.5] + [0.0] * 20)  # two calls of warm-up, two disturbed rounds, then peace
    machine = FakeMachine(foreign=lambda: next(shares))
    _, timings = interleave({"a": machine.job("a", [1.0] * 30)}, threads=2, clock=machine.clock)
    assert len(machine.log) == 2 + 2 + 5
    assert timings["a"].clock == "wall" and len(timings["a"].repeats) == 5
    assert timings["a"].foreign <= 0.1


def test_a_busy_machine_falls_back_to_cpu_time_on_one_thread_only():
    for threads, clock, seconds in [(1, "CPU", 0.9), (2, "wall, busy", 1.0)]:
        machine = FakeMachine(foreign=0.8)
        _, timings = interleave({"a": machine.job("a", [1.0] * 30)}, threads=threads, clock=machine.clock)
        assert timings["a"].clock == clock
        assert timings["a"].median == pytest.approx(seconds)
        assert timings["a"].foreign == pytest.approx(0.8 - 0.01)


def test_the_least_disturbed_rounds_are_kept_where_several_threads_work():
    rounds = [{"a": Repeat(1.0, 1.0, share), "b": Repeat(1.0, 1.0, 0.0)} for share in (0.9, 0.2, 0.5, 0.3)]
    kept, _ = choose_rounds(rounds, 2, threads=2)
    assert [r["a"].foreign for r in kept] == [0.2, 0.3]


def test_a_machine_that_does_not_say_counts_as_quiet():
    machine = FakeMachine()
    machine.clock = Clock(wall=lambda: machine.now, own=lambda: machine.used, busy=lambda: math.nan)
    _, timings = interleave({"a": machine.job("a", [1.0] * 30)}, clock=machine.clock)
    assert timings["a"].clock == "wall" and math.isnan(timings["a"].foreign)


def test_a_peer_that_does_part_of_the_work_is_scaled():
    ours, theirs = (Timing((Repeat(t, t, 0.0),) * 3, "wall", 1) for t in (1.0, 0.5))
    assert speed_up(ours, theirs, share=0.1) == pytest.approx((5.0, 0.0))


def test_real_clocks_see_work_and_sleep():
    burn = lambda: [math.sin(i) for i in range(200_000)]
    repeat = time_repeat(burn, 3, Clock())
    assert 0 < repeat.cpu
    assert repeat.cpu <= repeat.wall * 1.5 + 0.02  # one thread: CPU time cannot much exceed wall time
    if not math.isnan(busy_seconds()):
        assert repeat.foreign >= 0

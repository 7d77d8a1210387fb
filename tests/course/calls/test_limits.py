import signal
import sys
import threading
import time

import pytest

from abinitio.course.calls.limits import KEEP, Printed, TimeLimit, time_limit


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            sum(range(10))
        except BaseException:
            pass


@pytest.mark.parametrize("loop", [endless, stubborn])
def test_an_endless_loop_is_stopped_even_if_it_swallows_exceptions(loop):
    start = time.monotonic()
    with pytest.raises(TimeLimit), time_limit(0.05):
        loop()
    assert 0.04 < time.monotonic() - start < 10.0


def test_the_same_in_a_thread_and_nothing_arrives_late():
    outcome = []

    def work():
        for loop in (endless, stubborn):
            try:
                with time_limit(0.05):
                    loop()
            except TimeLimit:
                outcome.append("stopped")
        with time_limit(5.0):
            outcome.append("in time")
        time.sleep(0.1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert outcome == ["stopped", "stopped", "in time"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers on this system")
def test_somebody_elses_alarm_is_put_back():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    outer = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with time_limit(5.0):
            pass
        with pytest.raises(TimeLimit), time_limit(0.02):
            endless()
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        time.sleep(0.3)
        assert rang == [1]
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *outer)


def test_a_gigabyte_of_printing_leaves_its_beginning():
    printed = Printed()
    line = "x" * 10_000_000
    for _ in range(100):
        print(line, file=printed)
    assert printed.size == 100 * (len(line) + 1) and len(printed.text) == KEEP
    assert sys.getsizeof(printed.text) < 10 * KEEP


def test_no_garbage_is_collected_meanwhile_and_it_is_afterwards():
    import gc

    with time_limit(5):
        assert not gc.isenabled()
        with time_limit(5):
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(TimeLimit):
        with time_limit(0.01):
            while True:
                pass
    assert gc.isenabled()

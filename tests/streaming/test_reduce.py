"""A pass over rows: the same bits on one process and on several, progress, interruption and its resumption."""

from functools import partial

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from abinitio.data import ArrayRows
from abinitio.streaming import reduce as passes
from abinitio.streaming.moments import merge_moments, moments_of
from abinitio.streaming.reduce import reduce_rows

X = np.random.default_rng(0).normal(size=(1000, 3)) + 50


def starts_of(block):
    return [float(block[0, 0])]


def in_order(a, b):
    return a + b


def test_summaries_are_joined_in_the_order_of_the_rows():
    numbers = np.arange(100.0)[:, None]
    assert reduce_rows(ArrayRows(numbers), starts_of, in_order, memory=240) == list(np.arange(0.0, 100.0, 10.0))


def test_the_same_bits_on_one_process_and_on_two():
    one, two = (reduce_rows(ArrayRows(X), moments_of, merge_moments, memory=1500, jobs=jobs) for jobs in (1, 2))
    for a, b in zip(one, two):
        assert_array_equal(a, b)


def test_many_blocks_are_gathered_into_a_bounded_number_of_tasks(monkeypatch):
    monkeypatch.setattr(passes, "TASKS", 7)
    assert reduce_rows(ArrayRows(X), len, int.__add__, memory=240) == 1000


def test_progress_is_shown_only_when_asked_for(capsys):
    reduce_rows(ArrayRows(X), len, int.__add__, memory=2400)
    assert capsys.readouterr().err == ""
    reduce_rows(ArrayRows(X), len, int.__add__, memory=2400, progress=True)
    assert "rows/s" in capsys.readouterr().err


def failing_at(row, seen, block):
    seen.append(block[0, 0])
    if block[0, 0] == row:
        raise KeyboardInterrupt
    return float(block.sum())


def test_an_interrupted_pass_goes_on_where_it_stopped(tmp_path):
    rows, seen, kept = ArrayRows(np.arange(100.0)[:, None]), [], tmp_path / "pass"
    with pytest.raises(KeyboardInterrupt):
        reduce_rows(rows, partial(failing_at, 60.0, seen), float.__add__, memory=240, checkpoint=kept)
    assert kept.exists() and seen == [0, 10, 20, 30, 40, 50, 60]
    again = []
    assert reduce_rows(rows, partial(failing_at, -1, again), float.__add__, memory=240, checkpoint=kept) == 4950
    assert again[0] >= 50 and not kept.exists()


def test_a_checkpoint_of_other_rows_is_refused(tmp_path):
    kept = tmp_path / "pass"
    joblib.dump((("other",), 3, 5.0), kept)
    with pytest.raises(ValueError, match="other rows"):
        reduce_rows(ArrayRows(X), len, int.__add__, checkpoint=kept)
    assert kept.exists()


def test_a_checkpoint_is_saved_on_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "AGAIN", 0.0)
    there = []

    def summarise(block):
        there.append((tmp_path / "pass").exists())
        return 1

    reduce_rows(ArrayRows(np.arange(40.0)[:, None]), summarise, int.__add__, memory=240, checkpoint=tmp_path / "pass")
    assert there[0] is False and there[-1] is True
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_an_error():
    with pytest.raises(ValueError, match="no rows"):
        reduce_rows(ArrayRows(np.empty((0, 2))), len, int.__add__)

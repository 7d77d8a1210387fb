"""The lower bound, its kinks, and the minimum against that of all rows in memory, however few are kept."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.streaming.kink_bundle import (
    Cells,
    bundle_minimum,
    bundle_step,
    joined_kink_sums,
    kink_sums_of,
    merge_kink_sums,
)
from abinitio.svm.linear_minimum import linear_minimum
from abinitio.svm.signed_dual import classification_problem

rng = np.random.default_rng(0)
n, d = 2000, 4
X = np.column_stack([rng.normal(size=(n, d - 1)), np.ones(n)])
y = np.where(X[:, 0] + 0.5 * X[:, 1] + 0.7 * rng.normal(size=n) > 0.3, 1.0, -1.0)
Z = y[:, None] * X
CELLS = Cells(np.random.default_rng(1).normal(size=(d, 3)), np.zeros(3))


def objective(w, C):
    return w @ w / 2 + C * np.maximum(0, 1 - Z @ w).sum()


def exact(C):
    return linear_minimum(X, classification_problem(y, np.full(n, C)), False, 1e-12, 1000, np.random.default_rng(0))


def test_the_rows_nearest_to_their_kinks_are_kept_however_they_are_joined():
    w = rng.normal(size=d)
    r = 1 - Z @ w
    expected = np.sort(np.argsort(np.abs(r))[:50])
    parts = [kink_sums_of(Z[i : i + 300], w, 50) for i in range(0, n, 300)]
    left = parts[0]
    for part in parts[1:]:
        left = merge_kink_sums(left, part, 50)
    for sums in (kink_sums_of(Z, w, 50), left, joined_kink_sums(parts, 50)):
        assert_array_equal(sums.near, Z[expected])
        assert_allclose(sums.margins, r[expected], atol=1e-13)
        assert sums.loss == pytest.approx(np.maximum(0, r).sum())
        assert_allclose(sums.slope, Z[r > 0].sum(axis=0))
    assert np.all(np.abs(kink_sums_of(Z, w, n, width=0.1).margins) <= 0.1)


@pytest.mark.parametrize("cells", [None, CELLS], ids=["dropped", "grouped"])
@pytest.mark.parametrize("most", [0, 1, 100, 2000])
@pytest.mark.parametrize("C", [1e-3, 1.0])
def test_no_objective_lies_below_the_bound(most, C, cells):
    w, best = rng.normal(size=d), exact(C)
    s, fall = bundle_step(w, kink_sums_of(Z, w, most, cells=cells), C, 1e-9)
    assert objective(w, C) - fall <= best.objective * (1 + 1e-12)
    if most == 2000:  # the bound is the objective itself
        assert objective(w, C) - fall == pytest.approx(best.objective, rel=1e-9)
        assert objective(w + s, C) == pytest.approx(best.objective, rel=1e-9)


def test_the_other_rows_are_in_groups_of_their_cell_and_side():
    w = rng.normal(size=d)
    parts = [kink_sums_of(Z[i : i + 300], w, 50, width=2.0, cells=CELLS) for i in range(0, n, 300)]
    sums, r = joined_kink_sums(parts, 50, CELLS), 1 - Z @ w
    others = np.argsort(np.abs(r))[50:]
    group = (Z[others] @ CELLS.axes > 0) @ [2, 4, 8] + (r[others] > 0)
    assert_array_equal(sums.counts, np.bincount(group, minlength=16))
    assert_allclose(sums.sums, [Z[others][group == g].sum(axis=0) for g in range(16)], atol=1e-10)
    tighter = [bundle_step(w, kink_sums_of(Z, w, 50, cells=c), 0.1, 1e-9)[1] for c in (CELLS, None)]
    assert tighter[0] < tighter[1]


def test_without_rows_it_is_the_cutting_plane():
    w = rng.normal(size=d)
    sums = kink_sums_of(Z, w, 0)
    s, fall = bundle_step(w, sums, 0.5, 1e-9)
    g = w - 0.5 * Z[1 - Z @ w > 0].sum(axis=0)
    assert_allclose(s, -g)  # the least of g·s + |s|²/2
    assert fall == pytest.approx(g @ g / 2)


@pytest.mark.parametrize("most", [20, 200, 2000])
def test_the_minimum_and_its_proof(most):
    few, prices = slice(0, n // 10), (1e-3, 1.0)
    for C in prices:
        best = exact(C)
        losses = classification_problem(y[few], np.full(n // 10, 10 * C))
        start = linear_minimum(X[few], losses, False, 1e-6, 100, np.random.default_rng(0)).w
        W, gaps, passes = bundle_minimum(lambda W, _: [kink_sums_of(Z, w, most) for w in W], start[None], C, 1e-9, 60)
        assert gaps[0] <= 1e-9 and passes <= {20: 60, 200: 8, 2000: 2}[most]
        assert best.objective * (1 - 1e-11) <= objective(W[0], C) <= best.objective * (1 + 1.1e-9)
        assert_allclose(W[0], best.w, atol=np.sqrt(2 * 2e-9 * best.objective))


def test_several_machines_share_the_passes_until_each_is_done():
    asked, signs = [], np.array([1.0, -1.0])

    def sums_at(W, machines):
        asked.append(machines.tolist())
        return [kink_sums_of(signs[k] * Z, w, (n, 30)[k]) for w, k in zip(W, machines)]

    W, gaps, passes = bundle_minimum(sums_at, np.zeros((2, d)), 0.01, 1e-9, 60)
    assert asked[0] == [0, 1] and asked[-1] == [1] and len(asked) == passes
    assert_allclose(W[0], -W[1], atol=1e-4)
    assert np.all(gaps <= 1e-9)


def test_too_few_passes_leave_a_gap_that_holds():
    W, gaps, passes = bundle_minimum(lambda W, _: [kink_sums_of(Z, w, 20) for w in W], np.zeros((1, d)), 1.0, 1e-9, 4)
    assert passes == 4 and gaps[0] > 1e-9
    assert objective(W[0], 1.0) * (1 - gaps[0]) <= exact(1.0).objective <= objective(W[0], 1.0)

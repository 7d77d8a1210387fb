"""Every row at its smoke size: ours and the peers give equal answers. What is not tested here is time."""

import re
import sys
from fractions import Fraction

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LinearRegression

from benchmarks.designs import correlated, ill_centred, ill_conditioned, resonance
from benchmarks.lasso import lasso_objective, objective_excess
from benchmarks.linear_model import exact_coefficients
from benchmarks.local_regression import moment_loop, student_loop
from benchmarks.run import choose
from benchmarks.start_up import child_seconds

ROWS, QUANTITIES, GROWTH = choose("")


def test_the_goals_are_those_of_the_table():
    goals = {row.name: row.must for row in ROWS if row.must}
    assert goals["least squares 10^5 x 100"] == 5 and goals["ridge 10^5 x 100"] == 1.5
    assert goals["lasso 10^5 x 100"] == goals["lasso 10^3 x 10^4"] == 1.3
    assert goals["lasso path, 100 alphas, 2000 x 500"] == 2
    assert goals["ridge path, 50 alphas + leave-one-out, 2000 x 200"] == 3
    assert goals["locally linear, 10^4 points, 10^4 queries, bandwidth 0.1"] == 10
    assert goals["Ising Metropolis, L = 1024, 1000 sweeps"] == 50
    assert goals["Ising, decorrelated: 16 temperatures x 1000, L = 40"] == 10
    assert {q.name: q.must for q in QUANTITIES if "abinitio" in q.name and q.must} == {
        "import abinitio": 0.1,
        "abinitio --help": 0.4,
        "abinitio list": 0.6,
    }


def test_every_row_with_a_goal_has_an_unfavourable_case_beside_it():
    first_words = lambda name: re.split(r"[ ,]", name)[0]
    unfavourable = {first_words(row.name) for row in ROWS if row.unfavourable}
    assert {first_words(row.name) for row in ROWS if row.must} <= unfavourable
    assert all(row.data.startswith(("random", "structured", "real")) and row.data.startswith(row.kind) for row in ROWS)
    assert not [row.name for row in ROWS if row.unfavourable and row.must]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_answers_are_equal_and_the_check_notices_where_they_are_not(row):
    contest = row.smoke()
    ours = contest.ours()
    answers = {peer: peer.call() for peer in contest.peers if not slow_to_compile(peer)}
    for peer, theirs in answers.items():
        assert peer.error(ours, theirs) <= peer.bound, f"{peer.name}: {contest.check}"
    for peer, theirs in answers.items():
        assert not peer.error(spoiled(ours), theirs) <= peer.bound, f"{peer.name}: {contest.check}"


@pytest.mark.parametrize("growth", GROWTH, ids=lambda growth: growth.name)
def test_answers_are_equal_along_the_growth_curves(growth):
    contest = growth.make(300)
    ours = contest.ours()
    for peer in contest.peers:
        assert slow_to_compile(peer) or peer.error(ours, peer.call()) <= peer.bound, f"{peer.name}: {contest.check}"


@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row.name.startswith("lasso 10")], ids=lambda row: row.name)
def test_answers_equal_those_of_the_peer_that_compiles(row):
    contest = row.smoke()
    ours, compiled = contest.ours(), [peer for peer in contest.peers if slow_to_compile(peer)]
    assert compiled
    for peer in compiled:
        assert peer.error(ours, peer.call()) <= peer.bound


def slow_to_compile(peer):
    """skglm compiles anew in every process: ten seconds and more."""
    return peer.name.startswith("skglm")


def spoiled(answer):
    """An answer, estimator, array, number or tuple of them, whose numbers become one per cent off."""
    if isinstance(answer, tuple):
        parts = [spoiled(part) for part in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)
    if isinstance(answer, np.ndarray | float | int):
        return answer * 1.01
    answer.coef_ = answer.coef_ * 1.01
    return answer


def test_lasso_objective_is_what_scikit_learn_minimises():
    X, y = correlated(200, 5, 2)
    model = Lasso(0.1, tol=1e-12).fit(X, y)
    residual = y - model.predict(X)
    expected = residual @ residual / 400 + 0.1 * np.abs(model.coef_).sum()
    assert lasso_objective(X, y, 0.1, model.coef_) == pytest.approx(expected, rel=1e-12)
    worse = Lasso(0.1, tol=1e-12).fit(X, y)
    worse.coef_ = worse.coef_ + 0.01
    assert objective_excess(X, y, 0.1)(worse, model) > 0 > objective_excess(X, y, 0.1)(model, worse)


def test_rational_arithmetic_gives_the_exact_coefficients():
    X = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 3.0]])
    y = X @ [0.5, -0.25] + 7
    assert exact_coefficients(X, y).tolist() == [0.5, -0.25]
    X, y = ill_conditioned(60, 4, 100.0)
    np.testing.assert_allclose(exact_coefficients(X, y), LinearRegression().fit(X, y).coef_, rtol=1e-10)
    assert Fraction(0.1) != Fraction(1, 10)  # these very floating-point numbers


def test_designs_are_what_they_say():
    X, _ = correlated(20_000, 6, 2, correlation=0.9)
    correlation = np.corrcoef(X.T)
    assert abs(correlation[1, 2] - 0.9) < 5 * (1 - 0.9**2) / np.sqrt(20_000)  # standard error of a correlation
    assert abs(correlation[0, 3] - 0.9**3) < 5 * (1 - 0.9**6) / np.sqrt(20_000)
    assert 0.5e10 < np.linalg.cond(ill_conditioned(5000, 30, 1e10)[0]) < 2e10
    X, _ = ill_centred(500, 8)
    assert np.abs(X.mean(axis=0) / 1e6 - 1).max() < 1e-6 and np.abs(X.std(axis=0) - 1).max() < 0.15


def test_the_two_loops_of_a_student_agree_and_reproduce_a_line():
    x, y, queries = resonance(400, queries=20)
    np.testing.assert_allclose(student_loop(queries, x, y, 0.3), moment_loop(queries, x, y, 0.3), rtol=1e-9)
    np.testing.assert_allclose(student_loop(queries, x, 2 * x - 1, 0.3), 2 * queries - 1, atol=1e-10)


def test_child_seconds_counts_work_and_reports_failure():
    idle, busy = (child_seconds([sys.executable, "-c", code]) for code in ("pass", "sum(range(10**7))"))
    assert busy > idle > 0
    with pytest.raises(RuntimeError, match="status 3"):
        child_seconds([sys.executable, "-c", "raise SystemExit(3)"])

import numpy as np
import pytest

from abinitio.course.calls.callables import REGISTRY, make_callable

rng = np.random.default_rng(0)
A = np.array([[2.0, 0.5], [0.5, 1.0]])
b, X, y = rng.normal(size=2), rng.normal(size=(5, 2)), rng.normal(size=5)
PAIRS = [
    ("quadratic", "quadratic_gradient", {"A": A, "b": b}),
    ("least_squares", "least_squares_gradient", {"X": X, "y": y}),
    ("rosenbrock", "rosenbrock_gradient", {}),
]


@pytest.mark.parametrize(("objective", "gradient", "arguments"), PAIRS)
def test_each_gradient_is_the_derivative_of_its_objective(objective, gradient, arguments):
    f, g = make_callable(objective, arguments), make_callable(gradient, arguments)
    w, h = np.array([0.3, -0.7]), 1e-20
    by_complex_step = [f(w + 1j * h * e).imag / h for e in np.eye(2)]
    assert np.allclose(g(w), by_complex_step, rtol=1e-12)


def test_batches_of_everything_are_the_whole_gradient_and_half_is_half():
    whole = make_callable("least_squares_gradient", {"X": X, "y": y})(b)
    assert np.allclose(make_callable("batch_gradient", {"X": X, "y": y})(b, np.arange(5)), whole)
    assert np.allclose(make_callable("half_least_squares_gradient", {"X": X, "y": y})(b), whole / 2)


@pytest.mark.parametrize(("name", "penalty"), [("l1_proximal", np.abs), ("l2_proximal", lambda w: w**2 / 2)])
def test_proximal_maps_minimise_what_they_say(name, penalty):
    p, grid = make_callable(name, {"weight": 2.0}), np.linspace(-4, 4, 80001)
    for z in (-1.7, 0.1, 3.0):
        best = grid[np.argmin((grid - z) ** 2 / 2 + 0.3 * 2.0 * penalty(grid))]
        assert abs(p(np.array([z]), 0.3)[0] - best) < 1e-4


def test_kernels_bases_and_distributions():
    assert make_callable("gaussian_kernel", {"bandwidth": 2.0})(2.0) == pytest.approx(np.exp(-0.5))
    assert make_callable("box_kernel", {"bandwidth": 1.0})(np.array([0.5, 1.5])).tolist() == [1.0, 0.0]
    assert make_callable("polynomial_basis", {"degree": 2})(np.array([3.0])).tolist() == [[1.0, 3.0, 9.0]]
    assert make_callable("normal_cdf", {"mean": 1.0, "sigma": 2.0})(np.array([1.0, 3.0])) == pytest.approx(
        [0.5, 0.8413447]
    )
    assert make_callable("uniform_cdf", {})(np.array([-1.0, 0.3, 2.0])).tolist() == [0.0, 0.3, 1.0]
    assert make_callable("sum_of_exponentials", {"a": np.ones(2)})(np.zeros(2)) == 2.0
    pull = make_callable("gaussian_arms", {"means": np.array([0.0, 10.0]), "sigma": 0.0})
    assert pull(1, np.random.default_rng(0)) == 10.0


def test_every_ready_made_function_says_what_it_is_and_an_unknown_name_lists_them():
    assert all(make.__doc__ for make in REGISTRY.values())
    with pytest.raises(ValueError, match="rosenbrock"):
        make_callable("rosenbrok", {})

r"""Entropic optimal transport: Sinkhorn's iterations, the costs that they bound, and the debiased divergence.

Weights a (n,) and b (m,) with the sum 1, costs $C_{ij}$, a temperature $\epsilon > 0$ in the unit of the cost:
$$\mathrm{OT}_\epsilon(a, b) = \min_P\; \sum_{ij} P_{ij} C_{ij} + \epsilon\, KL(P\,|\,a \otimes b)
= \max_{f, g}\; \sum_i a_i f_i + \sum_j b_j g_j - \epsilon \Big(\sum_{ij} P_{ij} - 1\Big)$$
over the plans P with marginals a and b; both are reached by $P_{ij} = a_i b_j\, e^{(f_i + g_j - C_{ij})/\epsilon}$,
with potentials for which the marginals hold. Sinkhorn's iteration makes the rows' sums right, then the columns', and so
on: $f_i = -\epsilon \log \sum_j b_j e^{(g_j - C_{ij})/\epsilon}$ is the free energy of a particle in the potential
C - g.

Conventions: KL against the product of the marginals, in nats. (With $\epsilon \sum P \log P$ in its place, as in POT,
the plan is the same, and the cost differs by $\epsilon$ times the entropies of a and b.) The cost lies between the
unregularised one and that plus $\epsilon$ times the smaller of these entropies.

`sinkhorn_iterations` reads like the equations; `sinkhorn` calls its fast twins `scaled_sinkhorn`, `newton_sinkhorn`.
Oracles: the linear programme for ε → 0, Gaussians in closed form (`entropic_gaussian_cost`), duality.
Sources: M. Cuturi, NeurIPS 2013; J. Feydy, T. Séjourné, F.-X. Vialard, S. Amari, A. Trouvé, G. Peyré, AISTATS 2019
(the divergence); G. Peyré, M. Cuturi, "Computational Optimal Transport" (2019), chapter 4.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

PATIENCE = 200  # iterations before Newton's method has its turn
NEWTON_TO, NEWTON_STEPS = 5000, 40  # points on a side, for its linear system; and its steps


def sinkhorn_step(g, log_b, cost, epsilon):
    r"""The potential $f_i = -\epsilon \log \sum_j b_j\, e^{(g_j - C_{ij})/\epsilon}$ that makes the rows' sums right.

    g : (m,) potential of the columns;  log_b : (m,) logarithms of their weights, -inf for no weight, not all -inf;
    cost : (n, m) costs $C_{ij}$;  epsilon : number > 0, in the unit of the cost.
    Returns f, (n,), in the unit of the cost. Finite, without a warning, however small epsilon is against the costs.

    >>> sinkhorn_step(np.array([0.0, 1.0]), np.log([0.5, 0.5]), np.array([[2.0, 3.0], [900.0, 990.0]]), 1.0).round(3)
    array([  2.   , 900.693])
    """
    z = log_b + (g - cost) / epsilon
    largest = z.max(axis=1, keepdims=True)
    return -epsilon * (largest[:, 0] + np.log(np.sum(np.exp(z - largest), axis=1)))  # exp cannot overflow


def sinkhorn_iterations(a, b, cost, epsilon):
    r"""Sinkhorn's iterations from f = 0: g for the columns' sums, then f for the rows'.

    a : (n,), b : (m,) weights >= 0 with the sum 1;  cost : (n, m);  epsilon : number > 0, in the unit of the cost.
    Yields (f, g), (n,) and (m,), without end. The rows' sums of their plan are exact, the columns' tend to be; the dual
    value $\sum a f + \sum b g$ never falls. f and g mean something also where the weight is 0.

    >>> a = b = np.array([0.5, 0.5])
    >>> f, g = next(sinkhorn_iterations(a, b, np.array([[0.0, 1.0], [1.0, 0.0]]), epsilon=0.5))
    >>> entropic_plan(f, g, a, b, np.array([[0.0, 1.0], [1.0, 0.0]]), epsilon=0.5).round(4)
    array([[0.4404, 0.0596],
           [0.0596, 0.4404]])
    """
    with np.errstate(divide="ignore"):
        log_a, log_b = np.log(a), np.log(b)
    f = np.zeros(len(a))
    while True:
        g = sinkhorn_step(f, log_a, cost.T, epsilon)
        f = sinkhorn_step(g, log_b, cost, epsilon)
        yield f, g


def entropic_plan(f, g, a, b, cost, epsilon):
    r"""The plan $P_{ij} = a_i b_j\, e^{(f_i + g_j - C_{ij})/\epsilon}$ of a pair of potentials.

    f : (n,), g : (m,) potentials;  a : (n,), b : (m,) weights;  cost : (n, m);  epsilon : number > 0.
    Returns (n, m).

    >>> entropic_plan(np.zeros(1), np.array([0.0, np.log(2)]), np.ones(1), np.array([0.5, 0.25]), np.zeros((1, 2)), 1.0)
    array([[0.5, 0.5]])
    """
    P = (f[:, None] + g - cost) / epsilon
    np.exp(P, out=P)
    P *= a[:, None]
    P *= b
    return P


def marginal_violation(P, a, b):
    r"""The error of a plan's marginals, $\sum_i |\sum_j P_{ij} - a_i| + \sum_j |\sum_i P_{ij} - b_j|$.

    P : (n, m) plan;  a : (n,), b : (m,) weights.  Returns a number >= 0.

    >>> marginal_violation(np.array([[0.5, 0.0], [0.25, 0.25]]), np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    0.5
    """
    return float(np.abs(P.sum(axis=1) - a).sum() + np.abs(P.sum(axis=0) - b).sum())


def entropic_cost(P, a, b, cost, epsilon):
    r"""The cost with its entropic term, $\sum_{ij} P_{ij} \big(C_{ij} + \epsilon \log \frac{P_{ij}}{a_i b_j}\big)$.

    P : (n, m) plan with the marginals a (n,) and b (m,), weights of sum 1;  cost : (n, m);  epsilon : number >= 0.
    Convention: nats; 0 log 0 = 0.  Returns a number, in the unit of the cost.

    >>> a = b = np.array([0.5, 0.5])
    >>> round(entropic_cost(np.eye(2) / 2, a, b, np.array([[3.0, 1.0], [1.0, 3.0]]), epsilon=1.0), 6)  # 3 + log 2
    3.693147
    """
    ratio = np.divide(P, np.outer(a, b), out=np.ones_like(P), where=P > 0)
    return float(np.sum(P * cost) + epsilon * np.sum(P * np.log(ratio)))


def entropic_dual(f, g, a, b, cost, epsilon):
    r"""The dual value $\sum_i a_i f_i + \sum_j b_j g_j - \epsilon (\sum_{ij} P_{ij} - 1)$: a lower bound of the cost.

    f : (n,), g : (m,) potentials, any;  a : (n,), b : (m,) weights with the sum 1;  cost : (n, m);  epsilon : > 0.
    Returns a number, in the unit of the cost, at most $\mathrm{OT}_\epsilon$, and equal to it for optimal f and g.

    >>> entropic_dual(np.zeros(1), np.array([1.0, 3.0]), np.ones(1), np.array([0.5, 0.5]), np.array([[1.0, 3.0]]), 0.1)
    2.0
    """
    return float(a @ f + b @ g - epsilon * (entropic_plan(f, g, a, b, cost, epsilon).sum() - 1))


def sinkhorn(a, b, cost, epsilon, tol=1e-9, max_iter=100_000):
    r"""Optimal potentials of entropic transport.

    a : (n,), b : (m,) weights >= 0 with the sum 1, zeros allowed;  cost : (n, m), finite;  epsilon : number > 0, in the
    unit of the cost;  tol : the error of the marginals, $\sum_j |\sum_i P_{ij} - b_j|$, at which to stop;  max_iter :
    iterations allowed, after which a ConvergenceWarning is given.
    Returns (f, g), (n,) and (m,), in the unit of the cost: f is -epsilon log of a sum for given g, so that the rows'
    sums of `entropic_plan(f, g, ...)` are exact; a number added to f and taken from g changes nothing.
    ValueError where the weights are negative or do not sum to 1, or epsilon is not > 0.

    >>> a = b = np.array([0.5, 0.5])
    >>> cost = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> f, g = sinkhorn(a, b, cost, epsilon=1e-3)
    >>> entropic_plan(f, g, a, b, cost, epsilon=1e-3).round(9)
    array([[0.5, 0. ],
           [0. , 0.5]])
    """
    a, b, cost = (np.asarray(x, dtype=float) for x in (a, b, cost))
    _check(a, b, cost, epsilon)
    f, g, violation, _ = _fast(a, b, cost, epsilon, tol, max_iter)
    if not violation <= tol:
        message = f"after max_iter = {max_iter} iterations the marginals are off by {violation:.3g}, above tol = {tol}"
        warnings.warn(message + "; allow more iterations, or a larger epsilon", ConvergenceWarning, stacklevel=2)
    return f, g


def sinkhorn_divergence(a, b, cost_ab, cost_aa, cost_bb, epsilon, tol=1e-9, max_iter=100_000):
    r"""The debiased divergence $W(a, b) - \frac12 W(a, a) - \frac12 W(b, b)$, $W = \mathrm{OT}_\epsilon$.

    a : (n,), b : (m,) weights >= 0 with the sum 1 of points x and y;  cost_ab : (n, m), cost_aa : (n, n), cost_bb :
    (m, m) costs between the points x and y, x and x, y and y;  epsilon, tol, max_iter : as in `sinkhorn`.
    Returns a number in the unit of the cost: 0 for equal measures, > 0 for others if the cost is $|x - y|$ or
    $|x - y|^2$; for $\epsilon \to 0$ the optimal cost, for $\epsilon \to \infty$ and $|x - y|^2$ the squared distance
    of the means. Its error is of the order of tol times the costs.

    >>> x, a = np.array([0.0, 1.0]), np.array([0.5, 0.5])
    >>> cost = np.subtract.outer(x, x) ** 2
    >>> round(sinkhorn_divergence(a, a, np.subtract.outer(x, x + 3) ** 2, cost, cost, epsilon=1.0), 6)
    9.0
    """
    f, g = sinkhorn(a, b, cost_ab, epsilon, tol, max_iter)
    return float(a @ f + b @ g) - (self_cost(a, cost_aa, epsilon, tol) + self_cost(b, cost_bb, epsilon, tol)) / 2


def self_cost(a, cost, epsilon, tol=1e-9):
    r"""The entropic cost $\mathrm{OT}_\epsilon(a, a)$ between a measure and itself.

    a : (n,) weights >= 0 with the sum 1;  cost : (n, n), symmetric;  epsilon : number > 0, in the unit of the cost;
    tol : the error of the marginals, $\sum_i |\sum_j P_{ij} - a_i|$, at which to stop.
    Returns a number, the dual value.

    >>> round(self_cost(np.array([0.5, 0.5]), np.array([[0.0, 1e9], [1e9, 0.0]]), epsilon=1.0), 6)  # log 2
    0.693147
    """
    with np.errstate(divide="ignore"):
        log_a = np.log(a)
    f, error = np.zeros(len(a)), np.ones(len(a))
    for _ in range(200):  # the error is halved by each
        new = sinkhorn_step(f, log_a, cost, epsilon)
        with np.errstate(over="ignore"):
            error = np.expm1((f - new) / epsilon)  # of the rows' sums, relative
        if a @ np.abs(error) <= tol:
            break
        f = (f + new) / 2  # both potentials are the same function: the mean of f and its answer is nearly it
    return float(2 * a @ f - epsilon * (a @ error))


def _fast(a, b, cost, epsilon, tol, max_iter):
    """An iterate of `sinkhorn_iterations` that is good enough: by scalings, and Newton's method where they are slow."""
    from abinitio.information.sinkhorn_newton import newton_sinkhorn  # numba loads only where used
    from abinitio.information.sinkhorn_scaling import annealed_sinkhorn, scaled_sinkhorn

    result = annealed_sinkhorn(a, b, cost, epsilon, tol, min(max_iter, PATIENCE))
    left = max_iter - result.iterations
    if result.violation > tol and left > 0 and max(cost.shape) <= NEWTON_TO and a.min() > 0 and b.min() > 0:
        newton = newton_sinkhorn(a, b, cost, epsilon, tol, min(left, NEWTON_STEPS), result.f)
        result, left = (newton, left - newton.iterations) if newton.violation < result.violation else (result, left)
    if result.violation > tol and left > 0:
        result = scaled_sinkhorn(a, b, cost, epsilon, tol, left, result.f)
    return result


sinkhorn_iterations.fast = _fast


def _check(a, b, cost, epsilon):
    """ValueError where the problem has no answer."""
    if cost.shape != (len(a), len(b)):
        raise ValueError(f"cost has the shape {cost.shape}, a and b need {(len(a), len(b))}")
    for name, weights in (("a", a), ("b", b)):
        if not (np.min(weights) >= 0 and abs(weights.sum() - 1) <= 1e-9):
            raise ValueError(
                f"{name} has the minimum {np.min(weights):.6g} and the sum {weights.sum():.9g}; "
                f"weights must be >= 0 and sum to 1: divide by {name}.sum()"
            )
    if not 0 < epsilon < np.inf:
        raise ValueError(f"epsilon is {epsilon!r}; it must be a number > 0, for 0 see optimal_transport")

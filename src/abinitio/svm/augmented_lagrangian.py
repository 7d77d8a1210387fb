r"""Linear machines with kinks in their loss, solved exactly by smooth problems that learn where the multipliers are.

The losses of the linear support-vector machines are all of the form
$$F(w) = \tfrac12 |w|^2 + \sum_i \max_{l_i \le p \le u_i} \big[p\,(y_i - f_i) - \epsilon |p|\big], \qquad f = Xw,$$
with p as multiplier: for the hinge loss of a label y = 1 it lies in [0, C], of y = -1 in [-C, 0], with $\epsilon = 0$;
for the tube of regression it lies in [-C, C]. In the method of multipliers a term $-(p - a_i)^2 / 2\sigma_i$ is added,
which keeps p near a guess a and rounds the kinks off over a width of $C/\sigma$; the best p is then a piecewise linear
function of f, and the problem in w is one for `semismooth_newton`. Its solution's multipliers are the next guess. The
method converges for every $\sigma$, the faster the larger it is. Any multipliers between the bounds give a number that
no F(w) falls below, and the difference from F (the duality gap) proves how good w is. With squares of the losses
(a = 0, $\sigma = 2C$, bounds infinite) the first smooth problem is the problem itself.

Oracles: the duality gap; liblinear. Sources: R. T. Rockafellar, Math. Oper. Res. 1 (1976) 97; X. Li, D. Sun, K.-C. Toh,
SIAM J. Optim. 28 (2018) 433 (with semismooth Newton steps, for the lasso).
"""

from typing import NamedTuple

import numpy as np

from abinitio.svm.semismooth_newton import ActiveGram, Walk, descend
from abinitio.svm.signed_dual import total_loss


def best_multipliers(f, losses, a, sigma):
    r"""The p between the bounds that maximise $p (y - f) - \epsilon |p| - (p - a)^2 / 2\sigma$, sample by sample.

    f : (n,) scores;  losses : `Signed` of the samples;  a : (n,) guesses, or 0;  sigma : (n,) numbers > 0.
    Returns (n,).

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> losses = classification_problem(np.ones(3), np.ones(3))
    >>> best_multipliers(np.array([3.0, 1.0, -3.0]), losses, np.full(3, 0.5), np.ones(3))
    array([0. , 0.5, 1. ])
    """
    p = a + sigma * (losses.targets - f)
    if losses.epsilon > 0:
        p = np.sign(p) * np.maximum(0, np.abs(p) - sigma * losses.epsilon)
    return np.clip(p, losses.lower, losses.upper)


def squared_losses(losses):
    r"""The same losses squared, $C_i \max(0, 1 - y_i f_i)^2$ or $C_i \max(0, |y_i - f_i| - \epsilon)^2$.

    losses : `Signed` with finite bounds. The squares have no bounds where those of `losses` are not 0, and their
    multipliers are `best_multipliers` for the guess 0 and $\sigma = 2C$.

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> squared_losses(classification_problem(np.array([1, -1]), np.array([2.0, 3.0]))).upper.tolist()
    [inf, 0.0]
    """
    return losses._replace(
        lower=np.where(losses.lower < 0, -np.inf, 0.0), upper=np.where(losses.upper > 0, np.inf, 0.0)
    )


class Solution(NamedTuple):
    """Weights w (d,), multipliers p (n,), primal objective, duality gap >= 0, steps of Newton's method so far."""

    w: np.ndarray
    p: np.ndarray
    objective: float
    gap: float
    steps: int


def squared_minimum(X, losses, w, accuracy=0.0, most=1000):
    r"""The minimum of $\frac12 |w|^2$ and the squares of the losses, by Newton's method alone.

    X : (n, d) features, float64;  losses : `Signed` of the n samples, not squared, with finite bounds that are not
    both 0;  w : (d,) where to start;  accuracy : size of the gradient at the end, relative to that at the start, 0 for
    as small as rounding lets it be;  most : int, steps.
    Returns a `Solution`.

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1, -1, 1])
    >>> squared_minimum(X, classification_problem(y, np.ones(3)), np.zeros(1)).w.round(12)  # least of w²/2 + 2(1 - w)²
    array([0.8])
    """
    sigma, a, squares = 2 * np.maximum(losses.upper, -losses.lower), np.zeros(len(X)), squared_losses(losses)
    walk = Walk(X, _pull(squares, a, sigma), w)
    steps = descend(walk, _curved(squares, a, sigma), ActiveGram(X, sigma), 1.0, accuracy, most)
    p, f = walk.p, walk.f
    price = p**2 / (2 * sigma)
    gains = losses.targets @ p - losses.epsilon * np.abs(p).sum() - price.sum() - walk.Xp @ walk.Xp / 2
    objective = walk.w @ walk.w / 2 + np.sum(p * (losses.targets - f) - losses.epsilon * np.abs(p) - price)
    return Solution(walk.w, p, objective, objective - gains, steps)


def augmented_lagrangian(X, losses, w, width, most=1000):
    r"""The method of multipliers for $\frac12 |w|^2$ and the losses (generator, which ends after `most` steps).

    X : (n, d) features, float64, of which one column may be a constant to serve as intercept;
    losses : `Signed` of the n samples, with finite bounds that are not both 0;  w : (d,) where to start;
    width : float > 0, that over which kinks are rounded off at first, at most, in units of f; it shrinks after every
    solution;
    most : int, steps of Newton's method in all.
    Yields a `Solution` after every smooth problem: its objective is that of w, and no w has one that is lower by more
    than its gap.

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> X, losses = np.array([[1.0], [-1.0], [9.0]]), classification_problem(np.array([1, -1, 1]), np.full(3, 0.25))
    >>> solution = next(s for s in augmented_lagrangian(X, losses, np.zeros(1), 1.0) if s.gap < 1e-9)
    >>> solution.w.round(9), round(float(solution.objective), 9)
    (array([0.5]), 0.375)
    """
    rates = np.maximum(losses.upper, -losses.lower)
    gram, a, steps = ActiveGram(X, rates), np.zeros(len(X)), 0
    # where C is large, multipliers C would throw w far beyond the minimum: at first at most 100 residuals of one sample
    square = max(np.mean(rates) * np.einsum("ij,ij->", X, X) / len(X), 1e-300)
    scale = min(1 / width, 100 / square)
    walk = Walk(X, _pull(losses, a, scale * rates), w)
    while steps < most:
        made = descend(walk, _curved(losses, a, scale * rates), gram, scale, 1e-2, most - steps)
        steps, a = steps + max(made, 1), walk.p
        gains = losses.targets @ a - losses.epsilon * np.abs(a).sum() - walk.Xp @ walk.Xp / 2
        objective = walk.w @ walk.w / 2 + total_loss(losses.targets - walk.f, losses)
        yield Solution(walk.w, a, objective, objective - gains, steps)
        scale = max(scale, min((3 if made > 3 else 10) * scale, 1e9 / square))  # beyond, the equations are too stiff
        walk.use(_pull(losses, a, scale * rates))


def _pull(losses, a, sigma):
    """The multipliers of given samples as a function of their scores."""
    return lambda f, rows: best_multipliers(f, losses.part(rows), a[rows], sigma[rows])


def _curved(losses, a, sigma):
    """Which samples' multipliers change with their scores."""

    def curved(f, rows):
        some = losses.part(rows)
        p = best_multipliers(f, some, a[rows], sigma[rows])
        return (p > some.lower) & (p < some.upper) & ((p != 0) | (losses.epsilon == 0))

    return curved

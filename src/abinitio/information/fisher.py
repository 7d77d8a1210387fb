r"""Fisher information: how sharply a draw tells the parameters of the density that it came from.

Of a density $p(x|\theta)$ with d parameters, for one draw: $I(\theta) = E[s s^\top]$ with the score
$s = \nabla_\theta \ln p(x|\theta)$, whose mean is 0; n independent draws tell n times as much. It is a (d, d) matrix,
in the inverse units of the parameters, and also
- minus the mean Hessian of the log density, and the Hessian of the divergence $D(\theta \| \theta')$ in $\theta'$, at
  $\theta' = \theta$: $D(\theta \| \theta + \delta) \approx \frac12 \delta^\top I \delta$;
- a metric: in other coordinates $\phi$ it is $J^\top I J$ with $J = \partial\theta/\partial\phi$, so that
  $ds^2 = d\theta^\top I\, d\theta$ is the same. The information on $\sigma$ is not that on $\sigma^2$;
- a bound: no unbiased estimate has a covariance below $I^{-1}/n$ (Cramér, Rao).

Oracles: closed forms of standard families (`fisher_families`); each of these statements.
Sources: R. A. Fisher, Proc. Camb. Phil. Soc. 22 (1925) 700; C. R. Rao, Bull. Calcutta Math. Soc. 37 (1945) 81.
"""

import numpy as np


def sampled_fisher_information(scores):
    r"""Fisher information estimated from scores: the mean of $s s^\top$.

    scores : (n, d), row i the gradient $\nabla_\theta \ln p(x_i|\theta)$ of the log density of draw $x_i$, taken at the
    parameters that it was drawn with.
    The true mean of the scores is known to be 0: it is not estimated, and the mean is over n.
    Returns (d, d), the information in one draw.

    >>> sampled_fisher_information(np.array([[1.0, 0.0], [3.0, 2.0]]))
    array([[5., 3.],
           [3., 2.]])
    """
    return scores.T @ scores / len(scores)


def sampled_fisher_with_error(scores):
    r"""Fisher information estimated from scores, with the standard error of each entry.

    scores : (n, d), n >= 2, rows $\nabla_\theta \ln p(x_i|\theta)$ of independent draws.
    Returns (information, error), both (d, d).

    >>> information, error = sampled_fisher_with_error(np.random.default_rng(0).standard_normal((1000, 1)))
    >>> print(f"{information[0, 0]:.2f} ± {error[0, 0]:.2f}")
    0.96 ± 0.05
    """
    products = scores[:, :, None] * scores[:, None, :]
    return sampled_fisher_information(scores), products.std(axis=0, ddof=1) / np.sqrt(len(scores))


def fisher_from_divergence(divergence, theta, step=1e-3):
    r"""Fisher information by central differences: the Hessian of $D(\theta \| \theta')$ in $\theta'$, at $\theta$.

    divergence : callable (theta, other) -> number, the Kullback-Leibler divergence in nats, or any other whose
    second-order term is the same, as half the $\chi^2$;  theta : (d,);  step : of each parameter, relative to
    max(1, |theta|): the error is about step**2 + 1e-16/step**2, relative.  Returns (d, d).

    >>> unit_normals = lambda theta, other: (theta[0] - other[0]) ** 2 / 2  # of means theta, other
    >>> fisher_from_divergence(unit_normals, np.array([0.5])).round(6)
    array([[1.]])
    """
    theta = np.asarray(theta, dtype=float)
    d = len(theta)
    moves = np.diag(step * np.maximum(1, np.abs(theta)))
    information = np.empty((d, d))
    for i in range(d):
        for j in range(d):
            corners = [a * b * divergence(theta, theta + a * moves[i] + b * moves[j]) for a in (1, -1) for b in (1, -1)]
            information[i, j] = sum(corners) / (4 * moves[i, i] * moves[j, j])
    return information


def transform_fisher(information, jacobian):
    r"""The Fisher information on other parameters $\phi$: $J^\top I J$.

    information : (d, d), I, on $\theta$;  jacobian : (d, d'), $J_{ij} = \partial\theta_i/\partial\phi_j$ (the old
    parameters by the new ones).  Returns (d', d').

    >>> sigma = 2.0  # I(sigma) = 2/sigma²; the variance v = sigma² has d sigma/dv = 1/(2 sigma) and I(v) = 1/(2 v²)
    >>> transform_fisher(np.array([[2 / sigma**2]]), np.array([[1 / (2 * sigma)]]))
    array([[0.03125]])
    """
    return jacobian.T @ information @ jacobian


def gaussian_fisher(jacobian, covariance):
    r"""What a measurement tells about the parameters of its expected values: $I = J^\top C^{-1} J$.

    The n measured values are Gaussian around $\mu(\theta)$ with known covariance. The inverse of I is the covariance
    of the parameters that the measurement will allow: the forecast, made before any data are taken.
    jacobian : (n, d), $J_{ij} = \partial\mu_i/\partial\theta_j$;  covariance : (n, n), C, or (n,), the variances of
    independent values.  Returns (d, d).

    >>> x, variance = np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5)  # a straight line through three points
    >>> gaussian_fisher(np.column_stack([x, np.ones(3)]), variance)
    array([[4., 0.],
           [0., 6.]])
    """
    if np.ndim(covariance) == 1:
        return jacobian.T @ (jacobian / covariance[:, None])
    return jacobian.T @ np.linalg.solve(covariance, jacobian)

r"""Optimal transport between Gaussians: a linear map, a geodesic of Gaussians, a barycentre, and the entropic cost.

With the cost $|x - y|^2$ the best way to move $N(m_a, A)$ to $N(m_b, B)$ is the affine map $x \mapsto m_b + T(x - m_a)$
with the only symmetric positive T that has $T A T = B$,
$$T = A^{-1/2} \big(A^{1/2} B A^{1/2}\big)^{1/2} A^{-1/2}, \qquad
W_2^2 = |m_a - m_b|^2 + \mathrm{tr}\big[A + B - 2 (A^{1/2} B A^{1/2})^{1/2}\big].$$
The last term is the square of the Bures distance of A and B, which is also $\min_U |A^{1/2} - B^{1/2} U|_F$ over
orthogonal U: in this form nothing cancels where A and B are close.

Symbols: means (d,), covariances (d, d), symmetric.
Oracles: one dimension, commuting covariances, samples mapped one by one, the linear programme.
Sources: D. C. Dowson, B. V. Landau, J. Multivar. Anal. 12 (1982) 450; P. C. Álvarez-Esteban, E. del Barrio,
J. A. Cuesta-Albertos, C. Matrán, J. Math. Anal. Appl. 441 (2016) 744 (barycentres); H. Janati, B. Muzellec, G. Peyré,
M. Cuturi, NeurIPS 2020 (entropic).
"""

import numpy as np


def wasserstein_of_normals(mean_a, std_a, mean_b, std_b):
    r"""The Wasserstein distance $W_2$ between two normal distributions on a line.

    mean_a, mean_b : numbers;  std_a, std_b : numbers >= 0, standard deviations (not variances). Arrays are taken
    entry by entry.  Returns a number >= 0 (or an array), in the unit of the means: a distance, not its square.

    >>> float(wasserstein_of_normals(0.0, 1.0, 3.0, 5.0))
    5.0
    """
    return np.hypot(mean_a - mean_b, std_a - std_b)


def square_root(A):
    r"""The symmetric positive semidefinite S with $S S = A$.

    A : (d, d) symmetric positive semidefinite; eigenvalues that rounding made negative count as 0.
    Returns (d, d).

    >>> square_root(np.array([[4.0, 0.0], [0.0, 9.0]]))
    array([[2., 0.],
           [0., 3.]])
    """
    eigenvalues, Q = np.linalg.eigh(A)
    return (Q * np.sqrt(np.maximum(eigenvalues, 0))) @ Q.T


def bures_distance(A, B):
    r"""The Bures distance $\big(\mathrm{tr}[A + B - 2 (A^{1/2} B A^{1/2})^{1/2}]\big)^{1/2}$ of two covariances.

    A, B : (d, d) symmetric positive semidefinite, singular ones too.
    Returns a number >= 0, in the unit of a standard deviation; the $W_2$ of Gaussians of equal means.

    >>> round(bures_distance(np.diag([4.0, 1.0]), np.diag([1.0, 9.0])), 6)  # 1² + 2², as for standard deviations
    2.236068
    """
    S, R = square_root(A), square_root(B)
    P, _, Qt = np.linalg.svd(S @ R)
    U = (P @ Qt).T  # the rotation that maximises tr(S R U), so that |S - R U|² is least
    return float(np.linalg.norm(S - R @ U))


def wasserstein_of_gaussians(mean_a, cov_a, mean_b, cov_b):
    r"""The Wasserstein distance $W_2$ between the Gaussians $N(m_a, A)$ and $N(m_b, B)$.

    mean_a, mean_b : (d,);  cov_a, cov_b : (d, d) covariances, symmetric positive semidefinite.
    Returns a number >= 0, in the unit of the means: a distance, not its square.

    >>> wasserstein_of_gaussians(np.zeros(2), np.eye(2), np.array([3.0, 4.0]), np.eye(2))
    5.0
    """
    return float(np.hypot(np.linalg.norm(np.subtract(mean_a, mean_b)), bures_distance(cov_a, cov_b)))


def gaussian_map(cov_a, cov_b):
    r"""The matrix T of the optimal map $x \mapsto m_b + T (x - m_a)$ from $N(m_a, A)$ to $N(m_b, B)$.

    cov_a : (d, d) covariance A, positive definite;  cov_b : (d, d) covariance B, positive semidefinite.
    Returns T, (d, d), symmetric positive semidefinite, with $T A T = B$. LinAlgError where A is singular.

    >>> gaussian_map(np.diag([4.0, 1.0]), np.diag([1.0, 9.0]))
    array([[0.5, 0. ],
           [0. , 3. ]])
    """
    S = square_root(cov_a)
    M = square_root(S @ cov_b @ S)  # with T = S⁻¹ M S⁻¹:  T A T = S⁻¹ M² S⁻¹ = B
    T = np.linalg.solve(S, np.linalg.solve(S, M).T)
    return (T + T.T) / 2


def gaussian_geodesic(mean_a, cov_a, mean_b, cov_b, t):
    r"""Displacement interpolation: the Gaussian of the points $(1 - t)\, x + t\, (m_b + T(x - m_a))$, x from the first.

    mean_a, mean_b : (d,);  cov_a : (d, d) positive definite;  cov_b : (d, d) positive semidefinite;  t : number, 0 for
    the first Gaussian, 1 for the second.
    Returns (mean, cov) at t. Between 0 and 1 this is the shortest path: $W_2$ between s and t is $|s - t|\, W_2(a, b)$.

    >>> mean, cov = gaussian_geodesic(np.zeros(1), np.eye(1), np.array([4.0]), 9 * np.eye(1), 0.5)
    >>> mean, cov  # standard deviations are interpolated, not variances
    (array([2.]), array([[4.]]))
    """
    M = (1 - t) * np.eye(len(cov_a)) + t * gaussian_map(cov_a, cov_b)
    return (1 - t) * np.asarray(mean_a) + t * np.asarray(mean_b), M @ cov_a @ M


def gaussian_barycentres(covs, weights):
    r"""Iterates to the covariance S that minimises $\sum_k \lambda_k\, d(S, C_k)^2$, with Bures' distance d.

    covs : (k, d, d) covariances, at least one of them positive definite;  weights : (k,) >= 0 with the sum 1.
    Yields (d, d) without end, at first the weighted mean of the covariances; the objective falls with each. At the
    limit $S = \sum_k \lambda_k (S^{1/2} C_k S^{1/2})^{1/2}$: the mean of the optimal maps from S is the identity.

    >>> from itertools import islice
    >>> *_, S = islice(gaussian_barycentres(np.array([[[1.0]], [[9.0]]]), np.array([0.5, 0.5])), 3)
    >>> S.round(12)  # the square of the mean standard deviation
    array([[4.]])
    """
    S = np.tensordot(weights, covs, axes=1)
    while True:
        yield S
        T = sum(weight * gaussian_map(S, C) for weight, C in zip(weights, covs))
        S = T @ S @ T  # push S through the mean of its optimal maps


def entropic_gaussian_coupling(cov_a, cov_b, epsilon):
    r"""Covariance $E[(x - m_a)(y - m_b)^\top]$ under the plan of least $E|x - y|^2 + \epsilon\, KL(\pi | a \otimes b)$.

    a and b are Gaussians, $m_a$ and $m_b$ their means, of which the answer does not depend.
    cov_a : (d, d) positive definite;  cov_b : (d, d) positive semidefinite;  epsilon : number > 0, in the unit of
    $|x|^2$. The plan is Gaussian.  Returns (d, d); for $\epsilon \to 0$ it is A T, with the optimal map T, and for
    $\epsilon \to \infty$ it is 0.

    >>> entropic_gaussian_coupling(np.eye(1), np.eye(1), 3.0)
    array([[0.5]])
    """
    S = square_root(cov_a)
    M = _entropic_root(S @ cov_b @ S, epsilon)
    return S @ np.linalg.solve(S, M).T  # S M S⁻¹


def entropic_gaussian_cost(mean_a, cov_a, mean_b, cov_b, epsilon):
    r"""The least $E|x - y|^2 + \epsilon\, KL(\pi | a \otimes b)$ over the plans π between two Gaussians.

    mean_a, mean_b : (d,);  cov_a : (d, d) positive definite;  cov_b : (d, d) positive semidefinite;  epsilon : number
    > 0, in the unit of $|x|^2$; KL in nats.  Returns a number: $W_2^2$ for $\epsilon \to 0$ and
    $|m_a - m_b|^2 + \mathrm{tr}(A + B)$, the cost of the product, for $\epsilon \to \infty$.

    >>> round(entropic_gaussian_cost(np.zeros(1), np.eye(1), np.zeros(1), np.eye(1), 3.0), 6)  # 1 - (3/2) log 3/4
    1.431523
    """
    S = square_root(cov_a)
    mu = np.linalg.eigvalsh(_entropic_root(S @ cov_b @ S, epsilon))
    kl = np.sum(np.log1p(2 * np.maximum(mu, 0) / epsilon)) / 2
    moved = np.sum(np.subtract(mean_a, mean_b) ** 2) + np.trace(cov_a) + np.trace(cov_b) - 2 * mu.sum()
    return float(moved + epsilon * kl)


def _entropic_root(N, epsilon):
    """The positive root M of M² + (ε/2) M = N, where the gradient of the cost and the KL divergence vanishes."""
    eigenvalues, Q = np.linalg.eigh(N)
    e, eigenvalues = epsilon / 4, np.maximum(eigenvalues, 0)
    return (Q * (eigenvalues / (e + np.sqrt(e**2 + eigenvalues)))) @ Q.T

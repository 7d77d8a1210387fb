r"""Mixtures of Gaussians, fitted by expectation and maximisation (EM).

The density is $p(x) = \sum_k \pi_k\, N(x \mid \mu_k, C_k)$. Each step asks first with which probability $r_{ik}$ sample
i comes from component k (expectation), then gives every component the weight, mean and covariance of the samples, each
counted $r_{ik}$ times (maximisation). The likelihood never falls; which maximum is reached depends on the start, and
without a floor it is unbounded: a component may shrink onto a single sample.

X : (n, d) samples;  weights $\pi$ : (k,), they sum to 1;  means : (k, d);  covariances : (k, d, d), with 1/N, not
1/(N-1). Logarithms are natural.

Oracles: scikit-learn's GaussianMixture from the same start; one component; scipy's normal law; the gradient of the
likelihood vanishes at the end.
Sources: A. P. Dempster, N. M. Laird, D. B. Rubin, J. R. Statist. Soc. B 39 (1977) 1; C. M. Bishop, "Pattern Recognition
and Machine Learning" (2006), section 9.2; G. Schwarz, Ann. Statist. 6 (1978) 461 (BIC).
"""

import numpy as np


def gaussian_log_densities(X, means, covariances):
    r"""Logarithms of k normal densities, $\ln N(x_i \mid \mu_k, C_k)$.

    X : (n, d);  means : (k, d);  covariances : (k, d, d), symmetric and positive definite, however badly scaled.
    Returns (n, k), in nats; finite also where the density itself is too small for a float.

    >>> gaussian_log_densities(np.array([[0.0], [3.0]]), np.zeros((1, 1)), np.ones((1, 1, 1))).ravel().round(4)
    array([-0.9189, -5.4189])
    """
    logs = np.empty((len(X), len(means)))
    for k, (mean, covariance) in enumerate(zip(means, covariances)):
        L = np.linalg.cholesky(covariance)
        z = np.linalg.solve(L, (X - mean).T)  # C = L Lᵀ, so |z|² = (x - μ)ᵀ C⁻¹ (x - μ), and ln √|C| = Σ ln Lᵢᵢ
        logs[:, k] = -(z**2).sum(axis=0) / 2 - np.log(np.diag(L)).sum() - len(L) / 2 * np.log(2 * np.pi)
    return logs


def responsibilities(log_densities, weights):
    r"""The expectation step: with which probability each sample comes from each component.

    log_densities : (n, k), $\ln N(x_i \mid \mu_k, C_k)$, any finite numbers;  weights : (k,) $\pi \ge 0$, sum 1.
    Returns (R, log_likelihoods): R (n, k), $r_{ik} = \pi_k N_{ik} / \sum_j \pi_j N_{ij}$, whose rows sum to 1, also
    where all densities of a row are too small for a float; and $\ln \sum_k \pi_k N_{ik}$, (n,), in nats.

    >>> R, log_likelihoods = responsibilities(np.array([[-1000.0, -1000.0], [0.0, -9999.0]]), np.array([0.25, 0.75]))
    >>> R, log_likelihoods.round(4)
    (array([[0.25, 0.75],
           [1.  , 0.  ]]), array([-1000.    ,    -1.3863]))
    """
    with np.errstate(divide="ignore"):  # a component of weight 0 has the logarithm -inf and no share
        logs = log_densities + np.log(weights)
    top = logs.max(axis=1, keepdims=True)
    R = np.exp(logs - top)  # the largest term is 1: no overflow, and the sum is not 0
    total = R.sum(axis=1, keepdims=True)
    return R / total, (top + np.log(total)).ravel()


def weighted_gaussians(X, R, floor=0.0):
    r"""The maximisation step: weight, mean and covariance of each component from the shares of the samples.

    X : (n, d);  R : (n, k) shares >= 0, whose rows sum to 1;  floor : >= 0, added to the diagonal of each covariance,
    in the square of the unit of X.
    Returns (weights, means, covariances) of shapes (k,), (k, d), (k, d, d): those that maximise
    $\sum_{ik} r_{ik} \ln[\pi_k N(x_i \mid \mu_k, C_k)]$ (with floor = 0). Convention: a covariance has $1/N_k$ with
    $N_k = \sum_i r_{ik}$. A component with $N_k = 0$ has weight 0 and the mean and covariance of all samples.

    >>> weights, means, covariances = weighted_gaussians(np.array([[0.0], [2.0], [7.0]]), np.eye(2)[[0, 0, 1]])
    >>> weights.round(3), means.ravel(), covariances.ravel()
    (array([0.667, 0.333]), array([1., 7.]), array([1., 0.]))
    """
    N = R.sum(axis=0)
    shares = np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(X))  # columns sum to 1
    means = shares.T @ X
    covariances = np.array([(s[:, None] * (X - mean)).T @ (X - mean) for s, mean in zip(shares.T, means)])
    return N / len(X), means, covariances + floor * np.eye(X.shape[1])


def tied(weights, covariances):
    r"""One covariance for all components: $\sum_k \pi_k C_k$, which maximises the likelihood among such.

    weights : (k,), sum 1;  covariances : (k, d, d).  Returns (k, d, d), k times the same.

    >>> tied(np.array([0.25, 0.75]), np.array([[[4.0]], [[8.0]]])).ravel()
    array([7., 7.])
    """
    return np.broadcast_to(np.einsum("k,kij->ij", weights, covariances), covariances.shape)


def diagonal(weights, covariances):
    """Components along the axes: each covariance without its off-diagonal entries.

    weights : (k,), not needed;  covariances : (k, d, d).  Returns (k, d, d).

    >>> diagonal(np.ones(1), np.array([[[4.0, 1.0], [1.0, 2.0]]]))[0]
    array([[4., 0.],
           [0., 2.]])
    """
    return covariances * np.eye(covariances.shape[1])


def spherical(weights, covariances):
    """Round components: the mean of each covariance's diagonal, times the unit matrix.

    weights : (k,), not needed;  covariances : (k, d, d).  Returns (k, d, d).

    >>> spherical(np.ones(1), np.array([[[4.0, 1.0], [1.0, 2.0]]]))[0]
    array([[3., 0.],
           [0., 3.]])
    """
    variances = np.trace(covariances, axis1=1, axis2=2) / covariances.shape[1]
    return variances[:, None, None] * np.eye(covariances.shape[1])


def mixture_step(X, weights, means, covariances, floor=0.0):
    """One step of EM for a mixture with full covariances.

    X : (n, d);  weights : (k,);  means : (k, d);  covariances : (k, d, d);  floor : as in `weighted_gaussians`.
    Returns (weights, means, covariances, log_likelihood): the new parameters, and the mean log-likelihood of a sample,
    in nats, under the old ones.

    >>> start = np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1))
    >>> weights, means, covariances, _ = mixture_step(np.array([[1.0], [3.0]]), *start)
    >>> means.ravel(), covariances.ravel()
    (array([2.]), array([1.]))
    """
    R, log_likelihoods = responsibilities(gaussian_log_densities(X, means, covariances), weights)
    return *weighted_gaussians(X, R, floor), float(log_likelihoods.mean())


def _blocked(X):
    """`mixture_step` for the samples X, as a function of the other arguments, or None in many dimensions."""
    from abinitio.density.blocked_mixture import AXES, BlockedStep  # numba loads only where used

    return BlockedStep(X) if X.shape[1] <= AXES else None


for _function in (gaussian_log_densities, responsibilities, weighted_gaussians):
    _function.fast = _blocked  # what a fit runs while all three have it, and else they themselves


def expectation_maximisation(X, weights, means, covariances, floor=0.0, shape=None):
    """EM for a mixture of Gaussians, as a generator without an end.

    X : (n, d);  weights : (k,);  means : (k, d);  covariances : (k, d, d) to start from;  floor : as in
    `weighted_gaussians`;  shape : what the covariances may be: None for any, or `tied`, `diagonal`, `spherical`.
    Yields (weights, means, covariances, log_likelihood) after each step, as `mixture_step`.

    >>> X = np.array([[-1.0], [1.0], [9.0], [11.0]])
    >>> steps = expectation_maximisation(X, np.full(2, 0.5), X[1:3], np.ones((2, 1, 1)))
    >>> weights, means, covariances, log_likelihood = next(steps)
    >>> means.round(6).ravel()
    array([ 0., 10.])
    """
    functions = (gaussian_log_densities, responsibilities, weighted_gaussians)
    step = _blocked(X) if all(hasattr(function, "fast") for function in functions) else None
    step = step or (lambda *parameters: mixture_step(X, *parameters))
    while True:
        weights, means, covariances, log_likelihood = step(weights, means, covariances, floor)
        covariances = shape(weights, covariances) if shape else covariances
        yield weights, means, covariances, log_likelihood


def bayesian_information_criterion(log_likelihood, parameters, n):
    r"""$\mathrm{BIC} = p \ln n - 2 \ln L$: among models, the one with the smallest is preferred.

    log_likelihood : $\ln L$ of all n samples, in nats, at its maximum;  parameters : p, how many are free;  n : number
    of samples.
    Up to a constant per model it approaches -2 times the logarithm of the evidence for large n.

    >>> float(round(bayesian_information_criterion(-100.0, 2, 50), 3))
    207.824
    """
    return parameters * np.log(n) - 2 * log_likelihood


def sample_mixture(weights, means, covariances, m, rng):
    """m independent draws from a mixture of Gaussians.

    weights : (k,), sum 1;  means : (k, d);  covariances : (k, d, d), positive semidefinite;  m : how many.
    Returns (X, labels): X (m, d), and the component of each, (m,) integers.

    >>> X, labels = sample_mixture(np.ones(1), np.full((1, 2), 3.0), np.zeros((1, 2, 2)), 2, np.random.default_rng(0))
    >>> X, labels
    (array([[3., 3.],
           [3., 3.]]), array([0, 0]))
    """
    labels = rng.choice(len(weights), size=m, p=weights)
    eigenvalues, Q = np.linalg.eigh(covariances)  # x = μ + Q √λ z has the covariance Q λ Qᵀ = C
    z = rng.standard_normal((m, means.shape[1])) * np.sqrt(np.maximum(eigenvalues, 0))[labels]
    return means[labels] + np.einsum("mij,mj->mi", Q[labels], z), labels

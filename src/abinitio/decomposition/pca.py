r"""Principal components: the orthogonal directions in which the samples vary most, and by how much.

With the centred samples $X_c$ (n, d), one a row, the components $v_i$ are the eigenvectors of the covariance
$C = X_c^\top X_c / (n - 1)$, and the explained variances $\lambda_i$ its eigenvalues, largest first. The scores
$Z = X_c V$ have the covariance $\mathrm{diag}(\lambda)$; of all projections on k dimensions the one on
$v_1 \ldots v_k$ leaves the smallest mean squared error, $\sum_{i > k} \lambda_i$.

The functions read like this definition. `PCA` obtains the same components from `decomposition.spectrum`, faster.
Oracles: scikit-learn's PCA; the error left; samples with a known covariance, within the standard error.
Sources: K. Pearson, Phil. Mag. 2 (1901) 559; T. W. Anderson, Ann. Math. Statist. 34 (1963) 122; M. E. Tipping, C. M.
Bishop, J. R. Statist. Soc. B 61 (1999) 611 (the likelihood).
"""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from abinitio.decomposition.signs import with_positive_peaks
from abinitio.decomposition.spectrum import Spectrum, leading_components

FLOATS = (np.float64, np.float32)


def principal_components(X, k):
    r"""The k directions of largest variance of the samples and the variances along them.

    X : (n, d) samples, n >= 2, not necessarily centred;  k : integer, 1 <= k <= min(n, d).
    Returns (components, variances): components (k, d), orthonormal rows, the one of largest variance first, each with
    the sign that makes its entry of largest magnitude positive;  variances (k,), with 1/(n-1), in the square of the
    unit of X.

    >>> components, variances = principal_components(np.array([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]]), 1)
    >>> components * np.sqrt(5), variances
    (array([[1., 2.]]), array([5.]))
    """
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)  # Xc = U S Vᵀ, so that C = V S² Vᵀ / (n - 1)
    return with_positive_peaks(Vt[:k]), s[:k] ** 2 / (len(X) - 1)


def principal_scores(X, mean, components):
    """Coordinates of the samples along the components, measured from the mean.

    X : (m, d) samples;  mean : (d,);  components : (k, d), orthonormal rows.  Returns (m, k), in the unit of X.

    >>> principal_scores(np.array([[3.0, 5.0]]), np.array([1.0, 1.0]), np.array([[0.0, 1.0]]))
    array([[4.]])
    """
    return (X - mean) @ components.T


def reconstruction(Z, mean, components):
    """The points that have the given coordinates along the components, and none across them.

    Z : (m, k) scores;  mean : (d,);  components : (k, d), orthonormal rows.  Returns (m, d), in the unit of Z.

    >>> reconstruction(np.array([[4.0]]), np.array([1.0, 1.0]), np.array([[0.0, 1.0]]))
    array([[1., 5.]])
    """
    return mean + Z @ components


def explained_variance_errors(Z):
    r"""Standard errors of the explained variances, from the scatter of the squared scores.

    Z : (n, k) scores of the samples that the components were fitted to.
    With $\hat\lambda_i$ the mean over samples of $z_i^2$, the error is $\sqrt{(\overline{z_i^4} - \hat\lambda_i^2)/n}$,
    which for Gaussian samples is $\lambda_i \sqrt{2/n}$. It holds for many samples and for variances that differ by
    more than it; the sample's largest variances are also too large by about $\lambda_i \sum_j \lambda_j / n
    (\lambda_i - \lambda_j)$.
    Returns (k,), in the square of the unit of Z.

    >>> explained_variance_errors(np.array([[1.0], [-1.0], [3.0], [-3.0]]))
    array([2.])
    """
    return (Z**2).std(axis=0) / np.sqrt(len(Z))


def probabilistic_log_likelihood(Z, rest, variances, noise_variance, d):
    r"""Log-likelihood (nats) of samples under the Gaussian with the variances $\lambda_i$ along the components and one
    noise variance $\sigma^2$ in the d - k directions across them.

    Z : (m, k) scores;  rest : (m,) squared distances of the samples from the plane of the components;
    variances : (k,) $\lambda$ > 0;  noise_variance : $\sigma^2$, > 0 unless k = d;  d : number of features.
    Returns (m,).

    >>> probabilistic_log_likelihood(np.zeros((1, 1)), np.zeros(1), np.ones(1), 1.0, 2).round(3)  # -ln 2π
    array([-1.838])
    """
    k = len(variances)
    across = (d - k) * np.log(noise_variance) + rest / noise_variance if d > k else 0.0
    return -(d * np.log(2 * np.pi) + np.log(variances).sum() + (Z**2 / variances).sum(axis=1) + across) / 2


principal_components.fast = leading_components  # the estimator runs it where there is one, and else the function


class PCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Principal component analysis with scikit-learn's interface.

    n_components : k, None for min(n, d), or a fraction in (0, 1): as few as explain more than it of the variance;
    whiten : whether `transform` divides the scores by their standard deviations.
    After fit: components_ (k, d), rows with their largest entry positive;  explained_variance_ (k,);
    explained_variance_ratio_ (k,), of the total;  singular_values_ (k,), those of the centred samples;  mean_ (d,);
    noise_variance_, the mean of the variances left out;  n_components_;  n_samples_;  n_features_in_.

    >>> pca = PCA(n_components=1).fit([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]])
    >>> pca.inverse_transform(pca.transform([[0.0, 0.0]])).round(12) + 0.0
    array([[0., 0.]])
    """

    def __init__(self, n_components=None, *, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X, y=None):
        """Find the components of the samples X (n, d); y is ignored. Returns self."""
        X = validate_data(self, X, dtype=FLOATS, ensure_min_samples=2)
        n, d = X.shape
        fraction = self._fraction(n, d)
        k = min(n, d) if self.n_components is None or fraction else self.n_components
        components, variances, mean, total = self._spectrum(X, k)
        self.mean_ = mean.astype(X.dtype)
        ratios = variances / total if total > 0 else np.zeros(k)
        if fraction:
            k = min(int(np.searchsorted(np.cumsum(ratios), self.n_components, side="right")) + 1, k)
        left = max(total - variances[:k].sum(), 0.0)
        self.noise_variance_ = left / (min(n, d) - k) if k < min(n, d) else 0.0
        self.components_ = components[:k].astype(X.dtype)
        self.explained_variance_ = variances[:k].astype(X.dtype)
        self.explained_variance_ratio_ = ratios[:k].astype(X.dtype)
        self.singular_values_ = np.sqrt((n - 1) * variances[:k]).astype(X.dtype)
        self.n_components_, self.n_samples_ = k, n
        return self

    def _fraction(self, n, d):
        """Whether n_components is a fraction of the variance; ValueError if it is neither that nor a number of them."""
        k = self.n_components
        if isinstance(k, Real) and not isinstance(k, Integral) and 0 < k < 1:
            return True
        if k is not None and not (isinstance(k, Integral) and 1 <= k <= min(n, d)):
            raise ValueError(
                f"n_components = {k!r} must be None, an integer from 1 to min(n_samples, n_features) = {min(n, d)}, "
                "or a fraction of the variance between 0 and 1"
            )
        return False

    def _spectrum(self, X, k):
        """Components, variances, mean and total variance, by the fast way if the function has one."""
        if hasattr(principal_components, "fast"):
            return principal_components.fast(X, k)
        return Spectrum(*principal_components(X, k), X.mean(axis=0), float(X.var(axis=0, ddof=1).sum()))

    def transform(self, X):
        """Scores (m, k) of the samples X, (m, d); of unit variance if whitened."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        Z = principal_scores(X, self.mean_, self.components_)
        return Z / self._scale() if self.whiten else Z

    def inverse_transform(self, X):
        """The points (m, d) that have the scores X, (m, k), and nothing across the components."""
        check_is_fitted(self)
        Z = check_array(X, dtype=FLOATS)
        return reconstruction(Z * self._scale() if self.whiten else Z, self.mean_, self.components_)

    def _scale(self):
        """Standard deviations of the scores; for none, the smallest number that does no harm."""
        return np.maximum(np.sqrt(self.explained_variance_), np.finfo(self.explained_variance_.dtype).eps)

    def get_covariance(self):
        r"""The covariance (d, d) of the model: explained variances along the components, noise variance across them."""
        V, extra = self.components_, np.maximum(self.explained_variance_ - self.noise_variance_, 0)
        return (V.T * extra) @ V + self.noise_variance_ * np.eye(V.shape[1], dtype=V.dtype)

    def score_samples(self, X):
        """Log-likelihood (nats) of each row of X (m, d) under the Gaussian of `get_covariance`: (m,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False).astype(float)
        if self.noise_variance_ <= 0 and self.n_components_ < X.shape[1]:
            raise ValueError(
                f"the noise variance is 0 with {self.n_components_} components of {X.shape[1]} features: "
                "the covariance has no inverse; fit fewer components"
            )
        Z = principal_scores(X, self.mean_, self.components_)
        rest = np.maximum(((X - self.mean_) ** 2).sum(axis=1) - (Z**2).sum(axis=1), 0)
        variances = np.maximum(self.explained_variance_.astype(float), self.noise_variance_)
        return probabilistic_log_likelihood(Z, rest, variances, self.noise_variance_, X.shape[1])

    def score(self, X, y=None):
        """Mean log-likelihood (nats) of the rows of X, (m, d); y is ignored."""
        return float(np.mean(self.score_samples(X)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

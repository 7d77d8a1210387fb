r"""`CurveFit`: a curve through measured points, with errors of the parameters and bands.

The curve is linear in its parameters; the algebra is that of `linear_model.measured`, with the columns of the design
matrix scaled to length one and a QR decomposition where their condition number asks for it.
"""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.linear_model.basis import design_matrix, parameter_names
from abinitio.linear_model.measured import (
    chi_squared,
    chi_squared_p_value,
    generalized_least_squares,
    prediction_band,
    weighted_least_squares,
)
from abinitio.linear_model.normal_equations import WELL, scaled_cholesky


def fit_curve(F, y, sigma=None, covariance=None):
    """Best parameters and their covariance, like `weighted_least_squares`, for columns of any scale and condition.

    F : (n, p) design matrix;  y : (n,) measurements;  sigma : (n,) their standard deviations, or covariance : (n, n),
    their covariance matrix (one of the two is given).
    Returns (w, covariance of w).  ValueError where the points do not determine all p parameters.

    >>> fit_curve(np.array([[1e-9], [3e-9]]), np.array([1.0, 3.0]), np.ones(2))[0].round(3)
    array([1.e+09])
    """
    if covariance is None:
        A, b = F / sigma[:, None], y / sigma
    else:
        L = np.linalg.cholesky(covariance)
        A, b = np.linalg.solve(L, F), np.linalg.solve(L, y)
    length = np.sqrt(np.sum(A**2, axis=0))
    unit = np.where(length > 0, length, 1)
    condition = scaled_cholesky(A.T @ A)[2] if np.all(length > 0) else np.inf
    if condition > WELL:
        w, C = _orthogonal_fit(A / unit, b)
    elif covariance is None:
        w, C = weighted_least_squares(F / unit, y, sigma)
    else:
        w, C = generalized_least_squares(F / unit, y, covariance)
    return w / unit, C / np.outer(unit, unit)


def _orthogonal_fit(A, b):
    """Least squares of whitened data by QR: w = R⁻¹Qᵀb with covariance R⁻¹R⁻ᵀ."""
    (n, p), (Q, R) = A.shape, np.linalg.qr(A)
    s = np.linalg.svd(R, compute_uv=False)
    rank = np.count_nonzero(s > max(n, p) * np.finfo(float).eps * s[0])
    if rank < p:
        raise ValueError(
            f"the {n} points (n_samples = {n}) determine only {rank} of the {p} parameters: "
            "measure at more points x, or leave out basis functions that depend on each other there"
        )
    inverse = np.linalg.inv(R)
    return inverse @ (Q.T @ b), inverse @ inverse.T


class CurveFit(RegressorMixin, BaseEstimator):
    r"""Fit of a curve that is linear in its parameters to points with measured errors.

    basis : None for a constant and the features of X themselves; or `polynomial(degree)`, `fourier(order, period)`; or
    a list of functions of x, for example ``[np.ones_like, np.sin]``; or a callable x -> (n, p) design matrix.
    absolute_sigma : True takes the errors as they are given; False takes only their ratios, and scales the covariance
    of the parameters so that chi squared per degree of freedom is 1 (scipy's `curve_fit` has the same word). Without
    any errors in fit, all points count alike and the scatter about the curve sets their error.

    After fit: coef_ (p,);  covariance_ (p, p);  errors_ (p,), one standard deviation each;  names_ of the parameters;
    chi2_, dof_, chi2_per_dof_, p_value_ (nan where no errors were given or dof_ is 0).

    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])
    >>> fit = CurveFit(basis=[np.ones_like, np.abs]).fit(x, y, sigma=0.1)
    >>> fit.coef_.round(9), fit.errors_.round(3), fit.band([1.0]).round(3)
    (array([1., 2.]), array([0.091, 0.071]), array([0.058]))
    """

    def __init__(self, basis=None, *, absolute_sigma=True):
        self.basis = basis
        self.absolute_sigma = absolute_sigma

    def fit(self, X, y, sigma=None, covariance=None):
        """Fit to points X and measurements y (n,); returns self.

        X : (n, d), or with a basis (n,);  sigma : standard deviations of y, (n,) or one number for all;
        covariance : (n, n) covariance matrix of y in place of sigma.  ValueError for errors that are not positive, a
        covariance that is not positive definite, both given, or too few points for the parameters.
        """
        X, y = validate_data(self, self._as_table(X), y, dtype=float, y_numeric=True)
        y = y.astype(float, copy=False)
        F = self._design(X)
        n, p = F.shape
        errors = self._checked_errors(n, sigma, covariance)
        measured = sigma is not None or covariance is not None
        self.coef_, self.covariance_ = fit_curve(F, y, **errors)
        self.names_ = parameter_names(self.basis, p, [f"x{j}" for j in range(X.shape[1])])
        self.dof_ = n - p
        self.chi2_ = self._chi_squared(F, y, **errors)
        if not (measured and self.absolute_sigma):
            if self.dof_ < 1:
                raise ValueError(f"n_samples = {n} points and {p} parameters leave nothing to estimate the errors from")
            self.covariance_ = self.covariance_ * self.chi2_ / self.dof_
        self.errors_ = np.sqrt(self.covariance_.diagonal())
        meaningful = measured and self.dof_ > 0
        self.chi2_per_dof_ = self.chi2_ / self.dof_ if meaningful else np.nan
        self.p_value_ = float(chi_squared_p_value(self.chi2_, self.dof_)) if meaningful else np.nan
        return self

    def predict(self, X):
        """The fitted curve (m,) at the points X, (m, d) or with a basis (m,)."""
        return self._design_at(X) @ self.coef_

    def band(self, X):
        """One standard deviation (m,) of the fitted curve at the points X; see `measured.prediction_band`."""
        return prediction_band(self._design_at(X), self.covariance_)

    def measurement_band(self, X, sigma):
        """One standard deviation (m,) of a new measurement at X about the fitted curve, its own error being sigma."""
        return np.hypot(self.band(X), sigma)

    def summary(self):
        """A text of the fit: value ± error of each parameter, chi squared per degree of freedom, p-value."""
        width = max(len(name) for name in self.names_)
        lines = [f"{name:>{width}} : {rounded(w, e)}" for name, w, e in zip(self.names_, self.coef_, self.errors_)]
        if np.isnan(self.p_value_):
            return "\n".join([*lines, f"dof = {self.dof_}; errors from the scatter of the points"])
        quality = f"chi2/dof = {self.chi2_:.2f}/{self.dof_} = {self.chi2_per_dof_:.3f}, p-value {self.p_value_:.3g}"
        return "\n".join([*lines, quality])

    def _as_table(self, X):
        """X as (n, d): with a basis, the points x may be given as (n,)."""
        return np.asarray(X)[:, None] if self.basis is not None and np.asarray(X).ndim == 1 else X

    def _design_at(self, X):
        """Design matrix (m, p) at new points."""
        check_is_fitted(self)
        table = self._as_table(X) if self.n_features_in_ == 1 else X
        return self._design(validate_data(self, table, dtype=float, reset=False))

    def _design(self, X):
        """Design matrix (n, p) at the points X (n, d); a basis of one variable is given x as (n,)."""
        if self.basis is None:
            return np.column_stack([np.ones(len(X)), X])
        return design_matrix(self.basis, X[:, 0] if X.shape[1] == 1 else X)

    def _checked_errors(self, n, sigma, covariance):
        """{"sigma": (n,)} or {"covariance": (n, n)}, or a ValueError that says what is wrong with them."""
        if sigma is not None and covariance is not None:
            raise ValueError("sigma and covariance are both given; give one of them (sigma² is covariance's diagonal)")
        if covariance is not None:
            C = np.asarray(covariance, dtype=float)
            if C.shape != (n, n) or not np.allclose(C, C.T, rtol=1e-8, atol=0):
                raise ValueError(f"covariance has shape {C.shape}; it must be a symmetric ({n}, {n}) matrix")
            if not np.linalg.eigvalsh(C)[0] > 0:
                raise ValueError(f"covariance has the eigenvalue {np.linalg.eigvalsh(C)[0]:.3g}; all must be positive")
            return {"covariance": C}
        errors = np.ones(n) if sigma is None else np.asarray(sigma, dtype=float)
        if errors.shape not in [(), (n,)]:
            raise ValueError(f"sigma has shape {errors.shape}; it must be one number or ({n},), an error for each y")
        if not np.all((errors > 0) & np.isfinite(errors)):
            bad = errors[~((errors > 0) & np.isfinite(errors))].flat[0]
            raise ValueError(f"sigma contains {bad}; every error must be positive and finite: leave such points out")
        return {"sigma": np.broadcast_to(errors, (n,))}

    def _chi_squared(self, F, y, sigma=None, covariance=None):
        """Chi squared of the fit, with correlated errors in the coordinates where they are independent."""
        if covariance is None:
            return chi_squared(self.coef_, F, y, sigma)
        L = np.linalg.cholesky(covariance)
        return chi_squared(self.coef_, np.linalg.solve(L, F), np.linalg.solve(L, y), np.ones(len(y)))


def rounded(value, error):
    """A value and its error as physicists write them: the error with two digits, the value to the same place.

    value : float;  error : float >= 0.

    >>> rounded(1234.5678, 0.0123), rounded(-1.5e-9, 2.4e-11), rounded(31416.0, 271.0)
    ('1234.568 ± 0.012', '(-1.500 ± 0.024)e-09', '31420 ± 270')
    """
    if not (np.isfinite(value) and np.isfinite(error) and error > 0):
        return f"{value:g} ± {error:g}"
    place = int(np.floor(np.log10(float(f"{error:.1e}")))) - 1  # of the error's second digit
    exponent = int(np.floor(np.log10(max(abs(value), error))))
    if -4 <= exponent <= 5 and place >= -8:
        value, error, digits = (round(float(z), -place) for z in (value, error)), None, max(-place, 0)
        value, error = value
        return f"{value:.{digits}f} ± {error:.{digits}f}"
    digits = max(exponent - place, 0)
    return f"({value / 10.0**exponent:.{digits}f} ± {error / 10.0**exponent:.{digits}f})e{exponent:+03d}"

"""Gaussian processes: posterior, evidence and its gradient, parameters from the data, leave-one-out, samples."""

from abinitio.gaussian_process.evidence import log_determinant, log_evidence, log_evidence_gradient
from abinitio.gaussian_process.hyperparameters import gaussian_covariance, gaussian_covariance_gradient
from abinitio.gaussian_process.leave_one_out import gp_leave_one_out, leave_one_out_log_density
from abinitio.gaussian_process.maximise import climb, highest
from abinitio.gaussian_process.posterior import gp_posterior, gp_posterior_marginals, whitened_residuals
from abinitio.gaussian_process.regression import GaussianProcessRegressor
from abinitio.gaussian_process.samples import gaussian_samples, sufficient_jitter

__all__ = [
    "GaussianProcessRegressor",
    "climb",
    "gaussian_covariance",
    "gaussian_covariance_gradient",
    "gaussian_samples",
    "gp_leave_one_out",
    "gp_posterior",
    "gp_posterior_marginals",
    "highest",
    "leave_one_out_log_density",
    "log_determinant",
    "log_evidence",
    "log_evidence_gradient",
    "sufficient_jitter",
    "whitened_residuals",
]

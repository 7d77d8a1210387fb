"""Scores, each with its error."""

from abinitio.metrics.calibration import (
    Reliability,
    calibration_chi_squared,
    expected_calibration_error,
    reliability_curve,
)
from abinitio.metrics.classification import (
    accuracy_score,
    accuracy_score_with_error,
    bootstrap_scores,
    clopper_pearson_interval,
    confusion_matrix,
    wilson_interval,
)
from abinitio.metrics.forecast import skill_score, skill_score_with_error
from abinitio.metrics.proper_scores import (
    brier_score_loss,
    brier_score_loss_with_error,
    log_loss,
    log_loss_with_error,
)
from abinitio.metrics.regression import mean_squared_error, mean_squared_error_with_error, r2_score
from abinitio.metrics.roc import placements, roc_auc_covariance, roc_auc_score, roc_auc_score_with_error, roc_curve

__all__ = [
    "Reliability",
    "accuracy_score",
    "accuracy_score_with_error",
    "bootstrap_scores",
    "brier_score_loss",
    "brier_score_loss_with_error",
    "calibration_chi_squared",
    "clopper_pearson_interval",
    "confusion_matrix",
    "expected_calibration_error",
    "log_loss",
    "log_loss_with_error",
    "mean_squared_error",
    "mean_squared_error_with_error",
    "placements",
    "r2_score",
    "reliability_curve",
    "roc_auc_covariance",
    "roc_auc_score",
    "roc_auc_score_with_error",
    "roc_curve",
    "skill_score",
    "skill_score_with_error",
    "wilson_interval",
]

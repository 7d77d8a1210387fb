"""What homework 6 asks, in the order of its notebook."""

from abinitio.homework.hw6_estimators.exercises_bias import BIAS_WITH_ERROR, MSE_WITH_ERROR
from abinitio.homework.hw6_estimators.exercises_bootstrap import BOOTSTRAP_SAMPLES
from abinitio.homework.hw6_estimators.exercises_bound import CRAMER_RAO_BOUND
from abinitio.homework.hw6_estimators.exercises_double_descent import RIDGELESS_RISK
from abinitio.homework.hw6_estimators.exercises_evidence import LINEAR_LOG_EVIDENCE
from abinitio.homework.hw6_estimators.exercises_held_out import HELD_OUT_PREDICTIONS
from abinitio.homework.hw6_estimators.exercises_mixture import WEIGHTED_GAUSSIANS
from abinitio.homework.hw6_estimators.exercises_posterior import LINEAR_POSTERIOR
from abinitio.homework.hw6_estimators.exercises_responsibilities import RESPONSIBILITIES
from abinitio.homework.hw6_estimators.exercises_shrinkage import JAMES_STEIN, POSITIVE_JAMES_STEIN

EXERCISES = (
    BIAS_WITH_ERROR,
    MSE_WITH_ERROR,
    CRAMER_RAO_BOUND,
    JAMES_STEIN,
    POSITIVE_JAMES_STEIN,
    RIDGELESS_RISK,
    LINEAR_POSTERIOR,
    LINEAR_LOG_EVIDENCE,
    HELD_OUT_PREDICTIONS,
    BOOTSTRAP_SAMPLES,
    RESPONSIBILITIES,
    WEIGHTED_GAUSSIANS,
)

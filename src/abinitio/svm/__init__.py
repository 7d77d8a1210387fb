"""Support-vector machines: margins, duals and the proofs that they are solved; SMO; SVC, SVR, linear machines."""

from abinitio.svm.classification import SVC
from abinitio.svm.coordinate_descent import (
    coordinate_step,
    dual_coordinate_descent,
    linear_duality_gap,
    linear_primal,
)
from abinitio.svm.crammer_singer import (
    crammer_singer_descent,
    crammer_singer_gap,
    crammer_singer_minimum,
    crammer_singer_objective,
    crammer_singer_step,
)
from abinitio.svm.dual import (
    can_rise,
    dual_objective,
    duality_gap,
    intercept_from_multipliers,
    kkt_violation,
    primal_objective,
    svm_decision,
    wanted_intercepts,
)
from abinitio.svm.hard_margin import hard_margin_dual, hard_margin_primal, hull_points
from abinitio.svm.hinge import hinge_objective, hinge_subgradient
from abinitio.svm.linear import LinearSVC
from abinitio.svm.linear_svr import LinearSVR
from abinitio.svm.machine import KernelMachine
from abinitio.svm.margin import margin_width, signed_distances
from abinitio.svm.nu import NuSVC, NuSVR
from abinitio.svm.pegasos import averaged, pegasos, pegasos_bound, pegasos_step
from abinitio.svm.platt import (
    couple_probabilities,
    pairwise_matrices,
    platt_probability,
    platt_scaling,
    platt_targets,
)
from abinitio.svm.probability import ProbabilitySVC
from abinitio.svm.regression import SVR
from abinitio.svm.signed_dual import (
    Signed,
    classification_problem,
    gains_and_costs,
    regression_problem,
    signed_dual_objective,
    signed_duality_gap,
    signed_intercept,
)
from abinitio.svm.smo import smo, smo_pair, smo_step
from abinitio.svm.squared_hinge import (
    squared_hinge_gradient,
    squared_hinge_newton,
    squared_hinge_newton_step,
    squared_hinge_objective,
)
from abinitio.svm.tube import (
    epsilon_insensitive_loss,
    regression_dual_objective,
    regression_intercept,
    regression_primal_objective,
)
from abinitio.svm.votes import one_vs_one_decision, one_vs_one_votes, one_vs_rest_labels

__all__ = [
    "SVC",
    "SVR",
    "KernelMachine",
    "LinearSVC",
    "LinearSVR",
    "NuSVC",
    "NuSVR",
    "ProbabilitySVC",
    "Signed",
    "averaged",
    "can_rise",
    "classification_problem",
    "coordinate_step",
    "couple_probabilities",
    "crammer_singer_descent",
    "crammer_singer_gap",
    "crammer_singer_minimum",
    "crammer_singer_objective",
    "crammer_singer_step",
    "dual_coordinate_descent",
    "dual_objective",
    "duality_gap",
    "epsilon_insensitive_loss",
    "gains_and_costs",
    "hard_margin_dual",
    "hard_margin_primal",
    "hinge_objective",
    "hinge_subgradient",
    "hull_points",
    "intercept_from_multipliers",
    "kkt_violation",
    "linear_duality_gap",
    "linear_primal",
    "margin_width",
    "one_vs_one_decision",
    "one_vs_one_votes",
    "one_vs_rest_labels",
    "pairwise_matrices",
    "pegasos",
    "pegasos_bound",
    "pegasos_step",
    "platt_probability",
    "platt_scaling",
    "platt_targets",
    "primal_objective",
    "regression_dual_objective",
    "regression_intercept",
    "regression_primal_objective",
    "regression_problem",
    "signed_distances",
    "signed_dual_objective",
    "signed_duality_gap",
    "signed_intercept",
    "smo",
    "smo_pair",
    "smo_step",
    "squared_hinge_gradient",
    "squared_hinge_newton",
    "squared_hinge_newton_step",
    "squared_hinge_objective",
    "svm_decision",
    "wanted_intercepts",
]

"""What homework 4 asks, in the order of its notebook."""

from abinitio.homework.hw4_support_vector_machines.exercises_dual import DUAL_OBJECTIVE, SVM_DECISION
from abinitio.homework.hw4_support_vector_machines.exercises_gap import DUALITY_GAP
from abinitio.homework.hw4_support_vector_machines.exercises_hinge import HINGE_OBJECTIVE
from abinitio.homework.hw4_support_vector_machines.exercises_intercept import INTERCEPT_FROM_MULTIPLIERS
from abinitio.homework.hw4_support_vector_machines.exercises_margin import MARGIN_WIDTH, SIGNED_DISTANCES
from abinitio.homework.hw4_support_vector_machines.exercises_pair import SMO_PAIR
from abinitio.homework.hw4_support_vector_machines.exercises_step import SMO_STEP
from abinitio.homework.hw4_support_vector_machines.exercises_subgradient import HINGE_SUBGRADIENT
from abinitio.homework.hw4_support_vector_machines.exercises_tube import EPSILON_INSENSITIVE_LOSS
from abinitio.homework.hw4_support_vector_machines.exercises_votes import ONE_VS_ONE_VOTES

EXERCISES = (
    SIGNED_DISTANCES,
    HINGE_OBJECTIVE,
    HINGE_SUBGRADIENT,
    DUAL_OBJECTIVE,
    MARGIN_WIDTH,
    SVM_DECISION,
    INTERCEPT_FROM_MULTIPLIERS,
    SMO_PAIR,
    SMO_STEP,
    DUALITY_GAP,
    EPSILON_INSENSITIVE_LOSS,
    ONE_VS_ONE_VOTES,
)

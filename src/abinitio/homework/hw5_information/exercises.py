"""What homework 5 asks, in the order of its notebook."""

from abinitio.homework.hw5_information.exercises_coding import NARROW_INTERVAL
from abinitio.homework.hw5_information.exercises_conditional import CONDITIONAL_ENTROPY
from abinitio.homework.hw5_information.exercises_divergence import JENSEN_SHANNON_DIVERGENCE, KL_DIVERGENCE
from abinitio.homework.hw5_information.exercises_entropy import ENTROPY
from abinitio.homework.hw5_information.exercises_estimates import MILLER_MADOW_ENTROPY
from abinitio.homework.hw5_information.exercises_fisher import TRANSFORM_FISHER
from abinitio.homework.hw5_information.exercises_mutual import MUTUAL_INFORMATION
from abinitio.homework.hw5_information.exercises_pairs import PAIR_COUNTS
from abinitio.homework.hw5_information.exercises_smoothing import ADD_K_PROBABILITY, KNESER_NEY_STEP
from abinitio.homework.hw5_information.exercises_transport import SINKHORN_STEP

EXERCISES = (
    ENTROPY,
    MILLER_MADOW_ENTROPY,
    PAIR_COUNTS,
    CONDITIONAL_ENTROPY,
    ADD_K_PROBABILITY,
    KNESER_NEY_STEP,
    MUTUAL_INFORMATION,
    KL_DIVERGENCE,
    JENSEN_SHANNON_DIVERGENCE,
    NARROW_INTERVAL,
    TRANSFORM_FISHER,
    SINKHORN_STEP,
)

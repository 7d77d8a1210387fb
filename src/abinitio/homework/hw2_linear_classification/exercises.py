"""What homework 2 asks, in the order of its notebook."""

from abinitio.homework.hw2_linear_classification.exercises_confusion import CONFUSION_MATRIX
from abinitio.homework.hw2_linear_classification.exercises_distances import SQUARED_DISTANCES
from abinitio.homework.hw2_linear_classification.exercises_ising import FLIP_COST
from abinitio.homework.hw2_linear_classification.exercises_logistic import LOGISTIC_GRADIENT, LOGISTIC_LOSS
from abinitio.homework.hw2_linear_classification.exercises_neighbors import K_NEAREST_OTHERS, MAJORITY_VOTE
from abinitio.homework.hw2_linear_classification.exercises_perceptron import MISTAKE_BOUND, PERCEPTRON_STEP
from abinitio.homework.hw2_linear_classification.exercises_sigmoid import SIGMOID
from abinitio.homework.hw2_linear_classification.exercises_softmax import CROSS_ENTROPY_GRADIENT, SOFTMAX

EXERCISES = (
    PERCEPTRON_STEP,
    MISTAKE_BOUND,
    SIGMOID,
    LOGISTIC_LOSS,
    LOGISTIC_GRADIENT,
    SOFTMAX,
    CROSS_ENTROPY_GRADIENT,
    CONFUSION_MATRIX,
    FLIP_COST,
    SQUARED_DISTANCES,
    K_NEAREST_OTHERS,
    MAJORITY_VOTE,
)

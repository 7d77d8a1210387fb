"""What homework 0 asks: six functions of one to three lines."""

from abinitio.homework.hw0_learning_from_data.exercises_learning import ASSIGN_CLUSTERS, UCB1_INDEX, UPDATE_CENTRES
from abinitio.homework.hw0_learning_from_data.exercises_samples import DKW_BAND, EMPIRICAL_CDF, MEAN_WITH_ERROR

EXERCISES = (MEAN_WITH_ERROR, EMPIRICAL_CDF, DKW_BAND, ASSIGN_CLUSTERS, UPDATE_CENTRES, UCB1_INDEX)

"""The exercise on the expectation step of a mixture: from which component does a sample come?"""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.density.mixture import responsibilities
from abinitio.homework.hw6_estimators.exercise_inputs_linear import fractions, table


def _densities_and_weights(rng, size):
    n, k = int(rng.integers(1, 3 + size)), int(rng.integers(2, 4 + size // 4))
    return {"log_densities": rng.integers(-8, 4, (n, k)) / 2, "weights": fractions(rng, k)}


def they_are_weights(log_densities, weights):
    """No weight negative, their sum 1?"""
    return bool((weights >= 0).all() and abs(weights.sum() - 1) <= 1e-9)


def the_shares_of_a_sample_sum_to_1(answer, log_densities, weights):
    """Every sample comes from some component: the rows of R sum to 1, and no entry is negative."""
    R = answer[0]
    return bool((R >= 0).all() and np.abs(R.sum(axis=1) - 1).max() <= 1e-6)


def bayes_rule(answer, log_densities, weights):
    """Bayes' rule: ln r_ik + ln p(x_i) = ln pi_k + ln N(x_i | k), wherever r is not tiny."""
    R, log_likelihoods = answer
    i, k = np.nonzero(R > 1e-6)
    left, right = np.log(R[i, k]) + log_likelihoods[i], np.log(weights[k]) + log_densities[i, k]
    return bool((np.abs(left - right) <= 1e-4 + 1e-6 * np.abs(right)).all())


def _logs(log_densities, weights):
    return log_densities + np.log(weights)


def _log_sum(logs):
    """ln of the sums of the exponentials of the rows, safely."""
    top = logs.max(axis=1)
    return top + np.log(np.exp(logs - top[:, None]).sum(axis=1))


def _shares_of(logs):
    return np.exp(logs - _log_sum(logs)[:, None])


def _expectation(
    logs=_logs,
    shares=_shares_of,
    log_likelihoods=_log_sum,
    result=lambda R, log_likelihoods: (R, log_likelihoods),
):
    """The step with one wrong part: the logs(log_densities, weights) of the terms, the shares or the log-likelihoods
    from them, or what is returned of both."""

    def step(log_densities, weights):
        terms = logs(log_densities, weights)
        return result(shares(terms), log_likelihoods(terms))

    return step


def _weights_in_one_only(log_densities, weights, *, in_shares):
    with_them, without = _logs(log_densities, weights), log_densities
    R = _shares_of(with_them if in_shares else without)
    return R, _log_sum(without if in_shares else with_them)


def _hard(logs):
    return np.eye(logs.shape[1])[logs.argmax(axis=1)]


def _naive(log_densities, weights, *, small=0.0, shift=lambda logs, log_densities: np.zeros((len(logs), 1))):
    """Exponentials of terms that are shifted by shift(logs, log_densities), a number or a column."""
    logs = _logs(log_densities, weights)
    top = shift(logs, log_densities)
    terms = np.exp(log_densities - top) * weights
    total = terms.sum(axis=1, keepdims=True) + small
    return terms / total, (top + np.log(total)).ravel()


def _log_densities_as_densities(log_densities, weights):
    terms = weights * log_densities
    total = terms.sum(axis=1, keepdims=True)
    return terms / total, np.log(np.abs(total)).ravel()


def _expected_log(log_densities, weights):
    logs = _logs(log_densities, weights)
    R = _shares_of(logs)
    return R, np.sum(R * np.where(R > 0, logs, 0), axis=1)


def _term_by_term(log_densities, weights):
    """Each share from its ratios to the others: 1 / sum_j pi_j N_j / (pi_k N_k)."""
    R, log_likelihoods = np.zeros(log_densities.shape), []
    for i, row in enumerate(log_densities.tolist()):
        terms = [(k, value + math.log(w)) for k, (value, w) in enumerate(zip(row, weights.tolist())) if w > 0]
        top = max(value for _, value in terms)
        total = math.fsum(math.exp(value - top) for _, value in terms)
        for k, value in terms:
            R[i, k] = math.exp(value - top) / total
        log_likelihoods.append(top + math.log(total))
    return R, np.array(log_likelihoods)


def _case(log_densities, weights):
    return {"log_densities": table(log_densities), "weights": table(weights)}


def _large(rng):
    return {"log_densities": -10 * rng.exponential(size=(20_000, 5)), "weights": table([0.1, 0.2, 0.3, 0.3, 0.1])}


RESPONSIBILITIES = Exercise(
    function=responsibilities,
    points=3,
    inputs=_densities_and_weights,
    valid=they_are_weights,
    holds=(the_shares_of_a_sample_sum_to_1, bayes_rule),
    large=_large,
    edges={
        "one component": _case([[-1], [-3], [0.5]], [1]),
        "equal densities": _case([[-2, -2, -2]], [0.5, 0.25, 0.25]),
        "equal weights": _case([[-1, -2], [0, -1], [-3, 1]], [0.5, 0.5]),
        "as many samples as components": _case([[-1, -2], [1, -1]], [0.25, 0.75]),
        "a component without weight": _case([[-1, -2, 0], [0, 25, 3]], [0.25, 0, 0.75]),
        "all the weight in one component": _case([[-1, 20], [0, -3]], [1, 0]),
        "the more likely one has less weight": _case([[0, -1]], [0.125, 0.875]),
    },
    stable={
        "densities too small for a float": _case([[-1000, -1001], [-2000, -1999]], [0.25, 0.75]),
        "densities too large for a float": _case([[1000, 1001], [999, 1002]], [0.25, 0.75]),
        "one sample far from all, one near": _case([[-5000, -5001], [-1, -2]], [0.25, 0.75]),
        "one component far, one near": _case([[0, -9999], [-9999, -1]], [0.25, 0.75]),
        "the nearest component has no weight": _case([[0, -1000, -1001], [5, 1, 1]], [0, 0.25, 0.75]),
    },
    mistakes=(
        Mistake(
            "the weights forgotten",
            "All components count the same here. Before a sample is seen, it comes from component k with probability "
            "pi_k: multiply its density by that.",
            _expectation(logs=lambda log_densities, weights: log_densities),
        ),
        Mistake(
            "the weights forgotten in the shares",
            "The shares do not know of the weights; the log-likelihoods do.",
            lambda log_densities, weights: _weights_in_one_only(log_densities, weights, in_shares=False),
        ),
        Mistake(
            "the weights forgotten in the log-likelihoods",
            "The shares are right. The density of the mixture is sum_k pi_k N_k, with the weights.",
            lambda log_densities, weights: _weights_in_one_only(log_densities, weights, in_shares=True),
        ),
        Mistake(
            "normalised over the samples",
            "The columns of R sum to 1. It is each sample that comes from one of the components: its row sums to 1.",
            _expectation(shares=lambda logs: _shares_of(logs.T).T),
        ),
        Mistake(
            "not normalised",
            "These are pi_k N_k. Divided by their sum over the components they are probabilities.",
            _expectation(shares=np.exp),
        ),
        Mistake(
            "a hard assignment",
            "Each sample was given to its most probable component. A share says how sure that is.",
            _expectation(shares=_hard),
        ),
        Mistake(
            "the logarithms of the shares",
            "These are ln r. The shares themselves are asked for.",
            _expectation(shares=lambda logs: logs - _log_sum(logs)[:, None]),
        ),
        Mistake(
            "log densities taken for densities",
            "The logarithms were multiplied by the weights and normalised as if they were densities. Take their "
            "exponentials.",
            _log_densities_as_densities,
        ),
        Mistake(
            "the weights added to the logarithms",
            "pi was added to ln N. The logarithm of a product is a sum of logarithms: ln pi + ln N.",
            _expectation(logs=lambda log_densities, weights: log_densities + weights),
        ),
        Mistake(
            "the logarithms multiplied by the weights",
            "exp(pi ln N) is N to the power pi. ln pi + ln N is the logarithm of the product.",
            _expectation(logs=lambda log_densities, weights: log_densities * weights),
        ),
        Mistake(
            "the log-likelihood of the best component",
            "The largest term stands for the sum. The sample might have come from each of them: add all.",
            _expectation(log_likelihoods=lambda logs: logs.max(axis=1)),
        ),
        Mistake(
            "the shift is not undone",
            "The largest logarithm was subtracted before the exponential and not added to the logarithm of the sum.",
            _expectation(log_likelihoods=lambda logs: _log_sum(logs) - logs.max(axis=1)),
        ),
        Mistake(
            "the mean of the logarithms",
            "sum_k r_k ln(pi_k N_k) is what the maximisation step makes large. Here the logarithm of the sum is asked "
            "for.",
            _expected_log,
        ),
        Mistake(
            "one number for all samples",
            "The log-likelihoods were added. One for each sample is asked for.",
            _expectation(log_likelihoods=lambda logs: _log_sum(logs).sum()),
        ),
        Mistake(
            "only the shares",
            "Two arrays are asked for, the shares and the log-likelihoods.",
            _expectation(result=lambda R, log_likelihoods: R),
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added to the weights against ln 0. A component without weight then takes samples, "
            "where its density is large. exp(-inf) is 0, as it should be.",
            _expectation(logs=lambda log_densities, weights: log_densities + np.log(weights + 1e-9)),
        ),
        Mistake(
            "over- and underflow",
            "The exponential became 0 or infinite, and the share 0/0. Subtract the largest logarithm of the row before "
            "the exponential: the ratio stays, and the largest term is 1.",
            _naive,
        ),
        Mistake(
            "a small number in the denominator",
            "A small number in the denominator prevents 0/0, but the shares of a sample that is far from all "
            "components become 0. Subtract the largest logarithm of the row before the exponential.",
            lambda log_densities, weights: _naive(log_densities, weights, small=1e-300),
        ),
        Mistake(
            "one shift for all samples",
            "The largest logarithm of the table was subtracted: rows far below it still underflow. Each row has its "
            "own.",
            lambda log_densities, weights: _naive(
                log_densities, weights, shift=lambda logs, log_densities: np.full((len(logs), 1), logs.max())
            ),
        ),
        Mistake(
            "shifted by a component without weight",
            "The largest density was subtracted, and it belongs to a component of weight 0: all others underflow. The "
            "largest term is meant, ln pi + ln N.",
            lambda log_densities, weights: _naive(
                log_densities, weights, shift=lambda logs, log_densities: log_densities.max(axis=1, keepdims=True)
            ),
        ),
    ),
    hints=(
        "Bayes' rule: what is known before is the weight, what the sample says is the density.",
        "r_ik = exp(l_ik - t_i) / sum_j exp(l_ij - t_i) with l = ln pi + ln N, for any t_i: which one is safe? And "
        "ln p(x_i) = t_i + ln sum_j exp(l_ij - t_i).",
        "`logs.max(axis=1, keepdims=True)` is a column, and broadcasts over the components; so does a sum with "
        "keepdims=True.",
    ),
    second_solution=_term_by_term,
    equivalent_mutants=("with np.errstate(divide='ignore'): -> with np.errstate():",),  # it only keeps a warning away
)

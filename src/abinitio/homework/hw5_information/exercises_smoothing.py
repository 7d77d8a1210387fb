"""Exercises on the probability of what was never seen: add-k and Kneser-Ney smoothing."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import distribution, is_distribution, number_of, table
from abinitio.information.add_k import add_k_probability
from abinitio.information.kneser_ney import kneser_ney_step


def _counts_and_k(rng, size):
    K, kind = number_of(rng, size // 2, at_least=2), rng.random()
    shape = (K,) if kind < 0.3 else (number_of(rng, size // 2), K)
    if size > 3 and kind > 0.8:
        shape = (2, *shape)
    counts = rng.integers(0, 2, shape) * rng.integers(0, 4 + size, shape)
    return {"counts": counts, "k": float(rng.choice([0.25, 0.5, 1, 2]))}


def every_row_sums_to_1(p, counts, k):
    """The probabilities of every row sum to 1."""
    return bool(np.abs(p.sum(axis=-1) - 1).max() <= 1e-6)


def equal_counts_have_equal_probabilities(p, counts, k):
    """Symbols that were seen equally often in a row are equally probable, and a larger count gives a larger one."""
    q, c = p.reshape(-1, p.shape[-1]), counts.reshape(-1, p.shape[-1])
    steps, more = q[:, :, None] - q[:, None, :], c[:, :, None] - c[:, None, :]
    return bool((steps[more > 0] > -1e-7).all() and (np.abs(steps[more == 0]) <= 1e-7).all())


def _row_by_row(counts, k):
    if counts.ndim > 1:
        return np.array([_row_by_row(row, k) for row in counts])
    total = int(counts.sum()) + k * len(counts)
    return np.array([(int(c) + k) / total for c in counts])


def _smoothed(
    above=lambda c, k: c + k,
    below=lambda c, k: c.sum(axis=-1, keepdims=True) + k * c.shape[-1],
):
    """Probabilities with one wrong part: what stands above or below the line."""
    return lambda counts, k: above(counts, k) / below(counts, k)


def _empty_rows_left_empty(counts, k):
    empty = counts.sum(axis=-1, keepdims=True) == 0
    return np.where(empty, 0, _smoothed()(counts, k))


ADD_K_PROBABILITY = Exercise(
    function=add_k_probability,
    points=2,
    inputs=_counts_and_k,
    valid=lambda counts, k: k > 0,
    holds=(every_row_sums_to_1, equal_counts_have_equal_probabilities),
    large=lambda rng: {"counts": rng.integers(0, 9, (300, 200)), "k": 0.5},
    edges={
        "one symbol": {"counts": np.array([3]), "k": 1.0},
        "nothing seen": {"counts": np.array([0, 0, 0]), "k": 1.0},
        "a row without counts": {"counts": np.array([[3, 1, 0], [0, 0, 0]]), "k": 0.5},
        "k = 0": {"counts": np.array([[3, 1, 0], [0, 2, 2]]), "k": 0.0},
        "a very large k": {"counts": np.array([[3, 1, 0]]), "k": 1e6},
        "as many rows as symbols": {"counts": np.array([[3, 1], [0, 4]]), "k": 2.0},
        "triples": {"counts": np.array([[[1, 0], [2, 2]], [[0, 0], [0, 3]], [[1, 1], [4, 0]]]), "k": 1.0},
    },
    stable={
        "very large counts": {"counts": np.array([[10**15, 0, 10**15]]), "k": 1.0},
        "a very small k": {"counts": np.array([[0, 0], [1, 0]]), "k": 1e-9},
    },
    mistakes=(
        Mistake(
            "k once instead of per letter",
            "k was added to the total once. Each of the K symbols got k, so that the total grows by k K.",
            _smoothed(below=lambda c, k: c.sum(axis=-1, keepdims=True) + k),
        ),
        Mistake(
            "the total without k",
            "The counts were raised by k and divided by the old total: the probabilities sum to more than 1.",
            _smoothed(below=lambda c, k: c.sum(axis=-1, keepdims=True)),
        ),
        Mistake(
            "k only in the total",
            "k K was added to the total and no k to the counts: what was never seen still has the probability 0.",
            _smoothed(above=lambda c, k: c),
        ),
        Mistake(
            "no smoothing",
            "These are the frequencies, whatever k is: what was never seen has the probability 0.",
            _smoothed(above=lambda c, k: c, below=lambda c, k: c.sum(axis=-1, keepdims=True)),
        ),
        Mistake(
            "k for the unseen only",
            "Only symbols that were never seen got k. Each symbol gets it.",
            _smoothed(above=lambda c, k: np.where(c > 0, c, k)),
        ),
        Mistake(
            "k for the unseen only, normalised",
            "Only symbols that were never seen got k. Each symbol gets it.",
            _smoothed(
                above=lambda c, k: np.where(c > 0, c, k),
                below=lambda c, k: np.where(c > 0, c, k).sum(axis=-1, keepdims=True),
            ),
        ),
        Mistake(
            "only the letters seen count",
            "K was taken to be the number of symbols seen in the row. Each of the K symbols there are gets k.",
            _smoothed(below=lambda c, k: c.sum(axis=-1, keepdims=True) + k * (c > 0).sum(axis=-1, keepdims=True)),
        ),
        Mistake(
            "k shared out",
            "k was divided among the K symbols. Each of them gets the whole of k.",
            _smoothed(
                above=lambda c, k: c + k / c.shape[-1],
                below=lambda c, k: c.sum(axis=-1, keepdims=True) + k,
            ),
        ),
        Mistake(
            "k is always 1",
            "1 was added to every count (Laplace's rule), whatever k is.",
            lambda counts, k: _smoothed()(counts, 1.0),
        ),
        Mistake(
            "the number of rows in place of K",
            "The total grew by k times the number of rows. It grows by k for each symbol, that is for each column.",
            _smoothed(below=lambda c, k: c.sum(axis=-1, keepdims=True) + k * len(c)),
        ),
        Mistake(
            "the sums of the wrong axis",
            "The columns sum to 1 here. The last axis is that over the symbols: the rows are to sum to 1.",
            _smoothed(below=lambda c, k: (c + k).sum(axis=0, keepdims=True)),
        ),
        Mistake(
            "the sum lies along the wrong axis",
            "The sums of the rows were divided by as if they stood in a row. Use keepdims=True, so that they stand in "
            "a column.",
            _smoothed(below=lambda c, k: (c + k).sum(axis=-1)),
        ),
        Mistake(
            "the whole table",
            "The counts were divided by the total of the table. After every context the probabilities sum to 1: each "
            "row has its own total.",
            _smoothed(below=lambda c, k: (c + k).sum()),
        ),
        Mistake(
            "mixed with the uniform distribution",
            "The frequencies were mixed with 1/K with the weight k, the same for every context. What was seen often "
            "moves less: add k to the counts.",
            lambda counts, k: (
                (1 - k) * counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1) + k / counts.shape[-1]
            ),
        ),
        Mistake(
            "an empty row stays empty",
            "A context that was never seen got the probabilities 0. By the formula they are 1/K.",
            _empty_rows_left_empty,
        ),
        Mistake(
            "logarithms",
            "The logarithms of the probabilities came back.",
            lambda counts, k: np.log(_smoothed()(counts, k)),
        ),
    ),
    hints=(
        "Pretend that every symbol was seen k times more often than it was, then take frequencies.",
        "p_w = (c_w + k) / (sum_v c_v + k K), in every row: K terms k in the sum.",
        "`sum(axis=-1, keepdims=True)` gives the total of each row in a column, which then divides the rows.",
    ),
    second_solution=_row_by_row,
)


def _context(rng, size):
    K = number_of(rng, size, at_least=2)
    counts = rng.integers(0, 2, K) * rng.integers(1, 6, K)
    counts[rng.integers(K)] += 1
    discounts = np.array([rng.integers(1, 4), rng.integers(1, 8), rng.integers(1, 12)]) / 4
    return {"counts": counts, "lower": distribution(rng, K), "discounts": discounts}


def _is_allowed(counts, lower, discounts):
    return bool(is_distribution(lower) and (discounts >= 0).all() and (discounts <= [1, 2, 3]).all())


def it_is_a_distribution(p, counts, lower, discounts):
    """The probabilities are >= 0 and sum to 1: what is taken off is given back."""
    return bool((p >= -1e-7).all() and abs(p.sum() - 1) <= 1e-6)


def only_the_lower_order_gives_back(p, counts, lower, discounts):
    """A symbol that the lower order holds for impossible keeps its count less its discount, and no more."""
    left = counts - np.append(0, discounts)[np.minimum(counts, 3)]
    return bool((np.abs(p * counts.sum() - left)[lower == 0] <= 1e-6 * counts.sum()).all())


def _token_by_token(counts, lower, discounts):
    taken, kept, total = 0.0, [], int(counts.sum())
    for c in counts.tolist():
        d = 0.0 if c == 0 else float(discounts[0 if c == 1 else 1 if c == 2 else 2])
        taken += d
        kept.append((c - d) / total)
    return np.array([p + taken / total * q for p, q in zip(kept, lower.tolist())])


def _discount_of_each(counts, discounts):
    return np.append(0, discounts)[np.minimum(counts, 3)]


def _step(
    taken=_discount_of_each,
    rest=lambda c, D, q: D.sum() * q,
    total=lambda c, D: c.sum(),
):
    """A step with one wrong part: what is taken off each count, what is given to each symbol, or the total."""

    def p(counts, lower, discounts):
        D = taken(counts, discounts)
        return (counts - D + rest(counts, D, lower)) / total(counts, D)

    return p


def _back_off(counts, lower, discounts):
    D = _discount_of_each(counts, discounts)
    q = np.where(counts == 0, lower, 0)
    return (counts - D + D.sum() * q / (q.sum() if q.sum() > 0 else 1)) / counts.sum()


def _seen_discounted_also_if_unseen(counts, lower, discounts):
    D = discounts[np.minimum(np.maximum(counts, 1), 3) - 1]
    return (np.maximum(counts - D, 0) + D.sum() * lower) / counts.sum()


KNESER_NEY_STEP = Exercise(
    function=kneser_ney_step,
    points=3,
    graduate=True,
    inputs=_context,
    valid=_is_allowed,
    holds=(it_is_a_distribution, only_the_lower_order_gives_back),
    large=lambda rng: {
        "counts": rng.integers(0, 6, 50_000),
        "lower": np.full(50_000, 2e-5),
        "discounts": table([0.5, 1, 1.25]),
    },
    edges={
        "one symbol": {"counts": np.array([2]), "lower": table([1]), "discounts": table([0.5, 1, 1.5])},
        "seen once": {"counts": np.array([0, 1]), "lower": table([0.5, 0.5]), "discounts": table([0.5, 1, 1.5])},
        "counts 0 to 4": {
            "counts": np.array([0, 1, 2, 3, 4]),
            "lower": table([0.25, 0.25, 0, 0.25, 0.25]),
            "discounts": table([0.5, 0.75, 1]),
        },
        "no discounts": {"counts": np.array([3, 1, 0]), "lower": table([0, 0.5, 0.5]), "discounts": np.zeros(3)},
        "all is taken off": {"counts": np.array([1, 2, 3]), "lower": table([0, 0, 1]), "discounts": table([1, 2, 3])},
        "nothing unseen": {
            "counts": np.array([1, 2, 5]),
            "lower": table([0.5, 0.25, 0.25]),
            "discounts": table([0.5, 1, 1.5]),
        },
        "the lower order allows what was seen only": {
            "counts": np.array([4, 0, 1]),
            "lower": table([0.5, 0, 0.5]),
            "discounts": table([0.25, 0.5, 0.75]),
        },
    },
    stable={
        "a very frequent symbol": {
            "counts": np.array([10**9, 1, 0]),
            "lower": table([0.25, 0.25, 0.5]),
            "discounts": table([0.5, 1, 1.5]),
        },
    },
    mistakes=(
        Mistake(
            "shared out evenly",
            "What was taken off was shared out in equal parts, R/K. It goes to the symbols as the lower order says.",
            _step(rest=lambda c, D, q: D.sum() / len(c)),
        ),
        Mistake(
            "the discount is not given back",
            "The discounts were taken off and went nowhere: the probabilities sum to less than 1. Their sum R goes to "
            "the lower order: + R q_w.",
            _step(rest=lambda c, D, q: 0),
        ),
        Mistake(
            "the context's own counts in place of the lower order",
            "What was taken off was given back by the same counts: what was never seen still has nothing. The lower "
            "order, which counts contexts, says who gets it.",
            _step(rest=lambda c, D, q: D.sum() * c / c.sum()),
        ),
        Mistake(
            "nothing is taken off",
            "R q_w was added and no discount taken off: the probabilities sum to more than 1.",
            lambda counts, lower, discounts: (
                (counts + _discount_of_each(counts, discounts).sum() * lower) / counts.sum()
            ),
        ),
        Mistake(
            "the whole of the lower order",
            "q_w was added whole. Its weight is what was taken off: R / sum_v c_v.",
            _step(rest=lambda c, D, q: c.sum() * q),
        ),
        Mistake(
            "no smoothing",
            "These are the frequencies of the context.",
            lambda counts, lower, discounts: counts / counts.sum(),
        ),
        Mistake(
            "the first discount for all",
            "The discount of a count of 1 was taken off all counts. Counts of 2, and of 3 or more, have their own.",
            _step(taken=lambda c, d: np.where(c > 0, d[0], 0)),
        ),
        Mistake(
            "the last discount for 3 only",
            "Counts above 3 were left as they are. The third discount is for counts of 3 or more.",
            _step(taken=lambda c, d: np.where(c > 3, 0, _discount_of_each(c, d))),
        ),
        Mistake(
            "the second discount for 2 or more",
            "The second discount was taken off all counts of 2 or more. Counts of 3 or more have the third one.",
            _step(taken=lambda c, d: np.append(0, d)[np.minimum(c, 2)]),
        ),
        Mistake(
            "the discounts one place off",
            "The discount of a count c was read from place c: 0 lost the first one, 1 the second one. The first of the "
            "three is for counts of 1, and counts of 0 lose nothing.",
            _step(taken=lambda c, d: d[np.minimum(c, 2)]),
        ),
        Mistake(
            "zeros are discounted",
            "A discount was taken off symbols that were never seen: they have nothing to lose. In Python the place -1 "
            "is the last one.",
            _step(taken=lambda c, d: d[np.minimum(c, 3) - 1]),
        ),
        Mistake(
            "unseen symbols count in R",
            "No count fell below 0, but R holds a discount for every symbol, also for those that were never seen: the "
            "probabilities sum to more than 1. R is what was really taken off.",
            _seen_discounted_also_if_unseen,
        ),
        Mistake(
            "the discount per occurrence",
            "A discount was taken off for each occurrence: R is the sum of c_w D(c_w) here. One is taken off each "
            "count, however large it is.",
            _step(rest=lambda c, D, q: np.sum(c * D) * q),
        ),
        Mistake(
            "the largest discount",
            "R is the largest discount here. It is the sum of all that were taken off.",
            _step(rest=lambda c, D, q: D.max() * q),
        ),
        Mistake(
            "back-off",
            "What was taken off went to unseen symbols only, as in Katz's back-off. Here it goes to all symbols: + R "
            "q_w, also for those that were seen.",
            _back_off,
        ),
        Mistake(
            "the seen get nothing",
            "R q_w was added for unseen symbols only, and the rest of R is lost. It goes to all symbols.",
            _step(rest=lambda c, D, q: np.where(c == 0, D.sum() * q, 0)),
        ),
        Mistake(
            "divided by what is left",
            "The total was taken after the discounts. It is that of the counts, sum_v c_v.",
            _step(total=lambda c, D: np.sum(c - D)),
        ),
        Mistake(
            "not divided",
            "These are discounted counts: divide by their total, sum_v c_v.",
            _step(total=lambda c, D: 1),
        ),
        Mistake(
            "what was taken off was not divided",
            "c_w - D was divided by the total, and R q_w was not: the probabilities sum to more than 1.",
            _step(rest=lambda c, D, q: c.sum() * D.sum() * q),
        ),
    ),
    hints=(
        "Take the discount of its count from every count, put all that was taken into one purse, and hand it out as "
        "the lower order says.",
        "p_w = (c_w - D(c_w) + R q_w) / sum_v c_v with R = sum_v D(c_v), D(0) = 0 and D(c) = D(3) for c > 3.",
        "`np.minimum(counts, 3)` is the place in (0, D1, D2, D3), which `np.append(0, discounts)` makes.",
    ),
    second_solution=_token_by_token,
)

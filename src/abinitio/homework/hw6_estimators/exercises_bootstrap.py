"""The exercise on the bootstrap: samples drawn from the sample."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs_linear import table
from abinitio.statistics.resampling import bootstrap_samples


def _sample_and_repeats(rng, size):
    n = int(rng.integers(2, 5 + size // 2)) if size < 11 else 7
    sample = rng.choice(np.arange(-12, 13), n, replace=False) / 2 + 0.25  # never an index
    return {"sample": sample, "repeats": 1 + size if size < 11 else 12, "rng": int(rng.integers(100))}


def samples_of_the_size_of_the_sample(answer, sample, repeats, rng):
    """Each row is a sample: repeats rows of n values."""
    return answer.shape == (repeats, len(sample)) or f"the shape is {answer.shape}"


def values_of_the_sample(answer, sample, repeats, rng):
    """Every value is one of the sample."""
    return bool(np.isin(answer, sample).all())


def _frequency(found, expected, what):
    """True, or a sentence where a frequency in independent trials is off by more than five standard errors."""
    error = np.sqrt(expected * (1 - expected) / found.size)
    frequency = np.mean(found)
    if abs(frequency - expected) <= 5 * error:
        return True
    return f"{what} in {frequency:.3f} of the cases, expected {expected:.3f} ± {error:.3f}"


def _by_chance(first, second, sample):
    """How often two tables (trials, places) would agree if only the frequencies at each place were as they are."""
    return np.mean(sum(np.mean(first == value, axis=0) * np.mean(second == value, axis=0) for value in sample))


def another_seed_gives_other_samples(answers, sample, repeats, rng):
    """Another rng gives other samples."""
    return any(not np.array_equal(answers[0], answer) for answer in answers[1:])


def samples_are_independent(answers, sample, repeats, rng):
    """Over many draws one sample does not know of the next."""
    drawn = np.array(answers)
    first, second = (drawn[:, i : repeats - 1 + i : 2].reshape(-1, len(sample)) for i in (0, 1))  # none in two pairs
    chance = _by_chance(first, second, sample)
    return _frequency(first == second, chance, "the same value stands at the same place")


def every_value_is_as_likely_at_every_place(answers, sample, repeats, rng):
    """Over many draws each of the n values is as frequent as the others, at every place of a sample."""
    drawn = np.array(answers)
    for place in range(len(sample)):
        for value in sample:
            found = _frequency(drawn[:, :, place] == value, 1 / len(sample), f"at place {place} stands {value:g}")
            if found is not True:
                return found
    return True


def neighbours_are_not_alike(answers, sample, repeats, rng):
    """Over many draws the values at two places of a sample are not the same more often than by chance."""
    drawn, even = np.array(answers).reshape(-1, len(sample)), len(sample) // 2 * 2
    first, second = drawn[:, 0:even:2], drawn[:, 1:even:2]
    chance = _by_chance(first, second, sample)
    return np.mean(first == second) <= chance or _frequency(first == second, chance, "they are the same")


def values_are_missing(answers, sample, repeats, rng):
    """Over many draws a value is missing from a sample as often as one of n values is missed n times."""
    n, drawn = len(sample), np.array(answers)
    for value in sample:
        found = _frequency(np.all(drawn != value, axis=2), (1 - 1 / n) ** n, f"{value:g} is missing")
        if found is not True:
            return found
    return True


def _samples(indices):
    """The values of the sample at indices(rng, n, repeats)."""
    return lambda sample, repeats, rng: sample[indices(rng, len(sample), repeats)]


def _permutations(sample, repeats, rng):
    return np.array([rng.permutation(sample) for _ in range(repeats)])


def _values_cut_from_the_line(sample, repeats, rng):
    """Each value where a uniform number falls among the n equal parts of [0, 1)."""
    ends = np.arange(1, len(sample)) / len(sample)
    return sample[np.searchsorted(ends, rng.random((repeats, len(sample))), side="right")]


def _normal(sample, repeats, rng):
    return sample.mean() + sample.std() * rng.standard_normal((repeats, len(sample)))


def _smoothed(sample, repeats, rng):
    drawn = sample[rng.integers(len(sample), size=(repeats, len(sample)))]
    return drawn + 0.1 * sample.std() * rng.standard_normal(drawn.shape)


def _case(sample, repeats, rng):
    return {"sample": table(sample), "repeats": repeats, "rng": rng}


BOOTSTRAP_SAMPLES = Exercise(
    function=bootstrap_samples,
    points=2,
    inputs=_sample_and_repeats,
    valid=lambda sample, repeats, rng: len(np.unique(sample)) == len(sample),
    holds=(samples_of_the_size_of_the_sample, values_of_the_sample),
    across=(
        another_seed_gives_other_samples,
        samples_are_independent,
        every_value_is_as_likely_at_every_place,
        neighbours_are_not_alike,
        values_are_missing,
    ),
    equals_reference=False,
    large=lambda rng: {"sample": rng.normal(size=500), "repeats": 1000, "rng": 0},
    edges={
        "one value": _case([2.25], 3, 0),
        "one sample": _case([0.25, 2.25, -1.75], 1, 1),
        "as many samples as values": _case([0.25, 2.25, -1.75], 3, 2),
        "more samples than values": _case([0.25, 2.25], 7, 3),
        "fewer samples than values": _case([0.25, 2.25, -1.75, 4.25, 3.25], 2, 4),
        "a value that is there twice": _case([0.25, 2.25, 2.25], 4, 5),
    },
    mistakes=(
        Mistake(
            "without replacement",
            "Each sample is the sample in another order: its mean is always the same, and no error can be seen. Put "
            "each value back before the next is drawn.",
            _permutations,
        ),
        Mistake(
            "without replacement, until none is left",
            "rng.choice(..., replace=False) cannot draw more values than there are. Each value is put back before the "
            "next is drawn.",
            lambda sample, repeats, rng: rng.choice(sample, (repeats, len(sample)), replace=False),
        ),
        Mistake(
            "one row of indices for all samples",
            "One sample was drawn, and repeated. Each row is drawn by itself.",
            _samples(lambda rng, n, repeats: np.tile(rng.integers(n, size=n), (repeats, 1))),
        ),
        Mistake(
            "one index for a whole sample",
            "Each sample is one value, n times. Each place is drawn by itself.",
            _samples(lambda rng, n, repeats: np.tile(rng.integers(n, size=(repeats, 1)), (1, n))),
        ),
        Mistake(
            "the last value is never drawn",
            "The indices end before n - 1. rng.integers(n) goes from 0 to n - 1: its end is left out already.",
            _samples(lambda rng, n, repeats: rng.integers(max(n - 1, 1), size=(repeats, n))),
        ),
        Mistake(
            "the first value is never drawn",
            "The indices start at 1. They are counted from 0.",
            _samples(lambda rng, n, repeats: rng.integers(min(1, n - 1), n, size=(repeats, n))),
        ),
        Mistake(
            "indices rounded from the line",
            "Uniform numbers from 0 to n - 1 were rounded: the first and the last value get half of what is due to "
            "them. Whole numbers are drawn with rng.integers.",
            _samples(lambda rng, n, repeats: np.rint(rng.uniform(0, n - 1, (repeats, n))).astype(int)),
        ),
        Mistake(
            "sorted samples",
            "The values of each sample were sorted: its places are no longer alike, which matters as soon as samples "
            "are paired.",
            lambda sample, repeats, rng: np.sort(
                sample[rng.integers(len(sample), size=(repeats, len(sample)))], axis=1
            ),
        ),
        Mistake(
            "the indices in place of the values",
            "The numbers of the values came back. The values themselves are asked for, sample[indices].",
            lambda sample, repeats, rng: rng.integers(len(sample), size=(repeats, len(sample))).astype(float),
        ),
        Mistake(
            "samples in columns",
            "The table is (n, repeats). Each sample is a row: (repeats, n).",
            lambda sample, repeats, rng: rng.choice(sample, (len(sample), repeats)),
        ),
        Mistake(
            "samples of n - 1 values",
            "A value is missing from each row. That is the jackknife's size; here each sample has n values.",
            lambda sample, repeats, rng: rng.choice(sample, (repeats, len(sample) - 1)),
        ),
        Mistake(
            "one sample only",
            "One sample came back. A table of as many as repeats says is asked for.",
            lambda sample, repeats, rng: rng.choice(sample, len(sample)),
        ),
        Mistake(
            "means in place of samples",
            "The mean of each sample was taken. The samples are asked for: the statistic is chosen later.",
            lambda sample, repeats, rng: rng.choice(sample, (repeats, len(sample))).mean(axis=1),
        ),
        Mistake(
            "normal numbers with the mean and the spread of the sample",
            "New values were drawn from a normal law. That law is an assumption that the bootstrap does without: it "
            "draws from the sample.",
            _normal,
        ),
        Mistake(
            "values with noise",
            "Noise was added to the values: a smoothed bootstrap. Here every value is one of the sample.",
            _smoothed,
        ),
        Mistake(
            "its own random numbers",
            "The samples do not depend on the rng that was given. Draw from the rng argument, so that the caller "
            "decides what is repeated and what is new.",
            lambda sample, repeats, rng: np.random.default_rng(0).choice(sample, (repeats, len(sample))),
        ),
        Mistake(
            "random numbers that nobody can repeat",
            "A new generator was made inside, without a seed: no result can be repeated. Draw from the rng argument.",
            lambda sample, repeats, rng: np.random.default_rng().choice(sample, (repeats, len(sample))),
        ),
    ),
    hints=(
        "The sample stands in for the law it came from. To draw from it is to draw one of its values, n times, and "
        "each time from all of them.",
        "x*_ri = x_j with j uniform in 0, ..., n - 1, drawn anew for each r and i.",
        "`rng.integers(n, size=(repeats, n))` draws a table of indices; an array may be indexed by a table.",
    ),
    second_solution=_values_cut_from_the_line,
    equivalent_mutants=(
        "return sample[rng.integers(n, size=(repeats, n))] -> return sample[rng.choice(n, size=(repeats, n))]",
    ),
)

"""Exercises on random Fourier features: the frequencies of the Gaussian kernel, and the features."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import columns, halves, rows, table
from abinitio.kernels.fourier_features import gaussian_frequencies, random_fourier_features


def _numbers_of_frequencies(rng, size):
    gamma = float(rng.choice([0.1, 3.0, 5.0]))  # at 1/2 and 2 some wrong widths are right by chance
    return {"d": 1 + size // 4, "D": 1 + size, "gamma": gamma, "rng": int(rng.integers(100))}


def a_frequency_in_each_column(W, d, D, gamma, rng):
    """There are D columns of d entries; all of them are 0 if gamma is."""
    return W.shape == (d, D) and (gamma > 0 or not W.any())


def _deviation(found, expected, error, what):
    """True, or a sentence where the largest deviation is above five standard errors."""
    return bool(abs(found - expected) <= 5 * error) or f"{what} is {found:.3f}, expected {expected:.3f} ± {error:.3f}"


def the_variance_along_each_axis_is_that_of_the_fourier_transform(answers, d, D, gamma, rng):
    """Over many draws each coordinate of a frequency has the variance of the kernel's Fourier transform."""
    W = np.array(answers)
    return _deviation(np.mean(W**2), 2 * gamma, 2 * gamma * np.sqrt(2 / W.size), "the mean square")


def the_mean_cosine_is_the_kernel(answers, d, D, gamma, rng):
    """Over many draws the mean of cos(w.Delta) is the kernel exp(-gamma |Delta|^2)."""
    W = np.array(answers)
    for squared, phases in ((3.0, np.sqrt(1.5 / gamma) * W), (1.0, np.sqrt(0.5 / gamma / d) * W.sum(axis=1))):
        k = np.exp(-squared / 2)  # gamma |Delta|^2 = squared / 2
        error = np.sqrt(((1 + k**4) / 2 - k**2) / phases.size)
        found = _deviation(np.mean(np.cos(phases)), k, error, f"for gamma |Delta|^2 = {squared / 2} the mean cosine")
        if found is not True:
            return found
    return True


def frequencies_are_drawn_independently(answers, d, D, gamma, rng):
    """Over many draws one frequency does not know of the next, nor one coordinate of the next."""
    W = np.array(answers) / np.sqrt(np.mean(np.square(answers)))
    for neighbours in (W[:, :, 1:] * W[:, :, :-1], W[:, 1:] * W[:, :-1]):
        found = _deviation(np.mean(neighbours), 0.0, 1 / np.sqrt(neighbours.size), "their correlation")
        if found is not True:
            return found
    return True


def _by_box_and_muller(d, D, gamma, rng):
    """Normal numbers as a length and a direction in the plane."""
    u, v = rng.random((2, d, D))
    return np.sqrt(-4 * gamma * np.log(1 - u)) * np.cos(2 * np.pi * v)


def _frequencies(width, draw=lambda rng, shape: rng.standard_normal(shape)):
    """Frequencies with one wrong part: the width, as a function of gamma, or the draw of numbers of variance 1."""
    return lambda d, D, gamma, rng: width(gamma) * draw(rng, (d, D))


def _right_width(gamma):
    return np.sqrt(2 * gamma)


GAUSSIAN_FREQUENCIES = Exercise(
    function=gaussian_frequencies,
    points=2,
    inputs=_numbers_of_frequencies,
    holds=(a_frequency_in_each_column,),
    across=(
        the_variance_along_each_axis_is_that_of_the_fourier_transform,
        frequencies_are_drawn_independently,
        the_mean_cosine_is_the_kernel,
    ),
    equals_reference=False,
    large=lambda rng: {"d": 100, "D": 1000, "gamma": 3.0, "rng": 0},
    edges={
        "one frequency of one coordinate": {"d": 1, "D": 1, "gamma": 3.0, "rng": 0},
        "more coordinates than frequencies": {"d": 4, "D": 2, "gamma": 0.1, "rng": 1},
        "gamma = 0": {"d": 2, "D": 3, "gamma": 0.0, "rng": 2},
    },
    mistakes=(
        Mistake(
            "gamma as the standard deviation",
            "The normal numbers were multiplied by gamma. In units, gamma is 1/x^2 and a frequency 1/x: it is a root "
            "of gamma that is needed.",
            _frequencies(lambda gamma: gamma),
        ),
        Mistake(
            "the variance as the standard deviation",
            "The normal numbers were multiplied by 2 gamma, which is their variance. The standard deviation is its "
            "root.",
            _frequencies(lambda gamma: 2 * gamma),
        ),
        Mistake(
            "sqrt(gamma) in place of sqrt(2 gamma)",
            "The mean of cos(w Delta) for w of variance s^2 is exp(-s^2 Delta^2 / 2). With s^2 = gamma that is half of "
            "the exponent that is wanted.",
            _frequencies(np.sqrt),
        ),
        Mistake(
            "the width of the kernel",
            "The numbers have the standard deviation 1/sqrt(2 gamma) = h, the width of the kernel itself. Its Fourier "
            "transform has the inverse width: the narrower the kernel, the higher its frequencies.",
            _frequencies(lambda gamma: 1 / np.sqrt(2 * gamma)),
        ),
        Mistake(
            "frequencies in cycles",
            "The frequencies were divided by 2 pi. They are angular frequencies: the features take the cosine of w.x.",
            _frequencies(lambda gamma: np.sqrt(2 * gamma) / (2 * np.pi)),
        ),
        Mistake(
            "a frequency in each row",
            "The table is (D, d). The frequencies stand in the columns of a table (d, D), so that XW holds all the "
            "products.",
            lambda d, D, gamma, rng: _right_width(gamma) * rng.standard_normal((D, d)),
        ),
        Mistake(
            "one number for all coordinates",
            "All coordinates of a frequency are the same number, so that all frequencies point along one diagonal. "
            "Each coordinate is drawn by itself.",
            _frequencies(_right_width, lambda rng, shape: np.tile(rng.standard_normal(shape[1]), (shape[0], 1))),
        ),
        Mistake(
            "one frequency for all features",
            "All columns are the same frequency: D features then are worth no more than one. Each column is drawn by "
            "itself.",
            _frequencies(_right_width, lambda rng, shape: np.tile(rng.standard_normal((shape[0], 1)), shape[1])),
        ),
        Mistake(
            "uniform frequencies",
            "The frequencies are uniform in a box. The Fourier transform of a Gaussian is a Gaussian; a box belongs to "
            "the kernel sin(x)/x.",
            _frequencies(_right_width, lambda rng, shape: rng.uniform(-np.sqrt(3), np.sqrt(3), shape)),
        ),
        Mistake(
            "only positive frequencies",
            "The frequencies are all positive. The transform of the kernel is symmetric about zero: so are they.",
            _frequencies(_right_width, lambda rng, shape: np.abs(rng.standard_normal(shape))),
        ),
        Mistake(
            "frequencies of the Laplace kernel",
            "The frequencies have a Cauchy distribution: they belong to exp(-gamma |x|), whose cusp needs very high "
            "frequencies.",
            _frequencies(lambda gamma: gamma, lambda rng, shape: rng.standard_cauchy(shape)),
        ),
        Mistake(
            "its own random numbers",
            "The frequencies do not depend on the rng that was given. Draw from the rng argument, so that the caller "
            "decides what is repeated and what is new.",
            _frequencies(_right_width, lambda rng, shape: np.random.default_rng(0).standard_normal(shape)),
        ),
    ),
    hints=(
        "The Fourier transform of a Gaussian is a Gaussian, the wider the narrower the first one is. Which width has "
        "the right mean cosine?",
        "E cos(w t) = exp(-s^2 t^2 / 2) for w normal of standard deviation s; with exp(-gamma t^2) this is s^2 = "
        "2 gamma, along each axis by itself.",
        "`rng.standard_normal((d, D))` draws a table of independent normal numbers of variance 1.",
    ),
    second_solution=_by_box_and_muller,
)


def _samples_and_frequencies(rng, size):
    n, d, D = rows(rng, size // 2), columns(rng, min(size, 5)), rows(rng, size)
    return {"X": halves(rng, n, d), "W": halves(rng, d, D), "b": rng.integers(0, 13, D) / 2}


def no_feature_exceeds_its_amplitude(Z, X, W, b):
    """No feature exceeds the amplitude sqrt(2/D), so that no estimate of the kernel exceeds 2."""
    return bool((np.abs(Z) <= np.sqrt(2 / W.shape[1]) * (1 + 1e-9)).all())


def _features(phase=lambda X, W, b: X @ W + b, wave=np.cos, amplitude=lambda n, d, D: np.sqrt(2 / D)):
    """Features with one wrong part: phase(X, W, b), the wave, or amplitude(n, d, D)."""
    return lambda X, W, b: amplitude(len(X), *W.shape) * wave(phase(X, W, b))


def _by_complex_numbers(X, W, b):
    """The real part of a product of plane waves, one for each coordinate."""
    Z = np.tile(np.exp(1j * b), (len(X), 1))
    for x, w in zip(X.T, W):
        Z = Z * np.exp(1j * np.multiply.outer(x, w))
    return np.sqrt(2) * Z.real / np.sqrt(len(b))


SQUARE = {"X": table([[1, 0], [0.5, 1]]), "W": table([[1, 2], [0, 1]]), "b": table([0.5, 2])}

RANDOM_FOURIER_FEATURES = Exercise(
    function=random_fourier_features,
    points=2,
    inputs=_samples_and_frequencies,
    holds=(no_feature_exceeds_its_amplitude,),
    large=lambda rng: {
        "X": rng.normal(size=(500, 10)),
        "W": rng.normal(size=(10, 400)),
        "b": rng.uniform(0, 2 * np.pi, 400),
    },
    edges={
        "one sample, one frequency": {"X": table([[1]]), "W": table([[2]]), "b": table([0.5])},
        "a sample at the origin": {"X": table([[0, 0]]), "W": table([[1, 2, 3], [0, 1, 0]]), "b": table([0, 1, 2])},
        "frequency zero": {"X": table([[1], [2]]), "W": table([[0, 1]]), "b": table([1, 0])},
        "as many samples as features as frequencies": SQUARE,
        "more features than frequencies": {"X": table([[1, 2, 3]]), "W": table([[1], [0], [0.5]]), "b": table([1])},
    },
    stable={
        "high frequencies": {"X": table([[0.5], [1]]), "W": table([[1000, 2001]]), "b": table([0, 3])},
        "negative frequencies, large phases": {"X": table([[1], [2]]), "W": table([[-1, -2]]), "b": table([100, -50])},
    },
    mistakes=(
        Mistake(
            "no amplitude",
            "The cosines stand alone: the sum of D products grows with D. The amplitude sqrt(2/D) makes it an "
            "estimate of the kernel.",
            _features(amplitude=lambda n, d, D: 1.0),
        ),
        Mistake(
            "sqrt(1/D) in place of sqrt(2/D)",
            "The mean of cos^2 over all phases is 1/2: with sqrt(1/D) the features estimate half of the kernel.",
            _features(amplitude=lambda n, d, D: np.sqrt(1 / D)),
        ),
        Mistake(
            "2/D without its root",
            "In an inner product the amplitude occurs twice, once with each point: of the factor 2/D each has the "
            "root.",
            _features(amplitude=lambda n, d, D: 2 / D),
        ),
        Mistake(
            "1/D",
            "The cosines were divided by D. In an inner product the amplitude occurs twice: sqrt(2/D).",
            _features(amplitude=lambda n, d, D: 1 / D),
        ),
        Mistake(
            "the root of 2 only",
            "The amplitude is sqrt(2): the sum over the D frequencies still has to become a mean.",
            _features(amplitude=lambda n, d, D: np.sqrt(2)),
        ),
        Mistake(
            "divided by the number of samples",
            "The amplitude is sqrt(2/n) with the number n of samples, the rows of X. D is the number of frequencies.",
            _features(amplitude=lambda n, d, D: np.sqrt(2 / n)),
        ),
        Mistake(
            "divided by the number of coordinates",
            "The amplitude is sqrt(2/d), with the rows of W counted. The frequencies stand in its columns.",
            _features(amplitude=lambda n, d, D: np.sqrt(2 / d)),
        ),
        Mistake(
            "the phases are forgotten",
            "Without the phases the mean of 2 cos(w.x) cos(w.x') is k(x - x') + k(x + x'). The random phases average "
            "the second term away.",
            _features(phase=lambda X, W, b: X @ W),
        ),
        Mistake(
            "the phases outside of the cosine",
            "The phase was added to the cosine. It shifts the wave, and stands inside.",
            lambda X, W, b: np.sqrt(2 / W.shape[1]) * (np.cos(X @ W) + b),
        ),
        Mistake(
            "the phases are subtracted",
            "The phase has the wrong sign. For random phases this is a right answer too, but for the given ones it is "
            "another wave.",
            _features(phase=lambda X, W, b: X @ W - b),
        ),
        Mistake(
            "one phase for each sample",
            "The phases were made a column and added to the samples. Each frequency has one, the same for all samples.",
            _features(phase=lambda X, W, b: X @ W + b[:, None]),
        ),
        Mistake(
            "a sine",
            "The wave is a sine, which is a cosine with another phase than the given one.",
            _features(wave=np.sin),
        ),
        Mistake(
            "frequencies in cycles",
            "The frequencies were multiplied by 2 pi. They are angular already, in radians per unit of X.",
            _features(phase=lambda X, W, b: 2 * np.pi * (X @ W) + b),
        ),
        Mistake(
            "the phases in degrees",
            "The phases were taken for degrees. They are in radians, as NumPy's cosine wants them.",
            _features(phase=lambda X, W, b: X @ W + np.deg2rad(b)),
        ),
        Mistake(
            "the frequencies in rows",
            "X was multiplied by the transpose of W. The frequencies stand in the columns of W, (d, D).",
            _features(phase=lambda X, W, b: X @ W.T + b),
        ),
        Mistake(
            "cosines and sines",
            "These are 2D features, cosines and sines without phases: another form of the same idea. Here each "
            "frequency has one cosine, with its phase.",
            lambda X, W, b: np.hstack([np.cos(X @ W), np.sin(X @ W)]) / np.sqrt(W.shape[1]),
        ),
        Mistake(
            "complex waves",
            "These are the plane waves exp(i(w.x + b)). The features are real: a cosine each.",
            lambda X, W, b: np.exp(1j * (X @ W + b)) / np.sqrt(W.shape[1]),
        ),
    ),
    hints=(
        "Each feature is a wave through the space of the samples: its direction and length scale are a column of W, "
        "its phase an entry of b.",
        "z_ij = sqrt(2/D) cos(x_i.w_j + b_j).",
        "All the x_i.w_j together are one matrix product; D is the number of columns of W.",
    ),
    second_solution=_by_complex_numbers,
)

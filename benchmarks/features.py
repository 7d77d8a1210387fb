"""Random features and the Nyström approximation against scikit-learn: equal features, or a kernel no less accurate."""

import numpy as np
import sklearn.base
import sklearn.datasets
import sklearn.kernel_approximation

from abinitio.kernels import (
    FastfoodSampler,
    Nystroem,
    OrthogonalRBFSampler,
    RBFSampler,
    fourier_feature_variance,
    gaussian_kernel,
    kernel_error,
    orthogonal_feature_variance,
)
from abinitio.kernels.structured_orthogonal_features import StructuredRBFSampler
from benchmarks.neighbors import shifted_digits
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

SHARE = {FastfoodSampler: 1.25, StructuredRBFSampler: 0.8}  # of the peer's features, at about its error on digits
EXCESS = {StructuredRBFSampler: 0.01}  # of the squared error: never more than the peer's
JUDGED = 400  # samples on which the kernel of the features is compared with the exact one


def excess_error(X, gamma):
    """error(ours, theirs) of features of X: our squared kernel error over theirs, less one; and |z(x)| = 1 for ours."""
    rows = slice(None, None, -(-len(X) // JUDGED))
    some = X[rows].astype(float)
    K = gaussian_kernel(some, some, gamma)

    def error(ours, theirs):
        mine, others = (kernel_error(Z[rows].astype(float), K) for Z in (ours, theirs))
        length = np.abs((ours[rows].astype(float) ** 2).sum(axis=1) - 1).max()
        return max((mine / others) ** 2 - 1, 1e4 * length)

    return error


def paired(sampler, X, D, gamma, peers=("float64", "float32")):
    """Features of X by a sampler of pairs, frequencies drawn before the clock runs, against D of RBFSampler's."""
    m = round(D / 2 * SHARE.get(sampler, 1))
    ours = sampler(gamma=gamma, n_frequencies=m, random_state=0).fit(X)
    theirs = sklearn.kernel_approximation.RBFSampler(gamma=gamma, n_components=D, random_state=0)
    tables = {name: X.astype(name) for name in peers}
    models = {name: sklearn.base.clone(theirs).fit(table) for name, table in tables.items()}
    return Contest(
        ours=lambda: ours.transform(X),
        peers=tuple(
            Peer(
                name=f"scikit-learn RBFSampler, {name}",
                call=lambda name=name: models[name].transform(tables[name]),
                error=excess_error(X, gamma),
                bound=EXCESS.get(sampler, 0.5),  # one draw scatters by 0.4 on the small data, by 0.05 on the large
                at_its_best=name != X.dtype,
            )
            for name in peers
        ),
        check="squared error of the kernel over the peer's, less one",
    )


def same_frequencies(X, D, gamma):
    """Features of X with the very frequencies and phases of scikit-learn's RBFSampler."""
    theirs = sklearn.kernel_approximation.RBFSampler(gamma=gamma, n_components=D, random_state=0).fit(X)
    ours = RBFSampler(gamma=gamma, n_components=D).fit(X)
    ours.random_weights_, ours.random_offset_ = theirs.random_weights_, theirs.random_offset_
    peer = Peer(
        name=f"scikit-learn RBFSampler, {X.dtype}",
        call=lambda: theirs.transform(X),
        error=lambda a, b: np.abs(a - b).max() / np.sqrt(2 / D),
        bound=1e-12 if X.dtype == float else 1e-4,
    )
    return Contest(ours=lambda: ours.transform(X), peers=(peer,), check="largest difference of the cosines")


def nystroem(X, m, gamma):
    """Nyström features of X with scikit-learn's landmarks."""
    theirs = sklearn.kernel_approximation.Nystroem(gamma=gamma, n_components=m, random_state=0).fit(X)
    ours = Nystroem(gamma=gamma, n_components=m, random_state=0).fit(X)
    ours.components_, ours.normalization_ = theirs.components_, theirs.normalization_
    peer = Peer(
        name="scikit-learn Nystroem",
        call=lambda: theirs.transform(X),
        error=lambda a, b: np.abs(a - b).max() / np.abs(b).max(),
        bound=1e-8,
    )
    return Contest(ours=lambda: ours.transform(X), peers=(peer,), check="largest difference of the features")


def digits(n):
    """n images of 784 pixels: digits of MNIST, each shifted in several ways."""
    return shifted_digits(n, 0)[0]


def small_digits():
    """The digits of 64 pixels that scikit-learn ships, ink from 0 to 1."""
    return sklearn.datasets.load_digits().data / 16


def gaussian(n, d, seed=0):
    """Independent Gaussian features."""
    return np.random.default_rng(seed).standard_normal((n, d))


def slope_of_the_error(smoke):
    """|slope + 1/2| of log error against log D, for RBFSampler, D = 32 ... 2048; with the error of the fit."""
    X, draws = small_digits()[:200], 20 if smoke else 100
    K, sizes = gaussian_kernel(X, X, 0.05), 2 ** np.arange(5, 12)
    squares = np.array([[_squared_error(RBFSampler, X, K, D, seed) for seed in range(draws)] for D in sizes])
    slope_of = lambda means: np.polyfit(np.log(sizes), np.log(means) / 2, 1)[0]
    slope = slope_of(squares.mean(axis=1))
    rng = np.random.default_rng(0)
    again = [slope_of(squares[:, rng.integers(draws, size=draws)].mean(axis=1)) for _ in range(200)]  # bootstrap
    return Measured(abs(slope + 0.5), float(np.std(again)), {"slope": slope, "theory": -0.5})


def _squared_error(sampler, X, K, D, seed):
    size = {"n_components": D} if sampler is RBFSampler else {"n_frequencies": D // 2}
    return kernel_error(sampler(gamma=0.05, random_state=seed, **size).fit_transform(X), K) ** 2


def error_against_theory(sampler, variance):
    """A measure(smoke): the mean squared error of a sampler's kernel, D = 256, against its closed form, in errors."""

    def measure(smoke):
        X, draws = small_digits()[:200], 20 if smoke else 200
        K = gaussian_kernel(X, X, 0.05)
        squares = [_squared_error(sampler, X, K, 256, seed) for seed in range(draws)]
        expected = variance(K[~np.eye(len(K), dtype=bool)]).mean()
        error = np.std(squares) / np.sqrt(draws)
        return Measured(abs(np.mean(squares) - expected) / error, 1.0, {"mean": np.mean(squares), "theory": expected})

    return measure


def ratio_to_phases(smoke):
    """The mean squared error of FastfoodSampler's kernel, D = 256, over the closed form with phases."""
    X, draws = small_digits()[:200], 20 if smoke else 200
    K = gaussian_kernel(X, X, 0.05)
    squares = [_squared_error(FastfoodSampler, X, K, 256, seed) for seed in range(draws)]
    k = K[~np.eye(len(K), dtype=bool)]
    expected = fourier_feature_variance(k, k**4, 256).mean()
    return Measured(np.mean(squares) / expected, np.std(squares) / np.sqrt(draws) / expected)


SHIFTED = "real: 4,000 digits of MNIST, each shifted in 15 ways by up to 2 pixels (smoke: digits of 64 pixels)"
SMALL = "real: 200 digits of 64 pixels"

ROWS = (
    Row(
        name="RFF 60000 x 784 -> 2000, ours 1600 structured and orthogonal",
        data=SHIFTED,
        kind="real",
        make=lambda: paired(StructuredRBFSampler, digits(60_000), 2000, 0.02),
        smoke=lambda: paired(StructuredRBFSampler, small_digits(), 512, 0.05),
        must=4,
        moonshot=10,
    ),
    Row(
        name="RFF 60000 x 784 -> 2000, ours 1600 structured and orthogonal, float32",
        data=SHIFTED,
        kind="real",
        make=lambda: paired(StructuredRBFSampler, digits(60_000).astype(np.float32), 2000, 0.02, ["float32"]),
        smoke=lambda: paired(StructuredRBFSampler, small_digits().astype(np.float32), 512, 0.05, ["float32"]),
        must=1,
        moonshot=4,
    ),
    Row(
        name="RFF 60000 x 784 -> 2000, ours 2500 of Fastfood",
        data=SHIFTED,
        kind="real",
        make=lambda: paired(FastfoodSampler, digits(60_000), 2000, 0.02),
        smoke=lambda: paired(FastfoodSampler, small_digits(), 512, 0.05),
    ),
    Row(
        name="RFF 60000 x 784 -> 2000, ours orthogonal pairs",
        data=SHIFTED,
        kind="real",
        make=lambda: paired(OrthogonalRBFSampler, digits(60_000), 2000, 0.02),
        smoke=lambda: paired(OrthogonalRBFSampler, small_digits(), 512, 0.05),
        must=2,
    ),
    Row(
        name="RFF 60000 x 784 -> 2000, the peer's frequencies",
        data=SHIFTED,
        kind="real",
        make=lambda: same_frequencies(digits(60_000), 2000, 0.02),
        smoke=lambda: same_frequencies(small_digits(), 300, 0.05),
        unfavourable=True,
    ),
    Row(
        name="RFF 60000 x 784 -> 2000, the peer's frequencies, float32",
        data=SHIFTED,
        kind="real",
        make=lambda: same_frequencies(digits(60_000).astype(np.float32), 2000, 0.02),
        smoke=lambda: same_frequencies(small_digits().astype(np.float32), 300, 0.05),
        unfavourable=True,
    ),
    Row(
        name="RFF 60000 x 5 -> 2000, ours 1600 structured and orthogonal",
        data="random: independent Gaussian features, so few that structure wins nothing",
        kind="random",
        make=lambda: paired(StructuredRBFSampler, gaussian(60_000, 5), 2000, 0.1, ["float64"]),
        smoke=lambda: paired(StructuredRBFSampler, gaussian(500, 5), 2000, 0.1, ["float64"]),
        unfavourable=True,
    ),
    Row(
        name="Nystroem 20000 x 784 -> 500, the peer's landmarks",
        data=SHIFTED,
        kind="real",
        make=lambda: nystroem(digits(20_000), 500, 0.02),
        smoke=lambda: nystroem(small_digits(), 50, 0.05),
    ),
)

QUANTITIES = (
    Quantity(
        name="RFF: error of the kernel against D, distance of its exponent from -1/2",
        data=SMALL,
        unit="",
        measure=slope_of_the_error,
        must=0.05,
    ),
    Quantity(
        name="RFF: variance of the kernel, with phases, against its closed form",
        data=SMALL,
        unit="standard errors",
        measure=error_against_theory(RBFSampler, lambda k: fourier_feature_variance(k, k**4, 256)),
        must=4.0,
    ),
    Quantity(
        name="RFF: variance of the kernel, orthogonal pairs, against its closed form",
        data=SMALL,
        unit="standard errors",
        measure=error_against_theory(OrthogonalRBFSampler, lambda k: orthogonal_feature_variance(k, 64, 256)),
        must=4.0,
    ),
    Quantity(
        name="RFF: variance of the kernel, structured and orthogonal pairs, against that of uniform rotations",
        data=SMALL,
        unit="standard errors",
        measure=error_against_theory(StructuredRBFSampler, lambda k: orthogonal_feature_variance(k, 64, 256)),
        must=4.0,
    ),
    Quantity(
        name="RFF: variance of the kernel, Fastfood's pairs, over that of frequencies and phases without structure",
        data=SMALL,
        unit="",
        measure=ratio_to_phases,
        must=1.5,
    ),
)

GROWTH = ()

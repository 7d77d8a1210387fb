"""Principal components against scikit-learn's; eigenvalues of noise against their laws."""

import numpy as np
import sklearn.decomposition
from scipy.stats import kstest

from abinitio.decomposition import (
    PCA,
    KernelPCA,
    largest_eigenvalue_p_value,
    marchenko_pastur_distribution,
    spiked_overlap,
)
from benchmarks.features import SHIFTED, digits, gaussian, small_digits
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def spectrum(model):
    """What is compared of a fitted PCA: variances (k,), and components (k, d)."""
    return model.explained_variance_, model.components_


def spectrum_error(ours, theirs):
    """Largest relative difference of the variances, or difference of the planes of the leading components."""
    (a, V), (b, W) = ours, theirs
    half = len(V) // 2 or 1  # the last of a plane may have neighbours that were left out
    planes = np.abs(np.abs(np.einsum("ij,ij->i", V[:half], W[:half])) - 1).max()
    return max(np.abs(a / b - 1).max(), planes)


def pca(X, k, peers, bound):
    """PCA of X with k components against scikit-learn's with the options of `peers`: name -> (options, type)."""
    tables = {name: X.astype(dtype) for name, (_, dtype) in peers.items()}

    def call(name):
        return lambda: spectrum(sklearn.decomposition.PCA(k, **peers[name][0]).fit(tables[name]))

    return Contest(
        ours=lambda: spectrum(PCA(k).fit(X)),
        peers=tuple(
            Peer(
                name=f"scikit-learn PCA, {name}",
                call=call(name),
                error=spectrum_error,
                bound=bound[dtype],
                at_its_best=bool(options),
            )
            for name, (options, dtype) in peers.items()
        ),
        check="largest relative difference of the variances, and of the components",
    )


DOUBLE = {"default": ({}, "float64"), "covariance_eigh, float32": ({"svd_solver": "covariance_eigh"}, "float32")}
SINGLE = {"default, float32": ({}, "float32")}
BOUND = {"float64": 1e-9, "float32": 1e-3}  # scikit-learn sums float32 as float32


def kernel_pca(X, k, gamma):
    """Kernel PCA of X, Gaussian kernel, k components."""
    ours = KernelPCA(k, kernel="rbf", gamma=gamma)
    theirs = sklearn.decomposition.KernelPCA(k, kernel="rbf", gamma=gamma, random_state=0)
    peer = Peer(
        name="scikit-learn KernelPCA",
        call=lambda: np.array(theirs.fit(X).eigenvalues_),
        error=lambda a, b: np.abs(a / b - 1).max(),
        bound=1e-8,
    )
    return Contest(ours=lambda: ours.fit(X).eigenvalues_, peers=(peer,), check="relative difference of the eigenvalues")


def far_from_the_origin(smoke):
    """Relative error of the smallest of 5 variances, samples 10^6 standard deviations from the origin."""
    X = gaussian(2000 if smoke else 20_000, 5).round(3)
    exact = np.linalg.eigvalsh(np.cov(X, rowvar=False))[0]
    error = lambda model: float(abs(model.fit(X + 1e6).explained_variance_[-1] / exact - 1))
    beside = {"scikit-learn default": error(sklearn.decomposition.PCA())}
    return Measured(error(PCA()), 0.0, beside)


def edge_of_the_noise(smoke):
    """Distance (Kolmogorov) of the spectrum of noise from the Marchenko-Pastur law, times the number of variances."""
    n, d = (400, 100) if smoke else (2000, 500)
    variances = PCA().fit(gaussian(n, d)).explained_variance_
    law = lambda x: marchenko_pastur_distribution(x, d / (n - 1))
    return Measured(kstest(variances, law).statistic * d, 0.0, {"largest": variances[0]})


def false_findings(smoke):
    """Share of tables of noise whose first component is called significant at 5 %, away from 5 %."""
    tables, n, d = 100 if smoke else 1000, 100, 30
    rng = np.random.default_rng(0)
    largest = [PCA(1).fit(rng.standard_normal((n, d))).explained_variance_[0] for _ in range(tables)]
    share = np.mean(largest_eigenvalue_p_value(np.array(largest), n - 1, d) < 0.05)
    return Measured(abs(share - 0.05), np.sqrt(0.05 * 0.95 / tables), {"share": share})


def overlap_with_the_truth(smoke):
    """cos² of the first component with a spike's direction against the law of large n and d, in standard errors."""
    repeats, n, d, spike = 10 if smoke else 40, 800, 400, 3.0
    rng = np.random.default_rng(0)
    overlaps = []
    for _ in range(repeats):
        X = rng.standard_normal((n, d))
        X[:, 0] *= np.sqrt(spike)
        overlaps.append(PCA(1).fit(X).components_[0, 0] ** 2)
    exact, error = float(spiked_overlap(spike, d / n)), np.std(overlaps) / np.sqrt(repeats)
    return Measured(abs(np.mean(overlaps) - exact) / error, 1.0, {"mean": np.mean(overlaps), "law": exact})


ROWS = (
    Row(
        name="PCA 60000 x 784, k = 50",
        data=SHIFTED,
        kind="real",
        make=lambda: pca(digits(60_000), 50, DOUBLE, BOUND),
        smoke=lambda: pca(small_digits(), 10, DOUBLE, BOUND),
        must=1.5,
        moonshot=4,
    ),
    Row(
        name="PCA 60000 x 784, k = 50, float32",
        data=SHIFTED,
        kind="real",
        make=lambda: pca(digits(60_000).astype(np.float32), 50, SINGLE, BOUND),
        smoke=lambda: pca(small_digits().astype(np.float32), 10, SINGLE, BOUND),
        must=1,
    ),
    Row(
        name="PCA 500 x 1000, k = 100",
        data="random: independent Gaussian features, more than samples, so that no variance stands out",
        kind="random",
        make=lambda: pca(gaussian(500, 1000), 100, {"full": ({"svd_solver": "full"}, "float64")}, BOUND),
        smoke=lambda: pca(gaussian(50, 100), 10, {"full": ({"svd_solver": "full"}, "float64")}, BOUND),
        unfavourable=True,
    ),
    Row(
        name="kernel PCA 1797 x 64, k = 10",
        data="real: digits of 64 pixels",
        kind="real",
        make=lambda: kernel_pca(small_digits(), 10, 0.05),
        smoke=lambda: kernel_pca(small_digits()[:300], 10, 0.05),
    ),
)

QUANTITIES = (
    Quantity(
        name="PCA: error of the smallest variance, mean 10^6 standard deviations",
        data="random: independent Gaussian features",
        unit="",
        measure=far_from_the_origin,
        must=1e-9,
    ),
    Quantity(
        name="PCA: spectrum of noise against the Marchenko-Pastur law",
        data="random: independent Gaussian features, four times as many samples",
        unit="variances out of place",
        measure=edge_of_the_noise,
        must=4.0,
    ),
    Quantity(
        name="PCA: false findings of the Tracy-Widom test at 5 %",
        data="random: independent Gaussian features, 100 x 30",
        unit="",
        measure=false_findings,
        must=0.04,
    ),
    Quantity(
        name="PCA: first component against the law of one spike in noise",
        data="random: 800 x 400, one variance of 3",
        unit="standard errors",
        measure=overlap_with_the_truth,
        must=4.0,
    ),
)

GROWTH = ()

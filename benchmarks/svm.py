"""Support-vector machines with kernels against scikit-learn's (libsvm): fits, predictions, growth, memory, digits."""

import subprocess
import sys

import numpy as np
import sklearn.datasets
import sklearn.svm

from abinitio.data.mnist import load_mnist_5k
from abinitio.svm import SVC, SVR, NuSVC, NuSVR, ProbabilitySVC
from abinitio.svm.kernel_blocks import KernelBlocks
from benchmarks.digits import accuracy
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

TOL = 1e-3  # of the conditions of optimality: scikit-learn's default, and ours


def nonlinear_classes(n, d=20, seed=0):
    """Independent Gaussian features, of which four (or all) decide between two classes, with noise."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    a, b, c, e = (X[:, k % d] for k in range(4))
    edge = np.sin(2 * a) + b * c + (e**2 - 1) / 2
    return X, np.where(edge + 0.3 * rng.standard_normal(n) > 0, 1, -1)


def surface(n, seed=0):
    """A smooth function of two of five uniform features, with noise 0.1."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, (n, 5))
    return X, np.sin(X[:, 0]) * X[:, 1] + 0.1 * rng.standard_normal(n)


def expansion(model, n):
    """The coefficients (machines, n) of all samples."""
    beta = np.zeros((len(model.dual_coef_), n))
    beta[:, model.support_] = model.dual_coef_
    return beta


def shortfall(X, gamma, C, linear):
    """error(ours, theirs): by how much our dual objective, linear(beta) - |w|^2 / 2 in float64, is below the peer's, as
    a share of it, or our coefficients outside the bound C, as a share of it, if that is more."""

    def objective(beta):
        used = np.flatnonzero(beta)
        Kbeta = KernelBlocks(X[used], "rbf", gamma, 3, 0.0, np.float64).times(np.arange(len(used)), beta[used])
        return linear(beta) - beta[used] @ Kbeta / 2

    return lambda ours, theirs: max(1 - objective(ours[0]) / objective(theirs[0]), np.abs(ours).max() / C - 1)


def contest(ours, peer, settings, X, y, error, best=None):
    """A fit of the same machine by us and by libsvm; best : settings of the peer at its best."""
    fit = lambda model, extra=(): expansion(model(**settings, **dict(extra)).fit(X, y), len(y))
    name = f"scikit-learn {peer.__name__}"
    peers = [Peer(name=name, call=lambda: fit(peer), error=error, bound=1e-6)]
    if best:
        call = lambda: fit(peer, best)
        peers.append(Peer(name=f"{name}, {best}", call=call, error=error, bound=1e-6, at_its_best=True))
    return Contest(ours=lambda: fit(ours), peers=tuple(peers), check="relative shortfall of the dual objective")


def classify(n, d=20, C=1.0, best=None):
    """Two classes, of which about half are support vectors."""
    X, y = nonlinear_classes(n, d)
    error = shortfall(X, 1 / d, C, lambda beta: np.abs(beta).sum())
    return contest(SVC, sklearn.svm.SVC, {"C": C, "gamma": 1 / d}, X, y, error, best)


def fit_surface(n, C=10.0, best=None):
    """A curve with a tube of one standard deviation of the noise."""
    X, y = surface(n)
    error = shortfall(X, 0.2, C, lambda beta: beta @ y - 0.1 * np.abs(beta).sum())
    return contest(SVR, sklearn.svm.SVR, {"C": C, "gamma": 0.2, "epsilon": 0.1}, X, y, error, best)


def digits(small):
    """Digits with pixels in [0, 1]: 5,000 of MNIST, or 500 of 64 pixels."""
    if small:
        X, y = sklearn.datasets.load_digits(return_X_y=True)
        return X[:500] / 16, y[:500]
    data = load_mnist_5k()
    return data.X / data.X.max(), data.y


def ten_classes(small):
    """45 machines; they agree where all scores do."""
    X, y = digits(small)
    fit = lambda model: model(C=5.0, decision_function_shape="ovo").fit(X, y).decision_function(X[::50])
    gap = lambda a, b: np.abs(a - b).max()
    peer = Peer(name="scikit-learn SVC", call=lambda: fit(sklearn.svm.SVC), error=gap, bound=2e-3)
    return Contest(ours=lambda: fit(SVC), peers=(peer,), check="largest difference of the scores of all pairs")


def predict_digits(small):
    """The classes of all digits from machines of every second one."""
    X, y = digits(small)
    ours, theirs = (model(C=5.0).fit(X[::2], y[::2]) for model in (SVC, sklearn.svm.SVC))
    differing = lambda a, b: float(np.mean(a != b))
    peer = Peer(name="scikit-learn SVC", call=lambda: theirs.predict(X), error=differing, bound=5e-4)
    return Contest(ours=lambda: ours.predict(X), peers=(peer,), check="share of predictions that differ")


def nu_machines(n):
    """The same share of errors by both libraries: predictions of the curve."""
    X, y = surface(n)
    fit = lambda model: model(nu=0.5, C=10.0, gamma=0.2).fit(X, y).predict(X[:200])
    gap = lambda a, b: np.abs(a - b).max()
    peer = Peer(name="scikit-learn NuSVR", call=lambda: fit(sklearn.svm.NuSVR), error=gap, bound=1e-2)
    return Contest(ours=lambda: fit(NuSVR), peers=(peer,), check="largest difference of the predictions")


def nu_classes(n):
    """NuSVC on the two classes."""
    X, y = nonlinear_classes(n)
    fit = lambda model: model(nu=0.4, gamma=0.05).fit(X, y).decision_function(X[:200])
    gap = lambda a, b: np.abs(a - b).max()
    peer = Peer(name="scikit-learn NuSVC", call=lambda: fit(sklearn.svm.NuSVC), error=gap, bound=1e-2)
    return Contest(ours=lambda: fit(NuSVC), peers=(peer,), check="largest difference of the scores")


PEAK = """
import resource, sys
import benchmarks.svm as svm
X, y = svm.nonlinear_classes({n})
svm.{library}(C=1.0, gamma=1 / 20).fit(X[:200], y[:200])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
svm.{library}(C=1.0, gamma=1 / 20).fit(X, y)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def peak_megabytes(library, n):
    """What a fit to n samples adds to the peak memory of a process of its own, in MB."""
    code = PEAK.format(library=library, n=n)
    kilobytes = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return int(kilobytes) / 1024


def peak_memory(smoke):
    """Ours at 40,000 samples, beside scikit-learn's; the whole kernel matrix has 12,800 MB."""
    n = 3000 if smoke else 40_000
    return Measured(peak_megabytes("SVC", n), 0.0, {"scikit-learn": peak_megabytes("sklearn.svm.SVC", n)})


def calibration_error(smoke):
    """Largest deviation, in standard errors, of the observed frequency from the probability, in five bins."""
    n = 400 if smoke else 2000
    (X, y), (Q, t) = nonlinear_classes(n, 5), nonlinear_classes(10 * n, 5, seed=1)
    p = ProbabilitySVC(gamma=0.2, random_state=0).fit(X, y).predict_proba(Q)[:, 1]
    bins = np.digitize(p, [0.2, 0.4, 0.6, 0.8])
    misses = [np.mean(t[bins == k] > 0) - p[bins == k].mean() for k in range(5)]
    return Measured(float(np.abs(misses).max()), 0.5 / np.sqrt(n))


ROWS = (
    Row(
        name="SVC Gaussian, 20000 x 20, C = 1",
        data="random: four of twenty Gaussian features decide; 11,400 support vectors, 2,000 of them free",
        kind="random",
        make=lambda: classify(20_000, best={"cache_size": 2000}),
        smoke=lambda: classify(1500),
        must=3,
        moonshot=8,
    ),
    Row(
        name="SVC ten classes, MNIST 5000 x 784",
        data="real: 5,000 digits of MNIST, 45 pairs of classes (smoke: 500 digits of 64 pixels)",
        kind="real",
        make=lambda: ten_classes(False),
        smoke=lambda: ten_classes(True),
        must=2,
        moonshot=5,
    ),
    Row(
        name="SVC predict, 5000 digits",
        data="real: 5,000 digits of MNIST, machines of every second one (smoke: 500 digits of 64 pixels)",
        kind="real",
        make=lambda: predict_digits(False),
        smoke=lambda: predict_digits(True),
        must=4,
    ),
    Row(
        name="SVC Gaussian, 5000 x 2, C = 1000",
        data="random: classes that overlap in the plane, a large price: many steps on few support vectors",
        kind="random",
        make=lambda: classify(5000, 2, 1000.0),
        smoke=lambda: classify(300, 2, 100.0),
        unfavourable=True,
    ),
    Row(
        name="SVR Gaussian, 20000 x 5, C = 10",
        data="random: a smooth function of two of five features, noise 0.1; 7,300 support vectors, 3,000 of them free",
        kind="random",
        make=lambda: fit_surface(20_000, best={"cache_size": 2000}),
        smoke=lambda: fit_surface(800),
        must=2,
        moonshot=6,
    ),
    Row(
        name="SVR Gaussian, 300 x 5",
        data="random: the same with so few samples that nothing is to be won",
        kind="random",
        make=lambda: fit_surface(300),
        smoke=lambda: fit_surface(200),
        unfavourable=True,
    ),
    Row(
        name="NuSVR Gaussian, 2000 x 5",
        data="random: the same function; ours looks for the tube, machine after machine",
        kind="random",
        make=lambda: nu_machines(2000),
        smoke=lambda: nu_machines(300),
    ),
    Row(
        name="NuSVC Gaussian, 2000 x 20",
        data="random: the two classes; ours looks for the price, machine after machine",
        kind="random",
        make=lambda: nu_classes(2000),
        smoke=lambda: nu_classes(300),
    ),
)

QUANTITIES = (
    Quantity(
        name="SVC: peak memory of a fit to 40,000 samples",
        data="random: as the row of 20,000; with cache_size = 200 MB on both sides (smoke: 3,000 samples)",
        unit="MB",
        measure=peak_memory,
        must=600.0,
    ),
    Quantity(
        name="SVC: deviation of observed frequencies from the probabilities",
        data="random: five Gaussian features; five bins, ten times as many new samples as old",
        unit="",
        measure=calibration_error,
        must=0.08,
    ),
    *accuracy("SVC", SVC(C=5.0), sklearn.svm.SVC(C=5.0), must=0.07),
)

GROWTH = (
    Growth(
        name="SVC, d = 20",
        data="random: four of twenty Gaussian features decide between two classes",
        make=lambda n: classify(n),
    ),
)

"""The pen-and-paper problems of the homework, each with its derivation."""

from abinitio.course.problems import Problem, Problems


def _slope_of_a_line(sympy, n, Sx, Sy, Sxx, Sxy):
    a, b = sympy.symbols("a b")
    # n times the mean squared error of a + bx, written out in the sums, up to the constant sum of y^2
    loss = n * a**2 + 2 * a * b * Sx + b**2 * Sxx - 2 * a * Sy - 2 * b * Sxy
    return sympy.simplify(sympy.solve([loss.diff(a), loss.diff(b)], [a, b], dict=True)[0][b])


def _best_rate(sympy, m, M):
    rate = sympy.Symbol("rate", positive=True)
    # both ends of the spectrum shrink equally fast: 1 - rate m = -(1 - rate M)
    return sympy.solve(sympy.Eq(1 - rate * m, rate * M - 1), rate)[0]


def _slope_variance(sympy, sigma, n, Sx, Sxx):
    fisher = sympy.Matrix([[n, Sx], [Sx, Sxx]]) / sigma**2  # X' Sigma^-1 X of a straight line
    return sympy.simplify(fisher.inv()[1, 1])


def _best_penalty(sympy, w, sigma, Sxx):
    alpha = sympy.Symbol("alpha", positive=True)
    bias = Sxx * w / (Sxx + alpha) - w
    variance = Sxx * sigma**2 / (Sxx + alpha) ** 2
    return sympy.solve(sympy.diff(bias**2 + variance, alpha), alpha)[0]


def _elastic_shrinkage(sympy, z, t, s):
    w = sympy.Symbol("w", positive=True)  # on the branch z > t the minimiser is positive: |w| = w
    return sympy.solve(sympy.diff((w - z) ** 2 / 2 + t * w + s * w**2 / 2, w), w)[0]


def _sgd_variance(sympy, rate, h, c):
    V = sympy.Symbol("V", positive=True)
    # stationary: the variance after w <- w - rate (h w + noise) is the variance before
    return sympy.factor(sympy.solve(sympy.Eq(V, (1 - rate * h) ** 2 * V + rate**2 * c), V)[0])


def _smoothing_bias(sympy, h, f2):
    u = sympy.Symbol("u", real=True)
    kernel = sympy.exp(-(u**2) / (2 * h**2)) / sympy.sqrt(2 * sympy.pi * h**2)
    # a symmetric kernel: the local line takes the slope away; what is left is the mean of f'' u^2 / 2
    return sympy.simplify(sympy.integrate(f2 * u**2 / 2 * kernel, (u, -sympy.oo, sympy.oo)))


PROBLEMS = Problems(
    {
        "slope of a line": Problem(("n", "Sx", "Sy", "Sxx", "Sxy"), _slope_of_a_line, real=("Sx", "Sy", "Sxy")),
        "best rate": Problem(("m", "M"), _best_rate),
        "slope variance": Problem(("sigma", "n", "Sx", "Sxx"), _slope_variance, real=("Sx",)),
        "best penalty": Problem(("w", "sigma", "Sxx"), _best_penalty),
        "elastic shrinkage": Problem(("z", "t", "s"), _elastic_shrinkage),
        "variance of SGD": Problem(("rate", "h", "c"), _sgd_variance),
        "smoothing bias": Problem(("h", "f2"), _smoothing_bias, real=("f2",)),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

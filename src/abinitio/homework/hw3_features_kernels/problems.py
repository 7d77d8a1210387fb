"""The pen-and-paper problems of the homework, each with its derivation."""

from abinitio.course.problems import Problem, Problems


def _kernel_of_a_map(sympy, c, u):
    x, y, v, w = sympy.symbols("x y v w", real=True)  # the map at (x, y) and at (v, w)
    root = sympy.sqrt(2)
    features = lambda a, b: (c, sympy.sqrt(2 * c) * a, sympy.sqrt(2 * c) * b, a**2, root * a * b, b**2)
    product = sum(f * g for f, g in zip(features(x, y), features(v, w)))
    return sympy.factor(sympy.expand(product.subs(v, (u - y * w) / x)))  # u = xv + yw is all that is left of the points


def _moment_of_a_feature(sympy, power, s, r):
    """The mean of (2 cos(p + b) cos(q + b))^power, p - q normal with standard deviation s r, b uniform."""
    difference, total, b = sympy.symbols("difference total b", real=True)
    # 2 cos(p + b) cos(q + b) = cos(p - q) + cos(p + q + 2b), and b averages over whole periods
    product = sympy.expand((sympy.cos(difference) + sympy.cos(total + 2 * b)) ** power)
    over_phases = sympy.integrate(product, (b, 0, 2 * sympy.pi)) / (2 * sympy.pi)
    omega = sympy.Symbol("omega", real=True)  # the component of w along x - z: p - q = omega r
    density = sympy.exp(-(omega**2) / (2 * s**2)) / sympy.sqrt(2 * sympy.pi * s**2)
    waves = sympy.expand(over_phases.subs(sympy.cos(difference) ** 2, (1 + sympy.cos(2 * difference)) / 2))
    waves = waves.subs(difference, omega * r)
    return sympy.simplify(sympy.integrate(sympy.expand(waves * density), (omega, -sympy.oo, sympy.oo)))


def _expectation_of_a_feature(sympy, s, r):
    return _moment_of_a_feature(sympy, 1, s, r) / 2


def _variance_of_a_feature(sympy, k, D):
    r = sympy.sqrt(-2 * sympy.log(k))  # with s = 1 the kernel is exp(-r^2 / 2)
    first, second = (_moment_of_a_feature(sympy, power, sympy.Integer(1), r) for power in (1, 2))
    return sympy.factor(second - first**2) / D  # of a mean of D independent terms


def _two_measurements(sympy, c, r, noise):
    """A^-1, the inverse covariance of two measured values, and their covariances with the query."""
    return sympy.Matrix([[1 + noise, r], [r, 1 + noise]]).inv(), sympy.Matrix([c, c])


def _posterior_mean(sympy, y1, y2, c, r, noise):
    inverse, cross = _two_measurements(sympy, c, r, noise)
    return sympy.factor((cross.T * inverse * sympy.Matrix([y1, y2]))[0])


def _posterior_variance(sympy, c, r, noise):
    inverse, cross = _two_measurements(sympy, c, r, noise)
    return 1 - sympy.factor((cross.T * inverse * cross)[0])


def _left_out_residual(sympy, e, h):
    y, F = sympy.symbols("y F", real=True)
    others = (y - e) - h * y  # the fit y - e, less this sample's own share
    # a sample that lies on the curve of the others changes nothing: their curve F is the fit to the target F
    return sympy.factor(y - sympy.solve(sympy.Eq(F, h * F + others), F)[0])


PROBLEMS = Problems(
    {
        "kernel of a map": Problem(("c", "u"), _kernel_of_a_map, real=("u",)),
        "left-out residual": Problem(("e", "h"), _left_out_residual, real=("e",)),
        "expectation of a Fourier feature": Problem(("s", "r"), _expectation_of_a_feature),
        "variance of a Fourier feature": Problem(("k", "D"), _variance_of_a_feature),
        "posterior mean of two points": Problem(
            ("y1", "y2", "c", "r", "noise"), _posterior_mean, real=("y1", "y2", "c", "r")
        ),
        "posterior variance of two points": Problem(("c", "r", "noise"), _posterior_variance, real=("c", "r")),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

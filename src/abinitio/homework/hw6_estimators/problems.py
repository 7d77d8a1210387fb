"""The pen-and-paper problems of the homework, each with its derivation; sigma, tau and s are standard deviations."""

from abinitio.course.problems import Problem, Problems


def _chi_square_mean(sympy, k, power):
    """The expectation of a power of a chi-square variable with k degrees of freedom, where it is finite."""
    t, a = sympy.symbols("t a", positive=True)
    integral = sympy.integrate(t ** (a - 1) * sympy.exp(-t / 2), (t, 0, sympy.oo))  # the density has a = k/2
    return sympy.factor(sympy.gammasimp(integral.subs(a, a + power) / integral).subs(a, k / 2))


def _minimum(sympy, function, variable):
    """Where the derivative of a function vanishes."""
    [place] = sympy.solve(sympy.diff(function, variable), variable)
    return sympy.factor(place)


def _bias_of_the_ml_variance(sympy, sigma, n):
    draw, mean = sigma**2, n * (sigma / n) ** 2  # variances; that of the mean is of a sum of n terms x_i / n
    expected = (n * draw - n * mean) / n  # sum (x_i - xbar)^2 = sum (x_i - mu)^2 - n (xbar - mu)^2
    return sympy.simplify(expected - sigma**2)


def _best_divisor(sympy, n):
    c = sympy.Symbol("c", positive=True)
    S, S2 = (_chi_square_mean(sympy, n - 1, power) for power in (1, 2))  # of the sum of squares over sigma^2
    return _minimum(sympy, S2 / c**2 - 2 * S / c + 1, c)


def _exponential_bound(sympy, rate, parameter, n):
    """The bound of Cramér and Rao for a parameter that the rate of an exponential law is a function of."""
    x = sympy.Symbol("x", positive=True)
    log_p = sympy.log(rate) - rate * x
    information = sympy.integrate(sympy.diff(log_p, parameter) ** 2 * sympy.exp(log_p), (x, 0, sympy.oo))
    return sympy.simplify(1 / (n * information))


def _bound_for_a_mean_lifetime(sympy, m, n):
    return _exponential_bound(sympy, 1 / m, m, n)


def _bound_for_a_decay_rate(sympy, r, n):
    return _exponential_bound(sympy, r, r, n)


def _variance_of_the_unbiased_rate(sympy, r, n):
    # 2 r (x_1 + ... + x_n) is a chi-square variable with 2n degrees of freedom; the estimate is (n - 1) / sum
    mean, square = ((2 * r * (n - 1)) ** k * _chi_square_mean(sympy, 2 * n, -k) for k in (1, 2))
    return sympy.factor(square - mean**2)


def _slope_of_the_squared_probability(sympy, p, y):
    z = sympy.Symbol("z", real=True)
    slope = sympy.diff((y - 1 / (1 + sympy.exp(-z))) ** 2 / 2, z)
    return sympy.factor(sympy.simplify(slope.subs(z, sympy.log(p / (1 - p)))))


def _bias_of_one_over_a_parallax(sympy, p, s):
    return sympy.diff(1 / p, p, 2) * s**2 / 2  # Taylor: E[f(x)] = f(p) + f''(p) Var(x) / 2 + ..., x being unbiased


def _best_factor(sympy, t, d, sigma):
    c = sympy.Symbol("c", real=True)
    return _minimum(sympy, (c - 1) ** 2 * t + c**2 * d * sigma**2, c)  # bias^2 + variance; E x = theta


def _risk_of_james_and_stein_at_the_centre(sympy, d, sigma):
    # |x - c|^2 = sigma^2 q with q chi-square, and |(1 - (d-2)/q)(x - c)|^2 = sigma^2 (q - 2 (d-2) + (d-2)^2 / q)
    q, inverse = (_chi_square_mean(sympy, d, power) for power in (1, -1))
    return sympy.simplify(sigma**2 * (q - 2 * (d - 2) + (d - 2) ** 2 * inverse))


def _excess_risk_of_least_squares(sympy, n, d, v):
    # E|w - beta|^2 = v tr E (X^T X)^-1, and a diagonal entry of that inverse is 1 over the squared length of a column
    # of X after its projection onto the d - 1 others is taken off: n - d + 1 normal numbers are left of it
    return v * d * _chi_square_mean(sympy, n - d + 1, -1)


def _penalty_of_a_prior(sympy, sigma, tau):
    # one coefficient and one sample are enough to compare by
    w, alpha, x, y = sympy.symbols("w alpha x y", positive=True)
    posterior = _minimum(sympy, (y - x * w) ** 2 / (2 * sigma**2) + w**2 / (2 * tau**2), w)
    ridge = _minimum(sympy, (y - x * w) ** 2 + alpha * w**2, w)
    [penalty] = sympy.solve(sympy.Eq(posterior, ridge), alpha)
    return penalty


def _evidence_of_one_measurement(sympy, y, sigma, tau):
    w = sympy.Symbol("w", real=True)
    normal = lambda x, s: sympy.exp(-(x**2) / (2 * s**2)) / sympy.sqrt(2 * sympy.pi * s**2)
    evidence = sympy.integrate(normal(y - w, sigma) * normal(w, tau), (w, -sympy.oo, sympy.oo))
    return sympy.expand_log(sympy.log(sympy.simplify(evidence)), force=True)


def _a_value_left_out(sympy, n):
    misses = 1 - 1 / n  # of one draw; the n draws are independent
    return misses**n


PROBLEMS = Problems(
    {
        "bias of the ML variance": Problem(("sigma", "n"), _bias_of_the_ml_variance),
        "best divisor": Problem(("n",), _best_divisor),
        "bound for a mean lifetime": Problem(("m", "n"), _bound_for_a_mean_lifetime),
        "bound for a decay rate": Problem(("r", "n"), _bound_for_a_decay_rate),
        "variance of the unbiased rate": Problem(("r", "n"), _variance_of_the_unbiased_rate),
        "slope of the squared probability": Problem(("p", "y"), _slope_of_the_squared_probability, real=("y",)),
        "bias of one over a parallax": Problem(("p", "s"), _bias_of_one_over_a_parallax),
        "best factor": Problem(("t", "d", "sigma"), _best_factor),
        "risk of James and Stein at the centre": Problem(("d", "sigma"), _risk_of_james_and_stein_at_the_centre),
        "excess risk of least squares": Problem(("n", "d", "v"), _excess_risk_of_least_squares),
        "penalty of a prior": Problem(("sigma", "tau"), _penalty_of_a_prior),
        "evidence of one measurement": Problem(("y", "sigma", "tau"), _evidence_of_one_measurement, real=("y",)),
        "a value left out": Problem(("n",), _a_value_left_out),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

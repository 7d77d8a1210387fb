"""The pen-and-paper problems of the homework, each with its derivation."""

from abinitio.course.problems import Problem, Problems


def _most_mistakes(sympy, eta, R, gamma):
    k = sympy.Symbol("k", positive=True)
    # at most as long as the squares of k steps add up to, at least as long as its part along u
    return sympy.solve(sympy.Eq(k * eta**2 * R**2, (k * eta * gamma) ** 2), k)[0]


def _log_odds(sympy, x, m, sigma, r):
    density = lambda centre: sympy.exp(-((x - centre) ** 2) / (2 * sigma**2))  # up to a factor that both have
    return sympy.expand(sympy.expand_log(sympy.log(r * density(m)) - sympy.log(density(-m)), force=True))


def _slope_of_the_sigmoid(sympy, s):
    z = sympy.Symbol("z", real=True)
    return sympy.factor(sympy.diff(1 / (1 + sympy.exp(-z)), z).subs(z, sympy.log(s / (1 - s))))


def _slope_of_the_loss(sympy, p, y):
    z = sympy.Symbol("z", real=True)
    loss = sympy.log(1 + sympy.exp(z)) - y * z
    return sympy.simplify(sympy.diff(loss, z).subs(z, sympy.log(p / (1 - p))))


def _growth_of_the_weights(sympy, t, gamma):
    s, u = sympy.symbols("s u", positive=True)
    time = sympy.integrate(sympy.exp(gamma * u) / gamma, (u, 0, s))  # dt = ds / (gamma exp(-gamma s))
    return sympy.solve(sympy.Eq(time, t), s)[0]


def _slope_of_the_surprise(sympy, p):
    z, rest = sympy.symbols("z rest", positive=True)  # rest: the other exponentials, which z does not change
    surprise = -sympy.log(sympy.exp(z) / (sympy.exp(z) + rest))
    return sympy.simplify(sympy.diff(surprise, z).subs(rest, sympy.exp(z) * (1 - p) / p))


def _response_of_the_softmax(sympy, p, q):
    a, b, rest = sympy.symbols("a b rest", positive=True)  # two scores and the other exponentials
    share = sympy.exp(a) / (sympy.exp(a) + sympy.exp(b) + rest)
    weights = {a: sympy.log(p), b: sympy.log(q), rest: 1 - p - q}  # scores are free up to a constant: total 1
    return sympy.simplify(sympy.diff(share, b).subs(weights))


def _share_right(n_o, n_d, called_ordered):
    """The largest share right, where so many of each pair (s, -s) may be called ordered."""
    return (n_o * max(called_ordered) / 2 + n_d * (1 - min(called_ordered) / 2)) / (n_o + n_d)


def _cap_without_intercept(sympy, n_o, n_d):
    return sympy.together(_share_right(n_o, n_d, (sympy.Integer(1), sympy.Integer(0))))  # b <= 0: never both


def _cap_with_intercept(sympy, n_o, n_d):
    return sympy.together(_share_right(n_o, n_d, (sympy.Integer(1), sympy.Integer(2))))  # b > 0: always one or both


def _neighbour_error(sympy, eta):
    # two independent labels at the same place, both drawn with P(1) = eta: the query's and the neighbour's
    chance = {1: eta, 0: 1 - eta}
    return sympy.expand(sum(chance[mine] * chance[its] for mine in chance for its in chance if mine != its))


def _median_nearest(sympy, n, d):
    r = sympy.Symbol("r", positive=True)
    empty = sympy.solve(sympy.Eq((1 - r) ** n, sympy.Rational(1, 2)), r)[0]  # here r is the volume of the small ball
    return empty ** (1 / d)  # a ball of volume v has the radius v^(1/d)


PROBLEMS = Problems(
    {
        "most mistakes": Problem(("eta", "R", "gamma"), _most_mistakes),
        "log odds": Problem(("x", "m", "sigma", "r"), _log_odds, real=("x",)),
        "slope of the sigmoid": Problem(("s",), _slope_of_the_sigmoid),
        "slope of the loss": Problem(("p", "y"), _slope_of_the_loss, real=("y",)),
        "growth of the weights": Problem(("t", "gamma"), _growth_of_the_weights),
        "slope of the surprise": Problem(("p",), _slope_of_the_surprise),
        "response of the softmax": Problem(("p", "q"), _response_of_the_softmax),
        "linear rule, b <= 0": Problem(("n_o", "n_d"), _cap_without_intercept),
        "linear rule, b > 0": Problem(("n_o", "n_d"), _cap_with_intercept),
        "error of a neighbour": Problem(("eta",), _neighbour_error),
        "median of the nearest": Problem(("n", "d"), _median_nearest),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

"""The pen-and-paper problems of the homework, each with its derivation.

Labels are +1 and -1, and the multipliers a, the kernel values K and the intercepts b_i those of `abinitio.svm.dual`.
"""

from abinitio.course.problems import Problem, Problems


def _stationary(sympy, function, *variables):
    """Where the derivatives of a function vanish: {variable: value}."""
    [solution] = sympy.solve([sympy.diff(function, v) for v in variables], variables, dict=True)
    return solution


def _hard_margin(sympy, samples, labels):
    """The optimality conditions solved for samples that all lie on their margin: (multipliers, b)."""
    a, b = sympy.symbols(f"a:{len(samples)}"), sympy.Symbol("b")
    dot = lambda u, v: sum(p * q for p, q in zip(u, v))
    f = [sum(c * s * dot(x, u) for c, s, u in zip(a, labels, samples)) + b for x in samples]
    conditions = [s * value - 1 for s, value in zip(labels, f)] + [dot(a, labels)]
    [solution] = sympy.solve(conditions, (*a, b), dict=True)
    return [solution[c] for c in a], solution[b]


def _multiplier_of_three_points(sympy, c, h):
    # label -1 at (0, 0) and (1, 0), label +1 at (c, h) with 0 < c < 1: all three lie on their margin
    multipliers, _ = _hard_margin(sympy, [(0, 0), (1, 0), (c, h)], (-1, -1, 1))
    return sympy.factor(multipliers[1])


def _intercept_of_three_points(sympy, u, c):
    # label -1 at x = 0 and u, label +1 at c > u: x = 0 is behind x = u, beyond its margin, and its multiplier is 0
    _, b = _hard_margin(sympy, [(u,), (c,)], (-1, 1))
    return sympy.factor(b)


def _dual_of_two_samples(sympy, a1, a2, K11, K22, K12):
    w = sympy.Matrix(sympy.symbols("w:2", real=True))
    root = sympy.sqrt(K11)
    images = sympy.Matrix([root, 0]), sympy.Matrix([K12 / root, sympy.sqrt(K22 - K12**2 / K11)])  # they have this K
    lagrangian = w.dot(w) / 2 - sum(a * (y * w.dot(z) - 1) for a, y, z in zip((a1, a2), (1, -1), images))
    # b multiplies -(a1 y1 + a2 y2), which is zero where the minimum over b is finite
    return sympy.simplify(sympy.expand(lagrangian.subs(_stationary(sympy, lagrangian, *w))))


def _along_a_pair(sympy, bi, bj, Kii, Kjj, Kij):
    """What the dual objective gains where a_i y_i grows by t and a_j y_j falls by t: (the gain, t)."""
    si, sj, fi, fj, t = sympy.symbols("si sj fi fj t", real=True)  # s = a y;  f: what all other samples add to f(x)
    yi, yj = bi + fi + Kii * si + Kij * sj, bj + fj + Kij * si + Kjj * sj  # b_i = y_i - f(x_i)
    quadratic = lambda u, v: u**2 * Kii / 2 + v**2 * Kjj / 2 + u * v * Kij
    dual = lambda u, v: yi * u + yj * v - fi * u - fj * v - quadratic(u, v)  # a = y s, since y^2 = 1
    return sympy.expand(dual(si + t, sj - t) - dual(si, sj)), t


def _step_of_a_pair(sympy, bi, bj, Kii, Kjj, Kij):
    dual, t = _along_a_pair(sympy, bi, bj, Kii, Kjj, Kij)
    return sympy.factor(_stationary(sympy, dual, t)[t])


def _gain_of_a_pair(sympy, bi, bj, Kii, Kjj, Kij):
    dual, t = _along_a_pair(sympy, bi, bj, Kii, Kjj, Kij)
    return sympy.factor(dual.subs(_stationary(sympy, dual, t)))


def _squared_street_of_two_points(sympy, r, gamma):
    a = sympy.Symbol("a", positive=True)  # both multipliers, since a1 = a2
    k = sympy.Symbol("k", positive=True)
    square = 2 * a**2 * (1 - k)  # |w|^2 = a1^2 k(x, x) + a2^2 k(x', x') - 2 a1 a2 k(x, x')
    best = _stationary(sympy, 2 * a - square / 2, a)
    return sympy.simplify(4 / square.subs(best)).subs(k, sympy.exp(-gamma * r**2))  # the street is 2 / |w| wide


def _street_for_a_small_C(sympy, n, r, C):
    # w = O(C), so that every sample is inside its margin: a_i = C for all, and sum_i a_i y_i = 0 for equal classes
    first, second = sympy.Matrix([r, 0]), sympy.Matrix([0, 0])  # the class means, from the second one
    w = C * (n * first - n * second)
    return 2 / sympy.sqrt(w.dot(w))


def _tube_of_two_points(sympy, D, epsilon, k):
    beta = sympy.Symbol("beta", positive=True)  # of the upper point; the lower one has -beta
    dual = beta * D - 2 * epsilon * beta - beta**2 * (1 + 1 - 2 * k) / 2
    return sympy.factor(_stationary(sympy, dual, beta)[beta])


def _slope_of_a_smoothed_hinge(sympy, z, mu):
    return sympy.simplify(sympy.diff(mu * sympy.log(1 + sympy.exp((1 - z) / mu)), z))


PAIR = Problem(("bi", "bj", "Kii", "Kjj", "Kij"), _step_of_a_pair, real=("bi", "bj", "Kij"))
PROBLEMS = Problems(
    {
        "multiplier of three points": Problem(("c", "h"), _multiplier_of_three_points),
        "intercept of three points": Problem(("u", "c"), _intercept_of_three_points),
        "dual of two samples": Problem(("a1", "a2", "K11", "K22", "K12"), _dual_of_two_samples, real=("K12",)),
        "step of a pair": PAIR,
        "gain of a pair": Problem(PAIR.symbols, _gain_of_a_pair, PAIR.real),
        "squared street of two points": Problem(("r", "gamma"), _squared_street_of_two_points),
        "street for a small C": Problem(("n", "r", "C"), _street_for_a_small_C),
        "tube of two points": Problem(("D", "epsilon", "k"), _tube_of_two_points, real=("k",)),
        "slope of a smoothed hinge": Problem(("z", "mu"), _slope_of_a_smoothed_hinge, real=("z",)),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

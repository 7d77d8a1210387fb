"""The pen-and-paper problems of the homework, each with its derivation; information in nats."""

from abinitio.course.problems import Problem, Problems


def _entropy(sympy, probabilities):
    return -sum(p * sympy.log(p) for p in probabilities)


def _largest_entropy_with_a_mean(sympy, m):
    # stationary under both conditions: log p_k = -log Z + k log x, a geometric series with the ratio x < 1
    x, k = sympy.symbols("x k", positive=True)
    Z = sympy.summation(x**k, (k, 0, sympy.oo)).args[0][0]  # the case x < 1
    mean = x * sympy.diff(sympy.log(Z), x)
    [ratio] = sympy.solve(sympy.Eq(mean, m), x)
    H = sympy.log(Z) - m * sympy.log(x)  # minus the mean of log p_k
    return sympy.expand_log(sympy.simplify(H.subs(x, ratio)), force=True)


def _channel(sympy, e):
    """p(y|x) of a binary symmetric channel, x in rows."""
    return sympy.Matrix([[1 - e, e], [e, 1 - e]])


def _two_noisy_channels(sympy, e):
    return sympy.factor((_channel(sympy, e) ** 2)[0, 1])


def _information_of_a_noisy_channel(sympy, e):
    channel, half = _channel(sympy, e), sympy.Rational(1, 2)  # a fair bit goes in
    p_y = [sympy.simplify(half * sum(channel.col(j))) for j in (0, 1)]
    left = sum(half * _entropy(sympy, channel.row(x)) for x in (0, 1))
    return sympy.expand_log(_entropy(sympy, p_y) - left)  # I = H(Y) - H(Y|X)


def _mean_over_a_normal(sympy, function, z):
    """The expectation of a polynomial in z, which is drawn from the standard normal distribution."""
    density = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)
    moments = {n: sympy.integrate(z**n * density, (z, -sympy.oo, sympy.oo)) for n in range(5)}
    return sum(c * moments[n] for (n,), c in sympy.Poly(sympy.expand(function), z).terms())


def _log_normal(sympy, x, mean, s):
    return -((x - mean) ** 2) / (2 * s**2) - sympy.log(s) - sympy.log(2 * sympy.pi) / 2


def _divergence_of_two_gaussians(sympy, m1, s1, m2, s2):
    z = sympy.Symbol("z", real=True)
    x = m1 + s1 * z
    return _mean_over_a_normal(sympy, _log_normal(sympy, x, m1, s1) - _log_normal(sympy, x, m2, s2), z)


def _information_on(sympy, parameter, width):
    """The Fisher information on a parameter that the width of a normal distribution is a function of."""
    x, z = sympy.symbols("x z", real=True)
    score = sympy.diff(_log_normal(sympy, x, 0, width), parameter)
    return sympy.simplify(_mean_over_a_normal(sympy, score.subs(x, width * z) ** 2, z))


def _fisher_information_of_a_width(sympy, s):
    return _information_on(sympy, s, s)


def _fisher_information_of_a_variance(sympy, v):
    return _information_on(sympy, v, sympy.sqrt(v))


def _length_of_a_vertical_geodesic(sympy, s1, s2):
    # the mean does not move: ds^2 = I(sigma) d sigma^2
    s = sympy.Symbol("s", positive=True)
    return sympy.integrate(sympy.sqrt(_information_on(sympy, s, s)), (s, s1, s2))


def _bias_of_the_plug_in_entropy(sympy, K, n):
    # Taylor: E[f(f_k)] = f(p) + f''(p) Var(f_k) / 2 + ..., the frequency f_k being unbiased
    p = sympy.Symbol("p", positive=True)
    term = sympy.expand(sympy.diff(-p * sympy.log(p), p, 2) * p * (1 - p) / n / 2)
    return sympy.factor(K * term.coeff(p, 0) + term.coeff(p, 1))  # sum_k 1 = K, sum_k p_k = 1


def _transport_of_two_gaussians(sympy, m1, s1, m2, s2):
    z = sympy.Symbol("z", real=True)  # the increasing map takes m1 + s1 z to m2 + s2 z
    return sympy.simplify(_mean_over_a_normal(sympy, (m1 + s1 * z - m2 - s2 * z) ** 2, z))


TWO_GAUSSIANS = {"symbols": ("m1", "s1", "m2", "s2"), "real": ("m1", "m2")}
PROBLEMS = Problems(
    {
        "largest entropy with a mean": Problem(("m",), _largest_entropy_with_a_mean),
        "two noisy channels": Problem(("e",), _two_noisy_channels),
        "information of a noisy channel": Problem(("e",), _information_of_a_noisy_channel),
        "divergence of two Gaussians": Problem(derive=_divergence_of_two_gaussians, **TWO_GAUSSIANS),
        "Fisher information of a width": Problem(("s",), _fisher_information_of_a_width),
        "Fisher information of a variance": Problem(("v",), _fisher_information_of_a_variance),
        "length of a vertical geodesic": Problem(("s1", "s2"), _length_of_a_vertical_geodesic),
        "bias of the plug-in entropy": Problem(("K", "n"), _bias_of_the_plug_in_entropy),
        "transport of two Gaussians": Problem(derive=_transport_of_two_gaussians, **TWO_GAUSSIANS),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived

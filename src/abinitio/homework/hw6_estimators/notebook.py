# %% [markdown]
# # Homework 6: estimators
#
# Data go in, a number comes out: the distance of a star, the rate of a decay, the weights of a model. How good is that
# number? This homework judges estimators as a physicist judges instruments: by their bias, by their spread, and by the
# least spread that nature allows. It finds where the losses of machine learning come from, why the obvious estimate of
# many numbers at once can always be beaten, and why a model with more parameters than data may still predict. Then it
# turns the question round, with Bayes: how probable is each value, each model, given these data? What that has to do
# with penalties, with cross-validation and with the bootstrap is the second half. The data, wherever they can be, are
# stars: parallaxes, motions and colours from the satellite Hipparcos, from single stars with useless parallaxes to the
# Hertzsprung-Russell diagram and the members of the Pleiades.
#
# You write twelve short functions, one to six lines each, and solve thirteen problems on paper. Every function is used
# at once, against exact results, on data, and against other libraries. Parts marked **[graduate]** are extensions;
# nothing later depends on them.
#
# **How to work.** Write the body of a function where its blank says `raise NotImplementedError` and run the cell: the
# `check` below it says what is right, or shows you the smallest case where it is not. `check(f, hint=1)` gives a hint
# (there are three). In a terminal, `abinitio check hw6.ipynb` checks the whole file, and `abinitio run hw6 --mine
# hw6.ipynb` runs every experiment of this page on your functions and puts your figures beside the reference's.
#
# **Conventions.** $\hat\theta$ estimates $\theta$; $n$ draws make a sample, many samples make an experiment on an
# estimator. $N(\mu, \sigma^2)$ is a normal law. $\sigma^2$ is the variance of the errors, $\tau^2$ that of a prior; $d$
# counts coordinates, features, coefficients. Logarithms are natural, so that evidences are in nats. Parallaxes $\varpi$
# are in milliseconds of arc (mas), distances in parsec (pc): $r = 1000/\varpi$; small magnitudes are bright stars.
# After ± stands one standard error.

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw6")
check = hw.check

# %%
from itertools import islice, pairwise

from scipy.stats import norm
from scipy.stats import t as student

from abinitio.course.measuring import average
from abinitio.homework.hw6_estimators.problems import judge, value
from abinitio.plots import draw_measurements, draw_spread
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, SKY, VERMILION, use_style

use_style()
size, times = hw.size, hw.times


def pulls(measured, exact):
    """Deviations of measured (value, error) from exact values, in standard errors."""
    value_, error = np.transpose(measured)
    return (value_ - np.asarray(exact)) / error


def near(quantity, measured, exact, anchor, more=0.0, unit=""):
    """Record a measured (value, error), to be within 4 standard errors, and `more`, of what is exact."""
    value_, error = measured
    target = "target: 4 standard errors" + (f" and {more:.2g}" if more else "")
    hw.record(quantity, value_, error, unit=unit, anchor=f"{anchor}; {target}", expected=exact, within=4 * error + more)


def largest_pull(quantity, deviations, anchor):
    """Record the largest of some deviations, each in its standard errors, which is to be at most 4."""
    hw.record(f"{quantity}, in standard errors", np.max(np.abs(deviations)), anchor=anchor, at_most=4.0)


def share(right):
    """The share of what is right, and its standard error, taken at (right + 1) / (n + 2): not 0 where all are."""
    n, p = np.size(right), (np.sum(right) + 1) / (np.size(right) + 2)
    return np.mean(right), np.sqrt(p * (1 - p) / n)


# %% [markdown]
# # 1. Estimators
#
# ## 1.1 A variance, three ways
#
# An **estimator** is a function of the data. The data are random, so is what it says. Repeat the whole measurement many
# times, in thought or on a computer, and judge the cloud of its answers:
#
# $$\text{bias} = E\hat\theta - \theta, \qquad E(\hat\theta - \theta)^2 = \text{bias}^2 + \text{variance}.$$
#
# The left side of the second equation is the *mean squared error*, and it is what one pays for. On a computer the
# expectations are means over $m$ samples, with errors of their own. Never quote one without the other.
#
# **Exercise 1.** Write the bias from repeated estimates, and its standard error.

# %% exercise
from abinitio.statistics.estimators import bias_with_error

# %% [markdown]
# **Exercise 2.** Write the mean squared error, and the standard error of that.

# %% exercise
from abinitio.statistics.estimators import mse_with_error

# %% [markdown]
# The most quarrelled-about estimator is the sum of squares $S = \sum_i (x_i - \bar x)^2$ of $n$ normal draws, over some
# divisor: $n$ for the maximum of the likelihood, $n - 1$ for no bias, or something else?
#
# **Pen and paper A.** What is the bias of $S/n$ as an estimate of $\sigma^2$?
#
# **Pen and paper B.** For which divisor is the mean squared error least? ($S/\sigma^2$ is a $\chi^2$ with $n - 1$
# degrees of freedom: mean $n - 1$, variance $2(n - 1)$.)

# %%
judge("bias of the ML variance", answer="")  # your bias with its sign, from sigma and n
judge("best divisor", answer="")  # your divisor, from n

# %% [markdown]
# *What to look at:* left, $n - 1$ has no bias at any $n$, $n$ and $n + 1$ have (times $n$, to keep them apart). Middle,
# yet $n - 1$ has the largest error of the three, at every $n$: it scatters more than the others are biased. Right, all
# divisors at $n = 5$. No bias is not a virtue in itself; and it does not survive a square root: $\sqrt{S/(n-1)}$ is
# biased as an estimate of $\sigma$.

# %%
from abinitio.statistics import sum_of_squares_moments, sum_of_squares_over

rng, sigma, repeats = np.random.default_rng(1), 2.0, times(20_000, 2000)
few, divisors = np.array([2, 3, 5, 10, 20, 50, 100]), {"$n - 1$": -1, "$n$": 0, "$n + 1$": 1}
sums = {n: sum_of_squares_over(rng.normal(7.0, sigma, (repeats, n)), 1) for n in few}
exact = {s: np.array([sum_of_squares_moments(sigma, n, n + k) for n in few]) for s, k in divisors.items()}
biases = {s: np.array([bias_with_error(sums[n] / (n + k), sigma**2) for n in few]) for s, k in divisors.items()}
errors = {s: np.array([mse_with_error(sums[n] / (n + k), sigma**2) for n in few]) for s, k in divisors.items()}
grid, some = np.linspace(2.6, 9.5, 100), np.arange(3, 9.6, 0.5)
mse_of = lambda moments: moments[0] ** 2 + moments[1]
by_divisor = np.array([mse_with_error(sums[5] / k, sigma**2) for k in some])

fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE))
for name, color, marker in zip(divisors, (VERMILION, GREEN, BLUE), "s^o"):
    style = {"color": color, "marker": marker, "elinewidth": 0.8, "lw": 0}
    left.plot(few, few * exact[name][:, 0] / sigma**2, color=color, lw=0.8)
    left.errorbar(few, *(few[:, None] * biases[name] / sigma**2).T, label=name, **style)
    middle.plot(few, few * mse_of(exact[name].T) / sigma**4, color=color, lw=0.8)
    middle.errorbar(few, *(few[:, None] * errors[name] / sigma**4).T, **style)
    right.plot(5 + divisors[name], mse_of(sum_of_squares_moments(sigma, 5, 5 + divisors[name])) / sigma**4, marker,
               ms=7, mfc="none", color=color)  # fmt: skip
left.set(xscale="log", xlabel="draws $n$", ylabel=r"$n\, E(\hat\theta - \theta)$ ($\sigma^2$)", ylim=(-2.6, 0.8))
left.legend(loc="lower center", ncols=3, handletextpad=0, columnspacing=0.6)
middle.set(xscale="log", xlabel="draws $n$", ylabel=r"$n\, E(\hat\theta - \theta)^2$ ($\sigma^4$)", ylim=(0, 4.4))
right.plot(grid, mse_of(sum_of_squares_moments(sigma, 5, grid)) / sigma**4, color="0.3", lw=0.8, label="exact")
draw_measurements(right, some, *(by_divisor / sigma**4).T, color=BLACK, ms=2, label="simulated")
right.axvline(value("best divisor", n=5), color=BLUE, ls=":", lw=0.8)
right.set(xlabel="divisor, for $n = 5$", ylabel=r"mean squared error ($\sigma^4$)", ylim=(0.25, 0.95))
right.legend(loc="upper right")
hw.show(
    fig,
    "variance_estimates",
    f"The sum of squares of n normal draws over n - 1, n, n + 1, as an estimate of the variance: {repeats:,} samples, "
    "standard errors (mostly smaller than the symbols), exact lines. Dotted: pen and paper B.",
)

# %%
near(
    "variance of 5 draws, divisor n: bias", biases["$n$"][2], value("bias of the ML variance", sigma=sigma, n=5),
    "pen and paper A, σ = 2",
)  # fmt: skip
near(
    "variance of 5 draws, divisor n + 1: mean squared error", errors["$n + 1$"][2], 2 * sigma**4 / 6,
    "theory: 2σ⁴/(n + 1), σ = 2",
)  # fmt: skip
largest_pull(
    "sum of squares: largest deviation of bias and mean squared error from the exact ones",
    [pulls(measured[name], moment(exact[name].T))
     for name in divisors for measured, moment in ((biases, lambda e: e[0]), (errors, mse_of))],
    "3 divisors, 7 sizes; normal errors: about 2.7",
)  # fmt: skip
S = sums[5]
best = np.mean(S**2) / (sigma**2 * np.mean(S))  # where the derivative of the mean of (S/k - σ²)² is 0
near(
    "variance of 5 draws: divisor of least mean squared error",
    (best, average((S**2 - best * sigma**2 * S) / (sigma**2 * S.mean()))[1]), value("best divisor", n=5),
    "pen and paper B",
)  # fmt: skip

# %% [markdown]
# ## 1.2 The largest number
#
# You see $n$ taxis of a town, numbered from 0 to $\theta$. How many taxis are there? Draws are uniform on $[0,
# \theta]$, their mean is $\theta/2$: twice the mean of your sample is an estimate without bias, of variance
# $\theta^2/3n$. The largest number that you saw is another, always too low; times $(n+1)/n$ it has no bias either. In
# the Second World War statisticians counted Germany's tanks by their serial numbers, in this way (R. Ruggles and H.
# Brodie, 1947): 327 made in August 1942, where intelligence had said 1,550, and the factories' books said 342.
#
# And a question on the side: how far can you trust an error bar? Your standard error is an estimate too.
#
# *What to look at:* left, the mean's squared error falls as $1/n$, as one is used to; that of the largest number as
# $1/n^2$. Nothing is wrong: where the *edge* of a law depends on the parameter, the edge tells it. Right, $m$ estimates
# give a bias and its error by your exercise 1. The error is right on average (in square) for any $m$; but one error bar
# holds the truth in 68 % of all cases only for many: of $m = 2$ in 50 %. The line is Student's law, found in a brewery.

# %%
from abinitio.statistics import maximum_moments, repeated_estimates, scaled_maximum

rng, theta, counts = np.random.default_rng(2), 1000.0, np.array([2, 5, 10, 20, 50, 100, 200])
taxis = lambda shape, rng: rng.uniform(0, theta, shape)
rules = {
    "twice the mean": (lambda x: 2 * x.mean(axis=-1), lambda n: theta**2 / (3 * n)),
    "maximum": (lambda x: x.max(axis=-1), lambda n: mse_of(maximum_moments(theta, n))),
    "maximum, scaled": (scaled_maximum, lambda n: mse_of(maximum_moments(theta, n, (n + 1) / n))),
}
repeats = times(10_000, 1000)
risks = {
    name: np.array([mse_with_error(repeated_estimates(rule, taxis, n, repeats, rng), theta) for n in counts])
    for name, (rule, _) in rules.items()
}
students, m_all = times(4000, 500), np.array([2, 3, 5, 10, 30, 100])
reported = np.array([[bias_with_error(x, 0.0) for x in rng.standard_normal((students, m))] for m in m_all])
right_size = [average(m * r[:, 1] ** 2) for m, r in zip(m_all, reported)]  # squared error over the true one, 1/m
hold = [share(np.abs(r[:, 0]) < r[:, 1]) for r in reported]
held = 2 * student.cdf(1, m_all - 1) - 1

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
for (name, (_, exactly)), color, marker in zip(rules.items(), (VERMILION, GREEN, BLUE), "s^o"):
    left.plot(counts, [exactly(n) / theta**2 for n in counts], color=color, lw=0.8)
    left.errorbar(counts, *risks[name].T / theta**2, color=color, marker=marker, lw=0, elinewidth=0.8, label=name)
left.set(xscale="log", yscale="log", xlabel="taxis seen, $n$", ylabel=r"mean squared error ($\theta^2$)")
left.legend(loc="lower left")
right.errorbar(m_all, *np.transpose(right_size), color=GREEN, marker="^", lw=0, elinewidth=0.8,
               label="reported error², mean, over the true one")  # fmt: skip
right.axhline(1, color=GREEN, lw=0.8)
right.errorbar(m_all, *np.transpose(hold), color=BLUE, marker="o", lw=0, elinewidth=0.8,
               label="error bars that hold the truth, share")  # fmt: skip
right.plot(m_all, held, color=BLUE, lw=0.8)
right.axhline(0.6827, color="0.5", ls=":", lw=0.8)
right.set(xscale="log", xlabel="estimates $m$ behind the error bar", ylim=(0.4, 1.5), ylabel="share, ratio")
right.legend(loc="upper right", fontsize=7)
hw.show(
    fig,
    "maximum_and_error_bars",
    f"Left: the upper end of a uniform law, estimated from n draws ({repeats:,} samples, exact lines). Right: "
    f"{students:,} error bars from m normal estimates each; lines: 1 and Student's law, dotted: 0.683.",
)
(by_mean, mean_error), (by_maximum, maximum_error) = risks["twice the mean"][5], risks["maximum, scaled"][5]
near(
    "upper end from 100 draws: mean squared error by the mean over that by the scaled maximum",
    np.array([1, np.hypot(mean_error / by_mean, maximum_error / by_maximum)]) * by_mean / by_maximum,
    34, "theory: (n + 2)/3",
)  # fmt: skip
largest_pull(
    "upper end: largest deviation of a mean squared error from the exact one",
    [np.abs(pulls(risks[name], [exactly(n) for n in counts])).max() for name, (_, exactly) in rules.items()],
    "3 estimators, 7 sizes; normal errors: about 2.5",
)  # fmt: skip
near("error bars of 3 estimates: mean square, over the true one", right_size[1], 1, "theory: 1 for every m")
near(
    "error bars of 3 estimates: share that holds the truth", hold[1], held[1],
    "Student's law, 2 degrees of freedom: 1/√3",
)  # fmt: skip

# %% [markdown]
# # 2. Likelihood and the Cramér-Rao bound
#
# ## 2.1 The parameter that makes the data least surprising
#
# R. A. Fisher (1922): take the $\hat\theta$ under which what you saw was most probable, the one that maximises $\sum_i
# \ln p(x_i|\theta)$. It needs no idea, only a model; and for large samples it comes with its error: the log-likelihood
# becomes a parabola, its curvature is $n$ times Fisher's information $I$ (homework 5), and $\hat\theta$ is normal
# around $\theta$ with the covariance $I^{-1}/n$. For many laws the maximum is known in closed form; for the gamma law,
# of waiting times and of rainfall, the shape $k$ is not: one climbs.
#
# *What to look at:* left, log-likelihoods of a decay rate from 5 and from 50 lifetimes, and their parabolas: the more
# data, the better it fits. Where it has fallen by 1/2, there is one standard error. Right, 2d: each dot is the estimate
# from one sample of a gamma law. The ellipse is Fisher's prediction. Shape and rate hide each other: knowing the rate,
# the shape would be known within the short bar; not knowing it, within the long one.

# %%
from scipy.special import digamma, gammaln, polygamma
from scipy.stats import gamma

from abinitio.information.fisher_families import FAMILIES
from abinitio.statistics import LOG_DENSITIES, MAXIMUM_LIKELIHOOD, fisher_errors, maximise_likelihood


def gamma_log_density(x, theta):
    k, r = theta
    return k * np.log(r) - gammaln(k) + (k - 1) * np.log(x) - r * x


def gamma_score(x, theta):
    k, r = theta
    return np.column_stack([np.log(r) - digamma(k) + np.log(x), k / r - x])


def gamma_fisher(theta):
    k, r = theta
    return np.array([[polygamma(1, k), -1 / r], [-1 / r, k / r**2]])


def gamma_fit(x):
    """The shape and the rate of greatest likelihood, from those that have the mean and the variance of the sample."""
    return maximise_likelihood(gamma_log_density, gamma_score, x, np.array([x.mean(), 1]) * x.mean() / x.var())


rng, n, shape_rate = np.random.default_rng(3), 400, np.array([2.0, 0.5])
samples = rng.gamma(shape_rate[0], 1 / shape_rate[1], (times(400, 60), n))
fits = np.array([gamma_fit(x) for x in samples])
predicted = np.linalg.inv(gamma_fisher(shape_rate)) / n

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
rates = np.linspace(0.35, 2.9, 200)
for m, color, style in ((5, VERMILION, "-"), (50, BLUE, "-")):
    x = rng.exponential(1.0, m)
    (rate,) = MAXIMUM_LIKELIHOOD["exponential"](x)
    curve = [np.sum(LOG_DENSITIES["exponential"](x, (r,)) - LOG_DENSITIES["exponential"](x, (rate,))) for r in rates]
    left.plot(rates, curve, color=color, ls=style, label=f"{m} lifetimes")
    error = fisher_errors(FAMILIES["exponential"].fisher((rate,)), m)[0]
    left.plot(rates, -(((rates - rate) / error) ** 2) / 2, color=color, ls="--", lw=0.8)
    left.errorbar(rate, -0.5, xerr=error, color=color, marker="o", capsize=3)
left.axvline(1, color="0.5", ls=":", lw=0.8)
left.set(xlabel="decay rate (true one: 1)", ylabel="log-likelihood, less its maximum", ylim=(-4, 0.2))
left.legend(loc="lower right")
angle = np.linspace(0, 2 * np.pi, 200)
ellipse = shape_rate[:, None] + np.linalg.cholesky(predicted) @ np.array([np.cos(angle), np.sin(angle)])
right.plot(*fits.T, ".", ms=2.5, color=SKY, label=f"{len(fits)} samples of {n}")
right.plot(*ellipse, color=BLUE, label="Fisher: 1 standard error")
wide, narrow = np.sqrt(predicted[0, 0]), 1 / np.sqrt(n * gamma_fisher(shape_rate)[0, 0])
right.errorbar(shape_rate[0], 0.375, xerr=wide, color=BLUE, capsize=3)
right.errorbar(shape_rate[0], 0.365, xerr=narrow, color=ORANGE, capsize=3)
right.text(2.2, 0.375, "rate unknown", color=BLUE, va="center", fontsize=7)
right.text(2.2, 0.365, "rate known", color=ORANGE, va="center", fontsize=7)
right.set(xlabel="shape $k$", ylabel="rate $r$")
right.legend(loc="upper left")
hw.show(
    fig,
    "likelihood",
    "Left: log-likelihood of a decay rate (full) and the parabola of Fisher's information (dashed). Right: shape and "
    f"rate of a gamma law, greatest likelihood, {len(fits)} samples of {n} draws.",
)
scipy_shape, _, scipy_scale = gamma.fit(samples[0], floc=0)
hw.record(
    "gamma law: deviation of shape and rate from SciPy's, in standard errors",
    np.abs((fits[0] - (scipy_shape, 1 / scipy_scale)) / fisher_errors(gamma_fisher(fits[0]), n)).max(),
    anchor="scipy.stats.gamma.fit", at_most=1e-4,
)  # fmt: skip
correlation = np.corrcoef(fits.T)[0, 1]
near(
    "gamma law: correlation of the estimates of shape and rate",
    (correlation, (1 - correlation**2) / np.sqrt(len(fits))),
    predicted[0, 1] / np.sqrt(predicted[0, 0] * predicted[1, 1]), "Fisher: 1/√(k ψ'(k)), k = 2",
)  # fmt: skip

# %% [markdown]
# ## 2.2 The least variance that there is
#
# H. Cramér and C. R. Rao (1945): an estimator whose mean is $g(\theta)$ cannot vary less than
#
# $$\mathrm{Var}\,\hat g \ge \nabla g^\top (n I)^{-1}\, \nabla g.$$
#
# Proof: Cauchy and Schwarz, for the estimator and the score. The bound is *reached* only where the score is linear in
# the estimator. An estimator that reaches it is called **efficient**.
#
# **Exercise 3.** Write the bound.

# %% exercise
from abinitio.statistics.cramer_rao import cramer_rao_bound

# %% [markdown]
# Lifetimes of particles follow $\frac1m e^{-x/m}$, $m$ the mean lifetime, $r = 1/m$ the rate.
#
# **Pen and paper C.** What is the bound for an estimate of $m$ without bias?
#
# **Pen and paper D.** And for one of $r$?
#
# **Pen and paper E.** The mean of the sample estimates $m$. Its inverse estimates $r$, with a bias; $\frac{n-1}{n}$
# times it has none. What is the variance of *that*? (The sum of $n$ lifetimes has a gamma law.)

# %%
judge("bound for a mean lifetime", answer="")  # your variance, from m and n
judge("bound for a decay rate", answer="")  # your variance, from r and n
judge("variance of the unbiased rate", answer="")  # your variance, from r and n

# %% [markdown]
# *What to look at:* left, the mean lifetime sits on its bound at every $n$. The rate, the same parameter in another
# name, does not: nobody can reach it there, and large samples forgive it. Right, each estimator over its bound, for two
# parameters, those of the gamma law of 2.1: the mean $k/r$ is reached by the sample's mean; the shape, found by
# climbing the likelihood, nearly; the method of moments, $\bar x^2/s^2$, is far off: it would need 1.7 times the data.

# %%
from abinitio.information.fisher_families import exponential_fisher
from abinitio.statistics import variance_with_error

rng, lifetime, sizes = np.random.default_rng(5), 3.0, np.array([10, 15, 25, 50, 100])
repeats = times(20_000, 2000)
rate = 1 / lifetime
means = {n: rng.exponential(lifetime, (repeats, n)).mean(axis=1) for n in sizes}
of_lifetime = np.array([variance_with_error(means[n]) for n in sizes])
of_rate = np.array([variance_with_error((n - 1) / n / means[n]) for n in sizes])
fisher = exponential_fisher((rate,))
bounds = {  # of the lifetime 1/r, a function of the rate with the derivative -1/r², and of the rate
    "lifetime": np.array([cramer_rao_bound(fisher, n, -1 / rate**2) for n in sizes]),
    "rate": np.array([cramer_rao_bound(fisher, n, 1.0) for n in sizes]),
}
exact_rate = np.array([value("variance of the unbiased rate", r=rate, n=int(n)) for n in sizes])

I, m = gamma_fisher(shape_rate), samples.shape[1]  # the gamma law and the fits of 2.1
of_mean, of_shape = np.array([1, -shape_rate[0] / shape_rate[1]]) / shape_rate[1], np.array([1.0, 0.0])
gamma_ratios = {
    "mean: mean of the sample": np.array(variance_with_error(samples.mean(axis=1))) / cramer_rao_bound(I, m, of_mean),
    "shape: likelihood": np.array(variance_with_error(fits[:, 0])) / cramer_rao_bound(I, m, of_shape),
    "shape: moments": np.array(variance_with_error(samples.mean(axis=1) ** 2 / samples.var(axis=1)))
    / cramer_rao_bound(I, m, of_shape),
}

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE), width_ratios=(1.1, 1))
left.axhline(1, color="0.3", lw=0.8, ls="--")
left.text(11.3, 0.985, "bound", fontsize=7.5, va="top")
left.errorbar(sizes, *(of_lifetime / bounds["lifetime"][:, None]).T, color=BLUE, marker="o", lw=0, elinewidth=0.8,
              label="mean lifetime: mean of the sample")  # fmt: skip
left.errorbar(sizes, *(of_rate / bounds["rate"][:, None]).T, color=VERMILION, marker="s", lw=0, elinewidth=0.8,
              label="rate: $(n-1)/n$ over the mean")  # fmt: skip
left.plot(sizes, exact_rate / bounds["rate"], color=VERMILION, lw=0.8, label="pen and paper E over the bound")
left.set(xscale="log", xlabel="lifetimes $n$", ylabel="variance over the Cramér-Rao bound", ylim=(0.85, 1.55))
left.set_xticks(sizes, sizes)
left.minorticks_off()
left.legend(loc="upper right")
for y, ((name, (ratio, error)), color) in enumerate(zip(gamma_ratios.items(), (BLUE, GREEN, VERMILION))):
    right.errorbar(ratio, -y, xerr=abs(error), color=color, marker="o", capsize=2)
    right.text(1.1, -y + 0.18, name, color=color, fontsize=7.5)
right.axvline(1, color="0.3", lw=0.8, ls="--")
right.set(xlabel="variance over the Cramér-Rao bound", yticks=[], xlim=(0.6, 2.1), ylim=(-2.4, 0.6))
right.spines["left"].set_visible(False)
hw.show(
    fig,
    "cramer_rao",
    f"Left: estimates of a mean lifetime and of its rate without bias, {repeats:,} samples. Right: a gamma law, two "
    f"parameters unknown, {len(samples)} samples of {m} draws. Standard errors.",
)

# %%
at = 1  # 15 lifetimes
by_hand = value("bound for a mean lifetime", m=lifetime, n=15), value("bound for a decay rate", r=rate, n=15)
hw.record(
    "15 lifetimes: largest relative deviation of the two bounds from pen and paper C and D",
    np.abs(np.array([bounds["lifetime"][at], bounds["rate"][at]]) / by_hand - 1).max(), anchor="C and D", at_most=1e-12,
)  # fmt: skip
for what, found, bound, expected, anchor in (
    ("mean lifetime", of_lifetime, bounds["lifetime"], 1, "theory: 1"),
    ("decay rate", of_rate, bounds["rate"], exact_rate[at] / bounds["rate"][at], "pen and paper E: n/(n - 2)"),
):
    near(f"{what} from 15 lifetimes: variance over the bound", found[at] / bound[at], expected, anchor)
k = shape_rate[0]
hw.record(
    "gamma law: what not knowing the rate costs the shape, in variance",
    cramer_rao_bound(I, m, of_shape) / cramer_rao_bound(I[0, 0], m, 1.0), anchor="theory: 1/(1 - 1/kψ'(k)), k = 2",
    expected=1 / (1 - 1 / (k * polygamma(1, k))), within=1e-9,
)  # fmt: skip
for name, excess in (("mean: mean of the sample", 0), ("shape: likelihood", 6 / m)):
    near(
        f"gamma law, {name}: variance over the bound", gamma_ratios[name], 1 + excess,
        "theory: 1" + (", up to a few times 1/n" if excess else ""), more=excess,
    )  # fmt: skip

# %% [markdown]
# ## 2.3 Mean or median?
#
# Where is the centre of a symmetric law? Mean and median agree on what to estimate, not on how well. An estimator is
# **consistent** if it finds the truth as $n \to \infty$, **efficient** if $n \mathrm{Var} \to 1/I$.
#
# *What to look at:* for the normal law the mean is efficient and the median wastes a third of the data ($\pi/2$); for
# Laplace's law, $e^{-|x|}/2$, the median wins by a factor of 2, but only in large samples; for Student's law with 3
# degrees of freedom, which has tails, neither is efficient. One step of Newton's method up the likelihood, from the
# median, is. And for Cauchy's law the mean is not even consistent: that of a thousand draws is no better than one.

# %%
from scipy.stats import laplace

from abinitio.statistics import efficiency, location_information, median_moments

rng, odd = np.random.default_rng(6), np.array(size([3, 5, 9, 17, 33, 65, 129], [3, 9, 33, 129]))
repeats = times(6000, 800)
laws = {
    "normal": (norm, lambda x: -x, 1.0),
    "Laplace": (laplace, lambda x: -np.sign(x), 2.0),
    "Student, 3 d.o.f.": (student(3), lambda x: -4 * x / (3 + x**2), 3.0),
}
information = {name: location_information(score, law.ppf) for name, (law, score, _) in laws.items()}
drawn = {name: [law.ppf(rng.random((repeats, n))) for n in odd] for name, (law, _, _) in laws.items()}
spread_of = lambda estimates: np.array([n * np.array(variance_with_error(e)) for n, e in zip(odd, estimates)])
means = {name: spread_of([x.mean(axis=1) for x in drawn[name]]) for name in laws}
medians = {name: spread_of([np.median(x, axis=1) for x in drawn[name]]) for name in laws}
exact_median = {name: [n * median_moments(law.ppf, n)[1] for n in odd] for name, (law, _, _) in laws.items()}
_, score, _ = laws["Student, 3 d.o.f."]
one_step = []
for x in drawn["Student, 3 d.o.f."]:
    middle = np.median(x, axis=1)
    one_step.append(middle - np.mean(score(x - middle[:, None]), axis=1) / information["Student, 3 d.o.f."])
one_step = spread_of(one_step)

fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE))
for ax, (name, (_, _, variance)) in zip(axes, laws.items()):
    ax.axhline(variance, color=VERMILION, lw=0.8)
    ax.errorbar(odd, *means[name].T, color=VERMILION, marker="s", lw=0, elinewidth=0.8, label="mean")
    ax.plot(odd, exact_median[name], color=BLUE, lw=0.8)
    ax.errorbar(odd, *medians[name].T, color=BLUE, marker="o", lw=0, elinewidth=0.8, label="median")
    ax.plot(
        odd, [n * cramer_rao_bound(information[name], n, 1.0) for n in odd], color="0.3", ls="--", lw=0.8, label="bound"
    )
    ax.set(xscale="log", xlabel="draws $n$", title=name, ylim=(0, 1.45 * variance if variance > 1 else 1.9))
axes[2].errorbar(odd, *one_step.T, color=GREEN, marker="^", lw=0, elinewidth=0.8, label="one Newton step")
axes[0].set(ylabel=r"$n$ times the variance")
axes[0].legend(loc="lower right")
axes[2].set(ylim=(0, 6.5))
axes[2].legend(loc="upper right", fontsize=7)
hw.show(
    fig,
    "mean_and_median",
    f"The centre of three laws from n draws: {repeats:,} samples, standard errors, exact lines; dashed: the Cramér-Rao "
    "bound 1/I. (Of the mean of Student's law the error bars are too small: its fourth moment is infinite.)",
)
largest_pull(
    "median: largest deviation of n Var from the exact one",
    [np.abs(pulls(medians[name][1:], exact_median[name][1:])).max() for name in laws],
    f"three laws, {len(odd) - 1} sizes; normal errors: about 2.5",
)  # fmt: skip
for name, limit in (("normal", "2/π"), ("Laplace", "1"), ("Student, 3 d.o.f.", "8/π²")):
    n_var, error = medians[name][-1]
    near(
        f"{name}: efficiency of the median of 129 draws",
        (efficiency(n_var / 129, cramer_rao_bound(information[name], 129, 1.0)), error / n_var**2 / information[name]),
        1 / information[name] / exact_median[name][-1], f"exact, for 129 draws; in large samples {limit}",
    )  # fmt: skip
near(
    "Student's law: n Var over 1/I after one Newton step from the median, 129 draws",
    one_step[-1] * information["Student, 3 d.o.f."], 1, "theory: 1 in large samples", more=3 / 129,
)  # fmt: skip
cauchy = rng.standard_cauchy((times(2000, 400), 1000)).mean(axis=1)
near(
    "Cauchy's law: interquartile range of the mean of 1000 draws over that of one draw",
    (np.diff(np.quantile(cauchy, [0.25, 0.75]))[0] / 2, np.pi / 2 / np.sqrt(len(cauchy))), 1,
    "theory: 1, the mean of n draws has the law of one",
)  # fmt: skip

# %% [markdown]
# # 3. Losses are likelihoods
#
# ## 3.1 Which loss?
#
# Machine learning minimises losses. Most of them are minus a log-likelihood, up to what does not depend on the
# prediction $f$:
#
# | the data scatter as | the loss is | whose best constant is |
# |---|---|---|
# | normal, $\sigma$ known for each | $\sum (y_i - f_i)^2/2\sigma_i^2$ | the weighted mean |
# | normal, one unknown $\sigma$ | $\frac n2 \ln \sum (y_i - f_i)^2$ | the mean |
# | Laplace | $\sum \lvert y_i - f_i\rvert/b$ | the median |
# | a coin | $-\sum [y_i \ln f_i + (1 - y_i) \ln(1 - f_i)]$ | the frequency |
# | counts, Poisson | $\sum (f_i - y_i \ln f_i)$ | the mean |
#
# So a loss is a statement about the noise. Say the wrong thing, and you estimate something else: with the squared error
# on a skewed law the mean, though you meant the median; with $\chi^2 = \sum (y - f)^2/y$ on the counts of a histogram,
# a constant that is too low by about one count, whatever the count and however many the bins (S. Baker and R. Cousins,
# Nucl. Instrum. Methods 221 (1984) 437).
#
# *What to look at:* the losses as functions of the residual, each from the log density. What grows fast obeys outliers;
# the slope says with how much force a datum pulls.

# %%
from scipy.optimize import minimize_scalar

from abinitio.statistics import poisson_deviance

residual = np.linspace(-4, 4, 401)
losses = {name: -LOG_DENSITIES[name](residual, (0.0, 1.0)) for name in ("normal", "Laplace")}
losses["Student, 3 d.o.f."] = -student.logpdf(residual, 3)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.36 * PAGE))
for (name, loss), color, style in zip(losses.items(), (BLUE, VERMILION, GREEN), ("-", "--", "-.")):
    left.plot(residual, loss - loss.min(), color=color, ls=style, label=name)
    right.plot(residual, np.gradient(loss, residual), color=color, ls=style)
left.set(xlabel="residual $y - f$ (units of the width)", ylabel="loss (nats)", ylim=(0, 8.3))
left.legend(loc="upper center")
right.set(xlabel="residual $y - f$ (units of the width)", ylabel="slope: the pull of a datum")
hw.show(
    fig,
    "losses",
    "Left: minus the log density of three laws of unit scale, less the least. Right: the derivative.",
)

# %%
rng = np.random.default_rng(7)
skewed = rng.exponential(1.0, 2001)
constant = lambda loss, y, high: minimize_scalar(loss, bounds=(1e-9, high), args=(y,), method="bounded",
                                                 options={"xatol": 1e-10}).x  # fmt: skip
coins, decays = rng.binomial(1, 0.3, 1000), rng.poisson(4.0, 1000)
negative = lambda family: lambda f, y: -np.mean(LOG_DENSITIES[family](y, (f,)))
two = lambda family: lambda f, y: -np.mean(LOG_DENSITIES[family](y, (f, 1.0)))
best = (
    (constant(two("normal"), skewed, 5), skewed.mean()),
    (constant(two("Laplace"), skewed, 5), np.median(skewed)),
    (constant(negative("Bernoulli"), coins, 1 - 1e-9), coins.mean()),
    (constant(lambda f, y: poisson_deviance(y, f), decays, 20), decays.mean()),
)
hw.record(
    "best constants, found numerically: largest deviation from mean, median, frequency, mean",
    max(abs(numerical - closed) for numerical, closed in best),
    anchor="normal, Laplace and Bernoulli loss, Poisson deviance", at_most=1e-6,
)  # fmt: skip

# %% [markdown]
# ## 3.2 Squared error or cross entropy?
#
# A classifier predicts $p = \sigma(z) = 1/(1 + e^{-z})$, $z = w^\top x$. Its labels are coins, so the likelihood says
# cross entropy. The squared error $\frac1n \sum (y - p)^2$ (G. Brier, 1950, for weather forecasts) is not wrong: it too
# is least, on average, at the true probabilities. Both are *proper*. What does the likelihood buy?
#
# **Pen and paper F.** What is the derivative of $\frac12 (y - p)^2$ with respect to $z$? (That of the cross entropy is
# $p - y$.)

# %%
judge("slope of the squared probability", answer="")  # your derivative, from p and y

# %% [markdown]
# *What to look at:* left, a sample that is classified wrongly and with confidence, $z = -6$ where $y = 1$, pulls at the
# cross entropy with all its force, and at the squared error with almost none. Middle, so the squared error is flat
# where one starts badly, and not convex. Right, gradient descent from $w = -10$ with the largest safe rate of each: the
# one walks at once, the other sits for a hundred steps.

# %%
from abinitio.linear_model.logistic import logistic_gradient, logistic_loss, sigmoid
from abinitio.optimize.descent import gradient_descent
from abinitio.statistics import squared_probability_gradient, squared_probability_hessian, squared_probability_loss

rng = np.random.default_rng(8)
X = rng.standard_normal((400, 1))
y = rng.binomial(1, sigmoid(2 * X[:, 0]))
cut = np.linspace(-12, 12, 241)
curves = {
    "cross entropy": np.array([logistic_loss(np.array([w, 0.0]), X, y, 0.0) for w in cut]),
    "squared error": np.array([squared_probability_loss(np.array([w]), X, y) for w in cut]),
}
gradients = {
    "cross entropy": lambda w: logistic_gradient(np.append(w, 0.0), X, y, 0.0)[:1],
    "squared error": lambda w: squared_probability_gradient(w, X, y),
}
steps = size(20_000, 3000)
walks, reached = {}, {}
for name, gradient in gradients.items():
    steepest = np.max(np.diff(curves[name], 2)) / (cut[1] - cut[0]) ** 2  # the largest second derivative
    walks[name] = np.array([-10.0, *(w[0] for w in islice(gradient_descent(gradient, np.array([-10.0]), 1 / steepest),
                                                          steps))])  # fmt: skip
    far = np.abs(walks[name] - cut[np.argmin(curves[name])]) > 0.2
    reached[name] = steps if far[-1] else np.argmin(far)

fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE))
z = np.linspace(-8, 8, 41)
by_hand = np.array([value("slope of the squared probability", p=float(p), y=1) for p in sigmoid(z)])
axes[0].plot(z, sigmoid(z) - 1, color=BLUE, label="cross entropy")
axes[0].plot(z, by_hand, color=VERMILION, ls="--", label="squared error (F)")
axes[0].set(xlabel="$z$", ylabel="derivative in $z$, for $y = 1$", ylim=(-1.05, 0.35))
axes[0].legend(loc="upper left")
for (name, curve), color, style in zip(curves.items(), (BLUE, VERMILION), ("-", "--")):
    axes[1].plot(cut, curve, color=color, ls=style)
    axes[2].plot(np.arange(steps + 1), walks[name], color=color, ls=style)
axes[1].set(xlabel="weight $w$ (true one: 2)", ylabel="loss", ylim=(0, 2))
axes[2].set(xscale="symlog", xlabel="steps of gradient descent", ylabel="weight $w$", xlim=(0, steps))
axes[2].axhline(2, color="0.5", lw=0.8, ls=":")
hw.show(
    fig,
    "two_losses",
    "Left: what one sample with y = 1 contributes to the gradient. Middle: the losses of 400 samples with one weight. "
    "Right: gradient descent on them, from w = -10.",
)
numerical = [(0.5 * (1 - sigmoid(a + 1e-5)) ** 2 - 0.5 * (1 - sigmoid(a - 1e-5)) ** 2) / 2e-5 for a in z]
hw.record(
    "squared error: largest deviation of its slope in z from a difference quotient",
    np.abs(by_hand - numerical).max(), anchor="pen and paper F, y = 1", at_most=1e-8,
)  # fmt: skip
hw.record(
    "squared error: second derivative at w = -10", squared_probability_hessian(np.array([-10.0]), X, y)[0, 0],
    anchor="not convex: negative", at_most=-1e-6,
)  # fmt: skip
hw.record(
    "gradient descent from w = -10: steps of the squared error over those of cross entropy",
    reached["squared error"] / reached["cross entropy"],
    anchor=f"until w is within 0.2 of its end; cross entropy: {reached['cross entropy']} steps", at_least=2,
)  # fmt: skip

# %% [markdown]
# And the spread of the result? In large samples the minimum of *any* loss with the right mean varies as $A^{-1} B
# A^{-1}$, with $A$ the mean Hessian and $B$ the variance of the gradient (P. Huber's *sandwich*, 1967). For the
# likelihood $A = B = nI$, and the sandwich is the Cramér-Rao bound. For the squared error the weights are $v = p(1-p)$
# too many: samples near the boundary count, those that are nearly sure do not.
#
# *What to look at:* for a flat boundary, $w = 1/2$, all $v$ are alike and both losses are as good. For a steep one the
# squared error wastes more than a third of the data at $w = 4$. Dots are repeated fits; the sandwich (lines) needs
# none.

# %%
from abinitio.linear_model.logistic import logistic_hessian
from abinitio.optimize.newton import damped_newton
from abinitio.statistics import cross_entropy_covariance, squared_probability_covariance

rng, n, slopes = np.random.default_rng(9), 1000, np.array([0.5, 1.0, 2.0, 4.0])
x = rng.standard_normal((n, 1))
X = np.column_stack([x, np.ones(n)])


def fit_both(theta, y):
    """The slopes of least cross entropy and of least squared error, from the true parameters downhill."""
    *_, entropy = damped_newton(
        lambda t: (logistic_loss(t, x, y, 0.0), logistic_gradient(t, x, y, 0.0)),
        lambda t: logistic_hessian(t, x, 0.0), theta,
    )  # fmt: skip
    *_, squared = damped_newton(
        lambda t: (squared_probability_loss(t, X, y), squared_probability_gradient(t, X, y)),
        lambda t: squared_probability_hessian(t, X, y), theta,
    )  # fmt: skip
    return entropy.w[0], squared.w[0]


seen, bound, sandwich = [], [], []
for slope in slopes:
    theta = np.array([slope, 0.5])
    p = sigmoid(X @ theta)
    fits_of_slope = np.array([fit_both(theta, rng.binomial(1, p)) for _ in range(times(200, 25))])
    bound.append(cross_entropy_covariance(theta, X)[0, 0])
    sandwich.append(squared_probability_covariance(theta, X)[0, 0])
    seen.append([variance_with_error(column) for column in fits_of_slope.T])
seen, bound, sandwich = np.array(seen), np.array(bound), np.array(sandwich)
dense = np.linspace(0.3, 4.3, 30)
theory = np.array([[c(np.array([s, 0.5]), X)[0, 0] for c in (squared_probability_covariance, cross_entropy_covariance)]
                   for s in dense])  # fmt: skip

fig, ax = plt.subplots(figsize=(0.6 * PAGE, 0.4 * PAGE))
ax.plot(dense, theory[:, 0] / theory[:, 1], color=VERMILION, lw=0.8)
ax.axhline(1, color=BLUE, lw=0.8)
for k, (name, color, marker) in enumerate((("cross entropy", BLUE, "o"), ("squared error", VERMILION, "s"))):
    ratio, error = (seen[:, k] / bound[:, None]).T
    ax.errorbar(slopes, ratio, error, color=color, marker=marker, lw=0, elinewidth=0.8, label=name)
ax.set(xlabel="true slope $w$", ylabel="variance of $w$ over the bound", ylim=(0, 2.3))
ax.legend(loc="lower left")
hw.show(
    fig,
    "spread_of_losses",
    f"Variance of a fitted slope over the Cramér-Rao bound, {n:,} samples with x normal, {times(200, 25):,} fits, "
    "standard errors. Lines: the bound and the sandwich.",
)
for k, (name, theory_at, anchor) in enumerate(
    (("cross entropy", bound, "Cramér-Rao bound"), ("squared error", sandwich, "sandwich"))
):
    near(f"slope 4, least {name}: variance over theory", seen[-1, k] / theory_at[-1], 1, anchor, more=80 / n)

# %% [markdown]
# # 4. Distances of stars
#
# ## 4.1 One over a parallax
#
# As the Earth goes round the Sun, a star at the distance $r$ swings by an angle $\varpi$, its *parallax*: at one parsec
# by one second of arc, $r = 1000\,\mathrm{pc}/\varpi$ with $\varpi$ in mas. All distances in the universe hang on
# these. The satellite Hipparcos (1989-1993) measured 118,000 of them to about 1 mas, with normal errors (F. van
# Leeuwen, 2007).
#
# So $\hat\varpi$ has no bias. $1/\hat\varpi$ has: an error to the left counts more than one to the right.
#
# **Pen and paper G.** What is the bias of $1/\hat p$ for $\hat p \sim N(p, s^2)$, to leading order in $s$?

# %%
judge("bias of one over a parallax", answer="")  # your bias with its sign, from p and s

# %% [markdown]
# To leading order, only: strictly $E(1/\hat p)$ does not exist, for a normal law has some density at $\hat p = 0$. With
# $s/p = 0.1$ one never notices; with 0.4 one star in 160 is *behind infinity*, with a negative parallax.
#
# *What to look at:* left, the relative bias of $1/\hat p$, where stars that came out below $p/10$ are left out, as
# people do. Pen and paper G holds to a tenth up to $s/p = 0.15$. Right, why: the law of $1000/\hat\varpi$ for a star at
# 186 pc and three errors. The mode moves in, the tail moves out.

# %%
from scipy.integrate import quad

rng, repeats = np.random.default_rng(20), times(40_000, 4000)
fractions, cut_off = np.array([0.04, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3]), 0.1


def inverse_mean(s):
    """The mean of 1/p̂ over N(1, s²), of the p̂ that are above 0.1; by quadrature."""
    moment = lambda k: quad(lambda x: x**k * norm.pdf(x, 1, s), cut_off, 1 + 12 * s, points=[1], epsabs=1e-12)[0]
    return moment(-1) / moment(0)


inverse_bias = []
for s in fractions:
    p_hat = rng.normal(1.0, s, repeats)
    inverse_bias.append(bias_with_error(1 / p_hat[p_hat > cut_off], 1.0))
inverse_bias, dense = np.array(inverse_bias), np.linspace(0.03, 0.32, 30)
inverse_exact = np.array([inverse_mean(s) - 1 for s in fractions])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
left.plot(dense, [inverse_mean(s) - 1 for s in dense], color=BLUE, lw=0.8, label="quadrature")
draw_measurements(left, fractions, *inverse_bias.T, color=BLUE, label="simulated")
by_hand = [value("bias of one over a parallax", p=1.0, s=float(s)) for s in dense]
left.plot(dense, by_hand, color="0.3", ls="--", lw=0.8, label="pen and paper G")
left.set(xlabel="relative error of the parallax, $s/p$", ylabel=r"bias of $1/\hat p$, relative", ylim=(0, None))
left.legend(loc="upper left")
r = np.linspace(60, 500, 400)
for s, color, style in ((0.5, BLUE, "-"), (1.0, GREEN, "-."), (2.0, VERMILION, "--")):
    right.plot(r, 1000 / r**2 * norm.pdf(1000 / r, 1000 / 186, s), color=color, ls=style, label=f"± {s:g} mas")
right.axvline(186, color="0.5", ls=":", lw=0.8)
right.set(xlabel=r"$1000/\hat\varpi$ (pc)", ylabel="density (1/pc)", ylim=(0, None))
right.legend(loc="upper right")
hw.show(
    fig,
    "inverse_parallax",
    f"Left: bias of one over a parallax, {repeats:,} draws, standard errors. Right: the law of the inverse of a "
    "measured parallax, for a star at 186 pc (dotted), without the stars that come out negative.",
)
near(
    "1/parallax, s/p = 0.04: bias over pen and paper G",
    inverse_bias[0] / value("bias of one over a parallax", p=1.0, s=0.04), 1, "pen and paper G, and 3s²/p² beyond",
    more=0.01,
)  # fmt: skip
largest_pull(
    "1/parallax: largest deviation of the bias from quadrature", np.abs(pulls(inverse_bias, inverse_exact)).max(),
    "7 errors; normal errors: about 1.8",
)  # fmt: skip

# %% [markdown]
# ## 4.2 Two clusters
#
# The stars of a cluster are all at nearly one distance. How far are the Pleiades, and Praesepe, the Beehive? Members
# move together on the sky: we take the stars of each field that move within 6 mas a year of the cluster. Not one of
# these stars tells the distance well, but there are dozens. Mean of the distances? Or distance of the mean parallax, by
# the likelihood: weighted by $1/s_i^2$ (section 3)?
#
# *What to look at:* the clusters are the knots among the motions of the field (above). Below, the mean of $1/\varpi$
# puts Praesepe nearly 70 pc too far away: one star of 0.41 ± 2.44 mas, "at 2,400 pc", does that. The weighted mean of
# the parallaxes, then inverted, is right within its error. For the Pleiades the bias is smaller, and the weighted mean
# is very precise: and *wrong*.

# %%
from abinitio.data import load_star_clusters, load_stars

clusters, stars = load_star_clusters(), load_stars()
published = {  # motion east and north (mas/yr), parallax (mas): Gaia, A&A 616, A10 (2018); parallax: van Leeuwen, 2009
    "Pleiades": ((19.997, -45.548), (7.364, 0.005), (8.32, 0.13)),
    "Praesepe": ((-36.047, -12.917), (5.371, 0.003), (5.49, 0.18)),
}
inverse = lambda mean, error: (1000 / mean, 1000 * error / mean**2)


def weighted_mean(p, s):
    """The mean of p with weights 1/s², its error (times √χ² where χ² > 1), and χ² per degree of freedom."""
    w = 1 / s**2
    mean = w @ p / w.sum()
    chi2 = w @ (p - mean) ** 2 / (len(p) - 1)
    return mean, np.sqrt(max(chi2, 1) / w.sum()), chi2


members, field, found, parallax = {}, {}, {}, {}
for name, (motion, by_gaia, by_hipparcos) in published.items():
    field[name] = clusters.X[clusters.y == clusters.target_names.index(name)]
    members[name] = field[name][np.hypot(*(field[name][:, 2:4] - motion).T) < 6]
    p, s = members[name][:, 5], members[name][:, 6]
    parallax[name] = weighted_mean(p, s)[:2]
    found[name] = {
        "mean of 1/ϖ": average(1000 / p),
        "1/mean of ϖ": inverse(*average(p)),
        "1/weighted mean of ϖ": inverse(*parallax[name]),
        "Gaia, 2018": inverse(*by_gaia),
        "van Leeuwen, 2009": inverse(*by_hipparcos),
    }
found["Pleiades"]["radio (VLBI), 2014"] = 136.2, 1.2

fig, axes = plt.subplots(2, 2, figsize=(PAGE, 0.72 * PAGE))
for column, name in enumerate(published):
    above, below = axes[:, column]
    above.plot(*field[name][:, 2:4].T, ".", ms=2, color="0.6", label="all stars of the field")
    above.plot(*members[name][:, 2:4].T, ".", ms=4, color=BLUE, label=f"{len(members[name])} members")
    above.set(title=name, xlim=(80, -80), ylim=(-80, 40), xlabel="motion east (mas/yr)", ylabel="north (mas/yr)")
    above.legend(loc="upper left" if column else "lower right")
    for k, (label, (r, error)) in enumerate(found[name].items()):
        color = (VERMILION, GREEN, BLUE, BLACK, BLACK, BLACK)[k]
        below.errorbar(r, -k, xerr=error, color=color, marker="o", capsize=2)
        below.text(0.98, -k, label, color=color, fontsize=7, ha="right", va="center",
                   transform=below.get_yaxis_transform())  # fmt: skip
    below.axvline(found[name]["Gaia, 2018"][0], color="0.5", ls=":", lw=0.8)
    below.set(xlabel="distance (pc)", yticks=[], ylim=(-5.5, 0.6), xlim=((115, 150), (160, 480))[column])
    below.spines["left"].set_visible(False)
hw.show(
    fig,
    "clusters",
    "Above: motions of the stars in two fields, and the members of the clusters. Below: their distance by three "
    "estimates from Hipparcos' parallaxes, and as published. Standard errors; dotted: Gaia.",
)

# %%
for name, (_, _, (p, s)) in published.items():
    hw.record(
        f"{name}: weighted mean parallax", *parallax[name], unit="mas",
        anchor=f"van Leeuwen 2009, from the same catalogue: {p} ± {s}; target: 2 of his errors", expected=p,
        within=2 * s,
    )  # fmt: skip
for label in ("1/weighted mean of ϖ", "mean of 1/ϖ"):
    r, error = found["Praesepe"][label]
    hw.record(
        f"Praesepe: distance, {label}", r, error, unit="pc",
        anchor="Gaia DR2: 186.2" + ("; target: 4 standard errors" if "weighted" in label else "; biased"),
        **{"expected": 186.2, "within": 4 * error} if "weighted" in label else {"at_least": 200},
    )  # fmt: skip
hw.record(
    "Pleiades: weighted mean parallax less Gaia's, in its own standard errors",
    (parallax["Pleiades"][0] - published["Pleiades"][1][0]) / parallax["Pleiades"][1],
    anchor="van Leeuwen 2009 with his error: 7.4; a systematic error", at_least=5,
)  # fmt: skip
gaia, s, kept = published["Praesepe"][1][0], members["Praesepe"][:, 6], 0.4  # mas: no star with less in the cluster
rng, trials = np.random.default_rng(21), []
for _ in range(times(2000, 200)):
    p = gaia + s * rng.standard_normal(len(s))
    p, errors_kept = p[p > kept], s[p > kept]
    trials.append((np.mean(1000 / p), 1000 / p.mean(), 1000 / weighted_mean(p, errors_kept)[0]))
trials = np.array(trials)
for column, label, most in ((0, "mean of 1/ϖ", None), (2, "1/weighted mean of ϖ", 2.0)):
    bias, error = bias_with_error(trials[:, column], 1000 / gaia)
    hw.record(
        f"simulated clusters like Praesepe: bias, {label}", bias, error, unit="pc",
        anchor="the same errors, all stars at 186.2 pc, parallaxes above 0.4 mas",
        **{"at_least": 5} if most is None else {"expected": 0, "within": most},
    )  # fmt: skip

# %% [markdown]
# **The Pleiades.** All who used Hipparcos found about 120 pc; everybody else, from the colours and brightnesses of the
# stars, from the Hubble telescope, from binaries, found about 133. The quarrel lasted seventeen years, and theorists
# were asked to change the stars. In 2014 radio telescopes as far apart as the Earth is wide measured 136.2 ± 1.2 pc (C.
# Melis et al., Science 345, 1029), and Gaia has 135.8. Hipparcos is off by 12 % in distance: seven of its own standard
# errors, and more of ours, as we took the stars for independent. They need not be: neighbours in the sky were measured
# in the same scans, and an error that they share is the usual explanation. What is common to all data is not in their
# scatter. No estimator sees it, no error bar, no prior: only another instrument.

# %% [markdown]
# ## 4.3 A prior for distances **[graduate]**
#
# And a single star with 1 ± 1 mas, or with -0.5 ± 1? That is a good measurement: it says *far away*. It lacks
# something to weigh it against. C. A. L. Bailer-Jones (PASP 127, 994 (2015)): a prior density $\propto r^2 e^{-r/L}$, a
# shell's volume times a Galaxy that thins out, so that
#
# $$p(r | \varpi) \propto r^2\, e^{-r/L} \exp\Big[-\frac{(\varpi - 1000/r)^2}{2 s^2}\Big].$$
#
# It is a density for any parallax, negative ones included. $L$ is the one number to choose; we let the stars choose it:
# 1,000 stars at random, and the $L$ under which their parallaxes are most probable (section 7 will call that the
# evidence).
#
# *What to look at:* left, four real stars: the curve is the posterior by quadrature, the histogram a Markov chain
# (Metropolis, eight walkers). A precise parallax ignores the prior; a negative one says *far away*, and how far is left
# to the prior's tail. Middle, calibration on simulated stars: of the intervals that claim 68 % how many hold the truth?
# The right prior keeps its promise on average, the wrong one ($L$ three times too large) does not. Right, the typical
# error against the relative error: below 10 % anything works; beyond 30 % one over the parallax errs more, and for some
# stars is negative. The prior with $3L$ is good for the farthest stars and bad for the others: nobody wins everywhere.

# %%
from abinitio.sampling import bulk_effective_sample_size, collect, monte_carlo_error, random_walk, rank_r_hat

rng = np.random.default_rng(22)
grid = np.geomspace(2.0, 20_000.0, size(1000, 600))  # pc
step = np.gradient(grid)


def log_posterior(r, parallax, s, L):
    """Up to a constant, for positive r: arrays that broadcast."""
    return 2 * np.log(r) - r / L - ((parallax - 1000 / r) / s) ** 2 / 2


def posterior(parallax, s, L):
    """(stars, grid) probabilities of the cells of the grid, and (stars,) the log evidence of each star."""
    log_p = log_posterior(grid, parallax[:, None], s[:, None], L)
    top = log_p.max(axis=1, keepdims=True)
    p = np.exp(log_p - top) * step
    total = p.sum(axis=1, keepdims=True)
    return p / total, (top + np.log(total))[:, 0] - np.log(2 * L**3) - np.log(s)  # the prior's integral is 2L³


chosen = rng.choice(len(stars.X), times(1000, 200), replace=False)
scales = np.geomspace(30, 1000, 21)
evidence = np.array([posterior(*stars.X[chosen, :2].T, L)[1].sum() for L in scales])
L = scales[np.argmax(evidence)]

in_errors = stars.X[:, 0] / stars.X[:, 1]  # the parallax in its own standard errors
walks = {}
for wanted in (20, 3, 1, -1):
    parallax, s = stars.X[np.argmin(np.abs(in_errors - wanted)), :2]

    def log_p(x, parallax=parallax, s=s):
        inside = np.maximum(x[..., 0], 1e-3)
        return np.where(x[..., 0] > 1, log_posterior(inside, parallax, s, L), -np.inf)

    density = posterior(np.array([parallax]), np.array([s]), L)[0][0]
    mean = density @ grid
    spread = np.sqrt(density @ (grid - mean) ** 2)
    start = np.maximum(mean + spread * rng.standard_normal((8, 1)), 5)
    chains, acceptance = collect(random_walk(start, log_p, 2.4 * spread, rng), size(4000, 600), skip=200)
    walks[wanted] = (parallax, s, density, mean, chains[..., 0], acceptance)

# %%
simulated = times(2500, 500)
r_true = rng.gamma(3.0, L, simulated)
s = rng.choice(stars.X[:, 1], simulated)
p_hat = 1000 / r_true + s * rng.standard_normal(simulated)
levels = np.linspace(0.05, 0.95, 19)
ranks, centre = {}, {}
for name, scale in (("right prior", L), ("L three times too large", 3 * L)):
    p = posterior(p_hat, s, scale)[0]
    cumulative = np.cumsum(p, axis=1) - p / 2
    ranks[name] = np.array([np.interp(r, grid, c) for r, c in zip(r_true, cumulative)])
    centre[name] = np.array([np.interp(0.5, c, grid) for c in cumulative])
held = {name: [share(np.abs(u - 0.5) < level / 2) for level in levels] for name, u in ranks.items()}
relative = s * r_true / 1000
edges = np.geomspace(0.02, 0.8, 8)
in_bin = [(relative >= a) & (relative < b) for a, b in pairwise(edges)]
naive = np.where(p_hat > 0, 1000 / np.maximum(p_hat, 1e-9), np.inf)


def typical_errors(r):
    """(bins, 3) the median of |r/r_true - 1| over the stars of each bin, in the middle, and its standard errors."""
    return np.array(
        [np.quantile(np.abs(r[m] / r_true[m] - 1), 0.5 + np.array([-0.5, 0, 0.5]) / np.sqrt(m.sum())) for m in in_bin]
    )


fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.42 * PAGE))
for (parallax, error, density, _, x, _), color in zip(walks.values(), (BLUE, GREEN, ORANGE, VERMILION)):
    left.plot(grid, density / step * grid, color=color, lw=1, label=f"{parallax:.2f} ± {error:.2f}")
    heights, bins = np.histogram(np.log(x), 40, density=True)
    left.stairs(heights, np.exp(bins), color=color, lw=0.6, alpha=0.7)
left.set(xscale="log", xlabel="distance $r$ (pc)", ylabel=r"density in $\ln r$", xlim=(80, 3000),
         ylim=(0, 11))  # fmt: skip
left.legend(loc="upper right", title="parallax (mas)", title_fontsize=7, fontsize=6.5)
for (name, found_share), color, marker in zip(held.items(), (BLUE, VERMILION), "os"):
    middle.errorbar(levels, *np.transpose(found_share), color=color, marker=marker, ms=2.5, lw=0, elinewidth=0.8,
                    label=name)  # fmt: skip
middle.plot((0, 1), (0, 1), color="0.5", lw=0.8, ls="--")
middle.set(xlabel="probability claimed", ylabel="share that holds the truth", xlim=(0, 1), ylim=(0, 1))
middle.legend(loc="lower right", fontsize=6.5)
middle_of = np.sqrt(edges[1:] * edges[:-1])
for label, r, color, marker in (
    (r"$1000/\hat\varpi$", naive, VERMILION, "s"),
    ("median, right prior", centre["right prior"], BLUE, "o"),
    ("median, $3L$", centre["L three times too large"], GREEN, "^"),
):
    low, center, high = typical_errors(r).T
    right.errorbar(middle_of, center, (center - low, high - center), color=color, marker=marker, lw=0.8,
                   elinewidth=0.8, label=label)  # fmt: skip
right.set(xscale="log", yscale="log", xlabel=r"relative error, $s/\varpi$", ylabel="typical error of the distance",
          ylim=(0.01, 3))  # fmt: skip
right.set_xticks((0.03, 0.1, 0.3), ("3 %", "10 %", "30 %"))
right.minorticks_off()
right.legend(loc="upper left", fontsize=7)
hw.show(
    fig,
    "distance_posteriors",
    f"Left: posterior of the distance of four stars, L = {L:.0f} pc: quadrature and Markov chain. Middle, right: "
    f"{simulated:,} simulated stars with the errors of real ones: central intervals, and median |error|/distance.",
)

# %%
draws = {name: walk[4] for name, walk in walks.items()}
hw.record(
    "distances by Markov chain: largest rank R-hat of four stars", max(rank_r_hat(x) for x in draws.values()),
    anchor="Vehtari et al. 2021: below 1.01", at_most=size(1.01, 1.05),
)  # fmt: skip
hw.record(
    "distances by Markov chain: least effective sample size",
    min(bulk_effective_sample_size(x) for x in draws.values()), anchor=f"8 chains of {len(chains):,} states",
    at_least=400,
)  # fmt: skip
hw.record(
    "distances: largest deviation of the chain's mean from quadrature, in Monte Carlo errors",
    max(abs(walk[4].mean() - walk[3]) / monte_carlo_error(walk[4]) for walk in walks.values()),
    anchor="four stars; normal errors: about 1.5", at_most=4.0,
)  # fmt: skip
for name, target in (("right prior", "calibrated"), ("L three times too large", "")):
    found_share = share(np.abs(ranks[name] - 0.5) < 0.683 / 2)
    hw.record(
        f"simulated stars, {name}: share of 68.3 % intervals that hold the truth", *found_share,
        anchor="theory: 0.683; target: 4 standard errors" if target else "below 0.683: a wrong prior",
        **{"expected": 0.683, "within": 4 * found_share[1]} if target else {"at_most": 0.683},
    )  # fmt: skip
hw.record(
    "simulated stars with errors of 30 % and more: typical error of 1/parallax over that of the posterior's median",
    np.median(np.abs(naive / r_true - 1)[relative > 0.3])
    / np.median(np.abs(centre["right prior"] / r_true - 1)[relative > 0.3]),
    anchor="above 1", at_least=1.2,
)  # fmt: skip

# %% [markdown]
# # 5. Shrinkage
#
# ## 5.1 Stein's paradox
#
# Measure $d$ numbers that have nothing to do with each other, once each: the mass of a top quark, the price of tea in
# China, the temperature on Mars. $x \sim N(\theta, \sigma^2 1)$. Estimate each by what you measured: what else? It is
# the maximum of the likelihood, it has no bias, it reaches the Cramér-Rao bound. Charles Stein showed in 1956 that from
# $d = 3$ on it is *inadmissible*: something else has a smaller $E|\hat\theta - \theta|^2$ for every $\theta$.
#
# **Pen and paper H.** Which factor $c$ makes $E|cx - \theta|^2$ least, if $t = |\theta|^2$ were known?
#
# It is not known; but $E|x|^2 = t + d\sigma^2$, and so $|x|^2$ tells. W. James and C. Stein (1961), around any centre:
#
# $$\hat\theta = c + \Big(1 - \frac{(d - 2)\,\sigma^2}{|x - c|^2}\Big) (x - c).$$
#
# **Exercise 4.** Write it.

# %% exercise
from abinitio.statistics.shrinkage import james_stein

# %% [markdown]
# **Pen and paper I.** What is its risk $E|\hat\theta - \theta|^2$ if the true $\theta$ is at the centre? ($|x -
# c|^2/\sigma^2$ is then a $\chi^2$ with $d$ degrees of freedom, and the mean of $1/\chi^2_d$ is $1/(d - 2)$.)

# %%
judge("best factor", answer="")  # your factor, from t, d and sigma
judge("risk of James and Stein at the centre", answer="")  # your risk, from d and sigma

# %% [markdown]
# The factor can be negative: when $x$ is nearer to the centre than the noise is wide, it is reflected. That is silly.
#
# **Exercise 5.** Write the *positive part*: a factor that is never below 0.

# %% exercise
from abinitio.statistics.shrinkage import positive_james_stein

# %% [markdown]
# *What to look at:* left, ten means, against the distance of the truth from the centre. Both estimates lie below the
# likelihood's $d\sigma^2$ *everywhere*, and stay below, ever less, as the distance grows. Dotted: what the best factor
# (H) gives to one who knows $|\theta|$; James and Stein pay at most $2\sigma^2$ more for not knowing. Right, the price:
# one mean far out and nine at the centre. The nine gain, the one loses, and not a little. The theorem is about the
# *sum*: shrink what you want to be right together.

# %%
from abinitio.statistics import james_stein_risk, positive_james_stein_risk

rng, d, sigma, repeats = np.random.default_rng(10), 10, 2.0, times(8000, 800)
centre = np.linspace(-3, 6, d)
away = np.array([0.0, 1, 2, 3, 4, 6, 8, 10])  # distances of the truth from the centre, in sigma
direction = np.ones(d) / np.sqrt(d)
shrinkers = {
    "likelihood": (lambda x: x, lambda t: d * sigma**2),
    "James and Stein": (lambda x: james_stein(x, sigma, centre), lambda t: james_stein_risk(d, t, sigma)),
    "positive part": (
        lambda x: positive_james_stein(x, sigma, centre), lambda t: positive_james_stein_risk(d, t, sigma)
    ),
}  # fmt: skip
risks = {name: [] for name in shrinkers}
for a in away:
    theta = centre + a * sigma * direction
    x = theta + sigma * rng.standard_normal((repeats, d))
    for name, (estimate, _) in shrinkers.items():
        risks[name].append(average(np.sum((estimate(x) - theta) ** 2, axis=1)))
risks = {name: np.array(found) for name, found in risks.items()}
outlier = np.append(5.0 * sigma, np.zeros(d - 1))
x = centre + outlier + sigma * rng.standard_normal((repeats, d))
single = {
    name: np.array([mse_with_error(column, t) for column, t in zip(estimate(x).T, centre + outlier)])
    for name, (estimate, _) in shrinkers.items()
}
fine = np.linspace(0, 10.3, 60)
best = [value("best factor", t=max(t, 1e-12), d=d, sigma=sigma) for t in (fine * sigma) ** 2]
by_factor = [(1 - c) ** 2 * t + c**2 * d * sigma**2 for c, t in zip(best, (fine * sigma) ** 2)]

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE), width_ratios=(1.2, 1))
styles = ((BLACK, "^"), (VERMILION, "s"), (BLUE, "o"))
for k, ((name, (_, risk)), (color, marker)) in enumerate(zip(shrinkers.items(), styles)):
    left.plot(fine, [risk(sigma * a) / sigma**2 for a in fine], color=color, lw=0.8)
    left.errorbar(away, *risks[name].T / sigma**2, color=color, marker=marker, lw=0, elinewidth=0.8, label=name)
    right.errorbar(np.arange(d) + 0.2 * (k - 1), *single[name].T / sigma**2, color=color, marker=marker, lw=0,
                   elinewidth=0.8)  # fmt: skip
left.plot(fine, np.array(by_factor) / sigma**2, color="0.4", ls=":", lw=1, label="best factor, truth known (H)")
left.set(xlabel=r"distance of the truth from the centre, $|\theta - c|/\sigma$",
         ylabel=r"risk $E|\hat\theta - \theta|^2$ ($\sigma^2$)", ylim=(0, 11.5))  # fmt: skip
left.legend(loc="lower right")
right.axhline(1, color="0.5", lw=0.6)
right.set(xlabel="number of the mean (0 is far out)", ylabel=r"squared error of each ($\sigma^2$)", ylim=(0, 3.2))
right.set_xticks(range(d))
hw.show(
    fig,
    "stein",
    f"Left: risk of three estimates of {d} means, {repeats:,} measurements, standard errors, exact lines. Right: the "
    "squared error of each single mean, where one is 5 σ from the centre and nine are at it.",
)

# %%
near(
    "ten means at the centre: risk of James and Stein, in σ²", risks["James and Stein"][0] / sigma**2,
    value("risk of James and Stein at the centre", d=d, sigma=sigma) / sigma**2, "pen and paper I",
)  # fmt: skip
for name, (_, risk) in list(shrinkers.items())[1:]:
    largest_pull(
        f"{name}: largest deviation of the risk from the exact one",
        np.abs(pulls(risks[name], [risk(sigma * a) for a in away])).max(), "8 distances; normal errors: about 1.9",
    )  # fmt: skip
hw.record(
    "positive part: largest exact risk over that of James and Stein",
    max(positive_james_stein_risk(d, a) / james_stein_risk(d, a) for a in fine),
    anchor="theory: below 1 at every distance, and 1 far out", at_most=1 + 1e-12,
)  # fmt: skip
hw.record(
    "James and Stein: largest exact excess over the best factor with the truth known",
    max(james_stein_risk(d, sigma * a, sigma) - b for a, b in zip(fine, by_factor)) / sigma**2, unit="σ²",
    anchor="theory: at most 2 (an oracle inequality)", at_most=2.0 + 1e-9,
)  # fmt: skip
hw.record(
    "the mean that is far out: squared error by the positive part, in σ²", *single["positive part"][0] / sigma**2,
    anchor="the likelihood's: 1; it pays for the others", at_least=1,
)  # fmt: skip
# %% [markdown]
# ## 5.2 Eighteen batters
#
# The most famous data of this subject are not physics. B. Efron and C. Morris (J. Am. Stat. Assoc. 70 (1975) 311) took
# 18 players of baseball after their first 45 times at bat in 1970, and estimated what they would hit in the rest of the
# season. The truth came later. Hits are binomial, so $\sqrt n \arcsin(2p - 1)$ has the variance 1 for every $p$; the
# centre is the players' own mean, which costs one dimension: $d - 3$ in place of $d - 2$.
#
# *What to look at:* Clemente began with 0.400 and ended near 0.346, Alvis with 0.156 and 0.200: extremes are in part
# luck, and luck does not last. Shrinking by a factor of five lowers the total squared error three and a half times, and
# is nearer to the truth for 15 of 18. It is not fair to Clemente.

# %%
from abinitio.statistics import shrink_to_mean

names = ("Clemente, F. Robinson, F. Howard, Johnstone, Berry, Spencer, Kessinger, Alvarado, Santo, Swoboda, Unser, "
         "Williams, Scott, Petrocelli, E. Rodriguez, Campaneris, Munson, Alvis").split(", ")  # fmt: skip
hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
season = np.array([0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303, 0.264,
                   0.226, 0.285, 0.316, 0.200])  # fmt: skip
stable = lambda p: np.sqrt(45) * np.arcsin(2 * p - 1)
back = lambda z: (np.sin(z / np.sqrt(45)) + 1) / 2
z, truth = stable(hits / 45), stable(season)
towards = np.full(len(z), z.mean())
shrunk, your_way = shrink_to_mean(z), positive_james_stein(z, 1.0, towards)

fig, ax = plt.subplots(figsize=(0.75 * PAGE, 0.5 * PAGE))
for h, s, t in zip(hits / 45, back(shrunk), season):
    ax.plot((0, 1, 2), (h, s, t), color="0.75", lw=0.7)
ax.plot(np.zeros(18), hits / 45, "o", color=VERMILION, label="45 times at bat")
ax.plot(np.ones(18), back(shrunk), "s", color=BLUE, label="shrunk to the mean")
ax.plot(np.full(18, 1.04), back(your_way), "_", color=BLACK, ms=7, label="exercise 5, centre: the mean")
ax.plot(np.full(18, 2), season, "^", color=GREEN, label="rest of the season")
for k in (0, 17):
    ax.annotate(names[k], (0, hits[k] / 45), (-6, 0), textcoords="offset points", ha="right", va="center", fontsize=7)
ax.set(ylabel="batting average", xlim=(-0.7, 3.1))
ax.set_xticks((0, 1, 2), ("measured", "estimated", "true"))
ax.legend(loc="upper right")
hw.show(
    fig,
    "batters",
    "Batting averages of 18 players in 1970: after 45 times at bat, shrunk towards their mean, and in the rest of the "
    "season (data: Efron and Morris 1975, table 1).",
)
hw.record(
    "18 batters: total squared error of the averages, arcsine scale", np.sum((z - truth) ** 2),
    anchor="Efron and Morris 1975: 17.56", expected=17.56, within=0.1,
)  # fmt: skip
hw.record(
    "18 batters: the same, shrunk to their mean", np.sum((shrunk - truth) ** 2),
    anchor="Efron and Morris 1975: 5.01, 3.50 times less", expected=5.01, within=0.05,
)  # fmt: skip
hw.record(
    "18 batters: share for whom the shrunk average is nearer to the truth",
    *share(np.abs(shrunk - truth) < np.abs(z - truth)), anchor="shrinkage helps most of them, not all", at_least=0.6,
)  # fmt: skip

# %% [markdown]
# # 6. Bias, variance, and beyond
#
# ## 6.1 The decomposition
#
# A fit is an estimator too: of a whole function. Its squared error at a new point is bias squared, variance, and the
# noise of the new measurement. For a **linear smoother**, predictions $S y$ (neighbours, ridge, splines, kernels), both
# are matrix products, exactly: $\frac1m |S f - f|^2$ and $\frac{\sigma^2}{m} \sum_{ij} S_{ij}^2$.
#
# *What to look at:* left, the mean of $k$ neighbours: few of them scatter, many blur; right, ridge regression on 16
# polynomials: a large penalty blurs. Lines are the matrices, dots are fits to data drawn again and again. The sum has a
# minimum, and for a century that was all that was said.

# %%
from abinitio.neighbors import KNeighborsRegressor
from abinitio.neighbors.knn import k_nearest
from abinitio.statistics import bias_variance, optimism, repeated_predictions, ridge_smoother, smoother_bias_variance

rng, n, noise, repeats = np.random.default_rng(11), 80, 0.25, times(200, 30)
x_train, x_query = np.sort(rng.uniform(-1, 1, n))[:, None], np.linspace(-0.95, 0.95, 60)[:, None]
f = lambda x: np.sin(4 * x[:, 0]) + x[:, 0] ** 2
draw = lambda rng: (x_train, f(x_train) + np.sqrt(noise) * rng.standard_normal(n))
ks, alphas = np.array([1, 2, 3, 5, 8, 12, 20, 30, 45, 70]), np.logspace(-4, 3, 8)
P, Q = (np.polynomial.legendre.legvander(x[:, 0], 15) for x in (x_train, x_query))


def neighbour_smoother(k, queries):
    """(m, n) the matrix that turns targets into means of k neighbours."""
    S = np.zeros((len(queries), n))
    np.put_along_axis(S, k_nearest(x_train, queries, k)[0], 1 / k, axis=1)
    return S


exact_k = np.array([smoother_bias_variance(neighbour_smoother(k, x_query), f(x_train), f(x_query), noise) for k in ks])
seen_k = [bias_variance(repeated_predictions(KNeighborsRegressor(int(k)), draw, x_query, repeats, rng), f(x_query))
          for k in ks]  # fmt: skip
dense = np.logspace(-4, 3, 50)
exact_ridge = lambda a: smoother_bias_variance(ridge_smoother(P, Q, a), f(x_train), f(x_query), noise)
seen_ridge = []
for a in alphas:
    targets = np.array([draw(rng)[1] for _ in range(repeats)])
    seen_ridge.append(bias_variance(targets @ ridge_smoother(P, Q, a).T, f(x_query)))
seen_k, seen_ridge = np.array(seen_k), np.array(seen_ridge)
at_alphas = np.array([exact_ridge(a) for a in alphas])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), sharey=True)
for ax, places, seen, at, lines in (
    (left, ks, seen_k, ks, exact_k),
    (right, alphas, seen_ridge, dense, np.array([exact_ridge(a) for a in dense])),
):
    for column, label, color, marker in ((0, "bias²", VERMILION, "s"), (1, "variance", BLUE, "o")):
        ax.plot(at, lines[:, column], color=color, lw=0.8)
        ax.errorbar(places, *seen[:, 2 * column : 2 * column + 2].T, color=color, marker=marker, lw=0, elinewidth=0.8,
                    label=label)  # fmt: skip
    ax.plot(at, lines.sum(axis=1), color="0.3", ls="--", lw=0.9, label="sum")
left.set(xscale="log", xlabel="neighbours $k$", ylabel="squared error", ylim=(0, 0.5))
right.set(xscale="log", xlabel=r"penalty $\alpha$")
left.legend(loc="upper center")
hw.show(
    fig,
    "bias_variance",
    f"Squared bias and variance of the mean of k neighbours and of ridge regression on 16 Legendre polynomials; {n} "
    f"samples at fixed places, {repeats:,} sets of targets, standard errors; lines from the smoothing matrix.",
)
for column, name in ((0, "squared bias"), (1, "variance")):
    largest_pull(
        f"neighbours and ridge: largest deviation of the {name} from the exact one",
        [np.abs(pulls(seen[:, 2 * column : 2 * column + 2], exactly[:, column])).max()
         for seen, exactly in ((seen_k, exact_k), (seen_ridge, at_alphas))],
        "18 fits; normal errors: about 2.3",
    )  # fmt: skip
S = neighbour_smoother(5, x_train)
gap = []
for _ in range(times(2000, 300)):
    (_, y), (_, new) = draw(rng), draw(rng)
    gap.append(np.mean((new - S @ y) ** 2) - np.mean((y - S @ y) ** 2))
near(
    "5 neighbours: error of new targets less that of the targets learnt from", average(gap), optimism(S, noise),
    "theory: 2σ² tr S/n = 2σ²/5",
)  # fmt: skip

# %% [markdown]
# ## 6.2 More data can hurt
#
# Least squares with $d$ features and $n$ samples. Below $n = d$ there are many perfect fits; take that of the smallest
# norm, $w = X^+ y$. For normal features, $x \sim N(0, 1)$, $y = x^\top\beta + \sigma\epsilon$, the excess risk
# $E|w - \beta|^2$ is known exactly. Beyond $d$ it is $\sigma^2\, \mathrm{tr}\, E (X^\top X)^{-1}$, and the inverse of a
# Wishart matrix has the mean $1/(n - d - 1)$. Below, the fit finds the part of $\beta$ in the span of the samples, a
# share $n/d$ of $|\beta|^2$, and of the noise $\sigma^2\, \mathrm{tr}\, E (X X^\top)^{-1}$.
#
# **Pen and paper J.** What is the excess risk for $n > d + 1$, with noise of variance $v$?
#
# **Exercise 6.** Write the exact risk, for every $n$.

# %%
judge("excess risk of least squares", answer="")  # your risk, from n, d and v

# %% exercise
from abinitio.statistics.double_descent import ridgeless_risk

# %% [markdown]
# *What to look at:* the error falls, *rises to infinity* as the number of samples approaches that of features, and
# falls again. At $n = d$ there is just one perfect fit, and it must bend to every error of $y$. Near the peak the mean
# exists no longer (one unlucky matrix rules it), and medians (crosses) stand in. With the right penalty, $\alpha =
# \sigma^2 d/|\beta|^2$, there is no peak at all: more data never hurt (P. Nakkiran et al., 2020). The peak is no law of
# nature; it is a missing regulariser.

# %%
from abinitio.statistics import double_descent_sweep, optimal_ridge, ridge_risk_limit

rng, d, noise, repeats = np.random.default_rng(12), 40, 0.25, times(600, 80)
beta = rng.standard_normal(d)
beta /= np.linalg.norm(beta)
counts = np.array([4, 8, 12, 16, 20, 24, 28, 32, 35, 38, 39, 40, 41, 42, 45, 48, 52, 56, 64, 80, 100, 120, 160])
plain = np.array(list(double_descent_sweep(counts, beta, noise, 0.0, repeats, rng)))
alpha = optimal_ridge(d, 1.0, noise)
ridge = np.array(list(double_descent_sweep(counts, beta, noise, alpha, repeats, rng)))
calm = np.abs(counts - d) >= 8  # where the mean and its error can be measured
fine = np.arange(2, 181)
limit = [ridge_risk_limit(d / m, alpha / m, 1.0, noise) for m in fine]

fig, ax = plt.subplots(figsize=(0.75 * PAGE, 0.5 * PAGE))
for side, label in ((fine < d - 1, "least squares, exact mean"), (fine > d + 1, None)):
    ax.plot(fine[side], ridgeless_risk(fine[side], d, 1.0, noise), color=VERMILION, lw=0.9, label=label)
draw_spread(ax, counts[calm], plain[:, calm], color=VERMILION, marker="s", error_of_mean=True, connect=False,
            label="mean of fits")  # fmt: skip
ax.plot(counts, np.median(plain, axis=0), "x", color=BLACK, ms=4, label="median of fits")
ax.plot(fine, limit, color=BLUE, lw=0.9, label="best ridge, many features")
draw_spread(ax, counts, ridge, color=BLUE, error_of_mean=True, connect=False, label="mean of fits with ridge")
ax.axvline(d, color="0.5", ls=":", lw=0.8)
ax.set(yscale="log", xlabel="samples $n$", ylabel=r"excess risk $E|w - \beta|^2$", ylim=(0.04, 100))
ax.legend(loc="upper right")
hw.show(
    fig,
    "double_descent",
    f"Least squares of smallest norm on n samples of {d} features, |β|² = 1, noise of variance {noise}: {repeats:,} "
    "data sets, standard errors. Line of ridge: the limit of many features.",
)
risk = ridgeless_risk(counts, d, 1.0, noise)
measured = np.array([average(column) for column in plain.T])
largest_pull(
    "least squares: largest deviation of the mean risk from the exact one",
    np.abs(pulls(measured[calm], risk[calm])).max(),
    f"{calm.sum()} sizes, not within 7 of n = d; normal errors: about 2.3",
)  # fmt: skip
hw.record(
    "least squares, n = 2d: exact risk over pen and paper J",
    ridgeless_risk(80, d, 1.0, noise) / value("excess risk of least squares", n=80, d=d, v=noise),
    anchor="pen and paper J", expected=1, within=1e-12,
)  # fmt: skip
typical = np.median(plain, axis=0)
hw.record(
    "least squares: median risk at n = d over that at n = d/2", typical[counts == d][0] / typical[counts == d // 2][0],
    anchor="the peak: twice the data, a larger error", at_least=3,
)  # fmt: skip
with_ridge = np.array([average(column) for column in ridge.T])
rise = np.diff(with_ridge[:, 0]) / np.hypot(with_ridge[1:, 1], with_ridge[:-1, 1])
hw.record(
    "best ridge: largest rise from one size to the next, in standard errors", rise.max(),
    anchor="theory: the risk falls with every n", at_most=3.0,
)  # fmt: skip
near(
    "best ridge, n = d: mean risk over the limit of many features",
    with_ridge[counts == d][0] / ridge_risk_limit(1.0, alpha / d, 1.0, noise), 1, "theory: 1 for many features",
    more=1 / d,
)  # fmt: skip

# %% [markdown]
# ## 6.3 Larger models
#
# Now fix the data and let the model grow: random Fourier features (homework 3) of handwritten digits, 4 or 9, fitted by
# least squares of the smallest norm; a tenth of the labels is wrong. As $D \to \infty$ the features become the Gaussian
# kernel, and the fit its interpolation. (For normal features your exercise 6 has the answer: what a model does not see
# is noise to it; M. Belkin, D. Hsu, J. Xu, 2020.)
#
# *What to look at:* the U of the textbooks is there, but the largest models are nearly twice as good as its bottom,
# though they fit every error of the data *exactly*: among many perfect fits the one of smallest norm is smooth. With a
# penalty there is no peak, and at every size a smaller error.

# %%
from abinitio.data import load_mnist_5k
from abinitio.kernels.fourier_features import gaussian_frequencies, random_fourier_features

rng = np.random.default_rng(13)
digits = load_mnist_5k()
pair = np.flatnonzero((digits.y == 4) | (digits.y == 9))
images, labels = digits.X[pair] / digits.X.max(), np.where(digits.y[pair] == 9, 1.0, -1.0)
order, n_train, gamma_width = rng.permutation(len(pair)), 200, 0.02
train, test = order[:n_train], order[n_train : size(900, 500)]
wrong = rng.random(n_train) < 0.1
y_train = np.where(wrong, -labels[train], labels[train])
numbers = np.array([5, 10, 20, 40, 80, 130, 170, 190, 200, 210, 230, 280, 400, 600, 1200, 2400][: size(16, 14)])
draws, penalty = times(8, 4), 0.5
curves = {"smallest norm": [], "with a penalty": []}
squares = lambda A: np.sum(A**2, axis=1)[:, None]
kernel = lambda A, B: np.exp(-gamma_width * (squares(A) + squares(B).T - 2 * A @ B.T))
K, K_cross = kernel(images[train], images[train]), kernel(images[test], images[train])
test_error = lambda y_pred: np.mean((y_pred - labels[test]) ** 2)
limits = {"smallest norm": test_error(K_cross @ np.linalg.solve(K, y_train)),
          "with a penalty": test_error(K_cross @ np.linalg.solve(K + penalty * np.eye(n_train), y_train))}  # fmt: skip
for _ in range(draws):
    W, b = gaussian_frequencies(images.shape[1], numbers[-1], gamma_width, rng), rng.uniform(0, 2 * np.pi, numbers[-1])
    rows = {name: [] for name in curves}
    for D in numbers:
        Z, Z_test = (random_fourier_features(images[i], W[:, :D], b[:D]) for i in (train, test))
        U, s, Vt = np.linalg.svd(Z, full_matrices=False)
        for name, filtered in (("smallest norm", 1 / s), ("with a penalty", s / (s**2 + penalty))):
            rows[name].append(test_error(Z_test @ (Vt.T @ (filtered * (U.T @ y_train)))))
    for name in curves:
        curves[name].append(rows[name])
curves = {name: np.array(c) for name, c in curves.items()}

# %%
fig, ax = plt.subplots(figsize=(0.65 * PAGE, 0.42 * PAGE))
for (name, c), color, marker in zip(curves.items(), (VERMILION, BLUE), "so"):
    low, middle, high = np.quantile(c, [0.25, 0.5, 0.75], axis=0)
    ax.errorbar(numbers, middle, (middle - low, high - middle), color=color, marker=marker, lw=0.8, elinewidth=0.8,
                label=name)  # fmt: skip
    ax.axhline(limits[name], color=color, ls="--", lw=0.8)
ax.axvline(n_train, color="0.5", ls=":", lw=0.8)
ax.set(xscale="log", yscale="log", xlabel="random features $D$", ylabel="mean squared error, test")
ax.legend(loc="upper left")
hw.show(
    fig,
    "larger_models",
    f"Digits 4 and 9, {n_train} samples, one label in ten wrong; medians and quartiles of {draws} draws of random "
    "Fourier features; dashed: the kernel, D → ∞. Dotted: as many features as samples.",
)
typical = {name: np.median(c, axis=0) for name, c in curves.items()}
peak = int(np.flatnonzero(numbers == n_train)[0])
hw.record(
    "digits, smallest norm: median test error at D = n over that of the largest model",
    typical["smallest norm"][peak] / typical["smallest norm"][-1], anchor="the peak", at_least=3,
)  # fmt: skip
hw.record(
    f"digits, smallest norm: test error at D = {numbers[-1]:,} over the kernel's",
    *np.array(average(curves["smallest norm"][:, -1])) / limits["smallest norm"], anchor="theory: 1 as D → ∞",
    expected=1, within=size(0.25, 1.5),
)  # fmt: skip
hw.record(
    "digits, smallest norm: least median error beyond the peak over the least before it",
    typical["smallest norm"][peak + 1 :].min() / typical["smallest norm"][:peak].min(),
    anchor="below 1: the large models win", at_most=1.0,
)  # fmt: skip
hw.record(
    "digits, with a penalty: largest rise of the median error from one size to the next, relative",
    (typical["with a penalty"][1:] / typical["with a penalty"][:-1] - 1).max(),
    anchor="no peak; the draws of features scatter", at_most=size(0.05, 0.15),
)  # fmt: skip

# %% [markdown]
# # 7. Bayes
#
# ## 7.1 Priors that are forgotten
#
# So far a parameter was a number and its estimate a random variable. Bayes' rule turns the question round: given
# *these* data, how probable is each value of the parameter?
#
# $$p(\theta | x) = \frac{p(x | \theta)\, p(\theta)}{p(x)}, \qquad p(x) = \int p(x | \theta)\, p(\theta)\, d\theta.$$
#
# One has to say beforehand what one holds for probable, the *prior* $p(\theta)$; what comes out is the *posterior*. The
# normalisation $p(x)$ is the **evidence**: how probable the data were, all values of the parameter considered. If the
# prior has the right form, *conjugate* to the likelihood, the posterior has it too, and learning is arithmetic: heads
# seen before and heads seen now are simply added.
#
# *What to look at:* three of these pairs. A coin that shows heads with the probability 0.3; the $\alpha$ particles that
# Rutherford and Geiger counted in 1910, in 2,608 intervals of 7.5 s (a table of counts; here in random order); and
# Cavendish's 29 measurements of the density of the Earth (1798), of unknown mean *and* error. Three people begin with
# different convictions. After a few hundred data they agree: the likelihood grows with $n$, the prior does not.

# %%
from abinitio.statistics import beta_binomial_posterior, gamma_poisson_posterior, normal_inverse_gamma_posterior

rng = np.random.default_rng(71)
throws = rng.random(1000) < 0.3
intervals = np.array([57, 203, 383, 525, 532, 408, 273, 139, 45, 27, 10, 4, 0, 1, 1])  # with 0, 1, 2 ... particles
particles = rng.permutation(np.repeat(np.arange(15), intervals))
cavendish = np.array(
    "5.50 5.61 4.88 5.07 5.26 5.55 5.36 5.29 5.58 5.65 5.57 5.53 5.62 5.29 5.44 "
    "5.34 5.79 5.10 5.27 5.39 5.42 5.47 5.63 5.34 5.46 5.30 5.75 5.68 5.85".split(),
    dtype=float,
)  # times the density of water


def coin(prior, n):
    """Mean and standard deviation of the posterior after n throws."""
    a, b = beta_binomial_posterior(*prior, throws[:n].sum(), n)
    return a / (a + b), np.sqrt(a * b / (a + b + 1)) / (a + b)


def decay(prior, n):
    """The same after n intervals."""
    a, b = gamma_poisson_posterior(*prior, particles[:n])
    return a / b, np.sqrt(a) / b


def earth(prior, n):
    """The same after n measurements: Student's law about m, with 2a degrees of freedom."""
    m, kappa, a, b = normal_inverse_gamma_posterior(*prior, cavendish[:n])
    return m, np.sqrt(b / (kappa * (a - 1)))


pairs = (
    (coin, [(1, 1), (20, 20), (8, 1)], 1000, 0.3, "probability of heads", (0, 1.05)),
    (decay, [(0.5, 0.1), (20, 10), (30, 5)], 2608, None, "particles in 7.5 s", (1.5, 8)),
    (earth, [(5, 0.01, 1.5, 0.05), (3, 2, 1.5, 0.05), (7, 5, 1.5, 0.5)], 29, 5.513, "density of the Earth", (4, 8.2)),
)
fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE))
for ax, (pair, priors, most, truth, name, limits) in zip(axes, pairs):
    counts = np.unique(np.round(np.geomspace(1, most, 40)).astype(int))
    for prior, color, style in zip(priors, (BLUE, VERMILION, GREEN), ("-", "--", "-.")):
        mean, deviation = np.array([pair(prior, n) for n in counts]).T
        label = ", ".join(f"{p:g}" for p in prior)
        ax.plot(counts, mean, color=color, ls=style, label=f"prior ({label})")
        ax.fill_between(counts, mean - deviation, mean + deviation, color=color, alpha=0.2, lw=0)
    if truth:
        ax.axhline(truth, color="0.3", lw=0.8, ls=":")
    ax.set(xscale="log", xlabel="data, $n$", ylabel=name, ylim=limits)
    ax.legend(loc="upper right", fontsize=6.5)
hw.show(
    fig,
    "conjugate_priors",
    "Mean and standard deviation (bands) of the posterior against the number of data, for three priors each: "
    "beta and coin; gamma and Poisson (Rutherford and Geiger); normal-inverse-gamma and normal (Cavendish; "
    "unit: the density of water). In brackets: the prior's parameters. Dotted: the coin's probability; today's "
    "density of the Earth, 5.513.",
)
near(
    "Cavendish: density of the Earth, posterior mean and standard deviation", earth((5, 0.01, 1.5, 0.05), 29), 5.513,
    "today's value; the mean of his: 5.448; error: the posterior's", unit="of water",
)  # fmt: skip
hw.record(
    "Rutherford and Geiger: particles in 7.5 s, posterior mean and standard deviation", *decay((0.5, 0.1), 2608),
    anchor="mean of their table: 3.87", expected=3.87, within=0.005,
)  # fmt: skip

# %% [markdown]
# ## 7.2 A posterior for a curve
#
# A linear model, $y = Xw$ + errors of variance $\sigma^2$, with the prior $w_j \sim N(0, \tau^2)$: a Gaussian times a
# Gaussian. The exponent is a quadratic form in $w$; complete the square.
#
# **Exercise 7.** Write the mean and the covariance of the posterior.

# %% exercise
from abinitio.statistics.bayesian_regression import linear_posterior

# %% [markdown]
# **Pen and paper K.** The most probable $w$ minimises $|y - Xw|^2 + \alpha |w|^2$ (ridge regression, homework 1). With
# which $\alpha$? A penalty *is* a prior. (And a prior $\propto e^{-|w_j|/b}$, Laplace's, is the lasso.)

# %%
judge("penalty of a prior", answer="")  # your alpha, from sigma and tau

# %% [markdown]
# *What to look at:* a polynomial of degree nine through few points. Least squares would have nothing to say with four;
# the posterior does: the curve is well known where there are data, and nowhere else. The thin curves are draws from the
# posterior, each of them a possible truth. Their spread *is* the error.

# %%
from abinitio.linear_model.basis import polynomial_basis
from abinitio.linear_model.ridge import ridge_coefficients
from abinitio.statistics import linear_predictive

rng = np.random.default_rng(75)
sigma, tau, w_true = 0.2, 1.0, np.array([0.3, -1.4, -0.6, 1.9])
truth = lambda x: polynomial_basis(x, 3) @ w_true
x_all = rng.uniform(-1, 1, 60)
y_all = truth(x_all) + sigma * rng.standard_normal(60)
x_all[:4] = (-0.85, -0.5, -0.2, 0.3)
y_all[:4] = truth(x_all[:4]) + sigma * rng.standard_normal(4)
fine = np.linspace(-1, 1, 201)
F = polynomial_basis(fine, 9)


def draws_of(mean, covariance, m, rng):
    """m draws from a normal law."""
    return rng.multivariate_normal(mean, covariance, m, method="svd", check_valid="ignore")


fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE), sharey=True)
for ax, n in zip(axes, (0, 4, 60)):
    mean, covariance = linear_posterior(polynomial_basis(x_all[:n], 9), y_all[:n], sigma**2, tau**2)
    curve, variance = linear_predictive(F, mean, covariance, 0.0)
    ax.plot(fine, F @ draws_of(mean, covariance, 6, rng).T, color=SKY, lw=0.7)
    ax.fill_between(fine, curve - 2 * np.sqrt(variance), curve + 2 * np.sqrt(variance), color=BLUE, alpha=0.15, lw=0)
    ax.plot(fine, curve, color=BLUE, label="posterior mean")
    ax.plot(fine, truth(fine), color="0.2", ls="--", lw=0.9, label="truth")
    draw_measurements(ax, x_all[:n], y_all[:n], np.full(n, sigma))
    ax.set(xlabel="$x$", ylim=(-4, 4))
    ax.set_title("prior" if n == 0 else f"{n} measurements")
axes[0].set_ylabel("$y$")
axes[0].legend(loc="upper center")
hw.show(
    fig,
    "posterior_of_a_curve",
    "A polynomial of degree 9: prior N(0, 1) of every coefficient, and posterior after 4 and 60 measurements. "
    "Band: ± 2 standard deviations; thin: six draws; dashed: the curve from which the data are (degree 3, "
    "errors 0.2).",
)

# %%
X = polynomial_basis(x_all, 9)
mean, covariance = linear_posterior(X, y_all, sigma**2, tau**2)
alpha = value("penalty of a prior", sigma=sigma, tau=tau)
hw.record(
    "posterior mean: largest deviation from ridge regression", np.abs(mean - ridge_coefficients(X, y_all, alpha)).max(),
    anchor="pen and paper K", at_most=1e-9,
)  # fmt: skip
draws = draws_of(mean, covariance, size(20_000, 4000), rng) - mean
distances = np.einsum("ij,jk,ik->i", draws, np.linalg.pinv(covariance, hermitian=True), draws)
hw.record(
    "draws from the posterior: mean squared distance, in units of its covariance", *average(distances),
    anchor="theory: χ² with 10 degrees of freedom; target: 4 standard errors", expected=10,
    within=4 * np.sqrt(20 / len(draws)),
)  # fmt: skip
experiments, held = times(400, 100), []
for _ in range(experiments):  # worlds drawn from the prior
    w, x = tau * rng.standard_normal(10), rng.uniform(-1, 1, 15)
    X = polynomial_basis(x, 9)
    y = X @ w + sigma * rng.standard_normal(15)
    curve, variance = linear_predictive(F, *linear_posterior(X, y, sigma**2, tau**2), 0.0)
    held.append(np.mean(np.abs(curve - F @ w) <= 1.6449 * np.sqrt(np.maximum(variance, 0))))
near(
    "share of a curve that lies in the band of 90 % probability", average(held), 0.9,
    f"theory: exactly 0.9 if the prior is true; {experiments:,} curves drawn from it",
)  # fmt: skip

# %% [markdown]
# ## 7.3 Occam's razor
#
# Which degree? The evidence of a linear model is the density of *all* data under $N(0,\, \sigma^2 1 + \tau^2 X
# X^\top)$. A model that is too simple cannot produce the data. One that is too flexible can produce them and a lot else
# besides, and has spread its probability over it. No penalty was put in by hand.
#
# **Pen and paper L.** One quantity $\theta$ with the prior $N(0, \tau^2)$ is measured once, with the error $\sigma$:
# the result is $y$. What is the logarithm of the evidence, $\ln p(y)$? (No integral is needed: what is the law of a
# sum?)

# %%
judge("evidence of one measurement", answer="")  # your ln p(y), from y, sigma, tau

# %% [markdown]
# **Exercise 8.** Write the log evidence. Use the posterior, $d$ by $d$, not the covariance of the data, $n$ by $n$.
# What you need is $|y - Xm|^2/\sigma^2 + |m|^2/\tau^2$ and a determinant: $\det(\sigma^2 1_n + \tau^2 XX^\top) =
# \sigma^{2n} \tau^{2d} / \det \Sigma$.

# %% exercise
from abinitio.statistics.bayesian_regression import linear_log_evidence

# %% [markdown]
# *What to look at:* the truth has degree three. The training error falls with every degree (left, squares); the error
# on new data (circles) has its minimum near three, a flat one; the evidence (right) has its maximum there, and was
# computed from the training data alone. The steep side is the missing power; the gentle slope to the right is Occam's
# factor.

# %%
from scipy.stats import multivariate_normal

rng = np.random.default_rng(73)  # the curve, its errors sigma and the prior's tau are those of 7.2
degrees, experiments, n = np.arange(10), times(150, 25), 50
x_new = rng.uniform(-1, 1, 1000)
y_new = truth(x_new) + sigma * rng.standard_normal(1000)
X_new = polynomial_basis(x_new, 9)
errors = np.empty((3, experiments, len(degrees)))  # training, new, log evidence
for trial in range(experiments):
    x = rng.uniform(-1, 1, n)
    y = truth(x) + sigma * rng.standard_normal(n)
    for degree in degrees:
        X = polynomial_basis(x, degree)
        mean, _ = linear_posterior(X, y, sigma**2, tau**2)
        new = np.mean((y_new - X_new[:, : degree + 1] @ mean) ** 2)
        evidence = linear_log_evidence(X, y, sigma**2, tau**2)
        errors[:, trial, degree] = np.mean((y - X @ mean) ** 2), new, evidence

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
draw_spread(left, degrees, errors[0], color=VERMILION, marker="s", label="training data", error_of_mean=True)
draw_spread(left, degrees, errors[1], color=BLUE, label="new data", error_of_mean=True)
left.axhline(sigma**2, color="0.4", lw=0.8, ls=":", label=r"$\sigma^2$")
left.set(xlabel="degree", ylabel="mean squared error", yscale="log")
left.legend()
draw_spread(right, degrees, errors[2] - errors[2][:, 3:4], color=GREEN, marker="^")
right.axhline(0, color="0.4", lw=0.8, ls=":")
right.set(xlabel="degree", ylabel="log evidence, less that of degree 3 (nats)", yscale="symlog", ylim=(-200, 5))
for ax in (left, right):
    ax.set_xticks(degrees)
hw.show(
    fig,
    "occam",
    f"Polynomials through {n} measurements of a cubic, posterior mean. Left: squared error on these and on new "
    f"data. Right: log evidence, less that of degree 3 (linear between ±1). {experiments:,} experiments: means "
    "with standard errors (left), with standard deviations (right).",
)
y, X = y_all[:12], polynomial_basis(x_all[:12], 5)
by_data = multivariate_normal.logpdf(y, np.zeros(12), sigma**2 * np.eye(12) + tau**2 * X @ X.T)
hw.record(
    "log evidence: deviation from the density of the data", linear_log_evidence(X, y, sigma**2, tau**2) - by_data,
    unit="nats", anchor="scipy.stats.multivariate_normal, 12 measurements", expected=0, within=1e-8,
)  # fmt: skip
by_hand = lambda m, s, t: value("evidence of one measurement", y=m, sigma=s, tau=t)
evidence_of = lambda m, s, t: linear_log_evidence(np.ones((1, 1)), np.array([m]), s**2, t**2)
hw.record(
    "one measurement: largest deviation of the log evidence from pen and paper L",
    max(abs(evidence_of(*one) - by_hand(*one)) for one in ((0.3, 0.5, 2.0), (-4.0, 1.0, 0.3), (2.0, 3.0, 1.0))),
    unit="nats", anchor="pen and paper L, three cases", at_most=1e-10,
)  # fmt: skip
hw.record(
    "share of experiments in which degree 3 has the largest evidence", *average(errors[2].argmax(axis=1) == 3),
    anchor=f"by chance 0.1; {experiments:,} experiments", at_least=0.5,
)  # fmt: skip

# %% [markdown]
# ## 7.4 Evidence sets the penalty
#
# If $\sigma^2$ and $\tau^2$ are unknown too, take those of largest evidence. Set its derivatives to zero, and a fixed
# point appears (D. MacKay, 1992): $\sigma^2 = |y - Xm|^2/(n - \gamma)$ and $\tau^2 = |m|^2/\gamma$, where $\gamma = d -
# \mathrm{tr}\,\Sigma/\tau^2$ counts the coefficients that the data determine. It is $n - 1$ of section 1, grown up. EM
# (expectation maximisation, section 11) climbs the same hill, never down, in small steps.
#
# *What to look at:* left, the hill, and both ways up. Right, 442 patients with diabetes, ten features with their
# squares and products: against the penalty $\alpha = \sigma^2/\tau^2$, the evidence (fitted once, to all data) and
# ten-fold cross-validation (fitted ten times) have their optima near each other.

# %%
from sklearn.linear_model import BayesianRidge as TheirBayesianRidge
from sklearn.linear_model import Ridge as TheirRidge
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from abinitio.data import load_diabetes
from abinitio.statistics import BayesianRidge, expectation_maximisation_step, mackay_step, maximise_evidence

x, y = x_all[:40], y_all[:40]
X = polynomial_basis(x, 7)
start = (1.0, 0.05)
climb = lambda step, n: np.array([start, *islice(maximise_evidence(step, X, y, *start), n)])
mackay, em = climb(mackay_step, 30), climb(expectation_maximisation_step, size(300, 100))
noises, priors = np.geomspace(0.015, 1.5, 60), np.geomspace(0.015, 10, 60)
hill = np.array([[linear_log_evidence(X, y, s, t) for s in noises] for t in priors])

patients = load_diabetes()
Z, (rows, columns) = (patients.X - patients.X.mean(axis=0)) / patients.X.std(axis=0), np.triu_indices(10)
features = np.delete(np.column_stack([Z, Z[:, rows] * Z[:, columns]]), 20, axis=1)  # sex has two values: no square
Z = (features - features.mean(axis=0)) / features.std(axis=0)
z = patients.y - patients.y.mean()
penalties = np.geomspace(1, 3000, size(25, 12))
noise_of = lambda alpha: float(z @ (z - Z @ ridge_coefficients(Z, z, alpha))) / len(z)  # σ² of largest evidence
evidences = np.array([linear_log_evidence(Z, z, noise_of(a), noise_of(a) / a) for a in penalties])
parts = np.random.default_rng(74).permutation(len(z)) % 10
ridge = lambda alpha: make_pipeline(StandardScaler(), TheirRidge(alpha=alpha))
held_out = lambda alpha: cross_val_predict(ridge(alpha), features, patients.y, cv=PredefinedSplit(parts))
by_folds = np.array([np.sqrt(np.mean((patients.y - held_out(alpha)) ** 2)) for alpha in penalties])
model = BayesianRidge(tol=1e-8).fit(Z, patients.y)
by_evidence = model.lambda_ / model.alpha_

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
levels = np.nanmax(hill) - np.array([60, 40, 25, 15, 8, 4, 2, 0.5])
left.contour(noises, priors, hill, levels=levels, colors="0.6", linewidths=0.7)
left.plot(*em.T, ".-", color=VERMILION, lw=0.8, ms=3, label="expectation maximisation")
left.plot(*mackay.T, "o-", color=BLUE, lw=0.8, ms=4, label="MacKay")
left.set(xscale="log", yscale="log", xlabel=r"noise $\sigma^2$", ylabel=r"prior $\tau^2$", ylim=(0.015, 10))
left.legend(loc="upper right", frameon=True, edgecolor="none", framealpha=0.9)
right.plot(penalties, evidences - evidences.max(), color=GREEN, label="log evidence")
right.axvline(by_evidence, color=GREEN, ls=":", lw=1)
right.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel="log evidence below its largest (nats)", ylim=(-20, 8))
other = right.twinx()
other.spines["right"].set_visible(True)
other.plot(penalties, by_folds, color=BLUE, ls="--", label="cross-validation")
other.plot(penalties[by_folds.argmin()], by_folds.min(), "o", color=BLUE)
other.set(ylabel="error, ten folds (root mean square)", ylim=(by_folds.min() - 0.15, by_folds.min() + 5))
handles = [a + b for a, b in zip(right.get_legend_handles_labels(), other.get_legend_handles_labels())]
right.legend(*handles, loc="upper left")
hw.show(
    fig,
    "evidence_climb",
    f"Left: log evidence of a polynomial of degree 7 through {len(y)} measurements (contours down to 60 nats "
    "below the top) and two ways up; the truth has σ² = 0.04. Right: ridge regression, 442 patients, 64 "
    "features: evidence and cross-validation against the penalty; dotted: MacKay's fixed point; dot: least "
    "error.",
)

# %%
noise, prior = mackay[-1]
slopes = [
    linear_log_evidence(X, y, noise * a, prior * b) - linear_log_evidence(X, y, noise / a, prior / b)
    for a, b in ((1.001, 1), (1, 1.001))
]
hw.record(
    "MacKay's fixed point: slope of the log evidence, per factor e of either variance",
    np.abs(slopes).max() / (2 * np.log(1.001)), unit="nats", anchor="theory: 0; central differences", at_most=1e-3,
)  # fmt: skip
of_em = np.array([linear_log_evidence(X, y, *point) for point in em])
hw.record(
    "EM: smallest change of the log evidence in a step", np.diff(of_em).min(), unit="nats",
    anchor="theory: not below 0", at_least=-1e-9,
)  # fmt: skip
rng, ratio, naive = np.random.default_rng(74), [], []
for _ in range(times(300, 60)):
    A, w = rng.standard_normal((60, 20)), 0.5 * rng.standard_normal(20)
    b = A @ w + sigma * rng.standard_normal(60)
    *_, (noise, prior) = islice(maximise_evidence(mackay_step, A, b, 0.1, 0.1), 20)
    ratio.append(noise / sigma**2)
    naive.append(np.sum((b - A @ linear_posterior(A, b, noise, prior)[0]) ** 2) / (60 * sigma**2))
hw.record(
    "noise of largest evidence over the true σ²", *average(ratio),
    anchor="without a bias to leading order: 1; 60 measurements, 20 coefficients; target: 4 standard errors",
    expected=1, within=4 * np.sqrt(2 / 40 / len(ratio)),
)  # fmt: skip
hw.record(
    "sum of squares over n, over the true σ²", *average(naive),
    anchor="biased: 1 - γ/n, here 2/3, as all 20 are determined; target: 4 standard errors", expected=2 / 3,
    within=4 * 2 / 3 * np.sqrt(2 / 40 / len(naive)),
)  # fmt: skip
theirs = TheirBayesianRidge(tol=1e-8, max_iter=1000).fit(Z, patients.y)
hw.record(
    "BayesianRidge, diabetes: largest deviation of a coefficient from scikit-learn's, over the largest coefficient",
    np.abs(model.coef_ - theirs.coef_).max() / np.abs(theirs.coef_).max(), anchor="sklearn.linear_model.BayesianRidge",
    at_most=1e-5,
)  # fmt: skip
hw.record(
    "diabetes: error of the penalty of largest evidence, over the least of all penalties",
    np.interp(np.log(by_evidence), np.log(penalties), by_folds) / by_folds.min(),
    anchor="ten-fold cross-validation, which may choose; 1 is the least", at_most=1.02,
)  # fmt: skip

# %% [markdown]
# ## 7.5 A posterior that is no Gaussian **[graduate]**
#
# On 28 January 1986 the space shuttle Challenger was launched at 31 °F (-1 °C) and broke apart: cold rubber O-rings did
# not seal. Twenty-three flights had gone before, seven of them with damaged rings, none below 53 °F. Was it to be seen?
# Logistic regression: $P(\text{damage}) = \sigma(a + b\,T)$ (S. Dalal, E. Fowlkes, B. Hoadley, J. Am. Stat. Assoc. 84,
# 945, 1989). The posterior is not normal; but two parameters can be integrated on a grid, so that everything below has
# an exact value to be held against.
#
# Laplace's approximation: the normal law that touches the posterior at its maximum, with the inverse of the Hessian
# for its covariance; and with it an estimate of the evidence, good to a relative $O(1/n)$.
#
# *What to look at:* left, the posterior (areas) is not symmetric, and leaves its approximation (ellipses) at steep
# slopes. Right, the probability of damage at a temperature: what the most probable curve says (dashed), and what is
# left when one admits that $a$ and $b$ are hardly known (line, exact; circles, by Laplace's approximation and a formula
# of MacKay's, which is too careful here at both ends). At 31 °F the most probable curve gives the rings one
# chance in 1,500; with what the data know, it is one in 75.

# %%
from scipy.special import expit

from abinitio.statistics import averaged_probability, laplace_approximation, logistic_joint

temperatures = np.array([66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58])
damaged = np.isin(np.arange(23), (1, 8, 9, 10, 13, 20, 22)).astype(float)
middle, width = temperatures.mean(), temperatures.std()
standard = lambda T: np.column_stack([np.ones(np.size(T)), (np.ravel(T) - middle) / width])
prior_variance = 9.0
by_laplace = laplace_approximation(*logistic_joint(standard(temperatures), damaged, prior_variance), np.zeros(2))


def on_grid(centre, deviations, side=301):
    """Grid of the parameters (side², 2), their probabilities (side²,), the log evidence."""
    axes = [c + s * np.linspace(-9, 9, side) for c, s in zip(centre, deviations)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    z = grid @ standard(temperatures).T
    logs = z @ damaged - np.logaddexp(0, z).sum(axis=1) - (grid**2).sum(axis=1) / (2 * prior_variance)
    logs -= np.log(2 * np.pi * prior_variance)
    top = logs.max()
    p = np.exp(logs - top)
    cell = (axes[0][1] - axes[0][0]) * (axes[1][1] - axes[1][0])
    return grid, p / p.sum(), top + np.log(p.sum() * cell)


deviations = np.sqrt(np.diag(by_laplace.covariance))
grid, posterior, log_evidence = on_grid(by_laplace.mean, deviations)
at = np.linspace(25, 85, 61)
by_mode = expit(standard(at) @ by_laplace.mean)
exact = np.array([posterior @ expit(grid @ x) for x in standard(at)])
by_formula = averaged_probability(standard(at), by_laplace.mean, by_laplace.covariance)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
image = (301, 301)
a, b = grid[:, 0].reshape(image), grid[:, 1].reshape(image)
depth = np.sqrt(-2 * np.log(posterior / posterior.max())).reshape(image)  # of a normal law: the distance in deviations
left.contourf(a, b, depth, levels=[0, 1, 2, 3], colors=[BLUE, SKY, "#CFE8F7"])
offset = grid - by_laplace.mean
distance = np.einsum("ij,jk,ik->i", offset, np.linalg.inv(by_laplace.covariance), offset).reshape(image)
left.contour(a, b, np.sqrt(distance), levels=[1, 2, 3], colors=VERMILION, linewidths=1, linestyles="--")
left.plot(*by_laplace.mean, "+", color="white")
limits = by_laplace.mean[:, None] + deviations[:, None] * np.array([-4.5, 4])
left.set(xlabel=f"logit of damage at {middle:.1f} °F", ylabel="its slope (per 7 °F)", xlim=limits[0], ylim=limits[1])
right.plot(temperatures, damaged, "|", color="0.2", ms=8)
right.plot(at, by_mode, color=VERMILION, ls="--", label="most probable curve")
right.plot(at, exact, color=BLUE, label="average, exact")
right.plot(at[::4], by_formula[::4], "o", color=BLUE, mfc="none", label="average, MacKay")
right.axvline(31, color="0.4", lw=0.8, ls=":")
right.set(xlabel="temperature (°F)", ylabel="probability of damage")
right.legend(loc="center left", bbox_to_anchor=(0.1, 0.35))
hw.show(
    fig,
    "laplace_approximation",
    "Damaged O-rings, 23 flights. Left: posterior (areas; prior N(0, 9) of both parameters) and Laplace's "
    "approximation (dashed), down to e^(-1/2), e^(-2), e^(-9/2) of the top. Right: probability of damage; "
    "strokes: the flights; dotted: 31 °F.",
)

# %%
flat = laplace_approximation(*logistic_joint(standard(temperatures), damaged, 1e8), np.zeros(2))
hw.record(
    "O-rings: slope of greatest likelihood, and its error by the Hessian", flat.mean[1] / width,
    np.sqrt(flat.covariance[1, 1]) / width, unit="per °F",
    anchor="published analyses of the 23 flights: -0.2322 ± 0.1082", expected=-0.2322, within=0.0002,
)  # fmt: skip
hw.record(
    "O-rings: log evidence by Laplace, less the exact one", by_laplace.log_evidence - log_evidence, unit="nats",
    anchor=f"sum over a grid: {log_evidence:.4f}; 23 data", expected=0, within=0.15,
)  # fmt: skip
cold = np.flatnonzero(at == 31)[0]
hw.record(
    "O-rings: probability of damage at 31 °F, averaged over the posterior", exact[cold],
    anchor=f"the most probable curve says {by_mode[cold]:.3f}", at_most=by_mode[cold], at_least=0.5,
)  # fmt: skip

# %% [markdown]
# ## 7.6 Draws instead of integrals **[graduate]**
#
# With more than a few parameters there is no grid. What one needs of a posterior are averages, and for averages draws
# are enough, also correlated ones: a chain that visits every region as often as it is probable (N. Metropolis et al.,
# 1953). Three ways to propose the next state: a step at random (**Metropolis**); along the line through another one of
# an ensemble of walkers (**stretch move**, J. Goodman and J. Weare, 2010), which does not care about units and
# correlations; along a trajectory of Hamilton's equations in the potential $-\ln p$ (**Hamiltonian Monte Carlo**),
# which costs gradients, and goes far.
#
# Has a chain arrived? Start several far apart, and compare the scatter between them with that within: $\hat R$ must
# come down to 1.01 (A. Vehtari et al., 2021). And how many independent draws is it worth? That is its *effective sample
# size*.
#
# *What to look at:* left, the random walk's acceptance, measured, and exactly $2P(t_d > s\sqrt d/2)$; the best step is
# near $2.38/\sqrt d$, where one in four is accepted. Middle and right, ten dimensions, of which one is $\kappa$ times
# as wide as the others: $\hat R$ of the wide one against the calls of the density (of the gradient, for Hamiltonian
# Monte Carlo), and what a call is worth in independent draws. The random walk pays $\kappa^2$, Hamilton pays $\kappa$,
# the stretch move nothing.

# %%
from abinitio.sampling import gaussian_acceptance, hamiltonian_walk, optimal_scale, stretch_walk

rng = np.random.default_rng(76)
normal = lambda x: -0.5 * (x**2).sum(axis=-1)
dimensions, relative = (1, 4, 32), np.array([0.3, 0.7, 1.2, 1.8, 2.4, 3.2, 4.0])
chains, n = 50, times(800, 200)
accepted = np.empty((len(dimensions), len(relative), 2))
for i, d in enumerate(dimensions):
    for j, s in enumerate(relative / np.sqrt(d)):
        walk = random_walk(rng.standard_normal((chains, d)), normal, s, rng)
        accepted[i, j] = average(np.mean([state.acceptance for state in islice(walk, n)], axis=0))

d, kappas = 10, np.array([1.0, 2.0, 4.0, 8.0, 16.0][: size(5, 4)])
per_call, r_hats = {"Metropolis": [], "stretch move": [], "Hamilton": []}, {}
for kappa in kappas:
    wide = np.r_[kappa, np.ones(d - 1)]
    log_p, score = (lambda x, wide=wide: normal(x / wide)), (lambda x, wide=wide: -x / wide**2)
    begin = wide * rng.standard_normal((40, d))
    calls = {"Metropolis": 1, "stretch move": 1, "Hamilton": (1 + np.ceil(2 * kappa)) / 2 + 1}
    walks = {
        "Metropolis": random_walk(begin[:8], log_p, optimal_scale(d), rng),
        "stretch move": stretch_walk(begin, log_p, 2.0, rng),
        "Hamilton": hamiltonian_walk(begin[:8], log_p, score, 0.8, int(np.ceil(2 * kappa)), 1.0, rng),
    }
    for name, walk in walks.items():
        steps = times(2000, 700) * (3 if name == "Metropolis" else 1)
        samples, _ = collect(walk, steps, skip=steps // 10)
        wide_one = samples[:, :, 0]
        per_call[name].append(bulk_effective_sample_size(wide_one) / wide_one.size / calls[name])
        lengths = np.geomspace(10, len(wide_one), size(12, 8)).astype(int)  # r_hats keeps the last, the widest κ
        r_hats[name] = lengths * wide_one.shape[1] * calls[name], [rank_r_hat(wide_one[:m]) - 1 for m in lengths]

# %%
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.38 * PAGE))
scales = np.linspace(0.02, 4.3, 100)
for i, (d, color, marker) in enumerate(zip(dimensions, (BLUE, VERMILION, GREEN), "os^")):
    left.plot(scales, gaussian_acceptance(scales / np.sqrt(d), d), color=color, lw=0.8)
    left.errorbar(relative, *accepted[i].T, fmt=marker, color=color, label=f"$d = {d}$")
left.axvline(2.38, color="0.4", ls=":", lw=0.8)
left.axhline(0.234, color="0.4", ls=":", lw=0.8)
left.set(xlabel=r"scale of the step, times $\sqrt{d}$", ylabel="acceptance", ylim=(0, 1))
left.legend()
for (name, values), color, marker in zip(per_call.items(), (BLUE, GREEN, VERMILION), "o^s"):
    right.plot(kappas, values, marker=marker, color=color, label=name)
    middle.plot(*r_hats[name], marker=marker, ms=2.5, color=color)
middle.axhline(0.01, color="0.4", ls=":", lw=0.8)
middle.set(xscale="log", yscale="log", xlabel="calls", ylabel=rf"$\hat R - 1$, $\kappa = {kappas[-1]:g}$")
right.set(xscale="log", yscale="log", xlabel=r"width of one coordinate, $\kappa$", ylabel="effective draws per call")
right.set_xticks(kappas, [f"{kappa:g}" for kappa in kappas])
right.minorticks_off()
right.legend(loc="lower left")
hw.show(
    fig,
    "samplers",
    "Left: acceptance of the random walk on d standard normal coordinates; lines: exact; dotted: the best scale in "
    "many dimensions, and 0.234. Middle, right: ten dimensions, of which nine have the width 1: rank R-hat of the wide "
    "one (dotted: 1.01), and its bulk effective sample size per call of the density or its gradient.",
)
theory = np.array([[gaussian_acceptance(s / np.sqrt(d), d) for s in relative] for d in dimensions])
largest_pull(
    "random walk: largest deviation of the acceptance from the exact one",
    pulls(accepted.reshape(-1, 2), theory.ravel()), "21 pairs of scale and dimension; normal errors: about 2.3",
)  # fmt: skip
for name, powers in (("Metropolis", (-2.5, -1.2)), ("Hamilton", (-1.5, -0.5)), ("stretch move", (-0.4, 0.4))):
    hw.record(
        f"effective draws per call, {name}: power of κ",
        np.polyfit(np.log(kappas[1:]), np.log(per_call[name][1:]), 1)[0],
        anchor="scaling: " + {"Metropolis": "-2", "Hamilton": "-1", "stretch move": "0, affine invariance"}[name],
        at_least=powers[0], at_most=powers[1],
    )  # fmt: skip
hw.record(
    f"one coordinate {kappas[-1]:g} times as wide: rank R-hat of Hamilton's chains at the end",
    r_hats["Hamilton"][1][-1] + 1, anchor="Vehtari et al. 2021: below 1.01", at_most=size(1.01, 1.05),
)  # fmt: skip

# %% [markdown]
# # 8. Choosing a model
#
# ## 8.1 Criteria
#
# The data that chose the parameters speak well of them: the log-likelihood $\ell$ at its maximum is too large, on
# average by one half for every parameter, and once more by as much when it is held for a forecast. **Akaike's
# criterion**, $\mathrm{AIC} = 2d - 2\ell$, estimates $-2$ times the log-likelihood of *new* data. **Schwarz's**,
# $\mathrm{BIC} = d \ln n - 2\ell$, is what is left of $-2$ times the log evidence for large $n$. And cross-validation
# does not estimate, it measures: every sample is predicted by a model that has never seen it.
#
# **Exercise 9.** Write it, for ridge regression. Nothing that a prediction needs may come from the samples that it is
# made for: neither the coefficients nor the mean, nor the scale of a feature.

# %% exercise
from abinitio.statistics.selection import held_out_predictions

# %% [markdown]
# *What to look at:* how often each rule finds the true degree, a cubic again, of known error. Once the cubic is visible
# at all, only the danger of too many powers is left. Each useless one lowers $-2\ell$ by a $\chi^2$ with one degree of
# freedom, and the choice is a race: does a sum of such steps ever overtake the price? That probability is known exactly
# (F. Spitzer's identity for random walks; R. Shibata, 1976), lines. AIC takes one too many with a probability that no
# amount of data makes smaller: it wants to predict, not to be right. BIC is right in the end. Ten-fold cross-validation
# chooses like AIC; the evidence, whose price of a power grows with the data, goes over to BIC's side.

# %%
from scipy.stats import chi2

from abinitio.statistics import akaike_criterion, bayesian_criterion, corrected_akaike_criterion

rng = np.random.default_rng(81)  # the cubic, its errors sigma and the prior's tau are those of 7.2
top, numbers = 7, np.array([20, 60, 200, 1000][: size(4, 3)])
experiments = times(120, 30)


def never_overtaken(price, steps):
    """The probability that no sum of the first 1 ... steps of (χ² with one degree of freedom - price) is above 0."""
    p = [1.0]  # Spitzer: Σ p_m t^m = exp Σ P(S_k <= 0) t^k / k, so that m p_m = Σ P(S_k <= 0) p_(m-k)
    for m in range(1, steps + 1):
        p.append(sum(chi2.cdf(price * k, k) * p[m - k] for k in range(1, m + 1)) / m)
    return p[-1]


def degrees_chosen(n, rng):
    """The degree of least AIC, BIC and ten-fold loss, and of largest evidence, for n measurements of the cubic."""
    x = rng.uniform(-1, 1, n)
    y = truth(x) + sigma * rng.standard_normal(n)
    parts, scores = rng.permutation(n) % 10, np.empty((4, top))
    for degree in range(1, top + 1):
        X = polynomial_basis(x, degree)
        w = np.linalg.lstsq(X, y, rcond=None)[0]
        log_likelihood = -np.sum((y - X @ w) ** 2) / (2 * sigma**2) - n / 2 * np.log(2 * np.pi * sigma**2)
        loss = np.mean((y - held_out_predictions(X[:, 1:], y, 0.0, parts)) ** 2)
        criteria = akaike_criterion(log_likelihood, degree + 1), bayesian_criterion(log_likelihood, degree + 1, n)
        scores[:, degree - 1] = *criteria, loss, -linear_log_evidence(X, y, sigma**2, tau**2)
    return scores.argmin(axis=1) + 1


chosen = np.array([[degrees_chosen(n, rng) for _ in range(experiments)] for n in numbers])  # (numbers, experiments, 4)
right_one = chosen == 3
rules = ("AIC", "BIC", "ten folds", "evidence")
exact = {
    "AIC": [never_overtaken(2.0, top - 3)] * len(numbers),
    "BIC": [never_overtaken(np.log(n), top - 3) for n in numbers],
}
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
for i, (name, color, marker) in enumerate(zip(rules, (BLUE, VERMILION, GREEN, ORANGE), "os^D")):
    means, bars = np.array([average(right_one[j, :, i]) for j in range(len(numbers))]).T
    left.errorbar(numbers * 1.04**i, means, bars, fmt=marker, color=color, label=name)
    shares_of = [np.mean(chosen[-1, :, i] == degree) for degree in range(1, top + 1)]
    right.plot(range(1, top + 1), shares_of, marker=marker, color=color, lw=0.8, label=name)
for name, color in (("AIC", BLUE), ("BIC", VERMILION)):
    left.plot(numbers, exact[name], color=color, lw=0.8, ls="--")
left.set(xscale="log", xlabel="measurements, $n$", ylabel="share that chooses degree 3", ylim=(0, 1.05))
left.legend(loc="lower right", ncols=2)
right.set(xlabel="degree chosen", ylabel="share", ylim=(-0.02, 1.05))
right.set_xticks(range(1, top + 1))
hw.show(
    fig,
    "criteria",
    f"Left: how often the degree of a cubic is found, of 1 to {top}; {experiments:,} experiments each, binomial "
    f"errors; dashed: exact, if no lower degree is chosen. Right: the degrees chosen with {numbers[-1]:,} "
    "measurements.",
)

# %%
for i, name in enumerate(rules[:2]):
    mean, error = average(right_one[-1, :, i])
    hw.record(
        f"{name}, {numbers[-1]:,} measurements: share that chooses degree 3", mean, error,
        anchor="exact, by Spitzer's identity; target: 4 standard errors", expected=exact[name][-1],
        within=4 * np.sqrt(exact[name][-1] * (1 - exact[name][-1]) / experiments),
    )  # fmt: skip
rng, by_aic, by_aicc, n = np.random.default_rng(82), [], [], 20
x = np.linspace(-1, 1, n)
X = polynomial_basis(x, 5)
for _ in range(times(4000, 1000)):
    y, new = truth(x) + sigma * rng.standard_normal((2, n))
    rest = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    log_density = lambda r, s2: -np.sum(r**2) / (2 * s2) - n / 2 * np.log(2 * np.pi * s2)
    fitted = new - y + rest
    by_aic.append(akaike_criterion(log_density(rest, sigma**2), 6) + 2 * log_density(fitted, sigma**2))
    s2 = np.mean(rest**2)
    by_aicc.append(corrected_akaike_criterion(log_density(rest, s2), 7, n) + 2 * log_density(fitted, s2))
near(
    "AIC less -2 log-likelihood of new data, error known", average(by_aic), 0,
    "theory: 0 on average; degree 5, 20 measurements",
)  # fmt: skip
near("AICc less -2 log-likelihood of new data, error fitted", average(by_aicc), 0, "theory: 0 on average, exactly")

# %% [markdown]
# ## 8.2 The least of many
#
# A loss measured by ten folds has an error: the ten scatter. Where a whole range of models is equally good within it,
# take the simplest: the *one-standard-error rule* (L. Breiman et al., 1984). It is a rule of thumb, but it guards
# against the small print: the least of many noisy losses is, on average, too small. Whoever quotes the loss that led to
# a choice flatters himself. Judge the choice by samples that had no say in it: an outer cross-validation around the
# inner one, **nested**.
#
# *What to look at:* left, the patients of 7.4 again, 64 features, the same ten parts. Right, targets that are pure
# noise, and features that know nothing of them; the model may choose *one*. The more it may choose from, the better the
# chosen one seems (squares). On new data it is no better than none (line). The nested loss (circles) says so.

# %%
from sklearn.base import BaseEstimator, RegressorMixin

from abinitio.statistics import cross_validated_losses, k_fold_splits, nested_cross_validation
from abinitio.statistics import one_standard_error_choice


class OneFeature(RegressorMixin, BaseEstimator):
    """A line through the mean, in one of the features."""

    def __init__(self, feature=0):
        self.feature = feature

    def fit(self, X, y):
        x = X[:, self.feature]
        self.x0_, self.y0_ = x.mean(), y.mean()
        self.slope_ = (x - self.x0_) @ (y - self.y0_) / np.sum((x - self.x0_) ** 2)
        return self

    def predict(self, X):
        return self.y0_ + self.slope_ * (X[:, self.feature] - self.x0_)


squares = lambda y, y_pred: np.mean((y - y_pred) ** 2)
penalties = np.geomspace(1, 3000, size(25, 12))[::-1]  # the simplest model first
per_part = np.empty((len(penalties), 10))
for i, alpha in enumerate(penalties):
    left_over = (patients.y - held_out_predictions(features, patients.y, alpha, parts)) ** 2
    per_part[i] = [left_over[parts == part].mean() for part in range(10)]
means, bars = per_part.mean(axis=1), per_part.std(axis=1, ddof=1) / np.sqrt(10)
best, simple = means.argmin(), one_standard_error_choice(per_part)

rng, candidates, n = np.random.default_rng(83), np.array([1, 3, 10, 30][: size(4, 3)]), 40
least, nested, true_loss = np.empty((3, len(candidates), times(40, 8)))
for i, m in enumerate(candidates):
    models = [OneFeature(j) for j in range(m)]
    for trial in range(least.shape[1]):
        X, y = rng.standard_normal((n, m)), rng.standard_normal(n)
        losses = cross_validated_losses(models, X, y, k_fold_splits(n, 5, rng), squares).mean(axis=1)
        least[i, trial] = losses.min()
        nested[i, trial] = nested_cross_validation(models, X, y, squares, 5, 5, rng)[0].mean()
        model = models[losses.argmin()].fit(X, y)
        # on new data, exactly: noise of variance 1, and what the fitted line is off the true one, which is 0
        true_loss[i, trial] = 1 + (model.y0_ - model.slope_ * model.x0_) ** 2 + model.slope_**2

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
left.errorbar(penalties, means, bars, fmt="o", ms=3, color=BLUE, label="ten folds, standard error")
left.axhspan(means[best] - bars[best], means[best] + bars[best], color=SKY, alpha=0.25, lw=0)
left.plot(penalties[best], means[best], "s", ms=6, color=VERMILION, label="least")
left.plot(penalties[simple], means[simple], "^", ms=6, color=GREEN, label="one standard error")
left.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel="mean squared error")
left.legend(loc="upper center")
draw_spread(right, candidates, least.T, color=VERMILION, marker="s", label="least of five folds", error_of_mean=True)
draw_spread(right, candidates, nested.T, color=BLUE, label="nested", error_of_mean=True)
draw_spread(right, candidates, true_loss.T, color="0.3", marker="", label="on new data", error_of_mean=True)
right.axhline(1, color="0.5", lw=0.8, ls=":")
right.set(xscale="log", xlabel="features to choose from", ylabel="squared error / variance of $y$")
right.set_xticks(candidates, candidates)
right.minorticks_off()
right.legend(loc="lower left")
hw.show(
    fig,
    "least_of_many",
    "Left: ridge regression of 442 patients, 64 features; band: one standard error about the least loss. Right: "
    f"one of several useless features, chosen by five folds from {n} samples; means of {least.shape[1]:,} data "
    "sets with standard errors; dotted: a model that says nothing.",
)

# %%
hw.record(
    "held-out predictions: largest relative deviation from scikit-learn's",
    np.abs(held_out_predictions(features, patients.y, 30.0, parts) / held_out(30.0) - 1).max(),
    anchor="StandardScaler and Ridge in a pipeline, the same parts", at_most=1e-8,
)  # fmt: skip
flattery = least[-1] / true_loss[-1]
hw.record(
    f"least of {candidates[-1]} cross-validated losses, over the loss on new data", *average(flattery),
    anchor="an honest estimate has 1 on average", at_most=0.95,
)  # fmt: skip
difference = nested[-1] - true_loss[-1]
near(
    "nested loss less the loss on new data", average(difference), 0.02,
    "0, or a little above: its models learn from 32 of the 40",
)  # fmt: skip

# %% [markdown]
# ## 8.3 Leakage
#
# Thousands of genes, fifty patients. Choose the ten genes that agree best with the diagnosis; then cross-validate a
# classifier on these ten. It works splendidly, in print too, and it works on pure noise: the test patients had a say in
# the choice (C. Ambroise and G. McLachlan, 2002). *Every* step that looks at the data belongs inside the folds.
#
# *What to look at:* features and diagnosis by the toss of a coin. The honest way stays at one half, whatever the number
# of genes. (A leak that is easily overlooked: standardise first, split afterwards. The test samples have shifted the
# mean that they are measured against. That is why exercise 9 scales anew in each fold.)

# %%
from abinitio.statistics import leaky_and_honest_accuracy

rng, genes = np.random.default_rng(84), np.array([20, 100, 500, 2500][: size(4, 3)])
accuracies = np.empty((len(genes), times(40, 12), 2))
for i, d in enumerate(genes):
    for trial in range(accuracies.shape[1]):
        X, y = rng.standard_normal((50, d)), rng.integers(0, 2, 50)
        accuracies[i, trial] = leaky_and_honest_accuracy(X, y, 10, 5, rng)

fig, ax = plt.subplots(figsize=(0.6 * PAGE, 0.38 * PAGE))
for shown, name, color, marker in zip(
    accuracies.T, ("chosen once, from all", "chosen in each fold"), (VERMILION, BLUE), "so"
):
    draw_spread(ax, genes, shown, color=color, marker=marker, label=name, error_of_mean=True)
ax.axhline(0.5, color="0.4", ls=":", lw=0.8)
ax.set(xscale="log", xlabel="genes that know nothing", ylabel="share right, five folds", ylim=(0.3, 1.05))
ax.legend(loc="center right")
hw.show(
    fig,
    "leakage",
    f"Ten of many useless features, 50 samples, {accuracies.shape[1]:,} data sets each; means with standard errors; "
    "dotted: chance.",
)
hw.record(
    f"ten of {genes[-1]:,} useless features, chosen from all samples: share right", *average(accuracies[-1, :, 0]),
    anchor="the truth is 0.5", at_least=0.8,
)  # fmt: skip
near("the same, chosen in each fold", average(accuracies[-1, :, 1]), 0.5, "exact: 0.5")

# %% [markdown]
# # 9. The bootstrap
#
# ## 9.1 The sample as the world
#
# How large is the error of a median, of a correlation, of whatever number your analysis ends with? Propagation of
# errors is laborious, often impossible. B. Efron's idea (1979): you do not know the law that the data come from, but
# the data are its best picture. Draw from *them*: $n$ values out of $n$, *with* replacement; compute the number again;
# repeat. The scatter of the results is the standard error.
#
# **Exercise 10.** Write the draws.

# %% exercise
from abinitio.statistics.resampling import bootstrap_samples

# %% [markdown]
# **Pen and paper M.** With which probability is a given value of the sample *not* among the $n$ drawn? (And for large
# $n$?)

# %%
judge("a value left out", answer="")  # your probability, from n

# %% [markdown]
# *What to look at:* left, the share of values left out, dots, and pen and paper M. Middle, Cavendish's 29 measurements:
# the bootstrap's mean is normal; the median can only be one of the values, and its distribution is a comb: a standard
# error it has, but the shape is not to be taken literally. Right, does the error come out right? Against the truth,
# known here: for the mean, for the median and for a correlation, close to 1 on average, and with a scatter of its own.
# (The *jackknife* leaves out one value at a time, in place of drawing. It is as good where a statistic is smooth; for
# the median it fails, for any $n$: the table below.)

# %%
from abinitio.statistics import bootstrap_estimates, jackknife_bias_and_error

rng = np.random.default_rng(91)
mean_of, median_of = (lambda x: x.mean(axis=-1)), (lambda x: np.median(x, axis=-1))
sizes, repeats = np.array([1, 2, 3, 5, 10, 30, 100]), times(2000, 500)
left_out = []
for n in sizes:
    drawn = bootstrap_samples(np.arange(n), repeats, rng)
    left_out.append(average(np.mean(drawn != 0, axis=1) == 1))  # the first value is in none of the n places
statistics = {"mean": mean_of, "median": median_of}
earths = {name: bootstrap_estimates(cavendish, f, size(20_000, 4000), rng) for name, f in statistics.items()}


def correlation(pairs):
    """Correlation of complex numbers x + iy along the last axis: pairs that stay together when they are drawn."""
    z = pairs - pairs.mean(axis=-1, keepdims=True)
    return np.sum(z.real * z.imag, axis=-1) / np.sqrt(np.sum(z.real**2, axis=-1) * np.sum(z.imag**2, axis=-1))


def correlated(n, rng, rho=0.6):
    """n pairs of correlation rho, as complex numbers."""
    x, e = rng.standard_normal((2, n))
    return x + 1j * (rho * x + np.sqrt(1 - rho**2) * e)


n, experiments, draws = 51, times(150, 30), size(400, 200)
many = correlation(np.array([correlated(n, rng) for _ in range(size(10_000, 2000))]))
true_errors = {
    "mean": 1 / np.sqrt(n), "median": np.sqrt(median_moments(norm.ppf, n)[1]), "correlation": many.std()
}  # fmt: skip
kinds = (("mean", mean_of, None), ("median", median_of, None), ("correlation", correlation, correlated))
ratios = {name: [] for name in true_errors}
for _ in range(experiments):
    for name, statistic, draw in kinds:
        sample = draw(n, rng) if draw else rng.standard_normal(n)
        ratios[name].append(bootstrap_estimates(sample, statistic, draws, rng).std(ddof=1) / true_errors[name])

fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.34 * PAGE))
means, bars = np.array(left_out).T
axes[0].errorbar(sizes, means, bars, fmt="o", color=BLUE)
axes[0].plot(sizes, [value("a value left out", n=int(n)) for n in sizes], color="0.3", lw=0.8, label="pen and paper M")
axes[0].axhline(np.exp(-1), color="0.5", ls=":", lw=0.8, label="1/e")
axes[0].set(xscale="log", xlabel="size of the sample, $n$", ylabel="probability to be left out")
axes[0].legend(loc="lower right")
bins = np.arange(5.295, 5.605, 0.01)
for (name, values), color in zip(earths.items(), (BLUE, ORANGE)):
    axes[1].hist(values, bins, density=True, histtype="stepfilled", color=color, alpha=0.6, label=name)
axes[1].plot(bins, norm.pdf(bins, cavendish.mean(), cavendish.std() / np.sqrt(29)), color=BLACK, lw=0.9)
axes[1].set(xlabel="density of the Earth (of water)", ylabel="density")
axes[1].legend()
axes[2].boxplot(list(ratios.values()), widths=0.5, whis=(5, 95), showfliers=False, medianprops={"color": VERMILION})
axes[2].axhline(1, color="0.4", ls=":", lw=0.8)
axes[2].set_xticks((1, 2, 3), ratios)
axes[2].set(ylabel="bootstrap's error / true error", ylim=(0, 2.2))
hw.show(
    fig,
    "bootstrap",
    f"Left: how often a value is in none of the places of a bootstrap sample ({repeats:,} samples each, binomial "
    "errors). Middle: bootstrap of Cavendish's measurements; line: normal law of the mean. Right: standard "
    f"errors of samples of {n} normal values or pairs (correlation 0.6), {experiments:,} samples each; whiskers "
    "from 5 % to 95 %.",
)

# %%
hw.record(
    "ten values: probability to be left out of a bootstrap sample", *left_out[4],
    anchor="pen and paper M; target: 4 standard errors", expected=value("a value left out", n=10),
    within=4 * np.sqrt(0.35 * 0.65 / repeats),
)  # fmt: skip
exact_error = cavendish.std() / np.sqrt(29)
near(
    "Cavendish: bootstrap's standard error of the mean",
    (earths["mean"].std(ddof=1), exact_error / np.sqrt(2 * len(earths["mean"]))), exact_error,
    "exact for many draws: √(Σ(x - x̄)²)/n", unit="of water",
)  # fmt: skip
bias, _ = jackknife_bias_and_error(cavendish, lambda x: x.var(axis=-1))
hw.record(
    "Cavendish: jackknife's bias of the variance with 1/n, over -s²/n", bias / (-cavendish.var(ddof=1) / 29),
    anchor="identity: 1; the bias of pen and paper A", expected=1, within=1e-9,
)  # fmt: skip
for name, off in (("mean", 0.05), ("median", 0.25), ("correlation", 0.1)):
    hw.record(
        f"{name} of {n}: bootstrap's standard error over the true one", *average(ratios[name]),
        anchor="theory: 1 for large n", expected=1, within=off + size(0, 0.05),
    )  # fmt: skip
wild = []
for _ in range(experiments):
    wild.append(jackknife_bias_and_error(rng.standard_normal(n), median_of)[1] / true_errors["median"])
near(
    "median: jackknife's variance over the true one", average(np.square(wild)), 1.5,
    "theory: not 1 but ((a + b)/2)², a and b exponential: 3/2 on average (odd n)",
)  # fmt: skip

# %% [markdown]
# ## 9.2 Intervals, and where it all fails
#
# From the same draws, an interval. *Percentile:* the middle 90 % of them. *Basic:* the draws lie about the estimate as
# the estimate does about the truth; mirror them. *BCa:* quantiles corrected for bias, and for an error that depends on
# the value ("acceleration"). A 90 % interval should hold the truth in 90 % of all experiments; let us count.
#
# *What to look at:* left, the mean of an exponential law, a skewed one: with few data all are too short, basic most,
# BCa least. A small sample is a poor picture of the world, and no formula puts in what is not there. Right, the
# standing example of failure: the upper end $\theta$ of a uniform law, estimated by the largest value. In 63 % of the
# bootstrap samples the largest value is *the same number* (pen and paper M again); the truth is always above. The
# staircase has nothing in common with the exponential law that it should be, and does not get better with more data.

# %%
from abinitio.statistics import basic_interval, bca_interval, interval_coverage, percentile_interval

rng = np.random.default_rng(92)
sizes, experiments, draws = np.array([5, 10, 20, 50, 100][: size(5, 3)]), times(500, 100), size(500, 300)
names = ("percentile", "basic", "BCa", "normal")
held = np.empty((len(sizes), experiments, len(names)))
for i, n in enumerate(sizes):
    for trial in range(experiments):
        sample = rng.exponential(size=n)
        estimates = bootstrap_estimates(sample, mean_of, draws, rng)
        half = 1.6449 * estimates.std()
        intervals = (
            percentile_interval(estimates, 0.9),
            basic_interval(estimates, sample.mean(), 0.9),
            bca_interval(sample, mean_of, estimates, 0.9),
            sample.mean() + np.array([-half, half]),
        )
        held[i, trial] = [low <= 1 <= high for low, high in intervals]

n = 100
sample, largest = rng.random(n), lambda x: x.max(axis=-1)
of_bootstrap = n * (sample.max() - bootstrap_estimates(sample, largest, size(5000, 1000), rng)) / sample.max()
of_world = n * (1 - rng.random((size(5000, 1000), n)).max(axis=-1))
by_percentile = lambda x, rng: percentile_interval(bootstrap_estimates(x, largest, 200, rng), 0.9)
fails = interval_coverage(by_percentile, lambda rng: rng.random(n), 1.0, times(200, 50), rng)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
for k, (name, color, marker) in enumerate(zip(names, (BLUE, VERMILION, GREEN, ORANGE), "os^D")):
    means, bars = np.array([average(held[i, :, k]) for i in range(len(sizes))]).T
    left.errorbar(sizes * 1.04**k, means, bars, marker=marker, color=color, lw=0.8, label=name)
left.axhline(0.9, color="0.4", ls=":", lw=0.8)
left.set(xscale="log", xlabel="size of the sample, $n$", ylabel="coverage", ylim=(0.68, 0.93))
left.set_xticks(sizes, sizes)
left.minorticks_off()
left.legend(loc="lower right")
places = np.linspace(0, 5, 300)
right.plot(places, [np.mean(of_world <= t) for t in places], color=BLUE, label="truth less estimate")
right.plot(places, [np.mean(of_bootstrap <= t) for t in places], color=VERMILION, label="estimate less bootstrap's")
right.plot(places, 1 - np.exp(-places), color=BLACK, lw=0.8, ls="--", label="$1 - e^{-t}$")
right.axhline(1 - value("a value left out", n=n), color="0.5", ls=":", lw=0.8)
right.set(xlabel=r"difference, in units of $\theta/n$", ylabel="distribution function", ylim=(0, 1.02))
right.legend(loc="lower right")
hw.show(
    fig,
    "bootstrap_coverage",
    f"Left: how often intervals of 90 % hold the mean of an exponential law ({experiments:,} samples each, "
    f"{draws:,} draws from each, binomial errors). Right: the largest of {n} uniform values; dotted: pen and "
    "paper M.",
)
for k, name in enumerate(names[:3]):
    hw.record(
        f"mean of {sizes[-1]} exponential values, {name}: coverage of 90 %", *average(held[-1, :, k]),
        anchor="0.9 for large n", expected=0.9, within=size(0.05, 0.12),
    )  # fmt: skip
atom = np.mean(of_bootstrap == 0)
hw.record(
    "largest of 100: share of bootstrap samples with the same largest value", atom,
    np.sqrt(atom * (1 - atom) / len(of_bootstrap)), anchor="1 less pen and paper M; target: 4 standard errors",
    expected=1 - value("a value left out", n=n), within=4 * np.sqrt(0.25 / len(of_bootstrap)),
)  # fmt: skip
hw.record(
    "largest of 100: coverage of the percentile interval of 90 %", fails[0],
    anchor="exact: 0, as no bootstrap sample has a larger value than the sample", expected=0, within=1e-12,
)  # fmt: skip

# %% [markdown]
# # 10. Densities: the Hertzsprung-Russell diagram
#
# ## 10.1 How wide?
#
# A histogram is an estimate of a density, $\hat f = N_j/(n h)$; so is the sum of bells, one on each datum, $\hat f(q) =
# \frac1n \sum_i \frac{1}{h}\, \phi\big((q - x_i)/h\big)$. Both have a width $h$, and both the dilemma of section 6:
# narrow, and the estimate is all noise (variance $\propto 1/nh$); wide, and it is all smear (bias $\propto h$ of a
# histogram, $h^2$ of bells). At the best width the mean integrated squared error falls as $n^{-2/3}$, of bells as
# $n^{-4/5}$. (No parameter estimate is that slow: $n^{-1}$. It is the price of not knowing the form.)
#
# *What to look at:* left, a law with two peaks, 500 draws. Middle, the error against the width, exact (line) and
# measured; the marks on the axis are what four rules choose. Silverman's rule takes the law for a single normal one,
# and smears the narrow peak. Sheather and Jones estimate the curvature first; cross-validation needs no theory, and
# scatters. Right, the error at the best width against $n$: exact lines, measured dots.

# %%
from scipy.stats import gaussian_kde

from abinitio.density import density_histogram, histogram_risk, kernel_log_density, silverman_factor
from abinitio.density.bandwidth import least_squares_bandwidth, likelihood_bandwidth
from abinitio.density.bandwidth import mean_integrated_squared_error, sheather_jones_bandwidth

weights, centres, breadths = np.array([0.65, 0.35]), np.array([-1.0, 1.5]), np.array([0.9, 0.35])
law = weights, centres[:, None], np.square(breadths)[:, None, None]
density = lambda x: norm.pdf(np.ravel(x)[:, None], centres, breadths) @ weights
overlaps = norm.pdf(np.subtract.outer(centres, centres), scale=np.hypot.outer(breadths, breadths))
square_integral = weights @ overlaps @ weights  # ∫ f²
axis = np.linspace(-6, 5, 276)
dx = axis[1] - axis[0]
error_of = lambda x, h: np.sum((np.exp(kernel_log_density(x[:, None], axis[:, None], h)) - density(axis)) ** 2) * dx


def two_peaks(n, rng):
    """n draws from the law with two peaks."""
    kind = rng.choice(2, n, p=weights)
    return centres[kind] + breadths[kind] * rng.standard_normal(n)


def edges_of(h):
    """Edges of bins of width h that hold practically all of the law."""
    return h * np.arange(np.floor(-7 / h), np.ceil(6 / h) + 1)


def risk_of_histogram(n, h):
    """The exact mean integrated squared error of a histogram."""
    p = np.diff(norm.cdf(edges_of(h)[:, None], centres, breadths) @ weights)
    return histogram_risk(p, edges_of(h), n, square_integral)


def best(risk, n, widths):
    """The width of least risk among those given, and that risk."""
    risks = [risk(n, h) for h in widths]
    return widths[np.argmin(risks)], np.min(risks)


risk_of_bells = lambda n, h: mean_integrated_squared_error(*law, n, h)
rng, n, experiments = np.random.default_rng(101), 500, times(40, 10)
widths = np.geomspace(0.05, 0.9, 9)
samples = [two_peaks(n, rng) for _ in range(experiments)]
measured = np.array([[error_of(x, h) for h in widths] for x in samples])
rules = {
    "Silverman": lambda x: silverman_factor(n, 1) * x.std(ddof=1),
    "Sheather, Jones": sheather_jones_bandwidth,
    "cross-validation, squares": lambda x: least_squares_bandwidth(x[:, None]),
    "cross-validation, likelihood": lambda x: likelihood_bandwidth(x[:, None]),
}
judged = samples[: times(20, 6)]
chosen_widths = {name: np.array([rule(x) for x in judged]) for name, rule in rules.items()}
numbers = np.array([50, 200, 1000, 5000][: size(4, 3)])
many = np.geomspace(30, 1e7, size(17, 13))
best_bells = np.array([best(risk_of_bells, m, 0.55 * (500 / m) ** 0.2 * np.geomspace(0.3, 1.6, 25)) for m in many])
best_bins = np.array(
    [best(risk_of_histogram, m, 0.6 * (500 / m) ** (1 / 3) * np.geomspace(0.4, 2, 17)) for m in many[many < 2e6]]
)
width_at = lambda m, table: np.exp(np.interp(np.log(m), np.log(many[: len(table)]), np.log(table[:, 0])))
at_best = np.empty((2, len(numbers), times(25, 6)))
for i, m in enumerate(numbers):
    h_bells, h_bins = width_at(m, best_bells), width_at(m, best_bins)
    edges = edges_of(h_bins)
    for trial in range(at_best.shape[2]):
        x = two_peaks(m, rng)
        f = density_histogram(x, edges)[0]
        overlap = np.diff(norm.cdf(edges[:, None], centres, breadths) @ weights)
        at_best[:, i, trial] = error_of(x, h_bells), square_integral + np.sum(f**2 * np.diff(edges) - 2 * f * overlap)

# %%
fig, (left, centre_ax, right) = plt.subplots(1, 3, figsize=(PAGE, 0.38 * PAGE))
x = samples[0]
edges = edges_of(0.3)
left.stairs(density_histogram(x, edges)[0], edges, color=SKY, fill=True, alpha=0.5, label="histogram")
bells = np.exp(kernel_log_density(x[:, None], axis[:, None], sheather_jones_bandwidth(x)))
left.plot(axis, bells, color=BLUE, label="bells")
left.plot(axis, density(axis), color=BLACK, ls="--", lw=0.9, label="truth")
left.set(xlabel="$x$", ylabel="density", xlim=(-4.2, 3), ylim=(0, 0.65))
left.legend(loc="upper left")
centre_ax.plot(grid_h := np.geomspace(0.045, 1, 60), [risk_of_bells(n, h) for h in grid_h], color=BLUE)
draw_spread(centre_ax, widths, measured, color=BLUE, error_of_mean=True, connect=False)
for (name, chosen_h), color, row in zip(chosen_widths.items(), (VERMILION, GREEN, ORANGE, PURPLE), range(4)):
    centre_ax.plot(chosen_h, np.full(len(chosen_h), 0.0019 * 1.17**row), "|", color=color, label=name, ms=6)
centre_ax.set(xscale="log", yscale="log", xlabel="width $h$ of a bell", ylim=(0.0017, 0.3))
centre_ax.set_ylabel("mean integrated squared error")
centre_ax.legend(loc="upper center", fontsize=6.5)
for i, (lines, at, color, marker, name) in enumerate(
    ((best_bells, many, BLUE, "o", "bells"), (best_bins, many[many < 2e6], VERMILION, "s", "histogram"))
):
    right.plot(at, lines[:, 1], color=color, lw=0.9)
    draw_spread(right, numbers, at_best[i].T, color=color, marker=marker, label=name, error_of_mean=True, connect=False)
right.plot(at, 2.5 * at ** (-2 / 3), color="0.5", ls=":", lw=0.8)
right.plot(many, 0.3 * many**-0.8, color="0.5", ls=":", lw=0.8, label="$n^{-2/3}$, $n^{-4/5}$")
right.set(xscale="log", yscale="log", xlabel="draws, $n$", xlim=(20, 2e5), ylim=(1e-5, 0.2))
right.legend(loc="lower left")
hw.show(
    fig,
    "kernel_density",
    f"Left: estimates from {n:,} draws. Middle: error against the width, exact and measured ({experiments:,} "
    f"samples); strokes: widths chosen by rules, {len(judged)} samples. Right: error at the best width; dotted: "
    "slopes.",
)
exact = np.array([risk_of_bells(n, h) for h in widths])
bars = measured.std(axis=0, ddof=1) / np.sqrt(experiments)
hw.record(
    "bells, 500 draws: largest deviation of the error from the exact one, in standard errors",
    np.abs((measured.mean(axis=0) - exact) / bars).max(), anchor=f"exact, nine widths, {experiments:,} samples",
    at_most=size(4, 5),
)  # fmt: skip
power = lambda n, risk: np.polyfit(np.log(n[n > 1e5]), np.log(risk[n > 1e5]), 1)[0]
hw.record(
    "bells: power of n of the exact error at its least", power(many, best_bells[:, 1]), anchor="theory: -4/5",
    expected=-0.8, within=0.01,
)  # fmt: skip
hw.record("histogram: the same", power(at, best_bins[:, 1]), anchor="theory: -2/3", expected=-2 / 3, within=0.01)
least_risk = best(risk_of_bells, n, np.geomspace(0.1, 0.6, 200))[1]
for name, chosen_h in chosen_widths.items():
    loss = np.array([risk_of_bells(n, h) for h in chosen_h]) / least_risk
    hw.record(
        f"{name}: error at the width chosen, over the least", *average(loss),
        anchor=f"exact errors, {len(judged)} samples of {n:,}; 1 is the least",
        **{"at_least": 1.2} if name == "Silverman" else {"at_most": 1.3},
    )  # fmt: skip
theirs = gaussian_kde(x, 0.3 / x.std(ddof=1))(axis)
hw.record(
    "bells: largest deviation from SciPy's",
    np.abs(np.exp(kernel_log_density(x[:, None], axis[:, None], 0.3)) - theirs).max(),
    anchor="scipy.stats.gaussian_kde", at_most=1e-10,
)  # fmt: skip

# %% [markdown]
# ## 10.2 The Hertzsprung-Russell diagram
#
# In 1911 and 1913 Ejnar Hertzsprung and Henry Norris Russell plotted the luminosity of stars against their colour. The
# stars do not fill the plane. Most lie on the *main sequence*, burning hydrogen; the *giants* are through with it;
# and among them a dense *red clump* burns helium, with nearly one luminosity.
#
# The satellite Hipparcos measured distances, by parallaxes, and magnitudes. We take its stars with Hp < 8 whose
# parallax $p$ is known to 10 % (worse ones would bring in the bias of section 4), and compute the absolute magnitude,
# the one at ten parsec, $M = \mathrm{Hp} + 5 \log_{10}(p/100\ \mathrm{mas})$. It points downwards: small is bright.
#
# *What to look at:* left, the stars. Middle, bells on each of them, a density: the blur of dots becomes a sequence, a
# clump, and the giants' branch. Right, as many draws from that density: a universe to practise on, in which nothing is
# hidden by printing dots on dots. But do not read off how frequent stars of a kind *are*. A sample down to a limit of
# brightness holds the luminous ones out to larger distances: nearly all stars in this diagram outshine the Sun, and
# nearly all stars around us do not. (Nor is the catalogue complete to its limit: it is nearly so down to Hp = 7.3; from
# there to 8 red stars near the Milky Way are missing.)

# %%
from scipy.spatial import cKDTree

from abinitio.density import KernelDensity

parallax, parallax_error, magnitude, colour = stars.X.T
sharp = parallax_error < 0.1 * parallax
absolute = magnitude[sharp] + 5 * np.log10(parallax[sharp] / 100)
shown = np.column_stack([colour[sharp], absolute])
scale = np.array([1.0, 6.5])  # a magnitude of luminosity counts as much as 0.15 of colour
stars_in = shown[:: size(1, 6)] / scale
h = likelihood_bandwidth(stars_in)
estimate = KernelDensity(bandwidth=h, rtol=1e-6).fit(stars_in)
colours, magnitudes = np.linspace(-0.5, 2.2, size(220, 60)), np.linspace(-5, 9, size(260, 70))
plane = np.stack(np.meshgrid(colours, magnitudes), axis=-1).reshape(-1, 2) / scale
close = cKDTree(stars_in).query(plane)[0] < 5 * h  # farther from every star the density is below e^(-12) of a bell
log_density = np.full(len(plane), -30.0)
log_density[close] = estimate.score_samples(plane[close]) - np.log(scale.prod())  # per mag²
log_density = log_density.reshape(len(magnitudes), -1)
drawn = estimate.sample(len(stars_in), random_state=np.random.default_rng(102)) * scale


def clump(sample):
    """The place of largest density in the red clump, by bells on a sample."""
    at = np.stack(np.meshgrid(np.linspace(0.9, 1.2, 31), np.linspace(0.2, 1.8, 81)), axis=-1).reshape(-1, 2)
    return at[KernelDensity(bandwidth=h, rtol=1e-6).fit(sample / scale).score_samples(at / scale).argmax()]


rng, region = np.random.default_rng(103), shown[(np.abs(shown - [1.05, 1.0]) < [0.5, 2.5]).all(axis=1)]
peaks = np.array([clump(region[rng.integers(len(region), size=len(region))]) for _ in range(times(30, 5))])
peak, peak_error = clump(region), peaks.std(axis=0, ddof=1)

fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.55 * PAGE), sharex=True, sharey=True)
axes[0].plot(*shown.T, ".", ms=0.7, color="0.15", alpha=0.5, rasterized=True)
in_tens, levels = log_density / np.log(10), np.linspace(-3.5, 0, 15)
filled = axes[1].contourf(colours, magnitudes, in_tens, levels=levels, cmap="cividis", extend="min")
axes[1].plot(*peak, "+", color=VERMILION, ms=7)
axes[2].plot(*drawn.T, ".", ms=0.7, color=BLUE, alpha=0.5, rasterized=True)
for x, y, name in ((-0.35, 7.1, "main\nsequence"), (1.3, 2.7, "red clump"), (1.68, 0.7, "giants"), (0.3, 5.2, "Sun")):
    axes[0].text(x, y, name, fontsize=7, color=VERMILION)
axes[0].plot(0.65, 4.9, "*", color=ORANGE, ms=7, mec=BLACK, mew=0.4)
for ax, title in zip(axes, (f"{len(shown):,} stars", "density", "draws from the density")):
    ax.set(xlabel="colour B - V (mag)", xlim=(-0.4, 2.1), ylim=(9, -5))
    ax.set_title(title)
axes[0].set_ylabel("absolute magnitude $M$ (Hp, mag)")
fig.colorbar(filled, ax=axes, label="log₁₀ of the density (mag⁻²)", shrink=0.8, aspect=30)
hw.show(
    fig,
    "hertzsprung_russell",
    f"Hertzsprung-Russell diagram of the {len(shown):,} stars of the Hipparcos catalogue brighter than Hp = 8 "
    f"with parallaxes known to 10 %. Density: bells of width {h:.3f} mag in colour, {h * scale[1]:.2f} mag in M, "
    "by cross-validated likelihood; cross: the red clump. Luminous stars are seen farther away, and so are too "
    "many.",
)

# %%
wanted = (stars_in[:, 1].var() + h**2) * scale[1] ** 2
near(
    "draws from the density: variance of M",
    (drawn[:, 1].var(), ((drawn[:, 1] - drawn[:, 1].mean()) ** 2).std() / np.sqrt(len(drawn))), wanted,
    "exact: that of the stars + h²", unit="mag²",
)  # fmt: skip
hw.record(
    "red clump: absolute magnitude at the peak, error by the bootstrap", peak[1], peak_error[1], unit="mag",
    anchor="S. Bilir et al. 2013: M_V = 0.63 (B - V) + 0.26 = 0.90 here; Hp is fainter than V by 0.1 to 0.15",
    expected=0.627 * peak[0] + 0.262 + 0.13, within=0.2,
)  # fmt: skip
hw.record(
    "share of the stars of the diagram that are more luminous than the Sun, M = 4.9", np.mean(absolute < 4.9),
    anchor="the limit of brightness: luminous stars are seen in a larger volume", at_least=0.9,
)  # fmt: skip

# %% [markdown]
# # 11. Clusters of stars
#
# ## 11.1 Expectation and maximisation
#
# Suppose a density is a sum of a few normal laws, $p(x) = \sum_k \pi_k\, N(x \,|\, \mu_k, C_k)$. If one knew which
# sample came from which component, everything would be a mean. One does not. But given the parameters one can say *with
# which probability* it came from each, its **responsibilities** $r_{ik}$ (Bayes' rule); and given those, count every
# sample $r_{ik}$ times in the mean of component $k$. Do it in turn. The likelihood never falls (A. Dempster, N. Laird,
# D. Rubin, 1977).
#
# **Exercise 11.** Write the responsibilities. They must be right also where all densities are too small for a float:
# you are given their logarithms.

# %% exercise
from abinitio.density.mixture import responsibilities

# %% [markdown]
# **Exercise 12.** Write the other half: weights, means and covariances from the shares.

# %% exercise
from abinitio.density.mixture import weighted_gaussians

# %% [markdown]
# *What to look at:* left, 600 draws from a known mixture; ellipses of two standard deviations, the truth dashed.
# Middle, the log-likelihood, step by step, from five random starts: never down; but not always to the same top, for EM
# climbs the hill on whose foot it stands. Right, how many components? The likelihood grows with each; BIC of section 8
# turns round at the true number.

# %%
from abinitio.density import expectation_maximisation, gaussian_log_densities, sample_mixture

rng = np.random.default_rng(111)
shares = np.array([0.5, 0.3, 0.2])
middles = np.array([[0.0, 0.0], [3.5, 1.0], [0.5, 4.0]])
spreads = np.array([[[1.0, 0.6], [0.6, 1.0]], [[0.5, -0.3], [-0.3, 1.2]], [[2.0, 0.0], [0.0, 0.3]]])
X, origin = sample_mixture(shares, middles, spreads, 600, rng)


def climb_from(X, k, rng, steps):
    """The parameters and the mean log-likelihoods of EM from k samples at random."""
    start = np.full(k, 1 / k), X[rng.choice(len(X), k, replace=False)], np.array([np.cov(X.T)] * k)
    values = []
    for state in islice(expectation_maximisation(X, *start), steps):
        values.append(state[-1])
    return state[:-1], np.array(values)


def ellipse(mean, covariance, deviations=2):
    """A curve (100, 2) at some standard deviations about a mean."""
    turn = np.linspace(0, 2 * np.pi, 100)
    lengths, axes = np.linalg.eigh(covariance)
    return mean + deviations * np.stack([np.cos(turn), np.sin(turn)], axis=1) * np.sqrt(np.maximum(lengths, 0)) @ axes.T


runs = [climb_from(X, 3, rng, size(100, 60)) for _ in range(5)]
found, _ = max(runs, key=lambda run: run[1][-1])
of_truth = responsibilities(gaussian_log_densities(X, middles, spreads), shares)[1].mean()
order = [np.argmin(np.sum((found[1] - m) ** 2, axis=1)) for m in middles]
criterion = []
for k in range(1, 7):
    top_value = max(climb_from(X, k, rng, 60)[1][-1] for _ in range(size(4, 3)))
    criterion.append(bayesian_criterion(len(X) * top_value, 6 * k - 1, len(X)))

fig, (left, centre_ax, right) = plt.subplots(1, 3, figsize=(PAGE, 0.38 * PAGE), width_ratios=(1.3, 1, 1))
for k, (color, marker) in enumerate(((BLUE, "o"), (VERMILION, "s"), (GREEN, "^"))):
    left.plot(*X[origin == k].T, marker, ms=2, color=color, alpha=0.4, mew=0)
    left.plot(*ellipse(middles[k], spreads[k]).T, color="0.2", ls="--", lw=0.8)
    left.plot(*ellipse(found[1][order[k]], found[2][order[k]]).T, color=color)
left.set(xlabel="$x_1$", ylabel="$x_2$")
for _, values in runs:
    centre_ax.plot(np.arange(1, len(values) + 1), values, lw=0.9)
centre_ax.axhline(of_truth, color="0.2", ls="--", lw=0.8, label="true parameters")
centre_ax.set(xscale="log", xlabel="step of EM", ylabel="mean log-likelihood (nats)")
centre_ax.legend(loc="lower right")
right.plot(range(1, 7), np.array(criterion) - np.min(criterion), "o-", color=BLUE)
right.set(xlabel="components, $k$", ylabel="BIC, above its least")
hw.show(
    fig,
    "mixture",
    f"Left: {len(X)} draws from a mixture of three normal laws; ellipses at two standard deviations, true "
    "(dashed) and found. Middle: EM from five random starts. Right: Schwarz's criterion.",
)
hw.record(
    "EM: smallest change of the log-likelihood in a step", min(np.diff(values).min() for _, values in runs),
    unit="nats", anchor="theory: not below 0; five starts", at_least=-1e-10,
)  # fmt: skip
hw.record(
    "EM: twice the log-likelihood of the best end above that of the truth",
    2 * len(X) * (max(run[1][-1] for run in runs) - of_truth), unit="nats",
    anchor="theory: χ² with 17 degrees of freedom, 17 ± 5.8; target: 4 standard deviations", expected=17,
    within=4 * np.sqrt(34),
)  # fmt: skip
hw.record("components of least BIC", np.argmin(criterion) + 1, anchor="the truth has 3", expected=3, within=0)

# %%
from sklearn.mixture import GaussianMixture as TheirMixture

first = np.full(3, 1 / 3), middles + 0.3, np.array([np.eye(2)] * 3)
*_, (pi, mu, C, _) = islice(expectation_maximisation(X, *first), 500)
settings = {"weights_init": first[0], "means_init": first[1], "precisions_init": first[2]}
theirs = TheirMixture(3, tol=1e-12, reg_covar=0, max_iter=500, **settings).fit(X)
hw.record(
    "EM: largest deviation of a mean from scikit-learn's, same start", np.abs(mu - theirs.means_).max(),
    anchor="sklearn.mixture.GaussianMixture", at_most=1e-4,
)  # fmt: skip

# %% [markdown]
# ## 11.2 The hard limit
#
# Give all components the same round covariance $\epsilon 1$, and let $\epsilon \to 0$: every share becomes 0 or 1, and
# EM becomes **k-means** (S. Lloyd, 1957): each point to the nearest centre, each centre to the mean of its points. It
# has no weights, no shapes, no probabilities; it is quick, and depends on the start even more.
#
# *What to look at:* the 600 draws of 11.1, after one step of EM from the true means: the smaller $\epsilon$, the fewer
# points between two centres are still shared, and the closer the means are to those of k-means.

# %%
from abinitio.cluster import assign_clusters, update_centres

epsilons = np.geomspace(1e-4, 3, 16)
hard = update_centres(X, assign_clusters(X, middles), middles)
softness, undecided = [], []
for epsilon in epsilons:
    logs = gaussian_log_densities(X, middles, np.array([epsilon * np.eye(2)] * 3))
    R, _ = responsibilities(logs, np.full(3, 1 / 3))
    softness.append(np.abs(weighted_gaussians(X, R)[1] - hard).max())
    undecided.append(1 - R.max(axis=1).mean())

fig, ax = plt.subplots(figsize=(0.6 * PAGE, 0.38 * PAGE))
ax.plot(epsilons, softness, "o-", color=BLUE, label="means: distance from k-means'")
ax.plot(epsilons, undecided, "s--", color=ORANGE, label="mean share given to other components")
ax.set(xscale="log", yscale="log", xlabel=r"variance $\epsilon$", ylim=(1e-9, 100))
ax.legend(loc="upper left")
hw.show(
    fig,
    "hard_limit",
    f"One step of EM with round covariances against one of k-means, from the true means; {len(X)} draws.",
)
hw.record(
    "EM with ε = 10⁻⁴: largest distance of its means from k-means'", softness[0], anchor="limit: 0", at_most=0.005,
)  # fmt: skip

# %% [markdown]
# ## 11.3 The Pleiades and Praesepe
#
# Stars of a cluster were born together and travel together: on the sky they have one proper motion, while the stars in
# front and behind have any. So in the plane of proper motions a field is a mixture of two normal laws, a narrow one and
# a wide one (S. Vasilevskis, A. Klemola, G. Preston, 1958; W. Sanders, 1971). Parallaxes are not used; they will be the
# test.
#
# *What to look at:* the proper motions, coloured by the probability to be a member. Right, the members' parallaxes:
# they agree, though nobody told them to; those of the others do not.


# %%
def separate(name):
    """(rows of a field, their probability to be members, the fitted mixture, their numbers in the catalogue)."""
    here = (clusters.y == clusters.target_names.index(name)) & (np.abs(clusters.X[:, 2:4]) < 60).all(axis=1)
    rows = clusters.X[here]  # without the few stars faster than 60 mas/yr, which are no members
    spreads = np.array([4.0, 400.0])[:, None, None] * np.eye(2)
    start = np.array([0.3, 0.7]), np.array([published[name][0], (0.0, -15.0)]), spreads
    *_, (pi, mu, C, _) = islice(expectation_maximisation(rows[:, 2:4], *start), 200)
    member = responsibilities(gaussian_log_densities(rows[:, 2:4], mu, C), pi)[0][:, 0]
    return rows, member, (pi, mu, C), clusters.truth["hip"][here]


separated = {name: separate(name) for name in published}
fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.4 * PAGE), width_ratios=(1, 1, 1.1))
for ax, (name, (rows, member, (_, mu, C), _)) in zip(axes, separated.items()):
    dots = ax.scatter(*rows[:, 2:4].T, c=member, s=5, cmap="cividis_r", vmin=0, vmax=1)
    for k, color in ((0, VERMILION), (1, "0.5")):
        ax.plot(*ellipse(mu[k], C[k]).T, color=color, lw=0.9)
    ax.set(xlabel="proper motion east (mas/yr)", xlim=(62, -62), ylim=(-62, 62))
    ax.set_title(name)
axes[0].set_ylabel("proper motion north (mas/yr)")
fig.colorbar(dots, ax=axes[1], label="probability to be a member")
for name, color, marker in (("Pleiades", BLUE, "o"), ("Praesepe", VERMILION, "s")):
    rows, member = separated[name][:2]
    inside = member > 0.5
    axes[2].errorbar(*rows[inside][:, [5, 7]].T, xerr=rows[inside, 6], fmt=marker, ms=2, elinewidth=0.5, capsize=0,
                     color=color, label=name)  # fmt: skip
    axes[2].axvline(published[name][1][0], color=color, ls=":", lw=1)
axes[2].set(xlabel="parallax (mas)", ylabel="apparent magnitude Hp", xlim=(-2, 16), ylim=(12.5, 2.5))
axes[2].legend(loc="upper left")
hw.show(
    fig,
    "star_clusters",
    "Proper motions of the Hipparcos stars in two fields and the two normal laws that EM finds (ellipses at two "
    "standard deviations). Right: parallaxes of the probable members with standard errors; dotted: Gaia's mean "
    "parallaxes.",
)

# %%
for name, (rows, member, (_, mu, C), _) in separated.items():
    inside = member > 0.5
    count, count_error = member.sum(), np.sqrt(np.sum(member * (1 - member)))
    hw.record(
        f"{name}: number of members", count, count_error,
        anchor=f"{inside.sum()} have more than one half; {len(rows)} stars; error: of who is one, given the fit",
        at_least=20, at_most=90,
    )  # fmt: skip
    for axis_, (wanted, direction) in enumerate(zip(published[name][0], ("east", "north"))):
        error = np.sqrt(C[0][axis_, axis_] / count)
        near(
            f"{name}: mean proper motion {direction}", (mu[0][axis_], error), wanted, f"Gaia DR2 2018: {wanted}",
            unit="mas/yr",
        )  # fmt: skip
    chi, of_others = (weighted_mean(*rows[those][:, 5:7].T)[2] for those in (inside, ~inside))
    hw.record(
        f"{name}: parallaxes of the members, χ² per degree of freedom about their mean", chi,
        np.sqrt(2 / (inside.sum() - 1)),
        anchor=f"1 at one distance, if the errors are right; the other stars of the field: {of_others:.0f}",
        at_most=2.0,
    )  # fmt: skip

# %% [markdown]
# Members, motions, everything agrees; the parallaxes of the Pleiades scatter as their errors say, about a mean that is
# wrong (section 4). The standard error of a mean measures by how much the data disagree with each other, nothing else.
#
# *What to look at:* what the members are, on the density of section 10. They lie on a narrow line, since they have one
# age and one distance. The Pleiades still have their blue stars: they are young, for blue stars burn quickly. In
# Praesepe the bluest are gone but for one (a "blue straggler"), and four have come to the red clump. At Hipparcos'
# distance (hollow) the Pleiades are fainter by 0.27 mag than at Gaia's: too faint for their colours, as M. Pinsonneault
# et al. objected in 1998.

# %%
from abinitio.data import load_hipparcos

catalogue = load_hipparcos() if hw.full else stars  # with the faint members' colours, or without
colour_of = dict(zip(catalogue.truth["hip"].tolist(), catalogue.X[:, catalogue.feature_names.index("colour")]))


def diagram(numbers, apparent, p):
    """Colours and absolute magnitudes of the stars whose colour is known, at the parallaxes p (mas)."""
    known = np.isin(numbers, list(colour_of))
    return np.array([colour_of[hip] for hip in numbers[known].tolist()]), (apparent + 5 * np.log10(p / 100))[known]


fig, ax = plt.subplots(figsize=(1.25 * COLUMN, 1.1 * COLUMN))
ax.contourf(colours, magnitudes, log_density, levels=np.linspace(-8, 0, 9), cmap="Greys", alpha=0.6)
turned = {}
for name, color, marker in (("Pleiades", BLUE, "o"), ("Praesepe", VERMILION, "s")):
    rows, member, _, numbers = separated[name]
    inside = member > 0.5
    at = diagram(numbers[inside], rows[inside, 7], published[name][1][0])
    ax.plot(*at, marker, ms=4, color=color, label=f"{name}, Gaia's distance")
    turned[name] = at
    if name == "Pleiades":
        too_near = diagram(numbers[inside], rows[inside, 7], published[name][2][0])
        ax.plot(*too_near, marker, ms=4, mfc="none", mew=0.6, color=color, label="at Hipparcos' distance")
ax.set(xlabel="colour B - V (mag)", ylabel="absolute magnitude $M$ (Hp, mag)", xlim=(-0.3, 1.4), ylim=(5.5, -3))
ax.legend(loc="upper right")
hw.show(
    fig,
    "cluster_diagram",
    f"Members of the Pleiades ({len(turned['Pleiades'][0])}) and of Praesepe ({len(turned['Praesepe'][0])}) with "
    "known colour, each cluster at one distance; shaded: the density of all stars of section 10.",
)
bluest = {name: np.sort(at[0])[:5].mean() for name, at in turned.items()}
hw.record(
    "five bluest members: colour of Praesepe's less that of the Pleiades'", bluest["Praesepe"] - bluest["Pleiades"],
    unit="mag", anchor="Praesepe is older (600 to 800 million years against 100 to 130): its bluest stars are gone",
    at_least=0.1,
)  # fmt: skip

# %% [markdown]
# ## 11.4 The Hyades **[graduate]**
#
# The nearest cluster covers a large part of the sky and is as deep as it is wide. Its members move in parallel through
# space, and by perspective towards one point of the sky, as rails do; each crosses a different part of the sight line,
# and the nearer ones are faster. Parallax and motion belong together: a mixture in three dimensions, whose covariances
# find the connection by themselves.
#
# Then geometry. The plane of each star's motion holds the convergent point $c$: with the direction $r$ to the star and
# the motion $m$ along the sky, $c \perp r \times m$, for all stars, in least squares. With $\lambda$ the angle between
# $r$ and $c$, $|m| = p\, v \sin\lambda / 4.74$: the space velocity $v$ in km/s, without any Doppler shift. Least
# squares believe everyone; the candidates that miss the point, or have the wrong parallax for their motion, are left
# out, and the point is found again.
#
# *What to look at:* left, the arrows meet near Betelgeuse. Middle, motion against parallax: one line, whose slope is
# the velocity. Right, the distances, each from the star's own parallax, of those known to 10 % (most are to 5 %, where
# the bias of section 4 is small).

# %%
rows = clusters.X[clusters.y == clusters.target_names.index("Hyades")]
rows = rows[(np.abs(rows[:, 2:4]) < 250).all(axis=1) & (rows[:, 6] < 4)]
V = rows[:, [2, 3, 5]]
widths = np.array([np.diag([150.0, 150, 9]), np.diag([2500.0, 2500, 60])])
start = np.array([0.1, 0.9]), np.array([[105.0, -28.0, 21.5], [10.0, -20.0, 7.0]]), widths
*_, (pi, mu, C, _) = islice(expectation_maximisation(V, *start), 300)
member = responsibilities(gaussian_log_densities(V, mu, C), pi)[0][:, 0]
likely = rows[member > 0.5]
ra, dec = np.radians(likely[:, :2]).T
r = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)
to_east = np.stack([-np.sin(ra), np.cos(ra), 0 * ra], axis=1)
motion = likely[:, 2:3] * to_east + likely[:, 3:4] * np.cross(r, to_east)
normals = np.cross(r, motion)  # of the planes of the motions; as long as the motion


def moving_cluster(chosen):
    """(v in km/s, the convergent point, which of all stars move towards it, at the distance that v gives them)."""
    c = np.linalg.eigh(normals[chosen].T @ normals[chosen])[1][:, 0]
    c = c * np.sign(c @ motion[chosen].sum(axis=0))
    sine = np.sqrt(1 - (r @ c) ** 2)
    wanted, w = 4.7405 * np.linalg.norm(motion, axis=1) / sine, 1 / likely[:, 6] ** 2  # wanted: parallax times v
    per_v = (w * wanted * likely[:, 5])[chosen].sum() / (w * wanted**2)[chosen].sum()
    misses, off = normals @ c / sine, (likely[:, 5] - per_v * wanted) / likely[:, 6]
    width = 1.4826 * np.median(np.abs(misses[chosen]))
    return 1 / per_v, c, np.flatnonzero((np.abs(misses) < 3 * width) & (np.abs(off) < 4))


def place_of(c):
    """Right ascension and declination in degrees."""
    return np.degrees([np.arctan2(c[1], c[0]), np.arcsin(c[2])])


moving = np.arange(len(likely))
for _ in range(8):  # without those that miss the point, which are no members
    velocity, point, moving = moving_cluster(moving)
rng, resampled = np.random.default_rng(113), []
for _ in range(size(200, 50)):
    v, c, _ = moving_cluster(bootstrap_samples(moving, 1, rng)[0])
    resampled.append([v, *place_of(c)])
velocity_error, ra_error, dec_error = np.std(resampled, axis=0, ddof=1)
good = moving[likely[moving, 6] < 0.1 * likely[moving, 5]]
parsec = 1000 / likely[good, 5]

# %%
fig, (left, centre_ax, right) = plt.subplots(1, 3, figsize=(PAGE, 0.38 * PAGE), width_ratios=(1.4, 1, 1))
missing = np.setdiff1d(np.arange(len(likely)), moving)
for those, color in ((missing, "0.6"), (moving, BLUE)):
    x, y, east, north = likely[those, :4].T
    left.quiver(x, y, east / np.cos(np.radians(y)), north, angles="xy", color=color, width=0.004, scale=2500)
left.plot(*place_of(point), "*", ms=9, color=VERMILION)
left.plot(88.79, 7.41, "o", ms=4, color=ORANGE)
left.annotate("Betelgeuse", (88.79, 7.41), (0, 5), textcoords="offset points", fontsize=7, ha="center")
left.set(xlabel="right ascension (degrees)", ylabel="declination (degrees)", xlim=(102, 53), ylim=(0, 30))
across = np.linalg.norm(motion, axis=1) / np.sqrt(1 - (r @ point) ** 2)
for those, color in ((missing, "0.6"), (moving, BLUE)):
    centre_ax.errorbar(likely[those, 5], across[those], xerr=likely[those, 6], fmt=".", color=color, ms=3,
                       elinewidth=0.5, capsize=0)  # fmt: skip
line = np.array([10, 35])
centre_ax.plot(line, line * velocity / 4.7405, color=VERMILION, lw=0.9)
centre_ax.set(xlabel="parallax (mas)", ylabel=r"motion / $\sin\lambda$ (mas/yr)")
right.hist(parsec, np.arange(35, 65, 2.5), color=SKY)
right.axvline(46.45, color=VERMILION, ls="--", lw=1)
right.set(xlabel="distance (pc)", ylabel="members")
hw.show(
    fig,
    "hyades",
    f"The Hyades: {len(likely)} candidates of EM; grey: the {len(missing)} that do not move towards the convergent "
    "point (star). Left: motions over the sky. Middle: motion and parallax; line: one velocity. Right: "
    "distances; dashed: van Leeuwen (2009).",
)
hw.record(
    "Hyades: number of members in the field of 12 degrees", len(moving), np.sqrt(np.sum(member * (1 - member))),
    anchor=f"M. Perryman et al. 1998: 218 candidates in a larger field; {len(rows):,} stars here; by EM {len(likely)}",
    at_least=80, at_most=218,
)  # fmt: skip
point_ra, point_dec = place_of(point)
for name, value_, error, wanted, unit in (
    ("space velocity", velocity, velocity_error, 45.93, "km/s"),
    ("convergent point, right ascension", point_ra, ra_error, 97.91, "degrees"),
    ("convergent point, declination", point_dec, dec_error, 6.64, "degrees"),
):
    near(
        f"Hyades: {name}, error by the bootstrap", (value_, error), wanted,
        f"M. Perryman et al. 1998, from (-6.28, 45.19, 5.31) km/s: {wanted}", unit=unit,
    )  # fmt: skip
near(
    "Hyades: mean distance of the members with parallaxes known to 10 %", average(parsec), 46.45,
    "F. van Leeuwen 2009: 46.45 ± 0.50; Gaia DR2: 47.5", unit="pc",
)  # fmt: skip

# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # Homework 0: learning from data
#
# Machine learning begins where physics begins: with a finite sample of a world that we cannot see as a whole. This
# homework shows the tools of the course in ten minutes; then what a sample tells about the distribution behind it,
# and when it lies; then one small example of each kind of learning: *supervised* (a line through real data),
# *unsupervised* (splitting a cloud in two) and *reinforcement* (a bandit).
#
# Six functions are asked for, each one to three lines of NumPy: 10 points.

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw0")
check = hw.check

# %%
from itertools import islice

from scipy import stats

from abinitio.plots.style import COLUMN, PAGE, use_style

use_style()
repeats = 200 if hw.quick else 2000

# %% [markdown]
# ## 1. The tools, in ten minutes
#
# `abinitio start hw0` wrote this notebook. A task is a function without its body: the text below its name says what
# it returns, in which shape and unit, and `raise NotImplementedError` waits for your lines. Below each task stands
# `check(...)`, which says at once what holds and what does not.
#
# **The first task.** A quantity is measured $n$ times, $x_1 \dots x_n$. The best guess of the true value is the mean,
# and its uncertainty follows from the scatter $s$ of the measurements:
# $$\bar x = \frac{1}{n}\sum_{i=1}^n x_i, \qquad
#   s^2 = \frac{1}{n-1}\sum_{i=1}^n (x_i - \bar x)^2, \qquad
#   \mathrm{Var}(\bar x) = \frac{1}{n^2}\sum_{i=1}^n \mathrm{Var}(x_i) \approx \frac{s^2}{n} .$$
#
# 1. Run the cell as it is: the check calls it *not started*.
# 2. Give a wrong answer on purpose: `return values.mean(), values.std(ddof=1)` in place of the last line of the
#    function. Run the cell and read: the smallest input on which it fails, what came back, what was expected, and,
#    since this mistake is a common one, its name.
# 3. Mend it with what the message tells, and run the cell again. If you are stuck, `check(mean_with_error, hint=1)`
#    gives the idea, `hint=2` the equation, `hint=3` the place to look at. Hints cost nothing.
# 4. Save, and in a terminal ask for all tasks at once with `abinitio check hw0.ipynb`; it adds up your points.
# 5. `abinitio run hw0 --mine hw0.ipynb` runs every experiment of this homework twice, with the reference's functions
#    and with yours, and writes one report: two columns of numbers, your figures beside the reference's.

# %% exercise
from abinitio.statistics.empirical import mean_with_error

# %% [markdown]
# **What to look at.** Each of 1000 students measures the period of a pendulum 25 times with a stopwatch (simulated:
# the true period is 2.006 s, a reading is off by 0.08 s). If the error bars are honest, the true value lies within
# one error of the mean in 67 % of the cases: 68 % is for a known scatter; here it is estimated from 25 readings, and
# Student's $t$ distribution with 24 degrees of freedom says 67.3 %.

# %%
students, n, period = (200 if hw.quick else 1000), 25, 2.006
readings = np.random.default_rng(1).normal(period, 0.08, (students, n))
means, errors = np.array([mean_with_error(row) for row in readings]).T
honest, spread = mean_with_error((np.abs(means - period) <= errors).astype(float))
expected = 1 - 2 * stats.t.sf(1, n - 1)
hw.record(
    "fraction of means within one error",
    honest,
    spread,
    anchor="theory: Student's t, 24 degrees of freedom",
    expected=expected,
    within=3.5 * np.sqrt(expected * (1 - expected) / students),
)

fig, ax = plt.subplots(figsize=(COLUMN, 2.4))
first = np.arange(30)
inside = np.abs(means - period)[:30] <= errors[:30]
for hit, colour, word in ((True, "C0", "holds the true period"), (False, "C1", "does not")):
    k = first[inside == hit]
    ax.errorbar(k + 1, means[k], errors[k], fmt="o" if hit else "s", color=colour, label=f"{word} ({len(k)})")
ax.axhline(period, color="0.3", lw=0.8)
ax.set(xlabel="student", ylabel="mean period (s)", ylim=(1.92, 2.09))
ax.legend(ncols=2, loc="upper center")
hw.show(
    fig, "error_bars", "Thirty of the students: mean of 25 readings with its standard error; the line is the truth."
)

# %% [markdown]
# ## 2. The true and the empirical distribution
#
# Let the draws come from a distribution with $F(t) = P(x \le t)$. We never see $F$. What we hold is the *empirical
# distribution*, weight $1/n$ on each draw: under it, every expectation becomes a mean, and $F$ becomes the staircase
# $$F_n(t) = \frac{1}{n} \sum_{i=1}^n \mathbf{1}[x_i \le t] .$$
# At a fixed $t$ the number $n F_n(t)$ counts successes in $n$ independent trials: it is binomial, so $F_n(t)$ has
# mean $F(t)$ and variance $F(t)\,(1 - F(t))/n$.

# %% exercise
from abinitio.statistics.empirical import empirical_cdf

# %% [markdown]
# That was one point $t$. For a statement about the whole curve we need the largest deviation, and there is a
# remarkable bound on it that asks nothing of $F$ (Dvoretzky, Kiefer, Wolfowitz 1956; the constant 2 is Massart's,
# 1990):
# $$P\Bigl(\sup_t |F_n(t) - F(t)| > \epsilon\Bigr) \le 2\, e^{-2 n \epsilon^2} .$$
# Allow the right-hand side to be $1 - $ confidence, and solve for $\epsilon$: the band $F_n \pm \epsilon$ then holds
# all of $F$ with at least that confidence.

# %% exercise
from abinitio.statistics.empirical import dkw_band

# %% [markdown]
# **What to look at.** The decay times of muons at rest, exponential with mean $\tau = 2.197\,\mu$s (simulated). The
# band is equally wide everywhere and shrinks as $1/\sqrt n$: ten times narrower takes a hundred times the data.

# %%
tau = 2.197  # microseconds
rng = np.random.default_rng(2)
t = np.linspace(0, 10, 2001)
fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.6), sharey=True)
for ax, n in zip(axes, (20, 500)):
    F_n, epsilon = empirical_cdf(rng.exponential(tau, n), t), dkw_band(n, 0.95)
    low, high = np.maximum(F_n - epsilon, 0), np.minimum(F_n + epsilon, 1)
    ax.fill_between(t, low, high, color="C0", alpha=0.25, lw=0, label=f"95 % band, ε = {epsilon:.3f}")
    ax.plot(t, F_n, color="C0", label=f"empirical, n = {n}")
    ax.plot(t, 1 - np.exp(-t / tau), color="C1", ls="--", label="true")
    ax.set(xlabel="decay time t (µs)", xlim=(0, 10), ylim=(0, 1.02))
    ax.legend(loc="lower right")
axes[0].set_ylabel("fraction decayed before t")
hw.show(fig, "empirical_cdf", "Muon decay times: the empirical distribution function and its 95 % band for two sizes.")

# %% [markdown]
# Does the band keep its promise? Repeat the experiment many times and count. The law of the largest deviation is
# known exactly for every $n$ (Kolmogorov's), so that we even know by how much the bound is too careful.

# %%
from abinitio.statistics import autoregressive_effective_size, autoregressive_sample, band_coverage

rng, n = np.random.default_rng(3), 50
coverage, spread = band_coverage(rng.exponential(tau, (repeats, n)), lambda t: 1 - np.exp(-t / tau), dkw_band(n, 0.95))
exact = 0.9567  # scipy.stats.kstwo for n = 50, at the ε that solves the bound for 95 %
hw.record(
    "coverage of the 95 % band, n = 50",
    coverage,
    spread,
    anchor="theory: at least 0.95; exactly, Kolmogorov's law",
    expected=exact,
    within=3.5 * np.sqrt(exact * (1 - exact) / repeats),
)

# %% [markdown]
# ## 3. Independent, identically distributed, and what breaks without it
#
# Everything so far rests on draws that are **i.i.d.** Let a thermometer be read every second, while the room
# remembers:
# $$x_t = \rho\, x_{t-1} + \sqrt{1-\rho^2}\; \xi_t, \qquad \langle x_s x_t \rangle = \rho^{|s-t|},$$
# with independent standard normal $\xi_t$. Every $x_t$ has the same distribution, so they are identically distributed
# but not independent.
#
# **With pen and paper.** Show that the mean of $n$ such readings has
# $$\mathrm{Var}(\bar x) = \frac{1}{n}\Bigl[\, 1 + 2 \sum_{k=1}^{n-1} \Bigl(1 - \frac{k}{n}\Bigr) \rho^k \Bigr]
#   \;\to\; \frac{1}{n}\,\frac{1+\rho}{1-\rho} \quad (n \to \infty),$$
# so that they are worth only $n_\mathrm{eff} = n (1-\rho)/(1+\rho)$ independent ones. SymPy checks it below, against
# the double sum that the variance of a sum is by definition.

# %%
import sympy as sp

rho, k = sp.symbols("rho k")
wrong = 0
for size in range(2, 8):
    by_definition = sum(rho ** abs(i - j) for i in range(size) for j in range(size)) / sp.Integer(size) ** 2
    claimed = (1 + 2 * sum((1 - sp.Rational(lag, size)) * rho**lag for lag in range(1, size))) / size
    wrong += sp.expand(by_definition - claimed) != 0
r = sp.symbols("r", positive=True)  # rho = 1/(1+r) < 1 for which the geometric series converges
limit = 1 + 2 * sp.summation((1 / (1 + r)) ** k, (k, 1, sp.oo))
wrong += sp.simplify(limit - (2 + r) / r) != 0  # (1 + rho)/(1 - rho) in terms of r
hw.record(
    "variance of a correlated mean: cases where SymPy differs", wrong, anchor="n = 2 ... 7 and the limit", at_most=0
)

# %% [markdown]
# The second way to break the assumption is **drift**: independent draws whose distribution moves, here by one
# standard deviation from the first draw to the last. Which $F$ would the sample describe? Hardly the one we meant at
# the start.
#
# **What to look at.** More data make it *worse*: the band shrinks towards the wrong curve. For the correlated
# readings, the band for $n_\mathrm{eff}$ is wide enough again. (No theorem promises that: $n_\mathrm{eff}$ is exact
# for the mean only. So it is measured.)

# %%
sizes = (10, 30, 100) if hw.quick else (10, 30, 100, 300, 1000)
runs, normal = repeats // 4, stats.norm.cdf
table = {"i.i.d.": [], "drift of 1σ": [], "correlated, ρ = 0.9": [], "correlated, band for $n_{\\mathrm{eff}}$": []}
for n in sizes:
    rng = np.random.default_rng(n)
    remembered = autoregressive_sample((runs, n), 0.9, rng)
    independent = rng.standard_normal((runs, n))
    samples = (independent, independent + np.linspace(0, 1, n), remembered, remembered)
    for row, sample, size in zip(table.values(), samples, (n, n, n, autoregressive_effective_size(n, 0.9))):
        row.append(band_coverage(sample, normal, dkw_band(size, 0.95)))

fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.7))
for (word, row), marker in zip(table.items(), "osDv"):
    coverage, spread = np.array(row).T
    axes[0].errorbar(sizes, coverage, spread, marker=marker, label=word)
axes[0].axhline(0.95, color="0.3", lw=0.8, ls=":")
axes[0].set(xscale="log", xlabel="draws n", ylabel="coverage of the 95 % band", ylim=(-0.03, 1.45))
axes[0].set_yticks(np.arange(0, 1.01, 0.2))
axes[0].legend(ncols=2, loc="upper center")

rhos, n = np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.95]), 200
ratios = []
for i, rho in enumerate(rhos):
    rows = autoregressive_sample((repeats, n), rho, np.random.default_rng(i))
    claimed = np.sqrt(np.mean([mean_with_error(row)[1] ** 2 for row in rows]))
    ratios.append(rows.mean(axis=1).std() / claimed)


def too_small(rhos):
    """Root of Var(mean) / (mean of s²/n): s² is, on average, (1 - 1/n_eff) n/(n-1) of the variance."""
    effective = np.array([autoregressive_effective_size(n, rho) for rho in rhos])
    return np.sqrt((n - 1) / (effective - 1))


fine = np.linspace(0, 0.955, 100)
axes[1].errorbar(rhos, ratios, np.array(ratios) / np.sqrt(2 * repeats), fmt="o", color="C1", label="measured")
axes[1].plot(fine, too_small(fine), color="C0", label="theory, exact for n = 200")
axes[1].set(xlabel="correlation ρ of neighbours", ylabel="scatter of the mean / claimed error")
axes[1].legend(loc="upper left")
hw.show(
    fig,
    "without_iid",
    "Left: coverage of the band with and without i.i.d. draws; bars are binomial errors. "
    "Right: how much too small the usual error of the mean is for correlated readings, n = 200.",
)

broken, spread = table["correlated, ρ = 0.9"][-1]
hw.record(f"coverage for ρ = 0.9, n = {sizes[-1]}", broken, spread, anchor="0.95 if they were independent", at_most=0.5)
mended, spread = table["correlated, band for $n_{\\mathrm{eff}}$"][-1]
hw.record(
    f"coverage for ρ = 0.9, n = {sizes[-1]}, band for n_eff",
    mended,
    spread,
    anchor="0.95, less 3 binomial errors",
    at_least=0.95 - 3 * np.sqrt(0.95 * 0.05 / runs),
)
hw.record(
    "claimed error of the mean too small by the factor, ρ = 0.9",
    ratios[4],
    ratios[4] / np.sqrt(2 * repeats),
    anchor="theory: exact variance, n = 200",
    expected=too_small(rhos)[4],
    within=4 * too_small(rhos)[4] / np.sqrt(2 * repeats),
)

# %% [markdown]
# ## 4. Supervised learning: a line through real data
#
# Pairs $(x_i, y_i)$ are drawn from an unknown $P(x, y)$, and a rule $f$ is wanted that predicts $y$ from $x$. How
# good it is, is its **true risk**; what we can compute is its **empirical risk**,
# $$R(f) = \mathbb{E}\,[(y - f(x))^2], \qquad R_n(f) = \frac{1}{n} \sum_{i=1}^n (y_i - f(x_i))^2 .$$
# Learning is: pick the $f$ with the smallest $R_n$. On the data that picked it, $R_n$ flatters; on data that were
# held out it is a plain mean of independent losses, and your first function gives its error bar.
#
# The data are real: petals of 150 irises of three species (Fisher 1936), lengths and widths in cm. The line is fitted
# with the library's `LinearRegression`; homework 1 opens that box.

# %%
from abinitio.data import load_iris
from abinitio.linear_model import LinearRegression

iris = load_iris()
length, width = iris.X[:, [2]], iris.X[:, 3]


def losses(fit, rows):
    """Squared errors of the predicted petal widths, in cm²."""
    return (width[rows] - fit.predict(length[rows])) ** 2


order = np.random.default_rng(4).permutation(150)
train, held_out = order[:100], order[100:]
line = LinearRegression().fit(length[train], width[train])

old, new = np.flatnonzero(iris.y < 2), np.flatnonzero(iris.y == 2)
narrow = LinearRegression().fit(length[old], width[old])

risks = {
    "trained on": mean_with_error(losses(line, train)),
    "held out": mean_with_error(losses(line, held_out)),
    "trained on\ntwo species": mean_with_error(losses(narrow, old)),
    "the third\nspecies": mean_with_error(losses(narrow, new)),
}
splits = [np.random.default_rng(seed).permutation(150)[:100] for seed in range(100)]
slopes = [LinearRegression().fit(length[rows], width[rows]).coef_[0] for rows in splits]
hw.record(
    "slope, petal width against length",
    np.mean(slopes),
    np.std(slopes, ddof=1),
    unit="cm/cm",
    anchor=f"{iris.label}; spread over 100 random splits",
)
hw.record(
    "risk on held-out flowers",
    *risks["held out"],
    unit="cm²",
    anchor="risk on the training flowers, 3 errors",
    expected=risks["trained on"][0],
    within=3 * np.hypot(risks["trained on"][1], risks["held out"][1]),
)
hw.record(
    "risk on a species never seen / on those seen",
    risks["the third\nspecies"][0] / risks["trained on\ntwo species"][0],
    anchor="1 for i.i.d. flowers",
    at_least=3,
)

# %% [markdown]
# The same line with scikit-learn, for which ours is a drop-in: the same words, the same numbers.

# %%
from sklearn.linear_model import LinearRegression as Theirs

theirs = Theirs().fit(length[train], width[train])
difference = max(abs(theirs.coef_[0] - line.coef_[0]), abs(theirs.intercept_ - line.intercept_))
hw.record("line: largest difference of slope and intercept", difference, anchor="scikit-learn, same run", at_most=1e-10)

# %% [markdown]
# **What to look at.** With a random split, training and held-out risk agree within their errors: the held-out flowers
# are draws from the same distribution. Then the line is fitted to two species and judged on the third. It looked
# excellent on its own data; on flowers from elsewhere its risk is several times larger. The formula of the error bar
# did not warn: it knows nothing about *other* distributions. The distribution has shifted.

# %%
fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.8), width_ratios=(1.2, 1))
for species, marker, colour in zip(range(3), "os^", ("C2", "C3", "C4")):
    k = iris.y == species
    axes[0].plot(length[k], width[k], marker, color=colour, ms=3, alpha=0.7, label=iris.target_names[species])
grid = np.linspace(1, 7, 2)[:, None]
axes[0].plot(grid, line.predict(grid), color="C0", label="fitted to 100 of all")
axes[0].plot(grid, narrow.predict(grid), color="C1", ls="--", label="fitted to two species")
axes[0].set(xlabel="petal length (cm)", ylabel="petal width (cm)")
axes[0].legend(loc="upper left")
values, spreads = np.array(list(risks.values())).T
for i, colour in enumerate(("C0", "C0", "C1", "C1")):
    axes[1].errorbar(i, values[i], spreads[i], fmt="os"[i % 2], color=colour)
axes[1].set_xticks(range(4), list(risks))
axes[1].set(ylabel="mean squared error (cm²)", yscale="log", xlim=(-0.5, 3.5), ylim=(0.008, 0.25))
hw.show(
    fig, "line_and_risk", "Petals of 150 irises (Fisher 1936) and two lines; right: their risks with standard errors."
)

# %% [markdown]
# ## 5. Unsupervised learning: splitting a cloud in two
#
# Now there are no labels. Look for $k$ centres $c_1 \dots c_k$ such that the points lie close to the nearest one:
# minimise, over the centres and over the labels $\ell_i$ of the points,
# $$J(\ell, c) = \sum_{i=1}^n |x_i - c_{\ell_i}|^2 .$$
# Both at once is hard, but each alone is easy. With fixed centres every point chooses for itself:

# %% exercise
from abinitio.cluster.kmeans import assign_clusters

# %% [markdown]
# With fixed labels, $\partial J / \partial c_k = -2 \sum_{i:\, \ell_i = k} (x_i - c_k)$ vanishes at one place. (And a
# centre that no point has chosen does not appear in $J$: it stays where it is.)

# %% exercise
from abinitio.cluster.kmeans import update_centres

# %% [markdown]
# Neither step can raise $J$, and there are finitely many labellings: the alternation ends (Lloyd 1957; *k*-means).
# The points below are simulated, half of them from each of two round Gaussians with $\sigma = 1$, a distance
# $\Delta = 3$ apart. The start is bad on purpose.

# %%
from abinitio.data import make_blobs

delta, n = 3.0, 400
blobs = make_blobs(n, centres=[[-delta / 2, 0], [delta / 2, 0]], spread=1.0, rng=np.random.default_rng(5))
X = blobs.X
path = [np.array([[1.0, 2.5], [2.5, 3.0]])]
costs = []
for _ in range(30):
    labels = assign_clusters(X, path[-1])
    path.append(update_centres(X, labels, path[-1]))
    costs.append(((X - path[-1][labels]) ** 2).sum() / n)
    if np.array_equal(path[-1], path[-2]):
        break

fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.8), width_ratios=(1.3, 1))
for k, marker in ((0, "o"), (1, "s")):
    axes[0].plot(*X[labels == k].T, marker, ms=2.5, alpha=0.5, color=f"C{k}", label=f"cluster {k}")
    axes[0].plot(*np.array(path)[:, k].T, "-", marker=marker, color="black", ms=4, mec="white", lw=1)
axes[0].set(xlabel="$x_1$ (σ)", ylabel="$x_2$ (σ)", aspect="equal")
axes[0].legend(loc="lower right")
axes[1].plot(np.arange(1, len(costs) + 1), costs, "o-")
axes[1].set(xlabel="iteration", ylabel="mean squared distance $J/n$ (σ²)")
hw.show(
    fig, "splitting", "Two-cluster splitting of simulated points; black: the paths of the centres from a bad start."
)
hw.record(
    "largest rise of J in an iteration", max(np.diff(costs), default=0.0), anchor="theory: J never rises", at_most=1e-12
)

# %% [markdown]
# How often is the split wrong? By symmetry the best boundary is the plane halfway between the two Gaussians, and a
# point lands on the wrong side of it with probability $\Phi(-\Delta/2)$: no method can do better, with labels or
# without.
#
# **With pen and paper.** The centres found are *not* the centres of the Gaussians. Show that for many points
# $$|c| = \mathbb{E}|x_1| = h\, \mathrm{erf}\Bigl(\frac{h}{\sqrt 2}\Bigr) + \sqrt{\frac{2}{\pi}}\, e^{-h^2/2},
#   \qquad h = \frac{\Delta}{2},$$
# which is larger than $h$. Where do the centres go for $\Delta \to 0$, one single Gaussian, and what does that say
# about clusters found by an algorithm that always finds some? SymPy does the integral:

# %%
h, x = sp.symbols("h x", positive=True)
pdf = sp.exp(-((x - h) ** 2) / 2) / sp.sqrt(2 * sp.pi)
integral = sp.integrate(x * pdf, (x, 0, sp.oo)) + sp.integrate(x * pdf.subs(x, -x), (x, 0, sp.oo))
claimed = h * sp.erf(h / sp.sqrt(2)) + sp.sqrt(2 / sp.pi) * sp.exp(-(h**2) / 2)
hw.record(
    "mean of |x|: SymPy's integral less the claim",
    sp.simplify((integral - claimed).rewrite(sp.erf)),
    anchor="exact",
    at_most=0,
)

# %%
from scipy.special import erf

from abinitio.cluster import kmeans_plus_plus, lloyd

n, trials = 1000, (5 if hw.quick else 40)
deltas = np.array([2.0, 2.5, 3.0, 4.0, 5.0])
found = np.empty((len(deltas), trials, 2))  # error of the split, half the distance of the centres
for i, delta in enumerate(deltas):
    for trial in range(trials):
        rng = np.random.default_rng([trial, i])
        blobs = make_blobs(n, centres=[[-delta / 2, 0], [delta / 2, 0]], spread=1.0, rng=rng)
        *_, (labels, centres) = islice(lloyd(blobs.X, kmeans_plus_plus(blobs.X, 2, rng)), 100)
        error = np.mean(labels != blobs.y)
        found[i, trial] = min(error, 1 - error), np.linalg.norm(centres[1] - centres[0]) / 2  # clusters have no names
error_rate, distance = np.array([[mean_with_error(column) for column in row.T] for row in found]).swapaxes(0, 1)

hw.record(
    "error of the split, Δ = 3",
    *error_rate[2],
    anchor="theory: Φ(-Δ/2)",
    expected=stats.norm.cdf(-1.5),
    within=4 * np.sqrt(stats.norm.cdf(-1.5) / (n * trials)) + 1 / n,
)


def folded(delta):
    """Where the claim above puts the centres."""
    h = delta / 2
    return h * erf(h / np.sqrt(2)) + np.sqrt(2 / np.pi) * np.exp(-(h**2) / 2)


hw.record(
    "half the distance of the centres, Δ = 3",
    *distance[2],
    unit="σ",
    anchor="theory: E|x|, for n → ∞",
    expected=folded(3.0),
    within=4 / np.sqrt(n * trials) + 2 / n,
)

fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.6))
fine = np.linspace(1.8, 5.2, 100)
axes[0].errorbar(deltas, *error_rate.T, fmt="o", color="C1", label="two clusters, no labels")
axes[0].plot(fine, stats.norm.cdf(-fine / 2), color="C0", label="best possible, Φ(-Δ/2)")
axes[0].set(xlabel="distance Δ of the Gaussians (σ)", ylabel="fraction on the wrong side", yscale="log")
axes[1].errorbar(deltas, *distance.T, fmt="o", color="C1", label="k-means")
axes[1].plot(fine, folded(fine), color="C0", label="theory, E|x|")
axes[1].plot(fine, fine / 2, color="0.4", ls=":", label="centres of the Gaussians")
axes[1].set(xlabel="distance Δ of the Gaussians (σ)", ylabel="half the distance of the centres (σ)")
for ax in axes:
    ax.legend()
hw.show(
    fig, "splitting_theory", f"Two Gaussians, n = {n}, mean of {trials} trials with standard errors, against theory."
)

# %% [markdown]
# The same with scikit-learn, from the same start; and with real petals, where the species are known but not shown to
# the method: does it find *setosa*?

# %%
from sklearn.cluster import KMeans

petals = iris.X[:, 2:]
start = petals[[0, 149]]
*_, (labels, centres) = islice(lloyd(petals, start), 100)
theirs = KMeans(2, init=start, n_init=1, tol=0).fit(petals)
hw.record(
    "petal clusters: largest difference of the centres",
    np.abs(centres - theirs.cluster_centers_).max(),
    unit="cm",
    anchor="scikit-learn KMeans, same start",
    at_most=1e-10,
)
agreement = mean_with_error(((labels == labels[0]) == (iris.y == 0)).astype(float))
hw.record("flowers rightly told setosa or not, without labels", *agreement, anchor=iris.label, at_least=0.97)

# %% [markdown]
# ## 6. Reinforcement learning: the bandit
#
# Nobody gives labels here, and the data are not given either: they depend on what we do. Three photon detectors have
# unknown efficiencies $\mu_k$; each photon is sent to one of them, and a click is the reward. Try all of them
# (*explore*), or stay with the best so far (*exploit*)? What was lost against somebody who knew the best, after $T$
# photons, is the **regret**
# $$R_T = \sum_{t=1}^T (\mu^* - \mu_{a_t}), \qquad \mu^* = \max_k \mu_k,$$
# where $a_t$ is the arm chosen at time $t$.
#
# *Explore, then commit*: every arm $m$ times, then the winner for ever. For two arms with Gaussian rewards, a gap
# $\Delta$ and $\sigma = 1$, the difference of the two means of $m$ is normal with mean $\Delta$ and variance $2/m$,
# so that the wrong arm wins with probability $\Phi(-\Delta\sqrt{m/2})$, and exactly
# $$\mathbb{E} R_T = m \Delta + (T - 2m)\, \Delta\, \Phi(-\Delta \sqrt{m/2}) .$$
# Too little exploration often ends on the wrong arm; too much wastes photons. The best $m$ depends on $\Delta$, which
# nobody knows.
#
# **Optimism** needs no such number. A mean of $n_k$ rewards from 0 to 1 is below its expectation by more than $a$
# with probability at most $e^{-2 n_k a^2}$ (Hoeffding; compare the band above). Let that be $t^{-4}$: then
# $a = \sqrt{2 \ln\,t / n_k}$. Give every arm this benefit of the doubt, and pull the one that looks best with it.

# %% exercise
from abinitio.reinforcement.bandit import ucb1_index

# %%
from abinitio.reinforcement import (
    bernoulli_arms, cumulative_regret, epsilon_greedy, explore_then_commit, explore_then_commit_regret, gaussian_arms,
    lai_robbins_slope, play, ucb1_bound
)  # fmt: skip


def regret(game, means, T):
    """Regret after every pull, (T, runs), of the first T pulls of a policy."""
    return cumulative_regret(np.array([arms for arms, _ in islice(game, T)]), means)


gap, T, runs = 0.5, 1000, (100 if hw.quick else 1000)
ms = np.array([2, 5, 10, 20, 40, 80])
games = [explore_then_commit(gaussian_arms(np.array([0.0, gap])), 2, m, runs, np.random.default_rng(m)) for m in ms]
committed = np.array([mean_with_error(regret(game, np.array([0.0, gap]), T)[-1]) for game in games])
exact = explore_then_commit_regret(T, gap, ms)
hw.record(
    "regret of explore-then-commit, m = 20",
    *committed[3],
    anchor="theory: exact, two Gaussian arms",
    expected=exact[3],
    within=4 * committed[3, 1],
)

# %% [markdown]
# Now three detectors with efficiencies 0.5, 0.6 and 0.8, and three policies: explore-then-commit with $m = 30$;
# *ε-greedy*, which sends one photon in ten anywhere and the others to the best so far; and UCB1, with your index.
# Constant exploration costs $\epsilon \bar\Delta$ per photon for ever ($\bar\Delta$: the mean gap): its regret is
# *linear* in $T$. For UCB1, Theorem 1 of Auer, Cesa-Bianchi and Fischer (2002) bounds the expected regret by
# $8 \sum_k \ln\,T / \Delta_k + (1 + \pi^2/3) \sum_k \Delta_k$.

# %%
efficiency, epsilon, T, runs = np.array([0.5, 0.6, 0.8]), 0.1, (2000 if hw.quick else 10_000), (60 if hw.quick else 300)
arms, rng = bernoulli_arms(efficiency), np.random.default_rng(6)
games = {
    "explore-then-commit": explore_then_commit(arms, 3, 30, runs, rng),
    "ε-greedy, ε = 0.1": epsilon_greedy(arms, 3, epsilon, runs, rng),
    "UCB1": play(lambda counts, sums: ucb1_index(counts, sums).argmax(axis=1), arms, 3, runs, rng),
}
regrets = {word: regret(game, efficiency, T) for word, game in games.items()}

greedy, optimist = regrets["ε-greedy, ε = 0.1"], regrets["UCB1"]
late = mean_with_error((greedy[-1] - greedy[T // 2]) / (T - 1 - T // 2))
linear = epsilon * np.mean(0.8 - efficiency)
hw.record(
    "ε-greedy: late regret per photon",
    *late,
    anchor="theory: ε times the mean gap",
    expected=linear,
    within=4 * late[1] + 0.02 * linear,
)
hw.record(
    f"UCB1: regret after {T} photons",
    *mean_with_error(optimist[-1]),
    anchor="theory: Auer et al. 2002, Theorem 1",
    at_most=ucb1_bound(T, efficiency),
)
growth = mean_with_error((optimist[-1] - optimist[T // 4]) / np.log(T / (T // 4 + 1)))
slope = lai_robbins_slope(efficiency)
hw.record(
    "UCB1: growth of the regret with ln t",
    *growth,
    anchor="theory: Lai and Robbins 1985, lower bound for t → ∞",
    at_least=slope,
)

# %%
fig, axes = plt.subplots(1, 2, figsize=(PAGE, 2.9))
fine = np.arange(1, 101)
axes[0].errorbar(ms, *committed.T, fmt="o", color="C1", label="measured")
axes[0].plot(fine, explore_then_commit_regret(1000, gap, fine), color="C0", label="exact")
axes[0].set(
    xscale="log", xlabel="pulls m of each arm before the choice", ylabel="regret after 1000 pulls (σ)", ylim=(0, 200)
)
axes[0].legend()
t = np.unique(np.geomspace(3, T, 25).astype(int))
for (word, R), marker in zip(regrets.items(), "sDo"):
    centre, spread = np.array([mean_with_error(R[i - 1]) for i in t]).T
    axes[1].errorbar(t, centre, spread, marker=marker, ms=2.5, label=word)
axes[1].plot(t, slope * np.log(t), color="0.4", ls=":", label="slope of Lai and Robbins")
axes[1].set(xscale="log", xlabel="photons t", ylabel="regret (lost clicks)", ylim=(0, None))
axes[1].legend(loc="upper left")
hw.show(
    fig,
    "bandit",
    f"Left: explore-then-commit on two Gaussian arms, gap 0.5σ. Right: three detectors, mean of {runs} runs "
    "with standard errors.",
)

# %% [markdown]
# **What to look at.** Over $\ln\,t$, a straight line is logarithmic regret and a curve that bends up is linear regret.
# ε-greedy leads for thousands of photons, and loses in the end. Explore-then-commit has the largest error bars: most
# runs lose nothing after the choice, a few lose with every photon.
#
# ### Why not better than ln t? [graduate]
#
# A policy that is good on *every* set of detectors must keep checking that a bad arm is not better than it looked,
# and to tell $\mu_k$ from $\mu^*$ takes a number of pulls set by their Kullback-Leibler divergence. Lai and Robbins
# (1985): for every policy whose regret grows slower than any power of $T$ on all Bernoulli bandits,
# $$\liminf_{T \to \infty} \frac{\mathbb{E} R_T}{\ln\,T} \ge
#   \sum_{k:\, \Delta_k > 0} \frac{\Delta_k}{\mathrm{kl}(\mu_k, \mu^*)}, \qquad
#   \mathrm{kl}(p, q) = p\, \ln\frac{p}{q} + (1 - p)\, \ln\frac{1 - p}{1 - q} .$$
# UCB1 grows several times faster than that: Hoeffding's bound knows only that rewards lie between 0 and 1. Which
# bound would you put in its place for clicks? (Keyword: KL-UCB.)
#
# ## What you have now
#
# A mean has an error, a distribution function has a band, and both need i.i.d. draws. Learning from examples, finding
# structure, and acting for reward all minimise a mean over data in place of an expectation over the world. Ask for
# your points with `abinitio check hw0.ipynb`, make your own report with `abinitio run hw0 --mine hw0.ipynb`, and go
# on with `abinitio start hw1`.

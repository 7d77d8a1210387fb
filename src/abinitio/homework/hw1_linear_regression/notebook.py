# %% [markdown]
# # Homework 1: linear regression
#
# A straight line through measured points is the first model of machine learning and, two hundred years before it, the first
# of data analysis: Legendre and Gauss fitted orbits with it. Everything that returns later in the course is here in a form
# that can be solved on paper: a loss and its gradient, descent and its speed, noise, overfitting and its cures, the choice
# between models, the error of a prediction.
#
# You write twelve short functions, one to ten lines each. Every one of them is used at once, on data, against a theorem and
# against scikit-learn. Parts marked **[graduate]** are extensions; nothing later depends on them.
#
# **How to work.** Write the body of a function where its blank says `raise NotImplementedError` and run the cell: the
# `check` below it says what is right, or shows you the smallest case where it is not. `check(f, hint=1)` gives a hint (there
# are three). In a terminal, `abinitio check hw1.ipynb` checks the whole file, and `abinitio run hw1 --mine hw1.ipynb` runs
# every experiment of this page on your functions and puts your figures beside the reference's.
#
# **Conventions.** $n$ samples are the rows $x_i^\top$ of a matrix $X$ with $d$ columns, the features; $y$ holds the $n$
# targets, $w$ the $d$ weights. The model is $\hat y = Xw$. An intercept is either a column of ones in $X$ or is taken out
# by centring; each task says which. Where a mean squared error is meant it carries $1/n$, and no $1/2$.

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw1")
check = hw.check

# %%
import time
from itertools import islice

from abinitio.data import fetch_california_housing, load_diabetes, load_housing
from abinitio.data import make_line, make_linear, make_measured_curve, make_resonance
from abinitio.homework.hw1_linear_regression.problems import judge, value
from abinitio.metrics.regression import mean_squared_error, mean_squared_error_with_error, r2_score
from abinitio.optimize.gradient_check import complex_step
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient
from abinitio.optimize.stochastic import stochastic_gradient_descent
from abinitio.plots import draw_band, draw_fit_with_pulls, draw_measurements, draw_paths
from abinitio.plots import draw_spread, draw_surface, draw_trajectory
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, SKY, VERMILION, use_style

use_style()


def size(full, quick):
    """How many repetitions: `full` in a run, `quick` when the homework itself is tested."""
    return quick if hw.quick else full


def speed_up(ours, theirs, repeats=9):
    """Their time over ours: the median over interleaved repeats, and half the interquartile range."""
    ratios = []
    ours(), theirs()
    for _ in range(repeats):
        times = []
        for call in (ours, theirs):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        ratios.append(times[1] / times[0])
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return middle, (high - low) / 2


def average(values):
    """The mean over repetitions and its standard error."""
    return np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))


# %% [markdown]
# # 1. The loss, and walking down it
#
# ## 1.1 The gradient
#
# A current $I$ flows through a wire; the voltmeter shows $U = U_0 + R\,I$ with an offset $U_0$ and noise of known size. The
# two unknowns enter linearly, so with rows $x_i = (1, I_i)$ the model is $\hat y_i = x_i^\top w$ with $w = (U_0, R)$. How
# good is a given $w$? By the mean squared error
#
# $$L(w) = \frac{1}{n} \sum_{i=1}^{n} \left( y_i - x_i^\top w \right)^2 = \frac{1}{n} \lVert y - Xw \rVert^2 .$$
#
# (If the noise is normal with the same width everywhere, $-L$ is the log-likelihood up to a factor and a constant: the best
# $w$ is then the most likely one. Section 3 takes this up.) $L$ is a paraboloid over the plane of weights. Its gradient
# says which way is up, and how steep it is there.
#
# **Pen and paper A.** For the straight line $\hat y = a + bx$ set both derivatives of $L$ to zero and solve for the slope
# $b$, in the sums $S_x = \sum x_i$, $S_y$, $S_{xx} = \sum x_i^2$, $S_{xy} = \sum x_i y_i$ and $n$. Type it as Python; any
# equivalent form is right.

# %%
judge("slope of a line", answer="")  # your b, from n, Sx, Sy, Sxx, Sxy

# %% [markdown]
# **Exercise 1.** Write the gradient of $L$, for any $X$, without a loop over the samples.

# %% exercise
from abinitio.linear_model.least_squares import mse_gradient

# %% [markdown]
# A gradient is never to be believed before it has been compared with a numerical one. The *complex step*
# $\partial_j L = \operatorname{Im} L(w + i h e_j) / h$ takes no difference of nearly equal numbers, so $h = 10^{-20}$ is
# allowed and the derivative is exact to the last digit.

# %%
ohm = make_line(60, rng=np.random.default_rng(1))
X = np.column_stack([np.ones(len(ohm.x)), ohm.x])  # a column of ones for the offset
y = ohm.y


def loss(w):
    return np.mean((X @ w - y) ** 2)


deviations = [
    np.abs(mse_gradient(w, X, y) - complex_step(loss, w)).max() for w in np.random.default_rng(2).normal(size=(20, 2))
]
hw.record(
    "gradient of the loss: largest deviation", np.max(deviations), anchor="complex step, 20 random points", at_most=1e-12
)

# %% [markdown]
# ## 1.2 Gradient descent
#
# To go down, step against the gradient, again and again: $w_{k+1} = w_k - \eta\, \nabla L(w_k)$. The learning rate $\eta$
# is the length of the step per unit of slope.
#
# **Exercise 2.** Write the descent as a *generator*: it yields $w_1, w_2, \dots$ for ever, and whoever uses it decides when
# to stop. `islice(walk, 100)` takes the first hundred.

# %% exercise
from abinitio.optimize.descent import gradient_descent

# %% [markdown]
# ## 1.3 The exact solution
#
# At the bottom the gradient is zero. That is a *linear* system for $w$, the **normal equations**; "normal" because they say
# that the residual $y - Xw$ is perpendicular to every column of $X$: the fit is the projection of $y$ onto the plane that
# the features span.
#
# **Exercise 3.** Solve them.

# %% exercise
from abinitio.linear_model.least_squares import least_squares_coefficients

# %%
w_exact = least_squares_coefficients(X, y)
noise_level = np.sqrt(loss(w_exact) * len(y) / (len(y) - 2))  # two of the n degrees of freedom went into the fit
hw.record(
    "wire: noise seen in the residuals",
    noise_level,
    noise_level / np.sqrt(2 * (len(y) - 2)),
    unit="V",
    anchor="truth: the simulated noise",
    expected=ohm.sigma[0],
    within=3 * ohm.sigma[0] / np.sqrt(2 * (len(y) - 2)),
)
print(f"offset {w_exact[0]:.3f} V (truth {ohm.truth['intercept']}), resistance {w_exact[1]:.3f} ohm (truth {ohm.truth['slope']})")

# %% [markdown]
# ## 1.4 How fast is descent?
#
# The Hessian $H = \frac{2}{n} X^\top X$ does not depend on $w$. Along its eigenvector with eigenvalue $h$ the distance to the
# minimum is multiplied by $1 - \eta h$ in every step:
#
# $$w_{k+1} - w^* = (1 - \eta H)(w_k - w^*) .$$
#
# Along the steepest direction (largest eigenvalue $M$) a rate above $2/M$ makes the factor less than $-1$: the walk
# explodes. Along the flattest (smallest eigenvalue $m$) the factor is close to 1 and nothing moves. The best rate is a
# compromise between the two.
#
# **Pen and paper B.** Which rate makes the larger of $|1 - \eta m|$ and $|1 - \eta M|$ as small as possible?

# %%
judge("best rate", answer="")  # your rate, from m and M

# %% [markdown]
# With that rate the error shrinks, per step, by the factor $(\kappa - 1)/(\kappa + 1)$, where $\kappa = M/m$ is the
# **condition number**: the square of the ratio of the axes of the elliptic contours. First look at three walks on the loss of
# the wire: a cautious one, the best one, and one just below the limit of stability, which zigzags across the valley.

# %%
start = np.array([4.0, 0.5])
m, M = np.linalg.eigvalsh(2 / len(y) * X.T @ X)
best_rate = value("best rate", m=m, M=M)
rates = {"0.1 of the limit": 0.2 / M, "the best": best_rate, "0.98 of the limit": 1.96 / M}

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
draw_surface(left, loss, w_exact, reach=[4.4, 5.2])
for (name, rate), color in zip(rates.items(), (BLUE, GREEN, VERMILION)):
    walk = [start, *islice(gradient_descent(lambda w: mse_gradient(w, X, y), start, rate), 60)]
    draw_trajectory(left, walk[:25], color=color, label=name)
    right.semilogy([max(loss(w) - loss(w_exact), 1e-16) for w in walk], color=color, label=name)
steps = np.arange(61)
excess = loss(start) - loss(w_exact)
right.semilogy(
    steps, excess * ((M - m) / (M + m)) ** (2 * steps), color="0.4", ls=":", label=r"theory: $((\kappa-1)/(\kappa+1))^{2k}$"
)
left.set(xlabel="offset $U_0$ (V)", ylabel=r"resistance $R$ ($\Omega$)")
right.set(xlabel="step $k$", ylabel=r"excess loss $L(w_k) - L(w^*)$ (V$^2$)", ylim=(1e-13, 1e3))
right.legend(loc="upper right", title="rate", title_fontsize="small")
hw.show(
    fig,
    "descent_on_the_loss",
    f"Gradient descent on the loss of the wire ({ohm.label}), condition number {M / m:.1f}. Left: contours of the loss, evenly "
    "spaced in the square root of its excess; the star is the exact solution, the circle the start. Right: the excess loss; the "
    "dotted line starts at the same value and falls at the theoretical rate.",
)
final = list(islice(gradient_descent(lambda w: mse_gradient(w, X, y), start, best_rate), 400))[-1]
hw.record(
    "wire: gradient descent, distance from the exact solution",
    np.abs(final - w_exact).max(),
    anchor="normal equations, same run",
    at_most=1e-9,
)

# %% [markdown]
# Now the speed itself, over two decades of condition numbers. `make_linear` makes data whose Hessian has exactly the
# condition number asked for. Measured is the factor by which the distance to the solution shrinks per step, in the second half
# of the walk, where only the slowest directions are left; the spread is over random data and starts. *What to look at:* the
# number of steps grows linearly with $\kappa$. Ten times flatter valleys take ten times longer, and no choice of the rate
# helps. What does help is to change the shape of the valley: section 2.


# %%
def contraction(kappa, rng):
    """The factor per step by which descent at the best rate approaches the solution, measured."""
    data = make_linear(60, 6, condition=kappa, rng=rng)
    h = 2 * data.truth["eigenvalues"]
    w_best = least_squares_coefficients(data.X, data.y)
    rate = value("best rate", m=h[-1], M=h[0])
    walk = gradient_descent(lambda w: mse_gradient(w, data.X, data.y), w_best + rng.normal(size=6), rate)
    steps = int(max(14, 7 * kappa))
    distances = [np.linalg.norm(w - w_best) for w in islice(walk, steps)]
    half = steps // 2
    return (distances[-1] / distances[half]) ** (1 / (steps - 1 - half))


kappas = np.array([2.0, 5.0, 10.0, 30.0] if hw.quick else [2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0])
seeds = np.random.default_rng(3).spawn(size(12, 3))
factors = np.array([[contraction(kappa, rng) for kappa in kappas] for rng in seeds])
theory = (kappas - 1) / (kappas + 1)

fig, ax = plt.subplots()
draw_spread(ax, kappas, -1 / np.log(factors), color=BLUE, label=f"measured, {len(seeds)} seeds")
fine = np.geomspace(1.7, kappas[-1] * 1.2, 100)
ax.plot(fine, -1 / np.log((fine - 1) / (fine + 1)), color="0.3", ls="--", label=r"theory: $-1/\ln\frac{\kappa-1}{\kappa+1}$")
ax.set(xscale="log", yscale="log", xlabel=r"condition number $\kappa$", ylabel="steps for a factor $e$")
ax.legend()
hw.show(
    fig,
    "rate_and_condition",
    "Steps of gradient descent, at the best constant rate, that bring the weights closer to the solution by a factor e. Error "
    "bars: standard deviation over random data and starts (smaller than the symbols where they cannot be seen).",
)
deviation = np.abs(factors - theory) / (1 - theory)
hw.record(
    "descent: relative error of the predicted speed 1 - rate, mean over condition numbers",
    deviation.mean(),
    deviation.mean(axis=1).std(ddof=1),
    anchor="theory: (κ-1)/(κ+1)",
    at_most=0.05,
)
hw.record(
    f"descent: factor per step at κ = {kappas[-1]:.0f}",
    factors[:, -1].mean(),
    factors[:, -1].std(ddof=1),
    anchor="theory: (κ-1)/(κ+1)",
    expected=theory[-1],
    within=0.05 * (1 - theory[-1]),
)

# %% [markdown]
# ## 1.5 The same with scikit-learn
#
# `sklearn.linear_model.LinearRegression` solves the same problem with a singular value decomposition: slower than the normal
# equations, and safer where columns are nearly parallel (the condition number of $X^\top X$ is the *square* of that of $X$, so
# the normal equations lose twice the digits). abinitio's own `LinearRegression` looks at the condition number first and then
# takes the one or the other.

# %%
from sklearn.linear_model import LinearRegression as SklearnLinearRegression

from abinitio.linear_model import LinearRegression

tall = make_linear(size(20_000, 2_000), 40, rng=np.random.default_rng(4))
theirs = SklearnLinearRegression(fit_intercept=False).fit(tall.X, tall.y).coef_
ours = LinearRegression(fit_intercept=False).fit(tall.X, tall.y).coef_
by_hand = least_squares_coefficients(tall.X, tall.y)
hw.record(
    "least squares: difference from scikit-learn",
    max(np.abs(by_hand - theirs).max(), np.abs(ours - theirs).max()),
    anchor="scikit-learn LinearRegression, same run",
    at_most=1e-10,
)
hw.record(
    "least squares: scikit-learn's time over ours",
    *speed_up(
        lambda: least_squares_coefficients(tall.X, tall.y),
        lambda: SklearnLinearRegression(fit_intercept=False).fit(tall.X, tall.y),
    ),
    anchor=f"scikit-learn LinearRegression, n = {len(tall.y)}, d = 40",
)

# %% [markdown]
# # 2. House prices: real data, real units
#
# ## 2.1 The data
#
# `load_housing()` has the sale prices of 321 houses in North Andover, Massachusetts, from a study of what a planned garbage
# incinerator did to the prices around it (Kiel and McClain, 1995). Ten features: age, rooms, floor area, distances... Their
# units differ (years, square feet, feet), and three of the distances measure almost the same thing. A quarter of the houses is
# set aside as the **test set**: it is used to measure the error of a finished model, and for nothing else.

# %%
if hw.full:
    houses = fetch_california_housing()
    price, money = 100 * houses.y, "1,000 USD of 1990"  # the set counts in units of 100,000 USD
else:
    houses = load_housing()
    price, money = houses.y, "1,000 USD of 1978"


def split(rng, share=0.25):
    """Random row numbers for training and for the test."""
    order = rng.permutation(len(price))
    held_back = int(share * len(price))
    return order[held_back:], order[:held_back]


print(houses.label)
for name, column in zip(houses.feature_names, houses.X.T):
    print(f"{houses.axis(name):34s} {column.mean():10.1f} ± {column.std():.1f}")
print(f"{'price (' + money + ')':34s} {price.mean():10.1f} ± {price.std():.1f}")

# %% [markdown]
# ## 2.2 Features in a common unit
#
# Distances of 20,000 feet beside 2 bathrooms make a valley that is ten thousand times longer than wide: the condition number
# of the Hessian is beyond $10^{10}$ here, and descent would need as many steps. Measuring each feature in units of its own standard
# deviation, from its mean, costs nothing and removes most of it:
#
# $$x_{ij} \leftarrow \frac{x_{ij} - m_j}{s_j} .$$
#
# The test houses are scaled with the *training* mean and deviation. Scaling with all the data, or the test set with its own
# mean, lets the test set into the model: a small leak here, and in larger pipelines the most common way to a result that
# does not hold. It also fails in use: tomorrow's single house has no mean of its own.
#
# **Exercise 4.** Write it for both sets.

# %% exercise
from abinitio.linear_model.standardize import standardize

# %%
train, test = split(np.random.default_rng(5))
A, B = standardize(houses.X[train], houses.X[test])
offset = price[train].mean()  # with centred features this is the intercept
t = price[train] - offset


def condition(X):
    eigenvalues = np.linalg.eigvalsh(X.T @ X)
    return eigenvalues[-1] / eigenvalues[0]


raw = houses.X[train] - houses.X[train].mean(axis=0)
hw.record("houses: condition number, raw features", condition(raw), anchor="Hessian of the loss, centred features")
hw.record(
    "houses: condition number, standardized",
    condition(A),
    anchor="Hessian of the loss, same houses",
    at_most=condition(raw) / 100,
)


def test_error(w):
    """Root mean squared error on the test houses, in 1,000 USD."""
    return np.sqrt(mean_squared_error(price[test], offset + B @ w))


w_houses = least_squares_coefficients(A, t)
walks = {}
for name, (features, held_back) in {
    "standardized": (A, B),
    "raw": (raw, houses.X[test] - houses.X[train].mean(axis=0)),
}.items():
    top = np.linalg.eigvalsh(2 / len(t) * features.T @ features)[-1]
    walk = gradient_descent(lambda w: mse_gradient(w, features, t), np.zeros(A.shape[1]), 1 / top)
    walks[name] = [
        np.sqrt(mean_squared_error(price[test], offset + held_back @ w)) for w in islice(walk, size(4000, 200))
    ]

fig, ax = plt.subplots()
for (name, errors), color, style in zip(walks.items(), (BLUE, VERMILION), ("-", "--")):
    ax.semilogx(np.arange(1, len(errors) + 1), errors, style, color=color, label=f"descent, {name} features")
ax.axhline(test_error(w_houses), color="0.3", lw=0.8, ls=":", label="exact solution")
ax.set(xlabel="step of gradient descent", ylabel=f"test error, rms ({money})")
ax.legend()
hw.show(
    fig,
    "houses_descent",
    f"Test error along gradient descent on house prices ({houses.label}), each at the rate 1/M of its own Hessian. Both walks have "
    "the same minimum; on raw features the walk is nowhere near it after thousands of steps.",
)

# %% [markdown]
# *What to look at:* the standardized walk reaches the level of the exact solution in some ten or hundred steps, although three
# nearly collinear distances leave a condition number of about a thousand: the flat direction that is left hardly matters for the
# prediction. (Stopping a descent early even acts like the ridge penalty of section 4: it never moves far along flat directions.)
#
# ## 2.3 Fit, and look at the residuals in dollars
#
# A number such as $R^2 = 0.6$ says little to someone who buys a house. The residuals, in dollars and against the prediction, say
# what is wrong with the model: a cloud of constant width around zero would be noise; a curve is a missing feature, a funnel is
# noise that grows with the price, a lone point is a story.

# %%
predicted = offset + B @ w_houses
residual = price[test] - predicted
mse, mse_error = mean_squared_error_with_error(price[test], predicted)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
ends = np.array([min(price[test].min(), predicted.min()), max(price[test].max(), predicted.max())])
left.plot(predicted, price[test], "o", ms=2.5, color=BLUE, alpha=0.6 if len(test) < 500 else 0.1, mew=0)
left.plot(ends, ends, color="0.3", lw=0.8, label="sold as predicted")
left.set(xlabel=f"predicted price ({money})", ylabel=f"price ({money})")
left.legend(loc="upper left")
right.axhspan(-np.sqrt(mse), np.sqrt(mse), color="0.88", lw=0, label="± rms")
right.axhline(0, color="0.3", lw=0.8)
right.plot(predicted, residual, "o", ms=2.5, color=BLUE, alpha=0.6 if len(test) < 500 else 0.1, mew=0)
edges = np.quantile(predicted, np.linspace(0, 1, 6))
groups = [residual[(predicted >= a) & (predicted <= b)] for a, b in zip(edges[:-1], edges[1:])]
right.errorbar(
    (edges[:-1] + edges[1:]) / 2,
    [group.mean() for group in groups],
    [group.std(ddof=1) / np.sqrt(len(group)) for group in groups],
    fmt="s",
    ms=4,
    color=VERMILION,
    label="mean of a fifth, with its error",
)
right.set(xlabel=f"predicted price ({money})", ylabel=f"residual ({money})")
right.legend(loc="upper left")
hw.show(
    fig,
    "houses_residuals",
    f"Test houses ({len(test)} of {houses.label}). Left: price against prediction. Right: what is left, with the mean of each fifth "
    "of the houses: it bends up at both ends, so the price is not quite linear in the features.",
)

# %% [markdown]
# One split of few houses is one draw. The error of the error comes from many: each split scales, fits and tests anew.


# %%
def error_of_split(rng, fit, rows=None):
    """Test error (rms, 1,000 USD) of fit(A, t) -> w after a fresh random split, using only the first `rows` for training."""
    train, test = split(rng)
    A, B = standardize(houses.X[train[:rows]], houses.X[test])
    offset = price[train[:rows]].mean()
    return np.sqrt(mean_squared_error(price[test], offset + B @ fit(A, price[train[:rows]] - offset)))


splits = size(60, 6)
by_hand = [error_of_split(rng, least_squares_coefficients) for rng in np.random.default_rng(6).spawn(splits)]
nothing = [error_of_split(rng, lambda A, t: np.zeros(A.shape[1])) for rng in np.random.default_rng(6).spawn(splits)]
sklearn = [
    error_of_split(rng, lambda A, t: SklearnLinearRegression().fit(A, t).coef_)
    for rng in np.random.default_rng(6).spawn(splits)
]
hw.record("houses: test error, least squares", np.mean(by_hand), np.std(by_hand, ddof=1), unit=money, anchor=f"{splits} random splits")
hw.record(
    "houses: test error over that of the mean price",
    *average(np.divide(by_hand, nothing)),
    anchor="predicting the mean price, same splits",
    at_most=0.9,
)
hw.record(
    "houses: largest difference of a test error from scikit-learn's",
    np.abs(np.subtract(by_hand, sklearn)).max(),
    unit=money,
    anchor="scikit-learn LinearRegression, same splits",
    at_most=1e-6,
)
hw.record("houses: R² on the test set", r2_score(price[test], predicted), anchor="one split")

# %% [markdown]
# ## 2.4 Stochastic descent
#
# The gradient is a mean over samples. The mean over a small random **minibatch** is a noisy estimate of it, without bias, at a
# fraction of the cost. An **epoch** deals the whole deck once: every sample in exactly one batch, in a new random order.
#
# **Exercise 5.** Write the dealing: one epoch of index arrays. Randomness comes in as an argument, `rng`; with the same seed
# the same order comes out.

# %% exercise
from abinitio.optimize.stochastic import minibatches

# %% [markdown]
# `stochastic_gradient_descent` of the library calls `minibatches` for every epoch and steps along the gradient of each batch. With a constant
# rate it does not converge: near the minimum the gradient vanishes, its noise does not, and the weights keep dancing like a Brownian
# particle in a harmonic trap. *What to look at* on the left: small batches are much faster per epoch at first, and stop at a higher
# floor.
#
# **Pen and paper C [graduate].** Along one eigenvector of the Hessian, with curvature $h$, the step is
# $w \leftarrow w - \eta\,(h\,w + \xi)$ with independent noise $\xi$ of variance $c$ and $w$ measured from the minimum. What is the
# stationary variance of $w$?

# %%
judge("variance of SGD", answer="")  # your variance, from rate, h and c

# %% [markdown]
# The floor follows: $\langle L \rangle - L^* = \sum_j \frac{1}{2} h_j V_j$, where $c$ is the covariance of one sample's gradient over the
# batch size. For small rates it depends on $\eta/b$ only, rate over batch size: the *temperature* of stochastic descent. On the right it is
# measured against your formula. (Two things are left out of it: batches of one epoch are not independent, because the deck has no repeats, and
# the noise grows a little away from the minimum.)

# %%
data = make_linear(size(2000, 400), 5, condition=4.0, noise=1.0, rng=np.random.default_rng(7))
w_best = least_squares_coefficients(data.X, data.y)
h, directions = np.linalg.eigh(2 / len(data.y) * data.X.T @ data.X)
gradients = 2 * data.X * (data.X @ w_best - data.y)[:, None]  # of each sample, at the minimum
noise = np.mean((gradients @ directions) ** 2, axis=0)  # their variance along each eigenvector


def excess_loss(w):
    return 0.5 * np.sum(h * ((w - w_best) @ directions) ** 2, axis=-1)


def stochastic_walk(batch, rate, epochs, rng, start):
    """Excess loss after every step of `epochs` epochs."""
    steps = epochs * -(-len(data.y) // batch)
    walk = stochastic_gradient_descent(
        lambda w, rows: mse_gradient(w, data.X[rows], data.y[rows]), start, len(data.y), batch, rate, rng
    )
    return excess_loss(np.array(list(islice(walk, steps))))


fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
runs, epochs, start = size(8, 3), 12, w_best + 2.0
for batch, color, marker in ((10, BLUE, "o"), (100, GREEN, "s"), (len(data.y), VERMILION, "^")):
    per_epoch = -(-len(data.y) // batch)
    curves = [stochastic_walk(batch, 0.05, epochs, rng, start)[per_epoch - 1 :: per_epoch] for rng in np.random.default_rng(8).spawn(runs)]
    label = f"batches of {batch}" if batch < len(data.y) else f"all {batch} (no noise)"
    draw_spread(left, np.arange(1, epochs + 1), curves, color=color, marker=marker, label=label)
left.set(yscale="log", xlabel="epoch", ylabel=r"excess loss $L - L^*$", ylim=(1e-4, 30))
left.legend(loc="upper right")

rates, batches = np.array([0.01, 0.02, 0.05, 0.1, 0.2]), (5, 20)
measured, predicted_floor = {}, {}
for batch in batches:
    predicted_floor[batch] = np.array([
        sum(0.5 * hj * value("variance of SGD", rate=rate, h=hj, c=cj / batch) for hj, cj in zip(h, noise)) for rate in rates
    ])
    measured[batch] = np.array([
        [stochastic_walk(batch, rate, 1 + size(8, 4), rng, w_best)[len(data.y) // batch :].mean() for rate in rates]
        for rng in np.random.default_rng(9).spawn(size(6, 3))
    ])
for batch, color, marker in zip(batches, (BLUE, GREEN), "os"):
    draw_spread(right, rates, measured[batch], color=color, marker=marker, label=f"batches of {batch}")
    right.plot(rates, predicted_floor[batch], color=color, ls="--", lw=0.9)
right.plot([], [], color="0.4", ls="--", lw=0.9, label="theory")
right.set(xscale="log", yscale="log", xlabel=r"rate $\eta$", ylabel=r"mean excess loss at rest")
right.legend(loc="upper left")
hw.show(
    fig,
    "stochastic_descent",
    f"Stochastic gradient descent ({data.label}). Left: excess loss at the end of each epoch, rate 0.05. Right: its stationary mean against "
    "rate and batch size; dashed, the theory for independent noise. Error bars: standard deviation over seeds.",
)
# The mean of the batch gradients of one epoch, weighted by their sizes, is the full gradient.
probe = np.ones(5)
epoch_gradient = sum(
    len(rows) * mse_gradient(probe, data.X[rows], data.y[rows]) for rows in minibatches(len(data.y), 64, np.random.default_rng(10))
) / len(data.y)
hw.record(
    "minibatches: mean gradient of an epoch against the full one",
    np.abs(epoch_gradient - 2 / len(data.y) * data.X.T @ (data.X @ probe - data.y)).max(),
    anchor="theory: an epoch holds every sample once",
    at_most=1e-12,
)
ratio = measured[5][:, 2] / predicted_floor[5][2]
hw.record(
    "SGD: stationary excess loss over theory (rate 0.05, batches of 5)",
    *average(ratio),
    anchor="theory: Ornstein-Uhlenbeck noise, to first order in the rate",
    expected=1.0,
    within=0.25 if not hw.quick else 0.6,
)

# %% [markdown]
# # Homework 1: linear regression
#
# A straight line through measured points is the first model of machine learning and, two hundred years before it, the
# first of data analysis: Legendre and Gauss fitted orbits with it. Everything that returns later in the course is here
# in a form that can be solved on paper: a loss and its gradient, descent and its speed, noise, overfitting and its
# cures, the choice between models, the error of a prediction.
#
# You write twelve short functions, one to ten lines each. Every one of them is used at once, on data, against a theorem
# and against scikit-learn. Parts marked **[graduate]** are extensions; nothing later depends on them.
#
# **How to work.** Write the body of a function where its blank says `raise NotImplementedError` and run the cell: the
# `check` below it says what is right, or shows you the smallest case where it is not. `check(f, hint=1)` gives a hint
# (there are three). In a terminal, `abinitio check hw1.ipynb` checks the whole file, and `abinitio run hw1 --mine
# hw1.ipynb` runs every experiment of this page on your functions and puts your figures beside the reference's.
#
# **Conventions.** $n$ samples are the rows $x_i^\top$ of a matrix $X$ with $d$ columns, the features; $y$ holds the $n$
# targets, $w$ the $d$ weights. The model is $\hat y = Xw$. An intercept is either a column of ones in $X$ or is taken
# out by centring; each task says which. Where a mean squared error is meant it carries $1/n$, and no $1/2$.

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw1")
check = hw.check

# %%
import time
from itertools import islice

from abinitio.course.measuring import average, speed_up
from abinitio.data import fetch_california_housing, load_housing
from abinitio.data import make_line, make_linear, make_measured_curve, make_resonance
from abinitio.homework.hw1_linear_regression.problems import judge, value
from abinitio.metrics.regression import mean_squared_error, mean_squared_error_with_error, r2_score
from abinitio.optimize.gradient_check import complex_step
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient
from abinitio.optimize.stochastic import stochastic_gradient_descent
from abinitio.plots import draw_band, draw_fit_with_pulls, draw_measurements, draw_paths
from abinitio.plots import draw_spread, draw_surface, draw_trajectory
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, VERMILION, use_style

use_style()
size, times = hw.size, hw.times

# %% [markdown]
# # 1. The loss, and walking down it
#
# ## 1.1 The gradient
#
# A current $I$ flows through a wire; the voltmeter shows $U = U_0 + R\,I$ with an offset $U_0$ and noise of known size.
# The two unknowns enter linearly, so with rows $x_i = (1, I_i)$ the model is $\hat y_i = x_i^\top w$ with $w = (U_0,
# R)$. How good is a given $w$? By the mean squared error
#
# $$L(w) = \frac{1}{n} \sum_{i=1}^{n} \left( y_i - x_i^\top w \right)^2 = \frac{1}{n} \lVert y - Xw \rVert^2 .$$
#
# (If the noise is normal with the same width everywhere, $-L$ is the log-likelihood up to a factor and a constant: the
# best $w$ is then the most likely one. Section 3 takes this up.) $L$ is a paraboloid over the plane of weights. Its
# gradient says which way is up, and how steep it is there.
#
# **Pen and paper A.** For the straight line $\hat y = a + bx$ set both derivatives of $L$ to zero and solve for the
# slope $b$, in the sums $S_x = \sum x_i$, $S_y$, $S_{xx} = \sum x_i^2$, $S_{xy} = \sum x_i y_i$ and $n$. Type it as
# Python; any equivalent form is right.

# %%
judge("slope of a line", answer="")  # your b, from n, Sx, Sy, Sxx, Sxy

# %% [markdown]
# **Exercise 1.** Write the gradient of $L$, for any $X$, without a loop over the samples.

# %% exercise
from abinitio.linear_model.least_squares import mse_gradient

# %% [markdown]
# A gradient is never to be believed before it has been compared with a numerical one. The *complex step* $\partial_j L
# = \operatorname{Im} L(w + i h e_j) / h$ takes no difference of nearly equal numbers, so $h = 10^{-20}$ is allowed and
# the derivative is exact to the last digit.

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
    "gradient of the loss: largest deviation",
    np.max(deviations),
    anchor="complex step, 20 random points",
    at_most=1e-12,
)

# %% [markdown]
# ## 1.2 Gradient descent
#
# To go down, step against the gradient, again and again: $w_{k+1} = w_k - \eta\, \nabla L(w_k)$. The learning rate
# $\eta$ is the length of the step per unit of slope.
#
# **Exercise 2.** Write the descent as a *generator*: it yields $w_1, w_2, \dots$ for ever, and whoever uses it decides
# when to stop. `islice(walk, 100)` takes the first hundred.

# %% exercise
from abinitio.optimize.descent import gradient_descent

# %% [markdown]
# ## 1.3 The exact solution
#
# At the bottom the gradient is zero. That is a *linear* system for $w$, the **normal equations**; "normal" because they
# say that the residual $y - Xw$ is perpendicular to every column of $X$: the fit is the projection of $y$ onto the
# plane that the features span.
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
print(
    f"offset {w_exact[0]:.3f} V (truth {ohm.truth['intercept']}), resistance {w_exact[1]:.3f} ohm (truth "
    f"{ohm.truth['slope']})"
)

# %% [markdown]
# ## 1.4 How fast is descent?
#
# The Hessian $H = \frac{2}{n} X^\top X$ does not depend on $w$. Along its eigenvector with eigenvalue $h$ the distance
# to the minimum is multiplied by $1 - \eta h$ in every step:
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
# **condition number**: the square of the ratio of the axes of the elliptic contours. First look at three walks on the
# loss of the wire: a cautious one, the best one, and one just below the limit of stability, which zigzags across the
# valley.

# %%
start = w_exact + np.array([4.0, -3.0])
m, M = np.linalg.eigvalsh(2 / len(y) * X.T @ X)
best_rate = value("best rate", m=m, M=M)
rates = {"0.1 of the limit": 0.2 / M, "the best": best_rate, "0.99 of the limit": 1.98 / M}

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
draw_surface(left, loss, w_exact, reach=[5.2, 4.2], levels=14)
for (name, rate), color in zip(rates.items(), (BLUE, GREEN, VERMILION)):
    walk = [start, *islice(gradient_descent(lambda w: mse_gradient(w, X, y), start, rate), 60)]
    draw_trajectory(left, walk[:25], color=color, label=name)
    right.semilogy([max(loss(w) - loss(w_exact), 1e-16) for w in walk], color=color, label=name)
steps = np.arange(61)
excess = loss(start) - loss(w_exact)
right.semilogy(
    steps,
    excess * ((M - m) / (M + m)) ** (2 * steps),
    color=BLACK,
    ls=":",
    label=r"theory: $((\kappa-1)/(\kappa+1))^{2k}$",
)
left.set(xlabel="offset $U_0$ (V)", ylabel=r"resistance $R$ ($\Omega$)")
right.set(xlabel="step $k$", ylabel=r"excess loss $L(w_k) - L(w^*)$ (V$^2$)", ylim=(1e-9, 1e2))
right.legend(loc="lower left", title="rate", title_fontsize="small", alignment="left")
hw.show(
    fig,
    "descent_on_the_loss",
    f"Gradient descent on the loss of the wire ({ohm.label}), condition number {M / m:.1f}. Left: contours of the "
    "loss, evenly spaced in the square root of its excess; the star is the exact solution, the circle the start. "
    "Right: the excess loss; the dotted line starts at the same value and falls at the theoretical rate.",
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
# condition number asked for. Measured is the factor by which the distance to the solution shrinks per step, in the
# second half of the walk, where only the slowest directions are left; the spread is over random data and starts. *What
# to look at:* the number of steps grows linearly with $\kappa$. Ten times flatter valleys take ten times longer, and no
# choice of the rate helps. What does help is to change the shape of the valley: section 2.


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
seeds = np.random.default_rng(3).spawn(times(12, 3))
factors = np.array([[contraction(kappa, rng) for kappa in kappas] for rng in seeds])
theory = (kappas - 1) / (kappas + 1)

fig, ax = plt.subplots()
draw_spread(ax, kappas, -1 / np.log(factors), color=BLUE, connect=False, label=f"measured, {len(seeds)} seeds")
fine = np.geomspace(1.7, kappas[-1] * 1.2, 100)
ax.plot(
    fine, -1 / np.log((fine - 1) / (fine + 1)), color="0.3", ls="--", label=r"theory: $-1/\ln\frac{\kappa-1}{\kappa+1}$"
)
ax.set(xscale="log", yscale="log", xlabel=r"condition number $\kappa$", ylabel="steps for a factor $e$")
ax.legend()
hw.show(
    fig,
    "rate_and_condition",
    "Steps of gradient descent, at the best constant rate, that bring the weights closer to the solution by a factor "
    "e. Error bars: standard deviation over random data and starts (smaller than the symbols where they cannot be "
    "seen).",
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
# `sklearn.linear_model.LinearRegression` solves the same problem with a singular value decomposition: slower than the
# normal equations, and safer where columns are nearly parallel (the condition number of $X^\top X$ is the *square* of
# that of $X$, so the normal equations lose twice the digits). abinitio's own `LinearRegression` looks at the condition
# number first and then takes the one or the other.

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
# `load_housing()` has the sale prices of 321 houses in North Andover, Massachusetts, from a study of what a planned
# garbage incinerator did to the prices around it (Kiel and McClain, 1995). Ten features: age, rooms, floor area,
# distances... Their units differ (years, square feet, feet), and three of the distances measure almost the same thing.
# A quarter of the houses is set aside as the **test set**: it is used to measure the error of a finished model, and for
# nothing else.

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
# Distances of 20,000 feet beside 2 bathrooms make a valley tens of thousands of times longer than wide: the condition
# number of the Hessian is beyond $10^9$ here, and descent would need as many steps. Measuring each feature in units of
# its own standard deviation, from its mean, costs nothing and removes most of it:
#
# $$x_{ij} \leftarrow \frac{x_{ij} - m_j}{s_j} .$$
#
# The test houses are scaled with the *training* mean and deviation. Scaling with all the data, or the test set with its
# own mean, lets the test set into the model: a small leak here, and in larger pipelines the most common way to a result
# that does not hold. It also fails in use: tomorrow's single house has no mean of its own.
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


def descend(X, y, rate, steps):
    """(steps, d): the weights along a gradient descent from zero."""
    walk = gradient_descent(lambda w: mse_gradient(w, X, y), np.zeros(X.shape[1]), rate)
    return np.array(list(islice(walk, steps)))


def descent_errors(rng, steps):
    """Test error along the descent minus that of the exact solution, on standardized and on centred raw features."""
    train, test = split(rng)
    A, B = standardize(houses.X[train], houses.X[test])
    mean, offset = houses.X[train].mean(axis=0), price[train].mean()
    exact = np.sqrt(mean_squared_error(price[test], offset + B @ least_squares_coefficients(A, price[train] - offset)))
    curves = []
    for features, held_back in ((A, B), (houses.X[train] - mean, houses.X[test] - mean)):
        steepest = np.linalg.eigvalsh(2 / len(train) * features.T @ features)[-1]
        walk = descend(features, price[train] - offset, 1 / steepest, steps)
        curves.append(np.sqrt(np.mean((price[test, None] - offset - held_back @ walk.T) ** 2, axis=0)) - exact)
    return curves


steps, splits = size(2000, 100), times(12, 3)
walks = np.array([descent_errors(rng, steps) for rng in np.random.default_rng(6).spawn(splits)]).swapaxes(0, 1)
fig, ax = plt.subplots()
for curves, color, name in zip(walks, (BLUE, VERMILION), ("standardized", "raw")):
    error = curves.std(axis=0, ddof=1) / np.sqrt(splits)
    draw_band(ax, np.arange(1, steps + 1), curves.mean(axis=0), error, color=color, label=f"{name} features")
ax.axhline(0, color="0.3", lw=0.8, ls=":", label="exact solution")
ax.set(xscale="log", xlabel="step of gradient descent", ylabel=f"test error above the exact one's\n({money})")
ax.legend(loc="center left", bbox_to_anchor=(0, 0.6))
hw.show(
    fig,
    "houses_descent",
    f"Gradient descent on house prices ({houses.label}): test error (rms) minus that of the exact solution, mean over "
    f"{splits} random splits with its standard error, each at the rate 1/M of its own Hessian.",
)
hw.record(
    f"houses: test error after {steps} steps, standardized features, above the exact one's",
    *average(walks[0, :, -1]),
    unit=money,
    anchor="normal equations, same splits",
    expected=0.0,
    within=0.3 if not hw.quick else 3.0,
)

# %% [markdown]
# *What to look at:* the standardized walk reaches the level of the exact solution in some hundred steps, although three
# nearly collinear distances leave a condition number of about a thousand: the flat direction that is left hardly
# matters for the prediction. On the way there it is *better* than the exact solution: a descent that stops early has
# not moved far along flat directions, where the data say little. That is a penalty in disguise; section 4 has the open
# one. On raw features nothing of this is to be had in any reasonable number of steps.
#
# ## 2.3 Fit, and look at the residuals in dollars
#
# A number such as $R^2 = 0.6$ says little to someone who buys a house. The residuals, in dollars and against the
# prediction, say what is wrong with the model: a cloud of constant width around zero would be noise; a curve is a
# missing feature, a funnel is noise that grows with the price, a lone point is a story.

# %%
w_houses = least_squares_coefficients(A, t)
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
groups = np.array_split(np.argsort(predicted), 5)
right.errorbar(
    [predicted[group].mean() for group in groups],
    [residual[group].mean() for group in groups],
    [residual[group].std(ddof=1) / np.sqrt(len(group)) for group in groups],
    fmt="s",
    ms=4,
    color=VERMILION,
    label="mean of a fifth, with its error",
)
right.set(xlabel=f"predicted price ({money})", ylabel=f"residual ({money})")
right.legend(loc="lower left")
hw.show(
    fig,
    "houses_residuals",
    f"Test houses ({len(test)} of {houses.label}). Left: price against prediction. Right: the residual against the "
    "prediction, with the mean of each fifth of the houses.",
)
worst = test[np.argmax(np.abs(residual))]
print("The house with the largest residual:")
for name, x, mean, deviation in zip(houses.feature_names, houses.X[worst], houses.X.mean(axis=0), houses.X.std(axis=0)):
    print(f"{houses.axis(name):34s} {x:10.1f}   {(x - mean) / deviation:+.1f} standard deviations")

# %% [markdown]
# The funnel is there: dear houses have the larger residuals. And the lone point has a reason, printed above (in the set
# that ships): look at its land. A small house on twelve acres does not cost as much more as its land says: the price is
# not linear in the land. A linear model is linear in its *weights*: the features are ours to choose, and the logarithm
# of the land is as good a feature as the land.
#
# One split of few houses is one draw. The error of the error comes from many: each split scales, fits and tests anew.


# %%
def error_of_split(rng, fit, rows=None, features=houses.X):
    """Test error (rms, 1,000 USD) of fit(A, t) -> w on a fresh random split, trained on its first `rows` only."""
    train, test = split(rng)
    A, B = standardize(features[train[:rows]], features[test])
    offset = price[train[:rows]].mean()
    return np.sqrt(mean_squared_error(price[test], offset + B @ fit(A, price[train[:rows]] - offset)))


splits = times(60, 6)
by_hand = [error_of_split(rng, least_squares_coefficients) for rng in np.random.default_rng(6).spawn(splits)]
nothing = [error_of_split(rng, lambda A, t: np.zeros(A.shape[1])) for rng in np.random.default_rng(6).spawn(splits)]
sklearn = [
    error_of_split(rng, lambda A, t: SklearnLinearRegression().fit(A, t).coef_)
    for rng in np.random.default_rng(6).spawn(splits)
]
hw.record(
    "houses: test error, least squares",
    np.mean(by_hand),
    np.std(by_hand, ddof=1),
    unit=money,
    anchor=f"{splits} random splits",
)
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
if "land" in houses.feature_names:
    land = houses.feature_names.index("land")
    with_log = houses.X.copy()
    with_log[:, land] = np.log(with_log[:, land])
    better = [
        error_of_split(rng, least_squares_coefficients, features=with_log)
        for rng in np.random.default_rng(6).spawn(splits)
    ]
    hw.record(
        "houses: test error with the logarithm of the land minus that with the land",
        *average(np.subtract(better, by_hand)),
        unit=money,
        anchor="the land as it is, same splits",
        at_most=0.0 if not hw.quick else 3.0,
    )
hw.record("houses: R² on the test set", r2_score(price[test], predicted), anchor="one split")

# %% [markdown]
# ## 2.4 Stochastic descent
#
# The gradient is a mean over samples. The mean over a small random **minibatch** is a noisy estimate of it, without
# bias, at a fraction of the cost. An **epoch** deals the whole deck once: every sample in exactly one batch, in a new
# random order.
#
# **Exercise 5.** Write the dealing: one epoch of index arrays. Randomness comes in as an argument, `rng`; with the same
# seed the same order comes out.

# %% exercise
from abinitio.optimize.stochastic import minibatches

# %% [markdown]
# `stochastic_gradient_descent` of the library calls `minibatches` for every epoch and steps along the gradient of each
# batch. With a constant rate it does not converge: near the minimum the gradient vanishes, its noise does not, and the
# weights keep dancing like a Brownian particle in a harmonic trap. *What to look at:* small batches are much faster per
# epoch at first, and stop at a higher floor.

# %%
data = make_linear(size(2000, 400), 5, condition=4.0, noise=1.0, rng=np.random.default_rng(7))
n = len(data.y)
w_best = least_squares_coefficients(data.X, data.y)
h, directions = np.linalg.eigh(2 / n * data.X.T @ data.X)


def stochastic_walk(batch, rate, epochs, rng, start, replace=False):
    """Excess loss after every step; with `replace`, the rows of each batch are drawn anew from all of them."""

    def gradient(w, rows):
        rows = rng.integers(n, size=len(rows)) if replace else rows
        return mse_gradient(w, data.X[rows], data.y[rows])

    walk = stochastic_gradient_descent(gradient, start, n, batch, rate, rng)
    distances = np.array(list(islice(walk, epochs * -(-n // batch)))) - w_best
    return 0.5 * (distances @ directions) ** 2 @ h


runs, epochs, rate = times(8, 3), 12, 0.05
fig, ax = plt.subplots()
for batch, color, marker in ((10, BLUE, "o"), (100, GREEN, "s"), (n, VERMILION, "^")):
    per_epoch = -(-n // batch)
    streams = np.random.default_rng(8).spawn(runs)
    curves = [stochastic_walk(batch, rate, epochs, rng, w_best + 2.0)[per_epoch - 1 :: per_epoch] for rng in streams]
    label = f"batches of {batch}" if batch < n else f"all {batch} (no noise)"
    draw_spread(ax, np.arange(1, epochs + 1), curves, color=color, marker=marker, label=label)
ax.set(yscale="log", xlabel="epoch", ylabel=r"excess loss $L - L^*$", ylim=(2e-5, 300))
ax.legend(loc="upper right", ncols=2, columnspacing=1)
hw.show(
    fig,
    "stochastic_descent",
    f"Stochastic gradient descent at rate {rate} ({data.label}): excess loss at the end of each epoch, mean and "
    f"standard deviation over {runs} seeds (where the lower bar is missing, it reaches zero).",
)

# %% [markdown]
# **Pen and paper C [graduate].** Along one eigenvector of the Hessian, with curvature $h$, the step is
# $w \leftarrow w - \eta\,(h\,w + \xi)$ with independent noise $\xi$ of variance $c$ and $w$ measured from the minimum.
# What is the stationary variance of $w$?

# %%
judge("variance of SGD", answer="")  # your variance, from rate, h and c

# %% [markdown]
# The floor follows: $\langle L \rangle - L^* = \sum_j \frac{1}{2} h_j V_j$, where $c$ is the variance of one sample's
# gradient over the batch size. For small rates it depends on $\eta/b$ only, rate over batch size: the *temperature* of
# stochastic descent. It is measured here against your formula, with batches dealt from the deck (filled) and drawn with
# replacement (open). *What to look at:* the formula assumes independent noise, and drawing with replacement agrees with
# it, until at large rates the noise grows with the distance from the minimum. Dealing does better at small rates: where
# the weights remember more than an epoch, the noise of its batches cancels, because together they are the whole deck.

# %%
gradients = 2 * data.X * (data.X @ w_best - data.y)[:, None]  # of each sample, at the minimum
noise = np.mean((gradients @ directions) ** 2, axis=0)  # their variance along each eigenvector
rates, batches, wait = np.array([0.01, 0.02, 0.05, 0.1, 0.2]), (5, 20), 3


def floors(batch, replace):
    """(seeds, rates): mean excess loss at rest; the first epochs are left out."""
    epochs = size(10, 6)
    return np.array(
        [
            [stochastic_walk(batch, rate, epochs, rng, w_best, replace)[wait * n // batch :].mean() for rate in rates]
            for rng in np.random.default_rng(9).spawn(times(5, 3))
        ]
    )


def theory_floor(batch, rate):
    return sum(hj / 2 * value("variance of SGD", rate=rate, h=hj, c=cj / batch) for hj, cj in zip(h, noise))


fig, ax = plt.subplots(figsize=(COLUMN, 0.85 * COLUMN))
ratios = {}
for batch, color, marker in zip(batches, (BLUE, VERMILION), "os"):
    predicted = np.array([theory_floor(batch, rate) for rate in rates])
    for replace in (False, True):
        measured = floors(batch, replace)
        ratios[batch, replace] = measured / predicted
        label = f"batches of {batch}, {'drawn' if replace else 'dealt'}"
        face = {"connect": False, "marker": marker, "color": color}
        draw_spread(ax, rates * (1.04 if replace else 1), measured, label=label, error_of_mean=True, **face)
        if replace:
            ax.containers[-1][0].set_markerfacecolor("white")
    ax.plot(rates, predicted, color=color, ls="--", lw=0.9)
ax.plot([], [], color="0.4", ls="--", lw=0.9, label="theory")
ax.set(xscale="log", yscale="log", xlabel=r"rate $\eta$", ylabel="mean excess loss at rest")
ax.legend(loc="upper left")
hw.show(
    fig,
    "stochastic_floor",
    f"Stationary excess loss of stochastic gradient descent ({data.label}) against rate and batch size, with standard "
    "error over seeds; dashed, the theory for independent noise.",
)
# The mean of the batch gradients of one epoch, weighted by their sizes, is the full gradient.
probe = np.ones(5)
epoch_gradient = (
    sum(
        len(rows) * mse_gradient(probe, data.X[rows], data.y[rows])
        for rows in minibatches(n, 64, np.random.default_rng(10))
    )
    / n
)
hw.record(
    "minibatches: mean gradient of an epoch against the full one",
    np.abs(epoch_gradient - 2 / n * data.X.T @ (data.X @ probe - data.y)).max(),
    anchor="theory: an epoch holds every sample once",
    at_most=1e-12,
)
hw.record(
    "SGD: stationary excess loss over theory, drawn with replacement (rate 0.02, batches of 20)",
    *average(ratios[20, True][:, 1]),
    anchor="pen and paper C",
    expected=1.0,
    within=0.2 if not hw.quick else 0.6,
)
hw.record(
    "SGD: the same, dealt in epochs",
    *average(ratios[20, False][:, 1]),
    anchor="drawn with replacement",
    at_most=1.0,
)

# %% [markdown]
# # 3. Measured errors: what a physicist fits first
#
# ## 3.1 The chi-square
#
# A camera follows a ball that was thrown upwards. Each height $y_i$ comes with its own known error $\sigma_i$, from 20
# cm to two metres. A good measurement should count more than a bad one, and the likelihood says how much: for
# independent normal errors
#
# $$-2 \ln p(y \mid w) = \chi^2(w) + \text{const}, \qquad
# \chi^2(w) = \sum_{i=1}^{n} \left( \frac{y_i - x_i^\top w}{\sigma_i} \right)^2 .$$
#
# The curve $y = h_0 + v_0 t - \frac{1}{2} g t^2$ is not a straight line, but it is *linear in its parameters*: with the
# features $(1, t, t^2)$ nothing else changes. Two results come for free from knowing the errors. The weights have an
# error of their own: they are linear in the data, so their covariance follows by propagation. And the value of $\chi^2$
# at the minimum says whether the curve fits at all: it should be about the number of degrees of freedom $n - d$, give
# or take $\sqrt{2(n-d)}$.
#
# **Pen and paper D.** For a straight line $y = a + bx$ with the same error $\sigma$ for each of the $n$ points: what is
# the variance of the fitted slope, in $\sigma$, $n$, $S_x = \sum x_i$ and $S_{xx} = \sum x_i^2$? (Look where the points
# should lie to make it small.)

# %%
judge("slope variance", answer="")  # your variance, from sigma, n, Sx, Sxx

# %% [markdown]
# **Exercise 6.** Weighted least squares: the weights that minimise $\chi^2$, and their covariance.

# %% exercise
from abinitio.linear_model.measured import weighted_least_squares


# %%
from abinitio.linear_model.basis import polynomial
from abinitio.linear_model.measured import prediction_band

powers = polynomial(2)  # t -> the columns 1, t, t^2
ball = make_measured_curve(12, noise=(0.2, 2.0), rng=np.random.default_rng(11))
w_ball, covariance = weighted_least_squares(powers(ball.x), ball.y, ball.sigma)
g, g_error = -2 * w_ball[2], 2 * np.sqrt(covariance[2, 2])
at_data = powers(ball.x) @ w_ball
chi2, freedom = np.sum(((ball.y - at_data) / ball.sigma) ** 2), len(ball.y) - 3
grid = np.linspace(ball.x[0], ball.x[-1], 200)
band = prediction_band(powers(grid), covariance)  # the error of x'w is the root of x' C x

fig = plt.figure(figsize=(COLUMN, COLUMN))
above, below = draw_fit_with_pulls(
    fig, ball.x, ball.y, ball.sigma, grid, powers(grid) @ w_ball, band, at_data, label="fit ± 1σ"
)
above.set_ylabel(ball.axis("height"))
above.legend()
below.set_xlabel(ball.axis("time"))
hw.show(
    fig,
    "ball_fit",
    f"A thrown ball ({ball.label}): weighted fit of a parabola with its one-sigma band, and the pulls. "
    f"g = {g:.2f} ± {g_error:.2f} m/s², χ²/dof = {chi2:.1f}/{freedom}.",
)
hw.record(
    "ball: g from the weighted fit",
    g,
    g_error,
    unit="m/s²",
    anchor="truth: 9.81 m/s²",
    expected=9.81,
    within=3 * g_error,
)
hw.record(
    "ball: chi-square per degree of freedom",
    chi2 / freedom,
    np.sqrt(2 / freedom),
    anchor="theory: 1 ± sqrt(2/dof)",
    expected=1.0,
    within=3 * np.sqrt(2 / freedom),
)

# %% [markdown]
# ## 3.2 Is the error right?
#
# An error bar is a prediction, and a prediction can be tested: repeat the experiment many times and count how often the
# truth lies within one $\sigma_g$. It should be in 68.3 % of the cases. The Gauss-Markov theorem says more: no other
# unbiased linear estimate has a smaller error. Ordinary least squares, without the weights, is also unbiased; *look at*
# what it costs.

# %%
repeats = times(2000, 200)
weighted, stated, unweighted = np.empty((3, repeats))
for k, rng in enumerate(np.random.default_rng(12).spawn(repeats)):
    again = make_measured_curve(12, noise=(0.2, 2.0), rng=rng)
    w, C = weighted_least_squares(powers(again.x), again.y, again.sigma)
    weighted[k], stated[k] = -2 * w[2], 2 * np.sqrt(C[2, 2])
    unweighted[k] = -2 * least_squares_coefficients(powers(again.x), again.y)[2]

pulls = (weighted - 9.81) / stated
fig, ax = plt.subplots()
bins = np.linspace(9.81 - 4, 9.81 + 4, 65)
ax.hist(unweighted, bins, density=True, histtype="stepfilled", color=ORANGE, alpha=0.45, label="unweighted")
ax.hist(weighted, bins, density=True, histtype="step", color=BLUE, lw=1.3, label="weighted")
normal = np.exp(-((bins[:, None] - 9.81) ** 2) / (2 * stated**2)) / (np.sqrt(2 * np.pi) * stated)
ax.plot(bins, normal.mean(axis=1), color="0.2", lw=0.9, ls="--", label="as the errors predict")
ax.set(xlabel="g (m/s²)", ylabel="density (s²/m)")
ax.legend(loc="upper left")
hw.show(
    fig,
    "ball_repeated",
    f"The fitted g in {repeats} repetitions of the experiment, with weights and without, and the distribution that the "
    "stated errors of the weighted fits predict.",
)
inside = np.mean(np.abs(pulls) < 1)
binomial = np.sqrt(0.6827 * 0.3173 / repeats)
hw.record(
    "ball: fraction of experiments within one stated error",
    inside,
    binomial,
    anchor="theory: 68.27 %",
    expected=0.6827,
    within=3 * binomial,
)
hw.record(
    "ball: error of g without weights over that with weights",
    unweighted.std(ddof=1) / weighted.std(ddof=1),
    unweighted.std(ddof=1) / weighted.std(ddof=1) / np.sqrt(repeats),
    anchor="Gauss-Markov: at least 1",
    at_least=1.0,
)
slopes = np.array(
    [
        least_squares_coefficients(X, X @ [0.5, 4.7] + 0.6 * rng.standard_normal(len(X)))[1]
        for rng in np.random.default_rng(13).spawn(repeats)
    ]
)
derived = value("slope variance", sigma=0.6, n=len(X), Sx=X[:, 1].sum(), Sxx=(X[:, 1] ** 2).sum())
hw.record(
    "wire: variance of the slope over the derived one",
    slopes.var(ddof=1) / derived,
    np.sqrt(2 / repeats),
    anchor="pen and paper D",
    expected=1.0,
    within=3 * np.sqrt(2 / repeats),
)

# %% [markdown]
# ## 3.3 The same with SciPy
#
# `scipy.optimize.curve_fit` finds the same numbers by iteration, for any curve; `absolute_sigma=True` says that the
# errors are known and not only their ratios. abinitio's `CurveFit` is the fit of this section as an estimator, with
# errors, band and p-value in `summary()`.

# %%
from scipy.optimize import curve_fit

from abinitio.linear_model import CurveFit


def parabola(t, a, b, c):
    return a + b * t + c * t**2


found, found_covariance = curve_fit(parabola, ball.x, ball.y, sigma=ball.sigma, absolute_sigma=True)
hw.record(
    "ball: difference from curve_fit in units of the error",
    np.max(np.abs(w_ball - found) / np.sqrt(np.diag(covariance))),
    anchor="scipy.optimize.curve_fit, same run",
    at_most=1e-4,
)
hw.record(
    "ball: relative difference of the covariance from curve_fit's",
    np.abs(covariance / found_covariance - 1).max(),
    anchor="scipy.optimize.curve_fit, same run",
    at_most=1e-4,
)
hw.record(
    "ball: curve_fit's time over ours",
    *speed_up(
        lambda: weighted_least_squares(powers(ball.x), ball.y, ball.sigma),
        lambda: curve_fit(parabola, ball.x, ball.y, sigma=ball.sigma, absolute_sigma=True),
    ),
    anchor="scipy.optimize.curve_fit, n = 12",
)
print(CurveFit(basis=polynomial(2)).fit(ball.x, ball.y, sigma=ball.sigma).summary())

# %% [markdown]
# # 4. Ridge: a penalty on size
#
# ## 4.1 The idea
#
# Three of the houses' distances say nearly the same. Least squares may then give one of them a large positive weight
# and another a large negative one: the sum hardly matters for the training data, and the noise decides. Ridge
# regression makes large weights cost:
#
# $$\min_w \; \lVert y - Xw \rVert^2 + \alpha \lVert w \rVert^2 .$$
#
# (In Bayes' language: a normal prior on the weights, with variance $\sigma^2/\alpha$.) The intercept is not to be
# shrunk, so $X$ and $y$ are centred first. The penalty makes the weights biased and less noisy; with the right $\alpha$
# the trade is a good one. Along each principal axis of the data, with singular value $s$, the weight is multiplied by
# $s^2/(s^2 + \alpha)$: well-measured directions stay, badly measured ones go.
#
# **Exercise 7.** Set the gradient to zero and solve.

# %% exercise
from abinitio.linear_model.ridge import ridge_coefficients

# %% [markdown]
# *What to look at:* the weights as the penalty grows, from least squares on the left to nothing on the right. The three
# distances start far apart and come together: ridge shares among features that carry the same information.

# %%
from sklearn.linear_model import Ridge as SklearnRidge

from abinitio.linear_model.ridge import ridge_path

alphas = np.geomspace(0.01, 1e5, size(50, 12))
path = np.array([ridge_coefficients(A, t, alpha) for alpha in alphas])
fig, ax = plt.subplots(figsize=(COLUMN, 0.85 * COLUMN))
draw_paths(ax, alphas, path, names=houses.feature_names)
ax.set(xlabel=r"penalty $\alpha$", ylabel=f"weight per standard deviation\n({money})")
hw.show(
    fig,
    "ridge_path",
    f"Ridge: weights of the standardized features against the penalty ({houses.label}, training part). Grey: the "
    "smaller ones.",
)
theirs = np.array([SklearnRidge(alpha=alpha).fit(A, t).coef_ for alpha in alphas])
hw.record(
    "ridge: difference from scikit-learn along the path",
    np.abs(path - theirs).max() / np.abs(path).max(),
    anchor="scikit-learn Ridge, same run (relative)",
    at_most=1e-10,
)
hw.record(
    "ridge: one decomposition for all penalties, difference",
    np.abs(path - ridge_path(A, t, alphas)).max() / np.abs(path).max(),
    anchor="ridge_path of the library (relative)",
    at_most=1e-10,
)
hw.record(
    "ridge: scikit-learn's time over ours, path",
    *speed_up(
        lambda: [ridge_coefficients(A, t, alpha) for alpha in alphas],
        lambda: [SklearnRidge(alpha=alpha).fit(A, t) for alpha in alphas],
    ),
    anchor=f"scikit-learn Ridge, {len(alphas)} penalties, n = {len(t)}",
)

# %% [markdown]
# ## 4.2 Bias and variance
#
# One feature is enough to see the trade. With $S_{xx} = \sum x_i^2$ and noise $\sigma$, the ridge weight is $\hat w =
# S_{xy}/(S_{xx} + \alpha)$. It is too small on average (bias), and it scatters less (variance).
#
# **Pen and paper E.** Write down $\text{bias}^2 + \text{variance}$ of $\hat w$ and find the $\alpha$ that makes it
# smallest. (It does not contain $S_{xx}$. What does it say when the true weight is small? When the noise is?)

# %%
judge("best penalty", answer="")  # your alpha, from w, sigma and Sxx

# %%
x = np.linspace(-1, 1, 12)
true_w, sigma, Sxx = 0.8, 1.5, np.sum(x**2)
best_alpha = value("best penalty", w=true_w, sigma=sigma, Sxx=Sxx)
penalties = best_alpha * np.geomspace(0.03, 30, 9)
repeats = times(3000, 100)
noise = np.random.default_rng(14).standard_normal((len(penalties), repeats, len(x)))  # new experiments for each penalty
estimates = np.array(
    [
        [ridge_coefficients(x[:, None], true_w * x + sigma * e, alpha)[0] for e in experiments]
        for alpha, experiments in zip(penalties, noise)
    ]
).T
fine = np.geomspace(penalties[0], penalties[-1], 200)
bias2, variance = (true_w * fine / (Sxx + fine)) ** 2, Sxx * sigma**2 / (Sxx + fine) ** 2

fig, ax = plt.subplots()
draw_spread(
    ax,
    penalties,
    (estimates - true_w) ** 2,
    color=BLUE,
    error_of_mean=True,
    connect=False,
    label=f"measured, {repeats} experiments",
)
ax.plot(fine, bias2 + variance, color=BLUE, label=r"bias$^2$ + variance")
ax.plot(fine, bias2, color=VERMILION, ls="--", label=r"bias$^2$")
ax.plot(fine, variance, color=GREEN, ls=":", label="variance")
ax.axvline(best_alpha, color="0.5", lw=0.7)
ax.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel=r"mean squared error of $\hat w$", ylim=(0, 1.05))
ax.legend(loc="upper left")
hw.show(
    fig,
    "ridge_bias_variance",
    "Ridge with one feature: mean squared error of the weight against the penalty, measured with its standard error, "
    "and theory. The vertical line is the derived best penalty.",
)
measured_error, error = average(((estimates - true_w) ** 2)[:, 4])
at_best = (true_w * best_alpha / (Sxx + best_alpha)) ** 2 + Sxx * sigma**2 / (Sxx + best_alpha) ** 2
hw.record(
    "ridge: squared error of the weight at the best penalty",
    measured_error,
    error,
    anchor="theory: bias² + variance",
    expected=at_best,
    within=3 * error,
)
hw.record(
    "ridge: the same over that of least squares",
    measured_error / (sigma**2 / Sxx),
    error / (sigma**2 / Sxx),
    anchor=f"theory: {at_best / (sigma**2 / Sxx):.3f}",
    at_most=1.0,
)

# %% [markdown]
# ## 4.3 Which penalty? Leave one out [graduate]
#
# The true weight is not known, so the best penalty has to be found from the data. Leave one sample out, fit the others,
# predict the one, and average over all $n$ choices. That sounds like $n$ fits. It is one: a linear smoother $\hat y =
# Hy$ tells from the whole fit what each left-out residual would have been.
#
# **Exercise 8 [graduate].** The leave-one-out error for a list of penalties, without refitting. Here the intercept
# belongs to the model, and is left out and refitted as well.

# %% exercise
from abinitio.linear_model.ridge import ridge_leave_one_out

# %%
from sklearn.linear_model import RidgeCV as SklearnRidgeCV

left_out = ridge_leave_one_out(A, t, alphas)
theirs = SklearnRidgeCV(alphas=alphas, store_cv_results=True).fit(A, t)
hw.record(
    "ridge: leave-one-out error, relative difference from scikit-learn",
    np.abs(left_out / theirs.cv_results_.mean(axis=0) - 1).max(),
    anchor="scikit-learn RidgeCV, same run",
    at_most=1e-8,
)
hw.record(
    "ridge: scikit-learn's time over ours, leave-one-out",
    *speed_up(lambda: ridge_leave_one_out(A, t, alphas), lambda: SklearnRidgeCV(alphas=alphas).fit(A, t)),
    anchor=f"scikit-learn RidgeCV, {len(alphas)} penalties, n = {len(t)}",
)


def split_curves(rng):
    """Leave-one-out estimate on the training houses and error on the test houses for every penalty (rms)."""
    train, test = split(rng)
    A, B = standardize(houses.X[train], houses.X[test])
    offset = price[train].mean()
    fits = np.array([ridge_coefficients(A, price[train] - offset, alpha) for alpha in alphas])
    tested = np.mean((price[test] - offset - fits @ B.T) ** 2, axis=1)
    return np.sqrt(ridge_leave_one_out(A, price[train] - offset, alphas)), np.sqrt(tested)


estimated, tested = np.array([split_curves(rng) for rng in np.random.default_rng(6).spawn(splits)]).swapaxes(0, 1)
chosen = np.array([tested[k, np.argmin(estimated[k])] for k in range(splits)])

fig, ax = plt.subplots()
for curves, color, label in ((estimated, BLUE, "leave-one-out, training houses"), (tested, VERMILION, "test houses")):
    mean, error = curves.mean(axis=0), curves.std(axis=0, ddof=1) / np.sqrt(splits)
    draw_band(ax, alphas, mean, error, color=color, label=label)
ax.axvline(np.median(alphas[np.argmin(estimated, axis=1)]), color="0.5", lw=0.7, label="chosen (median)")
ax.set(xscale="log", xlabel=r"penalty $\alpha$", ylabel=f"error, rms ({money})")
ax.legend(loc="upper left")
hw.show(
    fig,
    "ridge_leave_one_out",
    "Choice of the ridge penalty on house prices: the leave-one-out estimate and the error on test houses, mean over "
    f"{splits} random splits with its standard error.",
)
hw.record(
    "houses: test error, ridge chosen by leave-one-out, minus least squares",
    *average(chosen - by_hand),
    unit=money,
    anchor=f"least squares, same {splits} splits",
    at_most=1.0,
)

# %% [markdown]
# # 5. Lasso: a penalty with a kink
#
# ## 5.1 The soft threshold
#
# Replace the square in the penalty by the absolute value (and, as is usual for the lasso, sum over samples by
# $1/(2n)$):
#
# $$\min_w \; \frac{1}{2n} \lVert y - Xw \rVert^2 + \alpha \lVert w \rVert_1 .$$
#
# The square is flat at zero and lets small weights be. The absolute value has a kink there: its slope jumps from $-1$
# to $1$, and any pull weaker than $\alpha$ leaves the weight at exactly zero. The lasso *chooses* features. The kink
# has no derivative, but everything that is needed happens in one dimension: minimise $\frac{1}{2}(w - z)^2 + t\,\lvert
# w \rvert$. At a minimum with $w > 0$ the slope $w - z + t$ must vanish; likewise for $w < 0$; where neither is
# possible, zero is the minimum.
#
# **Pen and paper F.** The *elastic net* has both penalties. Minimise $\frac{1}{2}(w - z)^2 + t\,\lvert w \rvert +
# \frac{1}{2} s\, w^2$ for $z > t$.

# %%
judge("elastic shrinkage", answer="")  # your w, from z, t and s

# %% [markdown]
# **Exercise 9.** The soft threshold $S(z, t)$, for a whole array at once.

# %% exercise
from abinitio.optimize.proximal import soft_threshold

# %% [markdown]
# ## 5.2 One weight at a time
#
# With all weights but $w_j$ held fixed, the lasso's objective is a parabola plus $\alpha \lvert w_j \rvert$: a soft
# threshold gives its minimum exactly. A *sweep* does this for $j = 1, \dots, d$ in turn, each weight seeing the new
# values of those before it.
#
# **Exercise 10.** Write one sweep. Mind the $n$: the objective has $1/(2n)$.

# %% exercise
from abinitio.linear_model.lasso import coordinate_sweep

# %% [markdown]
# ## 5.3 When to stop [graduate]
#
# How far is a given $w$ from the optimum, when the optimum is not known? Duality answers. Every vector $\theta$ with
# $\lvert x_j^\top \theta \rvert \le \alpha$ for all $j$ gives a lower bound of the minimum:
#
# $$\min_w \frac{1}{2n} \lVert y - Xw \rVert^2 + \alpha \lVert w \rVert_1
# \;\ge\; y^\top \theta - \frac{n}{2} \lVert \theta \rVert^2 .$$
#
# The objective at $w$ minus the bound is the **duality gap**: the excess is certainly not larger. At the optimum the
# residual over $n$ is the best $\theta$; so, on the way, take $\theta$ along the residual, scaled down until it is
# allowed.
#
# **Exercise 11 [graduate].** The gap at $w$.

# %% exercise
from abinitio.linear_model.lasso import duality_gap

# %% [markdown]
# First a case with a known answer. If the columns are orthogonal with $\frac{1}{n} X^\top X = 1$, the weights do not
# see each other, and the lasso is the soft threshold of the least-squares weights. Ridge, by contrast, shrinks all by
# the same factor and never reaches zero.


# %%
def lasso_by_sweeps(X, y, alpha, w, tolerance=1e-10, most=1000):
    """Sweeps until the duality gap is below tolerance times the objective at w = 0."""
    for _ in range(most):
        w = coordinate_sweep(w, X, y, alpha)
        if duality_gap(w, X, y, alpha) <= tolerance * (y @ y) / (2 * len(y)):
            break
    return w


rng = np.random.default_rng(15)
Q = np.sqrt(200) * np.linalg.qr(rng.normal(size=(200, 25)))[0]
strengths = np.linspace(-3, 3, 25)
target = Q @ strengths + rng.normal(size=200)
z = Q.T @ target / 200  # the least-squares weights
shrunk = lasso_by_sweeps(Q, target, 1.0, np.zeros(25))
fig, ax = plt.subplots()
line = np.linspace(-3.3, 3.3, 300)
ax.plot(line, line, color="0.6", lw=0.8, ls=":", label="least squares")
ax.plot(line, line / 2, color=VERMILION, ls="--", label=r"ridge, $\alpha = n$")
ax.plot(line, soft_threshold(line, 1.0), color=BLUE, label=r"$S(z, 1)$")
ax.plot(z, shrunk, "o", ms=3, color=BLACK, label=r"lasso by sweeps, $\alpha = 1$")
ax.set(xlabel="least-squares weight $z$", ylabel="weight")
ax.legend()
hw.show(
    fig,
    "soft_threshold",
    "Orthogonal features: what each penalty makes of a least-squares weight. The points are the 25 weights of a lasso "
    "fit to 200 simulated samples by coordinate descent.",
)
hw.record(
    "lasso: deviation from the soft threshold, orthogonal features",
    np.abs(shrunk - soft_threshold(z, 1.0)).max(),
    anchor="theory: S(z, α)",
    at_most=1e-10,
)

# %% [markdown]
# ## 5.4 The path on house prices
#
# From the right: at $\alpha_{\max} = \max_j \lvert x_j^\top y \rvert / n$ all weights are zero; as the penalty falls,
# features enter one by one. Each fit starts from the last (*warm start*), so that a few sweeps are enough. *What to
# look at:* compare with the ridge path. Of the distances that say the same, the lasso takes one and leaves the others
# at zero for a long while.

# %%
import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lasso_path as sklearn_lasso_path

alpha_max = np.abs(A.T @ t).max() / len(t)
lasso_alphas = alpha_max * np.geomspace(1, 1e-3, size(50, 10))


def path_by_sweeps():
    weights = [np.zeros(A.shape[1])]
    for alpha in lasso_alphas:
        weights.append(lasso_by_sweeps(A, t, alpha, weights[-1], tolerance=1e-7))
    return np.array(weights[1:])


def objective(w, alpha):
    return np.sum((t - A @ w) ** 2) / (2 * len(t)) + alpha * np.abs(w).sum()


lasso_weights = path_by_sweeps()
fig, ax = plt.subplots(figsize=(COLUMN, 0.85 * COLUMN))
draw_paths(ax, lasso_alphas, lasso_weights, names=houses.feature_names)
ax.set(xlabel=r"penalty $\alpha$", ylabel=f"weight per standard deviation\n({money})")
hw.show(
    fig,
    "lasso_path",
    f"Lasso: weights of the standardized features against the penalty ({houses.label}, training part). Grey: the "
    "smaller ones.",
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # at this tolerance scikit-learn may ask for more iterations
    theirs = sklearn_lasso_path(A, t, alphas=lasso_alphas, tol=1e-8, max_iter=10_000)[1].T
worse = [objective(w, a) / objective(v, a) - 1 for w, v, a in zip(lasso_weights, theirs, lasso_alphas)]
hw.record(
    "lasso: objective above scikit-learn's along the path, at most",
    np.max(worse),
    anchor="scikit-learn lasso_path, same run (relative)",
    at_most=1e-6,
)
hw.record(
    "lasso: houses' features that are not zero at α = α_max/10",
    np.count_nonzero(lasso_weights[np.argmin(np.abs(lasso_alphas - alpha_max / 10))]),
    anchor=f"of {A.shape[1]} features",
)

# %% [markdown]
# The library has the same path compiled (`lasso_path`, Numba), with the Gram matrix in place of the data. Equality
# first, then time.

# %%
from abinitio.linear_model.lasso import lasso_coefficients, lasso_path

compiled = lasso_path(A, t, lasso_alphas)
hw.record(
    "lasso: objective of the compiled path above the readable one's, at most",
    np.max([objective(w, a) / objective(v, a) - 1 for w, v, a in zip(compiled, lasso_weights, lasso_alphas)]),
    anchor="coordinate_sweep, same run (relative)",
    at_most=1e-3,
)
hw.record(
    "lasso: scikit-learn's time over the library's, path",
    *speed_up(lambda: lasso_path(A, t, lasso_alphas), lambda: sklearn_lasso_path(A, t, alphas=lasso_alphas)),
    anchor=f"scikit-learn lasso_path, {len(lasso_alphas)} penalties, n = {len(t)}",
)

# %% [markdown]
# ## 5.5 Descent with a kink: ISTA and FISTA
#
# Gradient descent can do it too: step along the gradient of the smooth part, then apply the soft threshold with rate
# times $\alpha$. That is ISTA; its excess objective falls at least as $1/k$. With Nesterov's momentum it is FISTA, and
# falls as $1/k^2$:
#
# $$F(w_k) - F^* \le \frac{L \lVert w_0 - w^* \rVert^2}{2k} \quad\text{and}\quad
# F(w_k) - F^* \le \frac{2 L \lVert w_0 - w^* \rVert^2}{(k+1)^2} .$$
#
# $L$ is the largest eigenvalue of $\frac{1}{n} X^\top X$ and the rate is $1/L$. *What to look at:* both stay below
# their bounds, on a real problem by a wide margin; a sweep of coordinate descent costs as much as one step and does far
# more. On the right, the gap is always above the true excess: that is what makes it safe to stop by.

# %%
alpha, steps = 0.02 * alpha_max, size(1000, 100)
L = np.linalg.eigvalsh(A.T @ A / len(t))[-1]
w_star = lasso_coefficients(A, t, alpha, tol=1e-14)
F_star = objective(w_star, alpha)
zero = np.zeros(A.shape[1])
smooth, kink = lambda w: mse_gradient(w, A, t) / 2, lambda z, rate: soft_threshold(z, rate * alpha)
k = np.arange(1, steps + 1)
ista = np.array([objective(w, alpha) - F_star for w in islice(proximal_gradient(smooth, kink, zero, 1 / L), steps)])
fista = np.array(
    [objective(w, alpha) - F_star for w in islice(accelerated_proximal_gradient(smooth, kink, zero, 1 / L), steps)]
)
sweeps, w = [], zero
for _ in range(min(steps, 300)):
    w = coordinate_sweep(w, A, t, alpha)
    sweeps.append((objective(w, alpha) - F_star, duality_gap(w, A, t, alpha)))
excess, gap = np.array(sweeps).T
distance2 = np.sum(w_star**2)
bounds = L * distance2 / (2 * k), 2 * L * distance2 / (k + 1) ** 2

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE), sharey=True)
floor = 1e-12 * F_star
for curve, bound, color, label in ((ista, bounds[0], VERMILION, "ISTA"), (fista, bounds[1], BLUE, "FISTA")):
    left.loglog(k, np.maximum(curve, floor), color=color, label=label)
    left.loglog(k, bound, color=color, ls="--", lw=0.8, label=f"bound for {label}")
left.loglog(k[: len(excess)], np.maximum(excess, floor), color=GREEN, label="coordinate sweeps")
left.set(xlabel="iteration", ylabel=f"excess objective ({money}, squared)", ylim=(floor, None))
left.legend(loc="lower left")
right.loglog(k[: len(gap)], np.maximum(gap, floor), color=PURPLE, ls="-.", label="duality gap")
right.loglog(k[: len(excess)], np.maximum(excess, floor), color=GREEN, label="true excess")
right.set(xlabel="sweep")
right.legend(loc="lower left")
hw.show(
    fig,
    "lasso_convergence",
    "Lasso on house prices at α = 0.02 α_max. Left: excess over the optimal objective for three algorithms, with the "
    "theorems' bounds. Right: coordinate descent, its excess and the duality gap that bounds it.",
)
hw.record(
    "lasso: ISTA's excess over its bound, at most",
    np.max(ista / bounds[0]),
    anchor="theorem: Beck and Teboulle 2009",
    at_most=1.0,
)
hw.record(
    "lasso: FISTA's excess over its bound, at most",
    np.max(fista / bounds[1]),
    anchor="theorem: Beck and Teboulle 2009",
    at_most=1.0,
)
hw.record(
    "lasso: smallest of gap minus excess, over F*",
    np.min(gap - excess) / F_star,
    anchor="weak duality: not negative (rounding aside)",
    at_least=-1e-9,
)

# %% [markdown]
# # 6. Local lines
#
# ## 6.1 No global model at all
#
# Sometimes nobody knows the curve. Near any point, though, a smooth curve is nearly straight; so fit a straight line
# *there*, with weights that fade with the distance, and keep only its value at that point. At a query $q$:
#
# $$\min_{a, b} \sum_{i=1}^{n} k_i \left( y_i - a - b\,(x_i - q) \right)^2, \qquad
# k_i = \exp\left( -\frac{(x_i - q)^2}{2 h^2} \right), \qquad \hat f(q) = a .$$
#
# The bandwidth $h$ says what "near" means. With several features $x_i$ is a vector, the line becomes a plane, and $b$
# its slopes.
#
# **Exercise 12.** Write it for all queries, for one feature or several. Mind queries far away from all data, where
# every $k_i$ is too small for a floating-point number.

# %% exercise
from abinitio.linear_model.local import local_linear

# %% [markdown]
# The data: the cross-section of a resonance over the beam energy, with mass and width of the Z boson. *What to look
# at:* a narrow kernel follows the noise, a wide one flattens the peak (an experimenter would report a wrong width). The
# middle one was chosen by leaving each point out in turn.

# %%
from abinitio.linear_model.local import LocalLinearRegression, local_linear_leave_one_out

scan = make_resonance(160, noise=3.0, rng=np.random.default_rng(16))
energy, truth = scan.x, scan.truth["curve"]
bandwidths = np.geomspace(0.08, 2.0, size(12, 5))


def left_out_error(h):
    """Leave-one-out error by its definition: predict each point from all the others."""
    others = ~np.eye(len(energy), dtype=bool)
    predicted = [local_linear(energy[i : i + 1], energy[rest], scan.y[rest], h)[0] for i, rest in enumerate(others)]
    return mean_squared_error(scan.y, np.array(predicted))


by_definition = np.array([left_out_error(h) for h in bandwidths])
chosen_h = bandwidths[np.argmin(by_definition)]
closed_form = np.array([local_linear_leave_one_out(energy, scan.y, h) for h in bandwidths])

grid = np.linspace(energy[0], energy[-1], 400)
fig, axes = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE), sharey=True)
for ax, h, name in zip(axes, (0.08, chosen_h, 1.5), ("too narrow", "chosen", "too wide")):
    draw_measurements(ax, energy, scan.y, scan.sigma, color="0.65", ms=2)
    ax.plot(grid, truth(grid), color=ORANGE, lw=2.2, alpha=0.8, label="truth", zorder=3)
    ax.plot(grid, local_linear(grid, energy, scan.y, h), color=BLUE, lw=1.2, label=f"{name}: h = {h:.2f} GeV", zorder=5)
    ax.set(xlabel="energy (GeV)", ylim=(-8, 66), xlim=(84, 99), xticks=[85, 90, 95])
    ax.legend(loc="upper right")
axes[0].set_ylabel("cross-section (nb)")
hw.show(
    fig,
    "local_lines",
    f"Locally linear regression with three bandwidths ({scan.label}; points with their measurement errors).",
)
hw.record(
    "local lines: leave-one-out in closed form, relative difference",
    np.abs(closed_form / by_definition - 1).max(),
    anchor="refitting without each point, same run",
    at_most=1e-6,
)

# %% [markdown]
# ## 6.2 With scikit-learn
#
# scikit-learn has no local regression, but a weighted straight line it has: one `LinearRegression` with `sample_weight`
# for every query.

# %%
queries = energy[:: size(1, 8)]


def sklearn_local(h):
    fits = []
    for q in queries:
        kernel = np.exp(-((energy - q) ** 2) / (2 * h**2))
        fits.append(SklearnLinearRegression().fit((energy - q)[:, None], scan.y, sample_weight=kernel).intercept_)
    return np.array(fits)


model = LocalLinearRegression(bandwidth=chosen_h).fit(scan.X, scan.y)
hw.record(
    "local lines: difference from scikit-learn",
    max(
        np.abs(local_linear(queries, energy, scan.y, chosen_h) - sklearn_local(chosen_h)).max(),
        np.abs(model.predict(queries[:, None]) - sklearn_local(chosen_h)).max(),
    ),
    unit="nb",
    anchor="scikit-learn LinearRegression with sample_weight, a fit for each query",
    at_most=1e-8,
)
hw.record(
    "local lines: scikit-learn's time over ours",
    *speed_up(lambda: local_linear(queries, energy, scan.y, chosen_h), lambda: sklearn_local(chosen_h), repeats=3),
    anchor=f"scikit-learn LinearRegression, {len(queries)} queries, n = {len(energy)}",
)

# %% [markdown]
# ## 6.3 Bias and variance of the bandwidth
#
# Repeat the scan many times. The average curve is off by the **bias**, the curves scatter around it with the
# **variance**. The bias grows with $h$, the variance falls as $1/h$, because $\sqrt{2\pi}\,h$ over the spacing of the
# points is how many of them are averaged:
#
# $$\text{variance} \approx \frac{\sigma^2\, \Delta x}{2 \sqrt{\pi}\, h} .$$
#
# **Pen and paper G [graduate].** Locally $f(q + u) \approx f(q) + f'(q)\,u + \frac{1}{2} f_2 u^2$. The local line takes
# care of the first two terms, and for symmetric points the third one remains: its mean under the normalised kernel.
# What is the bias, to this order?

# %%
judge("smoothing bias", answer="")  # your bias, from h and f2

# %%
groups, each = size(8, 4), times(12, 5)
scans = [make_resonance(160, noise=3.0, rng=rng).y for rng in np.random.default_rng(17).spawn(groups * each)]
inner = energy[20:-20:2]  # away from the ends
fits = np.array([[local_linear(inner, energy, y, h) for h in bandwidths] for y in scans])
fits = fits.reshape(groups, each, len(bandwidths), len(inner))
variance = fits.var(axis=1, ddof=1)
bias2 = (fits.mean(axis=1) - truth(inner)) ** 2 - variance / each  # the scatter of the mean is not bias
total = bias2 + variance

step = 0.01
curvature = (truth(inner + step) - 2 * truth(inner) + truth(inner - step)) / step**2
spacing, sigma = energy[1] - energy[0], scan.sigma[0]
fine = np.geomspace(bandwidths[0], bandwidths[-1], 100)
theory_bias2 = np.array([value("smoothing bias", h=h, f2=1.0) ** 2 for h in fine]) * np.mean(curvature**2)
theory_variance = sigma**2 * spacing / (2 * np.sqrt(np.pi) * fine)

fig, ax = plt.subplots(figsize=(COLUMN, 0.85 * COLUMN))
for values, color, marker, label in (
    (bias2, VERMILION, "s", r"bias$^2$"),
    (variance, GREEN, "^", "variance"),
    (total, BLUE, "o", "sum"),
):
    draw_spread(ax, bandwidths, values.mean(axis=2), color=color, marker=marker, label=label, error_of_mean=True)
ax.plot(fine, theory_bias2, color=VERMILION, ls="--", lw=0.9)
ax.plot(fine, theory_variance, color=GREEN, ls="--", lw=0.9)
ax.plot([], [], color="0.4", ls="--", lw=0.9, label="theory, small $h$")
ax.axvline(chosen_h, color="0.5", lw=0.7)
ax.set(xscale="log", yscale="log", xlabel="bandwidth $h$ (GeV)", ylabel=r"mean squared error (nb$^2$)", ylim=(3e-3, 80))
ax.legend()
hw.show(
    fig,
    "bandwidth_bias_variance",
    f"Bias and variance of local lines over {groups * each} simulated scans, averaged over the energies away from the "
    f"ends; error bars from {groups} groups of scans. Vertical line: the bandwidth chosen by leave-one-out on one "
    "scan.",
)
means = total.mean(axis=(0, 2))
at_choice = means[np.argmin(by_definition)]
hw.record(
    "local lines: error at the chosen bandwidth over that at the best one",
    at_choice / means.min(),
    np.std(total.mean(axis=2)[:, np.argmin(by_definition)], ddof=1) / np.sqrt(groups) / means.min(),
    anchor="best of the grid, known truth",
    at_most=1.3,
)
small = np.argmin(np.abs(bandwidths - 0.2))
ratio = variance.mean(axis=2)[:, small] / (sigma**2 * spacing / (2 * np.sqrt(np.pi) * bandwidths[small]))
hw.record(
    f"local lines: variance over theory at h = {bandwidths[small]:.2f} GeV",
    *average(ratio),
    anchor="theory: σ²Δx / (2√π h)",
    expected=1.0,
    within=0.15 if not hw.quick else 0.4,
)
peak, h = np.array([scan.truth["mass"]]), 0.15
at_peak = np.array(
    [
        local_linear(peak, energy, make_resonance(160, noise=3.0, rng=rng).y, h)[0]
        for rng in np.random.default_rng(18).spawn(times(1000, 100))
    ]
)
f2 = -8 * scan.truth["peak"] / scan.truth["width"] ** 2  # curvature of the Breit-Wigner form at its top
predicted_bias = value("smoothing bias", h=h, f2=f2)
measured_bias, error = average(at_peak - truth(peak))
hw.record(
    f"local lines: bias at the peak, h = {h} GeV",
    measured_bias,
    error,
    unit="nb",
    anchor="pen and paper G; the next order is smaller by 12h²/Γ²",
    expected=predicted_bias,
    within=3 * error + 12 * h**2 / scan.truth["width"] ** 2 * abs(predicted_bias),
)

# %% [markdown]
# # 7. Learning curves: how much data is enough?
#
# Thirty features, of which five matter. For normal features the expected error of least squares on new data is known
# exactly,
#
# $$\text{error}(n) = \sigma^2 \left( 1 + \frac{d}{n - d - 1} \right), \qquad n > d + 1,$$
#
# and for a fit with weights $\hat w$ the error on new data is $\sigma^2 + \lVert \hat w - w \rVert^2$: no test set is
# needed where the truth is known. Ridge uses $\alpha = \sigma^2 d / \lVert w \rVert^2$, the best for weights without
# preferred direction; the lasso uses $\alpha = \sigma \sqrt{2 \ln(d) / n}$, a threshold that pure noise seldom passes.
# The threshold also shrinks what passes it; so the last method takes only the lasso's *choice* of features and fits
# their weights by least squares.
#
# *What to look at:* near $n = d$ least squares explodes; a penalty tames it. The lasso alone pays for its sparsity with
# bias; its choice, refitted, wins by far.

# %%
d, nonzero, sigma = 30, 5, 1.0
sample_sizes = np.array([35, 40, 50, 70, 100, 160, 250, 400] if not hw.quick else [40, 70, 160])


def new_data_errors(n, rng):
    """Errors on new data of least squares, ridge, lasso, and least squares on what the lasso chose, from n samples."""
    data = make_linear(n, d, nonzero=nonzero, noise=sigma, rng=rng)
    w = data.truth["coefficients"]
    fits = (
        least_squares_coefficients(data.X, data.y),
        ridge_coefficients(data.X, data.y, sigma**2 * d / (w @ w)),
        lasso_by_sweeps(data.X, data.y, sigma * np.sqrt(2 * np.log(d) / n), np.zeros(d), tolerance=1e-5, most=200),
        np.zeros(d),
    )
    chosen = np.flatnonzero(fits[2])
    fits[3][chosen] = least_squares_coefficients(data.X[:, chosen], data.y)
    return [sigma**2 + np.sum((fit - w) ** 2) for fit in fits]


curves = np.array(
    [[new_data_errors(n, rng) for n in sample_sizes] for rng in np.random.default_rng(19).spawn(times(40, 8))]
)  # (seeds, sizes, methods)

house_sizes = [n for n in (25, 40, 60, 90, 130, 180, 240, 1000, 4000, 15_000) if n <= len(train)]
house_seeds = times(40, 6)


def chosen_ridge(A, t):
    return ridge_coefficients(A, t, alphas[np.argmin(ridge_leave_one_out(A, t, alphas))])


house_curves = {
    name: np.array(
        [
            [
                error_of_split(child, fit, rows)
                for rows, child in ((n, np.random.default_rng(seed)) for n in house_sizes)
            ]
            for seed in range(house_seeds)
        ]
    )
    for name, fit in (("least squares", least_squares_coefficients), ("ridge, leave-one-out", chosen_ridge))
}

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
methods = ("least squares", "ridge", "lasso", "lasso, refitted")
for k, (name, color, marker) in enumerate(zip(methods, (VERMILION, BLUE, GREEN, PURPLE), "so^D")):
    draw_spread(left, sample_sizes * 1.02 ** (k - 1.5), curves[:, :, k], color=color, marker=marker, label=name)
fine = np.linspace(33.5, 400, 400)
left.plot(fine, sigma**2 * (1 + d / (fine - d - 1)), color="0.3", ls="--", lw=0.9, label="theory, least squares")
left.axhline(sigma**2, color="0.6", lw=0.7, ls=":")
left.set(xscale="log", yscale="log", xlabel="training samples $n$", ylabel=r"error on new data ($\sigma^2$)")
left.set_xticks(sample_sizes, labels=sample_sizes, rotation=45)
left.set_xticks([], minor=True)
left.set_yticks([1, 2, 5, 10], labels=[1, 2, 5, 10])
left.set_yticks([], minor=True)
left.legend()
for (name, values), color, marker in zip(house_curves.items(), (VERMILION, BLUE), "so"):
    draw_spread(right, house_sizes, values, color=color, marker=marker, label=name, error_of_mean=True)
right.axhline(price.std(), color="0.6", lw=0.8, ls=":", label="standard deviation of the price")
right.set(xscale="log", xlabel="houses to learn from", ylabel=f"test error, rms ({money})")
right.set_xticks(house_sizes, labels=house_sizes, rotation=45)
right.set_xticks([], minor=True)
right.legend()
hw.show(
    fig,
    "learning_curves",
    f"Learning curves. Left: simulated data, d = {d} features of which {nonzero} matter; error bars: standard "
    f"deviation over {len(curves)} seeds. Right: {houses.label}; mean over {house_seeds} random splits with its "
    "standard error.",
)
middle = int(np.flatnonzero(sample_sizes == 70)[0])
excess = curves[:, middle, :] - sigma**2
hw.record(
    "learning curve: excess error of least squares at n = 70 over theory",
    *average(excess[:, 0] / (d / (70 - d - 1))),
    anchor="theory: d/(n - d - 1)",
    expected=1.0,
    within=3 * average(excess[:, 0] / (d / (70 - d - 1)))[1],
)
hw.record(
    "learning curve: excess error of ridge over least squares, n = 70",
    *average(excess[:, 1] / excess[:, 0].mean()),
    anchor="least squares, same data",
    at_most=1.0,
)
hw.record(
    "learning curve: excess error of the lasso's choice, refitted, over least squares, n = 70",
    *average(excess[:, 3] / excess[:, 0].mean()),
    anchor=f"theory, if the choice is right: {(nonzero / (69 - nonzero)) / (d / (69 - d)):.2f}",
    at_most=0.5 if not hw.quick else 1.0,
)
hw.record(
    f"houses: ridge minus least squares, {house_sizes[0]} houses to learn from",
    *average(house_curves["ridge, leave-one-out"][:, 0] - house_curves["least squares"][:, 0]),
    unit=money,
    anchor="least squares, same splits",
    at_most=0.0,
)

# %% [markdown]
# # What to take away
#
# - A quadratic loss has its minimum where a linear system says; the condition number alone sets how fast descent is.
# - Scale the features, with the training set's numbers. Look at residuals in their own units.
# - Known errors give weights, errors of the result and a test of the model. An error bar is a claim to be tested.
# - A penalty trades variance for bias. The square shrinks, the absolute value selects; leave-one-out says how much.
# - A certificate (the duality gap) beats "it did not change much any more".
# - What works with little data is what matches the truth: sparsity where it is sparse, smoothness where it is smooth.
#
# `abinitio check hw1.ipynb` shows your points. `abinitio run hw1 --mine hw1.ipynb` makes the report: all numbers of
# this page in one table, with the figures from your functions beside those of the reference.
#
# **Sources.** T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed. (2009), chapters
# 3, 6, 7. B. Polyak, *Introduction to Optimization* (1987), section 1.4. R. Tibshirani, J. R. Stat. Soc. B 58, 267
# (1996). A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2, 183 (2009). W. S. Cleveland, J. Am. Stat. Assoc. 74, 829
# (1979). K. A. Kiel and K. T. McClain, J. Environ. Econ. Manag. 28, 241 (1995).

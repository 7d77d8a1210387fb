# %% [markdown]
# # Homework 3: features and kernels
#
# Homeworks 1 and 2 fitted straight lines and flat borders. Nature bends. The cure is as old as the trouble: compute new
# quantities from the measured ones, *features* such as $x^2$ or $x_1 x_2$, and be linear in those. With enough features
# everything is linear. But features are many, and the best are infinitely many. This homework shows how to work with
# them all without writing down one: through their inner products, the **kernel**. What comes out is one formula, which
# is at once a spring holding a curve to data, a Bayesian prior over functions, and a weather forecast.
#
# You write thirteen short functions, one to six lines each. Every one of them is used at once, on data, against a
# theorem and against scikit-learn. Parts marked **[graduate]** are extensions; nothing later depends on them.
#
# **How to work.** Write the body of a function where its blank says `raise NotImplementedError` and run the cell: the
# `check` below it says what is right, or shows you the smallest case where it is not. `check(f, hint=1)` gives a hint
# (there are three). In a terminal, `abinitio check hw3.ipynb` checks the whole file, and `abinitio run hw3 --mine
# hw3.ipynb` runs every experiment of this page on your functions and puts your figures beside the reference's.
#
# **Conventions.** $n$ samples are the rows $x_i^\top$ of a matrix $X$; $\varphi(x)$ are the $D$ features of $x$, the
# rows of $\Phi$. A kernel matrix has a row for each query and a column for each sample, $K_{ij} = k(x_i, x_j)$. The
# Gaussian kernel is $e^{-\gamma |x - x'|^2}$, with $\gamma = 1/2h^2$ for the standard deviation $h$. Penalties are
# $\alpha |w|^2$, against sums over the samples (no $1/n$).

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw3")
check = hw.check

# %%
from functools import partial
from math import comb

from abinitio.course.measuring import average, speed_up
from abinitio.data import load_mnist_5k, make_circles, make_resonance, make_sinusoid
from abinitio.homework.hw3_features_kernels.problems import judge, value
from abinitio.linear_model import LogisticRegression
from abinitio.metrics import accuracy_score, accuracy_score_with_error
from abinitio.plots import draw_band, draw_measurements, draw_regions, draw_spread
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, SKY, VERMILION, use_style

use_style()
size, times = hw.size, hw.times

# %% [markdown]
# # 1. Features
#
# ## 1.1 A circle is a plane, seen from above
#
# Two species of points lie on concentric circles. No line separates them: a line at the distance $c$ from the centre
# cuts off a part of the outer circle, and the best it can do is to touch the inner one. It then has the whole inner
# circle right, and of the outer one the part beyond it, $\arccos(r/R)/\pi$. For $r = R/2$ that is a third, and $2/3$ of
# all points are right. Noise only makes it worse.
#
# Add one feature, $z = x_1^2 + x_2^2$: the plane becomes a bowl, the inner circle lies deeper than the outer one, and a
# horizontal plane separates them. *What to look at:* the classifier is the logistic regression of homework 2, twice the
# same code; only its input has changed. In the space of $(x_1, x_2, z)$ its border is a plane, below it is a circle.

# %%
from abinitio.kernels import FeatureMap

rng_train, rng_test = np.random.default_rng(1).spawn(2)
circles = make_circles(240, radii=(1.0, 0.5), noise=0.1, rng=rng_train)
fresh = make_circles(size(4000, 1000), radii=(1.0, 0.5), noise=0.1, rng=rng_test)
bowl = FeatureMap([lambda X: X[:, 0], lambda X: X[:, 1], lambda X: X[:, 0] ** 2 + X[:, 1] ** 2]).fit(circles.X)
flat = LogisticRegression(C=10.0).fit(circles.X, circles.y)
lifted = LogisticRegression(C=10.0).fit(bowl.transform(circles.X), circles.y)

fig = plt.figure(figsize=(PAGE, 0.4 * PAGE))
space, plane = fig.add_subplot(1, 2, 1, projection="3d"), fig.add_subplot(1, 2, 2)
for k, (color, marker) in enumerate(((BLUE, "o"), (VERMILION, "s"))):
    points = bowl.transform(circles.X[circles.y == k])
    space.scatter(*points.T, color=color, marker=marker, s=8, lw=0, depthshade=False)
    space.scatter(*points[:, :2].T, 0 * points[:, 2], color=color, marker=marker, s=2, lw=0, alpha=0.4)
u, v = np.meshgrid([-1.2, 1.2], [-1.2, 1.2])
w1, w2, w3 = lifted.coef_.ravel()
space.plot_surface(u, v, -(lifted.intercept_.item() + w1 * u + w2 * v) / w3, color="0.5", alpha=0.3)
space.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$x_1^2 + x_2^2$", zlim=(0, 1.8))
space.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), zticks=(0, 0.5, 1, 1.5))
space.view_init(12, -60)
draw_regions(
    plane,
    lambda P: lifted.predict(bowl.transform(P)),
    circles.X,
    circles.y,
    names=("outer", "inner"),
    steps=size(200, 20),
)
plane.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
plane.legend(loc="upper right", framealpha=0.8, frameon=True)
hw.show(
    fig,
    "circles_lifted",
    f"Concentric circles (simulated, {len(circles.y)} points, noise 0.1). Left: with the feature $x_1^2 + x_2^2$ as "
    "third coordinate, above their shadows in the plane, and the border of logistic regression, a plane. Right: the "
    "same border in the plane.",
)
hw.record(
    "circles: share right of logistic regression on x₁, x₂",
    *accuracy_score_with_error(fresh.y, flat.predict(fresh.X)),
    anchor="theory: at most 2/3 for any line",
    at_most=2 / 3,
)
hw.record(
    "circles: share right of logistic regression on x₁, x₂, x₁² + x₂²",
    *accuracy_score_with_error(fresh.y, lifted.predict(bowl.transform(fresh.X))),
    anchor="fresh points; the circles are 5 standard deviations of the noise apart",
    at_least=0.97,
)

# %% [markdown]
# ## 1.2 All products, and their inner product
#
# We knew the answer, and gave the right feature by hand. Not knowing it, take all products of two coordinates, and the
# coordinates, and a constant: $\tfrac12 (d+1)(d+2)$ features in $d$ dimensions. In the plane, for a constant $c \ge 0$
# and with some thought about factors,
#
# $$\varphi(x) = \big(c,\ \sqrt{2c}\,x_1,\ \sqrt{2c}\,x_2,\ x_1^2,\ \sqrt2\,x_1 x_2,\ x_2^2\big).$$
#
# **Pen and paper A.** Why these factors? Work out $\varphi(x) \cdot \varphi(x')$, and write it in terms of $u = x \cdot
# x'$ and $c$ alone.

# %%
judge("kernel of a map", answer="")  # your inner product, from c and u

# %% [markdown]
# **Exercise 1.** Write the feature map, in any number of dimensions.

# %% exercise
from abinitio.kernels.features import quadratic_features

# %% [markdown]
# *What to look at:* left, inner products of your features against the formula. Middle, a border that needs the cross
# term: the sign of $x_1 x_2$. Right, the price. With the degree $p$ there are $\binom{d+p}{p}$ features: for an image
# of 784 pixels and $p = 3$, eighty million. The formula costs $d$ products and one power, for *any* degree. A function
# that returns the inner product of features without computing them is called a **kernel**.

# %%
from abinitio.kernels import polynomial_kernel

rng = np.random.default_rng(2)
A, B = rng.normal(size=(2, 12, 5))
products = quadratic_features(A, coef0=1.0) @ quadratic_features(B, coef0=1.0).T
kernel = polynomial_kernel(A, B, degree=2, gamma=1.0, coef0=1.0)
quadrants = rng.normal(size=(300, 2))
in_like_signs = (quadrants[:, 0] * quadrants[:, 1] > 0).astype(int)
crossed = LogisticRegression(C=100.0).fit(quadratic_features(quadrants, coef0=1.0), in_like_signs)

fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.33 * PAGE))
left.plot(kernel.ravel(), products.ravel(), "o", ms=2.5, color=BLUE, mew=0)
left.axline((1, 1), slope=1, color="0.3", lw=0.8)
left.set(xlabel="$(x \\cdot x' + 1)^2$", ylabel=r"$\varphi(x) \cdot \varphi(x')$")
draw_regions(
    middle,
    lambda P: crossed.predict(quadratic_features(P, coef0=1.0)),
    quadrants,
    in_like_signs,
    steps=size(200, 20),
)
middle.set(xlabel="$x_1$", ylabel="$x_2$")
d = np.arange(1, 1001)
for p, color, style in ((2, BLUE, "-"), (3, VERMILION, "--"), (5, GREEN, "-.")):
    right.plot(d, [comb(int(k) + p, p) for k in d], color=color, ls=style, label=f"features, $p = {p}$")
right.plot(d, d, color=BLACK, ls=":", label="kernel, any $p$")
right.set(xscale="log", yscale="log", xlabel="dimensions $d$", ylabel="products in $k(x, x')$")
right.legend(loc="upper left", fontsize=6.5)
hw.show(
    fig,
    "kernel_of_a_map",
    "The quadratic feature map. Left: inner products of features against the kernel, 144 pairs of points in five "
    "dimensions. Middle: logistic regression on the features, where the class is the sign of $x_1 x_2$. Right: "
    "products of numbers in one inner product, by features of degree p and by the kernel.",
)
hw.record(
    "quadratic features: largest deviation of inner products from pen and paper A",
    np.abs(products / [[value("kernel of a map", c=1, u=u) for u in row] for row in A @ B.T] - 1).max(),
    anchor="pen and paper A, 144 pairs in 5 dimensions (relative)",
    at_most=1e-9,
)
fresh_quadrants = rng.normal(size=(size(4000, 1000), 2))
hw.record(
    "sign of x₁x₂: share right of logistic regression on the quadratic features",
    *accuracy_score_with_error(
        (fresh_quadrants[:, 0] * fresh_quadrants[:, 1] > 0).astype(int),
        crossed.predict(quadratic_features(fresh_quadrants, coef0=1.0)),
    ),
    anchor="theory: 1/2 for any line through the centre, 1 for the right features",
    at_least=0.95,
)
many = rng.normal(size=(size(400, 100), 60))
hw.record(
    "quadratic kernel, 60 dimensions: time by features over time by the formula",
    *speed_up(
        lambda: polynomial_kernel(many, many, degree=2, gamma=1.0, coef0=1.0),
        lambda: quadratic_features(many, 1.0) @ quadratic_features(many, 1.0).T,
        repeats=size(9, 1),
    ),
    anchor=f"{comb(62, 2)} features against 60 coordinates, {len(many)} points",
)

# %% [markdown]
# # 2. One variable, three bases
#
# The oldest features are the powers $1, x, x^2, \dots$ of one variable. They span the polynomials. So do the Legendre
# polynomials $P_k$ and the Chebyshev polynomials $T_k(\cos\theta) = \cos k\theta$, and least squares finds *the same
# curve* with all three. On paper. In a computer the columns of the design matrix matter: $x^{20}$ and $x^{22}$ look
# alike, their coefficients are huge numbers that almost cancel, and each number is stored with 16 digits. The condition
# number $\kappa$ of the design matrix says how many are lost: $\log_{10} \kappa$ of them, and twice as many when the
# normal equations are used, which square the matrix.
#
# What shall we fit? A resonance, $1/[(E - M)^2 + \Gamma^2/4]$. How fast polynomials converge to a smooth curve is known
# (S. Bernstein, 1912): map the interval to $[-1, 1]$, look for the singularity of the curve in the complex plane
# nearest to it, here $z_0$, the image of $M + i\,\Gamma/2$, and the error falls like $\rho^{-p}$ with
# $\rho = \big|z_0 + \sqrt{z_0^2 - 1}\big|$ (the root of that sign for which $\rho > 1$). The pole off the axis, at half
# the width of the line, limits the speed on the axis.
#
# *What to look at:* left, condition numbers: the powers have lost all digits by degree 45, the others one or two at
# most. Right, the largest error of the fitted curve. Chebyshev's polynomials follow Bernstein's line to the last digit
# that there is. The powers leave it near degree 20, where $\kappa^2$ reaches $10^{15}$; with a method that does not
# square (singular values), near degree 40, where $\kappa$ does.

# %%
from abinitio.kernels import chebyshev_basis, legendre_basis, to_unit_interval
from abinitio.linear_model import polynomial_basis
from abinitio.linear_model.least_squares import least_squares_coefficients

low, high = 82.0, 100.0  # GeV
curve = make_resonance(rng=np.random.default_rng(3), noise=0.0)
mass, width, peak = (curve.truth[name] for name in ("mass", "width", "peak"))
nodes = np.cos(np.pi * (np.arange(600) + 0.5) / 600)  # denser at the ends, where polynomials are wildest
pole = complex(to_unit_interval(mass, low, high), width / (high - low))  # of M + iΓ/2
rho = max(abs(pole + np.sqrt(pole**2 - 1)), abs(pole - np.sqrt(pole**2 - 1)))
target = 1 / (1 + ((nodes - pole.real) / pole.imag) ** 2)
bases = {"powers": polynomial_basis, "Legendre": legendre_basis, "Chebyshev": chebyshev_basis}
degrees = np.arange(2, size(273, 63), 6)
conditions = {name: [] for name in bases}
misses = {name: [] for name in [*bases, "powers, singular values"]}
for p in degrees:
    for name, basis in bases.items():
        if name == "powers" and p > 120:
            continue
        F = basis(nodes, p)
        conditions[name].append(np.linalg.cond(F))
        misses[name].append(np.abs(F @ least_squares_coefficients(F, target) - target).max())
        if name == "powers":
            fit = F @ np.linalg.lstsq(F, target)[0]
            misses["powers, singular values"].append(np.abs(fit - target).max())

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
for (name, values), color, marker in zip(conditions.items(), (VERMILION, GREEN, BLUE), "s^o"):
    left.plot(degrees[: len(values)], values, color=color, marker=marker, ms=3, lw=0.8, label=name)
p = np.arange(0, 60)
left.plot(p, (1 + np.sqrt(2)) ** p, color="0.3", lw=0.8, ls="--", label=r"$(1 + \sqrt{2})^p$")
left.set(
    xlabel="degree $p$", ylabel=r"condition number $\kappa$", yscale="log", ylim=(0.5, 1e22), xlim=(0, degrees[-1])
)
left.legend(loc="upper right")
styles = {"powers": (VERMILION, "s"), "powers, singular values": (ORANGE, "D"), "Legendre": (GREEN, "^")}
for name, (color, marker) in (styles | {"Chebyshev": (BLUE, "o")}).items():
    values = misses[name]
    right.plot(degrees[: len(values)], values, color=color, marker=marker, ms=3, lw=0, label=name)
right.plot(
    degrees, rho ** -degrees.astype(float), color="0.3", lw=0.8, ls="--", label=rf"$\rho^{{-p}}$, $\rho = {rho:.3f}$"
)
right.set(xlabel="degree $p$", ylabel="largest error, in peak heights", yscale="log", ylim=(1e-17, 30))
right.legend(loc="lower left")
hw.show(
    fig,
    "three_bases",
    "Polynomials in three bases, at 600 points. Left: condition number of the design matrix. Right: largest "
    f"deviation of the fitted polynomial from a Breit-Wigner line (M = {mass:g} GeV, Γ = {width:g} GeV, from "
    f"{low:g} to {high:g} GeV, without noise), by the normal equations and, for the powers, also by singular "
    "values. Dashed: theory.",
)
early = slice(2, 6)  # degrees 14 to 32
hw.record(
    "powers: growth of ln κ per degree",
    np.polyfit(degrees[early], np.log(conditions["powers"][early]), 1)[0],
    anchor="theory: ln(1 + √2) = 0.881, up to a power of the degree",
    expected=np.log(1 + np.sqrt(2)),
    within=0.03,
)
hw.record(
    "Chebyshev: largest κ of all degrees",
    max(conditions["Chebyshev"]),
    anchor="theory: √2, the columns are orthogonal at these points, the first √2 times as long",
    expected=np.sqrt(2),
    within=1e-9,
)
falling = (degrees >= 20) & (degrees <= size(200, 50))
hw.record(
    "Chebyshev: fall of ln(error) per degree",
    -np.polyfit(degrees[falling], np.log(np.array(misses["Chebyshev"])[falling]), 1)[0],
    anchor=f"theory (Bernstein): ln ρ = {np.log(rho):.4f}",
    expected=np.log(rho),
    within=0.01 * np.log(rho) if not hw.quick else 0.05 * np.log(rho),
)
hw.record(
    "resonance: digits that the powers lose against Chebyshev at degree 50, normal equations",
    np.log10(misses["powers"][8] / misses["Chebyshev"][8]),
    anchor="same polynomial on paper",
    at_least=0.5,
)
hw.record(
    "resonance: smallest error, powers over Chebyshev",
    min(misses["powers, singular values"]) / min(misses["Chebyshev"]),
    anchor="the powers by singular values, the others by the normal equations",
    at_least=10.0,
)

# %% [markdown]
# A polynomial fit of high order is not dangerous; the powers are. And the lesson goes beyond polynomials: a model is a
# *space of functions*, its basis is a choice of ours, and a bad one costs digits. It costs more than digits once there
# is a penalty, since $\alpha |w|^2$ means something else in every basis. The next section gets rid of the choice: it
# penalises the function itself.
#
# # 3. Regression with a kernel
#
# ## 3.1 The Gaussian kernel
#
# Which function of two points is a kernel, an inner product of *some* features? Exactly if no matrix
# $K_{ij} = k(x_i, x_j)$, of any points, has a negative eigenvalue (J. Mercer, 1909; N. Aronszajn, 1950). Sums and
# products of kernels are kernels again. The most used one,
#
# $$k(x, x') = e^{-\gamma |x - x'|^2}, \qquad \gamma = \frac{1}{2h^2},$$
#
# has infinitely many features: they are the terms of the series of $e^{2\gamma x \cdot x'}$, all powers at once.
#
# **Exercise 2.** Write the kernel matrix of two sets of points. Mind the square, the factor, and points that lie far
# from the origin but close to one another: $|x|^2 - 2 x \cdot x' + |x'|^2$ takes the difference of two huge numbers.

# %% exercise
from abinitio.kernels.functions import gaussian_kernel

# %% [markdown]
# *What to look at:* left, five kernels as functions of the distance. A fit with a kernel is a sum of such curves; it
# inherits their smoothness, or their kink, or their period. Right, how many features there *really* are. For points
# drawn from a normal density the eigenvalues of $K/n$ converge to known numbers, which fall geometrically: infinitely
# many, but after the first few they hardly matter. (The later ones belong to functions that live in the tails of the
# density. A small sample has no points there, and its eigenvalues fall faster.)

# %%
from abinitio.kernels import (
    gaussian_mercer_eigenvalues,
    laplacian_kernel,
    matern_kernel,
    negative_part,
    periodic_kernel,
    product_kernel,
    sigmoid_kernel,
    sum_kernel,
)

kinds = {
    "Gaussian": partial(gaussian_kernel, gamma=0.5),
    "Laplace": partial(laplacian_kernel, gamma=1.0),
    "Matérn 3/2": partial(matern_kernel, length=1.0, nu=1.5),
    "periodic": partial(periodic_kernel, length=1.0, period=2.5),
}
kinds["periodic × Gaussian"] = product_kernel(kinds["periodic"], partial(gaussian_kernel, gamma=0.1))
distance = np.linspace(0, 6, 241)
spectra = {
    n: [
        np.linalg.eigvalsh(gaussian_kernel(x, x, gamma=0.5))[::-1][:12] / n
        for x in np.random.default_rng([4, n]).normal(size=(times(12, 5), n, 1))
    ]
    for n in (50, size(800, 200))
}
theory = gaussian_mercer_eigenvalues(12, gamma=0.5, sigma=1.0)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
for (name, k), color, style in zip(
    kinds.items(), (BLUE, VERMILION, GREEN, ORANGE, PURPLE), ("-", "--", "-.", ":", "-")
):
    left.plot(distance, k(np.zeros((1, 1)), distance[:, None])[0], color=color, ls=style, label=name)
left.set(xlabel="distance $|x - x'|$, in lengths $h$", ylabel="$k(x, x')$", ylim=(0, 1.35))
left.legend(loc="upper right", ncols=2)
number = np.arange(1, 13)
for (n, found), color, marker in zip(spectra.items(), (VERMILION, BLUE), "so"):
    draw_spread(right, number, found, color=color, marker=marker, label=f"$n = {n}$", connect=False, error_of_mean=True)
right.plot(number, theory, color="0.3", lw=0.8, ls="--", label="theory")
right.set(yscale="log", xlabel="number of the eigenvalue", ylabel="eigenvalue of $K/n$", ylim=(1e-7, 1))
right.set_xticks(number[::2])
right.legend()
hw.show(
    fig,
    "kernels",
    "Left: kernels against distance, in one dimension. Right: eigenvalues of the Gaussian kernel matrix over n, with "
    f"h = 1, for n standard normal points: mean of {times(12, 5)} draws with its standard error, and the limit.",
)
first = np.mean(spectra[size(800, 200)], axis=0)[:6] / theory[:6]
hw.record(
    "Gaussian kernel: largest relative deviation of the first 6 eigenvalues of K/n from their limit",
    np.abs(first - 1).max(),
    anchor="theory: falls like 1/n and 1/√draws",
    at_most=size(0.1, 0.5),
)
cloud = np.random.default_rng(5).normal(size=(size(200, 60), 3))
hw.record(
    "five kernels and a sum: largest negative eigenvalue, over the largest of all",
    max(negative_part(k(cloud, cloud)) for k in [*kinds.values(), sum_kernel(1.0, *kinds.values())]),
    anchor=f"theory (Mercer): none; {len(cloud)} points in 3 dimensions",
    at_most=1e-12,
)
hw.record(
    "tanh(x·x' - 1): negative eigenvalue, over the largest of all",
    negative_part(sigmoid_kernel(cloud, cloud, gamma=1.0, coef0=-1.0)),
    anchor="in use as a kernel, and is none",
    at_least=0.01,
)
hw.record(
    "Gaussian kernel: largest change when all points move by 10⁶",
    np.abs(gaussian_kernel(cloud + 1e6, cloud + 1e6, gamma=0.5) - gaussian_kernel(cloud, cloud, gamma=0.5)).max(),
    anchor="theory: none; the moved points themselves are rounded to 10⁻¹⁰",
    at_most=1e-8,
)

# %% [markdown]
# ## 3.2 A curve held by springs
#
# Functions that are sums of kernels, $f = \sum_i a_i\, k(\cdot, x_i)$, and their limits make a space with an inner
# product, the **reproducing kernel Hilbert space**: $\langle k(\cdot, x), k(\cdot, x') \rangle = k(x, x')$. So $|f|^2 =
# a^\top K a$, and $f(x) = \langle f, k(\cdot, x) \rangle$: to evaluate is to project. For smooth kernels a wild
# function has a large norm, and $|f|^2$ is an elastic energy.
#
# Fit as in ridge regression, but penalise the function: minimise $\sum_i (y_i - f(x_i))^2 + \alpha |f|^2$. Over *all*
# functions of the space. Split any of them into a part spanned by the $k(\cdot, x_i)$ of the samples and a part
# orthogonal to those. The orthogonal part is zero on every sample, for $f(x_i)$ is a projection on $k(\cdot, x_i)$; all
# it can do is to add to the norm. So it is zero: the minimum is a sum over the samples, $n$ numbers $a_i$. This is the
# **representer theorem** (G. Kimeldorf and G. Wahba, 1971). What is left is a quadratic form in $a$, $|y - Ka|^2 +
# \alpha\, a^\top K a$, whose gradient is $2K[(K + \alpha 1)\,a - y]$.
#
# **Exercise 3.** Write its minimum.

# %% exercise
from abinitio.kernels.ridge import kernel_ridge_coefficients

# %% [markdown]
# **Exercise 4.** Write the values of $f$ at new points, from the kernel matrix between those (rows) and the samples
# (columns).

# %% exercise
from abinitio.kernels.ridge import kernel_predictions

# %% [markdown]
# *What to look at:* left, an oscillation measured with noise, the fit, and the bumps $a_i\, k(\cdot, x_i)$ that it is
# the sum of; circles are your predictions. Beyond the data it returns to zero: there the penalty is alone. Right, the
# representer theorem. All these curves go through the same six points; each one differs from the blue one by a function
# of the space that is zero on all six. The blue one is spanned by the kernels of the six, and has the least norm.

# %%
from abinitio.kernels import least_norm_coefficients, penalised_squares, rkhs_inner, rkhs_norm

gamma, alpha, noise = 1 / (2 * 0.15**2), 0.5, 0.3
wave = make_sinusoid(40, frequency=0.75, interval=(0, 2), noise=noise, rng=np.random.default_rng(6))
K = gaussian_kernel(wave.X, wave.X, gamma)
a = kernel_ridge_coefficients(K, wave.y, alpha)
grid = np.linspace(-0.6, 2.6, 321)[:, None]
bumps = gaussian_kernel(grid, wave.X, gamma) * a
new = np.linspace(-0.5, 2.5, len(a))[:, None]  # as many queries as samples: a transposed K would not raise an error
predicted = kernel_predictions(gaussian_kernel(new, wave.X, gamma), a)

few, others = np.linspace(0.2, 1.8, 6)[:, None], np.array([[0.35], [0.7], [1.05], [1.3], [1.7], [2.2]])
both = np.vstack([few, others])
K_few, K_both = gaussian_kernel(few, few, 20.0), gaussian_kernel(both, both, 20.0)
held = np.sin(1.5 * np.pi * few[:, 0])
least = np.append(least_norm_coefficients(K_few, held), np.zeros(6))
rng = np.random.default_rng(7)
silent = []  # functions of all twelve kernels that are zero on the six samples
for c in rng.normal(size=(5, 6)):
    projection = least_norm_coefficients(K_few, K_both[:6, 6:] @ c)
    silent.append(0.5 * np.append(-projection, c) / np.abs(K_both[6:] @ np.append(-projection, c)).max())
norms = [rkhs_norm(least, K_both)] + [rkhs_norm(least + g, K_both) for g in silent]

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE), sharey=True)
left.plot(grid, bumps, color="0.7", lw=0.5)
draw_measurements(left, wave.x, wave.y, noise, label="data")
left.plot(grid, wave.truth["curve"](grid[:, 0]), color=GREEN, ls="--", label="truth")
left.plot(grid, bumps.sum(axis=1), color=BLUE, label="fit")
left.plot(new, predicted, "o", color=BLUE, mfc="white", ms=2.5, mew=0.7, zorder=5, label="predictions")
left.set(xlabel="time (s)", ylabel="displacement (mm)", ylim=(-2, 2.4))
left.legend(loc="upper right", ncols=2)
at_grid = gaussian_kernel(grid, both, 20.0)
for g in silent:
    right.plot(grid, at_grid @ (least + g), color="0.6", lw=0.7)
right.plot(grid, at_grid @ least, color=BLUE, label=f"least norm, $|f| = {norms[0]:.2f}$")
right.plot([], [], color="0.6", lw=0.7, label=f"others, $|f| = {min(norms[1:]):.1f}$ to ${max(norms[1:]):.1f}$")
right.plot(few, held, "o", color=BLACK, zorder=5)
right.set(xlabel="time (s)")
right.legend(loc="upper right")
hw.show(
    fig,
    "representer",
    f"Left: kernel ridge regression (Gaussian kernel of width 0.15 s, α = {alpha:g}) on an oscillation (simulated, n = "
    f"{len(wave.y)}, noise {noise:g} mm); grey: the terms of its sum. Right: functions of the space through six "
    "points, with their norms.",
)
hw.record(
    "kernel ridge: largest deviation of predictions from the sum of the bumps",
    np.abs(predicted - np.sum(gaussian_kernel(new, wave.X, gamma) * a, axis=1)).max(),
    unit="mm",
    anchor="the definition, at 40 new times",
    at_most=1e-12,
)
residual = wave.y - kernel_predictions(K, a)
hw.record(
    "kernel ridge: largest deviation of the residuals from α a",
    np.abs(residual - alpha * a).max(),
    anchor="theory: the gradient vanishes, y - Ka = αa",
    at_most=1e-12,
)
hw.record(
    "representer theorem: largest value on the samples of the five silent functions",
    max(np.abs(K_both[:6] @ g).max() for g in silent),
    anchor="theory: none, they are orthogonal to the samples' kernels",
    at_most=1e-12,
)
hw.record(
    "representer theorem: |f + g|² over |f|² + |g|², largest deviation from 1",
    max(abs(norm**2 / (norms[0] ** 2 + rkhs_norm(g, K_both) ** 2) - 1) for norm, g in zip(norms[1:], silent)),
    anchor="theory (Pythagoras)",
    at_most=1e-12,
)
wider = np.vstack([wave.X, rng.uniform(-1, 3, (20, 1))])  # twenty more kernels, away from the samples
K_wider, least_loss = gaussian_kernel(wider, wider, gamma), penalised_squares(a, K, wave.y, alpha)
trials = np.append(a, np.zeros(20)) + 10.0 ** rng.uniform(-3, 0, (200, 1)) * rng.normal(size=(200, 60))
losses = [np.sum((wave.y - K_wider[:40] @ trial) ** 2) + alpha * rkhs_inner(trial, K_wider, trial) for trial in trials]
hw.record(
    "representer theorem: smallest loss of 200 other functions, of 60 kernels, over that of the fit",
    min(losses) / least_loss,
    anchor="theory: not below 1",
    at_least=1.0,
)
hw.record(
    "kernel ridge: largest |f(x)| over |f| of the fit",
    np.abs(bumps.sum(axis=1)).max() / rkhs_norm(a, K),
    anchor="theory: at most √k(x, x) = 1 (Cauchy-Schwarz)",
    at_most=1.0,
)

# %% [markdown]
# ## 3.3 The same, three times
#
# Kernel ridge regression is ridge regression on the features. With $\Phi^\top\Phi + \alpha 1$ one inverts a $D \times
# D$ matrix, with $\Phi\Phi^\top + \alpha 1 = K + \alpha 1$ one of $n \times n$, and the identity $\Phi^\top (\Phi
# \Phi^\top + \alpha 1)^{-1} = (\Phi^\top \Phi + \alpha 1)^{-1} \Phi^\top$ makes the predictions equal: take the shorter
# side. Held against homework 1's function on your features, and against scikit-learn.

# %%
from sklearn.kernel_ridge import KernelRidge as SklearnKernelRidge

from abinitio.kernels import KernelRidge, KernelRidgeCV
from abinitio.linear_model.ridge import ridge_coefficients

rng = np.random.default_rng(8)
X, X_new = rng.normal(size=(size(2000, 200), 6)), rng.normal(size=(500, 6))
y = np.sin(X[:, 0] * X[:, 1]) + X[:, 2] ** 2 + 0.3 * rng.normal(size=len(X))
quadratic = partial(polynomial_kernel, degree=2, gamma=1.0, coef0=1.0)
by_features = quadratic_features(X_new, 1.0) @ ridge_coefficients(quadratic_features(X, 1.0), y, 0.7)
by_kernel = kernel_predictions(quadratic(X_new, X), kernel_ridge_coefficients(quadratic(X, X), y, 0.7))
hw.record(
    "kernel ridge: largest deviation from ridge regression on the quadratic features",
    np.abs(by_features - by_kernel).max(),
    anchor=f"{comb(8, 2)} features against {len(X)} kernels; residuals are of order 1",
    at_most=1e-9,
)
settings = {"alpha": 0.1, "kernel": "rbf", "gamma": 0.1}
ours, theirs = KernelRidge(**settings).fit(X, y), SklearnKernelRidge(**settings).fit(X, y)
hw.record(
    "kernel ridge: largest deviation of predictions from scikit-learn's",
    np.abs(ours.predict(X_new) - theirs.predict(X_new)).max(),
    anchor=f"scikit-learn KernelRidge, Gaussian kernel, n = {len(X)}",
    at_most=1e-9,
)
hw.record(
    "kernel ridge: scikit-learn's time over ours",
    *speed_up(
        lambda: KernelRidge(**settings).fit(X, y),
        lambda: SklearnKernelRidge(**settings).fit(X, y),
        repeats=size(3, 1),
    ),
    anchor=f"scikit-learn KernelRidge, n = {len(X)}, d = 6",
)

# %% [markdown]
# ## 3.4 Which penalty?
#
# Leave one sample out, fit the others, predict it; do this for every sample. That is $n$ fits for each $\alpha$. Or
# none: suppose that the curve without sample $i$ misses it by $e_{(i)}$. Move $y_i$ onto that curve; then the sample is
# no news, and the fit to all $n$ is that same curve. The fit is linear in $y_i$, with a slope $h_i$, the entry $H_{ii}$
# of the matrix $H = K (K + \alpha 1)^{-1}$.
#
# **Pen and paper B.** The residual of sample $i$ in the ordinary fit is $e$, the slope is $h$. What is the left-out
# residual?

# %%
judge("left-out residual", answer="")  # your residual, from e and h

# %% [markdown]
# **Exercise 5.** Write the mean squared leave-one-out error for many $\alpha$ at once. One eigendecomposition of $K$
# serves them all. (Where $\alpha$ is small, $1 - H_{ii}$ is the difference of two numbers close to 1. Use the diagonal
# of $(K + \alpha 1)^{-1}$ instead: what is $1 - H$?)

# %% exercise
from abinitio.kernels.ridge_path import kernel_ridge_leave_one_out

# %% [markdown]
# *What to look at:* left, the training error only ever falls as the penalty does. The left-out error has a minimum, and
# it lies close to the one of the true error, which only we know, having made the data. Dots: the same by honest toil,
# $n$ fits each. Right, three fits: a penalty too small, the chosen one, one too large.

# %%
from abinitio.kernels import kernel_ridge_path

alphas = np.geomspace(1e-6, 1e3, size(91, 31))
left_out = kernel_ridge_leave_one_out(K, wave.y, alphas)
path = kernel_ridge_path(K, wave.y, alphas)
inner = np.linspace(0, 2, 401)[:, None]
K_inner = gaussian_kernel(inner, wave.X, gamma)
training = np.mean((path @ K - wave.y) ** 2, axis=1)
true_error = np.mean((path @ K_inner.T - wave.truth["curve"](inner[:, 0])) ** 2, axis=1) + noise**2
checked = alphas[:: len(alphas) // 6]
toil = []
for alpha in checked:
    errors = []
    for i in range(len(wave.y)):
        rest = np.arange(len(wave.y)) != i
        errors.append(wave.y[i] - K[i, rest] @ kernel_ridge_coefficients(K[np.ix_(rest, rest)], wave.y[rest], alpha))
    toil.append(np.mean(np.square(errors)))
chosen = alphas[np.argmin(left_out)]

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
left.plot(alphas, training, color=VERMILION, ls="-.", label="training")
left.plot(alphas, left_out, color=BLUE, label="leave-one-out")
left.plot(checked, toil, "o", color=BLUE, mfc="none", label="the same, by n fits")
left.plot(alphas, true_error, color=GREEN, ls="--", label="new data (truth)")
left.axhline(noise**2, color="0.5", lw=0.8, ls=":", label=r"noise, $\sigma^2$")
left.set(xscale="log", yscale="log", xlabel=r"penalty $\alpha$", ylabel="mean squared error (mm²)", ylim=(0.02, 2))
left.legend()
draw_measurements(right, wave.x, wave.y, noise)
for alpha, color, style in ((0.000001, VERMILION, "-."), (round(chosen, 2), BLUE, "-"), (100, ORANGE, ":")):
    fit = K_inner @ kernel_ridge_coefficients(K, wave.y, alpha)
    right.plot(inner, fit, color=color, ls=style, label=rf"$\alpha = {alpha:.6g}$".replace("1e-06", "10^{-6}"))
right.plot(inner, wave.truth["curve"](inner[:, 0]), color=GREEN, ls="--", label="truth")
right.set(xlabel="time (s)", ylabel="displacement (mm)", ylim=(-2, 2.6))
right.legend(loc="upper right", ncols=2)
hw.show(
    fig,
    "leave_one_out",
    "The penalty of kernel ridge regression on the oscillation above. Left: errors against α; right: fits with three "
    "of them.",
)
hw.record(
    "leave-one-out: largest relative deviation of the formula from n fits",
    np.abs(kernel_ridge_leave_one_out(K, wave.y, checked) / toil - 1).max(),
    anchor=f"{len(checked)} penalties, {len(wave.y)} fits each",
    at_most=1e-6,
)
e, h = residual, np.diag(K @ np.linalg.inv(K + 0.5 * np.eye(len(K))))
by_hand = np.mean([value("left-out residual", e=e_i, h=h_i) ** 2 for e_i, h_i in zip(e, h)])
hw.record(
    "leave-one-out: relative deviation from pen and paper B, α = 0.5",
    kernel_ridge_leave_one_out(K, wave.y, np.array([0.5]))[0] / by_hand - 1,
    anchor="pen and paper B, with the diagonal of H",
    expected=0.0,
    within=1e-10,
)
hw.record(
    "leave-one-out: true error at its choice over the smallest there is",
    true_error[np.argmin(left_out)] / true_error.min(),
    anchor="1 for an oracle; noise included",
    at_most=1.2,
)
hw.record(
    "20 penalties with leave-one-out: time of 20 fits of scikit-learn over ours",
    *speed_up(
        lambda: KernelRidgeCV(np.geomspace(1e-3, 10, 20), kernel="rbf", gamma=0.1).fit(X[:700], y[:700]),
        lambda: [
            SklearnKernelRidge(alpha=alpha, kernel="rbf", gamma=0.1).fit(X[:700], y[:700])
            for alpha in np.geomspace(1e-3, 10, 20)
        ],
        repeats=size(3, 1),
    ),
    anchor=f"scikit-learn KernelRidge, 20 fits without any leave-one-out, n = {len(X[:700])}",
)

# %% [markdown]
# ## 3.5 An intercept, and the mean in feature space
#
# Beyond the data the fit returned to zero. Zero is no special temperature in kelvin, and none at all in Celsius: the
# fit must not depend on where we put it. Ridge regression had the same trouble, and a cure: centre $y$ *and* the
# features, that is, subtract their means. The features of a kernel cannot be subtracted. But the inner products of the
# centred ones, $(\varphi_i - \bar\varphi) \cdot (\varphi_j - \bar\varphi)$, are made of entries of $K$ alone: multiply
# out.
#
# **Exercise 6.** Write the centred kernel matrix.

# %% exercise
from abinitio.decomposition.kernel_pca import centred_kernel

# %% [markdown]
# *What to look at:* left, the same measurements in two units. Without an intercept the two fits are different curves,
# and both fall to zero beyond the data, the one in kelvin by three hundred degrees. With it they are one curve, which
# returns to a constant near the mean of the data. Right, what the centred kernel knows besides: its diagonal is the
# squared distance of each image from the mean of all, in feature space. It is largest where samples are few: a measure
# of novelty.

# %%
from abinitio.kernels import kernel_ridge_with_intercept

room = make_sinusoid(30, frequency=0.4, interval=(0, 2), noise=0.2, rng=np.random.default_rng(9))
celsius, later = 19 + 2 * room.y, np.linspace(-1, 4, 301)
gamma_room, alpha = 1 / (2 * 0.4**2), 0.1
K_room, at_later = (gaussian_kernel(points, room.X, gamma_room) for points in (room.X, later[:, None]))
K_centred = centred_kernel(K_room)
fits = {}
for name, zero in (("°C", 0.0), ("K", 273.15)):
    t = celsius + zero
    bare = at_later @ kernel_ridge_coefficients(K_room, t, alpha)
    a = kernel_ridge_coefficients(K_centred, t - t.mean(), alpha)  # their sum is 0
    b = t.mean() - np.mean(K_room @ a)
    fits[name] = bare - zero, at_later @ a + b - zero
distances = 1 - 2 * at_later.mean(axis=1) + K_room.mean()  # |φ(t) - mean|², written out

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
draw_measurements(left, room.x, celsius, 0.4, label="data")
for (name, (bare, centred)), color, style in zip(fits.items(), (VERMILION, BLUE), ("-", "--")):
    left.plot(later, bare, color=ORANGE if name == "K" else SKY, ls=style, label=f"no intercept, in {name}")
    left.plot(later, centred, color=color, ls=style, lw=1.6, label=f"centred, in {name}")
left.set(xlabel="time (h)", ylabel="temperature (°C)", ylim=(10, 30))
left.legend(loc="upper left", ncols=2)
right.plot(later, distances, color="0.3", lw=0.8, label="any time")
right.plot(room.x, np.diag(K_centred), "o", color=BLUE, label="samples: diagonal of the centred kernel")
right.set(xlabel="time (h)", ylabel=r"$|\varphi(x) - \bar\varphi|^2$", ylim=(0, 2))
right.legend(loc="upper left")
hw.show(
    fig,
    "centred_kernel",
    "Left: a temperature (simulated, n = 30) fitted by kernel ridge regression in degrees Celsius and in kelvin, "
    "without intercept and with the kernel and the data centred; all drawn in °C. Right: squared distance from the "
    "mean of the images, in feature space.",
)
hw.record(
    "centred kernel: largest deviation of its diagonal from the squared distances to the mean",
    np.abs(np.diag(K_centred) - (1 - 2 * K_room.mean(axis=1) + K_room.mean())).max(),
    anchor="theory: 1 - 2 (mean of the row) + mean of all",
    at_most=1e-14,
)
hw.record(
    "centred kernel: largest mean of a row",
    np.abs(K_centred.mean(axis=1)).max(),
    anchor="theory: none, the mean of the centred features is zero",
    at_most=1e-14,
)
hw.record(
    "temperature: largest difference of the centred fits in °C and in K",
    np.abs(fits["K"][1] - fits["°C"][1]).max(),
    unit="K",
    anchor="theory: none",
    at_most=1e-10,
)
hw.record(
    "temperature: largest difference of the fits without intercept",
    np.abs(fits["K"][0] - fits["°C"][0]).max(),
    unit="K",
    anchor="theory: 273.15 K far from all data",
    at_least=200.0,
)
a, b = kernel_ridge_with_intercept(K_room, celsius, alpha)
hw.record(
    "temperature: largest deviation of the centred fit from least squares with a free intercept",
    np.abs(at_later @ a + b - fits["°C"][1]).max(),
    unit="K",
    anchor="theory: the same minimum",
    at_most=1e-10,
)

# %% [markdown]
# # 4. Many samples
#
# The formula $a = (K + \alpha 1)^{-1} y$ costs $n^3$ in time and $n^2$ in memory: 4,000 samples take a second, 400,000
# eleven days and 1.3 terabytes. Three ways out: random features, landmarks, and not solving at all.
#
# ## 4.1 Roll dice for features
#
# A kernel that depends on $x - x'$ alone has a Fourier transform, and it is not negative: S. Bochner's theorem (1932).
# So it is a probability density, up to a factor, and one can draw frequencies $w$ from it. The Gaussian kernel's is
# Gaussian. A. Rahimi and B. Recht (2007): take the wave $\cos(w \cdot x + b)$ with a random phase $b$ as a feature.
#
# **Pen and paper C.** The component of $w$ along $x - z$ is normal with the standard deviation $s$, and $|x - z| = r$;
# $b$ is uniform in $[0, 2\pi)$. What is the expectation of $\cos(w \cdot x + b)\cos(w \cdot z + b)$?

# %%
judge("expectation of a Fourier feature", answer="")  # your expectation, from s and r

# %% [markdown]
# Up to a factor, which the features have to make up for, it is the kernel. One product is a poor estimate of its
# expectation; the mean of $D$ is a better one.
#
# **Exercise 7.** Draw $D$ frequencies for the kernel $e^{-\gamma r^2}$. (Your expectation says which $s$ makes it so.)

# %% exercise
from abinitio.kernels.fourier_features import gaussian_frequencies

# %% [markdown]
# **Exercise 8.** Write the $D$ features, for given frequencies and phases.

# %% exercise
from abinitio.kernels.fourier_features import random_fourier_features

# %% [markdown]
# **Pen and paper D [graduate].** How much better? Let $k$ be the value of the Gaussian kernel at a pair of points (its
# value at twice the distance is $k^4$). What is the variance of the inner product of the features of that pair?

# %%
judge("variance of a Fourier feature", answer="")  # your variance, from k and D

# %% [markdown]
# It falls like $1/D$, and *no dimension appears in it*: this is Monte Carlo integration. The phase can be spared:
# cosine and sine of the same wave are two features, their inner product $\cos(w \cdot x - w \cdot z)$ has less scatter,
# and $k(x, x) = 1$ is exact. And the dice can be made fairer: frequencies in **orthogonal** directions, with random
# lengths, cover the sphere evenly (F. Yu and others, 2016).
#
# Altogether different are **landmarks** (C. Williams and M. Seeger, 2001, the Nyström method): choose $m$ of the
# samples and project all the others, in feature space, on the plane that they span. Random features know nothing of
# the data; landmarks live where the data are.
#
# *What to look at:* digits, coarse-grained to 7 × 7 blocks, so that $d = 49$. Left, the root mean square error of the
# kernel matrix against the number of features, with the exact theory for each kind. Right, the error of single pairs
# against the value of the kernel: the pairs know near neighbours well, those with phases do not. Landmarks do not care
# for $D^{-1/2}$: the eigenvalues of $K$ fall faster than that.

# %%
from abinitio.kernels import (
    fourier_feature_variance,
    inverse_square_root,
    kernel_error,
    orthogonal_feature_variance,
    orthogonal_frequencies,
    paired_feature_variance,
    paired_fourier_features,
)

digits = load_mnist_5k()
coarse, label = digits.X.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49), digits.y.astype(int)
gamma, some = 1.0, coarse[: size(400, 100)]
K = gaussian_kernel(some, some, gamma)
apart = K[np.triu_indices(len(K), 1)]  # the kernel at all pairs of different digits
kinds_of_features = {
    "cosines with phases": (
        lambda X, D, rng: random_fourier_features(
            X, gaussian_frequencies(49, D, gamma, rng), rng.uniform(0, 2 * np.pi, D)
        ),
        lambda D: fourier_feature_variance(apart, apart**4, D),
    ),
    "pairs": (
        lambda X, D, rng: paired_fourier_features(X, gaussian_frequencies(49, D // 2, gamma, rng)),
        lambda D: paired_feature_variance(apart, apart**4, D),
    ),
    "orthogonal pairs": (
        lambda X, D, rng: paired_fourier_features(X, orthogonal_frequencies(49, D // 2, gamma, rng)),
        lambda D: orthogonal_feature_variance(apart, 49, D),
    ),
}
sizes, repeats = 2 ** np.arange(4, size(11, 8)), times(8, 4)
landmarks = sizes[sizes < len(some)]
errors_of, predicted, products_of, typical = {}, {}, {}, 64
for j, (name, (features, variance)) in enumerate(kinds_of_features.items()):
    rngs = np.random.default_rng([10, j]).spawn(repeats)
    errors_of[name] = np.array([[kernel_error(features(some, D, rng), K) for D in sizes] for rng in rngs])
    predicted[name] = np.array([np.mean(variance(D)) for D in sizes])
    draws = np.stack([features(some[:60], typical, rng) for rng in np.random.default_rng([11, j]).spawn(200)])
    products_of[name] = draws @ draws.transpose(0, 2, 1)
by_landmarks = []
for rng in np.random.default_rng(12).spawn(repeats):
    order = rng.permutation(len(some))
    projected = [K[:, order[:m]] @ inverse_square_root(K[np.ix_(order[:m], order[:m])]) for m in landmarks]
    by_landmarks.append([kernel_error(Z, K) for Z in projected])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.44 * PAGE))
looks = dict(zip(kinds_of_features, ((VERMILION, "s"), (BLUE, "o"), (GREEN, "^"))))
pairs = np.triu_indices(60, 1)
near = K[:60, :60][pairs]
for name, (color, marker) in looks.items():
    left.plot(sizes, np.sqrt(predicted[name]), color=color, lw=0.8)
    draw_spread(left, sizes, errors_of[name], color=color, marker=marker, label=name, connect=False)
    scatter = products_of[name][:, *pairs].std(axis=0, ddof=1)
    right.plot(near, scatter, marker, color=color, ms=1.5, mew=0, alpha=0.5, rasterized=True)
k = np.linspace(0.001, 0.999, 300)
right.plot(k, np.sqrt(fourier_feature_variance(k, k**4, typical)), color=VERMILION, label="cosines with phases")
right.plot(k, np.sqrt(paired_feature_variance(k, k**4, typical)), color=BLUE, label="pairs")
right.plot(k, np.sqrt(orthogonal_feature_variance(k, 49, typical)), color=GREEN, label="orthogonal pairs")
draw_spread(left, landmarks, by_landmarks, color=PURPLE, marker="D", label="landmarks")
left.set(xscale="log", yscale="log", xlabel="features $D$", ylabel="rms error of the kernel", ylim=(0.0015, 0.4))
left.legend(loc="lower left")
right.set(xlabel="kernel $k$ of the pair", ylabel=f"scatter of $z \\cdot z'$, $D = {typical}$", ylim=(0, None))
right.legend(loc="lower left")
hw.show(
    fig,
    "random_features",
    f"Random features for the Gaussian kernel (γ = 1) of {len(some)} digits of MNIST, coarse-grained to 49 pixels. "
    f"Left: error against the number of features (mean and standard deviation of {repeats} draws; for landmarks, their "
    "number). Right: standard deviation over 200 draws for each pair of 60 digits. Lines: exact theory.",
)

# %%
for name in kinds_of_features:
    ratio = np.mean(errors_of[name] ** 2 / predicted[name], axis=1)
    hw.record(
        f"{name}: squared error of the kernel over its prediction",
        *average(ratio),
        anchor="theory: 1" + ("; pen and paper D" if name == "cosines with phases" else ""),
        expected=1.0,
        within=max(4 * average(ratio)[1], 0.02),
    )
hw.record(
    "pen and paper D: largest deviation of the library's variance from it",
    max(
        abs(fourier_feature_variance(k, k**4, 7) / value("variance of a Fourier feature", k=k, D=7) - 1)
        for k in (0.1, 0.9)
    ),
    anchor="pen and paper D (relative)",
    at_most=1e-12,
)
slope = np.polyfit(np.log(sizes), np.log(errors_of["cosines with phases"]).T, 1)[0]
hw.record(
    "cosines with phases: slope of ln(error) against ln(D)",
    *average(slope),
    anchor="theory: -1/2",
    expected=-0.5,
    within=size(0.02, 0.1),
)
hw.record(
    f"landmarks: error with {landmarks[-1]} over that of as many cosines",
    np.mean(by_landmarks, axis=0)[-1] / errors_of["cosines with phases"][:, len(landmarks) - 1].mean(),
    anchor=f"{len(some)} digits, Gaussian kernel",
    at_most=0.5,
)

# %% [markdown]
# ## 4.2 Ridge regression on random features
#
# Now read the digits: ten targets, 1 for the right digit and 0 else, and the largest prediction wins. Kernel ridge
# regression on 4,000 digits is the reference; its penalty comes from the leave-one-out error on the first 1,000. Then
# ridge regression on random features and landmarks, at $n D^2$ in place of $n^3$. *What to look at:* how the error of
# the features carries over to the predictions (left), and to what we care for (right).

# %%
from abinitio.kernels import Nystroem, RBFSampler
from abinitio.neighbors import KNeighborsClassifier

n_train = size(4000, 400)
train, test, targets = coarse[:n_train], coarse[4000:], np.eye(10)[label]
part = slice(0, min(1000, n_train))
alpha = KernelRidgeCV(np.geomspace(1e-3, 1, 7), kernel="rbf", gamma=gamma).fit(train[part], targets[part]).alpha_
exact = KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma).fit(train, targets[:n_train]).predict(test)
share_exact, share_error = accuracy_score_with_error(label[4000:], exact.argmax(axis=1))


def predict_by(sampler, n=n_train):
    """Predictions (m, 10) for the test digits, by ridge regression on a sampler's features of n training digits."""
    Z = sampler.fit_transform(train[:n])
    return sampler.transform(test) @ ridge_coefficients(Z, targets[:n], alpha)


samplers = {
    "cosines with phases": lambda D, seed: RBFSampler(gamma=gamma, n_components=D, random_state=seed),
    "landmarks": lambda D, seed: Nystroem(gamma=gamma, n_components=D, random_state=seed),
}
sizes, seeds = 2 ** np.arange(5, size(11, 8)), range(times(3, 2))
found = {name: np.empty((2, len(seeds), len(sizes))) for name in samplers}
for name, make in samplers.items():
    for seed in seeds:
        for j, D in enumerate(sizes):
            f = predict_by(make(int(D), seed))
            found[name][:, seed, j] = (
                np.sqrt(np.mean((f - exact) ** 2)),
                accuracy_score(label[4000:], f.argmax(axis=1)),
            )

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
for (name, (deviation, share)), color, marker in zip(found.items(), (VERMILION, PURPLE), "sD"):
    draw_spread(left, sizes, deviation, color=color, marker=marker, label=name)
    draw_spread(right, sizes, share, color=color, marker=marker, label=name)
reference = np.sqrt(np.mean((exact - targets[4000:]) ** 2))
left.axhline(reference, color="0.5", lw=0.8, ls=":", label="rms error of the reference itself")
left.set(xscale="log", yscale="log", xlabel="features $D$", ylabel="rms deviation from kernel ridge")
left.legend(loc="lower left")
right.axhspan(share_exact - share_error, share_exact + share_error, color="0.88", lw=0)
right.axhline(share_exact, color="0.3", lw=0.8, ls="--", label="kernel ridge")
right.set(xscale="log", xlabel="features $D$", ylabel="share of digits read right")
right.legend(loc="lower right")
hw.show(
    fig,
    "random_features_regression",
    f"Ridge regression on random features (MNIST, 49 coarse pixels, {n_train} train, {len(test)} test, α = "
    f"{alpha:.3g}). Left: deviation of predictions from kernel ridge regression. Right: share read right. Mean and "
    f"standard deviation of {len(seeds)} draws; grey: the reference with its error.",
)
hw.record(
    "coarse digits: share right of kernel ridge regression",
    share_exact,
    share_error,
    anchor=f"{n_train} train, {len(test)} test, 49 pixels",
    at_least=size(0.94, 0.8),
)
neighbours = KNeighborsClassifier(3).fit(train, label[:n_train]).predict(test)
right_or_not = (exact.argmax(axis=1) == label[4000:]).astype(float)
hw.record(
    "coarse digits: share right of kernel ridge regression minus that of 3 neighbours",
    *average(right_or_not - (neighbours == label[4000:])),
    anchor="same digits, paired",
    at_least=size(0.0, -0.05),
)
hw.record(
    f"coarse digits: share right of {sizes[-1]} landmarks minus that of kernel ridge",
    *average(found["landmarks"][1][:, -1] - share_exact),
    anchor="same digits, same penalty",
    at_least=size(-0.01, -0.1),
)
hw.record(
    f"coarse digits: deviation with {sizes[-1]} features, landmarks over cosines",
    found["landmarks"][0][:, -1].mean() / found["cosines with phases"][0][:, -1].mean(),
    anchor="same penalty",
    at_most=1.0,
)
half = n_train // 2
hw.record(
    "coarse digits: time of kernel ridge over that of 256 landmarks",
    *speed_up(
        lambda: predict_by(samplers["landmarks"](256, 0), half),
        lambda: KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma).fit(train[:half], targets[:half]).predict(test),
        repeats=size(3, 1),
    ),
    anchor=f"n = {half}, fit and predict; grows like n²",
)

# %% [markdown]
# A landmark is worth several random waves here. Neither falls like $D^{-1/2}$ yet: the fit asks for more directions
# in feature space than there are features. What is saved grows like $n^2$: with ten times as many digits it is a
# hundred times as much. Against scikit-learn's random features, with its draws put into your function:

# %%
from sklearn.kernel_approximation import RBFSampler as SklearnRBFSampler

theirs = SklearnRBFSampler(gamma=0.01, n_components=size(1000, 100), random_state=0).fit(digits.X)
ours = RBFSampler(gamma=0.01, n_components=size(1000, 100), random_state=0).fit(digits.X)
hw.record(
    "random Fourier features: largest deviation from scikit-learn's",
    np.abs(
        random_fourier_features(digits.X[:500], theirs.random_weights_, theirs.random_offset_)
        - theirs.transform(digits.X[:500])
    ).max(),
    anchor="scikit-learn RBFSampler, its frequencies and phases",
    at_most=1e-12,
)
hw.record(
    "random Fourier features: scikit-learn's time over ours",
    *speed_up(lambda: ours.transform(digits.X), lambda: theirs.transform(digits.X), repeats=size(3, 1)),
    anchor=f"scikit-learn RBFSampler, {len(digits.X)} × 784 -> {size(1000, 100)}",
)

# %% [markdown]
# ## 4.3 Without solving anything
#
# E. Nadaraya and G. Watson (both 1964): predict the mean of the targets, weighted by how near their samples are,
#
# $$\hat f(q) = \frac{\sum_i e^{-|q - x_i|^2/2h^2}\, y_i}{\sum_i e^{-|q - x_i|^2/2h^2}} .$$
#
# Nothing is inverted, nothing is trained; the mean can never overshoot its targets.
#
# **Exercise 9.** Write it. (Far from all samples every weight is zero in float64, and the ratio is not. You have met
# this in homework 2: the ratio does not change when all exponents do by the same amount.)

# %% exercise
from abinitio.kernels.smoothing import nadaraya_watson

# %% [markdown]
# It uses the same kernel, but it is not the same estimate. Give both a pure oscillation of frequency $f$, sampled
# densely. Far from the ends, smoothing is a convolution with a Gaussian, which multiplies an oscillation by
# $e^{-\omega^2 h^2/2}$, $\omega = 2\pi f$. Kernel ridge regression multiplies it by $\lambda/(\lambda + \alpha)$, where
# $\lambda = \varrho \sqrt{2\pi}\, h\, e^{-\omega^2 h^2/2}$ is the eigenvalue of $K$ for that oscillation and $\varrho$
# the number of samples per second. *What to look at:* left, the oscillation of section 3, each method with its own best
# width or penalty by leave-one-out. Right, both are low-pass filters, but the smoother pays for little noise with
# amplitude, at all frequencies; kernel ridge regression is a plateau with an edge.

# %%
from abinitio.kernels import KernelSmoother

smoother = KernelSmoother().fit(wave.X, wave.y)
smooth = nadaraya_watson(inner, wave.X, wave.y, smoother.bandwidth_)
best_fit = K_inner @ kernel_ridge_coefficients(gaussian_kernel(wave.X, wave.X, 1 / (2 * 0.15**2)), wave.y, chosen)

h, alpha_dense, density = 0.1, 0.1, size(200, 50)
t = np.arange(-5, 5, 1 / density)[:, None]
middle_of = np.abs(t[:, 0]) < 2
frequencies = np.arange(0.25, 6.1, 0.25)
waves = np.cos(2 * np.pi * t * frequencies)
solved = kernel_ridge_coefficients(gaussian_kernel(t, t, 1 / (2 * h**2)), waves, alpha_dense)
outputs = {
    "smoother": nadaraya_watson(t[middle_of], t, waves, h),
    "kernel ridge": gaussian_kernel(t[middle_of], t, 1 / (2 * h**2)) @ solved,
}
passed = {
    name: np.sum(out * waves[middle_of], axis=0) / np.sum(waves[middle_of] ** 2, axis=0)
    for name, out in outputs.items()
}
f = np.linspace(0, 6, 200)
damping = np.exp(-((2 * np.pi * f * h) ** 2) / 2)
eigenvalue = density * np.sqrt(2 * np.pi) * h * damping

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
draw_measurements(left, wave.x, wave.y, noise)
left.plot(inner, wave.truth["curve"](inner[:, 0]), color=GREEN, ls="--", label="truth")
left.plot(inner, smooth, color=VERMILION, ls="-.", label=f"smoother, $h$ = {smoother.bandwidth_:.2f} s")
left.plot(inner, best_fit, color=BLUE, label="kernel ridge")
left.set(xlabel="time (s)", ylabel="displacement (mm)", ylim=(-1.6, 2.4))
left.legend(loc="upper right", ncols=2)
right.plot(frequencies, passed["smoother"], "s", color=VERMILION, label="smoother")
right.plot(f, damping, color=VERMILION, lw=0.8)
right.plot(frequencies, passed["kernel ridge"], "o", color=BLUE, label="kernel ridge")
right.plot(f, eigenvalue / (eigenvalue + alpha_dense), color=BLUE, lw=0.8)
right.set(xlabel="frequency $f$ (Hz)", ylabel="amplitude passed on")
right.legend()
hw.show(
    fig,
    "nadaraya_watson",
    "Left: smoothing and kernel ridge regression on the oscillation of section 3. Right: what both do to a pure "
    f"oscillation (width {h:g} s, {density} samples per second, α = {alpha_dense:g}); points: measured, lines: theory.",
)
hw.record(
    "smoother: largest deviation of the amplitude from theory",
    np.abs(passed["smoother"] - np.exp(-((2 * np.pi * frequencies * h) ** 2) / 2)).max(),
    anchor="theory: exp(-ω²h²/2)",
    at_most=1e-3,
)
hw.record(
    "kernel ridge: largest deviation of the amplitude from theory",
    np.abs(passed["kernel ridge"] - np.interp(frequencies, f, eigenvalue / (eigenvalue + alpha_dense))).max(),
    anchor="theory: λ/(λ + α)",
    at_most=0.01,
)
hw.record(
    "smoother: lag at the edge of data on a line, in units of h",
    nadaraya_watson(t[:1], t, t[:, 0], h)[0] / h - t[0, 0] / h,
    anchor="theory: √(2/π) = 0.798 for dense samples",
    expected=np.sqrt(2 / np.pi),
    within=size(0.03, 0.15),
)
hw.record(
    "smoother: deviation from the last value, 1,000 s beyond it",
    np.abs(nadaraya_watson(t[-1:] + 1000, t, t[:, 0], h)[0] - t[-1, 0]),
    unit="s",
    anchor="theory: the nearest sample alone",
    at_most=1e-6,
)
true_curve = wave.truth["curve"](inner[:, 0])
hw.record(
    "oscillation: mean squared error, smoother over kernel ridge",
    np.mean((smooth - true_curve) ** 2) / np.mean((best_fit - true_curve) ** 2),
    anchor="one data set, each at its leave-one-out choice",
)

# %% [markdown]
# # 5. Gaussian processes: a curve with an honest error
#
# ## 5.1 Condition a Gaussian
#
# Kernel ridge regression returns one curve. How far may it be wrong? To answer that one needs a probability, and a
# kernel is one in disguise. Read $k(x, x')$ as the covariance of $f(x)$ and $f(x')$: the values of $f$ at any points
# are jointly Gaussian, with mean 0. This is the **prior**, a probability of functions. The left panel below draws three
# of them for each of three kernels; what a kernel assumes is seen at once.
#
# Now measure $y_i = f(x_i) + \varepsilon_i$, with Gaussian errors of variance $\sigma^2$. The values at the samples and
# at the queries are still jointly Gaussian, and a Gaussian that is conditioned on some of its variables is one again:
# no sampling, no approximation, linear algebra. This is the **posterior**.
#
# **Pen and paper E.** Two measurements $y_1, y_2$, with errors of variance $\sigma^2$ (`noise`), of a function whose
# prior variance is 1. Its values at the two points have the covariance $r$; a query has the covariance $c$ with each of
# them. What are the mean and the variance of $f$ at the query? (Think of the sum and the difference of the two
# measurements: which of them says something about the query?)

# %%
judge("posterior mean of two points", answer="")  # from y1, y2, c, r, noise
judge("posterior variance of two points", answer="")  # from c, r, noise

# %% [markdown]
# **Exercise 10.** Write the posterior for any number of measurements and queries.

# %% exercise
from abinitio.gaussian_process.posterior import gp_posterior

# %%
from abinitio.gaussian_process import gaussian_samples
from abinitio.kernels import matern_kernel, periodic_kernel

covariances = {
    "Gaussian": lambda A, B: gaussian_kernel(A, B, 0.5),  # of length 1
    "Matérn, ν = 1/2": lambda A, B: matern_kernel(A, B, 1.0, 0.5),
    "periodic": lambda A, B: periodic_kernel(A, B, 1.0, 4.0),
}
smooth, noise = covariances["Gaussian"], 0.1**2
line = np.linspace(0, 10, 301)[:, None]
places = np.array([[0.6], [1.5], [2.1], [3.4], [6.8], [7.2], [9.1]])
seen = np.sin(places[:, 0]) + 0.1 * np.random.default_rng(60).standard_normal(len(places))
mean, covariance = gp_posterior(smooth(places, places), smooth(line, places), smooth(line, line), seen, noise)
draws = gaussian_samples(mean, covariance, 1e-10, 4, np.random.default_rng(61))

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
for shift, ((name, k), color) in zip((6, 0, -6), zip(covariances.items(), (BLUE, VERMILION, GREEN))):
    curves = gaussian_samples(np.zeros(len(line)), k(line, line), 1e-10, 3, np.random.default_rng(62))
    left.plot(line, curves + shift, color=color, lw=0.9)
    left.text(10.2, shift, name, color=color, fontsize=7.5, va="center")
left.set(xlabel="$x$", ylabel="$f(x)$, shifted", xlim=(0, 13.2), ylim=(-10, 10), xticks=range(0, 11, 2))
left.set_yticks((-7, -6, -5, -1, 0, 1, 5, 6, 7), 3 * ("-1", "0", "1"))
draw_band(right, line[:, 0], mean, 2 * np.sqrt(np.diag(covariance)), color=BLUE, label=r"mean, $\pm 2$ std. deviations")
right.plot(line, draws, color="0.35", lw=0.6)
right.errorbar(places[:, 0], seen, 0.1, fmt="o", color="black", zorder=5, label="measured")
right.set(xlabel="$x$", ylabel="$f(x)$", ylim=(-3.2, 3.6))
right.legend(loc="upper right")
hw.show(
    fig,
    "gp_prior_posterior",
    "Left: three functions drawn from the prior of each of three kernels (variance 1; length 1; period 4). Right: the "
    f"posterior of the Gaussian one after {len(places)} measurements with errors of 0.1, and four functions drawn from "
    "it (grey).",
)
two = gp_posterior(
    np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([[0.6, 0.6]]), np.ones((1, 1)), np.array([1.0, 2.0]), 0.2
)
by_hand = value("posterior mean of two points", y1=1.0, y2=2.0, c=0.6, r=0.3, noise=0.2)
hand_variance = value("posterior variance of two points", c=0.6, r=0.3, noise=0.2)
hw.record(
    "GP: posterior of two measurements, largest difference of mean and variance",
    max(abs(two[0][0] - by_hand), abs(two[1][0, 0] - hand_variance)),
    anchor="pen and paper E",
    at_most=1e-12,
)
ridge_curve = kernel_predictions(smooth(line, places), kernel_ridge_coefficients(smooth(places, places), seen, noise))
hw.record(
    "GP: mean minus kernel ridge regression with α = σ², largest of 301 points",
    np.abs(mean - ridge_curve).max(),
    anchor="the same formula",
    at_most=1e-10,
)

# %% [markdown]
# *What to look at:* near a measurement the band is as narrow as the measurement's error; between $x = 4$ and $6$, and
# beyond the ends, it opens to the prior's $\pm 2$. The mean is kernel ridge regression with $\alpha = \sigma^2$: the
# penalty you turned by hand in section 3 has a meaning, the variance of the errors. The same with scikit-learn:

# %%
from sklearn.gaussian_process import GaussianProcessRegressor as SklearnGP
from sklearn.gaussian_process.kernels import RBF as SklearnRBF

theirs = SklearnGP(SklearnRBF(1.0), alpha=noise, optimizer=None).fit(places, seen)
their_mean, their_covariance = theirs.predict(line, return_cov=True)
hw.record(
    "GP: largest difference from scikit-learn's mean and covariance",
    max(np.abs(mean - their_mean).max(), np.abs(covariance - their_covariance).max()),
    anchor="scikit-learn GaussianProcessRegressor, fixed kernel",
    at_most=1e-8,
)

# %% [markdown]
# ## 5.2 Is the band true?
#
# "95 per cent" is a claim about the world, and to be tested like one. Draw a function from the prior, measure it at 20
# places, predict it at 40 others, and count how often the truth lies in the band; repeat. If the kernel is the one that
# the function was drawn with, the claim holds exactly, at every level. It has to be said what is averaged over:
# functions *of that kernel*. With a length three times too long, or too short, the posterior does not complain. It
# reports a band all the same.

# %%
from scipy.special import erf, erfinv

from abinitio.gaussian_process import whitened_residuals

levels = np.array([0.1, 0.25, 0.5, 0.6827, 0.8, 0.9, 0.95, 0.99])
lengths = {"true length": 1.0, "3 times too long": 3.0, "3 times too short": 1 / 3}
repeats = times(200, 12)
inside = {name: np.zeros((repeats, len(levels))) for name in lengths}
chi_squared = np.zeros(repeats)
for i, rng in enumerate(np.random.default_rng(63).spawn(repeats)):
    x = rng.uniform(0, 10, (60, 1))
    f = gaussian_samples(np.zeros(60), smooth(x, x), 1e-10, 1, rng)[:, 0]
    x_known, x_new, y_known = x[:20], x[20:], f[:20] + 0.1 * rng.standard_normal(20)
    for name, length in lengths.items():
        k = lambda A, B, gamma=0.5 / length**2: gaussian_kernel(A, B, gamma)
        mu, C = gp_posterior(k(x_known, x_known), k(x_new, x_known), k(x_new, x_new), y_known, noise)
        pulls = np.abs(f[20:] - mu) / np.sqrt(np.maximum(np.diag(C), 1e-12))
        inside[name][i] = np.mean(pulls[:, None] <= np.sqrt(2) * erfinv(levels), axis=0)
        if length == 1.0:
            y_new = f[20:] + 0.1 * rng.standard_normal(40)
            chi_squared[i] = np.sum(whitened_residuals(y_new, mu, C + noise * np.eye(40)) ** 2)

fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], color="0.5", lw=0.8, label="a true claim")
for (name, shares), color, marker in zip(inside.items(), (BLUE, VERMILION, GREEN), "os^"):
    draw_spread(ax, levels, shares, color=color, marker=marker, label=name, error_of_mean=True)
ax.set(xlabel="claimed probability of the band", ylabel="share of new points inside")
ax.legend(loc="upper left")
hw.show(
    fig,
    "gp_coverage",
    f"Share of 40 new points inside the posterior's bands, mean over {repeats} functions drawn from a Gaussian kernel "
    "of length 1, with its standard error: for a posterior with the true length and with two wrong ones.",
)
one_sigma, error = average(inside["true length"][:, 3])
hw.record(
    "GP: share of new points inside one standard deviation, true kernel",
    one_sigma,
    error,
    anchor="theory: erf(1/√2) = 0.6827",
    expected=erf(np.sqrt(0.5)),
    within=4 * error,
)
hw.record(
    "GP: χ² of 40 new measurements, residuals made independent",
    *average(chi_squared),
    anchor="theory: 40",
    expected=40.0,
    within=4 * np.sqrt(80 / repeats),
)
for name in ("3 times too long", "3 times too short"):
    hw.record(
        f"GP: share inside one standard deviation, length {name}",
        *average(inside[name][:, 3]),
        anchor=f"true length: {one_sigma:.3f}",
        **({"at_most": one_sigma} if "long" in name else {"at_least": one_sigma}),
    )

# %% [markdown]
# Too long a length is the dangerous error: the band is narrow and wrong. Too short a one wastes the data, and says so.
#
# ## 5.3 The evidence
#
# Where does the length come from, then? From the data. The prior gives a probability density of what was measured,
# $y \sim N(0, A)$ with $A = K + \sigma^2 1$; its logarithm is the **evidence**,
#
# $$\log p(y) = -\tfrac12\, y^\top A^{-1} y - \tfrac12 \log\det A - \tfrac n2 \log 2\pi .$$
#
# The first term rewards a kernel that fits. The second punishes one that could have fitted anything: its probability is
# spread over too many data sets. No validation set is used up.
#
# **Exercise 11.** Write it. (Try `np.linalg.det` on 200 points first: the determinant of the matrix below is smaller
# than any float.)

# %% exercise
from abinitio.gaussian_process.evidence import log_evidence

# %%
from matplotlib.ticker import LogLocator, NullLocator
from scipy.stats import multivariate_normal

from abinitio.gaussian_process import log_determinant, log_evidence_gradient

rng = np.random.default_rng(64)
x = rng.uniform(0, 10, (200, 1))
true_length, true_error = 1.0, 0.1
K = gaussian_kernel(x, x, 0.5 / true_length**2)
y = gaussian_samples(np.zeros(200), K, 1e-10, 1, rng)[:, 0] + true_error * rng.standard_normal(200)
A = K + true_error**2 * np.eye(200)
hw.record(
    "evidence: relative difference from the density of a Gaussian",
    abs(log_evidence(K, y, true_error**2) / multivariate_normal(np.zeros(200), A).logpdf(y) - 1),
    anchor="scipy.stats.multivariate_normal.logpdf",
    at_most=1e-9,
)
hw.record("evidence: det of 200 points in float64", np.linalg.det(A), anchor="underflow", expected=0.0, within=0.0)
hw.record(
    "evidence: log det of the same, base 10",
    log_determinant(A) / np.log(10),
    anchor="numpy.linalg.slogdet; float64 ends at 5e-324",
    expected=np.linalg.slogdet(A)[1] / np.log(10),
    within=1e-6,
)

few = slice(0, 25)
tried = np.geomspace(0.15, 8, size(60, 15))
errors = np.geomspace(0.03, 1.2, size(45, 12))
Ks = [gaussian_kernel(x[few], x[few], 0.5 / length**2) for length in tried]
total = np.array([log_evidence(K_tried, y[few], true_error**2) for K_tried in Ks])
volume = np.array([-log_determinant(K_tried + true_error**2 * np.eye(25)) / 2 for K_tried in Ks])
map_of_evidence = np.array([[log_evidence(K_tried, y[few], s**2) for K_tried in Ks] for s in errors])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
fit = total - volume + 12.5 * np.log(2 * np.pi)
left.plot(tried, fit + volume, color=BLUE, label="log evidence + const.")
left.plot(tried, fit, color=VERMILION, ls="--", label=r"fit, $-y^\top A^{-1}y/2$")
left.plot(tried, volume, color=GREEN, ls="-.", label=r"volume, $-\log\det A\,/\,2$")
left.axvline(true_length, color="0.6", lw=0.8)
left.set(xscale="log", xlabel="length $l$ of the kernel", ylabel="nats", ylim=(-90, 60))
left.legend(loc="lower left")
drawn = map_of_evidence.max() + np.array([-50, -20, -10, -4, -2, -0.5])
lines = right.contour(tried, errors, map_of_evidence, levels=drawn, colors="0.45", linewidths=0.8, linestyles="-")
right.clabel(lines, fmt=lambda level: f"{level - map_of_evidence.max():.1f}".removesuffix(".0"), fontsize=6)
row, column = np.unravel_index(map_of_evidence.argmax(), map_of_evidence.shape)
right.plot(tried[column], errors[row], "o", color=BLUE, label="largest")
right.plot(true_length, true_error, "*", color=VERMILION, ms=8, label="truth")
right.set(xscale="log", yscale="log", xlabel="length $l$ of the kernel", ylabel="error $\\sigma$ of a measurement")
right.legend(loc="upper right")
for axis in (left.xaxis, right.xaxis, right.yaxis):
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(NullLocator())
hw.show(
    fig,
    "evidence",
    "The evidence of 25 measurements of a function of length 1, with errors of 0.1 (simulated). Left: its parts "
    "against the length, without the constant (vertical line: truth). Right: against length and error; contours in "
    "nats below the largest.",
)

# %% [markdown]
# *What to look at:* the fit hardly tells the short lengths apart and falls where the kernel is too stiff; the volume
# alone would take the longest. Their sum has a maximum in between. How good is it as an estimate? There is an exact
# statement: at the *true* parameters the gradient of the log evidence, averaged over data sets, is zero. (It is the
# integral of $\partial p / \partial\theta$, and $p$ integrates to 1.) The library climbs this gradient,
# $\frac12 \mathrm{tr}\,[(a a^\top - A^{-1})\, \partial A/\partial\theta]$ with $a = A^{-1} y$.

# %%
from abinitio.gaussian_process import GaussianProcessRegressor, gaussian_covariance_gradient
from abinitio.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

slopes, ratios = [], []
for rng in np.random.default_rng(65).spawn(times(60, 8)):
    x = rng.uniform(0, 10, (40, 1))
    K = gaussian_kernel(x, x, 0.5)
    y = gaussian_samples(np.zeros(40), K, 1e-10, 1, rng)[:, 0] + true_error * rng.standard_normal(40)
    dA = gaussian_covariance_gradient(x, 1.0, np.array([true_length]), true_error**2)
    slopes.append(log_evidence_gradient(K, y, true_error**2, dA))
    model = GaussianProcessRegressor(ConstantKernel(1.0) * RBF(1.0) + WhiteKernel(0.01), alpha=0.0).fit(x, y)
    ratios.append(np.exp(model.kernel_.theta) / [1.0, true_length, true_error**2])
for name, column in (("variance", 0), ("length", 1), ("noise", 2)):
    slope, error = average(np.array(slopes)[:, column])
    hw.record(
        f"evidence: slope in log {name} at the truth, mean over data sets",
        slope,
        error,
        unit="nats",
        anchor="theory: 0",
        expected=0.0,
        within=4 * error,
    )
hw.record(
    "evidence: length with the largest evidence over the true one, geometric mean",
    np.exp(np.log(np.array(ratios)[:, 1]).mean()),
    np.std(np.log(np.array(ratios)[:, 1]), ddof=1) / np.sqrt(len(ratios)),
    anchor="truth: 1; 40 measurements each",
    expected=1.0,
    within=0.1 if not hw.quick else 0.4,
)

# %% [markdown]
# Against scikit-learn, with three free parameters: the same maximum, sooner.

# %%
from sklearn.gaussian_process.kernels import ConstantKernel as SklearnConstant
from sklearn.gaussian_process.kernels import WhiteKernel as SklearnWhite

rng = np.random.default_rng(66)
x = rng.uniform(0, 40, (size(400, 60), 1))
y = np.sin(x[:, 0]) + 0.3 * rng.standard_normal(len(x))
ours = GaussianProcessRegressor(ConstantKernel(2.0) * RBF(2.0) + WhiteKernel(0.3), alpha=0.0)
theirs = SklearnGP(SklearnConstant(2.0) * SklearnRBF(2.0) + SklearnWhite(0.3), alpha=0.0)
ours.fit(x, y)
theirs.fit(x, y)
hw.record(
    f"evidence: ours minus scikit-learn's at the maximum, {len(x)} points",
    ours.log_marginal_likelihood_value_ - theirs.log_marginal_likelihood_value_,
    unit="nats",
    anchor="scikit-learn GaussianProcessRegressor",
    at_least=-1e-3,
)
hw.record(
    f"evidence: scikit-learn's time over ours, to the maximum, {len(x)} points",
    *speed_up(lambda: ours.fit(x, y), lambda: theirs.fit(x, y), repeats=size(3, 1)),
    anchor="scikit-learn GaussianProcessRegressor",
)

# %% [markdown]
# # 6. The weather of tomorrow
#
# ## 6.1 What is usual
#
# Seattle, 1,461 days: precipitation, highest and lowest temperature, wind. Forecast tomorrow's highest temperature.
# **The rule of this section:** whatever is estimated (what is usual, scales, penalties, kernels) is estimated from
# 2012-2014. The year 2015 judges, and chooses nothing.
#
# Two forecasts are nearly free, and nobody should publish one that does not beat both. **Persistence:** tomorrow is as
# today. **Climatology:** tomorrow is as usual on that day of the year; here waves of one year, half a year, ..., by
# least squares. How many waves? Each training year is left out once.

# %%
from abinitio.data import load_seattle_weather
from abinitio.linear_model.basis import fourier_basis
from abinitio.metrics.forecast import skill_score, skill_score_with_error

weather = load_seattle_weather()
columns = weather.X.copy()
columns[:, 0] = np.log1p(columns[:, 0])  # many dry days, a few floods
temperature = columns[:, 1]
date = weather.truth["date"]
year = date.astype("datetime64[Y]").astype(int) + 1970
days = np.arange(len(date), dtype=float)


def usual(known, waves=2):
    """(n, 4) what is usual on each day: `waves` harmonics of a year, fitted to the days `known`, a (n,) mask."""
    F = fourier_basis(days, waves, 365.25)
    return F @ np.linalg.lstsq(F[known], columns[known], rcond=None)[0]


def root_mean_square(differences):
    return np.sqrt(np.mean(np.square(differences)))


training_years = (2012, 2013, 2014)
left_out = [
    [
        root_mean_square((temperature - usual((year < 2015) & (year != out), waves)[:, 1])[year == out])
        for waves in range(5)
    ]
    for out in training_years
]
for waves, rms in enumerate(np.mean(left_out, axis=0)):
    print(f"{waves} waves: {rms:.2f} °C in the year left out")

known = year < 2015
normal = usual(known)
fig, ax = plt.subplots(figsize=(PAGE, 0.32 * PAGE))
ax.plot(date[known], temperature[known], ".", ms=2, color=BLUE, label="training")
ax.plot(date[~known], temperature[~known], ".", ms=2, color=VERMILION, label="test")
ax.plot(date, normal[:, 1], color="black", label="usual, from the training years")
ax.set(ylabel=weather.axis("daily maximum"), xlabel="date")
ax.legend(loc="upper left", ncols=3, markerscale=3)
ax.set_ylim(-5, 45)
hw.show(fig, "seattle", f"{weather.label}: the highest temperature of each day. The curve has two waves, 5 parameters.")
hw.record(
    "Seattle: climatology with two waves, rms error in the left-out years",
    np.mean(left_out, axis=0)[2],
    unit="°C",
    anchor=f"no wave: {np.mean(left_out, axis=0)[0]:.2f}; one: {np.mean(left_out, axis=0)[1]:.2f}",
    at_most=np.mean(left_out, axis=0)[1],
)

# %% [markdown]
# ## 6.2 A table of the past
#
# Any regression becomes a forecast when its rows are moments: the features are what is known at that moment, the target
# is what comes later.
#
# **Exercise 12.** Write the table. (Off by one, and the features contain the answer. The skill will be excellent.)

# %% exercise
from abinitio.linear_model.lagged import lagged_features

# %% [markdown]
# The features: today's and yesterday's departures from the usual, of all four columns. The target: the departure of the
# temperature `horizon` days ahead.


# %%
def past_and_future(known, horizon, lags=2):
    """Features (m, 4 lags), targets (m,), and the day (m,) of each target; all from the climatology of `known`."""
    departures = columns - usual(known)
    tables = [lagged_features(column, lags, horizon) for column in departures.T]
    return np.column_stack([X for X, _ in tables]), tables[1][1], np.arange(lags - 1, len(days) - horizon) + horizon


X, y, day = past_and_future(known, 1)
departure = temperature - normal[:, 1]
table_errors = [X[:, 2] - departure[day - 1], X[:, 3] - departure[day - 2], y - departure[day]]
hw.record(
    "Seattle: table of the past, largest difference from the series",
    np.abs(table_errors).max(),
    unit="°C",
    anchor="today, yesterday and tomorrow, taken one by one",
    at_most=0,
)

# %% [markdown]
# Three forecasts: ridge regression; kernel ridge regression with a Gaussian kernel; a Gaussian process with one length
# for each feature. The evidence chooses the last one's parameters; penalty and kernel of the other two are chosen by
# 2014, forecast from 2012 and 2013, before they learn from all three years.
#
# The **skill** of a forecast against a reference is $1 - \sum (y - \hat y)^2 / \sum (y - r)^2$. Errors of neighbouring
# days are alike, so its error bar comes from leaving out blocks of 30 days.

# %%
from abinitio.kernels import KernelRidge
from abinitio.linear_model import Ridge


def forecast(model, known, asked, horizon):
    """(days, forecasts) for the days `asked`, a mask, by a model that learns from the days `known`."""
    X, y, day = past_and_future(known, horizon)
    learn = known[day]
    Z = X / X[learn].std(axis=0)
    model.fit(Z[learn], y[learn])
    return day[asked[day]], model.predict(Z[asked[day]]) + usual(known)[day[asked[day]], 1]


candidates = {
    "ridge": [Ridge(alpha) for alpha in (1.0, 10.0, 100.0, 1000.0)],
    "kernel ridge": [
        KernelRidge(alpha, kernel="rbf", gamma=gamma)
        for gamma in (0.0003, 0.001, 0.003, 0.01, 0.03)
        for alpha in (0.003, 0.01, 0.03, 0.1, 0.3)
    ][:: size(1, 8)],
}


def best_by_2014(models, horizon):
    """The model with the smallest squared error in 2014, learnt from 2012 and 2013."""

    def error(model):
        day, guess = forecast(model, year < 2014, year == 2014, horizon)
        return root_mean_square(temperature[day] - guess)

    return min(models, key=error)


test = year == 2015
chosen = {name: best_by_2014(models, 1) for name, models in candidates.items()}
gp = GaussianProcessRegressor(ConstantKernel(9.0) * RBF(3.0 * np.ones(8)) + WhiteKernel(8.0), alpha=0.0)
if hw.quick:
    gp = GaussianProcessRegressor(ConstantKernel(9.0) * RBF(3.0) + WhiteKernel(8.0), alpha=0.0, optimizer=None)
guesses = {name: forecast(model, known, test, 1) for name, model in {**chosen, "Gaussian process": gp}.items()}
print("chosen by 2014:", *chosen.values(), "by the evidence:", gp.kernel_, sep="\n  ")
references = {"persistence": lambda day: temperature[day - 1], "climatology": lambda day: normal[day, 1]}
for name, (day, guess) in guesses.items():
    truth = temperature[day]
    hw.record(
        f"Seattle 2015: rms error of tomorrow's temperature, {name}",
        root_mean_square(truth - guess),
        unit="°C",
        anchor=", ".join(f"{word}: {root_mean_square(truth - r(day)):.2f}" for word, r in references.items()),
    )
    for word, reference in references.items():
        score, error = skill_score_with_error(truth, guess, reference(day), block=30)
        hw.record(f"Seattle 2015: skill of {name} over {word}", score, error, anchor=f"{word}: 0", at_least=2 * error)
day, guess = guesses["Gaussian process"]
hw.record(
    "Seattle 2015: skill of Gaussian process over ridge",
    *skill_score_with_error(temperature[day], guess, guesses["ridge"][1], block=30),
    anchor="0: all that can be known is linear",
)

# %% [markdown]
# The skill over climatology is large, that over persistence modest: today's weather is most of what is known about
# tomorrow's. Most of it is linear: of the kernels tried, 2014 chose the widest, which is nearly a plane, and the
# Gaussian process gains little over ridge regression. The lengths that the evidence chose say which features matter: a
# length of hundreds of standard deviations takes a feature out of the kernel.
#
# The Gaussian process also says how far it expects to be wrong, before the day comes. Did it know?

# %%
X, _, day = past_and_future(known, 1)
Z = X / X[known[day]].std(axis=0)
mean, deviation = gp.predict(Z[test[day]], return_std=True)
day = day[test[day]]
mean = mean + normal[day, 1]
pulls = (temperature[day] - mean) / deviation
shown = slice(120, 190)
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), width_ratios=[1.7, 1])
left.fill_between(
    date[day][shown], (mean - 2 * deviation)[shown], (mean + 2 * deviation)[shown], color=BLUE, alpha=0.2, lw=0
)
left.plot(date[day][shown], mean[shown], color=BLUE, label=r"Gaussian process, $\pm 2$ std. dev.")
left.step(date[day][shown], temperature[day - 1][shown], color=ORANGE, lw=0.9, where="mid", label="persistence")
left.plot(date[day][shown], normal[day, 1][shown], color=GREEN, ls="--", lw=1, label="climatology")
left.plot(date[day][shown], temperature[day][shown], "o", ms=2.5, color="black", label="what happened")
left.set(ylabel=weather.axis("daily maximum"), ylim=(3, 46))
left.legend(loc="upper left", ncols=2)
left.tick_params(axis="x", rotation=25)

horizons = np.array([1, 2, 3, 4, 5, 7, 10] if not hw.quick else [1, 3])
skills = {"persistence": [], "ridge": [], "kernel ridge": []}
for horizon in horizons:
    for name in skills:
        model = Ridge() if name == "persistence" else best_by_2014(candidates[name], horizon)
        day_h, guess = forecast(model, known, test, horizon)
        guess = temperature[day_h - horizon] if name == "persistence" else guess
        skills[name].append(skill_score_with_error(temperature[day_h], guess, normal[day_h, 1], block=30))
for (name, values), color, marker, shift in zip(skills.items(), (ORANGE, VERMILION, BLUE), "s^o", (0, -0.12, 0.12)):
    score, error = np.array(values).T
    right.errorbar(horizons + shift, score, error, color=color, marker=marker, lw=1, label=name)
right.axhline(0, color=GREEN, lw=1, ls="--")
right.set(xlabel="days ahead", ylabel="skill over climatology", xticks=horizons)
right.legend(loc="upper right")
hw.show(
    fig,
    "forecast",
    "Left: the highest temperature, forecast one day ahead by a Gaussian process that learnt from 2012-2014, with its "
    "band; ten weeks of 2015. Right: skill over climatology in 2015 against how far ahead, with errors from blocks of "
    "30 days; each horizon has its own model.",
)
two_sigma = np.mean(np.abs(pulls) <= 2)
blocks = np.array([np.mean(np.abs(part) <= 2) for part in np.array_split(pulls, 12)])
hw.record(
    "Seattle 2015: share of days inside two standard deviations",
    two_sigma,
    blocks.std(ddof=1) / np.sqrt(12),
    anchor="claimed: 0.954",
    expected=0.954,
    within=0.04 if not hw.quick else 0.1,
)
hw.record(
    "Seattle 2015: χ² per day of the Gaussian process",
    np.mean(pulls**2),
    np.std([np.mean(part**2) for part in np.array_split(pulls, 12)], ddof=1) / np.sqrt(12),
    anchor="claimed: 1",
    expected=1.0,
    within=0.3 if not hw.quick else 0.6,
)
hw.record(
    "Seattle 2015: mean departure from what is usual",
    departure[test].mean(),
    np.std([part.mean() for part in np.array_split(departure[test], 12)], ddof=1) / np.sqrt(12),
    unit="°C",
    anchor="training years: 0",
)
hw.record(
    f"Seattle 2015: skill of ridge over climatology, {horizons[-1]} days ahead",
    *skills["ridge"][-1],
    anchor=f"one day ahead: {skills['ridge'][0][0]:.2f}",
    at_most=0.1 if not hw.quick else skills["ridge"][0][0],
)

# %% [markdown]
# *What to look at:* after a week nothing is left of the skill over climatology, by any method, and persistence is worse
# than useless. Two independent days differ by twice the variance of one, which would be a skill of $-1$; it is not as
# bad here because 2015 was a warm year, which all its days share and 2012-2014 could not know. Whoever finds skill at
# day ten in such data should look for a leak first.
#
# ## 6.3 The price of a leak
#
# Two leaks, both taken from life. **A random split.** Predict a day from its date alone, by the weather of the days
# around it: kernel ridge regression in time, with a kernel that forgets in three days. With test days drawn at random
# this is interpolation: yesterday and tomorrow are both in the training set. **A smoothed series.** Average the
# temperature over three days, centred, "to reduce the noise", and only then cut it into past and future: today's
# feature contains tomorrow.


# %%
def skill_in_time(learn, ask):
    """Skill over climatology at the days `ask` (mask) of kernel ridge regression in the date, learnt from `learn`."""
    expected = usual(learn)[:, 1]
    k = lambda a, b: np.exp(-np.abs(a[:, None] - b) / 3.0)  # forgets in three days
    a = kernel_ridge_coefficients(k(days[learn], days[learn]), (temperature - expected)[learn], 0.3)
    guess = expected[ask] + kernel_predictions(k(days[ask], days[learn]), a)
    return skill_score_with_error(temperature[ask], guess, expected[ask], block=30)


drawn_days = np.isin(np.arange(len(days)), np.random.default_rng(67).choice(len(days), test.sum(), replace=False))
by_chance, in_time = skill_in_time(~drawn_days, drawn_days), skill_in_time(known, test)
hw.record(
    "leak: skill over climatology of the date alone, days split at random",
    *by_chance,
    anchor=f"split by time: {in_time[0]:.3f} ± {in_time[1]:.3f}",
    at_least=0.3,
)
hw.record(
    "leak: skill over climatology of the date alone, split by time",
    *in_time,
    anchor="nothing can be known: 0",
    expected=0.0,
    within=0.05,
)
smoothed = (temperature - normal[:, 1]).copy()
smoothed[1:-1] = (smoothed[:-2] + smoothed[1:-1] + smoothed[2:]) / 3
X_smooth, _ = lagged_features(smoothed, 2, 1)
_, y, day = past_and_future(known, 1)
with_leak = Ridge(1.0).fit(X_smooth[known[day]], y[known[day]]).predict(X_smooth[test[day]]) + normal[day[test[day]], 1]
day = day[test[day]]
leaked = skill_score_with_error(temperature[day], with_leak, temperature[day - 1], block=30)
hw.record(
    "leak: skill over persistence of ridge, features smoothed over three days",
    *leaked,
    anchor=f"without the leak: {skill_score(temperature[day], guesses['ridge'][1], temperature[day - 1]):.3f}",
    at_least=0.3,
)

# %% [markdown]
# Both leaks would have looked like a discovery. The test: could this number have been computed on the evening before?
#
# `abinitio run hw3 --full` does the same on eight years of Jena: 24 hours ahead, a forecast every three hours. For
# twenty thousand of them the matrix of all pairs has 3 gigabytes; random Fourier features take the kernel's place.

# %%
if hw.full:
    from abinitio.data import fetch_jena
    from abinitio.kernels import RBFSampler

    jena = fetch_jena()
    stamp, first = np.unique(jena.truth["time"], return_index=True)  # some stamps occur twice
    whole = stamp.astype("datetime64[h]") == stamp
    hour = (stamp[whole] - stamp[whole][0]).astype("timedelta64[h]").astype(int)
    names = ("temperature", "pressure", "dew point")
    series = np.full((hour[-1] + 1, len(names)), np.nan)  # hours that are missing stay NaN
    series[hour] = jena.X[first[whole]][:, [jena.feature_names.index(name) for name in names]]
    hours = np.arange(len(series), dtype=float)
    in_year = (stamp[whole][0] + hours.astype("timedelta64[h]")).astype("datetime64[Y]").astype(int) + 1970
    of_year, of_day = fourier_basis(hours, 3, 24 * 365.25), fourier_basis(hours, 3, 24.0)
    F = (of_year[:, :, None] * of_day[:, None, :]).reshape(len(hours), -1)  # the day's course changes with the season
    complete = np.isfinite(series).all(axis=1)
    training = in_year < 2016
    fitted = training & complete
    normal_hour = F @ np.linalg.lstsq(F[fitted], series[fitted], rcond=None)[0]
    tables = [lagged_features(column, 24, 24) for column in (series - normal_hour).T]
    X, y = np.column_stack([tables[0][0], tables[1][0][:, ::6], tables[2][0][:, ::6]]), tables[0][1]
    target = np.arange(23, len(hours) - 24) + 24
    usable = np.isfinite(X).all(axis=1) & np.isfinite(y)
    X, y, target = X[usable][::3], y[usable][::3], target[usable][::3]
    learn, ask = training[target], ~training[target]
    Z = X / X[learn].std(axis=0)
    sampler = RBFSampler(gamma=0.02, n_components=500, random_state=68).fit(Z[:1])
    lifted = {"ridge": Z, "ridge on 500 random Fourier features": np.hstack([Z, sampler.transform(Z)])}
    asked = target[ask]
    for name, features in lifted.items():
        guess = Ridge(10.0).fit(features[learn], y[learn]).predict(features[ask]) + normal_hour[asked, 0]
        for word, reference in (("persistence", series[asked - 24, 0]), ("climatology", normal_hour[asked, 0])):
            score = skill_score_with_error(series[asked, 0], guess, reference, block=30 * 8)
            hw.record(f"Jena, 24 hours ahead: skill of {name} over {word}", *score, anchor=f"{word}: 0", at_least=0.0)

# %% [markdown]
# # 7. Kernels that classify
#
# ## 7.1 The perceptron, without features
#
# In homework 2 the perceptron could not learn the circles. In section 1 you gave it features by hand. Now neither: its
# weights are a sum of the samples it was wrong on, $w = \sum_i a_i\, \varphi(x_i)$, so a score is a sum of kernels,
# $x_j^\top w \to \sum_i a_i\, k(x_j, x_i)$, and a mistake on sample $i$ adds its label to $a_i$. The features are gone.
#
# **Exercise 13.** Write the step. (A score of exactly zero is a mistake; else nothing would ever begin.)

# %% exercise
from abinitio.kernels.perceptron import kernel_perceptron_step

# %% [markdown]
# Nothing of the perceptron's theory is lost. In the features of $(1 + x \cdot x')^2$, which contain 1, $x_1^2$ and
# $x_2^2$, the function $x_1^2 + x_2^2 - c$ has the squared norm $2 + c^2$; so the margin of the circles is known, and
# Novikoff's bound on the mistakes with it.

# %%
from itertools import islice

from abinitio.data import make_circles
from abinitio.kernels import kernel_perceptron_walk, polynomial_kernel
from abinitio.linear_model.perceptron import perceptron_walk

data = make_circles(160, noise=0.05, rng=np.random.default_rng(70))
X, labels = data.X, 2 * data.y - 1  # +1: the inner circle
kernels = {
    "linear": lambda A, B: 1 + A @ B.T,  # 1: the intercept
    "quadratic": lambda A, B: polynomial_kernel(A, B, 2, 1.0, 1.0),
    "Gaussian": lambda A, B: gaussian_kernel(A, B, 2.0),
}
visits = size(20, 8) * len(X)
walks = {}
for name, k in kernels.items():
    walk = kernel_perceptron_walk(k(X, X), labels, np.zeros(len(X)), np.random.default_rng(71))
    walks[name] = np.array(list(islice(walk, visits)))
walk = perceptron_walk(quadratic_features(X, 1.0), labels, np.zeros(6), np.random.default_rng(71))
in_features = np.array(list(islice(walk, visits)))
squares = np.sum(X**2, axis=1)
c = (squares[labels < 0].min() + squares[labels > 0].max()) / 2
margin = (labels * (c - squares)).min() / np.sqrt(2 + c**2)
bound = ((1 + squares) ** 2).max() / margin**2
ends = {name: walk[-1] for name, walk in walks.items()}

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.44 * PAGE))
for (name, walk), color in zip(walks.items(), (VERMILION, GREEN, BLUE)):
    left.plot(np.arange(1, visits + 1) / len(X), np.abs(walk).sum(axis=1), color=color, label=name)
left.axhline(bound, color=GREEN, lw=0.8, ls=":", label="bound, quadratic")
left.set(xlabel="epochs", ylabel="mistakes so far", yscale="log")
left.legend(loc="lower right")
draw_regions(
    right, lambda P: (kernels["Gaussian"](P, X) @ ends["Gaussian"] > 0).astype(int), X, data.y, names=["outer", "inner"]
)
used = ends["Gaussian"] != 0
right.plot(*X[used].T, "o", ms=7, mfc="none", mec="black", mew=0.7, label="$a_i \\neq 0$")
right.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
right.legend(loc="upper right", fontsize=6.5)
hw.show(
    fig,
    "kernel_perceptron",
    f"The kernel perceptron on two circles (simulated, {len(X)} samples). Left: mistakes for three kernels; dotted: "
    f"the bound for the quadratic one. Right: regions of the Gaussian one; of the samples, {used.sum()} have a "
    "coefficient (rings).",
)
hw.record(
    "kernel perceptron: scores minus those of the perceptron in 6 features, largest",
    np.abs(kernels["quadratic"](X, X) @ ends["quadratic"] - quadratic_features(X, 1.0) @ in_features[-1]).max(),
    anchor="the same walk, step by step",
    at_most=1e-9,
)
hw.record(
    "kernel perceptron: mistakes over the bound, quadratic kernel",
    np.abs(ends["quadratic"]).sum() / bound,
    anchor="theory (Novikoff): at most 1",
    at_most=1.0,
)
fresh = make_circles(size(4000, 400), noise=0.05, rng=np.random.default_rng(72))
for name, k in kernels.items():
    right_calls = (k(fresh.X, X) @ ends[name] > 0) == (fresh.y == 1)
    goal = {"at_most": 0.75} if name == "linear" else {"at_least": 0.97}
    hw.record(
        f"kernel perceptron: share of fresh points right, {name}", *average(right_calls), anchor="circles", **goal
    )

# %% [markdown]
# ## 7.2 The Ising model: a kernel that contains $m^2$
#
# Homework 2 had a bound: no linear rule in the spins can tell ordered lattices from disordered ones, since $s$ and $-s$
# have the same label. Without an intercept it is blunt: the scores of $s$ and $-s$ have opposite signs, so of the two
# exactly one is called right. *Half* of all answers, whatever was learnt. The kernel
#
# $$k(s, s') = \Big(\frac{s \cdot s'}{N}\Big)^2 = \frac{1}{N^2} \sum_{ij} (s_i s_j)(s'_i s'_j)$$
#
# is the inner product of all $N^2$ products of two spins. It does not change under $s \to -s$, and $m^2 = \sum_{ij} s_i
# s_j / N^2$ is one direction among its features. Nobody says which: kernel logistic regression has to find it.

# %%
from abinitio.data.ising import CRITICAL_TEMPERATURE as T_C
from abinitio.data.ising import make_ising
from abinitio.kernels import KernelLogisticRegression
from abinitio.linear_model import LogisticRegression

L = size(16, 8)
N = L * L
temperatures = 0.25 * np.arange(1, 17)
is_ordered = temperatures < T_C
near = (temperatures >= 2.0) & (temperatures <= 2.5)
far = ~near
sets, n_train, n_test = times(4, 2), size(50, 25), size(60, 25)
lattices = make_ising(sets * (n_train + n_test), L=L, T=temperatures, rng=np.random.default_rng(73))
spins = lattices.X.reshape(len(temperatures), sets, n_train + n_test, N).swapaxes(0, 1).astype(float)
train_labels = np.repeat(is_ordered[far], n_train).astype(int)
makers = {
    "linear, no intercept": (lambda s: s, KernelLogisticRegression(kernel="linear", fit_intercept=False)),
    "linear": (lambda s: s, KernelLogisticRegression(kernel="linear")),
    "square of $s \\cdot s'/N$": (
        lambda s: s,
        KernelLogisticRegression(C=100.0, kernel="poly", gamma=1 / N, degree=2, coef0=0),
    ),
    "$m^2$ alone": (lambda s: s.mean(axis=1, keepdims=True) ** 2, LogisticRegression(C=100.0)),
}
shares = {name: np.zeros((sets, len(temperatures))) for name in makers}
alignment = []
for i, of_set in enumerate(spins):
    known_spins, fresh_spins = of_set[far, :n_train].reshape(-1, N), of_set[:, n_train:].reshape(-1, N)
    for name, (feature, model) in makers.items():
        model.fit(feature(known_spins), train_labels)
        calls = np.array([model.predict(feature(s)) for s in (fresh_spins, -fresh_spins)])  # with the mirror images
        shares[name][i] = np.mean(calls.reshape(2, len(temperatures), -1) == is_ordered[:, None], axis=(0, 2))
        if "square" in name:
            scores = model.decision_function(fresh_spins)
            alignment.append(np.corrcoef(scores, fresh_spins.mean(axis=1) ** 2)[0, 1])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
for (name, values), color, marker in zip(shares.items(), (ORANGE, VERMILION, BLUE, GREEN), "Ds^o"):
    draw_spread(left, temperatures, values, color=color, marker=marker, label=name)
left.axvline(T_C, color="0.5", lw=0.7)
left.set(xlabel="temperature $T$ ($J/k_B$)", ylabel="share right", ylim=(0, 1.05))
left.legend(loc="lower left")
size_of_m = np.abs(fresh_spins.mean(axis=1))
points = right.scatter(size_of_m, scores, s=4, c=np.repeat(temperatures, n_test), cmap="cividis")
fig.colorbar(points, ax=right, label="$T$ ($J/k_B$)")
right.axhline(0, color="0.5", lw=0.7)
right.set(xlabel="magnetisation $|m|$", ylabel="score of the squared kernel")
hw.show(
    fig,
    "ising_kernels",
    f"Lattices of side {L}. Left: share of right answers at each temperature, with the mirror images counted; mean and "
    f"standard deviation over {sets} sets, trained away from $T_c$ (vertical line). Right: the score that the squared "
    "kernel found, against a magnetisation it was never given.",
)
for name, where, words, goal in (
    ("linear, no intercept", far, "test set", {"expected": 0.5, "within": 0.0}),
    ("linear", far, "test set", {"at_most": 10 / 13 + 1e-12}),
    ("square of $s \\cdot s'/N$", far, "test set", {"at_least": 0.99 if not hw.quick else 0.9}),
    ("square of $s \\cdot s'/N$", near, "critical set", {"at_least": 0.75 if not hw.quick else 0.6}),
    ("$m^2$ alone", near, "critical set", {}),
):
    hw.record(
        f"Ising, side {L}: {name.replace('$', '').replace(chr(92) + 'cdot', '·')}, {words}",
        *average(shares[name][:, where].mean(axis=1)),
        anchor="symmetry: no intercept 1/2, linear at most 10/13" if where is far else "symmetry: linear at most 5/6",
        **goal,
    )
hw.record(
    f"Ising, side {L}: correlation of the squared kernel's score with m²",
    *average(alignment),
    anchor="1 if it found m² and nothing else",
    at_least=0.99 if not hw.quick else 0.9,
)

# %% [markdown]
# *What to look at:* from 650 lattices, among the products of 32,640 pairs of spins, the kernel has found the
# magnetisation. A kernel is a statement about symmetry before it is anything else.
#
# ## 7.3 Principal components, and what noise alone would show
#
# The same can be seen without labels. Principal components are the orthogonal directions in which samples vary most.
# There is always a largest one, also in noise: the covariance of $n$ samples of $d$ independent features of variance 1
# has eigenvalues not at 1 but, for large $n$ and $d$, all over the interval from $(1 - \sqrt{d/n})^2$ to $(1 +
# \sqrt{d/n})^2$, with the density of Marchenko and Pastur. That is the null hypothesis. Spins at infinite temperature
# are independent, and obey it. At $T = 3$ the eigenvalues are those of waves on the lattice, and the long ones stand
# above the edge. (No place of the torus is special, so the components of very many lattices are waves.) The longest
# wave of all is the mean: with all temperatures together the first component must be the magnetisation, with the
# variance $N \langle m^2 \rangle$. That is unsupervised learning of an order parameter.

# %%
from abinitio.decomposition import (
    largest_eigenvalue_p_value,
    marchenko_pastur_density,
    marchenko_pastur_edges,
    principal_components,
)
from abinitio.decomposition import principal_scores, significant_components

n_samples = size(1000, 300)
warm = make_ising(n_samples, L=L, T=3.0, rng=np.random.default_rng(74)).X.astype(float)
free = np.random.default_rng(75).choice([-1.0, 1.0], (n_samples, N))
ratio = N / (n_samples - 1)
variances = {
    name: principal_components(S, min(N, n_samples - 1))[1] for name, S in (("infinite", free), ("$T = 3$", warm))
}
every = spins.reshape(-1, N)
two, two_variances = principal_components(every, 2)
first, first_variance = two[:1], two_variances[:1]
m_every = every.mean(axis=1)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
low, high = marchenko_pastur_edges(ratio)
grid = np.linspace(low, high, 400)[1:-1]
left.plot(grid, marchenko_pastur_density(grid, ratio), color="black", lw=1, label="Marchenko-Pastur")
bins = np.geomspace(0.08, 12, 45)
for (name, values), color in zip(variances.items(), (BLUE, VERMILION)):
    left.hist(
        values, bins=bins, density=True, histtype="step", color=color, lw=1.1, label=name.replace("inf", "$T$ inf")
    )
left.set(xscale="log", yscale="log", ylim=(2e-3, 4), xlabel="variance along a component", ylabel="density")
left.legend(loc="upper right")
scores = principal_scores(every, every.mean(axis=0), two) / np.sqrt(N)
at_T = np.tile(np.repeat(temperatures, n_train + n_test), sets)
shown = np.random.default_rng(78).permutation(len(every))[:3000]  # in random order, so that none hides another
points = right.scatter(*scores[shown].T, s=2, c=at_T[shown], cmap="cividis", rasterized=True)
fig.colorbar(points, ax=right, label="$T$ ($J/k_B$)")
right.set(xlabel=r"first score $/ \sqrt{N}$", ylabel=r"second score $/ \sqrt{N}$", ylim=(-1, 1))
hw.show(
    fig,
    "ising_components",
    f"Principal components of lattices of side {L}. Left: variances along all components for {n_samples} lattices at "
    "infinite temperature and at T = 3, and the law for independent spins. Right: the two leading "
    f"scores of {len(shown)} lattices of all sixteen temperatures.",
)
hw.record(
    f"components: largest variance of {n_samples} lattices at infinite temperature over the edge",
    variances["infinite"][0] / high,
    anchor="Marchenko-Pastur: 1 for many samples and spins",
)
hw.record(
    "components: probability of a larger one from independent features",
    largest_eigenvalue_p_value(variances["infinite"][0], n_samples - 1, N),
    anchor="Tracy-Widom: anything between 0 and 1",
    at_least=1e-3,
    at_most=0.999,
)
hw.record(
    "components: significant ones at infinite temperature",
    significant_components(variances["infinite"], n_samples - 1, N, level=1e-4),
    anchor="theory: none (level 1e-4)",
    expected=0,
    within=0,
)
hw.record(
    "components: significant ones at T = 3",
    significant_components(variances["$T = 3$"], n_samples - 1, N, level=1e-4),
    anchor="long waves: several",
    at_least=3,
)
hw.record(
    "components: overlap of the first with the magnetisation, all temperatures",
    abs(first[0].sum()) / np.sqrt(N),
    anchor="theory: 1",
    at_least=0.999 if not hw.quick else 0.99,
)
hw.record(
    "components: first variance over N times the variance of m",
    first_variance[0] / (N * m_every.var(ddof=1)),
    anchor="at least 1: no direction varies more; 1 for many samples",
    at_least=1.0 - 1e-12,
    at_most=1.005,
)

# %% [markdown]
# ## 7.4 Components in feature space
#
# Principal components need inner products only. So they too can be taken in the feature space of a kernel, once its
# matrix is centred (exercise 6). On the circles, plain components are two turned axes. In the features of a Gaussian
# kernel of the right width the largest variation is the one between the circles: found without a label.

# %%
from sklearn.decomposition import KernelPCA as SklearnKernelPCA

from abinitio.decomposition import kernel_components, kernel_scores

n_circles = size(300, 100)
circles = make_circles(n_circles, radii=(1.0, 0.3), noise=0.05, rng=np.random.default_rng(76))
K = gaussian_kernel(circles.X, circles.X, 2.0)
eigenvalues, vectors = kernel_components(K, 4)
scores = kernel_scores(K, K, eigenvalues, vectors)
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
for kind, color, marker in ((0, BLUE, "o"), (1, VERMILION, "s")):
    left.plot(*circles.X[circles.y == kind].T, marker, ms=2.5, color=color, label=("outer", "inner")[kind])
    right.plot(*scores[circles.y == kind][:, :2].T, marker, ms=2.5, color=color)
left.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
left.legend(loc="upper right")
right.set(xlabel="first score", ylabel="second score")
hw.show(
    fig,
    "kernel_components",
    f"Circles of radius 1 and 0.3 (simulated, n = {n_circles}): in the plane, and along the two leading components in "
    "the feature space of a Gaussian kernel of width 1/2.",
)
theirs = SklearnKernelPCA(4, kernel="rbf", gamma=2.0).fit(circles.X).eigenvalues_
hw.record(
    "kernel components: largest relative difference from scikit-learn's eigenvalues",
    np.abs(eigenvalues / theirs - 1).max(),
    anchor="scikit-learn KernelPCA, Gaussian kernel, 4 components",
    at_most=1e-9,
)


def best_cut(z, kind):
    """The largest share right of any threshold on z, whichever side is called 1."""
    ones = np.cumsum(kind[np.argsort(z)] * 2 - 1)
    gain = np.append(0, ones)
    return max(np.sum(kind == 1) - gain.min(), np.sum(kind == 0) + gain.max()) / len(z)


plain = principal_scores(circles.X, circles.X.mean(axis=0), principal_components(circles.X, 2)[0])
hw.record(
    "circles: best cut along either plain component",
    max(best_cut(column, circles.y) for column in plain.T),
    anchor="share right",
    at_most=0.9,
)
hw.record(
    "circles: best cut along the first kernel component",
    best_cut(scores[:, 0], circles.y),
    anchor="share right; no label was used to find the component",
    at_least=0.98,
)

# %% [markdown]
# ## 7.5 All classifiers so far
#
# Five rules on the four problems of homework 2. The columns differ in what they may bend: logistic regression is
# straight; with your six quadratic features it draws conic sections; the neighbours follow their samples; so do the two
# kernel rules, the perceptron without a penalty, logistic regression with one. All kernels here have the same width:
# nothing was tuned. The last row is the Ising model, seen through the magnetisations of its left and its right half.

# %%
import warnings

from sklearn.exceptions import ConvergenceWarning

from abinitio.data import make_blobs, make_moons
from abinitio.kernels import KernelPerceptron
from abinitio.metrics import accuracy_score_with_error
from abinitio.neighbors import KNeighborsClassifier


class OnQuadraticFeatures(LogisticRegression):
    """Logistic regression on the features of (1 + x·x')²."""

    def fit(self, X, y):
        return super().fit(quadratic_features(X, 1.0), y)

    def predict(self, X):
        return super().predict(quadratic_features(X, 1.0))


def ising_halves(n, rng):
    """(n, 2) the magnetisations of the two halves of a lattice of side 16, and 1 where it is ordered."""
    data = make_ising(n // 8, L=16, T=[1.0, 1.5, 2.0, 2.2, 2.4, 2.75, 3.25, 4.0], rng=rng)
    halves = data.X.reshape(-1, 16, 2, 8).mean(axis=(1, 3))
    return halves + rng.uniform(-1 / 128, 1 / 128, halves.shape), data.y  # points on a lattice would hide each other


def points(make, **settings):
    def draw(n, rng):
        data = make(n, rng=rng, **settings)
        return data.X, data.y

    return draw


problems = {
    "circles": points(make_circles, noise=0.15),
    "moons": points(make_moons, noise=0.25),
    "blobs": points(make_blobs, spread=0.9),
    "Ising": ising_halves,
}
classifiers = {
    "logistic": lambda: LogisticRegression(),
    "logistic, quadratic": lambda: OnQuadraticFeatures(),
    "15 neighbours": lambda: KNeighborsClassifier(15),
    "kernel perceptron": lambda: KernelPerceptron(gamma=2.0, max_iter=50),
    "kernel logistic": lambda: KernelLogisticRegression(gamma=2.0),
}
n_plane = size(304, 80)
fig, panels = plt.subplots(4, 5, figsize=(PAGE, 1.02 * PAGE), sharex="row", sharey="row")
table = {}
for row, (problem, draw) in zip(panels, problems.items()):
    seeds = np.random.default_rng(77).spawn(2)
    (X_train, y_train), (X_test, y_test) = draw(n_plane, seeds[0]), draw(size(2000, 400), seeds[1])
    for ax, (name, make) in zip(row, classifiers.items()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the perceptron need not come to rest
            model = make().fit(X_train, y_train)
        draw_regions(ax, model.predict, X_train, y_train, steps=size(80, 16))
        share, error = accuracy_score_with_error(y_test, model.predict(X_test))
        table[problem, name] = share, error
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}
        ax.text(0.03, 0.03, f"{share:.3f} ± {error:.3f}", transform=ax.transAxes, fontsize=6, bbox=box)
    row[0].set_ylabel(problem if problem != "Ising" else "Ising: $m$ of the right half")
for ax, name in zip(panels[0], classifiers):
    ax.set_title(name, fontsize=8)
for ax in panels[-1]:
    ax.set_xlabel("$m$ of the left half")
hw.show(
    fig,
    "all_classifiers",
    f"Five classifiers on four problems in the plane, {n_plane} training samples each (drawn); the numbers are the "
    "share right among fresh samples, with its standard error.",
)
for problem, better, worse, why in (
    ("circles", "kernel logistic", "logistic", "no straight line separates them"),
    ("Ising", "kernel logistic", "logistic", "s and -s have the same label"),
    ("moons", "kernel logistic", "logistic", "the border is no straight line"),
    (
        "circles",
        "kernel logistic",
        "kernel perceptron",
        "without a penalty, every sample on the wrong side bends the border",
    ),
):
    difference = table[problem, better][0] - table[problem, worse][0]
    hw.record(
        f"{problem} in the plane: share right, {better} minus {worse}",
        difference,
        np.hypot(table[problem, better][1], table[problem, worse][1]),
        anchor=why,
        at_least=0.03 if not hw.quick else -0.1,
    )

# %% [markdown]
# # What to take away
#
# - A feature is a hypothesis. The right one makes a hard problem linear; symmetry suggests it.
# - A kernel is an inner product of features that nobody has to write down: a matrix of $n \times n$ numbers in place of
#   however many features there are. Test that it is one: no eigenvalue below zero.
# - A high polynomial is not wild; its monomials are badly conditioned. Change the basis before you blame the model.
# - The best function of a kernel's space is a sum over the samples (representer theorem): $n$ numbers, one linear
#   system.
# - Leave-one-out costs nothing: every penalty and its error come from one eigendecomposition.
# - Random Fourier features are the same regression with an error of $1/\sqrt{D}$ in the kernel, for $n$ too large for a
#   matrix of all pairs.
# - A Gaussian process is kernel ridge regression that knows how far it may be wrong, if its kernel is right. The
#   evidence chooses the kernel without a validation set. Never by `det`.
# - A band is a claim: count how often the truth is inside.
# - A forecast is nothing without persistence and climatology beside it, on later times than it learnt from, with errors
#   that know of correlated days.
# - A leak looks like a discovery. Ask whether the number could have been computed the evening before.
# - The largest principal component of noise is above 1. Hold yours against the edge.
#
# `abinitio check hw3.ipynb` shows your points. `abinitio run hw3 --mine hw3.ipynb` makes the report: all numbers of
# this page in one table, with the figures from your functions beside those of the reference.
#
# **Sources.** J. Mercer, Phil. Trans. R. Soc. A 209, 415 (1909). N. Aronszajn, Trans. Am. Math. Soc. 68, 337 (1950).
# S. Bernstein, Mém. Acad. R. Belg. 4, 1 (1912). S. Bochner, *Vorlesungen über Fouriersche Integrale* (1932). M. A.
# Aizerman, E. M. Braverman and L. I. Rozonoer, Autom. Remote Control 25, 821 (1964). E. A. Nadaraya, Theory Probab.
# Appl. 9, 141 (1964). G. S. Watson, Sankhya A 26, 359 (1964). V. A. Marchenko and L. A. Pastur, Math. USSR Sbornik 1,
# 457 (1967). G. Kimeldorf and G. Wahba, J. Math. Anal. Appl. 33, 82 (1971). A. H. Murphy, Mon. Weather Rev. 116, 2417
# (1988). H. R. Künsch, Ann. Statist. 17, 1217 (1989). C. A. Tracy and H. Widom, Commun. Math. Phys. 177, 727 (1996).
# B. Schölkopf, A. Smola and K.-R. Müller, Neural Comput. 10, 1299 (1998). C. K. I. Williams and M. Seeger, NIPS 13
# (2001). I. M. Johnstone, Ann. Statist. 29, 295 (2001). J. Zhu and T. Hastie, J. Comput. Graph. Stat. 14, 185 (2005).
# C. E. Rasmussen and C. K. I. Williams, *Gaussian Processes for Machine Learning* (2006). A. Rahimi and B. Recht,
# NIPS 20 (2007). F. X. Yu et al., NIPS 29 (2016).

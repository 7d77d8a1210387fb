# %% [markdown]
# # A resonance in a hundred million events
#
# A search as it is done at the LHC, from the first event to the last number: is there a new particle that decays to two
# jets? In a spectrum of the mass of both jets it is a narrow peak on a background that falls over four decades, and six
# events in ten thousand. Nobody knows beforehand what the jets of a new particle look like; there are no labels to
# learn from. And the events do not fit in memory: they are written once, and everything else is done in passes over the
# file, in blocks of a few megabytes.
#
# There is nothing to fill in. Run it with a million events (`abinitio run x1`), or with a hundred million (`abinitio
# run x1 --slow`, which needs 4 GB of disk for a while). Every statement below that depends on the number of events is
# computed.
#
# **Conventions.** Masses and momenta in TeV. After ± stands one standard error. $Z$ is a local significance in standard
# deviations. The simulator writes the truth beside each event; the analysis reads it only to be judged.
#
# **The plan.** Simulate to a file; one pass for the histogram and the moments; a fit and a bump hunt (section 2); learn
# to tell the signal region from the sidebands, without labels (section 3); cut, and hunt again (section 4); the same
# where there is no signal (section 5); what it costs (section 6).

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("x1")
size, times = hw.size, hw.times

# %%
import atexit
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path

from abinitio.data import ArrayRows, dijet_blocks, make_dijets, write_rows
from abinitio.data.dijets import BEAMS, DIJET_COLUMNS, DIJET_UNITS, dijet_log_ratio, falling_density
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, SKY, VERMILION, use_style

use_style()
n = 10**8 if hw.slow else size(10**6, 10**5)
fraction = size(6e-4, 6e-3)  # of the signal; more of it in a short test
MEMORY = 8e6  # bytes of a block: of all passes below
BOUND = 50  # MB: what all arrays of a step may take together, whatever n
costs = {}  # step -> (CPU seconds, peak of memory in MB)


@contextmanager
def step(name, costs):
    """Note the CPU time of what is done within, and the most memory that its arrays had at once."""
    tracemalloc.start()
    start = time.process_time()
    yield
    seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    before = costs.get(name, (0.0, 0.0))
    costs[name] = before[0] + seconds, max(before[1], peak / 1e6)


def folder_with_room(need, inside=None):
    """A temporary folder with room for that many bytes, where they all are or inside another; it goes after use."""
    folder = tempfile.TemporaryDirectory(prefix="abinitio-x1-", dir=inside)
    free = shutil.disk_usage(folder.name).free
    if free < need:
        folder.cleanup()
        raise OSError(
            f"{need / 1e9:.1f} GB are needed in {tempfile.gettempdir()} and {free / 1e9:.1f} are free; "
            "set TMPDIR to a folder on a larger disk"
        )
    return folder


def remove_at_the_end(folder):
    """The function that removes the folder; it is removed also where this process ends before, or is killed.

    A small process waits for the end of its input, which is that of this process, and removes what is left.
    """
    code = "import shutil, sys; sys.stdin.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"
    command = [sys.executable, "-S", "-c", code, folder.name]
    waiting = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def remove():
        folder.cleanup()
        waiting.communicate()

    atexit.register(remove)
    return remove


def words(Z):
    """What physicists call it."""
    return "no evidence" if Z < 3 else "evidence" if Z < 5 else "a discovery, by the usual rule of five"


# %% [markdown]
# # 1. The events
#
# The background's mass follows the function with which CDF, ATLAS and CMS fit their data,
#
# $$f(m) \propto \frac{(1-x)^{p_2}}{x^{\,p_3 + p_4 \ln x}}, \qquad x = \frac{m}{\sqrt s}, \quad
#   \sqrt s = 13\ \mathrm{TeV},$$
#
# with $p_2 = 10$, $p_3 = 5$, $p_4 = 0.1$, from 2.6 to 7 TeV. The resonance has $m = 3.5$ TeV and, by the detector's
# resolution, a width of 3 %. Each event also has the larger transverse momentum, the distance $|\Delta\eta|$ in
# pseudorapidity, and for both jets, the heavier first, the jet's mass $m_J$ and $\tau_{21}$, which is small for jets
# with two prongs. The new particle decays to two others, each of which makes such a jet. All distributions are closed,
# so that their ratio
#
# $$r(x) = p(x\,|\,\mathrm{signal}, m) \,/\, p(x\,|\,\mathrm{background}, m)$$
#
# is known: by Neyman and Pearson nothing separates better. It is what the analysis, which does not know it, is compared
# with.
#
# *What to look at:* every feature separates signal from background, none cleanly; together, in $\ln r$, they do better.

# %%
truth = make_dijets(size(60_000, 20_000), fraction=0.5, rng=np.random.default_rng(1))
fig, axes = plt.subplots(2, 3, figsize=(PAGE, 0.52 * PAGE))
names = {
    "mass": "$m$ (TeV)",
    "delta_eta": r"$|\Delta\eta|$",
    "jet_mass_1": "$m_{J1}$ (TeV)",
    "jet_mass_2": "$m_{J2}$ (TeV)",
    "tau21_1": r"$\tau_{21}$, jet 1",
}
for ax, (name, label_of_it) in zip(axes.ravel(), names.items()):
    column = truth.X[:, truth.feature_names.index(name)]
    bins = np.linspace(*np.quantile(column, [0, 0.998]), 50)
    for kind, color, label in ((0, BLUE, "background"), (1, VERMILION, "signal")):
        ax.hist(column[truth.y == kind], bins, density=True, histtype="step", color=color, label=label)
    ax.set(xlabel=label_of_it, yticks=[])
ax, ratio = axes[1, 2], dijet_log_ratio(truth.X)
for kind, color in ((0, BLUE), (1, VERMILION)):
    ax.hist(ratio[truth.y == kind], np.linspace(-30, 10, 60), density=True, histtype="step", color=color)
ax.set(xlabel=r"$\ln r$, exact", yticks=[])
axes[0, 0].legend(loc="upper right")
hw.show(
    fig,
    "features",
    f"Densities of five of the measured quantities, and of the logarithm of the exact ratio ({truth.label}, "
    "half of them signal).",
)

# %% [markdown]
# ## 1.1 Written in blocks
#
# Two files, each with half of the events: what is learnt from the one will be applied to the other. Row $i$ depends on
# the seed and on $i$ alone, so that the same events come whatever the blocks.

# %%
disk = folder_with_room(1.3 * 32 * n + 50e6)
remove = remove_at_the_end(disk)


def write_events(folder, n, fraction, seed):
    """Two files of n/2 events each, as rows."""
    halves = []
    for k, (start, stop) in enumerate(((0, n // 2), (n // 2, n))):
        blocks = dijet_blocks(stop - start, start=start, fraction=fraction, seed=seed)
        halves.append(write_rows(Path(folder) / f"events_{k}.npy", blocks, DIJET_COLUMNS, DIJET_UNITS))
    return halves


clock = time.perf_counter()
with step("simulate", costs):
    halves = write_events(disk.name, n, fraction, seed=11)
wall = time.perf_counter() - clock
on_disk = sum(path.stat().st_size for path in Path(disk.name).glob("*.npy"))
print(f"{n:,} events in {on_disk / 1e6:,.0f} MB, written in {wall:.1f} s")
hw.record(
    "simulation: events a second",
    n / costs["simulate"][0] / 1e6,
    unit="million per CPU second",
    anchor="eight float32 numbers an event, one thread; file included",
    at_least=0.5,
)
hw.record("file: bytes an event", on_disk / n, unit="B", anchor="eight float32", expected=32, within=0.05)

# %% [markdown]
# # 2. One pass, and a bump hunt
#
# ## 2.1 One pass
#
# All that the fits need is a histogram: 66 bins, each 1.5 % wide. In the same pass the moments are gathered, count,
# mean and scatter matrix, of the logarithms of masses and of the other features. Summaries of blocks add up: $n = n_1 +
# n_2$, $S = S_1 + S_2 + \tfrac{n_1 n_2}{n}\,\delta\delta^\top$ with the difference $\delta$ of the means.

# %%
from abinitio.streaming import (
    StreamedDiscriminant,
    StreamedLogisticRegression,
    covariance_of,
    merge_moments,
    moments_of,
    reduce_rows,
    tally,
)
from abinitio.streaming.components import components_of_moments

edges = np.geomspace(2.6, 7.0, 67)
centres = np.sqrt(edges[1:] * edges[:-1])
FEATURES = (r"$|\Delta\eta|$", r"$\ln m_{J1}$", r"$\ln m_{J2}$", r"logit $\tau_{21}^{(1)}$", r"logit $\tau_{21}^{(2)}$")


def features_of(X):
    """(m, 5): distance, logarithms of the jets' masses, logits of the jets' subjettiness."""
    return np.column_stack([X[:, 2], np.log(X[:, 3:5]), np.log(X[:, 5:7] / (1 - X[:, 5:7]))])


def survey_of(X):
    """Histogram of the mass, and the moments of ln m, ln pT and the features."""
    return tally(X[:, 0], edges), moments_of(np.column_stack([np.log(X[:, :2]), features_of(X)]))


def both(a, b):
    return a[0] + b[0], merge_moments(a[1], b[1])


def survey(halves):
    return both(*(reduce_rows(half, survey_of, both, memory=MEMORY) for half in halves))


with step("one pass", costs):
    counts, moments = survey(halves)
counts = counts.astype(float)

first = halves[0].read(0, min(50_000, n // 2))
parts = both(survey_of(first[:777]), survey_of(first[777:]))[1]
at_once = np.cov(np.column_stack([np.log(first[:, :2]), features_of(first)]).astype(float).T)
hw.record("one pass: events counted", counts.sum(), anchor="all events of both files", expected=n, within=0)
hw.record(
    "moments in two parts against all at once: largest relative deviation",
    np.abs(covariance_of(parts) / at_once - 1).max(),
    anchor="NumPy's covariance, 50,000 events",
    at_most=1e-9,
)
hw.record(
    "one pass: events a second",
    n / costs["one pass"][0] / 1e6,
    unit="million per CPU second",
    anchor="histogram and moments; one thread",
    at_least=0.5,
)

# %% [markdown]
# ## 2.2 The background's fit
#
# The logarithm of $f$ is linear in $\ln p_1, p_2, p_3, p_4$. Bin $i$ expects $b_i = \int f\, dm$; the counts are
# Poisson numbers; half the deviance,
#
# $$\tfrac12 D = \sum_i b_i - n_i + n_i \ln\frac{n_i}{b_i},$$
#
# is minimised by Newton's method with the exact Hessian. Its minimum is distributed as half a $\chi^2$ with $66 - 4$
# degrees of freedom if the function is right. However many events there are, the fit takes a millisecond.
#
# *What to look at:* the pulls, $(n_i - b_i)/\sqrt{b_i}$, of the fit without a peak. Do you see the signal at 3.5 TeV
# (grey)?

# %%
from scipy.integrate import quad
from scipy.stats import chi2

from abinitio.statistics.bump_hunt import (
    asimov_significance,
    best_mass,
    global_p_value,
    local_significance,
    peak_shares,
    profile_interval,
    scan_masses,
    upcrossings,
)
from abinitio.statistics.falling_spectrum import (
    count_slopes,
    dijet_functions,
    expected_counts,
    falling_spectrum,
    fit_spectrum,
)

spectrum = falling_spectrum(edges, partial(dijet_functions, beams=BEAMS))
MASS, WIDTH = 3.5, 0.03
peak = peak_shares(edges, MASS, WIDTH * MASS)
shape = np.array([quad(falling_density, a, b)[0] for a, b in pairwise(edges)])
true_background = n * (1 - fraction) * shape / shape.sum()
without = fit_spectrum(counts, spectrum)
background = expected_counts(without.theta, spectrum)


def draw_spectrum(above, below, counts, background, color, label):
    """Counts and fit above, pulls below."""
    above.plot(centres, counts, "o", ms=2.2, color=color, label=label)
    above.plot(centres, background, color=color, lw=0.8)
    some = background >= 3  # with fewer events a pull is no normal number
    below.step(centres[some], ((counts - background) / np.sqrt(background))[some], where="mid", color=color, lw=0.9)


fig, (above, below) = plt.subplots(2, 1, figsize=(COLUMN * 1.3, COLUMN * 1.2), sharex=True, height_ratios=(2.2, 1))
draw_spectrum(above, below, counts, background, BLUE, f"{n:,} events")
above.set(yscale="log", ylabel="events in a bin")
above.legend()
below.axhline(0, color="0.5", lw=0.6)
for ax in (above, below):
    ax.axvspan(MASS * (1 - 2 * WIDTH), MASS * (1 + 2 * WIDTH), color="0.9", lw=0)
below.set(xlabel="dijet mass $m$ (TeV)", ylabel="pull", xscale="log")
below.set_xticks([3, 4, 5, 6, 7], ["3", "4", "5", "6", "7"])
below.minorticks_off()
hw.show(
    fig,
    "spectrum",
    f"The mass of {n:,} pairs of jets (points, simulated), the fit without a peak (line) and its pulls. Grey: "
    "where the signal is, two standard deviations to both sides.",
)

# %%
fit, inclusive_Z = local_significance(counts, spectrum, peak, without)
low, high = profile_interval(counts, spectrum, peak)
error = np.sqrt(fit.covariance[-1, -1])
at_peak = np.flatnonzero((centres > 3.3) & (centres < 3.7))
slope = count_slopes(fit.theta, spectrum)[at_peak].sum(axis=0)
beneath, true_beneath = expected_counts(fit.theta, spectrum)[at_peak].sum(), true_background[at_peak].sum()
beneath_error = np.sqrt(slope @ fit.covariance[:4, :4] @ slope)
expected_Z = asimov_significance(fit_spectrum(true_background, spectrum).theta, spectrum, fraction * n * peak)
p_of_fit = chi2(len(counts) - 5).sf(fit.deviance)
print(f"{n:,} events: Z = {inclusive_Z:.1f} at {MASS} TeV, {words(inclusive_Z)}; {expected_Z:.1f} was to be expected.")
hw.record(
    "all events: p-value of the fit with a peak", p_of_fit, anchor="chi-squared, 61 degrees of freedom", at_least=1e-3
)
hw.record(
    "all events: background beneath the peak, fitted over true",
    beneath / true_beneath,
    beneath_error / true_beneath,
    anchor="the simulator's function; target: 4 standard errors",
    expected=1,
    within=4 * beneath_error / true_beneath,
)
hw.record(
    "all events: signal expected, Asimov data set",
    expected_Z,
    unit="σ",
    anchor="G. Cowan et al. 2011: the median; all four parameters of the background fitted",
)
hw.record(
    "all events: local significance at 3.5 TeV",
    inclusive_Z,
    1,
    unit="σ",
    anchor="Asimov data set; target: 3.5 standard deviations",
    expected=expected_Z,
    within=3.5,
)
hw.record(
    "all events: signal fitted",
    fit.signal,
    error,
    anchor=f"simulated on average: {fraction * n:.0f}; target: 4 standard errors",
    expected=fraction * n,
    within=4 * error,
)
hw.record(
    "all events: half the profile-likelihood interval over the error from the curvature",
    (high - low) / 2 / error,
    anchor="1 where many events make the likelihood a parabola",
    expected=1,
    within=0.05,
)

# %% [markdown]
# ## 2.3 Looking elsewhere
#
# Who looks at many masses finds something somewhere. Twice the gain in log-likelihood, $q_0 = Z^2$, is $\chi^2_1$ at
# one mass (Wilks); along a scan the chance that it exceeds a level anywhere is at most
#
# $$P_\mathrm{global} \le P(Z) + \langle N_u\rangle\, e^{-(Z^2 - u^2)/2}$$
#
# (Gross and Vitells), with the mean number $N_u$ of times that $Z$ rises through a low level $u$, here 0. A few
# simulated spectra without signal tell it.
#
# *What to look at:* left, simulated spectra at one mass: the pull of a known signal is standard normal, and without a
# signal p-values are uniform. Right, the largest $Z$ of scans without signal: the bound (line) follows the simulation
# (points) where it is small, and both are far above the local p-value (dashed).

# %%
from scipy.stats import kstest, norm

rng = np.random.default_rng(3)
base = np.minimum(1.0, 1e6 / n) * background  # toys of a million events: what they test depends little on more
added = 3 * np.sqrt(fit.covariance[-1, -1] * min(1.0, 1e6 / n))  # a signal of three standard errors
pulls, held, p_values = [], [], []
for _ in range(times(300, 30)):
    toy = rng.poisson(base + added * peak)
    one = fit_spectrum(toy, spectrum, peak)
    pulls.append((one.signal - added) / np.sqrt(one.covariance[-1, -1]))
    p_values.append(norm.sf(local_significance(rng.poisson(base), spectrum, peak)[1]))
for _ in range(times(80, 8)):
    ends = profile_interval(rng.poisson(base + added * peak), spectrum, peak)
    held.append(ends[0] < added < ends[1])
masses = np.geomspace(2.85, 5.6, 46)
maxima, crossed = [], []
for _ in range(times(80, 3)):
    scan = scan_masses(rng.poisson(base), spectrum, masses, WIDTH)
    maxima.append(np.nanmax(scan.significance))
    crossed.append(int(upcrossings(scan.significance, 0.0)))
N, N_error = np.mean(crossed), np.std(crossed, ddof=1) / np.sqrt(len(crossed))
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.34 * PAGE))
line = np.linspace(-3.5, 3.5, 200)
left.hist(pulls, np.linspace(-3.5, 3.5, 15), density=True, color=SKY)
left.plot(line, norm.pdf(line), color=BLACK)
left.set(xlabel="pull of the signal", ylabel="density")
middle.plot(np.sort(p_values), (np.arange(len(p_values)) + 0.5) / len(p_values), ".", color=BLUE, ms=3)
middle.plot([0, 1], [0, 1], color="0.5", lw=0.8)
middle.set(xlabel="p-value without signal", ylabel="share below")
level = np.linspace(0, 5, 100)
right.plot(level, global_p_value(level, N, 0.0), color=VERMILION, label="Gross and Vitells")
right.plot(level, norm.sf(level), "--", color="0.4", label="local")
right.plot(
    np.sort(maxima)[::-1], (np.arange(len(maxima)) + 0.5) / len(maxima), "o", color=BLUE, ms=2.5, label="simulated"
)
right.set(yscale="log", ylim=(1e-4, 1.4), xlabel="largest $Z$ of a scan", ylabel="probability above", xlim=(0, 4.6))
right.legend(loc="lower left")
hw.show(
    fig,
    "toys",
    f"Left: pulls of the fitted signal in {len(pulls)} simulated spectra. Middle: distribution of p-values in "
    f"{len(p_values)} spectra without signal. "
    f"Right: chance of a local significance anywhere in a scan of {len(masses)} masses; {len(maxima)} simulated scans.",
)

# %%
m = len(pulls)
hw.record(
    "pulls of simulated spectra: mean",
    np.mean(pulls),
    1 / np.sqrt(m),
    anchor="0; target: 4 standard errors",
    expected=0,
    within=4 / np.sqrt(m),
)
hw.record(
    "pulls of simulated spectra: width",
    np.std(pulls, ddof=1),
    1 / np.sqrt(2 * m),
    anchor="1; target: 4 standard errors",
    expected=1,
    within=4 / np.sqrt(2 * m),
)
hw.record(
    "coverage of profile-likelihood intervals",
    np.mean(held),
    np.sqrt(0.683 * 0.317 / len(held)),
    anchor="68.3 %; target: 4 standard errors",
    expected=0.683,
    within=4 * np.sqrt(0.683 * 0.317 / len(held)),
)
hw.record(
    "without signal: p-value of the uniformity of p-values",
    kstest(p_values, "uniform").pvalue,
    anchor="Kolmogorov and Smirnov",
    at_least=1e-3,
)
hw.record(
    "scan without signal: times that Z rises through 0",
    N,
    N_error,
    anchor="far fewer than the masses, 46: Z changes smoothly",
)
beyond, bound = np.sum(np.array(maxima) > 2), float(global_p_value(2.0, N, 0.0))
hw.record(
    "scans without signal with Z above 2 somewhere",
    beyond / len(maxima),
    np.sqrt(bound * (1 - bound) / len(maxima)),
    anchor=f"Gross and Vitells: at most {bound:.2f}; target: 4 standard errors above",
    at_most=bound + 4 * np.sqrt(bound * (1 - bound) / len(maxima)),
)
everywhere = scan_masses(counts, spectrum, masses, WIDTH)
k = int(np.nanargmax(everywhere.significance))
p_anywhere = float(global_p_value(everywhere.significance[k], N, 0.0))
print(
    f"The largest excess of the {n:,} events is at {masses[k]:.2f} TeV with Z = {everywhere.significance[k]:.1f}: "
    f"a chance of {p_anywhere:.2g} to find as much somewhere without a signal."
)
hw.record(
    "all events: largest local significance of the scan",
    everywhere.significance[k],
    unit="σ",
    anchor=f"at {masses[k]:.2f} TeV",
)
hw.record("all events: global p-value of it", p_anywhere, anchor="Gross and Vitells; a bound")

# %% [markdown]
# # 3. Learning without labels
#
# ## 3.1 What hangs together
#
# The jets hold more than their mass, but what does the signal look like? We do not know. Metodiev, Nachman and Thaler:
# let a classifier tell the events of a *signal region*, around a mass, from those of *sidebands*. With a share $f$ of
# signal in the one and none in the other, the best classifier is
#
# $$\frac{p_\mathrm{region}}{p_\mathrm{side}} = 1 - f + f\, r(x),$$
#
# a rising function of the ratio $r$: the best classifier of noisy labels is the best one of true labels (CWoLa,
# classification without labels). It holds only if the background is the same in both, that is, if its features do not
# depend on the mass. The moments of the one pass say whether they do.
#
# *What to look at:* left, correlations. The transverse momentum is nearly the mass over again ($p_T \approx m / (2\cosh
# \frac{\Delta\eta}{2})$): a classifier that is given it learns the mass. It is left out. The jets' masses grow a
# little, as $m^{0.3}$. The slope $\beta = \mathrm{Cov}(\ln m, \phi)/\mathrm{Var}(\ln m)$ of each feature $\phi$ is
# known from the pass, and $\phi - \beta \ln m$ is what we go on with. Right, the principal components of the
# standardised five.

# %%
C = covariance_of(moments)
R = C / np.sqrt(np.outer(np.diag(C), np.diag(C)))
slopes = C[0, 2:] / C[0, 0]
slope_errors = np.sqrt((np.diag(C)[2:] / C[0, 0] - slopes**2) / n)
scale = np.sqrt(np.diag(C)[2:] - slopes**2 * C[0, 0])
rest = C[2:, 2:] - np.outer(slopes, slopes) * C[0, 0]  # the covariance at given mass
rest_moments = moments._replace(mean=moments.mean[2:], scatter=rest / np.outer(scale, scale) * (moments.n - 1))
components, variances = components_of_moments(rest_moments, 5)
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE), width_ratios=(1.25, 1))
labels = [r"$\ln m$", r"$\ln p_T$", *FEATURES]
image = left.imshow(R, vmin=-1, vmax=1, cmap="RdBu_r")
for i in range(7):
    for j in range(7):
        left.text(
            j,
            i,
            f"{R[i, j]:.2f}",
            ha="center",
            va="center",
            fontsize=6,
            color="white" if abs(R[i, j]) > 0.6 else "black",
        )
left.set_xticks(range(7), labels, rotation=40, ha="right")
left.set_yticks(range(7), labels)
left.tick_params(length=0)
fig.colorbar(image, ax=left, shrink=0.8, label="correlation")
for k, (color, marker) in enumerate(zip((BLUE, VERMILION, GREEN, ORANGE, PURPLE), "os^Dv")):
    right.plot(range(5), components[k], marker=marker, color=color, lw=0.8, label=f"{variances[k]:.2f}")
right.axhline(0, color="0.6", lw=0.6)
right.set_xticks(range(5), FEATURES, rotation=40, ha="right")
right.set(ylabel="component", ylim=(-1, 1.5))
right.legend(title="variance", ncols=5, loc="upper center", columnspacing=0.8, handlelength=1.2)
hw.show(
    fig,
    "correlations",
    f"Left: correlations of all {n:,} events, from one pass. Right: principal components of the five features at given "
    "mass, standardised, in the order of their variance.",
)
# the signal is among the events, and bends the slopes, to first order in its share f, by f (Δm Δφ - 0.3 <Δm²>) / Var
log_m, phi, is_signal = np.log(truth.X[:, 0]), features_of(truth.X), truth.y == 1
away = log_m[is_signal] - log_m[~is_signal].mean()
bent = away.mean() * (phi[is_signal].mean(axis=0) - phi[~is_signal].mean(axis=0)) - 0.3 * np.mean(away**2)
bent = fraction * bent / C[0, 0]
for k, name in ((1, "heavier"), (2, "lighter")):
    hw.record(
        f"mass of the {name} jet: growth with the mass of both",
        slopes[k],
        slope_errors[k],
        anchor=f"the simulator's 0.3 for the background, and {bent[k]:.4f} from the signal; target: 4 standard errors",
        expected=0.3 + bent[k],
        within=4 * slope_errors[k],
    )
hw.record(
    "correlation of the transverse momentum with the mass",
    R[0, 1],
    anchor="logarithms; the momentum is left out",
    at_least=0.5,
)
hw.record(
    "principal components: sum of the variances",
    variances.sum(),
    anchor="five standardised features",
    expected=5,
    within=1e-9,
)

# %% [markdown]
# ## 3.2 A smaller file, and a classifier
#
# The events near 3.5 TeV are written to a smaller file, a *skim*: five features, freed of their trend, and one number
# that says signal region or sidebands. Their squares and products are not written but made as they are read
# (`MappedRows`), 20 features in all. On them logistic regression, $\mathrm{logit}\,P(\mathrm{region}|x) = w \cdot
# \varphi(x) + b$, is fitted by passes to its minimum. As a second opinion, two Gaussians of free covariance, in one
# pass: their ratio, too, is quadratic in $x$.
#
# **No event is judged by a classifier that has seen it.** A classifier finds the differences between two samples also
# where they are mere fluctuations; those it would find again in the same events, as a peak. So the one of the first
# half judges the second half, and the other way round.
#
# Why can this work where the signal is half a per cent of the region? To first order in $f$ what is learnt is $f\,
# r(x)$, projected on quadratic functions. It is a difference of order $f$ between two samples, with a noise of order
# $1/\sqrt N$ for $N$ events in the region: what counts is $N f^2$. With ten times the events, a third of the share will
# do.

# %%
from abinitio.streaming.mapped_rows import MappedRows
from abinitio.streaming.sample import spread_sample

REGIONS = edges[[10, 16, 24, 30]]  # sideband, signal region, sideband
squares = np.triu_indices(5)
KINDS = ("logistic regression", "two Gaussians")
QUADRATIC = [f"q{k}" for k in range(20)]


def without_trend(X, slopes):
    """(m, 5) features at the mass 3.5 TeV."""
    trend = np.log(X[:, :1] / MASS) * slopes.astype(np.float32)
    return features_of(X) - trend


def quadratic(F):
    """(m, 20): features, their squares and products."""
    return np.hstack([F, F[:, squares[0]] * F[:, squares[1]]])


def near(rows, slopes):
    """Blocks of the events around the signal region: features and region (1) or sideband (0)."""
    for block in rows.blocks(memory=MEMORY):
        X = block.X[(block.X[:, 0] > REGIONS[0]) & (block.X[:, 0] < REGIONS[3])]
        inside = (X[:, 0] > REGIONS[1]) & (X[:, 0] < REGIONS[2])
        yield np.column_stack([without_trend(X, slopes), inside]).astype(np.float32)


def skim(half, slopes, path):
    return write_rows(path, near(half, slopes), [*"abcde", "region"])


def learn(skimmed):
    """The two classifiers of region against sidebands."""
    mapped = MappedRows(skimmed, quadratic, QUADRATIC, keep=("region",))
    logistic = StreamedLogisticRegression(C=1e3, tol=1e-5)
    logistic.fit_rows(mapped, "region", classes=[0, 1], memory=MEMORY)
    return logistic, StreamedDiscriminant("free").fit_rows(skimmed, "region", memory=MEMORY)


def scores_of(models, F):
    """(m, 2): log-odds of the region, up to a constant, by both classifiers."""
    logs = models[1].predict_log_proba(F)
    return np.column_stack([models[0].decision_function(quadratic(F)), logs[:, 1] - logs[:, 0]])


with step("skim", costs):
    skims = [skim(half, slopes, Path(disk.name) / f"skim_{k}.npy") for k, half in enumerate(halves)]
with step("learn", costs):
    models = [learn(skimmed) for skimmed in skims]
passes = np.mean([model[0].n_passes_ for model in models])
print(f"{sum(map(len, skims)):,} of {n:,} events are near; {passes:g} passes over each skim.")
hw.record(
    "logistic regression: passes over the skim",
    passes,
    anchor="a sample of at most 50,000 gives the start and the curvature",
    at_most=10,
)
w1, w2 = (model[0].coef_[0] for model in models)
hw.record(
    "both halves' classifiers: cosine of their weights",
    w1 @ w2 / np.linalg.norm(w1) / np.linalg.norm(w2),
    anchor="1 where both have learnt the same, 0 where they have learnt noise",
)

# %% [markdown]
# ## 3.3 Scores, in one pass
#
# A last pass gives every event its score and tallies it in a table of mass and score. Every cut is a sum over columns
# of that table, whatever the number of events. For the judgment only, the same is tallied for the true signal, and for
# the exact ratio $r$.
#
# *What to look at:* left, the scores of the region and of the sidebands are the same curve but for the farthest tail.
# Right, the truth: the classifier, which never saw a label, knows the signal.


# %%
def bounds_of(half, models, slopes):
    """Edges for the scores of both classifiers and of the exact ratio: quantiles in a sample of the sidebands."""
    X = spread_sample(half, 200_000)
    side = (X[:, 0] > REGIONS[0]) & (X[:, 0] < REGIONS[3]) & ((X[:, 0] < REGIONS[1]) | (X[:, 0] > REGIONS[2]))
    X = X[side]
    columns = [*scores_of(models, without_trend(X, slopes)).T, dijet_log_ratio(X)]
    above = np.geomspace(1, 1e-4, 301)[1:]
    return [np.unique(np.r_[-np.inf, np.quantile(s, 1 - above), np.inf]) for s in columns]


def tables_of(X, models, slopes, bounds):
    """Tables of mass and score, of all events and of the signal, for three scores."""
    columns, signal = [*scores_of(models, without_trend(X, slopes)).T, dijet_log_ratio(X)], X[:, 7] == 1
    points = [np.column_stack([X[:, 0], s]) for s in columns]
    return [(tally(p, [edges, b]), tally(p[signal], [edges, b])) for p, b in zip(points, bounds)]


def add_tables(a, b):
    return [(p[0] + q[0], p[1] + q[1]) for p, q in zip(a, b)]


def score(halves, models, slopes):
    """(bounds, tables) of each half, judged by the models of the other half."""
    found = []
    for half, own in zip(halves, models[::-1]):
        bounds = bounds_of(half, own, slopes)
        tables = reduce_rows(
            half, partial(tables_of, models=own, slopes=slopes, bounds=bounds), add_tables, memory=MEMORY
        )
        found.append((bounds, tables))
    return found


with step("score", costs):
    scored = score(halves, models, slopes)
SIDE = ((centres > REGIONS[0]) & (centres < REGIONS[1])) | ((centres > REGIONS[2]) & (centres < REGIONS[3]))
REGION = (centres > REGIONS[1]) & (centres < REGIONS[2])
true_signal = sum(tables[0][1].sum() for _, tables in scored)
bounds, tables = scored[0]
middle = (bounds[0][1:-2] + bounds[0][2:-1]) / 2
width = np.diff(bounds[0])[1:-1]
fig, axes = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE))
all_of_it, signal_of_it = tables[0][0], tables[0][1]
pairs = (
    (axes[0], (all_of_it[REGION], "signal region", VERMILION), (all_of_it[SIDE], "sidebands", BLUE)),
    (axes[1], (signal_of_it, "signal (truth)", VERMILION), (all_of_it - signal_of_it, "background (truth)", BLUE)),
)
for ax, *curves in pairs:
    for table, label, color in curves:
        inner = table.sum(axis=0)[1:-1]
        coarse = lambda a: a[: len(a) // 6 * 6].reshape(-1, 6).sum(axis=1)
        height = coarse(inner) / coarse(width) / table.sum()
        ax.step(coarse(middle) / 6, np.where(height > 0, height, np.nan), where="mid", color=color, label=label)
    ax.set(yscale="log", xlabel="score: log-odds of the region", ylabel="density")
    ax.legend(loc="lower left")
hw.show(
    fig,
    "scores",
    f"Scores of the first half, {n // 2:,} events, by the logistic regression of the second: left as the "
    "analysis sees them, right by the truth.",
)
hw.record(
    "signal in the files, by the truth",
    true_signal,
    np.sqrt(true_signal),
    anchor="share times events; target: 4 standard errors",
    expected=fraction * n,
    within=4 * np.sqrt(fraction * n),
)

# %% [markdown]
# ## 3.4 How good is it?
#
# A cut that keeps a share $\epsilon_s$ of the signal and $\epsilon_b$ of the background multiplies $s/\sqrt b$ by
#
# $$\mathrm{SIC} = \epsilon_s / \sqrt{\epsilon_b}.$$
#
# *What to look at:* no curve can exceed that of the exact ratio, but for fluctuations of few events. How near the weak
# supervision comes depends on the number of events in the region, and, in the end, on what quadratic functions can say.


# %%
def efficiencies(scored, kind):
    """Shares of signal and background of the region that pass each cut, by the truth, and their numbers: (2, cuts)."""
    passed, totals = np.zeros((2, 301)), np.zeros(2)
    for _, tables in scored:
        everything, signal = tables[kind]
        for row, table in enumerate((signal, everything - signal)):
            inside = table[REGION].sum(axis=0)
            totals[row] += inside.sum()
            below = np.cumsum(inside[::-1])[::-1]
            passed[row] += below[np.linspace(0, len(below) - 1, 301).astype(int)]
    return passed / totals[:, None], passed


fig, ax = plt.subplots(figsize=(COLUMN * 1.25, COLUMN * 0.95))
best = {}
styles = ((2, "exact ratio", BLACK, "-"), (0, KINDS[0], VERMILION, "-"), (1, KINDS[1], GREEN, "--"))
for kind, label, color, style in styles:
    (e_s, e_b), (n_s, n_b) = efficiencies(scored, kind)
    enough = (n_b >= 30) & (n_s >= 10)
    sic = e_s[enough] / np.sqrt(e_b[enough])
    ax.plot(e_s[enough], sic, color=color, ls=style, label=label)
    k = int(sic.argmax())
    best[kind] = sic[k], sic[k] * np.sqrt(1 / n_s[enough][k] + 1 / (4 * n_b[enough][k])), e_s[enough][k]
ax.axhline(1, color="0.6", lw=0.7)
ax.set(
    xlabel=r"share of signal kept, $\epsilon_s$", ylabel=r"$\epsilon_s/\sqrt{\epsilon_b}$", xlim=(0, 1), ylim=(0, None)
)
ax.legend(loc="upper right")
hw.show(
    fig,
    "improvement",
    f"Gain in significance by a cut on a score, in the signal region, by the truth ({n:,} events). The exact ratio is "
    "the supervised bound; the other two learnt without labels. Cuts that keep fewer than 30 background events are "
    "left out.",
)
hw.record("largest gain, exact ratio", best[2][0], best[2][1], anchor=f"the bound, at ε_s = {best[2][2]:.2f}")
for kind in (0, 1):
    hw.record(
        f"largest gain without labels, {KINDS[kind]}",
        best[kind][0],
        best[kind][1],
        anchor="at most the bound and 4 standard errors",
        at_least=size(1.5, 1.0),
        at_most=best[2][0] + 4 * best[2][1],
    )
hw.record(
    "without labels over the bound, logistic regression",
    best[0][0] / best[2][0],
    best[0][0] / best[2][0] * np.hypot(best[0][1] / best[0][0], best[2][1] / best[2][0]),
    anchor="1 for the best classifier; quadratic functions cannot follow 1 - f + f r",
)

# %% [markdown]
# # 4. The hunt after the cut
#
# Cuts at shares that are set beforehand, 10 %, 1 % and 0.3 % of the *sidebands*: no truth is needed. Each half has its
# own threshold. Then the same fit, the same scan.
#
# *What to look at:* the pulls at 3.5 TeV, as the cut gets harder. They are taken from the background of a fit *with* a
# peak: without one, the fit leans on it, and leaves dips at both sides.

# %%
CUTS = (0.1, 0.01, 0.003)


def selected(scored, share, kind=0):
    """Histogram of the mass after the cut, that of the signal by the truth, and the share of the sidebands kept."""
    counts, signal, kept, side = np.zeros(len(centres)), np.zeros(len(centres)), 0, 0
    for _, tables in scored:
        everything, true = tables[kind]
        passing = np.cumsum(everything[SIDE].sum(axis=0)[::-1])[::-1]
        k = int(np.argmax(passing <= share * passing[0]))
        counts += everything[:, k:].sum(axis=1)
        signal += true[:, k:].sum(axis=1)
        kept, side = kept + passing[k], side + passing[0]
    return counts, signal, kept / side


def hunt(counts):
    """Fits without and with a peak at 3.5 TeV, and Z."""
    plain = fit_spectrum(counts, spectrum)
    return plain, *local_significance(counts, spectrum, peak, plain)


colors, results = (GREEN, ORANGE, VERMILION), {}
with step("fits", costs):
    for share in CUTS:
        after, signal, kept = selected(scored, share)
        results[share] = after, signal, kept, *hunt(after)
fig, axes = plt.subplots(4, 1, figsize=(PAGE * 0.72, PAGE * 0.8), sharex=True, height_ratios=(3, 1, 1, 1))
axes[0].plot(centres, counts, "o", ms=2, color=BLUE, label="all events")
axes[0].plot(centres, background, color=BLUE, lw=0.8)
for ax, share, color in zip(axes[1:], CUTS, colors):
    after, _, _, plain, with_peak, Z = results[share]
    draw_spectrum(
        axes[0], ax, after, expected_counts(with_peak.theta, spectrum), color, f"{share:.1%} of the sidebands"
    )
    ax.axhline(0, color="0.5", lw=0.6)
    ax.set(ylabel="pull")
axes[0].set(yscale="log", ylim=(0.5, None), ylabel="events in a bin", xscale="log")
axes[0].legend(loc="upper right")
axes[3].set(xlabel="dijet mass $m$ (TeV)")
axes[3].set_xticks([3, 4, 5, 6, 7], ["3", "4", "5", "6", "7"])
axes[3].minorticks_off()
hw.show(
    fig,
    "after_cuts",
    f"The spectrum of {n:,} events before and after cuts on the score; lines: background of the fits (after "
    "the cuts, with a peak at 3.5 TeV); below, pulls against it.",
)

# %%
for share in CUTS:
    after, signal, kept, plain, with_peak, Z = results[share]
    true, error = signal.sum(), np.sqrt(with_peak.covariance[-1, -1])
    theta = fit_spectrum(after - signal, spectrum).theta
    foreseen = asimov_significance(theta, spectrum, true * peak)
    print(f"{share:.1%}: {after.sum():,.0f} events, Z = {Z:.1f}: {words(Z)}.")
    hw.record(
        f"cut at {share:.1%}: share of the sidebands kept",
        kept,
        anchor="set beforehand; thresholds 3 % apart",
        expected=share,
        within=0.05 * share + 20 / n,
    )
    hw.record(
        f"cut at {share:.1%}: share of the signal kept, by the truth",
        true / true_signal,
        np.sqrt(true / true_signal * (1 - true / true_signal) / true_signal),
        anchor="larger than that of the sidebands",
        at_least=kept,
    )
    hw.record(
        f"cut at {share:.1%}: local significance at 3.5 TeV",
        Z,
        1,
        unit="σ",
        anchor="Asimov data set with the true signal that passed; target: 4 standard deviations",
        expected=foreseen,
        within=4,
    )
    hw.record(
        f"cut at {share:.1%}: signal fitted",
        with_peak.signal,
        error,
        anchor=f"by the truth: {true:.0f}; target: 4 standard errors",
        expected=true,
        within=4 * error,
    )

# %% [markdown]
# *What to look at:* left, the scans. Dips beside a peak are its shadow, where the fit without a peak leans on it;
# dotted is what is left when the peak found is taken out of the counts. The window of the signal region was put at 3.5
# TeV; who does not know where to look does all this for each window that fits in the spectrum, about six, with three
# cuts: a p-value counts 18 times. Right, the events fitted, over those that the truth counts, with intervals of the
# profile likelihood.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), width_ratios=(1.7, 1))
left.plot(masses, everywhere.significance, color=BLUE, label="all events")
fine = np.linspace(3.3, 3.7, 21)
away, elsewhere = np.abs(masses / MASS - 1) > 3 * WIDTH, []
for share, color in zip(CUTS, colors):
    after, found_signal = results[share][0], results[share][4].signal
    left.plot(masses, scan_masses(after, spectrum, masses, WIDTH).significance, color=color, label=f"{share:.1%}")
    rest = scan_masses(np.maximum(after - found_signal * peak, 0), spectrum, masses, WIDTH).significance
    left.plot(masses, rest, ":", color=color, lw=0.9)
    elsewhere.append(np.nanmax(rest[away]))
left.axvline(MASS, color="0.6", lw=0.7, ls="--")
left.axhline(5, color="0.8", lw=0.7)
highest = results[CUTS[-1]][5]
left.set(xlabel="mass of the peak (TeV)", ylabel="local significance $Z$", ylim=(-0.5 * highest, 1.2 * highest))
left.legend(loc="upper right", title="share of sidebands")
found = {}
for k, share in enumerate(CUTS):
    after, signal, *_ = results[share]
    with_peak, ends = results[share][4], profile_interval(results[share][0], spectrum, peak)
    true = signal.sum()
    right.errorbar(
        k,
        with_peak.signal / true,
        [[(with_peak.signal - ends[0]) / true], [(ends[1] - with_peak.signal) / true]],
        fmt="o",
        color=colors[k],
    )
    found[share] = best_mass(scan_masses(after, spectrum, fine, WIDTH))
right.axhline(1, color="0.5", lw=0.8)
right.set_xticks(range(3), [f"{share:.1%}" for share in CUTS])
right.set(xlabel="share of sidebands kept", ylabel="signal: fitted / true", xlim=(-0.5, 2.5))
hw.show(
    fig,
    "scans",
    f"Left: local significance along the spectrum of {n:,} events; dashed: the true mass; dotted: without the peak "
    "found at 3.5 TeV. Right: signal fitted after the cuts over the true one, with 68 % intervals.",
)
hw.record(
    "after the cuts: largest local significance elsewhere, three widths or more away",
    max(elsewhere),
    unit="σ",
    anchor="without the peak found; three scans, each with a chance of 1 % for 3.5",
    at_most=4.5,
)
after, with_peak = results[CUTS[0]][0], results[CUTS[0]][4]
hw.record(
    f"cut at {CUTS[0]:.1%}: p-value of the fit with a peak",
    chi2(len(counts) - 5).sf(with_peak.deviance),
    anchor="chi-squared, 61 degrees of freedom: the cut does not bend the spectrum",
    at_least=1e-3,
)
for share in CUTS[1:]:
    mass, mass_error = found[share]
    hw.record(
        f"cut at {share:.1%}: mass of the resonance",
        mass,
        mass_error,
        unit="TeV",
        anchor="simulated: 3.5; target: 4 standard errors",
        expected=MASS,
        within=4 * mass_error,
    )
Z = results[0.01][5]
trials = min(1.0, 18 * float(norm.sf(Z)))
told = f"is {trials:.2g}" if trials > 0 else "is too small for a float"
print(f"At 1 %: Z = {Z:.1f} where all events had {inclusive_Z:.1f}. With 18 trials the p-value {told}.")
hw.record(
    "cut at 1.0%: significance after 18 trials",
    norm.isf(trials) if 0 < trials < 0.5 else Z if trials == 0 else 0.0,
    unit="σ",
    anchor="six windows and three cuts; Bonferroni's bound",
    at_least=3,
)

# %% [markdown]
# # 5. Where there is no signal
#
# The control decides whether to believe it: everything as before, with other events, none of which is signal. A false
# discovery could come from a trend with the mass that the classifier found, or from events that judge themselves.
#
# *What to look at:* left, no bump after the cuts. Right, small samples without signal: judged by the classifier of the
# other half, $Z$ is a standard normal number; judged by their own classifier (what an impatient colleague would do),
# the noise that it learnt comes back as a peak.


# %%
def chain(n, fraction, seed):
    """The whole analysis: (costs, {share: (histogram after the cut, fits without and with a peak, Z)})."""
    costs = {}
    with folder_with_room(1.3 * 32 * n + 1e6, inside=disk.name) as folder:
        with step("simulate", costs):
            halves = write_events(folder, n, fraction, seed)
        with step("one pass", costs):
            _, moments = survey(halves)
        C = covariance_of(moments)
        slopes = C[0, 2:] / C[0, 0]
        with step("skim", costs):
            skims = [skim(half, slopes, Path(folder) / f"skim_{k}.npy") for k, half in enumerate(halves)]
        with step("learn", costs):
            models = [learn(skimmed) for skimmed in skims]
        with step("score", costs):
            scored = score(halves, models, slopes)
        with step("fits", costs):
            fits = {share: (after, *hunt(after)) for share, (after, *_) in ((s, selected(scored, s)) for s in CUTS)}
    return costs, fits


def small_sample(n, seed):
    """Z at 3.5 TeV without signal after a cut at 1 %: judged by the other half's classifier, and by its own."""
    X = np.concatenate(list(dijet_blocks(n, fraction=0.0, seed=seed)))
    C = covariance_of(survey_of(X)[1])
    halves, slopes = (X[: n // 2], X[n // 2 :]), C[0, 2:] / C[0, 0]
    near = [(h[:, 0] > REGIONS[0]) & (h[:, 0] < REGIONS[3]) for h in halves]
    inside = [(h[:, 0] > REGIONS[1]) & (h[:, 0] < REGIONS[2]) for h in halves]
    features = [quadratic(without_trend(h, slopes)) for h in halves]
    models = []
    for F, a, b in zip(features, near, inside):
        rows = ArrayRows(np.column_stack([F, b])[a], columns=[*QUADRATIC, "region"])
        models.append(StreamedLogisticRegression(C=1e3, tol=1e-5).fit_rows(rows, "region", classes=[0, 1]))
    answer = []
    for judges in (models[::-1], models):
        counts = np.zeros(len(centres))
        for h, F, a, b, model in zip(halves, features, near, inside, judges):
            s = model.decision_function(F)
            counts += tally(h[s > np.quantile(s[a & ~b], 0.99), 0], edges)
        answer.append(hunt(counts)[2])
    return answer


# %%
n_control = 10**7 if hw.slow else n
_, control = chain(n_control, 0.0, seed=12)
n_small = size(10**5, 3 * 10**4)
small = np.array([small_sample(n_small, 100 + k) for k in range(times(16, 5))])
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.38 * PAGE), width_ratios=(1.6, 1))
for share, color in zip(CUTS, colors):
    left.plot(
        masses, scan_masses(control[share][0], spectrum, masses, WIDTH).significance, color=color, label=f"{share:.1%}"
    )
left.axvline(MASS, color="0.6", lw=0.7, ls="--")
for Z in (-3, 3):
    left.axhline(Z, color="0.8", lw=0.7)
left.set(xlabel="mass of the peak (TeV)", ylabel="local significance $Z$", ylim=(-5, 5))
left.legend(loc="upper right", title="share of sidebands")
for k, color in enumerate((BLUE, VERMILION)):
    spots = np.random.default_rng(5).uniform(-0.15, 0.15, len(small))
    right.plot(k + spots, small[:, k], "os"[k], color=color, ms=3, alpha=0.7)
    right.errorbar(k + 0.3, small[:, k].mean(), small[:, k].std(ddof=1) / np.sqrt(len(small)), fmt="D", color=BLACK)
right.axhspan(-1, 1, color="0.92", lw=0)
right.set_xticks([0, 1], ["other half's", "its own"])
right.set(xlabel="classifier", ylabel="$Z$ at 3.5 TeV, no signal", xlim=(-0.5, 1.6))
hw.show(
    fig,
    "control",
    f"Without signal. Left: scans after the cuts, {n_control:,} events. Right: {len(small)} samples of "
    f"{n_small:,} events, cut at 1 %; diamonds: means with "
    "standard errors.",
)
for share in CUTS:
    hw.record(
        f"no signal, cut at {share:.1%}: local significance at 3.5 TeV",
        control[share][3],
        1,
        unit="σ",
        anchor="0; target: 3.5 standard deviations",
        expected=0,
        within=3.5,
    )
honest, own = small.mean(axis=0)
root = np.sqrt(len(small))
hw.record(
    "no signal, judged by the other half's classifier: mean Z",
    honest,
    1 / root,
    unit="σ",
    anchor="0; target: 4 standard errors",
    expected=0,
    within=4 / root,
)
hw.record(
    "no signal, judged by its own classifier: mean Z",
    own,
    small[:, 1].std(ddof=1) / root,
    unit="σ",
    anchor="a false discovery: above 0",
    at_least=1.0,
)

# %% [markdown]
# # 6. What it costs
#
# Each step reads or writes every event a fixed number of times: its cost is $T = a + b\,n$, and memory does not depend
# on $n$ at all. On a double logarithmic plot the slope is 1 where $b\,n \gg a$. What does not grow, $a$, is the start
# of the classifier in a sample and the fits; in a small run it bends the line, which is why there $a$ and $b$ are
# fitted, each point with the same relative error.
#
# *What to look at:* left, the slope. Right, the memory of all arrays, step by step, against the bound: flat.

# %%
sizes = (
    [10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7, 3 * 10**7]
    if hw.slow
    else size([10**5, 2 * 10**5, 5 * 10**5], [2 * 10**4, 5 * 10**4])
)
runs = {}
for m in sizes:
    tried = [chain(m, fraction, seed=13)[0] for _ in range(3 if m <= 3 * 10**5 and not hw.quick else 1)]
    runs[m] = min(tried, key=lambda c: sum(seconds for seconds, _ in c.values()))
runs[n] = costs
at = np.array(sorted(runs), dtype=float)
whole = np.array([sum(seconds for seconds, _ in runs[m].values()) for m in sorted(runs)])
single = np.array([runs[m]["one pass"][0] for m in sorted(runs)])
memory = np.array([max(peak for _, peak in runs[m].values()) for m in sorted(runs)])


def slope_of(x, y):
    """The slope of a line and its standard error, from the scatter about it."""
    A = np.column_stack([np.ones(len(x)), x])
    solution, *_ = np.linalg.lstsq(A, y, rcond=None)
    s2 = np.sum((y - A @ solution) ** 2) / max(len(x) - 2, 1)
    return solution[1], np.sqrt(s2 * np.linalg.inv(A.T @ A)[1, 1])


A = np.column_stack([1 / whole, at / whole])  # all with the same relative error
(a, b), *_ = np.linalg.lstsq(A, np.ones(len(at)), rcond=None)
scatter = np.sum((1 - A @ [a, b]) ** 2) / max(len(at) - 2, 1)
a_error, b_error = np.sqrt(scatter * np.diag(np.linalg.inv(A.T @ A)))
exponent, single_exponent = slope_of(np.log(at), np.log(whole)), slope_of(np.log(at), np.log(single))
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
grid = np.geomspace(at[0], 1e9, 100)
left.plot(grid, (a + b * grid) / 60, color="0.6", lw=0.8, label="$a + b\\,n$")
left.plot(at, whole / 60, "o", color=BLUE, label="all steps")
left.plot(at, single / 60, "s", color=GREEN, label="the one pass")
left.errorbar(
    1e9, (a + b * 1e9) / 60, np.hypot(a_error, b_error * 1e9) / 60, fmt="D", color=VERMILION, label="foreseen"
)
left.set(xscale="log", yscale="log", xlabel="events $n$", ylabel="CPU time (min)")
left.legend(loc="upper left")
for k, name in enumerate(("simulate", "one pass", "skim", "learn", "score", "fits")):
    right.plot(at, [runs[m][name][1] for m in sorted(runs)], "os^Dv."[k] + "-", lw=0.8, label=name)
right.axhline(BOUND, color="0.4", ls="--", lw=0.8)
right.set(xscale="log", xlabel="events $n$", ylabel="memory of arrays (MB)", ylim=(0, 1.35 * BOUND))
right.legend(loc="upper left", ncols=3)
hw.show(
    fig,
    "cost",
    "Left: CPU time against the number of events, one thread. Right: the largest memory of "
    f"all arrays in each step; blocks of {MEMORY / 1e6:.0f} MB, bound (dashed) {BOUND} MB.",
)

# %%
from abinitio.course.running.usage import peak_memory_mb

judged = {"expected": 1.0, "within": 0.05} if hw.slow else {}
fixed = a / (a + b * at[0])
print(
    f"From {at[0]:,.0f} to {at[-1]:,.0f} events: exponent {exponent[0]:.3f} ± {exponent[1]:.3f}; "
    f"of the smallest run {max(fixed, 0):.0%} is fixed cost."
)
for name, (seconds, peak_of_step) in costs.items():
    print(f"  {name:9s} {seconds:8.2f} s of CPU, {1e6 * seconds / n:6.3f} µs an event, {peak_of_step:5.1f} MB")
hw.record("cost: exponent of all steps", *exponent, anchor="1 for large n; the fixed cost bends it at small n")
hw.record("cost: exponent of the one pass", *single_exponent, anchor="1; no fixed cost but opening files", **judged)
large = at >= at[-1] / 101
if hw.slow:
    hw.record(
        "cost: exponent of all steps, last two decades",
        *slope_of(np.log(at[large]), np.log(whole[large])),
        anchor="1: there the fixed cost is small",
        **judged,
    )
hw.record("cost: time an event", 1e6 * b, 1e6 * b_error, unit="µs of CPU", anchor="all steps: b of a + b n", at_least=0)
hw.record("cost: fixed", a, a_error, unit="s of CPU", anchor="a of a + b n")
hw.record("cost: all steps, this run", whole[-1], unit="s of CPU", anchor=f"{n:,} events, one thread")
foreseen, foreseen_error = (a + b * 1e9) / 3600, np.hypot(a_error, b_error * 1e9) / 3600
hw.record(
    "cost: foreseen for a thousand million events",
    foreseen,
    foreseen_error,
    unit="h of CPU",
    anchor="one thread; the error is that of the line, not of another machine",
)
hw.record(
    "memory: largest of all arrays in a step",
    memory[-1],
    unit="MB",
    anchor=f"{n:,} events of 32 B are {32e-6 * n:,.0f} MB",
    at_most=BOUND,
)
hw.record(
    "memory: this run over the next smaller",
    memory[-1] / memory[-2],
    anchor="1: it does not grow with the events",
    at_most=size(1.25, 2.5),
)
hw.record(
    "memory: peak of the whole process",
    peak_memory_mb() or np.nan,
    unit="MB",
    anchor="Python, libraries and figures included",
    **({} if hw.quick else {"at_most": 1000}),  # when it is tested the process does more than this
)
remove()
hw.record(
    "files left behind",
    len(list(Path(tempfile.gettempdir()).glob(f"{Path(disk.name).name}*"))),
    anchor="none",
    at_most=0,
)

# %% [markdown]
# # What to take away
#
# - A spectrum of $10^8$ events is 66 numbers. What is summed in one pass is exact, and fits cost nothing after that.
# - Say what you expect (Asimov) before you look, and count how often you looked (Gross and Vitells).
# - Labels are not needed where two mixtures differ in nothing but the share of signal. Whether they do is to be
#   checked: free the features of the mass first.
# - Never judge an event by a classifier that has seen it; the false peak of the control is what one gets.
# - Cost in proportion to the events, memory in proportion to nothing: then $10^9$ is a matter of patience.
#
# **Sources.** CDF, Phys. Rev. D 79, 112002 (2009). E. Gross and O. Vitells, Eur. Phys. J. C 70, 525 (2010). G. Cowan,
# K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71, 1554 (2011). J. Thaler and K. Van Tilburg, JHEP 03 (2011)
# 015. E. M. Metodiev, B. Nachman and J. Thaler, JHEP 10 (2017) 174. J. H. Collins, K. Howe and B. Nachman, Phys. Rev.
# Lett. 121, 241803 (2018). CMS, JHEP 05 (2020) 033. G. Kasieczka et al., Rep. Prog. Phys. 84, 124201 (2021).

# %% [markdown]
# # Homework 5: information
#
# How much does a measurement tell? In 1948 Claude Shannon gave the question a unit, the bit, and an answer, which
# turned out to be Boltzmann's entropy. This homework takes the answer to real text: how surprising is the next letter
# of a play by Shakespeare; how few bits hold the whole play; how far apart are two writers? The same logarithms measure
# how sharply data determine a parameter (Fisher's information, a metric on the space of models), and where they fail,
# for distributions with nothing in common, another question helps: what does it cost to carry the one to the other?
#
# You write twelve short functions, one to five lines each. Every one of them is used at once, on data, against a
# theorem and against other libraries. Parts marked **[graduate]** are extensions; nothing later depends on them.
#
# **How to work.** Write the body of a function where its blank says `raise NotImplementedError` and run the cell: the
# `check` below it says what is right, or shows you the smallest case where it is not. `check(f, hint=1)` gives a hint
# (there are three). In a terminal, `abinitio check hw5.ipynb` checks the whole file, and `abinitio run hw5 --mine
# hw5.ipynb` runs every experiment of this page on your functions and puts your figures beside the reference's.
#
# **Conventions.** Functions compute in nats, $\ln$; figures of text are in bits, 1 nat = $1/\ln 2$ = 1.443 bits.
# $0 \ln 0 = 0$. A joint distribution is a table, $x$ in rows, $y$ in columns. $K$ is the number of symbols, $n$ of
# draws. After ± stands one standard error.

# %%
import numpy as np
import matplotlib.pyplot as plt

from abinitio.course import open_homework

hw = open_homework("hw5")
check = hw.check

# %%
from itertools import islice, pairwise

from abinitio.course.measuring import average
from abinitio.data import letter_codes, load_author_counts, load_imdb_counts, load_shakespeare, to_letters
from abinitio.data.texts import LETTERS
from abinitio.homework.hw5_information.problems import judge, value
from abinitio.information import nats_to_bits
from abinitio.plots import draw_measurements, draw_spread
from abinitio.plots.style import BLACK, BLUE, COLUMN, GREEN, ORANGE, PAGE, PURPLE, SKY, VERMILION, use_style

use_style()
NAMES = "␣" + LETTERS[1:]  # the 27 letters, as figures show them
size, times = hw.size, hw.times


def share(right):
    """The share of what is right, and its standard error, taken at (right + 1) / (n + 2): not 0 where all are."""
    n, p = np.size(right), (np.sum(right) + 1) / (np.size(right) + 2)
    return np.mean(right), np.sqrt(p * (1 - p) / n)


# %% [markdown]
# # 1. Entropy
#
# ## 1.1 A coin, a die, a gas
#
# An outcome of probability $p$ surprises by $-\ln p$: nothing if it was certain; twice as much for two independent
# outcomes. The mean surprise,
#
# $$H = -\sum_k p_k \ln p_k,$$
#
# is the **entropy**. A fair coin has 1 bit, a die $\log_2 6 = 2.585$ bits: about as many yes-or-no questions does one
# need, on average, when many throws are asked for together.
#
# **Exercise 1.** Write the entropy. Mind outcomes that never come.

# %% exercise
from abinitio.information.entropy import entropy

# %% [markdown]
# Now a gas. $N$ oscillators share $M$ quanta of energy, in all ways equally often. Count how many oscillators hold 0,
# 1, 2 ... quanta. Of all distributions over $k = 0, 1, 2 \dots$ with the mean $m = M/N$, which one do you see? The one
# that can be realised in the largest number of ways, about $e^{N H}$: the one of largest entropy.
#
# **Pen and paper A.** What is the largest entropy, in nats, of a distribution over $0, 1, 2 \dots$ with the mean $m$?
# (Lagrange multipliers, for $\sum p_k = 1$ and $\sum k\, p_k = m$. You will meet Boltzmann's factor.)

# %%
judge("largest entropy with a mean", answer="")  # your entropy in nats, from m

# %% [markdown]
# *What to look at:* left, the coin: you learn most from a throw that you cannot foresee. Right, the gas: shuffled
# quanta (circles) lie on the line of pen and paper A. Other laws with the same mean lie below, every one.

# %%
from scipy.optimize import brentq
from scipy.stats import entropy as scipy_entropy
from scipy.stats import poisson

rng = np.random.default_rng(1)
heads = np.linspace(0, 1, 101)
coin = np.array([entropy(np.array([p, 1 - p])) for p in heads])
k = np.arange(2000)
means = 2.0 ** np.arange(-2, 4)
largest = np.array([value("largest entropy with a mean", m=m) for m in means])
boltzmann = np.array([entropy((m / (1 + m)) ** k / (1 + m)) for m in means])
by_poisson = np.array([entropy(poisson.pmf(k, m)) for m in means])


def shuffled_quanta(N, m, rng):
    """How many of N oscillators hold 0, 1, 2 ... of m N quanta, every way to share them out being equally probable."""
    walls = np.sort(rng.permutation(N + round(m * N) - 1)[: N - 1])  # N - 1 walls between the quanta
    return np.bincount(np.diff(walls, prepend=-1, append=N + round(m * N) - 1) - 1)


N = size(20_000, 4000)
gas = np.array(
    [[entropy(n / n.sum()) for n in (shuffled_quanta(N, m, rng) for m in means)] for _ in range(times(8, 3))]
)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
left.plot(heads, nats_to_bits(coin), color=BLUE)
left.set(xlabel="probability of heads", ylabel="entropy (bits)", ylim=(0, 1.05))
right.plot(means, largest, color="0.3", lw=0.8, ls="--", label="pen and paper A")
draw_spread(right, means, gas, color=BLUE, label="shuffled quanta", connect=False)
right.plot(means, np.log1p(2 * means), "s", color=VERMILION, label="uniform, 0 to $2m$")
right.plot(means, by_poisson, "^", color=GREEN, label="Poisson")
right.set(xscale="log", xlabel="mean energy $m$ (quanta)", ylabel="entropy (nats)", ylim=(0, 4.2))
right.set_xticks(means, [f"{m:g}" for m in means])
right.minorticks_off()
right.legend(loc="upper left")
hw.show(
    fig,
    "coin_and_gas",
    f"Left: entropy of a coin. Right: entropy of laws with the mean m; circles: occupation of {N} oscillators that "
    f"share m quanta each (simulated, mean and spread of {len(gas)} shuffles).",
)
hw.record("fair coin: entropy", nats_to_bits(coin[50]), unit="bits", anchor="definition", expected=1, within=1e-12)
hw.record(
    "die: entropy", nats_to_bits(entropy(np.full(6, 1 / 6))), unit="bits", anchor="theory: log₂ 6",
    expected=np.log2(6), within=1e-12,
)  # fmt: skip
hw.record(
    "Boltzmann's law: largest deviation of its entropy from pen and paper A",
    np.abs(boltzmann - largest).max(),
    unit="nats",
    anchor="pen and paper A, six means from 1/4 to 8",
    at_most=1e-9,
)
hw.record(
    "gas, mean 1: entropy of shuffled quanta",
    *average(gas[:, 2]),
    unit="nats",
    anchor="pen and paper A; a finite sample is a little too low (section 2)",
    expected=largest[2],
    within=size(0.003, 0.01),
)


def bent(w, b):
    """The law w over 0, 1, 2 ..., bent by Boltzmann's factor."""
    p = w * np.exp(-b * k[: len(w)])
    return p / p.sum()


rivals = []
for w in rng.dirichlet(np.full(40, 0.5), times(200, 20)):
    b = brentq(lambda b, w: bent(w, b) @ k[:40] - 4, -5, 5, args=(w,))  # so that the mean is 4
    rivals.append(entropy(bent(w, b)))
hw.record(
    "largest entropy of random laws with the mean 4, over pen and paper A",
    max(rivals) / largest[4],
    anchor="theory: below 1",
    at_most=1.0,
)

# %% [markdown]
# ## 1.2 Letters
#
# Two texts for this homework. 25,000 film reviews (IMDB), 33 million characters, of which the counts of characters and
# of pairs ship with the package: 179 different characters, from blank to "½". And thirteen plays by Shakespeare, ten to
# learn from, three held out, which we reduce to Shannon's alphabet of 27 letters: a to z and the space.
#
# *What to look at:* left, all 179 characters of the reviews in the order of their frequency: nearly seven decades, and
# the blank at the top. Right, the 27 letters of the plays; the error bars, hardly visible, are the spread between
# plays. Letters are a property of the language, not of the play.

# %%
from abinitio.information import entropy_error

reviews, plays = load_imdb_counts(), load_shakespeare()
train, test = to_letters(plays.train), to_letters(plays.test)
if hw.quick:
    train, test = train[:200_000].strip(), test[:60_000].strip()
codes, held = (letter_codes(text).astype(np.intp) for text in (train, test))
n = len(codes)
p_letters = np.bincount(codes, minlength=27) / n
of_plays = plays.X / plays.X.sum(axis=1, keepdims=True)
play_entropies = nats_to_bits(np.array([entropy(p) for p in of_plays]))

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), width_ratios=(1, 1.5))
order = np.argsort(-reviews.y)
left.plot(np.arange(1, len(order) + 1), reviews.y[order] / reviews.y.sum(), ".", ms=3, color=BLUE)
shown = {" ": "blank", "e": "e", "T": "T", "Z": "Z", "½": "½"}
for character, name in shown.items():
    rank = np.flatnonzero(order == reviews.feature_names.index(character))[0]
    at = (rank + 1, reviews.y[order[rank]] / reviews.y.sum())
    left.annotate(name, at, (4, 3), textcoords="offset points", fontsize=7)
left.set(yscale="log", xlabel="rank of the character", ylabel="frequency")
draw_order = np.argsort(-p_letters)
right.bar(range(27), of_plays.mean(axis=0)[draw_order], yerr=of_plays.std(axis=0, ddof=1)[draw_order], color=SKY)
surprise = [entropy(np.append(p, 1 - p)) for p in p_letters[draw_order]]
right.plot(range(27), surprise, "o", color=BLUE, label="entropy of “this letter or not” (nats)")
right.set_xticks(range(27), [NAMES[i] for i in draw_order])
right.tick_params(axis="x", length=0)
right.set(xlabel="letter", ylabel="frequency, entropy")
right.legend(loc="upper right")
hw.show(
    fig,
    "letters",
    f"Left: frequencies of the {len(order)} characters in 25,000 film reviews. Right: frequencies of the 27 letters in "
    "13 plays by Shakespeare (mean and standard deviation between plays; ␣ is the space).",
)
hw.record(
    "film reviews: entropy of a character",
    nats_to_bits(entropy(reviews.y / reviews.y.sum())),
    nats_to_bits(entropy_error(reviews.y)),
    unit="bits",
    anchor="4.51 is quoted for the first 4 of these 33 million characters; the error takes them as independent",
    expected=4.51,
    within=0.05,
)
hw.record(
    "Shakespeare: entropy of a letter, mean over plays",
    *average(play_entropies),
    unit="bits",
    anchor="C. E. Shannon 1951, 27 letters: F₁ = 4.03; tiny Shakespeare: 4.085",
    expected=4.03,
    within=0.1,
)
hw.record(
    "Shakespeare: what 27 equally frequent letters would have more",
    nats_to_bits(np.log(27) - entropy(p_letters)),
    unit="bits",
    anchor="theory: log₂ 27 = 4.755 is the largest; the difference is not negative",
    at_least=0,
)
hw.record(
    "entropy: largest relative deviation from SciPy's, 13 plays",
    np.abs(play_entropies / np.array([scipy_entropy(p, base=2) for p in of_plays]) - 1).max(),
    anchor="scipy.stats.entropy",
    at_most=1e-12,
)

# %% [markdown]
# # 2. Entropy from few draws
#
# The frequencies $n_k/n$ of $n$ draws scatter around the $p_k$. Entropy is concave: scatter lowers it (Jensen), always.
# The *plug-in* estimate $\hat H$, the entropy of the frequencies, is not only noisy but biased.
#
# **Pen and paper B.** Expand $-\sum_k \hat p_k \ln \hat p_k$ around $p$ to second order. The counts are multinomial, so
# $\mathrm{Var}\, \hat p_k = p_k (1 - p_k)/n$. What is the bias $E \hat H - H$ to the order $1/n$?

# %%
judge("bias of the plug-in entropy", answer="")  # your bias in nats, with its sign, from K and n

# %% [markdown]
# **Exercise 2.** Write the estimate of G. A. Miller and W. Madow: the plug-in entropy, with this bias taken off. Which
# $K$? You only know of the outcomes that you have seen.

# %% exercise
from abinitio.information.entropy_estimators import miller_madow_entropy

# %% [markdown]
# *What to look at:* the truth is known here: letters drawn independently with Shakespeare's frequencies. Every estimate
# is a sum over outcomes, and each count is binomial, so that the bias can be computed exactly, at any $n$ (lines); dots
# are means of draws. Left, at ten letters the plug-in misses a third of the entropy. Right, how fast the rest goes
# away: as $1/n$; as $1/n^2$ for the corrected ones, once also the rare letters (z: once in 2,700) come up. The bias of
# Grassberger's estimate falls exponentially in the end. Dashed: pen and paper B, which knows only the end of the story.

# %%
from abinitio.information import expected_sum, plug_in_entropy
from abinitio.information.entropy_estimators import (
    grassberger_terms,
    jackknife_terms,
    miller_madow_terms,
    plug_in_terms,
)

rng = np.random.default_rng(2)
H = entropy(p_letters)
draws, few = times(500, 100), np.array([10, 20, 50, 100, 200, 500, 1000, 2000])
lengths = np.unique(np.round(np.geomspace(10, size(20_000, 3000), 30)).astype(int))
terms = {
    "plug-in": plug_in_terms,
    "Miller, Madow": miller_madow_terms,
    "jackknife": jackknife_terms,
    "Grassberger": grassberger_terms,
}
exact = {name: np.array([expected_sum(t, p_letters, m) - H for m in lengths]) for name, t in terms.items()}
drawn = [rng.multinomial(m, p_letters, draws) for m in few]
biases = {
    "plug-in": np.array([[plug_in_entropy(c) - H for c in counts] for counts in drawn]),
    "Miller, Madow": np.array([[miller_madow_entropy(c) - H for c in counts] for counts in drawn]),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.42 * PAGE))
styles = dict(zip(terms, ((VERMILION, "-", "s"), (BLUE, "-", "o"), (GREEN, "--", ""), (ORANGE, "-.", ""))))
for name, (color, style, marker) in styles.items():
    left.plot(lengths, nats_to_bits(exact[name]), color=color, ls=style, lw=1, label=name)
    right.plot(lengths, nats_to_bits(np.abs(exact[name])), color=color, ls=style, lw=1)
    if name in biases:
        draw_spread(
            left, few, nats_to_bits(biases[name].T), color=color, marker=marker, error_of_mean=True, connect=False
        )
left.axhline(0, color="0.5", lw=0.6)
left.set(xscale="log", xlabel="letters drawn, $n$", ylabel="bias (bits)", xlim=(9, 3000))
left.legend(loc="lower right")
b = [-value("bias of the plug-in entropy", K=27, n=int(m)) for m in lengths]
right.plot(lengths, nats_to_bits(np.array(b)), color="0.3", ls="--", lw=0.8, label="pen and paper B, reversed in sign")
right.set(xscale="log", yscale="log", xlabel="letters drawn, $n$", ylabel="|bias| (bits)", ylim=(1e-7, 3))
right.legend(loc="lower left")
hw.show(
    fig,
    "entropy_bias",
    f"Bias of four estimates of the entropy of a letter. Lines: exact; points: means of {draws} draws with standard "
    "errors. Dashed, right: leading order.",
)
at = 3  # 100 letters
for name in biases:
    target = expected_sum(terms[name], p_letters, few[at]) - H
    mean, error = average(biases[name][at])
    hw.record(
        f"entropy of 100 letters: bias, {name}",
        nats_to_bits(mean),
        nats_to_bits(error),
        unit="bits",
        anchor=f"exact expectation {nats_to_bits(target):.4f}; target: 4 standard errors",
        expected=nats_to_bits(target),
        within=nats_to_bits(4 * error),
    )
    pulls = [
        (average(x)[0] + H - expected_sum(terms[name], p_letters, m)) / average(x)[1] for x, m in zip(biases[name], few)
    ]
    hw.record(
        f"entropy of 10 to 2000 letters, {name}: largest deviation from the exact expectation, in standard errors",
        np.abs(pulls).max(),
        anchor="8 sizes, normal errors: about 2",
        at_most=4.0,
    )
for name in ("jackknife", "Grassberger"):
    hw.record(
        f"entropy of 100 letters: exact bias, {name}",
        nats_to_bits(expected_sum(terms[name], p_letters, 100) - H),
        unit="bits",
        anchor="smaller than the plug-in's 0.18",
        at_least=-0.05,
        at_most=0.05,
    )
many = size(20_000, 10_000)
hw.record(
    f"entropy of {many} letters: exact bias of the plug-in over pen and paper B",
    (expected_sum(plug_in_terms, p_letters, many) - H) / value("bias of the plug-in entropy", K=27, n=many),
    anchor="pen and paper B; the next order is (1 - Σ 1/p)/12n²",
    expected=1,
    within=0.02,
)
spread = np.std(biases["plug-in"][-1], ddof=1)
hw.record(
    "entropy of 2000 letters: scatter of the draws over the predicted error",
    spread / np.mean([entropy_error(c) for c in drawn[-1]]),
    1 / np.sqrt(2 * draws),
    anchor="theory: √(Var ln p / n)",
    expected=1,
    within=4 / np.sqrt(2 * draws) + 0.02,
)

# %% [markdown]
# # 3. A letter and the next
#
# ## 3.1 Pairs
#
# Letters are not independent. Count the pairs.
#
# **Exercise 3.** Write how often letter $i$ is followed, a given number of places later, by letter $j$.

# %% exercise
from abinitio.information.counts import pair_counts

# %% [markdown]
# Know the first letter of the pair, and the second surprises less:
#
# $$H(Y|X) = -\sum_{x, y} p(x, y) \ln p(y|x) = H(X, Y) - H(X).$$
#
# **Exercise 4.** Write the conditional entropy of a table of joint probabilities. Some pairs never occur.

# %% exercise
from abinitio.information.entropy import conditional_entropy

# %% [markdown]
# *What to look at:* left, the matrix of a Markov chain that Markov himself would have liked: he counted vowels in
# *Eugene Onegin*, by hand, in 1913. After q comes u; after a consonant a vowel, or h. Right, the mean surprise is 4.08
# bits for a letter alone and 3.32 for a letter after another: Shannon found 4.03 and 3.32 in 1951, for other texts,
# from tables of frequencies that had been made for breaking ciphers.

# %%
from abinitio.information import independence_bias

pairs = pair_counts(codes, 27, 1)
joint = pairs / pairs.sum()
after = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1)
rate_of_plays = []
for text in plays.documents[: size(13, 3)]:
    counts = pair_counts(letter_codes(text), 27, 1)
    rate_of_plays.append(nats_to_bits(conditional_entropy(counts / counts.sum())))

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.5 * PAGE), width_ratios=(1.35, 1))
image = left.imshow(after, vmin=0, vmax=0.6, cmap="cividis")
left.set_xticks(range(27), NAMES, fontsize=6)
left.set_yticks(range(27), NAMES, fontsize=6)
left.tick_params(length=0)
left.set(xlabel="next letter", ylabel="letter")
fig.colorbar(image, ax=left, label="probability, cut at 0.6", shrink=0.85)
bars = [np.log(27), entropy(p_letters), conditional_entropy(joint)]
place = np.arange(3)
right.bar(place - 0.2, nats_to_bits(np.array(bars)), 0.38, color=BLUE, label="ten plays by Shakespeare")
right.bar(place + 0.2, [np.log2(27), 4.03, 3.32], 0.38, color=ORANGE, label="Shannon 1951")
for x, height in zip(place, bars):
    right.text(x - 0.2, nats_to_bits(height) + 0.05, f"{nats_to_bits(height):.2f}", ha="center", fontsize=7)
right.set_xticks(place, ["no\nknowledge", "frequencies\nof letters", "letter\nbefore"])
right.set(ylabel="bits per letter", ylim=(0, 6))
right.legend(loc="upper right")
hw.show(
    fig,
    "pairs",
    f"Left: how often a letter (rows) is followed by another (columns), {n} letters of Shakespeare's plays. Right: "
    "mean surprise of a letter.",
)
q, u = LETTERS.index("q"), LETTERS.index("u")
hw.record(
    "share of q that is followed by u",
    pairs[q, u] / pairs[q].sum(),
    share(np.arange(pairs[q].sum()) < pairs[q, u])[1],
    anchor="English",
    at_least=0.98,
)
hw.record(
    "Shakespeare: conditional entropy of the next letter, mean over plays",
    *average(rate_of_plays),
    unit="bits",
    anchor="C. E. Shannon 1951: F₂ = 3.32; tiny Shakespeare: 3.320",
    expected=3.32,
    within=0.05,
)
hw.record(
    "chain rule: deviation of H(Y|X) from H(X,Y) - H(X)",
    conditional_entropy(joint) - (entropy(joint) - entropy(joint.sum(axis=1))),
    unit="nats",
    anchor="theory: 0",
    expected=0,
    within=1e-12,
)
shuffled = pair_counts(np.random.default_rng(3).permutation(codes), 27, 1)
hw.record(
    "shuffled letters: what the letter before seems to tell, times 2n/(K-1)²",
    (entropy(shuffled.sum(axis=0) / n) - conditional_entropy(shuffled / shuffled.sum()))
    / independence_bias((27, 27), n),
    np.sqrt(2) / 26,
    anchor="theory: 1, and nothing of it is true (χ² with 26² degrees of freedom)",
    expected=1,
    within=size(4, 6) * np.sqrt(2) / 26,
)
hw.record(
    "film reviews: conditional entropy of the next character",
    nats_to_bits(conditional_entropy(reviews.X / reviews.X.sum())),
    unit="bits",
    anchor="179 characters, 33 million pairs; less than the entropy of a character",
    at_most=nats_to_bits(entropy(reviews.y / reviews.y.sum())),
)
if hw.full:
    from abinitio.data import fetch_tiny_shakespeare

    tiny = letter_codes(" ".join(fetch_tiny_shakespeare(progress=False).documents))
    tiny_pairs = pair_counts(tiny, 27, 1)
    hw.record(
        "tiny Shakespeare: conditional entropy of the next letter",
        nats_to_bits(conditional_entropy(tiny_pairs / tiny_pairs.sum())),
        unit="bits",
        anchor="3.320",
        expected=3.32,
        within=0.01,
    )

# %% [markdown]
# ## 3.2 What was never seen is not impossible
#
# Take the frequencies for a *model* $q$, and expect with it a text that it has not seen. The mean surprise is the
# **cross entropy** $-\sum p \ln q$: by Gibbs' inequality never below the true entropy, and infinite as soon as one pair
# comes that the model holds for impossible. Laplace's cure: pretend to have seen everything a little. With a prior
# density $\propto \prod_k p_k^{k_0 - 1}$ the posterior mean of $p_w$ is $(c_w + k_0)/(n + k_0 K)$: *add-k smoothing*.
#
# **Exercise 5.** Write it for a whole table: one context a row.

# %% exercise
from abinitio.information.add_k import add_k_probability

# %% [markdown]
# *What to look at:* left, the surprise of three plays that the model has not seen, against $k$. With one letter before
# $k$ does not matter: there are data enough. With three there are 20,000 contexts, and it does. Right, two letters
# before, learnt from texts of three lengths: the shorter the text, the more it matters. Laplace's $k = 1$ is too large
# where contexts are many, and costs an eighth of a bit where data are few.

# %%
from abinitio.information import AddK


def gram_table(codes, m):
    """(27^(m-1), 27) how often each letter follows each m - 1 letters."""
    numbers = sum(codes[i : len(codes) - m + 1 + i] * 27 ** (m - 1 - i) for i in range(m))
    return np.bincount(numbers, minlength=27**m).reshape(-1, 27)


def mean_surprise(table, p):
    """The mean of -log₂ p(letter | those before) over the grams of a table, in bits."""
    return -np.sum(table[table > 0] * np.log2(p[table > 0])) / table.sum()


orders = range(1, size(5, 4))
seen, unseen = ({m: gram_table(c, m) for m in orders} for c in (codes, held))
k_added = np.geomspace(1e-4, 30, size(23, 9))
by_order = {m: [mean_surprise(unseen[m], add_k_probability(seen[m], k=k)) for k in k_added] for m in orders}
parts = {length: gram_table(codes[:length], 3) for length in (10_000, 100_000)}
by_length = {
    length: [mean_surprise(unseen[3], add_k_probability(c, k=k)) for k in k_added] for length, c in parts.items()
}
by_length[n] = by_order[3]

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), sharey=True)
for (m, curve), color, style in zip(by_order.items(), (ORANGE, VERMILION, BLUE, GREEN), ("-", "--", "-.", "-")):
    left.plot(k_added, curve, color=color, ls=style, label=f"$n = {m}$")
    left.plot(k_added[np.argmin(curve)], np.min(curve), "o", color=color, ms=4 if m > 1 else 0)
for (length, curve), color, style in zip(by_length.items(), (PURPLE, SKY, BLUE), ("-", "--", "-.")):
    right.plot(k_added, curve, color=color, ls=style, label=f"{length:,} letters")
    right.plot(k_added[np.argmin(curve)], np.min(curve), "o", color=color)
left.set(xscale="log", xlabel="added count $k$", ylabel="bits per letter, held out", ylim=(2.2, 5))
left.legend(loc="upper left", ncols=2)
right.set(xscale="log", xlabel="added count $k$")
right.legend(loc="upper left")
hw.show(
    fig,
    "add_k",
    "Cross entropy of add-k models on three held-out plays; dots: the best k. Left: n letters (n - 1 before and the "
    f"next), learnt from {n} letters. Right: n = 3, learnt from texts of three lengths.",
)
model = AddK(3, k=0.1, alphabet=LETTERS).fit(train)
hw.record(
    "add-k, n = 3: deviation of the table's cross entropy from the n-gram model's",
    mean_surprise(unseen[3], add_k_probability(seen[3], k=0.1))
    + nats_to_bits(model.log_probabilities(test)[2:].mean()),
    unit="bits",
    anchor="AddK, which keeps only the grams that occur",
    expected=0,
    within=1e-10,
)
hw.record(
    "add-k, k → ∞: cross entropy",
    mean_surprise(unseen[2], add_k_probability(seen[2], k=1e12)),
    unit="bits",
    anchor="theory: log₂ 27",
    expected=np.log2(27),
    within=1e-6,
)
hw.record(
    "add-k, k → 0, n = 2: cross entropy on its own text",
    mean_surprise(seen[2], add_k_probability(seen[2], k=1e-9)),
    unit="bits",
    anchor="theory: the conditional entropy of its pairs",
    expected=nats_to_bits(conditional_entropy(joint)),
    within=1e-6,
)
for length, curve in by_length.items():
    hw.record(
        f"add-k, n = 3, learnt from {length} letters: what k = 10⁻⁴ costs against the best k",
        curve[0] - np.min(curve),
        unit="bits",
        anchor="the more data, the less the prior counts",
        at_least=0.0,
        **({"at_most": 0.3} if length == n else {}),
    )

# %% [markdown]
# ## 3.3 Kneser and Ney **[graduate]**
#
# Add-k gives every unseen letter the same chance. Better: take a little off every count, a *discount* $D$, and hand it
# to a model with a shorter memory; that one does the same, down to no memory at all. And the shorter model should count
# not how often a letter came, but *after how many different contexts*: it is asked only where the longer one knows
# nothing. (R. Kneser and H. Ney, 1995; three discounts, for counts of 1, 2 and more, by S. Chen and J. Goodman, 1999.)
#
# **Exercise 6 [graduate].** Write the probabilities after one context.

# %% exercise
from abinitio.information.kneser_ney import kneser_ney_step

# %% [markdown]
# What is the entropy *rate* of English, the surprise of a letter given everything before it? Two ways. (i) Take the
# plug-in entropies $H_m$ of stretches of $m$ letters; $H_m - H_{m-1}$ falls towards the rate. (ii) Learn a model from
# ten plays, and take its cross entropy on three others.
#
# *What to look at:* both fall at first. The plug-in goes on falling, to zero: there are $27^8 = 3 \cdot 10^{11}$
# stretches of eight letters and a million letters of text, so that nearly every stretch is new and its end follows from
# its beginning. It is bias, nothing else. A cross entropy on unseen text *cannot* cheat: on average it is an upper
# bound, and when the memory is too long it says so. Add-k turns up after five letters; Kneser-Ney's discounts hold the
# line at two bits. Shannon had 3.1 bits for three letters, we 2.78 on these plays; and he had people guess: 0.6 to 1.3
# bits, with a hundred letters before. What is missing is not in pairs, triples, or septuples of letters: words,
# grammar, and what the play is about. Open circles: your function.

# %%
from abinitio.information import KneserNey, entropy_rates, kneser_ney_discounts


def by_steps(m):
    """(27^(m-1), 27) the Kneser-Ney probabilities of order m, one context after the other."""
    p = np.full((1, 27), 1 / 27)
    for order in range(1, m + 1):
        full = seen[order] if order == m else np.sum(seen[order + 1].reshape(27, -1, 27) > 0, axis=0)
        discounts = kneser_ney_discounts(full[full > 0])
        lower = np.tile(p, (len(full) // len(p), 1))  # the context without its first letter
        p = np.array([kneser_ney_step(c, q, discounts) if c.any() else q for c, q in zip(full, lower)])
    return p


longest = size(8, 5)
m_all = np.arange(1, longest + 1)
models = {m: KneserNey(m, alphabet=LETTERS).fit(train) for m in m_all}
surprises = {m: -nats_to_bits(model.log_probabilities(test)) for m, model in models.items()}
block = size(10_000, 2000)


def in_blocks(surprise):
    """The mean over a text and its standard error, from the scatter of blocks of letters."""
    return average(surprise[: len(surprise) // block * block].reshape(-1, block).mean(axis=1))


kneser_ney = np.array([in_blocks(surprises[m]) for m in m_all])
with_add_k = {m: -nats_to_bits(AddK(m, k=0.05, alphabet=LETTERS).fit(train).log_probabilities(test)) for m in m_all}
plug_in = nats_to_bits(entropy_rates(codes, 27, longest, plug_in_entropy))
your_table = {m: by_steps(m) for m in (1, 2, 3)}
yours = [mean_surprise(unseen[m], p) for m, p in your_table.items()]

fig, ax = plt.subplots(figsize=(0.75 * PAGE, 0.48 * PAGE))
ax.plot(m_all, plug_in, color=VERMILION, marker="s", lw=1, label="plug-in, same text: wrong")
ax.plot(m_all, [w.mean() for w in with_add_k.values()], color=GREEN, marker="^", ls="-.", lw=1, label="held out, add-k")
ax.errorbar(m_all, *kneser_ney.T, color=BLUE, marker="o", lw=1, label="held out, Kneser-Ney")
ax.plot((1, 2, 3), yours, "o", ms=8, mfc="none", color=BLACK, mew=0.8, label="the same, by exercise 6")
ax.plot((1, 2, 3), (4.03, 3.32, 3.1), "*", ms=8, color=ORANGE, label="Shannon 1951, tables")
ax.axhspan(0.6, 1.3, color=ORANGE, alpha=0.25, lw=0)
ax.text(1, 0.95, "Shannon 1951: people, 100 letters before", va="center", fontsize=7.5)
ax.set(xlabel="length $n$ of the grams (letters before, and the next)", ylabel="bits per letter", ylim=(0, 5.2))
ax.set_xticks(m_all)
ax.legend(loc="upper right")
hw.show(
    fig,
    "entropy_rate",
    f"Entropy rate of Shakespeare's plays, learnt from {n} letters. Held out: Othello, As You Like It and Henry V "
    f"({len(test)} letters; error bars from blocks of {block}, mostly smaller than the symbols). add-k: k = 0.05.",
)
from_table = np.log2(your_table[3][held[:-2] * 27 + held[1:-1], held[2:]])
hw.record(
    "Kneser-Ney, n = 3: largest deviation of any letter's surprise from the model's",
    np.abs(from_table + surprises[3][2:]).max(),
    unit="bits",
    anchor="KneserNey, which does all contexts at once",
    at_most=1e-9,
)
for m in (1, 2, 3, 5, *([7, 8] if longest == 8 else [])):
    hw.record(
        f"Kneser-Ney, n = {m}: bits per letter of three held-out plays",
        *kneser_ney[m - 1],
        anchor={1: "Shannon 1951: F₁ = 4.03", 2: "Shannon 1951: F₂ = 3.32", 3: "Shannon 1951: F₃ = 3.1"}.get(
            m, "people, with 100 letters before: 0.6 to 1.3 (Shannon 1951)"
        ),
        **({"expected": {1: 4.03, 2: 3.32}[m], "within": 0.1} if m < 3 else {"at_least": 1.3}),
    )
gain = with_add_k[5] - surprises[5]
hw.record(
    "n = 5: bits per letter that Kneser-Ney saves against add-k",
    *in_blocks(gain),
    anchor="same letters, differences in blocks",
    at_least=0,
)
hw.record(
    f"plug-in entropy rate at n = {longest} over Kneser-Ney's cross entropy",
    plug_in[-1] / kneser_ney[-1, 0],
    anchor="goes to 0 with n for any text of finite length",
    at_most=size(0.5, 0.95),
)

# %% [markdown]
# ## 3.4 The models speak
#
# *What to look at:* text drawn letter by letter. With no memory it is soup; with two letters it can be pronounced; from
# five on it has words, most of them real; at seven half sentences. None of it means anything. Right: which share of the
# words drawn is in the ten plays; a held-out play has words of its own too.

# %%
from textwrap import wrap

vocabulary = set(train.split())
told, real = {}, {}
for m in [m for m in (1, 2, 3, 5, 7) if m <= longest]:
    told[m] = models[m].sample(times(4000, 400), np.random.default_rng([4, m]))
    real[m] = share([word in vocabulary for word in told[m].split()[1:-1]])
real_held_out = share([word in vocabulary for word in test.split()])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE), width_ratios=(2.3, 1))
left.axis("off")
for row, (m, text) in enumerate(told.items()):
    left.text(0, 1 - row / len(told), f"$n = {m}$", va="top", fontsize=7.5, transform=left.transAxes)
    lines = "\n".join(wrap(text[:190], 62)[:3])
    left.text(0.1, 1 - row / len(told), lines, va="top", family="monospace", fontsize=6.3, transform=left.transAxes)
draw_measurements(right, list(real), [p for p, _ in real.values()], [e for _, e in real.values()], color=BLUE)
right.axhline(real_held_out[0], color=GREEN, ls="--", label="held-out plays")
right.set(xlabel="$n$", ylabel="share of words known", ylim=(0, 1.05))
right.set_xticks(list(real))
right.legend(loc="lower right")
hw.show(
    fig,
    "sampled_text",
    "Left: text drawn from Kneser-Ney models of n letters, their first lines. Right: share of drawn words that occur "
    "in the ten plays learnt from, with standard errors.",
)
for m in (1, max(told)):
    hw.record(
        f"text drawn with n = {m}: share of words that are in the plays learnt from",
        *real[m],
        anchor=f"words of held-out plays: {real_held_out[0]:.3f}",
        **({"at_most": 0.5} if m == 1 else {"at_least": size(0.8, 0.5)}),
    )

# %% [markdown]
# ## 3.5 Zipf's law
#
# The $r$-th commonest *word* has a frequency near $r^{-s}$, $s \approx 1$ (G. Zipf, 1949). Two traps. A straight line
# through a log-log plot is no estimate: the likelihood gives $s$ and its error. And ranks taken from the same counts
# fall by construction, so that noise alone looks like a law: take the ranks from one half of the words, the counts from
# the other. *What to look at:* the law holds roughly; not within errors. The head is flatter, the tail steeper.

# %%
from abinitio.information import common_words, ranked_counts, words_of, zipf_exponent, zipf_probabilities

words = words_of(plays.train)
ranked = ranked_counts(words[::2], words[1::2])[: size(3000, 1000)]
exponent, error = zipf_exponent(ranked)
rank = np.arange(1, len(ranked) + 1)
edges = np.unique(np.round(np.geomspace(1, len(ranked) + 1, 30)).astype(int))
binned = np.add.reduceat(ranked, edges[:-1] - 1)
expected = np.add.reduceat(ranked.sum() * zipf_probabilities(exponent, len(ranked)), edges[:-1] - 1)
middle, width = np.sqrt(edges[:-1] * (edges[1:] - 1)), np.diff(edges)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.36 * PAGE))
draw_measurements(left, middle, binned / width, np.sqrt(binned) / width, color=BLUE)
left.plot(rank, ranked.sum() * zipf_probabilities(exponent, len(ranked)), color="0.3", ls="--", lw=0.8)
left.annotate(common_words(words[1::2], 1)[0], (1, ranked[0]), (5, -2), textcoords="offset points", fontsize=7)
left.set(xscale="log", yscale="log", xlabel="rank of the word (one half)", ylabel="occurrences (other half)")
draw_measurements(right, middle, binned / expected, np.sqrt(binned) / expected, color=BLUE)
right.axhline(1, color="0.3", ls="--", lw=0.8)
right.set(xscale="log", xlabel="rank of the word (one half)", ylabel=f"occurrences over $r^{{-{exponent:.2f}}}$")
hw.show(
    fig,
    "zipf",
    f"The {len(ranked)} commonest words of ten plays: ranks from every second word, counts from the others, averaged "
    "over ranks (Poisson errors). Dashed: Zipf's law of greatest likelihood.",
)
hw.record(
    "Zipf's exponent of Shakespeare's words",
    exponent,
    error,
    anchor="Zipf: 1; the error takes words as independent and the law as true",
    expected=1,
    within=0.15,
)
hw.record(
    "Zipf's law: χ² per degree of freedom",
    np.sum((binned - expected) ** 2 / expected) / (len(binned) - 2),
    anchor="1 if it held; it holds only roughly",
)

# %% [markdown]
# # 4. Mutual information
#
# ## 4.1 A noisy channel
#
# What does $y$ tell about $x$? As much as knowing it lowers the entropy:
#
# $$I(X;Y) = H(X) - H(X|Y) = \sum_{x,y} p(x,y) \ln \frac{p(x,y)}{p(x)\, p(y)}.$$
#
# It is symmetric, never negative, and zero only for independent variables: unlike a correlation it sees every kind of
# dependence, and needs no numbers, only symbols.
#
# **Exercise 7.** Write it for a table of joint probabilities.

# %% exercise
from abinitio.information.mutual_information import mutual_information

# %% [markdown]
# A wire carries bits, each 0 or 1 with probability 1/2, and turns each over with the probability $e$.
#
# **Pen and paper C.** How much information, in nats, arrives of each bit? (This is the capacity of the channel, and
# Shannon's theorem says that one can use it all, without error, by coding long messages together.)
#
# **Pen and paper D.** Two such wires in a row: with which probability does a bit arrive turned over?

# %%
judge("information of a noisy channel", answer="")  # your information in nats, from e
judge("two noisy channels", answer="")  # your probability of an error, from e

# %% [markdown]
# What is lost on the way cannot be made up later: for a chain $X \to Y \to Z$, $I(X;Z) \le I(X;Y)$. This is the
# **data-processing inequality**: no analysis can find in the data what is not there.
#
# *What to look at:* left, one and two wires: symbols are your function, lines pen and paper. At $e = 1/2$ nothing comes
# through; at $e = 1$ everything. Right, continuous variables have no table. The estimate by distances to neighbours
# (A. Kraskov, H. Stögbauer, P. Grassberger, 2004) gets Gaussians right, $-\frac12 \ln(1 - \rho^2)$, without bins.

# %%
from abinitio.information import gaussian_mutual_information, ksg_error, ksg_mutual_information

flip = np.linspace(0, 1, 21)
channel = lambda e: np.array([[1 - e, e], [e, 1 - e]])
one_wire = np.array([mutual_information(channel(e) / 2) for e in flip])
two_wires = np.array([mutual_information(channel(e) @ channel(e) / 2) for e in flip])
fine = np.linspace(0.005, 0.995, 100)
theory = np.array([value("information of a noisy channel", e=e) for e in fine])
twice = np.array([value("information of a noisy channel", e=value("two noisy channels", e=e)) for e in fine])

rng, correlations, samples = np.random.default_rng(5), np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.97]), size(4000, 500)
ksg = []
for rho in correlations:
    x, z = rng.standard_normal((2, samples))
    y = rho * x + np.sqrt(1 - rho**2) * z
    ksg.append((ksg_mutual_information(x, y), ksg_error(x, y)))
ksg = np.array(ksg)
gaussian = np.array([gaussian_mutual_information(np.array([[1, rho], [rho, 1]])) for rho in correlations])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
left.plot(flip, nats_to_bits(one_wire), "o", color=BLUE, label="one wire")
left.plot(flip, nats_to_bits(two_wires), "s", color=VERMILION, label="two wires")
left.plot(fine, nats_to_bits(theory), color=BLUE, lw=0.8)
left.plot(fine, nats_to_bits(twice), color=VERMILION, lw=0.8, ls="--")
left.set(xlabel="probability $e$ of turning a bit over", ylabel="information (bits)", ylim=(0, 1.05))
left.legend(loc="upper center")
draw_measurements(right, correlations, *ksg.T, color=BLUE, label=f"by neighbours, {samples} samples")
grid = np.linspace(0, 0.985, 200)
right.plot(grid, -0.5 * np.log1p(-(grid**2)), color="0.3", ls="--", lw=0.8, label="theory")
right.set(xlabel=r"correlation $\rho$", ylabel="information (nats)")
right.legend(loc="upper left")
hw.show(
    fig,
    "channels",
    "Left: information that comes through one and two noisy wires (lines: pen and paper). Right: mutual information of "
    "Gaussian variables, estimated by distances to the third neighbour.",
)
hw.record(
    "noisy wire: largest deviation from pen and paper C",
    max(abs(mutual_information(channel(e) / 2) - t) for e, t in zip(fine, theory)),
    unit="nats",
    anchor="pen and paper C, 100 error rates",
    at_most=1e-12,
)
hw.record(
    "two noisy wires: largest deviation from pen and paper C and D",
    max(abs(mutual_information(channel(e) @ channel(e) / 2) - t) for e, t in zip(fine, twice)),
    unit="nats",
    anchor="pen and paper D, inserted into C",
    at_most=1e-12,
)
passed = []
for _ in range(times(300, 50)):
    p_xy, noise = rng.dirichlet(np.ones(20)).reshape(4, 5), rng.dirichlet(np.full(6, 0.3), 5)
    passed.append(mutual_information(p_xy @ noise) / mutual_information(p_xy))
hw.record(
    "largest share of the information that comes through a random second channel",
    max(passed),
    anchor=f"data-processing inequality: at most 1; {len(passed)} chains",
    at_most=1.0,
)
kinds = np.array([0] + [1 if letter in "aeiou" else 2 for letter in LETTERS[1:]])  # space, vowel, consonant
coarse = np.add.reduceat(joint[:, np.argsort(kinds, kind="stable")], np.searchsorted(np.sort(kinds), [0, 1, 2]), axis=1)
hw.record(
    "what a letter tells of the next",
    nats_to_bits(mutual_information(joint)),
    unit="bits",
    anchor="identity: H(Y) - H(Y|X)",
    expected=nats_to_bits(entropy(joint.sum(axis=0)) - conditional_entropy(joint)),
    within=1e-10,
)
hw.record(
    "share of it that is left of the next letter's kind: space, vowel, consonant",
    mutual_information(coarse) / mutual_information(joint),
    anchor="data-processing inequality: at most 1",
    at_most=1.0,
)
hw.record(
    "Gaussians, by neighbours: largest deviation from theory, in standard errors",
    np.abs((ksg[:, 0] - gaussian) / ksg[:, 1]).max(),
    anchor=f"-ln(1 - ρ²)/2; six correlations, {samples} samples",
    at_most=size(4, 5),
)
hw.record(
    "Gaussians, ρ = 0.9, by neighbours", *ksg[4], unit="nats", anchor="theory: -ln(1 - ρ²)/2",
    expected=gaussian[4], within=4 * ksg[4, 1],
)  # fmt: skip

# %% [markdown]
# ## 4.2 Letters far apart
#
# How far does a letter see? $I(d)$ is the information that a letter gives about the one $d$ places on. A Markov chain
# forgets exponentially. W. Li (1990) studied this function, and what a finite text adds to it; W. Ebeling and T.
# Pöschel (1994) found more in *Moby Dick* and in Grimm's tales: correlations up to a few hundred letters, decaying by a
# power law, as at a critical point. The measurement is delicate, for $I(d)$ falls soon below what *nothing at all*
# would show: independent letters seem to share $(K - 1)^2/2n$.
#
# *What to look at:* left, the plug-in (grey) falls and runs into that level; whoever fits it has found a very slow law,
# of the estimator. With the bias taken off (blue) $I(d)$ falls by nearly four decades in fifteen letters, and then
# single distances are lost in their errors. The averages over many distances (orange) have smaller errors. The null
# level is measured too: the text against itself, rolled on by a large random distance, which keeps all its inner
# correlations. Right, what is left above it, and two controls: the speeches of each play in random order, and its words
# in random order.

# %%
from abinitio.information import information_at_distance, information_by_distance, joint_counts, power_law
from abinitio.information import mutual_information_of_counts

documents = plays.documents if not hw.quick else [plays.train[:150_000]]
limits = np.array([10, 14, 20, 30, 50, 100, 200, 400, 1000, 4000][: size(10, 5)])
bias_of = lambda codes: independence_bias((27, 27), len(codes))


def rearranged(document, between, rng):
    """The parts of a document between the strings `between`, in random order."""
    pieces = document.split(between)
    return between.join(pieces[i] for i in rng.permutation(len(pieces)))


def in_bands(codes):
    """(bands, 3) mean distance, information and its error: the mean over distances, from the scatter between them."""
    bands = []
    for low, high in pairwise(limits):
        within_band = np.unique(np.round(np.linspace(low, high - 1, times(100, 4))).astype(int))
        bands.append((within_band.mean(), *average(information_by_distance(codes, 27, within_band)[0])))
    return np.array(bands)


def rolled_on(codes, rng):
    """Information of a text about itself, rolled on by large random distances: the mean, and its error."""
    codes, found = codes.astype(np.intp), []
    for shift in rng.integers(len(codes) // 4, 3 * len(codes) // 4, times(100, 6)):
        found.append(mutual_information_of_counts(joint_counts(codes, np.roll(codes, shift), (27, 27)))[0])
    return average(found)


rng = np.random.default_rng(6)
versions = {
    "as it is": letter_codes(" ".join(documents)),
    "speeches in random order": letter_codes(" ".join(rearranged(text, "\n\n", rng) for text in documents)),
    "words in random order": letter_codes(" ".join(rearranged(to_letters(text), " ", rng) for text in documents)),
}
every = versions["as it is"]
distances = np.unique(np.round(np.geomspace(1, size(2000, 300), size(32, 10))).astype(int))
raw = np.array([information_at_distance(every, 27, d) for d in distances])
clean, clean_error = information_by_distance(every, 27, distances)
banded = {name: in_bands(codes) for name, codes in versions.items()}
nulls = {name: rolled_on(codes, rng) for name, codes in versions.items()}
excess = {
    name: np.array(
        [(1e6 * nats_to_bits(x - nulls[name][0]), 1e6 * nats_to_bits(np.hypot(e, nulls[name][1]))) for _, x, e in b]
    )
    for name, b in banded.items()
}  # in 1e-6 bits, above the text against itself
bands, null, bias = banded["as it is"], nulls["as it is"], bias_of(every)

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.5 * PAGE), width_ratios=(1.25, 1))
left.plot(distances, nats_to_bits(raw), color="0.55", marker=".", lw=0.8, label="plug-in")
left.axhline(nats_to_bits(bias), color="0.55", ls="--", lw=0.8, label="independent letters, $(K-1)^2/2n$")
above = clean > 0
bars = nats_to_bits(np.array([clean, clean_error]))[:, above]
left.errorbar(distances[above], *bars, fmt="o", ms=3, color=BLUE, elinewidth=0.8, label="bias taken off")
means, errors = nats_to_bits(bands[:, 1:].T)
left.errorbar(bands[:, 0], means, errors, fmt="D", ms=4, color=ORANGE, elinewidth=0.9, label="mean over a band")
top = nats_to_bits(null[0] + 2 * null[1])
left.axhspan(1e-7, top, color="0.85", lw=0, label="rolled on: mean + 2 errors")
left.set(xscale="log", yscale="log", xlabel="distance $d$ (letters)", ylabel="information (bits)", ylim=(3e-6, 20))
left.legend(loc="upper right", fontsize=7)
for (name, values), color, marker in zip(excess.items(), (ORANGE, BLUE, GREEN), "Dos"):
    right.errorbar(banded[name][1:, 0], *values[1:].T, color=color, marker=marker, lw=0.8, elinewidth=0.9, label=name)
right.axhline(0, color="0.5", lw=0.7)
right.set(xscale="log", xlabel="distance $d$ (letters), bands", ylabel="above the rolled text ($10^{-6}$ bits)")
right.legend(loc="upper right")
hw.show(
    fig,
    "information_at_distance",
    f"What a letter of Shakespeare's plays tells of the letter d places on, {len(every)} letters. Left: values below "
    "zero, and ends of bars that reach it, are not shown. Right: means over bands, less those of the text rolled on.",
)

# %%
hw.record(
    "letters, d = 1: information, bias taken off",
    nats_to_bits(clean[0]),
    nats_to_bits(clean_error[0]),
    unit="bits",
    anchor="plug-in less its bias",
    expected=nats_to_bits(raw[0] - bias),
    within=size(1e-3, 0.01),
)
hw.record(
    f"letters, d = {distances[-1]}: plug-in information over that of independent letters",
    raw[-1] / bias,
    np.sqrt(2) / 26,
    anchor="1: what is left is the bias",
    expected=1,
    within=size(0.25, 1.0),
)
hw.record(
    "rolled text: information, bias taken off, over the bias",
    null[0] / bias,
    null[1] / bias,
    anchor="0 for independent letters; correlated ones add a little",
    expected=0,
    within=size(0.06, 0.6),
)
if not hw.quick:
    for name, lows in (
        ("as it is", (14, 30, 100, 400, 1000)),
        ("speeches in random order", (30, 100)),
        ("words in random order", (30, 100)),
    ):
        for (low, high), (information, error) in zip(pairwise(limits), excess[name]):
            if low in lows:
                hw.record(
                    f"letters {low} to {high - 1} apart, {name}: information above the rolled text",
                    information,
                    error,
                    unit="10⁻⁶ bits",
                    anchor=f"for scale: the bias that was taken off is {1e6 * nats_to_bits(bias):.0f}",
                    **({"expected": 0, "within": 4 * error} if "words" in name else {}),
                )
first = distances <= 10
_, gamma_all, covariance, chi2 = power_law(distances[first], clean[first], clean_error[first])
hw.record(
    "power law through d = 1 to 10: χ² per degree of freedom",
    chi2 / (first.sum() - 2),
    anchor="1 if it were one",
    at_least=10,
)
if not hw.quick:
    tail = bands[:, 0] > 20
    law = power_law(bands[tail, 0], *excess["as it is"][tail].T)
    hw.record(
        "bands beyond 20 letters: exponent of a power law",
        law[1],
        np.sqrt(law[2][1, 1]),
        anchor="literature: a power law, over a few hundred letters; 0 would be no decay",
    )
    hw.record(
        "bands beyond 20 letters: χ² per degree of freedom of the power law",
        law[3] / (tail.sum() - 2),
        anchor="1 for a true law and true errors",
    )

# %% [markdown]
# So what is there? Up to ten letters, words and what stands next to them: a fall that is no power law ($\chi^2$ in the
# thousands). At twenty letters $I(d)$ is a quarter of the bias, and at *no single* distance beyond is it above three of
# its errors: whoever fits a law to single distances there fits the bias and the noise. *Averaged* over bands something
# is left, a few $10^{-5}$ bits, out to a few hundred letters; a slow power law describes it, within large errors. So
# far Ebeling and Pöschel are confirmed. The controls say what it is not. It is not which words a play uses: with the
# words in random order nothing is left. And with the speeches in random order (they have 141 letters on average) most
# of it is gone beyond fifty: it is in the order of what is said. It takes one and a half million letters to see a
# hundred-thousandth of a bit.

# %% [markdown]
# # 5. How far apart are two distributions?
#
# ## 5.1 Divergences
#
# Expect $q$ while $p$ is true, and the mean surprise is larger than it need be by
#
# $$D(p\|q) = \sum_k p_k \ln \frac{p_k}{q_k} \ge 0,$$
#
# the Kullback-Leibler divergence. All of the above is one: mutual information is the divergence of the joint
# distribution from independence; a held-out cross entropy exceeds the entropy by one.
#
# **Exercise 8.** Write it. It is infinite where $q$ holds for impossible what happens.

# %% exercise
from abinitio.information.divergence import kl_divergence

# %% [markdown]
# **Pen and paper E.** What is $D(N_1\|N_2)$ for two Gaussians on a line, of means $m_1, m_2$ and standard deviations
# $s_1, s_2$, in nats?

# %%
judge("divergence of two Gaussians", answer="")  # your divergence in nats, from m1, s1, m2, s2

# %% [markdown]
# It is no distance: $D(p\|q) \ne D(q\|p)$. A symmetric one compares both with their mean, $m = (p + q)/2$:
# $\mathrm{JS}(p, q) = \frac12 D(p\|m) + \frac12 D(q\|m)$, which is at most $\ln 2$ and whose root is a metric (D.
# Endres and J. Schindelin, 2003). It is the information that one draw gives about which of the two it came from.
#
# **Exercise 9.** Write the Jensen-Shannon divergence.

# %% exercise
from abinitio.information.divergence import jensen_shannon_divergence

# %% [markdown]
# *What to look at:* left, a wide Gaussian expected where a narrow one is true costs little; a narrow one expected where
# a wide one is true costs without bound. So the order matters when a model is fitted: minimising $D(p\|q)$ over $q$
# covers everything that $p$ does, minimising $D(q\|p)$ keeps $q$ out of where $p$ is not. Right, shifted Gaussians: $D$
# grows with the square of the shift, JS knows only "apart".

# %%
from scipy.spatial.distance import jensenshannon

from abinitio.information import total_variation

bell = lambda x, m, s: np.exp(-0.5 * ((x - m) / s) ** 2) * (x[1] - x[0]) / (s * np.sqrt(2 * np.pi))


def between(divergence, m1, s1, m2, s2):
    """A divergence of two Gaussians, summed over 4001 points within 9 widths of the first."""
    x = m1 + s1 * np.linspace(-9, 9, 4001)
    return divergence(bell(x, m1, s1), bell(x, m2, s2))


widths, shifts = np.geomspace(0.25, 4, 17), np.linspace(0.25, 6, 24)
there = np.array([between(kl_divergence, 0, 1, 0, s) for s in widths])
back = np.array([between(kl_divergence, 0, s, 0, 1) for s in widths])
wide = np.linspace(-36, 36, 8001)
js = lambda m, s: jensen_shannon_divergence(bell(wide, 0, 1), bell(wide, m, s))
js_width, js_shift = np.array([js(0, s) for s in widths]), np.array([js(m, 1) for m in shifts])
kl_shift = np.array([between(kl_divergence, 0, 1, m, 1) for m in shifts])
by_hand = lambda m1, s1, m2, s2: value("divergence of two Gaussians", m1=m1, s1=s1, m2=m2, s2=s2)

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
left.plot(widths, [by_hand(0, 1, 0, s) for s in widths], color="0.3", lw=0.8, ls="--", label="pen and paper E")
left.plot(widths, [by_hand(0, s, 0, 1) for s in widths], color="0.3", lw=0.8, ls="--")
left.plot(widths, there, "o", color=BLUE, label=r"$D(N_{0,1} \| N_{0,s})$")
left.plot(widths, back, "s", color=VERMILION, label=r"$D(N_{0,s} \| N_{0,1})$")
left.plot(widths, js_width, "^", color=GREEN, label="JS")
left.set(xscale="log", xlabel="width $s$ of the other", ylabel="divergence (nats)", ylim=(-0.2, 7))
left.set_xticks([0.25, 0.5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
left.minorticks_off()
left.legend(loc="upper center")
right.plot(shifts, [by_hand(0, 1, m, 1) for m in shifts], color="0.3", lw=0.8, ls="--")
right.plot(shifts, kl_shift, "o", color=BLUE, label="$D$")
right.plot(shifts, js_shift, "^", color=GREEN, label="JS")
right.axhline(np.log(2), color="0.5", lw=0.8, ls=":")
right.text(5.9, np.log(2) * 1.15, r"$\ln 2$", ha="right", va="bottom", fontsize=7.5)
right.set(xlabel="shift of the mean, in widths", ylabel="divergence (nats)", yscale="log", ylim=(0.005, 30))
right.legend(loc="upper left")
hw.show(
    fig,
    "divergences",
    "Divergences of a Gaussian of mean 0 and width 1 from another: of another width (left), of another mean (right). "
    "Sums over thousands of points.",
)
# %%
hw.record(
    "Gaussians: largest relative deviation of D from pen and paper E",
    max(
        abs(between(kl_divergence, m, s, 0.7, 1.3) / by_hand(m, s, 0.7, 1.3) - 1) for m in (-2, 0, 3) for s in (0.5, 2)
    ),
    anchor="pen and paper E; six pairs, 4001 points",
    at_most=1e-9,
)
always, fair = np.array([1.0, 0.0]), np.array([0.5, 0.5])
hw.record(
    "a coin that always shows heads, held for a fair one",
    kl_divergence(always, fair),
    unit="nats",
    anchor="theory: ln 2 a throw",
    expected=np.log(2),
    within=1e-12,
)
hw.record(
    "a fair coin, held for one that always shows heads",
    kl_divergence(fair, always),
    unit="nats",
    anchor="theory: infinite",
    at_least=np.inf,
)
hw.record(
    "JS of two coins, of which one always and the other never shows heads",
    jensen_shannon_divergence(always, always[::-1]),
    unit="nats",
    anchor="theory: ln 2, one bit: a throw tells which coin it is",
    expected=np.log(2),
    within=1e-12,
)
hw.record(
    "mutual information of neighbouring letters less the divergence from independence",
    kl_divergence(joint, np.outer(joint.sum(axis=1), joint.sum(axis=0))) - mutual_information(joint),
    unit="nats",
    anchor="identity: 0",
    expected=0,
    within=1e-12,
)
rng, laws = np.random.default_rng(7), np.random.default_rng(7).dirichlet(np.full(8, 0.4), times(60, 20))
root = np.sqrt([[max(jensen_shannon_divergence(p, q), 0) for q in laws] for p in laws])
detour = root[:, :, None] + root[None, :, :] - root[:, None, :]  # i to j to k, less i to k
hw.record(
    "√JS: smallest detour over a third distribution",
    detour.min(),
    anchor=f"triangle inequality: not below 0; all triples of {len(laws)} random laws",
    at_least=-1e-12,
)
hw.record(
    "√JS: largest deviation from SciPy's",
    max(abs(root[i, i - 1] - jensenshannon(laws[i], laws[i - 1])) for i in range(len(laws))),
    anchor="scipy.spatial.distance.jensenshannon",
    at_most=1e-7,
)
hw.record(
    "Pinsker's inequality: largest total variation over √(D/2)",
    max(total_variation(p, q) / np.sqrt(kl_divergence(p, q) / 2) for p, q in pairwise(laws)),
    anchor="theory: at most 1",
    at_most=1.0,
)
origin = rng.integers(0, 2, size(100_000, 10_000))
symbol = np.array([rng.choice(8, len(origin), p=p) for p in laws[:2]])[origin, np.arange(len(origin))]
drawn_information, drawn_error = mutual_information_of_counts(joint_counts(origin, symbol, (2, 8)))
hw.record(
    "two laws: what one draw tells about its origin, from draws, less JS",
    drawn_information - jensen_shannon_divergence(*laws[:2]),
    drawn_error,
    unit="nats",
    anchor="theory: 0; target: 4 standard errors",
    expected=0,
    within=4 * drawn_error,
)

# %% [markdown]
# ## 5.2 Who wrote it?
#
# The pairs of letters of 106 texts: Shakespeare's 38 plays, the 66 books of the King James Bible, and the film reviews.
# Whole plays in one distribution each, of 729 numbers. No word, no meaning, no line of verse.
#
# *What to look at:* the distances $\sqrt{\mathrm{JS}}$ of some of them, ordered by a tree that joins what is closest.
# Plays come together, and among them the histories (with Edward III, which Shakespeare did not write alone) and the
# Roman plays; so do the books of the Bible, and among them the gospels and Acts, the prophets, psalms and Job, Samuel
# and Judges. The reviews, four centuries later, are nearer to the plays than to the Bible.

# %%
import re
from string import capwords

from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import squareform

from abinitio.information import writer_distances

authors = load_author_counts()
tables = authors.X.reshape(-1, 27, 27)
title = [capwords(name.replace("-", " ").replace(" s ", "'s ")) for name in authors.truth["title"]]
title = np.array([re.sub(r"\b(I|V)[iv]*\b", lambda numeral: numeral[0].upper(), name) for name in title])
title = np.array([re.sub(r" (And|Of|The|That)\b", lambda word: word[0].lower(), name) for name in title])
letters_in = authors.X.sum(axis=1)
writer = np.where(authors.y == 1, np.where(np.arange(len(title)) < 38 + 39, 1, 2), np.where(authors.y == 2, 3, 0))
named = np.flatnonzero(np.isin(authors.y, (0, 1)) & (letters_in > 60_000) | (authors.y == 2))
chosen = np.concatenate([named[writer[named] == w][: size(m, 4)] for w, m in ((0, 18), (1, 20), (2, 8), (3, 2))])
root_js = np.sqrt(writer_distances(tables[chosen]))
tree = linkage(squareform(root_js, checks=False), "average")

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.72 * PAGE), width_ratios=(1, 1.6))
with plt.rc_context({"lines.linewidth": 0.8}):
    shape = dendrogram(
        tree, ax=left, orientation="left", labels=title[chosen], color_threshold=0, above_threshold_color="0.3"
    )
colors = (BLUE, VERMILION, ORANGE, GREEN)
for label, leaf in zip(left.get_yticklabels(), shape["leaves"]):
    label.set(color=colors[writer[chosen[leaf]]], fontsize=5.5)
left.set(xlabel=r"$\sqrt{\mathrm{JS}}$ where joined")
left.spines["left"].set_visible(False)
ordered = root_js[np.ix_(shape["leaves"], shape["leaves"])]
image = right.imshow(
    ordered, origin="lower", cmap="cividis", aspect="auto", extent=(0, len(chosen), 0, 10 * len(chosen))
)
right.set_yticks([])
right.set_xticks([])
right.set(xlabel="the same texts, in the same order")
fig.colorbar(image, ax=right, label=r"$\sqrt{\mathrm{JS}}$ (√nats)")
hw.show(
    fig,
    "writers",
    f"Distances of {len(chosen)} texts by their pairs of letters: tree (mean linkage) and matrix. Blue: plays by "
    "Shakespeare, the first 18 of the alphabet; red and orange: long books of the Old and the New Testament (King "
    "James); green: film reviews.",
)
bible_or_play = np.flatnonzero(authors.y < 2)[:: size(1, 4)]
all_distances = writer_distances(tables[bible_or_play]) + np.diag(np.full(len(bible_or_play), np.inf))
neighbour = bible_or_play[all_distances.argmin(axis=1)]
hw.record(
    "plays and books of the Bible: share whose nearest text is of the same kind",
    *share(authors.y[neighbour] == authors.y[bible_or_play]),
    anchor=f"{len(bible_or_play)} texts, pairs of letters; the commoner kind: 0.63",
    at_least=0.9,
)
hw.record(
    "books of the Bible: share whose nearest book is of the same Testament",
    *share((writer[neighbour] == writer[bible_or_play])[(authors.y[bible_or_play] == 1) & (authors.y[neighbour] == 1)]),
    anchor="one translation, two original languages; the commoner kind: 0.59",
    at_least=size(0.75, 0.5),
)

# %% [markdown]
# The other way to ask: with whose model is the text least surprising? Learn one table of pairs for each writer *from
# other texts*, and give a left-out text to the writer whose model costs it least, $D$ nats a letter more than its own
# (D. Benedetto, E. Caglioti and V. Loreto, 2002, did it with file compressors). The leak to avoid: the text itself in
# its writer's model.
#
# *What to look at:* how much of a text is needed. The evidence is a sum over letters, and grows as $n D$: what $D$ is
# small for, the two Testaments, wants more letters.

# %%
from abinitio.information import writer_divergences

totals = np.array([tables[writer == w].sum(axis=0) for w in range(3)])
right_writer, right_kind, cost_by_text = [], [], []
rng, sizes = np.random.default_rng(8), np.array([10, 30, 100, 300, 1000, 3000])
tries = times(8, 2)
by_size = np.zeros((2, len(sizes), len(bible_or_play), tries))
for row, i in enumerate(bible_or_play):
    rest = totals.copy()
    rest[writer[i]] -= tables[i]  # a text is not its own witness
    costs = writer_divergences(tables[i : i + 1], rest)[0]
    cost_by_text.append(costs)
    right_writer.append(costs.argmin() == writer[i])
    right_kind.append((costs.argmin() > 0) == (writer[i] > 0))
    log_q = np.log(add_k_probability(rest, 0.5)).reshape(3, -1)
    for column, letters in enumerate(sizes):
        evidence = rng.multinomial(letters, tables[i].ravel() / tables[i].sum(), tries) @ log_q.T
        by_size[0, column, row] = (evidence.argmax(axis=1) > 0) == (writer[i] > 0)
        by_size[1, column, row] = (evidence[:, 2] > evidence[:, 1]) == (writer[i] == 2)

fig, ax = plt.subplots(figsize=(1.3 * COLUMN, 0.85 * COLUMN))
for task, name, color, marker, those in (
    (0, "Shakespeare or Bible", BLUE, "o", writer[bible_or_play] >= 0),
    (1, "Old or New Testament", VERMILION, "s", writer[bible_or_play] > 0),
):
    of_text = by_size[task][:, those].mean(axis=2)
    error = of_text.std(axis=1, ddof=1) / np.sqrt(those.sum())
    ax.errorbar(sizes, of_text.mean(axis=1), error, color=color, marker=marker, label=name)
    hw.record(
        f"{name}: share right from 300 letters",
        of_text.mean(axis=1)[3],
        error[3],
        anchor="1/2 by guessing; pairs drawn independently from the left-out text, texts weigh alike",
        at_least=size(0.7, 0.6),
    )
ax.axhline(0.5, color="0.5", lw=0.8, ls=":")
ax.set(xscale="log", xlabel="letters of the left-out text", ylabel="share right", ylim=(0.45, 1.02))
ax.legend(loc="upper left")
hw.show(
    fig,
    "attribution",
    "Share of left-out texts given to the right writer, against how many of their letters were looked at (pairs drawn "
    "at random); error bars from the scatter between texts.",
)
hw.record(
    "left-out texts, whole: share given to the right one of Shakespeare and the Bible",
    *share(right_kind),
    anchor=f"{len(right_kind)} texts; by the mean surprise of their pairs of letters",
    at_least=0.95,
)
hw.record(
    "left-out texts, whole: share given to the right one of Shakespeare, Old and New Testament",
    *share(right_writer),
    anchor="1/3 by guessing",
    at_least=size(0.8, 0.7),
)

# %% [markdown]
# # 6. Compression
#
# A model that expects well is a short file. Take the interval $[0, 1)$, divide it as the probabilities of the first
# letter divide it, take the part of the letter that came, divide that one for the second, and so on: **arithmetic
# coding**. The last interval is as wide as the message is probable. Some number in it can be written with
# $-\log_2(\text{width}) + 2$ binary digits, and that number *is* the message: who has the model can read it back.
#
# **Exercise 10.** Write the step. With integers, so that coder and decoder agree to the last digit.

# %% exercise
from abinitio.information.arithmetic_coding import narrow_interval

# %% [markdown]
# *What to look at:* left, your intervals for "the play's the thing", letter by letter; the blue part of each row is the
# whole of the next. Right, bits per letter of a held-out play, *Othello*. Top, programs that meet the play with nothing
# learnt. Below, the same after the ten other plays: for xz and bzip2, what the play *adds* to a file of the ten plays
# (of which bzip2 sees 900 kB at a time); for our coder a Kneser-Ney model; then mixed contexts, which also learn as
# they go. Each pays what its model is surprised by: the diamond is a cross entropy, the bars are files.

# %%
import bz2
import lzma
from functools import cache

from abinitio.information.interval_coder import encode_intervals
from abinitio.information import (
    AdaptiveCounts,
    compress,
    decode_message,
    encode_message,
    encode_text,
    integer_frequencies,
    model_of,
    surprise,
)

rng = np.random.default_rng(9)
C27 = integer_frequencies(p_letters, 1 << 16)


def is_sound(trials):
    """Whether symbols get parts that are not empty, lie inside, and join: else no coder may trust the step."""
    for _ in range(trials):
        low = int(rng.integers(0, 1 << 31))
        high = low + int(rng.integers(1 << 30, 1 << 31))
        parts = [narrow_interval(low, high, C27, s) for s in range(27)]
        joined = all(a[1] == b[0] for a, b in pairwise(parts)) and parts[0][0] == low and parts[-1][1] == high
        if not (joined and all(isinstance(a, int) and isinstance(b, int) and a < b for a, b in parts)):
            return False
    return True


sound = is_sound(size(100, 30))
saying = letter_codes("the play s the thing").tolist()
inside = np.array([narrow_interval(0, 1 << 30, C27, s) for s in saying], dtype=float) / (1 << 30)
low, high = 0, 1 << 200  # 200 digits are enough: nothing is doubled, nothing rounded away
for s in saying if sound else []:
    low, high = narrow_interval(low, high, C27, s)
digits = 200 - np.log2(float(high - low))

play = to_letters(plays.documents[plays.titles.index("Othello")])[: size(None, 3000)].strip()
play_codes = encode_text(play, LETTERS)
memory = size(7, 5)
after_ten = models[memory]
frequencies = model_of(after_ten)
known = cache(lambda context: frequencies(np.frombuffer(context, dtype=play_codes.dtype)))
model = lambda codes: known(codes[max(0, len(codes) - memory + 1) :].tobytes())
file = encode_message(play_codes, model) if sound else b""
cumulative = np.array([model(play_codes[max(0, t - memory) : t])[[s, s + 1]] for t, s in enumerate(play_codes)])
is_twin = file == encode_intervals(*cumulative.T, np.full(len(play), 1 << 20))
read_back = is_twin and np.array_equal(decode_message(file, len(play), model), play_codes)
by_itself = encode_message(play_codes[:10_000], AdaptiveCounts(27, order=1)) if sound else b""
alone, ten = play.encode(), train.encode()
packers = {
    "bzip2": lambda data: bz2.compress(data, 9),
    "xz": lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME),
}
bits = {f"{name}, play alone": 8 * len(pack(alone)) / len(play) for name, pack in packers.items()}
bits["mixed contexts, play alone"] = 8 * len(compress(alone)) / len(play)
for name, pack in packers.items():
    bits[f"{name}, after ten plays"] = 8 * (len(pack(ten + alone)) - len(pack(ten))) / len(play)
trained = f"Kneser-Ney, n = {memory}, after ten plays"
bits[trained] = 8 * len(file) / len(play)
bits["mixed contexts, after ten plays"] = 8 * len(compress(alone, prior=ten)) / len(play)

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.48 * PAGE), width_ratios=(1, 1.1))
left.barh(range(len(saying)), 1, color="0.9", height=0.7)
left.barh(range(len(saying)), np.diff(inside)[:, 0], left=inside[:, 0], color=BLUE, height=0.7)
left.set_yticks(range(len(saying)), [NAMES[s] for s in saying])
left.set(xlabel="part of the interval before", xlim=(0, 1))
left.invert_yaxis()
left.tick_params(axis="y", length=0)
is_ours = ["Kneser" in name or "mixed" in name for name in bits]
right.barh(range(len(bits)), bits.values(), color=[BLUE if ours else "0.7" for ours in is_ours], height=0.65)
cross = nats_to_bits(after_ten.cross_entropy(play))
right.plot(cross, list(bits).index(trained), "D", color=ORANGE, label="cross entropy")
for row, (name, b) in enumerate(bits.items()):
    right.text(0.05, row, f"{name}: {b:.2f}", va="center", fontsize=7, color="white" if is_ours[row] else "black")
right.set_yticks([])
right.invert_yaxis()
right.set(xlabel="bits per letter", ylim=(len(bits) + 0.3, -0.7))
right.legend(loc="lower right")
hw.show(
    fig,
    "compression",
    "Left: arithmetic coding of twenty letters; blue: the part of the interval that belongs to the letter. Right: "
    f"files of the {len(play)} letters of Othello (one byte a letter before), in bits per letter. Grey: bzip2, xz.",
)
hw.record(
    "twenty letters: digits of the last interval",
    digits,
    unit="bits",
    anchor="theory: the sum of their surprises",
    expected=-np.sum(np.log2(np.diff(C27)[saying] / C27[-1])),
    within=1e-6,
)
hw.record(
    f"Othello, coded by Kneser-Ney, n = {memory}: file over cross entropy",
    8 * len(file) / (len(play) * cross),
    anchor="theory: 1; target: 1 % + 64 bits more at most",
    at_least=1.0 - 1e-4,
    at_most=1.01 + 64 / (len(play) * cross),
)
hw.record("Othello: the file is that of the compiled coder", is_twin, anchor="every byte", expected=1, within=0)
hw.record("Othello: read back from the file", read_back, anchor="every letter", expected=1, within=0)
hw.record(
    "Othello, adaptive pairs: file over the model's surprise",
    8 * len(by_itself) * np.log(2) / surprise(play_codes[:10_000], AdaptiveCounts(27, order=1)),
    anchor="nothing is learnt before; target: 1 % + 64 bits",
    at_most=1.02,
    at_least=0.999,
)
for name in ("bzip2, after ten plays", "xz, after ten plays", "bzip2, play alone", "xz, play alone"):
    ours = bits[trained if "after" in name else "mixed contexts, play alone"]
    hw.record(
        f"Othello: size by {name}, over ours",
        bits[name] / max(ours, 1e-9),
        anchor=f"after ten plays: Kneser-Ney, n = {memory}; alone: mixed contexts; same bytes in, same knowledge",
        at_least=1.0 if "after" in name else size(1.0, 0.9),
    )
hw.record(
    "Othello: bits per letter by mixed contexts after ten plays",
    bits["mixed contexts, after ten plays"],
    unit="bits",
    anchor=f"Kneser-Ney, n = {memory}: {cross:.2f}; people: 0.6 to 1.3",
    at_most=size(2.07, 2.6),
)

# %% [markdown]
# # 7. How sharply do data determine a parameter?
#
# ## 7.1 Fisher's information
#
# Two models close to each other, $p(x|\theta)$ and $p(x|\theta + \delta)$: how many draws tell them apart? As many as
# it takes for $n D$ to reach about 1. Expand: the divergence has its minimum, 0, at $\delta = 0$, and
#
# $$D(\theta\|\theta + \delta) = \tfrac12\, I(\theta)\, \delta^2 + \dots, \qquad
# I(\theta) = E\Big[\Big(\frac{\partial \ln p(x|\theta)}{\partial\theta}\Big)^2\Big].$$
#
# $I$ is **Fisher's information** in one draw. No unbiased estimate from $n$ draws has a variance below $1/nI$ (H.
# Cramér, C. R. Rao), which homework 6 puts to use.
#
# **Pen and paper F.** A Gaussian has a known mean and the standard deviation $s$. What is the information on $s$? And
# on the variance, $v = s^2$, by the same definition?

# %%
judge("Fisher information of a width", answer="")  # your information, from s
judge("Fisher information of a variance", answer="")  # your information, from v

# %% [markdown]
# They differ: information is about a parameter, and knows its unit. It transforms as a metric does. With $J_{ij} =
# \partial\theta_i/\partial\phi_j$ it is $J^\top I J$ in the new parameters.
#
# **Exercise 11.** Write that, for any number of parameters.

# %% exercise
from abinitio.information.fisher import transform_fisher

# %% [markdown]
# *What to look at:* left, the information on $s$ measured from draws (the mean square of the slope of the log density),
# and yours on $v$ made from it; lines are pen and paper. Right, the divergence from the Gaussian of width 1, against
# the change of $s$: a parabola near by, whose curvature is $I$, and something else farther off.

# %%
from abinitio.information import fisher_from_divergence, normal_divergence, normal_fisher, normal_score
from abinitio.information import sampled_fisher_with_error

rng, widths, n_draws = np.random.default_rng(10), np.array([0.5, 0.7, 1.0, 1.4, 2.0]), size(20_000, 4000)
on_s, on_v = [], []
for s in widths:
    scores = normal_score(rng.normal(0, s, n_draws), (0, s))
    information, error = sampled_fisher_with_error(scores)
    jacobian = np.array([[1.0, 0.0], [0.0, 1 / (2 * s)]])  # (mu, s) by (mu, v)
    on_s.append((information[1, 1], error[1, 1]))
    on_v.append((transform_fisher(information, jacobian)[1, 1], error[1, 1] / (4 * s**2)))
on_s, on_v = np.array(on_s), np.array(on_v)
of_width = np.array([value("Fisher information of a width", s=s) for s in widths])
of_variance = np.array([value("Fisher information of a variance", v=s**2) for s in widths])

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
fine = np.geomspace(0.45, 2.2, 50)
left.plot(fine, [value("Fisher information of a width", s=s) for s in fine], color=BLUE, lw=0.8)
left.plot(fine, [value("Fisher information of a variance", v=s**2) for s in fine], color=VERMILION, lw=0.8, ls="--")
left.errorbar(widths, *on_s.T, fmt="o", color=BLUE, label="on $s$")
left.errorbar(widths, *on_v.T, fmt="s", color=VERMILION, label="on $v = s^2$")
left.set(xscale="log", yscale="log", xlabel="standard deviation $s$", ylabel="Fisher information in a draw")
left.set_xticks([0.5, 1, 2], ["1/2", "1", "2"])
left.minorticks_off()
left.legend(loc="upper right")
delta = np.linspace(-0.6, 1, 161)
right.plot(delta, [normal_divergence((0, 1), (0, 1 + d)) for d in delta], color=BLUE, label="$D$, change of $s$")
right.plot(delta, 0.5 * value("Fisher information of a width", s=1) * delta**2, color="0.3", ls="--", lw=0.8)
right.plot([], [], color="0.3", ls="--", lw=0.8, label=r"$\frac{1}{2} I \delta^2$")
right.set(xlabel=r"change $\delta$ of the width", ylabel="divergence (nats)", ylim=(0, 1.2))
right.legend(loc="upper right")
hw.show(
    fig,
    "fisher_information",
    f"Left: Fisher information on the width and on the variance of a Gaussian, from {n_draws} draws each (standard "
    "errors smaller than the symbols), and pen and paper F. Right: divergence from the Gaussian of width 1.",
)
hw.record(
    "width 1: Fisher information on s, from draws",
    *on_s[2],
    anchor="pen and paper F; target: 4 standard errors",
    expected=of_width[2],
    within=4 * on_s[2, 1],
)
hw.record(
    "width 2: Fisher information on v, from draws, by exercise 11",
    *on_v[4],
    anchor="pen and paper F; target: 4 standard errors",
    expected=of_variance[4],
    within=4 * on_v[4, 1],
)
turned = lambda s: transform_fisher(normal_fisher((0, s)), np.array([[1.0, 0.0], [0.0, 1 / (2 * s)]]))[1, 1]
hw.record(
    "from s to v by exercise 11: largest relative deviation from pen and paper F",
    max(abs(turned(s) / of_v - 1) for s, of_v in zip(widths, of_variance)),
    anchor="five widths",
    at_most=1e-12,
)
hw.record(
    "Hessian of the divergence: largest deviation from the Fisher information",
    np.abs(fisher_from_divergence(normal_divergence, np.array([0.3, 1.4])) - normal_fisher((0.3, 1.4))).max(),
    anchor="central differences of step 1/1000",
    at_most=1e-4,
)
estimates = rng.normal(0, 1.4, (times(4000, 500), 200)).var(axis=1)
hw.record(
    "variance of 200 draws: 1/(n I) over the scatter of the estimates",
    1 / (200 * value("Fisher information of a variance", v=1.96) * estimates.var(ddof=1)),
    np.sqrt(2 / len(estimates)),
    anchor="Cramér-Rao: at most 1, up to (1 - 1/n)² for the bias of the estimate; here 1 is reached",
    expected=1,
    within=4 * np.sqrt(2 / len(estimates)) + 0.01,
)

# %% [markdown]
# ## 7.2 The geometry of the bell curves
#
# A matrix that transforms like a metric *is* one: $d\ell^2 = d\theta^\top I\, d\theta$. The length of a path between
# two models counts how many can be told apart on the way, whatever the parameters are called. For the Gaussians on a
# line,
#
# $$d\ell^2 = \frac{d\mu^2 + 2\, ds^2}{s^2},$$
#
# up to a factor the metric of Poincaré's half-plane: the space of the bell curves is hyperbolic. Two Gaussians of equal
# width and distant means are not nearest by way of those between them. The shortest path goes through *wider* ones,
# where a step of the mean counts less.
#
# **Pen and paper G.** How long is the straight path up, from $(\mu, s_1)$ to $(\mu, s_2)$, $s_2 > s_1$?

# %%
judge("length of a vertical geodesic", answer="")  # your length, from s1 and s2

# %% [markdown]
# *What to look at:* left, shortest paths (arcs of ellipses that meet the axis at right angles), and all models at the
# distances 1/2 and 1 of three (grey): every rim is equally many distinguishable models away. Middle, the bell curves
# along one path. Right, the same space in other coordinates, the moments $\langle x \rangle$ and $\langle x^2 \rangle$
# (there is none below the parabola): other pictures, with your transformed metric the same lengths.

# %%
from abinitio.information import fisher_distance, fisher_geodesic, geodesic_velocity, path_length, shoot_geodesic

t = np.linspace(0, 1, size(2001, 501))
ends = [((-2.0, 0.5), (2.0, 0.5)), ((-2.0, 0.5), (0.5, 0.25)), ((1.0, 0.4), (1.0, 2.0)), ((-2.4, 1.2), (2.4, 0.8))]
paths = [fisher_geodesic(*pair, t) for pair in ends]
in_s = [path_length(path, normal_fisher) for path in paths]
moments = lambda path: np.column_stack([path[:, 0], path[:, 0] ** 2 + path[:, 1] ** 2])  # <x> and <x²>


def in_moments(phi):
    """The metric in the coordinates <x>, <x²>: s = √(<x²> - <x>²) depends on both."""
    s = np.sqrt(phi[1] - phi[0] ** 2)
    return transform_fisher(normal_fisher((phi[0], s)), np.array([[1.0, 0.0], [-phi[0] / s, 1 / (2 * s)]]))


in_other = [path_length(moments(path), in_moments) for path in paths]
circle = np.linspace(0, 2 * np.pi, 121)

fig, (left, middle, right) = plt.subplots(1, 3, figsize=(PAGE, 0.36 * PAGE))
for path, color, style in zip(paths, (BLUE, VERMILION, GREEN, PURPLE), ("-", "--", "-.", "-")):
    left.plot(*path.T, color=color, ls=style, lw=1)
    right.plot(*moments(path).T, color=color, ls=style, lw=1)
    left.plot(*path[[0, -1]].T, "o", color=color, ms=3)
    right.plot(*moments(path[[0, -1]]).T, "o", color=color, ms=3)
for mean, width in ((-1.2, 2.0), (2.0, 1.6), (0.0, 0.7)):
    direction = width * np.column_stack([np.cos(circle), np.sin(circle) / np.sqrt(2)])  # unit vectors of the metric
    for radius in (0.5, 1.0):
        rim = np.array(
            [shoot_geodesic((mean, width), radius * v, np.array([1.0]))[0] for v in direction[:: size(2, 8)]]
        )
        left.plot(*rim.T, color="0.6", lw=0.7)
    middle_of = moments(np.array([[mean, width]])).T
    root = np.linalg.cholesky(np.linalg.inv(in_moments(middle_of[:, 0])))
    ellipse = middle_of + 0.25 * root @ [np.cos(circle), np.sin(circle)]
    right.plot(*ellipse, color="0.6", lw=0.7)
left.plot([-2, 2], [0.5, 0.5], color="0.3", lw=0.7, ls=":")
left.set(xlabel=r"mean $\mu$", ylabel="width $s$", ylim=(0, 4.2))
right.fill_between(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61) ** 2, color="0.9", lw=0)
right.set(xlabel=r"$\langle x \rangle$", ylabel=r"$\langle x^2 \rangle$", xlim=(-2.9, 2.9), ylim=(0, 8.5))
x = np.linspace(-5, 5, 301)
for fraction in np.linspace(0, 1, 7):
    m, s = fisher_geodesic(*ends[0], np.array([fraction]))[0]
    shade = 0.75 * (1 - abs(2 * fraction - 1))
    middle.plot(x, np.exp(-0.5 * ((x - m) / s) ** 2) / (s * np.sqrt(2 * np.pi)), color=BLUE, alpha=1 - shade, lw=1)
middle.set(xlabel="$x$", ylabel="density")
hw.show(
    fig,
    "geodesics",
    "Left: shortest paths between Gaussians; grey: all models at the Fisher distances 1/2 and 1; dotted: the path of "
    "constant width. Middle: densities along the solid path below. Right: the same paths in the moments; grey: "
    "unit circles of the metric there, a quarter of their size.",
)
hw.record(
    "vertical path from s = 0.4 to s = 2: length",
    in_s[2],
    anchor="pen and paper G",
    expected=value("length of a vertical geodesic", s1=0.4, s2=2.0),
    within=1e-4,
)
hw.record(
    "four shortest paths: largest relative deviation of their lengths from the closed form",
    max(abs(length / fisher_distance(*pair) - 1) for length, pair in zip(in_s, ends)),
    anchor=f"arccosh formula; {len(t) - 1} short steps",
    at_most=1e-4,
)
hw.record(
    "the same in the moments ⟨x⟩, ⟨x²⟩: largest relative difference of the lengths",
    max(abs(a / b - 1) for a, b in zip(in_other, in_s)),
    anchor="theory: none, a metric knows no coordinates",
    at_most=1e-4,
)
hw.record(
    "equal widths 1/2, means 4 apart: straight path over the shortest",
    path_length(np.column_stack([np.linspace(-2, 2, 401), np.full(401, 0.5)]), normal_fisher) / in_s[0],
    anchor="theory: 8 over the arccosh formula",
    expected=8 / fisher_distance(*ends[0]),
    within=1e-3,
)
hw.record(
    "shortest path by integration of the geodesic equation: distance from its end",
    fisher_distance(shoot_geodesic(ends[0][0], geodesic_velocity(*ends[0]), np.array([1.0]))[0], ends[0][1]),
    anchor="theory: 0",
    at_most=1e-6,
)

# %% [markdown]
# # 8. Transport
#
# ## 8.1 What a divergence cannot see
#
# Two heaps of sand that do not overlap are infinitely far apart by $D$, and $\ln 2$ by JS: a metre apart or a mile. Ask
# instead what it costs to *carry* one to the other. Of all plans $P \ge 0$, $P_{ij}$ grams from place $i$ to $j$, with
# the given heaps as rows' and columns' sums, take the cheapest:
#
# $$W_p^p = \min_P \sum_{ij} P_{ij}\, |x_i - y_j|^p.$$
#
# On a line nothing overtakes: sort both, and carry the k-th to the k-th.
#
# **Pen and paper H.** How large is $W_2^2$ of two Gaussians on a line, of means $m_1, m_2$ and standard
# deviations $s_1, s_2$? (The best map is linear.)

# %%
judge("transport of two Gaussians", answer="")  # your mean squared distance, from m1, s1, m2, s2

# %% [markdown]
# In more dimensions the plan is a linear programme of $n^2$ unknowns. Physics makes it easy: give the plan a
# temperature, minimise $\sum P_{ij} C_{ij} + \epsilon\, KL(P | a \otimes b)$, a free energy. The best plan is
# Boltzmann's, $P_{ij} = a_i b_j\, e^{(f_i + g_j - C_{ij})/\epsilon}$, with potentials that make the sums right: the
# rows' for given $g$, then the columns' for given $f$, and so on (R. Sinkhorn, 1964; M. Cuturi, 2013). Each step is one
# free energy, $f_i = -\epsilon \ln \sum_j b_j\, e^{(g_j - C_{ij})/\epsilon}$.
#
# **Exercise 12.** Write the step. At low temperature the exponentials underflow: the logarithm of a sum of them must
# not.

# %% exercise
from abinitio.information.sinkhorn import sinkhorn_step

# %% [markdown]
# *What to look at:* one heap has two humps, the other one. Hot, the plan is blurred: everything goes a little
# everywhere. Cold, it is a line, the map of the linear programme (dashed), which splits the single hump into two.

# %%
from abinitio.information import entropic_plan, marginal_violation, monotone_plan, optimal_transport, transport_cost
from abinitio.information import sinkhorn_iterations

side = size(80, 40)
x = np.linspace(0, 1, side)
hump = lambda m, s: np.exp(-0.5 * ((x - m) / s) ** 2)
two_humps, one_hump = 0.9 * hump(0.25, 0.06) + 0.4 * hump(0.75, 0.09), hump(0.5, 0.1)
a, b = ((heap + 1e-6) / np.sum(heap + 1e-6) for heap in (two_humps, one_hump))
cost = np.subtract.outer(x, x) ** 2
temperatures = (0.1, 0.01, 0.001)


def warm(epsilon, most):
    """The plan when Sinkhorn's iterations stand still, or after `most`; what its marginals are off by; f and g."""
    before = np.inf
    for potentials in islice(sinkhorn_iterations(a, b, cost, epsilon), most):
        if np.abs(potentials[0] - before).max() < 1e-14:
            break
        before = potentials[0]
    f, g = potentials
    plan = entropic_plan(f, g, a, b, cost, epsilon)
    return plan, marginal_violation(plan, a, b), f, g


plans = {epsilon: warm(epsilon, size(3000, 400)) for epsilon in temperatures}
exact_plan = monotone_plan(a, b)
linear = optimal_transport(a, b, cost)
target_of = exact_plan @ x / a

fig = plt.figure(figsize=(PAGE, 0.4 * PAGE))
outer = fig.add_gridspec(1, 3)
for column, (epsilon, (plan, *_)) in enumerate(plans.items()):
    inner = outer[column].subgridspec(2, 2, width_ratios=(1, 4), height_ratios=(1, 4), wspace=0.02, hspace=0.02)
    centre, above, beside = (fig.add_subplot(inner[place]) for place in ((1, 1), (0, 1), (1, 0)))
    centre.imshow(np.sqrt(np.abs(plan)), origin="lower", extent=(0, 1, 0, 1), cmap="Blues", aspect="auto")
    centre.plot(target_of, x, color=VERMILION, ls="--", lw=0.8)
    above.fill_between(x, b, color="0.8", lw=0)
    above.plot(x, plan.sum(axis=0), color=BLUE, lw=1)
    beside.fill_betweenx(x, a, color="0.8", lw=0)
    beside.plot(plan.sum(axis=1), x, color=BLUE, lw=1)
    beside.invert_xaxis()
    for ax in (above, beside):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    above.set_xlim(0, 1)
    beside.set_ylim(0, 1)
    above.set_title(rf"$\epsilon = {epsilon:g}$")
    centre.set(xlabel="to $y$", yticks=[], xlim=(0, 1), ylim=(0, 1))
    beside.set_ylabel("from $x$")
hw.show(
    fig,
    "transport_plans",
    f"Entropic plans (root of the mass) between two heaps on {side} places, cost $|x - y|^2$, at three temperatures. "
    "Sides: heaps (grey) and sums of the plan (line). Dashed: the optimal map.",
)
hw.record(
    "ε = 0.01: error of the plan's marginals",
    plans[0.01][1],
    anchor=f"Sinkhorn, at most {size(3000, 400)} iterations",
    at_most=size(1e-9, 1e-3),
)
hw.record(
    "linear programme: cost over that of the plan that keeps the order",
    transport_cost(linear.plan, cost) / transport_cost(exact_plan, cost),
    anchor="theory: 1 on a line",
    expected=1,
    within=1e-9,
)
far = np.subtract.outer(x, x + 2) ** 2
cold = sinkhorn_step(np.zeros(side), np.log(b), far, 1e-6)
hw.record(
    "step at ε = 10⁻⁶: largest deviation from the cheapest place",
    np.abs(cold - np.min(far, axis=1)).max() if np.all(np.isfinite(cold)) else np.inf,
    anchor="theory: f → min C, off by at most ε |ln b|",
    at_most=2e-6 * np.abs(np.log(b)).max(),
)

# %% [markdown]
# ## 8.2 From hot to cold
#
# *What to look at:* left, the cost of moving heap to heap against the temperature: from the linear programme's at
# $\epsilon \to 0$ to that of no plan at all, everything everywhere. The free energy stays within
# $\epsilon \min(H_a, H_b)$ of the linear programme (band). Right, two boxes drawn apart: $D$ is infinite at once, JS
# has reached $\ln 2$, and $W_1$ goes on counting. That is why a generative model that starts far off can be trained
# with a transport distance: it has a slope.

# %%
from abinitio.information import entropic_cost, entropic_dual, entropic_gaussian_cost, wasserstein_1d
from abinitio.information import sinkhorn_divergence
from scipy.stats import wasserstein_distance

epsilons = np.geomspace(size(2e-4, 2e-3), 10, size(16, 7))
curve = []
for epsilon in epsilons:
    plan, violation, f, g = warm(epsilon, size(4000, 400))
    energy = entropic_cost(plan, a, b, cost, epsilon)
    curve.append((transport_cost(plan, cost), energy, entropic_dual(f, g, a, b, cost, epsilon), violation))
moved, energy, dual, violation = np.array(curve).T
least = transport_cost(linear.plan, cost)
room = min(entropy(a), entropy(b))

fig, (left, right) = plt.subplots(1, 2, figsize=(PAGE, 0.4 * PAGE))
ceiling = (a @ x**2 + b @ x**2 - 2 * (a @ x) * (b @ x)).item()
left.fill_between(epsilons, least, np.minimum(least + epsilons * room, ceiling), color="0.88", lw=0, label="bounds")
left.plot(epsilons, moved, "o-", color=BLUE, lw=0.8, label="cost of the plan")
left.plot(epsilons, energy, "s-", color=VERMILION, lw=0.8, label="free energy")
left.axhline(least, color="0.3", ls="--", lw=0.8, label="linear programme")
left.axhline(ceiling, color="0.3", ls=":", lw=0.8, label="no plan: $a \\otimes b$")
left.set(xscale="log", xlabel=r"temperature $\epsilon$", ylabel="mean squared distance", ylim=(0, 1.35 * ceiling))
left.legend(loc="upper left", fontsize=6.5, ncols=2)
place, gaps = np.arange(400), np.arange(0, 301, 10)
box = lambda start: np.where((place >= start) & (place < start + 50), 1 / 50, 0)
apart = {
    "$W_1$ (box widths)": [wasserstein_1d(place, place, 1, box(0), box(s)) / 50 for s in gaps],
    "JS (nats)": [jensen_shannon_divergence(box(0), box(s)) for s in gaps],
}
for (name, values), color, marker in zip(apart.items(), (BLUE, GREEN), "o^"):
    right.plot(gaps / 50, values, marker=marker, color=color, lw=0.8, label=name)
right.text(3.1, 1.1, r"$D = \infty$ at every shift", fontsize=7.5)
right.set(xlabel="shift of the box, in widths", ylabel="distance", ylim=(0, 8))
right.legend(loc="upper left")
hw.show(
    fig,
    "temperature",
    "Left: entropic transport between the heaps above, against the temperature. Right: a box and the same box shifted, "
    "by transport and by divergence.",
)
# %%
hw.record(
    f"ε = {epsilons[0]:.1g}: cost of the plan over the linear programme's",
    moved[0] / least,
    anchor="theory: 1 for ε → 0",
    expected=1,
    within=size(0.02, 0.2),
)
hw.record(
    "free energy less the linear programme, over ε min(H_a, H_b): largest",
    np.max((energy - least) / (epsilons * room)),
    anchor="theory: between 0 and 1",
    at_least=0.0,
    at_most=1.0,
)
good = violation < 1e-8
hw.record(
    "free energy: largest relative gap to the dual value",
    np.max(np.abs(energy - dual)[good] / energy[good], initial=0 if good.any() else np.inf),
    anchor=f"duality: 0; the {good.sum()} temperatures with converged marginals",
    at_most=1e-6,
)
line = np.linspace(-10, 10, size(300, 120))
normal = lambda m, s: np.exp(-0.5 * ((line - m) / s) ** 2) / np.exp(-0.5 * ((line - m) / s) ** 2).sum()
p1, p2, square = normal(-1, 1), normal(1.5, 1.6), np.subtract.outer(line, line) ** 2
*_, (f, g) = islice(sinkhorn_iterations(p1, p2, square, 1.0), 300)
hw.record(
    "Gaussians, ε = 1: free energy by exercise 12 over the closed form",
    (p1 @ f + p2 @ g) / entropic_gaussian_cost(np.array([-1.0]), np.eye(1), np.array([1.5]), 1.6**2 * np.eye(1), 1.0),
    anchor="Janati and others 2020",
    expected=1,
    within=1e-5,
)
rng, samples = np.random.default_rng(11), size(20_000, 4000)
w2_by_hand = np.sqrt(value("transport of two Gaussians", m1=-1, s1=1, m2=1.5, s2=1.6))
tried = [wasserstein_1d(rng.normal(-1, 1, samples), rng.normal(1.5, 1.6, samples), 2) for _ in range(times(20, 6))]
hw.record(
    f"Gaussians: W₂ of {samples} draws each",
    *average(tried),
    anchor="pen and paper H",
    expected=w2_by_hand,
    within=4 * average(tried)[1] + 0.002,
)
hw.record(
    "Gaussians: W₂ by the linear programme over pen and paper H",
    np.sqrt(transport_cost(optimal_transport(p1, p2, square).plan, square)) / w2_by_hand,
    anchor=f"{len(line)} places, {line[1] - line[0]:.2g} apart",
    expected=1,
    within=2e-3,
)
first, second = rng.normal(0, 1, 500), rng.normal(3, 2, 500)
hw.record(
    "W₁ of 500 draws: deviation from SciPy's",
    wasserstein_1d(first, second, 1) - wasserstein_distance(first, second),
    anchor="scipy.stats.wasserstein_distance",
    expected=0,
    within=1e-12,
)
hw.record(
    "box shifted by 6 widths: W₁, in widths",
    apart["$W_1$ (box widths)"][-1],
    anchor="theory: 6; JS says ln 2, as it did at 1 width",
    expected=6,
    within=1e-9,
)
hw.record(
    "hot: debiased divergence of the heaps at ε = 1000 over the squared distance of their means",
    sinkhorn_divergence(a, b, cost, cost, cost, 1000.0, tol=1e-13) / (a @ x - b @ x) ** 2,
    anchor="theory: 1 for ε → ∞",
    expected=1,
    within=0.01,
)

# %% [markdown]
# ## 8.3 Half-way
#
# What lies half-way between two pictures? The mean of the pictures is both, each half as dark. The plan knows better:
# let every grain go half of its way (*displacement interpolation*, R. McCann, 1997). Half-way between two Gaussians
# there is then a Gaussian, of the mean mean and the mean *width*.
#
# *What to look at:* above, mixtures: one hump fades, the other appears. Below, the sand moves.

# %%
from abinitio.information import common_levels

fractions, places = np.linspace(0, 1, 5), np.linspace(0, 1, size(2000, 500))
fine_a, fine_b = (np.interp(places, x, heap) for heap in (a, b))
fine_a, fine_b = fine_a / fine_a.sum(), fine_b / fine_b.sum()
i, j, grains = common_levels(fine_a, fine_b)  # the plan that keeps the order, grain by grain
edges = np.linspace(-0.02, 1.02, 61)
fig, panels = plt.subplots(2, 5, figsize=(PAGE, 0.32 * PAGE), sharex=True, sharey=True)
for (above, below), fraction in zip(panels.T, fractions):
    above.hist(places, edges, weights=(1 - fraction) * fine_a + fraction * fine_b, color="0.6")
    below.hist((1 - fraction) * places[i] + fraction * places[j], edges, weights=grains, color=BLUE)
    above.set_title(f"$t = {fraction:g}$")
    below.set(xlabel="$x$")
panels[0, 0].set(ylabel="mixture")
panels[1, 0].set(ylabel="transport", xticks=(0, 0.5, 1), yticks=[])
hw.show(
    fig,
    "half_way",
    "From one heap (left) to the other (right): mixtures above, displacement along the optimal plan below; mass in "
    "60 bins.",
)
move = monotone_plan(p1, p2)
i, j = np.nonzero(move)
half, mass = (line[i] + line[j]) / 2, move[i, j]
centre_half = mass @ half
hw.record(
    "half-way between Gaussians of widths 1 and 1.6: width by transport",
    np.sqrt(mass @ (half - centre_half) ** 2),
    anchor="theory: 1.3, the mean width; the mixture's is 1.83",
    expected=1.3,
    within=0.005,
)
for s, t in ((0.0, 0.5), (0.25, 1.0)):
    at = [(1 - u) * line[i] + u * line[j] for u in (s, t)]
    hw.record(
        f"displacement from {s:g} to {t:g}: W₂ over (t - s) W₂ of the ends",
        wasserstein_1d(at[0], at[1], 2, mass, mass) / ((t - s) * np.sqrt(transport_cost(move, square))),
        anchor="theory: 1, the path is a shortest one",
        expected=1,
        within=1e-9,
    )

# %% [markdown]
# # What to take away
#
# - Entropy is the logarithm of a number of ways, and the length of the best file.
# - Entropy from counts is too low, by pen and paper B; information from counts is too high, by $(K - 1)^2/2n$. State
#   the null level before a discovery; measure it, by shuffling or rolling the data.
# - The plug-in entropy of long stretches falls to zero whatever the text. A cross entropy on text that was held out is
#   an upper bound.
# - Never hold the unseen for impossible: discounts and a shorter memory.
# - No analysis finds information that is not in the data.
# - $D(p\|q)$ has a direction, and may be infinite. JS is finite, and its root is a metric.
# - Compression is prediction: the file is the model's surprise, within a per cent.
# - Fisher's information is the curvature of the divergence, a metric on models; it depends on what you call the
#   parameter, lengths do not.
# - Where supports do not meet, ask for the cost of transport. Temperature makes it easy, and cooling makes it exact.
#
# `abinitio check hw5.ipynb` shows your points. `abinitio run hw5 --mine hw5.ipynb` makes the report: all numbers of
# this page in one table, with the figures from your functions beside those of the reference.
#
# **Sources.** C. E. Shannon, Bell Syst. Tech. J. 27, 379 (1948); 30, 50 (1951). G. K. Zipf, *Human Behavior and the
# Principle of Least Effort* (1949). S. Kullback and R. A. Leibler, Ann. Math. Stat. 22, 79 (1951). G. A. Miller, in
# *Information Theory in Psychology* (1955). R. Sinkhorn, Ann. Math. Stat. 35, 876 (1964). C. R. Rao, Bull. Calcutta
# Math. Soc. 37, 81 (1945). C. Atkinson and A. F. S. Mitchell, Sankhyā A 43, 345 (1981). I. H. Witten, R. M. Neal and J.
# G. Cleary, Commun. ACM 30, 520 (1987). W. Li, J. Stat. Phys. 60, 823 (1990). W. Ebeling and T. Pöschel, Europhys.
# Lett. 26, 241 (1994). R. Kneser and H. Ney, ICASSP 1995, 181. R. J. McCann, Adv. Math. 128, 153 (1997). S. F. Chen and
# J. Goodman, Comput. Speech Lang. 13, 359 (1999). D. Benedetto, E. Caglioti and V. Loreto, Phys. Rev. Lett. 88, 048702
# (2002). P. Grassberger, arXiv:physics/0307138 (2003). D. M. Endres and J. E. Schindelin, IEEE Trans. Inf. Theory 49,
# 1858 (2003). A. Kraskov, H. Stögbauer and P. Grassberger, Phys. Rev. E 69, 066138 (2004). T. M. Cover and J. A.
# Thomas, *Elements of Information Theory* (2006). M. Cuturi, NeurIPS 26 (2013). A. L. Maas et al., ACL 2011, 142 (the
# reviews). H. Janati et al., NeurIPS 33 (2020).

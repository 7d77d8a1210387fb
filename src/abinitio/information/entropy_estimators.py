r"""Entropy from counts: every estimate is biased, and the bias of these can be computed exactly.

Counts $n_1 \dots n_K$ of $n = \sum_k n_k$ independent draws from unknown probabilities p. The plug-in estimate, the
entropy of the frequencies, is too low on average, since the entropy is concave:
$E \hat H = H - \frac{K-1}{2n} + \frac{1 - \sum_k 1/p_k}{12 n^2} + O(n^{-3})$. The corrections here need no p.

Each estimate is a sum of terms $\sum_k t(n_k)$, one for each outcome, and each $n_k$ is binomial: its expectation is
$\sum_k \sum_m \mathrm{Bin}(m; n, p_k)\, t(m)$, exactly (`expected_sum`), for every n and p.

All entropies in nats. Oracles: this expectation; the expansion above; all possible counts, enumerated.
Sources: G. A. Miller, in "Information Theory in Psychology" (1955) 95; S. Zahl, Ecology 58 (1977) 907 (jackknife);
P. Grassberger, arXiv:physics/0307138 (2003); T. Schürmann, J. Phys. A 37 (2004) L295; B. Harris, "The statistical
estimation of entropy in the non-parametric case" (1975) (expansion); L. Paninski, Neural Comput. 15 (2003) 1191.
"""

import numpy as np
from scipy.special import digamma
from scipy.stats import binom

from abinitio.information.entropy import entropy


def plug_in_entropy(counts):
    r"""The entropy of the frequencies $n_k / n$, in nats; too low by about $(K - 1)/2n$.

    counts : array of integers >= 0, how often each outcome was seen, not all 0.  Returns a number.

    >>> float(plug_in_entropy(np.array([2, 0, 1, 1])) / np.log(2))  # in bits
    1.5
    """
    return entropy(counts / counts.sum())


def miller_madow_entropy(counts):
    r"""The plug-in entropy with its leading bias put right: $\hat H + \frac{K_+ - 1}{2n}$, in nats.

    counts : array of integers >= 0, how often each of K outcomes was seen, n in all, not all 0;  $K_+$ is the number of
    outcomes that were seen at least once.  Returns a number, in nats.

    >>> float(miller_madow_entropy(np.array([5, 0, 0])))
    0.0
    >>> float(miller_madow_entropy(np.array([1, 1])) - np.log(2))
    0.25
    """
    p = counts[counts > 0] / counts.sum()
    return -np.sum(p * np.log(p)) + (len(p) - 1) / (2 * counts.sum())


def jackknife_entropy(counts):
    r"""$n \hat H - \frac{n-1}{n} \sum_i \hat H_{-i}$ with the plug-in entropies $\hat H_{-i}$ without draw i, in nats.

    counts : array of integers >= 0, with a sum n >= 2.  Returns a number; its bias is of order $1/n^2$.

    >>> round(float(jackknife_entropy(np.array([1, 1])) / np.log(2)), 12)  # 2 bits - (0 + 0)/2
    2.0
    """
    return np.sum(jackknife_terms(counts, counts.sum()))


def grassberger_entropy(counts):
    r"""Grassberger's estimate $\psi(n) - \frac1n \sum_k n_k G(n_k)$ in nats, good where many outcomes are rare.

    Here $G(m) = \psi(m) + (-1)^m \int_0^1 \frac{x^{m-1}}{1 + x} dx$, with the digamma function $\psi$, stands for ln m;
    $\psi(n)$ for ln n is due to Schürmann and right for a fixed number n of draws. The bias is
    $-\sum_k p_k \int_0^{1 - 2 p_k} \frac{t^{n-1}}{1 - t} dt$, exponentially small once n is several $1/p_k$.
    counts : array of integers >= 0, not all 0.  Returns a number.

    >>> round(float(grassberger_entropy(np.array([1, 1]))), 4)  # 1 + ln 2
    1.6931
    """
    return np.sum(grassberger_terms(counts, counts.sum()))


def entropy_error(counts):
    r"""Standard error of an entropy estimated from counts, in nats: $\sqrt{\mathrm{Var}(\ln p)/n}$ at the frequencies.

    counts : array of integers >= 0, not all 0.  Returns a number: the leading term for large n, without the bias; it
    vanishes where all outcomes seen are equally frequent, and the spread is then of order 1/n.

    >>> round(float(entropy_error(np.array([300, 100]))), 4)
    0.0238
    """
    n = counts.sum()
    p = counts[counts > 0] / n
    return np.sqrt(np.sum(p * (np.log(p) + entropy(p)) ** 2) / n)


def plug_in_terms(m, n):
    """What an outcome that was seen m times in n draws adds to the plug-in entropy, in nats.

    m : array of integers, 0 ... n;  n : integer >= 1.  Returns an array of m's shape.

    >>> plug_in_terms(np.array([0, 1, 2]), 2).round(4) + 0.0
    array([0.    , 0.3466, 0.    ])
    """
    return -(m / n) * np.log(np.where(m > 0, m, n) / n)


def miller_madow_terms(m, n):
    """What an outcome that was seen m times in n draws adds to `miller_madow_entropy`, in nats.

    m : array of integers, 0 ... n;  n : integer >= 1.  Returns an array of m's shape. Each seen outcome adds 1/2n to
    the correction, and the 1/2n that is taken off is shared out by frequency.

    >>> miller_madow_terms(np.array([0, 2]), 2)
    array([0., 0.])
    """
    return plug_in_terms(m, n) + ((m > 0) - m / n) / (2 * n)


def jackknife_terms(m, n):
    """What an outcome that was seen m times in n draws adds to `jackknife_entropy`, in nats.

    m : array of integers, 0 ... n;  n : integer >= 2.  Returns an array of m's shape.

    >>> jackknife_terms(np.array([0, 1, 2]), 2).round(4) + 0.0
    array([0.    , 0.6931, 0.    ])
    """
    kept = plug_in_terms(m, n - 1)  # n - m of the draws leave this outcome alone
    less = plug_in_terms(np.maximum(m - 1, 0), n - 1)
    return n * plug_in_terms(m, n) - (n - 1) / n * ((n - m) * kept + m * less)


def grassberger_terms(m, n):
    """What an outcome that was seen m times in n draws adds to `grassberger_entropy`, in nats.

    m : array of integers, 0 ... n;  n : integer >= 1.  Returns an array of m's shape.

    >>> grassberger_terms(np.array([0, 1]), 1).round(4)  # ln 2
    array([0.    , 0.6931])
    """
    s = np.maximum(m, 1)
    integral = (digamma((s + 1) / 2) - digamma(s / 2)) / 2  # ∫ x^(s-1) / (1 + x) dx from 0 to 1
    return m / n * (digamma(n) - digamma(s) - np.where(s % 2, -1, 1) * integral)


def expected_sum(terms, p, n):
    r"""The exact expectation of $\sum_k t(n_k)$ over the counts of n independent draws.

    terms : callable (m, n) -> array of m's shape, what an outcome seen m times adds, e.g. `plug_in_terms`;
    p : (K,) true probabilities;  n : integer, number of draws.  Returns a number. Time and memory grow as K n.

    >>> draws = expected_sum(plug_in_terms, np.array([0.5, 0.5]), 2)  # 1 bit for two of four sequences, else 0
    >>> round(float(draws / np.log(2)), 12)
    0.5
    """
    m = np.arange(n + 1)
    return np.sum(terms(m, n) @ binom.pmf(m[:, None], n, p))

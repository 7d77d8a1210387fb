r"""Compression by mixing contexts: many predictions of the next bit, weighed by a logistic regression that learns.

Each context of the last 0, 1 ... 6 bytes, and the word begun, has for every position in the next byte its own
estimate of the probability that the next bit is 1, nearly the mean of the bits seen there. With the logits
$x_i = \ln \frac{p_i}{1 - p_i}$ (0 where nothing was seen) the mixture is $p = \sigma(w \cdot x)$, and after each bit y
the weights take one step of gradient descent on the surprise: $w \leftarrow w + \eta (y - p) x$. This is online
logistic regression on what the contexts say, and its loss is the length of the file.

`mixed_surprise` is that in a few lines, with a dictionary. The compiled twin in `mixing_compressor` works in integers,
so that every machine decodes what another encoded.
Source: M. V. Mahoney, "Adaptive weighing of context models for lossless data compression", Florida Tech. CS-2005-16.
"""

from collections import defaultdict

import numpy as np

LONGEST = 6  # bytes of the longest context


def mix_predictions(x, w):
    r"""The mixed probability $\sigma(w \cdot x)$ that the next bit is 1.

    x : (N,) logits $\ln \frac{p_i}{1 - p_i}$ of the predictions;  w : (N,) weights.  Returns a number.

    >>> float(mix_predictions(np.log([3.0, 1.0]), np.array([1.0, 1.0])))  # 3 to 1, and no opinion
    0.75
    """
    return 1 / (1 + np.exp(-w @ x))


def mixing_step(w, x, bit, rate):
    r"""The weights after one step of gradient descent on the surprise $-\ln p(\mathrm{bit})$, $p = \sigma(w\cdot x)$.

    w : (N,) weights;  x : (N,) logits of the predictions;  bit : 0 or 1, what came;  rate : float > 0, the step.
    Returns (N,), a new array.

    >>> mixing_step(np.array([0.0, 0.0]), np.array([2.0, -1.0]), bit=1, rate=0.1)
    array([ 0.1 , -0.05])
    """
    return w + rate * (bit - mix_predictions(x, w)) * x


def mixed_surprise(text, rate=0.002):
    """The surprise of each byte of a text, in nats, to a mixture that starts from nothing and learns from each bit.

    text : bytes;  rate : float > 0, step of the weights.  Returns (n,).  Slow: a millisecond a byte.

    >>> nats = mixed_surprise(b"abcabcabcabc")
    >>> bool(nats[0] > 5 and nats[-1] < 1)  # 8 bits at first, 5.5 nats
    True
    """
    estimates = defaultdict(lambda: [0.5, 0])  # (context, bits of this byte so far) -> probability of a 1, bits seen
    weights = defaultdict(lambda: np.full(LONGEST + 3, 0.3))
    surprise = np.zeros(len(text))
    for t, byte in enumerate(text):
        contexts, begun = contexts_at(text, t), 1
        for shift in range(7, -1, -1):
            bit = (byte >> shift) & 1
            seen = [estimates[context, begun] for context in contexts]
            x = np.array([np.log(p / (1 - p)) if n else 0.0 for p, n in seen] + [1.0])
            which = (begun, confidence(max((i for i, (_, n) in enumerate(seen[:-1]) if n), default=0)))
            p = mix_predictions(x, weights[which])
            surprise[t] -= np.log(p if bit else 1 - p)
            weights[which] = mixing_step(weights[which], x, bit, rate)
            for cell in seen:
                cell[0] += (bit - cell[0]) / (cell[1] + 1.5)
                cell[1] += 1
            begun = 2 * begun + bit
    return surprise


def contexts_at(text, t):
    """The contexts of byte t: the last 0 ... 6 bytes, and the letters since the last character that is none.

    text : bytes;  t : integer.  Returns a list of distinct hashable names.

    >>> contexts_at(b"To be", 5)[2:3], contexts_at(b"To be", 5)[-1]
    ([(2, b'be')], ('word', b'be'))
    """
    begin = t
    while begin > 0 and chr(text[begin - 1] | 32) in "abcdefghijklmnopqrstuvwxyz":
        begin -= 1
    return [(i, text[max(0, t - i) : t]) for i in range(LONGEST + 1)] + [("word", text[begin:t].lower())]


def confidence(longest):
    """Which of three sets of weights to use, by the longest context that was seen before: 0-2, 3-4 or 5-6 bytes.

    longest : integer, 0 ... 6.

    >>> [confidence(i) for i in range(7)]
    [0, 0, 0, 1, 1, 2, 2]
    """
    return max(0, (longest - 1) // 2)

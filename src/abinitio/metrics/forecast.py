r"""How much better a forecast is than a simple one: the skill score, with an error bar that knows of correlated errors.

$$S = 1 - \frac{\sum_t (y_t - \hat y_t)^2}{\sum_t (y_t - r_t)^2}$$
is 1 for a perfect forecast, 0 for one as good as the reference r, negative for a worse one. References to beat are
persistence (tomorrow is as today) and climatology (as usual on this day of the year). Errors of neighbouring days are
correlated, so that n days are fewer than n independent ones; leaving out whole blocks of days, longer than the
correlation lasts, sees it.

Oracles: the definition; exact resampling of independent errors; an autoregressive process with a known skill.
Sources: A. H. Murphy, Mon. Weather Rev. 116 (1988) 2417 (skill scores);
H. R. Künsch, Ann. Statist. 17 (1989) 1217 (jackknife by blocks).
"""

import numpy as np


def skill_score(y, y_pred, y_reference):
    r"""$1 - \sum_t (y_t - \hat y_t)^2 / \sum_t (y_t - r_t)^2$.

    y : (n,) what happened;  y_pred : (n,) the forecasts;  y_reference : (n,) the reference's forecasts r, of which at
    least one must be wrong.  Returns a number, at most 1.

    >>> float(skill_score(np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([3.0, 2.0])))
    0.75
    """
    return 1 - np.sum((y - y_pred) ** 2) / np.sum((y - y_reference) ** 2)


def skill_score_with_error(y, y_pred, y_reference, block):
    r"""`skill_score` and its standard error, by leaving out one block of successive times after the other.

    y, y_pred, y_reference : (n,), in the order of time;  block : integer, the length of a block, longer than errors
    stay correlated and at most n/2; times left over at the end make the last block longer.
    With m blocks, and $S_j$ the score without block j: $\text{error}^2 = \frac{m-1}{m} \sum_j (S_j - \bar S)^2$.
    Raises ValueError where there are not at least two blocks.
    Returns (score, error).

    >>> score, error = skill_score_with_error(np.arange(4.0), np.array([0.0, 1, 2, 4]), np.zeros(4), block=2)
    >>> round(float(score), 3), round(float(error), 3)
    (0.929, 0.038)
    """
    m = len(y) // block
    if m < 2:
        raise ValueError(f"{len(y)} times make {m} blocks of {block}; give a block of at most {len(y) // 2}")
    of_block = np.minimum(np.arange(len(y)) // block, m - 1)
    ours, theirs = (np.bincount(of_block, (y - guess) ** 2) for guess in (y_pred, y_reference))
    without = 1 - (ours.sum() - ours) / (theirs.sum() - theirs)
    return skill_score(y, y_pred, y_reference), np.sqrt((m - 1) / m * np.sum((without - without.mean()) ** 2))

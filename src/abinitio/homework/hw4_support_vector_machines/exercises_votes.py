"""The exercise on several classes: the votes of machines that know two."""

from itertools import combinations

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import halves, rows, table
from abinitio.svm.votes import one_vs_one_votes


def _scores_and_classes(rng, size):
    K = int(rng.integers(2 if size < 2 else 3, 4 + size // 3))
    return {"scores": halves(rng, rows(rng, size // 2), K * (K - 1) // 2), "K": K}


def _has_a_column_for_each_pair(scores, K):
    return K >= 2 and scores.shape[1] == K * (K - 1) // 2


def _won(scores, K):
    """Which of the pairs each class wins: (m, K, K), entry i, j true where i beats j."""
    won = np.zeros((len(scores), K, K), dtype=bool)
    for column, (i, j) in zip(scores.T, combinations(range(K), 2)):
        won[:, i, j], won[:, j, i] = column > 0, ~(column > 0)
    return won


def no_class_has_more_votes(winners, scores, K):
    """No class has more votes than the one that wins, and none with a smaller number has as many."""
    votes = _won(scores, K).sum(axis=2)
    for row, winner in zip(votes, winners):
        if row[winner] < row.max() or (row[:winner] == row[winner]).any():
            return False
    return True


def _by_tables(scores, K):
    rows, columns = np.triu_indices(K, 1)
    table = np.zeros((len(scores), K, K))
    table[:, rows, columns] = scores
    upper = np.triu(np.ones((K, K), dtype=bool), 1)
    wins = np.where(upper, table > 0, np.transpose(table, (0, 2, 1)) <= 0) & ~np.eye(K, dtype=bool)
    return np.array([min(range(K), key=lambda k: (-int(row[k]), k)) for row in wins.sum(axis=2)])


def _lexicographic(K):
    return list(combinations(range(K), 2))


def _by_the_second_class(K):
    return [(i, j) for j in range(K) for i in range(j)]


def _votes(
    pairs=_lexicographic,
    first=lambda s: s > 0,
    second=lambda s: s <= 0,
    winner=lambda votes: votes.argmax(axis=1),
):
    """Votes with one wrong part: the order of the pairs, what each class of a pair gets, or who wins."""

    def winners(scores, K):
        votes = np.zeros((len(scores), K))
        for score, (i, j) in zip(scores.T, pairs(K)):
            votes[:, i] += first(score)
            votes[:, j] += second(score)
        return winner(votes)

    return winners


def _last_of_the_largest(votes):
    return votes.shape[1] - 1 - votes[:, ::-1].argmax(axis=1)


def _largest_score(scores, K):
    pairs = np.array(_lexicographic(K))
    column = np.abs(scores).argmax(axis=1)
    wins = scores[np.arange(len(scores)), column] > 0
    return np.where(wins, pairs[column, 0], pairs[column, 1])


def _ties_by_scores(scores, K):
    votes, sums = np.zeros((len(scores), K)), np.zeros((len(scores), K))
    for score, (i, j) in zip(scores.T, combinations(range(K), 2)):
        votes[:, i] += score > 0
        votes[:, j] += score <= 0
        sums[:, i] += score
        sums[:, j] -= score
    return (votes + sums / (3 * (np.abs(sums) + 1))).argmax(axis=1)


def _knock_out(scores, K):
    number = {pair: column for column, pair in enumerate(combinations(range(K), 2))}
    winners = []
    for row in scores:
        champion = 0
        for challenger in range(1, K):
            champion = champion if row[number[champion, challenger]] > 0 else challenger
        winners.append(champion)
    return np.array(winners)


ONE_VS_ONE_VOTES = Exercise(
    function=one_vs_one_votes,
    points=3,
    inputs=_scores_and_classes,
    valid=_has_a_column_for_each_pair,
    holds=(no_class_has_more_votes,),
    large=lambda rng: {"scores": rng.normal(size=(5000, 45)), "K": 10},
    edges={
        "two classes": {"scores": table([[1], [-1], [0.5]]), "K": 2},
        "two classes, on the border": {"scores": table([[0]]), "K": 2},
        "three classes, each wins once": {"scores": table([[1, 0.5, -1], [1, -1, 1], [-1, 1, -1]]), "K": 3},
        "a vote each, the scores of very different size": {"scores": table([[1, -1, 9], [1, -9, 1]]), "K": 3},
        "all scores 0": {"scores": np.zeros((1, 6)), "K": 4},
        "one sample, four classes": {"scores": table([[-1, -1, -1, 1, 1, 1]]), "K": 4},
        "as many samples as classes": {"scores": table([[1, 1, 1], [-1, 1, 1], [1, -1, -1]]), "K": 3},
    },
    stable={
        "won by almost nothing": {"scores": table([[1e-12, -1, -1e-12], [-1e-12, 1e-12, 1e-12]]), "K": 3},
        "large scores": {"scores": 1e9 * table([[1, -1, 0.5], [-1, 1, 1]]), "K": 3},
    },
    mistakes=(
        Mistake(
            "the sign convention of the scores",
            "A positive score was counted for the second class of its pair, or the class with the fewest votes was "
            "taken. A positive score is a vote for the first class, and most votes win.",
            _votes(first=lambda s: s <= 0, second=lambda s: s > 0),
        ),
        Mistake(
            "a score of 0 for the first class",
            "A score of exactly 0 was counted for the first class of its pair. By the convention asked for it is a "
            "vote for the second one.",
            _votes(first=lambda s: s >= 0, second=lambda s: s < 0),
        ),
        Mistake(
            "a score of 0 for nobody",
            "A score of exactly 0 was not counted. By the convention asked for it is a vote for the second class.",
            _votes(second=lambda s: s < 0),
        ),
        Mistake(
            "a score of 0 for both",
            "A score of exactly 0 was counted for both classes. By the convention asked for it is a vote for the "
            "second class alone.",
            _votes(first=lambda s: s >= 0),
        ),
        Mistake(
            "half a vote for a score of 0",
            "A score of exactly 0 gave half a vote to each class. By the convention asked for it is a vote for the "
            "second class.",
            _votes(first=lambda s: (1 + np.sign(s)) / 2, second=lambda s: (1 - np.sign(s)) / 2),
        ),
        Mistake(
            "the last of the tied classes",
            "Of several classes with equally many votes the one with the largest number was taken. The smallest number "
            "wins.",
            _votes(winner=_last_of_the_largest),
        ),
        Mistake(
            "ties broken by the scores",
            "Of several classes with equally many votes the one with the larger scores was taken. Here the smallest "
            "number wins; the sizes of the scores do not count.",
            _ties_by_scores,
        ),
        Mistake(
            "scores added in place of votes",
            "The scores were added up. Every machine has one vote, however sure it is.",
            _votes(first=lambda s: s, second=lambda s: -s),
        ),
        Mistake(
            "only the first class gets votes",
            "A score <= 0 gave no vote. It is one for the second class of the pair: else the last class never wins.",
            _votes(second=lambda s: 0),
        ),
        Mistake(
            "only the second class gets votes",
            "A score > 0 gave no vote. It is one for the first class of the pair: else class 0 never has any.",
            _votes(first=lambda s: 0),
        ),
        Mistake(
            "the order of the pairs",
            "The columns were read as (0, 1), (0, 2), (1, 2), (0, 3), ...: ordered by the second class. They are "
            "ordered by the first one: (0, 1), (0, 2), (0, 3), ..., (1, 2), ...",
            _votes(pairs=_by_the_second_class),
        ),
        Mistake(
            "the pairs backwards",
            "The columns were read from the last pair to the first.",
            _votes(pairs=lambda K: _lexicographic(K)[::-1]),
        ),
        Mistake(
            "the largest score decides",
            "The winner of the one pair with the largest score was taken. All pairs vote.",
            _largest_score,
        ),
        Mistake(
            "a knock-out",
            "The winner of each pair met the next class: a class that lost once was out. Every pair votes.",
            _knock_out,
        ),
        Mistake(
            "the largest column",
            "The number of the column with the largest score was returned, as for machines of one class against the "
            "rest. The columns are pairs of classes.",
            lambda scores, K: scores.argmax(axis=1),
        ),
        Mistake(
            "the number of votes",
            "The largest number of votes was returned, not the class that has it.",
            _votes(winner=lambda votes: votes.max(axis=1).astype(int)),
        ),
        Mistake(
            "class numbers from 1",
            "The classes were numbered 1 ... K. They are 0 ... K-1.",
            _votes(winner=lambda votes: votes.argmax(axis=1) + 1),
        ),
        Mistake(
            "a tolerance in the test",
            "A pair that was won by very little was counted as 0. The rule has no tolerance.",
            _votes(first=lambda s: s > 1e-9, second=lambda s: s <= 1e-9),
        ),
    ),
    hints=(
        "Keep a table of votes, a row for each sample and a column for each class; go through the pairs, one column of "
        "the scores at a time.",
        "For the pair (i, j): votes_i + 1 where score > 0, votes_j + 1 where score <= 0. Then the class with most.",
        "`itertools.combinations(range(K), 2)` gives the pairs in this order, `scores.T` the columns; `argmax` returns "
        "the first of several largest.",
    ),
    second_solution=_by_tables,
    equivalent_mutants=(  # where the counting begins does not matter
        "votes = np.zeros((len(scores), K), dtype=int) -> votes = np.zeros((len(scores), K))",
        "votes = np.zeros((len(scores), K), dtype=int) -> votes = np.ones((len(scores), K), dtype=int)",
    ),
)

r"""Support-vector classification: the widest street between two classes, in the features of a kernel.

Minimises $\frac12 |w|^2 + \sum_i C_i \max(0, 1 - y_i f(x_i))$ with $f = w \cdot \varphi + b$; several classes are
learnt in pairs, and vote. The solution is a sum over the samples that lie on the street or beyond it, the support
vectors; `violation_` and `duality_gap_` prove how near to the optimum it is.

Time: about n times the number of support vectors, for each pair of classes; memory: `cache_size` MB and $16 n d$ bytes.
Oracles: quadratic programming; strong duality; scikit-learn's SVC (libsvm).
Sources: B. Boser, I. Guyon, V. Vapnik, COLT 1992, 144; C. Cortes, V. Vapnik, Mach. Learn. 20 (1995) 273.
"""

from itertools import combinations

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from abinitio.kernels.kernel_matrix import FLOATS
from abinitio.svm.block_smo import solve_signed_dual
from abinitio.svm.dual import intercept_from_multipliers, kkt_violation, svm_decision
from abinitio.svm.kernel_blocks import ALL
from abinitio.svm.machine import KernelMachine
from abinitio.svm.signed_dual import classification_problem, signed_duality_gap, signed_intercept
from abinitio.svm.smo import smo_pair, smo_step
from abinitio.svm.votes import one_vs_one_decision, one_vs_one_votes

for _function in (smo_pair, smo_step, intercept_from_multipliers):
    _function.fast = solve_signed_dual  # what a fit runs while all three have it, and else they themselves
svm_decision.fast = np.matmul  # for all machines at once


class SVC(ClassifierMixin, KernelMachine):
    r"""Support-vector classification with scikit-learn's interface.

    C : number > 0, the price of a unit of the loss;  kernel, degree, gamma, coef0, cache_size, max_iter : as in
    `KernelMachine`;  tol : by how much the conditions of optimality may be missed;  class_weight : None, "balanced" or
    a dict {class: weight}, factors of C;  decision_function_shape : "ovr" for one score a class, made of the votes, or
    "ovo" for one a pair of classes;  break_ties : whether equal votes are decided by those scores (slower).
    After fit: classes_ (c,), class_weight_ (c,);  support_ (s,), numbers of the support vectors, class by class, and
    support_vectors_ (s, d), n_support_ (c,);  dual_coef_ (c - 1, s), $a_i y_i$: a support vector of class p has its
    coefficient against class q in row q, or q - 1 for q > p; with two classes positive for the second, else for the
    first of the pair;  intercept_ (pairs,), in the order (0, 1), (0, 2) ...;  coef_ (pairs, d) for the linear kernel;
    n_iter_ (pairs,), steps;  violation_ and duality_gap_ (pairs,), properties, the proof of optimality.

    >>> model = SVC(C=10.0, kernel="linear").fit([[-1.0], [1.0], [5.0]], ["a", "b", "b"])
    >>> model.support_, model.dual_coef_, model.predict([[-0.1], [0.1]])
    (array([0, 1], dtype=int32), array([[-0.5,  0.5]]), array(['a', 'b'], dtype='<U1'))
    """

    def __init__(
        self,
        *,
        C=1.0,
        kernel="rbf",
        degree=3,
        gamma="scale",
        coef0=0.0,
        tol=1e-3,
        cache_size=200,
        class_weight=None,
        max_iter=-1,
        decision_function_shape="ovr",
        break_ties=False,
    ):
        self.C = C
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.decision_function_shape = decision_function_shape
        self.break_ties = break_ties

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and labels y (n,) with weights (n,) or None; returns self."""
        X, codes, weights = self._checked(X, y, sample_weight)
        samples, ends = self._settle(X), np.cumsum(np.bincount(codes))
        by_class = np.argsort(codes, kind="stable")  # the classes one after the other: a pair is four blocks of K
        members = np.split(by_class, ends[:-1])
        parts = [slice(end - len(part), end) for part, end in zip(members, ends)]
        gram = self._shared_gram(samples[by_class]) if len(members) > 2 else None
        pairs = list(combinations(range(len(members)), 2))
        found = []
        for p, q in pairs:
            chosen = np.concatenate([members[p], members[q]])
            K = None if gram is None else np.block([[gram[parts[i], parts[j]] for j in (p, q)] for i in (p, q)])
            rows = samples[np.ix_(chosen, chosen)] if self._is_precomputed() else samples[chosen]
            y = np.repeat([1.0, -1.0], [len(members[p]), len(members[q])])
            found.append(self._fit_pair(rows, K, y, weights[chosen]))
        self._assemble(X, members, pairs, found)
        self._warn_unless_solved(max(self.violation_))
        return self

    def _checked(self, X, y, sample_weight):
        """Checked X (n, d), the number of each label's class (n,), and the price of every sample, (n,)."""
        price = self._price()
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            only = self.classes_.tolist()[0]
            raise ValueError(f"y has only one class, {only!r}; there must be samples of at least two classes")
        self.class_weight_ = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        weights = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
        present = np.bincount(codes, weights) > 0
        if not present.all():
            raise ValueError(f"all sample weights of class {self.classes_[~present].tolist()[0]!r} are zero")
        return X, codes, price * weights * self.class_weight_[codes]

    def _price(self):
        """C, checked: what a unit of the loss costs for a sample of weight 1."""
        if not 0 < self.C < np.inf:
            raise ValueError(f"C = {self.C!r} must be a finite number > 0; for separable data take a large one")
        return self.C

    def _shared_gram(self, samples):
        """The kernel matrix of all samples, from which every pair takes its part, if it may be in memory; else None."""
        if self._is_precomputed() or len(samples) > self._largest_set():
            return None
        return self._blocks(samples, np.float32).block(ALL, ALL)

    def _fit_pair(self, samples, gram, y, C):
        """Coefficients of two classes, b, violation, duality gap and steps.

        samples : (m, d), or K (m, m) if precomputed;  gram : K (m, m) in float32 or None;  y : (m,), +1 for the first
        class (for the second where there are two in all);  C : (m,).
        """
        y = -y if len(self.classes_) == 2 else y
        if not all(hasattr(function, "fast") for function in (smo_pair, smo_step, intercept_from_multipliers)):
            return self._by_steps(samples, y, C)
        blocks = lambda dtype: self._blocks(samples, dtype, gram if dtype == np.float32 else None)
        problem, found = self._optimum(blocks, y, C)
        b = signed_intercept(found.beta, found.g, problem)
        return found.beta, b, found.violation, signed_duality_gap(found.beta, found.g, b, problem), found.steps

    def _optimum(self, blocks, y, C, beta=None):
        """The problem of two classes, y = ±1, and its `Solution`, from the feasible coefficients beta or from zeros."""
        problem, settings = classification_problem(y, C), {"most": self._limit(), "largest": self._largest_set()}
        return problem, solve_signed_dual(blocks, problem, self.tol, beta=beta, **settings)

    def _by_steps(self, samples, y, C):
        """The same as `_fit_pair` by the readable functions, on the whole kernel matrix."""
        if np.ptp(C) > 0:
            raise ValueError("this smo_step takes one C for all samples; leave out the weights")
        K, C, a = self._blocks(samples, np.float64).block(ALL, ALL), float(C[0]), np.zeros(len(y))
        most, steps = min(self._limit(), 100 * len(y) + 1000), 0
        while kkt_violation(a, K, y, C) > self.tol and steps < most:
            a, steps = smo_step(a, K, y, C, *smo_pair(a, K, y, C)), steps + 1
        b, problem = intercept_from_multipliers(a, K, y, C), classification_problem(y, C)
        gap = signed_duality_gap(a * y, y - K @ (a * y), b, problem)
        return a * y, b, kkt_violation(a, K, y, C), gap, steps

    def _assemble(self, X, members, pairs, found):
        """Store what the pairs found, as scikit-learn does."""
        coefficients = np.zeros((len(members) - 1, len(X)))
        for (p, q), (beta, *_) in zip(pairs, found):
            coefficients[q - 1, members[p]] = beta[: len(members[p])]
            coefficients[p, members[q]] = beta[len(members[p]) :]
        used = [samples[coefficients[:, samples].any(axis=0)] for samples in members]
        self._n_support = np.array([len(samples) for samples in used], dtype=np.int32)
        self._keep_support(X, np.concatenate(used))
        self.dual_coef_ = coefficients[:, self.support_]
        _, b, violations, gaps, steps = zip(*found)
        self.intercept_, self.n_iter_ = np.array(b), np.array(steps, dtype=np.int32)
        self._proof = np.array(violations), np.array(gaps)

    @property
    def n_support_(self):
        """Number of support vectors of each class, (c,)."""
        return self._n_support

    @property
    def violation_(self):
        """By how much the conditions of optimality are missed, (pairs,)."""
        return self._proof[0]

    @property
    def duality_gap_(self):
        """By how much the objective of each machine can exceed the least possible one, (pairs,)."""
        return self._proof[1]

    def _machines(self):
        """The coefficients of the support vectors in each machine, (s, pairs)."""
        count = len(self.classes_)
        of_class = np.repeat(np.arange(count), self._n_support)
        columns = [
            np.where(of_class == p, self.dual_coef_[q - 1], np.where(of_class == q, self.dual_coef_[p], 0.0))
            for p in range(count)
            for q in range(p + 1, count)
        ]
        return np.stack(columns, axis=1)

    def decision_function(self, X):
        """The scores of the rows of X (m, d), or of K (m, n) if precomputed: (m,) for two classes, positive for the
        second; else (m, c), one a class, or (m, pairs), as decision_function_shape says."""
        scores = self._pair_scores(X)
        if len(self.classes_) == 2:
            return scores[:, 0]
        return one_vs_one_decision(scores, len(self.classes_)) if self.decision_function_shape == "ovr" else scores

    def _pair_scores(self, X):
        """The score of each machine at the rows of X: (m, pairs)."""
        if self.decision_function_shape not in ("ovr", "ovo"):
            raise ValueError(f"decision_function_shape = {self.decision_function_shape!r} must be 'ovr' or 'ovo'")
        return self._by_rows(X, self._scores_of)

    def _scores_of(self, K):
        """The scores (m, pairs) from the kernel matrix with the support vectors, (m, s)."""
        machines = self._machines()
        if hasattr(svm_decision, "fast"):
            return K @ machines + self.intercept_
        columns = zip(machines.T, self.intercept_)
        return np.stack([svm_decision(K, np.abs(beta), np.sign(beta), b) for beta, b in columns], axis=1)

    def predict(self, X):
        """The class at the rows of X (m, d), or of K (m, n) if precomputed: (m,)."""
        scores = self._pair_scores(X)
        if len(self.classes_) == 2:
            return self.classes_[(scores[:, 0] > 0).astype(int)]
        if self.break_ties and self.decision_function_shape == "ovr":
            return self.classes_[one_vs_one_decision(scores, len(self.classes_)).argmax(axis=1)]
        return self.classes_[one_vs_one_votes(scores, len(self.classes_))]

"""What a homework asks: a function of the library, the inputs it is tried on, what must hold, and the known mistakes.

To add an exercise, put one entry into the homework's `exercises.py`; nothing else has to be registered::

    def vectors(rng, size):          # small at size 0, then growing; values that a person can redo by hand
        return {"a": np.round(rng.normal(size=size + 1), 1), "alpha": float(rng.integers(1, 5))}

    Exercise(
        function=shrink, points=2, inputs=vectors,
        hints=("the idea", "the equation", "where to look"),
        mistakes=(Mistake("wrong sign", "Here a grows instead of shrinking.", lambda a, alpha: a + alpha), ...),
        second_solution=lambda a, alpha: np.array([value - alpha for value in a]),
    )

and run the two gates on it, `pytest tests/homework/test_gates.py -k shrink`: the law (the reference passes, every
mistake is rejected and named, ...) and the mutation gate. `python -m abinitio.course.gates.mutants hw1 shrink` prints
the surviving mutants of the reference: add a case that kills them or, where they are right answers, list them.

Inputs are plain data: numbers, strings, arrays, lists and dicts of them. Three things are made on the answer's side:
a `Named` callable (see `course.calls.callables`), the Generator of an argument called `rng` (the inputs hold its
integer seed), and, where the function returns an iterator, the list of its first `take` items. `holds` and `across` see
the same inputs as the function does, except that `rng` is still the integer seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that is known: its name, one sentence for the student, and a function that makes it."""

    name: str
    sentence: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Named:
    """A callable input, by name: ``Named("quadratic", {"A": A, "b": b})`` is built from `course.calls.callables`."""

    name: str
    arguments: Inputs = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One step or one finite result, asked for, checked and explained.

    function   the library's function: its signature and docstring are the task, its body the reference answer
    points     what it is worth
    inputs     inputs(rng, size) -> keyword arguments, size = 0, 1, 2, ..., 11: the smaller the easier to redo by hand
    hints      three sentences: the idea; the equation; where to look
    mistakes   known wrong answers
    second_solution   a correct answer written in another way; it must pass, but may be slow
    holds      properties of a right answer: each is called as holds(answer, **inputs) and returns True or False (or a
               sentence that says what is wrong); its docstring's first line is what the student reads
    equals_reference  compare with the reference's answer within rtol and atol (False: random or non-unique answers,
               which `holds` must judge)
    rtol, atol an entry may be off by rtol times itself plus atol times the largest entry (or 1, if that is larger)
    edges      named edge cases: name -> inputs; where the reference raises an error, an answer must raise that kind
    stable     named cases of large magnitude, near-singular...: name -> inputs
    large      large(rng) -> one big input; the answer may take `slowest` times the reference's time
    take       how many items to read, at most, where the function returns an iterator
    across     properties of many draws, for an answer that takes `rng`: each is called as across(answers, **inputs)
               with the answers to one case for `draws` different seeds; set its bound at five standard errors
    valid      valid(**inputs): may the search for the smallest failing input try these? Needed only where a condition
               on the inputs is not kept by leaving zeros, signs, whole numbers and symmetry as they are
    graduate   a marked graduate extension
    equivalent_mutants  changes of the reference's body that leave it correct, as printed by the mutation gate
    """

    function: Callable[..., Any]
    points: int
    inputs: Callable[[np.random.Generator, int], Inputs]
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    second_solution: Callable[..., Any]
    holds: tuple[Callable[..., Any], ...] = ()
    equals_reference: bool = True
    rtol: float = 1e-6
    atol: float = 1e-8
    edges: Mapping[str, Inputs] = field(default_factory=dict)
    stable: Mapping[str, Inputs] = field(default_factory=dict)
    large: Callable[[np.random.Generator], Inputs] | None = None
    slowest: float = 20.0
    take: int | None = None
    across: tuple[Callable[..., Any], ...] = ()
    draws: int = 200
    valid: Callable[..., bool] | None = None
    graduate: bool = False
    equivalent_mutants: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.function.__name__

"""The Ising samplers against all states of small lattices, Onsager and Yang, detailed balance, and one another."""

import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from scipy.stats import chi2

from abinitio._core.series import autocorrelation_time
from abinitio.data import make_ising
from abinitio.data.ising import (
    CRITICAL_TEMPERATURE,
    correlation_length,
    flip_cost,
    ising_energy,
    ising_magnetization,
    metropolis_acceptance,
    metropolis_sweep,
    multispin,
    onsager_energy,
    simulate,
    spontaneous_magnetization,
    wolff,
)
from abinitio.data.ising.__main__ import draw_lattice, main


@cache
def all_states(L):
    """(2^(L*L), L, L) every configuration."""
    bits = np.arange(2 ** (L * L))[:, None] >> np.arange(L * L) & 1
    return (2 * bits - 1).astype(np.int8).reshape(-1, L, L)


def exact_distribution(L, T, checkerboard=False):
    """Probabilities of the pairs (E, L^2 |m|): {(E, M): p};  checkerboard : of the states that Metropolis reaches."""
    spins = all_states(L)
    if checkerboard:
        field = sum(np.roll(spins, step, axis) for step in (1, -1) for axis in (1, 2))
        spins = spins[field.any(axis=(1, 2))]
    E, M = ising_energy(spins), np.abs(spins.sum(axis=(1, 2), dtype=int))
    weight = np.exp(-(E - E.min()) / T)
    pairs, which = np.unique(np.stack([E, M]), axis=1, return_inverse=True)
    p = np.bincount(which.ravel(), weight / weight.sum())
    return dict(zip(map(tuple, pairs.T.tolist()), p, strict=True))


def assert_drawn_from(spins, L, T, checkerboard=False):
    """Independent configurations: chi squared of the counts of (E, |M|), rare pairs taken together."""
    exact = exact_distribution(L, T, checkerboard)
    E, M = ising_energy(spins), np.abs(spins.sum(axis=(1, 2), dtype=int))
    counts = dict.fromkeys(exact, 0)
    for pair in zip(E.tolist(), M.tolist(), strict=True):
        counts[pair] += 1
    p, found = np.array(list(exact.values())), np.array(list(counts.values()))
    often = p * len(spins) >= 8
    p, found = np.append(p[often], p[~often].sum()), np.append(found[often], found[~often].sum())
    kept = p > 0
    statistic = ((found - p * len(spins))[kept] ** 2 / (p * len(spins))[kept]).sum()
    assert chi2.sf(statistic, kept.sum() - 1) > 1e-4


def assert_within(values, exact, deviations=4.5):
    """The mean of independent values agrees with the exact one within so many standard errors."""
    assert abs(np.mean(values) - exact) < deviations * np.std(values, ddof=1) / np.sqrt(len(values))


def test_energy_and_magnetisation_by_hand():
    spins = np.array([[1, 1, -1], [1, -1, -1], [1, 1, 1]])
    bonds = [(i, j, (i + a) % 3, (j + b) % 3) for i in range(3) for j in range(3) for a, b in [(0, 1), (1, 0)]]
    assert ising_energy(spins) == -sum(spins[i, j] * spins[k, l] for i, j, k, l in bonds)
    assert ising_magnetization(spins) == pytest.approx(3 / 9)
    large = np.ones((2, 200, 200), dtype=np.int8)
    assert ising_energy(large).tolist() == [-80_000, -80_000] and ising_magnetization(large).tolist() == [1, 1]


@pytest.mark.parametrize("L", [2, 3, 4, 5])
def test_flip_cost_is_the_change_of_energy(L):
    spins = np.random.default_rng(L).choice([-1, 1], size=(L, L))
    for i in range(L):
        for j in range(L):
            flipped = spins.copy()
            flipped[i, j] *= -1
            assert flip_cost(spins)[i, j] == ising_energy(flipped) - ising_energy(spins)


@pytest.mark.parametrize("T", [0.5, 2.3, 10.0])
def test_detailed_balance_of_the_acceptance_on_every_state(T):
    spins = all_states(3)
    for site in range(9):
        flipped = spins.copy().reshape(-1, 9)
        flipped[:, site] *= -1
        E, F = ising_energy(spins), ising_energy(flipped.reshape(-1, 3, 3))
        there, back = metropolis_acceptance(F - E, T), metropolis_acceptance(E - F, T)
        assert ((there > 0) & (there <= 1)).all()
        np.testing.assert_allclose(np.exp(-(E + 18) / T) * there, np.exp(-(F + 18) / T) * back, rtol=1e-12)


@pytest.mark.parametrize("T", [1.0, 2.0, 5.0])
@pytest.mark.parametrize("shape", [(64, 32, 32), (256, 256)])
def test_half_a_multispin_sweep_flips_as_often_as_metropolis_says(T, shape):
    """From a random state, spins with dE = 4 and 8 flip with exp(-dE/T), those below always, the other colour never."""
    rng = np.random.default_rng(7)
    spins = rng.choice(np.array([-1, 1], dtype=np.int8), p=[0.3, 0.7], size=shape)
    alone = len(shape) == 2
    words = (multispin.pack_lattice if alone else multispin.pack_replicas)(spins)
    A, B = multispin.split(words)
    three, four = np.empty_like(A), np.empty_like(A)
    multispin.count_aligned(A, B, 0, int(alone), three, four)
    p3, p4 = (multispin.digits(np.exp(-dE / T)) for dE in (4, 8))
    multispin.accept(A.reshape(-1), three.reshape(-1), four.reshape(-1), p3, p4, multispin.work_space(rng))
    joined = multispin.join(A, B)
    flipped = (multispin.unpack_lattice if alone else multispin.unpack_replicas)(joined) != spins
    cost = flip_cost(spins) if alone else np.array([flip_cost(s) for s in spins])
    white = np.broadcast_to(np.indices(shape[-2:]).sum(axis=0) % 2 == 0, shape)
    assert not flipped[~white].any() and flipped[white & (cost <= 0)].all()
    for dE in (4, 8):
        tried, p = flipped[white & (cost == dE)], np.exp(-dE / T)
        assert abs(tried.mean() - p) < 4.5 * np.sqrt(p * (1 - p) / tried.size)


def test_packing_and_splitting_are_undone():
    rng = np.random.default_rng(1)
    replicas = rng.choice(np.array([-1, 1], dtype=np.int8), size=(64, 6, 6))
    lattice = rng.choice(np.array([-1, 1], dtype=np.int8), size=(256, 256))
    words = multispin.pack_replicas(replicas)
    assert (multispin.unpack_replicas(multispin.join(*multispin.split(words))) == replicas).all()
    assert (multispin.unpack_lattice(multispin.pack_lattice(lattice)) == lattice).all()
    assert words[2, 3] >> np.uint64(63) == (replicas[63, 2, 3] > 0)


@pytest.mark.parametrize("shape", [(64, 3, 3), (63, 4, 4), (64, 64), (128, 256)])
def test_shapes_that_cannot_be_packed(shape):
    with pytest.raises(ValueError, match="spins has shape"):
        multispin.multispin_metropolis(np.ones(shape, dtype=np.int8), 2.0, 1, np.random.default_rng(0))


def test_digits_are_the_probability():
    for p in (0.0, 0.1, 0.5, 1 / 3, 1.0):
        bits = (multispin.digits(p) != 0).astype(float)
        assert bits @ 0.5 ** np.arange(1, 65) == pytest.approx(p, abs=1e-15)


@pytest.mark.parametrize("T", [1.5, 2.5, 4.0])
def test_multispin_visits_the_states_of_4x4_as_boltzmann_says(T):
    rng = np.random.default_rng(2)
    spins = np.ones((64, 4, 4), dtype=np.int8)
    batches = []
    for _ in range(60):
        spins = multispin.multispin_metropolis(spins, T, 200, rng)
        batches.append(spins)
    assert_drawn_from(np.concatenate(batches[1:]), 4, T, checkerboard=True)


def test_the_readable_sweep_visits_the_states_of_4x4_as_boltzmann_says():
    rng = np.random.default_rng(3)
    spins, kept = np.ones((4, 4), dtype=np.int8), []
    for step in range(6000):
        spins = metropolis_sweep(spins, 3.0, rng)
        if step % 15 == 14:
            kept.append(spins)
    assert_drawn_from(np.array(kept), 4, 3.0, checkerboard=True)


@pytest.mark.parametrize(("L", "T"), [(3, 1.5), (3, 3.0), (4, 2.3)])
def test_wolff_visits_the_states_as_boltzmann_says(L, T):
    rng = np.random.default_rng(4)
    spins, kept = np.ones((L, L), dtype=np.int8), []
    for _ in range(3000):
        spins, flips = wolff.wolff_clusters(spins, T, 20, rng)
        kept.append(spins)
        assert 20 <= flips <= 20 * L * L
    assert_drawn_from(np.array(kept), L, T)


@pytest.mark.parametrize(("L", "T"), [(2, 2.0), (3, 2.0), (4, 1.5), (4, 2.3), (4, 3.5)])
def test_make_ising_draws_independent_states_of_small_lattices(L, T):
    data = make_ising(3000, L=L, T=T, rng=np.random.default_rng(5))
    assert_drawn_from(data.X.reshape(-1, L, L), L, T)
    assert_within(data.truth["magnetization"], 0.0)  # either sign


def test_checkerboard_metropolis_never_leaves_a_state_without_fields():
    diagonal = np.array([np.roll([1, 1, -1, -1], i) for i in range(4)], dtype=np.int8)
    assert not flip_cost(diagonal).any()
    rng = np.random.default_rng(0)
    assert not flip_cost(metropolis_sweep(diagonal, 3.0, rng)).any()
    fast = multispin.multispin_metropolis(np.array([diagonal] * 64), 3.0, 7, rng)
    assert not any(flip_cost(spins).any() for spins in fast)


@pytest.mark.parametrize("T", [1.5, 2.0, 3.0, 4.0])
def test_energy_is_onsagers_and_order_is_yangs(T):
    """L = 64: the corrections for the finite size are exp(-L / correlation length) < 10^-20."""
    data = make_ising(256, L=64, T=T, rng=np.random.default_rng(6))
    assert_within(data.truth["energy"] / 64**2, onsager_energy(T))
    if T < CRITICAL_TEMPERATURE:
        assert_within(np.abs(data.truth["magnetization"]), spontaneous_magnetization(T))


def test_one_large_lattice_in_words_is_onsagers_too():
    rng = np.random.default_rng(8)
    spins, energies = np.ones((128, 128), dtype=np.int8), []
    for _ in range(120):
        spins = multispin.multispin_metropolis(spins, 2.0, 40, rng)
        energies.append(ising_energy(spins) / 128**2)
    assert_within(energies[5:], onsager_energy(2.0))


def test_wolff_and_metropolis_agree():
    L, T = 16, 2.4
    rng = np.random.default_rng(9)
    found = []
    for chain in (simulate.metropolis_chain(L, T, rng), simulate.wolff_chain(L, T, rng)):
        tau = simulate.measure_time(chain, np.inf)
        batches = []
        while sum(map(len, batches)) < 1000:
            chain.advance(int(np.ceil(2 * tau)))
            batches.append(chain.read())
        spins = np.concatenate(batches)
        found.append((ising_energy(spins) / L**2, np.abs(ising_magnetization(spins))))
    for ours, theirs in zip(*found, strict=True):
        error = np.hypot(ours.std() / np.sqrt(len(ours)), theirs.std() / np.sqrt(len(theirs)))
        assert abs(ours.mean() - theirs.mean()) < 4.5 * error


def test_the_slow_temperature_takes_wolff_and_odd_lattices_too():
    rng = np.random.default_rng(10)
    data = make_ising(2, L=32, T=[1.0, CRITICAL_TEMPERATURE, 4.0], rng=rng)
    assert data.truth["method"] == ("Metropolis", "Wolff", "Metropolis")
    assert make_ising(2, L=5, T=4.0, rng=rng).truth["method"] == ("Wolff",)


@pytest.mark.parametrize(("L", "T"), [(24, 2.6), (24, 2.27)])
def test_rows_of_one_chain_are_as_decorrelated_as_stated(L, T):
    rng = np.random.default_rng(11)
    even = simulate.metropolis_chain(L, T, rng) if T > 2.5 else simulate.wolff_chain(L, T, rng)
    tau = simulate.measure_time(even, np.inf)
    series = []
    for _ in range(600):
        even.advance(int(np.ceil(simulate.SPACING * tau)))
        series.append(ising_energy(even.read()))
    assert autocorrelation_time(np.array(series, dtype=float)) < 1.25


def test_the_record():
    data = make_ising(5, L=6, T=[1.0, 3.0], rng=np.random.default_rng(0))
    assert data.X.shape == (10, 36) and data.X.dtype == np.int8 and set(np.unique(data.X)) <= {-1, 1}
    assert data.y.tolist() == [1] * 5 + [0] * 5 and data.target_names[1] == "ordered"
    assert data.truth["T"].tolist() == [1.0] * 5 + [3.0] * 5
    assert (data.truth["energy"] == ising_energy(data.X.reshape(-1, 6, 6))).all()
    assert data.truth["autocorrelation_time"].shape == data.truth["spacing"].shape == (2,)
    assert data.feature_names[7] == "spin_1_1" and data.origin == "simulated"


def test_a_seed_gives_the_same_configurations_and_another_one_others():
    draw = lambda seed: make_ising(4, L=8, T=[2.0, 2.3, 3.0], rng=np.random.default_rng(seed)).X
    assert (draw(1) == draw(1)).all() and (draw(1) != draw(2)).any()
    lattice = np.ones((128, 128), dtype=np.int8)
    once = multispin.multispin_metropolis(lattice, 2.3, 5, np.random.default_rng(3))
    assert (once == multispin.multispin_metropolis(lattice, 2.3, 5, np.random.default_rng(3))).all()
    assert (lattice == 1).all()  # the argument is left alone


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"T": 0.0}, "T is 0.0; give one"),
        ({"T": [1, np.nan]}, "each above 0"),
        ({"L": 1}, "L is 1"),
        ({"n": 0}, "n is 0"),
    ],
)
def test_impossible_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_ising(**arguments, rng=np.random.default_rng(0))


def test_the_exact_results():
    assert np.sinh(2 / CRITICAL_TEMPERATURE) == pytest.approx(1, rel=1e-15)
    assert onsager_energy(CRITICAL_TEMPERATURE) == pytest.approx(-np.sqrt(2), abs=1e-12)
    assert onsager_energy(0.05) == pytest.approx(-2) and onsager_energy(1e3) == pytest.approx(-2e-3, rel=1e-5)
    beta = 1 / np.array([8.0, 12.0])  # ln Z per spin = ln(2 cosh^2 beta) + t^4 + 2 t^6 + 9/2 t^8 + ..., t = tanh(beta)
    t = np.tanh(beta)
    series = -2 * t - (4 * t**3 + 12 * t**5) * (1 - t**2)
    np.testing.assert_allclose(onsager_energy(1 / beta), series, atol=float((40 * t**7).max()))
    assert spontaneous_magnetization(np.array([0.01, 2.0, 2.3])).round(4).tolist() == [1.0, 0.9113, 0.0]
    near = CRITICAL_TEMPERATURE * (1 - 1e-6)
    leading = 8 * np.sqrt(2) / CRITICAL_TEMPERATURE * 1e-6  # sinh = 1 and coth = sqrt 2 at 2 / T_c
    assert spontaneous_magnetization(near) == pytest.approx(leading**0.125, rel=1e-5)
    above, below = correlation_length(CRITICAL_TEMPERATURE * np.array([1.0001, 0.9999]))
    assert above / below == pytest.approx(2, rel=1e-3) and correlation_length(CRITICAL_TEMPERATURE) > 1e12


def test_drawing(capsys):
    spins = np.array([[1, -1, 1], [1, 1, -1], [-1, 1, -1]])
    assert draw_lattice(spins) == "█▄▀\n ▀ " and draw_lattice(spins, blocks=False) == "# . #\n# # .\n. # ."
    main(["--L", "4", "--T", "0.2"])
    drawn, words = capsys.readouterr().out.rstrip("\n").rsplit("\n", 1)
    assert drawn in ("\n".join(["# # # #"] * 4), "\n".join([". . . ."] * 4))
    assert words == "L = 4, T = 0.2 (0.088 T_c), energy per spin -2.000, |m| = 1.000"


@pytest.mark.parametrize(("words", "message"), [(["--T", "-1"], "T is -1.0"), (["--seed", "-1"], "--seed is -1")])
def test_drawing_with_impossible_arguments(words, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2 and message in capsys.readouterr().err


def test_the_module_runs_and_prints_ascii_where_it_is_piped():
    command = [sys.executable, "-W", "error", "-m", "abinitio.data.ising", "--L", "6", "--T", "3"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert done.stdout.isascii() and len(done.stdout.splitlines()) == 7 and not done.stderr


def test_importing_loads_no_compiler():
    code = "import sys, abinitio.data.ising; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numba", "scipy"} & set(loaded)

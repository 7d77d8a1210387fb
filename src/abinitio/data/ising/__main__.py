"""`python -m abinitio.data.ising`: draw one equilibrium configuration in the terminal."""

import argparse
import sys

import numpy as np

from abinitio.data.ising import CRITICAL_TEMPERATURE, make_ising


def draw_lattice(spins: np.ndarray, blocks: bool = True) -> str:
    """`spins` : (L, L) as text, up dark: two rows to a line with half blocks, or one, as # and . , without `blocks`.

    >>> print(draw_lattice(np.array([[1, -1], [1, 1]])))
    █▄
    >>> print(draw_lattice(np.array([[1, -1], [1, 1]]), blocks=False))
    # .
    # #
    """
    up = np.asarray(spins) > 0
    if not blocks:
        return "\n".join(" ".join(np.where(row, "#", ".")) for row in up)
    if len(up) % 2:
        up = np.vstack([up, np.zeros_like(up[:1])])
    characters = np.array(list(" ▀▄█"))[up[::2] + 2 * up[1::2]]
    return "\n".join("".join(line) for line in characters)


def main(arguments: list[str] | None = None) -> None:
    """Draw the lattice that the command line's `arguments` ask for; then its temperature, energy and order."""
    parser = argparse.ArgumentParser(
        prog="python -m abinitio.data.ising", description="Draw one equilibrium configuration of the 2-d Ising model."
    )
    parser.add_argument("--L", type=int, default=40, help="side of the lattice (default: 40)")
    parser.add_argument("--T", type=float, default=2.27, help="temperature in J/k_B (default: 2.27, about critical)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another configuration (default: 0)")
    chosen = parser.parse_args(arguments)
    if chosen.seed < 0:
        parser.error(f"--seed is {chosen.seed}; give 0 or a positive whole number")
    try:
        data = make_ising(1, L=chosen.L, T=chosen.T, rng=np.random.default_rng(chosen.seed))
    except ValueError as error:
        parser.error(str(error))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    print(draw_lattice(data.X.reshape(chosen.L, chosen.L), blocks=sys.stdout.isatty() and encoding == "utf8"))
    energy, order = data.truth["energy"][0] / chosen.L**2, abs(data.truth["magnetization"][0])
    ratio = chosen.T / CRITICAL_TEMPERATURE
    print(f"L = {chosen.L}, T = {chosen.T:g} ({ratio:.3f} T_c), energy per spin {energy:.3f}, |m| = {order:.3f}")


if __name__ == "__main__":
    main()

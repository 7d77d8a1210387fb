"""Machine learning for physicists, from first principles.

Nothing heavy is imported here: write ``from abinitio.linear_model import Ridge``.
"""

__version__ = "0.1.0"

"""reinforcement."""

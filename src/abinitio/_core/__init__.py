"""What every topic needs: random generators, checks with clear messages, optional parts."""

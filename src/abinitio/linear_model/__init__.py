"""linear_model."""

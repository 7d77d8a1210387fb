"""What every exercise must pass before a student sees it: the law and the mutation gate."""

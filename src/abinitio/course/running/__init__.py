"""Executing homeworks as experiments: the kernel, the student's functions, the recorded quantities, the cost."""

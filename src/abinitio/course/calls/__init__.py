"""Calling an answer safely: plain data in and out, limits, the library's own functions switched off."""

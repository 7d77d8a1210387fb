"""A homework's notebook in its two forms: with the library's functions, and with blanks."""

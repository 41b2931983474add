"""How right, how fast and how bounded the library is, beside others; see README.md in this folder."""

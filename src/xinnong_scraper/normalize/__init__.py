"""Pure functions on strings: white space, dates, addresses, names of persons."""

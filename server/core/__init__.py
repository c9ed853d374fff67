"""Pure rules: values in, values out. No clock, no unseeded chance, no database, no web."""

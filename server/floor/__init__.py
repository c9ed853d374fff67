"""One function for each thing that a person or the clock does; joins core and store."""

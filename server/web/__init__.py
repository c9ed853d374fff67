"""Flask and Socket.IO: decode, call one floor function, encode."""

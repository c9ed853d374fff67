"""Simulated people and benchmarks: clients that speak the public protocol."""

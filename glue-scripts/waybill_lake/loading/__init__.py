"""Loads bronze objects into silver: the steps of the load protocol on real parts."""

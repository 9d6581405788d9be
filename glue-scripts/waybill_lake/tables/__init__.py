"""Iceberg tables: made, evolved, changed by compare-and-set, looked after."""

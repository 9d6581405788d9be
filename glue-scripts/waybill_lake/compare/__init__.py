"""What a candidate would change: rows side by side, the differences by table, column and key, and the report."""

"""Jobs of the lake: bronze to silver to gold."""

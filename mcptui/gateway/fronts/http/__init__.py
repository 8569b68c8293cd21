"""HTTP as all fronts share it."""

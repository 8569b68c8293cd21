"""Configurations of other programs: read what people paste, write what their clients need."""

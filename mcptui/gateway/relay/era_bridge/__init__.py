"""The rules by which a call crosses between the eras, without I/O, and what carries them out."""

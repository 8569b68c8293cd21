"""What was done: the recorder, redaction, refusals."""

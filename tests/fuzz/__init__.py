"""What strangers send, made up by a fuzzer that sees which code it reaches: ``make fuzz``."""

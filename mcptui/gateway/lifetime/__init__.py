"""What ends when access ends."""

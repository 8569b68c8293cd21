"""What is measured, a module each: ``run(rig)`` gives the lines of its section in RESULTS.md."""

"""An invented province and its year: the same one for trying the program, for its tests and for benchmarks."""

"""What is measured. Each file declares the measures of one subject; importing this package declares all of them."""

from cotmoc.measure.measures import coast, coverage, line, markers, one_marker, patrols, plan

__all__ = ["coast", "coverage", "line", "markers", "one_marker", "patrols", "plan"]

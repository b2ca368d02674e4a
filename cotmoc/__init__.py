"""Cột Mốc: the working year of a border guard command. Record, picture, measure, plan, review."""

__version__ = "0.1.0"

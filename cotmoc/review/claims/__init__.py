"""One file per chapter of the review: which figures it needs and what its annex shows. Wordings and thresholds are packs."""

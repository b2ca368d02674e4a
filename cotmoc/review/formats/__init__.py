"""The review on paper: one content, laid out as PDF and as DOCX, and the evidence file that goes with it."""

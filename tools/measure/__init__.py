"""Figures: instructions, flash and RAM, ours and the peers'."""

"""Firmware and its images; C sources for other ends, and what objects may hold."""

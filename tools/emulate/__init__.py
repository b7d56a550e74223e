"""Boards without hardware: emulators, their network and consoles; the dashboard here."""

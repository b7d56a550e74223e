"""What a machine needs before it can build: Debian packages, the .venv, sources."""

"""The programs behind the Makefile, in rooms."""

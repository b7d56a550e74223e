"""A board on a serial port: flash, deploy, a console, tests."""

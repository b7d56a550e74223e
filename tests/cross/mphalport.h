// MicroPython's py/mphal.h asks the port for this; nothing here runs, so nothing is in it.

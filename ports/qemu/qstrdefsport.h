// This port needs no names beyond those in its sources.

"""What a change must pass: tests, fuzzing, style, the rules of the C code."""

"""What all programs share: where things are, boards, what is printed, Ctrl-C."""

// Nothing: there is no operating system.

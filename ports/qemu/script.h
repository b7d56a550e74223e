// The arguments that QEMU was given:  firmware [heap=96k] [flash=file] [script [argument ...]]
#ifndef QEMU_SCRIPT_H
#define QEMU_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

void script_read_arguments(void);
// Bytes of heap that were asked for, at most all that there are.
size_t script_heap(size_t most);
// Puts script and arguments into sys.argv. False when there is no script.
bool script_set_argv(void);
// Runs it. What the machine shall exit with: 0, what SystemExit says, or 1 for any exception.
int script_run(void);

#endif

// From reset to main. QEMU loads data where it stays; there is nothing to copy.
    .section .start, "ax"
    .global start
start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, _estack
    la tp, _tls             // picolibc's errno lives there
    la t0, _sbss
    la t1, _ebss
1:
    bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:
    la t0, trap
    csrw mtvec, t0          // one handler for all
    call machine_init
    call main
    li a0, 0
    tail semihost_exit

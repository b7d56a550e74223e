// Before each file. The functions of the binding stand together: one is known by its address.
#if defined(LWS_BINDING)
#pragma clang section text="lws_binding"
#endif

// MicroPython does not say so of nlr_push(), and clang, busy with its checks, would put something
// else where the second return still looks.
struct _nlr_buf_t;
unsigned int nlr_push(struct _nlr_buf_t *) __attribute__((returns_twice));

#include "mod_lws/text.h"

#include "py/runtime.h"

void mlws_refuse_text(lws_span_t text) {
    uint32_t state = 0;
    size_t i = 0;
    while (i < text.n && lws_utf8_rx(&state, text.p + i, 1) == LWS_OK) {
        i++;
    }
    mp_raise_msg_varg(&mp_type_UnicodeError,
        MP_ERROR_TEXT("no UTF-8, so it cannot be sent as text: at byte %u"), (unsigned)i);
}

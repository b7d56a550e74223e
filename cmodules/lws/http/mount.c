#include "lws/http/mount.h"

#include "lws/http/param.h"
#include "lws/http/url.h"

static lws_span_t without_slash(lws_span_t s) {
    if (s.n && s.p[s.n - 1] == '/') {
        s.n--;
    }
    return s;
}

const lws_mount_t *lws_mount_find(const lws_mount_t *list, size_t count, lws_span_t path,
    lws_span_t *rest) {
    const lws_mount_t *best = NULL;
    size_t best_n = 0;

    for (size_t i = 0; i < count; i++) {
        lws_span_t prefix = without_slash(list[i].prefix);
        if (prefix.n > path.n || (best && prefix.n <= best_n)) {
            continue;
        }
        if (prefix.n && (memcmp(prefix.p, path.p, prefix.n) != 0
                         || (prefix.n < path.n && path.p[prefix.n] != '/'))) {
            continue;
        }
        best = &list[i];
        best_n = prefix.n;
    }
    if (best) {
        *rest = lws_span(path.p + best_n, path.n - best_n);
    }
    return best;
}

int lws_mount_join(char *dst, size_t cap, const lws_mount_t *m, lws_span_t rest) {
    lws_out_t o = lws_out(dst, cap);
    lws_span_t origin = without_slash(m->origin);

    if (origin.n) {
        lws_out_span(&o, origin);
    }
    if (rest.n) {
        lws_out_span(&o, rest);
    } else {
        LWS_OUT_LIT(&o, "/");
    }
    if (rest.n == 0 || rest.p[rest.n - 1] == '/') {
        lws_out_span(&o, m->index.n ? m->index : LWS_LIT("index.html"));
    }
    lws_out_u8(&o, 0);
    return o.full ? LWS_ERR_NOSPC : (int)o.len - 1;
}

void lws_mount_put_redirect(lws_out_t *o, lws_span_t path, lws_span_t query) {
    if (!lws_param_safe(query)) {
        o->full = true;
        return;
    }
    lws_url_put(o, path, LWS_URL_PATH);
    LWS_OUT_LIT(o, "/");
    if (query.p) {
        LWS_OUT_LIT(o, "?");
        lws_out_span(o, query);
    }
}

#include "lws/http/mime.h"

#include "lws/http/param.h"

#define SUFFIX_MAX 11       // "webmanifest"
#define UTF8 "; charset=utf-8"

// Suffixes, all with the same first letter, NUL, type. The common ones first: it is read from the
// top.
static const char *const types[] = {
    "html,htm\0text/html" UTF8,
    "js\0text/javascript" UTF8,
    "css\0text/css" UTF8,
    "json\0application/json",
    "png\0image/png",
    "jpg,jpeg\0image/jpeg",
    "svg\0image/svg+xml",
    "ico\0image/x-icon",
    "txt\0text/plain" UTF8,
    "mjs\0text/javascript" UTF8,
    "map\0application/json",
    "log\0text/plain" UTF8,
    "py\0text/plain" UTF8,
    "woff2\0font/woff2",
    "woff\0font/woff",
    "ttf\0font/ttf",
    "webp\0image/webp",
    "gif\0image/gif",
    "avif\0image/avif",
    "bmp\0image/bmp",
    "wasm\0application/wasm",
    "webmanifest\0application/manifest+json",
    "xml\0text/xml" UTF8,
    "csv\0text/csv" UTF8,
    "md\0text/markdown" UTF8,
    "pdf\0application/pdf",
    "zip\0application/zip",
    "gz\0application/gzip",
    "mp3\0audio/mpeg",
    "wav\0audio/wav",
    "mp4\0video/mp4",
    "webm\0video/webm",
};

// The suffix in lower case with a NUL: what follows the last dot of the last segment. Empty when
// there is none that could be known.
static void suffix_of(lws_span_t path, char suffix[SUFFIX_MAX + 1]) {
    size_t from = path.n;

    while (from && path.p[from - 1] >= '0') {
        from--;
    }
    suffix[0] = 0;
    if (from == 0 || path.p[from - 1] != '.' || path.n - from > SUFFIX_MAX) {
        return;
    }
    for (size_t i = 0; from < path.n; i++) {
        suffix[i] = (char)(path.p[from++] | 0x20);
        suffix[i + 1] = 0;
    }
}

// The type of an entry when one of its suffixes is this, NULL otherwise.
static const char *type_in(const char *entry, const char *suffix) {
    if (*entry != *suffix) {
        return NULL;
    }
    for (;;) {
        size_t n = 0;
        while (suffix[n] && entry[n] == suffix[n]) {
            n++;
        }
        entry += n;
        if (!suffix[n] && (*entry == ',' || *entry == 0)) {
            return entry + strlen(entry) + 1;
        }
        while (*entry && *entry != ',') {
            entry++;
        }
        if (*entry++ == 0) {
            return NULL;
        }
    }
}

lws_span_t lws_mime_of(lws_span_t path) {
    char suffix[SUFFIX_MAX + 1];

    suffix_of(path, suffix);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        const char *type = type_in(types[i], suffix);
        if (type) {
            return lws_span(type, strlen(type));
        }
    }
    return LWS_LIT("application/octet-stream");
}

// Is the weight of these parameters 0 ("q=0", "q=0.000")? An empty one counts as 0.
static bool is_refused(lws_span_t params) {
    lws_span_t name, value;

    while (lws_param_next(&params, &name, &value) > 0) {
        if (name.n == 1 && (name.p[0] | 0x20) == 'q') {
            size_t i = 0;
            while (i < value.n && (value.p[i] == '0' || value.p[i] == '.')) {
                i++;
            }
            return i == value.n;
        }
    }
    return false;
}

bool lws_accepts_encoding(lws_span_t value, lws_span_t coding) {
    bool any = false;
    lws_span_t item;

    while (lws_span_next_item(&value, &item)) {
        lws_span_t name = lws_param_head(&item);
        if (lws_span_eq_nocase(name, coding)) {
            return !is_refused(item);
        }
        if (name.n == 1 && name.p[0] == '*') {
            any = !is_refused(item);
        }
    }
    return any;
}

#include "mod_lws/http/static.h"

#include "py/gc.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/objstr.h"
#include "py/objtuple.h"
#include "extmod/vfs.h"
#if MICROPY_VFS_POSIX
#include "extmod/vfs_posix.h"
#endif
#if MICROPY_VFS_LFS2
#include "extmod/vfs_lfs.h"
#endif
#if MICROPY_VFS_ROM
#include "extmod/vfs_rom.h"
#endif
#if MICROPY_VFS_FAT
#include "extmod/vfs_fat.h"
#endif

#include "mod_lws/http/name.h"
#include "mod_lws/http/respond.h"
#include "mod_lws/http/source.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/mem.h"

#include "lws/http/file.h"
#include "lws/http/mime.h"
#include "lws/http/mount.h"
#include "lws/http/url.h"

// bytes of a path, of the request's and of the file's; a longer one is not found
#define PATH_CAP 256
#define FIELDS_CAP 512      // bytes of the fields about a file

// ---- the folders of a vhost

typedef struct folder {
    mp_obj_t prefix, origin, index;     // kept for the collector: the mount only borrows them
    uint32_t max_age;
    bool gzip;
    const mp_obj_type_t *fs;            // the last file system's type, when it is a known one
    mp_fun_2_t stat;                    // its methods
    mp_fun_3_t open;
} folder_t;

typedef struct statics {
    lws_mount_t *mounts;        // user is the folder_t
    size_t count;
} statics_t;

static lws_span_t text_of(mp_obj_t v) {
    size_t n;
    const char *p = mp_obj_str_get_data(v, &n);
    return lws_span(p, n);
}

// Where a mount for this prefix goes: over the one it replaces, or to the end.
static lws_mount_t *slot_for(statics_t *s, lws_span_t prefix) {
    for (size_t i = 0; i < s->count; i++) {
        if (lws_span_eq(s->mounts[i].prefix, prefix)) {
            return &s->mounts[i];
        }
    }
    s->mounts = m_renew(lws_mount_t, s->mounts, s->count, s->count + 1);
    return &s->mounts[s->count++];
}

void mlws_static_add(mlws_site_t *v, size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    enum { ARG_prefix, ARG_folder, ARG_max_age, ARG_gzip, ARG_index };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_prefix, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_folder, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_max_age, MP_ARG_INT, { .u_int = 0 } },
        { MP_QSTR_gzip, MP_ARG_BOOL, { .u_bool = false } },
        { MP_QSTR_index, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_QSTR(MP_QSTR_) } },
    };
    mp_arg_val_t a[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, args, kw, MP_ARRAY_SIZE(allowed), allowed, a);
    folder_t *f = m_new_obj(folder_t);
    f->prefix = a[ARG_prefix].u_obj;
    f->origin = a[ARG_folder].u_obj;
    f->index = a[ARG_index].u_obj;
    f->max_age = (uint32_t)MAX(a[ARG_max_age].u_int, 0);
    f->gzip = a[ARG_gzip].u_bool;
    f->fs = NULL;
    lws_mount_t m = {
        .prefix = text_of(f->prefix), .origin = text_of(f->origin), .index = text_of(f->index),
        .user = f,
    };
    if ((m.prefix.n && m.prefix.p[0] != '/') || !m.origin.n) {
        mp_raise_ValueError(MP_ERROR_TEXT("a prefix begins with '/', and a folder has a name"));
    }
    if (!v->statics) {
        statics_t *s = m_new_obj(statics_t);
        s->mounts = NULL;
        s->count = 0;
        v->statics = s;
    }
    *slot_for(v->statics, m.prefix) = m;
}

// ---- looking for a file

typedef struct job {
    mlws_conn_t *k;
    const lws_head_t *head;
    const lws_mount_t *mount;
    lws_span_t path, rest;      // the request's path, and what of it is below the mount
    char *name;                 // of the file: PATH_CAP bytes
    mp_obj_t fs, stream;        // the mounted file system and the open file
    const char *inner;          // the file's path inside its file system
    folder_t *known;            // the file system is one of MicroPython's own
    mp_obj_t fields;            // more fields of the answer: a dict, or None
    bool look;                  // only whether there is a file
    lws_file_t file;
} job_t;

// MicroPython's own file systems keep no path, and make a new object for each stat and each file.
// One written in Python may do otherwise.
static bool is_known(mp_obj_t fs) {
    const mp_obj_type_t *type = mp_obj_get_type(fs);
    #if MICROPY_VFS_POSIX
    if (type == &mp_type_vfs_posix) {
        return true;
    }
    #endif
    #if MICROPY_VFS_LFS2
    if (type == &mp_type_vfs_lfs2) {
        return true;
    }
    #endif
    #if MICROPY_VFS_ROM
    if (type == &mp_type_vfs_rom) {
        return true;
    }
    #endif
    #if MICROPY_VFS_FAT
    if (type == &mp_fat_vfs_type) {
        return true;
    }
    #endif
    return false;
}

static const mp_obj_fun_builtin_fixed_t *method_of(mp_obj_t fs, qstr name) {
    mp_obj_t m[2];
    mp_load_method(fs, name, m);
    return MP_OBJ_TO_PTR(m[0]);
}

static folder_t *known_fs(folder_t *f, mp_obj_t fs) {
    if (f->fs == mp_obj_get_type(fs)) {
        return f;
    }
    if (!is_known(fs)) {
        return NULL;
    }
    f->stat = method_of(fs, MP_QSTR_stat)->fun._2;
    f->open = method_of(fs, MP_QSTR_open)->fun._3;
    f->fs = mp_obj_get_type(fs);
    return f;
}

// The file system's method(path) or, with a mode, method(path, mode).
static mp_obj_t call_fs(job_t *j, qstr method, mp_obj_t mode) {
    mp_obj_str_t path = {
        { &mp_type_str }, 0, strlen(j->inner), (const byte *)j->inner,
    };
    if (j->known && mode == MP_OBJ_NULL) {
        return j->known->stat(j->fs, MP_OBJ_FROM_PTR(&path));
    }
    if (j->known) {
        return j->known->open(j->fs, MP_OBJ_FROM_PTR(&path), mode);
    }
    mp_obj_t call[4];
    mp_load_method(j->fs, method, call);
    call[2] = mlws_new_str(lws_span(path.data, path.len));
    call[3] = mode;
    return mp_call_method_n_kw(mode == MP_OBJ_NULL ? 1 : 2, 0, call);
}

// The stat of a known file system is nobody else's: without garbage no collection.
static void discard_stat(const job_t *j, mp_obj_t stat) {
    if (j->known) {
        gc_free(MP_OBJ_TO_PTR(stat));
    }
}

// Neither is its file; closed, it needs no finaliser, and the collector calls none without a type.
// (To free its single block would make the next search for several begin there.)
static void discard_file(const job_t *j, mp_obj_t file) {
    mlws_stream_close(file);
    if (j->known) {
        ((mp_obj_base_t *)MP_OBJ_TO_PTR(file))->type = NULL;
    }
}

// Does this errno mean that there is no such file?
static bool is_missing(int err) {
    // FAT says EINVAL to a name that it cannot hold.
    return err == MP_ENOENT || err == MP_ENOTDIR || err == MP_ENODEV || err == MP_EISDIR
           || err == MP_EINVAL;
}

static int errno_of(mp_obj_t exc) {
    if (!mp_obj_exception_match(exc, MP_OBJ_FROM_PTR(&mp_type_OSError))) {
        return 0;
    }
    mp_obj_t v = mp_obj_exception_get_value(exc);
    return mp_obj_is_small_int(v) ? (int)MP_OBJ_SMALL_INT_VALUE(v) : 0;
}

// The stat tuple of the file called j->name, MP_OBJ_NULL when there is none. Raises what else can
// go wrong.
static mp_obj_t stat_of(job_t *j) {
    mp_vfs_mount_t *vfs = mp_vfs_lookup_path(j->name, &j->inner);
    if (vfs == MP_VFS_NONE || vfs == MP_VFS_ROOT) {
        return MP_OBJ_NULL;
    }
    j->fs = vfs->obj;
    j->known = known_fs((folder_t *)j->mount->user, j->fs);
    mp_obj_t stat = MP_OBJ_NULL;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        stat = call_fs(j, MP_QSTR_stat, MP_OBJ_NULL);
        nlr_pop();
    } else if (!is_missing(errno_of(MP_OBJ_FROM_PTR(nlr.ret_val)))) {
        nlr_jump(nlr.ret_val);
    }
    return stat;
}

typedef enum { NOTHING, A_FOLDER, A_FILE } what_t;

// Of what the request says of the name; how the application writes its folder is its own affair.
static bool name_is_true(const job_t *j) {
    size_t inner = (size_t)((uintptr_t)j->inner - (uintptr_t)j->name);
    if (inner >= PATH_CAP) {
        return true;        // the root of a file system
    }
    size_t origin = j->mount->origin.n;
    origin -= origin && j->mount->origin.p[origin - 1] == '/';
    return mlws_name_is_true(j->fs, j->name + inner, origin > inner ? origin - inner : 0);
}

// What has this name? Only a regular file counts: opening a pipe would stop the loop.
static what_t look_at(job_t *j) {
    mp_obj_t stat = stat_of(j);
    if (stat == MP_OBJ_NULL || !name_is_true(j)) {
        return NOTHING;
    }
    mp_obj_t *items;
    mp_obj_get_array_fixed_n(stat, 10, &items);
    mp_int_t kind = mp_obj_get_int_truncated(items[0]) & 0xf000;
    if (kind == MP_S_IFDIR) {
        return A_FOLDER;
    }
    j->file.size = mlws_get_u64(items[6]);
    uint64_t mtime = mlws_get_u64(items[8]);
    #if !MICROPY_EPOCH_IS_1970
    mtime += mtime ? 946684800 : 0;     // 2000
    #endif
    j->file.mtime = (int64_t)mtime;
    discard_stat(j, stat);
    return kind == MP_S_IFREG ? A_FILE : NOTHING;
}

// The same for the compressed form beside the file.
static bool find_gzip(job_t *j, size_t n) {
    if (n + 4 > PATH_CAP) {
        return false;
    }
    memcpy(j->name + n, ".gz", 4);
    if (look_at(j) == A_FILE) {
        j->file.encoding = LWS_LIT("gzip");
        return true;
    }
    j->name[n] = 0;
    return false;
}

// The compressed form goes before the other where it is asked for. Who says nothing takes any
// coding (RFC 9110, section 12.5.3), but is better off without.
static what_t find_either(job_t *j, size_t n) {
    lws_span_t accepted = lws_head_get(j->head, LWS_HDR_ACCEPT_ENCODING);
    j->file.flags = LWS_FILE_VARY;
    if (accepted.p) {
        bool gzip = lws_accepts_encoding(accepted, LWS_LIT("gzip"));
        return gzip && find_gzip(j, n) ? A_FILE : look_at(j);
    }
    what_t plain = look_at(j);
    return plain == NOTHING && find_gzip(j, n) ? A_FILE : plain;
}

static what_t find(job_t *j) {
    int n = lws_mount_join(j->name, PATH_CAP, j->mount, j->rest);
    if (n < 0) {
        return NOTHING;
    }
    const folder_t *f = j->mount->user;
    j->file.type = lws_mime_of(lws_span(j->name, (size_t)n));
    j->file.max_age = f->max_age;
    return f->gzip ? find_either(j, (size_t)n) : look_at(j);
}

// ---- the answers

static void send(job_t *j, const lws_response_t *r) {
    lws_conn_t *c = &j->k->c;
    lws_conn_t *outer = lws_txq_cork(c);
    int err = lws_conn_respond(c, r);
    if (err && err != LWS_ERR_CLOSED) {
        lws_conn_abort(c);      // no memory, not even for the head
    }
    mlws_sent(j->k, outer);
}

// A folder without its slash: the relative links of its index would be wrong.
static void redirect(job_t *j) {
    const lws_head_t *h = j->head;
    uint8_t *buf = m_new(uint8_t, 3 * j->path.n + h->query_len + 16);
    lws_out_t o = lws_out(buf, 3 * j->path.n + h->query_len + 16);
    LWS_OUT_LIT(&o, "Location: ");
    lws_mount_put_redirect(&o, j->path,
        h->query_at ? lws_head_span(h, h->query_at, h->query_len) : lws_span(NULL, 0));
    LWS_OUT_LIT(&o, "\r\n");
    lws_response_t r = { .status = 308, .fields = lws_span(o.p, o.len) };
    mlws_fields(&r, &o, j->fields);
    send(j, &r);
}

// For a boundary that no file can hold on purpose.
static uint64_t random_nonce(void) {
    uint64_t n = mp_hal_ticks_us();
    #ifdef MICROPY_PY_RANDOM_SEED_INIT_FUNC
    n ^= (uint64_t)(MICROPY_PY_RANDOM_SEED_INIT_FUNC) << 24;
    #endif
    return n;
}

// Answers with the file in j->fs; its body comes from a source, all of it or what is left after
// the first piece.
static void send_file(job_t *j) {
    uint8_t buf[FIELDS_CAP];
    lws_out_t o = lws_out(buf, sizeof(buf));
    lws_file_plan_t plan;
    lws_file_plan(j->head, &j->file, &plan);
    if (plan.count > 1) {
        j->file.nonce = random_nonce();
    }
    lws_file_put_head(&o, &j->file, &plan);
    lws_response_t r = {
        .status = plan.status, .length = plan.length, .fields = lws_span(o.p, o.len),
    };
    mlws_fields(&r, &o, j->fields);
    mlws_source_t s;
    if (!plan.body || !plan.length) {
        send(j, &r);
        return;
    }
    j->stream = call_fs(j, MP_QSTR_open, MP_OBJ_NEW_QSTR(MP_QSTR_rb));
    mlws_source_open(&s, j->fs, j->stream, &j->file, &plan);
    r.body = mlws_source_first(&s);
    // From here on nothing raises.
    if (s.left || s.parts) {
        mlws_source_set(j->k, mlws_source_keep(&s));
    } else {
        discard_file(j, s.stream);
    }
    send(j, &r);
}

static bool answer(job_t *j) {
    what_t what = find(j);
    if (what == NOTHING || (what == A_FOLDER && !j->rest.n)) {
        return false;
    }
    if (what == A_FOLDER && j->rest.p[j->rest.n - 1] == '/') {
        return false;           // the index is one
    }
    if (j->look) {
        return true;
    }
    if (what == A_FOLDER || (!j->rest.n && j->path.n > 1)) {
        redirect(j);
    } else {
        send_file(j);
    }
    return true;
}

// Something went wrong before the head was out.
static bool failed(job_t *j, mp_obj_t exc) {
    if (j->stream != MP_OBJ_NULL) {
        mlws_stream_close(j->stream);
    }
    if (!mlws_is_exception(exc)) {
        nlr_jump(MP_OBJ_TO_PTR(exc));
    }
    int err = errno_of(exc);
    if (is_missing(err)) {
        return false;           // it went away meanwhile
    }
    if (j->look) {
        return true;            // the answer will say so
    }
    if (err != MP_EACCES && err != MP_EPERM) {
        mp_obj_print_exception(&mp_plat_print, exc);
    }
    mlws_respond_status(j->k, err == MP_EACCES || err == MP_EPERM ? 403 : 500, false);
    return true;
}

bool mlws_static_serve(mlws_site_t *v, mlws_conn_t *k, const lws_head_t *head, bool look,
    mp_obj_t fields) {
    const statics_t *s = v->statics;
    char path[PATH_CAP], name[PATH_CAP];
    job_t j = { .k = k, .head = head, .name = name, .look = look,
                .fields = fields };
    if (!s || (head->method != LWS_METHOD_GET && head->method != LWS_METHOD_HEAD)) {
        return false;
    }
    j.path = lws_head_span(head, head->path_at, head->path_len);
    if (!lws_url_path_clean(j.path)) {
        int n = lws_url_path((uint8_t *)path, sizeof(path), j.path);
        if (n < 0) {
            return false;
        }
        j.path = lws_span(path, (size_t)n);
    }
    j.mount = lws_mount_find(s->mounts, s->count, j.path, &j.rest);
    if (!j.mount) {
        return false;
    }
    j.stream = MP_OBJ_NULL;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        bool answered = answer(&j);
        nlr_pop();
        return answered;
    }
    return failed(&j, MP_OBJ_FROM_PTR(nlr.ret_val));
}

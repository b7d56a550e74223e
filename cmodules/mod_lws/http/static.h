// Files from folders of any mounted file system, as answers.
#ifndef MOD_LWS_HTTP_STATIC_H
#define MOD_LWS_HTTP_STATIC_H

#include "mod_lws/http/vhost.h"

// Answers a GET or HEAD for a path below a folder of the vhost: true when it did (also with an
// error status).
// Never raises but for exceptions that are no Exception.
// look: only says whether it would. fields: more of the answer's, a dict or None.
bool mlws_static_serve(mlws_site_t *v, mlws_conn_t *k, const lws_head_t *head, bool look,
    mp_obj_t fields);

// vhost.static(prefix, folder, max_age=0, gzip=False, index="index.html"): adds a folder, or
// replaces the one with that prefix. gzip: a file's compressed form may lie beside it, with ".gz"
// behind its name.
void mlws_static_add(mlws_site_t *v, size_t n_args, const mp_obj_t *args, mp_map_t *kw);

#endif

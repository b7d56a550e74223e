#include "lws/base/sul.h"

// The node that one due at us comes behind, NULL for the front. The list is not empty and us is
// before its last.
static lws_sul_t *node_before(const lws_sul_list_t *list, uint64_t us) {
    lws_sul_t *at;

    if (us < list->first->us) {
        return NULL;
    }
    if (us - list->first->us < list->last->us - us) {
        for (at = list->first; at->next->us <= us; at = at->next) {
        }
        return at;
    }
    for (at = list->last; at->us > us; at = at->prev) {
    }
    return at;
}

void lws_sul_at(lws_sul_list_t *list, lws_sul_t *node, uint64_t us) {
    lws_sul_cancel(list, node);
    node->us = us ? us : 1;
    node->prev = list->last;
    if (list->last && list->last->us > node->us) {
        node->prev = node_before(list, node->us);
    }
    node->next = node->prev ? node->prev->next : list->first;
    *(node->prev ? &node->prev->next : &list->first) = node;
    *(node->next ? &node->next->prev : &list->last) = node;
}

void lws_sul_cancel(lws_sul_list_t *list, lws_sul_t *node) {
    if (!lws_sul_pending(node)) {
        return;
    }
    *(node->prev ? &node->prev->next : &list->first) = node->next;
    *(node->next ? &node->next->prev : &list->last) = node->prev;
    node->next = node->prev = NULL;
    node->us = 0;
}

lws_sul_t *lws_sul_next(lws_sul_list_t *list, uint64_t now) {
    lws_sul_t *node = list->first;

    if (!node || node->us > now) {
        return NULL;
    }
    lws_sul_cancel(list, node);
    return node;
}

uint64_t lws_sul_wait(const lws_sul_list_t *list, uint64_t now) {
    if (!list->first) {
        return LWS_SUL_NEVER;
    }
    return list->first->us > now ? list->first->us - now : 0;
}

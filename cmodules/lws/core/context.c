#include "lws/core/context.h"

#include "lws/core/conn.h"
#include "lws/http/date.h"

void lws_context_init(lws_context_t *ctx) {
    ctx->date_s = 0;
}

void lws_context_clock(lws_context_t *ctx, uint64_t now_us, uint64_t unix_s) {
    ctx->now_us = now_us;
    ctx->unix_s = unix_s;
}

lws_span_t lws_context_date(lws_context_t *ctx) {
    if (ctx->unix_s < LWS_DATE_MIN) {
        return lws_span(NULL, 0);
    }
    if (ctx->date_s != ctx->unix_s) {
        lws_out_t o = lws_out(ctx->date, sizeof(ctx->date));
        lws_date_put(&o, (int64_t)ctx->unix_s);
        ctx->date_s = ctx->unix_s;
    }
    return lws_span(ctx->date, LWS_DATE_LEN);
}

lws_conn_t *lws_context_due(lws_context_t *ctx) {
    lws_sul_t *timer = lws_sul_next(&ctx->timers, ctx->now_us);
    return timer ? LWS_SUL_OWNER(timer, lws_conn_t, timer) : NULL;
}

uint64_t lws_context_wait(const lws_context_t *ctx) {
    return lws_sul_wait(&ctx->timers, ctx->now_us);
}

void lws_context_forget_head(lws_context_t *ctx) {
    lws_mem_free(&ctx->mem, ctx->old_head, ctx->old_head_cap);
    ctx->old_head = NULL;
}

void lws_context_free(lws_context_t *ctx) {
    lws_context_forget_head(ctx);
    lws_mem_free(&ctx->mem, ctx->spare, sizeof(*ctx->spare));
    ctx->spare = NULL;
}

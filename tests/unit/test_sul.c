// Timers against a model that searches an unsorted table.
#include "unity.h"

#include "lws/base/sul.h"

#define NODES 24

static lws_sul_list_t list;
static lws_sul_t node[NODES];

static void reset(void) {
    memset(&list, 0, sizeof(list));
    memset(node, 0, sizeof(node));
}

// The list is sorted, linked both ways, and holds n nodes.
static void check_links(size_t n) {
    size_t seen = 0;
    const lws_sul_t *before = NULL;

    for (const lws_sul_t *at = list.first; at; before = at, at = at->next) {
        TEST_ASSERT_TRUE(at->prev == before);
        TEST_ASSERT_TRUE(lws_sul_pending(at));
        TEST_ASSERT_TRUE(!before || before->us <= at->us);
        seen++;
    }
    TEST_ASSERT_TRUE(list.last == before);
    TEST_ASSERT_EQUAL_INT(n, seen);
}

static void test_size(void) {
    TEST_ASSERT_TRUE(sizeof(lws_sul_t) == 2 * sizeof(void *) + 8);
}

static void test_empty(void) {
    reset();
    TEST_ASSERT_NULL(lws_sul_next(&list, UINT64_MAX));
    TEST_ASSERT_TRUE(lws_sul_wait(&list, 0) == LWS_SUL_NEVER);
    TEST_ASSERT_FALSE(lws_sul_pending(&node[0]));
    lws_sul_cancel(&list, &node[0]);
    check_links(0);
}

static void test_due_at_its_time_and_not_before(void) {
    reset();
    lws_sul_at(&list, &node[0], 1000);
    TEST_ASSERT_TRUE(lws_sul_pending(&node[0]));
    TEST_ASSERT_NULL(lws_sul_next(&list, 999));
    TEST_ASSERT_EQUAL_INT(1, lws_sul_wait(&list, 999));
    TEST_ASSERT_EQUAL_INT(0, lws_sul_wait(&list, 1000));
    TEST_ASSERT_EQUAL_INT(0, lws_sul_wait(&list, 5000));
    TEST_ASSERT_TRUE(lws_sul_next(&list, 1000) == &node[0]);
    TEST_ASSERT_FALSE(lws_sul_pending(&node[0]));
    TEST_ASSERT_NULL(lws_sul_next(&list, UINT64_MAX));
}

static void test_extreme_times(void) {
    reset();
    lws_sul_at(&list, &node[0], UINT64_MAX);
    lws_sul_at(&list, &node[1], 0);             // is due at once, and still scheduled
    lws_sul_at(&list, &node[2], UINT64_MAX);
    TEST_ASSERT_TRUE(lws_sul_pending(&node[1]));
    check_links(3);
    TEST_ASSERT_TRUE(lws_sul_next(&list, 1) == &node[1]);
    TEST_ASSERT_NULL(lws_sul_next(&list, UINT64_MAX - 1));
    TEST_ASSERT_TRUE(lws_sul_next(&list, UINT64_MAX) == &node[0]);
    TEST_ASSERT_TRUE(lws_sul_next(&list, UINT64_MAX) == &node[2]);
}

static void test_equal_times_come_in_order(void) {
    // From both ends of the search: others are far behind, or far ahead.
    static const uint64_t others[][2] = { { 1, 101 }, { 99, 100000 } };

    for (int k = 0; k < 2; k++) {
        reset();
        lws_sul_at(&list, &node[10], others[k][0]);
        lws_sul_at(&list, &node[11], others[k][1]);
        for (int i = 0; i < 5; i++) {
            lws_sul_at(&list, &node[i], 100);
        }
        check_links(7);
        TEST_ASSERT_TRUE(lws_sul_next(&list, 100) == &node[10]);
        for (int i = 0; i < 5; i++) {
            TEST_ASSERT_TRUE(lws_sul_next(&list, 100) == &node[i]);
        }
        TEST_ASSERT_NULL(lws_sul_next(&list, 100));
    }
}

static void test_cancel_everywhere(void) {
    for (int which = 0; which < 4; which++) {
        reset();
        for (int i = 0; i < 4; i++) {
            lws_sul_at(&list, &node[i], 10 + (uint64_t)i);
        }
        lws_sul_cancel(&list, &node[which]);
        check_links(3);
        lws_sul_cancel(&list, &node[which]);
        check_links(3);
        for (int i = 0; i < 4; i++) {
            if (i != which) {
                TEST_ASSERT_TRUE(lws_sul_next(&list, 100) == &node[i]);
            }
        }
        check_links(0);
    }
}

static void test_scheduling_again_moves(void) {
    reset();
    for (int i = 0; i < 4; i++) {
        lws_sul_at(&list, &node[i], 10 + (uint64_t)i);
    }
    lws_sul_at(&list, &node[0], 50);        // first to last
    check_links(4);
    lws_sul_at(&list, &node[0], 60);        // last stays last
    check_links(4);
    lws_sul_at(&list, &node[3], 5);         // to the front
    lws_sul_at(&list, &node[2], 12);        // where it was
    check_links(4);
    static const int order[] = { 3, 1, 2, 0 };
    for (int i = 0; i < 4; i++) {
        TEST_ASSERT_TRUE(lws_sul_next(&list, 100) == &node[order[i]]);
    }
}

static void test_the_one_in_the_list_alone(void) {
    reset();
    lws_sul_at(&list, &node[0], 10);
    lws_sul_at(&list, &node[0], 20);
    check_links(1);
    TEST_ASSERT_EQUAL_INT(20, lws_sul_wait(&list, 0));
    lws_sul_cancel(&list, &node[0]);
    check_links(0);
}

static void test_owner(void) {
    struct owner {
        int before;
        lws_sul_t timer;
    } o;

    reset();
    memset(&o, 0, sizeof(o));
    lws_sul_at(&list, &o.timer, 1);
    lws_sul_t *due = lws_sul_next(&list, 1);
    TEST_ASSERT_TRUE(LWS_SUL_OWNER(due, struct owner, timer) == &o);
}

static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

typedef struct model {
    uint64_t us[NODES];
    uint64_t serial[NODES];     // among equal times the earlier scheduled is first
    uint64_t next_serial;
    size_t n;
} model_t;

static int model_first(const model_t *m) {
    int best = -1;
    for (int i = 0; i < NODES; i++) {
        if (m->us[i] && (best < 0 || m->us[i] < m->us[best]
                         || (m->us[i] == m->us[best] && m->serial[i] < m->serial[best]))) {
            best = i;
        }
    }
    return best;
}

static void test_random_use(void) {
    uint32_t seed = 42;
    uint64_t now = 1000;
    model_t m;

    reset();
    memset(&m, 0, sizeof(m));
    for (int step = 0; step < 20000; step++) {
        uint32_t r = next_random(&seed);
        int i = (int)(r % NODES);
        if (r >> 8 & 3) {
            uint64_t us = now + (r >> 10) % (r & 1u << 31 ? 10 : 1000);
            lws_sul_at(&list, &node[i], us);
            m.n += m.us[i] == 0;
            m.us[i] = us;
            m.serial[i] = m.next_serial++;
        } else {
            lws_sul_cancel(&list, &node[i]);
            m.n -= m.us[i] != 0;
            m.us[i] = 0;
        }
        now += r >> 28;
        for (int first; (first = model_first(&m)) >= 0 && m.us[first] <= now;) {
            TEST_ASSERT_TRUE(lws_sul_next(&list, now) == &node[first]);
            m.us[first] = 0;
            m.n--;
        }
        TEST_ASSERT_NULL(lws_sul_next(&list, now));
        TEST_ASSERT_TRUE(lws_sul_wait(&list, now)
            == (m.n ? m.us[model_first(&m)] - now : LWS_SUL_NEVER));
        check_links(m.n);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_size);
    RUN_TEST(test_empty);
    RUN_TEST(test_due_at_its_time_and_not_before);
    RUN_TEST(test_extreme_times);
    RUN_TEST(test_equal_times_come_in_order);
    RUN_TEST(test_cancel_everywhere);
    RUN_TEST(test_scheduling_again_moves);
    RUN_TEST(test_the_one_in_the_list_alone);
    RUN_TEST(test_owner);
    RUN_TEST(test_random_use);
    return UNITY_END();
}

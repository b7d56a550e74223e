// The table is made of lws_unit_suites.h, which the build writes: SUITE(test_ac) for every
// tests/unit/test_ac.c.
#include "device/suites.h"

#define SUITE(name) int lws_unit_##name(void);
#include "lws_unit_suites.h"
#undef SUITE

const suite_t unit_suites[] = {
#define SUITE(name) { #name, lws_unit_##name },
    #include "lws_unit_suites.h"
#undef SUITE
};

const size_t unit_suites_count = sizeof(unit_suites) / sizeof(unit_suites[0]);

// Coroutines that serve a connection: started at once, given to asyncio when they wait, and
// resumed straight from a turn when what they wait for is their connection.
#ifndef MOD_LWS_LOOP_TASK_H
#define MOD_LWS_LOOP_TASK_H

#include "mod_lws/loop/exchange.h"

// A context begins: forgets what an earlier life of the firmware knew of asyncio.
void mlws_task_begin(void);
// The task that is running, MP_OBJ_NULL outside asyncio.
mp_obj_t mlws_task_current(void);
// Notes in the running task what it waits on (an object with a remove(task) method) and returns
// it. Raises outside a task.
mp_obj_t mlws_task_wait_on(mp_obj_t waiter);
// Puts a waiting task on asyncio's queue, or resumes it at once when it is the exchange's own.
// *waiting becomes MP_OBJ_NULL.
void mlws_task_wake(mlws_exchange_t *x, mp_obj_t *waiting);
// Puts a waiting task on asyncio's queue. *waiting becomes MP_OBJ_NULL.
void mlws_task_queue(mp_obj_t *waiting);
// The running task ends with something that came for the application: who awaits it gets it next,
// before a deadline that has passed meanwhile takes it away.
void mlws_task_give(void);
// The task that asyncio runs next, and when: to see whether a turn has changed that.
typedef struct {
    mp_obj_t task, key;
} mlws_task_head_t;
mlws_task_head_t mlws_task_head(void);
bool mlws_task_head_same(const mlws_task_head_t *before);
// How long that is from now; a year when there is none.
uint64_t mlws_task_sleeps_us(const mlws_task_head_t *head);
// is_coroutine(f): is a call of f a coroutine (or generator)? Closures and bound methods are
// looked into.
extern const mp_obj_fun_builtin_fixed_t mlws_is_coroutine_obj, mlws_is_waiting_obj;

// The coroutine has ended: with a value, or with an exception. One that yields anything but None
// is a generator and does not go on: its value is then (what it yielded, the generator). Raises
// KeyboardInterrupt and SystemExit only.
typedef void (*mlws_ended_t)(mlws_exchange_t *x, void *of, bool ok, mp_obj_t value);

// Runs a coroutine for an exchange until it first waits. May raise. True: it goes on later, and
// *of is there until then, and keeps the connection; when it cannot, mlws_task_forsake.
bool mlws_task_start(mlws_exchange_t *x, mp_obj_t coro, mlws_ended_t ended, void *of);
// Does asyncio run it as soon as it can?
bool mlws_task_is_due(const mlws_exchange_t *x);
// Nobody is there for whom it goes on: asyncio cancels it, if it has not ended. Not while a task
// runs, which may be this one. May raise.
void mlws_task_cancel(const mlws_exchange_t *x);
// It waits already, but there is no memory to wait for it: asyncio ends it.
void mlws_task_forsake(mlws_exchange_t *x);

#endif

// virtio-net over virtio-mmio, the register layouts of version 1 (legacy) and 2 (virtio 1.0).
//
// Two split virtqueues: 0 receives, 1 sends. Every frame takes two descriptors, one for the header
// that virtio puts before it and one for the frame itself. The chains never change; only their
// heads travel through the rings:
//
//   desc[2i]    header  -> desc[2i+1]  frame
//   avail.ring  heads that the device may use    avail.idx  how many we ever put there
//   used.ring   heads that it has used, and the bytes it wrote there
//
// What the device writes is checked like a peer's data.
#include "nic.h"

#include <stdbool.h>
#include <string.h>

#include "riscv/virt.h"

#include "py/mperrno.h"
#include "py/mphal.h"

#define KIND_NETWORK        1
#define QUEUE_RX            0
#define QUEUE_TX            1
#define FRAMES              16                  // of each queue
#define DESCRIPTORS         (2 * FRAMES)
#define PAGE                4096                // legacy: the used ring starts on one
#define SEND_WAIT_MS        100

#define HEADER_LEGACY       10
#define HEADER_MODERN       12                  // with num_buffers
#define HEADER_ROOM         12

#define DESC_NEXT           1
#define DESC_DEVICE_WRITES  2
#define AVAIL_NO_INTERRUPT  1

#define STATUS_ACKNOWLEDGE  1
#define STATUS_DRIVER       2
#define STATUS_DRIVER_OK    4
#define STATUS_FEATURES_OK  8

#define FEATURE_MAC         (1u << 5)
#define FEATURE_VERSION_1   (1u << 0)           // bit 32, in the second word

#define REG(offset) (*(volatile uint32_t *)(device + (offset)))
#define VERSION             REG(0x004)
#define DEVICE_FEATURES     REG(0x010)
#define DEVICE_FEATURES_SEL REG(0x014)
#define DRIVER_FEATURES     REG(0x020)
#define DRIVER_FEATURES_SEL REG(0x024)
#define GUEST_PAGE_SIZE     REG(0x028)          // legacy
#define QUEUE_SEL           REG(0x030)
#define QUEUE_NUM_MAX       REG(0x034)
#define QUEUE_NUM           REG(0x038)
#define QUEUE_ALIGN         REG(0x03c)          // legacy
#define QUEUE_PFN           REG(0x040)          // legacy
#define QUEUE_READY         REG(0x044)
#define QUEUE_NOTIFY        REG(0x050)
#define INTERRUPT_STATUS    REG(0x060)
#define INTERRUPT_ACK       REG(0x064)
#define STATUS              REG(0x070)
#define QUEUE_DESC          0x080
#define QUEUE_DRIVER        0x090
#define QUEUE_DEVICE        0x0a0
#define CONFIG_MAC          0x100

typedef struct {
    uint64_t address;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
} desc_t;

typedef struct {
    desc_t desc[DESCRIPTORS];
    struct {
        uint16_t flags;
        volatile uint16_t idx;
        uint16_t ring[DESCRIPTORS];
    } avail;
    // legacy wants this distance between the two rings
    struct {
        uint16_t flags;
        volatile uint16_t idx;
        struct {
            uint32_t head;
            uint32_t len;
        } ring[DESCRIPTORS];
    } used __attribute__((aligned(PAGE)));
} rings_t;

typedef struct {
    uint8_t header[HEADER_ROOM];
    uint8_t frame[(NIC_FRAME_MAX + 3) / 4 * 4];
} buffer_t;

typedef struct {
    rings_t rings __attribute__((aligned(PAGE)));
    buffer_t buffers[FRAMES];
    uint16_t used;          // how many of used.ring were looked at
} queue_t;

static queue_t rx, tx;
static uintptr_t device;
static uint32_t header_len;

static void barrier(void) {
    __asm volatile ("fence rw, rw" : : : "memory");
}

static void offer(queue_t *q, uint16_t head) {
    q->rings.avail.ring[q->rings.avail.idx % DESCRIPTORS] = head;
    barrier();
    q->rings.avail.idx++;
    barrier();
}

static void lay_out(queue_t *q, uint16_t flags) {
    memset(&q->rings, 0, sizeof(q->rings));
    q->used = 0;
    for (uint16_t i = 0; i < FRAMES; i++) {
        q->rings.desc[2 * i] = (desc_t) {
            .address = (uintptr_t)q->buffers[i].header, .len = header_len,
            .flags = flags | DESC_NEXT, .next = (uint16_t)(2 * i + 1),
        };
        q->rings.desc[2 * i + 1] = (desc_t) {
            .address = (uintptr_t)q->buffers[i].frame, .len = NIC_FRAME_MAX, .flags = flags,
        };
    }
}

static void tell_address(uint32_t offset, const volatile void *p) {
    REG(offset) = (uint32_t)(uintptr_t)p;
    REG(offset + 4) = 0;
}

static bool tell_queue(uint32_t number, queue_t *q) {
    QUEUE_SEL = number;
    if (QUEUE_NUM_MAX < DESCRIPTORS) {
        return false;
    }
    QUEUE_NUM = DESCRIPTORS;
    if (VERSION == 1) {
        QUEUE_ALIGN = PAGE;
        QUEUE_PFN = (uint32_t)(uintptr_t)&q->rings / PAGE;
    } else {
        tell_address(QUEUE_DESC, q->rings.desc);
        tell_address(QUEUE_DRIVER, &q->rings.avail);
        tell_address(QUEUE_DEVICE, &q->rings.used);
        QUEUE_READY = 1;
    }
    return true;
}

static bool agree_on_features(void) {
    DEVICE_FEATURES_SEL = 0;
    uint32_t mac = DEVICE_FEATURES & FEATURE_MAC;
    DRIVER_FEATURES_SEL = 0;
    DRIVER_FEATURES = mac;
    if (VERSION == 1) {
        GUEST_PAGE_SIZE = PAGE;
        header_len = HEADER_LEGACY;
        return mac;
    }
    DRIVER_FEATURES_SEL = 1;
    DRIVER_FEATURES = FEATURE_VERSION_1;
    STATUS |= STATUS_FEATURES_OK;
    header_len = HEADER_MODERN;
    return mac && STATUS & STATUS_FEATURES_OK;
}

int nic_start(uint8_t mac[6]) {
    device = virt_find_virtio(KIND_NETWORK);
    if (!device) {
        return MP_ENODEV;
    }
    STATUS = 0;     // reset
    STATUS = STATUS_ACKNOWLEDGE;
    STATUS |= STATUS_DRIVER;
    if (!agree_on_features()) {
        return MP_ENODEV;
    }
    lay_out(&rx, DESC_DEVICE_WRITES);
    lay_out(&tx, 0);
    tx.rings.avail.flags = AVAIL_NO_INTERRUPT;
    if (!tell_queue(QUEUE_RX, &rx) || !tell_queue(QUEUE_TX, &tx)) {
        return MP_ENODEV;
    }
    for (size_t i = 0; i < 6; i++) {
        mac[i] = *(volatile uint8_t *)(device + CONFIG_MAC + i);
    }
    STATUS |= STATUS_DRIVER_OK;
    for (uint16_t i = 0; i < FRAMES; i++) {
        offer(&rx, 2 * i);
    }
    QUEUE_NOTIFY = QUEUE_RX;
    return 0;
}

void nic_stop(void) {
    STATUS = 0;
}

// The sender's ring is used in order: a slot is free once the device has used as many heads.
static bool wait_for_room(void) {
    for (uint32_t start = mp_hal_ticks_ms(); mp_hal_ticks_ms() - start < SEND_WAIT_MS;) {
        if ((uint16_t)(tx.rings.avail.idx - tx.rings.used.idx) < FRAMES) {
            return true;
        }
    }
    return false;
}

int nic_send(const void *frame, size_t len) {
    if (len > NIC_FRAME_MAX || !wait_for_room()) {
        return MP_EIO;
    }
    uint16_t i = tx.rings.avail.idx % FRAMES;
    memset(tx.buffers[i].header, 0, HEADER_ROOM);   // no offloads
    memcpy(tx.buffers[i].frame, frame, len);
    tx.rings.desc[2 * i + 1].len = len;
    offer(&tx, 2 * i);
    QUEUE_NOTIFY = QUEUE_TX;
    return 0;
}

// Gives the buffer of the next used head back to the device.
static void drop(void) {
    uint32_t head = rx.rings.used.ring[rx.used++ % DESCRIPTORS].head;
    if (head < DESCRIPTORS && head % 2 == 0) {
        offer(&rx, (uint16_t)head);
        QUEUE_NOTIFY = QUEUE_RX;
    }
}

size_t nic_peek(void) {
    for (; rx.used != rx.rings.used.idx; drop()) {
        barrier();
        uint32_t head = rx.rings.used.ring[rx.used % DESCRIPTORS].head;
        uint32_t len = rx.rings.used.ring[rx.used % DESCRIPTORS].len;
        if (head < DESCRIPTORS && head % 2 == 0 && len > header_len
            && len <= header_len + NIC_FRAME_MAX) {
            return len - header_len;
        }
    }
    return 0;
}

void nic_take(void *to) {
    uint32_t head = rx.rings.used.ring[rx.used % DESCRIPTORS].head;
    uint32_t len = rx.rings.used.ring[rx.used % DESCRIPTORS].len - header_len;
    if (to) {
        memcpy(to, rx.buffers[head / 2].frame, len);
    }
    drop();
}

void nic_acknowledge(void) {
    INTERRUPT_ACK = INTERRUPT_STATUS;
}

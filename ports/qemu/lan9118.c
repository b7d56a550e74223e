// SMSC LAN9118, the Ethernet controller of the MPS2 board: both directions go through FIFOs of
// 32-bit words.
#include "nic.h"

#include "py/mperrno.h"

#define REG(offset) (*(volatile uint32_t *)(LAN9118_BASE + (offset)))
#define RX_DATA         REG(0x00)
#define TX_DATA         REG(0x20)
#define RX_STATUS       REG(0x40)
#define RX_STATUS_PEEK  REG(0x44)
#define TX_STATUS       REG(0x48)
#define ID_REV          REG(0x50)
#define IRQ_CFG         REG(0x54)
#define INT_STS         REG(0x58)
#define INT_EN          REG(0x5c)
#define FIFO_INT        REG(0x68)
#define TX_CFG          REG(0x70)
#define HW_CFG          REG(0x74)
#define RX_FIFO_INF     REG(0x7c)
#define TX_FIFO_INF     REG(0x80)
#define MAC_CSR_CMD     REG(0xa4)
#define MAC_CSR_DATA    REG(0xa8)

#define CHIP_ID         0x0118
#define INT_RX_STATUS   (1 << 3)        // RSFL: there are frames
#define IRQ_ON          0x111           // enabled, active high, push-pull: what the NVIC wants
#define TX_FIFO_KB      (2 << 16)       // the smallest leaves most of the memory for receiving
#define TX_FIFO_KB_MASK (15 << 16)
#define TX_ON           (1 << 1)

#define CSR_BUSY        (1u << 31)
#define CSR_READ        (1u << 30)
#define MAC_CR          1
#define MAC_ADDRH       2
#define MAC_ADDRL       3
#define MAC_CR_ON       0x0018000c      // full duplex, all multicast, transmitter, receiver

#define FIRST_AND_LAST  0x3000          // the frame is one piece
#define RX_ERROR        (1 << 15)
#define CRC_LEN         4

static uint32_t mac_read(uint32_t reg) {
    MAC_CSR_CMD = CSR_BUSY | CSR_READ | reg;
    while (MAC_CSR_CMD & CSR_BUSY) {
    }
    return MAC_CSR_DATA;
}

static void mac_write(uint32_t reg, uint32_t value) {
    MAC_CSR_DATA = value;
    MAC_CSR_CMD = CSR_BUSY | reg;
    while (MAC_CSR_CMD & CSR_BUSY) {
    }
}

int nic_start(uint8_t mac[6]) {
    if (ID_REV >> 16 != CHIP_ID) {
        return MP_ENODEV;
    }
    INT_EN = 0;
    HW_CFG = (HW_CFG & ~TX_FIFO_KB_MASK) | TX_FIFO_KB;
    FIFO_INT = 0;               // the first frame interrupts
    IRQ_CFG = IRQ_ON;
    INT_STS = 0xffffffff;
    INT_EN = INT_RX_STATUS;
    uint32_t low = mac_read(MAC_ADDRL);
    uint32_t high = mac_read(MAC_ADDRH);
    for (size_t i = 0; i < 6; i++) {
        mac[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    }
    mac_write(MAC_CR, MAC_CR_ON);
    TX_CFG = TX_ON;
    return 0;
}

void nic_stop(void) {
    INT_EN = 0;
    mac_write(MAC_CR, 0);
}

int nic_send(const void *frame, size_t len) {
    while (TX_FIFO_INF >> 16 & 0xff) {
        (void)TX_STATUS;        // nobody asks how the frames before this one went
    }
    TX_DATA = FIRST_AND_LAST | len;
    TX_DATA = len;
    const uint32_t *word = frame;
    for (size_t n = (len + 3) / 4; n; n--) {
        TX_DATA = *word++;
    }
    return 0;
}

static size_t whole_length(uint32_t status) {
    return status >> 16 & 0x3fff;
}

static void drop(void) {
    for (size_t n = (whole_length(RX_STATUS) + 3) / 4; n; n--) {
        (void)RX_DATA;
    }
}

size_t nic_peek(void) {
    while (RX_FIFO_INF >> 16 & 0xff) {
        uint32_t status = RX_STATUS_PEEK;
        size_t len = whole_length(status);
        if (!(status & RX_ERROR) && len > CRC_LEN && len <= NIC_FRAME_MAX + CRC_LEN) {
            return len - CRC_LEN;
        }
        drop();
    }
    return 0;
}

void nic_take(void *to) {
    if (!to) {
        drop();
        return;
    }
    size_t len = whole_length(RX_STATUS);
    size_t words = (len + 3) / 4;
    uint32_t *word = to;
    for (size_t n = (len - CRC_LEN + 3) / 4; n; n--, words--) {
        *word++ = RX_DATA;
    }
    while (words--) {
        (void)RX_DATA;          // what holds nothing but the checksum
    }
}

void nic_acknowledge(void) {
    INT_STS = INT_RX_STATUS;
}

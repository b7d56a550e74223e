"""An emulated board whose network is a wire of ours."""

import board_tcp

from tools.emulate.qemu_machine import Machine

# An instruction takes 8 ns of the machine's time; while it sleeps its time is real time. (With
# sleep=off a pause of the load would be hours for the board: all its timers would run meanwhile.)
EXACT = "shift=3,sleep=on"


class WiredMachine(Machine):
    def __init__(self, board, wire, **options):
        super().__init__(board, ports=(), **options)
        self.wire = wire
        self.inherits = (wire.fd,)

    def network(self):
        return ["-netdev", f"{self.wire.netdev},id=wire", "-net", "nic,netdev=wire"]

    def connect(self, port=80):
        try:
            return board_tcp.connect(self.wire, port)
        except board_tcp.Silence as e:
            raise board_tcp.Silence(f"{e}\n{self.output}") from None

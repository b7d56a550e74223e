// The machine's time. In real time the guest's clock never runs ahead of the wall's: a guest
// that waits costs no host time, one that computes gets as far as the host can (and its clock
// then falls behind: rp2040js is slower than 125 MHz). Fast skips waiting altogether.
// The time is the guest's, and two things are none of its time: a leap of the wall's clock (the
// process was stopped, or the host was busy), and a console whose reader does not read.
const SLICE_MS = 2; // how long the host's own I/O may wait
const CHUNK = 2000; // instructions between two looks at the clock
const CATCH_UP_MS = 20; // lost time that may be made up for; the rest never was
const BEAT_MS = 50; // the longest sleep: who wakes up later than that knows of a leap

export class Pace {
  constructor(machine, fast = false) {
    this.machine = machine;
    this.fast = fast;
    this.instructions = 0;
    this.busyMs = 0;
    this.timer = null;
    this.running = false;
    this.frozen = false;
    this.due = Infinity; // the wall's time of the next slice
    this.onSlice = () => {};
    this.clock = machine.chip.clock;
    this.earlier = 0; // ns that passed on the clocks of chips before a reset
    this.anchor();
  }

  // Of the guest, since the process began.
  get seconds() {
    return (this.earlier + this.clock.nanos) / 1e9;
  }

  anchor() {
    const { clock } = this.machine.chip;
    this.earlier += clock === this.clock ? 0 : this.clock.nanos;
    this.clock = clock;
    this.wallAt = performance.now();
    this.guestAt = this.clock.nanos;
  }

  start() {
    this.running = true;
    this.anchor();
    setImmediate(() => this.slice());
  }

  stop() {
    this.running = false;
    this.sleepUntil(Infinity);
  }

  // Input arrived: a sleeping machine sees it at once, a running one after its slice.
  wake() {
    if (this.timer !== null && this.running) {
      this.sleepUntil(0);
    }
  }

  sleepUntil(ms) {
    if (this.timer !== null) {
      clearTimeout(this.timer.handle);
      clearImmediate(this.timer.immediate);
    }
    this.timer = {};
    if (ms === 0) {
      this.timer.immediate = setImmediate(() => this.slice());
    } else if (ms !== Infinity) {
      this.timer.handle = setTimeout(() => this.slice(), ms);
    }
  }

  // How far the guest's clock may be now, in ns.
  allowed(now) {
    return this.guestAt + (now - this.wallAt) * 1e6;
  }

  slice() {
    if (!this.running) {
      return;
    }
    this.timer = null;
    const start = performance.now();
    if (this.frozen) {
      this.anchor();
    } else {
      this.wallAt += Math.max(0, start - this.due - CATCH_UP_MS);
    }
    let wait = 0;
    for (let now = start; wait === 0 && now < start + SLICE_MS; now = performance.now()) {
      this.frozen = this.machine.console.full;
      wait = this.frozen ? Infinity : this.resting ? this.idle(now) : this.work();
    }
    const end = performance.now();
    this.busyMs += end - start;
    this.keepUp(end);
    this.onSlice();
    if (this.running) {
      const sleep = Math.min(BEAT_MS, Math.floor(wait));
      this.due = end + sleep;
      this.sleepUntil(sleep);
    }
  }

  get resting() {
    return this.machine.halted || this.machine.chip.core.waiting;
  }

  keepUp(now) {
    if (this.clock !== this.machine.chip.clock) {
      this.anchor();
    }
    const behind = (this.allowed(now) - this.clock.nanos) / 1e6 - CATCH_UP_MS;
    if (behind > 0) {
      this.wallAt += behind;
    }
  }

  // The guest waits: up to its next alarm, or to now. Returns the ms that are left to wait.
  idle(now) {
    const { machine } = this;
    machine.settle();
    if (machine.halted) {
      return Infinity;
    }
    const { clock, core } = machine.chip;
    if (clock !== this.clock) {
      this.anchor();
      return 0;
    }
    if (!clock.nextAlarm) {
      return Infinity;
    }
    const due = clock.nextAlarm.nanos - clock.nanos;
    const room = this.fast ? due : this.allowed(now) - clock.nanos;
    if (due <= room) {
      clock.tick(Math.max(0, due));
      return 0;
    }
    clock.tick(Math.max(0, room));
    return core.waiting ? Math.max(1, (due - room) / 1e6) : 0;
  }

  // The guest computes. Returns the ms to wait, when the host is faster than the chip.
  work() {
    const { chip, cpu } = this.machine;
    this.instructions += cpu.run(CHUNK);
    if (this.fast) {
      return 0;
    }
    const ahead = (chip.clock.nanos - this.allowed(performance.now())) / 1e6;
    return ahead > 1 ? ahead : 0;
  }
}

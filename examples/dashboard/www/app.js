// The page: one WebSocket brings a snapshot per interval; everything on screen is drawn from it.
const $ = (id) => document.getElementById(id);
const SPAN_MS = 60000;          // what the chart shows
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

// ---- words and numbers

function size(n) {
  if (n < 1000) return `${n} B`;
  return n < 999500 ? `${(n / 1000).toPrecision(3)} KB` : `${(n / 1e6).toFixed(2)} MB`;
}

function duration(s) {
  const two = (n) => String(Math.floor(n)).padStart(2, "0");
  const days = s >= 86400 ? `${Math.floor(s / 86400)} d ` : "";
  return `${days}${Math.floor((s % 86400) / 3600)}:${two((s % 3600) / 60)}:${two(s % 60)}`;
}

function age(s) {
  return s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`;
}

function text(id, words) {
  if ($(id).textContent !== words) $(id).textContent = words;
}

function make(tag, words, attributes = {}) {
  const element = document.createElement(tag);
  element.append(words);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}

// ---- canvas

let color = {};
function readColors() {
  const style = getComputedStyle(document.body);
  color.font = `12px ${style.fontFamily}`;
  for (const name of ["ink", "soft", "line", "card", "accent"]) color[name] = style.getPropertyValue(`--${name}`).trim();
}

// A cleared drawing context in CSS pixels, sharp on any screen.
function surface(canvas) {
  const { clientWidth: w, clientHeight: h } = canvas, scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(w * scale) || canvas.height !== Math.round(h * scale)) {
    canvas.width = Math.round(w * scale);
    canvas.height = Math.round(h * scale);
  }
  const g = canvas.getContext("2d");
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.clearRect(0, 0, w, h);
  return { g, w, h };
}

// Chart: a line over time that slides left between two samples.
const chart = { canvas: $("chart"), points: [], count: 0, low: 0, high: 1, gap: 500, pointer: null };

function addPoint(value) {
  const now = performance.now(), last = chart.points.at(-1);
  if (last && last.t !== null) chart.gap += (Math.min(now - last.t, 5000) - chart.gap) * 0.2;
  chart.points.push({ t: now, value });
  while (chart.points.length > 2 && chart.points[1].t < now - SPAN_MS - 6000) chart.points.shift();
  chart.canvas.dataset.points = ++chart.count;
  const values = chart.points.map((p) => p.value);
  const low = Math.min(...values), high = Math.max(...values), room = Math.max((high - low) * 0.12, 0.05);
  chart.target = [low - room, high + room];
  if (chart.points.length < 3) [chart.low, chart.high] = chart.target;
  if (calm.matches) drawChart();
  text("value", value.toFixed(2));
  text("low", low.toFixed(2));
  text("high", high.toFixed(2));
}

function niceStep(range, parts) {
  const raw = range / parts, power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((m) => m * power >= raw);
}

function drawGrid(g, box, x, y, now, span, step, digits) {
  g.fillStyle = color.soft;
  g.strokeStyle = color.line;
  g.lineWidth = 1;
  g.textBaseline = "middle";
  g.textAlign = "right";
  for (let v = Math.ceil(chart.low / step) * step; v <= chart.high; v += step) {
    const at = Math.round(y(v)) + 0.5;
    g.beginPath();
    g.moveTo(box.left, at);
    g.lineTo(box.right, at);
    g.stroke();
    g.fillText(v.toFixed(digits), box.left - 9, at);
  }
  g.textBaseline = "alphabetic";
  const tick = niceStep(span / 1000, 6) * 1000;
  for (let back = 0; back <= span * 1.001; back += tick) {
    g.textAlign = back === 0 ? "right" : back > span * 0.97 ? "left" : "center";
    g.fillText(back === 0 ? "now" : `−${back / 1000} s`, x(now - back), box.bottom + 18);
  }
}

function drawLine(g, box, points, x, y) {
  g.save();
  g.beginPath();
  g.rect(box.left, 0, box.right - box.left + 6, box.bottom + 1);
  g.clip();
  g.beginPath();
  points.forEach((p, i) => (i && !p.broken ? g.lineTo(x(p.t), y(p.value)) : g.moveTo(x(p.t), y(p.value))));
  g.strokeStyle = color.accent;
  g.lineWidth = 2;
  g.lineJoin = g.lineCap = "round";
  g.stroke();
  const fade = g.createLinearGradient(0, 0, 0, box.bottom);
  fade.addColorStop(0, color.accent + "38");
  fade.addColorStop(1, color.accent + "00");
  g.fillStyle = fade;
  for (let i = 0; i < points.length; ) {          // one area for each unbroken run
    let end = i + 1;
    while (end < points.length && !points[end].broken) end++;
    g.beginPath();
    g.moveTo(x(points[i].t), box.bottom);
    for (let k = i; k < end; k++) g.lineTo(x(points[k].t), y(points[k].value));
    g.lineTo(x(points[end - 1].t), box.bottom);
    g.fill();
    i = end;
  }
  g.restore();
}

function drawDot(g, x, y, halo) {
  g.fillStyle = color.accent + "30";
  g.beginPath();
  g.arc(x, y, halo, 0, 7);
  g.fill();
  g.fillStyle = color.accent;
  g.strokeStyle = color.card;
  g.lineWidth = 2;
  g.beginPath();
  g.arc(x, y, 4.5, 0, 7);
  g.fill();
  g.stroke();
}

function drawPointer(g, box, points, x, y, now) {
  const inside = points.filter((p) => x(p.t) >= box.left && x(p.t) <= box.right);
  if (chart.pointer === null || !inside.length) return;
  const near = inside.reduce((a, b) => (Math.abs(x(b.t) - chart.pointer) < Math.abs(x(a.t) - chart.pointer) ? b : a));
  const at = x(near.t), words = `${near.value.toFixed(2)}   ${((now - near.t) / 1000).toFixed(1)} s ago`;
  g.strokeStyle = color.soft;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(at, 0);
  g.lineTo(at, box.bottom);
  g.stroke();
  drawDot(g, at, y(near.value), 0);
  const wide = g.measureText(words).width + 20, left = Math.min(Math.max(at - wide / 2, box.left), box.right - wide);
  g.fillStyle = color.ink;
  g.beginPath();
  g.roundRect(left, 0, wide, 26, 7);
  g.fill();
  g.fillStyle = color.card;
  g.textAlign = "left";
  g.fillText(words, left + 10, 17.5);
}

function drawChart() {
  const { g, w, h } = surface(chart.canvas), points = chart.points;
  if (points.length < 2 || w < 80) return;
  // The right edge lies one sample back, so that the next one is already there when it slides in.
  const delay = calm.matches || document.body.dataset.link !== "live" ? 0 : Math.min(chart.gap * 1.15, 1000);
  const last = points.at(-1), now = (calm.matches || document.body.dataset.link !== "live" ? last.t : performance.now()) - delay;
  const span = Math.min(Math.max(now - points[0].t, 5000), SPAN_MS);
  const ease = calm.matches ? 1 : 0.12;
  chart.low += (chart.target[0] - chart.low) * ease;
  chart.high += (chart.target[1] - chart.high) * ease;
  const step = niceStep(chart.high - chart.low, 5), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  g.font = color.font;
  const wide = Math.max(...[chart.low, chart.high].map((v) => g.measureText(v.toFixed(digits)).width));
  const box = { left: Math.ceil(wide) + 9, right: w - 10, bottom: h - 24 };
  const x = (t) => box.right - ((now - t) / span) * (box.right - box.left);
  const y = (v) => 8 + (1 - (v - chart.low) / (chart.high - chart.low)) * (box.bottom - 8);
  drawGrid(g, box, x, y, now, span, step, digits);
  const shown = points.filter((p) => p.t <= now), next = points[shown.length];
  if (next && shown.length && !next.broken) {      // end the line exactly at the edge
    const a = shown.at(-1);
    shown.push({ t: now, value: a.value + ((next.value - a.value) * (now - a.t)) / (next.t - a.t) });
  }
  if (!shown.length) return;
  drawLine(g, box, shown, x, y);
  drawDot(g, x(shown.at(-1).t), y(shown.at(-1).value), 9);
  drawPointer(g, box, points.filter((p) => p.t <= now), x, y, now);
}

let turn;
function frame() {
  cancelAnimationFrame(turn);
  drawChart();
  if (!calm.matches && document.body.dataset.link === "live") turn = requestAnimationFrame(frame);
}

// ---- requests per second, from the counter in the snapshots

const rates = { samples: [], bars: Array(28).fill(0) };

function showRate(requests) {
  const now = performance.now(), { samples, bars } = rates, last = samples.at(-1);
  if (last && requests < last.n) samples.length = 0;          // the server started anew
  samples.push({ t: now, n: requests });
  while (samples.length > 2 && now - samples[1].t > 2000) samples.shift();
  const first = samples[0], rate = now > first.t ? ((requests - first.n) * 1000) / (now - first.t) : 0;
  bars.push(rate);
  bars.shift();
  text("rate", rate >= 99.5 ? Math.round(rate).toLocaleString("en") : rate.toFixed(1));
  text("requests", `${requests.toLocaleString("en")} since the start`);
  const { g, w, h } = surface($("spark")), top = Math.max(...bars, 4), wide = w / bars.length;
  bars.forEach((bar, i) => {
    const high = Math.max((bar / top) * h, 2);
    g.fillStyle = bar ? color.accent : color.line;
    g.fillRect(i * wide + 1, h - high, wide - 2, high);
  });
}

// ---- the other cards

function showMemory(free, used) {
  const percent = (100 * used) / (free + used);
  text("mem-free", size(free));
  text("mem-note", `of ${size(free + used)}`);
  $("mem-bar").firstElementChild.style.width = `${percent}%`;
  $("mem-bar").setAttribute("aria-valuenow", Math.round(percent));
}

function showConnections(list) {
  list.sort((a, b) => a.id - b.id);
  $("connections").replaceChildren(...list.map((c) => {
    const row = make("tr", "", { role: "row" }), role = make("span", c.role, { class: `role ${c.role}` });
    const cell = (words, label) => make("td", words, label ? { role: "cell", class: "number", "data-label": label } : { role: "cell" });
    row.append(cell(c.peer), cell(role), cell(age(c.age_s), "Age"), cell(size(c.rx), "Received"), cell(size(c.tx), "Sent"));
    return row;
  }));
}

function show(snapshot) {
  text("uptime", duration(snapshot.uptime_s));
  const since = new Date(Date.now() - snapshot.uptime_s * 1000);
  text("since", `Since ${since.toLocaleString("en", { weekday: "long", hour: "2-digit", minute: "2-digit", hour12: false })}`);
  showMemory(snapshot.mem_free, snapshot.mem_used);
  showRate(snapshot.requests);
  addPoint(snapshot.value);
  text("open", String(snapshot.open));
  showConnections(snapshot.connections);
}

// ---- the WebSocket, which comes back by itself

let socket, tries = 0, timer, silence;

function link(state, words) {
  const was = document.body.dataset.link;
  document.body.dataset.link = state;
  text("link", words);
  if (state !== was) frame();
}

function connect() {
  clearTimeout(timer);
  socket = new WebSocket(new URL("live", location.href.replace(/^http/, "ws")));
  let first = true;
  socket.onmessage = (event) => {
    clearTimeout(silence);
    silence = setTimeout(() => lost(), 12000);      // a peer that vanished says nothing; the longest interval is 5 s
    show(JSON.parse(event.data));
    if (first) {
      if (chart.count > 1) chart.points.at(-1).broken = true;
      first = false;
      tries = 0;
      link("live", "Live");
      loadStatus();
    }
  };
  socket.onclose = lost;
}

function lost() {
  socket.onclose = socket.onmessage = null;
  socket.close();
  clearTimeout(silence);
  clearTimeout(timer);
  timer = setTimeout(connect, Math.min(500 * 1.7 ** tries++, 8000) * (0.8 + 0.4 * Math.random()));
  link("lost", "Reconnecting");
}

addEventListener("online", () => document.body.dataset.link === "lost" && connect());
document.addEventListener("visibilitychange", () => !document.hidden && document.body.dataset.link === "lost" && connect());

// ---- settings

const form = $("settings"), edited = new Set();          // edited: fields not to be overwritten

function showTitle(title) {
  text("title", title);
  document.title = title;
}

async function loadStatus() {
  try {
    const status = await (await fetch("api/status")).json();
    showTitle(status.title);
    text("system", status.system);
    for (const name of ["title", "interval_ms"]) if (!edited.has(name)) form.elements[name].value = status[name];
  } catch { /* the WebSocket notices a server that went away */ }
}

function showErrors(field, words) {
  for (const name of ["title", "interval_ms"]) {
    text(`e-${name}`, name === field ? words : "");
    form.elements[name].toggleAttribute("aria-invalid", false);
    if (name === field) form.elements[name].setAttribute("aria-invalid", "true");
  }
  if (field) form.elements[field].focus();
}

form.addEventListener("input", (event) => { edited.add(event.target.name); text("saved", ""); });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  text("saved", "");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const body = await answer.json();
    showErrors(body.field, body.error);
    if (!answer.ok) return text("saved", body.field ? "" : body.error);
    edited.clear();
    showTitle(body.title);
    text("saved", "Saved");
  } catch {
    text("saved", "The server did not answer");
  }
});

// ---- upload

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

async function crc32(file) {
  let crc = -1;
  for (let at = 0; at < file.size; at += 1 << 20) {
    for (const byte of new Uint8Array(await file.slice(at, at + (1 << 20)).arrayBuffer())) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return ((crc ^ -1) >>> 0).toString(16).padStart(8, "0");
}

function showResult(rows) {
  $("result").replaceChildren(...rows.flatMap(([name, words, tone = ""]) => [make("dt", name), make("dd", words, { class: tone })]));
}

// XMLHttpRequest, because fetch() does not tell how far an upload is.
function send(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "api/upload");
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / (event.total || 1));
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error(`The server answered ${request.status}`)));
    request.onerror = () => reject(new Error("The connection was lost"));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });
}

async function upload(file) {
  const bar = $("progress"), began = performance.now();
  bar.hidden = false;
  bar.value = 0;
  showResult([["Sending", file.name]]);
  try {
    const answer = await send(file, (part) => { bar.value = part; });
    const took = (performance.now() - began) / 1000, same = (await crc32(file)) === answer.crc32;
    showResult([
      ["File", file.name],
      ["Size", `${answer.size.toLocaleString("en")} bytes`],
      ["Time", `${took.toFixed(2)} s, ${size(answer.size / Math.max(took, 0.001))}/s`],
      ["CRC-32", `${answer.crc32} ${same ? "✓ matches" : "✗ differs"}`, same ? "good" : "bad"],
    ]);
  } catch (error) {
    showResult([["File", file.name], ["Failed", error.message, "bad"]]);
  }
  bar.hidden = true;
}

$("file").addEventListener("change", (event) => {
  if (event.target.files[0]) upload(event.target.files[0]);
  event.target.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  });
}

// ---- start

$("burst").addEventListener("click", async (event) => {
  event.target.disabled = true;
  await Promise.allSettled(Array.from({ length: 100 }, () => fetch("api/status", { cache: "no-store" })));
  event.target.disabled = false;
});
chart.canvas.addEventListener("pointermove", (event) => { chart.pointer = event.offsetX; });
chart.canvas.addEventListener("pointerleave", () => { chart.pointer = null; });
for (const query of [dark, calm]) query.addEventListener("change", () => { readColors(); frame(); });
addEventListener("resize", () => document.body.dataset.link !== "live" && drawChart());
readColors();
connect();

'use strict';
// Shows what the stream of events brings. Everything that is drawn is kept here, so that the pictures can
// be drawn again for another window, size or theme.

const $ = id => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
// The palette of Okabe and Ito, as in the figures; two colours differ on dark paper.
const light = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#c9b800'];
const onDark = {0: '#3d9bdc', 6: '#e6edf3'};
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
const colour = k => (dark.matches && onDark[k % 8]) || light[k % 8];
const dash = k => dashes[Math.floor(k / 8) % dashes.length];

const KEPT = 1 << 18, KEPT_BINS = 30000;
let layout, rowOf, status, lost, gaps, bins, signals = [], frame = {}, titleText = 'glia';
const spikes = {t: new Float64Array(KEPT), row: new Uint16Array(KEPT), n: 0}; // n spikes so far, the last KEPT kept
let window_ = 1000, newest = 0;

function forget() {
  spikes.n = 0; bins = []; gaps = []; lost = 0; newest = 0;
  for (const s of signals) { s.t = []; s.v = []; }
}
forget();

// ---- words and numbers

const group = n => String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
const digits = (x, n = 3) => x === 0 ? '0' : Math.abs(x) >= 1000 ? group(x) : String(Number(x.toPrecision(n)));
function span(s) {
  if (s < 1) return `${digits(1000 * s)} ms`;
  if (s < 60) return `${s.toFixed(1)} s`;
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h > 0 ? `${h} h ${m} min` : `${m} min ${Math.floor(s) % 60} s`;
}
const modelTime = ms => ms < 1000 ? `${digits(ms, 4)} ms` : ms < 60000 ? `${(ms / 1000).toFixed(2)} s` : span(ms / 1000);
function say(id, text) { const e = $(id); if (e.textContent !== text) e.textContent = text; }
function cell(row, text, kind, tag = 'td') {
  const c = document.createElement(tag);
  c.textContent = text;
  if (kind) c.className = kind;
  if (tag === 'th') c.scope = 'row';
  row.append(c);
  return c;
}

// ---- what comes

const on = {
  about(a) {
    forget(); // a new connection brings all again
    titleText = a.experiment;
    say('name', a.experiment); say('title', a.title); say('summary', a.summary);
    say('citation', a.citation ? 'Reproduces: ' + a.citation : '');
    say('command', (a.command || '') + (a.dir ? `\n# writes ${a.dir}` : '') + (a.version ? `\n# glia ${a.version}, seed ${a.seed}` : ''));
    $('parameters').replaceChildren(...(a.parameters || []).map(([name, value]) => {
      const r = document.createElement('tr');
      cell(r, name, '', 'th'); cell(r, value);
      return r;
    }));
    on.control = a.control;
    for (const id of ['pause', 'stop']) { $(id).disabled = !a.control; if (!a.control) $(id).setAttribute('aria-describedby', 'why'); }
    say('why', a.why || ''); $('why').hidden = !a.why;
  },
  layout(l) {
    layout = {populations: l.populations || [], series: l.series || [], bin: l.bin};
    rowOf = [];
    layout.populations.forEach((p, k) => { for (let i = 0; i < p.rows; i++) rowOf.push(k); });
    forget();
    signals = []; $('signals').replaceChildren(); // they are announced again
    $('table').tBodies[0].replaceChildren(...layout.series.map((s, k) => {
      const r = document.createElement('tr');
      const name = cell(r, s.name, '', 'th');
      const key = document.createElement('canvas');
      key.className = 'key';
      name.prepend(key);
      cell(r, group(s.neurons), 'n');
      cell(r, group(layout.populations.reduce((n, p) => n + (p.series === k ? p.rows : 0), 0)), 'n');
      cell(r, '–', 'n');
      return r;
    }));
    keys.due = true;
  },
  signals(names) {
    $('signals').replaceChildren();
    signals = names.map((x, k) => {
      const c = document.createElement('canvas');
      c.setAttribute('role', 'img');
      $('signals').append(c);
      const old = signals[k] && signals[k].name === x.name ? signals[k] : {t: [], v: []};
      return {name: x.name, unit: x.unit, t: old.t, v: old.v, canvas: c};
    });
  },
  metrics(list) {
    $('metrics-box').hidden = !list || list.length === 0;
    $('metrics').replaceChildren(...(list || []).map(m => {
      const r = document.createElement('tr');
      cell(r, m.name, '', 'th').title = m.meaning;
      const unit = m.unit ? ' ' + m.unit : '';
      cell(r, m.value === null ? 'not measured' : digits(m.value, 5) + unit, 'n');
      cell(r, m.target === null ? '–' : m.tolerance !== null ? `${digits(m.target, 5)} ± ${digits(m.tolerance)}${unit}`
        : m.max === null ? `≥ ${digits(m.min, 5)}${unit}` : m.min === null ? `≤ ${digits(m.max, 5)}${unit}` : `${digits(m.min, 5)} to ${digits(m.max, 5)}${unit}`);
      cell(r, m.ok === null ? '–' : m.ok ? '✓ yes' : '✗ no', m.ok === null ? '' : m.ok ? 'ok' : 'no');
      cell(r, m.source || '–', 'soft');
      return r;
    }));
  },
  figures(list) {
    const box = $('figures');
    $('figures-box').hidden = !list || list.length === 0;
    for (const f of (list || []).slice(box.children.length)) {
      const fig = document.createElement('figure'), a = document.createElement('a'), img = document.createElement('img'), cap = document.createElement('figcaption');
      a.href = 'figure/' + encodeURIComponent(f.name); a.target = '_blank';
      img.src = a.href; img.alt = f.caption || f.name; img.loading = 'lazy';
      cap.textContent = f.caption || f.name;
      a.append(img); fig.append(a, cap); box.append(fig);
    }
  },
  log(lines) {
    $('log-box').hidden = lines.length === 0;
    say('log', lines.join('\n'));
    $('log').scrollTop = $('log').scrollHeight;
  },
  frame(f) {
    frame = f; status = f.status;
    if (f.lost) { lost += f.lost; if (spikes.n > 0) gaps.push([spikes.t[(spikes.n - 1) % KEPT], (f.start || 0) / 1000]); }
    if (f.spikes) {
      let t = f.start;
      for (let i = 0; i < f.spikes.length; i += 2) {
        t += f.spikes[i];
        spikes.t[spikes.n % KEPT] = t / 1000;
        spikes.row[spikes.n % KEPT] = f.spikes[i + 1];
        spikes.n++;
      }
      newest = Math.max(newest, t / 1000);
    }
    for (const b of f.bins || []) { bins.push(b); newest = Math.max(newest, (b[0] + b[1]) * layout.bin); }
    if (bins.length > 1.5 * KEPT_BINS) bins.splice(0, bins.length - KEPT_BINS);
    (f.signals || []).forEach((list, k) => {
      const s = signals[k];
      for (let i = 0; i < list.length; i += 2) { s.t.push(list[i]); s.v.push(list[i + 1]); newest = Math.max(newest, list[i]); }
      if (s.t.length > 1.5 * KEPT_BINS) { s.t.splice(0, s.t.length - KEPT_BINS); s.v.splice(0, s.v.length - KEPT_BINS); }
    });
    if (status.simulated_ms > newest && (status.phase_spikes > 0 || status.spikes === 0) && signals.length === 0) newest = status.simulated_ms;
    later();
  },
};

// ---- the stream

const stream = new EventSource('events');
for (const name of ['about', 'layout', 'signals', 'metrics', 'figures', 'log', 'frame'])
  stream.addEventListener(name, e => on[name](JSON.parse(e.data)));
stream.addEventListener('bye', () => { stream.close(); on.gone = true; later(); });
stream.addEventListener('error', () => { if (!on.gone && !ended()) { showState('lost', 'connection lost, trying again'); buttons('lost'); } });

const ended = () => status && ['complete', 'interrupted', 'failed'].includes(status.state);
const order = async what => {
  const answer = await fetch('control?do=' + what, {method: 'POST'}).catch(() => null);
  if (!answer || !answer.ok) say('note', answer ? await answer.text() : 'glia does not answer.');
};
$('pause').addEventListener('click', () => order($('pause').dataset.do || 'pause'));
$('stop').addEventListener('click', () => $('sure').showModal());
$('go-on').addEventListener('click', () => $('sure').close());
$('stop-now').addEventListener('click', () => { $('sure').close(); order('stop'); });

function showState(state, text) { $('state').dataset.state = state; say('state', text); }

function buttons(state) {
  const held = state === 'paused' || state === 'pausing';
  const idle = !on.control || on.gone || ['stopping', 'complete', 'interrupted', 'failed', 'lost'].includes(state);
  const p = $('pause');
  say('pause', held ? 'Resume' : 'Pause');
  p.dataset.do = held ? 'resume' : 'pause';
  for (const b of [p, $('stop')]) {
    if (idle && document.activeElement === b) $('raster-box').focus({preventScroll: true}); // the focus must not get lost
    b.disabled = idle;
  }
  if (idle && $('sure').open) $('sure').close();
}

// ---- drawing, at most once per picture of the screen

let waiting = false, drawn = 0, told = 0;
function later() {
  if (waiting) return;
  waiting = true;
  const draw = () => { waiting = false; drawn = performance.now(); show(); };
  const rest = calm.matches ? 1000 - (performance.now() - drawn) : 0; // who wants no motion gets a picture a second
  if (rest > 0) setTimeout(draw, rest); else requestAnimationFrame(draw);
}
addEventListener('resize', later);
dark.addEventListener('change', () => { keys.due = true; later(); });
for (const id of ['window', 'back']) $(id).addEventListener('input', later);

function show() {
  if (!status) return;
  progress();
  if (!layout) return;
  $('activity').hidden = layout.populations.length === 0 && signals.length === 0;
  const [from, to] = shown();
  raster(from, to);
  const means = rates(from, to);
  for (const s of signals) curve(s, from, to);
  if (keys.due) keys();
  const now = performance.now();
  if (now - told > 1000 || ended()) { told = now; tell(from, to, means); }
}

function progress() {
  const s = status;
  const text = {running: 'running', pausing: 'pausing …', stopping: 'stopping, saving what was computed …'}[s.state] || s.state;
  showState(on.gone && !ended() ? 'lost' : s.state, on.gone ? (ended() ? s.state + ', glia has ended' : 'glia has ended') : text);
  buttons(s.state);
  $('report').hidden = !ended() || on.gone;
  say('phase', s.phase || 'waiting');
  const p = $('progress');
  if (ended()) { p.value = s.state === 'complete' || !(s.total > 0) ? 1 : Math.min(1, s.done / s.total); }
  else if (s.total > 0) p.value = Math.min(1, s.done / s.total);
  else p.removeAttribute('value');
  const percent = ended() && s.state === 'complete' ? '100 %' : s.total > 0 ? `${Math.floor(100 * Math.min(1, s.done / s.total))} %` : '';
  say('percent', percent);
  document.title = `${ended() || s.state === 'paused' ? s.state : percent || s.phase} · ${titleText} · glia`;
  say('simulated', s.simulated_ms > 0 ? modelTime(s.simulated_ms) : '–');
  say('wall', span(s.wall));
  say('left', frame.left >= 0 && !ended() ? span(frame.left) : '–');
  say('factor', frame.rtf > 0 ? digits(frame.rtf) : '–');
  say('spikes', group(s.spikes));
  say('spikerate', frame.rate > 0 ? digits(frame.rate) : '–');
  say('neurons', s.neurons ? group(s.neurons) : '–');
  say('synapses', s.synapses ? group(s.synapses) : '–');
}

// shown gives the ends of the shown time. An automatic window passes in about five seconds.
function shown() {
  const chosen = Number($('window').value);
  if (chosen > 0) window_ = chosen;
  else if (frame.rtf > 0 && !ended()) {
    const wanted = Math.min(60000, Math.max(100, 5000 / frame.rtf)), step = nice(wanted);
    if (step > 1.9 * window_ || step < window_ / 1.9) window_ = step;
  }
  const oldest = first();
  const back = Number($('back').value) / 1000, room = Math.max(0, newest - oldest - window_);
  $('back-label').hidden = room <= 0;
  const to = Math.max(window_, newest - (1 - back) * room);
  say('span', `${modelTime(to - window_)} to ${modelTime(to)}`);
  return [to - window_, to];
}

function first() {
  let t = spikes.n > 0 ? spikes.t[spikes.n > KEPT ? spikes.n % KEPT : 0] : newest;
  if (bins.length > 0 && spikes.n <= KEPT) t = Math.min(t, bins[0][0] * layout.bin);
  for (const s of signals) if (s.t.length > 0 && spikes.n === 0) t = Math.min(t, s.t[0]);
  return t;
}

// nice rounds down to 1, 2 or 5 times a power of ten.
function nice(x) {
  const p = 10 ** Math.floor(Math.log10(x)), m = x / p;
  return (m >= 5 ? 5 : m >= 2 ? 2 : 1) * p;
}

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const LEFT = 92, RIGHT = 10;

// begin clears a canvas and gives its context and size in CSS pixels.
function begin(canvas) {
  const scale = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
  if (canvas.width !== Math.round(w * scale) || canvas.height !== Math.round(h * scale)) {
    canvas.width = Math.round(w * scale); canvas.height = Math.round(h * scale);
  }
  const c = canvas.getContext('2d');
  c.setTransform(scale, 0, 0, scale, 0, 0);
  c.clearRect(0, 0, w, h);
  c.font = '12px system-ui, sans-serif';
  c.textBaseline = 'middle';
  return [c, w, h];
}

function timeAxis(c, w, h, from, to, labelled) {
  const x = t => LEFT + (t - from) / (to - from) * (w - LEFT - RIGHT);
  const step = nice((to - from) / 4), unit = to >= 10000 ? [1000, 's'] : [1, 'ms'];
  c.strokeStyle = css('--line'); c.fillStyle = css('--soft'); c.lineWidth = 1; c.textAlign = 'center';
  const bottom = h - (labelled ? 20 : 1);
  for (let k = Math.ceil(from / step); k * step <= to + 1e-9; k++) {
    const px = Math.round(x(k * step)) + 0.5;
    c.beginPath(); c.moveTo(px, 0); c.lineTo(px, bottom); c.stroke();
    if (!labelled) continue;
    const text = `${Number((k * step / unit[0]).toPrecision(10))} ${unit[1]}`, half = c.measureText(text).width / 2;
    c.fillText(text, Math.min(px, w - half - 1), h - 9);
  }
  c.strokeRect(LEFT + 0.5, 0.5, w - LEFT - RIGHT - 1, bottom - 1);
  return [x, bottom];
}

function raster(from, to) {
  const canvas = $('raster');
  // Without recorded spikes there is no raster, rather than one of silence.
  const none = rowOf.length === 0 || spikes.n === 0 && signals.length > 0;
  canvas.hidden = $('rates').hidden = $('table').hidden = none;
  if (none) { say('note', rowOf.length > 0 ? 'This phase records no spikes.' : ''); return; }
  const [c, w, h] = begin(canvas);
  const [x, bottom] = timeAxis(c, w, h, from, to, false);
  const rows = rowOf.length, pitch = (bottom - 2) / rows;
  let missed = 0;
  c.fillStyle = css('--gap');
  for (const [a, b] of gaps) if (b > from && a < to) { missed++; c.fillRect(x(Math.max(a, from)), 1, Math.max(1, x(Math.min(b, to)) - x(Math.max(a, from))), bottom - 2); }
  // Names beside their rows, where there is room.
  c.textAlign = 'right';
  let row = 0, free = -1e9;
  layout.populations.forEach((p, k) => {
    const top = 1 + row * pitch, middle = top + p.rows * pitch / 2;
    row += p.rows;
    if (k > 0) { c.fillStyle = css('--line'); c.fillRect(LEFT, Math.round(top), w - LEFT - RIGHT, 1); }
    if (middle > free + 12 && p.rows > 0) { c.fillStyle = colour(k); c.fillText(p.name, LEFT - 8, middle, LEFT - 12); free = middle; }
  });
  // One pass per population: setting the colour costs more than a mark.
  const marks = layout.populations.map(() => []);
  const size = Math.max(1, Math.min(3, pitch * 0.9)), tall = Math.max(1.2, Math.min(5, pitch * 0.9));
  let seen = 0;
  for (let i = spikes.n - 1, end = Math.max(0, spikes.n - KEPT); i >= end; i--) {
    const t = spikes.t[i % KEPT];
    if (t < from) break;
    if (t > to) continue;
    const r = spikes.row[i % KEPT];
    marks[rowOf[r]].push(x(t), 1 + (r + 0.5) * pitch);
    seen++;
  }
  marks.forEach((list, k) => {
    c.fillStyle = colour(k);
    for (let i = 0; i < list.length; i += 2) c.fillRect(list[i] - size / 2, list[i + 1] - tall / 2, size, tall);
  });
  raster.seen = seen;
  const total = layout.populations.reduce((n, p) => n + p.neurons, 0);
  const parts = [];
  if (rows < total) parts.push(`Shown are ${group(rows)} of ${group(total)} neurons; rates count all.`);
  if (missed > 0) parts.push(`Grey: spikes not shown because the page could not keep up (${group(lost)} so far); they are recorded all the same.`);
  say('note', parts.join(' '));
}

// rates draws the rate of each population in bins of the window and gives the mean rates.
function rates(from, to) {
  if ($('rates').hidden) return [];
  const [c, w, h] = begin($('rates'));
  const [x, bottom] = timeAxis(c, w, h, from, to, signals.length === 0);
  const width = Math.max(layout.bin, nice((to - from) / 100)), start = Math.floor(from / width);
  const n = Math.ceil(to / width) - start + 1;
  const counts = layout.series.map(() => new Float64Array(n)), total = layout.series.map(() => 0);
  for (let i = bins.length - 1; i >= 0; i--) {
    const [index, merged] = bins[i], t = index * layout.bin;
    if (t + merged * layout.bin < start * width) break;
    // What was merged is spread over the bins it came from.
    const a = Math.max(0, Math.floor(t / width) - start), b = Math.min(n - 1, Math.floor((t + merged * layout.bin - 1e-9) / width) - start);
    for (let k = 0; k < counts.length; k++)
      for (let j = a; j <= b; j++) counts[k][j] += bins[i][2 + k] / (b - a + 1);
    if (t >= from && t < to) total.forEach((_, k) => { total[k] += bins[i][2 + k]; });
  }
  let max = 1;
  const whole = Math.min(n, Math.floor(newest / width) - start); // the bin being filled is left out
  layout.series.forEach((s, k) => {
    for (let j = 0; j < n; j++) { counts[k][j] /= Math.max(1, s.neurons) * width / 1000; if (j < whole) max = Math.max(max, counts[k][j]); }
  });
  const [y] = valueAxis(c, w, bottom, 0, max * 1.05, 'Rate', 'Hz');
  c.save();
  c.beginPath(); c.rect(LEFT, 0, w - LEFT - RIGHT, bottom); c.clip();
  c.lineWidth = 1.5;
  layout.series.forEach((s, k) => {
    c.strokeStyle = colour(k); c.setLineDash(dash(k));
    c.beginPath();
    for (let j = 0; j < whole; j++) {
      const v = y(counts[k][j]);
      c.lineTo(x((start + j) * width), v); c.lineTo(x((start + j + 1) * width), v);
    }
    c.stroke();
  });
  c.restore();
  const seconds = Math.max(1e-9, Math.min(to, newest) - Math.max(from, 0)) / 1000;
  return total.map((m, k) => m / Math.max(1, layout.series[k].neurons) / seconds);
}

function valueAxis(c, w, bottom, lo, hi, name, unit) {
  const y = v => bottom - 1 - (v - lo) / (hi - lo) * (bottom - 8);
  const step = nice((hi - lo) / 2);
  c.fillStyle = css('--soft'); c.strokeStyle = css('--line'); c.textAlign = 'right';
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi; k++) {
    const py = y(k * step);
    c.beginPath(); c.moveTo(LEFT, Math.round(py) + 0.5); c.lineTo(w - RIGHT, Math.round(py) + 0.5); c.stroke();
    c.fillText(String(Number((k * step).toPrecision(6))), LEFT - 6, Math.min(Math.max(py, 7), bottom - 6));
  }
  c.textAlign = 'left';
  c.fillStyle = css('--ink');
  // A long name goes into the picture, where it can be read.
  if (c.measureText(name).width > LEFT - 40) c.fillText(name, LEFT + 8, 10);
  else c.fillText(name, 2, bottom / 2 - 7);
  if (unit) c.fillText(`(${unit})`, 2, bottom / 2 + 8, LEFT - 40);
  return [y];
}

function curve(s, from, to) {
  const [c, w, h] = begin(s.canvas);
  const [x, bottom] = timeAxis(c, w, h, from, to, s === signals[signals.length - 1]);
  let a = s.t.length;
  while (a > 0 && s.t[a - 1] >= from) a--;
  const b = s.t.length;
  let lo = Infinity, hi = -Infinity;
  for (let i = a; i < b && s.t[i] <= to; i++) { lo = Math.min(lo, s.v[i]); hi = Math.max(hi, s.v[i]); }
  if (!(lo <= hi)) { lo = 0; hi = 1; }
  const pad = (hi - lo) * 0.08 || Math.abs(hi) * 0.1 || 1;
  const [y] = valueAxis(c, w, bottom, lo - pad, hi + pad, s.name, s.unit);
  c.save();
  c.beginPath(); c.rect(LEFT, 0, w - LEFT - RIGHT, bottom); c.clip();
  c.strokeStyle = colour(3); c.lineWidth = 1.5;
  c.beginPath();
  for (let i = Math.max(0, a - 1); i < b && s.t[i] <= to; i++) c.lineTo(x(s.t[i]), y(s.v[i]));
  c.stroke();
  c.restore();
  s.canvas.setAttribute('aria-label', `${s.name}: ${b > 0 ? digits(s.v[b - 1]) + ' ' + s.unit : 'nothing yet'}, between ${digits(lo)} and ${digits(hi)} in the window`);
}

// tell puts in words and numbers what the pictures show.
function tell(from, to, means) {
  const rows = $('table').tBodies[0].rows;
  means.forEach((m, k) => { rows[k].cells[3].textContent = m.toFixed(2); });
  $('raster').setAttribute('aria-label', `Spikes of ${rowOf.length} neurons from ${modelTime(from)} to ${modelTime(to)}: ${raster.seen || 0}`);
  $('rates').setAttribute('aria-label', 'Population rates: ' + layout.series.map((s, k) => `${s.name} ${(means[k] || 0).toFixed(1)} Hz`).join(', '));
}

// keys draws the samples of line and colour in the table.
function keys() {
  if ($('table').hidden) return;
  keys.due = false;
  document.querySelectorAll('canvas.key').forEach((canvas, k) => {
    const [c, w, h] = begin(canvas);
    c.strokeStyle = colour(k); c.setLineDash(dash(k)); c.lineWidth = 3;
    c.beginPath(); c.moveTo(0, h / 2); c.lineTo(w, h / 2); c.stroke();
  });
}

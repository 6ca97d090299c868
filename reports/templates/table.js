const ROW_PX = 36;
const SPARE_ROWS = 8;
const PRINTED_ROWS = 300;
const WIDTHS = { audio_file: NARROW.matches ? 140 : 210, voice: 170, verdict: 150, reason: NARROW.matches ? 230 : 330, text: 340, codec: 110, clip_id: 150, clip_key: 150, turn: 120 };
const FILTERS = ["search", "voice", "verdict", "rule"];
const box = byId("box");
const [columnGroup, head, body] = byId("table").children;
let texts = null;
let sorting = { key: null, down: false };
let chosen = null; // rows that something else on the page asks to see: { rows, title }
let order = [];
let active = 0;
let typing;

// On a narrow screen the verdict matters more than the rest; the chooser brings it back.
if (NARROW.matches) for (const column of data.columns) column.shown &&= ["audio_file", "verdict", "reason"].includes(column.key);

// ---- filter and sort -------------------------------------------------------------------------
const missingLast = (a, b) => (a === null) - (b === null) || (a < b ? -1 : a > b ? 1 : 0);
const worstFirst = (a, b) =>
  ORDER[values.verdict[a]] - ORDER[values.verdict[b]] || missingLast(values.score[a], values.score[b]) || a - b;
const comparison = () => {
  const { key, down } = sorting;
  if (key === null) return worstFirst;
  const column = key === "verdict" ? values.verdict.map((verdict) => ORDER[verdict]) : values[key];
  const empty = (value) => value === null || value === "";
  const sign = down ? -1 : 1;
  return (a, b) => empty(column[a]) - empty(column[b]) || sign * missingLast(column[a], column[b]) || a - b;
};

const update = (told = true) => {
  clearTimeout(typing);
  byId("table").removeAttribute("aria-busy");
  const [search, voice, verdict, rule] = FILTERS.map((id) => byId(id).value);
  const wanted = search.trim().toLowerCase();
  if (wanted) texts ??= (values.text ?? []).map((text, row) => `${values.audio_file[row]} ${text ?? ""}`.toLowerCase());
  order = [];
  for (let row = 0; row < data.count; row++) {
    if (voice && values.voice[row] !== voice) continue;
    if (verdict && values.verdict[row] !== verdict) continue;
    if (rule && !found[row]?.includes(rule)) continue;
    if (wanted && !texts[row].includes(wanted)) continue;
    if (chosen && !chosen.rows.has(row)) continue;
    order.push(row);
  }
  order.sort(comparison());
  active = 0;
  box.scrollTop = 0;
  byId("table").setAttribute("aria-rowcount", order.length + 1);
  const sorted = data.columns.find((column) => column.key === sorting.key);
  byId("shown").textContent = data.count
    ? `${thousands(order.length)} of ${counted(data.count, "clip")}${chosen ? `: ${chosen.title}` : ""}, ` +
      (sorted ? `by ${sorted.name}, ${sorting.down ? "descending" : "ascending"}` : "worst first")
    : "There are no clips.";
  drawHead();
  drawRows();
  if (told) tellAddress();
};
const clearFilters = () => {
  for (const id of FILTERS) byId(id).value = "";
  chosen = null;
};
const toTable = () => byId("clips").scrollIntoView();
const showRows = (rows, title) => {
  clearFilters();
  chosen = { rows: new Set(rows), title };
  update();
  toTable();
};
const sortBy = (key) => {
  sorting = { key, down: sorting.key === key && !sorting.down };
  update();
};

// ---- the address says what is shown, so that a link can be sent -------------------------------
const tellAddress = () => {
  const said = new URLSearchParams();
  for (const id of FILTERS) if (byId(id).value) said.set(id, byId(id).value);
  if (sorting.key) said.set("sort", (sorting.down ? "-" : "") + sorting.key);
  if (open !== null) said.set("clip", values.clip_id[open]);
  history.replaceState(null, "", `${location.href.split("#")[0]}${[...said].length ? `#${said}` : ""}`);
};
const readAddress = () => {
  if (!location.hash.includes("=")) return;
  const said = new URLSearchParams(location.hash.slice(1));
  clearFilters();
  for (const id of FILTERS) byId(id).value = said.get(id) ?? "";
  const key = said.get("sort") ?? "";
  const named = key.replace(/^-/, "");
  sorting = key && named in values ? { key: named, down: key.startsWith("-") } : { key: null, down: false };
  update(false);
  const row = rowOfClip(said.get("clip"));
  if (row >= 0) openClip(row);
  if (FILTERS.some((id) => said.get(id))) toTable();
};

// ---- rows: only those in sight are in the page ------------------------------------------------
const shownColumns = () => data.columns.filter((column) => column.shown);
const width = (column) => WIDTHS[column.key] ?? Math.max(84, 36 + 8.3 * column.name.length + 7 * column.unit.length);

const drawHead = () => {
  const columns = shownColumns();
  let total = 0;
  const cols = columns.map((column) => {
    const col = make("col");
    const px = width(column);
    col.style.width = `${px}px`;
    total += px;
    return col;
  });
  columnGroup.replaceChildren(...cols);
  byId("table").style.width = `${total}px`;
  const cells = columns.map((column) => {
    const mine = sorting.key === column.key;
    const direction = mine ? (sorting.down ? "descending" : "ascending") : "none";
    return make(
      "th",
      { scope: "col", "aria-sort": direction, class: "digits" in column ? "number" : null },
      make("button", { type: "button", "data-key": column.key, title: about(column), onclick: () => sortBy(column.key) }, column.name, column.unit ? make("small", {}, ` ${column.unit}`) : null),
    );
  });
  const focused = document.activeElement?.dataset?.key;
  head.replaceChildren(make("tr", { "aria-rowindex": 1 }, ...cells));
  if (focused) head.querySelector(`[data-key="${focused}"]`)?.focus();
};

const cell = (column, row) => {
  const { text, mark, state } = judged(column, row);
  if (column.key === "audio_file") {
    const name = make("button", { type: "button", class: "link", tabindex: -1 }, bdi(shorten(text, 80)));
    return make("th", { scope: "row", title: shorten(text, 300) }, name);
  }
  if (column.key === "verdict") {
    const mine = decisions.of(row);
    return make("td", {}, pill(text), mine?.decision ? make("span", { class: "mine" }, ` you: ${mine.decision}`) : null);
  }
  if (!("digits" in column)) return make("td", { title: shorten(text, 300) }, bdi(shorten(text, 120)));
  return make("td", { class: "number" }, state ? make("span", { class: `cell ${state}` }, text, mark ? unseen(` ${mark}`) : null) : text);
};
const tableRow = (at) => {
  const row = order[at];
  return make(
    "tr",
    { "aria-rowindex": at + 2, "data-at": at, tabindex: at === active ? 0 : -1, class: row === open ? "open" : null },
    ...shownColumns().map((column) => cell(column, row)),
  );
};
const pad = (rows) => {
  const padding = make("td", { colspan: 99 });
  padding.style.height = `${rows * ROW_PX}px`;
  return make("tr", { class: "pad", "aria-hidden": "true" }, padding);
};
let drawn = -1;
const windowRows = () => Math.ceil(Math.max(box.clientHeight, 0.8 * innerHeight) / ROW_PX) + 3 * SPARE_ROWS;
const windowStart = () => {
  const wanted = Math.floor(box.scrollTop / ROW_PX / SPARE_ROWS - 1) * SPARE_ROWS;
  return Math.max(0, Math.min(wanted, order.length - windowRows()));
};
const drawRows = (all = false) => {
  const visible = all ? PRINTED_ROWS : windowRows();
  const first = all ? 0 : windowStart();
  drawn = first;
  const last = Math.min(order.length, first + visible);
  const hadFocus = body.contains(document.activeElement);
  const rows = [];
  for (let at = first; at < last; at++) rows.push(tableRow(at));
  body.replaceChildren(pad(first), ...rows, pad(all ? 0 : order.length - last));
  if (hadFocus) body.querySelector(`[data-at="${active}"]`)?.focus({ preventScroll: true });
};
const goTo = (at) => {
  active = Math.max(0, Math.min(at, order.length - 1));
  const top = active * ROW_PX;
  const room = box.clientHeight - head.offsetHeight - ROW_PX;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top > box.scrollTop + room) box.scrollTop = top - room;
  drawRows();
};

let queued = false;
box.addEventListener("scroll", () => {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => {
    queued = false;
    // Rows that stay are left alone: one replaced under a pressed button would miss its click.
    if (windowStart() !== drawn) drawRows();
  });
});
body.addEventListener("click", (event) => {
  const at = event.target.closest("tr[data-at]")?.dataset.at;
  if (at === undefined || String(getSelection())) return;
  active = Number(at);
  openClip(order[active]);
});
body.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  if (event.key === "Enter") openClip(order[active]);
  else if (event.key in steps) {
    goTo(active + steps[event.key]);
    body.querySelector(`[data-at="${active}"]`)?.focus({ preventScroll: true });
  } else return;
  event.preventDefault();
});
addEventListener("beforeprint", () => drawRows(true));
addEventListener("afterprint", () => drawRows());
addEventListener("resize", () => drawRows());

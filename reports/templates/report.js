"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("clips-data").textContent);
  const ORDER = { reject: 0, review: 1, accept: 2 };
  const ROW_PX = 36;
  const SPARE_ROWS = 8;
  const PRINTED_ROWS = 300;
  const NARROW = matchMedia("(max-width: 60rem)");
  const WIDTHS = { audio_file: NARROW.matches ? 140 : 210, voice: 170, verdict: 96, text: 340, codec: 110, clip_id: 150, turn: 120 };
  const { values, marks, found } = data;

  // Elements are built from text alone: nothing of the data is ever read as markup.
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const bdi = (text) => make("bdi", {}, text);
  const pill = (verdict) => make("span", { class: `pill ${verdict}` }, verdict);
  const thousands = (n) => n.toLocaleString("en");
  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

  const written = (column, row) => {
    const value = values[column.key][row];
    if (value === null || value === "") return "–";
    if (value === true || value === false) return value ? "yes" : "no";
    return "digits" in column ? value.toFixed(column.digits) : value;
  };

  // On a narrow screen the verdict matters more than the voice; the chooser brings it back.
  if (NARROW.matches) data.columns.find((column) => column.key === "voice").shown = false;

  // ---- filter and sort -------------------------------------------------------------------------
  const box = byId("box");
  const [columnGroup, head, body] = byId("table").children;
  const texts = (values.text ?? []).map((text, row) => `${values.audio_file[row]} ${text ?? ""}`.toLowerCase());
  let sorting = { key: null, down: false };
  let order = [];
  let active = 0;
  let typing;

  const worstFirst = (a, b) =>
    ORDER[values.verdict[a]] - ORDER[values.verdict[b]] || missingLast(values.score[a], values.score[b]) || a - b;
  const missingLast = (a, b) => (a === null) - (b === null) || (a < b ? -1 : a > b ? 1 : 0);
  const comparison = () => {
    const { key, down } = sorting;
    if (key === null) return worstFirst;
    const column = key === "verdict" ? values.verdict.map((verdict) => ORDER[verdict]) : values[key];
    const sign = down ? -1 : 1;
    return (a, b) =>
      (column[a] === null) - (column[b] === null) || sign * missingLast(column[a], column[b]) || a - b;
  };

  const update = () => {
    clearTimeout(typing);
    byId("table").removeAttribute("aria-busy");
    const [search, voice, verdict, rule] = ["search", "voice", "verdict", "rule"].map((id) => byId(id).value);
    const wanted = search.trim().toLowerCase();
    order = [];
    for (let row = 0; row < data.count; row++) {
      if (voice && values.voice[row] !== voice) continue;
      if (verdict && values.verdict[row] !== verdict) continue;
      if (rule && !(found[row] ?? []).includes(rule)) continue;
      if (wanted && !texts[row].includes(wanted)) continue;
      order.push(row);
    }
    order.sort(comparison());
    active = 0;
    box.scrollTop = 0;
    byId("table").setAttribute("aria-rowcount", order.length + 1);
    const sorted = data.columns.find((column) => column.key === sorting.key);
    byId("shown").textContent = data.count
      ? `${thousands(order.length)} of ${thousands(data.count)} clips, ` +
        (sorted ? `by ${sorted.name}, ${sorting.down ? "descending" : "ascending"}` : "worst first")
      : "There are no clips.";
    drawHead();
    drawRows();
  };

  // ---- table -----------------------------------------------------------------------------------
  const shownColumns = () => data.columns.filter((column) => column.shown);
  const width = (column) => WIDTHS[column.key] ?? Math.max(84, 36 + 8.3 * column.name.length + 7 * column.unit.length);

  const drawHead = () => {
    const columns = [...shownColumns(), { key: "", name: "Findings", unit: "", about: "Rules with a finding on the clip, the worst first." }];
    let total = 0;
    const cols = columns.map((column) => {
      const col = make("col");
      const px = column.key ? width(column) : 260;
      col.style.width = `${px}px`;
      total += px;
      return col;
    });
    columnGroup.replaceChildren(...cols);
    byId("table").style.width = `${total}px`;
    const cells = columns.map((column) => {
      const label = [column.name, column.unit ? make("small", {}, ` ${column.unit}`) : null];
      if (!column.key) return make("th", { scope: "col", title: column.about }, ...label);
      const mine = sorting.key === column.key;
      const direction = mine ? (sorting.down ? "descending" : "ascending") : "none";
      return make(
        "th",
        { scope: "col", "aria-sort": direction, class: "digits" in column ? "number" : null },
        make("button", { type: "button", "data-key": column.key, title: about(column), onclick: () => sortBy(column.key) }, ...label),
      );
    });
    const focused = document.activeElement?.dataset?.key;
    head.replaceChildren(make("tr", { "aria-rowindex": 1 }, ...cells));
    if (focused) head.querySelector(`[data-key="${focused}"]`)?.focus();
  };
  const about = (column) => [column.about, column.bounds, column.source && `Source: ${column.source}`].filter(Boolean).join("\n");
  const sortBy = (key) => {
    sorting = { key, down: sorting.key === key && !sorting.down };
    update();
  };

  const cell = (column, row) => {
    const text = written(column, row);
    if (column.key === "audio_file") {
      const name = make("button", { type: "button", class: "link", tabindex: -1 }, bdi(shorten(text, 80)));
      return make("th", { scope: "row", title: shorten(text, 300) }, name);
    }
    if (column.key === "verdict") return make("td", {}, pill(text));
    if (!("digits" in column)) return make("td", { title: shorten(text, 300) }, bdi(shorten(text, 120)));
    const mark = marks[column.key]?.[row];
    const state = mark ?? (column.bounds && text !== "–" ? "pass" : "");
    return make("td", { class: "number" }, state ? make("span", { class: `cell ${state}` }, text, mark ? make("span", { class: "unseen" }, ` ${mark}`) : null) : text);
  };
  const tableRow = (at) => {
    const row = order[at];
    const rules = (found[row] ?? []).join(", ");
    return make(
      "tr",
      { "aria-rowindex": at + 2, "data-at": at, tabindex: at === active ? 0 : -1, class: row === open ? "open" : null },
      ...shownColumns().map((column) => cell(column, row)),
      make("td", { title: rules }, rules),
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

  // ---- panel of one clip -----------------------------------------------------------------------
  const panel = byId("panel");
  let open = null;

  const openClip = (row) => {
    open = row;
    const detail = JSON.parse(byId(`clip-${row}`).textContent);
    panel.replaceChildren(...content(row, detail));
    if (!panel.open) NARROW.matches ? panel.showModal() : panel.show();
    panel.scrollTop = 0;
    panel.querySelector(".close").focus({ preventScroll: true });
    drawRows();
  };
  const step = (by) => {
    const at = order.indexOf(open) + by;
    if (at < 0 || at >= order.length) return;
    goTo(at);
    openClip(order[at]);
    panel.querySelector(by > 0 ? ".next" : ".previous").focus({ preventScroll: true });
  };
  const leave = () => {
    if (panel.open || open === null) return;
    panel.replaceChildren();
    open = null;
    drawRows();
    body.querySelector(`[data-at="${active}"]`)?.focus({ preventScroll: true });
  };
  // At once: the dialog tells of it later, when the next key may have opened another clip.
  const closePanel = () => {
    panel.close();
    leave();
  };
  panel.addEventListener("close", leave);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) closePanel();
  });

  const content = (row, detail) => {
    const at = order.indexOf(row);
    const audio = data.audio[row]
      ? make("audio", { controls: "", preload: "none", src: data.audio[row] })
      : null;
    return [
      make(
        "header",
        {},
        make("h2", { id: "panel-title" }, bdi(shorten(values.audio_file[row], 200))),
        make("div", { class: "steps" },
          make("button", { type: "button", class: "previous", disabled: at <= 0 ? "" : null, onclick: () => step(-1) }, "Previous"),
          make("button", { type: "button", class: "next", disabled: at >= order.length - 1 ? "" : null, onclick: () => step(1) }, "Next"),
          make("button", { type: "button", class: "close", onclick: closePanel }, "Close")),
      ),
      make("p", { class: "summary" }, pill(values.verdict[row]), " ", bdi(values.voice[row]), ...standing(row)),
      audio ?? make("p", { class: "empty" }, "There is no audio file to play for this clip."),
      pictures(row, detail, audio),
      words(row, detail),
      findings(detail.findings ?? []),
      measurements(row),
    ].filter(Boolean);
  };
  const standing = (row) => {
    const parts = [];
    if (values.score?.[row] != null) parts.push(`score ${values.score[row].toFixed(1)}`);
    if (values.rank?.[row] != null) parts.push(`rank ${values.rank[row]} in its voice`);
    if (values.selected) parts.push(values.selected[row] ? "selected" : "not selected");
    return parts.map((part) => ` · ${part}`);
  };

  const pictures = (row, detail, audio) => {
    if (!detail.wave && !detail.image) return null;
    const length = values.duration_s[row];
    const regions = length ? (detail.regions ?? []) : [];
    const cursor = svg("line", { class: "cursor", x1: 0, x2: 0, y1: 0, y2: 100 });
    const wave = svg("svg", { class: "wave", viewBox: "0 0 1000 100", preserveAspectRatio: "none", role: "img", "aria-label": "Waveform" });
    for (const [kind, start, end] of regions) {
      const x = (1000 * start) / length;
      const rect = svg("rect", { class: "region", x, y: 0, width: Math.max((1000 * (end - start)) / length, 3), height: 100 });
      rect.append(svg("title", {}, `${kind}, ${start} to ${end} s`));
      wave.append(rect);
    }
    wave.append(svg("path", { d: detail.wave ?? "M0 50h1000" }), cursor);
    const seek = (seconds) => {
      if (!audio) return;
      audio.currentTime = seconds;
      audio.play().catch(() => {}); // closing the clip interrupts it; the player itself shows what it cannot play
    };
    audio?.addEventListener("timeupdate", () => {
      const x = (1000 * audio.currentTime) / (length || audio.duration);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    });
    const rate = values.sample_rate_hz?.[row];
    return make(
      "figure",
      { class: "pictures" },
      wave,
      detail.image ? make("img", { src: `data:image/webp;base64,${detail.image}`, alt: "Spectrogram", width: 640, height: 160 }) : null,
      make("figcaption", {}, make("span", {}, "0 s"), detail.image && rate ? make("span", {}, `spectrogram 0 to ${rate / 2000} kHz`) : null, make("span", {}, length ? `${length.toFixed(2)} s` : "")),
      regions.length
        ? make("ul", { class: "regions" }, ...regions.slice(0, 40).map(([kind, start, end]) =>
            make("li", {}, make("button", { type: "button", disabled: audio ? null : "", onclick: () => seek(Math.max(0, start - 0.3)) }, `${kind} ${start}–${end} s`))))
        : null,
    );
  };

  const words = (row, detail) => {
    const label = values.text?.[row] ?? "";
    const parts = [make("h3", {}, "Label and what was heard")];
    const line = (name, ...children) => make("div", {}, make("dt", {}, name), make("dd", {}, ...children));
    const lines = [line("Label", bdi(label || "(empty)"))];
    if (detail.heard === undefined) lines.push(line("Heard", make("span", { class: "muted" }, "The recogniser was not asked.")));
    else lines.push(line("Heard", bdi(detail.heard || "(nothing)")));
    if (detail.other !== undefined) lines.push(line("Second decoding", bdi(detail.other || "(nothing)")));
    if (detail.words) lines.push(line("Difference", ...difference(detail.words)));
    else if (detail.same) lines.push(line("Difference", make("span", { class: "muted" }, "none: every word agrees")));
    parts.push(make("dl", { class: "words" }, ...lines));
    return make("section", {}, ...parts);
  };
  const difference = (steps) =>
    steps.flatMap(([op, label, heard]) => {
      if (op === "equal") return [bdi(label), " "];
      return [label ? make("del", {}, "[−", bdi(label), "]") : null, label && heard ? " " : null, heard ? make("ins", {}, "[+", bdi(heard), "]") : null, " "].filter(Boolean);
    });

  const findings = (list) =>
    make(
      "section",
      {},
      make("h3", {}, "Findings"),
      list.length
        ? make("ul", { class: "findings" }, ...list.map((finding) =>
            make("li", {}, pill(finding.verdict), " ", bdi(finding.sentence), finding.figures ? make("span", { class: "muted" }, ` (${finding.figures})`) : null, " ", make("code", {}, finding.rule))))
        : make("p", { class: "empty" }, "Nothing was found wrong with this clip."),
    );

  const breakable = (name) => name.split("_").flatMap((part, i) => (i ? ["_", make("wbr"), part] : [part]));
  const measurements = (row) => {
    const said = ["audio_file", "text", "voice", "verdict", "score", "rank", "selected"];
    const rows = [...data.columns.filter((column) => !column.fact), ...data.columns.filter((column) => column.fact)]
      .filter((column) => !said.includes(column.key) && !(column.fact && written(column, row) === "–"))
      .map((column) => {
        const mark = marks[column.key]?.[row];
        const text = written(column, row);
        const state = mark ?? (column.bounds && text !== "–" ? "pass" : "");
        return make(
          "tr",
          {},
          make("th", { scope: "row", title: about(column), class: column.fact ? null : "name" }, ...breakable(column.name)),
          make("td", { class: "number" }, make("span", { class: `cell ${state}` }, text), column.unit && text !== "–" ? ` ${column.unit}` : "", mark ? make("span", { class: "unseen" }, ` ${mark}`) : null),
          make("td", { class: "meaning" }, column.about, column.bounds ? make("span", { class: "bounds" }, ` ${column.bounds}`) : null),
        );
      });
    return make("section", {}, make("h3", {}, "Measurements"), make("table", { class: "measured" }, make("tbody", {}, ...rows)));
  };

  // ---- controls --------------------------------------------------------------------------------
  const choices = (id, list) => byId(id).append(...[...new Set(list)].map((value) => make("option", { value }, value)));
  choices("voice", [...(values.voice ?? [])].sort());
  choices("verdict", Object.keys(ORDER));
  choices("rule", Object.values(found).flat().sort());
  byId("search").addEventListener("input", () => {
    clearTimeout(typing);
    byId("table").setAttribute("aria-busy", "true");
    typing = setTimeout(update, 120);
  });
  for (const id of ["voice", "verdict", "rule"]) byId(id).addEventListener("change", update);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  const clear = () => ["search", "voice", "verdict", "rule"].forEach((id) => (byId(id).value = ""));
  byId("clear").addEventListener("click", () => {
    clear();
    update();
  });
  byId("worst").addEventListener("click", () => sortBy(null));
  byId("columns").append(
    ...data.columns.map((column) => {
      const tick = make("input", { type: "checkbox", checked: column.shown ? "" : null, disabled: column.key === "audio_file" ? "" : null });
      tick.addEventListener("change", () => {
        column.shown = tick.checked;
        update();
      });
      return make("label", { title: about(column) }, tick, ` ${column.name}`);
    }),
  );
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const name of ["voice", "verdict", "rule"]) {
      if (name in button.dataset) {
        clear();
        byId(name).value = button.dataset[name];
        update();
        byId("clips").scrollIntoView();
      }
    }
    if ("open" in button.dataset) openClip(Number(button.dataset.open));
  });
  update();
})();

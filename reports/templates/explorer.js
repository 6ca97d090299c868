// ---- bounds: sliders under the distributions, and what they come to ------------------------------
const model = byId("explorer") && bounds.load(await block("explorer-data"), values);
if (model) {
  const WORDS = ["accept", "review", "reject"];
  const LISTED = 50;
  const figures = new Map([...document.querySelectorAll(".measure")].map((figure) => [figure.dataset.column, figure]));
  const titles = new Map(data.columns.map((column) => [column.key, column]));
  const copyOf = (at) => at.map((one) => ({ ...one }));
  let at = copyOf(model.present);
  let result = model.now;
  const reasons = {};
  const sliders = [];

  const amount = (rule, value) => {
    if (!Number.isFinite(value)) return "none";
    if (titles.get(rule.column).percent) return `${Number((100 * value).toPrecision(12))} %`;
    return `${value}${rule.unit && ` ${rule.unit}`}`;
  };
  const standing = (n, key, where = at) => amount(model.rules[n], bounds.valueAt(model.rules[n], key, where[n][key]));
  const inWords = (key) => key.replace("_", " ");

  // ---- clips of a bar ---------------------------------------------------------------------------
  const rowsOf = (figure, bin) => {
    const places = model.rules.find((rule) => rule.column === figure.dataset.column).places;
    const starts = figure.dataset.starts.split(" ").map(Number);
    const from = bin ? starts[bin] : 0;
    const to = starts[bin + 1] ?? 0xffff;
    return [...places.keys()].filter((row) => places[row] >= from && places[row] < to);
  };
  const showBar = (event) => {
    const bar = event.target.closest("[data-bin]");
    if (!bar) return;
    const figure = bar.closest(".measure");
    const said = figure.querySelector(`button[data-bin="${bar.dataset.bin}"]`).dataset.says;
    showRows(rowsOf(figure, Number(bar.dataset.bin)), `${titles.get(figure.dataset.column).name} ${said}`);
  };
  for (const figure of figures.values()) figure.addEventListener("click", showBar);

  // ---- sliders ----------------------------------------------------------------------------------
  const slider = (rule, n, key) => {
    const id = `bound-${n}-${key}`;
    const [low, high] = key.endsWith("below") ? [-1, rule.edges.length - 1] : [0, rule.edges.length];
    const input = make("input", { type: "range", id, min: low, max: high, step: 1, class: key.split("_")[0] });
    const said = make("output", { for: id });
    const label = make("label", { for: id }, `${inWords(key)} `, said);
    const mark = svg("line", { class: `moved ${key.split("_")[0]}`, y1: 14, y2: 112 });
    const show = () => {
      const value = bounds.valueAt(rule, key, at[n][key]);
      const isMoved = at[n][key] !== model.present[n][key];
      input.value = at[n][key];
      input.setAttribute("aria-valuetext", standing(n, key));
      said.textContent = `${standing(n, key)}${isMoved ? ` (was ${standing(n, key, model.present)})` : ""}`;
      label.classList.toggle("changed", isMoved);
      mark.toggleAttribute("hidden", !isMoved || !Number.isFinite(value));
      const x = `${(100 * (value - rule.edges[0])) / (rule.edges.at(-1) - rule.edges[0])}%`;
      if (Number.isFinite(value)) for (const end of ["x1", "x2"]) mark.setAttribute(end, x);
    };
    input.addEventListener("input", () => {
      const [least, most] = bounds.range(rule, at[n], key);
      at[n][key] = Math.max(least, Math.min(most, Number(input.value)));
      update();
    });
    sliders.push(show);
    figures.get(rule.column).querySelector("svg.overlay").append(mark);
    return make("div", { class: "slider" }, label, input);
  };
  const caution = (rule) =>
    rule.decoded === null
      ? null
      : make("p", { class: "muted" }, `Narrower than ${amount(rule, rule.decoded)} tenhours score decodes clips anew, whose values may then differ from those here.`);
  model.rules.forEach((rule, n) => {
    const keys = bounds.KEYS.filter((key) => rule.sides.some((side) => key.endsWith(side)));
    const place = [...figures.get(rule.column)?.querySelectorAll(".rule-bounds") ?? []].find((one) => one.dataset.ruleId === rule.id);
    place?.append(...keys.map((key) => slider(rule, n, key)), ...[caution(rule)].filter(Boolean));
  });

  // ---- the answer -------------------------------------------------------------------------------
  const counts = () =>
    WORDS.map((word, severity) => {
      const [before, now] = [model.now.counts[severity], result.counts[severity]];
      return `${word} ${before === now ? thousands(now) : `${thousands(before)} → ${thousands(now)}`}`;
    }).join(", ");
  const voiceRow = (voice, n) => {
    const [before, after] = [duration(model.now.voices[n].worth), duration(voice.worth)];
    const state = voice.held ? "held back" : voice.parked ? "parked" : duration(voice.selected);
    return make("tr", {},
      make("th", { scope: "row" }, bdi(voice.name)),
      make("td", { class: before === after ? null : "changed" }, before === after ? after : `${before} → ${after}`),
      make("td", {}, state));
  };
  const boundLine = ({ n, rule, keys }) => {
    const back = make("button", { type: "button", onclick: () => reset(n) }, "Reset", unseen(` ${rule.id}`));
    const reason = make("input", { type: "text", id: `why-${n}`, value: reasons[rule.id] ?? "", autocomplete: "off" });
    reason.addEventListener("input", () => {
      reasons[rule.id] = reason.value;
      byId("moved-toml").value = bounds.toml(model, at, result, reasons);
    });
    const said = keys.map((key) => `${inWords(key)} ${standing(n, key, model.present)} → ${standing(n, key)}`);
    return make("li", {}, make("code", {}, rule.id), ` ${said.join(", ")} `, back, make("label", { for: `why-${n}` }, "Why"), reason);
  };
  const clipLine = (row) => {
    const rules = bounds.why(model, at, row).map(({ rule }) => rule.id);
    const name = make("button", { type: "button", class: "link", onclick: () => openClip(row) }, bdi(shorten(values.audio_file[row], 60)));
    return make("li", {}, name, " ", pill(WORDS[model.now.own[row]]), " → ", pill(WORDS[result.own[row]]), rules.length ? ` ${rules.join(", ")}` : " by its copy");
  };
  const update = () => {
    result = bounds.judge(model, at);
    for (const show of sliders) show();
    const rows = bounds.changed(model, result);
    const moved = bounds.moved(model, at);
    byId("moved-counts").textContent = `${counts()}: ${rows.length === 1 ? "1 clip changes" : `${counted(rows.length, "clip")} change`}.`;
    byId("moved-clips").disabled = !rows.length;
    byId("moved-reset").disabled = !moved.length;
    byId("moved-voices").tBodies[0].replaceChildren(...result.voices.map(voiceRow));
    byId("moved-bounds").replaceChildren(...moved.map(boundLine));
    byId("moved-list").replaceChildren(...rows.slice(0, LISTED).map(clipLine));
    if (rows.length > LISTED) byId("moved-list").append(make("li", { class: "muted" }, `and ${thousands(rows.length - LISTED)} more`));
    byId("moved-policy").hidden = !moved.length;
    byId("moved-toml").value = moved.length ? bounds.toml(model, at, result, reasons) : "";
  };
  const reset = (n) => {
    at = n === undefined ? copyOf(model.present) : at.map((one, m) => (m === n ? { ...model.present[n] } : one));
    update();
    byId("explorer-title").focus({ preventScroll: true }); // the button that was pressed is gone
  };
  byId("moved-reset").addEventListener("click", () => reset());
  byId("moved-clips").addEventListener("click", () => showRows(bounds.changed(model, result), "clips that change with the bounds as moved"));
  byId("moved-copy").addEventListener("click", async () => {
    const text = byId("moved-toml");
    text.select();
    const done = (await navigator.clipboard?.writeText(text.value).then(() => true, () => false)) || document.execCommand("copy");
    byId("moved-copied").textContent = done ? "Copied." : "Selected: copy it with Ctrl+C.";
  });
  if (model.absent.length) {
    byId("moved-absent").hidden = false;
    byId("moved-absent").textContent = `Not measured in this run, so that nothing moves: ${model.absent.join(", ")}.`;
  }
  byId("explorer").hidden = false;
  update();
}

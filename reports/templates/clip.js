// What is known of one clip: why it is where it is, words, measurements.
const LONG_CHARS = 600;

const standing = (row) => {
  const parts = [values.voice[row]];
  if (values.score?.[row] != null) parts.push(`score ${values.score[row].toFixed(0)}`);
  if (values.rank?.[row] != null) parts.push(`rank ${values.rank[row]} in its voice`);
  if (values.selected) parts.push(values.selected[row] ? "selected" : "not selected");
  return make("p", { class: "muted" }, bdi(parts[0]), ...parts.slice(1).map((part) => ` · ${part}`));
};

// The causes with what follows from each folded under it; notes are folded behind them.
const reasons = (row, detail) => {
  const list = detail.findings ?? [];
  const weighty = list.filter((finding) => finding.verdict !== "note");
  const notes = list.filter((finding) => finding.verdict === "note");
  const rules = new Set(weighty.map((finding) => finding.rule));
  const causes = weighty.filter((finding) => !rules.has(finding.under)).sort((a, b) => (b.rule === found[row]?.[0]) - (a.rule === found[row]?.[0]));
  const line = (finding, ...more) =>
    make("li", {}, pill(finding.verdict), " ", finding.figures ? make("strong", {}, `${finding.figures}. `) : null, bdi(finding.sentence), " ", make("code", {}, finding.rule), ...more);
  const folded = (title, items) => (items.length ? make("details", {}, make("summary", {}, title), make("ul", { class: "findings" }, ...items.map((one) => line(one)))) : null);
  const under = (cause) => weighty.filter((finding) => finding.under === cause.rule);
  return make(
    "section",
    { class: "why", "aria-label": "Reasons" },
    causes.length
      ? make("ul", { class: "findings" }, ...causes.map((cause) => line(cause, folded(`${counted(under(cause).length, "finding")} that follow${under(cause).length === 1 ? "s" : ""} from it`, under(cause)))))
      : make("p", { class: "empty" }, values.verdict[row] === "accept" ? "Nothing was found wrong with this clip." : "The clip itself has no finding; its voice or submission has."),
    folded(counted(notes.length, "note"), notes),
  );
};

// each word of the label, played from where the recogniser seeks it
const placed = (list) =>
  list.slice(0, 200).flatMap(([word, start, end]) => [
    make("button", { type: "button", class: "word", title: `${start.toFixed(2)} to ${end.toFixed(2)} s`, onclick: () => player?.from(start) }, bdi(word)),
    " ",
  ]);
const words = (row, detail) => {
  const label = values.text?.[row] ?? "";
  const line = (name, ...children) => {
    const said = make("dd", {}, ...children);
    if (said.textContent.length > LONG_CHARS) {
      said.className = "long";
      said.tabIndex = 0; // it scrolls, also by keyboard
    }
    return make("div", {}, make("dt", {}, name), said);
  };
  const muted = (text) => make("span", { class: "muted" }, text);
  const lines = [];
  if (detail.hallucinated) {
    lines.push(line("Label", bdi(label || "(empty)")));
    lines.push(line("Heard", muted("Nothing that can be relied on. "), make("details", {}, make("summary", {}, "What the recogniser wrote all the same"), bdi(detail.heard || "(nothing)"))));
  } else if (detail.words) {
    const side = (ops, place, mark) =>
      detail.words.flatMap(([op, ...texts]) => {
        if (!texts[place]) return [];
        return [op === "equal" ? bdi(texts[place]) : make(mark, {}, bdi(texts[place])), " "];
      });
    lines.push(line("Label", ...side(["delete", "substitute"], 0, "del")));
    lines.push(line("Heard", ...side(["insert", "substitute"], 1, "ins")));
    lines.push(line("Difference", ...difference(detail.words)));
  } else {
    lines.push(line("Label", bdi(label || "(empty)")));
    if (detail.heard === undefined) lines.push(line("Heard", muted("The recogniser was not asked.")));
    else if (detail.same) lines.push(line("Heard", muted("the same, word by word")));
    else lines.push(line("Heard", bdi(detail.heard || "(nothing)")));
  }
  if (detail.other !== undefined && !detail.hallucinated) lines.push(line("Second decoding", bdi(detail.other || "(nothing)")));
  if (detail.placed) lines.push(line("Places", ...placed(detail.placed)));
  return make("section", {}, make("h3", {}, "Label and what was heard"), make("dl", { class: "words" }, ...lines));
};
const difference = (steps) => {
  const parts = steps.map(([op, label, heard]) => {
    if (op === "equal") return null;
    if (!label) return ["added ", make("ins", {}, bdi(heard))];
    if (!heard) return ["missing ", make("del", {}, bdi(label))];
    return [make("del", {}, bdi(label)), " heard as ", make("ins", {}, bdi(heard))];
  });
  return parts.filter(Boolean).flatMap((part, i) => (i ? ["; ", ...part] : part));
};

// ---- measurements ----------------------------------------------------------------------------
const sortedOfVoice = new Map();
const ofVoice = (voice, key) => {
  const id = `${key} ${voice}`;
  if (!sortedOfVoice.has(id)) {
    const mine = values[key].filter((value, row) => value !== null && values.voice[row] === voice);
    sortedOfVoice.set(id, mine.sort((a, b) => a - b));
  }
  return sortedOfVoice.get(id);
};
const strip = (column, row) => {
  const value = values[column.key][row];
  const all = ofVoice(values.voice[row], column.key);
  if (value === null || all.length < 5) return null;
  const share = (part) => all[Math.round(part * (all.length - 1))];
  const lower = all.filter((other) => other < value).length;
  const limits = column.limits.map(([, , limit]) => limit).filter((limit) => limit >= share(0.02) - 2 * (share(0.98) - share(0.02)) && limit <= share(0.98) + 2 * (share(0.98) - share(0.02)));
  const ends = [share(0.02), share(0.98), value, ...limits];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (high <= low) return null;
  const x = (at) => `${(3 + (94 * (Math.min(Math.max(at, low), high) - low)) / (high - low)).toFixed(1)}%`;
  const picture = svg("svg", { class: "strip", width: "100%", height: 18, role: "img", "aria-label": `${Math.round((100 * lower) / all.length)} % of the clips of the voice are lower` });
  picture.append(
    svg("line", { class: "axis", x1: "3%", x2: "97%", y1: 9, y2: 9 }),
    svg("rect", { class: "middle", x: x(share(0.05)), width: `${Math.max(parseFloat(x(share(0.95))) - parseFloat(x(share(0.05))), 1)}%`, y: 5, height: 8, rx: 2 }),
    ...column.limits.filter(([, , limit]) => limits.includes(limit)).map(([verdict, , limit]) => svg("line", { class: `bound ${verdict}`, x1: x(limit), x2: x(limit), y1: 1, y2: 17 })),
    svg("circle", { class: "here", cx: x(value), cy: 9, r: 4.5 }),
  );
  return picture;
};
const measured = (columns, row) =>
  make(
    "table",
    { class: "measured" },
    make("thead", { class: "unseen" }, make("tr", {}, ...["Measurement", "Value", "Place in the voice"].map((name) => make("th", { scope: "col" }, name)))),
    make(
      "tbody",
      {},
      ...columns.map((column) => {
        const { text, mark, state } = judged(column, row);
        return make(
          "tr",
          { title: about(column) },
          make("th", { scope: "row" }, column.name, column.bounds ? make("span", { class: "bounds" }, column.bounds) : null),
          make("td", { class: "number" }, make("span", { class: `cell ${state}` }, text), column.unit && text !== "–" ? ` ${column.unit}` : "", mark ? unseen(` ${mark}`) : null),
          make("td", { class: "place" }, "digits" in column ? strip(column, row) : null),
        );
      }),
    ),
  );
const measurements = (row) => {
  const facts = data.columns.filter((column) => column.fact && !["audio_file", "text", "voice", "verdict", "reason", "score", "rank", "selected"].includes(column.key) && written(column, row) !== "–");
  const columns = data.columns.filter((column) => !column.fact || ["duration_s", "sample_rate_hz", "channels"].includes(column.key));
  const broken = columns.filter((column) => marks[column.key]?.[row]);
  const folded = (title, list) => {
    if (!list.length) return null;
    const group = make("details", { class: "group" }, make("summary", {}, `${title} (${list.length})`));
    group.addEventListener("toggle", () => group.children.length === 1 && group.append(measured(list, row)), { once: true });
    return group;
  };
  return make(
    "section",
    {},
    make("h3", {}, "Measurements"),
    broken.length ? measured(broken, row) : make("p", { class: "muted" }, "Every measurement is within its limits."),
    ...data.groups.map((name) => folded(name, columns.filter((column) => column.group === name && !broken.includes(column)))),
    folded("File", facts.filter((column) => !columns.includes(column))),
  );
};

// What the verdicts come to where the bounds of the policy's rules stand elsewhere: the page's copy
// of selection/decide.py, from what selection/unmoved.py keeps. Nothing here touches the page.
const bounds = (() => {
  const ACCEPT = 0, REVIEW = 1, REJECT = 2;
  const KEYS = ["reject_below", "review_below", "review_above", "reject_above"];
  const MISSING = 0xffff;
  const digits = (text) => Uint8Array.from(text, Number);
  const isBelow = (key) => key.endsWith("below");

  const edgesOf = ({ first, last, mantissa, digits: places, extra }) => {
    const edges = [...extra];
    for (let k = first; k <= last; k++) edges.push((k * mantissa) / 10 ** places);
    return [...new Set(edges)].sort((a, b) => a - b);
  };
  const firstFrom = (edges, value) => {
    let low = 0, high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  // 2 i below edge i and above the one before, 2 i + 1 at it
  const placesOf = (edges, shown, exact) => {
    const places = Uint16Array.from(shown, (value) => {
      if (value === null) return MISSING;
      const at = firstFrom(edges, value);
      return 2 * at + (edges[at] === value);
    });
    for (const [row, place] of exact) places[row] = place < 0 ? MISSING : place;
    return places;
  };

  // A bound stands at an edge; one that is none stands before all of them, or behind.
  const standing = (rule, key, value) => {
    if (value === null) return isBelow(key) ? -1 : rule.edges.length;
    return firstFrom(rule.edges, value);
  };
  const valueAt = (rule, key, at) => (at < 0 ? -Infinity : rule.edges[at] ?? Infinity);
  const isNone = (rule, at) => at < 0 || at >= rule.edges.length;

  // Of each clip the numbers of the groups that it is in.
  const groupsOf = (alike) => {
    const groups = new Map();
    alike.forEach(({ places }, n) => {
      for (const row of places) groups.has(row) ? groups.get(row).push(n) : groups.set(row, [n]);
    });
    return groups;
  };

  // given: the page's explorer data; values: column -> value of each clip, as the clip table has them
  const load = (given, values) => {
    const voices = [...new Set(values.voice)];
    const number = new Map(voices.map((voice, n) => [voice, n]));
    const columns = {};
    for (const [name, grid] of Object.entries(given.grids)) {
      const edges = edgesOf(grid);
      columns[name] = { edges, places: placesOf(edges, values[name], given.exact[name] ?? []) };
    }
    const model = {
      ...given,
      count: values.voice.length,
      voices,
      voice: Uint16Array.from(values.voice, (voice) => number.get(voice)),
      hours: Float64Array.from(values.duration_s, (seconds) => (seconds ?? 0) / 3600),
      rules: given.rules.map((rule) => ({ ...rule, ...columns[rule.column], judges: rule.judges && digits(rule.judges) })),
      copies: [
        { groups: groupsOf(given.alike.filter(({ text }) => !text)), grave: given.audio },
        { groups: groupsOf(given.alike.filter(({ text }) => text)), grave: given.text },
      ],
    };
    for (const name of ["severity", "above", "late", "said", "labelReview", "labelReject", "unlabelled"]) model[name] = digits(given[name]);
    model.present = model.rules.map((rule) => Object.fromEntries(KEYS.map((key) => [key, standing(rule, key, rule.bounds[key])])));
    model.now = judge(model, model.present);
    return model;
  };

  // Severity that a rule gives a clip whose value lies at a place.
  const found = (at, place) => {
    if (place === MISSING) return ACCEPT;
    if (place < 2 * at.reject_below + 1 || place > 2 * at.reject_above + 1) return REJECT;
    return place < 2 * at.review_below + 1 || place > 2 * at.review_above + 1 ? REVIEW : ACCEPT;
  };
  const byRule = (model, rule, at, row) => {
    if (rule.judges && !rule.judges[row]) return ACCEPT;
    const raw = found(at, rule.places[row]);
    return rule.label && raw ? (raw === REJECT ? model.labelReject[row] : model.labelReview[row]) : raw;
  };

  // The maintainer has the last word.
  const overruled = (model, row, machine) => [machine, ACCEPT, REJECT][model.said[row]];
  const bestFirst = (model, severity, places) => {
    const all = (row) => overruled(model, row, Math.max(severity[row], model.above[row]));
    const ranked = Array.from(places, (row) => [4 * model.unlabelled[row] + all(row), row]);
    return ranked.sort(([a, i], [b, k]) => a - b || i - k).map(([, row]) => row);
  };
  const raise = (severity, row, to) => {
    if (to > severity[row]) severity[row] = to;
  };
  // Reading lets the first of equal files stay; where a later one is better, the first is told of.
  const settleEqual = (model, severity) => {
    const so = severity.slice();
    for (const { places, told } of model.equalFiles) {
      const later = new Set(told.map(([row]) => row));
      const best = bestFirst(model, so, places);
      const stays = best[0];
      const first = best.filter((row) => !later.has(row)).at(-1);
      for (const [row, grave] of told) {
        const worse = first === undefined || first === stays || row !== stays ? row : first;
        raise(severity, worse, grave);
      }
    }
  };
  // The best stays in each group that it is in; what is in one in which another stays is a copy.
  const settleAlike = (model, severity) => {
    const so = severity.slice();
    for (const { groups, grave } of model.copies) {
      const settled = new Set();
      for (const row of bestFirst(model, so, groups.keys())) {
        const mine = groups.get(row);
        if (mine.some((group) => settled.has(group))) raise(severity, row, grave);
        else for (const group of mine) settled.add(group);
      }
    }
  };

  // Verdicts, and hours by voice. What the terms hold against all clips is apart: `severity` has
  // it, `own` has not. at: for each rule, where its bounds stand.
  const judge = (model, at) => {
    const own = model.severity.slice();
    model.rules.forEach((rule, n) => {
      for (let row = 0; row < model.count; row++) {
        if (own[row] < REJECT) raise(own, row, byRule(model, rule, at[n], row));
      }
    });
    settleEqual(model, own);
    settleAlike(model, own);
    for (let row = 0; row < model.count; row++) raise(own, row, model.late[row]);
    const last = (found, row) => overruled(model, row, found);
    const machine = own.map((found, row) => Math.max(found, model.above[row]));
    let severity = machine.map(last);
    const hours = (rows) => rows.reduce((total, row) => total + (severity[row] === ACCEPT ? model.hours[row] : 0), 0);
    const short = new Set(model.languages.flatMap((language) => (hours(language.places) > language.hours ? [] : language.voices)));
    severity = machine.map((found, row) => last(short.has(model.voice[row]) ? Math.max(found, model.language) : found, row));
    const worth = own.map(last);
    return { severity, own: worth, counts: countsOf(worth), voices: voicesOf(model, severity, worth, short) };
  };
  const countsOf = (severity) => {
    const counts = [0, 0, 0];
    for (const found of severity) counts[found]++;
    return counts;
  };
  const accepted = (model, severity) => {
    const hours = new Float64Array(model.voices.length);
    for (let row = 0; row < model.count; row++) if (severity[row] === ACCEPT) hours[model.voice[row]] += model.hours[row];
    return hours;
  };
  const voicesOf = (model, severity, own, short) => {
    const [all, worth] = [accepted(model, severity), accepted(model, own)];
    return model.voices.map((name, n) => {
      const held = model.held[n] || short.has(n);
      const parked = held || all[n] < model.minimum;
      return { name, accepted: all[n], worth: worth[n], selected: parked ? 0 : Math.min(all[n], model.budget), parked, held };
    });
  };

  const changed = (model, result) => {
    const rows = [];
    for (let row = 0; row < model.count; row++) if (result.own[row] !== model.now.own[row]) rows.push(row);
    return rows;
  };
  const moved = (model, at) =>
    model.rules.flatMap((rule, n) => {
      const keys = KEYS.filter((key) => at[n][key] !== model.present[n][key]);
      return keys.length ? [{ n, rule, keys }] : [];
    });
  // Moved rules that find something else of a clip than they do now.
  const why = (model, at, row) =>
    moved(model, at).filter(({ n, rule }) => byRule(model, rule, at[n], row) !== byRule(model, rule, model.present[n], row));

  // Where a bound may stand without passing one of its rule's others.
  const range = (rule, at, key) => {
    const given = KEYS.filter((other) => !isNone(rule, at[other]));
    const place = KEYS.indexOf(key);
    const before = given.filter((other) => KEYS.indexOf(other) < place).map((other) => at[other]);
    const behind = given.filter((other) => KEYS.indexOf(other) > place).map((other) => at[other]);
    return [Math.max(isBelow(key) ? -1 : 0, ...before), Math.min(isBelow(key) ? rule.edges.length - 1 : rule.edges.length, ...behind)];
  };

  const bare = (key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));
  const plain = (value) => (Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf");
  // result: of judging; reasons: rule -> why its bounds moved; a policy is refused where one says nothing
  const toml = (model, at, result, reasons) => {
    const rows = changed(model, result).length;
    const [accept, review, reject] = result.counts;
    const lines = [
      `# Moved in a report: ${rows} of ${model.count} clips have another verdict by it; accept ${accept}, review ${review}, reject ${reject}.`,
      `name = ${JSON.stringify(`${model.policy}-moved`)}`,
      `extends = ${JSON.stringify(model.extends)}`,
    ];
    for (const { n, rule, keys } of moved(model, at)) {
      lines.push("", `[rules.${bare(rule.id)}]`);
      for (const key of keys) {
        const now = rule.bounds[key];
        lines.push(`${key} = ${plain(valueAt(rule, key, at[n][key]))}${now === null ? "" : `  # was ${plain(now)}`}`);
      }
      const said = reasons[rule.id] ?? "";
      lines.push(`why = ${JSON.stringify(said)}${said ? "" : "  # to fill in: why the bounds stand there"}`);
    }
    return `${lines.join("\n")}\n`;
  };

  return { KEYS, load, judge, changed, moved, why, range, valueAt, toml };
})();

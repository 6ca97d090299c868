// What a person decided, kept in this browser under the clip's key and id (copies share a key, a
// renamed file has another id), and written as decisions.csv.
const decisions = (() => {
  const KEPT = `tenhours decisions: ${page.report}`;
  const COLUMNS = ["voice", "audio_file", "row", "clip_id", "clip_key", "decision", "reason"];
  const MOST_CHARS = 500;
  const own = (row) => `${values.clip_key?.[row] ?? ""} ${values.clip_id[row]}`;
  const ids = new Set(values.clip_id);
  const renamed = new Map(); // key -> where a decision is kept about a clip whose file had another name
  const key = (row) => (own(row) in made ? own(row) : (renamed.get(values.clip_key?.[row]) ?? own(row)));
  const taken = []; // what each decision took the place of, the latest last
  let made = {};
  let kept = true;

  const read = () => {
    try {
      made = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
      renamed.clear();
      for (const place of Object.keys(made)) {
        const [clipKey, clipId] = place.split(" ");
        if (clipKey && !ids.has(clipId)) renamed.set(clipKey, place);
      }
    } catch {
      kept = false; // this browser keeps nothing for files; the download still has all
    }
  };
  const write = (id, decision) => {
    read();
    if (decision) made[id] = decision;
    else delete made[id];
    keep();
  };
  const keep = () => {
    try {
      localStorage.setItem(KEPT, JSON.stringify(made));
    } catch {
      kept = false;
    }
    tell();
  };
  const rows = () => [...Array(data.count).keys()].filter((row) => made[key(row)]);
  const decided = () => rows().filter((row) => made[key(row)].decision);

  const tell = () => {
    const mine = decided();
    const [accepted, rejected] = ["accept", "reject"].map((one) => mine.filter((row) => made[key(row)].decision === one));
    const gained = accepted.filter((row) => values.verdict[row] !== "accept");
    const lost = rejected.filter((row) => values.verdict[row] === "accept");
    const hours = (list) => duration(list.reduce((sum, row) => sum + (values.duration_s[row] ?? 0), 0) / 3600);
    const changes = [gained.length ? `${hours(gained)} more accepted` : "", lost.length ? `${hours(lost)} fewer` : ""].filter(Boolean);
    byId("decided").hidden = !mine.length;
    byId("decided-text").textContent =
      `You decided on ${counted(mine.length, "clip")}: ${accepted.length} accept, ${rejected.length} reject` +
      `${changes.length ? ` (${changes.join(", ")})` : ""}. ${kept ? "" : "This browser does not keep them: download before you leave. "}`;
  };

  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const csv = () => {
    const lines = decided().map((row) => {
      const said = made[key(row)];
      const facts = { voice: values.voice[row], audio_file: values.audio_file[row], row: values.row[row], clip_id: values.clip_id[row], clip_key: values.clip_key?.[row], ...said };
      return COLUMNS.map((name) => quoted(String(facts[name] ?? ""))).join(",");
    });
    return [COLUMNS.join(","), ...lines, ""].join("\r\n");
  };

  read();
  addEventListener("storage", (event) => {
    if (event.key !== KEPT) return;
    read();
    tell();
    drawRows();
  });
  return {
    tell,
    of: (row) => made[key(row)],
    make: (row, decision, reason) => {
      taken.push([row, made[key(row)] ?? null]);
      write(key(row), { decision, reason: reason.slice(0, MOST_CHARS) });
    },
    note: (row, reason) => {
      const mine = made[key(row)];
      if (mine) write(key(row), { ...mine, reason: reason.slice(0, MOST_CHARS) });
    },
    undo: () => {
      if (!taken.length) return null;
      const [row, before] = taken.pop();
      write(key(row), before);
      return row;
    },
    forget: () => {
      read();
      for (const id of rows().map(key)) delete made[id];
      keep();
      taken.length = 0;
    },
    download: () => {
      const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
      make("a", { href: url, download: "decisions.csv" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  };
})();

// The view of one clip, over the table or over the queue of a review.
const panel = byId("panel");
const shards = new Map();
let open = null;
let asked = 0;
let queue = null; // rows of the review that is going on
let player = null;
let looping = false;
const REGIONS_SHOWN = 40;

const detailsOf = (row) => {
  const shard = Math.floor(row / page.shard);
  if (!shards.has(shard)) shards.set(shard, page.beside.length ? beside(shard) : block(`details-${shard}`));
  return shards.get(shard).then((list) => list[row % page.shard]);
};
// A page that is a file cannot fetch, so that what lies beside it is a script that hands it over.
const arriving = new Map();
globalThis.tenhoursDetails = (shard, list) => arriving.get(shard)(list);
const beside = (shard) =>
  new Promise((done) => {
    arriving.set(shard, done);
    document.head.append(make("script", { src: page.beside[shard], onerror: () => done([]) }));
  });

const sequence = () => queue ?? order;
const openClip = async (row, play = false) => {
  const mine = ++asked;
  const detail = (await detailsOf(row)) ?? {};
  if (mine !== asked) return;
  player?.audio.pause();
  open = row;
  player = playerOf(row, detail);
  if (player) player.audio.loop = looping;
  panel.replaceChildren(...content(row, detail));
  if (!panel.open) queue || NARROW.matches ? panel.showModal() : panel.show();
  panel.scrollTop = 0;
  byId("panel-title").focus({ preventScroll: true });
  if (play) player?.play();
  drawRows();
  tellAddress();
};
const step = (by, play = false) => {
  const at = sequence().indexOf(open) + by;
  if (at < 0 || (at >= sequence().length && !queue)) return;
  if (at >= sequence().length) return finish();
  if (!queue) goTo(at);
  openClip(sequence()[at], play);
};
const leave = () => {
  if (panel.open || open === null) return;
  player?.audio.pause();
  panel.replaceChildren();
  player = open = queue = null;
  drawRows();
  tellAddress();
  (body.querySelector(`[data-at="${active}"]`) ?? box).focus({ preventScroll: true });
};
// At once: the dialog tells of it later, when the next key may have opened another clip.
const closePanel = () => {
  const reviewed = queue;
  asked++;
  panel.close();
  leave();
  if (reviewed) byId("review").focus();
};
panel.addEventListener("close", leave);

// ---- review ----------------------------------------------------------------------------------
const undecided = () => queue.filter((row) => !decisions.of(row));
const startReview = () => {
  queue = page.queue.map(([row]) => row);
  openClip(undecided()[0] ?? queue[0], true);
};
const decide = (decision) => {
  if (!byId("reason")) return; // the end of the queue has no clip
  decisions.make(open, decision, byId("reason")?.value.trim() ?? "");
  say(`${values.audio_file[open]}: ${decision || "skipped"}`);
  if (queue) return undecided().length ? step(1, true) : finish();
  openClip(open);
};
const undo = () => {
  const row = decisions.undo();
  if (row === null) return say("There is nothing to undo.");
  say(`${values.audio_file[row]}: taken back`);
  openClip(row);
};
const finish = () => {
  player?.audio.pause();
  const left = undecided();
  const mine = queue.map((row) => decisions.of(row)?.decision);
  const count = (decision) => mine.filter((one) => one === decision).length;
  const last = queue.at(-1);
  panel.replaceChildren(
    make("h2", { id: "panel-title", tabindex: -1 }, left.length ? "The end of the queue" : "All of the queue is heard"),
    make("p", {}, `${count("accept")} accepted, ${count("reject")} rejected, ${count("")} skipped${left.length ? `, ${left.length} not decided` : ""}.`),
    make("p", { class: "muted" }, "decisions.csv takes them to the next run: tenhours score SUBMISSION --decisions decisions.csv"),
    make("div", { class: "steps" },
      button("Download decisions.csv", decisions.download, { id: "take", class: "main" }),
      left.length ? button("To the first that is not decided", () => openClip(left[0], true)) : null,
      button("Back", () => openClip(last)),
      button("Close", closePanel, { class: "close" })),
  );
  open = last;
  player = null;
  byId("take").focus();
};
const progress = () => {
  const left = undecided();
  const seconds = left.reduce((sum, row) => sum + (values.duration_s[row] ?? 0), 0);
  const done = queue.length - left.length;
  const [, why] = page.queue[queue.indexOf(open)] ?? [];
  return make(
    "div",
    { class: "progress" },
    make("progress", { max: queue.length, value: done, "aria-label": "Clips decided" }),
    make("span", {}, `Clip ${queue.indexOf(open) + 1} of ${queue.length}, ${done} decided; ${left.length ? `${duration(seconds / 3600)} of sound left` : "all decided"}`),
    why ? make("span", { class: "muted" }, ` · ${why}`) : null,
  );
};

// ---- what the panel holds --------------------------------------------------------------------
const content = (row, detail) => {
  const at = sequence().indexOf(row);
  const more = at < sequence().length - 1 || queue;
  return [
    make(
      "div",
      { class: "top" },
      make("h2", { id: "panel-title", tabindex: -1 }, pill(values.verdict[row]), " ", bdi(shorten(values.audio_file[row], 200))),
      make("div", { class: "steps" },
        button("Previous", () => step(-1), { class: "previous", disabled: at <= 0 ? "" : null }),
        button("Next", () => step(1), { class: "next", disabled: more ? null : "" }),
        button("Close", closePanel, { class: "close" })),
      queue ? progress() : null,
    ),
    standing(row),
    reasons(row, detail),
    player ? transport(row) : make("p", { class: "empty" }, "There is no audio file to play for this clip."),
    figure(row, detail, player),
    places(),
    words(row, detail),
    measurements(row),
    verdictBar(row),
  ].filter(Boolean);
};
const transport = (row) => {
  const { audio, regions } = player;
  const length = values.duration_s[row] ?? 0;
  const play = button("Play", player.toggle, { class: "play" });
  const time = make("span", { class: "time" });
  const show = () => (time.textContent = `${audio.currentTime.toFixed(1)} of ${length.toFixed(1)} s`);
  for (const event of ["play", "pause", "ended", "timeupdate", "seeked"])
    audio.addEventListener(event, () => {
      play.textContent = audio.paused ? "Play" : "Pause";
      show();
    });
  audio.addEventListener("error", () => (time.textContent = "This browser cannot play the file."));
  show();
  const loop = button("Loop", () => setLoop(!looping), { class: "loop", "aria-pressed": String(looping) });
  return make("div", { class: "transport" }, play, regions.length ? button("Play the defect", player.defect, { class: "defect" }) : null, loop, time, audio);
};
const setLoop = (wanted) => {
  looping = wanted;
  if (player) player.audio.loop = looping;
  panel.querySelector(".loop")?.setAttribute("aria-pressed", String(looping));
  say(looping ? "Loop on" : "Loop off");
};
const places = () =>
  player?.regions.length
    ? make("ul", { class: "regions" }, ...player.regions.slice(0, REGIONS_SHOWN).map(([kind, start, end], at) => make("li", {}, button(end - start < 0.01 ? `${kind} at ${start} s` : `${kind} ${start}–${end} s`, () => player.region(at)))))
    : null;
const verdictBar = (row) => {
  const mine = decisions.of(row);
  const reason = make("input", { id: "reason", type: "text", maxlength: 500, value: mine?.reason ?? "", autocomplete: "off" });
  reason.addEventListener("change", () => decisions.note(row, reason.value.trim()));
  const choice = (text, decision, letter) =>
    button(text, () => decide(decision), { class: `choice ${decision || "skip"}`, "aria-keyshortcuts": letter, "aria-pressed": String(mine?.decision === decision) });
  return make(
    "div",
    { class: "verdict-bar", role: "group", "aria-label": "Your decision" },
    choice("Accept (A)", "accept", "A"),
    choice("Reject (R)", "reject", "R"),
    choice("Skip (S)", "", "S"),
    button("Undo (U)", undo, { "aria-keyshortcuts": "U" }),
    make("label", {}, "Reason (E), optional ", reason),
  );
};

// ---- controls --------------------------------------------------------------------------------
const choices = (id, list) => byId(id).append(...[...new Set(list)].map((value) => make("option", { value }, value)));
choices("voice", [...(values.voice ?? [])].sort());
choices("verdict", Object.keys(ORDER));
choices("rule", Object.values(found).flat().sort());
byId("search").addEventListener("input", () => {
  clearTimeout(typing);
  byId("table").setAttribute("aria-busy", "true");
  typing = setTimeout(() => update(), 120);
});
for (const id of ["voice", "verdict", "rule"]) byId(id).addEventListener("change", () => update());
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", () => {
  clearFilters();
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
byId("review")?.addEventListener("click", startReview);
byId("download").addEventListener("click", decisions.download);
byId("forget").addEventListener("click", () => {
  decisions.forget();
  drawRows();
});
// A link that is followed twice does not change the address the second time.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link?.hash === location.hash && link.hash.includes("=")) readAddress();
});
addEventListener("hashchange", readAddress);
decisions.tell();
update(false);
readAddress();
document.documentElement.dataset.ready = "";
performance.mark("ready");

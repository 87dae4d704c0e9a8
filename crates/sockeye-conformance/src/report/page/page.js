// The page itself: reads the results, keeps what is filtered and opened, and listens.
//
// What is open is in the address and nowhere else; filters are kept by the page alone.

/** Without a choice by hand, no more cases than this are a list: there is room to say what they show. */
const FEW_CASES = 60;

const state = { view: "map", viewByHand: false, query: "", verdicts: new Set(), differ: false, unexplained: false, hidden: new Set() };
let sections = [];
/** The address that is open, or none. */
let opened = "";
/** Set while printing: the width of paper in place of the window's. */
let paper = 0;
/** What A4 and Letter have between their margins, in pixels, and some less. */
const PAPER_WIDTH = 680;

// --- the top ------------------------------------------------------------------------------------

function drawTop(report) {
  document.title = $("title").textContent = visible(report.title) || "WebSocket conformance";
  const n_cases = sections.reduce((n, section) => n + section.tests.length, 0);
  const facts = [
    visible(report.suite), moment(report.generated), report.took_ms >= 0 ? `took ${duration(report.took_ms)}` : "", counted(n_cases, "case"),
    ...sections.map((section) => counted(section.subjects.length, section.role)),
  ];
  $("facts").replaceChildren(...facts.filter(Boolean).map((fact) => element("span", {}, fact)));
  $("totals").replaceChildren(...sections.map(drawTotals));
}

function drawTotals(section) {
  const rows = section.subjects.map((subject) => {
    const counts = tally([subject], section.tests);
    const box = element("input", { type: "checkbox", checked: true, title: "In the matrix", "aria-label": `${visible(subject.name)} in the matrix` });
    box.addEventListener("change", () => {
      if (box.checked) state.hidden.delete(subject);
      else state.hidden.add(subject);
      refresh();
    });
    return element(
      "li", {}, section.subjects.length > 1 ? box : element("span"),
      element("span", { className: "who" }, element("b", {}, visible(subject.name)), " ", element("code", { className: "detail", title: visible(subject.about) }, visible(subject.about))),
      countList(counts), shareBar(counts),
    );
  });
  return element("section", { "aria-label": `${section.title} in total` }, element("h2", {}, section.title), element("ul", { className: section.subjects.length > 1 ? "" : "alone" }, ...rows));
}

function drawFilters() {
  const all = new Map();
  let reasons = false;
  for (const section of sections) {
    for (const [verdict, n] of tally(section.subjects, section.tests)) all.set(verdict, (all.get(verdict) ?? 0) + n);
    reasons ||= section.subjects.some((subject) => Object.values(subject.results).some((result) => result.expected_reason));
  }
  const present = VERDICTS.filter((verdict) => all.has(verdict));
  $("verdicts").replaceChildren(...present.map((verdict) => {
    const chip = element("button", { type: "button", className: "chip", "aria-pressed": "false" }, sign(verdict), verdict.name);
    chip.addEventListener("click", () => {
      if (!state.verdicts.delete(verdict.name)) state.verdicts.add(verdict.name);
      chip.setAttribute("aria-pressed", state.verdicts.has(verdict.name));
      refresh();
    });
    return chip;
  }));
  $("differ-label").hidden = sections.every((section) => section.subjects.length < 2);
  $("unexplained-label").hidden = !reasons;
  $("legend").replaceChildren(...VERDICTS.filter((verdict) => verdict.name !== "missing" || all.has(verdict)).flatMap((verdict) => [
    element("dt", {}, sign(verdict), ` ${verdict.name}`), element("dd", {}, verdict.means),
  ]));
  if (!reasons) return;
  const example = sign(verdictOf("failed"));
  example.classList.add("known");
  $("legend").append(element("dt", {}, example, " outlined"), element("dd", {}, "Not ok, and expected: the case says for what reason. Without an outline it is unexplained."));
}

// --- filters ------------------------------------------------------------------------------------

/** Whether a case passes the filters, judged by the subjects that are visible. */
function passes(section, test, matches) {
  if (!matches(test)) return false;
  const results = section.visibleSubjects.map((subject) => resultOf(subject, test));
  if (state.verdicts.size > 0 && !results.some((result) => state.verdicts.has(verdictOf(result.verdict).name))) return false;
  if (state.differ && new Set(results.map((result) => verdictOf(result.verdict).name)).size < 2) return false;
  return !state.unexplained || results.some((result) => !["ok", "missing"].includes(verdictOf(result.verdict).name) && !result.expected_reason);
}

/** The search as a question to a case. What is the beginning of case numbers means those alone. */
function search(query) {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return () => true;
  const stem = wanted.replace(/\.$/, "");
  const begins = ({ id }) => id.toLowerCase() === stem || id.toLowerCase().startsWith(`${stem}.`);
  if (sections.some((section) => section.tests.some(begins))) return begins;
  return (test) => `${test.id} ${test.shows} ${test.section}`.toLowerCase().includes(wanted);
}

/** Applies the filters and draws the matrix anew. */
function refresh() {
  const matches = search(state.query);
  let n_shown = 0;
  let n_all = 0;
  for (const section of sections) {
    section.visibleSubjects = section.subjects.filter((subject) => !state.hidden.has(subject));
    section.shown = section.groups.flatMap((group) => group.tests).filter((test) => passes(section, test, matches));
    n_all += section.tests.length;
    n_shown += section.visibleSubjects.length > 0 ? section.shown.length : 0;
  }
  hideTip();
  if (!state.viewByHand) setView(n_shown <= FEW_CASES && n_shown < n_all ? "list" : "map");
  drawMatrix(sections, state.view, paper || $("matrix").clientWidth);
  $("shown").textContent = n_shown === n_all ? "" : `${n_shown.toLocaleString("en")} of ${counted(n_all, "case")}`;
  $("reset").hidden = n_shown === n_all;
  markOpened();
}

function resetFilters() {
  Object.assign(state, { query: "", differ: false, unexplained: false });
  state.verdicts.clear();
  state.hidden.clear();
  $("bar").reset();
  for (const chip of $("verdicts").children) chip.setAttribute("aria-pressed", "false");
  for (const box of $("totals").querySelectorAll("input")) box.checked = true;
  refresh();
}

function setView(view) {
  state.view = view;
  $("as-map").setAttribute("aria-pressed", view === "map");
  $("as-list").setAttribute("aria-pressed", view === "list");
}

function chooseView(view) {
  state.viewByHand = true;
  setView(view);
  refresh();
}

// --- the open case ------------------------------------------------------------------------------

/** What an address names, or nothing. */
function find(address) {
  let parts;
  try {
    parts = address.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
  const section = sections.find(({ role }) => role === parts[0]);
  const subject = section?.subjects.find(({ name }) => name === parts[1]);
  const test = section?.tests.find(({ id }) => id === parts[2]);
  return subject && test && parts.length === 3 ? { section, subject, test } : null;
}

/** Opens what the address says, or closes the panel if it says nothing. */
function follow() {
  const found = find(location.hash);
  const lost = !found && location.hash.includes("/");
  say(lost ? `This report has no ${visible(location.hash)}.` : "");
  hideTip();
  const before = opened;
  opened = found ? addressOf(found.subject, found.test) : "";
  document.body.classList.toggle("has-case", Boolean(found));
  $("case").hidden = !found;
  $("main").inert = Boolean(found) && coversAll();
  if (found) {
    drawCase(found, around(found));
    $("case-title").focus({ preventScroll: true });
  }
  if (Boolean(before) !== Boolean(opened)) refit();
  markOpened();
  if (!found && before) cells.get(before)?.focus({ preventScroll: true });
}

/** The neighbors of a case among those shown, or among all if it is not shown itself. */
function around({ section, subject, test }) {
  const order = section.shown.includes(test) ? section.shown : section.groups.flatMap((group) => group.tests);
  const at = order.indexOf(test);
  const address = (neighbor) => neighbor && addressOf(subject, neighbor);
  return { before: address(order[at - 1]), after: address(order[at + 1]) };
}

/** Steps within the panel replace the address, so that Back leaves the panel. */
function go(address) {
  history.replaceState(null, "", address);
  follow();
}

function close() {
  history.pushState(null, "", location.href.split("#")[0]);
  follow();
}

function markOpened() {
  for (const node of $("matrix").querySelectorAll(".cell[aria-selected]")) node.removeAttribute("aria-selected");
  const node = cells.get(opened);
  node?.setAttribute("aria-selected", "true");
  node?.scrollIntoView({ block: "nearest" });
}

const coversAll = () => matchMedia("(max-width: 68rem)").matches;

/** Draws again if the width changed. */
function refit() {
  const width = $("matrix").clientWidth;
  if (width === refit.width && !paper) return;
  refit.width = width;
  refresh();
}

function layOutFor(width) {
  paper = width;
  document.documentElement.classList.toggle("paper", width > 0);
  refresh();
}

// --- listening ----------------------------------------------------------------------------------

function listen() {
  const cellOf = (event) => event.target.closest?.(".cell");
  const open = (node) => {
    const { subject, test } = standsFor.get(node);
    location.hash = addressOf(subject, test);
  };
  const matrix = $("matrix");
  matrix.addEventListener("click", (event) => cellOf(event) && open(cellOf(event)));
  matrix.addEventListener("keydown", (event) => {
    const node = cellOf(event);
    if (!node) return;
    if (event.key === "Enter" || event.key === " ") open(node);
    else if (event.key.startsWith("Arrow")) neighbor(sections, state.view, node, event.key)?.focus();
    else return;
    event.preventDefault();
  });
  matrix.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (cellOf(event)) showTip(cellOf(event));
    else hideTip();
  });
  matrix.addEventListener("pointerleave", hideTip);
  matrix.addEventListener("focusin", (event) => cellOf(event)?.matches(":focus-visible") && showTip(cellOf(event)));
  matrix.addEventListener("focusout", hideTip);
  addEventListener("scroll", hideTip, { passive: true });

  $("case").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-step]");
    if (event.target.closest("#close")) close();
    else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (link.hash) go(link.hash);
    }
  });
  addEventListener("keydown", (event) => {
    if (!opened || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") close();
    const inPanel = $("case").contains(document.activeElement) || document.activeElement === document.body;
    const links = $("case").querySelectorAll(".step-link");
    if (inPanel && event.key === "ArrowLeft") links[0].click();
    if (inPanel && event.key === "ArrowRight") links[1].click();
  });

  $("query").addEventListener("input", (event) => { state.query = event.target.value; refresh(); });
  $("differ").addEventListener("change", (event) => { state.differ = event.target.checked; refresh(); });
  $("unexplained").addEventListener("change", (event) => { state.unexplained = event.target.checked; refresh(); });
  $("as-map").addEventListener("click", () => chooseView("map"));
  $("as-list").addEventListener("click", () => chooseView("list"));
  $("reset").addEventListener("click", resetFilters);
  $("bar").addEventListener("submit", (event) => event.preventDefault());
  $("skip").addEventListener("click", (event) => { event.preventDefault(); matrix.focus(); });

  addEventListener("hashchange", follow);
  addEventListener("popstate", () => { if (location.hash === "") follow(); });
  addEventListener("resize", () => { $("main").inert = Boolean(opened) && coversAll(); refit(); });
  addEventListener("beforeprint", () => layOutFor(PAPER_WIDTH));
  addEventListener("afterprint", () => layOutFor(0));
}

function say(text) {
  $("notice").textContent = text;
  $("notice").hidden = text === "";
}

function start() {
  let report;
  try {
    report = JSON.parse($("results").textContent);
    sections = readSections(report);
    drawTop(report);
  } catch (error) {
    say(`The results in this page cannot be read: ${visible(error.message)}`);
  }
  if (sections.length === 0) {
    if ($("notice").hidden) say("This report has no results.");
    $("bar").hidden = true;
    return;
  }
  drawFilters();
  listen();
  refit();
  if (location.hash !== "") follow();
}

start();

// The matrix of subjects and cases, as a map of squares or as a list with what each case shows.
//
// Both are grids of the same squares; the map is cut into bands of whole columns that fit the
// width. Only open groups are built, and no details: those are made when a square is opened.

/** Space before a square that begins another part of its group, in pixels. */
const PART_GAP = 7;
/** A narrow screen starts with groups closed if there would be more squares than this. */
const MANY_CELLS = 400;

/** A list of no more subjects than this names them in every row. */
const FEW_SUBJECTS = 3;

/** Squares by address, and what each stands for. */
const cells = new Map();
const standsFor = new WeakMap();
/** Groups that the person closed or opened, by role and id. */
const openByHand = new Map();

const isNarrow = () => matchMedia("(max-width: 40rem)").matches;

/** Builds the matrix anew, from what `section.shown` and `section.visibleSubjects` say. */
function drawMatrix(sections, view, width) {
  cells.clear();
  const total = sections.reduce((n, section) => n + section.shown.length * section.visibleSubjects.length, 0);
  const open = !isNarrow() || total <= MANY_CELLS;
  const parts = sections.filter((section) => section.shown.length > 0 && section.visibleSubjects.length > 0)
    .map((section) => element(
      "section", { className: "role", "aria-label": section.title },
      element("h2", {}, section.title, " ", element("span", { className: "detail" }, counted(section.shown.length, "case"))),
      ...drawGroups(section, view, width, open),
    ));
  $("matrix").replaceChildren(...parts);
}

function drawGroups(section, view, width, openAtFirst) {
  const shown = new Set(section.shown);
  return section.groups.flatMap((group) => {
    const tests = group.tests.filter((test) => shown.has(test));
    if (tests.length === 0) return [];
    const key = `${section.role}/${group.id}`;
    const counts = tally(section.visibleSubjects, tests);
    const node = element(
      "details", { className: "group", open: openByHand.get(key) ?? openAtFirst },
      element(
        "summary", {},
        element("span", { className: "number" }, visible(group.id)),
        element("span", { className: "name" }, visible(group.title)),
        element("span", { className: "detail" }, counted(tests.length, "case")),
        countList(counts), shareBar(counts),
      ),
    );
    const fill = () => {
      if (!node.open || node.childElementCount > 1) return;
      node.append((view === "list" ? drawList : drawMap)(section, group, tests, width));
    };
    fill();
    node.addEventListener("toggle", fill);
    node.firstChild.addEventListener("click", () => openByHand.set(key, !node.open));
    return [node];
  });
}

// --- the map ------------------------------------------------------------------------------------

function drawMap(section, group, tests, width) {
  const style = getComputedStyle(document.documentElement);
  const size = parseFloat(style.getPropertyValue("--cell")) + parseFloat(style.getPropertyValue("--cell-gap"));
  const names = parseFloat(style.getPropertyValue("--names"));
  const padding = 2 * parseFloat(style.getPropertyValue("--group-padding")) + 2;
  const rows = bands(tests, size, width - names - padding).map((band, nth) => {
    const heads = band.parts.map(({ name, n, gap }, at) => {
      const room = n * size;
      const label = element("span", {}, name.length * 6.2 <= room || at === band.parts.length - 1 ? visible(name) : "");
      label.style.width = `${room}px`;
      if (gap) label.style.marginLeft = `${PART_GAP}px`;
      return label;
    });
    const lines = section.visibleSubjects.map((subject) => {
      const squares = band.tests.map(({ test, gap }) => cell(subject, test, gap));
      return element("div", { className: "line", role: "row" }, subjectHead(subject, nth === 0 ? tests : []), ...squares);
    });
    return element("div", { className: "band", role: "rowgroup" },
      element("div", { className: "parts", "aria-hidden": "true" }, ...heads), ...lines);
  });
  return finishGrid(element("div", { className: "map", role: "grid" }, ...rows), section, group);
}

/** Cuts cases into bands no wider than `width`, and each band into the parts 1.1, 1.2 and so on. */
function bands(tests, size, width) {
  const all = [];
  let band = null;
  let used = 0;
  for (const test of tests) {
    const name = test.id.slice(0, Math.max(test.id.lastIndexOf("."), 0));
    let gap = band !== null && band.parts.at(-1).name !== name;
    if (band === null || used + size + (gap ? PART_GAP : 0) > width && band.tests.length > 0) {
      band = { tests: [], parts: [] };
      all.push(band);
      used = 0;
      gap = false;
    }
    used += size + (gap ? PART_GAP : 0);
    if (band.parts.at(-1)?.name !== name) band.parts.push({ name, n: 0, gap });
    band.parts.at(-1).n += 1;
    band.tests.push({ test, gap });
  }
  return all;
}

function subjectHead(subject, tests) {
  const n_ok = tests.filter((test) => resultOf(subject, test).verdict === "ok").length;
  return element(
    "span", { className: "subject", role: "rowheader", title: visible(subject.name) },
    element("span", { className: "name" }, visible(subject.name)),
    tests.length === 0 ? "" : element("span", { className: "detail" }, `${n_ok}/${tests.length}`),
  );
}

// --- the list -----------------------------------------------------------------------------------

function drawList(section, group, tests) {
  const subjects = section.visibleSubjects;
  // With few subjects there is room for why something is not ok, and for names in the squares.
  const few = subjects.length <= FEW_SUBJECTS;
  const named = few || isNarrow();
  const heads = subjects.map((subject) => element(
    "span", { className: "upright", role: "columnheader" }, element("span", {}, visible(subject.name)),
  ));
  const head = element("div", { className: "row heads", role: "row" },
    element("span", { role: "columnheader" }, element("span", { className: "unseen" }, "Case")),
    element("span", { role: "columnheader" }, element("span", { className: "unseen" }, "Shows")), ...heads);
  const rows = tests.map((test) => element(
    "div", { className: "row", role: "row" },
    element("span", { className: "id", role: "rowheader" }, visible(test.id)),
    element("span", { className: "shows", role: "gridcell" }, visible(test.shows), ...(few ? reasons(subjects, test) : [])),
    ...subjects.map((subject) => cell(subject, test, false, visible(subject.name))),
  ));
  const grid = element("div", { className: named ? "list named" : "list", role: "grid" }, head, ...rows);
  grid.style.setProperty("--subjects", subjects.length);
  return finishGrid(grid, section, group);
}

function reasons(subjects, test) {
  const whys = subjects.map((subject) => resultOf(subject, test)).filter(({ verdict, why }) => verdict !== "ok" && why)
    .map(({ why }) => visible(why.length > 240 ? `${why.slice(0, 240)}…` : why));
  return [...new Set(whys)].map((why) => element("span", { className: "reason detail" }, why));
}

// --- both ---------------------------------------------------------------------------------------

function cell(subject, test, gap, label) {
  const result = resultOf(subject, test);
  const verdict = verdictOf(result.verdict);
  const reason = result.expected_reason ? " known" : "";
  const node = document.createElement("span");
  node.className = `cell${reason}${gap ? " gap" : ""}`;
  node.dataset.verdict = verdict.name;
  if (label) node.dataset.subject = label;
  node.setAttribute("role", "gridcell");
  node.setAttribute("aria-label", `${visible(test.id)} ${verdict.name}${label ? `, ${label}` : ""}`);
  node.tabIndex = -1;
  node.textContent = verdict.glyph;
  standsFor.set(node, { subject, test });
  cells.set(addressOf(subject, test), node);
  return node;
}

function finishGrid(grid, section, group) {
  grid.setAttribute("aria-label", `${section.title}, ${visible(group.title || group.id)}`);
  const first = grid.querySelector(".cell");
  if (first) first.tabIndex = 0;
  return grid;
}

/** The square that an arrow key leads to. Left and right go through the cases of a map. */
function neighbor(sections, view, node, key) {
  const { subject, test } = standsFor.get(node);
  const section = sections.find(({ role }) => role === subject.role);
  const along = view === "list" ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const across = view === "list" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const other = section.visibleSubjects[section.visibleSubjects.indexOf(subject) + step(across, key)];
  if (across.includes(key)) return other && cells.get(addressOf(other, test));
  if (!along.includes(key)) return undefined;
  // Cases of closed groups have no square and are passed over.
  let at = section.shown.indexOf(test) + step(along, key);
  while (section.shown[at] && !cells.has(addressOf(subject, section.shown[at]))) at += step(along, key);
  return section.shown[at] && cells.get(addressOf(subject, section.shown[at]));
}

const step = ([back, forth], key) => (key === forth ? 1 : key === back ? -1 : 0);

// --- what a square says when pointed at -----------------------------------------------------------

function showTip(node) {
  const { subject, test } = standsFor.get(node);
  const result = resultOf(subject, test);
  const verdict = verdictOf(result.verdict);
  const why = visible(result.why);
  const tip = $("tip");
  tip.replaceChildren(
    element("p", {}, element("b", {}, visible(test.id)), " ", visible(test.shows)),
    element("p", { className: "detail" }, sign(verdict), ` ${verdict.name} · `, visible(subject.name)),
    why === "" ? "" : element("p", { className: "detail" }, why.length > 240 ? `${why.slice(0, 240)}…` : why),
  );
  tip.hidden = false;
  const box = node.getBoundingClientRect();
  const left = Math.min(Math.max(box.left - 12, 8), innerWidth - tip.offsetWidth - 8);
  const below = box.bottom + 8;
  const top = below + tip.offsetHeight > innerHeight - 8 ? box.top - tip.offsetHeight - 8 : below;
  tip.style.transform = `translate(${Math.max(left, 8)}px, ${Math.max(top, 8)}px)`;
}

function hideTip() {
  $("tip").hidden = true;
}

// The results as the other scripts want them: indexed, with words for the verdicts, and the few
// helpers that make elements and text.
//
// All scripts share one scope: `page.rs` joins them in the order data, matrix, dump, case, page.
// Names and sentences in the results may come from hostile peers: they become text, never markup.

"use strict";

/** From best to worst, which is the order of all counts. */
const VERDICTS = [
  { name: "ok", glyph: "✓", means: "The subject did what the RFC asks." },
  { name: "non-strict", glyph: "~", means: "The subject is within what the RFC allows, and against what it recommends." },
  { name: "informational", glyph: "i", means: "The RFC leaves it open; the case says what the subject does." },
  { name: "unimplemented", glyph: "–", means: "It could not be tested: the subject lacks, or has, what the case needs." },
  { name: "failed", glyph: "×", means: "The subject did what the RFC forbids, or nothing in time." },
  { name: "missing", glyph: "", means: "There is no result: the case was not run." },
];
const MISSING = { verdict: "missing" };
const ROLES = [
  { role: "server", title: "Servers" },
  { role: "client", title: "Clients" },
];

const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings among the children become text. */
function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

/** Text with what cannot be seen, or would reorder what can, written as an escape. */
function visible(text) {
  return String(text ?? "").replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`,
  );
}

/** `1 case`, `2 cases`. */
const counted = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

function duration(ms) {
  if (!(ms >= 0)) return "";
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function moment(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return visible(text);
  const shape = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC" };
  return `${new Intl.DateTimeFormat("en-GB", shape).format(date).replace(" at ", ", ")} UTC`;
}

/** The verdict by its name; one that this page does not know counts as none. */
const verdictOf = (name) => VERDICTS.find((verdict) => verdict.name === name) ?? VERDICTS.at(-1);

/** The result of one subject in one case. */
function resultOf(subject, test) {
  return Object.hasOwn(subject.results, test.id) ? subject.results[test.id] : MISSING;
}

/** The address of one case of one subject, which is also its key. */
const addressOf = (subject, test) => `#${subject.role}/${encodeURIComponent(subject.name)}/${encodeURIComponent(test.id)}`;

/** How often each verdict occurs among these subjects and cases, as `[verdict, n]`, without zeros. */
function tally(subjects, tests) {
  const counts = new Map(VERDICTS.map((verdict) => [verdict, 0]));
  for (const subject of subjects) {
    for (const test of tests) {
      const verdict = verdictOf(resultOf(subject, test).verdict);
      counts.set(verdict, counts.get(verdict) + 1);
    }
  }
  return [...counts].filter(([, n]) => n > 0);
}

/** A bar of the verdicts' shares; the counts beside it say the same in words. */
function shareBar(counts) {
  const parts = counts.map(([verdict, n]) => {
    const part = element("i", { "data-verdict": verdict.name });
    part.style.flexGrow = n;
    return part;
  });
  return element("span", { className: "share", "aria-hidden": "true" }, ...parts);
}

/** The counts, each with its verdict's sign. */
function countList(counts) {
  const items = counts.map(([verdict, n]) => element(
    "span", { className: "count", title: verdict.name },
    sign(verdict), String(n), element("span", { className: "unseen" }, ` ${verdict.name} `),
  ));
  return element("span", { className: "counts" }, ...items);
}

/** The small square of a verdict, for the eye only. */
function sign(verdict) {
  return element("span", { className: "sign", "data-verdict": verdict.name, "aria-hidden": "true" }, verdict.glyph);
}

/**
 * The results by role. A section has its subjects, and its groups in the given order with their
 * cases; a case whose group has no title gets one of its own.
 */
function readSections(report) {
  const sections = [];
  for (const { role, title } of ROLES) {
    const subjects = (report.subjects ?? []).filter((subject) => subject.role === role);
    const tests = report.cases?.[role] ?? [];
    if (subjects.length === 0 || tests.length === 0) continue;
    for (const subject of subjects) subject.results ??= {};
    const groups = new Map((report.groups ?? []).map(({ id, title }) => [id, { id, title, tests: [] }]));
    for (const test of tests) {
      const id = test.id.split(".", 1)[0];
      if (!groups.has(id)) groups.set(id, { id, title: "", tests: [] });
      groups.get(id).tests.push(test);
    }
    const filled = [...groups.values()].filter((group) => group.tests.length > 0);
    // What is left of these after filtering; `shown` is the order in which keys walk.
    const shown = filled.flatMap((group) => group.tests);
    sections.push({ role, title, subjects, groups: filled, tests, visibleSubjects: subjects, shown });
  }
  return sections;
}

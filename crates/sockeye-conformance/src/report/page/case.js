// One case of one subject, opened: what it shows, the verdicts and why, what was expected and what
// came, and the exchange.

/** Fills the side panel. `around` holds the addresses of the cases before and after. */
function drawCase({ section, subject, test }, around) {
  const result = resultOf(subject, test);
  const verdict = verdictOf(result.verdict);
  const panel = $("case");
  const parts = [
    element(
      "div", { className: "case-bar" },
      stepLink(around.before, "‹", "Previous case"),
      stepLink(around.after, "›", "Next case"),
      element("span", { className: "detail" }, `${section.title.slice(0, -1)} `, element("b", {}, visible(subject.name))),
      element("button", { type: "button", id: "close", "aria-label": "Close", title: "Close (Escape)" }, "×"),
    ),
    element(
      "h2", { id: "case-title", tabIndex: -1 },
      element("a", { className: "number", href: addressOf(subject, test), title: "The address of this case" }, visible(test.id)),
      " ", visible(test.shows),
    ),
    sectionLinks(test.section),
    drawVerdicts(result, verdict),
    drawOthers(section, subject, test),
    ...drawTold(result, verdict),
    ...drawTrace(result, panel),
    element(
      "p", { className: "about detail" }, "Subject: ", element("code", {}, visible(subject.about || subject.name)),
    ),
  ];
  panel.replaceChildren(...parts.filter(Boolean));
  panel.scrollTop = 0;
}

function stepLink(address, text, label) {
  const node = element("a", { className: "step-link", "aria-label": label, title: label, "data-step": "" }, text);
  if (address) node.href = address;
  else node.setAttribute("aria-disabled", "true");
  return node;
}

/** `RFC 6455 §5.6` as links to the sections; other words stay words. */
function sectionLinks(text) {
  const line = element("p", { className: "rfc" });
  let rfc = "6455";
  for (const part of visible(text).split(/(RFC \d+(?: §[\d.]*\d)?|§[\d.]*\d)/)) {
    const named = /^RFC (\d+)/.exec(part);
    if (named) rfc = named[1];
    const section = /§([\d.]*\d)/.exec(part);
    if (!named && !section) {
      line.append(part);
      continue;
    }
    const href = `https://www.rfc-editor.org/rfc/rfc${rfc}${section ? `#section-${section[1]}` : ""}`;
    line.append(element("a", { href, rel: "noreferrer" }, part));
  }
  return line;
}

function drawVerdicts(result, verdict) {
  const rows = [["Behavior", result.behavior], ["Closing", result.closing]].filter(([, name]) => name);
  return element(
    "div", { className: `verdict${result.expected_reason ? " known" : ""}`, "data-verdict": verdict.name },
    element("p", { className: "big" }, sign(verdict), " ", element("b", {}, verdict.name)),
    element(
      "p", { className: "detail" },
      ...rows.flatMap(([word, name]) => [`${word} `, sign(verdictOf(name)), ` ${visible(name)}`, " · "]),
      result.took_ms >= 0 ? `took ${duration(result.took_ms)}` : "",
    ),
    element("p", { className: "why" }, visible(result.why) || verdict.means),
    result.expected_reason
      ? element("p", { className: "why" }, element("b", {}, "Expected: "), visible(result.expected_reason))
      : null,
  );
}

/** The same case of the other subjects, to go from one to the next. */
function drawOthers(section, subject, test) {
  if (section.subjects.length < 2) return null;
  const links = section.subjects.map((other) => {
    const verdict = verdictOf(resultOf(other, test).verdict);
    const link = element(
      "a", { className: "other", href: addressOf(other, test), "data-step": "" },
      sign(verdict), " ", visible(other.name), element("span", { className: "unseen" }, ` ${verdict.name}`),
    );
    if (other === subject) link.setAttribute("aria-current", "true");
    return link;
  });
  return element("nav", { className: "others", "aria-label": "The same case of every subject" }, ...links);
}

/** Expected and received side by side. If the case is not ok, the first line that differs is marked. */
function drawTold(result, verdict) {
  const expected = result.expected ?? [];
  const received = result.received ?? [];
  if (expected.length + received.length === 0) return [];
  let differs = -1;
  if (verdict.name !== "ok") {
    differs = expected.findIndex((line, nth) => line !== received[nth]);
    // The end of the stream comes after every exchange, expected or not.
    if (differs < 0 && received.length > expected.length && received[expected.length] !== "end") differs = expected.length;
  }
  const list = (title, lines) => {
    const items = lines.map((line) => element("li", {}, visible(line)));
    if (lines.length === 0 || differs === lines.length) {
      items.push(element("li", { className: "nothing" }, lines.length === 0 ? "nothing" : "nothing more"));
    }
    if (differs >= 0 && items[differs]) {
      items[differs].classList.add("differs");
      items[differs].append(element("span", { className: "unseen" }, " (differs here)"));
    }
    return element("div", {}, element("h3", {}, title), element("ol", {}, ...items));
  };
  return [element("div", { className: "told" }, list("Expected", expected), list("Received", received))];
}

function drawTrace(result, panel) {
  if (!result.exchange?.length) return [];
  const styles = getComputedStyle(panel);
  const room = (panel.clientWidth || innerWidth) - parseFloat(styles.paddingLeft) - parseFloat(styles.paddingRight);
  // A line of sixteen bytes has 73 signs of about 7 pixels.
  return [element("h3", {}, "Exchange"), drawExchange(result.exchange, room < 545 ? 8 : 16)];
}

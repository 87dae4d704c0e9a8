// What is seen: everything that makes or changes elements.
//
// Whatever people wrote is set as text, never as markup.

import { firstChars } from "/words.js";

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60_000;
/** What the browser may show by itself; the server has looked at the bytes. */
const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export const $ = (id) => document.getElementById(id);

/** An element with properties, a class among them, and children. */
function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  Object.assign(node, properties);
  node.append(...children);
  return node;
}

// --- the conversation ---------------------------------------------------------------------------

/** Shows these entries and nothing else. */
export function showHistory(entries, ownName) {
  const log = $("log");
  // A screen reader is not to read all of it aloud.
  $("live").ariaBusy = "true";
  log.replaceChildren();
  for (const entry of entries) appendEntry(entry, entry.from === ownName);
  $("live").ariaBusy = "false";
  $("empty").hidden = entries.length > 0;
  toBottom();
}

/** Adds an entry at the end; `bytes` is the file, if it came over the WebSocket just now. */
export function appendEntry(entry, isOwn, bytes) {
  const log = $("log");
  const at = new Date(entry.at);
  const day = at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  if (log.dataset.day !== day || log.childElementCount === 0) {
    log.append(element("li", { className: "day" }, element("span", { textContent: day })));
    log.dataset.day = day;
  }
  const previous = log.lastElementChild.dataset;
  const together = previous.from === entry.from && previous.own === String(isOwn)
    && entry.at - previous.at < TOGETHER_MS;

  const time = element("time", {
    dateTime: at.toISOString(),
    textContent: at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
  });
  const from = element("span", { className: "from", textContent: entry.from });
  const head = element("div", { className: "head" }, from, " ", time);
  const item = message(isOwn, avatar(entry.from), head, content(entry, bytes));
  if (together) item.classList.add("together");
  Object.assign(item.dataset, { from: entry.from, at: entry.at, own: isOwn });
  log.append(item);
  $("empty").hidden = true;
}

/** Adds a line about somebody who came or went. */
export function appendNotice(text) {
  $("log").append(element("li", { className: "notice", textContent: text }));
}

function message(isOwn, ...parts) {
  return element("li", { className: isOwn ? "message own" : "message" }, ...parts);
}

function content({ text, file }, bytes) {
  if (text !== undefined) return element("div", { className: "bubble" }, ...withLinks(text));
  const href = `/files/${encodeURIComponent(file.id)}`;
  if (!IMAGES.includes(file.media_type)) return fileCard(file.name, file.size, { href });
  const image = element("img", { alt: file.name });
  if (bytes) {
    image.src = URL.createObjectURL(new Blob([bytes], { type: file.media_type }));
    image.onload = () => URL.revokeObjectURL(image.src);
  } else {
    image.loading = "lazy";
    image.src = href;
  }
  const name = element("figcaption", { textContent: `${file.name}, ${formatBytes(file.size)}` });
  const link = element("a", { href, target: "_blank", rel: "noopener", className: "picture" }, image);
  return element("figure", { className: "image" }, link, name);
}

function fileCard(name, size, link) {
  const ending = name.includes(".") ? firstChars(name.split(".").pop(), 4) : "file";
  const card = link
    ? element("a", { className: "file", download: name, ...link })
    : element("span", { className: "file" });
  card.append(
    element("span", { className: "ending", textContent: ending, ariaHidden: "true" }),
    element("span", { className: "who" },
      element("span", { textContent: name }),
      element("span", { className: "detail", textContent: formatBytes(size) })),
  );
  return card;
}

/** Text as nodes, with links where it has addresses. */
function withLinks(text) {
  const nodes = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const address = match.replace(/[.,;:!?)\]}']+$/, "");
    if (!URL.canParse(address)) continue;
    const link = { href: address, textContent: address, target: "_blank", rel: "noopener noreferrer" };
    nodes.push(text.slice(end, index), element("a", link));
    end = index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** Shows what is on its way; `isOnline` tells sending from waiting. */
export function showPending(items, isOnline) {
  const state = isOnline ? "sending" : "waiting for the connection";
  $("pending").replaceChildren(...items.map((item) => {
    const body = item.file
      ? fileCard(item.file.name, item.file.size)
      : element("div", { className: "bubble", textContent: item.text });
    const progress = item.file && isOnline
      ? [element("progress", { max: 1, ariaLabel: `Sending ${item.file.name}` })]
      : [];
    const note = element("span", { className: "detail", textContent: state });
    return message(true, body, element("div", { className: "head" }, ...progress, note));
  }));
}

/** How much of the file on its way has left the browser, from 0 to 1. */
export function showProgress(share) {
  const progress = $("pending").querySelector("progress");
  if (progress) progress.value = share;
}

// --- people, rooms, status ----------------------------------------------------------------------

export function showPeople(people, you) {
  $("people-count").textContent = people.length;
  $("people").replaceChildren(...people.map(({ id, name, time }) => {
    const rtt = element("span", { className: "rtt", textContent: formatTime(time) });
    rtt.dataset.quality = time === null ? "" : time < 100 ? "good" : time < 300 ? "fair" : "poor";
    rtt.title = "Round-trip time of a ping from the server";
    const label = element("span", { className: "who" }, element("span", { textContent: name }));
    if (id === you) label.append(element("span", { className: "detail", textContent: "you" }));
    return element("li", {}, avatar(name), label, rtt);
  }));
}

export function showRooms(rooms, current) {
  $("rooms").replaceChildren(...rooms.map((room) => {
    const link = element("a", { href: `#/${room}`, textContent: `#${room}` });
    if (room === current) link.ariaCurrent = "page";
    return element("li", {}, link);
  }));
  $("room").textContent = `#${current}`;
  $("name-room").textContent = `#${current}`;
}

export function showOwnName(name) {
  $("own-name").textContent = name;
  $("own-avatar").replaceWith(Object.assign(avatar(name), { id: "own-avatar" }));
}

export function showStatus(kind, text, detail = "") {
  $("status").dataset.state = kind;
  document.body.classList.toggle("offline", kind !== "online");
  // The live region speaks when its text changes, not each second.
  if ($("status-text").textContent !== text) $("status-text").textContent = text;
  $("status-detail").textContent = detail;
  $("retry").hidden = kind !== "waiting";
}

export function showTyping(names) {
  const who = names.length > 2 ? "Several people" : names.join(" and ");
  const text = names.length === 0 ? "" : `${who} ${names.length === 1 ? "is" : "are"} typing…`;
  if ($("typing").textContent !== text) $("typing").textContent = text;
}

export function showProblem(text) {
  $("problem").textContent = text;
  $("problem").hidden = text === "";
}

/** A round with the initials of a name, in a color that the name decides. */
function avatar(name) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  const round = element("span", { className: "avatar", textContent: initials, ariaHidden: "true" });
  let hue = 7;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
  round.style.setProperty("--hue", hue);
  return round;
}

// --- scrolling ----------------------------------------------------------------------------------

let isAtBottom = true;

/** Goes to the newest message, and stays there while images load. */
export function toBottom() {
  const scroll = $("scroll");
  scroll.scrollTop = scroll.scrollHeight;
  isAtBottom = true;
  $("newest").hidden = true;
}

/** After something was added: follows it, or says that there is something. */
export function followBottom() {
  if (isAtBottom) toBottom();
  else $("newest").hidden = false;
}

$("scroll").addEventListener("scroll", ({ target }) => {
  isAtBottom = target.scrollHeight - target.scrollTop - target.clientHeight < 60;
  if (isAtBottom) $("newest").hidden = true;
}, { passive: true });
const resized = new ResizeObserver(() => isAtBottom && toBottom());
resized.observe($("scroll"));
resized.observe($("scroll").firstElementChild);

// --- numbers ------------------------------------------------------------------------------------

export function formatBytes(n) {
  const units = ["bytes", "KiB", "MiB"];
  let unit = 0;
  for (; n >= 1000 && unit + 1 < units.length; unit += 1) n /= 1024;
  return `${Number(n.toFixed(n < 10 && unit > 0 ? 1 : 0))} ${units[unit]}`;
}

export function formatTime(ms) {
  if (ms === null || ms === undefined) return "…";
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

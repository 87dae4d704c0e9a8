// The page: what the person does goes to the link, what the link brings goes to the view.

import { Link } from "/link.js";
import * as view from "/view.js";
import { $ } from "/view.js";
import { countChars, firstChars, trim, wellFormed } from "/words.js";

const TYPING_EVERY_MS = 2000;
const TYPING_LASTS_MS = 4000;
const ROOM = /^[a-z0-9-]{1,32}$/;

/** What waits to be sent, by room: it stays when the person goes elsewhere and comes back. */
const pendingByRoom = new Map();
/** What was written and not sent, by room. */
const draftByRoom = new Map();

let name = remembered("name", "");
let room = "";
let link = null;
let you = null;
let limits = { name_chars: 32, text_chars: 4000, file_bytes: 2_096_128 };
let state = { kind: "connecting" };
let entries = new Map();
let people = new Map();
let typing = new Map();
let unread = 0;
let badRoom = "";

// --- what the server says -----------------------------------------------------------------------

const handlers = {
  welcome(message) {
    you = message.you;
    limits = message.limits;
    people = new Map(message.members.map((person) => [person.id, person]));
    for (const entry of message.history) entries.set(entry.id, entry);
    view.showHistory(sortedEntries(), name);
    $("file-limit").textContent = view.formatBytes(limits.file_bytes);
    showPeople();
    showPending();
  },
  entry({ entry, ref }, bytes) {
    const isKnown = entries.has(entry.id);
    const newest = Math.max(0, ...entries.keys());
    entries.set(entry.id, entry);
    showPending();
    if (!link.isOnline || isKnown) return;
    if (entry.id < newest) view.showHistory(sortedEntries(), name);
    else view.appendEntry(entry, ref !== undefined, bytes);
    if (ref) view.toBottom();
    else view.followBottom();
    stopsTyping(entry.from);
    countUnread();
  },
  joined({ member }) {
    people.set(member.id, member);
    showPeople();
    notice(`${member.name} came in`);
  },
  left({ id }) {
    const member = people.get(id);
    people.delete(id);
    typing.delete(id);
    showPeople();
    showTyping();
    if (member) notice(`${member.name} left`);
  },
  typing({ id }) {
    typing.set(id, Date.now() + TYPING_LASTS_MS);
    showTyping();
  },
  times({ times }) {
    for (const [id, time] of times) if (people.has(id)) people.get(id).time = time;
    showPeople();
    showState();
  },
  error({ reason, ref }) {
    if (!ref) view.showProblem(sentence(reason));
  },
};

function connect() {
  link?.end();
  link = null;
  if (!pendingByRoom.has(room)) pendingByRoom.set(room, new Map());
  entries = new Map();
  people = new Map();
  typing = new Map();
  showPeople();
  showTyping();
  link = new Link(room, name, pendingByRoom.get(room), {
    state(next) {
      state = next;
      if (state.kind === "connecting") entries = new Map();
      showState();
      showPending();
    },
    message: (message, bytes) => handlers[message.type]?.(message, bytes),
    dropped(item, reason) {
      const what = item.file ? item.file.name : `“${firstChars(item.text, 40)}”`;
      view.showProblem(`${what} was not sent: ${reason}.`);
      showPending();
    },
    refused(reason) {
      link = null;
      state = { kind: "refused" };
      showState();
      askName(sentence(reason));
    },
  });
}

// --- what is shown of it ------------------------------------------------------------------------

const sortedEntries = () => [...entries.values()].sort((a, b) => a.id - b.id);

function showPeople() {
  view.showPeople([...people.values()], you);
}

function showPending() {
  const items = [...(link?.pending ?? pendingByRoom.get(room)).values()];
  view.showPending(items, link?.isOnline);
  if (items.length > 0) view.followBottom();
}

function showState() {
  if (state.kind === "online") {
    const time = people.get(you)?.time;
    view.showStatus("online", "Connected", time ? view.formatTime(time) : "");
  } else if (state.kind === "connecting") {
    view.showStatus("connecting", "Connecting…");
  } else if (state.kind === "refused") {
    view.showStatus("refused", "Not connected");
  } else {
    const seconds = Math.ceil((state.until - Date.now()) / 1000);
    view.showStatus("waiting", state.reason, seconds > 0 ? `again in ${seconds} s` : "");
  }
}

function showTyping() {
  view.showTyping([...typing.keys()].map((id) => people.get(id)?.name).filter(Boolean));
}

function stopsTyping(from) {
  for (const id of typing.keys()) if (people.get(id)?.name === from) typing.delete(id);
  showTyping();
}

function sentence(reason) {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

function notice(text) {
  view.appendNotice(text);
  view.followBottom();
}

function countUnread() {
  if (document.hidden) unread += 1;
  document.title = `${unread > 0 ? `(${unread}) ` : ""}#${room} · Sockeye chat`;
}

setInterval(() => {
  if (state.kind === "waiting") showState();
  for (const [id, until] of typing) if (until < Date.now()) typing.delete(id);
  showTyping();
}, 1000);

setInterval(() => {
  const file = [...(link?.pending.values() ?? [])].find((item) => item.file)?.file;
  if (file) view.showProgress(1 - Math.min(1, link.bufferedAmount / file.size));
}, 100);

// --- what the person does -----------------------------------------------------------------------

let lastTyping = 0;

function send(content) {
  if (!link?.send(content)) {
    view.showProblem("Too much is waiting to be sent. Try again when the connection is back.");
    return false;
  }
  view.showProblem("");
  showPending();
  view.toBottom();
  return true;
}

function sendFiles(files) {
  for (const file of files) {
    if (file.size > limits.file_bytes) {
      const limit = view.formatBytes(limits.file_bytes);
      view.showProblem(`${file.name} has ${view.formatBytes(file.size)}; at most ${limit} can be sent.`);
    } else {
      send({ file });
    }
  }
}

function fitText() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  const left = limits.text_chars - countChars(trim(text.value));
  const told = left < 0 ? `${-left} characters too many.` : `${left} characters left.`;
  $("left").textContent = left < 500 ? told : "";
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = trim(wellFormed($("text").value));
  const excess = countChars(text) - limits.text_chars;
  if (excess > 0) view.showProblem(`This is ${excess} characters too long.`);
  else if (text !== "" && send({ text })) $("text").value = "";
  fitText();
  lastTyping = 0;
  $("text").focus();
});

$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

$("text").addEventListener("input", () => {
  fitText();
  if ($("text").value === "" || Date.now() - lastTyping < TYPING_EVERY_MS) return;
  lastTyping = Date.now();
  link?.types();
});

$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  sendFiles($("file").files);
  $("file").value = "";
});
$("text").addEventListener("paste", (event) => {
  if (event.clipboardData.files.length === 0) return;
  event.preventDefault();
  sendFiles(event.clipboardData.files);
});

addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  $("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) $("drop").hidden = true;
});
addEventListener("drop", (event) => {
  $("drop").hidden = true;
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  sendFiles(event.dataTransfer.files);
});

$("newest").addEventListener("click", () => view.toBottom());
$("retry").addEventListener("click", () => link?.retry());
addEventListener("online", () => link?.retry());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  countUnread();
  link?.retry();
});
addEventListener("beforeunload", (event) => {
  if (link?.pending.size > 0) event.preventDefault();
});

// --- the drawer on narrow screens ---------------------------------------------------------------

function openSide(isOpen) {
  document.body.classList.toggle("side-open", isOpen);
  $("menu").setAttribute("aria-expanded", isOpen);
  $("shade").hidden = !isOpen;
  if (isOpen) $("people-title").focus();
}
$("menu").addEventListener("click", () => openSide(!document.body.classList.contains("side-open")));
$("shade").addEventListener("click", () => openSide(false));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("side-open")) return;
  openSide(false);
  $("menu").focus();
});

// --- who and where ------------------------------------------------------------------------------

function remembered(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function askName(problem = "") {
  $("name-input").value = name;
  $("name-problem").textContent = problem;
  $("name-problem").hidden = problem === "";
  $("name-input").setCustomValidity("");
  if (!$("name-dialog").open) $("name-dialog").showModal();
  $("name-input").select();
}

$("name-input").addEventListener("input", () => {
  const n = countChars(trim($("name-input").value));
  const fault = n > limits.name_chars ? `At most ${limits.name_chars} characters` : "";
  $("name-input").setCustomValidity(n === 0 ? "At least one visible character" : fault);
});
$("name-form").addEventListener("submit", () => {
  const next = trim(wellFormed($("name-input").value));
  if (next === name && link) return;
  name = next;
  remember("name", name);
  view.showOwnName(name);
  connect();
});
// Without a name there is no way in, so Escape has no effect then.
$("name-dialog").addEventListener("cancel", (event) => {
  if (name === "" || state.kind === "refused") event.preventDefault();
});
$("rename").addEventListener("click", () => askName());

$("room-form").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `#/${$("room-input").value}`;
  $("room-input").value = "";
});

function enterRoom() {
  const wanted = location.hash.replace(/^#\/?/, "");
  if (!ROOM.test(wanted)) {
    badRoom = wanted;
    location.replace("#/lobby");
    return;
  }
  // What a browser put back when it loaded the page again belongs to the room of the page.
  draftByRoom.set(room || wanted, $("text").value);
  room = wanted;
  $("text").value = draftByRoom.get(room) ?? "";
  fitText();
  const fault = `“${firstChars(badRoom, 40)}” is no room: a name has 1 to 32 of a–z, 0–9 and -.`;
  view.showProblem(badRoom === "" ? "" : fault);
  badRoom = "";
  const rooms = remembered("rooms", ["lobby"]).filter((known) => known !== room && ROOM.test(known));
  const known = [room, ...rooms].slice(0, 8).sort();
  remember("rooms", known);
  view.showRooms(known, room);
  openSide(false);
  countUnread();
  if (name === "") askName();
  else connect();
}

addEventListener("hashchange", enterRoom);
view.showOwnName(name);
enterRoom();

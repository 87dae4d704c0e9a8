// The exchange of one case: who sent what and when, with the bytes as a hex dump or, for a
// handshake, as lines of text.
//
// The names of frames are the suite's; only the extent of a header and the masking key are read
// here (RFC 6455 §5.2), to tell header and payload apart and to show what a masked payload says.

/** Bytes shown at first; the rest of what the results hold is one press away. */
const BYTES_AT_FIRST = 256;

const DIRECTIONS = { suite: "suite →", subject: "← subject", note: "note" };

/** The rows of an exchange, `perLine` bytes to a line of a dump. */
function drawExchange(exchange, perLine) {
  const rows = exchange.map((entry) => {
    const by = Object.hasOwn(DIRECTIONS, entry.by) ? entry.by : "note";
    return element(
      "li", { className: "step", "data-by": by },
      element("span", { className: "when" }, at(entry.at_us)),
      element("span", { className: "by" }, DIRECTIONS[by]),
      element("span", { className: "what" }, visible(entry.what), length(entry)),
      drawBytes(entry, perLine),
    );
  });
  return element("ol", { className: "exchange" }, ...rows);
}

const at = (us) => (us >= 0 ? `${(us / 1000).toFixed(us < 1_000_000 ? 2 : 0)} ms` : "");

function length(entry) {
  return entry.len > 0 ? element("span", { className: "detail" }, ` · ${counted(entry.len, "byte")} on the wire`) : null;
}

function drawBytes(entry, perLine) {
  const bytes = (entry.hex ?? "").split(" ").map((pair) => parseInt(pair, 16)).filter((byte) => byte >= 0);
  if (bytes.length === 0) return null;
  const box = element("div", { className: "bytes" });
  const frame = frameIn(entry, bytes);
  const asText = isLines(bytes);
  const draw = (text, n) => {
    const parts = [text ? drawLines(bytes.slice(0, n)) : drawDump(bytes.slice(0, n), frame?.header ?? 0, perLine)];
    if (frame?.unmasked) {
      parts.push(element("p", { className: "detail" }, `unmasked: ${frame.unmasked}`));
    }
    const more = element("p", { className: "more detail" });
    if (n < bytes.length) more.append(press(`show ${bytes.length - n} more`, () => draw(text, bytes.length)));
    else if (entry.cut) more.append(`… the first ${counted(bytes.length, "byte")} of ${(entry.len ?? 0).toLocaleString("en")} were kept`);
    if (asText) more.append(press(text ? "as bytes" : "as text", () => draw(!text, n)));
    if (more.hasChildNodes()) parts.push(more);
    box.replaceChildren(...parts);
  };
  draw(asText, asText ? bytes.length : BYTES_AT_FIRST);
  return box;
}

function press(text, act) {
  const button = element("button", { type: "button", className: "plain" }, text);
  button.addEventListener("click", act);
  return button;
}

// --- frames -------------------------------------------------------------------------------------

/** How the suite names a frame. */
const FRAME = /^(continuation|text|binary|Close|ping|pong|opcode \d+)\b/;

/**
 * The header's length and, for a masked payload of text, what it says. Nothing unless the entry is
 * named a frame and its header accounts for all of its bytes.
 */
function frameIn(entry, bytes) {
  if (!FRAME.test(entry.what ?? "") || bytes.length < 2) return null;
  const short = bytes[1] & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (bytes[1] & 0x80) !== 0;
  const header = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < header) return null;
  const payload = extended === 0 ? short : bytes.slice(2, 2 + extended).reduce((n, byte) => n * 256 + byte, 0);
  if (entry.len !== header + payload) return null;
  const key = bytes.slice(header - 4, header);
  const plain = masked ? bytes.slice(header).map((byte, nth) => byte ^ key[nth % 4]) : [];
  return { header, unmasked: plain.length > 0 ? quoted(plain, bytes[0] & 0x0f) : "" };
}

function quoted(plain, opcode) {
  // A Close begins with its code.
  const code = opcode === 8 && plain.length >= 2 ? `${plain[0] * 256 + plain[1]} ` : "";
  const text = new TextDecoder().decode(new Uint8Array(code === "" ? plain : plain.slice(2)));
  const shown = visible(text.slice(0, 160)).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  if (text === "") return code;
  return `${code}“${shown}”${text.length > 160 ? "…" : ""}`;
}

// --- bytes --------------------------------------------------------------------------------------

function drawDump(bytes, header, perLine) {
  const lines = [];
  for (let from = 0; from < bytes.length; from += perLine) {
    const line = bytes.slice(from, from + perLine);
    const inHeader = Math.min(Math.max(header - from, 0), line.length);
    const spread = (part, first) => part.map((byte, nth) => {
      const gap = (nth + first) % 8 === 7 && nth + first + 1 < perLine ? "  " : " ";
      return byte.toString(16).padStart(2, "0") + gap;
    }).join("");
    // Short lines are filled up, so that the last column stays one.
    const fill = perLine * 3 + Math.floor((perLine - 1) / 8);
    const head = spread(line.slice(0, inHeader), 0);
    const rest = spread(line.slice(inHeader), inHeader).padEnd(fill - head.length);
    lines.push(
      element("span", { className: "offset" }, from.toString(16).padStart(4, "0")), "  ",
      head === "" ? "" : element("span", { className: "header" }, head), rest, " ",
      element("span", { className: "ascii" }, line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("")),
      "\n",
    );
  }
  return element("pre", { className: "dump" }, ...lines);
}

/** Whether bytes are lines of printable ASCII, as a handshake's are. */
function isLines(bytes) {
  return bytes.includes(0x0a) && bytes.every((byte) => byte >= 0x20 && byte < 0x7f || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

/** Text with its line ends made visible: in a handshake they are part of what is tested. */
function drawLines(bytes) {
  const parts = [];
  for (const part of String.fromCharCode(...bytes).split(/([\r\n\t])/)) {
    if (part === "\r") parts.push(element("span", { className: "end" }, "\\r"));
    else if (part === "\n") parts.push(element("span", { className: "end" }, "\\n"), "\n");
    else if (part === "\t") parts.push(element("span", { className: "end" }, "\\t"), "\t");
    else parts.push(part);
  }
  return element("pre", { className: "dump lines" }, ...parts);
}

// Compressing echo on npm `ws` (contract: ../README.md): `ws_compressed.js server SEED`, and
// `ws_compressed.js client SEED URL`.
"use strict";

const { report, ws } = require("./contract.js");

const WebSocket = ws();
// Everything is compressed, however short; nothing is asked of the other end. `ws` holds compressed
// bytes to `maxPayload` too, and what does not shrink is a little longer compressed than as it is.
const OPTIONS = { perMessageDeflate: { threshold: 0 }, maxPayload: (1 << 20) + (1 << 16) };

// Numbers below a limit that look like chance (mulberry32).
function dice(seed) {
  return (limit) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

function echo(socket, below) {
  // The verdict is the other end's: an error here only ends the connection.
  socket.on("error", () => {});
  socket.on("message", (data, binary) => {
    const cuts = below(3) ? [] : Array.from({ length: below(6) }, () => below(data.length + 1));
    cuts.sort((a, b) => a - b);
    [...cuts, data.length].forEach((end, i) =>
      socket.send(data.subarray(cuts[i - 1] ?? 0, end), { binary, fin: i === cuts.length }),
    );
  });
}

const [role, seed, url] = process.argv.slice(2);
if (role === "server") {
  const server = new WebSocket.WebSocketServer({ host: "127.0.0.1", port: 0, ...OPTIONS });
  server.on("connection", (socket) => echo(socket, dice(Number(seed))));
  server.on("listening", () => report({ port: server.address().port }));
  // Whoever started this program holds the other end of standard input; its end is ours.
  process.stdin.on("end", () => process.exit()).resume();
} else {
  echo(new WebSocket(url, OPTIONS), dice(Number(seed)));
}

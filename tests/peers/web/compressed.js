// Compressing echo on the standard's interface (contract: ../README.md). Browsers offer compression
// by themselves, and cannot be told to send fragments.
"use strict";

// Echoes until the connection has ended; the promise is kept once it is open.
function echo(url) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => resolve(true);
    socket.onerror = () => reject(new Error("not opened"));
    socket.onmessage = ({ data }) => socket.send(data);
  });
}

if (typeof module !== "undefined") module.exports = { echo };

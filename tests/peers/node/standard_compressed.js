// Compressing echo on Node's own WebSocket (contract: ../README.md), a client only:
// `standard_compressed.js client SEED URL`.
"use strict";

const { echo } = require("../web/compressed.js");

const [, , url] = process.argv.slice(2);
echo(url);

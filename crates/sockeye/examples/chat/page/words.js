// Texts and names, cut and counted as the server does it: in code points, never half of one.
//
// The server checks everything again; what these say is for the person to know before sending.

/** Without lone surrogates, which are no text: JSON could carry them, UTF-8 cannot. */
export function wellFormed(text) {
  return text.toWellFormed?.() ?? text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Without the spaces around it. JavaScript's own `trim` takes no U+0085 (next line). */
export function trim(text) {
  return text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, "");
}

/** How many characters the server counts. */
export function countChars(text) {
  return [...text].length;
}

/** The first `n` characters. */
export function firstChars(text, n) {
  return [...text].slice(0, n).join("");
}

/** The last `n` characters. */
export function lastChars(text, n) {
  return [...text].slice(-n).join("");
}

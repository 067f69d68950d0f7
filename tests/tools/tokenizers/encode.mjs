// Usage: node encode.mjs STRINGS.json OUT.bin
// Encodes every string with each peer. OUT holds, for each string: flags (1: it has a character that this Unicode version lacks),
// then for each peer the number of ids and the ids; all int32, little-endian. An encoding that a peer skips has the length -1.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const quiet = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
const modern = (name) => {
  const { encode } = require(`gpt-tokenizer/encoding/${name}`);
  return (text) => encode(text, quiet);
};
const gpt3 = require("gpt-3-encoder").encode;
const units = (text) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
const peers = [
  // Its merging takes quadratic time.
  (text) => (text.length <= 2000 ? gpt3(text) : null),
  modern("r50k_base"),
  modern("cl100k_base"),
  modern("o200k_base"),
  // Not tokens, but UTF-16 units: the canonical normal forms.
  (text) => units(text.toWellFormed().normalize("NFC")),
  (text) => units(text.toWellFormed().normalize("NFD")),
];
const out = [];
for (const text of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  // A lone surrogate is no character; both sides make it U+FFFD.
  out.push(/\p{Cn}/u.test(text.toWellFormed()) ? 1 : 0);
  for (const encode of peers) {
    const ids = encode(text);
    out.push(ids === null ? -1 : ids.length);
    if (ids !== null) for (const id of ids) out.push(id);
  }
}
writeFileSync(process.argv[3], new Uint8Array(Int32Array.from(out).buffer));

// Usage: node huggingface.mjs tokenizer.json STRINGS.json OUT.json
// OUT: for each string its ids and what they decode to, by Hugging Face's own library for JavaScript.
import { readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";

const [tokenizerPath, stringsPath, outPath] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const tokenizer = new Tokenizer(read(tokenizerPath), {});
const results = read(stringsPath).map((text) => {
  const { ids } = tokenizer.encode(text.toWellFormed(), { add_special_tokens: false });
  const decoded = ids.length === 0 ? "" : tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  return { ids, decoded };
});
writeFileSync(outPath, JSON.stringify(results));

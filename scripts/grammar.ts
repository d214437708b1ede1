// Writes grammar/vcl.html, the syntax diagrams, from the parser's own grammar. With `--check` writes nothing and exits 1 when the file on
// disk differs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { renderGrammar } from "./grammar/render.js";

const target = "grammar/vcl.html";
const text = renderGrammar();

if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  if (process.argv.includes("--check")) {
    console.error(`${target} differs from the parser's grammar: run npm run grammar`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, text);
    console.log(`wrote ${target}`);
  }
}

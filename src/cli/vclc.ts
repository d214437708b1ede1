#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import type { main } from "./main.js";

/** What program.cjs evaluates to; scripts/build.mjs writes it. */
type Program = (
  require: NodeJS.Require,
  importModule: (name: string) => Promise<unknown>,
  url: string,
) => { readonly main: typeof main };

// The program is one script with V8's compiled code of it beside it, which saves a third of the time that a check takes. A Node that the code
// was not made by refuses it, and compiles the script as ever.
const url = new URL("program.cjs", import.meta.url);
const cachedData = compiledCode();
const script = new Script(readFileSync(url, "latin1"), {
  filename: fileURLToPath(url),
  ...(cachedData && { cachedData }),
});
// A compilation is over before V8's optimizing compiler has paid: let it wait longer than usual for what is really hot. Later versions of V8
// have no such flag, and would say so.
if (process.argv[2] !== "run" && process.versions.v8.startsWith("11."))
  setFlagsFromString("--interrupt-budget=500000");
const program = (script.runInThisContext() as Program)(createRequire(url), (name) => import(name), url.href);
const exitCode = await program.main(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;

function compiledCode(): Buffer | undefined {
  try {
    return readFileSync(new URL("program.cache", import.meta.url));
  } catch {
    return undefined;
  }
}

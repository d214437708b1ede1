// Writes V8's compiled code of the program: `node scripts/code-cache.mjs PROGRAM CACHE FILE.vcl…`. The functions that checking those files
// calls are compiled in it; the others are compiled when they are first called, as ever.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

const [filename, cache, ...samples] = process.argv.slice(2);
const url = pathToFileURL(filename).href;
const script = new Script(readFileSync(filename, "latin1"), { filename });
const { main } = script.runInThisContext()(createRequire(url), (name) => import(name), url);
await main(["check", ...samples]);
writeFileSync(cache, script.createCachedData());

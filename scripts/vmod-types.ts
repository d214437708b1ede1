// Writes src/vmod/NAME/NAME.vcc.ts, the TypeScript interface of every shipped VMOD that is implemented, from its .vcc, and reads the others
// too. With `--check` writes nothing and exits 1 when a file on disk differs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { readVcc } from "../src/vcc/read-vcc.js";
import { vmodTypes } from "../src/vcc/typescript-interface.js";

const check = process.argv.includes("--check");

for (const name of readdirSync("src/vmod")) {
  const source = `src/vmod/${name}/${name}.vcc`;
  if (!existsSync(source)) continue;
  const reading = readVcc({ name: source, text: readFileSync(source, "latin1"), kind: "file" });
  for (const { message } of reading.diagnostics) console.error(`${source}: ${message}`);
  if (!reading.interface) {
    process.exitCode = 1;
    continue;
  }
  if (!existsSync(`src/vmod/${name}/index.ts`)) continue;
  const target = `${source}.ts`;
  const text = vmodTypes(reading.interface, {
    runtime: "../../runtime/index.js",
    implementation: "./index.js",
  });
  const formatted = await format(text, { ...(await resolveConfig(target)), filepath: target });
  const isFresh = existsSync(target) && readFileSync(target, "utf8") === formatted;
  if (isFresh) continue;
  if (check) {
    console.error(`${target} differs from ${source}: run npm run vmod:types`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, formatted);
    console.log(`wrote ${target}`);
  }
}

// Writes what TypeScript is to know of every shipped VMOD, from its .vcc: src/vmod/NAME/NAME.vcc.ts, the interface that an implementation is
// checked against, or src/vmod/NAME/index.d.ts where there is none. With `--check` writes nothing and exits 1 when a file on disk differs.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { readVcc } from "../src/vcc/read-vcc.js";
import { vmodDeclarations, vmodTypes } from "../src/vcc/typescript-interface.js";

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
  const isImplemented = existsSync(`src/vmod/${name}/index.ts`);
  const declarations = `src/vmod/${name}/index.d.ts`;
  if (isImplemented && existsSync(declarations)) {
    if (check) complain(`${declarations} is beside an implementation`);
    else rmSync(declarations);
  }
  const target = isImplemented ? `${source}.ts` : declarations;
  const runtime = "../../runtime/index.js";
  const text = isImplemented
    ? vmodTypes(reading.interface, { runtime, implementation: "./index.js" })
    : vmodDeclarations(reading.interface, { runtime });
  const formatted = await format(text, { ...(await resolveConfig(target)), filepath: target });
  if (existsSync(target) && readFileSync(target, "utf8") === formatted) continue;
  if (check) complain(`${target} differs from ${source}`);
  else {
    writeFileSync(target, formatted);
    console.log(`wrote ${target}`);
  }
}

function complain(of: string): void {
  console.error(`${of}: run npm run vmod:types`);
  process.exitCode = 1;
}

// Asks this compiler and varnishd about tables of programs, each of one kind of thing in all its combinations:
// `node scripts/run.mjs scripts/matrices.ts [NAME …] [--every 7] [--seed 1] [--count 10000] [--verbose]`. Ends with 1 when verdicts differ for no known reason.
import { parseArgs } from "node:util";
import { matrices } from "../test/support/matrices/matrices.js";
import { Comparison } from "../test/support/mutants/comparison.js";
import { VarnishdOracle, varnishdVersion } from "../test/support/mutants/varnishd.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Takes one program of so many. */
    every: { type: "string", default: "1" },
    /** How many of those that are made at random. */
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
  },
});

const workers = 2;
const version = varnishdVersion();
if (version === undefined) console.log("SKIPPED: varnishd is not installed");
else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(matrices)) await run(name);
}

async function run(name: string): Promise<void> {
  const programs = new Set(matrices[name]?.(Number(values.seed), Number(values.count)) ?? []);
  const some = [...programs].filter((_, index) => index % Number(values.every) === 0);
  console.log(`${name}, seed ${values.seed}: ${some.length} programs, against varnishd ${version}`);
  const started = Date.now();
  const comparison = new Comparison(values.verbose);
  const queue = some.values();
  const ask = async () => {
    const oracle = new VarnishdOracle();
    for (const vcl of queue) comparison.add(JSON.stringify(vcl), vcl, await oracle.ask(vcl));
    oracle.close();
  };
  await Promise.all(Array.from({ length: workers }, ask));
  comparison.report((Date.now() - started) / 1000);
  if (comparison.unexplained > 0) process.exitCode = 1;
}

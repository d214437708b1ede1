// Random and changed programs through everything that reads VCL and .vcc files: lexer, parser, analyzer, lint, reporters, codegen, loading.
// `node scripts/run.mjs scripts/fuzz.ts [--count 200000 | --minutes N] [--seed N]`. The seed is printed, and the input that goes wrong
// with the command that gets there again.
import { parseArgs } from "node:util";
import { misbehaviour } from "../test/support/fuzz/examine.js";
import { fuzzSeeds, randomInput } from "../test/support/fuzz/inputs.js";
import { Random } from "../test/support/random.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200000" },
    minutes: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});

const seeds = fuzzSeeds();
const random = new Random(Number(values.seed));
console.log(`seed ${values.seed}, ${seeds.vcl.length} programs and ${seeds.vcc.length} interfaces to change`);
const started = Date.now();
const until = values.minutes === undefined ? Infinity : started + Number(values.minutes) * 60_000;
const count = values.minutes === undefined ? Number(values.count) : Infinity;

let wrong = 0;
let done = 0;
while (done < count && Date.now() < until && wrong < 10) {
  const input = randomInput(seeds, random);
  const problem = await misbehaviour(input, { report: done % 8 === 0, load: done % 50 === 0 });
  done++;
  if (problem === undefined) continue;
  wrong++;
  console.log(`#${done} ${input.language} ${problem}\n${JSON.stringify(input.text)}`);
  console.log(`again: node scripts/run.mjs scripts/fuzz.ts --seed ${values.seed} --count ${done}`);
}
console.log(`${done} inputs in ${((Date.now() - started) / 1000).toFixed(0)} s, ${wrong} went wrong`);
if (wrong > 0) process.exitCode = 1;

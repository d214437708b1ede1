// Random and changed programs through the lexer, the parser and the analyzer:
// `node scripts/run.mjs scripts/fuzz.ts [--count 200000 | --minutes N] [--seed N]`. The seed is printed, and the input that goes wrong.
import { parseArgs } from "node:util";
import { fuzzSeeds, misbehaviour, randomInput } from "../test/support/fuzz.js";
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
console.log(`seed ${values.seed}, ${seeds.length} programs to change`);
const started = Date.now();
const until = values.minutes === undefined ? Infinity : started + Number(values.minutes) * 60_000;
const count = values.minutes === undefined ? Number(values.count) : Infinity;

let wrong = 0;
let done = 0;
for (; done < count && Date.now() < until && wrong < 10; done++) {
  const text = randomInput(seeds, random);
  const problem = misbehaviour(text);
  if (problem === undefined) continue;
  wrong++;
  console.log(`#${done} ${problem}\n${JSON.stringify(text)}`);
}
console.log(`${done} inputs in ${((Date.now() - started) / 1000).toFixed(0)} s, ${wrong} went wrong`);
if (wrong > 0) process.exitCode = 1;

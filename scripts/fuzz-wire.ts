// Changed HTTP messages through both sides of the wire, requests, responses and PROXY headers in turn, in memory:
// `node scripts/run.mjs scripts/fuzz-wire.ts [--count 100000 | --minutes N] [--seed N]`. The seed is printed, and the bytes that go wrong with
// the command that gets there again.
import { parseArgs } from "node:util";
import { clientMisbehaviour } from "../test/support/fuzz/client-wire.js";
import {
  changedMessage,
  pieces,
  proxySeeds,
  requestSeeds,
  responseSeeds,
} from "../test/support/fuzz/messages.js";
import { serverMisbehaviour } from "../test/support/fuzz/server-wire.js";
import { Random } from "../test/support/random.js";

/** What is changed, and what finds out whether something goes wrong with it. */
const kinds = [
  { seeds: requestSeeds, misbehaviour: serverMisbehaviour },
  { seeds: responseSeeds, misbehaviour: clientMisbehaviour },
  {
    seeds: proxySeeds,
    misbehaviour: (text: string, parts: readonly string[]) => serverMisbehaviour(text, parts, "PROXY"),
  },
] as const;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    minutes: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});

console.log(`seed ${values.seed}`);
const random = new Random(Number(values.seed));
const started = Date.now();
const until = values.minutes === undefined ? Infinity : started + Number(values.minutes) * 60_000;
const count = values.minutes === undefined ? Number(values.count) : Infinity;
const broken: unknown[] = [];
process.on("unhandledRejection", (reason) => broken.push(reason));
process.on("uncaughtException", (reason) => broken.push(reason));

let wrong = 0;
let done = 0;
while (done < count && Date.now() < until && wrong < 10) {
  const kind = kinds[done % kinds.length] as (typeof kinds)[number];
  const text = changedMessage(kind.seeds, random);
  const problem = await kind.misbehaviour(text, pieces(text, random));
  done++;
  // What is thrown in a callback arrives once the event loop has turned.
  if (done % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  const thrown = broken.pop();
  if (problem === undefined && thrown === undefined) continue;
  wrong++;
  console.log(
    `#${done} ${problem ?? `thrown: ${thrown instanceof Error ? thrown.stack : String(thrown)}`}\n${JSON.stringify(text)}`,
  );
  console.log(`again: node scripts/run.mjs scripts/fuzz-wire.ts --seed ${values.seed} --count ${done}`);
}
console.log(`${done} inputs in ${((Date.now() - started) / 1000).toFixed(0)} s, ${wrong} went wrong`);
if (wrong > 0) process.exitCode = 1;

import { describe, expect, test } from "vitest";
import { judgeText } from "../support/mutants/comparison.js";
import { reasonFor } from "../support/mutants/reasons.js";
import { VarnishdOracle, varnishdVersion } from "../support/mutants/varnishd.js";
import { matrices } from "../support/matrices/matrices.js";

const version = varnishdVersion();
const seed = 1;
/** Programs of each table; `scripts/matrices.ts` asks about all of them. */
const count = 25;

describe.skipIf(version === undefined)(`seed ${seed}: varnishd ${version} says the same of`, () => {
  test.each(Object.keys(matrices))("%s", async (name) => {
    const all = [...new Set(matrices[name]!(seed, count))];
    const oracle = new VarnishdOracle();
    const differing: unknown[] = [];
    try {
      for (let index = 0; index < count; index++) {
        const vcl = all[Math.floor((index * all.length) / count)]!;
        const theirs = await oracle.ask(vcl);
        const [ours] = judgeText(vcl).diagnostics;
        const said = ours && `${ours.code}: ${ours.message}`;
        if (theirs.accept === (ours === undefined)) continue;
        const message = theirs.accept ? undefined : theirs.message;
        if (reasonFor(vcl, message, said) === undefined)
          differing.push({ vcl, varnishd: message, vclc: said });
      }
    } finally {
      oracle.close();
    }
    expect(differing).toEqual([]);
  });
});

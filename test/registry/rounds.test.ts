import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Instance, type Director } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { handVcl } from "../support/hand-vcl.js";

const rounds = 10_000;
/** What the heap may grow by in 9,000 rounds: less than one director for each. */
const allowedGrowth = 3_000_000;

const consumer = handVcl((vpi) => {
  let api: Director | undefined;
  return {
    bind: () => void (api = vpi.bindGlobal("api", "v:1:1")),
    vcl_recv(task) {
      task.req.backend_hint = api;
      return "pass";
    },
  };
});

/** A host in memory that keeps no log and no requests, and counts its timers. */
class CountingHost extends MemoryHost {
  readonly timers = new Set<unknown>();

  constructor() {
    super({ record: () => undefined, silent: true });
  }

  override setTimer(seconds: number, callback: () => void): unknown {
    const timer = super.setTimer(seconds, () => (this.timers.delete(timer), callback()));
    this.timers.add(timer);
    return timer;
  }

  override clearTimer(timer: unknown): void {
    this.timers.delete(timer);
    super.clearTimer(timer);
  }
}

/** Bytes in use after full collections: what one finds to be garbage may hold what only the next can free. */
async function heap(): Promise<number> {
  v8.setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 4; i++) {
    await new Promise((done) => setImmediate(done));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

describe(`${rounds} rounds of register, remove, load and discard`, { timeout: 120_000 }, () => {
  test("S4-40 S4-55: loaded VCLs keep the old director, later ones get the new one, and in the end nothing is more than it was", async () => {
    const host = new CountingHost();
    const instance = new Instance(host);
    const counts = (): object => ({
      vcls: instance.list().length,
      directors: [...instance.globalDirectors].length,
      shared: [...instance.sharedBackends].length,
      timers: host.timers.size,
    });
    const before = counts();
    let early = 0;
    for (let round = 0; round < rounds; round++) {
      const address = `192.0.2.${(round % 200) + 1}`;
      host.origin(`${address}:80`, () => ({ body: `${round}` }));
      await instance.control.run(async (registry) => {
        const definition = { host: address, probe: { name: "p", threshold: 1, initial: 1 } };
        expect(registry.register("api", await instance.control.addBackend("api", definition))).toBe(true);
      });
      await instance.load(`v${round}`, consumer);
      await instance.use(`v${round}`);
      await instance.control.run((registry) => expect(registry.remove("api")).toBe(true));
      if (round > 0) await instance.discard(`v${round - 1}`);
      // The director that this VCL has bound: its name is gone, or means another one in the next round.
      if (round % 50 === 0) expect((await request(instance, { url: "/" })).body).toBe(`${round}`);
      host.requests.length = 0;
      if (round === rounds / 10) early = await heap();
    }
    expect(counts()).toMatchObject({ vcls: 1, directors: 1, shared: 1 });
    const growth = (await heap()) - early;
    await instance.shutdown();
    expect(counts()).toEqual(before);
    expect(growth).toBeLessThan(allowedGrowth);
  });
});

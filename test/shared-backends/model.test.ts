import { expect, test } from "vitest";
import { Random } from "../support/random.js";
import { backend, probed, SharedWorld } from "../support/shared-world.js";

/** The backends there are; each VCL has some of them. */
const machines = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
const names = ["v0", "v1", "v2", "v3", "v4"];
const window = 4;

/** A VCL as the model sees it. */
interface ModelVcl {
  readonly machines: readonly string[];
  /** Seconds between its polls. */
  readonly interval: number;
  warm: boolean;
}

/** The world, and a plain model of what is loaded beside it. */
class Modelled {
  readonly world = new SharedWorld();
  readonly vcls = new Map<string, ModelVcl>();
  readonly random: Random;
  active: string | undefined;
  readonly sick = new Set<string>();

  constructor(random: Random) {
    this.random = random;
  }

  /** Who may poll a machine: the active VCL if it has it, else any warm one. */
  mayPoll(machine: string): string[] {
    const having = [...this.vcls]
      .filter(([, vcl]) => vcl.warm && vcl.machines.includes(machine))
      .map(([name]) => name);
    return this.active !== undefined && having.includes(this.active) ? [this.active] : having;
  }

  /** Who polls now, by machine. */
  pollers(): Map<string, string | undefined> {
    return new Map(
      [...this.world.instance.sharedBackends].map((one) => [
        one.identity.places[0]?.replace(":80", "") ?? "",
        one.poller?.fullName.split(".")[0],
      ]),
    );
  }

  async step(): Promise<string> {
    const { random, world, vcls } = this;
    const name = random.pick(names);
    const loaded = vcls.get(name);
    const before = this.pollers();
    const [what, displaced] = await this.#act(name, loaded);
    // S2-44: who polls goes on to, unless it ended, cooled, or the VCL that became active has the backend.
    for (const [machine, now] of this.pollers()) {
      const was = before.get(machine);
      if (was !== undefined && was !== displaced && !(what === "use" && now === this.active))
        expect(now).toBe(was);
    }
    expect(world.instance.active?.name).toBe(this.active);
    return `${what} ${name}`;
  }

  /** Does something; answers with what, and with who must have stopped polling by it. */
  async #act(
    name: string,
    loaded: ModelVcl | undefined,
  ): Promise<[what: string, displaced?: string | undefined]> {
    const { random, world, vcls } = this;
    const { instance } = world;
    const kind = random.below(10);
    if (kind < 2) {
      await this.#turn();
      return ["origin"];
    }
    if (!loaded) {
      await this.#load(name);
      return ["load"];
    }
    if (kind < 5) {
      if (loaded.warm) {
        await world.use(name);
        this.active = name;
      } else await expect(world.use(name)).rejects.toThrow("is cold");
      return ["use"];
    }
    if (kind < 7) {
      const busy = name === this.active;
      const cold = instance.setState(name, loaded.warm ? "cold" : "warm");
      if (busy && loaded.warm) await expect(cold).rejects.toThrow("Cannot set the active VCL cold");
      else {
        await cold;
        loaded.warm = !loaded.warm;
      }
      return ["state", busy || loaded.warm ? undefined : name];
    }
    if (name === this.active) {
      await expect(instance.discard(name)).rejects.toThrow("active");
      return ["discard"];
    }
    await instance.discard(name);
    vcls.delete(name);
    return ["discard", name];
  }

  async #load(name: string): Promise<void> {
    const { random, world } = this;
    const own = machines.filter(() => random.below(3) > 0);
    const interval = 1 + random.below(4);
    const warm = random.below(4) > 0;
    const declared = own.map((machine) =>
      backend(
        `b_${machine.at(-1)}`,
        machine,
        probed(name, `.interval = ${interval}s; .window = ${window}; .threshold = 3;`),
      ),
    );
    const hints = own.map((machine) => `set req.backend_hint = b_${machine.at(-1)};`);
    await world.load(
      name,
      own.length > 0 ? `${declared.join("\n")} sub vcl_recv { ${hints.join(" ")} }` : "backend none none;",
      warm ? "warm" : "cold",
    );
    this.vcls.set(name, { machines: own, interval, warm });
  }

  /** An origin falls ill or recovers. */
  async #turn(): Promise<void> {
    const machine = this.random.pick(machines);
    if (!this.sick.delete(machine)) this.sick.add(machine);
    this.world.sick.clear();
    for (const one of this.sick) this.world.sick.add(`${one}:80`);
  }

  /** What must hold whatever was done. */
  checkNow(): void {
    const pollers = this.pollers();
    const expected = new Set([...this.vcls.values()].flatMap((vcl) => vcl.machines));
    expect(new Set(pollers.keys())).toEqual(expected);
    let polled = 0;
    for (const machine of expected) {
      const may = this.mayPoll(machine);
      if (may.length === 0) expect(pollers.get(machine)).toBeUndefined();
      else expect(may).toContain(pollers.get(machine));
      polled += may.length === 0 ? 0 : 1;
    }
    const { sharedBackends } = this.world.instance;
    expect(sharedBackends.schedule.size).toBe(polled);
    for (const shared of sharedBackends) {
      const having = [...this.vcls].filter(([, vcl]) =>
        vcl.machines.some((machine) => shared.fullForm.includes(machine)),
      );
      expect(new Set(shared.references.map(({ fullName }) => fullName.split(".")[0]))).toEqual(
        new Set(having.map(([name]) => name)),
      );
    }
  }

  /** Lets time pass: the origins see one stream for each backend that somebody may poll, and verdicts become theirs. */
  async checkPolls(): Promise<void> {
    const { world } = this;
    const pollers = this.pollers();
    const seconds = 5 * window;
    await world.advance(0);
    world.seen();
    await world.advance(seconds);
    const seen = world.seen();
    for (const machine of machines) {
      const polls = seen.filter(({ address }) => address === `${machine}:80`);
      const poller = pollers.get(machine);
      if (poller === undefined) {
        expect(polls).toEqual([]);
        continue;
      }
      expect(new Set(polls.map(({ url }) => url))).toEqual(new Set([`/probe-${poller}`]));
      const { interval } = this.vcls.get(poller) as ModelVcl;
      expect(Math.abs(polls.length - seconds / interval)).toBeLessThanOrEqual(1);
      for (const [name, vcl] of this.vcls) {
        if (vcl.machines.includes(machine))
          expect(world.healthy(name, `b_${machine.at(-1)}`)).toBe(!this.sick.has(machine));
      }
    }
  }
}

test("S2-50 S2-37 S2-38 S2-39 S2-42 S2-43 S2-44: whatever is loaded, used, cooled, discarded and whoever falls ill, the plain model agrees", async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  console.log(`model of shared backends: SEED=${seed}`);
  const modelled = new Modelled(new Random(seed));
  const done: string[] = [];
  try {
    for (let step = 0; step < 300; step++) {
      done.push(await modelled.step());
      modelled.checkNow();
      if (step % 3 === 0) await modelled.checkPolls();
      else await modelled.world.advance(modelled.random.below(7) / 2);
    }
  } catch (error) {
    console.log(done.slice(-20).join(", "));
    throw error;
  }
  await modelled.world.instance.shutdown();
  expect([modelled.world.forms(), modelled.world.instance.sharedBackends.schedule.size]).toEqual([[], 0]);
}, 60_000);

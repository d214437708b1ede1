import type { GlobalBackend } from "../../../src/runtime/backend/backend.js";
import { startProxy, vclModule, type Proxy } from "../proxy.js";
import { Random } from "../random.js";
import { compare } from "./compare.js";
import { startEcho, type Echo } from "./echo.js";
import { Model, type ModelDirector } from "./model.js";
import { Traffic, vclText } from "./traffic.js";

export interface StressOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly directors: number;
  readonly vcls: number;
  readonly clients: number;
}

export interface StressReport {
  readonly steps: number;
  /** Operations by name, and how many of them were refused, as they had to be. */
  readonly operations: ReadonlyMap<string, { done: number; refused: number }>;
  readonly answered: ReadonlyMap<number, number>;
  /** Everything that was not as the model says; empty when all is well. */
  readonly wrong: string[];
}

/** After how many operations requests pause for an exact comparison. */
const quietEvery = 50;

/** What an operation comes to: undefined when it succeeds, else the refusal. */
type Outcome = string | undefined;

/**
 * Random operations on an instance over real sockets, under traffic, beside a model that must agree at every step, and at the end with what is
 * left: nothing.
 */
export async function stress(options: StressOptions): Promise<StressReport> {
  const origin = await startEcho();
  const proxy = await startProxy();
  const run = new Run(options, proxy, origin.port);
  try {
    return await run.run(origin);
  } finally {
    await proxy.close();
    await origin.close();
  }
}

class Run {
  readonly #options: StressOptions;
  readonly #proxy: Proxy;
  readonly #port: number;
  readonly #random: Random;
  readonly #model = new Model();
  readonly #names: readonly string[];
  readonly #labels = Array.from({ length: 8 }, (_, index) => `label${index}`);
  readonly #backends = new Map<string, GlobalBackend>();
  readonly #operations = new Map<string, { done: number; refused: number }>();
  readonly #wrong: string[] = [];
  #loads = 0;

  constructor(options: StressOptions, proxy: Proxy, port: number) {
    this.#options = options;
    this.#proxy = proxy;
    this.#port = port;
    this.#random = new Random(options.seed);
    this.#names = Array.from({ length: options.directors }, (_, index) => `n${index}`);
  }

  async run(origin: Echo): Promise<StressReport> {
    for (const name of this.#names) await this.#register(name);
    await this.#load(true);
    await this.#use([...this.#model.vcls.keys()][0]!);
    const traffic = new Traffic(
      this.#model,
      new Random(this.#options.seed + 1),
      this.#proxy.port,
      (what) => void this.#wrong.push(`step ${this.#model.step}: ${what}`),
    );
    const running = traffic.run(this.#options.clients);
    let rounds = 0;
    const end = Date.now() + this.#options.seconds * 1000;
    while (Date.now() < end && this.#wrong.length < 20) {
      await this.#operate();
      this.#compare();
      if (++rounds % quietEvery === 0) await this.#compareQuietly(traffic);
      await new Promise((resolve) => setImmediate(resolve));
    }
    traffic.stop();
    await running;
    await this.#clear(origin);
    const { answered } = traffic;
    return { steps: this.#model.step, operations: this.#operations, answered, wrong: this.#wrong };
  }

  /** One operation at random; what makes and what ends balances out. */
  #operate(): Promise<void> {
    const model = this.#model;
    const random = this.#random;
    const vcls = [...model.vcls.keys()];
    const entries = [...vcls, ...model.labels.keys()];
    const full = vcls.length >= this.#options.vcls;
    switch (
      random.pick(["register", "remove", "load", "load", "use", "use", "discard", "label", "state", "health"])
    ) {
      case "register":
        return this.#register(random.pick(this.#names));
      case "remove":
        return this.#remove(random.pick(this.#names));
      case "load":
        return full ? this.#discard(random.pick(entries)) : this.#load();
      case "use":
        return this.#use(random.pick(entries));
      case "discard":
        return this.#discard(random.pick(entries));
      case "label":
        return this.#label(random.pick(this.#labels), random.pick(vcls));
      case "state":
        return this.#setState(random.pick(vcls), random.pick(["auto", "warm", "cold"]));
      default:
        return this.#setHealth();
    }
  }

  /** Does an operation, whose outcome must be the model's. */
  async #do(operation: string, outcome: Outcome, work: () => Promise<unknown>): Promise<void> {
    const count = this.#operations.get(operation) ?? { done: 0, refused: 0 };
    this.#operations.set(operation, count);
    if (outcome === undefined) count.done += 1;
    else count.refused += 1;
    const failure = await work().then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const agrees = outcome === undefined ? failure === undefined : failure?.includes(outcome);
    if (!agrees) this.#report(`${operation}: ${failure ?? "succeeded"}, expected ${outcome ?? "success"}`);
    this.#model.active.settle();
    for (const trace of this.#model.labels.values()) trace.settle();
  }

  #report(what: string): void {
    this.#wrong.push(`step ${this.#model.step}: ${what}`);
  }

  #register(name: string): Promise<void> {
    this.#model.step += 1;
    const { control } = this.#proxy.instance;
    const director = this.#model.director(name);
    const done = this.#model.register(name, director);
    return this.#do("register", done ? undefined : "taken", () =>
      control.run(async (registry) => {
        const backend = (await control.addBackend(director.id, this.#definition(director))) as GlobalBackend;
        this.#backends.set(director.id, backend);
        if (registry.register(name, backend)) return;
        backend.release?.();
        this.#backends.delete(director.id);
        throw new Error("taken");
      }),
    );
  }

  /** Every tenth director is probed, patiently: a busy machine must not make it sick. */
  #definition({ id }: ModelDirector): object {
    const probe = { name: "p", interval: 1, timeout: 30, initial: 3, threshold: 3 };
    return { host: "127.0.0.1", port: String(this.#port), ...(id.endsWith("7") && { probe }) };
  }

  #remove(name: string): Promise<void> {
    this.#model.step += 1;
    const done = this.#model.remove(name);
    return this.#do("remove", done ? undefined : "unknown", () =>
      this.#proxy.instance.control.run((registry) => {
        if (!registry.remove(name)) throw new Error("unknown");
      }),
    );
  }

  /** The first one is sure to be warm. */
  #load(first = false): Promise<void> {
    this.#model.step += 1;
    const random = this.#random;
    const name = `v${++this.#loads}`;
    const state = first ? "warm" : random.pick(["auto", "auto", "auto", "warm", "cold"] as const);
    const registered = [...this.#model.names.keys()];
    const wanted = new Set(Array.from({ length: 5 + random.below(15) }, () => random.pick(registered)));
    if (!first && random.below(10) === 0) wanted.add(random.pick(this.#names));
    const declared = !first && random.below(10) === 0 ? [random.pick([...wanted])] : [];
    const labels = [...this.#model.labels.keys()];
    const dispatches = labels.length > 0 && random.below(3) === 0 ? random.pick(labels) : undefined;
    const outcome = this.#model.load(name, state, [...wanted], dispatches, declared);
    const module = vclModule(vclText(name, [...wanted], dispatches, declared), `${name}.vcl`);
    return this.#do("load", outcome, () => this.#proxy.instance.load(name, module, state));
  }

  #use(name: string): Promise<void> {
    this.#model.step += 1;
    return this.#do("use", this.#model.use(name), () => this.#proxy.instance.use(name));
  }

  #discard(name: string): Promise<void> {
    this.#model.step += 1;
    return this.#do("discard", this.#model.discard(name), () => this.#proxy.instance.discard(name));
  }

  #label(label: string, target: string): Promise<void> {
    this.#model.step += 1;
    const outcome = this.#model.label(label, target);
    return this.#do("label", outcome, () => this.#proxy.instance.label(label, target));
  }

  #setState(name: string, state: "auto" | "cold" | "warm"): Promise<void> {
    this.#model.step += 1;
    const outcome = this.#model.setState(name, state);
    return this.#do("state", outcome, () => this.#proxy.instance.setState(name, state));
  }

  #setHealth(): Promise<void> {
    const director = this.#model.names.get(this.#random.pick(this.#names));
    if (!director) return Promise.resolve();
    director.changed = ++this.#model.step;
    director.sick = this.#random.below(4) === 0;
    return this.#do("health", undefined, async () =>
      this.#backends.get(director.id)?.setHealth(director.sick ? "sick" : "auto"),
    );
  }

  #compare(quiet = false): void {
    for (const what of compare(this.#proxy.instance, this.#model, this.#backends, quiet)) this.#report(what);
  }

  /** The same while no request is under way: then references are exact. */
  async #compareQuietly(traffic: Traffic): Promise<void> {
    await traffic.pause();
    const busy = (): boolean =>
      this.#proxy.instance.list().some((row) => row.busy > 0 || row.status === "discarded");
    for (let i = 0; i < 200 && busy(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    if (busy()) this.#report("VCLs are busy although no request is under way");
    this.#compare(true);
    traffic.resume();
  }

  /** Takes everything away; nothing must be left. */
  async #clear(origin: Echo): Promise<void> {
    const { instance } = this.#proxy;
    const names = await instance.control.run((registry) => registry.names());
    if (names.length !== this.#model.names.size || names.some((name) => !this.#model.names.has(name)))
      this.#report("the registry has other names than the model");
    await instance.control.run((registry) => names.forEach((name) => registry.remove(name)));
    await instance.shutdown();
    const left = (): object => ({
      vcls: instance.list().length,
      directors: [...instance.globalDirectors].length,
      shared: [...instance.sharedBackends].length,
      referenced: [...this.#backends.values()].filter(({ references }) => references > 0).length,
      connections: origin.connections,
    });
    const nothing = JSON.stringify({ vcls: 0, directors: 0, shared: 0, referenced: 0, connections: 0 });
    for (let i = 0; i < 100 && JSON.stringify(left()) !== nothing; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (JSON.stringify(left()) !== nothing) this.#report(`left behind: ${JSON.stringify(left())}`);
  }
}

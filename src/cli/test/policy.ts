import type { JavaScriptOutput } from "../../codegen/javascript.js";
import { compileToJavaScript } from "../../compile.js";
import { reportText } from "../../diagnostics/reporters/text.js";
import { MemoryClient, settled, type MemoryRequest, type MemoryResponse } from "../../host/memory/index.js";
import type { CachedObject } from "../../runtime/cache/cached-object.js";
import { RequestTask } from "../../runtime/fsm/request-task.js";
import * as runtime from "../../runtime/index.js";
import { Instance, type ClientTask, type VclBody, type Vpi } from "../../runtime/index.js";
import { analyzeOptions, readMainFile, type CompilerFlags } from "../analyze-options.js";
import { PolicyFailure } from "./policy-failure.js";
import { linkable } from "../run/compile-vcl.js";
import { linkModule } from "../run/load-module.js";
import { MockBackends, type BackendAnswers } from "./mock-backends.js";
import { TestHost } from "./test-host.js";
import { StepCounts, Trace } from "./trace.js";

/** A VCL that tests run, and what of it they ran. */
export interface CompiledPolicy {
  readonly path: string;
  readonly output: JavaScriptOutput;
  readonly counts: StepCounts;
}

/** Compiles a VCL for tests. Throws a PolicyFailure with what the compiler says. */
export function compilePolicy(path: string, flags: CompilerFlags, color: boolean): CompiledPolicy {
  const source = readMainFile(path);
  const { output, diagnostics } = compileToJavaScript(source, {
    ...analyzeOptions(path, flags),
    steps: true,
  });
  if (!output) throw new PolicyFailure(`${path} does not compile`, reportText(diagnostics, { color }));
  return { path, output, counts: new StepCounts(output.steps) };
}

/** The VCLs of a test: the main one, and those behind labels, in the order in which they are loaded. */
export interface Policies {
  readonly main: CompiledPolicy;
  readonly labels: readonly (readonly [name: string, policy: CompiledPolicy])[];
}

/** How long a request may take on the virtual clock, in seconds. */
const longestRequest = 3600;

/** An instance of its own that runs a policy without sockets: mocks answer for its backends, and time passes when told to. */
export class PolicyWorld {
  readonly trace = new Trace();
  readonly host: TestHost;
  readonly backends: MockBackends;
  readonly instance: Instance;
  readonly started: number;
  /** What the last response to a client was made of; undefined where VCL or the machine made it up. */
  delivered: CachedObject | undefined;
  /** The last request of a client's, its restarts included, once VCL was about to answer it. */
  lastTask: RequestTask | undefined;

  /** `now` is when it begins, in seconds since the epoch; the same moment in every world unless said otherwise. */
  constructor(now?: number) {
    this.host = new TestHost(this.trace);
    if (now !== undefined) this.host.clock.now = now;
    this.backends = new MockBackends(this.host);
    this.instance = new Instance(this.host);
    this.started = this.host.now();
  }

  /** A world with a policy in it; `answers` is what its backends answer, its first probes included. */
  static async load(policies: Policies, answers: Iterable<BackendAnswers> = []): Promise<PolicyWorld> {
    const world = new PolicyWorld();
    for (const [name, answer] of answers) world.backends.set(name, answer);
    await world.loadPolicies(policies);
    return world;
  }

  /**
   * Loads what is behind the labels, and then the main VCL as `boot`; its first probes have been answered then, as they have been before a varnishd gets
   * its first request. Rejects with a PolicyFailure when something does not load.
   */
  async loadPolicies({ main, labels }: Policies): Promise<void> {
    try {
      for (const [label, policy] of labels) {
        await this.#load(`vcl_${label}`, policy);
        await this.instance.label(label, `vcl_${label}`);
      }
      await this.#load("boot", main);
      await this.instance.use("boot");
      await this.advance(0);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new PolicyFailure(`${main.path} does not load: ${error.message}`);
    }
  }

  async #load(name: string, { output, counts }: CompiledPolicy): Promise<void> {
    const step = this.trace.stepper(counts);
    const module = await linkModule(linkable(output), { runtime: this.#withStandIns(), step });
    await this.instance.load(name, module);
  }

  /** The runtime, whose backends are declared with the addresses of their stand-ins. */
  #withStandIns(): object {
    const defineVcl: typeof runtime.defineVcl = (head, load, imports) => {
      const standIns = (vpi: Vpi): Vpi => ({
        ...vpi,
        backend: (name, definition) => vpi.backend(name, this.backends.standIn(name, definition)),
      });
      return runtime.defineVcl(head, (vpi) => this.#watched(load(standIns(vpi))), imports);
    };
    return { ...runtime, defineVcl };
  }

  /** Notes what is delivered to clients. */
  #watched(body: VclBody): VclBody {
    const noting = (sub: "vcl_deliver" | "vcl_pipe" | "vcl_synth") => (task: ClientTask) => {
      if (task instanceof RequestTask && !task.include) {
        this.lastTask = task;
        this.delivered = sub === "vcl_deliver" ? task.object : undefined;
      }
      return body[sub]?.(task);
    };
    return {
      ...body,
      vcl_deliver: noting("vcl_deliver"),
      vcl_pipe: noting("vcl_pipe"),
      vcl_synth: noting("vcl_synth"),
    };
  }

  /** Seconds since the test began. */
  get elapsed(): number {
    return this.host.now() - this.started;
  }

  /** Lets time pass, in seconds, with all that happens in it: probes, time-outs, ends of life. */
  advance(seconds: number): Promise<void> {
    return this.host.clock.advance(seconds);
  }

  /** Sends a request and waits for its response; where the policy waits, time passes. Rejects where none comes. */
  async request(request: MemoryRequest): Promise<MemoryResponse> {
    this.delivered = this.lastTask = undefined;
    const client = new MemoryClient(this.instance, request);
    let over = false;
    void client.done.then(() => (over = true));
    const until = this.host.now() + longestRequest;
    while (!over && this.host.now() < until) {
      if (await goesOn(() => over)) break;
      await this.host.clock.next();
    }
    // What goes on after the response belongs to it: a fetch in the background.
    await settled();
    return client.response;
  }

  async end(): Promise<void> {
    await this.instance.shutdown();
  }
}

/** Gives all a chance that needs no time of the virtual clock, other threads too; whether that was enough. */
async function goesOn(over: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 20; turn++) {
    await settled(20);
    if (over()) return true;
    await new Promise((resolve) => (turn < 15 ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  return over();
}

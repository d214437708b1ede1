import type { Step } from "../../../codegen/step.js";
import { MemoryClient, type MemoryRequest } from "../../../host/memory/index.js";
import type { RequestTask } from "../../../runtime/fsm/request-task.js";
import * as runtime from "../../../runtime/index.js";
import { VclFailure, type Action, type ClientTask } from "../../../runtime/index.js";
import type { VclBody } from "../../../runtime/vcl/vpi.js";
import { position } from "../../../source/position.js";
import type { SendArgs } from "../../../vmod/testing/index.js";
import { isCliError } from "../../cli-error.js";
import { linkable } from "../../run/compile-vcl.js";
import { implementation, linkModule } from "../../run/load-module.js";
import type { Unmet } from "../check-expectations.js";
import { PolicyFailure } from "../policy-failure.js";
import { PolicyWorld, type Policies } from "../policy.js";
import type { Failure } from "../run-case.js";
import type { Place } from "../test-case.js";
import type { TraceEntry } from "../trace.js";
import { assertVmod } from "./assert-vmod.js";
import type { VclTest, VclTests } from "./compile-tests.js";
import { lastRequest, noRequest } from "./last-request.js";
import { MockOrigins } from "./mock-origin.js";
import { operate } from "./operator.js";
import { TestTask } from "./test-task.js";
import { testingVmod, type TestBench } from "./testing-vmod.js";

/** The VCLs that a test names, as it names them: the main one, where it does, and those behind labels. */
export interface NamedPolicies {
  readonly main: string | undefined;
  readonly labels: readonly (readonly [name: string, file: string])[];
}

/** Seconds that a request takes: what ends a minute after one has ended when a minute has been let pass. */
const moment = 0.001;

/** Ends a test: what there is to say of it has been noted. */
class TestOver extends Error {}

/** Runs a test in a world of its own. Rejects with a PolicyFailure where its file or the policy does not load. */
export async function runVclCase(
  tests: VclTests,
  test: VclTest,
  policiesOf: (named: NamedPolicies) => Policies,
): Promise<readonly Failure[]> {
  const run = new VclCase(tests, test, policiesOf);
  try {
    await run.load();
    return await run.run();
  } finally {
    await run.world.end();
  }
}

/** A test in VCL while it runs. */
class VclCase implements TestBench {
  readonly world = new PolicyWorld();
  readonly origins = new MockOrigins(this.world.backends);
  last = noRequest;
  readonly #tests: VclTests;
  readonly #test: VclTest;
  readonly #policiesOf: (named: NamedPolicies) => Policies;
  readonly #named: { main: string | undefined; labels: [string, string][] } = { main: undefined, labels: [] };
  #isLoaded = false;
  /** Expectations that were looked at. */
  #asserts = 0;
  #body: VclBody = {};
  /** Runs the test once its request has come. */
  #begin: (task: RequestTask) => Promise<void> = () => Promise.resolve();
  /** The statement of the test that runs. */
  #at: Step | undefined;
  #unmet: (Unmet & { readonly place: Place })[] = [];
  #step = "before the first request";
  #trace: readonly TraceEntry[] = [];

  constructor(tests: VclTests, test: VclTest, policiesOf: (named: NamedPolicies) => Policies) {
    this.#tests = tests;
    this.#test = test;
    this.#policiesOf = policiesOf;
  }

  /** Loads the file of tests: its vcl_init runs. */
  async load(): Promise<void> {
    const { output, path } = this.#tests;
    const defineVcl: typeof runtime.defineVcl = (head, load, imports) =>
      runtime.defineVcl(
        head,
        (vpi) => {
          this.#body = load(vpi);
          // Its own request gives the test everything that a client's task has.
          const vcl_recv = async (task: ClientTask): Promise<Action> => {
            await this.#begin(task as RequestTask);
            return "fail";
          };
          return { ...this.#body, vcl_recv };
        },
        imports,
      );
    const own: Readonly<Record<string, object>> = {
      assert: assertVmod(
        () => this.#asserts++,
        ({ expected, got, message }) => this.#note(expected, got, message),
      ),
      testing: testingVmod(this),
    };
    const step = (_: object, number: number): void => void (this.#at = output.steps[number]);
    try {
      const module = await linkModule(
        linkable(output),
        { runtime: { ...runtime, defineVcl }, step },
        async (wanted) => own[wanted.name] ?? implementation(wanted),
      );
      await this.world.instance.load("tests", module);
      await this.world.instance.use("tests");
    } catch (error) {
      if (!(error instanceof Error) || isCliError(error)) throw error;
      throw new PolicyFailure(`${path} does not load: ${error.message}`);
    }
  }

  /** Runs the test. Answers with what was not as expected. */
  async run(): Promise<readonly Failure[]> {
    const [, sub] = this.#body.entries?.find(([name]) => name === this.#test.sub) ?? [];
    if (!sub) throw new Error(`${this.#test.sub} was not compiled`);
    let broken: Error | undefined;
    this.#begin = async ({ core, exchange, vcl }) => {
      const task = new TestTask(core, exchange, vcl);
      try {
        this.#ended(await sub(task));
      } catch (error) {
        if (error instanceof PolicyFailure || isCliError(error)) broken = error;
        else if (!(error instanceof TestOver)) this.#note("no failure", messageOf(error));
      }
      task.endPrivs();
    };
    await new MemoryClient(this.world.instance, { headers: [["Host", "localhost"]] }).done;
    if (broken) throw broken;
    if (this.#asserts === 0 && this.#unmet.length === 0) this.#note("an assert on the way", "none");
    const [first] = this.#unmet;
    if (!first) return [];
    const unmet = this.#unmet.map(({ place: _, ...rest }) => rest);
    return [{ place: first.place, step: this.#step, unmet, trace: this.#trace }];
  }

  name(file: string | undefined, label?: string): void {
    if (this.#isLoaded) throw new VclFailure("the policy is named before the first request");
    if (file === undefined || label === "") throw new VclFailure("a policy, or a label, without a name");
    if (label === undefined) this.#named.main = file;
    else this.#named.labels.push([label, file]);
  }

  async send(task: TestTask, args: SendArgs): Promise<void> {
    await this.#prepare();
    const { world } = this;
    const request = requestOf(task, args);
    this.#step = `${request.method} ${request.url} at ${Number(world.elapsed.toFixed(2))}s`;
    world.trace.take();
    world.backends.takeReceived();
    const response = await world.request(request).catch((error: unknown) => messageOf(error));
    this.#trace = world.trace.take();
    const got = typeof response === "string" ? undefined : response;
    this.last = lastRequest(this.#trace, got, world.backends.takeReceived());
    if (typeof response === "string") {
      this.#note("a response", response);
      throw new TestOver();
    }
    task.show(response, world.delivered);
    await world.advance(moment);
    task.keepTime();
  }

  async advance(task: TestTask, seconds: number): Promise<void> {
    await this.#prepare();
    if (seconds < 0) throw new VclFailure("time does not go back");
    await this.world.advance(seconds);
    task.keepTime();
  }

  async command(line: string): Promise<string> {
    await this.#prepare();
    return operate(this.world.instance, line);
  }

  /** Before anything is done: what was expected is so, and the policy is there. */
  async #prepare(): Promise<void> {
    if (this.#unmet.length > 0) throw new TestOver();
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    await this.world.loadPolicies(this.#policiesOf(this.#named));
  }

  #ended(action: string | void): void {
    if (action === undefined || action === "deliver") return;
    this.#note("a test that ends where its sub does", `return (${action})`);
  }

  #note(expected: string, got: string, message?: string): void {
    const { span } = this.#at ?? {};
    const place = span ? position(span.file, span.start) : this.#test.place;
    const statement = span ? firstLine(span.file.text.slice(span.start, span.end)) : this.#test.sub;
    const what = message === undefined ? statement : `${statement} (${message})`;
    const file = span?.file.name ?? this.#tests.path;
    this.#unmet.push({ what, at: `${file}:${place.line}`, place, expected, got });
  }
}

/** What `req` says, but for what is said of this request only. */
function requestOf(task: TestTask, args: SendArgs): MemoryRequest {
  const { req } = task;
  const headers = [...req.http.toRaw()];
  const { url = req.url, method = req.method, body, client = "127.0.0.1" } = args;
  if (body !== undefined && !req.http.has("content-length") && !req.http.has("transfer-encoding"))
    headers.push(["Content-Length", String(body.length)]);
  return {
    ...{ method, url, headers, proto: req.proto },
    ...(body !== undefined && { body }),
    client: { address: client, port: 40_000 },
  };
}

/** A statement on one line. */
function firstLine(text: string): string {
  const all = text.replace(/;$/, "");
  return all.includes("\n") ? `${all.slice(0, all.indexOf("\n")).trimEnd()} …` : all;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

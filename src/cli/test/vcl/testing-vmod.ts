import type { ClientTask, Task } from "../../../runtime/index.js";
import type * as TestingVmod from "../../../vmod/testing/index.js";
import type { ReceivedRequest } from "../mock-backends.js";
import type { LastRequest } from "./last-request.js";
import { pathOf, type MockOrigins } from "./mock-origin.js";
import type { TestTask } from "./test-task.js";

/** What the testing VMOD does with the world of its test. */
export interface TestBench {
  readonly origins: MockOrigins;
  /** Says which VCL is under test, or behind a label. */
  name(file: string | undefined, label?: string): void;
  send(task: TestTask, args: TestingVmod.SendArgs): Promise<void>;
  advance(task: TestTask, seconds: number): Promise<void>;
  command(line: string): Promise<string>;
  /** What came of the last request. */
  readonly last: LastRequest;
}

/** The testing VMOD; testing.vcc says what each function does. */
export function testingVmod(bench: TestBench): typeof TestingVmod {
  // Only tests have these functions, and a test is run as such a task.
  const own = (task: ClientTask): TestTask => task as TestTask;
  return {
    policy: (_, file) => bench.name(file),
    label: (_, name, file) => bench.name(file, name ?? ""),
    send: (task, args) => bench.send(own(task), args),
    advance: (task, seconds) => bench.advance(own(task), seconds),
    command: (_, line) => bench.command(line ?? ""),
    body: () => bench.last.body,
    cache: () => bench.last.cache,
    log: () => bench.last.log.join("\n"),
    ran: (_, sub) => bench.last.ran(sub ?? ""),
    fetches: () => bench.last.received.length,
    Origin: { create: (_, name, { backend = name, path }) => originObject(bench, backend, path) },
  };
}

function originObject(bench: TestBench, backend: string, path: string | undefined): TestingVmod.Origin {
  const { origins } = bench;
  const received = (): readonly ReceivedRequest[] =>
    bench.last.received.filter(
      ({ name, request }) => name === backend && (path === undefined || pathOf(request) === path),
    );
  const last = (): ReceivedRequest | undefined => received().at(-1);
  origins.of(backend, path);
  return {
    answer: (_: Task, { status, body = "" }) =>
      void Object.assign(origins.reset(backend, path), { status, body }),
    set_header(_, { name = "", value }) {
      const { headers } = origins.of(backend, path);
      if (value === undefined) headers.delete(name.toLowerCase());
      else headers.set(name.toLowerCase(), [name, value]);
    },
    echo: () => void (origins.of(backend, path).echo = true),
    delay: (_, seconds) => void (origins.of(backend, path).latency = seconds),
    fail: (_, how) => void (origins.of(backend, path).failure = how),
    set_health: async (_, state) => void (await bench.command(`backend.set_health *.${backend} ${state}`)),
    calls: () => received().length,
    bereq_url: () => last()?.request.url,
    bereq_method: () => last()?.request.method,
    bereq_header: (_, name = "") => last()?.request.header(name.toLowerCase()),
    bereq_body: () => last()?.body,
  };
}

/** Tests of VCL from a test runner of JavaScript: a policy in memory, mocks for its backends, and a clock that tests move. */
import { coverageWriter } from "./coverage/coverage-files.js";
import { PolicyWorld, compilePolicy } from "./policy.js";
import { loggedIn, callsIn } from "./trace.js";
import type { MemoryRequest, MemoryResponse, Origin } from "../../host/memory/index.js";
import type { MockBackend } from "./mock-backends.js";

export type {
  MemoryRequest,
  MemoryResponse,
  Origin,
  OriginRequest,
  OriginResponse,
} from "../../host/memory/index.js";
export type { MockBackend, MockResponse } from "./mock-backends.js";
export { PolicyFailure } from "./policy-failure.js";

/** A VCL file by its path, or as the Vite plugin imports it. */
export type PolicyFile = string | { readonly path: string };

/** What a policy is loaded with. */
export interface PolicyOptions {
  /** Labels and the VCLs behind them, in the order in which they are loaded. */
  readonly labels?: Readonly<Record<string, PolicyFile>>;
  /** What backends answer; `origin` changes it. */
  readonly backends?: Readonly<Record<string, MockBackend | Origin>>;
  /** Folders of VMODs, as `--vmod-path`. */
  readonly vmodPath?: readonly string[];
}

/** A loaded policy in a world of its own. */
export interface LoadedPolicy {
  /** Sends a request and waits for its response; what time the policy takes passes at once. */
  request(request?: MemoryRequest): Promise<MemoryResponse>;
  /** Says what a backend of the policy answers from now on: fields, or a function of the request. */
  origin(name: string, backend: MockBackend | Origin): void;
  /** Lets time pass, in seconds: ends of life, probes, time-outs. */
  advance(seconds: number): Promise<void>;
  /** How often each backend was asked for the last request, by name. */
  readonly calls: ReadonlyMap<string, number>;
  /** What std.log wrote during the last request. */
  readonly log: readonly string[];
  /** Ends it: VCLs are discarded, vcl_fini runs. */
  end(): Promise<void>;
}

/** Compiles and loads a policy. Rejects with a PolicyFailure, whose `report` is what the compiler says. */
export async function load(file: PolicyFile, options: PolicyOptions = {}): Promise<LoadedPolicy> {
  const { labels = {}, backends = {}, vmodPath } = options;
  const compile = (wanted: PolicyFile) => compilePolicy(pathOf(wanted), vmodPath ? { vmodPath } : {}, false);
  const behindLabels = Object.entries(labels).map(([name, wanted]) => [name, compile(wanted)] as const);
  const main = compile(file);
  const world = await PolicyWorld.load({ labels: behindLabels, main }, Object.entries(backends));
  const writeCoverage = coverageWriter([main, ...behindLabels.map(([, policy]) => policy)]);
  writeCoverage?.();
  let trace = world.trace.take();
  return {
    async request(wanted = {}) {
      world.trace.take();
      const response = await world.request(wanted);
      trace = world.trace.take();
      writeCoverage?.();
      return response;
    },
    origin: (name, backend) => world.backends.set(name, backend),
    advance: (seconds) => world.advance(seconds),
    get calls() {
      return callsIn(trace);
    },
    get log() {
      return loggedIn(trace);
    },
    async end() {
      await world.end();
      writeCoverage?.();
    },
  };
}

function pathOf(file: PolicyFile): string {
  return typeof file === "string" ? file : file.path;
}

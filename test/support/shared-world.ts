import { Instance } from "vclc/runtime";
import { MemoryHost, request, settled, type MemoryResponse } from "../../src/host/memory/index.js";
import type { SharedBackend } from "../../src/runtime/backend/shared-backend.js";
import type { Parameters } from "../../src/runtime/parameters.js";
import { command, controlOf, openSession } from "./control.js";
import { vclModule } from "./proxy.js";

/** A poll as the origin saw it. */
export interface SeenPoll {
  readonly at: number;
  /** `192.0.2.1:80`, or the path of a socket. */
  readonly address: string;
  readonly url: string;
}

/** Fields of a backend that polls the URL `/probe-WHO`. */
export function probed(who: string, fields = ""): string {
  return `.probe = { .url = "/probe-${who}"; ${fields} }`;
}

/** `backend NAME { .host = "HOST"; FIELDS }` */
export function backend(name: string, host = "192.0.2.1", fields = ""): string {
  return `backend ${name} { .host = "${host}"; ${fields} }`;
}

/** An instance in memory whose origins note who polls them, and are sick when a test says so. */
export class SharedWorld {
  readonly host = new MemoryHost();
  readonly instance: Instance;
  readonly polls: SeenPoll[] = [];
  /** Addresses whose polls get 503. */
  readonly sick = new Set<string>();
  readonly #session;

  constructor(parameters: Partial<Parameters> = {}) {
    this.instance = new Instance(this.host, { parameters: { vcl_cooldown: 1e6, ...parameters } });
    this.#session = openSession(controlOf(this.instance));
    this.host.origin("*", ({ endpoint, url }) => {
      const address = endpoint.path ?? `${endpoint.address}:${endpoint.port}`;
      if (!url.startsWith("/probe")) return { body: address };
      this.polls.push({ at: this.host.now(), address, url });
      return { status: this.sick.has(address) ? 503 : 200 };
    });
  }

  /** Loads a VCL of these declarations, whose first backend takes the requests. */
  async load(name: string, declarations: string, state: "auto" | "cold" | "warm" = "auto"): Promise<void> {
    await this.instance.load(name, vclModule(`vcl 4.1;\n${declarations}\n`, `${name}.vcl`), state);
    await settled();
  }

  async use(name: string): Promise<void> {
    await this.instance.use(name);
    await settled();
  }

  advance(seconds: number): Promise<void> {
    return this.host.clock.advance(seconds);
  }

  get(url = "/"): Promise<MemoryResponse> {
    return request(this.instance, { url });
  }

  /** Carries a command out; answers with status and text. */
  run(line: string): Promise<[status: number, body: string]> {
    return command(this.#session, line);
  }

  /** Rows of `backend.list`, each cut into its columns, without the heading. */
  async rows(pattern = "*.*"): Promise<string[][]> {
    const [status, body] = await this.run(`backend.list ${pattern}`);
    if (status !== 200) throw new Error(body);
    return body
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/ {2,}/));
  }

  /** The shared backend of that full form. */
  shared(fullForm: string): SharedBackend {
    const found = [...this.instance.sharedBackends].find((one) => one.fullForm === fullForm);
    if (!found) throw new Error(`no ${fullForm}, but ${this.forms().join(" ")}`);
    return found;
  }

  /** Full forms of every shared backend. */
  forms(): string[] {
    return [...this.instance.sharedBackends].map(({ fullForm }) => fullForm);
  }

  /** Takes the polls seen since the last call. */
  seen(): SeenPoll[] {
    return this.polls.splice(0);
  }

  /** Whether the backend of that name in that VCL is healthy. */
  healthy(vcl: string, name: string): boolean {
    return this.instance.vcl(vcl)?.director(name)?.health(undefined).healthy ?? false;
  }
}

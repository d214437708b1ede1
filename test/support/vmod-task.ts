import type { Director, Health } from "../../src/runtime/director/director.js";
import type { Host } from "../../src/runtime/host.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import type { BackendTask, ClientTask, HousekeepingTask, Priv } from "../../src/runtime/task.js";

/** A task of a test, as far as VMODs look at one, and what it noted. */
export interface NotedTask {
  readonly records: string[];
  readonly host: Host & { time: number; randoms: number[]; files: Map<string, string> };
  readonly directors: Director[];
  readonly privs: Map<unknown, Priv>;
  /** Ends the task: private state is finalised. */
  end(): void;
}

function makeHost(): NotedTask["host"] {
  const files = new Map<string, string>();
  const host = {
    time: 1000,
    randoms: [] as number[],
    files,
    now: () => host.time,
    random: () => host.randoms.shift() ?? 0,
    environment: (name: string) => (name === "HOME" ? "/home/v" : undefined),
    readFile: async (path: string) => {
      const content = files.get(path);
      if (content === undefined) throw new Error("No such file or directory");
      return content;
    },
    fileExists: async (path: string) => files.has(path),
    resolveName: async (name: string) => {
      if (name === "example.com") return ["192.0.2.7", "2001:db8::7"];
      throw new Error("Name or service not known");
    },
  };
  return host as unknown as NotedTask["host"];
}

/** A task of any kind; `members` adds or replaces what the kind of task has beside. */
export function makeTask<Kind extends "client" | "backend" | "housekeeping">(
  kind: Kind,
  method: string,
  members: object = {},
): NotedTask & { client: ClientTask; backend: BackendTask; housekeeping: HousekeepingTask }[Kind] {
  const privs = new Map<unknown, Priv>();
  const records: string[] = [];
  const directors: Director[] = [];
  const task = {
    kind,
    method,
    now: 1000,
    vcl: { version: 41 },
    host: makeHost(),
    param: defaultParameters,
    records,
    directors,
    privs,
    log: (tag: string, text: string) => records.push(`${tag} ${text}`),
    timestamp: (label: string) => records.push(`Timestamp ${label}`),
    privTask: (key: unknown) => {
      const priv = privs.get(key) ?? { value: undefined };
      privs.set(key, priv);
      return priv;
    },
    addDirector: (director: Director) => directors.push(director),
    director: (name: string) => directors.find(({ vclName }) => vclName === name),
    end: () => {
      for (const priv of privs.values()) priv.fini?.(priv.value);
      privs.clear();
    },
    ...members,
  };
  return task as unknown as ReturnType<typeof makeTask<Kind>>;
}

/** A backend with a health that tests set, and a count of its references. */
export interface TestBackend extends Director {
  healthy: boolean;
  changed: number;
  references: number;
}

export function makeBackend(vclName: string, { healthy = true, changed = 0 } = {}): TestBackend {
  const backend: TestBackend = {
    vclName,
    kind: "backend",
    healthy,
    changed,
    references: 0,
    health: (): Health => ({ healthy: backend.healthy, changed: backend.changed }),
    retain: () => {
      backend.references++;
    },
    release: () => {
      backend.references--;
    },
  };
  return backend;
}

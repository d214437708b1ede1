import {
  VclFailure,
  type BackendTask,
  type ClientTask,
  type Director as AnyDirector,
  type Host,
  type HousekeepingTask,
  type OwnDirectors,
  type Priv,
  type Task,
  type VclEvent,
} from "../../runtime/index.js";
import { Domain, type DomainOwner } from "./domain.js";
import { Service, type ServiceOwner } from "./service.js";
import { readSettings, type Arguments, type Settings } from "./settings.js";
import { SharedBackends } from "./shared-backends.js";

export { Resolver } from "./resolver.js";

/** The objects of each VCL. */
const byVcl = new WeakMap<object, Set<Director>>();

/** `new d = dynamic.director(…)`; dynamic.vcc says what the arguments mean. */
export class Director implements DomainOwner, ServiceOwner {
  readonly name: string;
  readonly vclName: string;
  readonly settings: Settings;
  readonly backends: SharedBackends;
  readonly directors: OwnDirectors;
  readonly host: Host;
  readonly task: Task;
  readonly #domains = new Map<string, Domain>();
  readonly #services = new Map<string, Service>();
  readonly #log: (tag: string, text: string) => void;
  isDebugging = false;
  #release: (() => void) | undefined;

  private constructor(task: HousekeepingTask, name: string, settings: Settings) {
    this.name = name;
    this.vclName = task.vcl.name;
    this.settings = settings;
    this.directors = task.ownDirectors;
    this.backends = new SharedBackends(this.directors);
    this.host = task.host;
    this.task = task;
    this.#log = (tag, text) => task.control.log(tag, text);
  }

  static create(this: void, task: HousekeepingTask, vclName: string, ...args: Arguments): Director {
    const made = new Director(task, vclName, readSettings(args));
    byVcl.set(task.vcl, (byVcl.get(task.vcl) ?? new Set()).add(made));
    return made;
  }

  /** The director of a host name, made where there is none, which begins to look it up at once (S0-36). */
  backend(task: Task, host = "", port = "", authority?: string): AnyDirector | undefined {
    const wanted = host === "" ? hostOf(task) : host;
    if (wanted === "") return undefined;
    return this.#domain({ host: wanted, port: port === "" ? this.settings.port : port, authority });
  }

  #domain(key: Domain["key"]): Domain {
    const text = textOf(key);
    let domain = this.#domains.get(text);
    if (!domain) {
      domain = new Domain(this, key);
      this.#domains.set(text, domain);
      domain.start();
    }
    domain.touch();
    return domain;
  }

  /** The director of a service from its SRV records. */
  service(_task: Task, service = ""): AnyDirector | undefined {
    const { resolver } = this.settings;
    if (!resolver) throw new VclFailure(`x${this.name}.service(): Only supported with a resolver`);
    if (service === "") return undefined;
    let made = this.#services.get(service);
    if (!made) {
      made = new Service(this, service, resolver);
      this.#services.set(service, made);
      made.start();
    }
    made.touch();
    return made;
  }

  /** The domain of a service's target. */
  target(host: string, port: string): Domain {
    return this.#domain({ host, port, authority: undefined });
  }

  debug(_task: Task, on: boolean): void {
    this.isDebugging = on;
  }

  /** The VCL has turned warm: names are looked up, and it stays in memory. */
  warm(task: HousekeepingTask): void {
    this.#release = task.preventDiscard(`dynamic director ${this.name}`);
    for (const director of this.#all()) director.start();
  }

  cold(): void {
    for (const director of this.#all()) director.stop();
    this.#release?.();
    this.#release = undefined;
  }

  forget(domain: Domain): void {
    this.#domains.delete(textOf(domain.key));
    domain.release();
  }

  forgetService(service: Service): void {
    this.#services.delete(service.service);
    service.release();
  }

  log(tag: string, text: string): void {
    this.#log(tag, text);
  }

  /** Runs when the VCL is discarded: names that another director still has go with that. */
  fini(): void {
    byVcl.get(this.task.vcl)?.delete(this);
    for (const service of [...this.#services.values()]) this.forgetService(service);
    for (const domain of [...this.#domains.values()]) this.forget(domain);
  }

  #all(): readonly (Domain | Service)[] {
    return [...this.#domains.values(), ...this.#services.values()];
  }
}

export function event(task: HousekeepingTask, _priv: Priv, what: VclEvent): void {
  for (const director of byVcl.get(task.vcl) ?? []) {
    if (what === "warm") director.warm(task);
    else if (what === "cold") director.cold();
  }
}

function textOf({ host, port, authority }: Domain["key"]): string {
  return JSON.stringify([host, port, authority]);
}

/** The Host header of the request to the backend, else of the client's (S0-33). */
function hostOf(task: Task): string {
  if (task.kind === "backend" || task.method === "vcl_pipe") {
    const wanted = (task as BackendTask | ClientTask).bereq.http.get("host") ?? "";
    if (wanted !== "") return wanted;
  }
  return task.kind === "client" ? ((task as ClientTask).req.http.get("host") ?? "") : "";
}

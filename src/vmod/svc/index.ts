import { VclFailure, type HousekeepingTask, type Task } from "../../runtime/index.js";
import { readEndpointConfig } from "./endpoint-config.js";
import { fileSource, type FileFormat } from "./file-source.js";
import { consulSource, dnsSource, etcdSource, kubernetesSource } from "./remote/sources.js";
import { ServiceSet } from "./service-set.js";
import type { ServiceSource } from "./service-source.js";
import type { ConsulArgs, DnsArgs, EndpointWatcherArgs, EtcdArgs, KubernetesArgs } from "./svc.vcc.js";

const endpointFormat: FileFormat<undefined> = {
  name: "svc.endpoint_watcher",
  logName: "svc",
  job: "services",
  plan: readEndpointConfig,
  state: (services) => ({ services, rest: undefined }),
};

/** An object of VCL's that follows a source; svc.vcc says what each does. */
class Follower {
  readonly #set: ServiceSet;

  protected constructor(set: ServiceSet) {
    this.#set = set;
  }

  last_error(_task: Task): string | undefined {
    return this.#set.lastError;
  }

  fini(served: boolean): void {
    this.#set.leave(served);
  }

  protected static watch(task: HousekeepingTask, source: ServiceSource): Promise<ServiceSet> {
    return ServiceSet.watch(source, task, task.registry);
  }
}

/** `new cluster = svc.endpoint_watcher(file = "…")` */
export class EndpointWatcher extends Follower {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    args: EndpointWatcherArgs,
  ): Promise<EndpointWatcher> {
    const path = args.file ?? task.host.environment("VCLC_ENDPOINTS");
    if (path === undefined || path === "") {
      throw new VclFailure(
        `${vclName}: no file. Write svc.endpoint_watcher(file = "…") or set VCLC_ENDPOINTS`,
      );
    }
    return new EndpointWatcher(await Follower.watch(task, fileSource(endpointFormat, path, task.host)));
  }
}

/** `new names = svc.dns("api=_http._tcp.example.com")` */
export class Dns extends Follower {
  static async create(this: void, task: HousekeepingTask, vclName: string, args: DnsArgs): Promise<Dns> {
    return new Dns(await Follower.watch(task, dnsSource(vclName, args, task.host)));
  }
}

/** `new mesh = svc.consul("api")` */
export class Consul extends Follower {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    args: ConsulArgs,
  ): Promise<Consul> {
    return new Consul(await Follower.watch(task, consulSource(vclName, args, task.host)));
  }
}

/** `new pods = svc.kubernetes("api")` */
export class Kubernetes extends Follower {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    args: KubernetesArgs,
  ): Promise<Kubernetes> {
    return new Kubernetes(await Follower.watch(task, await kubernetesSource(vclName, args, task.host)));
  }
}

/** `new keys = svc.etcd(prefix = "/services/")` */
export class Etcd extends Follower {
  static async create(this: void, task: HousekeepingTask, vclName: string, args: EtcdArgs): Promise<Etcd> {
    return new Etcd(await Follower.watch(task, etcdSource(vclName, args, task.host)));
  }
}

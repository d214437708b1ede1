import type { ServiceConfig } from "../endpoint-config.js";
import { endpointsOf, serviceLabel, type EndpointSlice } from "./endpoint-slices.js";
import { HttpStatus, type HttpAnswer, type HttpRequest } from "./http-client.js";
import { BeginAnew, type Link, type Watch } from "./remote-source.js";
import { serviceOf, type BackendArgs, type WantedService } from "./settings.js";

export interface SlicesOf {
  readonly namespace: string;
  readonly zone: string | undefined;
  readonly services: readonly WantedService[];
  readonly args: BackendArgs;
  token(): Promise<string | undefined>;
}

interface SliceList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly EndpointSlice[] | null;
}

interface WatchEvent {
  readonly type: string;
  readonly object: EndpointSlice & { readonly code?: number; readonly message?: string };
}

/** What one answer to a list has at most. */
const pageSize = 500;
/** Seconds that the server is asked to keep a watch open: this much, and up to as much again. */
const watchTime = 240;
/** Seconds that it may be late with that. */
const lateness = 30;
/** The version is too old to go on from. */
const gone = 410;

/** The EndpointSlices of some services: a list, then a watch from its version on ("Efficient detection of changes" of the Kubernetes API). */
export class KubernetesWatch implements Watch {
  readonly #of: SlicesOf;
  #slices: Map<string, EndpointSlice> | undefined;
  /** Where to go on from; undefined: with a list. */
  #version: string | undefined;

  constructor(of: SlicesOf) {
    this.#of = of;
  }

  services(): readonly ServiceConfig[] | undefined {
    if (!this.#slices) return undefined;
    const byService = new Map<string | undefined, EndpointSlice[]>();
    for (const slice of this.#slices.values()) {
      const label = slice.metadata.labels?.[serviceLabel];
      const slices = byService.get(label);
      if (slices) slices.push(slice);
      else byService.set(label, [slice]);
    }
    const { services, zone, args } = this.#of;
    return services.map(({ name, service }) => {
      const [called = "", port] = service.split(":");
      return serviceOf(name, args, endpointsOf(byService.get(called) ?? [], port, zone));
    });
  }

  async follow(link: Link): Promise<void> {
    try {
      if (this.#version === undefined) await this.#list(link);
      await this.#watch(link);
    } catch (error) {
      if (!(error instanceof HttpStatus) || error.status !== gone) throw error;
      this.#version = undefined;
      throw new BeginAnew("the version is gone");
    }
  }

  async #list(link: Link): Promise<void> {
    const slices = new Map<string, EndpointSlice>();
    let next: string | undefined;
    let version: string | undefined;
    do {
      const query = { limit: String(pageSize), ...(next !== undefined && { continue: next }) };
      const { metadata, items } = (await (await this.#ask(link, query)).json()) as SliceList;
      for (const slice of items ?? []) slices.set(slice.metadata.name, slice);
      version = metadata?.resourceVersion;
      next = metadata?.continue === "" ? undefined : metadata?.continue;
    } while (next !== undefined);
    if (version === undefined) throw new Error("a list without resourceVersion: no Kubernetes API");
    this.#slices = slices;
    this.#version = version;
    link.say();
  }

  async #watch(link: Link): Promise<void> {
    const seconds = Math.floor(watchTime * (1 + link.host.random()));
    const query = {
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version as string,
      timeoutSeconds: String(seconds),
    };
    const answer = await this.#ask(link, query, { silence: seconds + lateness });
    link.alive();
    await answer.lines((line) => this.#take(JSON.parse(line) as WatchEvent, link));
  }

  #take({ type, object }: WatchEvent, link: Link): void {
    if (type === "ERROR") {
      const text = object.message ?? "the watch failed";
      if (object.code === gone) throw new HttpStatus(gone, text);
      throw new Error(text);
    }
    this.#version = object.metadata.resourceVersion ?? this.#version;
    if (type === "BOOKMARK") return;
    if (type === "DELETED") this.#slices?.delete(object.metadata.name);
    else this.#slices?.set(object.metadata.name, object);
    link.say();
  }

  async #ask(
    link: Link,
    query: Readonly<Record<string, string>>,
    patience: Pick<HttpRequest, "silence"> = {},
  ): Promise<HttpAnswer> {
    const { namespace, services } = this.#of;
    const names = [...new Set(services.map(({ service }) => service.replace(/:.*/s, "")))];
    const selected = { labelSelector: `${serviceLabel} in (${names.join(",")})`, ...query };
    const text = Object.entries(selected)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    const token = await this.#of.token();
    return link.ask({
      path: `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?${text}`,
      headers: { Authorization: token === undefined ? undefined : `Bearer ${token.trim()}` },
      ...patience,
    });
  }
}

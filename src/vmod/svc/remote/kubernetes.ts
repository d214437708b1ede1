import type { ServiceConfig } from "../endpoint-config.js";
import type { AnswerValue } from "./answer-value.js";
import { endpointsOf, readSlice, serviceLabel, type EndpointSlice } from "./endpoint-slices.js";
import type { HttpAnswer } from "./http-answer.js";
import { HttpStatus, type HttpRequest } from "./http-client.js";
import { BeginAnew, type Link, type Watch } from "./remote-source.js";
import { serviceOf, type BackendArgs, type WantedService } from "./settings.js";

export interface SlicesOf {
  readonly namespace: string;
  readonly zone: string | undefined;
  readonly services: readonly WantedService[];
  readonly args: BackendArgs;
  token(): Promise<string | undefined>;
  /** The server does not know who asks. */
  readonly refused?: (() => void) | undefined;
}

/** What one answer to a list has at most. */
const pageSize = 500;
/** Seconds that the server is asked to keep a watch open: this much, and up to as much again. */
const watchTime = 240;
/** Seconds that it may be late with that. */
const lateness = 30;
const unauthorized = 401;
/** The version is too old to go on from. */
const gone = 410;

/** Of a watch, beside ERROR. */
const events: ReadonlySet<string> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

/** The EndpointSlices of some services: a list, then a watch from its version on ("Efficient detection of changes" of the Kubernetes API). */
export class KubernetesWatch implements Watch {
  readonly #of: SlicesOf;
  #slices = new Map<string, EndpointSlice>();
  /** Where to go on from; undefined: with a list. */
  #version: string | undefined;

  constructor(of: SlicesOf) {
    this.#of = of;
  }

  async follow(link: Link): Promise<void> {
    try {
      if (this.#version === undefined) await this.#list(link);
      await this.#watch(link);
    } catch (error) {
      if (error instanceof HttpStatus && error.status === unauthorized) this.#of.refused?.();
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
      const list = await (await this.#ask(link, query)).json();
      for (const slice of list.field("items").items().map(readSlice)) slices.set(slice.metadata.name, slice);
      version = list.field("metadata").field("resourceVersion").text();
      next = list.field("metadata").field("continue").text();
      if (next === "") next = undefined;
    } while (next !== undefined);
    if (version === undefined) throw new Error("a list without resourceVersion: no Kubernetes API");
    this.#slices = slices;
    this.#version = version;
    link.say(this.#services());
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
    await link.lines(answer, (event) => this.#take(event, link));
  }

  #take(event: AnswerValue, link: Link): void {
    const type = event.field("type").text() ?? "";
    const object = event.field("object");
    if (type === "ERROR") {
      const text = object.field("message").text() ?? "the watch failed";
      if (object.field("code").number() === gone) throw new HttpStatus(gone, text);
      throw new Error(text);
    }
    if (!events.has(type)) throw new Error(`the answer makes no sense: an event of the type "${type}"`);
    const version = object.field("metadata").field("resourceVersion").text();
    if (type !== "BOOKMARK") this.#change(type, readSlice(object), link);
    this.#version = version ?? this.#version;
    link.alive();
  }

  #change(type: string, slice: EndpointSlice, link: Link): void {
    if (type === "DELETED") this.#slices.delete(slice.metadata.name);
    else this.#slices.set(slice.metadata.name, slice);
    link.say(this.#services());
  }

  #services(): readonly ServiceConfig[] {
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

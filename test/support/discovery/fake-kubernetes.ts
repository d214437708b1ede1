import type { OriginRequest, OriginResponse } from "vclc/host/memory";
import type { EndpointSlice } from "../../../src/vmod/svc/remote/endpoint-slices.js";
import { json, PushedBody, queryOf } from "./stream.js";

interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly slice: EndpointSlice;
}

interface Watcher {
  readonly body: PushedBody;
  readonly services: readonly string[];
  readonly bookmarks: boolean;
}

/** The EndpointSlices of one namespace, listed and watched: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export class FakeKubernetes {
  /** Lists and watches, with what they began from. */
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** Answers with this instead, while it is set. */
  failure: OriginResponse | undefined;
  /** Entries of a page, whatever limit was asked for. */
  pageSize = Infinity;
  #version = 100;
  /** Changes before it are forgotten. */
  #oldest = 100;
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #changes: Change[] = [];
  #watchers: Watcher[] = [];

  get watchers(): number {
    this.#watchers = this.#watchers.filter(({ body }) => body.isOpen);
    return this.#watchers.length;
  }

  set(slice: EndpointSlice): void {
    const isNew = !this.#slices.has(slice.metadata.name);
    this.#change(isNew ? "ADDED" : "MODIFIED", slice);
  }

  delete(name: string): void {
    const slice = this.#slices.get(name);
    if (slice) this.#change("DELETED", slice);
  }

  /** Something else changes: the version goes on, and those that asked for bookmarks learn of it. */
  bookmark(): void {
    this.#version += 1;
    for (const { body, bookmarks } of this.#watchers) {
      if (bookmarks)
        body.push({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(this.#version) } } });
    }
  }

  /** What has been until now is forgotten. */
  compact(): void {
    this.#oldest = this.#version;
  }

  endStreams(): void {
    for (const { body } of this.#watchers.splice(0)) body.end();
  }

  breakStreams(): void {
    for (const { body } of this.#watchers.splice(0)) {
      body.pushText('{"type":"MODIF');
      body.break();
    }
  }

  /** The version is too old while it is watched. */
  expireStreams(): void {
    for (const { body } of this.#watchers.splice(0)) {
      body.push({ type: "ERROR", object: gone });
      body.end();
    }
  }

  readonly answer = (request: OriginRequest): OriginResponse => {
    const query = queryOf(request.url);
    const version = query.get("resourceVersion");
    this.asked.push(
      query.get("watch") === "1" ? `watch ${version}` : `list ${query.get("continue") ?? ""}`.trim(),
    );
    this.authorizations.push(request.header("authorization"));
    if (this.failure) return this.failure;
    if (!request.url.startsWith("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?"))
      return json({ kind: "Status", code: 404, message: "no such path" }, 404);
    const selector = /^kubernetes\.io\/service-name in \((.*)\)$/.exec(query.get("labelSelector") ?? "");
    if (!selector) return json({ kind: "Status", code: 400, message: "a selector" }, 400);
    const services = (selector[1] as string).split(",");
    if (query.get("watch") !== "1") return this.#list(query, services);
    return this.#watch(Number(version), services, query.get("allowWatchBookmarks") === "true");
  };

  #list(query: URLSearchParams, services: readonly string[]): OriginResponse {
    const [start = "0", version = String(this.#version)] = (query.get("continue") ?? "")
      .split("@")
      .filter(Boolean);
    if (Number(version) < this.#oldest) return json(gone, 410);
    const all = [...this.#slices.values()].filter((slice) => isOf(slice, services));
    const from = Number(start);
    const size = Math.min(this.pageSize, Number(query.get("limit") ?? Infinity));
    const rest = from + size < all.length ? `${from + size}@${version}` : "";
    return json({
      kind: "EndpointSliceList",
      metadata: { resourceVersion: version, continue: rest },
      items: all.slice(from, from + size),
    });
  }

  #watch(version: number, services: readonly string[], bookmarks: boolean): OriginResponse {
    const body = new PushedBody();
    if (version < this.#oldest) {
      body.push({ type: "ERROR", object: gone });
      body.end();
      return { body };
    }
    for (const change of this.#changes)
      if (change.version > version && isOf(change.slice, services)) body.push(eventOf(change));
    this.#watchers.push({ body, services, bookmarks });
    return { body };
  }

  #change(type: Change["type"], slice: EndpointSlice): void {
    const version = ++this.#version;
    const { metadata } = slice;
    const named = { ...slice, metadata: { ...metadata, resourceVersion: String(version) } };
    if (type === "DELETED") this.#slices.delete(metadata.name);
    else this.#slices.set(metadata.name, named);
    const change = { version, type, slice: named };
    this.#changes.push(change);
    for (const { body, services } of this.#watchers) if (isOf(named, services)) body.push(eventOf(change));
  }
}

const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };

function eventOf({ type, slice }: Change): object {
  return { type, object: slice };
}

function isOf({ metadata }: EndpointSlice, services: readonly string[]): boolean {
  return services.includes(metadata.labels?.["kubernetes.io/service-name"] ?? "");
}

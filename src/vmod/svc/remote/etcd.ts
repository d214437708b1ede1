import { serviceName, type ServiceConfig } from "../endpoint-config.js";
import { splitHostPort } from "../../../runtime/backend/resolve-endpoint.js";
import type { AnswerValue } from "./answer-value.js";
import type { HttpAnswer } from "./http-answer.js";
import { BeginAnew, type Link, type Watch } from "./remote-source.js";
import { serviceOf, type BackendArgs, type Found, type WantedService } from "./settings.js";

export interface EtcdKeys {
  readonly prefix: string;
  /** Undefined: all that there are. */
  readonly services: readonly WantedService[] | undefined;
  readonly args: BackendArgs;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** Seconds without a word on a watch: etcd says how far it is every ten minutes unless told otherwise. */
const silence = 1260;

/** Keys below a prefix, `PREFIX SERVICE / WHATEVER`, over etcd's JSON gateway: a range, then a watch from its revision on. */
export class EtcdWatch implements Watch {
  readonly #keys: EtcdKeys;
  #values = new Map<string, string>();
  /** What is known; 0: nothing to go on from. */
  #revision = 0;

  constructor(keys: EtcdKeys) {
    this.#keys = keys;
  }

  async follow(link: Link): Promise<void> {
    const token = await this.#token(link);
    if (this.#revision === 0) await this.#range(link, token);
    await this.#watch(link, token);
  }

  async #token(link: Link): Promise<string | undefined> {
    const { user, password } = this.#keys;
    if (user === undefined) return undefined;
    const answer = await post(link, "/v3/auth/authenticate", { name: user, password }, undefined);
    return (await answer.json()).field("token").text();
  }

  async #range(link: Link, token: string | undefined): Promise<void> {
    const answer = await post(link, "/v3/kv/range", this.#place(), token);
    const said = await answer.json();
    const revision = revisionOf(said);
    if (!(revision > 0)) throw new Error("an answer without a revision: no etcd");
    const pairs = said.field("kvs").items();
    this.#values = new Map(pairs.map((pair) => [pair.field("key").bytes(), pair.field("value").bytes()]));
    this.#revision = revision;
    link.say(this.#services());
  }

  async #watch(link: Link, token: string | undefined): Promise<void> {
    const request = { ...this.#place(), start_revision: String(this.#revision + 1), progress_notify: true };
    const answer = await post(link, "/v3/watch", { create_request: request }, token, silence);
    await link.lines(answer, (line) => this.#take(line, link));
  }

  #take(line: AnswerValue, link: Link): void {
    const error = line.field("error");
    if (error.isThere) throw new Error(error.field("message").text() ?? "the watch failed");
    const result = line.field("result").needed();
    const revision = revisionOf(result);
    const created = result.field("created").flag();
    const compacted = Number(result.field("compact_revision").text() ?? 0);
    // What is to be watched is compacted, or another cluster's: from the beginning.
    if (compacted > 0 || (created && revision > 0 && revision < this.#revision)) {
      this.#revision = 0;
      throw new BeginAnew("the revision is gone");
    }
    if (result.field("canceled").flag())
      throw new Error(result.field("cancel_reason").text() ?? "the watch was cancelled");
    const changes = result.field("events").items().map(readChange);
    for (const [key, value] of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
    if (changes.length > 0) link.say(this.#services());
    // What it says when the watch begins is not seen yet.
    if (created) return;
    if (revision > this.#revision) this.#revision = revision;
    link.alive();
  }

  #services(): readonly ServiceConfig[] {
    const { prefix, services, args } = this.#keys;
    const found = new Map<string, Found[]>();
    for (const [key, value] of this.#values) {
      const [name = "", ...rest] = key.slice(prefix.length).split("/");
      const endpoint = rest.length === 0 ? undefined : readValue(value);
      if (endpoint) found.set(name, [...(found.get(name) ?? []), endpoint]);
    }
    const wanted =
      services ??
      [...found.keys()]
        .filter((name) => serviceName.test(name))
        .sort()
        .map((name) => ({ name, service: name }));
    return wanted.map(({ name, service }) => serviceOf(name, args, found.get(service) ?? []));
  }

  /** All keys that begin with the prefix. */
  #place(): { readonly key: string; readonly range_end: string } {
    const { prefix } = this.#keys;
    const last = prefix.charCodeAt(prefix.length - 1);
    const end = prefix.slice(0, -1) + String.fromCharCode(last + 1);
    return { key: btoa(prefix), range_end: btoa(end) };
  }
}

function revisionOf(said: AnswerValue): number {
  return Number(said.field("header").field("revision").text() ?? 0);
}

/** A key with its value now; undefined: it is gone. */
function readChange(event: AnswerValue): readonly [key: string, value: string | undefined] {
  const pair = event.field("kv").needed();
  const isGone = event.field("type").text() === "DELETE";
  return [pair.field("key").bytes(), isGone ? undefined : pair.field("value").bytes()];
}

function post(
  link: Link,
  path: string,
  body: unknown,
  token: string | undefined,
  silenceOf?: number,
): Promise<HttpAnswer> {
  return link.ask({
    method: "POST",
    path,
    body: JSON.stringify(body),
    headers: { Authorization: token },
    ...(silenceOf !== undefined && { silence: silenceOf, patience: silenceOf }),
  });
}

/** `10.0.0.1:80`, or JSON with address, or what etcd's own naming has, Addr; and a weight. Undefined: it says no address. */
function readValue(text: string): Found | undefined {
  const value = text.trimStart().startsWith("{") ? readJson(text) : { address: text.trim() };
  const { address, Addr, weight } = value;
  const place = typeof address === "string" ? address : Addr;
  if (typeof place !== "string") return undefined;
  const { host, port } = splitHostPort(place);
  if (host === "" || /\s/.test(place)) return undefined;
  return {
    address: host,
    port: port ?? "80",
    ...(typeof weight === "number" && weight >= 0 && { weight: Math.floor(weight) }),
  };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

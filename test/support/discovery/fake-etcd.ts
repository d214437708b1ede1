import type { OriginRequest, OriginResponse } from "vclc/host/memory";
import { json, PushedBody } from "./stream.js";

interface Change {
  readonly revision: number;
  readonly key: string;
  readonly value: string | undefined;
}

/** etcd's JSON gateway, ranges and watches of one prefix: https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/ */
export class FakeEtcd {
  readonly asked: string[] = [];
  failure: OriginResponse | undefined;
  revision = 5;
  #compacted = 0;
  readonly #values = new Map<string, string>();
  #changes: Change[] = [];
  #watchers: PushedBody[] = [];

  get watchers(): number {
    return (this.#watchers = this.#watchers.filter(({ isOpen }) => isOpen)).length;
  }

  put(key: string, value: string): void {
    this.#change(key, value);
  }

  /** By hand, or because its lease has ended: it looks the same. */
  delete(key: string): void {
    this.#change(key, undefined);
  }

  compact(): void {
    this.#compacted = this.revision;
    this.#changes = [];
  }

  /** Another cluster, which knows less. */
  restore(revision: number): void {
    this.revision = revision;
    this.#changes = [];
    this.#values.clear();
  }

  breakStreams(): void {
    for (const body of this.#watchers.splice(0)) {
      body.pushText('{"result":{"ev');
      body.break();
    }
  }

  readonly answer = async (request: OriginRequest): Promise<OriginResponse> => {
    const said = JSON.parse(await request.text()) as {
      readonly key?: string;
      readonly create_request?: { readonly start_revision: string };
    };
    const from = said.create_request?.start_revision;
    this.asked.push(`${request.url}${from === undefined ? "" : ` ${from}`}`);
    if (this.failure) return this.failure;
    const header = { revision: String(this.revision) };
    if (request.url === "/v3/kv/range") {
      const prefix = atob(said.key ?? "");
      const kvs = [...this.#values]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => ({ key: btoa(key), value: btoa(value) }));
      return json({ header, kvs, count: String(kvs.length) });
    }
    if (request.url !== "/v3/watch") return json({ code: 5, message: "Not Found" }, 404);
    return this.#watch(Number(from), header);
  };

  #watch(from: number, header: object): OriginResponse {
    const body = new PushedBody();
    body.push({ result: { header, created: true } });
    if (from <= this.#compacted) {
      const compacted = String(this.#compacted);
      body.push({ result: { header, canceled: true, compact_revision: compacted } });
      body.end();
      return { body };
    }
    for (const change of this.#changes) if (change.revision >= from) body.push(eventOf(change));
    this.#watchers.push(body);
    return { body };
  }

  #change(key: string, value: string | undefined): void {
    const change = { revision: ++this.revision, key, value };
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#changes.push(change);
    for (const body of this.#watchers) body.push(eventOf(change));
  }
}

function eventOf({ revision, key, value }: Change): object {
  const kv = {
    key: btoa(key),
    mod_revision: String(revision),
    ...(value !== undefined && { value: btoa(value) }),
  };
  return {
    result: {
      header: { revision: String(revision) },
      events: [{ kv, ...(value === undefined && { type: "DELETE" }) }],
    },
  };
}

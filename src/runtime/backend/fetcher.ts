import type { HttpHeaders } from "../http/http-headers.js";
import { ConnectFailure } from "../host.js";
import type { BackendTransaction, ClientTask, Task } from "../task.js";
import { ClientConnection } from "../wire/client-connection.js";
import { NoAnswer, type ClientRequest, type ClientResponse } from "../wire/client-exchange.js";
import type { BackendCloseReason } from "../wire/close-reason.js";
import { hasToken } from "../http/tokens.js";
import { canBeSent, requestHeadText, type WireRequest } from "../wire/request-writer.js";
import type { Backend } from "./backend.js";
import type { BackendServices } from "./backend-services.js";
import { dial } from "./connecting.js";
import type { Slot } from "./connection-slots.js";
import type { Ends, Opening } from "./opening.js";
import { addTraffic, noTraffic } from "./fetch-traffic.js";
import { FetchFailure, type BackendResponse, type RawConnection, type TransactionLog } from "./transport.js";

/** A slot and the connection that is in it. */
interface Held {
  readonly connection: ClientConnection;
  readonly slot: Slot;
}

/** Who wants a connection. */
interface Wanted extends Ends {
  readonly records: TransactionLog;
  readonly host: Task["host"];
  readonly connectTimeout: number;
}

/** Sends a backend's requests: limits, waiting, connections, the one free retry (http1-and-transports 5.5, 5.6). */
export class Fetcher {
  readonly #backend: Backend;
  readonly #opening: Opening;
  readonly #services: BackendServices;

  constructor(backend: Backend, opening: Opening, services: BackendServices) {
    this.#backend = backend;
    this.#opening = opening;
    this.#services = services;
  }

  async fetch(task: BackendTransaction): Promise<BackendResponse> {
    const slot = await this.#admit();
    try {
      const request = this.#request(task);
      const { head, body } = await this.#exchange(task, request, slot);
      const { status, reason, proto } = head;
      return { status, reason, proto, headers: head, body, framing: body?.framing ?? "none" };
    } catch (error) {
      slot.free();
      throw error;
    }
  }

  /** A connection for other use than one request. It belongs to the caller until it is released. */
  async open(
    task: ClientTask,
    connectTimeout?: number,
    records: TransactionLog = task,
  ): Promise<RawConnection> {
    const slot = await this.#admit();
    try {
      const { client, server, host } = task;
      const seconds = connectTimeout ?? this.#seconds("connectTimeout", "connect_timeout");
      const connection = await this.#connect(
        { client, server, host, records, connectTimeout: seconds },
        true,
      );
      const { stream } = connection;
      const prefix = connection.takePrefix();
      if (prefix !== "") stream.write(prefix);
      return {
        stream,
        hostHeader: this.#backend.hostHeader,
        release: (reason) => {
          stream.destroy();
          this.#log({ host, records }, "BackendClose", connection, `close ${reason}`);
          slot.free();
        },
      };
    } catch (error) {
      slot.free();
      throw error;
    }
  }

  async #admit(): Promise<Slot> {
    const { vclName, definition } = this.#backend;
    const { slots, counters } = this.#backend.shared;
    const { params, count } = this.#services;
    if (!this.#backend.health().healthy) {
      counters.unhealthy += 1;
      count("backend_unhealthy");
      throw new FetchFailure(`backend ${vclName}: unhealthy`, { unsent: true });
    }
    const granted = slots.take({
      most: definition.maxConnections ?? 0,
      waiting: definition.waitLimit ?? params.backend_wait_limit,
      waitTime: definition.waitTimeout ?? params.backend_wait_timeout,
      wanted: () => this.#backend.health().healthy,
    });
    if (granted instanceof Promise) count("backend_wait");
    const slot = await granted;
    if (slot) return slot;
    if (granted) count("backend_wait_fail");
    counters.busy += 1;
    count("backend_busy");
    throw new FetchFailure(`backend ${vclName}: busy`, { unsent: true });
  }

  async #exchange(task: BackendTransaction, request: SentRequest, slot: Slot): Promise<ClientResponse> {
    const { fetchInput: input, client, server, host, bereq } = task;
    const { count } = this.#services;
    const connectTimeout = input.connectTimeout ?? this.#seconds("connectTimeout", "connect_timeout");
    const wanted = { client, server, host, records: task, connectTimeout };
    count("backend_req");
    this.#backend.shared.counters.req += 1;
    const connection = await this.#connect(wanted, true);
    try {
      return await this.#send(task, request, { connection, slot });
    } catch (error) {
      const again =
        error instanceof NoAnswer && connection.reused && request.repeatable && bereq.retry_connect;
      if (!again || input.signal?.aborted) throw error;
      task.log("FetchError", error.message);
      count("backend_retry");
      const fresh = await this.#connect(wanted, false);
      return await this.#send(task, request, { connection: fresh, slot });
    }
  }

  /** The last try frees the slot as its exchange ends; one that may be followed by another does so with its answer. */
  async #send(
    task: BackendTransaction,
    request: SentRequest,
    { connection, slot }: Held,
  ): Promise<ClientResponse> {
    const { signal, traffic: all } = task.fetchInput;
    const { pool, counters } = this.#backend.shared;
    const traffic = noTraffic();
    const answer: { response?: ClientResponse } = {};
    let over = false;
    const abort = (): void => connection.abort();
    const ended = (reason: BackendCloseReason | undefined): void => {
      over = true;
      signal?.removeEventListener("abort", abort);
      addTraffic(traffic, all, counters);
      this.#log(
        { host: task.host, records: task },
        "BackendClose",
        connection,
        reason === undefined ? "recycle" : `close ${reason}`,
      );
      if (reason === undefined) {
        this.#services.count("backend_recycle");
        pool.put(connection);
      }
      if (answer.response) slot.free();
    };
    const sent = connection.send({ ...request.wire, traffic }, ended);
    task.timestamp("Bereq");
    if (signal?.aborted) abort();
    else if (!over) signal?.addEventListener("abort", abort, { once: true });
    answer.response = await sent;
    if (over) slot.free();
    return answer.response;
  }

  async #connect(wanted: Wanted, mayReuse: boolean): Promise<ClientConnection> {
    const { pool } = this.#backend.shared;
    const { count } = this.#services;
    const idle = mayReuse && this.#backend.definition.proxyHeader === undefined ? pool.take() : undefined;
    const connection = idle ?? (await this.#dial(wanted));
    count(idle ? "backend_reuse" : "backend_conn");
    wanted.records.timestamp("Connected");
    const age = (this.#services.deadlines.now() - connection.opened).toFixed(6);
    const how = idle ? `reuse ${age} ${connection.uses}` : "connect";
    const { remote, local } = connection.stream;
    const ends = `${remote.address} ${remote.port} ${local.address} ${local.port}`;
    this.#log(wanted, "BackendOpen", connection, `${ends} ${how}`);
    return connection;
  }

  async #dial(wanted: Wanted): Promise<ClientConnection> {
    const { shared } = this.#backend;
    const { deadlines, host } = this.#services;
    if (shared.pool.heldDown) {
      shared.counters.helddown += 1;
      throw this.#connectFailure("fail errno 0 (Success)");
    }
    try {
      const { stream, prefix } = await dial(host, {
        endpoint: this.#opening.endpoint,
        preamble: () => this.#opening.preamble(wanted),
        transport: this.#backend.definition.transport,
        seconds: wanted.connectTimeout,
      });
      return new ClientConnection(stream, deadlines, prefix);
    } catch (error) {
      shared.connectFailed(error instanceof ConnectFailure ? error.error : undefined);
      if (error instanceof FetchFailure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw this.#connectFailure(error instanceof ConnectFailure ? `fail errno ${why}` : why);
    }
  }

  #connectFailure(text: string): FetchFailure {
    this.#services.count("backend_fail");
    return new FetchFailure(`backend ${this.#backend.vclName}: ${text}`, { unsent: true });
  }

  /** What goes over the wire for bereq. Time-outs are bereq's, else the backend's, else the parameter's. */
  #request(task: BackendTransaction): SentRequest {
    const { fetchInput: input, bereq } = task;
    const { params } = this.#services;
    const { body } = input;
    const message: WireRequest = {
      method: bereq.method,
      url: bereq.url,
      proto: bereq.proto,
      fields: (bereq.http as HttpHeaders).fieldLines,
      host: this.#backend.hostHeader,
      body,
    };
    if (!canBeSent(message)) throw new FetchFailure("the first line of bereq has a control character");
    const wire: ClientRequest = {
      method: message.method,
      head: requestHeadText(message),
      body,
      firstByte: input.firstByteTimeout ?? this.#seconds("firstByteTimeout", "first_byte_timeout"),
      betweenBytes:
        input.betweenBytesTimeout ?? this.#seconds("betweenBytesTimeout", "between_bytes_timeout"),
      headSize: params.http_resp_size,
      fields: { length: params.http_resp_hdr_len, count: params.http_max_hdr - 5 },
      close: this.#closeAfter(bereq.http.get("connection")),
      unconditional: input.unconditional,
    };
    return { wire, repeatable: body === undefined || body instanceof Uint8Array };
  }

  /** A connection that told of one client in a PROXY header serves no other. */
  #closeAfter(connection: string | undefined): BackendCloseReason | undefined {
    if (this.#backend.definition.proxyHeader !== undefined) return "null";
    return connection !== undefined && hasToken(connection, "close") ? "REQ_CLOSE" : undefined;
  }

  #seconds(
    field: "connectTimeout" | "firstByteTimeout" | "betweenBytesTimeout",
    parameter: "connect_timeout" | "first_byte_timeout" | "between_bytes_timeout",
  ): number {
    return this.#backend.definition[field] ?? this.#services.params[parameter];
  }

  #log(to: Pick<Wanted, "records" | "host">, tag: string, connection: ClientConnection, text: string): void {
    if (!to.host.log.silent) to.records.log(tag, `${connection.stream.id} ${this.#backend.fullName} ${text}`);
  }
}

/** A request, and whether it can be sent twice. */
interface SentRequest {
  readonly wire: ClientRequest;
  readonly repeatable: boolean;
}

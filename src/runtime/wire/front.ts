import type { Host, ListenPlace, Listener } from "../host.js";
import { ServerConnection, type ServerCore } from "./server-connection.js";
import type { ByteStream } from "./byte-stream.js";
import type { ListenerFacts } from "./session.js";

/** A listening socket where HTTP/1 is taken, or several of one name, with the connections that came in there. */
export class Front {
  readonly facts: ListenerFacts;
  readonly #core: ServerCore;
  readonly #connections = new Set<ServerConnection>();
  readonly #listeners: Listener[] = [];
  #stopping = false;
  #allGone: () => void = () => undefined;

  constructor(core: ServerCore, facts: ListenerFacts) {
    this.#core = core;
    this.facts = facts;
  }

  /** Begins to listen at a place, beside those before; rejects with one line that says why it cannot. */
  async listen(host: Host, place: ListenPlace): Promise<Listener> {
    const listener = await host.listen(place, (stream) => this.accept(stream));
    this.#listeners.push(listener);
    return listener;
  }

  /** Takes a connection, however it came. */
  accept(stream: ByteStream): ServerConnection {
    const connection = new ServerConnection(this.#core, this.facts, stream, (gone) => {
      this.#connections.delete(gone);
      if (this.#stopping && this.#connections.size === 0) this.#allGone();
    });
    this.#connections.add(connection);
    connection.start();
    return connection;
  }

  /** Connections there are. */
  get size(): number {
    return this.#connections.size;
  }

  /** Connections with a request that is being answered. */
  get busy(): number {
    let count = 0;
    for (const connection of this.#connections) if (connection.busy) count++;
    return count;
  }

  /**
   * Takes no more connections, ends the idle ones, and resolves when the requests in flight are answered or, after `seconds`, have been cut
   * off.
   */
  async stop(seconds: number): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    const gone = new Promise<void>((resolve) => (this.#allGone = resolve));
    for (const connection of [...this.#connections]) connection.retire();
    if (this.#connections.size === 0) return;
    const { host } = this.#core;
    const timer = host.setTimer(seconds, () => {
      for (const connection of [...this.#connections]) connection.abort("REM_CLOSE");
    });
    await gone;
    host.clearTimer(timer);
  }
}

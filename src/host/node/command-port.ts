import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { challengeOf, CommandSession, type Control } from "../../runtime/command/index.js";
import { listenReason } from "./listen-reason.js";

export interface CommandPortOptions {
  /** Numeric address to listen on; every address unless given. */
  readonly address?: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly control: Control;
  /** Content of the secret file, as bytes. */
  readonly secret?: string;
}

/** Connections at once; more are closed as they come. */
const maxConnections = 256;
/** How long a client may take to prove that it knows the secret, and to read a reply. Seconds. */
const patience = 60;
/** How long a session that has ended may take to be gone. Seconds. */
const linger = 1;
/** How long the answer to a wrong proof waits, so that guessing is slow. Seconds. */
const wrongProofDelay = 1;

/** Listens for varnishadm. Nothing that a client does or leaves undone here holds up requests. */
export class CommandPort {
  readonly #server: Server;
  readonly #options: CommandPortOptions;
  readonly #sockets = new Set<Socket>();
  readonly #stopped = new AbortController();

  constructor(options: CommandPortOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.take(socket));
    this.#server.maxConnections = maxConnections;
  }

  /** Starts to listen; rejects with one line when it cannot. */
  listen(): Promise<{ readonly address: string; readonly port: number }> {
    const { address, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        reject(new Error(`cannot listen on ${address ?? ""}:${port}: ${listenReason(error)}`));
      });
      this.#server.listen({ port, ...(address !== undefined && { host: address }) }, () => {
        const bound = this.#server.address() as AddressInfo;
        resolve({ address: bound.address, port: bound.port });
      });
    });
  }

  /** Ends every session and takes no more. */
  stop(): Promise<void> {
    this.#stopped.abort();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Serves a connection, however it came. */
  take(socket: Socket): void {
    this.#sockets.add(socket);
    const { control, secret } = this.#options;
    const session = new CommandSession({
      control,
      challenge: challengeOf(randomBytes(32)),
      ...(secret !== undefined && { secret }),
    });
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    const stranger = setTimeout(() => {
      if (!session.trusted) socket.destroy();
    }, patience * 1000).unref();
    socket.on("close", () => clearTimeout(stranger));
    void this.#serve(socket, session);
  }

  /** One request after another; while one is carried out, or its reply is not taken, nothing more is read. */
  async #serve(socket: Socket, session: CommandSession): Promise<void> {
    try {
      await this.#write(socket, session.greeting());
      // The reply that ends a session must arrive: the socket is not cut off at once, as leaving the loop would do.
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        session.receive(chunk as string);
        for (let reply = await session.next(); reply; reply = await session.next()) {
          if (reply.delay) await wait(wrongProofDelay * 1000, undefined, { signal: this.#stopped.signal });
          await this.#write(socket, reply.text);
          if (reply.close) return;
        }
      }
    } catch {
      // The connection broke, or its client read nothing for too long: nobody is there to be told.
    } finally {
      socket.end();
      socket.resume();
      setTimeout(() => socket.destroy(), linger * 1000).unref();
    }
  }

  #write(socket: Socket, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (socket.destroyed) {
        reject(new Error("closed"));
        return;
      }
      const slow = setTimeout(() => socket.destroy(), patience * 1000).unref();
      socket.write(text, "latin1", (error) => {
        clearTimeout(slow);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

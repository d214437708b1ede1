import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";

/** A session at a command port, varnishd's or ours, authenticated with the text of the secret file. */
export class CliSession {
  readonly #socket: Socket;
  readonly #replies: AsyncGenerator<Reply, void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#replies = repliesOf(socket);
  }

  static async open(port: number, secret: string): Promise<CliSession> {
    const session = new CliSession(connect({ port, host: "127.0.0.1", noDelay: true }));
    const { body } = await session.#reply();
    const challenge = body.slice(0, 32);
    const answer = createHash("sha256").update(`${challenge}\n${secret}${challenge}\n`).digest("hex");
    await session.ask(`auth ${answer}`);
    return session;
  }

  /** Sends one command and gives the body of its reply; a refusal is an error. */
  async ask(command: string): Promise<string> {
    this.#socket.write(`${command}\n`);
    const { status, body } = await this.#reply();
    if (status !== 200) throw new Error(`${command}: ${status} ${body}`);
    return body;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #reply(): Promise<Reply> {
    const { value } = await this.#replies.next();
    if (!value) throw new Error("the command port has closed the connection");
    return value;
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A reply is a line with status and length, then that many bytes and a line feed. */
async function* repliesOf(socket: Socket): AsyncGenerator<Reply, void> {
  const headLength = 13;
  let text = "";
  for await (const data of socket.setEncoding("latin1") as AsyncIterable<string>) {
    text += data;
    for (;;) {
      const [status = NaN, length = NaN] = text.slice(0, headLength).split(" ").map(Number);
      if (text.length < headLength || text.length < headLength + length + 1) break;
      yield { status, body: text.slice(headLength, headLength + length) };
      text = text.slice(headLength + length + 1);
    }
  }
}

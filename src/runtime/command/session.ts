import { responseTo, sameText } from "./authentication.js";
import type { Control } from "./command.js";
import { CommandStream, type Request } from "./command-stream.js";
import { formatReply, ok, status, type Reply } from "./reply.js";
import { runCommand } from "./run-command.js";
import { banner } from "./session-commands.js";

export interface SessionOptions {
  readonly control: Control;
  /** Content of the secret file, as bytes; without one, whoever connects may give commands. */
  readonly secret?: string;
  /** 32 letters that nobody can foresee. */
  readonly challenge: string;
}

/** What goes back to the client. */
export interface SessionReply {
  readonly text: string;
  /** The connection ends after it. */
  readonly close: boolean;
  /** The answer was a wrong proof: it must not go out at once. */
  readonly delay: boolean;
}

/** What may be asked without having proved to know the secret. */
const open = new Set(["help", "ping", "quit"]);

/** One client of the command port: the protocol, without its socket. */
export class CommandSession {
  readonly #options: SessionOptions;
  readonly #stream = new CommandStream();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#stream.trusted = options.secret === undefined;
  }

  get trusted(): boolean {
    return this.#stream.trusted;
  }

  /** What the client hears first. */
  greeting(): string {
    const { challenge } = this.#options;
    return formatReply(
      this.trusted
        ? ok(this.#banner())
        : { status: status.authentication, body: `${challenge}\n\nAuthentication required.\n` },
    );
  }

  /** Takes bytes of the client, in any portions. */
  receive(text: string): void {
    this.#stream.push(text);
  }

  /** Carries out the next request that is complete and answers with its reply, or with undefined when there is none. Never rejects. */
  async next(): Promise<SessionReply | undefined> {
    const request = this.#stream.next();
    if (!request) {
      const tooMuch = { status: status.close, body: "Commands of more than 4 MB are not taken\n" };
      return this.#stream.overflowed ? this.#reply(tooMuch) : undefined;
    }
    if (!("words" in request)) return this.#reply(syntaxError(request.syntaxError));
    if (request.words[0] === "auth") return this.#authenticate(request.words);
    return this.#reply(await this.#run(request));
  }

  async #run({ words }: Extract<Request, { words: readonly string[] }>): Promise<Reply> {
    const { control } = this.#options;
    if (!this.trusted && !open.has(words[0] ?? "")) {
      return { status: status.unknown, body: "Unknown request.\nType 'help' for more info.\n" };
    }
    // Varnish's worker is told to load what the manager has compiled.
    const [name = "", ...rest] = words;
    this.#log(name === "vcl.inline" ? `Rd vcl.load ${rest[0]} auto` : `Rd ${words.join(" ")}`);
    try {
      const reply = await runCommand(control, words);
      this.#log(`Wr ${reply.status} ${reply.body.length} ${reply.body}`);
      return reply;
    } catch (error) {
      // Whatever broke, the port and what it serves go on.
      return { status: status.cannot, body: error instanceof Error ? error.message : String(error) };
    }
  }

  #log(text: string): void {
    this.#options.control.instance.host.log.record(0, "CLI", text);
  }

  #authenticate(words: readonly string[]): SessionReply {
    const { secret, challenge } = this.#options;
    const [, given, surplus] = words;
    if (given === undefined) return this.#reply({ status: status.tooFew, body: "Too few parameters\n" });
    if (surplus !== undefined) return this.#reply({ status: status.tooMany, body: "Too many parameters\n" });
    if (secret === undefined) {
      return this.#reply({ status: status.cannot, body: "Secret file not configured" });
    }
    if (!sameText(given.toLowerCase(), responseTo(challenge, secret))) {
      this.#stream.trusted = false;
      return { text: formatReply({ status: status.close, body: "" }), close: true, delay: true };
    }
    this.#stream.trusted = true;
    return this.#reply(ok(this.#banner()));
  }

  /** Before the secret is proved, everything but a good answer ends the session. */
  #reply(reply: Reply): SessionReply {
    const close = reply.status === status.close || (!this.trusted && reply.status !== status.ok);
    return { text: formatReply(reply), close, delay: false };
  }

  #banner(): string {
    return banner(this.#options.control.program);
  }
}

function syntaxError(what: string): Reply {
  return { status: status.syntax, body: `Syntax Error: ${what}\n` };
}

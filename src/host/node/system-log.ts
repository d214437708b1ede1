import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/** local0, which Varnish's lines have when VCL gives no facility. */
const defaultFacility = 16 << 3;
const facilityBits = 0x3f8;
/** Bytes that may wait for a log that does not keep up; what comes then is lost. */
const longestQueue = 1 << 20;
/** Milliseconds until a log that could not be reached is tried again. */
const pause = 10_000;

/**
 * The system's log. Node has no sockets of its kind, so the lines go to one `logger`, which is started with the first and ends with this process. What
 * keeps them from the log is told once each time, by `complain`.
 */
export class SystemLog {
  readonly #complain: (why: string) => void;
  readonly #command: string;
  #program: ChildProcess | undefined;
  #silentUntil = 0;

  constructor(complain: (why: string) => void, command = "logger") {
    this.#complain = complain;
    this.#command = command;
  }

  /** `priority` is a facility plus a level; a text is one line, whatever is in it. */
  write(priority: number, text: string): void {
    const input = this.#input();
    if (!input || input.writableLength > longestQueue) return;
    const whole = (priority & facilityBits) === 0 ? priority | defaultFacility : priority;
    input.write(`<${whole & 0x3ff}>${text.replace(/[\r\n\0]+/g, " ")}\n`, "latin1");
  }

  #input(): Socket | undefined {
    if (!this.#program && Date.now() >= this.#silentUntil) this.#program = this.#start();
    return this.#program?.stdin as Socket | undefined;
  }

  #start(): ChildProcess {
    const program = spawn(this.#command, ["--prio-prefix", "--tag", "vclc", `--id=${process.pid}`], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let said = "";
    program.stderr.on("data", (bytes: Buffer) => (said = said === "" ? bytes.toString("latin1") : said));
    program.stdin.on("error", () => undefined);
    const lost = (why: string) => {
      if (this.#program !== program) return;
      this.#program = undefined;
      this.#silentUntil = Date.now() + pause;
      this.#complain(`std.syslog(): ${this.#command}: ${why}; lines of the next 10 s are lost`);
    };
    program.on("error", ({ message }: NodeJS.ErrnoException) =>
      lost(message.includes("ENOENT") ? "there is no such program" : message),
    );
    program.on("close", () => lost(said.split("\n", 1)[0]?.replace(/^logger: /, "") || "it has ended"));
    for (const handle of [program, program.stdin as Socket, program.stderr as Socket]) handle.unref();
    return program;
  }
}

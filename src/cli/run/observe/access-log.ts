import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { reasonOf } from "../../../host/node/system-error.js";
import { accessLine, type AccessFormat } from "./access-line.js";
import type { RequestFacts } from "./request-facts.js";

/** Bytes that may wait to be written: a disk that does not keep up loses lines, never requests. */
const mostWaiting = 8 * 1024 * 1024;
/** Milliseconds that a line may wait for others to be written with it. */
const patience = 100;
const enough = 64 * 1024;

/** Writes a line for each request to a file, or to standard output. */
export class AccessLog {
  readonly #path: string;
  readonly #format: AccessFormat;
  readonly #failed: (reason: string) => void;
  #stream: Writable;
  #lines = "";
  #timer: NodeJS.Timeout | undefined;
  #lost = 0;

  /** `-` is standard output. `failed` is told when lines are lost, once for each time. */
  constructor(path: string, format: AccessFormat, failed: (reason: string) => void) {
    this.#path = path;
    this.#format = format;
    this.#failed = failed;
    this.#stream = this.#open();
  }

  /** An include of a page has no line, nor has a request that went on as another: as with varnishncsa. */
  readonly add = (facts: RequestFacts): void => {
    if (facts.isInclude || facts.isRestarted) return;
    this.#lines += accessLine(facts, this.#format);
    if (this.#lines.length >= enough) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), patience);
  };

  /** Closes the file and opens it again: whoever rotates logs has moved it away. */
  reopen(): void {
    this.#write();
    if (this.#path === "-") return;
    this.#stream.end();
    this.#stream = this.#open();
  }

  /** Writes what is there; resolves when it has arrived. */
  close(): Promise<void> {
    this.#write();
    const stream = this.#stream;
    return new Promise((resolve) => {
      if (this.#path === "-") stream.write("", () => resolve());
      else stream.end(() => resolve());
    });
  }

  #open(): Writable {
    if (this.#path === "-") return process.stdout;
    const stream = createWriteStream(this.#path, { flags: "a" });
    stream.on("error", (error) => this.#failed(`access log ${this.#path}: ${reasonOf(error)}`));
    return stream;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = "";
    if (lines === "") return;
    if (this.#stream.destroyed || this.#stream.writableLength > mostWaiting) {
      if (this.#lost === 0)
        this.#failed(`access log ${this.#path}: it is not written as fast as requests come, lines are lost`);
      this.#lost += lines.length;
      return;
    }
    this.#lost = 0;
    this.#stream.write(lines, "latin1");
  }
}

import type { ByteStream, Host } from "../../../runtime/index.js";
import type { BodySource } from "../../../runtime/body/body.js";
import { fieldValue } from "../../../runtime/wire/framing.js";
import type { ResponseHead } from "../../../runtime/wire/response-head.js";
import { AnswerValue, shown } from "./answer-value.js";

/** An answer of 200. */
export interface HttpAnswer {
  header(name: string): string | undefined;
  /** All of the body. Text in it is bytes, one per code unit. */
  json(): Promise<AnswerValue>;
  /** Calls with each line that has come, which is JSON of its own; resolves at the good end. */
  lines(take: (line: AnswerValue) => void): Promise<void>;
}

/** Characters of a body that is no stream, or of a line of one. */
const longest = 16 * 1024 * 1024;
/** Seconds for a body that is no stream. */
const longestTime = 30;

/** Any answer; its connection is given up where nobody wants to read on. */
export class ReceivedAnswer implements HttpAnswer {
  readonly #host: Host;
  readonly #head: ResponseHead;
  readonly #body: BodySource | undefined;
  readonly #stream: ByteStream;
  readonly #giveUp: () => void;

  constructor(
    host: Host,
    head: ResponseHead,
    body: BodySource | undefined,
    stream: ByteStream,
    giveUp: () => void,
  ) {
    this.#host = host;
    this.#head = head;
    this.#body = body;
    this.#stream = stream;
    this.#giveUp = giveUp;
  }

  header(name: string): string | undefined {
    return fieldValue(this.#head, name);
  }

  async json(): Promise<AnswerValue> {
    let all = "";
    const read = this.#read((piece) => {
      if ((all += piece).length > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    });
    await this.#inTime(read);
    return AnswerValue.parse(all);
  }

  async lines(take: (line: AnswerValue) => void): Promise<void> {
    let rest = "";
    const end = (): void => {
      const line = rest;
      rest = "";
      if (line.trim() !== "") take(AnswerValue.parse(line.trimEnd()));
    };
    await this.#read((piece) => {
      let from = 0;
      for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", from)) {
        rest += piece.slice(from, at);
        from = at + 1;
        end();
      }
      rest += piece.slice(from);
      if (rest.length > longest) throw new Error(`a line of the answer is longer than ${longest} bytes`);
    });
    end();
  }

  /** Of a body that is only shown, on one line; the rest is not read. */
  async beginning(): Promise<string> {
    let text = "";
    const read = this.#read((piece) => {
      if ((text += piece).length >= shown) throw new Error("that will do");
    });
    // What has come will do.
    await this.#inTime(read).catch(() => undefined);
    return text
      .slice(0, shown)
      .trim()
      .replace(/\s*\n\s*/g, " ");
  }

  #inTime(read: Promise<void>): Promise<void> {
    return within(this.#host, longestTime, "no end of the answer", read, this.#giveUp);
  }

  async #read(take: (piece: string) => void): Promise<void> {
    const stream = this.#stream;
    try {
      await this.#body?.pipe({ write: (chunk) => take(stream.text(chunk, 0, chunk.length)) });
    } catch (error) {
      this.#giveUp();
      throw error;
    }
  }
}

/** What work comes to; where that takes longer it is given up, and rejects with `late` and the time. */
export async function within<Value>(
  host: Host,
  seconds: number,
  late: string,
  work: Promise<Value>,
  giveUp: () => void,
): Promise<Value> {
  let isLate = false;
  const timer = host.setTimer(seconds, () => {
    isLate = true;
    giveUp();
  });
  try {
    return await work;
  } catch (error) {
    throw isLate ? new Error(`${late} within ${seconds} s`) : error;
  } finally {
    host.clearTimer(timer);
  }
}

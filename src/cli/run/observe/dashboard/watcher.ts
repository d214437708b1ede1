import type { ServerResponse } from "node:http";

/** Bytes that may wait for one who watches: whoever reads more slowly misses events. */
const mostWaiting = 256 * 1024;
/** Requests that are told in a second: nobody sees more. */
const mostPerSecond = 50;

/** What was not told: for who reads slowly, and because there was too much. */
interface Missed {
  slow: number;
  many: number;
}

/** Somebody who watches, by a stream of server-sent events. What does not fit is left out and counted, and told as soon as there is room. */
export class Watcher {
  readonly #response: ServerResponse;
  #missed: Missed = { slow: 0, many: 0 };
  #left = mostPerSecond;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Tells of a request, if it is not one too many in this second. */
  request(data: () => object): void {
    if (this.#left > 0) {
      this.#left--;
      this.tell("request", data());
    } else this.#missed.many++;
  }

  /** A second has gone by: tells how things stand, and what was missed. */
  tick(state: object): void {
    this.#left = mostPerSecond;
    this.tell("state", state);
  }

  tell(event: string, data: object): void {
    if (this.#response.writableLength > mostWaiting) {
      this.#missed.slow++;
      return;
    }
    const { slow, many } = this.#missed;
    if (slow + many > 0) {
      this.#missed = { slow: 0, many: 0 };
      this.#write("missed", { slow, many });
    }
    this.#write(event, data);
  }

  /** Texts are bytes, and are sent as they are. */
  #write(event: string, data: object): void {
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`, "latin1");
  }
}

import { connect, type Socket } from "node:net";
import type { Endpoint, ExchangeResult } from "../../runtime/index.js";
import { connectPlaces, type ConnectPlace } from "./connect-places.js";
import { errnoText, reasonOf } from "./system-error.js";

/** What is read of a probe's answer at most: the status line is all that counts. */
const maxAnswer = 64 * 1024;

/**
 * Opens a connection of its own, writes, and reads until the other side closes. Times in seconds. What was read when the time is over counts
 * as an answer that came too late, unless nobody expects the other side to close.
 */
export function rawExchange(
  endpoint: Endpoint,
  data: string,
  timeout: number,
  expectClose = true,
): Promise<ExchangeResult> {
  return new Promise((resolve) => {
    const started = performance.now();
    const places = connectPlaces(endpoint);
    let socket: Socket;
    let reached: ExchangeResult["reached"];
    let sent = false;
    let answer = "";
    const end = (failure?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ reached, sent, answer, ...(failure !== undefined && { failure }) });
    };
    const timer = setTimeout(() => {
      if (!expectClose && answer !== "") return end();
      // Node's timers count whole milliseconds and may be a fraction of one early.
      const late = Math.max(0, (performance.now() - started) / 1000 - timeout).toFixed(3);
      return end(`${reached ? "Poll" : "Open"} timeout ${timeout.toFixed(3)}s exceeded by ${late}s`);
    }, timeout * 1000);
    timer.unref();
    const open = (place: ConnectPlace): void => {
      socket = connect(place.options);
      socket.setEncoding("latin1");
      socket.on("connect", () => {
        ({ reached } = place);
        socket.write(data, "latin1", (error) => (sent = !error));
      });
      socket.on("data", (text: string) => {
        if (answer.length < maxAnswer) answer += text;
      });
      socket.on("end", () => end());
      socket.on("error", (error) => {
        const next = reached ? undefined : places.shift();
        const text = errnoText(error) ?? reasonOf(error);
        if (next) open(next);
        else end(reached ? `${sent ? "Read" : "Write"} error ${text}` : `Open error ${text}`);
      });
    };
    open(places.shift() as ConnectPlace);
  });
}

import { connect } from "node:net";
import type { Endpoint } from "../../runtime/index.js";
import { errnoText, reasonOf } from "./system-error.js";

/** What is read of a probe's answer at most: the status line is all that counts. */
const maxAnswer = 64 * 1024;

/**
 * Opens a connection of its own, writes, and reads until the other side closes. Times in seconds. Rejects with the texts of Varnish's
 * Backend_health records. What was read when the time is over counts as an answer that came too late, unless nobody
 * expects the other side to close.
 */
export function rawExchange(
  endpoint: Endpoint,
  data: string,
  timeout: number,
  expectClose = true,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let connected = false;
    let answer = "";
    const socket = connect(
      endpoint.path === undefined
        ? { host: endpoint.address ?? "", port: endpoint.port ?? 0 }
        : { path: endpoint.path.startsWith("@") ? `\0${endpoint.path.slice(1)}` : endpoint.path },
    );
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const timer = setTimeout(() => {
      if (!expectClose && answer !== "") {
        end(() => resolve(answer));
        return;
      }
      // Node's timers count whole milliseconds and may be a fraction of one early.
      const late = Math.max(0, (performance.now() - started) / 1000 - timeout).toFixed(3);
      const what = connected ? "Poll" : "Open";
      end(() => reject(new Error(`${what} timeout ${timeout.toFixed(3)}s exceeded by ${late}s`)));
    }, timeout * 1000);
    timer.unref();
    socket.setEncoding("latin1");
    socket.on("connect", () => {
      connected = true;
      socket.write(data, "latin1");
    });
    socket.on("data", (text: string) => {
      if (answer.length < maxAnswer) answer += text;
    });
    socket.on("end", () => end(() => resolve(answer)));
    socket.on("error", (error) => {
      const text = errnoText(error) ?? reasonOf(error);
      end(() => reject(new Error(connected ? `Read error ${text}` : `Open error ${text}`)));
    });
  });
}

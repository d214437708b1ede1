import { settled } from "../../../src/host/memory/index.js";
import { echo, WireWorld } from "../../wire/raw-client.js";

/** What a server connection made of bytes. */
interface Outcome {
  /** Every request, as it was understood. */
  readonly requests: readonly string[];
  readonly statuses: readonly number[];
}

/**
 * Sends bytes in pieces and lets every time-out pass. Answers with what is wrong: a connection that does not end, a request without an
 * answer, another reading of the same bytes in other pieces. Undefined when nothing is.
 */
export async function serverMisbehaviour(
  text: string,
  parts: readonly string[],
  protocol: "HTTP" | "PROXY" = "HTTP",
): Promise<string | undefined> {
  const [whole, split] = [await outcome([text], protocol), await outcome(parts, protocol)];
  if (typeof whole === "string") return whole;
  if (typeof split === "string") return split;
  const [a, b] = [JSON.stringify(whole.requests), JSON.stringify(split.requests)];
  return a === b ? undefined : `understood in one piece as ${a}, in ${parts.length} as ${b}`;
}

async function outcome(parts: readonly string[], protocol: "HTTP" | "PROXY"): Promise<Outcome | string> {
  const world = new WireWorld(echo, { timeout_idle: 1, http_req_size: 2048 }, { protocol });
  const client = world.connect();
  for (const part of parts) {
    client.stream.write(part);
    await settled(10);
  }
  await world.advance(0.1);
  if (parts.length % 2 === 0) client.stream.end();
  await world.advance(5);
  if (!client.closed) return "the connection does not end";
  if (world.front.size > 0) return `${world.front.size} connections are left`;
  const finals = client.statuses.filter((status) => status !== 100);
  if (finals.length < world.exchanges.length) return "a request has no answer";
  if (world.host.clock.pending > 1) return `${world.host.clock.pending} timers are left`;
  const requests = world.exchanges.map(
    ({ method, url, fields, session }) =>
      `${method} ${url} ${fields.lines.join("|")} ${session.clientEnd.address}`,
  );
  return { requests, statuses: finals };
}

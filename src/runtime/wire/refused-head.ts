import { reasonPhrase } from "../http/status.js";
import { timestampText } from "../log/timestamp.js";
import type { BadHead } from "./request-head.js";
import type { ServerConnection } from "./server-connection.js";

/** Writes the records of a request that was never one: what was wrong with its head, and the 400 of so many bytes that it gets. */
export function logRefusal(
  connection: ServerConnection,
  { bogus, garbage }: BadHead,
  bytes: number,
  sent: number,
): void {
  const { core, session } = connection;
  const xid = core.nextXid();
  const log = (tag: string, text: string): void => core.host.log.record(xid, tag, text, "c");
  connection.log("Link", `req ${xid} rxreq`);
  log("Begin", `req ${session.xid} rxreq`);
  const now = core.host.now();
  log("Timestamp", timestampText("Start", now, now, now));
  log("Timestamp", timestampText("Req", now, now, now));
  if (bogus !== undefined) log("BogoHeader", bogus);
  log("HttpGarbage", garbage);
  const { clientEnd: client, listener } = session;
  log("ReqStart", `${client.address} ${client.port} ${listener.name}`);
  log("RespProtocol", "HTTP/1.1");
  log("RespStatus", "400");
  log("RespReason", reasonPhrase(400));
  log("ReqAcct", `${bytes} 0 ${bytes} ${sent} 0 ${sent}`);
  log("End", "");
}

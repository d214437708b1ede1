import type { ServerConnection } from "../server-connection.js";
import { readProxyHeader } from "./proxy-header.js";

/** What the addresses, and what else there is of a session, take of `workspace_session` before TLVs do, as in Varnish 7.1. Bytes. */
const sessionOverhead = 384;

/** Takes the PROXY header off the input of a connection. False: it is not whole yet, or the connection has ended because of it. */
export function takeProxyHeader(connection: ServerConnection): boolean {
  const { input, session, core } = connection;
  const reading = readProxyHeader(
    input.bytes.subarray(input.at),
    core.params.workspace_session - sessionOverhead,
  );
  if (reading === "incomplete") return false;
  if (!core.host.log.silent) for (const [tag, text] of reading.records) connection.log(tag, text);
  if ("refused" in reading) {
    connection.shut(reading.refused);
    return false;
  }
  input.at += reading.length;
  session.clientEnd = reading.client ?? session.clientEnd;
  session.serverEnd = reading.server ?? session.serverEnd;
  session.proxyTlvs = reading.tlvs;
  return true;
}

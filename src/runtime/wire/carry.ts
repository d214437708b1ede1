import type { ByteStream } from "./byte-stream.js";
import type { ProxyTlvs } from "./proxy/proxy-reading.js";
import type { ServerConnection } from "./server-connection.js";
import type { ServerTransport } from "./session.js";

/** Types of TLVs that say what the connection of a client was like (PROXY protocol 2.2): ALPN and authority, and all about SSL. */
const isOfConnection = (type: number): boolean =>
  type === 0x01 || type === 0x02 || (type >= 0x20 && type < 0x30);

/** The stream that HTTP of a connection goes over; `begun` is what has been read of it already, behind a PROXY header. */
export function carry(
  connection: ServerConnection,
  transport: ServerTransport,
  stream: ByteStream,
  begun?: Uint8Array,
): ByteStream {
  const { session } = connection;
  const carried = transport.accept(
    stream,
    {
      established: (facts) => (session.proxyTlvs = together(session.proxyTlvs, facts)),
      failed: (reason) => connection.log("Error", reason),
    },
    begun,
  );
  carried.receiver = connection;
  return carried;
}

/** What a PROXY header says of a connection is about another one than the transport's, whose facts count; the rest of it stays. */
function together(header: ProxyTlvs | undefined, facts: ProxyTlvs): ProxyTlvs {
  if (!header) return facts;
  return new Map([...[...header].filter(([type]) => !isOfConnection(type)), ...facts]);
}

import { randomBytes } from "node:crypto";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { latin1Bytes } from "../../runtime/values/blob.js";
import type { ByteStream, ControlSide, Host, ServerTransport, TransportEvents } from "../../runtime/index.js";
import { Carrier, CarrierFailure } from "./carrier.js";
import { failureText } from "./failure-text.js";
import { ServerCertificates } from "./server-certificates.js";
import { TlsStream } from "./tls-stream.js";

/** Bytes of all ticket keys that OpenSSL has at a time. */
const ticketKeyBytes = 48;
/** Types of a PROXY header's TLVs (PROXY protocol 2.2), in which VCL reads what is known of a client. */
const tlv = { alpn: 0x01, authority: 0x02, ssl: 0x20, version: 0x21, cipher: 0x23 } as const;
/** Over TLS, no certificate of the client's; that none was verified is 1, as in what hitch writes. */
const sslFacts = Uint8Array.of(1, 0, 0, 0, 1);

/** What Node has of a TLS socket without saying so: see `settled`. */
interface Releasing {
  _releaseControl?(): void;
}

/** TLS for a listening socket, with the certificates of these files; they are read again when the operator asks for it. Rejects with one line. */
export async function serverTransport(
  files: readonly string[],
  host: Host,
  control: ControlSide,
): Promise<ServerTransport> {
  const certificates = new ServerCertificates(files, host, randomBytes(ticketKeyBytes));
  await certificates.read();
  control.atReload(() => certificates.read());
  return { name: "https/1", accept: (...connection) => accept(certificates, ...connection) };
}

function accept(
  certificates: ServerCertificates,
  stream: ByteStream,
  events: TransportEvents,
  begun?: Uint8Array,
): ByteStream {
  const carried =
    begun === undefined && stream.handle instanceof Socket ? stream.handle : new Carrier(stream, begun);
  const socket = new TLSSocket(carried, {
    isServer: true,
    secureContext: certificates.default,
    SNICallback: (name, done) => done(null, certificates.contextFor(name)),
    ALPNProtocols: ["http/1.1"],
  });
  let isSettled = false;
  // Errors from then on end the socket; until it is told that somebody listens for them, Node keeps them to itself.
  const settled = (): void => {
    isSettled = true;
    (socket as Releasing)._releaseControl?.();
    events.established(factsOf(socket));
  };
  socket.once("secure", settled);
  socket.once("error", (error) => {
    const why = error instanceof CarrierFailure ? error.error.text : failureText(error);
    if (!isSettled) events.failed(`TLS handshake failed: ${why}`);
  });
  return new TlsStream(stream, socket);
}

function factsOf(socket: TLSSocket): ReadonlyMap<number, Uint8Array> {
  const { alpnProtocol } = socket;
  // Declared for clients only; on a server it is what the client has asked for.
  const { servername } = socket as { servername?: string | false };
  const facts = new Map<number, Uint8Array>([[tlv.ssl, sslFacts]]);
  const add = (type: number, text: string | false | null | undefined): void => {
    if (text) facts.set(type, latin1Bytes(text));
  };
  add(tlv.alpn, alpnProtocol);
  add(tlv.authority, servername);
  add(tlv.version, socket.getProtocol());
  add(tlv.cipher, socket.getCipher().name);
  return facts;
}

import { ConnectFailure, type ConnectPlace, type Host } from "../host.js";
import type { ByteStream } from "../wire/byte-stream.js";
import type { Endpoint, Transport } from "./transport.js";

/** Where to connect for an endpoint: its socket, or its address and then that of the other family. */
export function connectPlaces({
  path,
  address = "",
  fallback,
  port = 80,
}: Endpoint): readonly ConnectPlace[] {
  if (path !== undefined) return [{ path }];
  return fallback === undefined
    ? [{ address, port }]
    : [
        { address, port },
        { address: fallback, port },
      ];
}

/** What a connection is opened with. */
export interface Dial {
  readonly endpoint: Endpoint;
  /** Bytes that go first, whatever comes after them. */
  readonly preamble: (stream: ByteStream) => string;
  readonly transport: Transport | undefined;
  /** Seconds for each address; 0: as long as it takes. */
  readonly seconds: number;
}

/** A connection, and the bytes that have still to go first on it. */
export interface Dialled {
  readonly stream: ByteStream;
  readonly prefix: string;
}

/**
 * Opens a connection: at one address after the other, with the whole time for each (http1-and-transports 5.6). Rejects with a ConnectFailure, or with
 * what the transport says.
 */
export async function dial(host: Host, { endpoint, preamble, transport, seconds }: Dial): Promise<Dialled> {
  const started = host.monotonic();
  const stream = await connectToOne(host, connectPlaces(endpoint), seconds);
  const prefix = preamble(stream);
  if (!transport) return { stream, prefix };
  if (prefix !== "") stream.write(prefix);
  const left = seconds > 0 ? Math.max(0.001, started + seconds - host.monotonic()) : 0;
  return { stream: await within(host, transport, stream, left), prefix: "" };
}

async function connectToOne(
  host: Host,
  places: readonly ConnectPlace[],
  seconds: number,
): Promise<ByteStream> {
  let failure: unknown;
  for (const place of places) {
    try {
      return await host.connect(place, seconds);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A transport that does not keep its time is cut off: nobody waits for a handshake without end. */
function within(host: Host, transport: Transport, stream: ByteStream, seconds: number): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      stream.destroy();
      reject(new ConnectFailure({ errno: 110, text: "Connection timed out" }));
    };
    const timer = seconds > 0 ? host.setTimer(seconds, late) : undefined;
    const settle = (): void => {
      if (timer !== undefined) host.clearTimer(timer);
    };
    transport.open(stream, seconds).then(
      (opened) => {
        settle();
        resolve(opened);
      },
      (error: unknown) => {
        settle();
        stream.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

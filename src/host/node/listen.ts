import { chmod, chown, rm, stat } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import type { Listener, ListenPlace } from "../../runtime/host.js";
import type { ByteStream } from "../../runtime/wire/byte-stream.js";
import { acceptedStream } from "./accepted-stream.js";
import { socketPath } from "./connect.js";
import { listenReason } from "./listen-reason.js";
import { groupNumber, userNumber } from "./owner.js";
import { systemReason } from "./system-reason.js";

type PathPlace = Extract<ListenPlace, { readonly path: string }>;

/** Connections that may wait to be accepted (`listen_depth`). */
const backlog = 1024;

/** Takes connections at an address or a path; rejects with one line when it cannot. */
export async function listen(place: ListenPlace, accept: (stream: ByteStream) => void): Promise<Listener> {
  const owner = "path" in place ? await ownerOf(place) : undefined;
  if ("path" in place && !place.path.startsWith("@")) await removeDeadSocket(place.path);
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) =>
    accept(acceptedStream(socket)),
  );
  const bound = await bind(server, place);
  if ("path" in place) {
    try {
      if (owner) await chown(place.path, ...owner);
      if (place.mode !== undefined) await chmod(place.path, place.mode);
    } catch (error) {
      server.close();
      throw new Error(`cannot set the owner or mode of ${place.path}: ${systemReason(error)}`);
    }
  }
  const { address, port } = bound;
  // Closing waits for connections, too, which go on as they please.
  return { address, port, close: () => Promise.resolve(void server.close()) };
}

function bind(
  server: Server,
  place: ListenPlace,
): Promise<{ readonly address: string; readonly port: number }> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = "path" in place ? place.path : `${place.address ?? ""}:${place.port}`;
      reject(
        new Error(
          `cannot listen on ${where}: ${listenReason(error, "path" in place ? place.path : undefined)}`,
        ),
      );
    });
    const ready = (): void => {
      const address = server.address();
      resolve(
        typeof address === "string" || !address
          ? { address: String(address), port: 0 }
          : (address satisfies AddressInfo),
      );
    };
    if ("path" in place) server.listen({ path: socketPath(place.path), backlog }, ready);
    else server.listen({ port: place.port, backlog, ...hostOptions(place.address) }, ready);
  });
}

/** An IPv6 address is no IPv4 one, too. */
function hostOptions(host: string | undefined): { readonly host?: string; readonly ipv6Only?: boolean } {
  return host === undefined ? {} : { host, ipv6Only: host.includes(":") };
}

/** The numbers of user and group that a path is to have, -1 for what stays; undefined when both do. */
async function ownerOf({ user, group }: PathPlace): Promise<readonly [number, number] | undefined> {
  if (user === undefined && group === undefined) return undefined;
  return [
    user === undefined ? -1 : await userNumber(user),
    group === undefined ? -1 : await groupNumber(group),
  ];
}

/** A socket that nobody listens at any more is in the way of the next one; anything else at the path stays. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isSocket()) return;
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect({ path });
    probe.once("connect", () => resolve((probe.destroy(), true)));
    probe.once("error", () => resolve(false));
  });
  if (!answers) await rm(path, { force: true });
}

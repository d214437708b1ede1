import { Front, type Instance, type ListenPlace, type ServerTransport } from "../../runtime/index.js";
import { parseAddress } from "../../runtime/values/ip.js";
import { CliError } from "../cli-error.js";
import type { ListenArgument } from "./listen-argument.js";
import { tlsTransport } from "./load-module.js";
import { printedAddress } from "./parameters.js";

/** A front, and where it takes connections: an address and a port, or a path and no port. */
export interface OpenedFront {
  readonly front: Front;
  readonly bound: readonly { readonly address: string; readonly port: number }[];
}

/** Takes connections where an `-a` says, at every address that its host has, and prints where that is. */
export async function openFront(instance: Instance, argument: ListenArgument): Promise<Front> {
  const { front, bound } = await listenAt(instance, argument);
  for (const place of bound) {
    process.stdout.write(`Listening on ${place.port === 0 ? place.address : printedAddress(place)}\n`);
  }
  return front;
}

/** Takes connections where an `-a` says. */
export async function listenAt(instance: Instance, argument: ListenArgument): Promise<OpenedFront> {
  const { facts, place, tls } = argument;
  const front = new Front(
    instance,
    tls.length > 0 ? { ...facts, transport: await secured(instance, argument) } : facts,
  );
  const bound: { address: string; port: number }[] = [];
  try {
    for (const each of await placesOf(instance, place)) {
      const { address, port } = await front.listen(instance.host, each);
      bound.push("path" in each ? { address: each.path, port: 0 } : { address, port });
    }
    return { front, bound };
  } catch (error) {
    await front.stop(0);
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

async function secured(
  { host, control }: Instance,
  { facts, tls }: ListenArgument,
): Promise<ServerTransport> {
  try {
    return await tlsTransport(tls, host, control);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      `-a ${facts.endpoint},tls=: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function placesOf(instance: Instance, place: ListenArgument["place"]): Promise<readonly ListenPlace[]> {
  if ("path" in place) return [place];
  const { host, port } = place;
  if (host === undefined) return [{ port }];
  if (parseAddress(host)) return [{ address: host, port }];
  const addresses = await instance.host.resolveName(host).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`cannot listen on ${host}: ${reason}`);
  });
  return [...new Set(addresses)].map((address) => ({ address, port }));
}

import { Front, type Instance, type ListenPlace } from "../../runtime/index.js";
import { parseAddress } from "../../runtime/values/ip.js";
import { CliError } from "../cli-error.js";
import type { ListenArgument } from "./listen-argument.js";
import { printedAddress } from "./parameters.js";

/** Takes connections where an `-a` says, at every address that its host has, and prints where that is. */
export async function openFront(instance: Instance, { facts, place }: ListenArgument): Promise<Front> {
  const front = new Front(instance, facts);
  try {
    for (const each of await placesOf(instance, place)) {
      const bound = await front.listen(instance.host, each);
      process.stdout.write(`Listening on ${"path" in each ? each.path : printedAddress(bound)}\n`);
    }
    return front;
  } catch (error) {
    await front.stop(0);
    throw new CliError(error instanceof Error ? error.message : String(error));
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

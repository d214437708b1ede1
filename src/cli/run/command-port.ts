import { readFileSync } from "node:fs";
import { CommandPort } from "../../host/node/index.js";
import { systemReason } from "../../host/node/system-reason.js";
import type { Control, VclCompiler } from "../../runtime/command/index.js";
import type { Instance } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";
import type { CompilerFlags } from "../analyze-options.js";
import { packageVersion } from "../package-version.js";
import { isLoopback, printedAddress, readListenAddress } from "./parameters.js";

/** What `-T` and `-S` are parsed to. */
interface PortFlags extends CompilerFlags {
  readonly commandPort?: string;
  readonly secret?: string;
}

interface Address {
  readonly address?: string;
  readonly port: number;
}

/** Where `-T` says to listen. Without a secret, only where nobody else can come from. */
export function commandPortAddress({ commandPort, secret }: PortFlags): Address | undefined {
  if (commandPort === undefined) return undefined;
  const address = readListenAddress(commandPort);
  if (!address) throw new CliError(`-T takes ADDRESS:PORT, not "${commandPort}"`);
  if (secret === undefined && !isLoopback(address.address)) {
    throw new CliError(`-T ${commandPort} can be reached from other machines: give a secret file with -S`);
  }
  return address;
}

/** What commands act on. */
export function controlOf(instance: Instance, compiler: VclCompiler): Control {
  return {
    instance,
    compiler,
    sources: new WeakMap(),
    pid: process.pid,
    program: `vclc-${packageVersion()}`,
  };
}

/** Listens for varnishadm. */
export async function openCommandPort(
  address: Address,
  control: Control,
  { secret }: PortFlags,
): Promise<CommandPort> {
  const port = new CommandPort({
    ...address,
    control,
    ...(secret !== undefined && { secret: readSecret(secret) }),
  });
  try {
    process.stdout.write(`Commands on ${printedAddress(await port.listen())}\n`);
    return port;
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

function readSecret(path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, "latin1");
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${systemReason(error)}`);
  }
  if (secret === "") throw new CliError(`${path} is empty: a secret has at least one byte`);
  return secret;
}

import type { ParameterStore } from "../../runtime/command/index.js";

/** Reads `name=value` of `-p` into a store; answers with what is wrong, or undefined. */
export function readParameter(text: string, into: ParameterStore): string | undefined {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === "") return `-p takes NAME=VALUE, not "${text}"`;
  if (!into.fact(name)) return `unknown parameter "${name}"`;
  const read = into.read(name, value);
  if ("wrong" in read) return `parameter ${name}=${value}: ${read.wrong.trim().replaceAll("\n", " ")}`;
  into.set(name, read.value);
  return undefined;
}

/** `-T`: `address:port`, `[v6]:port`, `:port` or a port alone; undefined when it is none. */
export function readListenAddress(
  text: string,
): { readonly address?: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (port === undefined || number > 65535) return undefined;
  const address = bracketed ?? plain;
  return address === undefined || address === "" || address === "*"
    ? { port: number }
    : { address, port: number };
}

/** An address and port as they are printed. */
export function printedAddress({
  address,
  port,
}: {
  readonly address: string;
  readonly port: number;
}): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** Whether only this machine reaches what listens on an address. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(localhost|127(\.\d+){3}|::1)$/i.test(address);
}

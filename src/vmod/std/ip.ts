import { VclFailure } from "../../runtime/values/failure.js";
import type { Ip, Task } from "../../runtime/index.js";
import { ipFromBytes, parseAddress, parseLooseIpv4 } from "../../runtime/values/ip.js";
import { servicePort } from "../../runtime/values/service-port.js";
import type { IpArgs } from "./std.vcc.js";

export function ip(task: Task, args: IpArgs): Ip | Promise<Ip> {
  const { s, fallback, resolve, p = "80" } = args;
  if ("fallback" in args && !fallback) throw new VclFailure("std.ip: invalid fallback");
  const { host, port: ownPort } = splitAddress(s ?? "");
  const port = parsePort(ownPort ?? p, resolve);
  if (host === "" || port === undefined) return otherwise(fallback);
  const bytes = numericAddress(host);
  if (bytes) return ipFromBytes(bytes, port);
  return resolve ? lookUp(task, host, port, fallback) : otherwise(fallback);
}

async function lookUp(task: Task, host: string, port: number, fallback: Ip | undefined): Promise<Ip> {
  const addresses = await task.host.resolveName(host).catch(() => []);
  const bytes = addresses.map(numericAddress).find((address) => address !== undefined);
  return bytes ? ipFromBytes(bytes, port) : otherwise(fallback);
}

function otherwise(fallback: Ip | undefined): Ip {
  if (fallback) return fallback;
  throw new VclFailure("std.ip: conversion failed");
}

/** As the C library reads addresses: `1.2.3` and leading zeros included. */
function numericAddress(text: string): Uint8Array | undefined {
  return parseAddress(text) ?? parseLooseIpv4(text);
}

/** `addr`, `addr:port`, `addr port`, `[v6]`, `[v6]:port`, `[v6] port`, or a bare IPv6 address. */
function splitAddress(text: string): { readonly host: string; readonly port?: string } {
  const bracketed = /^\[([^\]]*)\](?:(?::| +)([^: ]*))?$/.exec(text);
  const parts = bracketed ?? /^([^ :]*)(?::| +)([^: ]*)$/.exec(text);
  const [, host, port] = parts ?? [];
  if (host === undefined) return { host: text };
  return port === undefined ? { host } : { host, port };
}

function parsePort(text: string, allowNames: boolean): number | undefined {
  if (text === "") return 0;
  return allowNames || /^\d/.test(text) ? servicePort(text) : undefined;
}

import type { ListenerFacts, ListenPlace } from "../../runtime/index.js";
import { parseAddress } from "../../runtime/values/ip.js";
import { servicePort } from "../../runtime/values/service-port.js";
import { CliError } from "../cli-error.js";

/** A TCP address of `-a`; a host name is looked up when listening begins, no host is every address. */
export interface HostPlace {
  readonly host?: string;
  readonly port: number;
}

type PathPlace = Extract<ListenPlace, { readonly path: string }>;

/** What `-a` says: where connections are taken, and what VCL and the log see of it. */
export interface ListenArgument {
  readonly facts: ListenerFacts;
  readonly place: HostPlace | PathPlace;
  /** Files of certificates, where connections use TLS. */
  readonly tls: readonly string[];
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Where HTTP goes unless a port is given. */
const httpPort = 80;
/** Bytes of a Unix socket's path at most (`sun_path`). */
const longestPath = 107;

/** Reads every `-a [name=][address][,PROTO][,option=value…]`; sockets without a name are a0, a1 … Throws a CliError for what is wrong. */
export function readListenArguments(texts: readonly string[]): readonly ListenArgument[] {
  const read: ListenArgument[] = [];
  let unnamed = 0;
  for (const text of texts) {
    const { name = `a${unnamed++}`, rest } = takeName(text);
    if (read.some(({ facts }) => facts.name === name)) {
      throw wrong(text, `there is a listening socket named ${name} already`);
    }
    read.push(readListenArgument(text, name, rest));
  }
  return read;
}

/** A path may have a `=` of its own. */
function takeName(text: string): { readonly name?: string; readonly rest: string } {
  const [, name, rest] = /^([^=,/@[]*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) return { rest: text };
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw wrong(text, `"${name}" is no name: a letter, then letters, digits, - and _`);
  }
  return { name, rest };
}

function readListenArgument(text: string, name: string, rest: string): ListenArgument {
  const [endpoint = "", ...options] = rest.split(",");
  const place = readPlace(text, endpoint);
  let protocol: ListenerFacts["protocol"];
  const tls: string[] = [];
  for (const option of options) {
    if (option.startsWith("tls=")) {
      if (option === "tls=") throw wrong(text, "tls= has no file");
      tls.push(option.slice("tls=".length));
      continue;
    }
    if (option.includes("=")) {
      if (!("path" in place))
        throw wrong(
          text,
          `${option} is not for addresses. There is tls=; paths have user=, group= and mode= too`,
        );
      readPathOption(text, option, place);
      continue;
    }
    if (protocol) throw wrong(text, `${option} is one protocol too many`);
    protocol = protocolOf(text, option);
  }
  return { facts: { name, endpoint, protocol: protocol ?? "HTTP" }, place, tls };
}

function protocolOf(text: string, option: string): "HTTP" | "PROXY" {
  const protocol = option.toUpperCase();
  if (protocol === "HTTP" || protocol === "PROXY") return protocol;
  throw wrong(text, `"${option}" is no protocol. There are HTTP and PROXY`);
}

function readPlace(text: string, endpoint: string): HostPlace | Writable<PathPlace> {
  if (endpoint.startsWith("/") || endpoint.startsWith("@")) {
    if (endpoint === "@") throw wrong(text, "an abstract socket has a name: @NAME");
    if (endpoint.length > longestPath) throw wrong(text, `a path has ${longestPath} bytes at most`);
    return { path: endpoint };
  }
  if (endpoint.includes("/")) throw wrong(text, "the path of a Unix socket begins with /");
  const { host, port } = splitEndpoint(text, endpoint);
  const number = port === "" ? httpPort : servicePort(port);
  if (number === undefined) throw wrong(text, `there is no port ${port}`);
  return { ...(host !== "" && host !== "*" && { host }), port: number };
}

/** `host:port`, `[v6]:port`, each with or without the port; a bare IPv6 address; a port alone. */
function splitEndpoint(text: string, endpoint: string): { readonly host: string; readonly port: string } {
  if (endpoint === "") throw wrong(text, "where to listen is missing: ADDRESS:PORT or /PATH");
  if (/^\d+$/.test(endpoint)) return { host: "", port: endpoint };
  if (endpoint.includes("::") && parseAddress(endpoint)) return { host: endpoint, port: "" };
  const [, bracketed, plain, port = ""] =
    /^(?:\[([^\]]*)\]|([^:[\]\s]*))(?::([^:\s]*))?$/.exec(endpoint) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || (bracketed !== undefined && !parseAddress(bracketed))) {
    throw wrong(text, "it is no ADDRESS:PORT; IPv6 goes in brackets: [::1]:80");
  }
  return { host, port };
}

function readPathOption(text: string, option: string, place: Writable<PathPlace>): void {
  const [key = "", value = ""] = option.split(/=(.*)/s);
  if (key !== "user" && key !== "group" && key !== "mode") {
    throw wrong(text, `"${key}" is no option. There are tls=, user=, group= and mode=`);
  }
  if (place.path.startsWith("@")) throw wrong(text, `an abstract socket has no ${key}`);
  if (place[key] !== undefined) throw wrong(text, `Too many ${key} sub-args`);
  if (value === "") throw wrong(text, key === "mode" ? "mode= has no value" : `Unknown ${key} "${value}"`);
  if (key !== "mode") place[key] = value;
  else if (/^0?[0-7]{1,3}$/.test(value)) place.mode = parseInt(value, 8);
  else throw wrong(text, `mode=${value} is no mode: three octal digits`);
}

function wrong(text: string, why: string): CliError {
  return new CliError(`-a ${text}: ${why}`);
}

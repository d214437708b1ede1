import type { variables } from "./variables.js";

/** Something that compiles, as in Varnish, and of which vclc's runtime does less, or nothing. */
export interface RuntimeLimit {
  /** What becomes of it, as the end of a sentence that begins with its name. */
  readonly effect: string;
  /** What to do about it. */
  readonly instead: string;
}

/** Variables that can be set, to less effect than in Varnish. All others, read and set, do what they do there. */
export const setLimits = {
  "req.storage": {
    effect: "has no say in where a request body is kept: it counts in no storage",
    instead: "bound it by the argument of std.cache_req_body()",
  },
  "sess.timeout_linger": {
    effect: "makes no difference to a client: no thread waits here",
    instead: "how long an idle connection is kept is sess.timeout_idle",
  },
} as const satisfies Readonly<Partial<Record<(typeof variables)[number]["name"], RuntimeLimit>>>;

const noHttp2: RuntimeLimit = {
  effect: "changes nothing and answers -1: no session is HTTP/2 here",
  instead: "limit streams in the proxy that ends HTTP/2 in front",
};

const noPeer: RuntimeLimit = {
  effect: "fails the request that came over a Unix-domain socket, as Node cannot ask who is at its other end",
  instead: "give each kind of client a socket with its own owner and mode, and look at local.socket",
};

const notLoaded = "keeps the VCL from loading";

/**
 * Functions of shipped VMODs by module: `function`, `object.method`, `function(argument)` for one that is given, `function(WORD)` for a word of an
 * ENUM. All others do what they do in Varnish, or in the project that they come from.
 */
export const functionLimits: Readonly<Record<string, Readonly<Record<string, RuntimeLimit>>>> = {
  dynamic: {
    "resolver(set_from_os)": {
      effect: "changes nothing: the servers of the system are asked unless others are added",
      instead: "name servers with .add_server()",
    },
    "resolver.set_idle_timeout": {
      effect: "changes nothing: a connection to a server ends with its question",
      instead: "leave it out",
    },
    "resolver.set_resolution_type(RECURSING)": {
      effect: notLoaded,
      instead: "name a server with .add_server() that asks the servers of the zones",
    },
    "resolver.set_follow_redirects(REDIRECTS_DO_NOT_FOLLOW)": {
      effect: notLoaded,
      instead: "leave it out: aliases are followed",
    },
    "resolver.add_transport(TLS)": {
      effect: notLoaded,
      instead: "name a server on this machine with .add_server() that speaks TLS to others",
    },
    ...Object.fromEntries(
      ["LOCALNAMES", "NETBIOS", "MDNS", "NIS"].map((source) => [
        `resolver.add_namespace(${source})`,
        {
          effect: notLoaded,
          instead: "leave the resolver out: the system then looks names up in all it knows",
        },
      ]),
    ),
  },
  h2: {
    is: {
      effect: "is always false: no session is HTTP/2 here",
      instead: "have the proxy that ends HTTP/2 say so in a header",
    },
    rapid_reset: noHttp2,
    rapid_reset_limit: noHttp2,
    rapid_reset_period: noHttp2,
    rapid_reset_budget: noHttp2,
  },
  std: {
    set_ip_tos: {
      effect: "marks no packets: Node cannot set this option of a socket",
      instead: "mark them by a rule of the firewall for the port that is listened on",
    },
  },
  tcp: {
    congestion_algorithm: {
      effect: "changes nothing and answers -1: Node cannot set this option of a socket",
      instead: "choose it for all connections: sysctl net.ipv4.tcp_congestion_control",
    },
    dump_info: {
      effect: "logs the two ends and the pace only: Node knows no round trip times, losses or windows",
      instead: "ask the system with ss -ti",
    },
    get_estimated_rtt: {
      effect: "answers -1: Node does not know the round trip time",
      instead: "do not decide by it",
    },
    set_socket_pace: {
      effect: "slows bodies of responses only, not what goes through return (pipe)",
      instead: "use return (pass) in place of return (pipe)",
    },
  },
  unix: { user: noPeer, group: noPeer, uid: noPeer, gid: noPeer },
};

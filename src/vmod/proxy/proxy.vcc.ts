// Generated from proxy.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { ClientTask } from "../../runtime/index.js";

/** Attributes from the PROXY protocol */
export interface ProxyVmod {
  /** The application protocol agreed upon. */
  readonly alpn: (task: ClientTask) => string | undefined;

  /** The host name that the client asked for, in TLS the server name indication. */
  readonly authority: (task: ClientTask) => string | undefined;

  /** Whether the preamble says anything about TLS. */
  readonly is_ssl: (task: ClientTask) => boolean;

  /** Whether the client has shown a certificate during this TLS session. */
  readonly client_has_cert_sess: (task: ClientTask) => boolean;

  /** Whether the client has shown a certificate on this connection. */
  readonly client_has_cert_conn: (task: ClientTask) => boolean;

  /** What checking the client's certificate came to; 0 is right. Says something only where there was one. */
  readonly ssl_verify_result: (task: ClientTask) => number;

  /** The version of TLS. */
  readonly ssl_version: (task: ClientTask) => string | undefined;

  /** The common name in the client's certificate. */
  readonly client_cert_cn: (task: ClientTask) => string | undefined;

  /** The cipher in use. */
  readonly ssl_cipher: (task: ClientTask) => string | undefined;

  /** The algorithm that the certificate is signed with. */
  readonly cert_sign: (task: ClientTask) => string | undefined;

  /** The algorithm of the certificate's key. */
  readonly cert_key: (task: ClientTask) => string | undefined;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from proxy.vcc. */
export type CheckedProxyVmod = Implements<ProxyVmod, typeof import("./index.js")>;

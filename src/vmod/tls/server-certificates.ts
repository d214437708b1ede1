import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { VclFailure, type Host } from "../../runtime/index.js";
import { pem } from "./client-settings.js";

interface Certificate {
  readonly x509: X509Certificate;
  readonly context: SecureContext;
}

const firstCertificate = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/;

/** The certificates of a listening socket, each a file with its key and its chain (PEM). */
export class ServerCertificates {
  readonly #files: readonly string[];
  readonly #host: Host;
  /** The same for all and for as long as the socket is there, so that sessions are taken up whatever has been read anew. */
  readonly #ticketKeys: Buffer;
  #certificates: readonly Certificate[] = [];

  constructor(files: readonly string[], host: Host, ticketKeys: Buffer) {
    this.#files = files;
    this.#host = host;
    this.#ticketKeys = ticketKeys;
  }

  /** Reads the files, all or none. Rejects with one line that names what is wrong. */
  async read(): Promise<void> {
    this.#certificates = await Promise.all(this.#files.map((file) => this.#one(file)));
  }

  /** The first one for the name that a client asks for, or simply the first. */
  contextFor(name: string): SecureContext {
    const found = this.#certificates.find(({ x509 }) => x509.checkHost(name) !== undefined);
    return found?.context ?? this.default;
  }

  get default(): SecureContext {
    return (this.#certificates[0] as Certificate).context;
  }

  async #one(file: string): Promise<Certificate> {
    const text = await pem(this.#host, file);
    const [certificate] = firstCertificate.exec(text) ?? [];
    if (certificate === undefined) throw new VclFailure(`${file} has no certificate`);
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
      throw new VclFailure(`${file} has no private key. Certificate, chain and key go into one file`);
    }
    try {
      const x509 = new X509Certificate(certificate);
      if (!x509.checkPrivateKey(createPrivateKey(text))) {
        throw new VclFailure("the key is not that of the certificate");
      }
      const options = { cert: text, key: text, minVersion: "TLSv1.2", ticketKeys: this.#ticketKeys } as const;
      return { x509, context: createSecureContext(options) };
    } catch (error) {
      throw new VclFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

import { createSecureContext, rootCertificates, type SecureContext, type SecureVersion } from "node:tls";
import { sha256, VclFailure, type Host } from "../../runtime/index.js";
import { hexText } from "../../runtime/values/blob.js";
import type { ClientArgs } from "./tls.vcc.js";

/** What tls.vcc lets one say of how a backend uses TLS. */
export type ClientOptions = Omit<ClientArgs, "backend">;

/** Where systems keep the certificates that they trust, in the order in which they are looked for. */
const systemFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** How a backend's connections use TLS; the files are read by `read`, once before use and again whenever they may have changed. */
export class ClientSettings {
  /** The name to ask for and to verify; "" where there is none. */
  readonly name: string;
  readonly verify: boolean;
  readonly verifyHost: boolean;
  readonly sni: boolean;
  readonly #options: ClientOptions;
  #context: SecureContext | undefined;

  /** Throws a VclFailure for options that do not go together. `host` is the backend's name for itself. */
  constructor(vclName: string, options: ClientOptions, host: string) {
    this.#options = options;
    this.name = options.server_name ?? host;
    this.verify = options.verify ?? true;
    this.verifyHost = options.verify_host ?? this.verify;
    this.sni = options.sni ?? true;
    if (this.verifyHost && !this.verify) {
      throw new VclFailure(`${vclName}: verify_host = true needs verify = true`);
    }
    if (options.key !== undefined && options.certificate === undefined) {
      throw new VclFailure(`${vclName}: key without certificate. Write certificate = "FILE"`);
    }
    if (this.verifyHost && this.name === "") {
      throw new VclFailure(
        `${vclName}: a socket's path is no name that a certificate can be for. Write server_name = "…" or verify_host = false`,
      );
    }
  }

  /** Stands for all of it in identities: the name, and a digest of what is not as it is by default. */
  get key(): string {
    const { server_name: _name, ...rest } = this.#options;
    const given = JSON.stringify(Object.entries(rest).filter(([, value]) => value !== undefined));
    const digest = given === "[]" ? "" : `/${hexText(sha256(given)).slice(0, 8)}`;
    return `tls:${this.name}${digest}`;
  }

  /** What the files made; `read` has made it. */
  get context(): SecureContext {
    if (!this.#context) throw new Error("certificates have not been read");
    return this.#context;
  }

  /** Reads the files. Rejects with one line that names the file; what was there before stays then. */
  async read(host: Host): Promise<void> {
    const { ca, certificate, key, min_version = "TLSv1_2" } = this.#options;
    const cert = certificate === undefined ? undefined : await pem(host, certificate);
    const options = {
      ca: ca === undefined ? await systemCertificates(host) : await pem(host, ca),
      minVersion: min_version.replace("_", ".") as SecureVersion,
      ...(cert !== undefined && { cert, key: key === undefined ? cert : await pem(host, key) }),
    };
    const files = [ca, certificate, key].filter((file) => file !== undefined).join(", ");
    try {
      this.#context = createSecureContext(options);
    } catch (error) {
      throw new VclFailure(`${files}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** A file of certificates or keys as OpenSSL takes it. Rejects with one line that names it. */
export async function pem(host: Host, path: string): Promise<string> {
  let text: string;
  try {
    text = await host.readFile(path);
  } catch (error) {
    throw new VclFailure(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!text.includes("-----BEGIN ")) throw new VclFailure(`${path} has no certificate or key in PEM form`);
  return text;
}

/** What the system trusts: OpenSSL's own variable, then the usual files, and Node's list where there is none. */
async function systemCertificates(host: Host): Promise<string | string[]> {
  const named = host.environment("SSL_CERT_FILE");
  if (named !== undefined && named !== "") return pem(host, named);
  for (const file of systemFiles) if (await host.fileExists(file)) return pem(host, file);
  return [...rootCertificates];
}

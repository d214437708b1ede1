import { ConnectFailure, type ByteStream } from "../../runtime/index.js";
import type { SourceReader } from "../../source/source-file.js";
import { NodeHost } from "../../host/node/index.js";

/** The real world for a check: files and names are looked at, but no backend is asked anything, not even by probes. */
export class CheckHost extends NodeHost {
  readonly isCheck = true;
  readonly #dns: boolean;
  readonly #reader: SourceReader | undefined;

  /** Without `dns` every host name has an address. With a `reader`, it reads the files, and of the environment only what is meant for vclc is seen. */
  constructor(dns: boolean, reader?: SourceReader) {
    super();
    this.#dns = dns;
    this.#reader = reader;
  }

  override async readFile(path: string): Promise<string> {
    if (!this.#reader) return super.readFile(path);
    const content = this.#reader.read(path);
    if ("error" in content) throw new Error(content.error);
    return content.text;
  }

  override async fileExists(path: string): Promise<boolean> {
    return this.#reader ? "text" in this.#reader.read(path) : super.fileExists(path);
  }

  /** A check leaves no traces. */
  override syslog(): void {}

  override environment(name: string): string | undefined {
    return this.#reader && !name.startsWith("VCLC_") ? undefined : super.environment(name);
  }

  override resolveName(name: string): Promise<readonly string[]> {
    return this.#dns ? super.resolveName(name) : Promise.resolve(["192.0.2.1"]);
  }

  override connect(): Promise<ByteStream> {
    return Promise.reject(new ConnectFailure({ errno: 0, text: "not probed by a check" }));
  }
}

import { existsSync, readFileSync } from "node:fs";
import { MemoryHost } from "../../host/memory/index.js";

/** The world that a policy is tested in: no sockets and a clock of its own, but the files that are there, and every host name has an address. */
export class TestHost extends MemoryHost {
  readonly isCheck = true;
  readonly #addresses = new Map<string, string>([["localhost", "127.0.0.1"]]);

  /** A name always has the same address of 203.0.113.0/24 (RFC 5737), the next one that is free. */
  override resolveName(name: string): Promise<readonly string[]> {
    const known = this.names.get(name);
    if (known) return Promise.resolve(known);
    const address = this.#addresses.get(name) ?? `203.0.113.${this.#addresses.size % 255}`;
    this.#addresses.set(name, address);
    return Promise.resolve([address]);
  }

  override async readFile(path: string): Promise<string> {
    return this.files.get(path) ?? readFileSync(path, "utf8");
  }

  override async fileExists(path: string): Promise<boolean> {
    return this.files.has(path) || existsSync(path);
  }
}

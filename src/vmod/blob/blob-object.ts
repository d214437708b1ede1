import { VclFailure, type Blob, type HousekeepingTask, type Task } from "../../runtime/index.js";
import { checkCase, decodeText, encodeBytes, type Case, type Encoding } from "./encodings.js";

/** `new x = blob.blob(…)`; blob.vcc says what it does. */
export class BlobObject {
  readonly #blob: Blob;
  readonly #texts = new Map<string, string>();

  private constructor(bytes: Uint8Array) {
    this.#blob = { bytes, type: "blob" };
  }

  static create(
    this: void,
    _task: HousekeepingTask,
    vclName: string,
    decoding: Encoding,
    encoded: string | undefined,
  ): BlobObject {
    const bytes = decodeText(decoding, encoded ?? "");
    if (bytes) return new BlobObject(bytes);
    throw new VclFailure(
      `vmod blob error: cannot create blob ${vclName}, illegal encoding beginning with "${encoded ?? ""}"`,
    );
  }

  get(_task: Task): Blob {
    return this.#blob;
  }

  encode(_task: Task, encoding: Encoding, case_: Case): string {
    checkCase(encoding, case_);
    const key = case_ === "UPPER" ? `${encoding} UPPER` : encoding;
    let text = this.#texts.get(key);
    if (text === undefined) {
      text = encodeBytes(encoding, case_, this.#blob.bytes);
      this.#texts.set(key, text);
    }
    return text;
  }
}

const empty = new Uint8Array(0);

/** Bytes that have come and have not been used yet: what a message leaves is the beginning of the next (S3-42). */
export class Input {
  bytes: Uint8Array = empty;
  /** The first byte that is not used yet. */
  at = 0;

  get length(): number {
    return this.bytes.length - this.at;
  }

  append(chunk: Uint8Array): void {
    if (this.at === this.bytes.length) {
      this.bytes = chunk;
      this.at = 0;
      return;
    }
    const joined = new Uint8Array(this.length + chunk.length);
    joined.set(this.at === 0 ? this.bytes : this.bytes.subarray(this.at));
    joined.set(chunk, this.length);
    this.bytes = joined;
    this.at = 0;
  }

  /** Everything that is there, as one chunk; nothing is left. */
  take(): Uint8Array {
    const rest = this.at === 0 ? this.bytes : this.bytes.subarray(this.at);
    this.clear();
    return rest;
  }

  clear(): void {
    this.bytes = empty;
    this.at = 0;
  }
}

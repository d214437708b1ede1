import { closeSync, openSync, readSync } from "node:fs";
import type { LogRecord } from "../../../runtime/vsl/log-transaction.js";
import { RecordDecoder } from "./record-decoder.js";

const chunkSize = 1024 * 1024;
/** What a file of `varnishlog -w` begins with: a NUL is in the fourth byte up to Varnish 7.2, the number of the format since 7.3. */
const marker = /^VSL([\x002])/;
const markerSize = 4;

/** The records of a file that `varnishlog -w` wrote, piece by piece. Throws an Error of one line where it is none. */
export function* readLogFile(path: string): Generator<readonly LogRecord[]> {
  const file = openSync(path, "r");
  try {
    let bytes = more(file, Buffer.alloc(0));
    const [, version] = marker.exec(bytes.toString("latin1", 0, markerSize)) ?? [];
    if (version === undefined) throw new Error("it is no file that varnishlog -w wrote");
    const decoder = new RecordDecoder(version === "\0" ? 1 : 2);
    for (let at = markerSize; ; at = 0) {
      const records: LogRecord[] = [];
      for (let end = decoder.end(bytes, at); end !== undefined; end = decoder.end(bytes, at)) {
        const record = decoder.record(bytes, at);
        if (record) records.push(record);
        at = end;
      }
      yield records;
      const rest = bytes.subarray(at);
      bytes = more(file, rest);
      if (bytes.length === rest.length) return;
    }
  } finally {
    closeSync(file);
  }
}

/** What is left, and what follows in the file. */
function more(file: number, rest: Buffer): Buffer {
  const into = Buffer.allocUnsafe(rest.length + chunkSize);
  rest.copy(into);
  const read = readSync(file, into, rest.length, chunkSize, null);
  return into.subarray(0, rest.length + read);
}

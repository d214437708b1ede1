import type { RecodedEncoding } from "../../body/compression.js";
import { transcode } from "../../body/transcode.js";
import type { CachedObject } from "../../cache/cached-object.js";
import { nowEncoded } from "../../http/encoding-headers.js";
import type { RequestTask } from "../request-task.js";
import type { ResponseVariables } from "../variables/resp.js";

/** Bytes of a stored body up to which it is also kept as clients prefer it; more goes through the filters each time. */
const keptUpTo = 1024 * 1024;

/** The encoding that a gzip object is kept in besides, where the list of filters is the one that makes it. */
export function keptEncoding(
  task: RequestTask,
  object: CachedObject,
  filters: string,
): RecodedEncoding | undefined {
  const { recoding } = task;
  const isWhole = object.state === "finished" && !object.isPrivate && object.body.whole !== undefined;
  if (recoding === undefined || !isWhole || object.body.length > keptUpTo) return undefined;
  return filters === ` gunzip ${recoding}` ? recoding : undefined;
}

/** The body in that encoding, made when it is first asked for and kept with the object. Undefined: it cannot be made. */
export function recodedBody(
  { core }: RequestTask,
  object: CachedObject,
  encoding: RecodedEncoding,
): Uint8Array | Promise<Uint8Array | undefined> {
  const known = object.recoded.get(encoding);
  if (known) return known;
  const made = transcode(object.body.whole ?? [], encoding, core.host.compression).then(
    (bytes) => {
      object.recoded.set(encoding, bytes);
      const fits = !object.dying && core.cache.account(object, { left: core.params.nuke_limit });
      if (!fits) object.recoded.delete(encoding);
      return bytes;
    },
    () => {
      object.recoded.delete(encoding);
      return undefined;
    },
  );
  object.recoded.set(encoding, made);
  return made;
}

/** What the filters would have made of the headers. */
export function describeRecoded(
  { http }: ResponseVariables,
  encoding: RecodedEncoding,
  length: number,
): void {
  http.unset("content-encoding");
  nowEncoded(http, encoding);
  http.set("Content-Length", String(length));
}

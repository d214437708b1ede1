import { gunzipSync } from "node:zlib";
import { fieldOf, type VectorResult } from "../support/vector-client.js";

/** Of each program's own, or of the moment. */
const ignored = /^(date|age|x-varnish|via):/i;
const framingFields = /^(content-length|transfer-encoding):/i;

/** What a client got, with everything that may differ left out. */
interface Facts {
  readonly status: number;
  readonly headers: readonly string[];
  readonly framing: string;
  readonly body: string;
}

/** Why two answers may differ: varnishd 7.1, which the test has, is older than the reference, and some things are races in both programs. */
const allowed: readonly {
  readonly why: string;
  readonly holds: (theirs: Facts, ours: Facts) => boolean;
}[] = [
  {
    why: "varnishd 7.1 sends a body of unknown length whole where a range is asked for",
    holds: (theirs, ours) => theirs.status === 200 && ours.status === 206 && rangeOf(ours).endsWith("/*"),
  },
  {
    why: "varnishd 7.1 has no range for an empty body; the reference sends it as it is",
    holds: (theirs, ours) => theirs.status === 416 && rangeOf(theirs) === "bytes */0" && ours.status === 200,
  },
  {
    why: "packed data has another length",
    holds: (theirs, ours) =>
      [206, 416].includes(ours.status) && isGzip(ours) && isGzip(theirs) && theirs.status === ours.status,
  },
  {
    why: "whether the length is known when a range is cut out of what still comes is a race",
    holds: (theirs, ours) =>
      (theirs.status === 416 && ours.status === 416) ||
      (/\/\d+$/.test(rangeOf(theirs)) &&
        ours.framing !== "length" &&
        (ours.status === 200 || rangeOf(ours).endsWith("/*"))),
  },
  {
    why: "whether the fetch has ended when the delivery begins is a race",
    holds: (theirs, ours) => same(withoutFraming(theirs), withoutFraming(ours)),
  },
];

const isGzip = ({ headers }: Facts): boolean => fieldOf(headers, "content-encoding") === "gzip";
const rangeOf = ({ headers }: Facts): string => fieldOf(headers, "content-range") ?? "";
const same = (a: Facts, b: Facts): boolean => JSON.stringify(a) === JSON.stringify(b);

function withoutFraming(facts: Facts): Facts {
  return { ...facts, framing: "", headers: facts.headers.filter((line) => !framingFields.test(line)) };
}

function factsOf(result: VectorResult, method: string): Facts {
  const { status, lines, body, framing, truncated } = result;
  const isPacked = fieldOf(lines, "content-encoding") === "gzip";
  // varnishd 7.1 says for HEAD how long a stored body is whose backend said no length.
  const hidden = method === "HEAD" || (isPacked && framing === "length") ? /^content-length:/i : /^$/;
  const text = isPacked && status !== 206 && body.length > 0 ? gunzipSync(body) : body;
  return {
    status,
    headers: lines.filter((line) => !ignored.test(line) && !hidden.test(line)),
    framing: truncated ? `${framing}, cut` : framing,
    body: text.toString("latin1"),
  };
}

/** How two answers differ: not at all, in a way that is allowed, or in these facts. */
export function difference(method: string, theirs: VectorResult, ours: VectorResult): string {
  const [a, b] = [factsOf(theirs, method), factsOf(ours, method)];
  if (same(a, b)) return "none";
  if (allowed.some(({ holds }) => holds(a, b))) return "allowed";
  return `varnishd ${JSON.stringify(a)}\n  vclc     ${JSON.stringify(b)}`;
}

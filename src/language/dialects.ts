/**
 * What other dialects have and this one does not: Fastly's (developer.fastly.com, reference of VCL) and that of Varnish Enterprise (docs.varnish-software.com,
 * backend declarations). Names that two of them share are said to be of both.
 */
const fastly = "Fastly's VCL";
const enterprise = "Varnish Enterprise's VCL";
const tls = "the tls VMOD has backends use TLS";

interface Foreign {
  readonly of: string;
  readonly instead?: string;
}

/** Fields of backends; a name that ends in `*` stands for all that begin so. */
const fields: Readonly<Record<string, Foreign>> = {
  "ssl*": { of: `${fastly} and ${enterprise}`, instead: tls },
  certificate: { of: enterprise, instead: tls },
  min_tls_version: { of: fastly, instead: tls },
  max_tls_version: { of: fastly, instead: tls },
  always_use_host_header: { of: fastly, instead: "write .host_header" },
  dynamic: { of: fastly, instead: "the dynamic VMOD looks names up again" },
  share_key: { of: fastly },
  keepalive_time: { of: fastly },
  fetch_timeout: { of: fastly, instead: "write .first_byte_timeout and .between_bytes_timeout" },
  max_lifetime: { of: fastly },
  max_use: { of: fastly },
  healthcheck: { of: fastly, instead: "write .probe" },
  last_byte_timeout: { of: enterprise },
  task_timeout: { of: enterprise },
  resolve: { of: enterprise, instead: "the dynamic VMOD looks names up again" },
};

/** First words of variables. */
const families: Readonly<Record<string, Foreign>> = {
  fastly: { of: fastly },
  fastly_info: { of: fastly },
  geoip: { of: fastly },
  quic: { of: fastly },
  segmented_caching: { of: fastly },
  stale: { of: fastly },
  transport: { of: fastly },
  waf: { of: fastly },
  workspace: { of: fastly },
};

const locals: Foreign = { of: fastly, instead: "use a header, or the var VMOD" };

/** Why a field of a backend is unknown, where another dialect has it. */
export function foreignField(name: string): string | undefined {
  const key = name.toLowerCase();
  const family = Object.keys(fields).find(
    (field) => field.endsWith("*") && key.startsWith(field.slice(0, -1)),
  );
  const found = Object.hasOwn(fields, key) ? fields[key] : family === undefined ? undefined : fields[family];
  return found && said(`.${key}`, found);
}

/** Why a name is unknown, where another dialect has it: `var.x`, `fastly_info.state`. */
export function foreignName(parts: readonly string[]): string | undefined {
  const [first = "", second] = parts.map((part) => part.toLowerCase());
  if (second === undefined) return undefined;
  if (first === "var") return said("a variable of one's own", locals);
  const found = Object.hasOwn(families, first) ? families[first] : undefined;
  return found && said(`${first}.${second}`, found);
}

/** What to say of `declare local var.x STRING;`. */
export const foreignDeclaration = said("declare local", locals);

/** What only programs of Fastly have: they need no line that names the version. Each stands at the beginning of a line. */
const signsOfFastly =
  /^[ \t]*(?:(table|penaltybox|ratecounter)[ \t]+\w+[^;{]*\{|(declare[ \t]+local)[ \t]|(#FASTLY)[ \t]+\w|(?:set|add)[ \t]+(var\.\w+)|sub[ \t]+\w+[ \t]+(BOOL|FLOAT|INTEGER|STRING|TIME|RTIME|IP|ID|BACKEND|ACL)[ \t\n]*\{)/m;

/** The dialect of a program that names no version of VCL, and the place of what shows it. */
export function foreignProgram(
  text: string,
): { dialect: string; sign: string; start: number; end: number } | undefined {
  const found = signsOfFastly.exec(text);
  const sign = found?.slice(1).find((part) => part !== undefined);
  if (!found || sign === undefined) return undefined;
  const start = found.index + found[0].indexOf(sign);
  return { dialect: fastly, sign, start, end: start + sign.length };
}

function said(what: string, { of, instead }: Foreign): string {
  return `${what} is of ${of}, which this is not${instead === undefined ? "" : `: ${instead}`}`;
}

import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { Random } from "../random.js";
import type { Model, ModelVcl, Trace } from "./model.js";

/** What one request may meet. */
interface Sent {
  readonly name: string;
  readonly kind: "plain" | "dispatch" | "fail";
  readonly step: number;
  readonly activeMark: number;
  readonly labels: ReadonlyMap<string, { readonly trace: Trace<string>; readonly mark: number }>;
}

/** Clients that send requests without a pause, and check each answer against the model. */
export class Traffic {
  /** Requests that were answered as the model says, by status. */
  readonly answered = new Map<number, number>();
  readonly #model: Model;
  readonly #random: Random;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #wrong: (what: string) => void;
  #running = true;
  #gate: Promise<void> | undefined;
  #open: () => void = () => undefined;
  #busy = 0;

  /** `wrong` is told of every answer that the model does not allow. */
  constructor(model: Model, random: Random, port: number, wrong: (what: string) => void) {
    this.#model = model;
    this.#random = random;
    this.#port = port;
    this.#wrong = wrong;
  }

  /** Resolves when it has been stopped and every answer is there. */
  async run(clients: number): Promise<void> {
    await Promise.all(Array.from({ length: clients }, () => this.#client()));
    this.#agent.destroy();
  }

  stop(): void {
    this.#running = false;
  }

  /** Lets every request end that is under way, and no other begin until `resume`. */
  async pause(): Promise<void> {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
    while (this.#busy > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  resume(): void {
    this.#gate = undefined;
    this.#open();
  }

  async #client(): Promise<void> {
    while (this.#running) {
      await this.#gate;
      const sent = this.#next();
      this.#busy += 1;
      try {
        const { status, headers, body } = await this.#get(`/${sent.kind}/${sent.name}`);
        const wrong = this.#check(sent, status, headers, body);
        if (wrong !== undefined) this.#wrong(`/${sent.kind}/${sent.name}: ${wrong}`);
        this.answered.set(status, (this.answered.get(status) ?? 0) + 1);
      } catch (error) {
        this.#wrong(`/${sent.kind}/${sent.name}: ${String(error)}`);
      } finally {
        this.#busy -= 1;
      }
    }
  }

  /** Mostly for a name that the active VCL has. */
  #next(): Sent {
    const model = this.#model;
    const active = model.active.now ?? "";
    const vcl = model.vcls.get(model.labels.get(active)?.now ?? active);
    const names = [...(vcl?.bound.keys() ?? [])];
    const name = names.length > 0 && this.#random.below(20) > 0 ? this.#random.pick(names) : "unknown";
    const kind = this.#random.pick(["plain", "plain", "plain", "dispatch", "dispatch", "fail"] as const);
    const labels = new Map([...model.labels].map(([label, trace]) => [label, { trace, mark: trace.mark }]));
    return { name, kind, step: model.step, activeMark: model.active.mark, labels };
  }

  /** What is wrong with an answer. */
  #check(sent: Sent, status: number, headers: IncomingHttpHeaders, body: string): string | undefined {
    const main = String(headers["x-main"]);
    const by = String(headers["x-vcl"]);
    if (!this.#startedIn(sent, main)) return `status ${status}, began in VCL ${main}, which was not active`;
    const vcl = this.#vcl(main);
    if (!vcl) return `answered by VCL ${main}, which was never loaded`;
    if (sent.kind === "fail") return expected(status, 503);
    const director = vcl.bound.get(sent.name);
    if (!director) return expected(status, 404);
    const dispatched = sent.kind === "dispatch" ? vcl.dispatches : undefined;
    const targets = dispatched === undefined ? [main] : this.#targets(sent, dispatched);
    if (!targets.includes(by)) return `ended in VCL ${by} instead of ${targets.join(" or ")}`;
    const changed = director.changed > sent.step;
    if (status === 503 && (director.sick || changed)) return undefined;
    if (director.sick && !changed) return `status ${status}, although ${director.id} is sick`;
    return (
      expected(status, 200) ?? (body === director.id ? undefined : `from ${body} instead of ${director.id}`)
    );
  }

  #startedIn({ activeMark, labels }: Sent, main: string): boolean {
    return this.#model.active.since(activeMark).some((entry) => {
      const label = labels.get(entry) ?? this.#labelNow(entry);
      return label ? label.trace.since(label.mark).includes(main) : entry === main;
    });
  }

  #targets({ labels }: Sent, name: string): readonly string[] {
    const label = labels.get(name) ?? this.#labelNow(name);
    return label ? label.trace.since(label.mark) : [];
  }

  /** A label that is newer than the request. */
  #labelNow(name: string): { readonly trace: Trace<string>; readonly mark: number } | undefined {
    const trace = this.#model.labels.get(name);
    return trace && { trace, mark: 0 };
  }

  #vcl(name: string): ModelVcl | undefined {
    return this.#model.vcls.get(name) ?? this.#model.gone.get(name);
  }

  #get(path: string): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: "127.0.0.1", path, agent: this.#agent };
      const sent = httpRequest(options, (response) => {
        let body = "";
        response.setEncoding("latin1");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
      sent.on("error", reject);
      sent.end();
    });
  }
}

function expected(status: number, wanted: number): string | undefined {
  return status === wanted ? undefined : `status ${status} instead of ${wanted}`;
}

/** The text of a VCL for a model's VCL: what it has bound, by URL, and where it dispatches to. */
export function vclText(
  name: string,
  wanted: readonly string[],
  dispatches: string | undefined,
  declared: readonly string[],
): string {
  const backends = ["none", ...declared].map((backend) => `backend ${backend} none;`).join(" ");
  const cases = wanted.map((one) => `  if (req.url ~ "/${one}$") { set req.backend_hint = global.${one}; }`);
  const dispatch =
    dispatches === undefined ? "" : `if (req.url ~ "^/dispatch/") { return (dispatch(${dispatches})); }`;
  const uses = declared.map((one) => `if (req.restarts > 9) { set req.backend_hint = ${one}; }`).join(" ");
  return `vcl 4.1;
${backends}
sub vcl_recv {
  if (!req.http.X-Main) { set req.http.X-Main = "${name}"; } else { return (pass); }
  if (req.url ~ "^/fail/") { return (synth(503)); }
${cases.join("\n")}
  ${uses}
  if (!req.backend_hint) { return (synth(404)); }
  ${dispatch}
  return (pass);
}
sub vcl_backend_fetch { set bereq.http.X-Director = bereq.backend; }
sub vcl_deliver { set resp.http.X-Main = req.http.X-Main; set resp.http.X-Vcl = "${name}"; }
sub vcl_synth { set resp.http.X-Main = req.http.X-Main; set resp.http.X-Vcl = "${name}"; }`;
}

import { onTestFinished } from "vitest";
import { MemoryHost, type Origin } from "vclc/host/memory";
import * as svc from "../../../src/vmod/svc/index.js";
import { Instance } from "../../../src/runtime/instance.js";
import { loadVcl } from "../vmod-vcl.js";

/** A proxy in memory whose VCL has an object of svc's; the server that it asks is an origin. */
export class Discovering {
  readonly host = new MemoryHost();
  readonly instance = new Instance(this.host);

  constructor(origins: Readonly<Record<string, Origin>> = {}) {
    for (const [address, origin] of Object.entries(origins)) this.host.origin(address, origin);
    onTestFinished(() => this.instance.shutdown());
  }

  /** `call` is what stands after `svc.`: `consul("api")`. */
  load(call: string, name = "boot"): Promise<void> {
    return this.loadAll(`new s = svc.${call};`, name);
  }

  loadAll(statements: string, name: string): Promise<void> {
    const recv = "sub vcl_recv { set req.http.error = s.last_error(); return (synth(200, req.http.error)); }";
    return loadVcl(this.instance, name, { svc }, `sub vcl_init { ${statements} } ${recv}`);
  }

  /** Lets that much time pass, and everything be done that can be. */
  async pass(seconds = 0): Promise<void> {
    await this.host.clock.advance(seconds);
    await this.instance.control.run(() => undefined);
    await this.host.clock.advance(0);
    await this.instance.control.run(() => undefined);
  }

  /** The endpoints of every global director, as `NAME: ENDPOINT ENDPOINT`. */
  get services(): Promise<readonly string[]> {
    return this.instance.control.run((registry) =>
      registry.entries().map(([name, director]) => {
        const members = [...(director.members?.() ?? [])].map(({ vclName }) =>
          vclName.replace(/^.*\(|\)$/g, ""),
        );
        return `${name}: ${members.join(" ")}`.trim();
      }),
    );
  }

  /** Records about sources. */
  get told(): readonly string[] {
    return this.host.captured.records
      .filter(({ xid, text }) => xid === 0 && text.startsWith("svc: "))
      .map(({ tag, text }) => `${tag} ${text}`);
  }
}

import { describe, expect, test } from "vitest";
import { Instance, VclFailure, type Exchange, type HousekeepingTask } from "vclc/runtime";
import { handVcl } from "../support/hand-vcl.js";
import { settle, stubHost } from "../support/stub-host.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import { Session } from "../../src/runtime/wire/session.js";

/** A request that keeps what it was answered. */
function request(): Exchange & { status: number | undefined } {
  const exchange = {
    method: "GET",
    url: "/",
    proto: "HTTP/1.1",
    fields: { lines: ["Host: a"], lowers: ["host"] },
    traffic: { head: 30, body: 0, sentHead: 0, sentBody: 0 },
    session: new Session(0, { name: "a0", endpoint: ":2" }, end, end, defaultParameters),
    body: undefined,
    gone: false,
    drainBody: () => undefined,
    takeOver: noConnection,
    cutOff: noConnection,
    status: undefined as number | undefined,
    respond(head: { status: number }) {
      exchange.status = head.status;
    },
  };
  return exchange;
}

const end = { address: "127.0.0.1", port: 1 };

function noConnection(): never {
  throw new Error("there is no connection");
}

describe("instance", () => {
  test("without a VCL requests get 503; with one they run it, and counters count", async () => {
    const instance = new Instance(stubHost());
    const early = request();
    await instance.handle(early);
    expect(early.status).toBe(503);
    await instance.load(
      "v",
      handVcl((vpi) => ({ vcl_recv: (task) => vpi.synth(task, 299) })),
    );
    await instance.use("v");
    const exchange = request();
    await instance.handle(exchange);
    expect(exchange.status).toBe(299);
    expect(instance.counters.get("client_req")).toBe(1);
    expect(instance.list()).toMatchObject([{ name: "v", status: "active", busy: 0 }]);
  });

  test("a request keeps its VCL: a discard waits for it, and a new request uses the new one", async () => {
    const instance = new Instance(stubHost());
    const ended: string[] = [];
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    await instance.load(
      "old",
      handVcl((vpi) => ({
        async vcl_recv(task) {
          await held;
          return vpi.synth(task, 201);
        },
        fini: () => (ended.push("old"), undefined),
      })),
    );
    await instance.use("old");
    const running = request();
    const answered = instance.handle(running);
    await instance.load(
      "new",
      handVcl((vpi) => ({ vcl_recv: (task) => vpi.synth(task, 202) })),
    );
    await instance.use("new");
    await instance.discard("old");
    const next = request();
    await instance.handle(next);
    expect([next.status, running.status, ended]).toEqual([202, undefined, []]);
    finish();
    await answered;
    await settle();
    expect([running.status, ended]).toEqual([201, ["old"]]);
  });

  test("S4-21 a VMOD that registers during a request is told why not", async () => {
    const host = stubHost();
    const instance = new Instance(host);
    const late = (task: unknown): "pass" => {
      (task as HousekeepingTask).registry.remove("api");
      return "pass";
    };
    await instance.load(
      "v",
      handVcl(() => ({ vcl_recv: late })),
    );
    await instance.use("v");
    const exchange = request();
    await instance.handle(exchange);
    expect(exchange.status).toBe(503);
    expect(host.records.join("\n")).toContain(
      "VCL_Error The registry of global directors is for vcl_init and VMOD events, not for requests",
    );
  });

  test("loads and discards leave nothing behind: timers, watches, registry", async () => {
    const host = stubHost();
    const instance = new Instance(host);
    const module = handVcl((vpi) => {
      vpi.backend("b", { host: "127.0.0.1", probe: { name: "p" } });
      return {};
    });
    for (let i = 0; i < 20; i++) {
      await instance.load(`v${i}`, module);
      await instance.discard(`v${i}`);
    }
    expect([host.timers, instance.list()]).toEqual([0, []]);
  });

  test("shutdown discards everything, the active VCL and labels too, then ends what VMODs run", async () => {
    const instance = new Instance(stubHost());
    const order: string[] = [];
    await instance.load(
      "v",
      handVcl(() => ({
        init: (task) => void task.control.atShutdown(() => order.push("background")),
        fini: () => (order.push("fini"), undefined),
      })),
    );
    await instance.label("l", "v");
    await instance.use("l");
    await instance.shutdown();
    expect(order).toEqual(["fini", "background"]);
    expect(instance.list()).toEqual([]);
  });

  test("an instance that checks tells everything that is wrong at once; declared global directors count as registered", async () => {
    const instance = new Instance(stubHost(), { check: { globals: ["api"] } });
    const module = (fails: boolean) =>
      handVcl((vpi) => {
        if (fails) vpi.label("l", "v:1:1");
        return {
          init() {
            if (fails) throw new VclFailure("no luck");
          },
          bind() {
            vpi.bindGlobal("api", "v:2:1");
            if (fails) vpi.bindGlobal("web", "v:3:1");
          },
        };
      });
    await instance.load("good", module(false));
    await expect(instance.load("bad", module(true))).rejects.toMatchObject({
      problems: [
        { kind: "missing-label", name: "l" },
        { kind: "init", text: "no luck" },
        { kind: "missing-global", name: "web" },
      ],
    });
    expect(instance.list()).toMatchObject([{ name: "good" }]);
  });
});

import { describe, expect, it } from "vitest";
import type { BackendTask, ClientTask } from "../../src/runtime/task.js";
import { World } from "./world.js";

/** What the log says after a statement of vcl_recv. */
async function recvError(run: (task: ClientTask) => void): Promise<string | undefined> {
  const world = new World({ vcl_recv: run });
  await world.get();
  return world.log("VCL_Error")[0];
}

async function responseError(run: (task: BackendTask) => void): Promise<string | undefined> {
  const world = new World({ vcl_backend_response: run });
  await world.get();
  return world.log("VCL_Error")[0];
}

describe("setting variables", () => {
  it("url, method, protocol and reason must not become empty", async () => {
    expect(await recvError(({ req }) => (req.url = ""))).toBe("Setting req.url to empty string");
    expect(
      await recvError(({ req }) => {
        req.method = undefined;
      }),
    ).toBe("Setting req.method to empty string");
    expect(await recvError(({ req }) => (req.proto = ""))).toBe("Setting req.proto to empty string");
    expect(await responseError(({ bereq }) => (bereq.url = ""))).toBe("Setting bereq.url to empty string");
    expect(await responseError(({ beresp }) => (beresp.reason = ""))).toBe(
      "Setting beresp.reason to empty string",
    );
  });

  it("a reason cannot hold what would end its line, or what is no byte", async () => {
    expect(await responseError(({ beresp }) => (beresp.reason = "a\r\nb"))).toBe("Bad beresp.reason: a\r\nb");
    expect(await responseError(({ beresp }) => (beresp.reason = "\u2192"))).toMatch(/^Bad beresp.reason: /);
    expect(await responseError(({ beresp }) => (beresp.reason = "\xe2"))).toBeUndefined();
  });

  it("a reason or URL that does not fit into the workspace is lost like a header, and the request fails", async () => {
    const long = "r".repeat(1_000_000);
    const world = new World({ vcl_deliver: ({ resp }) => void (resp.reason = long) });
    expect((await world.get()).status).toBe(500);
    expect(world.log("LostHeader")).toEqual(["resp.reason"]);
    const other = new World({ vcl_recv: ({ req }) => void (req.url = `/${long}`) });
    await other.get();
    expect(other.log("LostHeader")).toEqual(["req.url"]);
  });

  it("whatever is thrown fails the request, even what cannot be printed", async () => {
    const unprintable = {
      toString(): string {
        throw new Error("no");
      },
    };
    const odd = Object.assign(new Error("x"), { message: unprintable });
    for (const thrown of [unprintable, Object.create(null) as object, Symbol("s"), odd]) {
      const world = new World({
        vcl_recv: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- nothing keeps a VMOD from it
          throw thrown;
        },
      });
      expect((await world.get()).status).toBe(503);
      expect(world.log("VCL_Error")[0]).toMatch(/^Unexpected: /);
    }
  });

  it("a status is at most 65535 and not below 100; the reason follows it", async () => {
    expect(await responseError(({ beresp }) => (beresp.status = 99))).toBe(
      "illegal beresp.status (99) (..0##)",
    );
    expect(await responseError(({ beresp }) => (beresp.status = 70_000))).toBe(
      "beresp.status (70000) > 65535",
    );
    expect(
      await responseError(({ beresp }) => {
        beresp.status = 10404;
        expect([beresp.status, beresp.reason]).toEqual([10404, "Not Found"]);
      }),
    ).toBeUndefined();
  });

  it("durations of req: unset reads -1, negative becomes 0", async () => {
    await recvError(({ req }) => {
      req.grace = -5;
      req.ttl = 3;
      expect([req.grace, req.ttl, req.max_age]).toEqual([0, 3, 3]);
      req.grace = undefined;
      req.max_age = undefined;
      expect([req.grace, req.ttl]).toEqual([-1, -1]);
    });
  });

  it("sess time-outs: unset is the parameter", async () => {
    await recvError(({ sess }) => {
      sess.timeout_idle = -1;
      expect([sess.timeout_idle, sess.send_timeout]).toEqual([0, 600]);
      sess.timeout_idle = undefined;
      expect(sess.timeout_idle).toBe(5);
    });
  });

  it("switches of filters are fixed once the filters are set", async () => {
    expect(
      await responseError(({ beresp }) => {
        beresp.do_gzip = true;
        beresp.filters = "";
        beresp.do_esi = true;
      }),
    ).toBe("beresp.filters are already fixed, beresp.do_esi is undefined");
  });

  it("req.can_gzip reads Accept-Encoding", async () => {
    const seen: boolean[] = [];
    const world = new World({ vcl_recv: ({ req }) => void seen.push(req.can_gzip) });
    for (const value of ["gzip", "br, x-gzip;q=0.5", "gzip;q=0", "br", "GZIP"]) {
      await world.get("/", { "Accept-Encoding": value });
    }
    await world.get();
    expect(seen).toEqual([true, true, false, false, true, false]);
  });

  it("req.hash is 32 bytes once vcl_hash has run, and equal in bereq", async () => {
    const seen: (Uint8Array | undefined)[] = [];
    const world = new World({
      vcl_recv: ({ req }) => void seen.push(req.hash?.bytes),
      vcl_miss: ({ req }) => void seen.push(req.hash?.bytes),
      vcl_backend_fetch: ({ bereq }) => void seen.push(bereq.hash?.bytes),
    });
    await world.get();
    expect([seen[0], seen[1]?.length]).toEqual([undefined, 32]);
    expect(seen[2]).toEqual(seen[1]);
  });

  it("client.identity starts as the address and goes along to the backend side", async () => {
    const seen: unknown[] = [];
    const world = new World({
      vcl_recv({ client, req }) {
        seen.push(client.identity);
        if (req.url === "/named") client.identity = "me";
      },
      vcl_backend_fetch: ({ client }) => void seen.push(client.identity),
    });
    await world.get("/");
    await world.get("/named");
    expect(seen).toEqual(["192.0.2.1", "192.0.2.1", "192.0.2.1", "me"]);
  });

  it("rollback puts the request back, and bereq on the backend side", async () => {
    const world = new World({
      vcl_recv(task) {
        task.req.http.set("X-Mine", "1");
        task.req.url = "/changed";
        task.rollback();
        expect([task.req.url, task.req.http.get("x-mine"), task.req.http.get("x-forwarded-for")]).toEqual([
          "/",
          undefined,
          undefined,
        ]);
      },
      vcl_backend_fetch(task) {
        task.bereq.http.unset("host");
        task.bereq.url = "/changed";
        task.rollback();
        expect([task.bereq.url, task.bereq.http.get("host")]).toEqual(["/", "example.com"]);
      },
    });
    expect((await world.get()).status).toBe(200);
    expect(world.log("VCL_Error")).toEqual([]);
  });

  it("directors that a task holds are retained until it ends", async () => {
    let references = 0;
    const world: World = new World({
      vcl_recv({ req }) {
        req.backend_hint = {
          vclName: "counted",
          kind: "counted",
          health: () => ({ healthy: true, changed: 0 }),
          resolve: () => world.backend,
          retain: () => references++,
          release: () => references--,
        };
        expect(references).toBe(1);
      },
      vcl_backend_response({ bereq }) {
        expect([bereq.backend?.vclName, references]).toEqual(["counted", 2]);
      },
    });
    expect((await world.get()).status).toBe(200);
    await world.advance(0);
    expect(references).toBe(0);
    expect(world.log("VCL_Error")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { World } from "./world.js";

describe("client machine", () => {
  it("lookup: miss, then hit", async () => {
    const world = new World();
    const first = await world.get("/a");
    expect([first.status, first.body, first.header("x-varnish")]).toEqual([200, "hello", "1001"]);
    await world.advance(5);
    const second = await world.get("/a");
    expect(second.body).toBe("hello");
    expect(second.header("x-varnish")).toBe("1003 1002");
    expect(second.header("age")).toBe("5");
    expect(world.fetches).toBe(1);
    expect(world.calls).toEqual([
      "RECV",
      "HASH",
      "MISS",
      "BACKEND_FETCH",
      "BACKEND_RESPONSE",
      "DELIVER",
      "RECV",
      "HASH",
      "HIT",
      "DELIVER",
    ]);
    expect(world.vcl.references).toBe(0);
  });
});

import { spawn } from "node:child_process";
import { request } from "node:http";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli, vclc } from "./support/cli.js";
import { freePort, listening } from "./support/ports.js";

const sources = ["main.vcl", "api.vcl", "www.vcl", "static.vcl"];

describe("examples/dispatch", () => {
  let port: number;
  let start: ReturnType<typeof spawn>;
  let output = "";

  beforeAll(async () => {
    builtCli();
    port = await freePort();
    start = spawn(process.execPath, ["examples/dispatch/start.mjs"], {
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    start.stdout?.on("data", (data: Buffer) => (output += data.toString()));
    await listening(port);
  }, 60_000);

  afterAll(async () => {
    const ended = new Promise((done) => start.on("exit", done));
    start.kill("SIGTERM");
    await ended;
  });

  function get(
    host: string,
    path: string,
  ): Promise<{ status: number; policy: unknown; headers: object; body: string }> {
    return new Promise((done, failed) => {
      const outgoing = request({ host: "127.0.0.1", port, path, headers: { Host: host } }, (response) => {
        let body = "";
        response.on("data", (data: Buffer) => (body += data.toString()));
        response.on("end", () =>
          done({
            status: response.statusCode ?? 0,
            policy: response.headers["x-policy"],
            headers: response.headers,
            body,
          }),
        );
      });
      outgoing.on("error", failed).end();
    });
  }

  test("S4-109: each host gets its own service and policy", async () => {
    expect(await get("api.example.com", "/users")).toMatchObject({ status: 200, policy: "api" });
    expect((await get("api.example.com", "/users")).body).toMatch(
      /^api: answer \d+, to GET \/users for api\.example\.com\n$/,
    );
    expect((await get("www.example.com", "/")).body).toMatch(/^web: /);
    expect((await get("static.example.com", "/app.js?v=1f")).body).toContain(
      "to GET /app.js for static.example.com",
    );
  });

  test("policies cache as they say, and hide what they hide", async () => {
    const first = await get("www.example.com", "/page");
    const second = await get("www.example.com", "/page");
    expect(second.body).toBe(first.body);
    expect(second.headers).toMatchObject({ "x-cache": "hit 1" });
    expect(second.headers).not.toHaveProperty("x-powered-by");
    const [one, two] = [await get("api.example.com", "/admin/a"), await get("api.example.com", "/admin/a")];
    expect(one.body).not.toBe(two.body);
  });

  test("an unknown host gets 404", async () => {
    expect((await get("nobody.example.com", "/")).status).toBe(404);
  });

  test("start prints the four curl lines", async () => {
    await expect.poll(() => output.match(/^ {2}curl -i -H /gm)?.length).toBe(4);
  });

  test("the modules that are kept in the repository are what the VCL compiles to", async () => {
    const { code, stdout } = await vclc(
      ["compile", "--check", ...sources, "-o", "generated"],
      resolve("examples/dispatch"),
    );
    expect([code, stdout]).toEqual([0, ""]);
  });
});

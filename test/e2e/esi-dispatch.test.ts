import { afterAll, beforeAll, expect, test } from "vitest";
import { startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

let origin: Origin;
let proxy: Proxy;

beforeAll(async () => {
  origin = await startOrigin((request, response) => {
    if (request.url === "/page") response.end('<p><esi:include src="/a"/>|<esi:include src="/b"/></p>');
    else response.end(`${request.url} by ${String(request.headers["x-policy"])}`);
  });
  proxy = await startProxy();
  const backend = `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }`;
  const esi = "sub vcl_backend_response { set beresp.do_esi = true; }";
  const policy = (name: string) => `${backend} sub vcl_recv { set req.http.X-Policy = "${name}"; } ${esi}`;
  await proxy.load("pages", policy("pages"));
  await proxy.load("pieces", policy("pieces"));
  await proxy.instance.label("label_pages", "pages");
  await proxy.instance.label("label_pieces", "pieces");
  await proxy.load(
    "main",
    `${backend}
    sub vcl_recv {
      set req.http.X-Policy = "main";
      if (req.url == "/page") { return (dispatch(label_pages)); }
      if (req.url == "/a") { return (dispatch(label_pieces)); }
      if (req.url == "/b" && req.http.X-Select) { return (vcl(label_pieces)); }
    }`,
  );
  await proxy.instance.use("main");
});

afterAll(async () => {
  await proxy.close();
  await origin.close();
});

test("S4-84: includes of a page that was dispatched start in the VCL that the request came in on, and may dispatch themselves", async () => {
  const { body } = await proxy.get("/page");
  expect(body).toBe("<p>/a by pieces|/b by main</p>");
  const starts = proxy.records.filter((record) => /Begin req \d+ esi 1/.test(record));
  expect(starts).toHaveLength(2);
});

test("S4-84: the same with return (vcl(…)) in an include", async () => {
  const { body } = await proxy.get("/page", {
    headers: { "X-Select": "1", "Cache-Control": "no-cache", Cookie: "a" },
  });
  expect(body).toBe("<p>/a by pieces|/b by pieces</p>");
});

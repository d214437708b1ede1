import { expect, test } from "vitest";
import { latin1Bytes } from "../../src/runtime/values/blob.js";
import * as proxy from "../../src/vmod/proxy/index.js";
import { checked, ssl, tlv, v1, v2 } from "../support/proxy-headers.js";
import { startProxy } from "../support/proxy.js";
import { rawRequest } from "../support/raw-http.js";
import { makeTask } from "../support/vmod-task.js";

const taskWith = (tlvs: Readonly<Record<number, string>> | undefined) =>
  makeTask("client", "vcl_recv", {
    sess: {
      proxyTlvs:
        tlvs && new Map(Object.entries(tlvs).map(([type, value]) => [Number(type), latin1Bytes(value)])),
    },
  });

test("S3-02 what is not in the header is unset, false or 0", () => {
  for (const task of [taskWith(undefined), taskWith({})]) {
    const texts = [
      proxy.alpn(task),
      proxy.authority(task),
      proxy.ssl_version(task),
      proxy.client_cert_cn(task),
      proxy.ssl_cipher(task),
      proxy.cert_sign(task),
      proxy.cert_key(task),
    ];
    expect(texts).toEqual(Array(7).fill(undefined));
    expect([proxy.is_ssl(task), proxy.client_has_cert_conn(task), proxy.client_has_cert_sess(task)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(proxy.ssl_verify_result(task)).toBe(0);
  }
});

test.each([
  [0, [false, false, false]],
  [1, [true, false, false]],
  [2, [false, true, false]],
  [4, [false, false, true]],
  [7, [true, true, true]],
])("flags %i of SSL: is_ssl, client_has_cert_conn, client_has_cert_sess are %j", (flags, expected) => {
  const task = taskWith({ 0x20: `${String.fromCharCode(flags)}\0\0\0\0` });
  expect([proxy.is_ssl(task), proxy.client_has_cert_conn(task), proxy.client_has_cert_sess(task)]).toEqual(
    expected,
  );
});

test("ssl_verify_result has 32 bits; a text may be empty, and ends at a zero byte", () => {
  const task = taskWith({ 0x20: "\x01\xff\xff\xff\xff", 1: "", 2: "h\0x", 0x22: "J\xf6rg" });
  expect(proxy.ssl_verify_result(task)).toBe(4294967295);
  expect([proxy.alpn(task), proxy.authority(task), proxy.client_cert_cn(task)]).toEqual(["", "h", "J\xf6rg"]);
});

test("S3-02 VCL sees who the client is, and what it came over, from the header of its connection", async () => {
  const running = await startProxy({}, { protocol: "PROXY" });
  await running.load(
    "main",
    `vcl 4.1; import proxy; import std; backend none_here none;
    sub vcl_recv { return (synth(200)); }
    sub vcl_synth {
      set resp.http.client = client.ip + " " + std.port(client.ip) + " " + server.ip + " " + std.port(server.ip);
      set resp.http.own = remote.ip + " " + local.ip + " " + local.socket;
      set resp.http.identity = client.identity;
      set resp.http.forwarded = req.http.X-Forwarded-For;
      set resp.http.tls = proxy.is_ssl() + " " + proxy.client_has_cert_sess() + " " + proxy.client_has_cert_conn()
        + " " + proxy.ssl_verify_result() + " " + proxy.alpn() + " " + proxy.authority() + " " + proxy.ssl_version()
        + " " + proxy.ssl_cipher() + " " + proxy.cert_key() + " " + proxy.cert_sign() + " " + proxy.client_cert_cn();
      return (deliver);
    }`,
  );
  await running.instance.use("main");
  const ask = (header: string): Promise<string> =>
    rawRequest(running.port, `${header}GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
  const within =
    tlv(0x21, "TLSv1.3") + tlv(0x25, "EC256") + tlv(0x24, "RSA-SHA256") + tlv(0x23, "AEAD-AES128-GCM-SHA256");
  const secure = await ask(checked(tlv(1, "h2") + tlv(2, "hocdet.net"), ssl(1, "\0\0\0\0", within)));
  expect(secure).toContain("client: 1.2.3.4 1234 5.6.7.8 5678\r\n");
  expect(secure).toContain("own: 127.0.0.1 127.0.0.1 a0\r\n");
  expect(secure).toContain("identity: 1.2.3.4\r\n");
  expect(secure).toContain("forwarded: 1.2.3.4\r\n");
  expect(secure).toMatch(
    /tls: true false false 0 h2 hocdet\.net TLSv1\.3 AEAD-AES128-GCM-SHA256 EC256 RSA-SHA256 ?\r\n/,
  );
  const plain = await ask(v1("TCP6 1:f::2 5:a::8 1234 5678"));
  expect(plain).toContain("client: 1:f::2 1234 5:a::8 5678\r\n");
  expect(plain).toMatch(/tls: false false false 0 *\r\n/);
  const local = await ask(v2({ command: 0x20, addresses: "" }));
  expect(local).toMatch(/client: 127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+\r\n/);
  await running.close();
});

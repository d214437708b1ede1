import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Bytes } from "../../src/runtime/values/blob.js";
import { crc32c } from "../../src/runtime/wire/proxy/crc32c.js";
import { checked, proxyCases, ssl, tlv, v1, v2, type ProxyCase } from "../support/proxy-headers.js";
import { echo, WireWorld } from "./raw-client.js";

const get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/** A listener that takes PROXY. */
const proxyWorld = (params = {}): WireWorld => new WireWorld(echo, params, { protocol: "PROXY" });

/** Sends pieces one after the other, and lets the time-out pass. */
async function outcome(pieces: readonly string[]): Promise<object> {
  const world = proxyWorld({ timeout_idle: 1 });
  const client = world.connect();
  for (const piece of pieces) await client.send(piece);
  const session = world.exchanges[0]?.session;
  await world.advance(1.1);
  const records = ["Proxy", "ProxyGarbage", "Error"].flatMap((tag) =>
    world.log(tag).map((text) => `${tag} ${text}`),
  );
  const [clientEnd, serverEnd] = [session?.clientEnd, session?.serverEnd];
  return {
    records,
    close: session ? undefined : world.log("SessClose")[0]?.split(" ")[0],
    ends:
      session && clientEnd !== session.remoteEnd
        ? `${clientEnd?.address}:${clientEnd?.port} ${serverEnd?.address}:${serverEnd?.port}`
        : undefined,
    received: client.received,
  };
}

const expected = ({ records, close, ends }: ProxyCase): object => ({
  records,
  close,
  ends,
  received: close === undefined ? expect.stringContaining("GET /") : "",
});

describe("S3-02 a PROXY header", () => {
  test.each(proxyCases)("$name", async (one) => {
    expect(await outcome([one.header + (one.alone ? "" : get)])).toEqual(expected(one));
  });

  test.each(proxyCases)("$name: the same in two pieces, wherever they part", async (one) => {
    const bytes = one.header + (one.alone ? "" : get);
    for (let at = 1; at < bytes.length; at += at < 128 ? 1 : 61) {
      expect(await outcome([bytes.slice(0, at), bytes.slice(at)])).toEqual(expected(one));
    }
  });

  test("comes byte by byte as well as whole", async () => {
    for (const header of [v1("TCP6 1:f::2 5:a::8 1234 5678"), checked(tlv(1, "h2"), tlv(2, "a.b"))]) {
      expect(await outcome([...header, ...get])).toEqual(await outcome([header + get]));
    }
  });

  test("any bytes, in any pieces, end or are answered, and the same way", async () => {
    const header = fc.oneof(
      fc.constantFrom(...proxyCases).map((one) => one.header),
      fc
        .tuple(fc.constantFrom(...proxyCases), fc.nat(40), fc.nat(255))
        .map(([{ header: bytes }, at, byte]) => {
          return bytes.slice(0, at) + String.fromCharCode(byte) + bytes.slice(at + 1);
        }),
    );
    await fc.assert(
      fc.asyncProperty(header, fc.array(fc.nat(80), { maxLength: 4 }), async (bytes, cuts) => {
        const text = bytes + get;
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(await outcome(pieces)).toEqual(await outcome([text]));
      }),
      { numRuns: 300 },
    );
  });

  test("on a listener without PROXY it is a bad request", async () => {
    const world = new WireWorld(echo);
    expect(await world.connect().send(v1("TCP4 1.2.3.4 5.6.7.8 1234 5678") + get)).toBe(
      "HTTP/1.1 400 Bad Request\r\n\r\n",
    );
  });

  test("a second one is a bad request", async () => {
    const client = proxyWorld().connect();
    expect(await client.send(v2() + v2() + get)).toBe("HTTP/1.1 400 Bad Request\r\n\r\n");
  });

  test("holds for every request of its connection, and the connection's own ends stay as they are", async () => {
    const world = proxyWorld();
    await world.connect().send(v2() + get + get);
    for (const { session } of world.exchanges) {
      expect(session.clientEnd).toEqual({ address: "1.2.3.4", port: 1234 });
      expect(session.serverEnd).toEqual({ address: "5.6.7.8", port: 5678 });
      expect([session.remoteEnd.address, session.localEnd.address]).toEqual(["192.0.2.7", "127.0.0.1"]);
    }
    expect(world.exchanges).toHaveLength(2);
    expect(world.log("Begin")[0]).toBe("sess 0 PROXY");
    expect(world.log("SessOpen")[0]).toMatch(/^192\.0\.2\.7 1234 a0 127\.0\.0\.1 80 /);
  });

  test("has the types within SSL among its own, of each the first", async () => {
    const world = proxyWorld();
    const tlvs = tlv(1, "h2") + ssl(1, "\0\0\0\x12", tlv(1, "no") + tlv(0x21, "TLSv1.3")) + tlv(0x21, "no");
    await world.connect().send(v2({ tlvs }) + get);
    const found = world.exchanges[0]?.session.proxyTlvs;
    expect(found?.get(1)).toEqual(latin1Bytes("h2"));
    expect(found?.get(0x21)).toEqual(latin1Bytes("TLSv1.3"));
    expect(found?.get(0x20)?.subarray(0, 5)).toEqual(new Uint8Array([1, 0, 0, 0, 0x12]));
  });

  test("workspace_session says how many TLVs there may be, at once", async () => {
    const world = proxyWorld();
    world.params.workspace_session = 1024;
    await world.connect().send(v2({ tlvs: tlv(4, "x".repeat(600)) }) + get);
    expect(world.exchanges).toHaveLength(1);
  });

  test("CRC32C of the digits is the one of RFC 3720's table", () => {
    expect(crc32c(latin1Bytes("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});

describe("time-outs with a PROXY header", () => {
  test.each([
    ["a header that comes late leaves the request what is left", 0.7, v2(), "RX_CLOSE_IDLE"],
    ["half a request behind the header", 0.6, `${v2()}GET / HT`, "RX_TIMEOUT"],
    ["a header that drips", 0.9, "PROX", "RX_TIMEOUT"],
  ])("%s: timeout_idle counts from the beginning of the connection", async (_, seconds, bytes, reason) => {
    const world = proxyWorld({ timeout_idle: 1 });
    const client = world.connect();
    await world.advance(seconds);
    await client.send(bytes);
    await world.advance(0.95 - seconds);
    expect(client.closed).toBe(false);
    await world.advance(0.1);
    expect(client.closed).toBe(true);
    expect(world.log("SessClose")[0]).toMatch(new RegExp(`^${reason} `));
  });

  test.each([[""], ["PROXY"], [v2().slice(0, 14)], [v2()]])(
    "a client that goes after %j has closed",
    async (bytes) => {
      const world = proxyWorld();
      const client = world.connect();
      await client.send(bytes);
      client.stream.end();
      await world.advance(0.1);
      expect(world.log("SessClose")[0]).toMatch(/^REM_CLOSE /);
    },
  );

  test("a front that stops ends connections whose header has not come", async () => {
    const world = proxyWorld();
    const client = world.connect();
    await client.send("PROXY ");
    void world.front.stop(10);
    await world.advance(0);
    expect(client.closed).toBe(true);
  });
});

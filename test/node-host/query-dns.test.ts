import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { NodeHost } from "../../src/host/node/index.js";
import { freePort } from "../support/ports.js";

const types: Readonly<Record<number, string>> = { 1: "A", 28: "AAAA", 33: "SRV" };

/** A name server on loopback. `answers` has the data of records by `TYPE name`; a number is a response code, undefined no answer at all. */
async function nameServer(answers: Readonly<Record<string, readonly Buffer[] | number>>): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const type = query.readUInt16BE(at + 1);
    const found = answers[`${types[type] ?? ""} ${labels.join(".")}`];
    if (found === undefined) return;
    const records = typeof found === "number" ? [] : found;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (typeof found === "number" ? found : 0), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    const bodies = records.map((data) => {
      const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 42, data.length >> 8, data.length & 255]);
      return Buffer.concat([record, data]);
    });
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...bodies]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

const ask = (type: "A" | "AAAA" | "SRV", name: string, servers: readonly string[], timeout = 0.3) =>
  new NodeHost().queryDns({ type, name, servers, timeout });

const address = Buffer.from([10, 0, 0, 1]);

test("the DNS is asked for addresses and for services, all with their times", async () => {
  const many = Array.from({ length: 20 }, (_, at) => Buffer.from([10, 0, 0, at]));
  const server = await nameServer({
    "A foo.test": many,
    "AAAA foo.test": [],
    "SRV _http._tcp.foo.test": [Buffer.from("\0\x01\0\x02\x1f\x90\x01a\x04test\0", "latin1")],
    "A none.test": 3,
    "A broken.test": 2,
    "A refused.test": 5,
  });
  const addresses = await ask("A", "foo.test", [server]);
  expect(addresses).toHaveLength(20);
  expect(addresses).toContainEqual({ target: "10.0.0.7", ttl: 42 });
  expect(await ask("AAAA", "foo.test", [server])).toEqual([]);
  expect(await ask("SRV", "_http._tcp.foo.test", [server])).toEqual([
    { target: "a.test", port: 8080, priority: 1, weight: 2, ttl: 42 },
  ]);
  await expect(ask("A", "none.test", [server])).rejects.toThrow("queryA ENOTFOUND none.test");
  await expect(ask("A", "broken.test", [server])).rejects.toThrow("queryA ESERVFAIL broken.test");
  await expect(ask("A", "refused.test", [server])).rejects.toThrow("queryA EREFUSED refused.test");
  await expect(ask("A", "silent.test", [server])).rejects.toThrow("queryA ETIMEOUT silent.test");
});

test("a server that says nothing, cannot, or is not there, does not keep another from answering", async () => {
  const silent = await nameServer({});
  const broken = await nameServer({ "A foo.test": 2 });
  const good = await nameServer({ "A foo.test": [address] });
  const absent = `127.0.0.1:${await freePort()}`;
  for (const first of [silent, broken, absent])
    expect(await ask("A", "foo.test", [first, good])).toEqual([{ target: "10.0.0.1", ttl: 42 }]);
  await expect(ask("A", "foo.test", [absent])).rejects.toThrow("queryA ECONNREFUSED foo.test");
});

test("the time that an answer may take is kept below a second too, in the order of the times", async () => {
  const silent = await nameServer({});
  const order: string[] = [];
  const later = new Promise<void>((resolve) => setTimeout(() => resolve(void order.push("450 ms")), 450));
  const failed = (what: string) => (): void => void order.push(what);
  await Promise.all([
    ask("A", "foo.test", [silent, silent], 0.4).catch(failed("400 ms")),
    ask("A", "foo.test", [silent], 0.05).catch(failed("50 ms")),
    later,
  ]);
  expect(order).toEqual(["50 ms", "400 ms", "450 ms"]);
});

test.each(["", ".", "a..b", "x".repeat(64), `${"x.".repeat(127)}x`, "a b", "caf\xe9"])(
  "%j is no name that one could ask for",
  async (name) => {
    await expect(ask("A", name, ["127.0.0.1:1"])).rejects.toThrow(`queryA EBADNAME ${name}`);
  },
);

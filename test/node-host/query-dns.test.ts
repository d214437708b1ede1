import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { NodeHost } from "../../src/host/node/index.js";

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

test("the DNS is asked for addresses with their times, and for services", async () => {
  const many = Array.from({ length: 20 }, (_, at) => Buffer.from([10, 0, 0, at]));
  const server = await nameServer({
    "A foo.test": many,
    "AAAA foo.test": [],
    "SRV _http._tcp.foo.test": [Buffer.from("\0\x01\0\x02\x1f\x90\x01a\x04test\0", "latin1")],
    "A none.test": 3,
    "A broken.test": 2,
  });
  const host = new NodeHost();
  const ask = (type: "A" | "AAAA" | "SRV", name: string) =>
    host.queryDns({ type, name, servers: [server], timeout: 0.3 });
  const addresses = await ask("A", "foo.test");
  expect(addresses).toHaveLength(20);
  expect(addresses).toContainEqual({ target: "10.0.0.7", ttl: 42 });
  expect(await ask("AAAA", "foo.test")).toEqual([]);
  expect(await ask("SRV", "_http._tcp.foo.test")).toEqual([
    { target: "a.test", port: 8080, priority: 1, weight: 2 },
  ]);
  await expect(ask("A", "none.test")).rejects.toThrow("queryA ENOTFOUND none.test");
  await expect(ask("A", "broken.test")).rejects.toThrow("queryA ESERVFAIL broken.test");
  await expect(ask("A", "silent.test")).rejects.toThrow("queryA ETIMEOUT silent.test");
});

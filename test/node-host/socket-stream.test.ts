import { once } from "node:events";
import { connect, createServer, Socket, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { acceptedStream } from "../../src/host/node/accepted-stream.js";
import type { SocketStream } from "../../src/host/node/socket-stream.js";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A connection over the loopback: the stream of its accepted side, and the client's socket with all that it gets. */
async function connection(): Promise<{ stream: SocketStream; client: Socket; got: Buffer[] }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const got: Buffer[] = [];
  client.on("data", (chunk) => got.push(chunk)).on("error", () => undefined);
  const [accepted] = (await once(server, "connection")) as [Socket];
  return { stream: acceptedStream(accepted), client, got };
}

/** What a stream gets until the other side has ended. */
function received(stream: SocketStream): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    stream.receiver = {
      data: (chunk) => void chunks.push(chunk),
      ended: () => resolve(Buffer.concat(chunks)),
      drained: () => undefined,
      closed: () => undefined,
    };
  });
}

describe("the stream of an accepted connection", () => {
  test("what is written in one turn goes out in one piece, in order, and counts as unsent until then", async () => {
    const { stream, client, got } = await connection();
    stream.write("a");
    stream.write("b", [Buffer.from("c")]);
    stream.write("", [Buffer.from("d")]);
    expect(stream.unsent).toBe(4);
    await once(client, "data");
    expect(got.map(String)).toEqual(["abcd"]);
    expect(stream.unsent).toBe(0);
    stream.destroy();
  });

  test("short texts stay before the large chunks that follow them", async () => {
    const { stream, client, got } = await connection();
    const large = Buffer.alloc(100_000, "x");
    stream.write("head");
    stream.write("more", [large, large]);
    stream.write("tail");
    stream.end();
    await once(client, "end");
    expect(
      Buffer.concat(got).equals(Buffer.concat([Buffer.from("headmore"), large, large, Buffer.from("tail")])),
    ).toBe(true);
    stream.destroy();
  });

  test.each([0, 1, 2])(
    "small chunks up to sixteen KB go out with their text, byte for byte: %i more",
    async (more) => {
      const { stream, client, got } = await connection();
      const bytes = Buffer.from(Array.from({ length: 16 * 1024 - 1 + more }, (_, at) => at % 256));
      const pieces = [
        bytes.subarray(0, 7),
        bytes.subarray(7, 7),
        bytes.subarray(7, 9000),
        bytes.subarray(9000),
      ];
      stream.write("head", pieces);
      stream.write("next", [Buffer.from("\xff", "latin1"), Buffer.from("\0")]);
      stream.end();
      await once(client, "end");
      const wanted = [Buffer.from("head"), bytes, Buffer.from("next\xff\0", "latin1")];
      expect(Buffer.concat(got).equals(Buffer.concat(wanted))).toBe(true);
      stream.destroy();
    },
  );

  test("as many as there are write in one turn, and each is heard", async () => {
    const connections = await Promise.all(Array.from({ length: 100 }, connection));
    connections.forEach(({ stream }, i) => stream.write(`answer ${i}`));
    await Promise.all(connections.map(({ client }) => once(client, "data")));
    expect(connections.map(({ got }) => String(got[0]))).toEqual(connections.map((_, i) => `answer ${i}`));
    connections.forEach(({ stream }) => stream.destroy());
  });

  test.each(["end", "destroy"] as const)("what was written before %s reaches the client", async (how) => {
    const { stream, client, got } = await connection();
    stream.write("last words");
    stream[how]();
    await once(client, "end");
    expect(Buffer.concat(got).toString()).toBe("last words");
    stream.destroy();
  });

  test("chunks that have come are the receiver's: what comes later does not change them", async () => {
    const { stream, client } = await connection();
    const all = received(stream);
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
    client.end(sent);
    expect((await all).equals(sent)).toBe(true);
    stream.destroy();
  });

  test("nothing comes while it is paused, everything afterwards", async () => {
    const { stream, client } = await connection();
    let size = 0;
    const all = received(stream);
    const { receiver } = stream;
    stream.receiver = { ...receiver, data: (chunk) => (receiver.data(chunk), (size += chunk.length)) };
    stream.pause();
    client.end(Buffer.alloc(200_000, "y"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(size).toBe(0);
    stream.resume();
    expect((await all).length).toBe(200_000);
    stream.destroy();
  });

  test("a socket without a handle that can be taken over is used as it is", async () => {
    const server = createServer((socket) => socket.end("from the usual way")).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    const socket = new Socket();
    const stream = acceptedStream(socket);
    expect(stream.handle).toBe(socket);
    const all = received(stream);
    socket.connect((server.address() as AddressInfo).port, "127.0.0.1");
    expect(String(await all)).toBe("from the usual way");
    stream.destroy();
  });

  test("this Node's accepted sockets have one", async () => {
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [accepted] = (await once(server, "connection")) as [Socket];
    const stream = acceptedStream(accepted);
    expect(stream.handle).not.toBe(accepted);
    client.destroy();
    stream.destroy();
  });
});

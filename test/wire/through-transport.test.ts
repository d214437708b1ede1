import { expect, test } from "vitest";
import { outcome } from "../support/fuzz/client-wire.js";
import { changedMessage, pieces, responseSeeds } from "../support/fuzz/messages.js";
import { World } from "../fsm/world.js";
import { inverted, invertedStream } from "../support/inverted-transport.js";
import { Random } from "../support/random.js";

test("S3-13 S3-14 the same answers, right and wrong ones, are read alike over plain streams and through what a module puts between", async () => {
  const random = new Random(20);
  const readings = new Set<string>();
  for (let round = 0; round < 1000; round++) {
    const text =
      round < responseSeeds.length ? (responseSeeds[round] as string) : changedMessage(responseSeeds, random);
    const parts = pieces(text, random);
    const ends = random.below(2) === 0;
    const plain = await outcome(parts, "GET", ends);
    expect(await outcome(parts, "GET", ends, inverted)).toEqual(plain);
    expect(plain.problem).toBeUndefined();
    readings.add(plain.reading);
  }
  expect(readings.size).toBeGreaterThan(30);
});

test("S3-43 connection and workspace together: what does not fit into the workspace fails the fetch, and the next one has a connection of its own", async () => {
  const world = new World(
    {
      vcl_backend_response({ bereq, beresp }) {
        if (bereq.url === "/1") beresp.http.set("X", "x".repeat(5000));
      },
    },
    { params: { workspace_backend: 4096 } },
  );
  world.backend.useTransport(inverted);
  let connections = 0;
  world.host.rawOrigin("*", (below) => {
    connections++;
    const stream = invertedStream(below);
    stream.receiver = {
      data(chunk) {
        // What the transport says first is no request.
        if (!stream.text(chunk, 0, chunk.length).includes("\r\n\r\n")) return;
        stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        void world.host.setTimer(0.1, () => stream.write("k"));
      },
      ended: () => stream.end(),
      drained: () => undefined,
      closed: () => undefined,
    };
  });
  const failed = world.start({ url: "/1" });
  await world.advance(1);
  expect(failed.exchange.response.status).toBe(503);
  const next = world.start({ url: "/2" });
  await world.advance(1);
  expect(next.exchange.response).toMatchObject({ status: 200, body: "ok" });
  expect(connections).toBe(2);
});

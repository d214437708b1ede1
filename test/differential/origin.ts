import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

type Answer = (request: IncomingMessage, response: ServerResponse, echo: string) => void;

/** What the origin answers, by path; every body tells what the origin was asked, so that the two requests are compared as well. */
const answers: Readonly<Record<string, Answer>> = {
  "/cache/60": (_, response, echo) => response.writeHead(200, { "Cache-Control": "max-age=60" }).end(echo),
  "/cache/private": (_, response, echo) => response.writeHead(200, { "Cache-Control": "private" }).end(echo),
  "/no-store": (_, response, echo) => response.writeHead(200, { "Cache-Control": "no-store" }).end(echo),
  "/vary": (_, response, echo) => response.writeHead(200, { Vary: "Accept-Language" }).end(echo),
  "/cookie": (_, response, echo) =>
    response.writeHead(200, { "Set-Cookie": ["a=1", "b=2; Path=/"] }).end(echo),
  "/etag": (_, response, echo) => response.writeHead(200, { ETag: '"one"' }).end(echo),
  "/redirect": (_, response) => response.writeHead(302, { Location: "/elsewhere" }).end(),
  "/status/404": (_, response, echo) => response.writeHead(404).end(echo),
  "/status/500": (_, response, echo) => response.writeHead(500).end(echo),
  "/status/204": (_, response) => response.writeHead(204).end(),
  "/chunked": (_, response, echo) => {
    response.writeHead(200);
    response.write("first part\n");
    response.end(echo);
  },
  "/empty": (_, response) => response.writeHead(200, { "Content-Length": 0 }).end(),
  "/big": (_, response) => response.writeHead(200, { "Content-Length": 300_000 }).end("y".repeat(300_000)),
  "/image.png": (_, response) =>
    response.writeHead(200, { "Set-Cookie": "x=1", "Content-Type": "image/png" }).end("png"),
  "/hop": (_, response, echo) =>
    response
      .writeHead(200, { Connection: "X-Hop", "X-Hop": "1", "X-Stays": "1", "Keep-Alive": "timeout=9" })
      .end(echo),
  "/old-date": (_, response, echo) =>
    response
      .writeHead(200, { Date: "Mon, 01 Jan 2024 00:00:00 GMT", Expires: "Mon, 01 Jan 2024 00:02:00 GMT" })
      .end(echo),
};

/** Headers of a request that two proxies cannot have in common; `Connection` is their own talk with the origin. */
const ownHeaders = new Set(["x-varnish", "via", "connection"]);

/** Starts the origin on a port. */
export function startOrigin(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const fields = Object.entries(request.headers)
        .filter(([name]) => !ownHeaders.has(name))
        .map(([name, value]) => `${name}: ${String(value)}`);
      const body = Buffer.concat(chunks).toString();
      const echo = [`${request.method} ${request.url}`, ...fields.sort(), "", body].join("\n");
      const answer = answers[request.url ?? ""];
      response.setHeader("X-Powered-By", "origin");
      if (answer) answer(request, response, echo);
      else
        response
          .writeHead(200, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(echo) })
          .end(echo);
    });
  });
  return new Promise((done, failed) => {
    server.once("error", failed).listen(port, "127.0.0.1", () => done(server));
  });
}

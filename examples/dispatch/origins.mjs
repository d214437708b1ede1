// Three small web servers to stand behind the proxy: they say who they are and what they were asked.
import { createServer } from "node:http";

const origins = { api: 8081, web: 8082, static: 8083 };

export function startOrigins() {
  return Promise.all(Object.entries(origins).map(([name, port]) => startOrigin(name, port)));
}

function startOrigin(name, port) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    response.setHeader("Content-Type", "text/plain");
    response.setHeader("X-Powered-By", "vclc example");
    if (name === "api") response.setHeader("Cache-Control", "no-cache");
    response.end(
      `${name}: answer ${requests}, to ${request.method} ${request.url} for ${request.headers.host}\n`,
    );
  });
  return new Promise((started, failed) => {
    server.once("error", failed).listen(port, "127.0.0.1", () => started(server));
  });
}

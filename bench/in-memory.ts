import { loadJavaScript } from "../src/codegen/load.js";
import { compileToJavaScript } from "../src/compile.js";
import { MemoryHost } from "../src/host/memory/index.js";
import type { Exchange } from "../src/runtime/exchange.js";
import * as runtime from "../src/runtime/index.js";
import { defaultParameters } from "../src/runtime/parameters.js";
import { Session } from "../src/runtime/wire/session.js";
import { Instance } from "../src/runtime/instance.js";
import type { VclModule } from "../src/runtime/vcl/vpi.js";
import { sourceFromText } from "../src/source/read-source.js";

/** Compiles VCL the way `vcl.load` does and links it. */
export function compileAndLink(name: string, text: string): VclModule {
  const { output } = compileToJavaScript(sourceFromText(`${name}.vcl`, text), {
    vmods: { find: () => undefined },
  });
  if (!output) throw new Error(`${name} has errors`);
  return loadJavaScript(output, { runtime, vmods: new Map() });
}

/** An instance without sockets: every origin answers with 1 KB. */
export function memoryInstance(): Instance {
  const host = new MemoryHost({ record: () => undefined, silent: true });
  host.origin("*", () => ({
    status: 200,
    headers: [["Content-Type", "text/plain"]],
    body: "x".repeat(1024),
  }));
  return new Instance(host);
}

/** A request as browsers send it. */
export function request(answered: (status: number) => void): Exchange {
  return {
    method: "GET",
    url: "/page.css",
    proto: "HTTP/1.1",
    fields,
    traffic: { head: 150, body: 0, sentHead: 0, sentBody: 0 },
    session: new Session(1, { name: "a0", endpoint: "127.0.0.1:80" }, client, server, defaultParameters),
    body: undefined,
    gone: false,
    drainBody: () => undefined,
    respond: ({ status }) => answered(status),
    takeOver: noConnection,
    cutOff: noConnection,
  };
}

function noConnection(): never {
  throw new Error("a request of the benchmark has no connection");
}

const client = { address: "127.0.0.1", port: 40_000 };
const server = { address: "127.0.0.1", port: 80 };

const fields = {
  lines: [
    "Host: www.example.com",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
    "Accept: */*",
    "Accept-Language: en",
    "Cookie: theme=dark",
  ],
  lowers: ["host", "user-agent", "accept", "accept-language", "cookie"],
};

/** Fills the cache, then times one round of cached hits: nanoseconds for each. */
export async function cachedHits(instance: Instance, rounds: number): Promise<() => number> {
  await instance.handle(request(() => undefined));
  let answered = 0;
  const hit = request((status) => {
    if (status === 200) answered += 1;
  });
  return () => {
    answered = 0;
    const start = performance.now();
    for (let index = 0; index < rounds; index++) {
      // A hit is answered before handle returns: nothing on its way waits.
      if (instance.handle(hit) !== undefined) throw new Error("a cached hit waited for something");
    }
    const time = ((performance.now() - start) / rounds) * 1e6;
    if (answered !== rounds) throw new Error(`${rounds - answered} hits were not answered with 200`);
    return time;
  };
}

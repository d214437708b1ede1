// `npm start`: compiles the four VCL files to generated/, starts three demo origins and the proxy, and says what to try.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startOrigins } from "./origins.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const vclc = join(root, "dist/cli/vclc.js");
const port = Number(process.env.PORT ?? 8080);

if (!existsSync(vclc)) run(join(root, "scripts/build.mjs"), []);
console.log("Compiled to examples/dispatch/generated:");
run(vclc, ["compile", "main.vcl", "api.vcl", "www.vcl", "static.vcl", "-o", "generated"]);

const origins = await startOrigins().catch((error) => {
  console.error(`A demo origin cannot start: ${error.message}`);
  process.exit(2);
});
const proxy = spawn(process.execPath, [vclc, "run", "-I", "start.cli", "-a", `127.0.0.1:${port}`], {
  cwd: here,
  stdio: "inherit",
  env: { ...process.env, VCLC_ENDPOINTS: join(here, "endpoints.yaml") },
});
proxy.on("exit", (code) => {
  for (const origin of origins) origin.close();
  process.exitCode = code ?? 1;
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => proxy.kill("SIGTERM"));

if (await answers()) {
  const url = `http://127.0.0.1:${port}`;
  console.log(`
The proxy answers on ${url}. Try, in another terminal:

  curl -i -H 'Host: api.example.com' ${url}/users
  curl -i -H 'Host: www.example.com' ${url}/
  curl -i -H 'Host: static.example.com' '${url}/app.js?v=1f'
  curl -i -H 'Host: nobody.example.com' ${url}/

Ctrl-C stops it.`);
}

/** Runs one of our programs to its end; when it fails, so do we. */
function run(program, args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: here, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Waits until the proxy takes connections, or has ended. */
async function answers() {
  while (proxy.exitCode === null) {
    const open = await new Promise((done) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        done(true);
      });
      socket.on("error", () => done(false));
    });
    if (open) return true;
    await wait(100);
  }
  return false;
}

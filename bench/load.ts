import { generateRules } from "./generate-rules.js";
import { generateVcl } from "./generate-vcl.js";
import { compileAndLink, memoryInstance } from "./in-memory.js";
import { aim, milliseconds, row, type Scratch } from "./measure.js";
import { startVarnishd, startVclc, type Server } from "./servers.js";

const boot = 'vcl 4.1; backend default { .host = "127.0.0.1"; }';

/** Loading VCL into a process that runs: here, over our command port, and over varnishd's. */
export async function benchLoad(scratch: Scratch): Promise<void> {
  const short = generateVcl(300);
  const rules = generateRules(1000);
  const paths = { short: scratch.file("short.vcl", short), rules: scratch.file("rules.vcl", rules) };
  const bootPath = scratch.file("boot.vcl", boot);
  const reference = await withServer(
    scratch.has("varnishd") ? startVarnishd(scratch, bootPath) : undefined,
    async (load) => ({
      short: await milliseconds(3, () => load(paths.short)),
      rules: await milliseconds(1, () => load(paths.rules)),
    }),
  );
  const port = await withServer(startVclc(scratch, bootPath), async (load) => ({
    first: await milliseconds(1, () => load(paths.short)),
    short: await milliseconds(25, () => load(paths.short)),
  }));
  const portRules = await withServer(startVclc(scratch, bootPath), async (load) => ({
    first: await milliseconds(1, () => load(paths.rules)),
    warm: await milliseconds(3, () => load(paths.rules)),
  }));

  console.log("\nLoad 300 lines of VCL");
  const against = (time: number) =>
    reference
      ? `${(time / reference.short).toFixed(4)} of varnishd's, ${aim(time / reference.short, 0.05)}`
      : "";
  const here = await inProcess(short, 25);
  row("varnishd, vcl.load", reference ? `${reference.short.toFixed(0)} ms` : "skipped: no varnishd here");
  row("compile and load in process, warm", `${here.toFixed(1)} ms`, against(here));
  row("vclc run, vcl.load, the first", `${port?.first.toFixed(1)} ms`);
  row("vclc run, vcl.load, warm", `${port?.short.toFixed(1)} ms`, against(port?.short ?? NaN));

  console.log(`\nLoad ${rules.split("\n").length - 1} lines with 1,000 regular expressions`);
  row("varnishd, vcl.load", reference ? `${reference.rules.toFixed(0)} ms` : "skipped: no varnishd here");
  row(
    "vclc run, vcl.load, the first",
    `${portRules?.first.toFixed(0)} ms`,
    aim(portRules?.first ?? NaN, 800, "ms"),
  );
  row("vclc run, vcl.load, warm", `${portRules?.warm.toFixed(0)} ms`, aim(portRules?.warm ?? NaN, 800, "ms"));
}

/** Compiles, links and loads (vcl_init included) in this process; milliseconds. */
async function inProcess(text: string, rounds: number): Promise<number> {
  const instance = memoryInstance();
  let number = 0;
  const time = await milliseconds(rounds, () => {
    const name = `v${number++}`;
    return instance.load(name, compileAndLink(name, text));
  });
  await instance.shutdown();
  return time;
}

/** Runs something with a server that is stopped afterwards; `load` loads a file under a new name. */
async function withServer<T>(
  starting: Promise<Server> | undefined,
  run: (load: (path: string) => Promise<string>) => Promise<T>,
): Promise<T | undefined> {
  const server = await starting;
  if (!server) return undefined;
  let number = 0;
  try {
    return await run((path) => server.commands.ask(`vcl.load v${number++} ${path}`));
  } finally {
    await server.stop();
  }
}

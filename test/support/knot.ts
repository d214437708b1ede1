import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, listening } from "./ports.js";

/** A real name server on loopback, whose zone changes while it runs. */
export interface Knot {
  /** ADDRESS:PORT */
  readonly server: string;
  /** Adds and takes away records of the zone `test.`, `www 60 A 127.0.0.1`; a line without a value takes all of that type. */
  change(records: { readonly add?: readonly string[]; readonly remove?: readonly string[] }): void;
  /** It says nothing any more, until `resume`. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Starts knotd with the zone `test.` of these records, and a zone `broken.` that cannot be read. */
export async function startKnot(records: readonly string[]): Promise<Knot> {
  const folder = mkdtempSync(join(tmpdir(), "vclc-knot-"));
  const port = await freePort();
  const control = join(folder, "knot.sock");
  writeFileSync(
    join(folder, "knot.conf"),
    `server:
  rundir: ${folder}
  listen: 127.0.0.1@${port}
  tcp-workers: 1
  udp-workers: 1
  background-workers: 1
database:
  storage: ${folder}
control:
  listen: ${control}
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
zone:
  - domain: test.
    file: test.zone
  - domain: broken.
    file: none.zone
`,
  );
  writeFileSync(
    join(folder, "test.zone"),
    ["@ 60 SOA ns admin 1 60 60 60 0", "@ 60 NS ns", "ns 60 A 127.0.0.1", ...records, ""].join("\n"),
  );
  const child = spawn("knotd", ["-c", join(folder, "knot.conf")], { stdio: "ignore" });
  await listening(port);
  const knotc = (...args: readonly string[]): void =>
    void execFileSync("knotc", ["-s", control, ...args], { stdio: "pipe" });
  return {
    server: `127.0.0.1:${port}`,
    change({ add = [], remove = [] }) {
      knotc("zone-begin", "test.");
      for (const record of remove) knotc("zone-unset", "test.", ...record.split(" "));
      for (const record of add) knotc("zone-set", "test.", ...record.split(" "));
      knotc("-b", "zone-commit", "test.");
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop() {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

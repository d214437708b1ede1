import { execFile } from "node:child_process";
import { onTestFinished } from "vitest";
import { NodeHost } from "vclc/host/node";
import { Front, Instance, type VclModule } from "vclc/runtime";
import { installedLogFormat } from "../../src/host/node/vsm/log-format.js";
import { Publication, type LogMode } from "../../src/host/node/vsm/publication.js";
import { temporaryFolder } from "../support/cli.js";
import { send, vclModule, type Answer, type RequestOptions } from "../support/proxy.js";

/** A proxy over real sockets whose log and counters stand in a `-n` directory. */
export interface PublishedProxy {
  readonly folder: string;
  readonly instance: Instance;
  readonly publication: Publication;
  load(name: string, text: string): Promise<void>;
  get(url: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface PublishedOptions {
  readonly folder?: string;
  readonly mode?: LogMode;
  readonly space?: number;
}

export async function publishedProxy(options: PublishedOptions = {}): Promise<PublishedProxy> {
  const { folder = temporaryFolder(), mode = "on", space = 4 * 1024 * 1024 } = options;
  const format = installedLogFormat();
  const failed = (reason: string): never => {
    throw new Error(reason);
  };
  const publication = new Publication({ folder, identity: "here", format, mode, space, failed });
  const host = new NodeHost({ log: publication.log });
  const instance = new Instance(host);
  publication.start(instance);
  const front = new Front(instance, { name: "a0", endpoint: "127.0.0.1:0" });
  const { port } = await front.listen(host, { address: "127.0.0.1", port: 0 });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await front.stop(5);
    await instance.shutdown();
    await host.close();
    publication.close();
  };
  onTestFinished(close);
  const load = async (name: string, text: string): Promise<void> => {
    await instance.load(name, vclModule(text, `${name}.vcl`) satisfies VclModule);
    await instance.use(name);
  };
  return { folder, instance, publication, load, get: (url, request) => send(port, url, request), close };
}

/** Runs one of Varnish's tools to its end; answers with its lines. */
export function tool(name: string, ...args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(name, args, { timeout: 20_000, encoding: "latin1" }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${name} ${args.join(" ")}: ${stderr}`));
      else resolve(stdout.split("\n").filter((line) => line !== ""));
    });
  });
}

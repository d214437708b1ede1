import { spawnSync } from "node:child_process";
import type { LogFormat } from "../../../runtime/vsl/tags.js";

/** The format that this machine's varnishlog reads; where there is none, that of the newest. */
export function installedLogFormat(): LogFormat {
  const { stderr, stdout } = spawnSync("varnishlog", ["-V"], { encoding: "latin1", timeout: 5000 });
  const [, major, minor] = /varnish-(\d+)\.(\d+)/.exec(`${stderr}${stdout}`) ?? [];
  if (major === undefined) return 2;
  return Number(major) * 100 + Number(minor) < 703 ? 1 : 2;
}

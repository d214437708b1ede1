import { spawnSync } from "node:child_process";

/** Whether a program is installed here; tests that need it say so where it is not. */
export function isInstalled(program: string, flag = "-V"): boolean {
  return spawnSync(program, [flag], { stdio: "ignore" }).error === undefined;
}

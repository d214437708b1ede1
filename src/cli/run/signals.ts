import type { Front, Instance } from "../../runtime/index.js";

/** Seconds that requests in flight have to finish once a signal says stop, unless the command line says otherwise. */
export const defaultDrainTime = 30;

/**
 * Resolves when SIGTERM or SIGINT asks for the end, having said what there is to wait for; a second one ends at once. SIGHUP meanwhile has
 * everything that was read from outside read again.
 */
export function stopSignal(instance: Instance, fronts: readonly Front[], drainTime: number): Promise<void> {
  process.on("SIGHUP", () => void instance.reload());
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      // Whoever asks twice does not want to wait for the requests in flight.
      if (asked) process.exit(1);
      asked = true;
      const busy = fronts.reduce((sum, front) => sum + front.busy, 0);
      if (busy > 0) {
        const requests = busy === 1 ? "1 request" : `${busy} requests`;
        process.stderr.write(`vclc: stopping, waiting for ${requests}, ${drainTime} s at most\n`);
      }
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}

/** Whoever read what the proxy prints may go: it serves on, unlike other commands, and what it would have printed is lost. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error").on("error", () => undefined);
  }
}

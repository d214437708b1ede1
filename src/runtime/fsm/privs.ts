import type { Priv } from "../task.js";

/** The state that VMODs keep for one scope, made when first asked for. */
export class Privs {
  private entries: Map<unknown, Priv> | undefined;

  get(key: unknown): Priv {
    this.entries ??= new Map();
    let priv = this.entries.get(key);
    if (!priv) this.entries.set(key, (priv = { value: undefined }));
    return priv;
  }

  /** Ends the scope: lets every VMOD clean up. What one of them throws is for `report`. */
  end(report: (text: string) => void): void {
    const { entries } = this;
    if (!entries) return;
    this.entries = undefined;
    for (const { value, fini } of entries.values()) {
      try {
        if (value !== undefined) fini?.(value);
      } catch (error) {
        report(messageOf(error));
      }
    }
  }
}

/** One line about anything that was thrown; what a VMOD throws may even refuse to be printed. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "an unprintable value was thrown";
  }
}

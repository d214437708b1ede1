import { CountedDirector } from "./counted-director.js";
import type { Health } from "./director.js";

/** What stands for a global director while a VCL is only checked: a name, and nobody to fetch from. */
export class DeclaredDirector extends CountedDirector {
  readonly kind = "declared";

  health(): Health {
    return { healthy: true, changed: 0 };
  }

  resolve(): undefined {
    return undefined;
  }

  protected retire(): void {
    // It holds nothing.
  }
}

import type { AdminHealth } from "../backend/shared-backend.js";
import type { Task } from "../task.js";
import type { Director, Health } from "./director.js";

/** What the operator has said of directors that are no backends; nothing is `auto`. */
const said = new WeakMap<Director, { readonly healthy: boolean; readonly changed: number }>();

/** `backend.set_health` of a director that is no backend; `now` in seconds since the epoch. */
export function setDirectorHealth(director: Director, admin: AdminHealth, now: number): void {
  if (admin === "auto") said.delete(director);
  else said.set(director, { healthy: admin === "healthy", changed: now });
}

/** What the operator has said of it. */
export function directorAdmin(director: Director): AdminHealth {
  const verdict = said.get(director);
  if (!verdict) return "auto";
  return verdict.healthy ? "healthy" : "sick";
}

/**
 * The health of a director as others are to see it: what the operator has said, else its own verdict (VRT_Healthy). Who is sent there all the same
 * still gets one of its members, as in Varnish.
 */
export function healthOf(director: Director, task: Task | undefined): Health {
  return said.get(director) ?? director.health(task);
}

import type { CountedDirector, Director } from "../../runtime/index.js";
import type { ServiceConfig, ServiceEndpoint } from "./endpoint-config.js";

/** An endpoint of the file with the backend that was made of it. */
export interface Member {
  readonly endpoint: ServiceEndpoint;
  readonly backend: Director;
}

/** The global director of a service, which follows its file: it stays the same object, what changes is inside. */
export interface FollowingDirector extends CountedDirector {
  /** Swaps the members, whose references it takes over, and gives the old ones back. */
  follow(service: ServiceConfig, members: readonly Member[]): void;
  /** Called when its last reference has gone. */
  retired: () => void;
}

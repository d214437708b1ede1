import type { BackendServices } from "../backend/backend-services.js";
import type { DirectorList } from "../director/director-list.js";
import type { ObjectWatcher } from "../cache/object-watchers.js";
import type { Stevedore } from "../cache/stevedore.js";
import type { Server } from "../task.js";
import type { ControlSide } from "./control.js";
import type { Label } from "./label.js";
import type { LoadedVcl } from "./loaded-vcl.js";
import type { VclModule } from "./vpi.js";

/** What loading a VCL needs of the instance. */
export interface LoadServices {
  readonly backends: BackendServices;
  readonly control: ControlSide;
  /** Where backends go that VMODs take from their VCL. */
  readonly globalDirectors: DirectorList;
  readonly server: Server;
  /** The built-in VCL. */
  readonly builtin: VclModule;
  /**
   * A check rather than a load: vcl_init runs also when declarations are wrong, and bindings are tried also when it failed, so that everything
   * wrong is found at once.
   */
  readonly thorough?: boolean;
  /** Whether it is the active VCL. */
  isActive(vcl: LoadedVcl): boolean;
  label(name: string): Label | undefined;
  storage(name: string): Stevedore | undefined;
  watchObjects(watcher: ObjectWatcher): () => void;
  ban(expression: string | undefined): string | undefined;
}

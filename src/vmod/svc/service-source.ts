import type { ServiceConfig } from "./endpoint-config.js";
import type { FollowingDirector } from "./following-director.js";

/** What a source says at a moment. */
export interface ServiceState<Rest> {
  readonly services: readonly ServiceConfig[];
  /** What it says beside them. */
  readonly rest: Rest;
}

/** Where services come from: a file, or something that is asked over the network. */
export interface ServiceSource<Rest = undefined> {
  /** What VCL calls it: before what keeps a VCL from loading. */
  readonly name: string;
  /** Before what is logged. */
  readonly logName: string;
  /** As messages say where it is: a path, a URL. */
  readonly place: string;
  /** Two with the same key are one, whoever watches it. */
  readonly key: string;
  /** One of the same family takes the names of another over, with the directors that VCLs have bound: the same, with other settings. */
  readonly family?: string;
  /** What its place means at the moment; two that mean the same are one as well. */
  meaning?(): Promise<string | undefined>;
  /** Makes the director of a service; one that picks by the service's policy unless given. */
  readonly director?: (name: string) => FollowingDirector;
  /** An endpoint whose host has no address keeps no other from serving; otherwise everything stays as it was. */
  readonly isLenient?: boolean;
  /** Begins to watch: `changed` is called whenever reading it may come to something else. */
  open(changed: () => void): OpenSource<Rest>;
}

/** One that is watched. */
export interface OpenSource<Rest> {
  /** What it says; the same object for as long as that is the same. Rejects with one line where it is nothing that one can go by. */
  read(): Promise<ServiceState<Rest>>;
  /** Why it may say something else by now: nobody can ask. */
  readonly problem?: string | undefined;
  close(): void;
}

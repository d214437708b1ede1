import type { FetchTask } from "../fetch-task.js";

/** A state of the backend machine: does its work and answers with the state that follows, undefined at the end. */
export type BackendStep = (task: FetchTask) => Promise<BackendStep | undefined>;

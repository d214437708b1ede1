import type { Task } from "vclc/runtime";

export class Counter {
  #value: number;
  private constructor(start: number) {
    this.#value = start;
  }
  static create(_task: Task, _vclName: string, start: number): Counter {
    return new Counter(start);
  }
  add(_task: Task, { by = 1 }: { readonly by?: number | undefined }): number {
    return (this.#value += by);
  }
}

export function pause(task: Task, time: number): Promise<string> {
  return new Promise((done) => task.host.setTimer(time, () => done(`waited ${time} s`)));
}

import type { HeaderList, HeaderRef } from "./header-list.js";
import { lowerName } from "./header-names.js";

/** Names one field of a message, as a HEADER argument. */
export function header(list: HeaderList, name: string): HeaderRef {
  return { list, name, lower: lowerName(name) };
}

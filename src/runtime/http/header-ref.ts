import type { HeaderList, HeaderRef } from "./header-list.js";
import { lowerName } from "./header-names.js";

/** Names one field of a message, as a HEADER argument. */
export function header(list: HeaderList, name: string): HeaderRef {
  return { list, name, lower: lowerName(name) };
}

/** The value of a header that a VMOD hands out: of its first field, NULL where there is none. */
export function headerToString({ list, lower }: HeaderRef): string | undefined {
  return list.get(lower);
}

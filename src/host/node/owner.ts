import { readFile } from "node:fs/promises";

/** The number of a user; rejects with one line when there is none of that name. */
export function userNumber(name: string): Promise<number> {
  return numberIn("/etc/passwd", name, "user");
}

/** The number of a group; rejects with one line when there is none of that name. */
export function groupNumber(name: string): Promise<number> {
  return numberIn("/etc/group", name, "group");
}

/** Users and groups have lines `name:…:number:…`. */
async function numberIn(file: string, name: string, what: string): Promise<number> {
  const lines = await readFile(file, "utf8").catch(() => "");
  for (const line of lines.split("\n")) {
    const [found, , number] = line.split(":");
    if (found === name && number !== undefined) return Number(number);
  }
  throw new Error(`there is no ${what} named ${name}`);
}

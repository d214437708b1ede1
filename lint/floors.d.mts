import type { ESLint } from "eslint";
export const floors: Readonly<Record<string, readonly string[]>>;
export const portableFloors: readonly string[];
export function refusal(src: string, from: string, name: string): string | undefined;
export const floorsPlugin: ESLint.Plugin;

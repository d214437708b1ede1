/** The flags of an ACL and whether they are on without being written. */
export const aclFlags = {
  log: { default: false },
  table: { default: false },
  pedantic: { default: true },
  /** Merges neighbouring entries; `+fold(-report)` does so silently. */
  fold: { default: true, argument: "report" },
} as const satisfies Record<string, { default: boolean; argument?: string }>;

export type AclFlagName = keyof typeof aclFlags;

/** True for the name of a flag; the case counts. */
export function isAclFlag(text: string): text is AclFlagName {
  return Object.hasOwn(aclFlags, text);
}

/** The types of VCL expressions (language facts, section 5). */
export type VclType =
  | "ACL"
  | "BACKEND"
  | "BLOB"
  | "BODY"
  | "BOOL"
  | "BYTES"
  | "DURATION"
  | "ENUM"
  | "HEADER"
  | "HTTP"
  | "INSTANCE"
  | "INT"
  | "IP"
  | "PROBE"
  | "REAL"
  | "REGEX"
  | "STEVEDORE"
  | "STRANDS"
  | "STRING"
  | "SUB"
  | "TIME"
  | "VCL"
  | "VOID";

/** What the type rules ask about a type. */
export interface TypeEntry {
  /** It has a text form, so it converts to STRING. */
  readonly text?: true;
  /** It has a truth value, so it converts to BOOL. */
  readonly truth?: true;
  /** A minus sign may stand where this type is wanted. */
  readonly signed?: true;
  /** A minus may negate a value of this type. */
  readonly negatable?: true;
  /** Named by a declaration: an unknown plain name where it is wanted is a forward reference to one. */
  readonly declared?: "acl" | "backend" | "probe" | "sub";
  /** The value may be NULL when a VMOD function returns it. */
  readonly nullable?: true;
}

export const types: Readonly<Record<VclType, TypeEntry>> = {
  ACL: { text: true, declared: "acl", nullable: true },
  BACKEND: { text: true, truth: true, declared: "backend", nullable: true },
  BLOB: { text: true, nullable: true },
  BODY: {},
  BOOL: { text: true, truth: true },
  BYTES: { text: true, negatable: true },
  DURATION: { text: true, truth: true, signed: true, negatable: true },
  ENUM: {},
  HEADER: { text: true, truth: true, nullable: true },
  HTTP: {},
  INSTANCE: {},
  INT: { text: true, truth: true, signed: true, negatable: true },
  IP: { text: true, nullable: true },
  PROBE: { text: true, declared: "probe", nullable: true },
  REAL: { text: true, signed: true, negatable: true },
  REGEX: {},
  STEVEDORE: { text: true, nullable: true },
  STRANDS: { text: true, truth: true, signed: true, nullable: true },
  STRING: { text: true, truth: true, signed: true, nullable: true },
  SUB: { declared: "sub", nullable: true },
  TIME: { text: true, negatable: true },
  VCL: { nullable: true },
  VOID: {},
};

/** A method or property of a type: `.lower()` has parentheses, `.happy` has none. */
export interface TypeMember {
  readonly returns: VclType;
  readonly called: boolean;
  /** What it answers with. */
  readonly doc: string;
  /** Calling it may wait. */
  readonly suspends?: true;
  readonly nullable?: true;
}

export const typeMembers: Readonly<Partial<Record<VclType, Readonly<Record<string, TypeMember>>>>> = {
  STRING: {
    lower: { returns: "STRING", called: true, doc: "the text in small letters" },
    upper: { returns: "STRING", called: true, doc: "the text in capital letters" },
  },
  BACKEND: {
    resolve: {
      ...{ returns: "BACKEND", called: true, suspends: true, nullable: true },
      doc: "the backend that a director chooses now",
    },
  },
  STEVEDORE: {
    free_space: { returns: "BYTES", called: false, doc: "what is free of the storage" },
    used_space: { returns: "BYTES", called: false, doc: "what is taken of the storage" },
    happy: { returns: "BOOL", called: false, doc: "whether the storage takes new objects" },
  },
};

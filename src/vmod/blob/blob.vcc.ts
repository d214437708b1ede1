// Generated from blob.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Blob, HousekeepingTask, Task } from "../../runtime/index.js";

/** A BLOB that is decoded once, when the VCL is loaded. */
export interface BlobObject {
  /** The BLOB. */
  readonly get: (task: Task) => Blob | undefined;

  /** The BLOB as a string. It is encoded when first asked for, and kept. */
  readonly encode: (
    task: Task,
    encoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    case_: "LOWER" | "UPPER" | "DEFAULT",
  ) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface BlobClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    decoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    encoded: string | undefined,
  ) => BlobObject;
}

/** Bytes and their encodings */
export interface BlobVmod {
  /** The bytes that a string stands for. With a positive length, only that many characters of the string are decoded. */
  readonly decode: (
    task: Task,
    decoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    length: number,
    encoded: string | undefined,
  ) => Blob | undefined;

  /** A BLOB as a string; unset when there is no BLOB. */
  readonly encode: (
    task: Task,
    encoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    case_: "LOWER" | "UPPER" | "DEFAULT",
    blob: Blob | undefined,
  ) => string | undefined;

  /**
   * From one encoding to another, as by decode and encode. A string that is to stay in an encoding other than `HEX` and `URL` is checked, and
   * returned as it is.
   */
  readonly transcode: (
    task: Task,
    decoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    encoding: "IDENTITY" | "BASE64" | "BASE64URL" | "BASE64URLNOPAD" | "BASE64CF" | "HEX" | "URL",
    case_: "LOWER" | "UPPER" | "DEFAULT",
    length: number,
    encoded: string | undefined,
  ) => string | undefined;

  /** Whether both are the same bytes at the same place, or both are empty. */
  readonly same: (task: Task, arg1: Blob | undefined, arg2: Blob | undefined) => boolean;

  /** Whether both hold equal bytes. */
  readonly equal: (task: Task, arg1: Blob | undefined, arg2: Blob | undefined) => boolean;

  /** The number of bytes, 0 when there is no BLOB. */
  readonly length: (task: Task, arg1: Blob | undefined) => number;

  /** length bytes of a BLOB, from offset on. Fails when it has not that many, and when it is empty. */
  readonly sub: (task: Task, arg1: Blob | undefined, length: number, offset: number) => Blob | undefined;

  readonly Blob: BlobClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from blob.vcc. */
export type CheckedBlobVmod = Implements<BlobVmod, typeof import("./index.js")>;

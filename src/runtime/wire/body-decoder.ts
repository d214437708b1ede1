import type { BodyFraming } from "../backend/transport.js";
import type { Input } from "./input.js";

/** Takes the framing off a body: the bytes of the body come out piece by piece, what lies behind it stays in the input. */
export interface BodyDecoder {
  readonly framing: BodyFraming;
  /** Bytes in all, where the head says so. */
  readonly length: number | undefined;
  /** The next piece of the body; undefined when it is done, has failed, or needs more input. */
  next(input: Input): Uint8Array | undefined;
  readonly done: boolean;
  /** What is wrong with it, in the words of Varnish's FetchError records. */
  readonly failure: string | undefined;
  /** No more bytes come: what that means for a body that is not done. Undefined: that is its good end. */
  cut(byError: boolean): string | undefined;
}

/** A body of as many bytes as Content-Length says. */
export class LengthDecoder implements BodyDecoder {
  readonly framing = "length";
  readonly length: number;
  readonly failure = undefined;
  #left: number;

  constructor(length: number) {
    this.length = this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  next(input: Input): Uint8Array | undefined {
    const piece = takeUpTo(input, this.#left);
    if (piece) this.#left -= piece.length;
    return piece;
  }

  cut(): string | undefined {
    return this.#left === 0 ? undefined : "straight insufficient bytes";
  }
}

/** A body that ends with the connection. */
export class CloseDecoder implements BodyDecoder {
  readonly framing = "eof";
  readonly length = undefined;
  readonly failure = undefined;
  done = false;

  next(input: Input): Uint8Array | undefined {
    return input.length === 0 ? undefined : input.take();
  }

  cut(byError: boolean): string | undefined {
    if (byError) return "eof socket fail";
    this.done = true;
    return undefined;
  }
}

/** Hex digits of a chunk's size, behind leading zeros, that are read at all. */
const mostDigits = 19;
/** Digits of a number of 63 bits. */
const digits63 = 16;

/**
 * The chunked coding as Varnish takes it: blanks around the size, LF or CR LF, no extensions and no trailer (http1-and-transports 1.6). What does
 * not look like this fails: nobody else may read it otherwise.
 */
export class ChunkedDecoder implements BodyDecoder {
  readonly framing = "chunked";
  readonly length = undefined;
  failure: string | undefined;
  #state: (this: ChunkedDecoder, byte: number) => void = this.#beforeSize;
  #left = 0;
  #digits = "";
  #isLast = false;

  get done(): boolean {
    return this.#state === this.#end;
  }

  next(input: Input): Uint8Array | undefined {
    for (;;) {
      if (this.failure !== undefined || this.done || input.length === 0) return undefined;
      if (this.#state !== this.#data) this.#state(input.bytes[input.at++] as number);
      else {
        const piece = takeUpTo(input, this.#left);
        this.#left -= piece?.length ?? 0;
        if (this.#left === 0) this.#state = this.#tail;
        return piece;
      }
    }
  }

  cut(): string | undefined {
    if (this.done) return undefined;
    return this.#state === this.#data ? "chunked insufficient bytes" : "chunked read err";
  }

  #beforeSize(byte: number): void {
    if (isBlank(byte)) return;
    if (!isHexDigit(byte)) this.failure = "chunked header non-hex";
    else {
      this.#digits = "";
      this.#state = this.#size;
      this.#size(byte);
    }
  }

  #size(byte: number): void {
    if (isHexDigit(byte)) {
      // Leading zeros do not count, but one of them is a size.
      if (this.#digits === "0") this.#digits = "";
      this.#digits += String.fromCharCode(byte);
      if (this.#digits.length > mostDigits) this.failure = "chunked header too long";
    } else {
      this.#state = this.#afterSize;
      this.#afterSize(byte);
    }
  }

  #afterSize(byte: number): void {
    if (isBlank(byte)) return;
    if (byte === 13) this.#state = this.#headerLf;
    else this.#headerLf(byte);
  }

  #headerLf(byte: number): void {
    if (byte !== 10) {
      this.failure = "chunked header no NL";
      return;
    }
    const digits = this.#digits;
    if (
      digits.length > digits63 ||
      (digits.length === digits63 && Number.parseInt(digits[0] as string, 16) > 7)
    ) {
      this.failure = "bogusly large chunk size";
      return;
    }
    this.#left = Number.parseInt(digits, 16);
    this.#isLast = this.#left === 0;
    this.#state = this.#isLast ? this.#tail : this.#data;
  }

  /** Stands for the state in which bytes are the body's; it is never called. */
  #data(): void {
    return undefined;
  }

  #tail(byte: number): void {
    if (byte === 13) this.#state = this.#tailLf;
    else this.#tailLf(byte);
  }

  #tailLf(byte: number): void {
    if (byte !== 10) this.failure = "chunked tail no NL";
    else this.#state = this.#isLast ? this.#end : this.#beforeSize;
  }

  /** Stands for the end of the body; it is never called. */
  #end(): void {
    return undefined;
  }
}

function takeUpTo(input: Input, most: number): Uint8Array | undefined {
  const count = Math.min(most, input.length);
  if (count === 0) return undefined;
  if (count === input.length) return input.take();
  const piece = input.bytes.subarray(input.at, input.at + count);
  input.at += count;
  return piece;
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
}

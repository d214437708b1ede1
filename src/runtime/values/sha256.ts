/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const constants = Int32Array.from(firstPrimes(64), (prime) => fractionBits(Math.cbrt(prime)));

/** The same of the square roots of the first eight primes (5.3.3). */
const initial = Int32Array.from(firstPrimes(8), (prime) => fractionBits(Math.sqrt(prime)));

// Digests are made for every request, so working storage is kept. Nothing here waits, so nobody else sees it in use.
const schedule = new Int32Array(64);
const state = new Int32Array(8);
let padded = new Uint8Array(256);

/** SHA-256 (FIPS 180-4) of bytes, or of a byte string; 32 bytes. Synchronous, which Web Crypto is not. */
export function sha256(input: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const length = pad(input);
  state.set(initial);
  for (let offset = 0; offset < length; offset += 64) {
    expand(offset);
    compress();
  }
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = state[i >> 2]! >>> (24 - 8 * (i & 3));
  return digest;
}

/** The message schedule of one block (6.2.2, step 1). */
function expand(offset: number): void {
  const w = schedule;
  for (let i = 0, at = offset; i < 16; i++, at += 4) {
    w[i] = (padded[at]! << 24) | (padded[at + 1]! << 16) | (padded[at + 2]! << 8) | padded[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15]!;
    const b = w[i - 2]!;
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[i] = (((w[i - 16]! + s0) | 0) + ((w[i - 7]! + s1) | 0)) | 0;
  }
}

/** Steps 2 to 4: 64 rounds over the eight words. */
function compress(): void {
  const [k, w, s] = [constants, schedule, state];
  let a = s[0]!;
  let b = s[1]!;
  let c = s[2]!;
  let d = s[3]!;
  let e = s[4]!;
  let f = s[5]!;
  let g = s[6]!;
  let h = s[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = g ^ (e & (f ^ g));
    const t1 = (((((h + s1) | 0) + choice) | 0) + ((k[i]! + w[i]!) | 0)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) | (c & (a | b));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + ((s0 + majority) | 0)) | 0;
  }
  s[0]! += a;
  s[1]! += b;
  s[2]! += c;
  s[3]! += d;
  s[4]! += e;
  s[5]! += f;
  s[6]! += g;
  s[7]! += h;
}

/** Writes the input, a one bit, zeros and the length in bits to the working storage; answers with the bytes used, a multiple of 64. */
function pad(input: Uint8Array | string): number {
  const { length } = input;
  const used = Math.ceil((length + 9) / 64) * 64;
  if (used > padded.length) padded = new Uint8Array(2 * used);
  if (typeof input === "string") for (let i = 0; i < length; i++) padded[i] = input.charCodeAt(i);
  else padded.set(input);
  padded[length] = 0x80;
  padded.fill(0, length + 1, used - 8);
  const view = new DataView(padded.buffer);
  view.setUint32(used - 8, Math.floor(length / 0x20000000));
  view.setUint32(used - 4, length * 8);
  return used;
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

function fractionBits(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}

/** The generator polynomial of CRC-32, bits reversed. */
const polynomial = 0xedb88320;

/** x^(2^n) modulo the polynomial, for n from 0 on; made as they are asked for. */
const powers: number[] = [0x40000000];

/** Product of two polynomials modulo the generator. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1;
  }
  return product >>> 0;
}

/** The polynomial x^(8 · bytes): what a CRC is multiplied by when so many zero bytes follow. */
function shift(bytes: number): number {
  let result = 0x80000000;
  let rest = bytes;
  // A byte is eight bits: the powers begin at 2^3.
  for (let n = 3; rest > 0; n++) {
    while (powers.length <= n) {
      const last = powers[powers.length - 1] as number;
      powers.push(multiply(last, last));
    }
    if (rest % 2 === 1) result = multiply(powers[n] as number, result);
    rest = Math.floor(rest / 2);
  }
  return result;
}

/** The CRC-32 of two texts after each other, from their CRCs and the length in bytes of the second. */
export function crc32Combine(first: number, second: number, secondLength: number): number {
  return (multiply(shift(secondLength), first) ^ second) >>> 0;
}

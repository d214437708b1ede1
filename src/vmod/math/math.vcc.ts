// Generated from math.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Task } from "../../runtime/index.js";

/** Mathematics */
export interface MathVmod {
  /**
   * Whether two numbers are nearly equal: they differ by at most maxDiff, or by at most maxRelDiff times the larger one. 0 stands for four times
   * DBL_EPSILON for the one and DBL_EPSILON for the other.
   */
  readonly approx: (task: Task, a: number, b: number, maxDiff: number, maxRelDiff: number) => boolean;

  /** A number in the format of C's strfromd: a percent sign, a precision if need be (`.3`), and one of `a A e E f F g G`. Fails for any other format. */
  readonly strfromd: (task: Task, format: string | undefined, fp: number) => string | undefined;

  /** Arc cosine, from 0 to pi. */
  readonly acos: (task: Task, x: number) => number;

  /** Inverse hyperbolic cosine. */
  readonly acosh: (task: Task, x: number) => number;

  /** Arc sine. */
  readonly asin: (task: Task, x: number) => number;

  /** Inverse hyperbolic sine. */
  readonly asinh: (task: Task, x: number) => number;

  /** Arc tangent. */
  readonly atan: (task: Task, x: number) => number;

  /** The angle of the point x, y. */
  readonly atan2: (task: Task, y: number, x: number) => number;

  /** Inverse hyperbolic tangent. */
  readonly atanh: (task: Task, x: number) => number;

  /** Cube root. */
  readonly cbrt: (task: Task, x: number) => number;

  /** The next whole number upwards. */
  readonly ceil: (task: Task, x: number) => number;

  /** x with the sign of y. */
  readonly copysign: (task: Task, x: number, y: number) => number;

  /** Cosine. */
  readonly cos: (task: Task, x: number) => number;

  /** Hyperbolic cosine. */
  readonly cosh: (task: Task, x: number) => number;

  /** Error function. */
  readonly erf: (task: Task, x: number) => number;

  /** 1 less the error function. */
  readonly erfc: (task: Task, x: number) => number;

  /** e to the power of x. */
  readonly exp: (task: Task, x: number) => number;

  /** 2 to the power of x. */
  readonly exp2: (task: Task, x: number) => number;

  /** e to the power of x, less 1. */
  readonly expm1: (task: Task, x: number) => number;

  /** x without its sign. */
  readonly fabs: (task: Task, x: number) => number;

  /** How much x is larger than y, at least 0. */
  readonly fdim: (task: Task, x: number, y: number) => number;

  /** The next whole number downwards. */
  readonly floor: (task: Task, x: number) => number;

  /** x times y plus z, rounded once. */
  readonly fma: (task: Task, x: number, y: number, z: number) => number;

  /** The larger one; what is no number does not count. */
  readonly fmax: (task: Task, x: number, y: number) => number;

  /** The smaller one; what is no number does not count. */
  readonly fmin: (task: Task, x: number, y: number) => number;

  /** What remains of x divided by y, with the sign of x. */
  readonly fmod: (task: Task, x: number, y: number) => number;

  /** What kind of number x is; compare with fpclass. */
  readonly fpclassify: (task: Task, x: number) => number;

  /** The length of the hypotenuse. */
  readonly hypot: (task: Task, x: number, y: number) => number;

  /** The exponent of x, a power of 2. */
  readonly ilogb: (task: Task, x: number) => number;

  /** 1 when x is neither infinite nor NaN. */
  readonly isfinite: (task: Task, x: number) => number;

  /** 1 when x > y. */
  readonly isgreater: (task: Task, x: number, y: number) => number;

  /** 1 when x >= y. */
  readonly isgreaterequal: (task: Task, x: number, y: number) => number;

  /** 1 when x is infinite, -1 when it is negative too. */
  readonly isinf: (task: Task, x: number) => number;

  /** 1 when x < y. */
  readonly isless: (task: Task, x: number, y: number) => number;

  /** 1 when x <= y. */
  readonly islessequal: (task: Task, x: number, y: number) => number;

  /** 1 when x < y or x > y. */
  readonly islessgreater: (task: Task, x: number, y: number) => number;

  /** 1 when x is not a number. */
  readonly isnan: (task: Task, x: number) => number;

  /** 1 when x is neither 0, subnormal, infinite nor NaN. */
  readonly isnormal: (task: Task, x: number) => number;

  /** 1 when x or y is not a number. */
  readonly isunordered: (task: Task, x: number, y: number) => number;

  /** Bessel function of the first kind, order 0. */
  readonly j0: (task: Task, x: number) => number;

  /** Bessel function of the first kind, order 1. */
  readonly j1: (task: Task, x: number) => number;

  /** Bessel function of the first kind, of order x at y. */
  readonly jn: (task: Task, x: number, y: number) => number;

  /** x times 2 to the power of e. */
  readonly ldexp: (task: Task, x: number, e: number) => number;

  /** Logarithm of the absolute value of the gamma function. */
  readonly lgamma: (task: Task, x: number) => number;

  /** Natural logarithm. */
  readonly log: (task: Task, x: number) => number;

  /** Logarithm to base 10. */
  readonly log10: (task: Task, x: number) => number;

  /** Natural logarithm of 1 + x. */
  readonly log1p: (task: Task, x: number) => number;

  /** Logarithm to base 2. */
  readonly log2: (task: Task, x: number) => number;

  /** The exponent of x, a power of 2. */
  readonly logb: (task: Task, x: number) => number;

  /** The nearest whole number; halves go to the even one. */
  readonly lrint: (task: Task, x: number) => number;

  /** The nearest whole number; halves go away from zero. */
  readonly lround: (task: Task, x: number) => number;

  /** What is not a number; the tag does not matter. */
  readonly nan: (task: Task, tag: string | undefined) => number;

  /** The nearest whole number; halves go to the even one. */
  readonly nearbyint: (task: Task, x: number) => number;

  /** The next number after x in the direction of y. */
  readonly nextafter: (task: Task, x: number, y: number) => number;

  /** x to the power of y. */
  readonly pow: (task: Task, x: number, y: number) => number;

  /** What remains of x divided by y, where the quotient is the nearest whole number. */
  readonly remainder: (task: Task, x: number, y: number) => number;

  /** The same as nearbyint. */
  readonly rint: (task: Task, x: number) => number;

  /** The nearest whole number; halves go away from zero. */
  readonly round: (task: Task, x: number) => number;

  /** The same as ldexp. */
  readonly scalbln: (task: Task, x: number, e: number) => number;

  /** x times 2 to the power of y. */
  readonly scalbn: (task: Task, x: number, y: number) => number;

  /** 1 when x has a minus sign, zero included. */
  readonly signbit: (task: Task, x: number) => number;

  /** Sine. */
  readonly sin: (task: Task, x: number) => number;

  /** Hyperbolic sine. */
  readonly sinh: (task: Task, x: number) => number;

  /** Square root. */
  readonly sqrt: (task: Task, x: number) => number;

  /** Tangent. */
  readonly tan: (task: Task, x: number) => number;

  /** Hyperbolic tangent. */
  readonly tanh: (task: Task, x: number) => number;

  /** Gamma function. */
  readonly tgamma: (task: Task, x: number) => number;

  /** x without its fraction. */
  readonly trunc: (task: Task, x: number) => number;

  /** Bessel function of the second kind, order 0. */
  readonly y0: (task: Task, x: number) => number;

  /** Bessel function of the second kind, order 1. */
  readonly y1: (task: Task, x: number) => number;

  /** Bessel function of the second kind, of order n. */
  readonly yn: (task: Task, n: number, x: number) => number;

  /** A constant of float.h or math.h. */
  readonly constant: (
    task: Task,
    name:
      | "DBL_MANT_DIG"
      | "DBL_DIG"
      | "DBL_MIN_EXP"
      | "DBL_MIN_10_EXP"
      | "DBL_MAX_EXP"
      | "DBL_MAX_10_EXP"
      | "DBL_MAX"
      | "DBL_EPSILON"
      | "DBL_MIN"
      | "HUGE_VAL"
      | "M_E"
      | "M_LOG2E"
      | "M_LOG10E"
      | "M_LN2"
      | "M_LN10"
      | "M_PI"
      | "M_PI_2"
      | "M_PI_4"
      | "M_1_PI"
      | "M_2_PI"
      | "M_2_SQRTPI"
      | "M_SQRT2"
      | "M_SQRT1_2",
  ) => number;

  /** What fpclassify answers with for such a number. */
  readonly fpclass: (
    task: Task,
    name: "FP_INFINITE" | "FP_NAN" | "FP_NORMAL" | "FP_SUBNORMAL" | "FP_ZERO",
  ) => number;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from math.vcc. */
export type CheckedMathVmod = Implements<MathVmod, typeof import("./index.js")>;

/** What float.h and math.h define for a double. */
export const constants = {
  DBL_MANT_DIG: 53,
  DBL_DIG: 15,
  DBL_MIN_EXP: -1021,
  DBL_MIN_10_EXP: -307,
  DBL_MAX_EXP: 1024,
  DBL_MAX_10_EXP: 308,
  DBL_MAX: Number.MAX_VALUE,
  DBL_EPSILON: Number.EPSILON,
  DBL_MIN: 2 ** -1022,
  HUGE_VAL: Infinity,
  M_E: Math.E,
  M_LOG2E: Math.LOG2E,
  M_LOG10E: Math.LOG10E,
  M_LN2: Math.LN2,
  M_LN10: Math.LN10,
  M_PI: Math.PI,
  M_PI_2: Math.PI / 2,
  M_PI_4: Math.PI / 4,
  M_1_PI: 1 / Math.PI,
  M_2_PI: 2 / Math.PI,
  M_2_SQRTPI: 2 / Math.sqrt(Math.PI),
  M_SQRT2: Math.SQRT2,
  M_SQRT1_2: Math.SQRT1_2,
} as const;

/** What fpclassify answers with, as in the C library of GNU. */
export const classes = { FP_NAN: 0, FP_INFINITE: 1, FP_ZERO: 2, FP_SUBNORMAL: 3, FP_NORMAL: 4 } as const;

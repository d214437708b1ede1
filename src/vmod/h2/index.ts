import type { H2Vmod } from "./h2.vcc.js";

/** What Varnish answers for a session that is not HTTP/2: none is, here. */
const notHttp2 = -1;

/** The h2 VMOD; h2.vcc says what each function does. */
export const is: H2Vmod["is"] = () => false;
export const rapid_reset: H2Vmod["rapid_reset"] = () => notHttp2;
export const rapid_reset_limit: H2Vmod["rapid_reset_limit"] = () => notHttp2;
export const rapid_reset_period: H2Vmod["rapid_reset_period"] = () => notHttp2;
export const rapid_reset_budget: H2Vmod["rapid_reset_budget"] = () => notHttp2;

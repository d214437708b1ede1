// Compiled by vclc from www.vcl, module format 1. Change the VCL, not this file.
import { defineVcl, intToString, regex } from "vclc/runtime";

const re_session_basket = regex("(^|;\\s*)(session|basket)=");

export default defineVcl({ format: 1, source: "www.vcl", version: 41 }, (vpi) => {
  const backend_dummy = vpi.noBackend("dummy");
  vpi.useDefaultBackend(backend_dummy);

  return {
    vcl_recv(task) {
      const { req } = task;
      req.http.set("X-Policy", "www");
      // Only these cookies matter to the site; without them a page is the same for everybody.
      if (!re_session_basket.matches(req.http.get("cookie"))) {
        req.http.unset("cookie");
      }
    },

    vcl_deliver(task) {
      const { obj, req, resp } = task;
      resp.http.set("X-Policy", req.http.get("x-policy"));
      resp.http.set("X-Cache", "miss");
      if (obj.hits > 0) {
        resp.http.set("X-Cache", "hit " + intToString(obj.hits));
      }
      resp.http.unset("x-powered-by");
    },

    vcl_backend_response(task) {
      const { beresp } = task;
      beresp.ttl = 30;
      beresp.grace = 3600;
    },
  };
});
//# sourceMappingURL=www.vcl.ts.map

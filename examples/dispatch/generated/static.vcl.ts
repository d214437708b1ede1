// Compiled by vclc from static.vcl, module format 1. Change the VCL, not this file.
import { defineVcl, regex } from "vclc/runtime";

const re_v = regex("\\?v=[0-9a-f]+$");
const re_js_css_png = regex("\\.(js|css|png)$");

export default defineVcl({ format: 1, source: "static.vcl", version: 41 }, (vpi) => {
  const backend_dummy = vpi.noBackend("dummy");
  vpi.useDefaultBackend(backend_dummy);

  return {
    vcl_recv(task) {
      const { req } = task;
      req.http.set("X-Policy", "static");
      req.http.unset("cookie");
      req.url = re_v.replace(req.url, "");
    },

    vcl_deliver(task) {
      const { req, resp } = task;
      resp.http.set("X-Policy", req.http.get("x-policy"));
      resp.http.unset("x-powered-by");
    },

    vcl_backend_response(task) {
      const { bereq, beresp } = task;
      beresp.http.unset("set-cookie");
      if (re_js_css_png.matches(bereq.url)) {
        beresp.ttl = 3600;
      }
    },
  };
});
//# sourceMappingURL=static.vcl.ts.map

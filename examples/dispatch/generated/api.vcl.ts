// Compiled by vclc from api.vcl, module format 1. Change the VCL, not this file.
import { defineVcl, regex } from "vclc/runtime";

const re_admin = regex("^/admin/");

export default defineVcl({ format: 1, source: "api.vcl", version: 41 }, (vpi) => {
  // Pure policy: the main VCL chose the backend already. A VCL must declare one all the same.
  const backend_dummy = vpi.noBackend("dummy");
  vpi.useDefaultBackend(backend_dummy);

  return {
    vcl_recv(task) {
      const { req } = task;
      req.http.set("X-Policy", "api");
      if (re_admin.matches(req.url)) {
        return "pass";
      }
    },

    vcl_deliver(task) {
      const { req, resp } = task;
      resp.http.set("X-Policy", req.http.get("x-policy"));
      resp.http.unset("x-powered-by");
    },

    vcl_backend_response(task) {
      const { beresp } = task;
      if (beresp.http.get("cache-control") !== undefined) {
        beresp.ttl = 300;
      }
    },
  };
});
//# sourceMappingURL=api.vcl.ts.map
